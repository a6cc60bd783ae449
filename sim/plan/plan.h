/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/plan.h - a plan: what is bought, where it is put, how it is joined. One plan, two readers.
 *
 * The plan of a design is a graph of nodes and cables plus what each VM adapter is attached to. plan_cost() adds up its
 * items; plan_build() makes the simulation from the same nodes and cables. Nothing is costed that is not simulated as
 * part of the graph, and the other way round.
 */
#ifndef SIM_PLAN_PLAN_H
#define SIM_PLAN_PLAN_H

#include "models/egress.h"
#include "models/world.h"
#include "sim/scenario/study.h"

#define PLAN_NONE UINT32_MAX

enum plan_tier { PLAN_SERVER, PLAN_EDGE, PLAN_MODULE, PLAN_CORE, PLAN_PEER };

struct plan_node {
    const char *path; /* "hosts03", "lan-edge-a1", "ib-edge-a1/slot2", "lan-core", "array1" */
    const struct vio_node_type *node;
    const void *config;
    const struct scn_item *item; /* what is bought; NULL for what exists (cores, peers) */
    int tier;                    /* enum plan_tier */
    uint32_t server;             /* SERVER: its number over all groups */
    uint32_t rack;               /* index into racks; PLAN_NONE: exists already (cores, peers), or hand-written */
    uint32_t rack_unit;          /* the lowest it takes, 1 at the bottom; that of the chassis or edge it is in */
    uint32_t chassis, bay;       /* blades: index into enclosures, and the first bay taken, from 1; else PLAN_NONE */
    uint32_t side;               /* EDGE, MODULE: 0 = side A, 1 = side B */
    uint64_t buffer_B;           /* shared by its ports, with dynamic thresholds; 0 = not shared */
    double alpha;                /* of these thresholds */
};

struct plan_rack {
    const char *name;       /* "row1-rack03" */
    uint32_t row, position; /* from 1; position along the row */
    uint32_t units_used;
    double watts; /* nameplate, of what stands in it */
};

struct plan_chassis { /* of blades */
    const char *path; /* "chassis01" */
    const struct scn_item *item;
    uint32_t rack, rack_unit; /* as of a node */
};

struct plan_slot {                      /* an adapter in a server */
    uint32_t node;                      /* index of the server */
    const struct scn_item *item;        /* NULL: the on-board ports */
    const char *name;                   /* its ports' names begin with it: "lom", "nic0" */
    uint32_t slot;                      /* 1.., 0 = on board */
    const struct vio_link_type *pcie;   /* the slower of slot and adapter; NULL = not a bottleneck (on board) */
    const struct vio_egress_config *tx; /* from the host to the card, complete; NULL without pcie */
};

struct plan_cable {
    const char *label;           /* "hosts03/cna0/p1": its end at `a`, which no other cable has */
    uint32_t a, b;               /* nodes; a is nearer the servers */
    const char *a_port, *b_port; /* "cna0/p1", "p7"; at a core that of the other end, "lan-edge-a1/u1" */
    int32_t slot;                /* index into slots when `a` is a server; else -1 */
    const struct vio_link_type *link;
    double length_m;
    const struct scn_item *item;               /* the cable; NULL = comes with the optic, or inside a chassis */
    const struct vio_egress_config *up, *down; /* a->b and b->a, complete; like ones are the same; NULL: bill only */
    uint32_t connection;             /* index into the design's connections (server cables), else UINT32_MAX */
    const struct scn_uplink *uplink; /* it is a member of, at `edge`; the link to a module's slot too; or NULL.
                                      * Cables of an uplink at an edge follow each other. */
    uint32_t edge;
};

struct plan_endpoint { /* a vNIC or vHBA of a VM or hypervisor on a server, or of a peer on a network */
    const char *path;  /* "hosts03/db1/nic0" */
    uint32_t node;
    uint32_t network;
    int32_t cable; /* the cable that carries it (pinned at plan time); peers: -1 = any of theirs */
    uint32_t tc;
    uint64_t guarantee_bps, cap_bps;
    const struct scn_adapter *adapter; /* of the study that it stands for; NULL: of a peer */
    const char *owner;                 /* VM class, or "hypervisor" */
    uint32_t first_cable, cables;      /* those it may move between when a port fails; 0 = it cannot */
};

struct plan_flow_set {        /* a workload instance and its endpoints */
    const char *path, *group; /* "hosts03/db1/oltp", "db/oltp" */
    const struct scn_workload *workload;
    uint32_t home, peer;          /* endpoints; BLOCK: peer is the array's */
    uint32_t peers;               /* FAN_IN: so many endpoints from `peer` on are the servers; else 0 */
    int32_t san_home, san_peer;   /* BACKUP; else -1 */
    const struct sim_dist *start; /* topology flows: ps to wait before beginning, drawn per replication; or NULL */
};

