/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_run.c - viosim run: scenario in, database out.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/report.h"
#include "sim/cli/cli.h"
#include "sim/study/run.h"

enum { RUN_KEY_SET = 256, RUN_KEY_REPLICATIONS, RUN_KEY_DESIGNS };
enum { RUN_STORE_PATIENCE_S = 60 }; /* for a full disk to be cleared */

struct run_arguments {
    const char *scenario, *db;
    struct cli_texts set, designs;
    uint32_t jobs, replications;
    bool quiet;
};

static const struct argp_option run_options[] = {
    {"output", 'o', "DB", 0, "database to write, or to go on with (default results/NAME.db)", 0},
    {"jobs", 'j', "N", 0, "worker processes (default: one per processor)", 0},
    {"set", RUN_KEY_SET, "PATH=VALUE", 0, "set a key of the scenario; may be repeated", 0},
    {"replications", RUN_KEY_REPLICATIONS, "N", 0, "exactly N replications, not those of the scenario", 0},
    {"designs", RUN_KEY_DESIGNS, "A,B", 0, "only these designs", 0},
    {"quiet", 'q', NULL, 0, "say nothing but errors", 0},
    {0},
};

static error_t run_parse(int key, char *arg, struct argp_state *state)
{
    struct run_arguments *a = state->input;

    switch (key) {
    case 'o':
        a->db = arg;
        return 0;
    case 'j':
        a->jobs = cli_number(state, "-j", arg, 1, 1024);
        return 0;
    case RUN_KEY_SET:
        if (!strchr(arg, '='))
            argp_error(state, "--set %s: PATH=VALUE is wanted", arg);
        cli_texts_add(&a->set, arg);
        return 0;
    case RUN_KEY_REPLICATIONS:
        a->replications = cli_number(state, "--replications", arg, 1, STUDY_MAX_REPLICATIONS - 1);
        return 0;
    case RUN_KEY_DESIGNS:
        cli_texts_split(&a->designs, arg);
        return 0;
    case 'q':
        a->quiet = true;
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->scenario, "scenario");
    }
}

static const struct argp run_argp = {
    run_options,
    run_parse,
    "SCENARIO",
    "Simulate every design of a scenario and store the runs in a database.\v"
    "What the database holds already is not run again; runs that failed are. Designs of "
    "one replication see the same workload. Replications are added until the service "
    "levels are known as precisely as the scenario asks. What the scenario expects (its "
    "section `expect`) is judged at the end, a line each, and counted.\n\n"
    "Examples:\n"
    "  viosim run scenarios/consolidation-2009.yaml -o X.db -j 2\n"
    "  viosim run S.yaml --set servers.hosts.count=8 --replications 3\n"
    "  viosim run S.yaml --designs shared,converged-ib\n"
    "  viosim run scenarios/claims/h11-dynamic-vs-partition.yaml -o h11.db\n\n"
    "Exit status: 0 done, 1 machine fault, 2 bad input, 3 some runs failed, 130 interrupted.",
    NULL,
    NULL,
    NULL};

/* The command as it can be typed again. Owns: the caller frees it. */
static char *run_command(int argc, char **argv)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    fputs(argv[0], out);
    for (int i = 1; i < argc; i++)
        fprintf(out, strpbrk(argv[i], " '\"$*?[]{}()<>|;&#\\") ? " '%s'" : " %s", argv[i]);
    fclose(out);
    return text;
}

static void run_infeasible(const struct study_points *points)
{
    for (size_t i = 0; i < points->n; i++) {
        const struct study_point *p = &points->point[i];

        if (!p->plan->feasible)
            fprintf(stderr, "%s: cannot be built: %s\n", p->design ? p->design->name : p->study->name, p->plan->why);
    }
}

/* One line for each run of the database that failed. */
static void run_name_failed(struct study_store *store)
{
    sqlite3_stmt *st = study_store_prepare(
        store, "SELECT design, factors, replication, why FROM v_run WHERE outcome = 'failed' ORDER BY run_id");

    while (st && sqlite3_step(st) == SQLITE_ROW) {
        const char *factors = (const char *)sqlite3_column_text(st, 1);

        fprintf(stderr, "viosim: failed: %s%s%s, replication %d: %s\n", sqlite3_column_text(st, 0),
                *factors ? ", " : "", factors, sqlite3_column_int(st, 2), sqlite3_column_text(st, 3));
    }
    sqlite3_finalize(st);
}

