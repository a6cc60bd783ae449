/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_metric.c - moments are exact, quantiles within 1 %, levels as by hand, resets complete.
 */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <criterion/criterion.h>
#include <gsl/gsl_sort_ulong.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/dist.h"
#include "sim/kernel/metric.h"

enum { DRAWS = 1000000 };

/* Nearest rank: the smallest observation with at least q n observations at or below it. */
static double exact_quantile(const unsigned long *sorted, size_t n, double q)
{
    return (double)sorted[(size_t)ceil(q * (double)n) - 1];
}

Test(test_metric, quantiles_within_one_percent)
{
    static const double q[] = {0.0001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999};
    const struct sim_dist d[] = {sim_dist_exponential(5e6), sim_dist_lognormal(3e7, 3), sim_dist_pareto(1e5, 1.5),
                                 sim_dist_uniform(0, 300), sim_dist_constant(1500)};
    unsigned long *x = sim_alloc(DRAWS, sizeof(*x));

    for (size_t k = 0; k < sizeof(d) / sizeof(d[0]); k++) {
        struct sim_stream s;
        struct sim_tally t;

        sim_stream_init(&s, 5, 0, "metric", "quantile");
        sim_tally_init(&t);
        for (size_t i = 0; i < DRAWS; i++) {
            x[i] = (unsigned long)sim_dist_draw(&d[k], &s);
            sim_tally_add(&t, (int64_t)x[i]);
        }
        gsl_sort_ulong(x, 1, DRAWS);
        for (size_t i = 0; i < sizeof(q) / sizeof(q[0]); i++) {
            const double exact = exact_quantile(x, DRAWS, q[i]), got = sim_tally_quantile(&t, q[i]);

            cr_expect(fabs(got - exact) <= 0.008 * exact, "kind %d, q %g: %g, not %g", d[k].kind, q[i], got, exact);
        }
        sim_tally_fini(&t);
    }
    free(x);
}

struct buckets {
    uint64_t n, end, zeros;
};

/* Buckets ascend without overlap and are at most 1/64 of their low end wide. */
static void visit(uint64_t low, uint64_t high, uint64_t n, void *arg)
{
    struct buckets *b = arg;

    cr_assert(low >= b->end && high > low && n > 0);
    cr_assert(high - low == 1 || (high - low) * 64 <= low, "[%lu, %lu)", low, high);
    b->end = high;
    b->n += n;
    if (high == 1)
        b->zeros = n;
}

/* Every power of two, its neighbours and the ends of the range fall into a bucket that holds them. */
Test(test_metric, buckets_cover_the_range)
{
    for (int e = 0; e < 63; e++) {
        for (int64_t off = -1; off <= 1; off++) {
            const int64_t x = (INT64_C(1) << e) + off;
            struct sim_tally t;
            struct buckets b = {0};

            sim_tally_init(&t);
            sim_tally_add(&t, x);
            sim_tally_add(&t, 0);
            sim_tally_add(&t, 0);
            sim_tally_each(&t, visit, &b);
            cr_assert(b.n == 3 && b.zeros == (x == 0 ? 3 : 2));
            cr_assert(b.end > (uint64_t)x && (double)(b.end - (uint64_t)x) <= 1 + (double)x / 64, "2^%d%+d", e,
                      (int)off);
            cr_assert(sim_tally_quantile(&t, 0.5) == 0 && t.min == 0 && t.max == x);
            cr_assert(fabs(sim_tally_quantile(&t, 0.99) - (double)x) <= 0.008 * (double)x);
            sim_tally_fini(&t);
        }
    }
}

/* Moments near 10^12 with a spread of 1.5: ten million observations, doubled four times by merging. */
Test(test_metric, moments_are_exact)
{
    struct sim_tally t, copy;

    sim_tally_init(&t);
    for (int i = 0; i < 10000000; i++)
        sim_tally_add(&t, INT64_C(1000000000000) + (i % 2) * 3 - 1);
    for (int i = 0; i < 4; i++) {
        sim_tally_init(&copy);
        sim_tally_merge(&copy, &t);
        sim_tally_merge(&t, &copy);
        sim_tally_fini(&copy);
    }
    /* Half at -1, half at +2: mean 0.5, variance 1.5^2 n / (n - 1). */
    const double n = 160000000;

    cr_expect(t.n == 160000000 && sim_tally_mean(&t) == 1e12 + 0.5);
    cr_expect(fabs(sim_tally_variance(&t) / (2.25 * n / (n - 1)) - 1) < 1e-14, "%.17g", sim_tally_variance(&t));

    /* At the end of the range squares need 126 bits: 1 million pairs 2 apart, variance n / (n - 1). */
    sim_tally_reset(&t);
    for (int i = 0; i < 1000000; i++) {
        sim_tally_add(&t, INT64_MAX);
        sim_tally_add(&t, INT64_MAX - 2);
    }
    cr_expect(fabs(sim_tally_variance(&t) * (2e6 - 1) / 2e6 - 1) < 1e-14, "%.17g", sim_tally_variance(&t));

    /* 0 and INT64_MAX, one each: (2^63)^2 / 2. One observation, and none, have no variance. */
    sim_tally_reset(&t);
    cr_expect(sim_tally_mean(&t) == 0 && sim_tally_variance(&t) == 0 && sim_tally_quantile(&t, 0.5) == 0);
    sim_tally_add(&t, INT64_MAX);
    cr_expect(sim_tally_variance(&t) == 0);
    sim_tally_add(&t, 0);
    cr_expect(fabs(sim_tally_variance(&t) / 0x1p125 - 1) < 1e-14);
    sim_tally_fini(&t);

    /* By hand: 2 4 4 4 5 5 7 9, mean 5, sum of squared deviations 32. */
    static const int64_t hand[] = {2, 4, 4, 4, 5, 5, 7, 9};

    sim_tally_init(&t);
    for (size_t i = 0; i < 8; i++)
        sim_tally_add(&t, hand[i]);
    cr_expect(sim_tally_mean(&t) == 5 && sim_tally_variance(&t) == 32.0 / 7 && t.min == 2 && t.max == 9);
    cr_expect(sim_tally_quantile(&t, 0.5) == 4 && sim_tally_quantile(&t, 0.75) == 5 &&
              sim_tally_quantile(&t, 0.76) == 7);
    sim_tally_fini(&t);
}

