/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/data_load.c - from the tables of sim/study/schema.sql into struct ana_study: the study, its points, runs,
 * levels and notes. What was measured is loaded by data_load_results.c, what is bought by data_load_plan.c.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "analysis/data_load.h"
#include "sim/kernel/assert.h"

sqlite3_stmt *ana_load_prepare(struct ana_loader *l, const char *sql)
{
    sqlite3_stmt *s = NULL;

    if (!l->failed && sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) != SQLITE_OK)
        l->failed = true;
    return s;
}

bool ana_load_step(struct ana_loader *l, sqlite3_stmt *s)
{
    const int rc = l->failed ? SQLITE_DONE : sqlite3_step(s);

    l->failed |= rc != SQLITE_ROW && rc != SQLITE_DONE;
    return rc == SQLITE_ROW;
}

const char *ana_load_text(struct ana_loader *l, sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);

    return sim_arena_text(l->arena, text ? text : "");
}

double ana_load_real(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL ? NAN : sqlite3_column_double(s, column);
}

size_t ana_load_count(struct ana_loader *l, const char *from)
{
    char sql[256];
    sqlite3_stmt *s;
    size_t n = 0;

    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", from);
    s = ana_load_prepare(l, sql);
    sqlite3_bind_int64(s, 1, l->study->id);
    if (ana_load_step(l, s))
        n = (size_t)sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

sqlite3_stmt *ana_load_of_study(struct ana_loader *l, const char *sql)
{
    sqlite3_stmt *s = ana_load_prepare(l, sql);

    sqlite3_bind_int64(s, 1, l->study->id);
    return s;
}

static void load_study(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s =
        ana_load_prepare(l, "SELECT study_id, name, title, file, hash, scenario, version, compiler, libraries, "
                            "command, created, seed, warmup_ps, measure_ps, confidence, replications_min, "
                            "(SELECT count(*) FROM study) FROM study ORDER BY study_id DESC LIMIT 1");

    if (ana_load_step(l, s)) {
        const char **text[] = {&t->name,    &t->title,    &t->file,      &t->hash,    &t->scenario,
                               &t->version, &t->compiler, &t->libraries, &t->command, &t->created};

        t->id = sqlite3_column_int64(s, 0);
        for (size_t i = 0; i < sizeof text / sizeof *text; i++)
            *text[i] = ana_load_text(l, s, (int)i + 1);
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
static void load_factors(struct ana_loader *l, int64_t point, struct ana_combo *c)
{
    sqlite3_stmt *s = ana_load_prepare(l, "SELECT path, value FROM factor WHERE point_id = ?1 ORDER BY path");

    *c = (struct ana_combo){.label = ""};
    sqlite3_bind_int64(s, 1, point);
    while (ana_load_step(l, s)) {
        struct ana_factor *grown = sim_arena_alloc(l->arena, c->factors + 1, sizeof *grown);

        for (size_t i = 0; i < c->factors; i++)
            grown[i] = c->factor[i];
        grown[c->factors] = (struct ana_factor){ana_load_text(l, s, 0), ana_load_text(l, s, 1)};
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

static void load_points(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->points = ana_load_count(l, "point WHERE study_id = ?1");
    t->point = sim_arena_alloc(l->arena, t->points + 1, sizeof *t->point);
    t->combo = sim_arena_alloc(l->arena, t->points + 1, sizeof *t->combo);
    s = ana_load_of_study(l, "SELECT point_id, design, summary, why, feasible, position FROM point WHERE study_id = ?1 "
                             "ORDER BY point_id");
    for (size_t i = 0; i < t->points && ana_load_step(l, s); i++) {
        struct ana_point *p = &t->point[i];
        struct ana_combo c;
        size_t k = 0;

        *p = (struct ana_point){.id = sqlite3_column_int64(s, 0),
                                .design = ana_load_text(l, s, 1),
                                .summary = ana_load_text(l, s, 2),
                                .why = ana_load_text(l, s, 3),
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

size_t ana_load_point(const struct ana_study *t, int64_t id, size_t last)
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

static void load_runs(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;
    int64_t first = 0;

    t->runs = ana_load_count(l, "run JOIN point USING (point_id) WHERE study_id = ?1");
    t->run = sim_arena_alloc(l->arena, t->runs + 1, sizeof *t->run);
    s = ana_load_of_study(l,
                          "SELECT point_id, replication, outcome, run.why, events, packet_hops, wall_s, fingerprint, "
                          "min(replication) OVER () FROM run JOIN point USING (point_id) WHERE study_id = ?1 "
                          "ORDER BY point_id, replication");
    for (size_t i = 0; i < t->runs && ana_load_step(l, s); i++) {
        struct ana_run *r = &t->run[i];
        struct ana_point *p;

        *r = (struct ana_run){.point = ana_load_point(t, sqlite3_column_int64(s, 0), i ? r[-1].point : 0),
                              .replication = sqlite3_column_int64(s, 1),
                              .outcome = load_outcome((const char *)sqlite3_column_text(s, 2)),
                              .why = ana_load_text(l, s, 3),
                              .events = sqlite3_column_int64(s, 4),
                              .packet_hops = sqlite3_column_int64(s, 5),
                              .wall_s = sqlite3_column_double(s, 6),
                              .fingerprint = ana_load_text(l, s, 7)};
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

static enum ana_stat load_stat(const char *name)
{
    for (int i = 0; i < ANA_STATS; i++)
        if (strcmp(name, ana_stat_name((enum ana_stat)i)) == 0)
            return (enum ana_stat)i;
    return ANA_MEAN;
}

static void load_levels(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->levels = ana_load_count(l, "level WHERE study_id = ?1");
    t->level = sim_arena_alloc(l->arena, t->levels + 1, sizeof *t->level);
    s = ana_load_of_study(l, "SELECT name, vms, workload, metric, stat, bound, unit, at_least FROM level "
                             "WHERE study_id = ?1 ORDER BY level_id");
    for (size_t i = 0; i < t->levels && ana_load_step(l, s); i++)
        t->level[i] = (struct ana_level){.name = ana_load_text(l, s, 0),
                                         .vms = ana_load_text(l, s, 1),
                                         .workload = ana_load_text(l, s, 2),
                                         .metric = ana_load_text(l, s, 3),
                                         .stat = load_stat((const char *)sqlite3_column_text(s, 4)),
                                         .bound = sqlite3_column_double(s, 5),
                                         .unit = ana_load_text(l, s, 6),
                                         .at_least = sqlite3_column_int(s, 7) != 0};
    sqlite3_finalize(s);
}

static void load_notes(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->parameters = ana_load_count(l, "parameter WHERE study_id = ?1");
    t->parameter = sim_arena_alloc(l->arena, t->parameters + 1, sizeof *t->parameter);
    s = ana_load_of_study(l, "SELECT path, value, source FROM parameter WHERE study_id = ?1 ORDER BY path");
    for (size_t i = 0; i < t->parameters && ana_load_step(l, s); i++)
        t->parameter[i] =
            (struct ana_parameter){ana_load_text(l, s, 0), ana_load_text(l, s, 1), ana_load_text(l, s, 2)};
    sqlite3_finalize(s);
    t->warnings = ana_load_count(l, "warning WHERE study_id = ?1");
    t->warning = sim_arena_alloc(l->arena, t->warnings + 1, sizeof *t->warning);
    s = ana_load_of_study(l, "SELECT text FROM warning WHERE study_id = ?1 ORDER BY number");
    for (size_t i = 0; i < t->warnings && ana_load_step(l, s); i++)
        t->warning[i] = ana_load_text(l, s, 0);
    sqlite3_finalize(s);
}

bool ana_study_load(struct sqlite3 *db, struct ana_study *study, char *why, size_t why_size)
{
    struct ana_loader l = {.db = db, .study = study, .arena = &study->arena};

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
    ana_load_results(&l);
    load_levels(&l);
    ana_load_plan(&l);
    load_notes(&l);
    if (!l.failed)
        return true;
    snprintf(why, why_size, "cannot read the database: %s", sqlite3_errmsg(db));
    ana_study_fini(study);
    return false;
}
