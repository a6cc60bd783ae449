/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/day_private.h - the inside of the events of the day; for sim/plan/day*.c only.
 */
#ifndef SIM_PLAN_DAY_PRIVATE_H
#define SIM_PLAN_DAY_PRIVATE_H

#include "sim/plan/build_private.h"
#include "sim/plan/day.h"

enum { DAY_WAYS = 2 }; /* there, back */

struct day_way {
    const struct vio_path *path;
    uint32_t *cable;
    uint32_t n;
};

struct day_flow {
    struct vio_flow *flow;
    struct vio_flow *driver; /* its work on the core of its source; NULL: none */
    struct plan_stream st;
    struct vio_vnic *vnic;
    struct day_way now[DAY_WAYS], home[DAY_WAYS];
    const struct scn_failover *away; /* what took it from its first ways; NULL: it is on them */
    sim_time away_ps;                /* since */
};

struct day_event {
    struct plan_day *day;
    const struct plan_event *plan;
    struct plan_day_result *result;
    bool down;                   /* FAIL: it still is */
    struct sim_event begin, end; /* what `end` is depends on the kind: repair, attach, up again */
    uint32_t left;               /* FLAP: failures to come; MIGRATE, INSTALL: VMs that have not moved */
    struct day_part *part;       /* RANDOM: each with a clock of its own */
    struct day_move *move;
    bool *hit;
    uint32_t reviews; /* to come */
};

struct day_part { /* RANDOM */
    struct day_event *event;
    const struct plan_part *part;
    struct sim_event next;
    struct sim_stream stream;
    bool down;
};

struct day_move { /* a VM on its way */
    struct day_event *event;
    const struct plan_move *plan;
};

struct day_review { /* of all flows, when a failure has been noticed or a part has come back */
    struct plan_day *day;
    struct sim_event ev;
    struct day_event *cause;
    bool back;               /* home, if the first way is alive */
    struct day_review *next; /* free */
};

struct day_sample { /* at the begin of a phase */
    struct plan_day *day;
    struct sim_event ev;
    uint64_t retried; /* until then, since the end of the warm-up */
};

struct plan_day {
    struct build *b;
    struct plan_endpoint *endpoint; /* as they are now: node and cable change */
    uint32_t *vm_of;                /* by endpoint */
    const char **vm_name;
    uint32_t vms;
    struct day_flow *flow; /* heap */
    size_t flows, flows_capacity;
    struct vio_workload **workload; /* heap; by flow set */
    size_t workloads, workloads_capacity;
    uint32_t *down;                   /* by cable: faults */
    sim_time *since_ps, *repaired_ps; /* by cable: when it failed, and was whole again, last */
    struct day_event **culprit;       /* by cable: the event in which it failed last */
    struct day_event *event;
    struct plan_day_result *result;
    size_t events;
    sim_time *begin_ps; /* of the phases */
    uint32_t phases;
    const struct vio_path *nowhere;
    struct plan_routes routes; /* around `closed` */
    bool routes_made, *closed, *wanted;
    struct day_review *idle;
    struct day_sample *sample; /* by phase */
};

/* What notices that `cable` has failed under a flow; mechanism none: nobody. */
const struct scn_failover *day_failover(const struct plan_day *d, const struct day_flow *f, uint32_t cable);
bool day_flow_is_dead(const struct plan_day *d, const struct day_flow *f);

/* Part fails or is repaired, because of `e`; reviews are set. */
void day_part_fails(struct day_event *e, const struct plan_part *part);
void day_part_repaired(struct day_event *e, const struct plan_part *part);

/* Take the flows of an endpoint off; find their ways where it is now, and put them on. */
void day_detach(struct plan_day *d, uint32_t endpoint);
void day_attach(struct plan_day *d, uint32_t endpoint);

/* Look for a way of the flow around what is known to be dead, from other ports of its pairs if need be; take it.
 * Returns: false if there is none; the flow stays as it is. */
bool day_reroute(struct plan_day *d, struct day_flow *f);

/* Count the VMs that are cut off because of `e`. */
void day_count_cut(struct day_event *e);

/* Schedule the event. */
void day_event_set(struct day_event *e);

#endif
