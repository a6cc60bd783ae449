/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_ana_report.c - what a report concludes, the numbers it gives, and that a failed one changes nothing.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "analysis/report.h"
#include "tests/unit/ana_fixture.h"

/* Three runs with p99 of 6, 7, 8 ms: mean 7, s = 1, half-width 4.30265 / sqrt(3) = 2.48414 ms: below 10 ms. */
static const struct ana_fixture_design dear = {"dear", 1000, {6, 7, 8}, {120, 120, 120}, {NULL}, NULL};

static void assert_title(const struct ana_fixture_design *other, const char *title)
{
    const struct ana_fixture_design designs[] = {dear, *other};
    struct ana_fixture f;
    char *html, *expected;

    ana_fixture_begin(&f, designs, 2, NULL);
    cr_assert_eq(ana_fixture_report(&f), 0);
    html = ana_fixture_read(&f, "index.html");
    if (asprintf(&expected, "<title>%s</title>", title) < 0)
        abort();
    cr_assert_not_null(strstr(html, expected), "wanted %s, got %.200s", expected, strstr(html, "<title>"));
    free(expected);
    free(html);
    ana_fixture_end(&f);
}

/* The second design makes the situation. Where an interval decides: 9.89, 9.90, 9.91 ms have half-width 0.0248 ms and
 * are met; 2 % more is 10.098 +- 0.025 ms and missed (power). 7.5, 8.5, 9.5 ms reach 10.98 ms and are undecided, though
 * the normal quantile 1.96 would claim 9.63 ms. */
