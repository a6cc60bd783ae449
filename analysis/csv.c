/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/csv.c - a table of the report, or the rows of a query, as CSV (RFC 4180): raw numbers in base units, one
 * heading line.
 *
 * An estimate takes two columns, KEY and KEY_half; what is not known is an empty field.
 */
#include <math.h>

#include <sqlite3.h>

#include "analysis/doc.h"
#include "analysis/report.h"
#include "sim/kernel/csv.h"

static void csv_number(FILE *out, double value)
{
    if (!isnan(value))
        fprintf(out, "%.10g", value);
}

static void csv_cell(FILE *out, const struct ana_column *column, const struct ana_cell *cell)
{
    if (column->kind == ANA_COLUMN_TEXT) {
        sim_csv_field(out, cell->text);
    } else {
        csv_number(out, cell->value.mean);
    }
    if (column->kind == ANA_COLUMN_ESTIMATE || column->kind == ANA_COLUMN_BAR) {
        fputc(',', out);
        csv_number(out, cell->value.half);
    }
    if (column->marked)
        fprintf(out, ",%s", ana_mark_word(cell->mark));
}

void ana_csv_write(const struct ana_table *t, FILE *out)
{
    for (size_t i = 0; i < t->columns; i++) {
        const struct ana_column *c = &t->column[i];

        if (i)
            fputc(',', out);
        sim_csv_field(out, c->key);
        if (c->kind == ANA_COLUMN_ESTIMATE || c->kind == ANA_COLUMN_BAR) {
            fputc(',', out);
            sim_csv_field(out, c->key);
            fputs("_half", out);
        }
        if (c->marked) {
            fputc(',', out);
            sim_csv_field(out, c->key);
            fputs("_verdict", out);
        }
    }
    fputs("\r\n", out);
    for (size_t i = 0; i < t->cells; i++) {
        csv_cell(out, &t->column[i % t->columns], &t->cell[i]);
        fputs((i + 1) % t->columns ? "," : "\r\n", out);
    }
}

static void csv_value(FILE *out, const char *text)
{
    if (text)
        sim_csv_field(out, text);
}

bool ana_csv_rows(struct sqlite3_stmt *st, FILE *out)
{
    const int columns = sqlite3_column_count(st);
    int rc;

    for (int c = 0; c < columns; c++) {
        fputs(c ? "," : "", out);
        csv_value(out, sqlite3_column_name(st, c));
    }
    fputs("\r\n", out);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        for (int c = 0; c < columns; c++) {
            fputs(c ? "," : "", out);
            csv_value(out, (const char *)sqlite3_column_text(st, c));
        }
        fputs("\r\n", out);
    }
    return rc == SQLITE_DONE;
}
