/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/schedule.h - what a cabling schedule says of a cable beyond its two ends.
 */
#ifndef SIM_PLAN_SCHEDULE_H
#define SIM_PLAN_SCHEDULE_H

#include "sim/plan/plan.h"

struct plan_schedule_row { /* of a cable, by its index */
    const char *role;      /* server: a server's port; uplink; backplane: inside a director, nothing to patch; existing:
                              between a core and a peer; link: of a hand-written topology */
    const char *group;     /* connection or uplink of the design that it belongs to; or "" */
    const char *networks;  /* that it carries, "corp dmz san-a"; server cables without a vNIC or vHBA: "" */
    const char *item;      /* bought for it: the cable, optics: "om3-30m + 2 x optic-10g-sr"; or "" */
};

/* Describe every cable of a plan.
 * Returns: one row a cable, in `arena`. */
struct plan_schedule_row *plan_schedule(const struct plan *p, struct sim_arena *arena);

#endif
