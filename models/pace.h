/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/pace.h - how fast a workload goes at an instant, as a factor of its own rate: profiles over a day, and other
 * workloads that drive or displace it.
 *
 * Every arrival process generates candidates at its rate times the largest factor that can occur, and lets each through
 * with the probability factor / largest: thinning, exact for Poisson processes whatever the factor does [lewis1979].
 * Candidates do not depend on what the factor is, so designs compared see the same candidates.
 *
 * Not here: closed loops. They have no rate; what slows them down is the answer.
 */
#ifndef MODELS_PACE_H
#define MODELS_PACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/rng.h"
#include "sim/kernel/time.h"

struct vio_workload;

struct vio_pace_point { /* of a profile; points ascend in time */
    sim_time at_ps;
    double factor;
};

struct vio_pace_while {
    const char *name; /* a workload of the same owner ("backup"), or of all of a group ("file/backup") */
    bool own;         /* the former */
    double factor;    /* while one of them is active */
};

struct vio_pace_config {
    const struct vio_pace_point *point; /* none = 1 throughout */
    size_t points;
    bool steps;         /* a factor holds until the next point; else straight lines between them */
    sim_time from_ps;   /* of the profile, at the start of the run */
    sim_time repeat_ps; /* the profile begins again after this time; 0 = the last factor holds */
    double speed;       /* seconds of the profile in a second of the run, above 0 */
    const struct vio_pace_while *during;
    size_t durings;
};

/* The factor of the profile at `now_ps` of the run. */
double vio_pace_profile(const struct vio_pace_config *c, sim_time now_ps);

/* Mean factor of the profile from from_ps to to_ps of the run, to_ps > from_ps: the exact integral. */
double vio_pace_mean(const struct vio_pace_config *c, sim_time from_ps, sim_time to_ps);

/* Let the workload go at the pace of `c`, which outlives the world. Before the run. */
void vio_workload_set_pace(struct vio_workload *wl, const struct vio_pace_config *c);

/* All workloads exist: find those that `wl` follows. For the world. */
void vio_workload_find_followed(struct vio_workload *wl);

/* The factor now; 1 without a pace. */
double vio_workload_factor(const struct vio_workload *wl);

/* Whether a workload with a pace lets the candidate of this instant through: at random, one draw for every candidate.
 */
bool vio_pace_admits(struct vio_workload *wl);

/* The same by counting: every so many, evenly. */
bool vio_workload_admits_evenly(struct vio_workload *wl);

#endif
