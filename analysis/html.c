/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/html.c - the report tree as one HTML file that needs nothing else: style, script and figures are inside.
 *
 * The page is complete without its script, which only sorts tables and switches the theme. A verdict is a word and a
 * sign, never just a colour.
 */
#include <math.h>
#include <string.h>

#include "analysis/doc.h"

enum {
    ROWS_SHOWN = 400, /* of one table; a sweep's whole table is in its CSV */
    WORD_B = 24       /* a text as short as this is kept on one line */
};

extern const char text_analysis_report_css[];
extern const char text_analysis_report_js[];

static const char *const mark_class[] = {"", "good", "unsure", "bad", "best"};
static const char *const mark_sign[] = {"", "✓", "?", "✗", "★"};

void ana_html_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            /* XML has no other control characters, and a reader no use for them. */
            fputc((unsigned char)*text < ' ' && *text != '\n' && *text != '\t' ? ' ' : *text, out);
        }
    }
}

static void element(FILE *out, const char *name, const char *text)
{
    fprintf(out, "<%s>", name);
    ana_html_text(out, text);
    fprintf(out, "</%s>\n", name);
}

static void html_mark(FILE *out, enum ana_mark mark)
{
    if (mark == ANA_MARK_NONE)
        return;
    fprintf(out,
            "<span class=\"mark %s\" title=\"%s\"><span aria-hidden=\"true\">%s</span><span class=\"sr\"> "
            "%s</span></span> ",
            mark_class[mark], ana_mark_word(mark), mark_sign[mark], ana_mark_word(mark));
}

static void html_cell(FILE *out, const struct ana_column *column, const struct ana_cell *cell, bool first)
{
    const char *tag = first ? "th" : "td";

    fprintf(out, "<%s%s", tag, first ? " scope=\"row\"" : "");
    if (column->kind == ANA_COLUMN_TEXT && strlen(cell->text) <= WORD_B)
        fputs(" class=\"word\"", out);
    if (column->kind != ANA_COLUMN_TEXT) {
        fprintf(out, " class=\"%s\"", column->kind == ANA_COLUMN_BAR ? "num bar" : "num");
        if (!isnan(cell->value.mean))
            fprintf(out, " data-v=\"%.10g\"", cell->value.mean);
        if (column->kind == ANA_COLUMN_BAR && !isnan(cell->value.mean))
            fprintf(out, " style=\"--w:%.1f%%\"", 100.0 * fmin(1.0, fmax(0.0, cell->value.mean)));
    }
    fputc('>', out);
    html_mark(out, cell->mark);
    ana_html_text(out, cell->text);
    if (cell->note) {
        fputs("<small>", out);
        ana_html_text(out, cell->note);
        fputs("</small>", out);
    }
    fprintf(out, "</%s>", tag);
}

