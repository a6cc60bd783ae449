/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/section_plan.c - what to buy and how to cable it: counts, bills, pictures, cabling schedules.
 *
 * Of a sweep the plans of the first combination are drawn and listed; the bills are those of all points.
 */
#include <math.h>
#include <string.h>

#include <sqlite3.h>

#include "analysis/picture.h"
#include "analysis/section.h"

struct plan_shown { /* a design of the combination that is shown */
    size_t point;
    const char *name;
    struct ana_layout layout;
};

static const struct plan_count { /* a line of the comparison: rows of v_count with this `what` and one of these kinds */
    const char *label, *unit, *what, *kinds; /* kinds between blanks; NULL = all */
} plan_counts[] = {{"servers", "1", "devices", " server "},
                   {"racks", "1", "racks", NULL},
                   {"rack units", "U", "rack units", NULL},
                   {"switches and directors", "1", "devices", " edge "},
                   {"modules", "1", "items", " module "},
                   {"adapters", "1", "items", " adapter "},
                   {"cables at servers", "1", "cables", " server "},
                   {"uplinks", "1", "cables", " uplink "},
                   {"length of these cables", "m", "cable length", " server uplink "},
                   {"ports of switches, cabled", "1", "ports cabled", " downlink uplink module "},
                   {"ports of switches, free", "1", "ports free", " downlink uplink module "},
                   {"nameplate power", "W", "nameplate power", NULL}};

enum { COUNTS = sizeof plan_counts / sizeof *plan_counts };

static void plan_count(struct ana_context *c, size_t point, double sum[COUNTS])
{
    sqlite3_stmt *s = NULL;

    sqlite3_prepare_v2(c->db, "SELECT what, ' ' || kind || ' ', value FROM v_count WHERE point_id = ?1", -1, &s, NULL);
    sqlite3_bind_int64(s, 1, c->study->point[point].id);
    memset(sum, 0, COUNTS * sizeof *sum);
    while (s && sqlite3_step(s) == SQLITE_ROW)
        for (size_t i = 0; i < COUNTS; i++)
            if (strcmp(plan_counts[i].what, (const char *)sqlite3_column_text(s, 0)) == 0 &&
                (!plan_counts[i].kinds || strstr(plan_counts[i].kinds, (const char *)sqlite3_column_text(s, 1))))
                sum[i] += sqlite3_column_double(s, 2);
    sqlite3_finalize(s);
}

static void plan_counts_table(struct ana_context *c, const struct plan_shown *shown, size_t n)
{
    struct ana_column *column = sim_arena_alloc(c->arena, n + 1, sizeof *column);
    double(*sum)[COUNTS] = sim_arena_alloc(c->arena, n + 1, sizeof *sum);
    struct ana_table *t;

    column[0] = (struct ana_column){"", "count", ANA_COLUMN_TEXT, false};
    for (size_t i = 0; i < n; i++) {
        column[i + 1] = (struct ana_column){shown[i].name, shown[i].name, ANA_COLUMN_NUMBER, false};
        plan_count(c, shown[i].point, sum[i]);
    }
    t = ana_doc_table(c->doc, "counts", "What there is to buy, to mount and to patch", column, n + 1);
    t->csv = "counts.csv";
    for (size_t k = 0; k < COUNTS; k++) {
        ana_cell_text(c->doc, t, "%s", plan_counts[k].label);
        for (size_t i = 0; i < n; i++)
            ana_cell_number(c->doc, t, sum[i][k], plan_counts[k].unit);
    }
}

