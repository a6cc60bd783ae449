/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/store_point.c - what is known before anything is simulated: the study, its points, their cost.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/study/assumed.h"
#include "sim/study/store.h"

enum { PUT_EXPECTS_MAX = 1000 }; /* per point, as in schema.sql */

bool study_store_row(struct study_store *s, const char *sql, const char *types, ...)
{
    sqlite3_stmt *st = study_store_prepare(s, sql);
    va_list args;

    if (!st)
        return false;
    va_start(args, types);
    for (int i = 1; *types; types++, i++) {
        if (*types == 'i') {
            sqlite3_bind_int64(st, i, va_arg(args, int64_t));
        } else if (*types == 'n') {
            const int64_t number = va_arg(args, int64_t);

            if (number)
                sqlite3_bind_int64(st, i, number);
        } else if (*types == 'd') {
            sqlite3_bind_double(st, i, va_arg(args, double));
        } else {
            sqlite3_bind_text(st, i, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        }
    }
    va_end(args);
    const bool ok = sqlite3_step(st) == SQLITE_DONE;

    if (!ok)
        snprintf(s->why, sizeof(s->why), "%s: %s", s->path, sqlite3_errmsg(s->db));
    sqlite3_finalize(st);
    return ok;
}

bool study_store_end(struct study_store *s, bool ok)
{
    if (ok && sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    if (ok)
        snprintf(s->why, sizeof(s->why), "%s: %s", s->path, sqlite3_errmsg(s->db));
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool study_store_begin(struct study_store *s)
{
    if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
        return true;
    snprintf(s->why, sizeof(s->why), "%s: cannot write: %s", s->path, sqlite3_errmsg(s->db));
    return false;
}

/* The study in the file: 1 found with this hash, 0 none, -1 another one or an error, with `why`. */
static int put_find_study(struct study_store *s, const char *hash, int64_t *study_id)
{
    sqlite3_stmt *st = study_store_prepare(s, "SELECT study_id, hash, name, file FROM study");
    int found = 0;

    if (!st)
        return -1;
    if (sqlite3_step(st) == SQLITE_ROW) {
        *study_id = sqlite3_column_int64(st, 0);
        found = strcmp((const char *)sqlite3_column_text(st, 1), hash) == 0 ? 1 : -1;
        if (found < 0)
            snprintf(
                s->why, sizeof(s->why),
                "%s holds the results of another scenario (%s from %s, text %.8s; asked for is %.8s): the scenario "
                "or a --set has changed; give another -o, or remove the file",
                s->path, (const char *)sqlite3_column_text(st, 2), (const char *)sqlite3_column_text(st, 3),
                (const char *)sqlite3_column_text(st, 1), hash);
    }
    sqlite3_finalize(st);
    return found;
}

static const char *const put_stats[] = {[SCN_STAT_MEAN] = "mean", [SCN_STAT_P50] = "p50",   [SCN_STAT_P95] = "p95",
                                        [SCN_STAT_P99] = "p99",   [SCN_STAT_P999] = "p999", [SCN_STAT_MAX] = "max"};

/* Service levels in stored units: times in s, goodput in bit/s, failed as a fraction. */
static bool put_levels(struct study_store *s, int64_t study_id, const struct scn_study *study)
{
    for (size_t i = 0; i < study->levels; i++) {
        const struct scn_level *l = &study->level[i];
        const bool rate = strcmp(l->metric, "goodput") == 0, fraction = strcmp(l->metric, "failed") == 0;
        const char *unit = rate ? "bit/s" : fraction ? "1" : "s";
        const double bound = rate || fraction ? l->limit : l->limit / (double)SIM_S;

        if (!study_store_row(s, "INSERT INTO level VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", "itttttdti",
                             study_id, l->name, l->vms, l->workload ? l->workload : "", l->metric, put_stats[l->stat],
                             bound, unit, (int64_t)l->at_least))
            return false;
    }
    return true;
}

static bool put_warnings(struct study_store *s, int64_t study_id, const struct sim_diags *diags)
{
    int64_t number = 0;

    for (size_t i = 0; i < diags->n; i++) {
        const struct sim_diag *d = &diags->item[i];
        char text[1024];

        if (d->severity != SIM_WARNING)
            continue;
        if (d->pos.file)
            snprintf(text, sizeof(text), "%s:%d:%d: %s", d->pos.file, d->pos.line, d->pos.col, d->text);
        else
            snprintf(text, sizeof(text), "%s", d->text);
        if (!study_store_row(s, "INSERT INTO warning VALUES (?1, ?2, ?3)", "iit", study_id, ++number, text))
            return false;
    }
    return true;
}

struct put_assumed {
    struct study_store *store;
    int64_t study_id;
};

static bool put_parameter(const char *path, const char *value, const char *source, void *arg)
{
    const struct put_assumed *p = arg;

    return study_store_row(p->store, "INSERT OR IGNORE INTO parameter VALUES (?1, ?2, ?3, ?4)", "ittt", p->study_id,
                           path, value, source);
}

/* The study is there: note how many runs are asked for now. */
static bool put_wanted(struct study_store *s, int64_t study_id, const struct scn_replications *r)
{
    return study_store_row(
        s, "UPDATE study SET replications_min = ?1, replications_max = ?2, precision = ?3 WHERE study_id = ?4", "iidi",
        (int64_t)r->min, (int64_t)r->max, r->precision, study_id);
}

bool study_store_put_study(struct study_store *s, const struct scn_study *study, const char *hash,
                           const struct study_origin *origin, const struct sim_diags *diags, int64_t *study_id)
{
    const struct scn_replications *r = &study->replications;
    const int found = put_find_study(s, hash, study_id);

    if (found)
        return found > 0 && put_wanted(s, *study_id, r);
    *study_id = 1;
    if (!study_store_begin(s))
        return false;
    return study_store_end(
        s, study_store_row(s,
                           "INSERT INTO study VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
                           "?15, ?16, ?17, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
                           "itttttiiidiidtttt", *study_id, study->name, study->title ? study->title : study->name,
                           study->file, hash, study->expanded, (int64_t)study->seed, (int64_t)study->time.warmup_ps,
                           (int64_t)study->time.measure_ps, r->confidence, (int64_t)r->min, (int64_t)r->max,
                           r->precision, origin->version, origin->compiler, origin->libraries, origin->command) &&
               put_levels(s, *study_id, study) && put_warnings(s, *study_id, diags) &&
               study_assumed_each(study, put_parameter, &(struct put_assumed){s, *study_id}));
}

static bool put_factors(struct study_store *s, int64_t point_id, const struct scn_study *study)
{
    for (size_t i = 0; i < study->factors; i++)
        if (!study_store_row(s, "INSERT INTO factor VALUES (?1, ?2, ?3)", "itt", point_id, study->factor[i].path,
                             study->factor[i].value))
            return false;
    return true;
}

/* Rows of one component and item are one row: the plan lists what each server gets. */
static bool put_bom(struct study_store *s, int64_t point_id, const struct plan *plan)
{
    for (size_t i = 0; i < plan->bom_rows; i++) {
        const struct plan_bom_row *b = &plan->bom[i];

        if (!study_store_row(
                s,
                "INSERT INTO bom VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (point_id, component, "
                "item) DO UPDATE SET quantity = quantity + excluded.quantity, owned = owned + excluded.owned",
                "itttidddti", point_id, b->component, b->item->item, b->item->description, (int64_t)b->quantity,
                b->item->price_usd, b->item->watts, b->item->rack_units, b->item->source, (int64_t)b->owned))
            return false;
    }
    return true;
}

static bool put_cost(struct study_store *s, int64_t point_id, const struct plan_cost *c)
{
    for (const struct plan_cost_row *row = plan_cost_rows; row->name; row++)
        if (!study_store_row(s, "INSERT INTO cost VALUES (?1, ?2, ?3, ?4)", "ittd", point_id, row->name, row->unit,
                             plan_cost_figure(c, row)))
            return false;
    return true;
}

/* The expectations of the point, in place of those of an earlier command: they are no part of what is simulated. */
static bool put_expects(struct study_store *s, int64_t point_id, const struct plan *plan)
{
    static const char *const forms[] = {
        [SCN_FORM_VALUE] = "=", [SCN_FORM_AT_LEAST] = ">=", [SCN_FORM_AT_MOST] = "<=", [SCN_FORM_OUTCOME] = "ends"};
    const struct scn_study *study = plan->study;
    const char *outcome = scn_expected_outcome(study, plan->design ? plan->design->name : NULL);

    if (!study_store_row(s, "DELETE FROM expectation WHERE point_id = ?1", "i", point_id))
        return false;
    for (size_t i = 0; i < study->expects; i++) {
        const struct scn_expect *e = &study->expect[i];
        const char class_[] = {(char)('A' + e->grade), '\0'};

        if (e->design && (!plan->design || strcmp(e->design, plan->design->name) != 0))
            continue;
        if (!study_store_row(
                s,
                "INSERT INTO expectation VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
                "?15, ?16)",
                "iitttttttttddttt", point_id * PUT_EXPECTS_MAX + (int64_t)i + 1, point_id, e->what, e->source, class_,
                e->kind, e->entity, e->metric, put_stats[e->stat], e->unit, forms[e->form], e->value, e->tolerance,
                e->trend, e->against, outcome))
            return false;
    }
    return true;
}

/* Whether the point is stored. Returns: false with `why` set to something on an error or another hash. */
static bool put_find_point(struct study_store *s, int64_t point_id, const char *hash, bool *found)
{
    sqlite3_stmt *st = study_store_prepare(s, "SELECT hash FROM point WHERE point_id = ?1");
    bool same = true;

    if (!st)
        return false;
    sqlite3_bind_int64(st, 1, point_id);
    *found = sqlite3_step(st) == SQLITE_ROW;
    if (*found)
        same = strcmp((const char *)sqlite3_column_text(st, 0), hash) == 0;
    if (!same)
        snprintf(s->why, sizeof(s->why), "%s: point %lld differs from the stored one; give another -o", s->path,
                 (long long)point_id);
    sqlite3_finalize(st);
    return same;
}

bool study_store_put_point(struct study_store *s, int64_t study_id, int64_t point_id, uint32_t position,
                           const char *hash, const struct plan *plan, const struct plan_cost *cost)
{
    const struct scn_design *design = plan->design;
    bool found;

    if (!put_find_point(s, point_id, hash, &found))
        return false;
    if (!study_store_begin(s))
        return false;
    if (found)
        return study_store_end(s, put_expects(s, point_id, plan));
    return study_store_end(
        s, study_store_row(s, "INSERT INTO point VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", "iitttiit", point_id,
                           study_id, hash, design ? design->name : "", design && design->summary ? design->summary : "",
                           (int64_t)position, (int64_t)plan->feasible, plan->feasible || !plan->why ? "" : plan->why) &&
               put_factors(s, point_id, plan->study) && put_bom(s, point_id, plan) && put_expects(s, point_id, plan) &&
               (!plan->feasible || study_store_put_plan(s, point_id, plan)) &&
               (!design || !plan->feasible || put_cost(s, point_id, cost)));
}
