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

/* The place named `where`, made with `what` if it is not there yet. */
static uint32_t qos_place(struct plan_qos *q, const char *what, const char *where, uint64_t rate_bps,
                          const struct vio_egress_config *egress, uint32_t links)
{
    for (size_t i = q->places; i-- > 0;)
        if (strcmp(q->place[i].where, where) == 0 && strcmp(q->place[i].what, what) == 0)
            return (uint32_t)i;
    q->place = sim_grow(q->place, &q->capacity, q->places + 1, sizeof *q->place);
    q->place[q->places] =
        (struct plan_qos_place){.what = what, .where = where, .links = links, .rate_bps = rate_bps, .egress = egress};
    return (uint32_t)q->places++;
}

static uint64_t qos_rate_bps(const struct vio_egress_config *e)
{
    return e->rate_bps ? e->rate_bps : e->link->rate_bps;
}

/* The core of the software switch that an endpoint's packets pass; pass-through has one of the guest's own. */
static uint32_t qos_processor(struct plan_qos *q, uint32_t endpoint)
{
    const struct plan *p = q->plan;
    const struct plan_endpoint *ep = &p->endpoint[endpoint];
    const struct scn_host *h = &p->study->host;
    const bool shared = p->design->software_switch;
    const double cycles = shared ? h->switch_cycles_per_packet + QOS_FRAME_B * h->switch_cycles_per_B
                                 : h->direct_cycles_per_packet + QOS_FRAME_B * h->direct_cycles_per_B;
    const double rate_bps = cycles > 0 ? vio_link_bits(h->clock_hz / cycles * QOS_FRAME_B) : 1e15;
    const char *where = shared ? sim_arena_printf(&q->arena, "%s/cpu%u", p->node[ep->node].path, endpoint % h->io_cores)
                               : sim_arena_printf(&q->arena, "%s/cpu", ep->path);

    return qos_place(q, shared ? "software switch" : "guest driver", where, (uint64_t)rate_bps, NULL, 1);
}

static uint32_t qos_cable(struct plan_qos *q, uint32_t cable)
{
    const struct plan *p = q->plan;
    const struct plan_cable *c = &p->cable[cable];

    return qos_place(q, "adapter and edge",
                     sim_arena_printf(&q->arena, "%s/%s - %s", p->node[c->a].path, c->a_port, p->node[c->b].path),
                     qos_rate_bps(&c->up), &c->up, 1);
}

/* The parallel links of an uplink at an edge, those to the modules' slots or those to the core; UINT32_MAX: none. */
static uint32_t qos_uplink(struct plan_qos *q, uint32_t edge, const struct scn_uplink *u, bool slots)
{
    const struct plan *p = q->plan;
    const struct plan_cable *first = NULL;
    uint32_t links = 0;

    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];

        if (c->uplink != u || c->edge != edge || (p->node[c->b].tier == PLAN_MODULE) != slots)
            continue;
        first = links++ ? first : c;
    }
    if (!first)
        return UINT32_MAX;
    return qos_place(q, slots ? "gateway slot" : "uplink",
                     sim_arena_printf(&q->arena, "%s %s", p->node[edge].path, u->name), qos_rate_bps(&first->up),
                     &first->up, links);
}

/* The ports of a peer. */
static uint32_t qos_peer(struct plan_qos *q, uint32_t node)
{
    const struct plan *p = q->plan;
    const struct plan_cable *first = NULL;
    uint32_t links = 0;

    for (size_t i = 0; i < p->cables; i++)
        if (p->cable[i].b == node)
            first = links++ ? first : &p->cable[i];
    if (!first || p->node[node].tier != PLAN_PEER)
        return UINT32_MAX;
    return qos_place(q, "peer", p->node[node].path, qos_rate_bps(&first->up), &first->up, links);
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
static void qos_server_chain(struct plan_qos *q, uint32_t endpoint)
{
    const struct plan *p = q->plan;
    const struct plan_endpoint *ep = &p->endpoint[endpoint];
    const struct plan_cable *c = &p->cable[ep->cable];
    const bool fc = p->study->network[ep->network].kind == SCN_FC;
    uint32_t *chain = q->chain[endpoint];

    if (!fc)
        qos_step(chain, qos_processor(q, endpoint));
    if (c->slot >= 0 && p->slot[c->slot].pcie)
        qos_step(chain,
                 qos_place(
                     q, "slot", sim_arena_printf(&q->arena, "%s/slot%u", p->node[ep->node].path, p->slot[c->slot].slot),
                     p->slot[c->slot].pcie->rate_bps, p->slot[c->slot].tx.sched ? &p->slot[c->slot].tx : NULL, 1));
    qos_step(chain, qos_cable(q, (uint32_t)ep->cable));
    for (size_t i = 0; i < p->design->uplinks; i++) {
        const struct scn_uplink *u = &p->design->uplink[i];

        if (u->connection != c->connection || u->to_fc != fc)
            continue;
        qos_step(chain, qos_uplink(q, c->b, u, true));
        qos_step(chain, qos_uplink(q, c->b, u, false));
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
    SIM_ASSERT(p->feasible && p->design);
    *q = (struct plan_qos){.plan = p};
    sim_arena_init(&q->arena);
    q->chain = sim_arena_alloc(&q->arena, p->endpoints + 1, sizeof *q->chain);
    memset(q->chain, 0xff, (p->endpoints + 1) * sizeof *q->chain);
    for (uint32_t e = 0; e < p->endpoints; e++)
        if (p->endpoint[e].adapter)
            qos_server_chain(q, e);
    for (size_t i = 0; i < p->flows; i++) {
        const struct plan_flow_set *f = &p->flow[i];

        qos_step(q->chain[f->home], qos_peer(q, p->endpoint[f->peer].node));
        if (f->san_home >= 0)
            qos_step(q->chain[f->san_home], qos_peer(q, p->endpoint[f->san_peer].node));
    }
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
