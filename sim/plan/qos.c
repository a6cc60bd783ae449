/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/qos.c - the places where packets of a vNIC or vHBA can wait, and what is promised there.
 *
 * The chain of an endpoint leads from its server to the port of whom it talks to: core of the software switch (vNICs),
 * slot, cable, slot of the gateway module, uplinks, ports of the peer. Uplinks and peers' ports are groups, as the hash
 * of a flow decides on the member: a share of the group is what the hash gives on average, see plan_uplink_balance().
 */
#include "sim/plan/qos.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel/assert.h"

enum { QOS_FRAME_B = 1500 }; /* at which the software switch's rate is stated */

/* Of the links of an uplink at an edge, or of a peer: the first, how many, and their place once it is made. */
struct qos_group {
    const struct plan_cable *first;
    uint32_t links, place;
};

/* Places while they are found: one for each core, slot, cable and group, made when the first endpoint passes it. */
struct qos_finder {
    struct plan_qos *q;
    uint32_t *core, *slot, *cable; /* places or UINT32_MAX: by node and core of the switch; by slot; by cable */
    struct qos_group *uplink;      /* by edge, uplink of the design, and whether to the slots of modules */
    struct qos_group *peer;        /* by node */
};

static uint32_t qos_place(struct plan_qos *q, const char *what, const char *where, uint64_t rate_bps,
                          const struct vio_egress_config *egress, uint32_t links)
{
    q->place = sim_grow(q->place, &q->capacity, q->places + 1, sizeof *q->place);
    q->place[q->places] =
        (struct plan_qos_place){.what = what, .where = where, .links = links, .rate_bps = rate_bps, .egress = egress};
    return (uint32_t)q->places++;
}

static uint32_t *qos_no_places(size_t n)
{
    uint32_t *place = sim_alloc(n + 1, sizeof *place);

    memset(place, 0xff, (n + 1) * sizeof *place);
    return place;
}

static struct qos_group *qos_group_of(const struct qos_finder *f, uint32_t edge, const struct scn_uplink *u, bool slots)
{
    const struct scn_design *design = f->q->plan->design;

    return &f->uplink[2 * (edge * design->uplinks + (size_t)(u - design->uplink)) + slots];
}

static void qos_group_add(struct qos_group *g, const struct plan_cable *c)
{
    if (g->links++ == 0)
        *g = (struct qos_group){.first = c, .links = 1, .place = UINT32_MAX};
}

static void qos_finder_init(struct qos_finder *f, struct plan_qos *q)
{
    const struct plan *p = q->plan;

    *f = (struct qos_finder){.q = q};
    f->core = qos_no_places(p->nodes * p->study->host.io_cores);
    f->slot = qos_no_places(p->slots);
    f->cable = qos_no_places(p->cables);
    f->uplink = sim_alloc(2 * p->nodes * p->design->uplinks + 1, sizeof *f->uplink);
    f->peer = sim_alloc(p->nodes + 1, sizeof *f->peer);
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];

        if (c->uplink)
            qos_group_add(qos_group_of(f, c->edge, c->uplink, p->node[c->b].tier == PLAN_MODULE), c);
        if (p->node[c->b].tier == PLAN_PEER)
            qos_group_add(&f->peer[c->b], c);
    }
}

static void qos_finder_fini(struct qos_finder *f)
{
    free(f->core);
    free(f->slot);
    free(f->cable);
    free(f->uplink);
    free(f->peer);
}

static uint64_t qos_rate_bps(const struct vio_egress_config *e)
{
    return e->rate_bps ? e->rate_bps : e->link->rate_bps;
}

/* The core of the software switch that an endpoint's packets pass; pass-through has one of the guest's own. */
static uint32_t qos_processor(struct qos_finder *f, uint32_t endpoint)
{
    struct plan_qos *q = f->q;
    const struct plan *p = q->plan;
    const struct plan_endpoint *ep = &p->endpoint[endpoint];
    const struct scn_host *h = &p->study->host;
    const bool shared = p->design->software_switch;
    const double cycles = shared ? h->switch_cycles_per_packet + QOS_FRAME_B * h->switch_cycles_per_B
                                 : h->direct_cycles_per_packet + QOS_FRAME_B * h->direct_cycles_per_B;
    const uint64_t rate_bps = (uint64_t)(cycles > 0 ? vio_link_bits(h->clock_hz / cycles * QOS_FRAME_B) : 1e15);
    uint32_t *place;

    if (!shared)
        return qos_place(q, "guest driver", sim_arena_printf(&q->arena, "%s/cpu", ep->path), rate_bps, NULL, 1);
    place = &f->core[ep->node * h->io_cores + endpoint % h->io_cores];
    if (*place == UINT32_MAX)
        *place = qos_place(q, "software switch",
                           sim_arena_printf(&q->arena, "%s/cpu%u", p->node[ep->node].path, endpoint % h->io_cores),
                           rate_bps, NULL, 1);
    return *place;
}

static uint32_t qos_slot(struct qos_finder *f, uint32_t slot)
{
    const struct plan *p = f->q->plan;
    const struct plan_slot *s = &p->slot[slot];

    if (f->slot[slot] == UINT32_MAX)
        f->slot[slot] =
            qos_place(f->q, "slot", sim_arena_printf(&f->q->arena, "%s/slot%u", p->node[s->node].path, s->slot),
                      s->pcie->rate_bps, s->tx->sched ? s->tx : NULL, 1);
    return f->slot[slot];
}

