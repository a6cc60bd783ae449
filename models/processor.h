/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/processor.h - the processor of a server: cores on which packets, storage I/Os and VMs' computation meet.
 *
 * A core is an egress of link type `cpu`: packets pass through it on their way. Two further things can be put on it as
 * packets of their own: the work of a driver, which an I/O waits for before its command goes out, and slices of VMs'
 * computation (models/compute.h). Whoever shares a core with whom, and who goes first, is the egress's scheduler.
 */
#ifndef MODELS_PROCESSOR_H
#define MODELS_PROCESSOR_H

#include "models/transport.h"

struct vio_processor { /* of a server, for those who ask how busy it is */
    struct vio_processor *next;
    const char *path;         /* "hosts03" */
    uint32_t cores;           /* that the server has; 0 = unknown */
    double set_aside;         /* cores' worth of computation that is not simulated */
    struct vio_egress **core; /* those that are */
    uint32_t n;
    uint32_t *slices;       /* shared cores: slices of computation on each, waiting or running */
    sim_counter compute_ps; /* computation done on them since the end of the warm-up */
};

/* Enter a processor into the world's list. */
void vio_processor_register(struct vio_world *w, struct vio_processor *p);

/* Fraction of the processor's time that was in use since measuring began, `measure_ps` ago; *io: of it, handling
 * packets and I/Os. */
double vio_processor_use(const struct vio_processor *p, sim_time now, sim_time measure_ps, double *io);

/* The bytes that keep a core busy for `work_ps`; at least 1. */
uint32_t vio_processor_work_B(const struct vio_egress *core, sim_time work_ps);

/* A flow of work on one core. A message sent on it occupies the core for the time of `work_B` bytes, or, if that is 0,
 * of its own size; then it goes on to `onward`, or is done if that is NULL. Work that finds the core's queue full is
 * left out: rings are for packets. */
struct vio_flow *vio_processor_flow(struct vio_world *w, const char *path, struct vio_egress *core, uint8_t tc,
                                    uint32_t work_B, struct vio_flow *onward);
/* From now on its work is done by another core, of the same rate. What is under way is done where it is. */
void vio_processor_move(struct vio_flow *f, struct vio_egress *core);

#endif
