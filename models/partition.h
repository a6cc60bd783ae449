/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/partition.h - how a port's speed is allotted to its slices.
 */
#ifndef MODELS_PARTITION_H
#define MODELS_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

/* Allot line_bps to n slices: those with a requested speed have it; those without (0, "Auto") share the rest equally,
 * rounded down to a multiple of step_bps.
 *
 * Returns: true; false if the requests do not leave a step for every slice without one. Then every request is cut in
 *          proportion to what is left after one step (or an equal share, if that is less) for each of the others, so
 *          that every slice has a speed above 0 all the same.
 * Source:  [S17].
 */
bool vio_partition(uint64_t line_bps, uint64_t step_bps, const uint64_t *requested_bps, uint32_t n, uint64_t *out_bps);

#endif
