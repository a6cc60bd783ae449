/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/point.h - design points: each design of a scenario at each combination of its sweep factors.
 *
 * A point is what replications are replications of. Its hash, of everything that its trajectory depends on, is its
 * identity: a database that has runs of this hash has these runs.
 */
#ifndef SIM_STUDY_POINT_H
#define SIM_STUDY_POINT_H

#include <stddef.h>
#include <stdint.h>

#include "models/world.h"
#include "sim/plan/plan.h"
#include "sim/study/record.h"

enum { STUDY_HASH = 17 }; /* 16 hexadecimal digits and the end */

struct study_point {
    const struct scn_study *study;
    const struct scn_design *design; /* NULL: hand-written topology */
    struct plan *plan;
    int64_t id;        /* place among all points of the scenario, from 1 */
    uint32_t position; /* of the design; 0 is the baseline */
    uint32_t group;    /* number of the combination of factors: points of a group share their replications */
    char hash[STUDY_HASH];
};

struct study_points {
    struct study_point *point; /* heap; by group, then design */
    size_t n;
    uint32_t groups;
    char hash[STUDY_HASH]; /* of the whole study */
};

/* Plan every point of `scenario`, or only the designs named in `only` (NULL-terminated; NULL = all).
 *
 * Returns: false with a sentence in `why` if `only` names a design that the scenario has not, or if two points of a
 *          sweep are the same.
 * Owns:    plans and array belong to `points`, study_points_fini() is wanted in both cases; `scenario` must outlive it.
 */
bool study_points_init(struct study_points *points, const struct scn_points *scenario, const char *const *only,
                       char *why, size_t why_size);
void study_points_fini(struct study_points *points);

typedef void study_progress_fn(double fraction, void *arg);

/* How one run of a point is made; the runner is given it, so that it can be tested without models. */
typedef void study_simulate_fn(const struct study_point *point, uint32_t replication, study_progress_fn *progress,
                               void *progress_arg, struct study_record *record);

/* Build the world of a point, run it, collect its record, wall_s included. Requires: the plan is feasible. */
void study_simulate(const struct study_point *point, uint32_t replication, study_progress_fn *progress,
                    void *progress_arg, struct study_record *record);

#endif
