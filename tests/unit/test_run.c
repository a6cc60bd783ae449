/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_run.c - running a study: workers that die, resuming, stopping, interrupting, determinism.
 */
#include <signal.h>

#include "tests/unit/study_fixture.h"

static bool run_is_victim(const struct study_point *p, uint32_t replication)
{
    return p->position == 1 && replication == 1;
}

static void run_killed(const struct study_point *p, uint32_t replication, study_progress_fn *progress, void *arg,
                       struct study_record *r)
{
    if (run_is_victim(p, replication))
        raise(SIGKILL);
    fixture_simulate(p, replication, progress, arg, r);
}

static void run_asserts(const struct study_point *p, uint32_t replication, study_progress_fn *progress, void *arg,
                        struct study_record *r)
{
    if (run_is_victim(p, replication)) {
        signal(SIGABRT, SIG_DFL);
        SIM_ASSERT(!"the end of the world");
    }
    fixture_simulate(p, replication, progress, arg, r);
}

static void run_exits(const struct study_point *p, uint32_t replication, study_progress_fn *progress, void *arg,
                      struct study_record *r)
{
    if (run_is_victim(p, replication))
        _exit(0);
    fixture_simulate(p, replication, progress, arg, r);
}

/* The first run interrupts the command as Ctrl-C would, and would itself never end. */
static void run_interrupts(const struct study_point *p, uint32_t replication, study_progress_fn *progress, void *arg,
                           struct study_record *r)
{
    if (run_is_victim(p, replication)) {
        kill(getppid(), SIGINT);
        for (;;)
            pause();
    }
    fixture_simulate(p, replication, progress, arg, r);
}

Test(test_run, a_run_that_dies_is_one_failed_run_and_the_next_command_repeats_it, .timeout = 30)
{
    const struct {
        study_simulate_fn *simulate;
        const char *why;
    } death[] = {
        {run_killed, "killed by signal 9"},
        {run_asserts, "the end of the world"},
        {run_exits, "ended without a result"},
    };

    for (size_t i = 0; i < sizeof(death) / sizeof(*death); i++) {
        struct fixture f;
        struct study_tally tally;
        struct study_options options = fixture_options(death[i].simulate, 2, stderr);
        char out[512];

        fixture_init(&f);
        cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_SOME_FAILED);
        cr_assert_eq(tally.outcome[STUDY_OK], 5);
        cr_assert_eq(tally.outcome[STUDY_FAILED], 1);
        fixture_ask(&f, "SELECT design, replication, why FROM v_run WHERE outcome = 'failed'", out, sizeof(out));
        cr_assert_eq(strncmp(out, "dedicated 1 ", 12), 0, "%s", out);
        cr_assert(strstr(out, death[i].why), "'%s' does not say '%s'", out, death[i].why);

        options.simulate = fixture_simulate;
        cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_DONE);
        cr_assert_eq(tally.kept, 5);
        cr_assert_eq(tally.outcome[STUDY_OK], 1);
        cr_assert_str_eq(fixture_ask(&f, "SELECT count(*), min(outcome), max(outcome) FROM run", out, sizeof(out)),
                         "6 ok ok");
        fixture_fini(&f);
    }
}

Test(test_run, an_interrupted_command_keeps_what_is_stored, .timeout = 30)
{
    struct study_options options = fixture_options(run_interrupts, 2, stderr);
    struct study_tally tally;
    struct fixture f;
    char out[512];

    fixture_init(&f);
    cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_INTERRUPTED);
    cr_assert_eq(tally.outcome[STUDY_FAILED], 0);
    options.simulate = fixture_simulate;
    cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_DONE);
    cr_assert_eq(tally.kept + tally.outcome[STUDY_OK], 6);
    cr_assert_str_eq(fixture_ask(&f, "SELECT count(*) FROM run WHERE outcome = 'ok'", out, sizeof(out)), "6");
    fixture_fini(&f);
}

