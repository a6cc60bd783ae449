/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_store.c - the results database: what the views compute, and what goes wrong with files.
 */
#include "tests/unit/study_fixture.h"

static void store_latencies(struct fixture *f, int64_t point, uint32_t replication, double ms, double value,
                            enum study_outcome outcome)
{
    const sim_time latency = (sim_time)(ms * (double)SIM_MS);
    struct study_record r;

    study_record_init(&r);
    fixture_record(&r, &latency, 1, value);
    r.head.outcome = outcome;
    cr_assert_eq(study_store_put_run(&f->store, point, replication, &r), STUDY_STORED, "%s", f->store.why);
    study_record_fini(&r);
}

static void expect(struct fixture *f, const char *sql, const char *wanted)
{
    char out[512];

    cr_assert_str_eq(fixture_ask(f, sql, out, sizeof(out)), wanted, "%s\n gives  %s\n wanted %s", sql, out, wanted);
}

/* Values 100, 102, 104: mean 102, s = 2, t(0.975, 2) = 4.30265 (tables), half-width 4.30265 * 2 / sqrt(3) = 4.968.
 * An unstable run with the value 900 must not enter. */
Test(test_store, mean_and_half_width)
{
    struct fixture f;

    fixture_init(&f);
    for (uint32_t k = 0; k < 3; k++)
        store_latencies(&f, 1, k, 5, 100 + 2 * k, STUDY_OK);
    store_latencies(&f, 1, 3, 5, 900, STUDY_UNSTABLE);
    expect(&f, "SELECT n, mean, half_width, p99 FROM v_metric WHERE metric = 'goodput'", "3 102.0 4.97 null");
    expect(&f, "SELECT study, design, factors, entity, kind, unit FROM v_metric WHERE metric = 'goodput'",
           "tiny shared vms.db.count=4 db/block vms bit/s");
    expect(&f, "SELECT ok, unstable, runs FROM v_design", "3 1 4 0 0 0");
    expect(&f, "SELECT round(t, 5) FROM t_quantile WHERE df IN (1, 4, 200)", "12.7062 2.77645 1.9719");
    fixture_fini(&f);
}

/* Pairs (100, 110), (102, 111), (104, 112): differences 10, 9, 8; mean 9, s = 1, half-width 4.30265 / sqrt(3) = 2.484.
 * Unpaired the interval would be t * sqrt(4 / 3 + 1 / 3) > 5. Baseline mean 102, so relative 9 / 102 = 0.08824. */
Test(test_store, differences_are_paired)
{
    struct fixture f;

    fixture_init(&f);
    for (uint32_t k = 0; k < 3; k++) {
        store_latencies(&f, 1, k, 5, 100 + 2 * k, STUDY_OK);
        store_latencies(&f, 2, k, 5, 110 + k, STUDY_OK);
    }
    store_latencies(&f, 2, 3, 5, 500, STUDY_OK); /* without a partner */
    expect(&f,
           "SELECT design, baseline, n, baseline_value, value, difference, half_width, relative FROM v_compare"
           " WHERE metric = 'goodput'",
           "dedicated shared 3 102.0 111.0 9.0 2.48 0.08824");
    fixture_fini(&f);
}

/* p99 of one observation is it, within the bucket. Bound 10 ms. With n = 2, t(0.975, 1) = 12.7062:
 * 5, 5.001 -> 5.0005 +- 0.0064: met. 9.9, 10.05 -> 9.975 +- 0.95: undecided. 12, 12.001: not met. One run: undecided.
 * All unstable: not met. Some unstable: never met. */
