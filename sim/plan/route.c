/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/route.c - shortest ways, by breadth-first search from each target, once.
 */
#include "sim/plan/route.h"

#include <stdlib.h>

#include "sim/kernel/assert.h"

enum { ROUTE_FAR = UINT16_MAX };

void plan_routes_init(struct plan_routes *r, const struct plan *plan)
{
    uint32_t *fill;

    *r = (struct plan_routes){.plan = plan};
    r->first = sim_alloc(plan->nodes + 1, sizeof *r->first);
    r->cable = sim_alloc(2 * plan->cables + 1, sizeof *r->cable);
    r->queue = sim_alloc(plan->nodes + 1, sizeof *r->queue);
    for (int proto = 0; proto < VIO_PROTOS; proto++)
        r->distance[proto] = sim_alloc(plan->nodes + 1, sizeof *r->distance[proto]);
    for (size_t i = 0; i < plan->cables; i++) {
        r->first[plan->cable[i].a + 1]++;
        r->first[plan->cable[i].b + 1]++;
    }
    for (size_t n = 0; n < plan->nodes; n++)
        r->first[n + 1] += r->first[n];
    fill = sim_alloc(plan->nodes + 1, sizeof *fill);
    for (size_t i = 0; i < plan->cables; i++) {
        uint32_t a = plan->cable[i].a, b = plan->cable[i].b;

        r->cable[r->first[a] + fill[a]++] = (uint32_t)i;
        r->cable[r->first[b] + fill[b]++] = (uint32_t)i;
    }
    free(fill);
}

void plan_routes_fini(struct plan_routes *r)
{
    for (int proto = 0; proto < VIO_PROTOS; proto++) {
        for (size_t n = 0; n < r->plan->nodes; n++)
            free(r->distance[proto][n]);
        free(r->distance[proto]);
    }
    free(r->first);
    free(r->cable);
    free(r->queue);
}

static uint32_t route_other_end(const struct plan_cable *c, uint32_t node)
{
    return c->a == node ? c->b : c->a;
}

static bool route_is_open(const struct plan_routes *r, uint32_t cable, enum vio_proto proto)
{
    return r->plan->cable[cable].link->framing[proto].carried && !(r->closed && r->closed[cable]);
}

/* Distances to `target` over cables that carry `proto` through transit nodes. */
static const uint16_t *route_distances(struct plan_routes *r, uint32_t target, enum vio_proto proto)
{
    const struct plan *p = r->plan;
    uint16_t *d = r->distance[proto][target];
    size_t head = 0, tail = 0;

    if (d)
        return d;
    d = sim_alloc(p->nodes, sizeof *d);
    for (size_t n = 0; n < p->nodes; n++)
        d[n] = ROUTE_FAR;
    d[target] = 0;
    r->queue[tail++] = target;
    while (head < tail) {
        uint32_t at = r->queue[head++];

        if (at != target && p->node[at].node->role != VIO_ROLE_TRANSIT)
            continue; /* reached, but nothing passes through it */
        for (uint32_t i = r->first[at]; i < r->first[at + 1]; i++) {
            const struct plan_cable *c = &p->cable[r->cable[i]];
            uint32_t next = route_other_end(c, at);

            if (route_is_open(r, r->cable[i], proto) && d[next] == ROUTE_FAR) {
                d[next] = (uint16_t)(d[at] + 1);
                r->queue[tail++] = next;
            }
        }
    }
    r->distance[proto][target] = d;
    return d;
}

/* One of the cables from `at` that lead a step nearer, chosen by the hash; UINT32_MAX if none does. */
static uint32_t route_step(const struct plan_routes *r, uint32_t at, const uint16_t *d, enum vio_proto proto,
                           uint64_t hash)
{
    const struct plan *p = r->plan;
    uint32_t choices = 0, chosen;

    for (int pass = 0; pass < 2; pass++) {
        uint32_t seen = 0;

        chosen = (uint32_t)((hash >> 32) * choices >>
                            32); /* by the high half: the low bits of one hop are those of the next */
        for (uint32_t i = r->first[at]; i < r->first[at + 1]; i++) {
            const struct plan_cable *c = &p->cable[r->cable[i]];

            if (!route_is_open(r, r->cable[i], proto) || d[route_other_end(c, at)] + 1 != d[at])
                continue;
            if (pass && seen == chosen)
                return r->cable[i];
            seen++;
        }
        choices = seen;
    }
    return UINT32_MAX;
}

size_t plan_route(struct plan_routes *r, const struct plan_endpoint *src, const struct plan_endpoint *dst,
                  enum vio_proto proto, uint64_t hash, struct plan_hop way[PLAN_ROUTE_MAX])
{
    const struct plan *p = r->plan;
    uint32_t at = src->node, target = dst->node;
    const uint16_t *d;
    size_t n = 0;

    if (src->cable >= 0) {
        way[n++] = (struct plan_hop){(uint32_t)src->cable, p->cable[src->cable].a == at};
        at = route_other_end(&p->cable[src->cable], at);
    }
    if (dst->cable >= 0)
        target = route_other_end(&p->cable[dst->cable], target);
    d = route_distances(r, target, proto);
    while (at != target) {
        uint32_t cable = d[at] == ROUTE_FAR ? UINT32_MAX : route_step(r, at, d, proto, hash);

        if (cable == UINT32_MAX || n + 1 >= PLAN_ROUTE_MAX)
            return 0;
        way[n++] = (struct plan_hop){cable, p->cable[cable].a == at};
        at = route_other_end(&p->cable[cable], at);
        hash = hash * UINT64_C(0x9E3779B97F4A7C15) + at; /* the next switch hashes differently, by its own number */
    }
    if (dst->cable >= 0)
        way[n++] = (struct plan_hop){(uint32_t)dst->cable, p->cable[dst->cable].b == dst->node};
    return n;
}
