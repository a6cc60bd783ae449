/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/data_load_results.c - what the runs measured: series, busy links, where time goes, histograms. */
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "analysis/data_load.h"

#define SERIES_FROM                                                                                                    \
    "summary s JOIN used_run r USING (run_id) JOIN point p USING (point_id) JOIN entity e USING (entity_id) "          \
    "JOIN metric m USING (metric_id) WHERE p.study_id = ?1 AND e.kind IN ('vms', 'flow', 'total')"

static void series_begin(struct ana_loader *l, struct ana_series *v, sqlite3_stmt *s, size_t point)
{
    const size_t capacity = ana_used(&l->study->point[point]);

    *v = (struct ana_series){.point = point,
                             .entity = ana_load_text(l, s, 1),
                             .metric = ana_load_text(l, s, 2),
                             .unit = ana_load_text(l, s, 3),
                             .tally = strcmp((const char *)sqlite3_column_text(s, 4), "tally") == 0,
                             .replication = sim_arena_alloc(l->arena, capacity, sizeof *v->replication)};
    for (int i = 0; i < ANA_STATS; i++)
        v->value[i] = sim_arena_alloc(l->arena, capacity, sizeof **v->value);
}

static void series_add(struct ana_series *v, sqlite3_stmt *s)
{
    const int64_t n = sqlite3_column_int64(s, 6);

    if (n == 0) {
        v->empty++;
        return;
    }
    v->replication[v->n] = sqlite3_column_int64(s, 5);
    for (int i = 0; i < ANA_STATS; i++)
        v->value[i][v->n] = ana_load_real(s, 7 + i);
    v->observations += (double)n;
    v->n++;
}

static void load_series(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    const size_t rows = ana_load_count(l, SERIES_FROM);
    struct ana_series *v = NULL;
    sqlite3_stmt *s;
    size_t last = 0;

    t->series = sim_arena_alloc(l->arena, rows + 1, sizeof *t->series);
    s = ana_load_of_study(
        l,
        "SELECT r.point_id, e.path, m.name, m.unit, m.kind, r.replication, s.n, s.mean, s.p50, s.p95, "
        "s.p99, s.p999, s.max FROM " SERIES_FROM " ORDER BY r.point_id, e.path, m.name, m.unit, m.kind, r.replication");
    while (ana_load_step(l, s)) {
        const size_t point = ana_load_point(t, sqlite3_column_int64(s, 0), last);

        if (!v || v->point != point || strcmp(v->entity, (const char *)sqlite3_column_text(s, 1)) != 0 ||
            strcmp(v->metric, (const char *)sqlite3_column_text(s, 2)) != 0)
            series_begin(l, v = &t->series[t->n_series++], s, point);
        series_add(v, s);
        last = point;
    }
    sqlite3_finalize(s);
    qsort(t->series, t->n_series, sizeof *t->series, ana_series_order);
}

/* What a link or stage did in the usable runs of point ?1. */
#define BUSY_FROM                                                                                                      \
    "summary s JOIN used_run r USING (run_id) JOIN entity e USING (entity_id) JOIN metric m USING (metric_id) "        \
    "WHERE r.point_id = ?1 AND e.kind IN ('link', 'stage', 'array') "

/* Results by replication of one figure of a point. */
static struct ana_estimate load_estimate(struct ana_loader *l, const char *sql, int64_t point, int64_t entity)
{
    double x[1024]; /* more replications than this sharpen nothing */
    size_t n = 0;
    sqlite3_stmt *s = ana_load_prepare(l, sql);

    sqlite3_bind_int64(s, 1, point);
    sqlite3_bind_int64(s, 2, entity);
    while (n < sizeof x / sizeof *x && ana_load_step(l, s))
        x[n++] = sqlite3_column_double(s, 0);
    sqlite3_finalize(s);
    return ana_estimate_of(x, n, l->study->confidence);
}

static void load_busy(struct ana_loader *l, struct ana_point *p)
{
    sqlite3_stmt *s = ana_load_prepare(
        l, "WITH w AS (SELECT entity_id, sum(s.n * s.mean) AS wait FROM " BUSY_FROM "AND m.name = 'wait' "
           "AND m.kind = 'tally' GROUP BY entity_id), "
           "u AS (SELECT entity_id, e.path, e.kind, avg(s.mean) AS used FROM " BUSY_FROM
           "AND m.name = 'utilisation' GROUP BY entity_id) "
           "SELECT entity_id, path, kind, coalesce(wait, 0.0) / (SELECT nullif(sum(wait), 0.0) FROM w) "
           "FROM u LEFT JOIN w USING (entity_id) ORDER BY used DESC, path LIMIT ?2");

    p->busy = sim_arena_alloc(l->arena, ANA_BUSIEST, sizeof *p->busy);
    sqlite3_bind_int64(s, 1, p->id);
    sqlite3_bind_int(s, 2, ANA_BUSIEST);
    while (ana_load_step(l, s)) {
        struct ana_busy *b = &p->busy[p->n_busy++];

        *b = (struct ana_busy){ana_load_text(l, s, 1), ana_load_text(l, s, 2), {.n = 0}, ana_load_real(s, 3)};
        b->utilisation = load_estimate(l,
                                       "SELECT s.mean FROM " BUSY_FROM "AND m.name = 'utilisation' "
                                       "AND e.entity_id = ?2 ORDER BY r.replication",
                                       p->id, sqlite3_column_int64(s, 0));
    }
    sqlite3_finalize(s);
    p->drops = load_estimate(l,
                             "SELECT sum(s.mean) FROM " BUSY_FROM "AND m.name = 'drops' AND m.kind = 'value' "
                             "GROUP BY r.replication ORDER BY r.replication",
                             p->id, 0);
}

