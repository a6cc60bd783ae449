/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/check.h - from tree to typed values: a cursor that knows its path, and what every section needs.
 *
 * A cursor (struct scn_at) is a place in the document: its node, its dotted path for messages, its position. It may
 * stand at a key that is not there (node NULL); then its position is that of the section that should have held it.
 * Nothing here stops at an error: it is added to the diagnostics and checking goes on, so that one pass finds
 * everything.
 */
#ifndef SIM_SCENARIO_CHECK_H
#define SIM_SCENARIO_CHECK_H

#include "sim/kernel/param.h"
#include "sim/scenario/doc.h"
#include "sim/scenario/study.h"

/* What a key of a section holds when it is not a plain value. */
enum scn_shape {
    SCN_ONE,    /* a mapping: one section */
    SCN_NAMED,  /* a mapping of names to sections */
    SCN_ITEMS,  /* a list of sections */
    SCN_NAMES,  /* a list of names, or one */
    SCN_COUNTS, /* a mapping of names to whole numbers */
    SCN_FREE    /* something of its own; `form` tells */
};

struct scn_section;
struct scn_follow;

struct scn_field {
    const char *name; /* NULL ends a table */
    enum scn_shape shape;
    const struct scn_section *section;
    bool required;
    const char *form; /* for the manual: "list of networks" */
    const char *doc;
};

/* Whose parameters are further keys of a section, chosen by its `kind`. */
enum scn_extra {
    SCN_EXTRA_NONE,
    SCN_EXTRA_WORKLOAD,
    SCN_EXTRA_PEER,
    SCN_EXTRA_STORAGE,
    SCN_EXTRA_NODE,
    SCN_EXTRA_CONTROL
};

struct scn_section {
    const char *path; /* for the manual: "vms.NAME" */
    const char *doc;
    const struct sim_param *params; /* plain values, or NULL */
    const struct scn_field *fields; /* everything else, or NULL */
    enum scn_extra extra;
};

/* Names that can be referred to: mappings whose entry number is the index into the study's array. */
struct scn_names {
    const struct scn_node *networks, *classes, *peers, *vms, *servers, *items;
    const struct scn_node *mixes;
    const struct scn_node *links, *scheds, *transports, *traces, *workloads, *nodes; /* types of models, "10gbe" */
};

struct scn_check {
    struct scn_study *study;
    struct sim_arena *arena;   /* the study's */
    struct sim_arena *scratch; /* paths and messages; gone after the check */
    struct scn_doc *doc;
    const struct scn_node *root;
    struct scn_names names;
    bool *network_used, *peer_used, *vm_used; /* by index */
    const struct scn_sweep *sweep;            /* whose point is checked */
    const struct scn_factor *factor;          /* of the point */
    size_t factors;
    bool workload_refused; /* some workload was in error: levels cannot miss it */
    struct scn_follow *follow;
};

struct scn_at {
    struct scn_check *c;
    const struct scn_node *node; /* NULL: not there */
    const char *path;            /* "vms.db.workloads.oltp"; "" at the top */
    struct sim_pos pos;
    struct sim_pos key_pos;
};

struct scn_follow { /* a name under `while` of a workload, to be found when all are known */
    struct scn_at at;
    const struct scn_vm *owner; /* NULL: a flow of a topology */
    const char *self;           /* the workload's own name */
    const struct vio_pace_while *follow;
    struct scn_follow *next;
};

struct scn_at scn_at_root(struct scn_check *c);
struct scn_at scn_at_key(struct scn_at at, const char *key);
struct scn_at scn_at_entry(struct scn_at at, size_t i);

