/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_ana_ci.c - half-widths against tabulated Student quantiles, pairing, verdicts, and the coverage.
 */
#include <math.h>
#include <stdlib.h>
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "analysis/ci.h"
#include "analysis/format.h"

/* The numbers 0 .. n-1 have sample variance n (n + 1) / 12. t is the two-sided quantile of the usual printed tables
 * (NIST/SEMATECH e-Handbook 1.3.6.7.2), given there to three decimals. */
Test(test_ana_ci, half_width_is_tabulated)
{
    static const struct {
        size_t n;
        double level, t;
    } rows[] = {{2, 0.95, 12.706}, {3, 0.95, 4.303},   {5, 0.95, 2.776}, {10, 0.95, 2.262},
                {30, 0.95, 2.045}, {101, 0.95, 1.984}, {5, 0.99, 4.604}, {5, 0.90, 2.132}};
    double x[128];

    for (size_t i = 0; i < 128; i++)
        x[i] = (double)i;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double n = (double)rows[i].n, expected = rows[i].t * sqrt(n * (n + 1) / 12 / n);
        const double half = ana_half_width(x, rows[i].n, rows[i].level);

        cr_assert_float_eq(half / expected, 1, 5e-4, "n = %zu, level %g: %g, table %g", rows[i].n, rows[i].level, half,
                           expected);
    }
}

Test(test_ana_ci, too_few_replications_have_no_interval)
{
    static const double x[] = {3, 5};

    cr_assert(isnan(ana_estimate_of(x, 0, 0.95).mean));
    cr_assert(isnan(ana_estimate_of(x, 1, 0.95).half));
    cr_assert_eq(ana_estimate_of(x, 1, 0.95).mean, 3);
    cr_assert_eq(ana_estimate_of(x, 2, 0.95).mean, 4);
}

/* Differences 1, 2, 3: mean 2, s = 1, half-width t(2) / sqrt(3) = 4.30265 / 1.73205 = 2.48414; unpaired it would be
 * many times as wide. */
Test(test_ana_ci, pairs_take_out_what_they_share)
{
    static const double a[] = {101, 1002, 10003}, b[] = {100, 1000, 10000};
    const struct ana_estimate e = ana_paired(a, b, 3, 0.95);

    cr_assert_float_eq(e.mean, 2, 1e-9);
    cr_assert_float_eq(e.half, 2.48414, 1e-5);
    cr_assert_eq(e.n, 3);
}

Test(test_ana_ci, verdicts)
{
    static const struct {
        struct ana_estimate e;
        double bound;
        bool at_least;
        enum ana_verdict verdict;
    } rows[] = {
        {{7, 2, 5}, 10, false, ANA_MET},         {{8, 2, 5}, 10, false, ANA_MET}, /* the bound is good */
        {{9, 2, 5}, 10, false, ANA_UNDECIDED},   {{12, 2, 5}, 10, false, ANA_UNDECIDED},
        {{13, 2, 5}, 10, false, ANA_MISSED},     {{13, 2, 5}, 10, true, ANA_MET},
        {{12, 2, 5}, 10, true, ANA_MET},         {{11, 2, 5}, 10, true, ANA_UNDECIDED},
        {{7, 2, 5}, 10, true, ANA_MISSED},       {{0, 0, 5}, 0, false, ANA_MET},
        {{7, NAN, 1}, 10, false, ANA_UNDECIDED}, {{NAN, NAN, 0}, 10, false, ANA_NO_RESULT},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_assert_eq(ana_judge(rows[i].e, rows[i].bound, rows[i].at_least), rows[i].verdict, "row %zu", i);
}

/* How many of `trials` intervals of five normal numbers, stretched by `factor`, hold the true mean. */
static double coverage(size_t trials, double factor)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    size_t held = 0;

    gsl_rng_set(rng, 7);
    for (size_t i = 0; i < trials; i++) {
        double x[5];

        for (size_t k = 0; k < 5; k++)
            x[k] = gsl_ran_gaussian_ziggurat(rng, 3.0);
        const struct ana_estimate e = ana_estimate_of(x, 5, 0.95);

        held += fabs(e.mean) <= factor * e.half;
    }
    gsl_rng_free(rng);
    return (double)held / (double)trials;
}

/* Of 400,000 intervals 95 % hold the mean, give or take 3.29 sqrt(0.05 * 0.95 / 400000) = 0.0011 (99.9 %).
 * Power: intervals 2 % too narrow lose 2 f(2.776) * 0.0555 = 0.0026 of coverage (f: density of t with 4 degrees of
 * freedom) and must be found out. */
Test(test_ana_ci, intervals_cover)
{
    cr_assert_float_eq(coverage(400000, 1.0), 0.95, 0.0011);
    cr_assert_lt(coverage(400000, 0.98), 0.95 - 0.0011);
}

Test(test_ana_ci, numbers_read_well)
{
    static const struct {
        struct ana_estimate e;
        const char *unit, *text;
    } rows[] = {
        {{0.004123, 0.000149, 5}, "s", "4.12 ± 0.15 ms"},
        {{0.004123, NAN, 1}, "s", "4.12 ms"},
        {{94.2e6, 5.2e6, 5}, "bit/s", "94.2 ± 5.2 Mb/s"},
        {{0.385, 0.0123, 5}, "%", "38.5 ± 1.2 %"},
        {{1234567, NAN, 1}, "USD", "USD 1,234,567"},
        {{-1234.4, NAN, 1}, "USD", "USD -1,234"},
        {{0, 0, 5}, "s", "0 s"},
        {{0, 0, 5}, "1", "0"},
        {{42, NAN, 1}, "1", "42"},
        {{1e-7, NAN, 1}, "1", "1e-07"},
        {{3.5e-8, NAN, 1}, "s", "35 ns"},
        {{NAN, NAN, 0}, "s", "–"},
    };
    struct sim_arena arena;

    sim_arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cr_assert_str_eq(ana_format_estimate(&arena, rows[i].e, rows[i].unit), rows[i].text, "row %zu: %s", i,
                         ana_format_estimate(&arena, rows[i].e, rows[i].unit));
    sim_arena_fini(&arena);
}
