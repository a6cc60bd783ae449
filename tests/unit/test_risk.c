/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_risk.c - Monte-Carlo against closed forms, break-even points against algebra.
 *
 * Plans are those of tests/unit/test_cost.c for two servers: shared buys 2 srv-2u (7000), 2 tor (800), 2 fcsw (3000);
 * dedicated buys 2 srv-1u (5000). The seed is fixed, so the tests are deterministic; limits are 4 standard errors, and
 * each check is made again against a model 2 % wrong and must then fail.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/breakeven.h"
#include "sim/plan/risk.h"
#include "tests/unit/plan_study.h"

enum { SAMPLES = 200000, ENTRIES = 4 };

struct risky { /* a study with plans and uncertain prices of items */
    struct scn_study *st;
    struct plan *plan[STUDY_DESIGNS];
    const struct plan *const *plans;
    struct scn_uncertain entry[ENTRIES];
    struct scn_target target[ENTRIES];
};

static void risky_init(struct risky *r, const size_t *design, size_t designs)
{
    *r = (struct risky){.st = plan_study_create(2)};
    for (size_t i = 0; i < designs; i++) {
        r->plan[i] = plan_create(r->st, &r->st->design[design[i]]);
        cr_assert(r->plan[i]->feasible, "%s", r->plan[i]->why);
    }
    r->plans = (const struct plan *const *)r->plan;
    r->st->uncertain = r->entry;
}

static void risky_add(struct risky *r, const char *item, bool factor, struct sim_dist dist)
{
    const size_t n = r->st->n_uncertain++;
    const ptrdiff_t index = plan_study_item(r->st, item) - r->st->catalogue.item;

    r->target[n] = (struct scn_target){SCN_OF_ITEM, (uint32_t)index, offsetof(struct scn_item, price_usd)};
    r->entry[n] =
        (struct scn_uncertain){.name = item, .target = &r->target[n], .targets = 1, .factor = factor, .dist = dist};
}

static void risky_fini(struct risky *r)
{
    for (size_t i = 0; i < STUDY_DESIGNS; i++)
        plan_destroy(r->plan[i]);
    plan_study_destroy(r->st);
}

static const size_t two[] = {STUDY_SHARED, STUDY_DEDICATED}, four[] = {0, 1, 2, 3};

/* Two factors uniform on 0.5..1.5: the total is T + 1600 x (u - 1) + 6000 x (v - 1). Mean T; variance
 * (1600^2 + 6000^2) / 12. The density of the sum is a trapezoid; below its first kink the distribution function is
 * s^2 / (2 x 1600 x 6000) with s from the lower end T - 3800, so 5 % lies at s = sqrt(0.1 x 1600 x 6000) = 979.8.
 * Standard errors: of the mean sd / sqrt(n); of the standard deviation at most sd / sqrt(2 n), the kurtosis being below
 * 3; of a quantile sqrt(p (1-p) / n) / f with the density f = s / (1600 x 6000) there. */
static bool sum_fits(const struct plan_risk_total *t, double scale)
{
    const double total = t->cost.total_usd, sd = scale * sqrt((1600. * 1600 + 6000. * 6000) / 12);
    const double s = sqrt(0.1 * 1600 * 6000), density = s / (1600. * 6000);

    return fabs(t->mean - total) <= 4 * sd / sqrt(SAMPLES) && fabs(t->sd - sd) <= 4 * sd / sqrt(2. * SAMPLES) &&
           fabs(t->p05 - (total - scale * (3800 - s))) <= 4 * sqrt(0.05 * 0.95 / SAMPLES) / density &&
           fabs(t->p95 - (total + scale * (3800 - s))) <= 4 * sqrt(0.05 * 0.95 / SAMPLES) / density;
}

Test(test_risk, sum_of_two_uniform_prices)
{
    struct risky r;
    struct plan_risk risk;

    risky_init(&r, two, 1);
    risky_add(&r, "tor", true, sim_dist_uniform(0.5, 1.5));
    risky_add(&r, "fcsw", true, sim_dist_uniform(0.5, 1.5));
    plan_risk_init(&risk, r.plans, 1, SAMPLES);
    cr_expect(sum_fits(&risk.total[0], 1), "mean %g sd %g p05 %g p95 %g of %g", risk.total[0].mean, risk.total[0].sd,
              risk.total[0].p05, risk.total[0].p95, risk.total[0].cost.total_usd);
    cr_expect(!sum_fits(&risk.total[0], 1.02), "2 %% more spread is not noticed");
    cr_expect_float_eq(risk.total[0].cheapest, 1, 1e-9);
    plan_risk_fini(&risk);
    risky_fini(&r);
}

