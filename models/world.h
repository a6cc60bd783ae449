/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/world.h - one simulated installation: the kernel's simulation and everything that lives in it.
 *
 * The world owns the memory (one arena), the packet pool, and the lists of what was built: egresses, flows, workloads,
 * targets. Whoever holds a packet pointer owns the packet; at the end of a run "taken from the pool = delivered +
 * dropped
 * + queued + on wires" or the run has failed.
 */
#ifndef MODELS_WORLD_H
#define MODELS_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/event.h"
#include "sim/kernel/metric.h"

struct vio_egress;
struct vio_flow;
struct vio_workload;
struct vio_target;
struct vio_processor;
struct vio_world;

struct vio_crossing { /* packets that came to an endpoint of another network, and the first of them */
    uint64_t pkts;
    uint8_t segment, admits; /* of the packet, of the endpoint */
    const char *flow, *end;
};

struct vio_observer {                             /* looks at the world every so often; must change nothing in it */
    sim_time every_ps;                            /* 0 = never */
    void (*look)(struct vio_world *w, void *arg); /* also at the ends of the warm-up and of the measurement */
    void *arg;
    sim_time next_ps;
};

struct vio_world {
    struct sim sim; /* first: the struct sim * of a run is its world */
    struct sim_arena arena;
    struct sim_pool packets;
    struct sim_pool messages;
    struct sim_pool trails;
    bool trace;        /* keep account of where time goes (models/trail.h); set before flows are made */
    uint32_t path_max; /* hops of the longest path */
    uint64_t seed;
    uint32_t replication;
    const char *const *segment; /* names of the networks by number, [0] unused; NULL = numbers will do */
    struct vio_crossing crossing;
    sim_time measure_from_ps;     /* end of the warm-up */
    struct vio_observer observer; /* set before the run */
    uint32_t n_egresses, n_disks;
    struct vio_egress *egresses; /* each list in construction order */
    struct vio_flow *flows;
    struct vio_workload *workloads;
    struct vio_target *targets;
    struct vio_processor *processors;
    void *day; /* the events of the day, of whoever built the world; or NULL */
    void (*day_fini)(void *day);
    struct vio_egress **egress_tail;
    struct vio_flow **flow_tail;
    struct vio_workload **workload_tail;
    struct vio_target **target_tail;
    struct vio_processor **processor_tail;
};

/* An empty world; streams are keyed by (seed, replication, path, purpose). Owns: the caller, until vio_world_destroy().
 */
struct vio_world *vio_world_create(uint64_t seed, uint32_t replication);
void vio_world_destroy(struct vio_world *w);

/* How a run ended. */
enum vio_outcome {
    VIO_OUTCOME_OK,
    VIO_OUTCOME_UNSTABLE, /* a queue only grew: no mean of it is a steady-state mean */
    VIO_OUTCOME_DEADLOCK, /* packets wait for credit or a resume that cannot come; ends the run when it is seen */
    VIO_OUTCOME_BROKEN /* conservation failed, a lossless class dropped, or a frame came to another network: a fault of
                          the program or the configuration */
};

/* "ok", "unstable", "deadlock", "broken". */
const char *vio_outcome_name(enum vio_outcome outcome);

struct vio_end {
    enum vio_outcome outcome;
    uint64_t created_pkts, delivered_pkts, dropped_pkts, queued_pkts, flying_pkts; /* over the whole run */
    char why[256]; /* for anything but OK: a sentence naming the place */
};

/* Start every workload, run the warm-up, forget its measurements, run the measurement window, close the books.
 *
 * Units:    warmup_ps and measure_ps in ps.
 * Deadlock: looked for a hundred times in warm-up and each half of the measurement; one that has lasted from one look
 *           to the next ends the run there, whatever other traffic goes on.
 * Progress: calls progress(done fraction 0..1, arg) a hundred times; may be NULL.
 */
void vio_world_run(struct vio_world *w, sim_time warmup_ps, sim_time measure_ps, void (*progress)(double, void *),
                   void *progress_arg, struct vio_end *end);

#endif
