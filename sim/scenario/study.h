/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/study.h - a checked scenario: everything the planner asked for, typed, in base units, names resolved.
 *
 * A study is the product of load and check: nothing in it can be out of range or unresolved. It holds either servers,
 * VMs and designs (a planning study) or a hand-written topology (a reference scenario), never both. Each later stage
 * takes it as const. Keys of each section are tables of struct sim_param in sim/scenario/schema_*.c, which also
 * generate the reference manual.
 */
#ifndef SIM_SCENARIO_STUDY_H
#define SIM_SCENARIO_STUDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/link.h"
#include "models/node.h"
#include "models/sched.h"
#include "models/transport.h"
#include "models/workload.h"
#include "sim/kernel/arena.h"
#include "sim/kernel/diag.h"
#include "sim/kernel/time.h"
#include "sim/scenario/event.h"

enum scn_network_kind { SCN_ETHERNET, SCN_FC };

struct scn_network { /* networks: NAME: {kind, zone} */
    const char *name;
    int kind;         /* enum scn_network_kind */
    const char *zone; /* security zone: "corporate", "internet", ... */
    struct sim_pos pos;
};

struct scn_class { /* classes: NAME: {...}; traffic classes, at most VIO_CLASSES; index = packet tc */
    const char *name;
    double weight;
    uint32_t priority; /* strict schedulers: 0 first */
    bool lossless;     /* protected by PFC on converged Ethernet, always for FC networks */
    bool strict;       /* the rest as in struct vio_class_config */
    uint64_t cir_bps, pir_bps, cbs_B, pbs_B, rate_bps, limit_bps;
};

/* The class as an egress knows it; `protect`: it has a flow control that protects lossless classes. */
struct vio_class_config scn_class_config(const struct scn_class *c, bool protect);

/* Something beyond the servers: clients, backup server, management station (peers:), or an array (storage:). */
struct scn_peer {
    const char *name;
    const struct vio_node_type *node; /* client-cloud, backup-server, array */
    void *config;                     /* of the node kind */
    uint32_t *network;                /* indices into networks */
    size_t networks;
    const struct vio_link_type *link; /* of its ports */
    uint32_t ports;
    bool storage;
    struct sim_pos pos;
};

struct scn_adapter {  /* a vNIC or vHBA of a VM or of the hypervisor */
    const char *name; /* "nic0", "hba0" unless given */
    uint32_t network;
    uint32_t tc;                     /* index into classes */
    uint64_t guarantee_bps, cap_bps; /* 0 = none */
    struct sim_pos pos;              /* of the guarantee, or of the adapter */
};

struct scn_workload { /* of a VM class, of the hypervisor, or from events: */
    const char *name; /* unique within its owner; default: kind */
    const struct vio_workload_type *type;
    void *config;
    const struct vio_transport_type *transport; /* network workloads: default tcp_newreno; storage: fcp */
    void *transport_config;
    uint32_t adapter;    /* index into the owner's adapters: the endpoint it lives on */
    int32_t san_adapter; /* BACKUP: the vHBA it reads through; else -1 */
    int32_t peer;        /* index into peers, or -1: `peer_vms` */
    int32_t peer_vms;    /* index into vms: the like-numbered VM of that class on the next server; -2 = next server's
                            hypervisor; or -1 */
    int32_t san_peer;    /* BACKUP: the array; else -1 */
    uint32_t tc;         /* its adapter's class */
    double share;        /* of the VMs of the class that run it: 0..1 (events), default 1 */
    const struct vio_pace_config *pace; /* NULL = at its own rate */
    struct sim_pos pos;
};

struct scn_vm { /* vms: NAME: {...}, a class of virtual machines */
    const char *name;
    const char *os;
    uint32_t vcpus;
    double compute; /* fraction of its vCPUs used by computation */
    struct scn_adapter *adapter;
    size_t adapters;
    struct scn_workload *workload;
    size_t workloads;
    struct sim_pos pos;
};

struct scn_placement {
    uint32_t vm; /* index into vms */
    uint32_t count;
};

struct scn_servers { /* servers: NAME: {...}, a group of like servers */
    const char *name;
    uint32_t count;
    struct scn_placement *place; /* per server */
    size_t places;
    const char **models; /* catalogue items allowed, in no order; empty = every server of the catalogue */
    size_t n_models;
    struct scn_vm hypervisor; /* its own adapters (management, migration) and workloads; vcpus and compute unused */
    struct sim_pos pos;
};