Test(test_store, levels_are_met_missed_or_undecided)
{
    const struct {
        double ms[2];
        enum study_outcome outcome[2];
        int runs;
        const char *met;
    } row[] = {
        {{5, 5.001}, {STUDY_OK, STUDY_OK}, 2, "1"},
        {{9.9, 10.05}, {STUDY_OK, STUDY_OK}, 2, "null"},
        {{12, 12.001}, {STUDY_OK, STUDY_OK}, 2, "0"},
        {{5, 0}, {STUDY_OK, STUDY_OK}, 1, "null"},
        {{5, 5.001}, {STUDY_UNSTABLE, STUDY_DEADLOCK}, 2, "0"},
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
        struct fixture f;

        fixture_init(&f);
        for (int k = 0; k < row[i].runs; k++)
            store_latencies(&f, 1, (uint32_t)k, row[i].ms[k], 1, row[i].outcome[k]);
        expect(&f, "SELECT met FROM v_level", row[i].met);
        expect(&f, "SELECT wanted, bound, unit, entity FROM v_level", "<= 0.01 s db/block");
        if (i == 0) {
            store_latencies(&f, 1, 2, 5, 1, STUDY_UNSTABLE);
            expect(&f, "SELECT met, unstable FROM v_level", "null 1");
        }
        fixture_fini(&f);
    }
}

/* Expected 100 within 1 %. With n = 2, t(0.975, 1) = 12.7062 and s = |a - b| / sqrt(2), so half-width = 6.3531 |a - b|:
 * 100, 100.1: 0.64, met; 101, 101: on the edge, met; 102, 102 and 98, 98: 2 % off, missed; 99, 101: 12.7, undecided;
 * 102, 103: 6.35 around 102.5 contains it, undecided; 150, 151: does not, missed. One run: undecided. A run that is not
 * ok: missed, if any is ok; else there is no result. */
Test(test_store, expectations_are_met_missed_or_undecided)
{
    const struct {
        double goodput[2];
        enum study_outcome outcome[2];
        int runs;
        const char *verdict;
    } row[] = {
        {{100, 100.1}, {STUDY_OK, STUDY_OK}, 2, "met"},
        {{101, 101}, {STUDY_OK, STUDY_OK}, 2, "met"},
        {{102, 102}, {STUDY_OK, STUDY_OK}, 2, "missed"},
        {{98, 98}, {STUDY_OK, STUDY_OK}, 2, "missed"},
        {{99, 101}, {STUDY_OK, STUDY_OK}, 2, "undecided"},
        {{102, 103}, {STUDY_OK, STUDY_OK}, 2, "undecided"},
        {{150, 151}, {STUDY_OK, STUDY_OK}, 2, "missed"},
        {{100, 0}, {STUDY_OK, STUDY_OK}, 1, "undecided"},
        {{100, 100}, {STUDY_OK, STUDY_UNSTABLE}, 2, "missed"},
        {{100, 100}, {STUDY_DEADLOCK, STUDY_UNSTABLE}, 2, "no result"},
        {{0, 0}, {STUDY_OK, STUDY_OK}, 0, "no result"},
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
        struct fixture f;

        fixture_init(&f);
        for (int k = 0; k < row[i].runs; k++)
            store_latencies(&f, 1, (uint32_t)k, 5, row[i].goodput[k], row[i].outcome[k]);
        expect(&f, "SELECT verdict FROM v_expect", row[i].verdict);
        expect(&f, "SELECT design, class, entity, metric, stat, form, expected, unit FROM v_expect",
               "shared A db/block goodput mean = 100.0 bit/s");
        fixture_fini(&f);
    }
}

static void store_end(struct fixture *f, uint32_t replication, enum study_outcome outcome, const char *why)
{
    const sim_time latency = 5 * SIM_MS;
    struct study_record r;

    study_record_init(&r);
    fixture_record(&r, &latency, 1, 100 + replication * 0.1);
    r.head.outcome = outcome;
    snprintf(r.head.why, sizeof r.head.why, "%s", why);
    cr_assert_eq(study_store_put_run(&f->store, 1, replication, &r), STUDY_STORED, "%s", f->store.why);
    study_record_fini(&r);
}

/* An outcome is met only if every run ends so and names the place; the other expectations of the point (100 within 1 %:
 * 100, 100.1) then count these runs, and only if no run ends otherwise. */