static void html_head(FILE *out, const struct ana_table *t)
{
    fputs("<thead><tr>", out);
    for (size_t i = 0; i < t->columns; i++) {
        fprintf(out, "<th scope=\"col\"%s><button type=\"button\">",
                t->column[i].kind == ANA_COLUMN_TEXT ? "" : " class=\"num\"");
        ana_html_text(out, t->column[i].head);
        fputs("</button></th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
}

static void html_csv_link(FILE *out, const struct ana_table *t, size_t rows)
{
    if (!t->csv)
        return;
    fputs("<p class=\"csv\">", out);
    if (rows > ROWS_SHOWN)
        fprintf(out, "The first %d of %zu rows. ", ROWS_SHOWN, rows);
    fputs("<a href=\"", out);
    ana_html_text(out, t->csv);
    fputs("\">", out);
    ana_html_text(out, t->csv);
    fputs("</a></p>\n", out);
}

static void html_table(FILE *out, const struct ana_table *t)
{
    const size_t rows = t->cells / t->columns, shown = rows > ROWS_SHOWN ? ROWS_SHOWN : rows;

    if (t->only_csv)
        return;
    if (t->collapsed) {
        fputs("<details><summary>", out);
        ana_html_text(out, t->caption);
        fputs("</summary>\n", out);
    }
    fputs("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"", out);
    ana_html_text(out, t->caption);
    fprintf(out, "\"><table id=\"table-%s\">", t->id);
    if (!t->collapsed)
        element(out, "caption", t->caption);
    html_head(out, t);
    for (size_t i = 0; i < shown * t->columns; i++) {
        if (i % t->columns == 0)
            fputs("<tr>", out);
        html_cell(out, &t->column[i % t->columns], &t->cell[i], i % t->columns == 0);
        if ((i + 1) % t->columns == 0)
            fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
    html_csv_link(out, t, rows);
    if (t->collapsed)
        fputs("</details>\n", out);
}

static void html_facts(FILE *out, const struct ana_table *t)
{
    fprintf(out, "<dl class=\"facts %s\">\n", t->id);
    for (size_t i = 0; i + 1 < t->cells; i += 2) {
        fputs("<div>", out);
        element(out, "dt", t->cell[i].text);
        fputs("<dd>", out);
        html_mark(out, t->cell[i + 1].mark);
        ana_html_text(out, t->cell[i + 1].text);
        if (t->cell[i + 1].note) {
            fputs("<small>", out);
            ana_html_text(out, t->cell[i + 1].note);
            fputs("</small>", out);
        }
        fputs("</dd></div>\n", out);
    }
    fputs("</dl>\n", out);
}

static void html_figure(FILE *out, const struct ana_figure *f)
{
    fprintf(out, "<figure id=\"figure-%s\">\n<figcaption>", f->id);
    ana_html_text(out, f->title);
    fputs("</figcaption>\n", out);
    if (f->svg)
        fputs(f->svg, out);
    else
        element(out, "p", f->why ? f->why : "There is nothing to draw.");
    fputs("</figure>\n", out);
}

static void html_pre(FILE *out, const struct ana_block *b)
{
    fputs("<details>", out);
    element(out, "summary", b->summary);
    fputs("<pre>", out);
    ana_html_text(out, b->text);
    fputs("</pre></details>\n", out);
}

static void html_block(FILE *out, const struct ana_block *b)
{
    switch (b->kind) {
    case ANA_SECTION:
        break;
    case ANA_TEXT:
        element(out, "p", b->text);
        break;
    case ANA_NOTE:
        fprintf(out, "<p class=\"note %s\">", mark_class[b->mark]);
        ana_html_text(out, b->text);
        fputs("</p>\n", out);
        break;
    case ANA_TABLE:
        html_table(out, b->table);
        break;
    case ANA_FACTS:
        html_facts(out, b->table);
        break;
    case ANA_FIGURE:
        html_figure(out, b->figure);
        break;
    case ANA_PRE:
        html_pre(out, b);
    }
}

static void html_begin(const struct ana_doc *d, FILE *out)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"color-scheme\" content=\"light dark\"/>\n",
          out);
    element(out, "title", d->title);
    fprintf(out, "<style>\n%s</style>\n</head>\n<body>\n", text_analysis_report_css);
    fputs("<header>\n<div class=\"top\">", out);
    element(out, "p", d->subtitle);
    fputs("<button type=\"button\" id=\"theme\" hidden=\"hidden\">Light / dark</button></div>\n", out);
    fprintf(out, "<h1 class=\"%s\">", mark_class[d->finding]);
    ana_html_text(out, d->title);
    fputs("</h1>\n<p class=\"lead\">", out);
    ana_html_text(out, d->lead);
    fputs("</p>\n</header>\n<nav aria-label=\"Sections\"><ul>\n", out);
    for (const struct ana_block *b = d->first; b; b = b->next) {
        if (b->kind != ANA_SECTION)
            continue;
        fprintf(out, "<li><a href=\"#%s\">", b->id);
        ana_html_text(out, b->text);
        fputs("</a></li>\n", out);
    }
    fputs("</ul></nav>\n<main>\n", out);
}

struct chart { /* figures that are side by side, while they are written */
    bool inside;
    enum ana_width width;
};

/* Figures of one width that follow each other stand side by side, each with the data that is shown on demand below it.
 */
static void chart_step(FILE *out, const struct ana_block *b, struct chart *c)
{
    static const char *const names[] = {"", " full", " quarter"};
    const bool figure = b && b->kind == ANA_FIGURE;

    if (c->inside && b && b->kind == ANA_TABLE && (b->table->collapsed || b->table->only_csv))
        return;
    if (c->inside && figure && b->figure->width == c->width) {
        fputs("</div>\n<div class=\"chart\">\n", out);
        return;
    }
    if (c->inside)
        fputs("</div></div>\n", out);
    c->inside = figure;
    if (!figure)
        return;
    c->width = b->figure->width;
    fprintf(out, "<div class=\"charts%s\"><div class=\"chart\">\n", names[c->width]);
}

void ana_html_write(const struct ana_doc *d, FILE *out)
{
    struct chart chart = {false, ANA_WIDTH_HALF};
    bool open = false;

    html_begin(d, out);
    for (const struct ana_block *b = d->first; b; b = b->next) {
        chart_step(out, b, &chart);
        if (b->kind == ANA_SECTION) {
            fprintf(out, "%s<section id=\"%s\">\n", open ? "</section>\n" : "", b->id);
            element(out, "h2", b->text);
            open = true;
        }
        html_block(out, b);
    }
    chart_step(out, NULL, &chart);
    fprintf(out, "%s</main>\n<script>\n%s</script>\n</body>\n</html>\n", open ? "</section>\n" : "",
            text_analysis_report_js);
}
