/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/ana_fixture.h - small results databases with known numbers, and what a report of them says.
 */
#ifndef TESTS_UNIT_ANA_FIXTURE_H
#define TESTS_UNIT_ANA_FIXTURE_H

#include <stddef.h>

enum { ANA_FIXTURE_RUNS = 3 };

/* A design with VM class `db`, workload `oltp`: p99 of io_latency and goodput of each run. */
struct ana_fixture_design {
    const char *name;
    double total_usd;
    double p99_ms[ANA_FIXTURE_RUNS];
    double goodput_Mbps[ANA_FIXTURE_RUNS];
    const char *outcome[ANA_FIXTURE_RUNS]; /* NULL = ok */
    const char *infeasible;                /* why, or NULL */
};

struct ana_fixture {
    char dir[64];     /* of its own, below /tmp; removed by ana_fixture_end() */
    char db[128];     /* DIR/X.db */
    char report[128]; /* DIR/report */
};

/* A database with these designs in one combination; the levels are io_latency p99 <= 10 ms and goodput mean >= 100 Mb/s
 * of class db. Design "" makes a hand-written topology: no levels, no cost. `sql` is executed last; may be NULL. */
void ana_fixture_begin(struct ana_fixture *f, const struct ana_fixture_design *design, size_t designs, const char *sql);
void ana_fixture_end(const struct ana_fixture *f);

/* Report with the summary thrown away: what ana_report() returns. */
int ana_fixture_report(const struct ana_fixture *f);
/* A file of the report, to be freed; fails the test if it is not there. */
char *ana_fixture_read(const struct ana_fixture *f, const char *name);
/* Field of the CSV file's `row` (1.. below the heading) in the column with this heading; NAN if empty. Only for files
 * without quoted commas. */
double ana_fixture_field(const char *csv, size_t row, const char *heading);

#endif
