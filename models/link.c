/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link.c - the arithmetic of links: exact serialisation times.
 */
#include "models/link.h"

#include "sim/kernel/assert.h"

__extension__ typedef unsigned __int128 link_uint128;

enum { LINK_BITS_PER_B = 8 };

sim_time vio_wire_time(uint64_t size_B, uint64_t rate_bps, uint64_t *carry)
{
    link_uint128 ps = (link_uint128)size_B * LINK_BITS_PER_B * SIM_S + *carry;

    SIM_CHECK(rate_bps > 0 && *carry < rate_bps);
    *carry = (uint64_t)(ps % rate_bps);
    return (sim_time)(ps / rate_bps);
}

uint64_t vio_link_ps_per_B(uint64_t rate_bps)
{
    uint64_t ps = (uint64_t)SIM_S * LINK_BITS_PER_B;

    return ps % rate_bps ? 0 : ps / rate_bps;
}

uint64_t vio_link_rate_of_cycles(double clock_hz, double cycles_per_B)
{
    return (uint64_t)(clock_hz * LINK_BITS_PER_B / cycles_per_B + 0.5);
}

uint64_t vio_link_B_in(uint64_t rate_bps, sim_time span_ps)
{
    const uint64_t per_B = (uint64_t)SIM_S * LINK_BITS_PER_B;

    return (uint64_t)(((link_uint128)rate_bps * (uint64_t)span_ps + per_B - 1) / per_B);
}

double vio_link_bits(double B)
{
    return B * LINK_BITS_PER_B;
}

double vio_link_bps(uint64_t B, sim_time elapsed_ps)
{
    return elapsed_ps > 0 ? (double)B * LINK_BITS_PER_B * (double)SIM_S / (double)elapsed_ps : 0;
}
