/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_dist.c - moments and quantiles of every kind of distribution.
 *
 * The seed is fixed, so the tests are deterministic; limits are 4 standard errors. Every check is made again against a
 * distribution 2 % off, and must then fail.
 */
#include <math.h>
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>

#include "sim/kernel/dist.h"

static const double frame_B[] = {64, 1500}, frame_weight[] = {0.6, 1};
static const double flow_B[] = {100, 1000, 10000}, flow_weight[] = {0.2, 0.5, 1};

enum { DRAWS = 500000 };

struct moments {
    double mean, variance;
    double variance_error; /* standard error of `variance`, from the fourth moment */
};

static struct moments sample(const struct sim_dist *d, double scale)
{
    static const int n = DRAWS;
    struct sim_stream s;
    double m = sim_dist_mean(d), s1 = 0, s2 = 0, s4 = 0;

    sim_stream_init(&s, 11, 0, "dist", "sample");
    for (int i = 0; i < n; i++) {
        const double x = scale * sim_dist_draw(d, &s) - m;

        s1 += x;
        s2 += x * x;
        s4 += x * x * x * x;
    }
    const double variance = s2 / n - s1 / n * s1 / n;

    return (struct moments){m + s1 / n, variance, sqrt((s4 / n - variance * variance) / n)};
}

/* Whether the sample of d, scaled, could be one of d. */
static bool mean_fits(const struct sim_dist *d, double scale)
{
    return fabs(sample(d, scale).mean - sim_dist_mean(d)) <= 4 * sqrt(sim_dist_variance(d) / DRAWS);
}

static bool variance_fits(const struct sim_dist *d, double scale)
{
    const struct moments m = sample(d, scale);

    return fabs(m.variance - sim_dist_variance(d)) <= 4 * m.variance_error;
}

Test(test_dist, moments)
{
    /* Means and variances by hand.
     * Weibull shape 2: E[x^2]/E[x]^2 = G(2)/G(1.5)^2 = 4/pi.
     * Triangular 2, 5, 11: 18/3; (4 + 25 + 121 - 10 - 22 - 55)/18 = 63/18.
     * Pareto shape a, scale k = mean (a-1)/a: variance k^2 a / ((a-1)^2 (a-2)); a = 6, mean 60: k = 50,
     *   2500 x 6 / (25 x 4) = 150.
     * Frames: 0.6 x 64 + 0.4 x 1500 = 638.4; 0.6 x 0.4 x 1436^2 = 494903.04.
     * Flows: atom 0.2 at 100, then 0.3 over 100..1000 and 0.5 over 1000..10000: 20 + 165 + 2750 = 2935;
     *   E[x^2] = 0.2e4 + 0.3 (1e4+1e5+1e6)/3 + 0.5 (1e6+1e7+1e8)/3 = 18613000; less 2935^2 = 9998775. */
    const struct {
        const char *name;
        struct sim_dist d;
        double mean, variance;
    } kinds[] = {
        {"constant", sim_dist_constant(1500), 1500, 0},
        {"uniform", sim_dist_uniform(2, 8), 5, 3},
        {"triangular", sim_dist_triangular(2, 5, 11), 6, 3.5},
        {"exponential", sim_dist_exponential(250), 250, 62500},
        {"lognormal", sim_dist_lognormal(100, 0.5), 100, 2500},
        {"pareto", sim_dist_pareto(60, 6), 60, 150},
        {"gamma", sim_dist_gamma(40, 0.5), 40, 400},
        {"gamma, cv 2", sim_dist_gamma(40, 2), 40, 6400},
        {"weibull", sim_dist_weibull(10, 2), 10, 100 * (4 / M_PI - 1)},
        {"discrete", sim_dist_discrete(frame_B, frame_weight, 2), 638.4, 494903.04},
        {"empirical", sim_dist_empirical(flow_B, flow_weight, 3), 2935, 9998775},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const struct sim_dist *d = &kinds[i].d;
        const double mean = sim_dist_mean(d), variance = sim_dist_variance(d);

        cr_expect(fabs(mean - kinds[i].mean) <= 1e-12 * mean, "%s: mean %.17g", kinds[i].name, mean);
        cr_expect(fabs(variance - kinds[i].variance) <= 1e-12 * mean * mean, "%s: variance %.17g", kinds[i].name,
                  variance);
        cr_expect(mean_fits(d, 1), "%s: sample mean %g", kinds[i].name, sample(d, 1).mean);
        cr_expect(variance_fits(d, 1), "%s: sample variance %g", kinds[i].name, sample(d, 1).variance);
        cr_expect(!mean_fits(d, 1.02), "%s: 2 %% more is not noticed", kinds[i].name);
    }
    cr_expect(!variance_fits(&kinds[1].d, 1.02), "4 %% more variance is not noticed");
    const struct sim_dist heavy = sim_dist_pareto(3, 1.5), edge = sim_dist_pareto(3, 2);

    cr_expect(isinf(sim_dist_variance(&heavy)) && isinf(sim_dist_variance(&edge)));
}

