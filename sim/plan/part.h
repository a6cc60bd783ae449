/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/part.h - the parts of a plan that an event may mean.
 */
#ifndef SIM_PLAN_PART_H
#define SIM_PLAN_PART_H

#include "sim/plan/plan.h"

/* The parts that fit what an event names, in the order of the plan; of random failures all of their kind.
 * Owns: the caller frees the array; what is in it is in `arena`. */
struct plan_part *plan_parts(const struct plan *p, struct sim_arena *arena, const struct scn_event *e, size_t *n);

#endif
