/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/gbe.c - Gigabit Ethernet.
 */
#include "models/link.h"

const struct vio_link_type vio_link_gbe = {
    .type = "gbe",
    .summary = "Gigabit Ethernet",
    .rate_bps = UINT64_C(1000000000),
    /* IP: preamble and SFD 8, MAC 14, FCS 4, gap 12; smallest frame 64 + 20. */
    .framing[VIO_PROTO_IP] = {.carried = true, .overhead_B = 38, .min_B = 84},
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = 1500,
    .source = "IEEE 802.3 cl. 3, 4A; rates facts.md 2.1, overheads 2.2; propagation 5 ns/m (2.4)",
};
