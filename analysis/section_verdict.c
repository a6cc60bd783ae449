/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/section_verdict.c - what is wrong, what is recommended, and the table that a decision is read from. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/section.h"

const char *ana_point_name(const struct ana_context *c, size_t point)
{
    const char *design = c->study->point[point].design;

    return *design ? design : c->study->name;
}

struct ana_table *ana_point_table(struct ana_context *c, const char *id, const char *caption,
                                  const struct ana_column *column, size_t columns)
{
    const size_t skip = c->sweep ? 0 : 1;

    return ana_doc_table(c->doc, id, caption, column + skip, columns - skip);
}

void ana_cell_point(struct ana_context *c, struct ana_table *t, size_t point)
{
    if (c->sweep)
        ana_cell_text(c->doc, t, "%s", c->study->combo[c->study->point[point].combo].label);
    ana_cell_text(c->doc, t, "%s", ana_point_name(c, point));
}

static const char *where(const struct ana_context *c, const struct ana_point *p)
{
    const char *label = c->study->combo[p->combo].label;

    return *label ? sim_arena_printf(c->arena, "%s at %s", ana_point_name(c, (size_t)(p - c->study->point)), label)
                  : ana_point_name(c, (size_t)(p - c->study->point));
}

/* The first reason that a run of the point with this outcome gives. */
static const char *reason(const struct ana_context *c, size_t point, enum ana_outcome outcome)
{
    for (size_t i = 0; i < c->study->runs; i++)
        if (c->study->run[i].point == point && c->study->run[i].outcome == outcome && *c->study->run[i].why)
            return c->study->run[i].why;
    return "no reason recorded";
}

static void note_outcomes(struct ana_context *c, size_t i)
{
    static const char *const says[ANA_OUTCOMES] = {
        [ANA_UNSTABLE] = "a queue only grew, so its means are not those of a steady state",
        [ANA_DEADLOCK] = "packets waited for each other for ever",
        [ANA_BROKEN] = "the run broke its own checks; its numbers are left out",
        [ANA_FAILED] = "the run did not finish; its numbers are missing"};
    const struct ana_point *p = &c->study->point[i];

    for (int o = ANA_UNSTABLE; o < ANA_OUTCOMES; o++)
        if (p->runs[o])
            ana_doc_note(c->doc, o >= ANA_BROKEN ? ANA_MARK_BAD : ANA_MARK_UNSURE, "%s: %zu of %zu runs %s: %s (%s).",
                         where(c, p), p->runs[o], p->n_runs, ana_outcome_name((enum ana_outcome)o), says[o],
                         reason(c, i, (enum ana_outcome)o));
    if (p->feasible && !p->n_runs)
        ana_doc_note(c->doc, ANA_MARK_BAD, "%s: no run is stored. Run the scenario again; what is there is kept.",
                     where(c, p));
    if (p->gaps)
        ana_doc_note(c->doc, ANA_MARK_BAD,
                     "%s: %zu replication%s missing. Run the scenario again; what is there is kept.", where(c, p),
                     p->gaps, p->gaps == 1 ? " is" : "s are");
    if (ana_used(p) == 1)
        ana_doc_note(c->doc, ANA_MARK_UNSURE, "%s: one usable replication gives no interval, so nothing is decided.",
                     where(c, p));
    if (!p->feasible)
        ana_doc_note(c->doc, ANA_MARK_NONE, "%s is infeasible: %s.", where(c, p), p->why);
}

static void verdict_notes(struct ana_context *c)
{
    size_t used = 0, planned = 0;

    for (size_t i = 0; i < c->study->points; i++) {
        used += ana_used(&c->study->point[i]);
        planned += c->study->point[i].feasible;
    }
    if (!used && planned)
        ana_doc_note(c->doc, ANA_MARK_BAD,
                     "No run of this study ended with numbers: there is no latency, throughput or verdict to show.");
    for (size_t i = 0; i < c->study->points; i++)
        note_outcomes(c, i);
    for (size_t i = 0; i < c->study->warnings; i++)
        ana_doc_note(c->doc, ANA_MARK_UNSURE, "Warning: %s", c->study->warning[i]);
    if (c->study->studies > 1)
        ana_doc_note(c->doc, ANA_MARK_NONE, "The database holds %zu studies; this is the newest.", c->study->studies);
}

static void fact(struct ana_context *c, struct ana_table *t, const char *name, const char *value, const char *note,
                 enum ana_mark mark)
{
    struct ana_cell *cell;

    ana_cell_text(c->doc, t, "%s", name);
    cell = ana_cell_text(c->doc, t, "%s", value);
    cell->note = note;
    cell->mark = mark;
}

