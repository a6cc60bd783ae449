/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/finding.c - the title and the recommendation, from the judgements.
 *
 * The title claims no more than the intervals do: a design that may meet the levels is "undecided", a cheaper
 * undecided design is named beside the recommended one, and missing runs keep "every" out of the sentence.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/verdict.h"

struct find {
    const struct ana_study *study;
    const struct ana_judgement *judgement;
    const struct ana_combo *combo;
    struct sim_arena *arena;
    FILE *out;
};

static const char *name_of(const struct find *f, size_t point)
{
    const char *design = f->study->point[point].design;

    return *design ? design : f->study->name;
}

static double total_of(const struct find *f, size_t point)
{
    return ana_cost_of(f->study, point, "total_usd");
}

static size_t count_standing(const struct find *f, enum ana_standing s)
{
    size_t n = 0;

    for (size_t i = 0; i < f->combo->points; i++)
        n += f->judgement[f->combo->point[i]].standing == s;
    return n;
}

static const char *levels_of(const struct find *f)
{
    const size_t n = f->study->levels;

    return n == 1 ? "the service level" : n == 2 ? "both service levels" : "every service level";
}

/* " at 38 % lower cost than dedicated": against the next cheapest design that meets the levels too. */
static void say_saving(const struct find *f, size_t best)
{
    size_t other = SIZE_MAX;
    double saved;

    for (size_t i = 0; i < f->combo->points; i++) {
        const size_t p = f->combo->point[i];

        if (p != best && f->judgement[p].standing == ANA_MEETS && total_of(f, p) > 0 &&
            (other == SIZE_MAX || total_of(f, p) < total_of(f, other)))
            other = p;
    }
    if (other == SIZE_MAX || isnan(total_of(f, best)))
        return;
    saved = 1.0 - total_of(f, best) / total_of(f, other);
    if (saved >= 0.005)
        fprintf(f->out, " at %.0f %% lower cost than %s", 100.0 * saved, name_of(f, other));
    else
        fprintf(f->out, " at the same cost as %s", name_of(f, other));
}

/* "; shared misses 2 of 6; dedicated is infeasible": the designs other than `best`. */
static void say_others(const struct find *f, size_t best)
{
    for (size_t i = 0; i < f->combo->points; i++) {
        const size_t p = f->combo->point[i];
        const struct ana_judgement *j = &f->judgement[p];

        if (p == best)
            continue;
        if (j->standing == ANA_MISSES && j->missed)
            fprintf(f->out, "; %s misses %zu of %zu", name_of(f, p), j->missed, f->study->levels);
        else if (j->standing == ANA_MISSES)
            fprintf(f->out, "; %s never settles", name_of(f, p));
        else if (j->standing == ANA_INFEASIBLE)
            fprintf(f->out, "; %s is infeasible", name_of(f, p));
        else if (j->standing == ANA_OPEN)
            fprintf(f->out, "; %s is undecided", name_of(f, p));
        else if (j->standing == ANA_NO_RUNS)
            fprintf(f->out, "; %s has no result", name_of(f, p));
    }
}

static size_t least_missing(const struct find *f)
{
    size_t least = SIZE_MAX;

    for (size_t i = 0; i < f->combo->points; i++) {
        const size_t p = f->combo->point[i];

        if (f->judgement[p].standing == ANA_MISSES &&
            (least == SIZE_MAX || f->judgement[p].missed < f->judgement[least].missed))
            least = p;
    }
    return least;
}

static enum ana_mark title_none(const struct find *f)
{
    const size_t least = least_missing(f);

    if (count_standing(f, ANA_NO_RUNS) + count_standing(f, ANA_INFEASIBLE) == f->combo->points) {
        fputs(count_standing(f, ANA_NO_RUNS) ? "No usable run: nothing can be concluded" : "No design is feasible",
              f->out);
    } else if (count_standing(f, ANA_OPEN) + count_standing(f, ANA_NO_RUNS)) {
        fprintf(f->out, "Undecided: no design is shown to meet %s", levels_of(f));
        say_others(f, SIZE_MAX);
        return ANA_MARK_UNSURE;
    } else {
        fprintf(f->out, "No design meets %s", levels_of(f));
        if (least != SIZE_MAX && f->combo->points > 1)
            fprintf(f->out, "; %s misses fewest, %zu of %zu", name_of(f, least), f->judgement[least].missed,
                    f->study->levels);
    }
    return ANA_MARK_BAD;
}

