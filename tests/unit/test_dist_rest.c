/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_dist_rest.c - what is left of a period at a random instant: mean E[X^2] / (2 E[X]) for every kind.
 *
 * A million draws; accepted within 1 %, which is more than five standard errors for each kind here; 2 % more is
 * rejected.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "sim/kernel/dist.h"

Test(test_dist_rest, means)
{
    static const double value[] = {1, 3, 10}, share[] = {0.5, 0.8, 1};
    const struct sim_dist dists[] = {sim_dist_constant(5),
                                     sim_dist_uniform(2, 8),
                                     sim_dist_triangular(2, 5, 11),
                                     sim_dist_exponential(5),
                                     sim_dist_lognormal(5, 0.5),
                                     sim_dist_pareto(5, 6),
                                     sim_dist_gamma(5, 0.5),
                                     sim_dist_weibull(5, 2),
                                     sim_dist_discrete(value, share, 3),
                                     sim_dist_empirical(value, share, 3)};

    for (size_t i = 0; i < sizeof dists / sizeof *dists; i++) {
        enum { N = 1000000 };
        const double mean = sim_dist_mean(&dists[i]);
        const double theory = (sim_dist_variance(&dists[i]) + mean * mean) / (2 * mean);
        struct sim_stream s;
        double sum = 0;

        sim_stream_init(&s, 1, 0, "rest", "test");
        for (int k = 0; k < N; k++)
            sum += sim_dist_draw_rest(&dists[i], &s);
        cr_expect_lt(fabs(sum / N / theory - 1), 0.01, "kind %d: %g, theory %g", (int)dists[i].kind, sum / N, theory);
        cr_expect_gt(fabs(sum / N / (1.02 * theory) - 1), 0.01, "kind %d: 2 %% off passes", (int)dists[i].kind);
    }
}

/* Pareto of shape 1.5 and mean 3, scale 1: the rest exceeds x >= 1 with probability (1 / 1.5) x^-0.5; above 4: 1/3.
 * Below the scale it is uniform: above 0.75: 1 - 0.75 / 3 = 0.75. Its mean does not exist. */
Test(test_dist_rest, heavy_tail)
{
    enum { N = 1000000 };
    const struct sim_dist d = sim_dist_pareto(3, 1.5);
    struct sim_stream s;
    int low = 0, high = 0;

    sim_stream_init(&s, 2, 0, "rest", "test");
    for (int k = 0; k < N; k++) {
        const double x = sim_dist_draw_rest(&d, &s);

        low += x > 0.75;
        high += x > 4;
    }
    cr_expect_lt(fabs(low / (double)N - 0.75), 3.29 * sqrt(0.75 * 0.25 / N));
    cr_expect_lt(fabs(high / (double)N - 1.0 / 3), 3.29 * sqrt(2.0 / 9 / N));
}