/* With the price p of srv-2u uncertain, shared is cheaper than dedicated while 2 p < 2 x 7000 - (T_s - T_d), that is
 * for p below x = 7000 - (T_s - T_d) / 2: the share of samples is the distribution function at x. */
static bool share_fits(double share, double p)
{
    return fabs(share - p) <= 4 * sqrt(p * (1 - p) / SAMPLES);
}

Test(test_risk, probability_of_being_cheapest)
{
    struct risky r;
    struct plan_risk risk;
    double x;

    risky_init(&r, two, 2);
    plan_risk_init(&risk, r.plans, 2, 0);
    x = 7000 - (risk.total[0].cost.total_usd - risk.total[1].cost.total_usd) / 2;
    plan_risk_fini(&risk);
    cr_assert(x > 1000 && x < 7000, "%g", x);
    for (int normal = 0; normal < 2; normal++) {
        const struct sim_dist d = normal ? sim_dist_lognormal(x, 0.3) : sim_dist_uniform(0.7 * x, 1.7 * x);
        double p[2];

        for (int wrong = 0; wrong < 2; wrong++) {
            const double at = wrong ? 1.02 * x : x;

            p[wrong] = normal ? gsl_cdf_lognormal_P(at, d.p, d.q) : (at - 0.7 * x) / x;
        }
        r.st->n_uncertain = 0;
        risky_add(&r, "srv-2u", false, d);
        plan_risk_init(&risk, r.plans, 2, SAMPLES);
        cr_expect(share_fits(risk.total[0].cheapest, p[0]), "%g, not %g", risk.total[0].cheapest, p[0]);
        cr_expect(!share_fits(risk.total[0].cheapest, p[1]), "a price 2 %% off is not noticed");
        cr_expect_float_eq(risk.total[0].cheapest + risk.total[1].cheapest, 1, 1e-9);
        plan_risk_fini(&risk);
    }
    risky_fini(&r);
}

/* Both designs buy eight sr: whatever that costs, their difference stays. One entry more leaves the draws of the others
 * what they are. The same seed gives the same samples. */
Test(test_risk, common_random_numbers)
{
    struct risky r;
    struct plan_risk one, more;

    risky_init(&r, two, 2);
    risky_add(&r, "sr", true, sim_dist_lognormal(1, 0.5));
    plan_risk_init(&one, r.plans, 2, 1000);
    for (uint32_t i = 0; i < 1000; i++)
        cr_assert_float_eq(one.total[0].sample[i] - one.total[1].sample[i],
                           one.total[0].cost.total_usd - one.total[1].cost.total_usd, 1e-6);
    cr_expect(one.total[0].sd > 1000, "%g", one.total[0].sd);
    risky_add(&r, "tor", true, sim_dist_uniform(0.5, 1.5));
    plan_risk_init(&more, r.plans, 2, 1000);
    cr_expect_eq(one.factor[0].p10, more.factor[0].p10);
    cr_expect_eq(one.factor[0].p90, more.factor[0].p90);
    plan_risk_fini(&one);
    plan_risk_init(&one, r.plans, 2, 1000);
    for (uint32_t i = 0; i < 1000; i++)
        cr_assert_eq(one.total[1].sample[i], more.total[1].sample[i]);
    plan_risk_fini(&one);
    plan_risk_fini(&more);
    risky_fini(&r);
}

