/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/ci.h - how sure: confidence intervals over independent replications, and what they decide.
 *
 * One replication gives one number for a metric, be it the mean, the 99th percentile or a rate of that run. The numbers
 * of different replications are independent and identically distributed, so Student's t gives an interval for their
 * expectation, whatever they measure. Samples from within one run are not independent and never come here.
 *
 * Two designs of one replication saw the same workload (common random numbers). Their difference is formed inside the
 * replication first; the interval is that of the differences.
 */
#ifndef ANALYSIS_CI_H
#define ANALYSIS_CI_H

#include <stdbool.h>
#include <stddef.h>

struct ana_estimate {
    double mean; /* NAN: there is no observation */
    double half; /* half-width of the interval; NAN: fewer than two replications */
    size_t n;    /* replications */
};

enum ana_verdict { ANA_MET, ANA_UNDECIDED, ANA_MISSED, ANA_NO_RESULT };

/* Two-sided confidence interval for the mean of independent replications.
 *
 * Units:    those of x.
 * Requires: n >= 2, 0 < level < 1. x are results of independent runs, never samples from within one run.
 * Returns:  half-width t(n-1, (1+level)/2) * s / sqrt(n).
 * Source:   docs/models/statistics.md, section 1; checked against tabulated values in tests/unit/test_ana_ci.c.
 */
double ana_half_width(const double *x, size_t n, double level);

/* Mean and half-width of n >= 0 replications; what cannot be said is NAN. */
struct ana_estimate ana_estimate_of(const double *x, size_t n, double level);

/* The same of the differences a[i] - b[i] of n paired replications. */
struct ana_estimate ana_paired(const double *a, const double *b, size_t n, double level);

/* Whether the whole interval lies on the good side of `bound` (met), on the bad side (missed), or on both (undecided).
 *
 * The bound itself is on the good side. One replication has no interval and decides nothing.
 */
enum ana_verdict ana_judge(struct ana_estimate e, double bound, bool at_least);

#endif
