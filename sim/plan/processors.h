/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/processors.h - the cores of the servers of a plan: which packet, I/O and VM is handled by which.
 *
 *   set-aside, software switch   io_cores per server serve all its vNICs and storage drivers, and nothing else
 *   set-aside, pass-through      each vNIC and vHBA has a core of its guest's
 *   shared                       all cores of the server; I/O is spread over the first io_cores; VMs compute on all
 *
 * What VMs compute on cores that are not simulated is known beforehand: it only counts.
 */
#ifndef SIM_PLAN_PROCESSORS_H
#define SIM_PLAN_PROCESSORS_H

#include "models/processor.h"
#include "sim/plan/plan.h"

struct plan_processors {
    const struct plan *plan;
    struct vio_world *world;
    const struct scn_servers **group; /* per node that is a server; else NULL */
    struct vio_processor **processor; /* per node that is a server; else NULL */
    struct vio_egress **core;         /* per endpoint of a server; NULL: its I/O passes none */
};

/* Make the cores of all servers of a design; nothing for a hand-written topology. */
void plan_processors_init(struct plan_processors *p, const struct plan *plan, struct vio_world *w);
/* The core that makes and takes the packets of an endpoint, or NULL: an adapter does. */
struct vio_egress *plan_processor_of(const struct plan_processors *p, uint32_t endpoint, enum vio_proto proto);
/* `flow` behind the work of the driver of `endpoint`, per I/O; or `flow` itself if that costs nothing. */
struct vio_flow *plan_processor_driver(const struct plan_processors *p, uint32_t endpoint, struct vio_flow *flow);
/* Shared cores: the computation of every VM, as workloads CLASS/compute. */
void plan_processors_compute(struct plan_processors *p);

#endif