#define SHARE_FROM                                                                                                     \
    "(SELECT x.point_id, x.entity_id, l.kind, x.part, sum(x.s) AS s FROM v_part x JOIN place l USING (place_id) "      \
    "JOIN point p USING (point_id) WHERE p.study_id = ?1 GROUP BY x.entity_id, l.kind, x.part HAVING sum(x.s) > 0) "

static void load_shares(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->shares = ana_load_count(l, SHARE_FROM);
    t->share = sim_arena_alloc(l->arena, t->shares + 1, sizeof *t->share);
    s = ana_load_of_study(l, "SELECT x.point_id, e.path, x.kind, x.part, x.s / n.n FROM " SHARE_FROM
                             "x JOIN (SELECT entity_id, count(DISTINCT run_id) AS n FROM v_part GROUP BY entity_id) n "
                             "USING (entity_id) JOIN entity e USING (entity_id) "
                             "ORDER BY x.point_id, x.entity_id, x.kind, x.part");
    for (size_t i = 0; i < t->shares && ana_load_step(l, s); i++)
        t->share[i] = (struct ana_share){ana_load_point(t, sqlite3_column_int64(s, 0), i ? t->share[i - 1].point : 0),
                                         ana_load_text(l, s, 1), ana_load_text(l, s, 2), ana_load_text(l, s, 3),
                                         sqlite3_column_double(s, 4)};
    sqlite3_finalize(s);
    t->causes = ana_load_count(l, "v_cause JOIN point USING (point_id) WHERE study_id = ?1");
    t->cause = sim_arena_alloc(l->arena, t->causes + 1, sizeof *t->cause);
    s = ana_load_of_study(l, "SELECT point_id, workload, kind, resource, part, share, waiting, unstable FROM v_cause "
                             "JOIN point USING (point_id) WHERE study_id = ?1");
    for (size_t i = 0; i < t->causes && ana_load_step(l, s); i++)
        t->cause[i] = (struct ana_cause){ana_load_point(t, sqlite3_column_int64(s, 0), i ? t->cause[i - 1].point : 0),
                                         ana_load_text(l, s, 1),
                                         ana_load_text(l, s, 2),
                                         ana_load_text(l, s, 3),
                                         ana_load_text(l, s, 4),
                                         sqlite3_column_double(s, 5),
                                         sqlite3_column_double(s, 6),
                                         sqlite3_column_int64(s, 7) > 0};
    sqlite3_finalize(s);
}

static void load_events(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->events = ana_load_count(l, "v_event JOIN point USING (point_id) WHERE study_id = ?1");
    t->event = sim_arena_alloc(l->arena, t->events + 1, sizeof *t->event);
    s = ana_load_of_study(l, "SELECT point_id, event, at, vms_hit, vms_cut, service_gap, service_gap_before, lost, "
                             "retried, server_capacity_left, uplink_capacity_left FROM v_event "
                             "JOIN point USING (point_id) WHERE study_id = ?1");
    for (size_t i = 0; i < t->events && ana_load_step(l, s); i++)
        t->event[i] = (struct ana_event){ana_load_point(t, sqlite3_column_int64(s, 0), i ? t->event[i - 1].point : 0),
                                         ana_load_text(l, s, 1),
                                         ana_load_real(s, 2),
                                         ana_load_real(s, 3),
                                         ana_load_real(s, 4),
                                         ana_load_real(s, 5),
                                         ana_load_real(s, 6),
                                         ana_load_real(s, 7),
                                         ana_load_real(s, 8),
                                         ana_load_real(s, 9),
                                         ana_load_real(s, 10)};
    sqlite3_finalize(s);
}

void ana_load_results(struct ana_loader *l)
{
    load_series(l);
    for (size_t i = 0; i < l->study->points && !l->failed; i++)
        load_busy(l, &l->study->point[i]);
    load_shares(l);
    load_events(l);
}

struct ana_bucket *ana_histogram(struct sqlite3 *db, const struct ana_study *study, const struct ana_series *v,
                                 size_t *n, struct sim_arena *arena)
{
    struct ana_loader l = {.db = db, .arena = arena};
    sqlite3_stmt *s = ana_load_prepare(
        &l, "SELECT low, max(high), sum(n), count(*) OVER () FROM histogram h JOIN used_run r USING (run_id) "
            "JOIN entity e USING (entity_id) JOIN metric m USING (metric_id) WHERE e.point_id = ?1 AND e.path = ?2 "
            "AND m.name = ?3 GROUP BY low ORDER BY low");
    struct ana_bucket *b = NULL;

    *n = 0;
    sqlite3_bind_int64(s, 1, study->point[v->point].id);
    sqlite3_bind_text(s, 2, v->entity, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 3, v->metric, -1, SQLITE_STATIC);
    while (ana_load_step(&l, s)) {
        if (!b)
            b = sim_arena_alloc(arena, (size_t)sqlite3_column_int64(s, 3), sizeof *b);
        b[(*n)++] =
            (struct ana_bucket){sqlite3_column_double(s, 0), sqlite3_column_double(s, 1), sqlite3_column_double(s, 2)};
    }
    sqlite3_finalize(s);
    return b;
}
