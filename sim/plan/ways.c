/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/ways.c - whether every flow has a way there and back over links that carry its protocol, and over none that
 * is not meant for its network.
 *
 * A trunk port carries the VLANs it is configured for, a zone the ports that are in it. The walk goes along the very
 * cables that the flow will take, so a way that leads through somebody else's network is refused before anything runs.
 */
#include "sim/plan/draft.h"
#include "sim/plan/route.h"

/* Whether a peer is on a network: one of its endpoints is. */
static bool ways_peer_is_on(const struct plan *p, uint32_t node, uint32_t network)
{
    for (size_t i = 0; i < p->endpoints; i++)
        if (p->endpoint[i].node == node && p->endpoint[i].network == network)
            return true;
    return false;
}

/* Whether a cable is meant for a network: what its connection carries, what its uplink leads to, who is behind it. */
static bool ways_network(const struct draft *d, const struct plan_cable *c, uint32_t network)
{
    const bool fc = d->design && d->study->network[network].kind == SCN_FC;

    if (!d->design)
        return true;
    if (c->uplink)
        return c->uplink->to_fc == fc && draft_carries(d, &d->design->connection[c->uplink->connection], network);
    if (c->connection != DRAFT_NONE)
        return draft_carries(d, &d->design->connection[c->connection], network);
    return ways_peer_is_on(d->p, c->b, network);
}

/* The way of a flow from one endpoint to another. */
static bool ways_walk(struct draft *d, struct plan_routes *r, const struct plan_flow_set *f,
                      const struct plan_stream *s, uint32_t from, uint32_t to)
{
    const struct plan *p = d->p;
    const enum vio_proto proto = s->transport->proto;
    struct plan_hop way[PLAN_ROUTE_MAX];
    const size_t n = plan_route(r, &p->endpoint[from], &p->endpoint[to], proto, s->hash, way);
    bool carried = n > 0;

    for (size_t i = 0; i < n; i++)
        carried = carried && p->cable[way[i].cable].link->framing[proto].carried;
    if (!carried)
        return draft_fail(d, "%s: no way from %s to %s and back over links that carry %s", f->path,
                          p->endpoint[s->from].path, p->endpoint[s->to].path, s->transport->type);
    for (size_t i = 0; i < n; i++) {
        const struct plan_cable *c = &p->cable[way[i].cable];

        if (!ways_network(d, c, p->endpoint[from].network))
            return draft_fail(d,
                              "%s: its way from %s to %s leads over %s (%s %s - %s), which does not carry network %s",
                              f->path, p->endpoint[from].path, p->endpoint[to].path, c->label, p->node[c->a].path,
                              c->a_port, p->node[c->b].path, d->study->network[p->endpoint[from].network].name);
    }
    return true;
}

bool draft_check_ways(struct draft *d)
{
    const struct plan *p = d->p;
    struct plan_routes routes;
    bool fine = true;

    plan_routes_init(&routes, p);
    for (size_t i = 0; i < p->flows && fine; i++) {
        const struct plan_flow_set *f = &p->flow[i];

        for (uint32_t k = 0; k < plan_streams(f) && fine; k++) {
            const struct plan_stream s = plan_stream(p, f, k);

            fine = ways_walk(d, &routes, f, &s, s.from, s.to) && ways_walk(d, &routes, f, &s, s.to, s.from);
        }
    }
    plan_routes_fini(&routes);
    return fine;
}
