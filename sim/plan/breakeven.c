/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/breakeven.c - totals over a quantity or a price, and where the cheapest changes; see the header. */
#include "sim/plan/breakeven.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/whatif.h"

enum { PRICE_POINTS = 31, PRICE_TIMES = 3, ROOT_STEPS = 100, CROSSING_DEPTH = 8 };

static struct plan_curve *curve_add(struct plan_breakeven *b, const char *what, const char *unit, double now, size_t n)
{
    struct plan_curve *c;

    b->curve = sim_grow(b->curve, &b->capacity, b->curves + 1, sizeof *b->curve);
    c = &b->curve[b->curves++];
    *c = (struct plan_curve){.what = strdup(what), .unit = unit, .now = now, .n = n};
    c->x = sim_alloc(n, sizeof *c->x);
    c->total = sim_alloc(n * b->plans, sizeof *c->total);
    return c;
}

static void curve_cross(struct plan_curve *c, double x, size_t from, size_t to)
{
    c->crossing = sim_grow(c->crossing, &c->capacity, c->crossings + 1, sizeof *c->crossing);
    c->crossing[c->crossings++] = (struct plan_crossing){x, from, to};
}

/* The cheapest of totals that stand `stride` apart; the first of equals; SIZE_MAX if there is none. */
static size_t curve_cheapest(const double *total, size_t plans, size_t stride)
{
    size_t best = SIZE_MAX;

    for (size_t p = 0; p < plans; p++)
        if (!isnan(total[p * stride]) && (best == SIZE_MAX || total[p * stride] < total[best * stride]))
            best = p;
    return best;
}

/* ---- Whole numbers: plan again ---- */

static void whole_plan(const struct plan_breakeven *b, struct plan_curve *c, size_t i, const struct scn_study *study)
{
    for (size_t p = 0; p < b->plans; p++) {
        struct plan *plan = plan_create_bill(study, b->plan[p]->design);
        struct plan_cost cost;

        plan_cost(plan, &cost);
        c->total[p * c->n + i] = plan->feasible ? cost.total_usd : NAN;
        plan_destroy(plan);
    }
}

static void whole_crossings(const struct plan_breakeven *b, struct plan_curve *c)
{
    c->whole = true;
    for (size_t i = 1; i < c->n; i++) {
        const size_t before = curve_cheapest(c->total + i - 1, b->plans, c->n);
        const size_t here = curve_cheapest(c->total + i, b->plans, c->n);

        if (before != here)
            curve_cross(c, c->x[i], before, here);
    }
}

static void whole_servers(struct plan_breakeven *b, uint32_t most)
{
    const struct scn_study *st = b->plan[0]->study;
    struct plan_curve *c = curve_add(b, "servers", "1", plan_servers_of(st), most);

    for (uint32_t i = 0; i < most; i++) {
        struct plan_size size;

        c->x[i] = i + 1;
        plan_size_servers(&size, st, i + 1);
        whole_plan(b, c, i, &size.study);
        plan_size_fini(&size);
    }
    whole_crossings(b, c);
}

static void whole_density(struct plan_breakeven *b)
{
    const struct scn_study *st = b->plan[0]->study;
    uint32_t carriers = 0;

    for (size_t g = 0; g < st->server_groups; g++)
        carriers += st->servers[g].places ? st->servers[g].count : 0;
    if (plan_vms_of(st) < carriers || carriers == 0)
        return;
    const uint32_t now = plan_vms_of(st) / carriers, low = now > 1 ? now / 2 : 1;
    struct plan_curve *c = curve_add(b, "VMs per server", "1", (double)plan_vms_of(st) / carriers, 2 * now - low + 1);

    for (uint32_t i = 0; i < c->n; i++) {
        struct plan_size size;

        c->x[i] = low + i;
        plan_size_density(&size, st, low + i);
        whole_plan(b, c, i, &size.study);
        plan_size_fini(&size);
    }
    whole_crossings(b, c);
}

/* ---- Prices: the same quantities at other prices ---- */

struct price { /* of a curve: what moves, and two designs whose difference is sought */
    const struct plan_breakeven *b;
    struct plan_scene scene;
    struct scn_uncertain moved;
    double per_x; /* draw = x * per_x */
    size_t from, to;
};

static double price_total(struct price *m, size_t p, double x)
{
    struct plan_prices prices;
    struct plan_cost cost;

    plan_scene_reset(&m->scene);
    for (size_t i = 0; i < m->moved.targets; i++)
        if (m->moved.target[i].whose == SCN_OF_ITEM) /* of an item that `uncertain` may not name */
            m->scene.item[m->moved.target[i].index] = m->scene.study->catalogue.item[m->moved.target[i].index];
    plan_scene_move(&m->scene, &m->moved, x * m->per_x);
    prices = plan_scene_prices(&m->scene, m->b->plan[p]);
    cost = m->b->cost[p]; /* for its counts */
    plan_price(m->b->plan[p], &prices, &cost);
    return cost.total_usd;
}

static double price_difference(double x, void *arg)
{
    struct price *m = arg;

    return price_total(m, m->to, x) - price_total(m, m->from, x);
}

