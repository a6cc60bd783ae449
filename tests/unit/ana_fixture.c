/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/ana_fixture.c - see the header. */
#include "tests/unit/ana_fixture.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "analysis/report.h"

extern const char text_sim_study_schema_sql[], text_sim_study_views_sql[];

static void run_sql(sqlite3 *db, const char *sql)
{
    char *error = NULL;

    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, &error), SQLITE_OK, "%s in: %s", error, sql);
}

/* SQLite's own printf: %q is a text with its quotes doubled. */
static void put(sqlite3 *db, const char *format, ...)
{
    va_list args;
    char *sql;

    va_start(args, format);
    sql = sqlite3_vmprintf(format, args);
    va_end(args);
    run_sql(db, sql);
    sqlite3_free(sql);
}

static void put_run(sqlite3 *db, int point, int run, const struct ana_fixture_design *d)
{
    const char *outcome = d->outcome[run] ? d->outcome[run] : "ok";
    const int id = 10 * point + run;
    const double p99 = d->p99_ms[run] / 1000;

    put(db, "INSERT INTO run VALUES (%d, %d, %d, '%q', '%q', 1000, 500, 0.5, '00000000000000%02d')", id, point, run + 1,
        outcome, strcmp(outcome, "ok") ? "a reason" : "", id);
    if (strcmp(outcome, "failed") == 0)
        return;
    put(db, "INSERT INTO summary VALUES (%d, %d, 1, 200, %.12g, 0, 0.001, %.12g, %.12g, %.12g, %.12g, %.12g)", id,
        point, p99 / 4, p99 * 2, p99 / 5, p99 / 2, p99, p99 * 1.5);
    put(db, "INSERT INTO summary VALUES (%d, %d, 2, 1, %.12g, NULL, NULL, NULL, NULL, NULL, NULL, NULL)", id, point,
        d->goodput_Mbps[run] * 1e6);
    put(db,
        "INSERT INTO histogram VALUES (%d, %d, 1, 0.001, 0.002, 150), (%d, %d, 1, 0.002, 0.004, 40), "
        "(%d, %d, 1, 0.004, 0.008, 10)",
        id, point, id, point, id, point);
    put(db, "INSERT INTO summary VALUES (%d, %d, 3, 1, %.12g, NULL, NULL, NULL, NULL, NULL, NULL, NULL)", id,
        100 + point, 0.5 + 0.1 * run);
}

static void put_design(sqlite3 *db, int point, const struct ana_fixture_design *d)
{
    put(db, "INSERT INTO point VALUES (%d, 1, 'hash%d', '%q', 'summary', %d, %d, '%q')", point, point, d->name,
        point - 1, d->infeasible == NULL, d->infeasible ? d->infeasible : "");
    put(db, "INSERT INTO entity VALUES (%d, %d, 'db/oltp', 'vms'), (%d, %d, 'h1>sw', 'link')", point, point,
        100 + point, point);
    if (d->infeasible)
        return;
    for (int run = 0; run < ANA_FIXTURE_RUNS; run++)
        put_run(db, point, run, d);
    if (!*d->name)
        return;
    put(db,
        "INSERT INTO cost VALUES (%d, 'total_usd', 'USD', %.12g), (%d, 'capex_usd', 'USD', %.12g), "
        "(%d, 'cables', '1', 7)",
        point, d->total_usd, point, d->total_usd / 2, point);
    put(db, "INSERT INTO bom VALUES (%d, 'server', 'srv', 'a server', 3, %.12g, 200, 2, '[S1]', 0)", point,
        d->total_usd / 6);
}

void ana_fixture_begin(struct ana_fixture *f, const struct ana_fixture_design *design, size_t designs, const char *sql)
{
    sqlite3 *db;

    strcpy(f->dir, "/tmp/viosim-test-XXXXXX");
    cr_assert_not_null(mkdtemp(f->dir));
    snprintf(f->db, sizeof f->db, "%s/X.db", f->dir);
    snprintf(f->report, sizeof f->report, "%s/report", f->dir);
    cr_assert_eq(sqlite3_open(f->db, &db), SQLITE_OK);
    run_sql(db, text_sim_study_schema_sql);
    run_sql(db, text_sim_study_views_sql);
    run_sql(db, "BEGIN; INSERT INTO study (study_id, name, title, file, hash, scenario, seed, warmup_ps, measure_ps, "
                "confidence, "
                "version, compiler, libraries, command, created, replications_min, replications_max, precision) VALUES "
                "(1, 'small', 'A small study', 'small.yaml', 'abc', 'name: small', 1, "
                "1000000000, 2000000000, 0.95, '0.1.0', 'cc', 'libs', 'viosim run', '2026-01-01T00:00:00Z', 3, 3, 0);"
                "INSERT INTO metric VALUES (1, 'io_latency', 'tally', 's', ''), (2, 'goodput', 'value', 'bit/s', ''), "
                "(3, 'utilisation', 'value', '1', '')");
    if (*design[0].name)
        run_sql(db, "INSERT INTO level VALUES (1, 1, 'db p99', 'db', '', 'io_latency', 'p99', 0.01, 's', 0), "
                    "(2, 1, 'db rate', 'db', 'oltp', 'goodput', 'mean', 1e8, 'bit/s', 1)");
    for (size_t i = 0; i < designs; i++)
        put_design(db, (int)i + 1, &design[i]);
    run_sql(db, "COMMIT");
    if (sql)
        run_sql(db, sql);
    sqlite3_close(db);
}

void ana_fixture_end(const struct ana_fixture *f)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r %s", f->dir);
    cr_assert_eq(system(command), 0);
}

int ana_fixture_report(const struct ana_fixture *f)
{
    FILE *out = fopen("/dev/null", "w");
    const int rc = ana_report(f->db, f->report, out);

    fclose(out);
    return rc;
}

char *ana_fixture_read(const struct ana_fixture *f, const char *name)
{
    char path[256], *text = NULL;
    size_t size = 0;
    FILE *in;

    snprintf(path, sizeof path, "%s/%s", f->report, name);
    in = fopen(path, "r");
    cr_assert_not_null(in, "%s is missing", path);
    if (getdelim(&text, &size, '\0', in) < 0)
        cr_assert_fail("%s is empty", path);
    fclose(in);
    return text;
}

/* Length of the field at `p`. */
static size_t field_length(const char *p)
{
    return strcspn(p, ",\r\n");
}

double ana_fixture_field(const char *csv, size_t row, const char *heading)
{
    const char *p = csv;
    size_t column = 0;

    for (; field_length(p) != strlen(heading) || strncmp(p, heading, strlen(heading)) != 0; column++) {
        p += field_length(p);
        cr_assert_eq(*p, ',', "no column %s in %s", heading, csv);
        p++;
    }
    for (p = csv; row > 0; row--) {
        p = strchr(p, '\n');
        cr_assert_not_null(p, "not so many rows in %s", csv);
        p++;
    }
    for (; column > 0; column--)
        p += field_length(p) + 1;
    return field_length(p) ? atof(p) : NAN;
}
