/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/expect.c - see the header. */
#include "analysis/expect.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/report.h"

static const char *expect_text(struct sim_arena *a, sqlite3_stmt *s, int column)
{
    const unsigned char *text = sqlite3_column_text(s, column);

    return sim_arena_text(a, text ? (const char *)text : "");
}

static double expect_number(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL ? NAN : sqlite3_column_double(s, column);
}

static void expect_row(struct sim_arena *a, sqlite3_stmt *s, struct ana_expect *e)
{
    *e = (struct ana_expect){
        .study = expect_text(a, s, 0),
        .design = expect_text(a, s, 1),
        .factors = expect_text(a, s, 2),
        .what = expect_text(a, s, 3),
        .source = expect_text(a, s, 4),
        .class_ = expect_text(a, s, 5),
        .entity = expect_text(a, s, 6),
        .metric = expect_text(a, s, 7),
        .stat = expect_text(a, s, 8),
        .unit = expect_text(a, s, 9),
        .form = expect_text(a, s, 10),
        .trend = expect_text(a, s, 11),
        .verdict = expect_text(a, s, 12),
        .expected = expect_number(s, 13),
        .tolerance = expect_number(s, 14),
        .simulated = {expect_number(s, 15), expect_number(s, 16), (size_t)sqlite3_column_int64(s, 17)},
        .against = expect_text(a, s, 18),
        .kind = expect_text(a, s, 19),
    };
}

struct ana_expect *ana_expect_load(struct sqlite3 *db, struct sim_arena *arena, size_t *n, char *why, size_t why_size)
{
    sqlite3_stmt *s = NULL;
    struct ana_expect *row = NULL;
    int rc = sqlite3_prepare_v2(db,
                                "SELECT study, design, factors, what, source, class, entity, metric, stat, unit, form, "
                                "trend, verdict, expected, tolerance, simulated, half_width, n, against, kind,"
                                " (SELECT count(*) FROM expectation) FROM v_expect",
                                -1, &s, NULL);

    *n = 0;
    while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        if (!row)
            row = sim_arena_alloc(arena, (size_t)sqlite3_column_int64(s, 20), sizeof *row);
        expect_row(arena, s, &row[(*n)++]);
        rc = SQLITE_OK;
    }
    if (rc == SQLITE_DONE && !row)
        row = sim_arena_alloc(arena, 1, sizeof *row);
    if (rc != SQLITE_DONE) {
        snprintf(why, why_size, "cannot read the expectations: %s", sqlite3_errmsg(db));
        row = NULL;
    }
    sqlite3_finalize(s);
    return row;
}

enum ana_mark ana_expect_mark(const struct ana_expect *e)
{
    if (strcmp(e->verdict, "met") == 0)
        return ANA_MARK_GOOD;
    return strcmp(e->verdict, "undecided") == 0 ? ANA_MARK_UNSURE : ANA_MARK_BAD;
}

/* Five digits, so that 1 % can be told. */
static const char *expect_quantity(struct sim_arena *a, double value, double half, const char *unit)
{
    const struct ana_scale scale = ana_scale_for(fabs(value), unit);
    const char *interval = isnan(half) ? "" : sim_arena_printf(a, " ± %.2g", half * scale.factor);

    return sim_arena_printf(a, "%.5g%s%s%s", value * scale.factor, interval, *scale.unit ? " " : "", scale.unit);
}

static bool expect_is_outcome(const struct ana_expect *e)
{
    return strcmp(e->form, "ends") == 0;
}

static bool expect_is_infeasible(const struct ana_expect *e)
{
    return strcmp(e->kind, "plan") == 0;
}

const char *ana_expect_of(struct sim_arena *a, const struct ana_expect *e)
{
    if (expect_is_outcome(e))
        return *e->entity ? sim_arena_printf(a, "outcome, naming `%s`", e->entity) : "outcome";
    return sim_arena_printf(a, "%s%s`%s` of `%s`%s%s", strcmp(e->stat, "mean") == 0 ? "" : e->stat,
                            strcmp(e->stat, "mean") == 0 ? "" : " ", e->metric, e->entity,
                            *e->against ? ", times that of design " : "", e->against);
}

const char *ana_expect_wanted(struct sim_arena *a, const struct ana_expect *e)
{
    const char *value = expect_quantity(a, e->expected, NAN, ana_display_unit(e->metric, e->unit));

    if (expect_is_infeasible(e))
        return "no plan is possible";
    if (expect_is_outcome(e))
        return sim_arena_printf(a, "every run ends as %s", e->metric);
    if (strcmp(e->form, "=") != 0)
        return sim_arena_printf(a, "%s %s", strcmp(e->form, ">=") == 0 ? "≥" : "≤", value);
    if (e->tolerance == 0 || e->expected == 0)
        return sim_arena_printf(a, "%s, exactly", value);
    return sim_arena_printf(a, "%s to %.3g %%", value, 100 * e->tolerance);
}

const char *ana_expect_simulated(struct sim_arena *a, const struct ana_expect *e)
{
    if (isnan(e->simulated.mean))
        return "–";
    if (expect_is_infeasible(e))
        return e->simulated.mean == 1 ? "so it is" : "not so";
    if (expect_is_outcome(e))
        return sim_arena_printf(a, "%.4g %% of %zu runs", 100 * e->simulated.mean, e->simulated.n);
    return expect_quantity(a, e->simulated.mean, e->simulated.half, ana_display_unit(e->metric, e->unit));
}

/* Known without a run. */
static bool expect_is_of_plan(const struct ana_expect *e)
{
    return strcmp(e->kind, "cost") == 0 || strcmp(e->kind, "item") == 0 || strcmp(e->kind, "plan") == 0;
}

bool ana_verdicts(struct sqlite3 *db, bool plans, FILE *out, FILE *messages)
{
    struct sim_arena arena;
    struct ana_expect *row;
    size_t n, printed = 0, met = 0;
    char why[512];

    sim_arena_init(&arena);
    row = ana_expect_load(db, &arena, &n, why, sizeof why);
    if (!row)
        fprintf(messages, "viosim: %s\n", why);
    for (size_t i = 0; row && i < n; i++) {
        const struct ana_expect *e = &row[i];

        if (plans && !expect_is_of_plan(e))
            continue;
        if (printed++ == 0)
            fprintf(out, "\nexpected of these %s\n", plans ? "plans" : "runs");
        met += strcmp(e->verdict, "met") == 0;
        fprintf(out, "  %-9s %s%s%s%s%s: %s is %s, expected %s\n", e->verdict, e->design,
                *e->design && *e->factors ? ", " : "", e->factors, *e->design || *e->factors ? ": " : "", e->what,
                ana_expect_of(&arena, e), ana_expect_simulated(&arena, e), ana_expect_wanted(&arena, e));
    }
    if (printed)
        fprintf(out, "verdict: %zu of %zu met\n", met, printed);
    sim_arena_fini(&arena);
    return row != NULL;
}
