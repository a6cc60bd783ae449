/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/partition.c - the allocation rule of Flex-10.
 */
#include "models/partition.h"

bool vio_partition(uint64_t line_bps, uint64_t step_bps, const uint64_t *requested_bps, uint32_t n, uint64_t *out_bps)
{
    uint64_t sum_bps = 0, share_bps = 0, least_bps = step_bps < line_bps / n ? step_bps : line_bps / n;
    uint32_t automatic = 0;
    bool fits;

    for (uint32_t i = 0; i < n; i++) {
        sum_bps += requested_bps[i];
        automatic += requested_bps[i] == 0;
    }
    fits = sum_bps + automatic * step_bps <= line_bps;
    if (automatic)
        share_bps = fits ? (line_bps - sum_bps) / automatic / step_bps * step_bps : least_bps;
    for (uint32_t i = 0; i < n; i++) {
        double cut = (double)(line_bps - automatic * least_bps) / (double)sum_bps;

        if (requested_bps[i] == 0)
            out_bps[i] = share_bps;
        else
            out_bps[i] = fits || cut >= 1 ? requested_bps[i] : (uint64_t)((double)requested_bps[i] * cut) + 1;
    }
    return fits;
}
