/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/section_cost.c - what each design costs, over the years of the study, and what is bought. */
#include <math.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/section.h"

struct parts { /* names of capex components, in order of appearance in the bills of materials */
    const char **name;
    size_t n;
};

static struct parts parts_of(const struct ana_context *c)
{
    struct parts p = {.name = sim_arena_alloc(c->arena, c->study->bom_rows + 1, sizeof *p.name)};

    for (size_t i = 0; i < c->study->bom_rows; i++) {
        size_t k = 0;

        while (k < p.n && strcmp(p.name[k], c->study->bom[i].component) != 0)
            k++;
        if (k == p.n)
            p.name[p.n++] = c->study->bom[i].component;
    }
    return p;
}

static double part_usd(const struct ana_context *c, size_t point, const char *component)
{
    double usd = 0;

    for (size_t i = 0; i < c->study->bom_rows; i++) {
        const struct ana_bom *b = &c->study->bom[i];

        if (b->point == point && strcmp(b->component, component) == 0)
            usd += (double)b->quantity * b->unit_usd;
    }
    return usd;
}

static const struct {
    const char *name, *label, *unit;
    bool stacked; /* a part of the bar beside the components */
} figures[] = {{"capex_usd", "capex", "USD", false},       {"energy_usd", "energy", "USD", true},
               {"space_usd", "space", "USD", true},        {"admin_usd", "administration", "USD", true},
               {"opex_usd", "opex", "USD", false},         {"total_usd", "total", "USD", false},
               {"per_vm_usd", "per VM", "USD", false},     {"io_capex_usd", "capex without servers", "USD", false},
               {"watts", "power at the wall", "W", false}, {"rack_units", "rack units", "U", false},
               {"cables", "server cables", "1", false},    {"ports", "server ports", "1", false},
               {"adapters", "adapters", "1", false},       {"vms", "VMs", "1", false}};

enum { FIGURES = sizeof figures / sizeof *figures };

static void cost_plot(struct ana_context *c, struct ana_figure *f, const char *name, const size_t *point,
                      double (*usd)(const struct ana_context *, size_t, const char *), const char *key)
{
    double *x = sim_arena_alloc(c->arena, f->categories, sizeof *x);

    for (size_t i = 0; i < f->categories; i++) {
        x[i] = usd(c, point[i], key) / 1000.0;
        if (isnan(x[i]))
            x[i] = 0;
    }
    f->plot[f->plots++] = (struct ana_plot){.name = name, .n = f->categories, .x = x};
}

static double figure_usd(const struct ana_context *c, size_t point, const char *name)
{
    return ana_cost_of(c->study, point, name);
}

static void cost_figure(struct ana_context *c, const struct parts *parts)
{
    struct ana_figure *f =
        ana_doc_figure(c->doc, ANA_FIGURE_STACK, "cost", "Cost over the study's years, by component");
    size_t *point = sim_arena_alloc(c->arena, c->combo->points, sizeof *point);
    const char **category = sim_arena_alloc(c->arena, c->combo->points, sizeof *category);

    f->desc = "Stacked bars, one per design: capital cost by component, then energy, rack space and administration.";
    f->x_label = "cost [thousand USD]";
    f->category = category;
    for (size_t i = 0; i < c->combo->points; i++) {
        if (isnan(ana_cost_of(c->study, c->combo->point[i], "total_usd")))
            continue;
        point[f->categories] = c->combo->point[i];
        category[f->categories++] = ana_point_name(c, c->combo->point[i]);
    }
    f->plot = sim_arena_alloc(c->arena, parts->n + FIGURES, sizeof *f->plot);
    for (size_t i = 0; i < parts->n; i++)
        cost_plot(c, f, parts->name[i], point, part_usd, parts->name[i]);
    for (size_t i = 0; i < FIGURES; i++)
        if (figures[i].stacked)
            cost_plot(c, f, figures[i].label, point, figure_usd, figures[i].name);
}

static void cost_table(struct ana_context *c, const struct parts *parts)
{
    static const struct ana_column before[] = {ANA_POINT_COLUMNS};
    struct ana_column *column = sim_arena_alloc(c->arena, 2 + parts->n + FIGURES, sizeof *column);
    struct ana_table *t;

    memcpy(column, before, sizeof before);
    for (size_t i = 0; i < parts->n; i++)
        column[2 + i] = (struct ana_column){parts->name[i], sim_arena_printf(c->arena, "%s_usd", parts->name[i]),
                                            ANA_COLUMN_NUMBER, false};
    for (size_t i = 0; i < FIGURES; i++)
        column[2 + parts->n + i] = (struct ana_column){figures[i].label, figures[i].name, ANA_COLUMN_NUMBER, false};
    t = ana_point_table(c, "cost", "Cost of each design", column, 2 + parts->n + FIGURES);
    t->csv = "cost.csv";
    for (size_t i = 0; i < c->study->points; i++) {
        if (!c->study->point[i].feasible)
            continue;
        ana_cell_point(c, t, i);
        for (size_t k = 0; k < parts->n; k++)
            ana_cell_number(c->doc, t, part_usd(c, i, parts->name[k]), "USD");
        for (size_t k = 0; k < FIGURES; k++)
            ana_cell_number(c->doc, t, ana_cost_of(c->study, i, figures[k].name), figures[k].unit);
    }
}

void ana_section_cost(struct ana_context *c)
{
    const struct parts parts = parts_of(c);

    if (!c->planning || !c->combo || !c->study->costs)
        return;
    ana_doc_section(c->doc, "cost", "Cost");
    cost_figure(c, &parts);
    cost_table(c, &parts);
}