Test(test_store, outcomes_are_expected_too)
{
    const struct {
        enum study_outcome outcome[2];
        const char *why[2], *verdicts;
    } row[] = {
        {{STUDY_BROKEN, STUDY_BROKEN}, {"h0>sw: overran", "h0>sw: overran"}, "ends met = met"},
        {{STUDY_BROKEN, STUDY_BROKEN}, {"h0>sw: overran", "h1>sw: overran"}, "ends missed = met"},
        {{STUDY_BROKEN, STUDY_OK}, {"h0>sw: overran", ""}, "ends missed = missed"},
        {{STUDY_UNSTABLE, STUDY_UNSTABLE}, {"h0>sw: grew", "h0>sw: grew"}, "ends missed = no result"},
        {{STUDY_OK, STUDY_OK}, {"", ""}, "ends missed = no result"},
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
        struct fixture f;
        struct scn_expect both[2];

        fixture_init(&f);
        study_store_close(&f.store);
        both[0] = both[1] = f.expect;
        both[0].form = SCN_FORM_OUTCOME;
        both[0].kind = "run";
        both[0].metric = "broken";
        both[0].entity = "h0>sw:";
        both[0].unit = "1";
        both[0].value = 1;
        f.study.expect = both;
        f.study.expects = 2;
        fixture_open(&f);
        for (uint32_t k = 0; k < 2; k++)
            store_end(&f, k, row[i].outcome[k], row[i].why[k]);
        expect(&f, "SELECT form, verdict FROM v_expect", row[i].verdicts);
        fixture_fini(&f);
    }
}

/* Ratios 110 / 100, 111 / 102, 112 / 104: 1.1, 1.08824, 1.07692; mean 1.08839, s = 0.011539, half-width 4.30265 s /
 * sqrt(3) = 0.0287. At most 1.12 is met; at most 1.1 is undecided: 1.117 is above. Unpaired, 111 / 102 has a half-width
 * of 0.06. */
Test(test_store, ratios_are_paired)
{
    const struct {
        double bound;
        const char *verdict;
    } row[] = {{1.12, "met"}, {1.1, "undecided"}, {1.05, "missed"}};

    for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
        struct fixture f;

        fixture_init(&f);
        study_store_close(&f.store);
        f.expect.design = "dedicated";
        f.expect.against = "shared";
        f.expect.form = SCN_FORM_AT_MOST;
        f.expect.value = row[i].bound;
        fixture_open(&f);
        for (uint32_t k = 0; k < 3; k++) {
            store_latencies(&f, 1, k, 5, 100 + 2 * k, STUDY_OK);
            store_latencies(&f, 2, k, 5, 110 + k, STUDY_OK);
        }
        store_latencies(&f, 2, 3, 5, 500, STUDY_OK); /* without a partner */
        expect(&f, "SELECT simulated, half_width, n, unit FROM v_expect", "1.08839 0.0287 3 1");
        expect(&f, "SELECT verdict FROM v_expect", row[i].verdict);
        fixture_fini(&f);
    }
}

/* What is expected is no part of what is simulated: entered anew, it replaces what was there. */
Test(test_store, expectations_are_replaced)
{
    struct fixture f;

    fixture_init(&f);
    study_store_close(&f.store);
    f.expect.value = 102;
    f.expect.form = SCN_FORM_AT_MOST;
    fixture_open(&f);
    store_latencies(&f, 1, 0, 5, 100, STUDY_OK);
    store_latencies(&f, 1, 1, 5, 100, STUDY_OK);
    expect(&f, "SELECT form, expected, verdict FROM v_expect", "<= 102.0 met");
    fixture_fini(&f);
}

Test(test_store, point_cost_and_warnings)
{
    struct fixture f;

    fixture_init(&f);
    expect(&f, "SELECT design, component, item, quantity, usd, watts FROM v_bom", "shared adapter hba 4 1000.0 40.0");
    expect(&f, "SELECT value FROM v_cost WHERE design = 'dedicated' AND name IN ('total_usd', 'cables')", "1500.0 4.0");
    expect(&f, "SELECT text FROM warning", "f.yaml:3:5: never used");
    /* The fixture has a host of zeros and a cost of zeros: only a default of 0 is left at its default. */
    expect(&f, "SELECT count(*) FROM parameter WHERE path = 'host.clock'", "0");
    expect(&f, "SELECT bound, stat, unit FROM level", "0.01 p99 s");
    fixture_fini(&f);
}

