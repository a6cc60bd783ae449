/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_report.c - viosim report: database in, report out.
 */
#include <stdio.h>
#include <string.h>

#include "analysis/report.h"
#include "sim/cli/cli.h"

struct report_arguments {
    const char *db, *dir;
};

static const struct argp_option report_options[] = {
    {"output", 'o', "DIR", 0, "directory to write (default: the database's name without .db)", 0},
    {0},
};

static error_t report_parse(int key, char *arg, struct argp_state *state)
{
    struct report_arguments *a = state->input;

    switch (key) {
    case 'o':
        a->dir = arg;
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->db, "database");
    }
}

static const struct argp report_argp = {
    report_options,
    report_parse,
    "DB",
    "Draw the report of a database: index.html (one file that needs nothing else), report.md and CSV files. A summary "
    "goes to the terminal.\v"
    "The report reads nothing but the database, so it can be drawn again at any time.\n\n"
    "Examples:\n"
    "  viosim report results/consolidation-2009.db\n"
    "  viosim report X.db -o DIR\n\n"
    "Exit status: 0 done, 1 the database cannot be read or DIR not be written.",
    NULL,
    NULL,
    NULL};

int cli_report(int argc, char **argv)
{
    struct report_arguments a = {0};
    char dir[4096];

    argp_parse(&report_argp, argc, argv, 0, NULL, &a);
    const size_t n = strlen(a.db);
    const bool suffix = n > 3 && strcmp(a.db + n - 3, ".db") == 0;

    snprintf(dir, sizeof(dir), "%.*s%s", (int)(suffix ? n - 3 : n), a.db, suffix ? "" : ".report");
    return ana_report(a.db, a.dir ? a.dir : dir, stdout) == 0 ? CLI_OK : CLI_MACHINE;
}
