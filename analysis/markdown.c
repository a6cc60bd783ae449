/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/markdown.c - the report tree as Markdown with pipe tables, for a wiki, a mail or a pull request.
 *
 * Figures are links to plots/ID.svg; data that HTML shows on demand is left to the CSV files.
 */
#include <string.h>

#include "analysis/doc.h"

enum { MARKDOWN_ROWS = 100 };

static void markdown_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_{}[]<>|#&", *text))
            fputc('\\', out);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
    }
}

static void markdown_cell(FILE *out, const struct ana_cell *cell)
{
    static const char *const sign[] = {"", "✓ ", "? ", "✗ ", "★ "};

    fputs(" ", out);
    fputs(sign[cell->mark], out);
    markdown_text(out, cell->text);
    if (cell->note) {
        fputs(" (", out);
        markdown_text(out, cell->note);
        fputs(")", out);
    }
    fputs(" |", out);
}

static void markdown_table(FILE *out, const struct ana_table *t)
{
    const size_t rows = t->cells / t->columns, shown = rows > MARKDOWN_ROWS ? MARKDOWN_ROWS : rows;

    if (t->only_csv)
        return;
    if (t->collapsed) {
        if (t->csv)
            fprintf(out, "%s: [%s](%s)\n\n", t->caption, t->csv, t->csv);
        return;
    }
    fputs("|", out);
    for (size_t i = 0; i < t->columns; i++) {
        fputs(" ", out);
        markdown_text(out, t->column[i].head);
        fputs(" |", out);
    }
    fputs("\n|", out);
    for (size_t i = 0; i < t->columns; i++)
        fputs(t->column[i].kind == ANA_COLUMN_TEXT ? " :-- |" : " --: |", out);
    for (size_t i = 0; i < shown * t->columns; i++) {
        if (i % t->columns == 0)
            fputs("\n|", out);
        markdown_cell(out, &t->cell[i]);
    }
    fputs("\n\n", out);
    if (t->csv)
        fprintf(out, "%s%s: [%s](%s)\n\n", t->caption, rows > shown ? " (first rows)" : "", t->csv, t->csv);
}

static void markdown_facts(FILE *out, const struct ana_table *t)
{
    for (size_t i = 0; i + 1 < t->cells; i += 2) {
        fputs("- ", out);
        markdown_text(out, t->cell[i].text);
        fputs(": ", out);
        markdown_text(out, t->cell[i + 1].text);
        if (t->cell[i + 1].note) {
            fputs(", ", out);
            markdown_text(out, t->cell[i + 1].note);
        }
        fputs("\n", out);
    }
    fputs("\n", out);
}

static void markdown_line(FILE *out, const char *before, const char *text)
{
    fputs(before, out);
    markdown_text(out, text);
    fputs("\n\n", out);
}

static void markdown_block(FILE *out, const struct ana_block *b)
{
    switch (b->kind) {
    case ANA_SECTION:
        markdown_line(out, "## ", b->text);
        break;
    case ANA_TEXT:
        markdown_line(out, "", b->text);
        break;
    case ANA_NOTE:
        markdown_line(out, "> ", b->text);
        break;
    case ANA_TABLE:
        markdown_table(out, b->table);
        break;
    case ANA_FACTS:
        markdown_facts(out, b->table);
        break;
    case ANA_FIGURE:
        if (!b->figure->svg)
            break;
        fputs("![", out);
        markdown_text(out, b->figure->title);
        fprintf(out, "](plots/%s.svg)\n\n", b->figure->id);
        break;
    case ANA_PRE:
        markdown_line(out, "### ", b->summary);
        fprintf(out, "~~~~~~\n%s\n~~~~~~\n\n", b->text);
    }
}

void ana_markdown_write(const struct ana_doc *d, FILE *out)
{
    markdown_line(out, "# ", d->title);
    markdown_line(out, "", d->subtitle);
    markdown_line(out, "", d->lead);
    for (const struct ana_block *b = d->first; b; b = b->next)
        markdown_block(out, b);
}
