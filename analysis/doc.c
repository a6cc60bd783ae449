/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/doc.c - building the report tree; see the header. */
#include "analysis/doc.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "analysis/format.h"

void ana_doc_init(struct ana_doc *d)
{
    *d = (struct ana_doc){.title = "", .subtitle = "", .lead = ""};
    sim_arena_init(&d->arena);
}

void ana_doc_fini(struct ana_doc *d)
{
    for (struct ana_block *b = d->first; b; b = b->next) {
        if (b->table)
            free(b->table->cell);
        if (b->figure)
            free(b->figure->svg);
    }
    sim_arena_fini(&d->arena);
}

static struct ana_block *block_add(struct ana_doc *d, enum ana_block_kind kind)
{
    struct ana_block *b = sim_arena_alloc(&d->arena, 1, sizeof *b);

    b->kind = kind;
    if (d->last)
        d->last->next = b;
    else
        d->first = b;
    d->last = b;
    return b;
}

static const char *text_of(struct ana_doc *d, const char *format, va_list args)
{
    char *text = NULL;
    const char *copy;

    if (vasprintf(&text, format, args) < 0)
        abort();
    copy = sim_arena_text(&d->arena, text);
    free(text);
    return copy;
}

void ana_doc_section(struct ana_doc *d, const char *id, const char *heading)
{
    struct ana_block *b = block_add(d, ANA_SECTION);

    b->id = id;
    b->text = heading;
}

void ana_doc_text(struct ana_doc *d, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    block_add(d, ANA_TEXT)->text = text_of(d, format, args);
    va_end(args);
}

void ana_doc_note(struct ana_doc *d, enum ana_mark mark, const char *format, ...)
{
    struct ana_block *b = block_add(d, ANA_NOTE);
    va_list args;

    b->mark = mark;
    va_start(args, format);
    b->text = text_of(d, format, args);
    va_end(args);
}

void ana_doc_pre(struct ana_doc *d, const char *summary, const char *text)
{
    struct ana_block *b = block_add(d, ANA_PRE);

    b->summary = summary;
    b->text = text;
}

struct ana_table *ana_doc_table(struct ana_doc *d, const char *id, const char *caption, const struct ana_column *column,
                                size_t columns)
{
    struct ana_block *b = block_add(d, ANA_TABLE);

    b->table = sim_arena_alloc(&d->arena, 1, sizeof *b->table);
    *b->table = (struct ana_table){.id = id, .caption = caption, .column = column, .columns = columns};
    return b->table;
}

struct ana_table *ana_doc_facts(struct ana_doc *d, const char *id)
{
    static const struct ana_column columns[] = {{"name", "name", ANA_COLUMN_TEXT, false},
                                                {"value", "value", ANA_COLUMN_TEXT, false}};
    struct ana_table *t = ana_doc_table(d, id, "", columns, 2);

    d->last->kind = ANA_FACTS;
    return t;
}

struct ana_figure *ana_doc_figure(struct ana_doc *d, enum ana_figure_kind kind, const char *id, const char *title)
{
    struct ana_block *b = block_add(d, ANA_FIGURE);

    b->figure = sim_arena_alloc(&d->arena, 1, sizeof *b->figure);
    *b->figure = (struct ana_figure){.kind = kind, .id = id, .title = title, .desc = "", .x_label = "", .y_label = ""};
    return b->figure;
}

static struct ana_cell *cell_add(struct ana_table *t, const char *text, struct ana_estimate value)
{
    t->cell = sim_grow(t->cell, &t->capacity, t->cells + 1, sizeof *t->cell);
    t->cell[t->cells] = (struct ana_cell){.text = text, .value = value};
    return &t->cell[t->cells++];
}

struct ana_cell *ana_cell_text(struct ana_doc *d, struct ana_table *t, const char *format, ...)
{
    const char *text;
    va_list args;

    va_start(args, format);
    text = text_of(d, format, args);
    va_end(args);
    return cell_add(t, text, (struct ana_estimate){.mean = NAN, .half = NAN});
}

struct ana_cell *ana_cell_number(struct ana_doc *d, struct ana_table *t, double value, const char *unit)
{
    return cell_add(t, ana_format(&d->arena, value, unit), (struct ana_estimate){.mean = value, .half = NAN, .n = 1});
}

struct ana_cell *ana_cell_estimate(struct ana_doc *d, struct ana_table *t, struct ana_estimate e, const char *unit)
{
    return cell_add(t, ana_format_estimate(&d->arena, e, unit), e);
}

const char *ana_mark_word(enum ana_mark mark)
{
    static const char *const words[] = {"", "met", "undecided", "missed", "best"};

    return words[mark];
}
