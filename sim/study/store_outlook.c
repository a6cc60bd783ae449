/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/store_outlook.c - money over time and under uncertainty, into the database.
 *
 * All of it follows from the scenario; it is stored so that a report needs nothing else. It is entered anew by each
 * command, unless an earlier one had more of the designs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/plan/breakeven.h"
#include "sim/plan/growth.h"
#include "sim/plan/risk.h"
#include "sim/study/store.h"

enum { OUTLOOK_RANKINGS = 100000 }; /* per combination of factors, as in schema.sql */

struct outlook {
    struct study_store *store;
    uint32_t group;
    const struct plan **plan; /* feasible ones */
    int64_t *id;
    size_t n;
};

static bool outlook_years(const struct outlook *o)
{
    bool ok = true;

    for (size_t p = 0; p < o->n; p++) {
        const struct scn_cost *cost = &o->plan[p]->study->cost;
        struct plan_cost c;
        struct plan_year *year;
        size_t n;

        plan_cost(o->plan[p], &c);
        year = plan_years(&c, cost, &n);
        for (size_t y = 0; ok && y < n; y++)
            ok = study_store_row(
                o->store, "INSERT INTO cost_year VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", "idddddddddd",
                o->id[p], year[y].at, year[y].factor, year[y].capex_usd, year[y].energy_usd, year[y].space_usd,
                year[y].admin_usd, year[y].maintenance_usd, year[y].residual_usd, year[y].total_usd, year[y].book_usd);
        free(year);
    }
    return ok;
}

static bool outlook_growth(const struct outlook *o)
{
    bool ok = true;

    for (size_t p = 0; ok && p < o->n && o->plan[p]->study->growth.years; p++) {
        struct plan_growth g;
        struct sim_arena a;

        sim_arena_init(&a);
        plan_growth_init(&g, o->plan[p]);
        for (size_t y = 0; ok && y < g.years; y++)
            ok = study_store_row(o->store, "INSERT INTO growth VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", "iididdt",
                                 o->id[p], (int64_t)g.year[y].year, g.year[y].vms, (int64_t)g.year[y].servers,
                                 g.year[y].usd, g.year[y].total, plan_growth_bought(&g, g.year[y].year, &a));
        plan_growth_fini(&g);
        sim_arena_fini(&a);
    }
    return ok;
}

static bool outlook_tornado(const struct outlook *o, const struct plan_risk *r)
{
    struct plan_tornado t;
    bool ok = true;

    if (o->n < 2)
        return true;
    plan_tornado_init(&t, r);
    for (size_t f = 0; ok && f < r->factors; f++) {
        const struct plan_swing *s = &t.swing[f];

        ok = study_store_row(o->store, "INSERT INTO tornado VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", "iitdddddd",
                             o->id[t.a], o->id[t.b], s->factor->of->name, s->factor->p10, s->factor->p50,
                             s->factor->p90, s->low, s->high, t.difference);
    }
    free(t.swing);
    return ok;
}

static bool outlook_risk(const struct outlook *o)
{
    struct plan_risk r;
    bool ok = true;

    plan_risk_init(&r, o->plan, o->n, PLAN_RISK_SAMPLES);
    for (size_t p = 0; ok && r.samples && p < o->n; p++) {
        const struct plan_risk_total *t = &r.total[p];

        ok = study_store_row(o->store, "INSERT INTO risk VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", "iidddddd", o->id[p],
                             (int64_t)r.samples, t->mean, t->sd, t->p05, t->p50, t->p95, t->cheapest);
    }
    for (size_t k = 0; ok && k < r.rankings; k++)
        for (size_t i = 0; ok && i < o->n; i++)
            ok = study_store_row(o->store, "INSERT INTO ranking VALUES (?1, ?2, ?3, ?4)", "iiii",
                                 (int64_t)o->group * OUTLOOK_RANKINGS + (int64_t)k + 1, (int64_t)i + 1,
                                 o->id[r.ranking[k].order[i]], (int64_t)r.ranking[k].samples);
    if (ok && r.samples)
        ok = outlook_tornado(o, &r);
    plan_risk_fini(&r);
    return ok;
}

