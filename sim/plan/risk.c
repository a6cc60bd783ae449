/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/risk.c - Monte-Carlo over uncertain prices, and the tornado; see the header. */
#include "sim/plan/risk.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/assert.h"
#include "sim/plan/whatif.h"

/* Draw an entry for every sample. A stream of its own: one entry more changes nobody else's numbers. */
static double *risk_draw(const struct plan_risk *r, const struct scn_uncertain *u)
{
    double *draw = sim_alloc(r->samples, sizeof *draw);
    struct sim_stream s;

    sim_stream_init(&s, r->plan[0]->study->seed, 0, u->name, "uncertain");
    for (uint32_t i = 0; i < r->samples; i++)
        draw[i] = sim_dist_draw(&u->dist, &s);
    return draw;
}

static double risk_quantile(const double *sorted, uint32_t n, double p)
{
    return gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
}

static void risk_factor(struct plan_risk_factor *f, const struct scn_uncertain *u, const double *draw, uint32_t n)
{
    double *sorted = sim_alloc(n, sizeof *sorted);

    memcpy(sorted, draw, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    *f = (struct plan_risk_factor){u, risk_quantile(sorted, n, 0.1), risk_quantile(sorted, n, 0.5),
                                   risk_quantile(sorted, n, 0.9)};
    free(sorted);
}

static double risk_price(const struct plan_scene *scene, const struct plan_risk *r, size_t p)
{
    const struct plan_prices prices = plan_scene_prices(scene, r->plan[p]);
    struct plan_cost cost = r->total[p].cost; /* for its counts */

    plan_price(r->plan[p], &prices, &cost);
    return cost.total_usd;
}

static void risk_sample(struct plan_risk *r)
{
    const struct scn_study *st = r->plan[0]->study;
    double **draw = sim_alloc(st->n_uncertain + 1, sizeof *draw);
    struct plan_scene scene;

    plan_scene_init(&scene, st);
    for (size_t u = 0; u < st->n_uncertain; u++) {
        draw[u] = risk_draw(r, &st->uncertain[u]);
        risk_factor(&r->factor[u], &st->uncertain[u], draw[u], r->samples);
    }
    for (uint32_t i = 0; i < r->samples; i++) {
        plan_scene_reset(&scene);
        for (size_t u = 0; u < st->n_uncertain; u++)
            plan_scene_move(&scene, &st->uncertain[u], draw[u][i]);
        for (size_t p = 0; p < r->plans; p++)
            r->total[p].sample[i] = risk_price(&scene, r, p);
    }
    for (size_t u = 0; u < st->n_uncertain; u++)
        free(draw[u]);
    free(draw);
    plan_scene_fini(&scene);
}

static void risk_summarise(struct plan_risk_total *t, uint32_t n)
{
    double *sorted = sim_alloc(n, sizeof *sorted);

    memcpy(sorted, t->sample, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    t->mean = gsl_stats_mean(sorted, 1, n);
    t->sd = n > 1 ? gsl_stats_sd_m(sorted, 1, n, t->mean) : 0;
    t->p05 = risk_quantile(sorted, n, 0.05);
    t->p50 = risk_quantile(sorted, n, 0.5);
    t->p95 = risk_quantile(sorted, n, 0.95);
    free(sorted);
}

/* The designs by rising total of sample `i`; equals in the order of the scenario. */
static void risk_order(const struct plan_risk *r, uint32_t i, uint8_t *order)
{
    for (size_t p = 0; p < r->plans; p++) {
        size_t k = p;

        for (; k > 0 && r->total[order[k - 1]].sample[i] > r->total[p].sample[i]; k--)
            order[k] = order[k - 1];
        order[k] = (uint8_t)p;
    }
}

static int risk_compare_orders(const void *a, const void *b, void *plans)
{
    return memcmp(a, b, *(const size_t *)plans);
}

static int risk_compare_rankings(const void *a, const void *b, void *plans)
{
    const struct plan_ranking *x = a, *y = b;

    if (x->samples != y->samples)
        return x->samples < y->samples ? 1 : -1;
    return memcmp(x->order, y->order, *(const size_t *)plans);
}

static void risk_rank(struct plan_risk *r)
{
    const size_t n = r->plans;
    uint8_t *order = sim_alloc(r->samples, n);
    size_t capacity = 0;

    for (uint32_t i = 0; i < r->samples; i++) {
        risk_order(r, i, order + i * n);
        r->total[order[i * n]].cheapest++;
    }
    for (size_t p = 0; p < n; p++)
        r->total[p].cheapest /= r->samples;
    qsort_r(order, r->samples, n, risk_compare_orders, &r->plans);
    for (uint32_t i = 0; i < r->samples; i++) {
        if (i == 0 || memcmp(order + i * n, order + (i - 1) * n, n) != 0) {
            struct plan_ranking *ranking;

            r->ranking = sim_grow(r->ranking, &capacity, r->rankings + 1, sizeof *r->ranking);
            ranking = &r->ranking[r->rankings++];
            ranking->order = sim_alloc(n, 1);
            ranking->samples = 0;
            memcpy(ranking->order, order + i * n, n);
        }
        r->ranking[r->rankings - 1].samples++;
    }
    qsort_r(r->ranking, r->rankings, sizeof *r->ranking, risk_compare_rankings, &r->plans);
    free(order);
}

void plan_risk_init(struct plan_risk *r, const struct plan *const *plan, size_t plans, uint32_t samples)
{
    const struct scn_study *st = plan[0]->study;

    SIM_ASSERT(plans > 0 && plans < 256);
    *r = (struct plan_risk){.plan = plan, .plans = plans, .samples = st->n_uncertain ? samples : 0};
    r->total = sim_alloc(plans, sizeof *r->total);
    for (size_t p = 0; p < plans; p++)
        plan_cost(plan[p], &r->total[p].cost);
    if (r->samples == 0)
        return;
    r->factors = st->n_uncertain;
    r->factor = sim_alloc(r->factors, sizeof *r->factor);
    for (size_t p = 0; p < plans; p++)
        r->total[p].sample = sim_alloc(samples, sizeof *r->total[p].sample);
    risk_sample(r);
    for (size_t p = 0; p < plans; p++)
        risk_summarise(&r->total[p], samples);
    risk_rank(r);
}

void plan_risk_fini(struct plan_risk *r)
{
    for (size_t p = 0; p < r->plans; p++)
        free(r->total[p].sample);
    for (size_t i = 0; i < r->rankings; i++)
        free(r->ranking[i].order);
    free(r->ranking);
    free(r->total);
    free(r->factor);
}

/* Put everything at its median, but for factor `but` (SIZE_MAX: none) at `draw`. */
static void tornado_set(struct plan_scene *scene, const struct plan_risk *r, size_t but, double draw)
{
    plan_scene_reset(scene);
    for (size_t f = 0; f < r->factors; f++)
        plan_scene_move(scene, r->factor[f].of, f == but ? draw : r->factor[f].p50);
}

static int tornado_compare(const void *a, const void *b)
{
    const struct plan_swing *x = a, *y = b;
    const double dx = fabs(x->high - x->low), dy = fabs(y->high - y->low);

    if (dx != dy)
        return dx < dy ? 1 : -1;
    return (x->factor > y->factor) - (x->factor < y->factor);
}

void plan_tornado_init(struct plan_tornado *t, const struct plan_risk *r)
{
    double *total = sim_alloc(r->plans, sizeof *total);
    struct plan_scene scene;

    SIM_ASSERT(r->plans > 1 && r->samples > 0);
    plan_scene_init(&scene, r->plan[0]->study);
    tornado_set(&scene, r, SIZE_MAX, 0);
    *t = (struct plan_tornado){.a = 0};
    for (size_t p = 0; p < r->plans; p++) {
        total[p] = risk_price(&scene, r, p);
        if (total[p] < total[t->a])
            t->a = p;
    }
    t->b = t->a == 0;
    for (size_t p = 0; p < r->plans; p++)
        if (p != t->a && total[p] < total[t->b])
            t->b = p;
    t->difference = total[t->b] - total[t->a];
    t->swing = sim_alloc(r->factors, sizeof *t->swing);
    for (size_t f = 0; f < r->factors; f++) {
        t->swing[f].factor = &r->factor[f];
        tornado_set(&scene, r, f, r->factor[f].p10);
        t->swing[f].low = risk_price(&scene, r, t->b) - risk_price(&scene, r, t->a);
        tornado_set(&scene, r, f, r->factor[f].p90);
        t->swing[f].high = risk_price(&scene, r, t->b) - risk_price(&scene, r, t->a);
    }
    qsort(t->swing, r->factors, sizeof *t->swing, tornado_compare);
    plan_scene_fini(&scene);
    free(total);
}
