/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/data_load.c - from the tables of sim/study/schema.sql into struct ana_study: all the SQL of a report. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "analysis/data.h"
#include "sim/kernel/assert.h"

struct loader {
    sqlite3 *db;
    struct ana_study *study;
    struct sim_arena *arena;
    bool failed; /* a statement went wrong: the text is sqlite3_errmsg() */
};

static sqlite3_stmt *load_prepare(struct loader *l, const char *sql)
{
    sqlite3_stmt *s = NULL;

    if (!l->failed && sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) != SQLITE_OK)
        l->failed = true;
    return s;
}

static bool load_step(struct loader *l, sqlite3_stmt *s)
{
    const int rc = l->failed ? SQLITE_DONE : sqlite3_step(s);

    l->failed |= rc != SQLITE_ROW && rc != SQLITE_DONE;
    return rc == SQLITE_ROW;
}

static const char *load_text(struct loader *l, sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);

    return sim_arena_text(l->arena, text ? text : "");
}

static double load_real(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL ? NAN : sqlite3_column_double(s, column);
}

/* Number of rows of `from`, a table with conditions in which ?1 is the study; for arrays of the right size. */
static size_t load_count(struct loader *l, const char *from)
{
    char sql[256];
    sqlite3_stmt *s;
    size_t n = 0;

    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", from);
    s = load_prepare(l, sql);
    sqlite3_bind_int64(s, 1, l->study->id);
    if (load_step(l, s))
        n = (size_t)sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static sqlite3_stmt *load_of_study(struct loader *l, const char *sql)
{
    sqlite3_stmt *s = load_prepare(l, sql);

    sqlite3_bind_int64(s, 1, l->study->id);
    return s;
}

static void load_study(struct loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s =
        load_prepare(l, "SELECT study_id, name, title, file, hash, scenario, version, compiler, libraries, "
                        "command, created, seed, warmup_ps, measure_ps, confidence, replications_min, "
                        "(SELECT count(*) FROM study) FROM study ORDER BY study_id DESC LIMIT 1");

    if (load_step(l, s)) {
        const char **text[] = {&t->name,    &t->title,    &t->file,      &t->hash,    &t->scenario,
                               &t->version, &t->compiler, &t->libraries, &t->command, &t->created};

        t->id = sqlite3_column_int64(s, 0);
        for (size_t i = 0; i < sizeof text / sizeof *text; i++)
            *text[i] = load_text(l, s, (int)i + 1);
        t->seed = sqlite3_column_int64(s, 11);
        t->warmup_s = 1e-12 * sqlite3_column_double(s, 12);
        t->measure_s = 1e-12 * sqlite3_column_double(s, 13);
        t->confidence = sqlite3_column_double(s, 14);
        t->replications_min = sqlite3_column_int64(s, 15);
        t->studies = (size_t)sqlite3_column_int64(s, 16);
    }
    sqlite3_finalize(s);
}

/* The factors of a point into `c`; its label is their text. */
static void load_factors(struct loader *l, int64_t point, struct ana_combo *c)
{
    sqlite3_stmt *s = load_prepare(l, "SELECT path, value FROM factor WHERE point_id = ?1 ORDER BY path");

    *c = (struct ana_combo){.label = ""};
    sqlite3_bind_int64(s, 1, point);
    while (load_step(l, s)) {
        struct ana_factor *grown = sim_arena_alloc(l->arena, c->factors + 1, sizeof *grown);

        for (size_t i = 0; i < c->factors; i++)
            grown[i] = c->factor[i];
        grown[c->factors] = (struct ana_factor){load_text(l, s, 0), load_text(l, s, 1)};
        c->label = sim_arena_printf(l->arena, "%s%s%s = %s", c->label, c->factors ? ", " : "", grown[c->factors].path,
                                    grown[c->factors].value);
        c->factor = grown;
        c->factors++;
    }
    sqlite3_finalize(s);
}

/* Put point i into its combination, in the scenario's order of designs: the first is the baseline. */
static void combo_insert(struct ana_study *t, struct ana_combo *c, size_t i)
{
    size_t at = c->points++;

    for (; at > 0 && t->point[c->point[at - 1]].position > t->point[i].position; at--)
        c->point[at] = c->point[at - 1];
    c->point[at] = i;
}

static void load_points(struct loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->points = load_count(l, "point WHERE study_id = ?1");
    t->point = sim_arena_alloc(l->arena, t->points + 1, sizeof *t->point);
    t->combo = sim_arena_alloc(l->arena, t->points + 1, sizeof *t->combo);
    s = load_of_study(l, "SELECT point_id, design, summary, why, feasible, position FROM point WHERE study_id = ?1 "
                         "ORDER BY point_id");
    for (size_t i = 0; i < t->points && load_step(l, s); i++) {
        struct ana_point *p = &t->point[i];
        struct ana_combo c;
        size_t k = 0;

        *p = (struct ana_point){.id = sqlite3_column_int64(s, 0),
                                .design = load_text(l, s, 1),
                                .summary = load_text(l, s, 2),
                                .why = load_text(l, s, 3),
                                .feasible = sqlite3_column_int(s, 4) != 0,
                                .position = sqlite3_column_int64(s, 5),
                                .drops = {.mean = NAN, .half = NAN}};
        load_factors(l, p->id, &c);
        while (k < t->combos && strcmp(t->combo[k].label, c.label) != 0)
            k++;
        if (k == t->combos) {
            t->combo[t->combos++] = c;
            t->combo[k].point = sim_arena_alloc(l->arena, t->points, sizeof *c.point);
        }
        p->combo = k;
        combo_insert(t, &t->combo[k], i);
    }
    sqlite3_finalize(s);
}

/* Index of the point with this id. Points are few and rows come grouped by point: try the last one first. */
static size_t load_point(const struct ana_study *t, int64_t id, size_t last)
{
    if (last < t->points && t->point[last].id == id)
        return last;
    for (size_t i = 0; i < t->points; i++)
        if (t->point[i].id == id)
            return i;
    SIM_ASSERT(!"a row of a point that is not of the study");
    return 0;
}

static enum ana_outcome load_outcome(const char *name)
{
    for (int i = 0; i < ANA_OUTCOMES; i++)
        if (strcmp(name, ana_outcome_name((enum ana_outcome)i)) == 0)
            return (enum ana_outcome)i;
    return ANA_FAILED;
}

static void load_runs(struct loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;
    int64_t first = 0;

    t->runs = load_count(l, "run JOIN point USING (point_id) WHERE study_id = ?1");
    t->run = sim_arena_alloc(l->arena, t->runs + 1, sizeof *t->run);
    s = load_of_study(l, "SELECT point_id, replication, outcome, run.why, events, packet_hops, wall_s, fingerprint, "
                         "min(replication) OVER () FROM run JOIN point USING (point_id) WHERE study_id = ?1 "
                         "ORDER BY point_id, replication");
    for (size_t i = 0; i < t->runs && load_step(l, s); i++) {
        struct ana_run *r = &t->run[i];
        struct ana_point *p;

        *r = (struct ana_run){.point = load_point(t, sqlite3_column_int64(s, 0), i ? r[-1].point : 0),
                              .replication = sqlite3_column_int64(s, 1),
                              .outcome = load_outcome((const char *)sqlite3_column_text(s, 2)),
                              .why = load_text(l, s, 3),
                              .events = sqlite3_column_int64(s, 4),
                              .packet_hops = sqlite3_column_int64(s, 5),
                              .wall_s = sqlite3_column_double(s, 6),
                              .fingerprint = load_text(l, s, 7)};
        first = sqlite3_column_int64(s, 8);
        p = &t->point[r->point];
        p->runs[r->outcome]++;
        p->n_runs++;
        p->gaps = (size_t)(r->replication - first + 1) - p->n_runs;
    }
    sqlite3_finalize(s);
    for (size_t i = 0; i < t->points; i++) {
        struct ana_point *p = &t->point[i];
        const int64_t missing = p->feasible ? t->replications_min - (int64_t)p->n_runs : 0;

        if (missing > (int64_t)p->gaps)
            p->gaps = (size_t)missing;
    }
}

/* The runs whose numbers count: see data.h. A temporary view leaves the database alone. */
static const char load_used_runs[] =
    "CREATE TEMP VIEW used_run AS SELECT * FROM run AS r WHERE outcome = 'ok' OR (outcome = 'unstable' AND NOT EXISTS "
    "(SELECT 1 FROM run AS o WHERE o.point_id = r.point_id AND o.outcome = 'ok'))";

#define SERIES_FROM                                                                                                    \
    "summary s JOIN used_run r USING (run_id) JOIN point p USING (point_id) JOIN entity e USING (entity_id) "          \
    "JOIN metric m USING (metric_id) WHERE p.study_id = ?1 AND e.kind IN ('vms', 'flow', 'total')"

static void series_begin(struct loader *l, struct ana_series *v, sqlite3_stmt *s, size_t point)
{
    const size_t capacity = ana_used(&l->study->point[point]);

    *v = (struct ana_series){.point = point,
                             .entity = load_text(l, s, 1),
                             .metric = load_text(l, s, 2),
                             .unit = load_text(l, s, 3),
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
        v->value[i][v->n] = load_real(s, 7 + i);
    v->observations += (double)n;
    v->n++;
}

static void load_series(struct loader *l)
{
    struct ana_study *t = l->study;
    const size_t rows = load_count(l, SERIES_FROM);
    struct ana_series *v = NULL;
    sqlite3_stmt *s;
    size_t last = 0;

    t->series = sim_arena_alloc(l->arena, rows + 1, sizeof *t->series);
    s = load_of_study(l, "SELECT r.point_id, e.path, m.name, m.unit, m.kind, r.replication, s.n, s.mean, s.p50, s.p95, "
                         "s.p99, s.p999, s.max FROM " SERIES_FROM
                         " ORDER BY r.point_id, e.path, m.name, m.unit, m.kind, r.replication");
    while (load_step(l, s)) {
        const size_t point = load_point(t, sqlite3_column_int64(s, 0), last);

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
static struct ana_estimate load_estimate(struct loader *l, const char *sql, int64_t point, int64_t entity)
{
    double x[1024]; /* more replications than this sharpen nothing */
    size_t n = 0;
    sqlite3_stmt *s = load_prepare(l, sql);

    sqlite3_bind_int64(s, 1, point);
    sqlite3_bind_int64(s, 2, entity);
    while (n < sizeof x / sizeof *x && load_step(l, s))
        x[n++] = sqlite3_column_double(s, 0);
    sqlite3_finalize(s);
    return ana_estimate_of(x, n, l->study->confidence);
}

static void load_busy(struct loader *l, struct ana_point *p)
{
    sqlite3_stmt *s =
        load_prepare(l, "WITH w AS (SELECT entity_id, sum(s.n * s.mean) AS wait FROM " BUSY_FROM "AND m.name = 'wait' "
                        "AND m.kind = 'tally' GROUP BY entity_id), "
                        "u AS (SELECT entity_id, e.path, e.kind, avg(s.mean) AS used FROM " BUSY_FROM
                        "AND m.name = 'utilisation' GROUP BY entity_id) "
                        "SELECT entity_id, path, kind, coalesce(wait, 0.0) / (SELECT nullif(sum(wait), 0.0) FROM w) "
                        "FROM u LEFT JOIN w USING (entity_id) ORDER BY used DESC, path LIMIT ?2");

    p->busy = sim_arena_alloc(l->arena, ANA_BUSIEST, sizeof *p->busy);
    sqlite3_bind_int64(s, 1, p->id);
    sqlite3_bind_int(s, 2, ANA_BUSIEST);
    while (load_step(l, s)) {
        struct ana_busy *b = &p->busy[p->n_busy++];

        *b = (struct ana_busy){load_text(l, s, 1), load_text(l, s, 2), {.n = 0}, load_real(s, 3)};
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

static enum ana_stat load_stat(const char *name)
{
    for (int i = 0; i < ANA_STATS; i++)
        if (strcmp(name, ana_stat_name((enum ana_stat)i)) == 0)
            return (enum ana_stat)i;
    return ANA_MEAN;
}

static void load_levels(struct loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->levels = load_count(l, "level WHERE study_id = ?1");
    t->level = sim_arena_alloc(l->arena, t->levels + 1, sizeof *t->level);
    s = load_of_study(l, "SELECT name, vms, workload, metric, stat, bound, unit, at_least FROM level "
                         "WHERE study_id = ?1 ORDER BY level_id");
    for (size_t i = 0; i < t->levels && load_step(l, s); i++)
        t->level[i] = (struct ana_level){.name = load_text(l, s, 0),
                                         .vms = load_text(l, s, 1),
                                         .workload = load_text(l, s, 2),
                                         .metric = load_text(l, s, 3),
                                         .stat = load_stat((const char *)sqlite3_column_text(s, 4)),
                                         .bound = sqlite3_column_double(s, 5),
                                         .unit = load_text(l, s, 6),
                                         .at_least = sqlite3_column_int(s, 7) != 0};
    sqlite3_finalize(s);
}

static void load_costs(struct loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->costs = load_count(l, "cost JOIN point USING (point_id) WHERE study_id = ?1");
    t->cost = sim_arena_alloc(l->arena, t->costs + 1, sizeof *t->cost);
    s = load_of_study(l, "SELECT point_id, cost.name, unit, value FROM cost JOIN point USING (point_id) "
                         "WHERE study_id = ?1 ORDER BY point_id, cost.name");
    for (size_t i = 0; i < t->costs && load_step(l, s); i++)
        t->cost[i] = (struct ana_cost){load_point(t, sqlite3_column_int64(s, 0), i ? t->cost[i - 1].point : 0),
                                       load_text(l, s, 1), load_text(l, s, 2), sqlite3_column_double(s, 3)};
    sqlite3_finalize(s);
    t->bom_rows = load_count(l, "bom JOIN point USING (point_id) WHERE study_id = ?1");
    t->bom = sim_arena_alloc(l->arena, t->bom_rows + 1, sizeof *t->bom);
    s = load_of_study(l, "SELECT point_id, component, item, description, source, quantity, unit_usd, watts, rack_units "
                         "FROM bom JOIN point USING (point_id) WHERE study_id = ?1 "
                         "ORDER BY point_id, bom.rowid");
    for (size_t i = 0; i < t->bom_rows && load_step(l, s); i++)
        t->bom[i] = (struct ana_bom){load_point(t, sqlite3_column_int64(s, 0), i ? t->bom[i - 1].point : 0),
                                     load_text(l, s, 1),
                                     load_text(l, s, 2),
                                     load_text(l, s, 3),
                                     load_text(l, s, 4),
                                     sqlite3_column_int64(s, 5),
                                     sqlite3_column_double(s, 6),
                                     sqlite3_column_double(s, 7),
                                     sqlite3_column_double(s, 8)};
    sqlite3_finalize(s);
}

static void load_notes(struct loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->parameters = load_count(l, "parameter WHERE study_id = ?1");
    t->parameter = sim_arena_alloc(l->arena, t->parameters + 1, sizeof *t->parameter);
    s = load_of_study(l, "SELECT path, value, source FROM parameter WHERE study_id = ?1 ORDER BY path");
    for (size_t i = 0; i < t->parameters && load_step(l, s); i++)
        t->parameter[i] = (struct ana_parameter){load_text(l, s, 0), load_text(l, s, 1), load_text(l, s, 2)};
    sqlite3_finalize(s);
    t->warnings = load_count(l, "warning WHERE study_id = ?1");
    t->warning = sim_arena_alloc(l->arena, t->warnings + 1, sizeof *t->warning);
    s = load_of_study(l, "SELECT text FROM warning WHERE study_id = ?1 ORDER BY number");
    for (size_t i = 0; i < t->warnings && load_step(l, s); i++)
        t->warning[i] = load_text(l, s, 0);
    sqlite3_finalize(s);
}

#define SHARE_FROM                                                                                                     \
    "(SELECT x.point_id, x.entity_id, l.kind, x.part, sum(x.s) AS s FROM v_part x JOIN place l USING (place_id) "      \
    "JOIN point p USING (point_id) WHERE p.study_id = ?1 GROUP BY x.entity_id, l.kind, x.part HAVING sum(x.s) > 0) "

static void load_shares(struct loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->shares = load_count(l, SHARE_FROM);
    t->share = sim_arena_alloc(l->arena, t->shares + 1, sizeof *t->share);
    s = load_of_study(l, "SELECT x.point_id, e.path, x.kind, x.part, x.s / n.n FROM " SHARE_FROM
                         "x JOIN (SELECT entity_id, count(DISTINCT run_id) AS n FROM v_part GROUP BY entity_id) n "
                         "USING (entity_id) JOIN entity e USING (entity_id) "
                         "ORDER BY x.point_id, x.entity_id, x.kind, x.part");
    for (size_t i = 0; i < t->shares && load_step(l, s); i++)
        t->share[i] =
            (struct ana_share){load_point(t, sqlite3_column_int64(s, 0), i ? t->share[i - 1].point : 0),
                               load_text(l, s, 1), load_text(l, s, 2), load_text(l, s, 3), sqlite3_column_double(s, 4)};
    sqlite3_finalize(s);
    t->causes = load_count(l, "v_cause JOIN point USING (point_id) WHERE study_id = ?1");
    t->cause = sim_arena_alloc(l->arena, t->causes + 1, sizeof *t->cause);
    s = load_of_study(l, "SELECT point_id, workload, kind, resource, part, share, waiting FROM v_cause "
                         "JOIN point USING (point_id) WHERE study_id = ?1");
    for (size_t i = 0; i < t->causes && load_step(l, s); i++)
        t->cause[i] = (struct ana_cause){load_point(t, sqlite3_column_int64(s, 0), i ? t->cause[i - 1].point : 0),
                                         load_text(l, s, 1),
                                         load_text(l, s, 2),
                                         load_text(l, s, 3),
                                         load_text(l, s, 4),
                                         sqlite3_column_double(s, 5),
                                         sqlite3_column_double(s, 6)};
    sqlite3_finalize(s);
}

bool ana_study_load(struct sqlite3 *db, struct ana_study *study, char *why, size_t why_size)
{
    struct loader l = {.db = db, .study = study, .arena = &study->arena};

    *study = (struct ana_study){.id = 0};
    sim_arena_init(&study->arena);
    l.failed = sqlite3_exec(db, load_used_runs, NULL, NULL, NULL) != SQLITE_OK;
    load_study(&l);
    if (!l.failed && !study->studies) {
        snprintf(why, why_size, "the database holds no study; run one with 'viosim run SCENARIO -o FILE'");
        ana_study_fini(study);
        return false;
    }
    load_points(&l);
    load_runs(&l);
    load_series(&l);
    for (size_t i = 0; i < study->points && !l.failed; i++)
        load_busy(&l, &study->point[i]);
    load_levels(&l);
    load_costs(&l);
    load_shares(&l);
    load_notes(&l);
    if (!l.failed)
        return true;
    snprintf(why, why_size, "cannot read the database: %s", sqlite3_errmsg(db));
    ana_study_fini(study);
    return false;
}

struct ana_bucket *ana_histogram(struct sqlite3 *db, const struct ana_study *study, const struct ana_series *v,
                                 size_t *n, struct sim_arena *arena)
{
    struct loader l = {.db = db, .arena = arena};
    sqlite3_stmt *s = load_prepare(
        &l, "SELECT low, max(high), sum(n), count(*) OVER () FROM histogram h JOIN used_run r USING (run_id) "
            "JOIN entity e USING (entity_id) JOIN metric m USING (metric_id) WHERE e.point_id = ?1 AND e.path = ?2 "
            "AND m.name = ?3 GROUP BY low ORDER BY low");
    struct ana_bucket *b = NULL;

    *n = 0;
    sqlite3_bind_int64(s, 1, study->point[v->point].id);
    sqlite3_bind_text(s, 2, v->entity, -1, SQLITE_STATIC);
    sqlite3_bind_text(s, 3, v->metric, -1, SQLITE_STATIC);
    while (load_step(&l, s)) {
        if (!b)
            b = sim_arena_alloc(arena, (size_t)sqlite3_column_int64(s, 3), sizeof *b);
        b[(*n)++] =
            (struct ana_bucket){sqlite3_column_double(s, 0), sqlite3_column_double(s, 1), sqlite3_column_double(s, 2)};
    }
    sqlite3_finalize(s);
    return b;
}