enum scn_stat { SCN_STAT_MEAN, SCN_STAT_P50, SCN_STAT_P95, SCN_STAT_P99, SCN_STAT_P999, SCN_STAT_MAX };

struct scn_level {        /* levels: a service level; "good enough" */
    const char *name;     /* "db io_latency p99", generated unless given */
    const char *vms;      /* VM class, or "all" */
    const char *workload; /* or NULL = every workload of the class that has the metric */
    const char *metric;   /* io_latency, response_time, transfer_time (ps), goodput (bit/s per VM), failed (fraction) */
    int stat;             /* enum scn_stat */
    double limit;         /* in the metric's base unit */
    bool at_least;        /* goodput: met if value >= limit */
    struct sim_pos pos;
};

struct scn_frames {            /* of a link: what is said differently from its technology */
    uint64_t mtu_B, segment_B; /* 0 = the technology's */
    bool tagged;               /* an 802.1Q tag in every Ethernet frame */
};

struct scn_series_pattern {             /* what is sampled: metrics of entities, as results name them */
    const char *kind, *entity, *metric; /* the last two: patterns of fnmatch(3) */
};

struct scn_series {    /* series: metrics over time */
    sim_time every_ps; /* length of an interval; 0 = none are kept */
    struct scn_series_pattern *pattern;
    size_t patterns;
};

enum scn_grade { SCN_GRADE_A, SCN_GRADE_B, SCN_GRADE_C }; /* exact or analytic; measured, simple; measured, trend */
enum scn_form { SCN_FORM_VALUE, SCN_FORM_AT_LEAST, SCN_FORM_AT_MOST, SCN_FORM_OUTCOME };

struct scn_expect { /* expect: what theory or a publication says a metric is, at this point */
    const char *what, *source, *trend;
    int grade;                 /* enum scn_grade */
    const char *design;        /* or NULL = each */
    const char *against;       /* design: the value is the ratio to the same there; "" = none */
    const char *kind, *entity; /* of the results; kind "vms" or "" = any, "run" an OUTCOME: entity is said in its
                                  reason; of the plan: "cost", "item", or "plan" the OUTCOME infeasible */
    const char *metric, *unit; /* unit as stored: s, bit/s, 1/s, 1, USD; OUTCOME: metric is the outcome */
    int stat;                  /* enum scn_stat */
    int form;                  /* enum scn_form */
    double value;              /* in the unit stored */
    double tolerance;          /* of VALUE, relative; 0 = exactly */
    struct sim_pos pos;
};

enum scn_per { SCN_PER_SERVER, SCN_PER_NETWORK, SCN_PER_VM };

enum scn_rings { SCN_RINGS_AUTO, SCN_RINGS_SINGLE, SCN_RINGS_PER_CLASS };

enum scn_mode {               /* how a connection's ports at two edges are used */
                SCN_BOTH,     /* active-active: vNICs and vHBAs are pinned over all of them */
                SCN_ONE_SIDE, /* active-standby: over those at side A; the others are idle until a failure */
};

struct scn_connection { /* of a design: one kind of port that each server gets */
    const char *name;
    bool ethernet, fc; /* carries: [ethernet, fc] */
    uint32_t *only;    /* networks: restrict to these; or NULL = all of the carried kinds */
    size_t n_only;
    int per;        /* enum scn_per: per server; per network carried; per VM adapter carried */
    uint32_t ports; /* per basis */
    int mode;       /* enum scn_mode */
    const struct vio_link_type *link;
    const char **adapters; /* catalogue items that may provide the ports */
    size_t n_adapters;
    bool onboard;          /* may use the server's on-board ports */
    bool share_card;       /* ports of one group may be on one card; else a card that fails leaves some of them */
    double load_limit;     /* as many groups of ports as keep each port below this; 0 = one group */
    const char *edge;      /* catalogue item: switch or director at the other end */
    const char *edge_kind; /* node kind of it: "switch", "director" */
    const char *cable;     /* catalogue item; NULL: the cheapest that is long enough */
    double length_m;
    bool length_given; /* else it is A-091's; of a cable that is chosen it follows from the racks */
    const struct vio_sched_type *sched;
    const void *sched_config;
    uint32_t queue_pkts; /* egress limit of lossy classes, switch side */
    bool pfc;            /* pause the lossless classes (converged Ethernet) */
    uint64_t buffer_B;   /* PFC: receive buffer per port and lossless class, switch side */
    int rings;           /* enum scn_rings: transmit rings of its adapters */
    uint32_t ahead_pkts; /* frames of a class that an adapter with several rings fetches ahead of its port */
    struct scn_frames frames;
    struct scn_failover failover;  /* of vNICs */
    struct scn_failover multipath; /* of vHBAs, whatever fails on their way */
    struct sim_pos pos;
};

