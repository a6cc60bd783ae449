/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/build_private.h - a world while it is built, and afterwards for the events of the day; private to sim/plan.
 */
#ifndef SIM_PLAN_BUILD_PRIVATE_H
#define SIM_PLAN_BUILD_PRIVATE_H

#include "models/egress.h"
#include "sim/plan/plan.h"
#include "sim/plan/processors.h"
#include "sim/plan/route.h"

struct plan_day;

struct build {
    const struct plan *plan;
    struct vio_world *world;
    struct plan_routes routes;              /* of the plan; gone after the build */
    const struct plan_endpoint *endpoint;   /* the plan's; with events those of the day, which move */
    struct plan_day *day;                   /* NULL: no events */
    struct vio_egress **up, **down;         /* per cable */
    struct vio_egress **pcie_tx, **pcie_rx; /* per slot; NULL: not a bottleneck */
    struct plan_processors processors;
    struct vio_egress **cap_tx, **cap_rx; /* per endpoint; NULL: not capped */
    struct vio_target **target;           /* per node */
    struct vio_port **port;               /* per endpoint that is a vHBA */
    struct vio_buffer **buffer;           /* per node; NULL: its ports share none */
};

/* The path from one endpoint to another along `way`: server stages, cables, server stages. In the world's arena. */
const struct vio_path *plan_build_path(struct build *b, uint32_t from, uint32_t to, enum vio_proto proto,
                                       const struct plan_hop *way, size_t hops);

/* The events of the day (day.c): made before the flows, told of each, and set going when all is there. */
void plan_day_create(struct build *b);
void plan_day_flow(struct plan_day *d, struct vio_flow *flow, struct vio_flow *driver, const struct plan_stream *st,
                   struct vio_vnic *vnic);
void plan_day_workload(struct plan_day *d, struct vio_workload *wl);
void plan_day_begin(struct plan_day *d);

#endif