static void run_summary(const struct study_tally *t, const char *db)
{
    uint64_t runs = 0;

    for (int o = 0; o < STUDY_OUTCOMES; o++)
        runs += t->outcome[o];
    fprintf(stderr, "%" PRIu64 " run%s in %.1f s", runs, runs == 1 ? "" : "s", t->wall_s);
    for (int o = STUDY_UNSTABLE; o < STUDY_OUTCOMES; o++)
        if (t->outcome[o])
            fprintf(stderr, ", %" PRIu64 " %s", t->outcome[o], study_outcome_name((enum study_outcome)o));
    if (t->kept)
        fprintf(stderr, "; %" PRIu64 " were stored before", t->kept);
    fprintf(stderr, "; results in %s\n", db);
}

static int run_finish(enum study_end end, struct study_store *store, const struct study_tally *t, const char *db,
                      const char *command, bool quiet)
{
    switch (end) {
    case STUDY_DONE:
        if (!quiet)
            run_summary(t, db);
        return CLI_OK;
    case STUDY_SOME_FAILED:
        run_summary(t, db);
        run_name_failed(store);
        fprintf(stderr, "viosim: the same command repeats what failed and nothing else:\n  %s\n", command);
        return CLI_FAILED;
    case STUDY_INTERRUPTED:
        fprintf(stderr, "viosim: interrupted; the finished runs are stored; to go on:\n  %s\n", command);
        return CLI_INTERRUPTED;
    case STUDY_MACHINE_FAULT:
        fprintf(stderr, "viosim: stopped; to go on when that is mended:\n  %s\n", command);
        return CLI_MACHINE;
    }
    return CLI_MACHINE;
}

static int run_study(const struct run_arguments *a, const struct study_points *points, const struct sim_diags *diags,
                     const char *command)
{
    const struct study_options options = {.jobs = a->jobs,
                                          .progress = a->quiet ? NULL : stderr,
                                          .errors = stderr,
                                          .simulate = study_simulate,
                                          .store_patience_s = RUN_STORE_PATIENCE_S};
    struct study_store store;
    struct study_tally tally;
    char path[512];
    int status;

    snprintf(path, sizeof(path), "results/%s.db", points->point[0].study->name);
    if (!a->db && mkdir("results", 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "viosim: cannot make the directory results: %s; name a database with -o\n", strerror(errno));
        return CLI_MACHINE;
    }
    const char *db = a->db ? a->db : path;

    if (!a->quiet)
        run_infeasible(points);
    if (cli_enter(&store, db, points, diags, command)) {
        status = run_finish(study_run(&store, points, &options, &tally), &store, &tally, db, command, a->quiet);
        if (status != CLI_INTERRUPTED && !a->quiet && !ana_verdicts(store.db, false, stdout, stderr))
            status = CLI_MACHINE;
    } else {
        fprintf(stderr, "viosim: %s\n", store.why);
        status = CLI_MACHINE;
    }
    study_store_close(&store);
    return status;
}

int cli_run(int argc, char **argv)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    struct run_arguments a = {.jobs = processors > 0 ? (uint32_t)processors : 1};
    struct scn_points scenario = {0};
    struct study_points points = {0};
    struct sim_diags diags;
    int status = CLI_USAGE;
    char why[512];
    char *command = run_command(argc, argv);

    argp_parse(&run_argp, argc, argv, 0, NULL, &a);
    sim_diags_init(&diags);
    if (cli_load(a.scenario, &a.set, !a.quiet, &scenario, &diags)) {
        for (size_t i = 0; a.replications && i < scenario.n; i++) {
            struct scn_replications *r = &scenario.study[i]->replications;

            *r = (struct scn_replications){.min = a.replications, .max = a.replications, .confidence = r->confidence};
        }
        if (study_points_init(&points, &scenario, cli_texts_list(&a.designs), why, sizeof(why)))
            status = cli_judge_plans(&points, !a.quiet, &diags) ? run_study(&a, &points, &diags, command) : CLI_USAGE;
        else
            fprintf(stderr, "viosim: %s\n", why);
        study_points_fini(&points);
        scn_points_fini(&scenario);
    }
    sim_diags_fini(&diags);
    cli_texts_fini(&a.set);
    cli_texts_fini(&a.designs);
    free(command);
    return status;
}
