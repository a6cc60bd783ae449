/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/section_sweep.c - how the answer changes with the factor that is swept.
 *
 * With one numeric factor the cost and each service level's value are drawn over it, a line per design. The table of
 * points and designs is the verdict's.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/section.h"

enum { LEVEL_FIGURES = 6 };

/* The single factor's value at a combination: the number that its text begins with, or NAN. */
static double factor_value(const struct ana_combo *c)
{
    char *end;
    double value;

    if (c->factors != 1)
        return NAN;
    value = strtod(c->factor[0].value, &end);
    return end == c->factor[0].value ? NAN : value;
}

static bool sweep_is_numeric(const struct ana_study *s)
{
    for (size_t i = 0; i < s->combos; i++)
        if (isnan(factor_value(&s->combo[i])))
            return false;
    return true;
}

/* What is drawn of a point: level k's value, or the total cost for k == levels. */
static struct ana_estimate sweep_value(const struct ana_context *c, size_t point, size_t k)
{
    if (k < c->study->levels)
        return c->judgement[point].answer[k].value;
    return (struct ana_estimate){ana_cost_of(c->study, point, "total_usd"), 0, 1};
}

static void sweep_plot(struct ana_context *c, struct ana_figure *f, const char *design, size_t k, double scale)
{
    const struct ana_study *s = c->study;
    double *x = sim_arena_alloc(c->arena, s->combos, sizeof *x), *y = sim_arena_alloc(c->arena, s->combos, sizeof *y);
    double *half = sim_arena_alloc(c->arena, s->combos, sizeof *half);
    size_t n = 0;

    for (size_t i = 0; i < s->points; i++) {
        const struct ana_estimate e = sweep_value(c, i, k);

        if (strcmp(s->point[i].design, design) != 0 || isnan(e.mean) || n == s->combos)
            continue;
        x[n] = factor_value(&s->combo[s->point[i].combo]);
        y[n] = e.mean * scale;
        half[n++] = isnan(e.half) ? 0 : e.half * scale;
    }
    f->plot[f->plots++] =
        (struct ana_plot){.name = ana_point_name(c, c->combo->point[0]), .n = n, .x = x, .y = y, .half = half};
    f->plot[f->plots - 1].name = *design ? design : s->name;
}

static void sweep_figure(struct ana_context *c, size_t k)
{
    const struct ana_study *s = c->study;
    const struct ana_level *l = k < s->levels ? &s->level[k] : NULL;
    const char *unit = l ? ana_display_unit(l->metric, l->unit) : "kUSD";
    const struct ana_scale scale = l ? ana_scale_for(l->bound, unit) : (struct ana_scale){1e-3, "thousand USD"};
    struct ana_figure *f = ana_doc_figure(c->doc, ANA_FIGURE_LINES, sim_arena_printf(c->arena, "sweep-%zu", k),
                                          l ? ana_level_text(c->arena, l) : "Total cost");

    f->desc = "One line per design over the values of the swept factor.";
    f->x_label = c->combo->factor[0].path;
    f->y_label = sim_arena_printf(c->arena, "%s [%s]", l ? l->metric : "total cost", scale.unit);
    f->plot = sim_arena_alloc(c->arena, c->combo->points, sizeof *f->plot);
    for (size_t i = 0; i < c->combo->points; i++)
        sweep_plot(c, f, s->point[c->combo->point[i]].design, k, scale.factor);
    if (l) {
        f->limit = sim_arena_alloc(c->arena, 1, sizeof *f->limit);
        f->limit[f->limits++] = (struct ana_limit){NAN, l->bound * scale.factor, "limit"};
    }
}

/* A figure needs a point to draw. */
static bool sweep_has_value(const struct ana_context *c, size_t k)
{
    for (size_t i = 0; i < c->study->points; i++)
        if (!isnan(sweep_value(c, i, k).mean))
            return true;
    return false;
}

static void sweep_winners(struct ana_context *c)
{
    static const struct ana_column columns[] = {
        {"point", "factors", ANA_COLUMN_TEXT, false},
        {"cheapest design that meets the levels", "design", ANA_COLUMN_TEXT, false},
        {"total cost", "total_usd", ANA_COLUMN_NUMBER, false},
        {"per VM", "per_vm_usd", ANA_COLUMN_NUMBER, false}};
    struct ana_table *t = ana_doc_table(c->doc, "sweep", "The recommendation at each point", columns, 4);

    t->csv = "sweep.csv";
    for (size_t i = 0; i < c->study->combos; i++) {
        const size_t best = ana_cheapest(c->study, c->judgement, i);

        ana_cell_text(c->doc, t, "%s", c->study->combo[i].label);
        if (best == SIZE_MAX) {
            ana_cell_text(c->doc, t, "none")->mark = ANA_MARK_BAD;
            ana_cell_number(c->doc, t, NAN, "USD");
            ana_cell_number(c->doc, t, NAN, "USD");
            continue;
        }
        ana_cell_text(c->doc, t, "%s", ana_point_name(c, best))->mark = ANA_MARK_GOOD;
        ana_cell_number(c->doc, t, ana_cost_of(c->study, best, "total_usd"), "USD");
        ana_cell_number(c->doc, t, ana_cost_of(c->study, best, "per_vm_usd"), "USD");
    }
}

void ana_section_sweep(struct ana_context *c)
{
    const size_t levels = c->study->levels < LEVEL_FIGURES ? c->study->levels : LEVEL_FIGURES;

    if (!c->sweep)
        return;
    ana_doc_section(c->doc, "sweep", "Sweep");
    if (c->planning)
        sweep_winners(c);
    if (!sweep_is_numeric(c->study))
        return;
    if (sweep_has_value(c, c->study->levels))
        sweep_figure(c, c->study->levels);
    for (size_t k = 0; k < levels; k++)
        if (sweep_has_value(c, k))
            sweep_figure(c, k);
}
