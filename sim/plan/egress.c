/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/egress.c - the queue and transmitter of each direction of a cable, complete.
 *
 * What waits where: a host holds back packets in its transmit queue (txqueuelen), a switch in its port buffer. A
 * Fibre Channel or InfiniBand link never drops: its credits stop the sender. On converged Ethernet PFC does the same
 * for the lossless classes only. An adapter with a ring per class leaves what its port cannot take in the host: there
 * the queue of the class is, before the slot.
 */
#include <string.h>

#include "sim/plan/draft.h"

enum {
    HOST_QUEUE_PKTS = 1000, /* Linux txqueuelen; docs/assumptions.md A-026 */
    CORE_QUEUE_PKTS = 512,  /* of a core switch's port; docs/assumptions.md A-027 */
    FCOE_MTU_B = 2240       /* mini-jumbo frame that holds an FC frame; facts.md 2.2 */
};

static const uint64_t RINGS_FROM_BPS = UINT64_C(10000000000); /* docs/assumptions.md A-130 */

bool draft_pfc_thresholds(const struct vio_link_type *link, double length_m, uint64_t buffer_B,
                          struct vio_egress_config *out)
{
    uint64_t mtu_B = out->mtu_B > FCOE_MTU_B ? out->mtu_B : FCOE_MTU_B;
    uint64_t headroom_B = vio_headroom_nic_B(link->rate_bps, length_m, (uint32_t)mtu_B);

    if (buffer_B < headroom_B + 2 * mtu_B)
        return false;
    out->headroom_B = headroom_B;
    out->xoff_B = buffer_B - out->headroom_B;
    out->xon_B = out->xoff_B - mtu_B; /* [S45] */
    return true;
}

/* Classes of a scheduled egress; a fifo has one. */
static void egress_classes(const struct draft *d, const struct scn_connection *c, bool protect,
                           struct vio_egress_config *e)
{
    if (!c->sched || strcmp(c->sched->type, "fifo") == 0)
        return;
    e->sched = c->sched;
    e->sched_config = c->sched_config;
    e->classes = (uint32_t)d->study->classes;
    for (uint32_t i = 0; i < e->classes; i++)
        e->cls[i] = scn_class_config(&d->study->class_[i], protect);
}

static struct vio_egress_config egress_make(const struct draft *d, const struct draft_direction *way)
{
    const struct scn_connection *c = way->connection;
    const struct vio_link_type *link = way->link;
    const enum draft_end at = way->end;
    struct vio_egress_config e;
    bool pfc = c && c->pfc && (at == DRAFT_HOST || at == DRAFT_EDGE);
    bool fc = draft_link_is_fc(link);
    bool credits = link->flow_control == VIO_FLOW_BB_CREDIT || link->flow_control == VIO_FLOW_VL_CREDIT;

    vio_egress_defaults(&e, link);
    e.length_m = way->length_m;
    e.latency_ps = way->latency_ps;
    e.limit_pkts = at == DRAFT_HOST ? HOST_QUEUE_PKTS : at == DRAFT_CORE || !c ? CORE_QUEUE_PKTS : c->queue_pkts;
    if (c && link->mtu_max_B) { /* a connection's frames are those of its uplinks too */
        e.mtu_B = (uint32_t)c->frames.mtu_B;
        e.tagged = c->frames.tagged;
    }
    if (c && link == c->link)
        e.segment_B = (uint32_t)c->frames.segment_B;
    if (c && !fc) /* Fibre Channel carries storage only: one class */
        egress_classes(d, c, pfc || credits, &e);
    if (credits && (at != DRAFT_HOST || e.classes == 1)) {
        e.limit_pkts = 0; /* the sender's credits bound what waits here */
        for (uint32_t i = 0; i < e.classes; i++)
            e.cls[i].lossless = true;
    }
    if (pfc) {
        e.flow_control = VIO_FLOW_PFC;
        draft_pfc_thresholds(link, way->length_m, c->buffer_B, &e);
    }
    return e;
}

static const struct vio_egress_config *egress_keep(struct draft *d, struct vio_egress_config e)
{
    struct vio_egress_config *kept = sim_arena_alloc(&d->p->arena, 1, sizeof *kept);

    *kept = e;
    return kept;
}

static bool egress_is_like(const struct draft_direction *a, const struct draft_direction *b)
{
    return a->connection == b->connection && a->link == b->link && a->length_m == b->length_m && a->end == b->end &&
           a->latency_ps == b->latency_ps;
}

const struct vio_egress_config *draft_egress(struct draft *d, const struct scn_connection *c,
                                             const struct vio_link_type *link, double length_m, enum draft_end at,
                                             const struct plan_node *to)
{
    struct draft_direction way = {.connection = c, .link = link, .length_m = length_m, .end = (int)at};

    if (d->p->bill_only)
        return NULL;
    way.latency_ps = draft_latency_ps(to);
    for (size_t i = d->directions; i-- > 0;)
        if (egress_is_like(&d->direction[i], &way))
            return d->direction[i].egress;
    way.egress = egress_keep(d, egress_make(d, &way));
    d->direction = sim_grow(d->direction, &d->directions_capacity, d->directions + 1, sizeof *d->direction);
    d->direction[d->directions++] = way;
    return way.egress;
}

/* Whether the adapters of a connection have a transmit ring per class, of which more than one is in use. */
static bool egress_has_rings(const struct scn_connection *c)
{
    if (!c->sched || strcmp(c->sched->type, "fifo") == 0 || draft_link_is_fc(c->link))
        return false;
    return c->rings == SCN_RINGS_PER_CLASS || (c->rings == SCN_RINGS_AUTO && c->link->rate_bps >= RINGS_FROM_BPS);
}

const struct vio_egress_config *draft_slot_egress(struct draft *d, const struct scn_connection *c,
                                                  const struct vio_link_type *pcie)
{
    struct vio_egress_config e;

    vio_egress_defaults(&e, pcie);
    if (!egress_has_rings(c))
        return egress_keep(d, e);
    egress_classes(d, c, c->pfc || c->link->flow_control == VIO_FLOW_VL_CREDIT, &e);
    /* what holds back or drops on purpose does it at the port, once */
    if (e.sched->admit || (e.sched->shapes && !e.sched->append)) {
        e.sched = vio_sched_find("drr");
        e.sched_config = NULL;
    }
    e.flow_control = VIO_FLOW_DESCRIPTORS;
    e.credits = c->ahead_pkts;
    e.limit_pkts = HOST_QUEUE_PKTS;
    return egress_keep(d, e);
}