/* Where `to` becomes as cheap as `from` between low and high. */
static double price_root(struct price *m, double low, double high)
{
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    gsl_function f = {price_difference, m};
    double x = low;

    if (price_difference(low, m) <= 0) { /* equal at the very end */
        gsl_root_fsolver_free(solver);
        return low;
    }
    gsl_root_fsolver_set(solver, &f, low, high);
    for (int step = 0; step < ROOT_STEPS; step++) {
        gsl_root_fsolver_iterate(solver);
        x = gsl_root_fsolver_root(solver);
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver), 0, 1e-9) ==
            GSL_SUCCESS)
            break;
    }
    gsl_root_fsolver_free(solver);
    return x;
}

/* The crossings between low, where `from` is cheapest, and high, where `to` is. A third design may be cheapest between
 * the two: then it is at their crossing, and both halves are looked at. */
static void price_cross(struct price *m, struct plan_curve *c, double low, double high, size_t from, size_t to,
                        int depth)
{
    size_t between = from;
    double x, least;

    if (from == to)
        return;
    m->from = from;
    m->to = to;
    x = price_root(m, low, high);
    least = price_total(m, from, x);
    least -= 1e-9 * fabs(least);
    for (size_t p = 0; p < m->b->plans; p++)
        if (p != to && price_total(m, p, x) < least) {
            least = price_total(m, p, x);
            between = p;
        }
    if (between == from || depth == 0) {
        curve_cross(c, x, from, to);
        return;
    }
    price_cross(m, c, low, x, from, between, depth - 1);
    price_cross(m, c, x, high, between, to, depth - 1);
}

static void price_curve(struct plan_breakeven *b, const char *what, const char *unit, double now,
                        const struct scn_uncertain *moved, double per_x)
{
    struct price m = {.b = b, .moved = *moved, .per_x = per_x};
    struct plan_curve *c = curve_add(b, what, unit, now, PRICE_POINTS);

    plan_scene_init(&m.scene, b->plan[0]->study);
    for (size_t i = 0; i < c->n; i++) {
        c->x[i] = now * PRICE_TIMES * (double)i / (PRICE_POINTS - 1);
        for (size_t p = 0; p < b->plans; p++)
            c->total[p * c->n + i] = price_total(&m, p, c->x[i]);
    }
    for (size_t i = 1; i < c->n; i++)
        price_cross(&m, c, c->x[i - 1], c->x[i], curve_cheapest(c->total + i - 1, b->plans, c->n),
                    curve_cheapest(c->total + i, b->plans, c->n), CROSSING_DEPTH);
    plan_scene_fini(&m.scene);
}

/* Whether an earlier plan, or an earlier row of this one, buys the item. */
static bool price_is_new(const struct plan_breakeven *b, size_t plan, size_t row)
{
    for (size_t p = 0; p <= plan; p++)
        for (size_t r = 0; r < (p == plan ? row : b->plan[p]->bom_rows); r++)
            if (b->plan[p]->bom[r].item == b->plan[plan]->bom[row].item)
                return false;
    return true;
}

static void price_edges(struct plan_breakeven *b)
{
    for (size_t p = 0; p < b->plans; p++)
        for (size_t r = 0; r < b->plan[p]->bom_rows; r++) {
            const struct plan_bom_row *row = &b->plan[p]->bom[r];
            const struct scn_item *item = row->item;
            struct scn_target target = {.whose = SCN_OF_ITEM, .offset = offsetof(struct scn_item, price_usd)};
            struct scn_uncertain moved = {.target = &target, .targets = 1};
            char what[128];

            if ((strcmp(row->component, "switch") != 0 && strcmp(row->component, "director") != 0) ||
                item->ports == 0 || row->quantity == row->owned || item->price_usd <= 0 || !price_is_new(b, p, r))
                continue;
            target.index = (uint32_t)(item - b->plan[p]->study->catalogue.item);
            snprintf(what, sizeof what, "price of a port of %s", item->item);
            price_curve(b, what, "USD", item->price_usd / item->ports, &moved, item->ports);
        }
}

void plan_breakeven_init(struct plan_breakeven *b, const struct plan *const *plan, size_t plans, uint32_t servers)
{
    const struct scn_study *st = plan[0]->study;

    *b = (struct plan_breakeven){.plan = plan, .plans = plans};
    b->cost = sim_alloc(plans, sizeof *b->cost);
    for (size_t p = 0; p < plans; p++)
        plan_cost(plan[p], &b->cost[p]);
    whole_servers(b, servers);
    whole_density(b);
    price_edges(b);
    for (size_t u = 0; u < st->n_uncertain; u++) {
        char what[128];

        snprintf(what, sizeof what, "factor of %s", st->uncertain[u].name);
        if (st->uncertain[u].factor)
            price_curve(b, what, "1", 1, &st->uncertain[u], 1);
    }
}

void plan_breakeven_fini(struct plan_breakeven *b)
{
    for (size_t i = 0; i < b->curves; i++) {
        free((void *)(uintptr_t)b->curve[i].what);
        free(b->curve[i].x);
        free(b->curve[i].total);
        free(b->curve[i].crossing);
    }
    free(b->curve);
    free(b->cost);
}