/* Whether the share of scaled draws at or below x fits p. */
static bool share_fits(const struct sim_dist *d, double x, double p, double scale)
{
    struct sim_stream s;
    int below = 0;

    sim_stream_init(&s, 12, 0, "dist", "share");
    for (int i = 0; i < DRAWS; i++)
        below += scale * sim_dist_draw(d, &s) <= x;
    return fabs((double)below / DRAWS - p) <= 4 * sqrt(p * (1 - p) / DRAWS);
}

Test(test_dist, quantiles)
{
    /* Lognormal mean 100, cv 1: sigma^2 = ln 2, zeta = ln 100 - sigma^2/2. Gamma cv 0.5: shape 4, scale 10.
     * Pareto mean 3, shape 1.5: scale 1. Weibull mean 10, shape 2: scale 10 / G(1.5) = 10 / (sqrt(pi) / 2). */
    const struct sim_dist d[] = {sim_dist_uniform(2, 8),    sim_dist_triangular(2, 5, 11),
                                 sim_dist_exponential(250), sim_dist_lognormal(100, 1),
                                 sim_dist_pareto(3, 1.5),   sim_dist_gamma(40, 0.5),
                                 sim_dist_weibull(10, 2),   sim_dist_empirical(flow_B, flow_weight, 3)};
    static const double p[] = {0.25, 0.5, 0.75, 0.95};

    for (size_t j = 0; j < sizeof(p) / sizeof(p[0]); j++) {
        const double x[] = {gsl_cdf_flat_Pinv(p[j], 2, 8),
                            p[j] < 1. / 3 ? 2 + sqrt(p[j] * 27) : 11 - sqrt((1 - p[j]) * 54),
                            gsl_cdf_exponential_Pinv(p[j], 250),
                            gsl_cdf_lognormal_Pinv(p[j], log(100) - M_LN2 / 2, sqrt(M_LN2)),
                            gsl_cdf_pareto_Pinv(p[j], 1.5, 1),
                            gsl_cdf_gamma_Pinv(p[j], 4, 10),
                            gsl_cdf_weibull_Pinv(p[j], 20 / sqrt(M_PI), 2),
                            p[j] < 0.5 ? 100 + 900 * (p[j] - 0.2) / 0.3 : 1000 + 9000 * (p[j] - 0.5) / 0.5};

        for (size_t i = 0; i < sizeof(d) / sizeof(d[0]); i++) {
            cr_expect(share_fits(&d[i], x[i], p[j], 1), "kind %d at %g", d[i].kind, p[j]);
            /* At the 25 % point of the empirical one, 2 % is 5 B of 900 B that hold 30 %: a shift of 0.0017 against
             * a limit of 0.0024, so it is not asked of that point. */
            if (d[i].kind != SIM_DIST_EMPIRICAL || p[j] > 0.4)
                cr_expect(!share_fits(&d[i], x[i], p[j], 1.02), "kind %d at %g is blind", d[i].kind, p[j]);
        }
    }
}

/* A constant takes no number from its stream, and a first point of weight is an atom. */
Test(test_dist, details)
{
    const struct sim_dist constant = sim_dist_constant(7), flows = sim_dist_empirical(flow_B, flow_weight, 3);
    struct sim_stream a, b;
    int atoms = 0;

    sim_stream_init(&a, 1, 0, "x", "y");
    sim_stream_init(&b, 1, 0, "x", "y");
    cr_expect(sim_dist_draw(&constant, &a) == 7);
    cr_expect(sim_uniform(&a) == sim_uniform(&b));
    for (int i = 0; i < 10000; i++) {
        const double x = sim_dist_draw(&flows, &a);

        cr_assert(x >= 100 && x <= 10000);
        atoms += x == 100;
    }
    cr_expect(abs(atoms - 2000) < 160, "%d atoms", atoms); /* 4 sqrt(10000 x 0.2 x 0.8) = 160 */
}