/* The recommended design against the baseline, in one figure. */
static void fact_change(struct ana_context *c, struct ana_table *t, const char *name, const char *cost,
                        const char *unit)
{
    const size_t best = c->finding.best, base = c->combo->point[0];
    const double value = ana_cost_of(c->study, best, cost), before = ana_cost_of(c->study, base, cost);
    const char *note = NULL;

    if (isnan(value))
        return;
    if (best != base && before > 0)
        note =
            sim_arena_printf(c->arena, "%+.0f %% against %s", 100.0 * (value / before - 1.0), ana_point_name(c, base));
    fact(c, t, name, ana_format(c->arena, value, unit), note, ANA_MARK_NONE);
}

static void verdict_facts(struct ana_context *c)
{
    const struct ana_study *s = c->study;
    const size_t best = c->finding.best;
    struct ana_table *t = ana_doc_facts(c->doc, "key");

    if (best != SIZE_MAX) {
        fact(c, t, "Recommended", ana_point_name(c, best), s->point[best].summary, ANA_MARK_NONE);
        if (s->levels)
            fact(c, t, "Service levels met",
                 sim_arena_printf(c->arena, "%zu of %zu", c->judgement[best].met, s->levels),
                 sim_arena_printf(c->arena, "at %.4g %% confidence", 100.0 * s->confidence), ANA_MARK_NONE);
        fact_change(c, t, "Total cost", "total_usd", "USD");
        fact_change(c, t, "Cost per VM", "per_vm_usd", "USD");
        fact_change(c, t, "Cables, uplinks too", "cables", "1");
    }
    fact(c, t, "Evidence", sim_arena_printf(c->arena, "%zu run%s", s->runs, s->runs == 1 ? "" : "s"),
         sim_arena_printf(c->arena, "%s measured after %s of warm-up, each", ana_format(c->arena, s->measure_s, "s"),
                          ana_format(c->arena, s->warmup_s, "s")),
         ANA_MARK_NONE);
}

enum { FIXED_BEFORE = 6, FIXED_AFTER = 7 };

static const struct ana_column after_levels[FIXED_AFTER] = {{"capex", "capex_usd", ANA_COLUMN_NUMBER, false},
                                                            {"server cables", "cables", ANA_COLUMN_NUMBER, false},
                                                            {"server ports", "ports", ANA_COLUMN_NUMBER, false},
                                                            {"rack units", "rack_units", ANA_COLUMN_NUMBER, false},
                                                            {"power", "watts", ANA_COLUMN_NUMBER, false},
                                                            {"busiest link", "busiest", ANA_COLUMN_ESTIMATE, false},
                                                            {"drops per s", "drops_per_s", ANA_COLUMN_ESTIMATE, false}};

static const struct ana_column *verdict_columns(struct ana_context *c)
{
    static const struct ana_column before[FIXED_BEFORE] = {ANA_POINT_COLUMNS,
                                                           {"verdict", "standing", ANA_COLUMN_TEXT, true},
                                                           {"levels met", "levels_met", ANA_COLUMN_NUMBER, false},
                                                           {"total cost", "total_usd", ANA_COLUMN_NUMBER, false},
                                                           {"per VM", "per_vm_usd", ANA_COLUMN_NUMBER, false}};
    const size_t levels = c->study->levels;
    struct ana_column *column = sim_arena_alloc(c->arena, FIXED_BEFORE + levels + FIXED_AFTER, sizeof *column);

    memcpy(column, before, sizeof before);
    for (size_t k = 0; k < levels; k++) {
        const struct ana_level *l = &c->study->level[k];

        column[FIXED_BEFORE + k] =
            (struct ana_column){ana_level_text(c->arena, l), sim_arena_printf(c->arena, "%s [%s]", l->name, l->unit),
                                ANA_COLUMN_ESTIMATE, true};
    }
    memcpy(column + FIXED_BEFORE + levels, after_levels, sizeof after_levels);
    return column;
}

static void verdict_level_cell(struct ana_context *c, struct ana_table *t, size_t point, size_t k)
{
    const struct ana_level *l = &c->study->level[k];
    const struct ana_answer *a = &c->judgement[point].answer[k];
    struct ana_cell *cell = ana_cell_estimate(c->doc, t, a->value, ana_display_unit(l->metric, l->unit));

    if (!c->study->point[point].feasible)
        return;
    cell->mark = ana_verdict_mark(a->verdict);
    if (a->entity && strcmp(l->vms, "all") == 0)
        cell->note = sim_arena_printf(c->arena, "worst: %s", a->entity);
}

