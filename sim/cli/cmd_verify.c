/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_verify.c - viosim verify: do stored runs come out the same again?
 *
 * The scenario is taken from the database, with the factors of the run's point set; nothing else is read. A run whose
 * trajectory has the same fingerprint is the same run, to the picosecond of every event.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/cli.h"
#include "sim/study/store.h"
#include "sim/study/point.h"

enum { VERIFY_KEY_RUN = 256 };

struct verify_arguments {
    const char *db;
    uint32_t run; /* 0 = the first of each point */
};

static const struct argp_option verify_options[] = {
    {"run", VERIFY_KEY_RUN, "N", 0, "this run (run_id of v_run; default: the first run of every design)", 0},
    {0},
};

static error_t verify_parse(int key, char *arg, struct argp_state *state)
{
    struct verify_arguments *a = state->input;

    switch (key) {
    case VERIFY_KEY_RUN:
        a->run = cli_number(state, "--run", arg, 1, UINT32_MAX);
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->db, "database");
    }
}

static const struct argp verify_argp = {
    verify_options,
    verify_parse,
    "DB",
    "Simulate stored runs again, from the scenario stored with them, and compare fingerprints. Nothing is written.\v"
    "Examples:\n"
    "  viosim verify X.db\n"
    "  viosim verify X.db --run 20001\n\n"
    "Exit status: 0 the same, 3 different.",
    NULL,
    NULL,
    NULL};

/* Write the stored scenario to a temporary file. */
static bool verify_scenario(struct study_store *store, char *path)
{
    sqlite3_stmt *st = study_store_prepare(store, "SELECT scenario FROM study");
    const int fd = mkstemps(path, 5);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    bool ok = st && out && sqlite3_step(st) == SQLITE_ROW;

    if (ok)
        fputs((const char *)sqlite3_column_text(st, 0), out);
    sqlite3_finalize(st);
    ok = out && fclose(out) == 0 && ok;
    if (!ok)
        fprintf(stderr, "viosim: cannot write the stored scenario to %s\n", path);
    return ok;
}

static void verify_factors(struct study_store *store, int64_t point_id, struct cli_texts *set)
{
    sqlite3_stmt *st = study_store_prepare(store, "SELECT path || '=' || value FROM factor WHERE point_id = ?1");

    sqlite3_bind_int64(st, 1, point_id);
    while (sqlite3_step(st) == SQLITE_ROW)
        cli_texts_add(set, (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
}

/* Run replication of the point of `design` in the scenario at `path`. Returns: whether there is such a point. */
static bool verify_run(const char *path, const struct cli_texts *set, const char *design, uint32_t replication,
                       struct study_record *record, char *hash)
{
    const char *only[] = {design, NULL};
    struct scn_points scenario = {0};
    struct study_points points = {0};
    struct sim_diags diags;
    char why[512];
    bool ok = false;

    sim_diags_init(&diags);
    if (cli_load(path, set, false, &scenario, &diags)) {
        if (!study_points_init(&points, &scenario, *design ? only : NULL, why, sizeof(why))) {
            fprintf(stderr, "viosim: %s\n", why);
        } else if (points.n == 1 && points.point[0].plan->feasible) {
            memcpy(hash, points.point[0].hash, STUDY_HASH);
            study_simulate(&points.point[0], replication, NULL, NULL, record);
            ok = true;
        }
        study_points_fini(&points);
        scn_points_fini(&scenario);
    }
    sim_diags_fini(&diags);
    return ok;
}

/* One row of runs: simulate and compare. Returns: whether it is the same. */
static bool verify_row(struct study_store *store, sqlite3_stmt *st, const char *path)
{
    const char *design = (const char *)sqlite3_column_text(st, 2), *stored = (const char *)sqlite3_column_text(st, 4);
    const uint32_t replication = (uint32_t)sqlite3_column_int(st, 3);
    struct cli_texts set = {0};
    struct study_record record;
    char hash[STUDY_HASH] = "", fingerprint[20] = "not run";

    verify_factors(store, sqlite3_column_int64(st, 1), &set);
    study_record_init(&record);
    if (verify_run(path, &set, design, replication, &record, hash))
        snprintf(fingerprint, sizeof(fingerprint), "%016" PRIx64, record.head.fingerprint);
    const bool same = strcmp(fingerprint, stored) == 0;

    printf("run %lld, %s, replication %u: stored %s, now %s: %s%s\n", (long long)sqlite3_column_int64(st, 0), design,
           replication, stored, fingerprint, same ? "same" : "DIFFERENT",
           strcmp(hash, (const char *)sqlite3_column_text(st, 5)) == 0 ? "" : " (the scenario reads differently now)");
    study_record_fini(&record);
    cli_texts_fini(&set);
    return same;
}

static int verify_all(struct study_store *store, uint32_t run, const char *path)
{
    sqlite3_stmt *st = study_store_prepare(
        store, "SELECT min(run_id), point_id, design, replication, fingerprint, hash"
               "  FROM run JOIN point USING (point_id)"
               " WHERE outcome <> 'failed' AND (?1 = 0 OR run_id = ?1) GROUP BY point_id ORDER BY point_id");
    int runs = 0, same = 0;

    if (!st) {
        fprintf(stderr, "viosim: %s\n", store->why);
        return CLI_MACHINE;
    }
    sqlite3_bind_int64(st, 1, run);
    for (; sqlite3_step(st) == SQLITE_ROW; runs++)
        same += verify_row(store, st, path);
    sqlite3_finalize(st);
    if (runs == 0) {
        fprintf(stderr, run ? "viosim: %s has no run %u that ended\n" : "viosim: %s has no run that ended\n",
                store->path, run);
        return CLI_USAGE;
    }
    return same == runs ? CLI_OK : CLI_FAILED;
}

int cli_verify(int argc, char **argv)
{
    struct verify_arguments a = {0};
    struct study_store store;
    char path[] = "/tmp/viosim-XXXXXX.yaml";
    int status = CLI_MACHINE;

    argp_parse(&verify_argp, argc, argv, 0, NULL, &a);
    if (study_store_open(&store, a.db, STUDY_READ, 0)) {
        if (verify_scenario(&store, path))
            status = verify_all(&store, a.run, path);
        unlink(path);
    } else {
        fprintf(stderr, "viosim: %s\n", store.why);
    }
    study_store_close(&store);
    return status;
}