/* Everything in the database but times is the same for 1 and 3 workers, identifiers included. */
Test(test_run, the_database_does_not_depend_on_the_number_of_workers, .timeout = 30)
{
    static const char *const sql[] = {
        "SELECT run_id, point_id, replication, outcome, why, events, packet_hops, fingerprint FROM run ORDER BY run_id",
        "SELECT * FROM entity ORDER BY entity_id",
        "SELECT * FROM metric ORDER BY metric_id",
        "SELECT * FROM summary ORDER BY run_id, entity_id, metric_id",
        "SELECT * FROM histogram ORDER BY run_id, entity_id, metric_id, low",
    };
    const unsigned jobs[] = {1, 3};
    static char out[2][sizeof(sql) / sizeof(*sql)][16384];

    for (size_t i = 0; i < 2; i++) {
        struct study_options options = fixture_options(fixture_simulate, jobs[i], stderr);
        struct study_tally tally;
        struct fixture f;

        fixture_init(&f);
        cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_DONE);
        for (size_t k = 0; k < sizeof(sql) / sizeof(*sql); k++)
            fixture_ask(&f, sql[k], out[i][k], sizeof(out[i][k]));
        fixture_fini(&f);
    }
    for (size_t k = 0; k < sizeof(sql) / sizeof(*sql); k++) {
        cr_assert_gt(strlen(out[0][k]), 20);
        cr_assert_str_eq(out[0][k], out[1][k], "%s", sql[k]);
    }
}

/* I/Os of 8 ms, and every fourth replication 9 ms: the spread needs more than 3 and less than 40 replications to be
 * known to 5 %. */
static void run_varies(const struct study_point *p, uint32_t replication, study_progress_fn *progress, void *arg,
                       struct study_record *r)
{
    const sim_time latency = (replication % 4 == 0 ? 9 : 8) * SIM_MS;

    (void)p;
    progress(1, arg);
    fixture_record(r, &latency, 1, replication);
}

Test(test_run, replications_stop_at_the_precision_asked_for, .timeout = 30)
{
    const struct {
        double precision;
        uint32_t max;
        const char *wanted;
    } row[] = {
        /* n = 3: 9 8 8, hw 17 %; 4: 9 8 8 8, 9.6 %; 5: 9 8 8 8 9, 8.1 %; 7: 5.5 %; 9: 4.6 % (t * s / sqrt(n) / mean) */
        {0.05, 40, "9 9"},
        {0.05, 6, "6 6"},
        {0.5, 40, "3 3"},
        {0, 40, "3 3"},
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
        struct study_options options = fixture_options(run_varies, 2, stderr);
        struct study_tally tally;
        struct fixture f;
        char out[512];

        fixture_init(&f);
        f.study.replications =
            (struct scn_replications){.min = 3, .max = row[i].max, .precision = row[i].precision, .confidence = 0.95};
        cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_DONE);
        fixture_ask(&f, "SELECT runs FROM v_design", out, sizeof(out));
        cr_assert_str_eq(out, row[i].wanted, "precision %g, at most %u: %s runs", row[i].precision, row[i].max, out);
        fixture_fini(&f);
    }
}

Test(test_run, infeasible_designs_are_stored_and_not_run, .timeout = 30)
{
    struct study_options options = fixture_options(fixture_simulate, 2, stderr);
    struct study_tally tally;
    struct fixture f;
    char out[512];

    fixture_init(&f);
    f.plan[1].feasible = false;
    cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_DONE);
    cr_assert_eq(tally.infeasible, 1);
    cr_assert_str_eq(fixture_ask(&f, "SELECT design, runs FROM v_design", out, sizeof(out)), "shared 3 dedicated 0");
    fixture_fini(&f);
}

/* A database that cannot take a run ends the command with what to do, and keeps what it had. */
Test(test_run, a_full_disk_stops_the_command, .timeout = 30)
{
    char *text = NULL, out[512];
    size_t size = 0;
    FILE *errors = open_memstream(&text, &size);
    struct study_options options = fixture_options(fixture_simulate, 1, errors);
    struct study_tally tally;
    struct fixture f;

    fixture_init(&f);
    f.study.replications.min = 1;
    f.study.replications.max = 1;
    cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_DONE);
    f.study.replications.min = 2000;
    f.study.replications.max = 2000;
    sqlite3_exec(f.store.db, "PRAGMA max_page_count = 45", NULL, NULL, NULL);
    cr_assert_eq(study_run(&f.store, &f.points, &options, &tally), STUDY_MACHINE_FAULT);
    fclose(errors);
    cr_assert(strstr(text, "the disk is full; free some space"), "%s", text);
    cr_assert_str_eq(fixture_ask(&f, "SELECT count(*) > 2, min(outcome) FROM run", out, sizeof(out)), "1 ok");
    free(text);
    fixture_fini(&f);
}
