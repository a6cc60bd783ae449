/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/doc.h - a report as a tree: sections of paragraphs, notes, tables, figures and texts.
 *
 * What a report says is put here once; html.c, markdown.c and csv.c each know how one format writes a block, and
 * nothing about networks. A table has typed cells, so that HTML can sort by the raw number and CSV can hold it. Texts
 * are copied into the document's arena; formats escape them.
 */
#ifndef ANALYSIS_DOC_H
#define ANALYSIS_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "analysis/ci.h"
#include "sim/kernel/arena.h"

enum ana_mark { ANA_MARK_NONE, ANA_MARK_GOOD, ANA_MARK_UNSURE, ANA_MARK_BAD, ANA_MARK_BEST };

enum ana_column_kind {
    ANA_COLUMN_TEXT,
    ANA_COLUMN_NUMBER,
    ANA_COLUMN_ESTIMATE, /* in CSV two columns: value and half-width */
    ANA_COLUMN_BAR       /* an estimate of a fraction, drawn as a bar too */
};

struct ana_column {
    const char *head; /* for people */
    const char *key;  /* in CSV, with the unit: "total_usd" */
    enum ana_column_kind kind;
    bool marked; /* in CSV a further column KEY_verdict: the cell's mark */
};

struct ana_cell {
    const char *text;          /* as people read it */
    const char *note;          /* a second, smaller line; or NULL */
    struct ana_estimate value; /* raw; not of TEXT columns */
    enum ana_mark mark;
};

struct ana_table {
    const char *id, *caption;
    const char *csv; /* file it is written to, relative to the report, or NULL */
    const struct ana_column *column;
    size_t columns;
    struct ana_cell *cell; /* rows * columns, heap */
    size_t cells, capacity;
    bool collapsed; /* shown on demand */
    bool only_csv;
};

enum ana_width { ANA_WIDTH_HALF, ANA_WIDTH_FULL, ANA_WIDTH_QUARTER }; /* of a page that is wide enough */

enum ana_figure_kind {
    ANA_FIGURE_LINES, /* y over x */
    ANA_FIGURE_DOTS,  /* x by category, with intervals */
    ANA_FIGURE_STACK, /* bars by category, stacked over the series */
    ANA_FIGURE_GRAPH, /* source is for Graphviz's dot */
    ANA_FIGURE_SVG    /* source is the drawing */
};

struct ana_plot { /* a series of a figure */
    const char *name;
    size_t n;
    const double *x, *y; /* STACK and DOTS: x by category, y unused */
    const double *half;  /* of x (DOTS) or y (LINES); or NULL; NAN = no interval */
    size_t look;         /* STACK: colour, from 1; 0 = by its place */
};

struct ana_limit { /* a point a curve has to stay below; or a line: x NAN is level, y NAN upright */
    double x, y;
    const char *name;
};

struct ana_figure {
    const char *id, *title, *desc; /* desc: what a reader who cannot see it should know */
    enum ana_figure_kind kind;
    enum ana_width width;
    const char *x_label, *y_label;
    bool log_x, log_y, zero_line;
    const char *const *category;
    size_t categories;
    struct ana_plot *plot;
    size_t plots;
    size_t first_look; /* look of the first plot: a design keeps its colour when the baseline is left out */
    struct ana_limit *limit;
    size_t limits;
    double y_min; /* LINES with log_y: bottom of the axis; 0 = automatic */
    const char *source;
    const char *why; /* it is not drawn though there is something to draw; or NULL */
    char *svg;       /* set by ana_figures_draw(); heap; NULL = nothing to draw */
};

enum ana_block_kind { ANA_SECTION, ANA_TEXT, ANA_NOTE, ANA_TABLE, ANA_FIGURE, ANA_PRE, ANA_FACTS };

struct ana_block {
    struct ana_block *next;
    enum ana_block_kind kind;
    const char *id, *text;   /* SECTION: heading; TEXT, NOTE: paragraph; PRE: content */
    const char *summary;     /* PRE: what to click */
    enum ana_mark mark;      /* NOTE */
    struct ana_table *table; /* TABLE; FACTS: two columns, name and value */
    struct ana_figure *figure;
};

struct ana_doc {
    struct sim_arena arena;
    const char *title, *subtitle, *lead; /* the finding, what was studied, the recommendation */
    enum ana_mark finding;
    struct ana_block *first, *last;
};

void ana_doc_init(struct ana_doc *d);
void ana_doc_fini(struct ana_doc *d);

void ana_doc_section(struct ana_doc *d, const char *id, const char *heading);
void ana_doc_text(struct ana_doc *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ana_doc_note(struct ana_doc *d, enum ana_mark mark, const char *format, ...) __attribute__((format(printf, 3, 4)));
void ana_doc_pre(struct ana_doc *d, const char *summary, const char *text);
/* `column` must live as long as the document. */
struct ana_table *ana_doc_table(struct ana_doc *d, const char *id, const char *caption, const struct ana_column *column,
                                size_t columns);
/* A list of names and values; add cells in pairs. */
struct ana_table *ana_doc_facts(struct ana_doc *d, const char *id);
struct ana_figure *ana_doc_figure(struct ana_doc *d, enum ana_figure_kind kind, const char *id, const char *title);

/* Cells are added row by row. Each returns the cell, to be marked; it is valid until the next one is added. */
struct ana_cell *ana_cell_text(struct ana_doc *d, struct ana_table *t, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct ana_cell *ana_cell_number(struct ana_doc *d, struct ana_table *t, double value, const char *unit);
struct ana_cell *ana_cell_estimate(struct ana_doc *d, struct ana_table *t, struct ana_estimate e, const char *unit);

const char *ana_mark_word(enum ana_mark mark); /* "met", "undecided", "missed"; "" */

/* Write text with what XML reserves escaped: for HTML, and for what stands inside an SVG. */
void ana_html_text(FILE *out, const char *text);

/* Write a format. Errors are those of the stream: ask ferror(). */
void ana_html_write(const struct ana_doc *d, FILE *out);
void ana_markdown_write(const struct ana_doc *d, FILE *out);
void ana_csv_write(const struct ana_table *t, FILE *out);

#endif