/* Two replications of one course: the view shows their mean, and the intervals in order. */
Test(test_store, series_over_time)
{
    struct fixture f;

    fixture_init(&f);
    store_latencies(&f, 1, 0, 5, 3, STUDY_OK);
    store_latencies(&f, 1, 1, 5, 3, STUDY_OK);
    store_latencies(&f, 1, 2, 5, 3, STUDY_BROKEN);
    expect(&f, "SELECT entity, metric, unit, t, span, value, p99, observations, runs FROM v_series",
           "db/block io_latency s 0.2 0.2 0.01 0.02 2 2 db/block io_latency s 0.4 0.2 0.02 0.02 2 2");
    fixture_fini(&f);
}

Test(test_store, failed_runs_are_replaced_and_others_are_not)
{
    enum study_outcome outcome;
    struct study_record r;
    struct fixture f;

    fixture_init(&f);
    study_record_init(&r);
    r.head.outcome = STUDY_FAILED;
    cr_assert(!study_store_find_run(&f.store, 1, 0, &outcome));
    cr_assert_eq(study_store_put_run(&f.store, 1, 0, &r), STUDY_STORED);
    cr_assert(study_store_find_run(&f.store, 1, 0, &outcome) && outcome == STUDY_FAILED);
    store_latencies(&f, 1, 0, 5, 3, STUDY_OK);
    cr_assert(study_store_find_run(&f.store, 1, 0, &outcome) && outcome == STUDY_OK);
    cr_assert_eq(study_store_put_run(&f.store, 1, 0, &r), STUDY_STORE_FAILED);
    expect(&f, "SELECT count(*), outcome FROM run", "1 ok");
    study_record_fini(&r);
    fixture_fini(&f);
}

/* Two half-widths relative to the value, by hand: 12.7062 * (0.1 / sqrt 2) / sqrt 2 = 0.6353 around 9.95. */
Test(test_store, precision_is_that_of_the_levels)
{
    struct fixture f;

    fixture_init(&f);
    cr_assert_eq(study_store_precision(&f.store, 1, 2), 0); /* nothing measured yet, nothing to make more precise */
    store_latencies(&f, 1, 0, 9.9, 1, STUDY_OK);
    cr_assert(isinf(study_store_precision(&f.store, 1, 2)));
    store_latencies(&f, 1, 1, 10, 1, STUDY_OK);
    cr_assert_float_eq(study_store_precision(&f.store, 1, 2), 0.6353 / 9.95, 0.0005);
    store_latencies(&f, 1, 2, 10, 1, STUDY_UNSTABLE); /* more runs would not help it */
    cr_assert_eq(study_store_precision(&f.store, 1, 2), 0);
    fixture_fini(&f);
}

/* A disk that is full (here: a database that may not grow) or a lock costs no stored run, and the run can be stored
 * when there is room again. */