static uint32_t qos_cable(struct qos_finder *f, uint32_t cable)
{
    const struct plan *p = f->q->plan;
    const struct plan_cable *c = &p->cable[cable];

    if (f->cable[cable] == UINT32_MAX)
        f->cable[cable] =
            qos_place(f->q, "adapter and edge",
                      sim_arena_printf(&f->q->arena, "%s/%s - %s", p->node[c->a].path, c->a_port, p->node[c->b].path),
                      qos_rate_bps(c->up), c->up, 1);
    return f->cable[cable];
}

/* The parallel links of an uplink at an edge, those to the modules' slots or those to the core; UINT32_MAX: none. */
static uint32_t qos_uplink(struct qos_finder *f, uint32_t edge, const struct scn_uplink *u, bool slots)
{
    struct qos_group *g = qos_group_of(f, edge, u, slots);

    if (!g->first)
        return UINT32_MAX;
    if (g->place == UINT32_MAX)
        g->place = qos_place(f->q, slots ? "gateway slot" : "uplink",
                             sim_arena_printf(&f->q->arena, "%s %s", f->q->plan->node[edge].path, u->name),
                             qos_rate_bps(g->first->up), g->first->up, g->links);
    return g->place;
}

/* The ports of a peer; UINT32_MAX: it is none. */
static uint32_t qos_peer(struct qos_finder *f, uint32_t node)
{
    struct qos_group *g = &f->peer[node];

    if (!g->first)
        return UINT32_MAX;
    if (g->place == UINT32_MAX)
        g->place =
            qos_place(f->q, "peer", f->q->plan->node[node].path, qos_rate_bps(g->first->up), g->first->up, g->links);
    return g->place;
}

static void qos_step(uint32_t *chain, uint32_t place)
{
    for (size_t i = 0; i < PLAN_QOS_HOPS; i++) {
        if (chain[i] == place)
            return;
        if (chain[i] == UINT32_MAX) {
            chain[i] = place;
            return;
        }
    }
}

/* From the server to the uplinks. */
static void qos_server_chain(struct qos_finder *f, uint32_t endpoint)
{
    const struct plan *p = f->q->plan;
    const struct plan_endpoint *ep = &p->endpoint[endpoint];
    const struct plan_cable *c = &p->cable[ep->cable];
    const bool fc = p->study->network[ep->network].kind == SCN_FC;
    uint32_t *chain = f->q->chain[endpoint];

    if (!fc)
        qos_step(chain, qos_processor(f, endpoint));
    if (c->slot >= 0 && p->slot[c->slot].pcie)
        qos_step(chain, qos_slot(f, (uint32_t)c->slot));
    qos_step(chain, qos_cable(f, (uint32_t)ep->cable));
    for (size_t i = 0; i < p->design->uplinks; i++) {
        const struct scn_uplink *u = &p->design->uplink[i];

        if (u->connection != c->connection || u->to_fc != fc)
            continue;
        qos_step(chain, qos_uplink(f, c->b, u, true));
        qos_step(chain, qos_uplink(f, c->b, u, false));
    }
}

static void qos_promise(struct plan_qos *q, uint32_t endpoint)
{
    const struct plan_endpoint *ep = &q->plan->endpoint[endpoint];

    for (size_t i = 0; i < PLAN_QOS_HOPS && q->chain[endpoint][i] != UINT32_MAX; i++) {
        struct plan_qos_place *place = &q->place[q->chain[endpoint][i]];

        if (!ep->guarantee_bps)
            continue;
        place->guarantees++;
        place->guaranteed_bps += ep->guarantee_bps;
        place->class_guarantees[ep->tc]++;
        place->class_bps[ep->tc] += ep->guarantee_bps;
    }
}

void plan_qos_init(struct plan_qos *q, const struct plan *p)
{
    struct qos_finder finder;

    SIM_ASSERT(p->feasible && p->design);
    *q = (struct plan_qos){.plan = p};
    sim_arena_init(&q->arena);
    q->chain = sim_arena_alloc(&q->arena, p->endpoints + 1, sizeof *q->chain);
    memset(q->chain, 0xff, (p->endpoints + 1) * sizeof *q->chain);
    qos_finder_init(&finder, q);
    for (uint32_t e = 0; e < p->endpoints; e++)
        if (p->endpoint[e].adapter)
            qos_server_chain(&finder, e);
    for (size_t i = 0; i < p->flows; i++) {
        const struct plan_flow_set *f = &p->flow[i];

        qos_step(q->chain[f->home], qos_peer(&finder, p->endpoint[f->peer].node));
        if (f->san_home >= 0)
            qos_step(q->chain[f->san_home], qos_peer(&finder, p->endpoint[f->san_peer].node));
    }
    qos_finder_fini(&finder);
    for (uint32_t e = 0; e < p->endpoints; e++)
        qos_promise(q, e);
}

void plan_qos_fini(struct plan_qos *q)
{
    free(q->place);
    sim_arena_fini(&q->arena);
    *q = (struct plan_qos){0};
}

bool plan_qos_polices(const struct plan *p, const struct plan_endpoint *ep)
{
    return ep->cap_bps && ep->cable >= 0 && p->design && p->study->network[ep->network].kind != SCN_FC &&
           strcmp(p->node[p->cable[ep->cable].b].node->type, "director") == 0;
}

struct vio_class_config plan_qos_policed(const struct plan_endpoint *ep)
{
    return (struct vio_class_config){.weight = 1, .cir_bps = ep->guarantee_bps, .pir_bps = ep->cap_bps};
}
