/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/ways.c - whether every flow has a way there and back over links that carry its protocol.
 */
#include "sim/plan/draft.h"
#include "sim/plan/route.h"

/* Whether there is a way from one endpoint to another that carries `proto` all along. */
static bool ways_reach(struct plan_routes *r, const struct plan *p, uint32_t from, uint32_t to, enum vio_proto proto)
{
    struct plan_hop way[PLAN_ROUTE_MAX];
    const size_t n = plan_route(r, &p->endpoint[from], &p->endpoint[to], proto, 0, way);

    for (size_t i = 0; i < n; i++)
        if (!p->cable[way[i].cable].link->framing[proto].carried)
            return false;
    return n > 0;
}

bool draft_check_ways(struct draft *d)
{
    const struct plan *p = d->p;
    struct plan_routes routes;
    bool fine = true;

    plan_routes_init(&routes, p);
    for (size_t i = 0; i < p->flows && fine; i++) {
        const struct plan_flow_set *f = &p->flow[i];
        const struct vio_transport_type *type = f->workload->transport;

        fine = ways_reach(&routes, p, f->home, f->peer, type->proto) &&
               ways_reach(&routes, p, f->peer, f->home, type->proto);
        if (!fine)
            draft_fail(d, "%s: no way from %s to %s and back over links that carry %s", f->path,
                       p->endpoint[f->home].path, p->endpoint[f->peer].path, type->type);
    }
    plan_routes_fini(&routes);
    return fine;
}