/* Every sample has one order of the designs; who is first in them is cheapest so often. */
Test(test_risk, rankings_add_up)
{
    double first[STUDY_DESIGNS] = {0};
    struct risky r;
    struct plan_risk risk;
    uint32_t samples = 0;

    risky_init(&r, four, 4);
    risky_add(&r, "srv-1u", true, sim_dist_uniform(0.2, 3));
    risky_add(&r, "dir", true, sim_dist_triangular(0, 0.2, 1));
    risky_add(&r, "dcb", true, sim_dist_uniform(0, 1));
    plan_risk_init(&risk, r.plans, 4, 5000);
    cr_expect(risk.rankings > 3, "%zu", risk.rankings);
    for (size_t i = 0; i < risk.rankings; i++) {
        bool seen[STUDY_DESIGNS] = {false};

        samples += risk.ranking[i].samples;
        first[risk.ranking[i].order[0]] += risk.ranking[i].samples / 5000.;
        cr_expect(i == 0 || risk.ranking[i].samples <= risk.ranking[i - 1].samples);
        for (size_t k = 0; k < 4; k++)
            seen[risk.ranking[i].order[k]] = true;
        cr_expect(seen[0] && seen[1] && seen[2] && seen[3]);
    }
    cr_expect_eq(samples, 5000);
    for (size_t p = 0; p < 4; p++)
        cr_expect_float_eq(first[p], risk.total[p].cheapest, 1e-9);
    plan_risk_fini(&risk);
    risky_fini(&r);
}

/* The difference dedicated - shared moves with -2 x the price of srv-2u and +2 x that of srv-1u and not with the price
 * of sr: exactly, as totals are sums. Uniform 0.5..1.5: the 10 and 90 % quantiles are 0.6 and 1.4 within 4 standard
 * errors of sqrt(0.09 / n) = 0.0027. */
Test(test_risk, tornado)
{
    struct risky r;
    struct plan_risk risk;
    struct plan_tornado t;

    risky_init(&r, two, 2);
    risky_add(&r, "sr", true, sim_dist_uniform(0.5, 1.5));
    risky_add(&r, "srv-1u", true, sim_dist_uniform(0.5, 1.5));
    risky_add(&r, "srv-2u", true, sim_dist_uniform(0.5, 1.5));
    plan_risk_init(&risk, r.plans, 2, SAMPLES);
    plan_tornado_init(&t, &risk);
    cr_assert_eq(t.a, 1, "dedicated is cheapest");
    cr_assert_eq(t.b, 0);
    cr_expect_str_eq(t.swing[0].factor->of->name, "srv-2u");
    cr_expect_float_eq(t.swing[0].high - t.swing[0].low, 14000 * (risk.factor[2].p90 - risk.factor[2].p10), 1e-6);
    cr_expect_str_eq(t.swing[1].factor->of->name, "srv-1u");
    cr_expect_float_eq(t.swing[1].high - t.swing[1].low, -10000 * (risk.factor[1].p90 - risk.factor[1].p10), 1e-6);
    cr_expect_str_eq(t.swing[2].factor->of->name, "sr");
    cr_expect_float_eq(t.swing[2].high, t.swing[2].low, 1e-6);
    for (size_t f = 0; f < 3; f++) {
        cr_expect_float_eq(risk.factor[f].p10, 0.6, 0.0027);
        cr_expect_float_eq(risk.factor[f].p90, 1.4, 0.0027);
    }
    free(t.swing);
    plan_risk_fini(&risk);
    risky_fini(&r);
}

static const struct plan_curve *curve_of(const struct plan_breakeven *b, const char *what)
{
    for (size_t i = 0; i < b->curves; i++)
        if (strcmp(b->curve[i].what, what) == 0)
            return &b->curve[i];
    cr_assert(false, "no curve %s", what);
    return NULL;
}

/* Capex only. A shared server is 7000 + 2 x 1000 + 4 x 5 + 2 x 100 = 9220; a tor with its uplinks 800 + 2 x (2 x 400 +
 * 1000) = 4400 for four servers a pair; an fcsw 3000 + 2 x (2 x 150 + 600) = 4800 for eight servers a pair:
 *   S(n) = 9220 n + 8800 ceil(n/4) + 9600 ceil(n/8)
 * A converged one is 5000 + 2 x 1500 + 2 x 60 = 8120; a dcb with module and uplinks 9000 + 2000 + 3600 + 1800 = 16400
 * for eight servers a pair:
 *   C(n) = 8120 n + 32800 ceil(n/8)
 * S - C = 1100 n + 8800 ceil(n/4) - 23200 ceil(n/8): -100 at 5, 1000 at 6, -10100 at 9, 3100 at 13, -6900 at 17, 6300
 * at 21, -3700 at 25, 9500 at 29, -500 at 33, 600 at 34, 2700 at 41, and 200 x n - 2900 or more from there on. */