struct scn_uplink { /* of a design: from the edges of a connection to the LAN core or the SAN core */
    const char *name;
    uint32_t connection; /* index: whose edges */
    bool to_fc;          /* else to the LAN core */
    const struct vio_link_type *link;
    uint32_t ports;                   /* per edge */
    double oversubscription;          /* server ports over uplink ports, in bit/s, instead; 0 = as many as `ports` */
    const char *module;               /* director module item that provides the ports; or NULL */
    const struct vio_link_type *slot; /* link between director and module slot; or NULL */
    sim_time module_latency_ps;       /* gateway processing in the module */
    const char *optic;                /* catalogue item per uplink end, cable included; or NULL */
    const char *core_port;            /* catalogue item: price of the core port used; or NULL */
    const char *cable;                /* catalogue item; or NULL */
    bool cable_auto;                  /* the cheapest that is long enough */
    double length_m;
    bool length_given;
    struct scn_failover failover; /* of what goes over its ports */
    struct sim_pos pos;
};

struct scn_design { /* io_designs: NAME: {...} */
    const char *name;
    const char *summary;
    bool refuse_narrow;           /* a card does not go into a slot slower than it needs; else it runs slower */
    bool software_switch;         /* hypervisor: software-switch (true) or pass-through */
    bool storage_software;        /* storage packets are made by the processor too (software FCoE), not by an HBA */
    double admin_h_per_port_year; /* administration of each server-side connection */
    double admin_h_per_change;    /* of each move, add or change */
    struct scn_connection *connection;
    size_t connections;
    struct scn_uplink *uplink;
    size_t uplinks;
    struct sim_pos pos;
};

enum scn_sharing { SCN_SET_ASIDE, SCN_SHARED }; /* cores for I/O: their own, or those that VMs compute on */

struct scn_host {           /* host: what every server's CPU costs; a section of the scenario */
    const char *hypervisor; /* its name, as drivers of the catalogue have it; "" = not said */
    double clock_hz;
    uint32_t io_cores; /* cores that run the software switch (queues) */
    double switch_cycles_per_packet, switch_cycles_per_B;
    double direct_cycles_per_packet, direct_cycles_per_B; /* pass-through: what is left for the guest's driver */
    double storage_cycles_per_io;                         /* of the storage driver, before the command goes out */
    int sharing;                                          /* enum scn_sharing */
    struct sim_dist burst;                                /* SHARED: ps of computation between two waits of a VM */
    sim_time slice_ps;                                    /* SHARED: longest time that a burst keeps others waiting */
};

struct scn_cost {
    double years;
    double energy_usd_per_kwh;
    double pue;
    double load_factor; /* drawn power / catalogue watts, of items of which idle power is not known */
    double rack_unit_usd_per_month;
    double admin_usd_per_h;
    double discount;       /* per year */
    double io_utilisation; /* of what is not a server, for its power */
    double changes_per_server_year;
    double depreciation_years;
    double residual; /* resale value at the end / price */
};

struct scn_owned { /* owned: so many of an item are there already */
    const struct scn_item *item;
    uint32_t quantity;
};

struct scn_growth { /* growth: of the number of VMs; how many a server carries stays as it is */
    double rate;    /* per year, of those there are */
    double vms_per_year;
    uint32_t years; /* looked ahead; 0 = no growth is asked about */
};

enum scn_whose { SCN_OF_COST, SCN_OF_ITEM, SCN_OF_DESIGN };

struct scn_target { /* a number that is uncertain: a double at `offset` of ... */
    int whose;      /* enum scn_whose: study.cost, catalogue.item[index], design[index] */
    uint32_t index;
    size_t offset;
};