static bool outlook_curve(const struct outlook *o, const struct plan_curve *c, int64_t curve_id)
{
    bool ok = true;

    for (size_t p = 0; p < o->n; p++)
        for (size_t i = 0; ok && i < c->n; i++)
            ok = study_store_row(o->store, "INSERT INTO curve VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", "iittddd", curve_id,
                                 o->id[p], c->what, c->unit, c->now, c->x[i], c->total[p * c->n + i]);
    for (size_t k = 0; ok && k < c->crossings; k++) {
        const struct plan_crossing *x = &c->crossing[k];

        ok = study_store_row(o->store, "INSERT INTO crossing VALUES (?1, ?2, ?3, ?4, ?5)", "iidnn", curve_id,
                             (int64_t)k + 1, x->x, x->from == SIZE_MAX ? (int64_t)0 : o->id[x->from],
                             x->to == SIZE_MAX ? (int64_t)0 : o->id[x->to]);
    }
    return ok;
}

static bool outlook_curves(const struct outlook *o)
{
    struct plan_breakeven b;
    bool ok = true;

    if (o->n < 2)
        return true;
    plan_breakeven_init(&b, o->plan, o->n, PLAN_BREAKEVEN_SERVERS);
    for (size_t i = 0; ok && i < b.curves; i++)
        ok = outlook_curve(o, &b.curve[i], (int64_t)i + 1);
    plan_breakeven_fini(&b);
    return ok;
}

/* How many of the points are stored; -1 after an error. */
static int64_t outlook_stored(struct study_store *s, int64_t first, int64_t last)
{
    sqlite3_stmt *st =
        study_store_prepare(s, "SELECT count(*) FROM cost_year WHERE year = 0 AND point_id BETWEEN ?1 AND ?2");
    int64_t n = -1;

    if (!st)
        return n;
    sqlite3_bind_int64(st, 1, first);
    sqlite3_bind_int64(st, 2, last);
    if (sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

static bool outlook_clear(struct study_store *s, int64_t first, int64_t last, bool curves)
{
    static const char *const tables[] = {"cost_year", "growth", "risk", "ranking", "tornado"};
    bool ok = true;

    for (size_t i = 0; ok && i < sizeof tables / sizeof *tables; i++) {
        char sql[96];

        snprintf(sql, sizeof sql, "DELETE FROM %s WHERE point_id BETWEEN ?1 AND ?2", tables[i]);
        ok = study_store_row(s, sql, "ii", first, last);
    }
    return ok &&
           (!curves || (study_store_row(s, "DELETE FROM crossing", "") && study_store_row(s, "DELETE FROM curve", "")));
}

bool study_store_put_outlook(struct study_store *s, uint32_t group, const struct plan *const *plan, const int64_t *id,
                             size_t n, bool curves)
{
    const int64_t designs = (int64_t)plan[0]->study->designs, first = group * designs + 1, last = first + designs - 1;
    struct outlook o = {.store = s, .group = group};
    int64_t stored;
    bool ok = true;

    o.plan = sim_alloc(n, sizeof *o.plan);
    o.id = sim_alloc(n, sizeof *o.id);
    for (size_t i = 0; i < n; i++)
        if (plan[i]->feasible) {
            o.plan[o.n] = plan[i];
            o.id[o.n++] = id[i];
        }
    stored = outlook_stored(s, first, last);
    if (stored < 0)
        ok = false;
    else if (o.n && stored <= (int64_t)o.n)
        ok = study_store_begin(s) &&
             study_store_end(s, outlook_clear(s, first, last, curves) && outlook_years(&o) && outlook_growth(&o) &&
                                    outlook_risk(&o) && (!curves || outlook_curves(&o)));
    free(o.plan);
    free(o.id);
    return ok;
}
