/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/draft.h - a plan in the making; private to sim/plan.
 *
 * Planning goes in one direction: fit every group of servers (which server, which cards), then the edges and everything
 * beyond them, then the servers and their cables, then who is carried by which cable. All servers of a group are alike,
 * so a group is solved once and stamped out; nothing grows faster than the number of servers.
 */
#ifndef SIM_PLAN_DRAFT_H
#define SIM_PLAN_DRAFT_H

#include "sim/plan/plan.h"

#define DRAFT_NONE UINT32_MAX

struct draft_card { /* an adapter of each server of a group */
    uint32_t connection;
    const struct scn_item *item;
    const char *name; /* "nic0" */
    uint32_t kind;    /* of slot, while it is fitted */
    uint32_t slot;    /* 1.. */
    const struct vio_link_type *slot_link;
};

struct draft_port {   /* a port of a connection at each server of a group */
    int32_t card;     /* index into cards; -1 = on board */
    const char *name; /* "nic0/p1" */
};

struct draft_wiring { /* a connection at each server of a group */
    uint32_t need;    /* ports */
    uint32_t side[2]; /* of them at side A and side B */
    uint32_t onboard; /* of them on board */
    struct draft_basis {
        uint32_t first, ports; /* of the wiring's; 0 ports: a network that is not used */
    } * basis; /* PER_SERVER: one; PER_NETWORK: by network; PER_VM: by number among the connection's endpoints */
    struct draft_port *port;
};

struct draft_endpoint { /* an endpoint of each server of a group */
    const struct scn_adapter *adapter;
    uint32_t vm;         /* index into the study's VM classes; DRAFT_NONE = the hypervisor */
    uint32_t number;     /* of the VM among those of its class on the server */
    uint32_t connection; /* that carries it */
    uint32_t first;      /* of the wiring's ports: the first it may use */
    uint32_t ports;      /* and how many follow, with those of side B where they are on standby */
    uint32_t port;       /* of the wiring's ports: the one it is given on the group's first server */
    double load_bps;
};

struct draft_spot { /* where something stands; as in struct plan_node */
    uint32_t rack, unit, chassis, bay;
};

struct draft_group {
    const struct scn_servers *servers;
    const struct scn_item *model;
    const struct scn_item *chassis;    /* of the model; or NULL */
    const struct scn_item **io_module; /* of each chassis, by connection; or NULL */
    uint32_t *io_modules;
    double watts;            /* of a server with its cards */
    struct draft_spot *spot; /* by server */
    struct plan_slot *slot;  /* of a server, but for its node: on board first, then the cards */
    const void *config;      /* of a server's node */
    struct draft_card *card;
    uint32_t cards;
    struct draft_wiring *wiring; /* by connection */
    struct draft_endpoint *endpoint;
    uint32_t endpoints;
    uint32_t *first;           /* by VM class: its first endpoint; [vms] = the hypervisor's */
    uint32_t *count;           /* by VM class: VMs per server; [vms] = 1 */
    uint32_t node0, endpoint0; /* of the first server in the plan */
};

struct draft_edges { /* of a connection */
    const struct scn_item *item;
    const struct scn_item *cable; /* that the connection names; or NULL */
    uint32_t downlinks;           /* server ports of one edge */
    uint32_t n[2];                /* number of edges on side A and B; before they are placed: at most */
    uint32_t *node[2];            /* their nodes */
    double watts;                 /* of one, with its modules */
    struct draft_spot *spot[2];
    uint32_t used[2]; /* server ports handed out on each side */
};

struct draft_cables { /* of the catalogue that fit a link */
    const struct vio_link_type *link;
    const struct scn_item **item;
    double *usd;
    size_t items;
    double longest_m;
};

struct draft_direction { /* of a cable, and the egress made for it */
    const struct scn_connection *connection;
    const struct vio_link_type *link;
    double length_m;
    int end; /* enum draft_end */
    sim_time latency_ps;
    const struct vio_egress_config *egress;
};

struct draft {
    struct plan *p;
    const struct scn_study *study;
    const struct scn_design *design;
    struct sim_arena scratch;
    struct draft_group *group;
    struct draft_edges *edges;   /* by connection */
    uint32_t *uplink_ports;      /* of each edge, by uplink of the design */
    uint32_t lan_core, san_core; /* nodes, or DRAFT_NONE */
    uint32_t *peer_endpoint;     /* by peer and network: peer * networks + network; or DRAFT_NONE */
    struct draft_cables *cables; /* heap; by link, as asked for */
    size_t n_cables, cables_capacity;
    struct draft_direction *direction; /* heap; each once */
    size_t directions, directions_capacity;
};