struct scn_uncertain { /* uncertain: NAME: one thing that is not known exactly; all its targets move together */
    const char *name;
    struct scn_target *target;
    size_t targets;
    bool factor;          /* the draw multiplies what the scenario says; else it takes its place */
    struct sim_dist dist; /* of the factor, or of the value */
    struct sim_pos pos;
};

enum scn_rows { SCN_TOP_OF_RACK, SCN_END_OF_ROW }; /* where switches and directors stand */

struct scn_racks {          /* racks: what servers and switches are put into */
    uint32_t units;         /* of a rack */
    double power_W;         /* that a rack can feed, against catalogue watts */
    int placement;          /* enum scn_rows */
    uint32_t per_row;       /* racks of servers in a row */
    double pitch_m, row_m;  /* from rack to rack; from row to row */
    double tray_m, slack_m; /* from the top of a rack up to the tray; slack in the rack at each end of a cable */
    const char *item;       /* of the catalogue, bought for each rack; or NULL */
};

struct scn_time {
    sim_time warmup_ps, measure_ps;
};

struct scn_replications {
    uint32_t min, max;
    double precision;  /* relative half-width to stop at; 0 = run min */
    double confidence; /* level of intervals, 0.95 */
};

/* So many of each kind, as a column says it: "2 x pcie-gen2-x8 + 2 x pcie-gen2-x4". */
struct scn_lot {
    uint32_t count;
    const char *what; /* link technology, or name of an item; "" = not said */
};
enum { SCN_LOTS_MAX = 8 };
struct scn_lots {
    struct scn_lot lot[SCN_LOTS_MAX];
    uint32_t n;
};
uint32_t scn_lots_count(const struct scn_lots *lots); /* of all kinds together */

enum scn_card { SCN_ANY_SLOT, SCN_CARD, SCN_MEZZANINE }; /* what kind of slot an adapter fits */

/* A row of the catalogue: one thing that can be bought. Columns of the CSV carry the same names. Prices are in US$
 * here, whatever their currency was. */
struct scn_item {
    const char *item;     /* unique name, "r710-2u" */
    const char *category; /* server blade chassis adapter switch director module cable optic port licence rack */
    const char *description;
    const char *link;      /* technology of its ports, or "" */
    uint32_t ports;        /* adapters: ports; switches: downlinks; directors: host ports; modules: ports */
    uint32_t uplink_ports; /* switches: further fixed ports usable as uplinks */
    const char *uplink_link;
    struct scn_lots slots;      /* servers: expansion slots by PCIe; switches and directors: module slots */
    struct scn_lots mezzanines; /* blades: mezzanine slots by PCIe */
    struct scn_lots onboard;    /* servers: on-board ports by link technology */
    const char *slot_link;      /* adapters: PCIe they need; directors and modules: link between them; or "" */
    int form;                   /* adapters: enum scn_card */
    uint32_t cores;             /* servers */
    const char *chassis;        /* blades, their switches and modules: item of the chassis they go into; or "" */
    uint32_t bays;              /* chassis: bays for blades; blades: bays they take */
    uint32_t io_bays;           /* chassis: bays for I/O modules */
    double length_m;            /* cables; 0 = not said */
    double price_usd;
    uint32_t price_year;             /* of the price; 0 = not said */
    double maintenance_usd_per_year; /* for each one */
    struct scn_lots with;            /* what is bought with each one: licences, optics; by item */
    double watts, watts_idle;        /* nameplate; without load, 0 = not said */
    double rack_units;               /* 0 = takes none, or is inside something else */
    uint32_t max_vnics, max_vhbas;   /* adapters: virtual adapters of each card; 0 = no limit */
    uint32_t max_functions;          /* adapters, servers: functions (VFs, FlexNICs) of each port; 0 = no limit */
    uint32_t max_vlans;              /* switches, directors: VLANs; 0 = no limit */
    const char **drivers;            /* adapters: operating systems that have a driver; NULL-ended; NULL = all */
    uint32_t year_from, year_to;     /* of sale; 0 = not known */
    const char *source;
    struct sim_pos pos;
};

struct scn_catalogue {
    const struct scn_item *item;
    size_t items;
};

