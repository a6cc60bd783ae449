/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/catalogue.c - what can be bought: rows of CSV files as entries of the document, then as items.
 *
 * A catalogue file has a header; its columns are the fields of struct scn_item in any order. Each row becomes the
 * mapping catalogue.ITEM with the columns that are not empty, at the line it stood on; from there on it is a section
 * like others and can be overridden, set and swept (catalogue.srv-2u.price_usd).
 */
#include "sim/scenario/check.h"

#include <string.h>

#include "sim/kernel/csv.h"

#define ITEM(field) offsetof(struct scn_item, field)

static const struct sim_param item_params[] = {
    {"category", SIM_PARAM_TEXT, ITEM(category), NULL, NULL, NULL,
     "server, blade, chassis, adapter, switch, director, module, cable, optic or port", "design choice"},
    {"description", SIM_PARAM_TEXT, ITEM(description), "", NULL, NULL, "what it is, for people", "design choice"},
    {"link", SIM_PARAM_TEXT, ITEM(link), "", NULL, NULL, "link technology of its ports", "design choice"},
    {"ports", SIM_PARAM_COUNT, ITEM(ports), "0", NULL, NULL,
     "adapters: ports; switches: ports towards servers; directors: host ports; modules: ports", "design choice"},
    {"uplink_ports", SIM_PARAM_COUNT, ITEM(uplink_ports), "0", NULL, NULL, "switches: further ports for uplinks",
     "design choice"},
    {"uplink_link", SIM_PARAM_TEXT, ITEM(uplink_link), "", NULL, NULL, "link technology of the uplink ports",
     "design choice"},
    {"slots", SIM_PARAM_COUNT, ITEM(slots), "0", NULL, NULL, "servers: expansion slots; directors: module slots",
     "design choice"},
    {"slot_link", SIM_PARAM_TEXT, ITEM(slot_link), "", NULL, NULL,
     "servers: PCIe of the slots; adapters: PCIe they need; directors: link to a module", "design choice"},
    {"onboard_gbe", SIM_PARAM_COUNT, ITEM(onboard_gbe), "0", NULL, NULL, "servers: GbE ports on board",
     "design choice"},
    {"mezzanines", SIM_PARAM_COUNT, ITEM(mezzanines), "0", NULL, NULL, "blades: mezzanine slots", "design choice"},
    {"cores", SIM_PARAM_COUNT, ITEM(cores), "0", NULL, NULL, "servers: processor cores", "design choice"},
    {"price_usd", SIM_PARAM_NUMBER, ITEM(price_usd), NULL, "0", NULL, "price in US$, a plain number", "design choice"},
    {"watts", SIM_PARAM_NUMBER, ITEM(watts), NULL, "0", NULL, "nameplate power in W, a plain number", "design choice"},
    {"rack_units", SIM_PARAM_NUMBER, ITEM(rack_units), "0", "0", NULL, "height in rack units (1.75 inch)",
     "design choice"},
    {"year_from", SIM_PARAM_COUNT, ITEM(year_from), "0", NULL, NULL, "first year it was sold; 0 = unknown",
     "design choice"},
    {"year_to", SIM_PARAM_COUNT, ITEM(year_to), "0", NULL, NULL, "last year it was sold; 0 = unknown", "design choice"},
    {"source", SIM_PARAM_TEXT, ITEM(source), NULL, NULL, NULL, "where price and power come from", "design choice"},
    {0}};

const struct scn_section scn_section_item = {
    "catalogue.ITEM",
    "Something that can be bought. `catalogue` is a list of CSV files with these columns and the column `item` (later "
    "files "
    "replace rows of earlier ones), or a mapping of items, to override single values or to add items.",
    item_params, NULL, SCN_EXTRA_NONE};

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
    for (const struct sim_param *p = item_params; p->name; p++)
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
                         scn_node_keys(a, known, 32), scn_node_meant(a, known, name));
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

static const char *const catalogue_categories[] = {"server", "blade", "chassis", "adapter", "switch", "director",
                                                   "module", "cable", "optic",   "port",    NULL};

static void catalogue_check_link(struct scn_at at, const char *key)
{
    struct scn_at value = scn_at_key(at, key);

    if (value.node && value.node->kind == SCN_SCALAR && value.node->text[0])
        scn_resolve(value, value.node->text, at.c->names.links, "link technology");
}

static void catalogue_item(struct scn_at at, const char *name, struct scn_item *item)
{
    struct scn_node *categories = scn_node_map(at.c->scratch, at.pos);
    struct scn_at category = scn_at_key(at, "category");

    item->item = sim_arena_text(at.c->arena, name);
    item->category = item->description = item->link = item->uplink_link = item->slot_link = item->source = "";
    item->pos = scn_keep_pos(at.c, at.key_pos);
    if (!scn_is_map(at)) {
        if (!at.node || scn_node_is_empty(at.node))
            scn_error(at, "the columns of an item are expected here, as in {category: cable, price_usd: 5, ...}");
        return;
    }
    scn_check_section(at, &scn_section_item, item);
    for (size_t i = 0; catalogue_categories[i]; i++)
        scn_node_add(at.c->scratch, categories, catalogue_categories[i], at.pos, NULL);
    if (item->category[0])
        scn_resolve(category, item->category, categories, "category");
    catalogue_check_link(at, "link");
    catalogue_check_link(at, "uplink_link");
    catalogue_check_link(at, "slot_link");
    if (item->year_from && item->year_to && item->year_from > item->year_to)
        scn_error(scn_at_key(at, "year_to"), "%u is before year_from %u", item->year_to, item->year_from);
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
        catalogue_item(scn_at_entry(at, i), at.node->entry[i].key, &item[i]);
    c->study->catalogue = (struct scn_catalogue){.item = item, .items = at.node->n};
}

const struct scn_item *scn_catalogue_find(const struct scn_catalogue *c, const char *item)
{
    for (size_t i = 0; i < c->items; i++)
        if (strcmp(c->item[i].item, item) == 0)
            return &c->item[i];
    return NULL;
}