static enum ana_mark title_without_levels(const struct find *f, size_t best)
{
    if (best == SIZE_MAX)
        return title_none(f);
    fprintf(f->out, "%s costs least, %s; the scenario asks for no service level", name_of(f, best),
            ana_format(f->arena, total_of(f, best), "USD"));
    return ANA_MARK_NONE;
}

static enum ana_mark title_planning(const struct find *f, size_t best)
{
    if (!f->study->levels)
        return title_without_levels(f, best);
    if (best == SIZE_MAX)
        return title_none(f);
    if (count_standing(f, ANA_MEETS) == 1 && f->combo->points > 1)
        fprintf(f->out, "%s is the only design shown to meet %s", name_of(f, best), levels_of(f));
    else
        fprintf(f->out, "%s meets %s", name_of(f, best), levels_of(f));
    say_saving(f, best);
    say_others(f, best);
    return ANA_MARK_GOOD;
}

/* A hand-written topology: no design to choose, only what was measured. */
static enum ana_mark title_reference(const struct find *f)
{
    const size_t point = f->combo->point[0];
    const struct ana_point *p = &f->study->point[point];
    const struct ana_judgement *j = &f->judgement[point];

    fprintf(f->out, "%s: ", *f->study->title ? f->study->title : f->study->name);
    if (!ana_used(p)) {
        fputs("no usable run, nothing can be concluded", f->out);
        return ANA_MARK_BAD;
    }
    fprintf(f->out, "measured in %zu replication%s", ana_used(p), ana_used(p) == 1 ? "" : "s");
    if (f->study->levels)
        fprintf(f->out, ", %zu of %zu service levels met", j->met, f->study->levels);
    if (p->runs[ANA_UNSTABLE])
        fprintf(f->out, ", %zu unstable", p->runs[ANA_UNSTABLE]);
    return p->runs[ANA_UNSTABLE] ? ANA_MARK_UNSURE : f->study->levels ? ana_standing_mark(j->standing) : ANA_MARK_NONE;
}

/* Several combinations of factors: how often which design is the cheapest that meets the levels. */
static enum ana_mark title_sweep(const struct find *f)
{
    const struct ana_study *t = f->study;
    size_t none = 0, won = 0;

    for (size_t i = 0; i < t->combos; i++)
        none += ana_cheapest(t, f->judgement, i) == SIZE_MAX;
    fprintf(f->out, "%s, cheapest design that %s by point: ", *t->title ? t->title : t->name,
            t->levels ? "is shown to meet the service levels" : "is feasible");
    for (size_t i = 0; i < t->combos; i++) { /* each winner at its first win */
        const size_t best = ana_cheapest(t, f->judgement, i);
        size_t times = 0;
        bool first = best != SIZE_MAX;

        for (size_t k = 0; k < t->combos && first; k++) {
            const size_t other = ana_cheapest(t, f->judgement, k);
            const bool same = other != SIZE_MAX && strcmp(t->point[other].design, t->point[best].design) == 0;

            first = !(same && k < i);
            times += same;
        }
        if (first)
            fprintf(f->out, "%s%s at %zu of %zu", won++ ? ", " : "", name_of(f, best), times, t->combos);
    }
    if (none)
        fprintf(f->out, "%snone at %zu of %zu", won ? ", " : "", none, t->combos);
    return won ? none ? ANA_MARK_UNSURE : ANA_MARK_GOOD : ANA_MARK_BAD;
}

static void lead_best(const struct find *f, size_t best)
{
    const struct ana_study *t = f->study;
    const double total = total_of(f, best), per_vm = ana_cost_of(t, best, "per_vm_usd");

    fprintf(f->out, "Choose %s", name_of(f, best));
    if (t->levels)
        fprintf(f->out, ": each of its %zu service level%s is met with the whole %.4g %% interval on the good side",
                t->levels, t->levels == 1 ? "" : "s", 100.0 * t->confidence);
    if (!isnan(total))
        fprintf(f->out, "%s its total cost is %s", t->levels ? ", and" : ":", ana_format(f->arena, total, "USD"));
    if (!isnan(per_vm))
        fprintf(f->out, " (%s per VM)", ana_format(f->arena, per_vm, "USD"));
    fputs(". ", f->out);
}

