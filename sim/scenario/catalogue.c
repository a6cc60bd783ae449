/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/catalogue.c - what can be bought: rows of CSV files as entries of the document, then as items.
 *
 * A catalogue file has a header; its columns are the fields of struct scn_item in any order. Each row becomes the
 * mapping catalogue.ITEM with the columns that are not empty, at the line it stood on; from there on it is a section
 * like others and can be overridden, set and swept (catalogue.srv-2u.price_usd).
 */
#include "sim/scenario/catalogue.h"

#include <string.h>

#include "sim/kernel/csv.h"

enum { CATALOGUE_COLUMNS_MAX = 64 };

struct catalogue_reader {
    struct scn_doc *d;
    struct scn_node *items;                    /* of all files so far */
    struct scn_node *seen;                     /* items of this file */
    const char *column[CATALOGUE_COLUMNS_MAX]; /* names, in the order of the file; NULL = refused */
    size_t columns, item_column;
    bool header, usable;
};

static const char *const catalogue_required[] = {"item", "category", "price_usd", "watts", "source", NULL};

static struct scn_node *catalogue_known(struct scn_doc *d)
{
    struct scn_node *known = scn_node_map(d->arena, (struct sim_pos){0});

    scn_node_add(d->arena, known, "item", known->pos, NULL);
    for (const struct sim_param *p = scn_item_params; p->name; p++)
        scn_node_add(d->arena, known, p->name, known->pos, NULL);
    return known;
}

/* The first row: names of columns. Returns false if no row can be understood with it. */
static bool catalogue_header(struct catalogue_reader *r, const struct sim_csv_row *row, struct sim_pos pos)
{
    struct sim_arena *a = r->d->arena;
    struct scn_node *known = catalogue_known(r->d), *got = scn_node_map(a, pos);
    bool complete = true;

    if (row->n > CATALOGUE_COLUMNS_MAX) {
        sim_diag_add(r->d->diags, SIM_ERROR, pos, "%zu columns; a catalogue has at most %d", row->n,
                     CATALOGUE_COLUMNS_MAX);
        return false;
    }
    r->columns = row->n;
    r->item_column = SCN_NONE;
    for (size_t i = 0; i < row->n; i++) {
        const char *name = sim_arena_text(a, row->field[i]);

        if (scn_node_find(known, name) == SCN_NONE)
            sim_diag_add(r->d->diags, SIM_ERROR, pos, "no column '%s' in a catalogue; columns are %s%s", name,
                         scn_node_keys(a, known, CATALOGUE_COLUMNS_MAX), scn_node_meant(a, known, name));
        else if (scn_node_find(got, name) != SCN_NONE)
            sim_diag_add(r->d->diags, SIM_ERROR, pos, "column '%s' appears twice", name);
        else
            scn_node_add(a, got, r->column[i] = name, pos, NULL);
        if (strcmp(name, "item") == 0)
            r->item_column = i;
    }
    for (size_t i = 0; catalogue_required[i]; i++) {
        if (scn_node_find(got, catalogue_required[i]) != SCN_NONE)
            continue;
        if (strcmp(catalogue_required[i], "price_usd") == 0 && scn_node_find(got, "price") != SCN_NONE)
            continue; /* in a currency of its own */
        sim_diag_add(r->d->diags, SIM_ERROR, pos, "the column '%s' is missing; the first line names the columns",
                     catalogue_required[i]);
        complete = false;
    }
    return complete;
}

static void catalogue_enter(struct catalogue_reader *r, const struct sim_csv_row *row, struct sim_pos pos)
{
    struct sim_arena *a = r->d->arena;
    const char *item = sim_arena_text(a, row->field[r->item_column]);
    struct scn_node *columns = scn_node_map(a, pos);
    const size_t before = scn_node_find(r->seen, item);
    size_t at;

    if (before != SCN_NONE) {
        sim_diag_add(r->d->diags, SIM_ERROR, pos, "item: '%s' is in this file twice; the first is on line %d", item,
                     r->seen->entry[before].pos.line);
        return;
    }
    scn_node_add(a, r->seen, item, pos, columns);
    for (size_t i = 0; i < row->n; i++)
        if (i != r->item_column && r->column[i] && row->field[i][0] != '\0')
            scn_node_add(a, columns, r->column[i], pos, scn_node_scalar(a, pos, row->field[i]));
    at = scn_node_find(r->items, item);
    if (at == SCN_NONE) {
        scn_node_add(a, r->items, item, pos, columns);
    } else {
        r->items->entry[at].pos = pos;
        r->items->entry[at].value = columns;
    }
}

static bool catalogue_row(const struct sim_csv_row *row, void *arg)
{
    struct catalogue_reader *r = arg;
    struct sim_pos pos = row->pos;

    pos.file = sim_arena_text(r->d->arena, pos.file);
    if (!r->header) {
        r->header = true;
        r->usable = catalogue_header(r, row, pos);
        return r->usable;
    }
    if (row->n != r->columns)
        sim_diag_add(r->d->diags, SIM_ERROR, pos,
                     "%zu fields, but the header has %zu columns; put text that holds a comma in quotes", row->n,
                     r->columns);
    else if (row->field[r->item_column][0] == '\0')
        sim_diag_add(r->d->diags, SIM_ERROR, pos, "item: a name is missing in this row");
    else
        catalogue_enter(r, row, pos);
    return true;
}

void scn_catalogue_file(struct scn_doc *d, const char *path, struct sim_pos from, struct scn_node *items)
{
    struct catalogue_reader r = {.d = d, .items = items, .seen = scn_node_map(d->arena, from)};
    FILE *probe = fopen(path, "rb");
    const size_t before = d->diags->errors;

    if (!probe) {
        sim_diag_add(d->diags, SIM_ERROR, from, "catalogue: cannot open '%s'", path);
        d->broken = true;
        return;
    }
    fclose(probe);
    if (sim_csv_read(path, catalogue_row, &r, d->diags) && !r.header)
        sim_diag_add(d->diags, SIM_ERROR, from, "catalogue: '%s' is empty; its first line names the columns", path);
    if (!r.usable && d->diags->errors > before)
        d->broken = true; /* without its items everything would seem to be missing from the catalogue */
}

void scn_read_catalogue(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "catalogue");
    struct scn_item *item;

    if (!scn_is_map(at)) {
        c->names.items = scn_node_map(c->scratch, at.pos);
        return;
    }
    c->names.items = at.node;
    item = sim_arena_alloc(c->arena, at.node->n, sizeof(*item));
    for (size_t i = 0; i < at.node->n; i++)
        scn_read_item(scn_at_entry(at, i), at.node->entry[i].key, &item[i]);
    c->study->catalogue = (struct scn_catalogue){.item = item, .items = at.node->n};
    for (size_t i = 0; i < at.node->n; i++)
        scn_link_item(scn_at_entry(at, i), &item[i]);
}

const struct scn_item *scn_catalogue_find(const struct scn_catalogue *c, const char *item)
{
    for (size_t i = 0; i < c->items; i++)
        if (strcmp(c->item[i].item, item) == 0)
            return &c->item[i];
    return NULL;
}
