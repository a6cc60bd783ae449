/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_export.c - viosim export: a view as CSV (RFC 4180), for spreadsheets and scripts; the plans as files.
 */
#include <stdio.h>
#include <string.h>

#include "analysis/report.h"
#include "sim/cli/cli.h"
#include "sim/study/store.h"

enum { EXPORT_KEY_CSV = 256, EXPORT_KEY_VIEW };

struct export_arguments {
    const char *db, *view, *dir;
};

static const struct argp_option export_options[] = {
    {"csv", EXPORT_KEY_CSV, NULL, 0, "as comma-separated values (the default, and the only form)", 0},
    {"output", 'o', "DIR", 0, "write the plan of each design into DIR/DESIGN/ instead, as `viosim cost -o DIR` does",
     0},
    {"view", EXPORT_KEY_VIEW, "NAME", 0, "which view (default v_metric)", 0},
    {0},
};

static error_t export_parse(int key, char *arg, struct argp_state *state)
{
    struct export_arguments *a = state->input;

    switch (key) {
    case EXPORT_KEY_CSV:
        return 0;
    case 'o':
        a->dir = arg;
        return 0;
    case EXPORT_KEY_VIEW:
        a->view = arg;
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->db, "database");
    }
}

static const struct argp export_argp = {
    export_options,
    export_parse,
    "DB",
    "Print a view of a database as CSV, with a header line.\v"
    "Views, explained in results/README.md:\n"
    "  runs      v_run, v_design\n"
    "  results   v_metric, v_compare, v_level, v_series, v_expect\n"
    "  causes    v_bottleneck, v_cause\n"
    "  events    v_event, v_service, v_service_gap\n"
    "  money     v_bom, v_cost, v_cost_year, v_growth, v_risk, v_tornado,\n"
    "            v_breakeven, v_curve, v_delivered\n"
    "  plan      v_cable, v_port, v_device, v_rack, v_count\n\n"
    "Examples:\n"
    "  viosim export X.db --csv > metrics.csv\n"
    "  viosim export X.db --view v_compare > compare.csv\n"
    "  viosim export X.db --view v_event\n"
    "  viosim export X.db -o DIR\n\n"
    "Exit status: 0 done, 1 the database cannot be read or DIR not be written, 2 no "
    "such view.",
    NULL,
    NULL,
    NULL};

static bool export_has_view(struct study_store *store, const char *view)
{
    sqlite3_stmt *st = study_store_prepare(store, "SELECT 1 FROM sqlite_schema WHERE type = 'view' AND name = ?1");
    bool found = false;

    if (st) {
        sqlite3_bind_text(st, 1, view, -1, SQLITE_STATIC);
        found = sqlite3_step(st) == SQLITE_ROW;
    }
    sqlite3_finalize(st);
    return found;
}

int cli_export(int argc, char **argv)
{
    struct export_arguments a = {.view = "v_metric"};
    struct study_store store;
    int status = CLI_MACHINE;

    argp_parse(&export_argp, argc, argv, 0, NULL, &a);
    if (!study_store_open(&store, a.db, STUDY_READ, 0)) {
        fprintf(stderr, "viosim: %s\n", store.why);
    } else if (a.dir) {
        status = ana_plan_files(store.db, a.dir, stderr) == 0 ? CLI_OK : CLI_MACHINE;
    } else if (!export_has_view(&store, a.view)) {
        fprintf(stderr, "viosim: no view '%s'; `viosim export --help` lists them\n", a.view);
        status = CLI_USAGE;
    } else {
        char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", a.view);
        sqlite3_stmt *st = study_store_prepare(&store, sql);

        if (st) {
            ana_csv_rows(st, stdout);
            status = CLI_OK;
        } else {
            fprintf(stderr, "viosim: %s\n", store.why);
        }
        sqlite3_finalize(st);
        sqlite3_free(sql);
    }
    study_store_close(&store);
    return status;
}