static void add_count(uint64_t low, uint64_t high, uint64_t n, void *arg)
{
    uint64_t *hash = arg;

    *hash = (*hash ^ low ^ high << 1 ^ n << 2) * UINT64_C(0x9E3779B97F4A7C15);
}

/* A tally of everything is the merge of tallies of the parts, to the last bit. */
Test(test_metric, merge_is_the_whole)
{
    struct sim_tally whole, part[3], merged;
    struct sim_stream s;
    uint64_t hash[2] = {0, 0};
    const struct sim_dist d = sim_dist_lognormal(1e6, 5);

    sim_tally_init(&whole);
    sim_tally_init(&merged);
    sim_stream_init(&s, 1, 0, "merge", "x");
    for (int k = 0; k < 3; k++) {
        sim_tally_init(&part[k]);
        for (int i = 0; i < 1000 * k; i++) { /* the first part stays empty */
            const int64_t x = i % 7 ? (int64_t)sim_dist_draw(&d, &s) : 0;

            sim_tally_add(&whole, x);
            sim_tally_add(&part[k], x);
        }
        sim_tally_merge(&merged, &part[k]);
        sim_tally_fini(&part[k]);
    }
    cr_expect(merged.n == 3000 && merged.zeros == whole.zeros && whole.zeros >= 429);
    cr_expect(merged.min == whole.min && merged.max == whole.max);
    cr_expect(sim_tally_mean(&merged) == sim_tally_mean(&whole));
    cr_expect(sim_tally_variance(&merged) == sim_tally_variance(&whole) && sim_tally_variance(&whole) > 0);
    sim_tally_each(&merged, add_count, &hash[0]);
    sim_tally_each(&whole, add_count, &hash[1]);
    cr_expect(hash[0] == hash[1] && hash[0] != 0);
    sim_tally_fini(&merged);
    sim_tally_fini(&whole);
}

struct entity {
    int before;
    sim_counter drops;
    struct sim_level queue;
    struct sim_tally delay;
    int after;
};

static const struct sim_metric metrics[] = {
    {"drops", SIM_METRIC_COUNTER, "1", offsetof(struct entity, drops), "frames dropped"},
    {"queue", SIM_METRIC_LEVEL, "B", offsetof(struct entity, queue), "bytes queued"},
    {"delay", SIM_METRIC_TALLY, "ps", offsetof(struct entity, delay), "time in the queue"},
    {0}};

Test(test_metric, tables_and_levels)
{
    struct entity e = {.before = 17, .after = 18};

    sim_metrics_init(metrics, &e, 100);
    cr_expect(sim_level_mean(&e.queue, 100) == 0);
    /* 0 for 100 ps, 3 for 200 ps, 10 for 0 ps, 1 for 50 ps, -2 for 50 ps: (600 + 50 - 100) / 400 */
    sim_level_set(&e.queue, 200, 3);
    sim_level_set(&e.queue, 400, 10);
    sim_level_set(&e.queue, 400, 1);
    sim_level_set(&e.queue, 450, -2);
    cr_expect(sim_level_mean(&e.queue, 500) == 1.375 && e.queue.max == 10);
    /* Without time, the mean is the value; and areas do not overflow: 2^62 bytes for a second. */
    sim_level_set(&e.queue, 500, INT64_C(1) << 62);
    e.drops = 5;
    sim_tally_add(&e.delay, 1000);
    sim_tally_add(&e.delay, 0);
    sim_metrics_reset(metrics, &e, 600);
    cr_expect(e.drops == 0 && e.delay.n == 0 && e.delay.zeros == 0 && sim_tally_mean(&e.delay) == 0);
    cr_expect(sim_tally_quantile(&e.delay, 0.9) == 0 && e.queue.max == INT64_C(1) << 62);
    cr_expect(sim_level_mean(&e.queue, 600) == 0x1p62 && sim_level_mean(&e.queue, 600 + SIM_S) == 0x1p62);
    /* The first observation after the reset is the only one. */
    sim_tally_add(&e.delay, 50);
    cr_expect(e.delay.min == 50 && e.delay.max == 50 && sim_tally_quantile(&e.delay, 0.999) == 50);
    cr_expect(sim_tally_mean(&e.delay) == 50 && sim_tally_variance(&e.delay) == 0);
    cr_expect(e.before == 17 && e.after == 18);
    sim_metrics_fini(metrics, &e);
}

Test(test_metric, negative_observation_aborts, .signal = SIGABRT)
{
    struct sim_tally t;

    sim_tally_init(&t);
    sim_tally_add(&t, -1);
}