/* The plan is infeasible because ...; the first reason stays. Returns false. */
bool draft_fail(struct draft *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Append to the plan and return the index. */
uint32_t draft_node(struct plan *p, struct plan_node node);
uint32_t draft_slot(struct plan *p, struct plan_slot slot);
uint32_t draft_cable(struct plan *p, struct plan_cable cable); /* gives it its label */
uint32_t draft_endpoint(struct plan *p, struct plan_endpoint endpoint);
uint32_t draft_flow(struct plan *p, struct plan_flow_set flow);
void draft_buy(struct plan *p, const char *component, const struct scn_item *item, uint32_t quantity);

/* Price of an item with what comes with it. */
double draft_price_usd(const struct draft *d, const struct scn_item *item);

/* Whether the item was sold in the year that is planned for, and the clause that says it was not. */
bool draft_sold(const struct draft *d, const struct scn_item *item);
const char *draft_not_sold(struct draft *d, const struct scn_item *item);

/* What a card runs at in a slot: the older generation of the two and the fewer lanes (PCI Express Base 2.2). NULL:
 * neither is said. */
const struct vio_link_type *draft_pcie(const struct vio_link_type *slot, const struct vio_link_type *card);

/* Whether it stands in a chassis of blades: then what leads to it is no cable. */
bool draft_in_chassis(const struct scn_item *edge);

/* Whether an operating system has a driver; yes if either is not said. */
bool draft_has_driver(const struct scn_item *item, const char *os);

/* Ports that are handed out or lost when the next port is to be the first of an edge, after `used`. */
uint32_t draft_next_edge(const struct draft_edges *e, uint32_t used);

/* Ports of connection `c` that one card may give, so that each group keeps one if it fails. */
uint32_t draft_ports_of_a_card(const struct draft *d, const struct draft_group *g, uint32_t c);

/* Steady load of an endpoint, bit/s; 0 = not known. */
double draft_load_bps(const struct draft *d, const struct draft_group *g, const struct draft_endpoint *e);

/* The port of an endpoint on server `number` of the group. */
uint32_t draft_port_on(const struct draft *d, const struct draft_endpoint *e, uint32_t number);

/* Modules of an uplink in each edge. */
uint32_t draft_uplink_modules(const struct draft *d, uint32_t uplink);

/* Whether the receive buffers of a connection with PFC are large enough for cables of that length. */
bool draft_check_pfc(struct draft *d, const struct scn_connection *con, double length_m);

/* Metres of cable from one place to another, and to the cores. */
double draft_reach_m(const struct draft *d, struct draft_spot a, struct draft_spot b);
double draft_reach_core_m(const struct draft *d, struct draft_spot a);

/* The cheapest cable of the catalogue for a link that is long enough, and of these the shortest; NULL: none.
 * *longest_m: of those for the link. */
const struct scn_item *draft_cable_item(struct draft *d, const struct vio_link_type *link, double need_m,
                                        double *longest_m);

/* The same with its length as bought; infeasible if there is none. */
bool draft_choose_cable(struct draft *d, const char *from, const char *to, const struct vio_link_type *link,
                        double need_m, const struct scn_item **item, double *length_m);

/* A node kind by name and a config of it with the defaults; the kind must exist. */
const struct vio_node_type *draft_node_kind(const char *type);
void *draft_node_config(struct plan *p, const struct vio_node_type *type);
sim_time draft_latency_ps(const struct plan_node *node);

/* Whether a port of technology `port` can run `wanted`: same family, and as fast at least. */
bool draft_port_runs(const char *port, const struct vio_link_type *wanted);
bool draft_link_is_fc(const struct vio_link_type *link);
bool draft_carries(const struct draft *d, const struct scn_connection *c, uint32_t network);

/* The stages, each in the file of that name. False: infeasible. */
bool draft_need_group(struct draft *d, uint32_t group);
bool draft_fit_group(struct draft *d, uint32_t group);
bool draft_check_limits(struct draft *d, uint32_t group);
bool draft_pin_group(struct draft *d, uint32_t group);
bool draft_count_edges(struct draft *d);
bool draft_place(struct draft *d);
bool draft_plan_edges(struct draft *d);
void draft_plan_peers(struct draft *d);
bool draft_stamp_servers(struct draft *d);
bool draft_plan_flows(struct draft *d);
bool draft_plan_topology(struct draft *d);
bool draft_plan_events(struct draft *d);
bool draft_check_ways(struct draft *d);

/* Which end of a cable an egress is at. */
enum draft_end {
    DRAFT_HOST,   /* server or peer, towards the fabric */
    DRAFT_EDGE,   /* edge, towards a server */
    DRAFT_UPLINK, /* edge or module, away from the servers, and back from module to edge */
    DRAFT_CORE    /* core, towards an edge or peer */
};

/* The egress of one direction of a cable: of connection `c` (NULL for peers), at an end of kind `at`.
 * Owns: the plan. Like directions have the same; NULL if only the bill is wanted. */
const struct vio_egress_config *draft_egress(struct draft *d, const struct scn_connection *c,
                                             const struct vio_link_type *link, double length_m, enum draft_end at,
                                             const struct plan_node *to);

/* The slot of a card of connection `c`, from the host to the card. Owns: the plan. */
const struct vio_egress_config *draft_slot_egress(struct draft *d, const struct scn_connection *c,
                                                  const struct vio_link_type *pcie);

/* PFC thresholds of a receive buffer for frames of out->mtu_B. False if the buffer does not hold the headroom and two
 * frames. */
bool draft_pfc_thresholds(const struct vio_link_type *link, double length_m, uint64_t buffer_B,
                          struct vio_egress_config *out);

#endif
