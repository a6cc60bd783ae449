/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/qos.h - what becomes of the class, guarantee and cap of a vNIC or vHBA at every hop of a design.
 *
 * A promise to a virtual adapter is kept only if every place where its packets can wait keeps it. A place is a core of
 * the software switch, a slot, a cable, or a group of parallel links among which a hash chooses. At each the class of
 * the adapter gets a share of the rate, if the scheduler there has such a thing, and the guarantees of that class must
 * fit into the share. Both directions of a cable are scheduled alike and promised the same, so a place is looked at
 * once.
 */
#ifndef SIM_PLAN_QOS_H
#define SIM_PLAN_QOS_H

#include <stdio.h>

#include "sim/kernel/diag.h"
#include "sim/plan/plan.h"

enum { PLAN_QOS_HOPS = 8 };

struct plan_qos_place {
    const char *what;                       /* "software switch", "adapter", "switch", "gateway slot" ... */
    const char *where;                      /* "hosts00/cna0/p1 > cee-edge-a1" */
    uint32_t links;                         /* parallel */
    uint64_t rate_bps;                      /* of each */
    const struct vio_egress_config *egress; /* of each; NULL = one FIFO queue */
    uint32_t guarantees;                    /* how many adapters with one pass here */
    uint64_t guaranteed_bps;                /* their sum */
    uint32_t class_guarantees[VIO_CLASSES]; /* the same by class */
    uint64_t class_bps[VIO_CLASSES];
};

struct plan_qos {
    const struct plan *plan;
    struct sim_arena arena;
    struct plan_qos_place *place; /* heap */
    size_t places, capacity;
    uint32_t (*chain)[PLAN_QOS_HOPS]; /* by endpoint: its places, in order from the server; UINT32_MAX ends */
};

/* Find the places of a feasible plan of a design and what is promised there. Owns: heap until plan_qos_fini(). */
void plan_qos_init(struct plan_qos *q, const struct plan *p);
void plan_qos_fini(struct plan_qos *q);

enum plan_qos_kind {
    PLAN_QOS_NONE,  /* first come, first served */
    PLAN_QOS_SHARE, /* at least *share_bps when all want to send */
    PLAN_QOS_FIRST, /* before all others: up to the whole rate */
    PLAN_QOS_REST   /* what more urgent classes leave */
};

/* What class tc gets at a place.
 * Units: *share_bps in bit/s over all links of the place. `why` gets the arithmetic, "class critical 25 of 100 on ...".
 */
enum plan_qos_kind plan_qos_share(const struct plan_qos *q, const struct plan_qos_place *place, uint32_t tc,
                                  double *share_bps, char *why, size_t why_size);

/* What a place carries in all, in bit/s, under the token bucket that it may have. */
double plan_qos_total_bps(const struct plan_qos_place *place);
/* "10 Gb/s", "2 x 10 Gb/s", "a token bucket of 800 Mb/s on 1 Gb/s". Returns: text. */
const char *plan_qos_rate(const struct plan_qos_place *place, char *text, size_t size);

/* What one direction of a policed virtual adapter is given: its guarantee as committed rate, its cap as peak rate. */
struct vio_class_config plan_qos_policed(const struct plan_endpoint *ep);

/* Whether the cap of an endpoint is policed at the director (vNICs there) or paced in the server. */
bool plan_qos_polices(const struct plan *p, const struct plan_endpoint *ep);

/* Tell of guarantees that the plan cannot give: errors where their sum is more than a place carries at all, warnings
 * where nothing sees to them or the class has too small a share. Each is said once, at the adapter's position. */
void plan_qos_check(const struct plan *p, struct sim_diags *diags);

/* Explain the mapping within 80 columns: the chain of each vNIC and vHBA of the first server of each kind. */
void plan_qos_print(const struct plan *p, FILE *out);

#endif
