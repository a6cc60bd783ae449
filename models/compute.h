/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/compute.h - what a VM computes: bursts of work of its virtual processors on the cores of its server.
 */
#ifndef MODELS_COMPUTE_H
#define MODELS_COMPUTE_H

#include "models/processor.h"
#include "models/workload.h"
#include "sim/kernel/dist.h"

struct vio_compute_config {
    struct vio_workload_common common;
    uint32_t vcpus;
    double compute;        /* fraction of each virtual processor's time that its VM asks for */
    struct sim_dist burst; /* ps of work between two waits */
    sim_time slice_ps;     /* longest time on a core before others get it */
    struct vio_processor *processor;
    uint32_t first_core; /* where to look first for the first slice */
};

/* Bursts are requests of a workload: issued when a virtual processor wants to run, completed when its work is done. So
 * the workload's latency is how long a burst takes, and a server whose cores are asked for more than they have is
 * unstable. Its flows are flows of work, one per core of the server (vio_processor_flow()). */
extern const struct vio_workload_type vio_compute;

#endif