void scn_error(struct scn_at at, const char *format, ...) __attribute__((format(printf, 2, 3)));
void scn_warn(struct scn_at at, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "a" or "an", as the word asks for. */
const char *scn_article(const char *word);

/* A position whose file name lives as long as the study. */
struct sim_pos scn_keep_pos(struct scn_check *c, struct sim_pos pos);

/* True if there is a mapping (list, scalar) here. Absent or empty: false, silently. Anything else: false, with an
 * error. */
bool scn_is_map(struct scn_at at);
bool scn_is_list(struct scn_at at);
/* The text of a scalar, or NULL: absent silently, anything else with an error. */
const char *scn_text(struct scn_at at);
/* How many items: of a list; 1 for a scalar or mapping in place of a list of one; 0 if absent. */
size_t scn_count(struct scn_at at);
/* Item i of what scn_count counted. */
struct scn_at scn_at_item(struct scn_at at, size_t i);

/* Complain about keys that neither the section nor `extra` (NULL-able) has, and required fields that are missing. */
void scn_check_keys(struct scn_at at, const struct scn_section *section, const struct sim_param *extra);
/* Defaults, then the values given. Keys that `section` (NULL-able) has itself are left to it. */
void scn_check_params(struct scn_at at, const struct sim_param *table, const struct scn_section *section, void *config);
/* The plain values of a section and its unknown keys, in one go; `extra` and its config may be NULL. */
void scn_check_section(struct scn_at at, const struct scn_section *section, void *config);
/* Warn that `key`, if given, is without effect; `why` says what it would need. */
void scn_warn_idle(struct scn_at at, const char *key, const char *why);
/* Complain about a name that cannot stand in a path: letters, digits, '-' and '_'. */
bool scn_check_name(struct scn_at at, const char *name);

/* Index of the name `text` among `names`, or SCN_NONE with an error that lists what there is. `what` is "network". */
size_t scn_resolve(struct scn_at at, const char *text, const struct scn_node *names, const char *what);
/* The same for the value of `key`; `dflt` if it is absent. */
size_t scn_resolve_key(struct scn_at at, const char *key, const struct scn_node *names, const char *what, size_t dflt);
/* A list of names at `key` as an arena array of indices; unresolved ones are left out (with an error). */
uint32_t *scn_resolve_list(struct scn_at at, const char *key, const struct scn_node *names, const char *what,
                           size_t *n);
/* A catalogue item of one of `categories` ("switch|director"), or NULL: absent silently, else with an error. */
const struct scn_item *scn_resolve_item(struct scn_at at, const char *categories);
const struct vio_link_type *scn_resolve_link(struct scn_at at, const char *key, const char *dflt);
/* A scheduler, by name or as {type: NAME, parameters}; its parameters into *config (the study's arena). */
const struct vio_sched_type *scn_resolve_sched(struct scn_at at, const char *key, const char *dflt,
                                               const void **config);
/* Complain if the scheduler cannot work with the classes on a link of rate_bps. */
void scn_check_sched(struct scn_at at, const struct vio_sched_type *type, const void *config,
                     const struct vio_class_config *cls, uint32_t classes, uint64_t rate_bps);
const struct vio_node_type *scn_resolve_node(struct scn_at at, const char *dflt, bool storage);
const struct vio_workload_type *scn_resolve_workload(struct scn_at at);
/* Fill names.links ... names.nodes. */
void scn_names_of_models(struct scn_check *c);

/* The rows of struct scn_frames, which `config` has as member `frames`. */
#define SCN_FRAMES_PARAMS(config)                                                                                      \
    {"mtu",                                                                                                            \
     SIM_PARAM_SIZE,                                                                                                   \
     offsetof(config, frames.mtu_B),                                                                                   \
     "0 B",                                                                                                            \
     NULL,                                                                                                             \
     NULL,                                                                                                             \
     "largest IP packet, as in 9000 B (jumbo frames); 0 B = the technology's",                                         \
     "design choice"},                                                                                                 \
        {"segment",                                                                                                    \
         SIM_PARAM_SIZE,                                                                                               \
         offsetof(config, frames.segment_B),                                                                           \
         "0 B",                                                                                                        \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         "InfiniBand: MTU, 256 B to 4096 B; PCI Express: maximum payload, 128 B to 4096 B; 0 B = the technology's",    \
         "IBA vol. 1 cl. 7.7; PCI Express Base 2.2"},                                                                  \
    {                                                                                                                  \
        "tagged", SIM_PARAM_BOOL, offsetof(config, frames.tagged), "no", NULL, NULL,                                   \
            "an 802.1Q tag of 4 B in every Ethernet frame", "IEEE 802.1Q cl. 9"                                        \
    }
/* Complain about frames that `link` does not have. */
void scn_check_frames(struct scn_at at, const struct vio_link_type *link, const struct scn_frames *frames);

/* A distribution: a scalar is a constant, a mapping names the kind. `row` gives type, default and range. */
void scn_check_dist(struct scn_at at, const struct sim_param *row, void *config);
/* A distribution of values of a plain row; a scalar is an error. Returns false after errors. */
bool scn_check_spread(struct scn_at at, const struct sim_param *row, struct sim_dist *out);

/* The sections, in the order in which they have to be read; each fills its part of the study. */
void scn_read_general(struct scn_check *c); /* name, time, replications, networks, classes, host, cost */
void scn_read_mixes(struct scn_check *c);
void scn_read_catalogue(struct scn_check *c);
void scn_read_racks(struct scn_check *c);
void scn_read_peers(struct scn_check *c); /* peers and storage */
void scn_read_vms(struct scn_check *c);   /* vms, servers, events */
void scn_read_designs(struct scn_check *c);
void scn_read_money(struct scn_check *c);  /* owned, growth, uncertain */
void scn_read_events(struct scn_check *c); /* those that are no workloads */
void scn_read_levels(struct scn_check *c);
void scn_read_topology(struct scn_check *c);
void scn_read_expect(struct scn_check *c);
void scn_read_series(struct scn_check *c);

/* Adapters of a VM class or a hypervisor (vnics, vhbas). */
void scn_read_adapters(struct scn_at at, struct scn_vm *vm);
/* Workload at `at` of `vm`, into *out; `event`: with at, for, of, to. Returns false after errors. */
bool scn_read_workload(struct scn_at at, struct scn_vm *vm, const struct scn_section *section,
                       struct scn_workload *out);
/* The type, parameters and transport of a workload or flow that speaks `proto` between its ends. */
bool scn_read_load(struct scn_at at, const struct scn_section *section, const struct vio_workload_type *type,
                   int network_kind, struct scn_workload *out);
/* The adapter of `vm` that `at` names by network or by its own name; without a name the only one of `kind`. Or -1. */
int32_t scn_workload_adapter(struct scn_at at, const struct scn_vm *vm, int kind);
/* The other end of the workload at `at`, on `network`, into *out. Returns false after errors. */
bool scn_workload_peer(struct scn_at at, uint32_t network, struct scn_workload *out);
/* BACKUP: the array it reads and the vHBA it reads through. */
bool scn_workload_san(struct scn_at at, const struct scn_vm *vm, struct scn_workload *out);
/* The profile of a workload, and whom it follows, into out->pace; `owner` is NULL for a flow of a topology. */
void scn_read_pace(struct scn_at at, const struct scn_vm *owner, struct scn_workload *out);
/* All workloads are known: complain about those that are followed and do not exist. */
void scn_check_follows(struct scn_check *c);
/* Complain about a workload that ends before it begins, or begins when the run is over. */
void scn_check_span(struct scn_at at, const struct scn_workload *wl);
/* A name no other workload of the n has: `dflt`, numbered if need be. */
const char *scn_unique_name(struct scn_check *c, const char *dflt, const struct scn_workload *workload, size_t n);

/* A failover at `at` (absent: the defaults of `dflt`). */
void scn_read_failover(struct scn_at at, int dflt, struct scn_failover *out);

/* Kinds of event that are no workloads, each with its section. NULL-terminated. */
struct scn_event_type {
    const char *kind;
    int number; /* enum scn_event_kind */
    const struct scn_section *section;
};
extern const struct scn_event_type scn_event_types[];
/* The type that the `kind` of an entry of events names, or NULL. */
const struct scn_event_type *scn_event_type_of(const struct scn_node *entry);

/* Sections of the schema, for the manual and for each other. */
extern const struct scn_section scn_section_root, scn_section_item, scn_section_peer, scn_section_storage,
    scn_section_vm, scn_section_adapter, scn_section_workload, scn_section_servers, scn_section_event,
    scn_section_level, scn_section_expect, scn_section_design, scn_section_topology, scn_section_network,
    scn_section_class, scn_section_mix, scn_section_pace, scn_section_time, scn_section_replications, scn_section_host,
    scn_section_cost, scn_section_racks, scn_section_series, scn_section_growth, scn_section_uncertain,
    scn_section_failover;

/* Whether a section has a key, as parameter or field. */
bool scn_section_has(const struct scn_section *section, const char *key);

#endif
