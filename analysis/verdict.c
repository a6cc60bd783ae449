/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/verdict.c - judging; the words are in finding.c. */
#include "analysis/verdict.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "analysis/format.h"

enum ana_mark ana_verdict_mark(enum ana_verdict v)
{
    static const enum ana_mark marks[] = {ANA_MARK_GOOD, ANA_MARK_UNSURE, ANA_MARK_BAD, ANA_MARK_UNSURE};

    return marks[v];
}

enum ana_mark ana_standing_mark(enum ana_standing s)
{
    static const enum ana_mark marks[] = {ANA_MARK_GOOD, ANA_MARK_UNSURE, ANA_MARK_BAD, ANA_MARK_BAD, ANA_MARK_UNSURE};

    return marks[s];
}

const char *ana_standing_word(enum ana_standing s)
{
    static const char *const words[] = {"meets all", "undecided", "misses", "infeasible", "no result"};

    return words[s];
}

const char *ana_level_text(struct sim_arena *a, const struct ana_level *l)
{
    return sim_arena_printf(a, "%s %s of %s%s%s %s %s", ana_stat_name(l->stat), l->metric, l->vms,
                            *l->workload ? "/" : "", l->workload, l->at_least ? "≥" : "≤",
                            ana_format(a, l->bound, ana_display_unit(l->metric, l->unit)));
}

/* An entity is VM class, slash, workload. */
static bool level_covers(const struct ana_level *l, const struct ana_series *s)
{
    const char *slash = strchr(s->entity, '/');
    const size_t class_length = slash ? (size_t)(slash - s->entity) : strlen(s->entity);

    if (strcmp(l->metric, s->metric) != 0)
        return false;
    if (strcmp(l->vms, "all") != 0 && (strlen(l->vms) != class_length || strncmp(l->vms, s->entity, class_length) != 0))
        return false;
    return !*l->workload || (slash && strcmp(l->workload, slash + 1) == 0);
}

/* How bad an answer is: the verdict first, then how far its mean is on the wrong side, relative to the bound. */
static double badness(const struct ana_level *l, enum ana_verdict v, struct ana_estimate e)
{
    static const double rank[] = {0.0, 2.0, 6.0, 4.0};
    const double ratio = isnan(e.mean) ? 0.0 : e.mean / (fabs(l->bound) + 1e-300);

    return rank[v] + tanh(l->at_least ? -ratio : ratio);
}

static enum ana_verdict series_verdict(const struct ana_point *p, const struct ana_level *l, const struct ana_series *s,
                                       struct ana_estimate e)
{
    enum ana_verdict v = ana_judge(e, l->bound, l->at_least);

    if (!p->runs[ANA_OK])
        return ANA_MISSED;
    if (v == ANA_MET && (p->runs[ANA_UNSTABLE] || p->runs[ANA_DEADLOCK] || s->empty))
        return ANA_UNDECIDED;
    return v;
}

/* No run settled, and that is the design's doing, not the machine's. */
static bool unsteady(const struct ana_point *p)
{
    return !p->runs[ANA_OK] && p->runs[ANA_UNSTABLE] + p->runs[ANA_DEADLOCK] > 0;
}

static struct ana_answer level_answer(const struct ana_study *study, size_t point, const struct ana_level *l)
{
    const struct ana_point *p = &study->point[point];
    struct ana_answer worst = {.verdict = unsteady(p) ? ANA_MISSED : ANA_NO_RESULT,
                               .value = {.mean = NAN, .half = NAN}};

    for (size_t i = 0; i < study->n_series; i++) {
        const struct ana_series *s = &study->series[i];
        struct ana_answer a = {.entity = s->entity};

        if (s->point != point || !level_covers(l, s))
            continue;
        a.value = ana_series_estimate(study, s, l->stat);
        a.verdict = series_verdict(p, l, s, a.value);
        if (!worst.entity || badness(l, a.verdict, a.value) > badness(l, worst.verdict, worst.value))
            worst = a;
    }
    return worst;
}

static enum ana_standing standing_of(const struct ana_point *p, const struct ana_judgement *j)
{
    if (!p->feasible)
        return ANA_INFEASIBLE;
    if (unsteady(p) || j->missed)
        return ANA_MISSES;
    if (!ana_used(p))
        return ANA_NO_RUNS;
    return j->open || p->runs[ANA_UNSTABLE] || p->runs[ANA_DEADLOCK] ? ANA_OPEN : ANA_MEETS;
}

struct ana_judgement *ana_judge_all(const struct ana_study *study, struct sim_arena *arena)
{
    struct ana_judgement *judgement = sim_arena_alloc(arena, study->points + 1, sizeof *judgement);

    for (size_t i = 0; i < study->points; i++) {
        struct ana_judgement *j = &judgement[i];

        j->answer = sim_arena_alloc(arena, study->levels + 1, sizeof *j->answer);
        for (size_t k = 0; k < study->levels; k++) {
            j->answer[k] = level_answer(study, i, &study->level[k]);
            j->met += j->answer[k].verdict == ANA_MET;
            j->missed += j->answer[k].verdict == ANA_MISSED;
            j->open += j->answer[k].verdict == ANA_UNDECIDED || j->answer[k].verdict == ANA_NO_RESULT;
        }
        j->standing = standing_of(&study->point[i], j);
    }
    return judgement;
}

size_t ana_cheapest(const struct ana_study *study, const struct ana_judgement *judgement, size_t combo)
{
    const struct ana_combo *c = &study->combo[combo];
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < c->points; i++) {
        const size_t p = c->point[i];

        if (judgement[p].standing == ANA_MEETS &&
            (best == SIZE_MAX || ana_cost_of(study, p, "total_usd") < ana_cost_of(study, best, "total_usd")))
            best = p;
    }
    return best;
}