static void verdict_row(struct ana_context *c, struct ana_table *t, size_t point)
{
    static const char *const units[] = {"USD", "1", "1", "U", "W"};
    const struct ana_point *p = &c->study->point[point];
    const struct ana_judgement *j = &c->judgement[point];
    struct ana_cell *cell;

    ana_cell_point(c, t, point);
    cell = ana_cell_text(c->doc, t, "%s",
                         c->study->levels || j->standing >= ANA_INFEASIBLE ? ana_standing_word(j->standing)
                         : p->runs[ANA_OK]                                 ? "steady"
                                                                           : "not steady");
    cell->mark = c->study->levels ? ana_standing_mark(j->standing) : ANA_MARK_NONE;
    if (p->feasible) {
        cell = ana_cell_number(c->doc, t, (double)j->met, "1");
        cell->text = sim_arena_printf(c->arena, "%zu of %zu", j->met, c->study->levels);
    } else {
        ana_cell_number(c->doc, t, NAN, "1");
    }
    ana_cell_number(c->doc, t, ana_cost_of(c->study, point, "total_usd"), "USD");
    ana_cell_number(c->doc, t, ana_cost_of(c->study, point, "per_vm_usd"), "USD");
    for (size_t k = 0; k < c->study->levels; k++)
        verdict_level_cell(c, t, point, k);
    for (int i = 0; i < 5; i++)
        ana_cell_number(c->doc, t, ana_cost_of(c->study, point, after_levels[i].key), units[i]);
    cell = ana_cell_estimate(c->doc, t,
                             p->n_busy ? p->busy[0].utilisation : (struct ana_estimate){.mean = NAN, .half = NAN}, "%");
    cell->note = p->n_busy ? p->busy[0].path : NULL;
    ana_cell_estimate(c->doc, t, p->drops, "1");
}

void ana_section_verdict(struct ana_context *c)
{
    struct ana_table *t;

    ana_doc_section(c->doc, "verdict", c->planning ? "Verdict" : "Summary");
    verdict_notes(c);
    verdict_facts(c);
    if (!c->planning || !c->combo)
        return;
    t = ana_point_table(c, "verdict",
                        sim_arena_printf(c->arena,
                                         "Designs against the service levels and their cost; ± is the %.4g %% "
                                         "interval over replications",
                                         100.0 * c->study->confidence),
                        verdict_columns(c), FIXED_BEFORE + c->study->levels + FIXED_AFTER);
    t->csv = "verdict.csv";
    for (size_t i = 0; i < c->study->combos; i++)
        for (size_t k = 0; k < c->study->combo[i].points; k++)
            verdict_row(c, t, c->study->combo[i].point[k]);
}

void ana_section_levels(struct ana_context *c)
{
    static const struct ana_column columns[] = {ANA_POINT_COLUMNS,
                                                {"service level", "level", ANA_COLUMN_TEXT, false},

                                                {"wanted", "wanted", ANA_COLUMN_TEXT, false},
                                                {"limit", "bound", ANA_COLUMN_NUMBER, false},
                                                {"measured", "value", ANA_COLUMN_ESTIMATE, true},
                                                {"unit", "unit", ANA_COLUMN_TEXT, false},
                                                {"worst workload", "workload", ANA_COLUMN_TEXT, false},
                                                {"replications", "n", ANA_COLUMN_NUMBER, false}};
    struct ana_table *t;

    if (!c->study->levels || !c->combo)
        return;
    ana_doc_section(c->doc, "levels", "Service levels");
    ana_doc_text(c->doc,
                 "A level is met (✓) if its whole interval lies within the limit, missed (✗) if the whole interval "
                 "lies outside, undecided (?) if it contains the limit. Each interval holds by itself: of many, "
                 "a few are expected to miss the true value.");
    t = ana_point_table(c, "levels", "Each design against each service level", columns,
                        sizeof columns / sizeof *columns);
    t->csv = "levels.csv";
    for (size_t i = 0; i < c->study->points; i++) {
        for (size_t k = 0; k < c->study->levels && c->study->point[i].feasible; k++) {
            const struct ana_level *l = &c->study->level[k];
            const struct ana_answer *a = &c->judgement[i].answer[k];
            const char *unit = ana_display_unit(l->metric, l->unit);

            ana_cell_point(c, t, i);
            ana_cell_text(c->doc, t, "%s", l->name);
            ana_cell_text(c->doc, t, "%s", l->at_least ? "≥" : "≤");
            ana_cell_number(c->doc, t, l->bound, unit);
            ana_cell_estimate(c->doc, t, a->value, unit)->mark = ana_verdict_mark(a->verdict);
            ana_cell_text(c->doc, t, "%s", l->unit);
            ana_cell_text(c->doc, t, "%s", a->entity ? a->entity : "–");
            ana_cell_number(c->doc, t, (double)a->value.n, "1");
        }
    }
}