struct plan_stream {   /* one flow of a flow set: data one way, acknowledgements or responses back */
    uint32_t from, to; /* endpoints */
    const struct vio_transport_type *transport;
    const void *config;
    uint32_t tc;
    uint64_t hash;      /* chooses among equally short ways, as link aggregation and ECMP do */
    double offered_bps; /* its part of the instance's offered load; 0 = as much as it gets */
};

struct plan_part {    /* something that can fail */
    const char *name; /* names its stream */
    enum vio_fault cause;
    uint32_t *cable, *slot; /* that fail with it */
    uint32_t cables, slots;
};

struct plan_move {  /* a VM that goes to another server, after its memory */
    uint32_t flow;  /* of the copy */
    const char *vm; /* "hosts03/db1" */
    uint32_t to;    /* node */
};

struct plan_event { /* an event as it is in this plan */
    const struct scn_event *event;
    bool wanted;        /* the design is one of its designs */
    const char *absent; /* why nothing happens here; NULL: it does */
    struct plan_part *part;
    size_t parts;
    uint32_t *endpoint; /* of adapters that come, go, or change */
    size_t endpoints;
    struct plan_move *move;
    size_t moves;
};

struct plan_bom_row {
    const struct scn_item *item;
    const char *component; /* server chassis adapter cable switch director module optic core-port licence rack */
    uint32_t quantity;
    uint32_t owned; /* of them there already, not bought */
};

struct plan {
    struct sim_arena arena;
    const struct scn_study *study;
    const struct scn_design *design; /* NULL: hand-written topology */
    bool bill_only;                  /* made by plan_create_bill() */
    bool feasible;
    const char *why;         /* infeasible: the reason in words, with the arithmetic */
    const char *server_item; /* name of the chosen server, for tables; NULL without servers */
    struct plan_node *node;
    size_t nodes, nodes_capacity;
    struct plan_slot *slot;
    size_t slots, slots_capacity;
    struct plan_cable *cable;
    size_t cables, cables_capacity;
    struct plan_endpoint *endpoint;
    size_t endpoints, endpoints_capacity;
    struct plan_flow_set *flow;
    size_t flows, flows_capacity;
    struct plan_rack *rack;
    size_t racks, racks_capacity;
    struct plan_chassis *enclosure; /* chassis of blades */
    size_t enclosures, enclosures_capacity;
    struct plan_bom_row *bom;
    size_t bom_rows, bom_capacity;
    struct plan_event *event; /* as many as the study has */
    uint32_t server_cables;   /* cables that end in a server: what an administrator patches */
};

/* Plan one design of a study (design NULL: the hand-written topology). Infeasible designs give a plan with feasible =
 * false and the reason; that is a result, not an error.
 * Returns: a plan for plan_destroy(). */
struct plan *plan_create(const struct scn_study *study, const struct scn_design *design);
void plan_destroy(struct plan *p);

/* The same without what moves over it: servers, slots, edges, cables and the bill, but no endpoints, flows and names of
 * ports. For
 * whoever asks many times what would be bought; such a plan cannot be built. */
struct plan *plan_create_bill(const struct scn_study *study, const struct scn_design *design);

/* Tell of events that happen in no plan (errors), or not in some (warnings). `plan` holds the feasible ones of a study.
 */
void plan_events_check(const struct plan *const *plan, size_t plans, struct sim_diags *diags);

/* The flows that a flow set stands for: how many, and number k of them. */
uint32_t plan_streams(const struct plan_flow_set *fs);
struct plan_stream plan_stream(const struct plan *p, const struct plan_flow_set *fs, uint32_t k);

/* What all of them offer, bit/s, both ways together. */
double plan_offered_bps(const struct plan *p);

/* What the flows offer to each cable, both ways together; what is as much as it gets counts in `flows` only. */
struct plan_load {
    double offered_bps;
    uint32_t flows;
};
/* Owns: the caller frees the array, one entry per cable. */
struct plan_load *plan_cable_loads(const struct plan *p);

struct plan_balance {        /* of the links that an edge has to a core, among which a hash of each flow chooses */
    uint32_t first, members; /* the cable with the lowest index; 0 members: the cable is no such link */
    double mean_bps, most_bps;
};
struct plan_balance plan_uplink_balance(const struct plan *p, const struct plan_load *load, uint32_t cable);

/* Make the simulation of a feasible plan. `plan` must outlive the world. */
struct vio_world *plan_build(const struct plan *p, uint64_t seed, uint32_t replication);

#endif
