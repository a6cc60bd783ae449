/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/format.h - numbers as a planner reads them: a fitting prefix, as many digits as the interval supports.
 *
 * A unit is what the database stores: s, bit/s, B, USD, W, 1 ... "%" stands for a fraction shown in per cent. Texts are
 * UTF-8 and live in the arena.
 */
#ifndef ANALYSIS_FORMAT_H
#define ANALYSIS_FORMAT_H

#include <stddef.h>

#include "analysis/ci.h"
#include "sim/kernel/arena.h"

struct ana_scale { /* shown = value * factor, with the unit behind it */
    double factor;
    const char *unit; /* "ms"; "" for pure numbers */
};

/* The scale in which the largest of some values reads well: 0.0042 s in ms. */
struct ana_scale ana_scale_for(double largest, const char *unit);

/* "4.12 ms", "38 %", "USD 1,234,567"; an en dash for NAN. */
const char *ana_format(struct sim_arena *a, double value, const char *unit);
/* "4.12 ± 0.15 ms": two digits of the half-width, the mean to the same place. Without an interval, as ana_format(). */
const char *ana_format_estimate(struct sim_arena *a, struct ana_estimate e, const char *unit);
/* Up to four significant digits, thousands separated by commas, no exponent between 1e-3 and 1e15. */
const char *ana_format_number(struct sim_arena *a, double value);

/* How to show a metric of this unit: fractions that people read in per cent become "%". */
const char *ana_display_unit(const char *metric, const char *unit);

#endif
