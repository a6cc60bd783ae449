/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/route.h - ways through the cables of a plan.
 *
 * A way leads from one endpoint's node to another's over the fewest cables that carry the protocol, through switches,
 * directors and gateways only. An endpoint pinned to a cable leaves and is reached by that cable. Among equally short
 * ways a hash decides, hop by hop.
 */
#ifndef SIM_PLAN_ROUTE_H
#define SIM_PLAN_ROUTE_H

#include "sim/plan/plan.h"

enum { PLAN_ROUTE_MAX = 32 };

struct plan_hop {
    uint32_t cable;
    bool up; /* from a to b */
};

struct plan_route_target; /* what is known of the ways to a node */

struct plan_routes {
    const struct plan *plan;
    const bool *closed; /* per cable: no way leads over it; NULL = all are open. Set before the first question. */
    uint32_t *first;    /* per node: its cables are cable[first[n] .. first[n + 1]) */
    uint32_t *cable;
    uint32_t *trunk_first, *trunk;                 /* the same of those between two nodes that let through */
    struct plan_route_target **target[VIO_PROTOS]; /* per target node; made when first asked for */
    uint32_t *choice;                              /* cables that lead a step nearer, node by node as asked for */
    size_t choices, capacity;
    uint32_t *queue;
};

/* Index the cables of a plan. Owns: heap memory until plan_routes_fini(). */
void plan_routes_init(struct plan_routes *r, const struct plan *plan);
void plan_routes_fini(struct plan_routes *r);

/* Find the way from `src` to `dst`.
 *
 * Returns: the number of hops written to `way`, 0 if there is no way.
 */
size_t plan_route(struct plan_routes *r, const struct plan_endpoint *src, const struct plan_endpoint *dst,
                  enum vio_proto proto, uint64_t hash, struct plan_hop way[PLAN_ROUTE_MAX]);

#endif
