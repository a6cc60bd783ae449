/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/rig/rig.h - worlds by hand: what tests and benchmarks need to put a few egresses, flows and workloads together.
 *
 * Parameters are given as a user would write them, "rate=800/s size=1500B", through the models' own tables. Anything
 * wrong in them aborts: a rig is part of the test.
 */
#ifndef TESTS_RIG_RIG_H
#define TESTS_RIG_RIG_H

#include "models/egress.h"
#include "models/node.h"
#include "models/transport.h"
#include "models/workload.h"
#include "models/world.h"

/* A config of `size` bytes in the world's arena: the defaults of `params`, then the settings of `text`. */
void *rig_config(struct vio_world *w, const struct sim_param *params, size_t size, const char *text);

/* The path over the n egresses given. */
const struct vio_path *rig_path(struct vio_world *w, uint32_t n, struct vio_egress *const *hop);

/* A flow by names: rig_flow(w, "f0", "tcp-newreno", "window=1MiB", there, back, 0, NULL). */
struct vio_flow *rig_flow(struct vio_world *w, const char *path, const char *type, const char *text,
                          const struct vio_path *there, const struct vio_path *back, uint8_t tc,
                          struct vio_target *target);

/* A workload over `flows` flows. */
struct vio_workload *rig_workload(struct vio_world *w, const char *path, const char *type, const char *text,
                                  struct vio_flow *const *flow, uint32_t flows);

/* Replace a distribution in a workload's config: rig_set_dist(wl, "size", sim_dist_exponential(1e6)). */
void rig_set_dist(struct vio_workload *wl, const char *name, struct sim_dist dist);

/* A plain FIFO server of `rate_bps` without framing; queue limit in packets, 0 = none. */
struct vio_egress *rig_server(struct vio_world *w, const char *path, uint64_t rate_bps, sim_time delay_ps,
                              uint32_t limit_pkts);

/* A storage array by its parameters. */
struct vio_target *rig_array(struct vio_world *w, const char *path, const char *text);

/* Run and abort unless the books are in order (unstable is allowed: some rigs overload on purpose). */
void rig_run(struct vio_world *w, sim_time warmup_ps, sim_time measure_ps);

#endif