/* The level with the least room in the recommended design. */
static void lead_tightest(const struct find *f, size_t best)
{
    const struct ana_answer *tight = NULL;
    const struct ana_level *level = NULL;
    double least = INFINITY;

    for (size_t k = 0; k < f->study->levels; k++) {
        const struct ana_level *l = &f->study->level[k];
        const struct ana_answer *a = &f->judgement[best].answer[k];
        const double room = (l->at_least ? a->value.mean - l->bound : l->bound - a->value.mean) / fabs(l->bound);

        if (room < least) {
            least = room;
            tight = a;
            level = l;
        }
    }
    if (tight)
        fprintf(f->out, "Its tightest level is %s, at %s. ", ana_level_text(f->arena, level),
                ana_format_estimate(f->arena, tight->value, ana_display_unit(level->metric, level->unit)));
}

static void lead_missed(const struct find *f, size_t point)
{
    const struct ana_judgement *j = &f->judgement[point];
    size_t said = 0;

    fprintf(f->out, "%s misses ", name_of(f, point));
    for (size_t k = 0; k < f->study->levels; k++) {
        const struct ana_level *l = &f->study->level[k];

        if (j->answer[k].verdict != ANA_MISSED)
            continue;
        fprintf(f->out, "%s%s", said++ ? "; " : "", ana_level_text(f->arena, l));
        if (!isnan(j->answer[k].value.mean))
            fprintf(f->out, " (%s)",
                    ana_format_estimate(f->arena, j->answer[k].value, ana_display_unit(l->metric, l->unit)));
    }
    fputs(". ", f->out);
}

static void lead_others(const struct find *f, size_t best)
{
    for (size_t i = 0; i < f->combo->points; i++) {
        const size_t p = f->combo->point[i];
        const struct ana_point *point = &f->study->point[p];
        const enum ana_standing s = f->judgement[p].standing;

        if (p == best)
            continue;
        if (s == ANA_INFEASIBLE)
            fprintf(f->out, "%s cannot be built: %s. ", name_of(f, p), point->why);
        else if (s == ANA_MISSES && f->judgement[p].missed)
            lead_missed(f, p);
        else if (s == ANA_OPEN && point->runs[ANA_UNSTABLE])
            fprintf(f->out, "%s never settled in %zu of %zu runs. ", name_of(f, p), point->runs[ANA_UNSTABLE],
                    point->n_runs);
        else if (s == ANA_OPEN)
            fprintf(f->out, "%s is undecided in %zu level%s%s: more replications would tell. ", name_of(f, p),
                    f->judgement[p].open, f->judgement[p].open == 1 ? "" : "s",
                    best != SIZE_MAX && total_of(f, p) < total_of(f, best) ? " and would cost less" : "");
    }
}

static void lead_planning(const struct find *f, size_t best)
{
    if (best != SIZE_MAX) {
        lead_best(f, best);
        if (f->study->levels)
            lead_tightest(f, best);
    } else if (f->study->levels) {
        fputs("None of the designs can be recommended. ", f->out);
    }
    lead_others(f, best);
}

struct ana_finding ana_find(const struct ana_study *study, const struct ana_judgement *judgement,
                            struct sim_arena *arena)
{
    char *title = NULL, *lead = NULL;
    size_t size;
    struct find f = {.study = study, .judgement = judgement, .combo = study->combo, .arena = arena};
    struct ana_finding found = {.best = SIZE_MAX, .mark = ANA_MARK_BAD};
    const bool reference = study->points && !*study->point[0].design;

    f.out = open_memstream(&title, &size);
    if (!study->points) {
        fprintf(f.out, "%s: the database holds no point of this study", study->name);
    } else if (study->combos > 1) {
        found.mark = title_sweep(&f);
    } else if (reference) {
        found.mark = title_reference(&f);
    } else {
        found.best = ana_cheapest(study, judgement, 0);
        found.mark = title_planning(&f, found.best);
    }
    fclose(f.out);
    f.out = open_memstream(&lead, &size);
    if (study->combos > 1)
        fputs("The sweep section shows each point; the sections on latency, throughput, congestion and cost show the "
              "first. ",
              f.out);
    else if (study->points && !reference)
        lead_planning(&f, found.best);
    fclose(f.out);
    found.title = sim_arena_text(arena, title);
    found.lead = sim_arena_text(arena, lead);
    free(title);
    free(lead);
    return found;
}
