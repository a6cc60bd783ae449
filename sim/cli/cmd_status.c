/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_status.c - viosim status: how far is a study?
 */
#include <stdio.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/study/store.h"

static error_t status_parse(int key, char *arg, struct argp_state *state)
{
    return cli_one_argument(key, arg, state, state->input, "database");
}

static const struct argp status_argp = {NULL,
                                        status_parse,
                                        "DB",
                                        "Tell which runs of a database are done, missing or failed.\v"
                                        "Example:\n"
                                        "  viosim status results/consolidation-2009.db\n\n"
                                        "Exit status: 0 complete, 3 runs are missing or failed.",
                                        NULL,
                                        NULL,
                                        NULL};

/* Wanted of a point: what was asked for at least, or as many as the other designs of its factors have by now. */
static const char status_sql[] =
    "SELECT d.design, d.factors, d.feasible, d.ok, d.unstable + d.deadlock + d.broken, d.failed,"
    "       max(0, max((SELECT replications_min FROM study),"
    "                  coalesce((SELECT max(r.replication) + 1 FROM v_run AS r"
    "                             WHERE r.factors = d.factors), 0)) - d.runs), d.why"
    "  FROM v_design AS d";

static const char *status_text(sqlite3_stmt *st, int column)
{
    return (const char *)sqlite3_column_text(st, column);
}

/* Returns: runs missing or failed. */
static int status_print(sqlite3_stmt *st)
{
    int open = 0;

    printf("%-32s %6s %8s %7s %8s\n", "design", "ok", "not ok", "failed", "missing");
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *factors = status_text(st, 1);
        char name[256];

        snprintf(name, sizeof(name), "%s%s%s", status_text(st, 0), *factors ? " " : "", factors);
        if (!sqlite3_column_int(st, 2)) {
            printf("%-32s cannot be built: %s\n", name, status_text(st, 7));
            continue;
        }
        printf("%-32s %6d %8d %7d %8d\n", name, sqlite3_column_int(st, 3), sqlite3_column_int(st, 4),
               sqlite3_column_int(st, 5), sqlite3_column_int(st, 6));
        open += sqlite3_column_int(st, 5) + sqlite3_column_int(st, 6);
    }
    return open;
}

int cli_status_of(int argc, char **argv)
{
    const char *db = NULL;
    struct study_store store;
    int status = CLI_MACHINE;

    argp_parse(&status_argp, argc, argv, 0, NULL, &db);
    sqlite3_stmt *st = study_store_open(&store, db, STUDY_READ, 0) ? study_store_prepare(&store, status_sql) : NULL;

    if (st) {
        const int open = status_print(st);

        printf(open ? "%d runs are missing or failed; `viosim run` with the same scenario and -o makes them\n"
                    : "complete\n",
               open);
        status = open ? CLI_FAILED : CLI_OK;
    } else {
        fprintf(stderr, "viosim: %s\n", store.why);
    }
    sqlite3_finalize(st);
    study_store_close(&store);
    return status;
}
