/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/ports.h - the port map: every port of every device of a plan, and what is in it.
 */
#ifndef SIM_PLAN_PORTS_H
#define SIM_PLAN_PORTS_H

#include "sim/plan/plan.h"

enum plan_port_kind {
    PLAN_PORT_ONBOARD,   /* of a server, on board */
    PLAN_PORT_ADAPTER,   /* of a server, on a card */
    PLAN_PORT_DOWNLINK,  /* of an edge, towards servers; spare ones serve as uplinks too */
    PLAN_PORT_UPLINK,    /* of an edge, fixed or on an expansion module */
    PLAN_PORT_MODULE,    /* of a module of a director */
    PLAN_PORT_BACKPLANE, /* between a director and its module: no cable to patch */
    PLAN_PORT_SLOT,      /* of an edge, empty: room for a module */
    PLAN_PORT_EXISTING,  /* of a core, a peer or a node of a topology: only those that are used are known */
    PLAN_PORT_KINDS
};

struct plan_port {
    uint32_t node;    /* whose */
    const char *name; /* "cna0/p1", "p7", "u1", "slot2/p1" */
    int kind;         /* enum plan_port_kind */
    const char *link; /* technology: of the cable in it, else what the port can do; "" of an empty slot */
    int32_t cable;    /* in it; -1 = free */
};

struct plan_port_map {
    struct plan_port *port; /* by node; within a node in the order of the device */
    size_t ports;
    struct sim_arena arena; /* owns the names */
};

/* The port map of a plan. Every end of every cable is in one of its ports.
 * Owns: the caller, until plan_ports_fini(); the plan must outlive it. */
void plan_ports_init(struct plan_port_map *m, const struct plan *p);
void plan_ports_fini(struct plan_port_map *m);

/* "on board", "downlink" ... */
const char *plan_port_kind_name(int kind);

#endif
