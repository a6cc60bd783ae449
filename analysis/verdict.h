/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/verdict.h - which designs are good enough, which of those is cheapest, and how to say so.
 *
 * A level is met if the whole confidence interval lies within its limit, missed if the whole interval lies outside,
 * undecided otherwise. With several workloads under one level the worst decides. If a queue only grew (unstable) or the
 * network deadlocked in some runs, what looks met is undecided; if in all of them, every level is missed.
 */
#ifndef ANALYSIS_VERDICT_H
#define ANALYSIS_VERDICT_H

#include "analysis/data.h"
#include "analysis/doc.h"

enum ana_standing { ANA_MEETS, ANA_OPEN, ANA_MISSES, ANA_INFEASIBLE, ANA_NO_RUNS };

struct ana_answer { /* a level in a point */
    enum ana_verdict verdict;
    struct ana_estimate value; /* of the worst workload */
    const char *entity;        /* that workload; NULL = no series matches */
};

struct ana_judgement { /* a point */
    enum ana_standing standing;
    struct ana_answer *answer; /* by level */
    size_t met, missed, open;  /* levels; open: undecided or without result */
};

struct ana_finding {
    const char *title, *lead;
    enum ana_mark mark;
    size_t best; /* point to recommend, in a study of one combination; SIZE_MAX = none */
};

/* Judge every point: an array by point, in `arena`. */
struct ana_judgement *ana_judge_all(const struct ana_study *study, struct sim_arena *arena);

/* The finding in one sentence and the recommendation in a paragraph, in `arena`. */
struct ana_finding ana_find(const struct ana_study *study, const struct ana_judgement *judgement,
                            struct sim_arena *arena);

/* The cheapest point of a combination that meets every level, or SIZE_MAX. */
size_t ana_cheapest(const struct ana_study *study, const struct ana_judgement *judgement, size_t combo);

/* "p99 io_latency of db <= 10 ms" */
const char *ana_level_text(struct sim_arena *a, const struct ana_level *l);
enum ana_mark ana_verdict_mark(enum ana_verdict v);
enum ana_mark ana_standing_mark(enum ana_standing s);
const char *ana_standing_word(enum ana_standing s);

#endif
