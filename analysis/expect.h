/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/expect.h - expected against simulated: the rows of v_expect, with their verdicts.
 *
 * A verdict is the database's, so that a reader of the view and a reader of a report see the same.
 */
#ifndef ANALYSIS_EXPECT_H
#define ANALYSIS_EXPECT_H

#include "analysis/doc.h"

struct sqlite3;

struct ana_expect {
    const char *study, *design, *factors;
    const char *what, *source, *class_, *entity, *metric, *stat, *unit, *form, *trend, *against;
    const char *kind;    /* of the entity: vms, run, ...; of the plan: cost, item, plan */
    const char *verdict; /* met, missed, undecided, no result */
    double expected, tolerance;
    struct ana_estimate simulated;
};

/* The expectations of a database, in the order of the scenario.
 *
 * Returns: *n rows in `arena`; NULL and a sentence in `why` if the database cannot be read.
 */
struct ana_expect *ana_expect_load(struct sqlite3 *db, struct sim_arena *arena, size_t *n, char *why, size_t why_size);

enum ana_mark ana_expect_mark(const struct ana_expect *e);
/* "≥ 9.4 Gbit/s", "40 µs to 1 %", "0, exactly". */
const char *ana_expect_wanted(struct sim_arena *arena, const struct ana_expect *e);
/* "p99 `wait` of `a>b`", "`goodput` of `x`, times that of design y", "outcome, naming `a>b`". */
const char *ana_expect_of(struct sim_arena *arena, const struct ana_expect *e);
/* "39.9 ± 0.2 µs". */
const char *ana_expect_simulated(struct sim_arena *arena, const struct ana_expect *e);

#endif
