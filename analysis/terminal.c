/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/terminal.c - see the header. */
#include "analysis/terminal.h"

#include <math.h>
#include <string.h>

#include "analysis/format.h"

enum { WIDTH = 80, NAME = 22, LINES = 40 };

/* Columns that UTF-8 text takes: its bytes but the continuation bytes. */
static int columns_of(const char *text, size_t length)
{
    int columns = 0;

    for (size_t i = 0; i < length; i++)
        columns += (text[i] & 0xC0) != 0x80;
    return columns;
}

/* Break text at blanks; words longer than a line are left whole. */
static void wrapped(FILE *out, const char *text)
{
    int column = 0;

    while (*text) {
        const size_t length = strcspn(text, " \n");
        const int width = columns_of(text, length);

        if (column && column + 1 + width > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        if (column && length)
            fputc(' ', out);
        column += width + (column && length ? 1 : 0);
        fwrite(text, 1, length, out);
        text += length;
        while (*text == ' ' || *text == '\n')
            text++;
    }
    fputc('\n', out);
}

/* At most `width` columns of text, padded to that. */
static void padded(FILE *out, const char *text, int width)
{
    size_t n = 0;
    int column = 0;

    while (text[n]) {
        const bool starts = (text[n] & 0xC0) != 0x80;

        if (starts && column == width)
            break;
        column += starts;
        n++;
    }
    fprintf(out, "%.*s%*s", (int)n, text, width - column, "");
}

static void terminal_row(const struct ana_context *c, size_t point, FILE *out)
{
    const struct ana_point *p = &c->study->point[point];
    const struct ana_judgement *j = &c->judgement[point];
    const char *met =
        c->study->levels && p->feasible ? sim_arena_printf(c->arena, "%zu of %zu", j->met, c->study->levels) : "–";

    padded(out, ana_point_name(c, point), NAME);
    fputc(' ', out);
    padded(out, c->study->levels || !p->feasible ? ana_standing_word(j->standing) : "", 11);
    padded(out, met, 10);
    padded(out, ana_format(c->arena, ana_cost_of(c->study, point, "total_usd"), "USD"), 15);
    padded(out, ana_format(c->arena, ana_cost_of(c->study, point, "per_vm_usd"), "USD"), 13);
    fprintf(out, "%s\n", ana_format(c->arena, p->n_busy ? p->busy[0].utilisation.mean : NAN, "%"));
}

void ana_terminal_write(const struct ana_context *c, FILE *out)
{
    size_t troubled = 0, lines = 0;

    fputc('\n', out);
    wrapped(out, c->finding.title);
    fputc('\n', out);
    if (c->planning) {
        fprintf(out, "%-*s %-11s%-10s%-15s%-13s%s\n", NAME, "design", "verdict", "levels", "total", "per VM",
                "busiest");
        for (size_t i = 0; i < c->study->combos && lines < LINES; i++) {
            if (c->sweep)
                wrapped(out, c->study->combo[i].label);
            for (size_t k = 0; k < c->study->combo[i].points && lines++ < LINES; k++)
                terminal_row(c, c->study->combo[i].point[k], out);
        }
        if (lines >= LINES)
            fputs("... the rest is in verdict.csv\n", out);
        fputc('\n', out);
    }
    for (size_t i = 0; i < c->study->points; i++)
        troubled += c->study->point[i].n_runs - c->study->point[i].runs[ANA_OK] + c->study->point[i].gaps;
    if (troubled)
        fprintf(out, "Runs that are missing or did not end well: %zu; the report names them.\n", troubled);
    if (c->study->warnings)
        fprintf(out, "Warnings: %zu; they are in the report.\n", c->study->warnings);
}