static void plan_bom(struct ana_context *c)
{
    static const struct ana_column columns[] = {ANA_POINT_COLUMNS,
                                                {"component", "component", ANA_COLUMN_TEXT, false},
                                                {"item", "item", ANA_COLUMN_TEXT, false},
                                                {"description", "description", ANA_COLUMN_TEXT, false},
                                                {"quantity", "quantity", ANA_COLUMN_NUMBER, false},
                                                {"of it owned", "owned", ANA_COLUMN_NUMBER, false},
                                                {"price each", "unit_usd", ANA_COLUMN_NUMBER, false},
                                                {"price", "usd", ANA_COLUMN_NUMBER, false},
                                                {"power", "watts", ANA_COLUMN_NUMBER, false},
                                                {"rack units", "rack_units", ANA_COLUMN_NUMBER, false},
                                                {"source of the price", "source", ANA_COLUMN_TEXT, false}};
    struct ana_table *t;

    if (!c->study->bom_rows)
        return;
    t = ana_point_table(c, "bom", "What is bought for each design, with the source of each price", columns,
                        sizeof columns / sizeof *columns);
    t->csv = "bom.csv";
    for (size_t i = 0; i < c->study->bom_rows; i++) {
        const struct ana_bom *b = &c->study->bom[i];
        const double quantity = (double)b->quantity;

        ana_cell_point(c, t, b->point);
        ana_cell_text(c->doc, t, "%s", b->component);
        ana_cell_text(c->doc, t, "%s", b->item);
        ana_cell_text(c->doc, t, "%s", b->description);
        ana_cell_number(c->doc, t, quantity, "1");
        ana_cell_number(c->doc, t, (double)b->owned, "1");
        ana_cell_number(c->doc, t, b->unit_usd, "USD");
        ana_cell_number(c->doc, t, (quantity - (double)b->owned) * b->unit_usd, "USD");
        ana_cell_number(c->doc, t, quantity * b->watts, "W");
        ana_cell_number(c->doc, t, quantity * b->rack_units, "U");
        ana_cell_text(c->doc, t, "%s", b->source);
    }
}

static void plan_figure(struct ana_context *c, enum ana_figure_kind kind, enum ana_width width, const char *what,
                        const struct plan_shown *s, const char *title, const char *desc, const char *source)
{
    struct ana_figure *f;

    if (!*source)
        return;
    f = ana_doc_figure(c->doc, kind, sim_arena_printf(c->arena, "%s-%zu", what, s->point + 1),
                       sim_arena_printf(c->arena, "%s: %s", s->name, title));
    f->width = width;
    f->desc = desc;
    f->source = source;
}

static void plan_topologies(struct ana_context *c, const struct plan_shown *shown, size_t n)
{
    ana_doc_text(c->doc,
                 "What is joined to what. Like devices are one box; a line is all cables between two boxes, with "
                 "their rate together.");
    for (size_t i = 0; i < n; i++)
        plan_figure(c, ANA_FIGURE_GRAPH, ANA_WIDTH_FULL, "topology", &shown[i], "topology",
                    "A graph from the servers on the left to the peers on the right.",
                    ana_picture_topology(&shown[i].layout, c->arena));
}

static void plan_cablings(struct ana_context *c, const struct plan_shown *shown, size_t n)
{
    ana_doc_text(c->doc,
                 "One server of each kind, port by port. The others are cabled alike, each to the next ports; the "
                 "schedule below lists every cable.");
    for (size_t i = 0; i < n; i++)
        plan_figure(c, ANA_FIGURE_GRAPH, ANA_WIDTH_HALF, "cabling", &shown[i], "cables of a server",
                    "Servers on the left, the switches or directors that they are cabled to on the right; a line is a "
                    "cable from port to port.",
                    ana_picture_cabling(&shown[i].layout, c->arena));
}

static void plan_racks(struct ana_context *c, const struct plan_shown *shown, size_t n)
{
    ana_doc_text(c->doc, "Racks from the front; those with like contents are drawn once. Power is by nameplate, with "
                         "cards and modules.");
    for (size_t i = 0; i < n; i++) {
        const char *drawing = ana_picture_racks(&shown[i].layout, c->arena);

        plan_figure(c, ANA_FIGURE_SVG, shown[i].layout.racks > 1 ? ANA_WIDTH_FULL : ANA_WIDTH_QUARTER, "racks",
                    &shown[i], "racks", "Each rack unit by unit, numbered from the bottom, with what stands in it.",
                    drawing);
    }
}

