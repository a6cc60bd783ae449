/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/event.h - events of a checked scenario that are no workloads, and how failures are dealt with.
 */
#ifndef SIM_SCENARIO_EVENT_H
#define SIM_SCENARIO_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/diag.h"
#include "sim/kernel/time.h"

struct scn_workload;

enum scn_mechanism {
    SCN_FAILOVER_NONE,
    SCN_FAILOVER_NIC_TEAM,
    SCN_FAILOVER_FABRIC,
    SCN_FAILOVER_HA_PAIR,
    SCN_FAILOVER_LACP_FAST,
    SCN_FAILOVER_LACP_SLOW,
    SCN_FAILOVER_MULTIPATH
};

struct scn_failover { /* how a failure is noticed, and what is done then */
    int mechanism;    /* enum scn_mechanism */
    sim_time detection_ps, switch_over_ps;
    sim_time switch_back_ps; /* after the repair; 0 = flows stay where they are */
};

enum scn_event_kind {
    SCN_EVENT_FAIL,
    SCN_EVENT_REPAIR,
    SCN_EVENT_FLAP,
    SCN_EVENT_RANDOM,
    SCN_EVENT_ADD,
    SCN_EVENT_REMOVE,
    SCN_EVENT_MIGRATE,
    SCN_EVENT_INSTALL,
    SCN_EVENT_QOS,
    SCN_EVENT_KINDS
};

enum scn_part { /* what fails */
                SCN_PART_LINK,
                SCN_PART_PORT,
                SCN_PART_ADAPTER,
                SCN_PART_UPLINK,
                SCN_PART_EDGE,
                SCN_PART_DIRECTOR,
                SCN_PART_MODULE,
                SCN_PART_NODE,
                SCN_PART_SERVER,
                SCN_PARTS
};

struct scn_event { /* events: what is no workload */
    const char *name;
    int kind; /* enum scn_event_kind */
    sim_time at_ps, for_ps;
    uint32_t *design; /* designs it happens in, indices; NULL = all */
    size_t designs;
    int part;           /* enum scn_part: FAIL, REPAIR, FLAP, RANDOM */
    const char *target; /* LINK, NODE: a name of the plan; else lan, san, or a connection or uplink */
    const char *server; /* "hosts03": SERVER, PORT, ADAPTER, INSTALL; MIGRATE: where to; or NULL */
    int side;           /* EDGE, DIRECTOR: 0 = a, 1 = b */
    uint32_t number;    /* 1..: of its kind, in the order of the plan */
    uint32_t times;     /* FLAP */
    sim_time period_ps;
    sim_time mtbf_ps, mttr_ps; /* RANDOM */
    const char *vm;            /* "hosts03/db1"; or NULL: all VMs of class `of` */
    int32_t of, adapter;       /* VM class and its adapter; -1 */
    sim_time attach_ps, stun_ps, reboot_ps;
    uint64_t memory_B, dirty_bps;
    struct scn_workload *copy; /* MIGRATE, INSTALL with `server_to`: what moves the memory */
    const char *server_to;     /* INSTALL: where the VMs go meanwhile; or NULL */
    uint32_t network;          /* that the copy goes over */
    int32_t tc;                /* QOS: class; -1 = as it was */
    double weight;             /* QOS: of the class, everywhere; 0 = as it was */
    uint64_t cap_bps;          /* QOS: 0 = as it was */
    uint64_t guarantee_bps;
    struct sim_pos pos, target_pos;
};

/* "fail", "hot-add" ... */
const char *scn_event_kind_name(int kind);
/* "link", "adapter" ... */
const char *scn_part_name(int part);

#endif