Test(test_ana_report, title_states_the_finding)
{
    static const struct {
        struct ana_fixture_design other;
        const char *title;
    } rows[] = {
        {{"cheap", 620, {5, 6, 7}, {120, 121, 122}, {NULL}, NULL},
         "cheap meets both service levels at 38 % lower cost than dear"},
        {{"cheap", 620, {9.89, 9.90, 9.91}, {120, 121, 122}, {NULL}, NULL},
         "cheap meets both service levels at 38 % lower cost than dear"},
        {{"cheap", 620, {9.89 * 1.02, 9.90 * 1.02, 9.91 * 1.02}, {120, 121, 122}, {NULL}, NULL},
         "dear is the only design shown to meet both service levels; cheap misses 1 of 2"},
        {{"cheap", 620, {7.5, 8.5, 9.5}, {120, 121, 122}, {NULL}, NULL},
         "dear is the only design shown to meet both service levels; cheap is undecided"},
        {{"cheap", 620, {20, 21, 22}, {50, 51, 52}, {NULL}, NULL},
         "dear is the only design shown to meet both service levels; cheap misses 2 of 2"},
        {{"cheap", 620, {5, 6, 7}, {120, 121, 122}, {NULL, NULL, "unstable"}, NULL},
         "dear is the only design shown to meet both service levels; cheap is undecided"},
        {{"cheap", 620, {5, 6, 7}, {120, 121, 122}, {"unstable", "unstable", "unstable"}, NULL},
         "dear is the only design shown to meet both service levels; cheap misses 2 of 2"},
        {{"cheap", 620, {5, 6, 7}, {120, 121, 122}, {"failed", "failed", "failed"}, NULL},
         "dear is the only design shown to meet both service levels; cheap has no result"},
        {{"cheap", 620, {0}, {0}, {NULL}, "3 slots are too few"},
         "dear is the only design shown to meet both service levels; cheap is infeasible"},
        {{"same", 1000, {5, 6, 7}, {120, 121, 122}, {NULL}, NULL},
         "dear meets both service levels at the same cost as same"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_title(&rows[i].other, rows[i].title);
}

static void assert_titles(const struct ana_fixture_design *designs, size_t n, const char *sql, const char *title,
                          const char *also)
{
    struct ana_fixture f;
    char *html;

    ana_fixture_begin(&f, designs, n, sql);
    cr_assert_eq(ana_fixture_report(&f), 0);
    html = ana_fixture_read(&f, "index.html");
    cr_assert_not_null(strstr(html, title), "wanted %s, got %.200s", title, strstr(html, "<title>"));
    cr_assert_not_null(strstr(html, also), "wanted %s", also);
    free(html);
    ana_fixture_end(&f);
}

Test(test_ana_report, title_without_a_winner)
{
    const struct ana_fixture_design slow = {"slow", 500, {20, 21, 22}, {120, 120, 120}, {NULL}, NULL};
    const struct ana_fixture_design slower = {"slower", 400, {20, 21, 22}, {50, 51, 52}, {NULL}, NULL};
    const struct ana_fixture_design unsure = {"unsure", 400, {9, 10, 11}, {120, 121, 122}, {NULL}, NULL};
    const struct ana_fixture_design lost = {"lost", 1, {1, 1, 1}, {1, 1, 1}, {"failed", "failed", "failed"}, NULL};

    assert_titles((struct ana_fixture_design[]){slow, slower}, 2, NULL,
                  "<title>No design meets both service levels; slow misses fewest, 1 of 2</title>", "slower misses");
    assert_titles((struct ana_fixture_design[]){slow, unsure}, 2, NULL,
                  "<title>Undecided: no design is shown to meet both service levels; slow misses 1 of 2; unsure is "
                  "undecided</title>",
                  "more replications would tell");
    assert_titles(&lost, 1, NULL, "<title>No usable run: nothing can be concluded</title>", "3 of 3 runs failed");
    assert_titles(&dear, 1, "DELETE FROM level",
                  "<title>dear costs least, USD 1,000; the scenario asks for no service "
                  "level</title>",
                  "steady");
    assert_titles(&dear, 1, "DELETE FROM run WHERE replication = 3", "dear is undecided",
                  "dear: 1 replication is missing");
}

/* Differences of the p99: -1, -0.5, -1.5 ms: mean -1, s = 0.5, half-width 4.30265 * 0.5 / sqrt(3) = 1.24207 ms. The
 * utilisation 0.5, 0.6, 0.7 of every run has mean 0.6 and half-width 0.1 * 2.48414. */
Test(test_ana_report, csv_by_hand)
{
    const struct ana_fixture_design designs[] = {dear, {"cheap", 620, {5, 6.5, 6.5}, {110, 120, 130}, {NULL}, NULL}};
    struct ana_fixture f;
    char *verdict, *compare, *cost, *bom, *levels, *metrics;

    ana_fixture_begin(&f, designs, 2, NULL);
    cr_assert_eq(ana_fixture_report(&f), 0);
    verdict = ana_fixture_read(&f, "verdict.csv");
    compare = ana_fixture_read(&f, "compare.csv");
    cost = ana_fixture_read(&f, "cost.csv");
    bom = ana_fixture_read(&f, "bom.csv");
    levels = ana_fixture_read(&f, "levels.csv");
    metrics = ana_fixture_read(&f, "metrics.csv");
    cr_expect_float_eq(ana_fixture_field(verdict, 1, "db p99 [s]"), 0.007, 1e-12);
    cr_expect_float_eq(ana_fixture_field(verdict, 1, "db p99 [s]_half"), 0.00248414, 1e-8);
    cr_expect_float_eq(ana_fixture_field(verdict, 2, "db rate [bit/s]"), 120e6, 1e-3);
    cr_expect_float_eq(ana_fixture_field(verdict, 2, "db rate [bit/s]_half"), 24.8414e6, 1e2);
    cr_expect_float_eq(ana_fixture_field(verdict, 1, "busiest"), 0.6, 1e-12);
    cr_expect_float_eq(ana_fixture_field(verdict, 1, "busiest_half"), 0.248414, 1e-6);
    cr_expect_eq(ana_fixture_field(verdict, 2, "total_usd"), 620);
    cr_expect_eq(ana_fixture_field(verdict, 2, "cables"), 7);
    /* rows of cheap: goodput mean, latency mean, latency p99 */
    cr_expect_float_eq(ana_fixture_field(compare, 3, "difference"), -0.001, 1e-12);
    cr_expect_float_eq(ana_fixture_field(compare, 3, "difference_half"), 0.00124207, 1e-8);
    cr_expect_float_eq(ana_fixture_field(compare, 3, "relative"), -1.0 / 7, 1e-9);
    cr_expect_not_null(strstr(compare, "cheap,db/oltp,p99 io_latency,0.007,0.006,"), "%s", compare);
    cr_expect_float_eq(ana_fixture_field(cost, 2, "server_usd"), 310, 1e-9);
    cr_expect_float_eq(ana_fixture_field(bom, 1, "usd"), 500, 1e-6);
    cr_expect_eq(ana_fixture_field(bom, 1, "watts"), 600);
    cr_expect_eq(ana_fixture_field(levels, 1, "bound"), 0.01);
    cr_expect_eq(ana_fixture_field(levels, 1, "n"), 3);
    cr_expect_float_eq(ana_fixture_field(metrics, 2, "p95"), 0.0035, 1e-12);
    free(verdict);
    free(compare);
    free(cost);
    free(bom);
    free(levels);
    free(metrics);
    ana_fixture_end(&f);
}

/* Runs that saw nothing have no quantile: left out of the mean, and what looks met is undecided. */
Test(test_ana_report, empty_tallies_are_no_zeros)
{
    struct ana_fixture f;
    char *verdict;

    ana_fixture_begin(&f, &dear, 1, "UPDATE summary SET n = 0, mean = 0, p99 = 0 WHERE run_id = 10 AND metric_id = 1");
    cr_assert_eq(ana_fixture_report(&f), 0);
    verdict = ana_fixture_read(&f, "verdict.csv");
    cr_expect_float_eq(ana_fixture_field(verdict, 1, "db p99 [s]"), 0.0075, 1e-12);
    cr_expect_not_null(strstr(verdict, ",undecided,"));
    free(verdict);
    ana_fixture_end(&f);
}

/* Two runs settled at 6 and 6.001 ms, far below 10 ms; the third never did: the level itself is undecided too. */
Test(test_ana_report, an_unstable_run_leaves_levels_undecided)
{
    const struct ana_fixture_design shaky = {"shaky", 1, {6, 6.001, 6}, {120, 120, 120}, {NULL, NULL, "unstable"},
                                             NULL};
    struct ana_fixture f;
    char *levels;

    ana_fixture_begin(&f, &shaky, 1, NULL);
    cr_assert_eq(ana_fixture_report(&f), 0);
    levels = ana_fixture_read(&f, "levels.csv");
    cr_expect_float_eq(ana_fixture_field(levels, 1, "value"), 0.0060005, 1e-12);
    cr_expect_not_null(strstr(levels, ",undecided,"), "%s", levels);
    cr_expect_null(strstr(levels, ",met,"), "%s", levels);
    free(levels);
    ana_fixture_end(&f);
}

Test(test_ana_report, reference_scenario)
{
    const struct ana_fixture_design topology = {"", 0, {6, 7, 8}, {120, 120, 120}, {NULL}, NULL};

    assert_titles(&topology, 1, NULL, "<title>A small study: measured in 3 replications</title>", "id=\"latency\"");
}

/* Two values of a factor: cheap misses at the second, dear meets at both. */
Test(test_ana_report, sweep)
{
    const struct ana_fixture_design designs[] = {dear,
                                                 {"cheap", 620, {5, 6, 7}, {120, 121, 122}, {NULL}, NULL},
                                                 dear,
                                                 {"cheap", 620, {20, 21, 22}, {120, 121, 122}, {NULL}, NULL}};

    assert_titles(designs, 4, "INSERT INTO factor VALUES (1, 'n', '4'), (2, 'n', '4'), (3, 'n', '8'), (4, 'n', '8')",
                  "by point: cheap at 1 of 2, dear at 1 of 2</title>", "figure-sweep-0");
}

static void assert_refused(const char *db, const char *dir)
{
    FILE *out = fopen("/dev/null", "w");

    cr_assert_eq(ana_report(db, dir, out), 1, "%s", db);
    fclose(out);
}

Test(test_ana_report, refuses_what_is_no_database)
{
    struct ana_fixture f;
    char path[256];
    sqlite3 *db;
    FILE *out;

    ana_fixture_begin(&f, &dear, 1, NULL);
    snprintf(path, sizeof path, "%s/none.db", f.dir);
    assert_refused(path, f.report);
    out = fopen(path, "w");
    fprintf(out, "this is text, and more than a hundred bytes of it, so that nobody takes it for an empty database, "
                 "which would be a valid one");
    fclose(out);
    assert_refused(path, f.report);
    cr_assert_eq(sqlite3_open(f.db, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    assert_refused(f.db, f.report);
    sqlite3_exec(db, "ROLLBACK; PRAGMA user_version = 99", NULL, NULL, NULL);
    sqlite3_close(db);
    assert_refused(f.db, f.report);
    ana_fixture_end(&f);
}

/* The second report finds no gnuplot: the first one stays, byte by byte, and nothing is left beside it. */
Test(test_ana_report, failed_report_leaves_the_old_one)
{
    struct ana_fixture f;
    char *before, *after, command[512];

    ana_fixture_begin(&f, &dear, 1, NULL);
    cr_assert_eq(ana_fixture_report(&f), 0);
    before = ana_fixture_read(&f, "index.html");
    setenv("PATH", "/nowhere", 1);
    cr_assert_eq(ana_fixture_report(&f), 1);
    setenv("PATH", "/bin:/usr/bin", 1);
    after = ana_fixture_read(&f, "index.html");
    cr_assert_str_eq(before, after);
    snprintf(command, sizeof command, "test -z \"$(ls -d %s/.report* 2>/dev/null)\" && test -f %s/plots/latency-1.svg",
             f.report, f.report);
    cr_assert_eq(system(command), 0);
    free(before);
    free(after);
    ana_fixture_end(&f);
}

Test(test_ana_report, terminal_fits_80_columns)
{
    const struct ana_fixture_design designs[] = {
        dear, {"a-design-with-a-name-longer-than-its-column", 620, {20, 21, 22}, {50, 51, 52}, {NULL}, NULL}};
    struct ana_fixture f;
    char *text = NULL, *line, *rest;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    ana_fixture_begin(&f, designs, 2, NULL);
    cr_assert_eq(ana_report(f.db, f.report, out), 0);
    fclose(out);
    cr_assert_gt(size, strlen("/report/index.html\n"));
    cr_assert_str_eq(text + size - strlen("/report/index.html\n"), "/report/index.html\n");
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        size_t columns = 0;

        for (const char *p = line; *p; p++)
            columns += (*p & 0xC0) != 0x80;
        cr_expect_leq(columns, 80, "%s", line);
    }
    free(text);
    ana_fixture_end(&f);
}
