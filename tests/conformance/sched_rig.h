/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/conformance/sched_rig.h - four classes on one 10GbE egress, for the tests of schedulers.
 */
#ifndef TESTS_CONFORMANCE_SCHED_RIG_H
#define TESTS_CONFORMANCE_SCHED_RIG_H

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { SCHED_CLASSES = 4 };

extern const uint32_t sched_sizes_B[SCHED_CLASSES]; /* IP packets; on 10GbE 38 more, 84 at least */
extern const uint32_t sched_wire_B[SCHED_CLASSES];

struct sched_rig {
    struct vio_world *world;
    struct vio_egress *egress;
    struct vio_flow *flow[SCHED_CLASSES];
};

/* 10GbE, class tc of weight, committed rate and reversed priority 1 + tc; no limits. */
void sched_config(struct vio_egress_config *c, const struct vio_sched_type *type);
/* The same with every class limited to rate_bps, whatever the type calls it, with bursts of burst_B; a type with a
 * rate for all has four times as much. */
void sched_config_limited(struct vio_egress_config *c, const struct vio_sched_type *type, uint64_t rate_bps,
                          uint64_t burst_B, struct sim_arena *arena);
/* A world with the egress and a probe flow per class. */
void sched_build(struct sched_rig *g, const struct vio_egress_config *c);

#endif