Test(test_risk, break_even_servers_step_by_step)
{
    static const size_t designs[] = {STUDY_SHARED, STUDY_CEE};
    static const double at[] = {6, 9, 13, 17, 21, 25, 29, 33, 34};
    struct risky r;
    struct plan_breakeven b;
    const struct plan_curve *c;

    risky_init(&r, designs, 2);
    r.st->cost.energy_usd_per_kwh = r.st->cost.rack_unit_usd_per_month = r.st->cost.admin_usd_per_h = 0;
    plan_breakeven_init(&b, r.plans, 2, 100);
    c = curve_of(&b, "servers");
    for (size_t i = 0; i < c->n; i++) {
        const double n = c->x[i];

        cr_expect_float_eq(c->total[i], 9220 * n + 8800 * ceil(n / 4) + 9600 * ceil(n / 8), 1e-6, "%g servers", n);
        cr_expect_float_eq(c->total[c->n + i], 8120 * n + 32800 * ceil(n / 8), 1e-6, "%g servers", n);
    }
    cr_assert_eq(c->crossings, 9, "%zu", c->crossings);
    for (size_t i = 0; i < 9; i++) {
        cr_expect_float_eq(c->crossing[i].x, at[i], 0);
        cr_expect_eq(c->crossing[i].to, i % 2 == 0);
    }
    plan_breakeven_fini(&b);
    risky_fini(&r);
}

/* Totals are straight lines in a price: with the factor f of srv-2u, T_s + 14000 (f - 1) = T_d at
 * f = 1 - (T_s - T_d) / 14000. With the price x of a port of tor (8 ports, both designs have two) nothing changes. */
Test(test_risk, break_even_price)
{
    struct risky r;
    struct plan_breakeven b;
    const struct plan_curve *c;
    struct plan_cost shared, dedicated;

    risky_init(&r, two, 2);
    risky_add(&r, "srv-2u", true, sim_dist_uniform(0.5, 1.5));
    plan_cost(r.plan[0], &shared);
    plan_cost(r.plan[1], &dedicated);
    plan_breakeven_init(&b, r.plans, 2, 4);
    c = curve_of(&b, "factor of srv-2u");
    cr_assert_eq(c->crossings, 1);
    cr_expect_float_eq(c->crossing[0].x, 1 - (shared.total_usd - dedicated.total_usd) / 14000, 1e-9);
    cr_expect_eq(c->crossing[0].from, 0);
    cr_expect_eq(c->crossing[0].to, 1);
    c = curve_of(&b, "price of a port of tor");
    cr_expect_float_eq(c->now, 100, 1e-12);
    cr_expect_eq(c->crossings, 0);
    cr_expect_float_eq(c->total[c->n - 1] - c->total[0], 3 * 1600, 1e-6);
    plan_breakeven_fini(&b);
    risky_fini(&r);
}

/* Four designs, one price: wherever the cheapest changes on a fine grid there is one crossing between the same two, and
 * none else. */
Test(test_risk, break_even_finds_every_crossing)
{
    struct risky r;
    struct plan_breakeven b;
    const struct plan_curve *c;

    risky_init(&r, four, 4);
    risky_add(&r, "srv-1u", true, sim_dist_uniform(0.5, 1.5));
    risky_add(&r, "dir", true, sim_dist_uniform(0, 1));
    plan_breakeven_init(&b, r.plans, 4, 2);
    c = curve_of(&b, "factor of srv-1u");
    cr_assert(c->crossings >= 1);
    for (size_t i = 0; i < c->crossings; i++) {
        const struct plan_crossing *k = &c->crossing[i];
        const size_t j = (size_t)(k->x / (c->x[1] - c->x[0])); /* totals are linear between grid points */
        const double part = (k->x - c->x[j]) / (c->x[1] - c->x[0]);
        double total[STUDY_DESIGNS];

        for (size_t p = 0; p < 4; p++)
            total[p] = c->total[p * c->n + j] * (1 - part) + c->total[p * c->n + j + 1] * part;
        cr_expect_float_eq(total[k->from], total[k->to], 1e-3);
        for (size_t p = 0; p < 4; p++)
            cr_expect(total[p] >= total[k->from] - 1e-3);
        cr_expect(i == 0 || (c->crossing[i - 1].to == k->from && c->crossing[i - 1].x <= k->x));
    }
    plan_breakeven_fini(&b);
    risky_fini(&r);
}