static const char *plan_place(struct ana_context *c, const struct ana_layout *l, size_t device)
{
    const struct ana_device *d = &l->device[device];

    return d->rack < 0 ? "" : sim_arena_printf(c->arena, "%s U%d", l->rack[d->rack].name, d->unit);
}

static void plan_schedule(struct ana_context *c, const struct plan_shown *shown, size_t n)
{
    static const struct ana_column columns[] = {
        {"label", "label", ANA_COLUMN_TEXT, false},       {"design", "design", ANA_COLUMN_TEXT, false},
        {"role", "role", ANA_COLUMN_TEXT, false},         {"from", "from_device", ANA_COLUMN_TEXT, false},
        {"port", "from_port", ANA_COLUMN_TEXT, false},    {"place", "from_place", ANA_COLUMN_TEXT, false},
        {"to", "to_device", ANA_COLUMN_TEXT, false},      {"port", "to_port", ANA_COLUMN_TEXT, false},
        {"place", "to_place", ANA_COLUMN_TEXT, false},    {"link", "link", ANA_COLUMN_TEXT, false},
        {"length", "length_m", ANA_COLUMN_NUMBER, false}, {"item", "item", ANA_COLUMN_TEXT, false},
        {"networks", "networks", ANA_COLUMN_TEXT, false}};
    struct ana_table *t = ana_doc_table(c->doc, "cables", "Cabling schedule: every cable of every design", columns,
                                        sizeof columns / sizeof *columns);

    t->csv = "cables.csv";
    t->collapsed = true;
    for (size_t i = 0; i < n; i++) {
        const struct ana_layout *l = &shown[i].layout;

        for (size_t k = 0; k < l->cables; k++) {
            const struct ana_cable *x = &l->cable[k];
            const char *text[] = {x->label,
                                  shown[i].name,
                                  x->role,
                                  l->device[x->from].path,
                                  x->from_port,
                                  plan_place(c, l, x->from),
                                  l->device[x->to].path,
                                  x->to_port,
                                  plan_place(c, l, x->to),
                                  x->link};

            for (size_t j = 0; j < sizeof text / sizeof *text; j++)
                ana_cell_text(c->doc, t, "%s", text[j]);
            ana_cell_number(c->doc, t, x->length_m, "m");
            ana_cell_text(c->doc, t, "%s", x->item);
            ana_cell_text(c->doc, t, "%s", x->networks);
        }
    }
}

static void plan_drawings(struct ana_context *c, const struct plan_shown *shown, size_t n)
{
    if (c->sweep)
        ana_doc_text(c->doc, "Drawn and listed for %s; viosim export writes those of every point.", c->combo->label);
    plan_topologies(c, shown, n);
    if (!c->planning)
        return;
    plan_cablings(c, shown, n);
    plan_racks(c, shown, n);
    ana_doc_text(c->doc, "A label goes on both ends of a cable: device and port at the end nearer the servers.");
    plan_schedule(c, shown, n);
}

void ana_section_plan(struct ana_context *c)
{
    struct plan_shown *shown;
    size_t n = 0, cables = 0;

    if (!c->combo)
        return;
    shown = sim_arena_alloc(c->arena, c->combo->points + 1, sizeof *shown);
    for (size_t i = 0; i < c->combo->points; i++) {
        struct plan_shown s = {.point = c->combo->point[i], .name = ana_point_name(c, c->combo->point[i])};

        if (!c->study->point[s.point].feasible ||
            !ana_layout_load(c->db, c->study->point[s.point].id, &s.layout, c->arena))
            continue;
        cables += s.layout.cables;
        shown[n++] = s;
    }
    if (!c->study->bom_rows && !cables)
        return;
    if (!c->planning) {
        ana_doc_section(c->doc, "topology", "Topology");
    } else {
        ana_doc_section(c->doc, "plan", "What to buy and how to cable it");
        plan_counts_table(c, shown, n);
        plan_bom(c);
    }
    if (cables)
        plan_drawings(c, shown, n);
}