Test(test_store, full_locked_and_read_only)
{
    const sim_time latency[] = {1 * SIM_MS, 2 * SIM_MS};
    struct study_record r;
    struct fixture f;
    sqlite3 *other;

    fixture_init(&f);
    store_latencies(&f, 1, 0, 5, 3, STUDY_OK);
    study_record_init(&r);
    fixture_record(&r, latency, 2, 1);
    for (int i = 0; i < 2000; i++)
        study_record_value(
            &r, "goodput", "bit/s", "of another entity",
            (study_record_entity(&r, "link",
                                 (char[]){(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676), 0}),
             1.0));
    sqlite3_exec(f.store.db, "PRAGMA max_page_count = 50", NULL, NULL, NULL);
    cr_assert_eq(study_store_put_run(&f.store, 1, 1, &r), STUDY_STORE_LATER);
    cr_assert(strstr(f.store.why, "the disk is full"), "%s", f.store.why);
    expect(&f, "SELECT count(*), outcome FROM run", "1 ok");
    sqlite3_exec(f.store.db, "PRAGMA max_page_count = 100000", NULL, NULL, NULL);

    study_store_patience(&f.store, 10);
    cr_assert_eq(sqlite3_open(f.db, &other), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    cr_assert_eq(study_store_put_run(&f.store, 1, 1, &r), STUDY_STORE_LATER);
    cr_assert(strstr(f.store.why, "locked"), "%s", f.store.why);
    sqlite3_close(other);

    sqlite3_exec(f.store.db, "PRAGMA query_only = 1", NULL, NULL, NULL);
    cr_assert_eq(study_store_put_run(&f.store, 1, 1, &r), STUDY_STORE_FAILED);
    cr_assert(strstr(f.store.why, "cannot be written"), "%s", f.store.why);
    sqlite3_exec(f.store.db, "PRAGMA query_only = 0", NULL, NULL, NULL);

    cr_assert_eq(study_store_put_run(&f.store, 1, 1, &r), STUDY_STORED, "%s", f.store.why);
    expect(&f, "SELECT count(*) FROM run", "2");
    study_record_fini(&r);
    fixture_fini(&f);
}

static void refuse(const char *path, enum study_access access, const char *wanted)
{
    struct study_store s;

    cr_assert(!study_store_open(&s, path, access, 0.95), "%s was accepted", path);
    cr_assert(strstr(s.why, wanted), "'%s' does not say '%s'", s.why, wanted);
    study_store_close(&s);
}

Test(test_store, files_that_are_not_ours)
{
    char path[] = "/tmp/viosim-test-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    sqlite3 *db;

    refuse("/nonexistent/x.db", STUDY_WRITE, "cannot open");
    refuse("/nonexistent.db", STUDY_READ, "cannot open");
    refuse(path, STUDY_READ, "empty");
    fprintf(file, "this is a letter, not a database, and long enough for a header of one hundred bytes: %050d\n", 1);
    fclose(file);
    refuse(path, STUDY_WRITE, "not an SQLite database");
    unlink(path);
    sqlite3_open(path, &db);
    sqlite3_exec(db, "CREATE TABLE t (x)", NULL, NULL, NULL);
    refuse(path, STUDY_WRITE, "not made by viosim");
    sqlite3_exec(db, "PRAGMA application_id = 1986621299; PRAGMA user_version = 99", NULL, NULL, NULL);
    refuse(path, STUDY_WRITE, "version 99");
    sqlite3_close(db);
    unlink(path);
}

Test(test_store, one_file_one_study)
{
    struct sim_diags diags;
    struct fixture f;
    int64_t id;

    fixture_init(&f);
    sim_diags_init(&diags);
    cr_assert(study_store_put_study(&f.store, &f.study, f.points.hash, &fixture_origin, &diags, &id));
    cr_assert(!study_store_put_study(&f.store, &f.study, "00000000000000cd", &fixture_origin, &diags, &id));
    cr_assert(strstr(f.store.why, "another scenario"), "%s", f.store.why);
    expect(&f, "SELECT count(*) FROM study", "1");
    fixture_fini(&f);
}

/* The fixture's plan: a server, an edge with two ports, one cable between them. */
Test(test_store, a_plan_has_devices_cables_and_ports)
{
    struct fixture f;

    fixture_init(&f);
    expect(&f, "SELECT rack, unit, device, tier, item, rack_units, watts FROM v_device",
           "row1-rack01 42 lan-edge-a1 edge tor 1.0 0.0 row1-rack01 1 hosts00 server srv 1.0 110.0");
    expect(&f, "SELECT rack, devices, units_used, units, watts, power_w FROM v_rack",
           "row1-rack01 2 2.0 42 110.0 5000.0");
    expect(&f, "SELECT label, role, from_port, to_device, to_port, link, rate_bps, length_m, part_of FROM v_cable",
           "hosts00/hba0/p1 server hba0/p1 lan-edge-a1 p1 gbe 1000000000.0 3.0 lan");
    expect(&f, "SELECT forth, back FROM v_cable", "hosts00/hba0/p1>lan-edge-a1 lan-edge-a1/p1>hosts00/hba0/p1");
    expect(&f, "SELECT device, port, label, to_device, to_port FROM v_port",
           "hosts00 hba0/p1 hosts00/hba0/p1 lan-edge-a1 p1 lan-edge-a1 p1 hosts00/hba0/p1 hosts00 hba0/p1 "
           "lan-edge-a1 p2 null null null");
    expect(&f, "SELECT value FROM v_count WHERE what = 'ports free' AND kind = 'downlink'", "1");
    expect(&f, "SELECT design, plan_id FROM plan JOIN point USING (point_id)", "shared 1 dedicated 2");
    fixture_fini(&f);
}

/* Every ```sql block of results/README.md is executed, and has to find something. */
Test(test_store, examples_of_the_readme_work)
{
    FILE *file = fopen("results/README.md", "r");
    char line[512], sql[4096] = "", out[65536];
    bool inside = false;
    int examples = 0;
    struct fixture f;

    cr_assert_not_null(file);
    fixture_init(&f);
    for (uint32_t k = 0; k < 3; k++) {
        store_latencies(&f, 1, k, 5, 100 + 2 * k, STUDY_OK);
        store_latencies(&f, 2, k, 5, 110 + k, STUDY_OK);
    }
    cr_assert_eq(
        sqlite3_exec(f.store.db,
                     "INSERT INTO cost_year VALUES (1, 0, 1, 900, 0, 0, 0, 0, 0, 900, 900);"
                     "INSERT INTO risk VALUES (1, 10, 900, 10, 890, 900, 910, 0.7);"
                     "INSERT INTO ranking VALUES (1, 1, 1, 7), (1, 2, 2, 7);"
                     "INSERT INTO tornado VALUES (1, 2, 'energy', 0.9, 1, 1.1, 80, 120, 100);"
                     "INSERT INTO curve VALUES (1, 1, 'servers', '1', 2, 1, 10), (1, 2, 'servers', '1', 2, 1, 9);"
                     "INSERT INTO crossing VALUES (1, 1, 2, 2, 1);",
                     NULL, NULL, NULL),
        SQLITE_OK);
    while (fgets(line, sizeof(line), file)) {
        if (strcmp(line, "```sql\n") == 0) {
            inside = true;
            sql[0] = '\0';
        } else if (inside && strcmp(line, "```\n") == 0) {
            cr_assert(*fixture_ask(&f, sql, out, sizeof(out)), "nothing found by\n%s", sql);
            inside = false;
            examples++;
        } else if (inside) {
            strcat(sql, line);
        }
    }
    fclose(file);
    cr_assert_geq(examples, 19);
    fixture_fini(&f);
}

/* Every view and table of a database is named on results/README.md, in backquotes. */
Test(test_store, readme_names_every_view_and_table)
{
    char page[65536], missing[2048] = "";
    FILE *file = fopen("results/README.md", "r");
    struct fixture f;

    cr_assert_not_null(file);
    const size_t size = fread(page, 1, sizeof(page) - 1, file);
    fclose(file);
    cr_assert_lt(size, sizeof(page) - 1, "the page is longer than this test expects");
    page[size] = '\0';
    fixture_init(&f);
    sqlite3_stmt *st = study_store_prepare(&f.store, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') "
                                                     "AND instr(?1, '`' || name || '`') = 0");
    cr_assert_not_null(st);
    sqlite3_bind_text(st, 1, page, -1, SQLITE_STATIC);
    for (size_t n = 0; sqlite3_step(st) == SQLITE_ROW && n < sizeof(missing);)
        n += (size_t)snprintf(missing + n, sizeof(missing) - n, " %s", (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    cr_assert_str_empty(missing, "not on the page:%s", missing);
    fixture_fini(&f);
}