const struct scn_item *scn_catalogue_find(const struct scn_catalogue *c, const char *item);

/* Hand-written topology. */
struct scn_topo_node { /* topology: nodes: NAME: {kind, count, ...} expands to NAME or NAME[0..count-1] */
    const char *name;
    const struct vio_node_type *node;
    void *config;
    uint32_t count;
    uint64_t buffer_B; /* shared by the ports of each; 0 = not shared */
    double alpha;
    struct sim_pos pos;
};

struct scn_topo_link { /* both directions; between like-numbered nodes, or fans in when one side has count 1 */
    uint32_t from, to; /* indices into nodes */
    struct vio_egress_config egress; /* of both directions; delay/queue/scheduler/credits overridden here */
    uint32_t host_queue_pkts;        /* limit of the egress on an endpoint node; 0 = none */
    struct sim_pos pos;
};

enum scn_pairing { SCN_PAIR_ONE_TO_ONE, SCN_PAIR_ALL_TO_ONE, SCN_PAIR_PERMUTATION, SCN_PAIR_DIV };

struct scn_topo_flow { /* a workload between nodes; home = from */
    const char *name;
    uint32_t from, to;
    int pair; /* enum scn_pairing; DIV: to[i / divisor] */
    uint32_t divisor;
    struct scn_workload workload; /* adapter fields unused */
    struct sim_dist start;        /* ps, drawn per pair and added to workload start */
};

struct scn_topology {
    struct scn_failover failover;
    struct scn_topo_node *node;
    size_t nodes;
    struct scn_topo_link *link;
    size_t links;
    struct scn_topo_flow *flow;
    size_t flows;
};

struct scn_factor { /* of an expanded point: path = value, as text */
    const char *path;
    const char *value;
};

struct scn_study {
    struct sim_arena arena; /* owns everything below */
    const char *name, *title;
    const char *file; /* as given on the command line */
    uint64_t seed;
    uint32_t year;    /* that is planned for: only what was sold then is taken; 0 = years do not matter */
    bool attribution; /* account for the time of every I/O, place by place */
    struct scn_time time;
    struct scn_replications replications;
    struct scn_network *network;
    size_t networks;
    struct scn_class *class_;
    size_t classes;
    struct vio_mix *mix; /* mixes: as workloads refer to them */
    struct scn_peer *peer;
    size_t peers;
    struct scn_vm *vm;
    size_t vms;
    struct scn_servers *servers;
    size_t server_groups;
    struct scn_level *level;
    size_t levels;
    struct scn_design *design; /* selected by `designs:`, in that order; the first is the baseline */
    size_t designs;
    struct scn_host host;
    struct scn_cost cost;
    struct scn_racks racks;
    struct scn_owned *owned;
    size_t n_owned;
    struct scn_growth growth;
    struct scn_uncertain *uncertain;
    size_t n_uncertain;
    struct scn_catalogue catalogue;
    struct scn_series series;
    struct scn_topology *topology; /* or NULL */
    struct scn_event *event;       /* by rising time */
    size_t events;
    struct scn_expect *expect; /* those of this point */
    size_t expects;
    const char *expanded;      /* the whole expanded scenario as text (canonical YAML), without expectations */
    struct scn_factor *factor; /* factors of this point */
    size_t factors;
};

/* The points of a scenario: one study per combination of sweep factors (one if there is no sweep). */
struct scn_points {
    struct scn_study **study;
    size_t n;
};

/* Load, check and expand a scenario file.
 *
 * `set` holds n_set texts "path=value" from the command line, applied after the file.
 * Returns: true and *points (the caller calls scn_points_fini); false with at least one error in `diags`. Warnings are
 *          added in both cases. Every error of the file is reported in one go.
 */
bool scn_load(const char *file, const char *const *set, size_t n_set, struct scn_points *points,
              struct sim_diags *diags);
void scn_points_fini(struct scn_points *points);

/* The outcome that the runs of `design` (NULL: of a topology) are expected to have at this point: "ok" unless an
 * expectation names another. */
const char *scn_expected_outcome(const struct scn_study *s, const char *design);

/* Write the reference manual of scenario files (Markdown), or their JSON Schema, from the tables. */
void scn_write_reference(FILE *out);
void scn_write_json_schema(FILE *out);

#endif
