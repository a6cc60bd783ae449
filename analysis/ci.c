/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/ci.c - Student's t, pairing and the verdict; see the header. */
#include "analysis/ci.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/assert.h"

#include <stdlib.h>

double ana_half_width(const double *x, size_t n, double level)
{
    SIM_ASSERT(n >= 2 && level > 0.0 && level < 1.0);
    return gsl_cdf_tdist_Pinv(0.5 * (1.0 + level), (double)(n - 1)) * gsl_stats_sd(x, 1, n) / sqrt((double)n);
}

struct ana_estimate ana_estimate_of(const double *x, size_t n, double level)
{
    return (struct ana_estimate){
        .mean = n ? gsl_stats_mean(x, 1, n) : NAN, .half = n >= 2 ? ana_half_width(x, n, level) : NAN, .n = n};
}

struct ana_estimate ana_paired(const double *a, const double *b, size_t n, double level)
{
    double *difference = sim_alloc(n + 1, sizeof *difference); /* + 1: n may be 0 */
    struct ana_estimate e;

    for (size_t i = 0; i < n; i++)
        difference[i] = a[i] - b[i];
    e = ana_estimate_of(difference, n, level);
    free(difference);
    return e;
}

enum ana_verdict ana_judge(struct ana_estimate e, double bound, bool at_least)
{
    if (!e.n || isnan(e.mean))
        return ANA_NO_RESULT;
    if (isnan(e.half))
        return ANA_UNDECIDED;
    if (at_least)
        return e.mean - e.half >= bound ? ANA_MET : e.mean + e.half < bound ? ANA_MISSED : ANA_UNDECIDED;
    return e.mean + e.half <= bound ? ANA_MET : e.mean - e.half > bound ? ANA_MISSED : ANA_UNDECIDED;
}
