/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/validation.c - the validation page: the expectations of many databases, each with its verdict.
 */
#include "analysis/report.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/data.h"
#include "analysis/expect.h"

struct validation {
    struct sim_arena arena;
    FILE *out; /* the page in memory */
    size_t points, failed;
    char directory[256]; /* of the scenario before; each has a section */
    FILE *complaints;
    char why[512];
};

/* Text in a cell of a table. */
static void validation_cell(FILE *out, const char *text)
{
    for (; *text; text++)
        fprintf(out, *text == '|' ? "\\|" : "%c", *text);
    fputs(" | ", out);
}

static void validation_row(struct validation *v, const struct ana_expect *e, bool factors)
{
    const char *simulated = ana_expect_simulated(&v->arena, e), *wanted = ana_expect_wanted(&v->arena, e);
    const bool met = strcmp(e->verdict, "met") == 0;

    fputs("| ", v->out);
    if (factors)
        validation_cell(v->out, sim_arena_printf(&v->arena, "%s%s%s", e->design, *e->design && *e->factors ? ", " : "",
                                                 e->factors));
    validation_cell(v->out, sim_arena_printf(&v->arena, "%s%s%s", e->what, *e->trend ? ": " : "", e->trend));
    validation_cell(v->out, e->class_);
    validation_cell(v->out, ana_expect_of(&v->arena, e));
    validation_cell(v->out, wanted);
    validation_cell(v->out, simulated);
    validation_cell(v->out, met ? "met" : sim_arena_printf(&v->arena, "**%s**", e->verdict));
    fprintf(v->out, "%s |\n", e->source);
    v->points++;
    if (met)
        return;
    v->failed++;
    fprintf(v->complaints, "%s: %s%s%s%s%s: %s: expected %s, simulated %s: %s\n", e->study, e->design,
            *e->design ? ": " : "", e->factors, *e->factors ? ": " : "", e->what, ana_expect_of(&v->arena, e), wanted,
            simulated, e->verdict);
}

/* A section for each directory of scenarios: reference points, claims. */
static void validation_directory(struct validation *v, const char *file)
{
    const char *end = strrchr(file, '/');
    const int n = end ? (int)(end - file) : 1;
    char directory[sizeof v->directory];

    snprintf(directory, sizeof directory, "%.*s", n, end ? file : ".");
    if (strcmp(directory, v->directory) == 0)
        return;
    memcpy(v->directory, directory, sizeof directory);
    fprintf(v->out, "\n## %s\n", directory);
}

/* The head of a scenario: its title and how long and often it was run. */
static bool validation_head(struct validation *v, struct sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    bool ok = sqlite3_prepare_v2(db,
                                 "SELECT name, title, file, warmup_ps / 1e12, measure_ps / 1e12, confidence,"
                                 " (SELECT max(n) FROM (SELECT count(*) AS n FROM run GROUP BY point_id)) FROM study",
                                 -1, &s, NULL) == SQLITE_OK &&
              sqlite3_step(s) == SQLITE_ROW;

    if (ok) {
        validation_directory(v, (const char *)sqlite3_column_text(s, 2));
        fprintf(v->out, "\n### %s\n\n%s. `%s`: %d runs of %g s each, after %g s of warm-up; ± at %g %% confidence.\n\n",
                (const char *)sqlite3_column_text(s, 0), (const char *)sqlite3_column_text(s, 1),
                (const char *)sqlite3_column_text(s, 2), sqlite3_column_int(s, 6), sqlite3_column_double(s, 4),
                sqlite3_column_double(s, 3), 100 * sqlite3_column_double(s, 5));
    } else {
        snprintf(v->why, sizeof v->why, "cannot read the study: %s", sqlite3_errmsg(db));
    }
    sqlite3_finalize(s);
    return ok;
}

static bool validation_database(struct validation *v, const char *file)
{
    struct sqlite3 *db = ana_open(file, v->why, sizeof v->why);
    const struct ana_expect *row = NULL;
    size_t n = 0;
    bool factors = false;

    if (db)
        row = ana_expect_load(db, &v->arena, &n, v->why, sizeof v->why);
    if (row && n && validation_head(v, db)) {
        for (size_t i = 0; i < n; i++)
            factors = factors || *row[i].factors || *row[i].design;
        fprintf(v->out, "%s theory or publication | class | of | expected | simulated | verdict | source |\n|%s",
                factors ? "| at |" : "|", factors ? "---|" : "");
        fputs("---|---|---|---|---|---|---|\n", v->out);
        for (size_t i = 0; i < n; i++)
            validation_row(v, &row[i], factors);
    }
    sqlite3_close(db);
    return row && !*v->why;
}

static void validation_preface(const struct validation *v, size_t databases, FILE *out)
{
    fprintf(
        out,
        "# Validation\n\nWhat the simulator comes out with where the answer is known. Written by `make validation` "
        "from the runs of the scenarios in scenarios/reference/ and scenarios/claims/; do not edit. Each expected "
        "number stands in its "
        "scenario (section `expect`), with its derivation in the comment at the top.\n\n"
        "**%zu points of %zu scenarios: %zu met, %zu not.**\n\n"
        "- Class **A** is exact or analytic and has to come within 1 %%, **B** was measured in a simple setting and "
        "has to come within 5 %%, **C** was measured where much is hidden: a trend, within 20 %% or on the right "
        "side of a limit.\n"
        "- An expected value is *met* if the mean over the runs is within the tolerance and the half-width of its "
        "interval is too; a limit, if the whole interval is on its right side; an outcome, if every run ended so and "
        "said why. *Undecided* means that more runs "
        "are needed, and counts as failed.\n"
        "- Tests that need no scenario, and what has not been validated: [tests.md](tests.md).\n",
        v->points, databases, v->points - v->failed, v->failed);
}

/* Write the page. Returns: false with `why`. */
static bool validation_write(struct validation *v, size_t databases, const char *file, const char *body)
{
    FILE *out = fopen(file, "w");
    bool ok = out != NULL;

    if (ok) {
        validation_preface(v, databases, out);
        fputs(body, out);
        ok = !ferror(out);
        ok = fclose(out) == 0 && ok;
    }
    if (!ok)
        snprintf(v->why, sizeof v->why, "cannot write %s: %s", file, strerror(errno));
    return ok;
}

enum ana_validity ana_validate(const char *const *db, size_t n, const char *file, FILE *messages)
{
    struct validation v = {.complaints = messages};
    char *body = NULL;
    size_t size = 0;
    bool ok = true;

    sim_arena_init(&v.arena);
    v.out = open_memstream(&body, &size);
    for (size_t i = 0; i < n && ok; i++)
        ok = validation_database(&v, db[i]);
    fclose(v.out);
    if (ok)
        ok = validation_write(&v, n, file, body);
    if (!ok)
        fprintf(messages, "viosim: %s\n", v.why);
    else
        fprintf(messages, "%zu points of %zu scenarios: %zu met, %zu not; %s\n", v.points, n, v.points - v.failed,
                v.failed, file);
    free(body);
    sim_arena_fini(&v.arena);
    return !ok ? ANA_UNREADABLE : v.failed || !v.points ? ANA_INVALID : ANA_VALID;
}
