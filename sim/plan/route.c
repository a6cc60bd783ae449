/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/route.c - shortest ways, by breadth-first search from each target, once.
 *
 * The cables that lead a step nearer to a target are listed once for each node that is asked about. Flows of like
 * servers meet at the same edges and cores: there a step is a look into the list, however many cables end there. The
 * search goes over trunks only, between nodes that let through; the distance of another node, of which there are many
 * more, is found when it is asked for.
 */
#include "sim/plan/route.h"

#include <stdlib.h>

#include "sim/kernel/assert.h"

enum { ROUTE_FAR = UINT16_MAX };

struct plan_route_target {
    uint16_t *distance; /* cables to go from each node */
    struct route_list { /* of cables that lead a step nearer: choice[first .. first + n) */
        uint32_t first, n;
        bool made;
    } * nearer; /* by node */
};

static bool route_lets_through(const struct plan *p, uint32_t node)
{
    return p->node[node].node->role == VIO_ROLE_TRANSIT;
}

/* List by node the cables that end there, in their order: all, or the trunks. */
static void route_index(const struct plan *p, bool trunks, uint32_t *first, uint32_t *cable)
{
    uint32_t *fill = sim_alloc(p->nodes + 1, sizeof *fill);

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < p->cables; i++) {
            const uint32_t a = p->cable[i].a, b = p->cable[i].b;

            if (trunks && !(route_lets_through(p, a) && route_lets_through(p, b)))
                continue;
            if (pass == 0) {
                first[a + 1]++;
                first[b + 1]++;
            } else {
                cable[first[a] + fill[a]++] = (uint32_t)i;
                cable[first[b] + fill[b]++] = (uint32_t)i;
            }
        }
        for (size_t n = 0; n < p->nodes && pass == 0; n++)
            first[n + 1] += first[n];
    }
    free(fill);
}

void plan_routes_init(struct plan_routes *r, const struct plan *plan)
{
    *r = (struct plan_routes){.plan = plan};
    r->first = sim_alloc(plan->nodes + 1, sizeof *r->first);
    r->cable = sim_alloc(2 * plan->cables + 1, sizeof *r->cable);
    r->trunk_first = sim_alloc(plan->nodes + 1, sizeof *r->trunk_first);
    r->trunk = sim_alloc(2 * plan->cables + 1, sizeof *r->trunk);
    r->queue = sim_alloc(plan->nodes + 1, sizeof *r->queue);
    for (int proto = 0; proto < VIO_PROTOS; proto++)
        r->target[proto] = sim_alloc(plan->nodes + 1, sizeof(struct plan_route_target *));
    route_index(plan, false, r->first, r->cable);
    route_index(plan, true, r->trunk_first, r->trunk);
}

void plan_routes_fini(struct plan_routes *r)
{
    for (int proto = 0; proto < VIO_PROTOS; proto++) {
        for (size_t n = 0; n < r->plan->nodes; n++) {
            if (!r->target[proto][n])
                continue;
            free(r->target[proto][n]->distance);
            free(r->target[proto][n]->nearer);
            free(r->target[proto][n]);
        }
        free(r->target[proto]);
    }
    free(r->choice);
    free(r->first);
    free(r->cable);
    free(r->trunk_first);
    free(r->trunk);
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

/* Distances to `target` of the nodes that let through, over cables that carry `proto`. */
static void route_search(struct plan_routes *r, uint16_t *d, uint32_t target, enum vio_proto proto)
{
    const struct plan *p = r->plan;
    size_t head = 0, tail = 0;

    for (size_t n = 0; n < p->nodes; n++)
        d[n] = ROUTE_FAR;
    d[target] = 0;
    r->queue[tail++] = target;
    while (head < tail) {
        const uint32_t at = r->queue[head++];
        const uint32_t *first = route_lets_through(p, at) ? r->trunk_first : r->first; /* other: the target */
        const uint32_t *cable = route_lets_through(p, at) ? r->trunk : r->cable;

        for (uint32_t i = first[at]; i < first[at + 1]; i++) {
            const uint32_t next = route_other_end(&p->cable[cable[i]], at);

            if (d[next] == ROUTE_FAR && route_lets_through(p, next) && route_is_open(r, cable[i], proto)) {
                d[next] = (uint16_t)(d[at] + 1);
                r->queue[tail++] = next;
            }
        }
    }
}

/* Cables to go from a node. One that lets nothing through is one further than the nearest of its neighbours that do, or
 * are the target. */
static uint16_t route_distance(const struct plan_routes *r, struct plan_route_target *t, uint32_t node,
                               enum vio_proto proto)
{
    uint16_t *d = t->distance;

    if (d[node] != ROUTE_FAR || route_lets_through(r->plan, node))
        return d[node];
    for (uint32_t i = r->first[node]; i < r->first[node + 1]; i++) {
        const uint32_t next = route_other_end(&r->plan->cable[r->cable[i]], node);

        if ((route_lets_through(r->plan, next) || d[next] == 0) && d[next] != ROUTE_FAR &&
            route_is_open(r, r->cable[i], proto) && d[next] + 1 < d[node])
            d[node] = (uint16_t)(d[next] + 1);
    }
    return d[node];
}

static struct plan_route_target *route_target(struct plan_routes *r, uint32_t target, enum vio_proto proto)
{
    struct plan_route_target *t = r->target[proto][target];

    if (!t) {
        t = r->target[proto][target] = sim_alloc(1, sizeof *t);
        t->distance = sim_alloc(r->plan->nodes, sizeof *t->distance);
        t->nearer = sim_alloc(r->plan->nodes, sizeof *t->nearer);
        route_search(r, t->distance, target, proto);
    }
    return t;
}

/* The cables from `at` that lead a step nearer. */
static struct route_list route_nearer(struct plan_routes *r, struct plan_route_target *t, uint32_t at,
                                      enum vio_proto proto)
{
    struct route_list *list = &t->nearer[at];
    const uint16_t distance = route_distance(r, t, at, proto);

    if (list->made)
        return *list;
    *list = (struct route_list){.first = (uint32_t)r->choices, .made = true};
    if (distance == ROUTE_FAR)
        return *list;
    for (uint32_t i = r->first[at]; i < r->first[at + 1]; i++) {
        const uint32_t cable = r->cable[i], next = route_other_end(&r->plan->cable[cable], at);

        /* a server with a cable at both sides is no way from one to the other, however near it is */
        if (!route_is_open(r, cable, proto) || (!route_lets_through(r->plan, next) && t->distance[next] != 0) ||
            route_distance(r, t, next, proto) + 1 != distance)
            continue;
        r->choice = sim_grow(r->choice, &r->capacity, r->choices + 1, sizeof *r->choice);
        r->choice[r->choices++] = cable;
        list->n++;
    }
    return *list;
}

/* One of the cables from `at` that lead a step nearer, chosen by the hash; UINT32_MAX if none does. */
static uint32_t route_step(struct plan_routes *r, struct plan_route_target *t, uint32_t at, enum vio_proto proto,
                           uint64_t hash)
{
    const struct route_list list = route_nearer(r, t, at, proto);

    if (list.n == 0)
        return UINT32_MAX;
    /* by the high half: the low bits of one hop are those of the next */
    return r->choice[list.first + (uint32_t)((hash >> 32) * list.n >> 32)];
}

size_t plan_route(struct plan_routes *r, const struct plan_endpoint *src, const struct plan_endpoint *dst,
                  enum vio_proto proto, uint64_t hash, struct plan_hop way[PLAN_ROUTE_MAX])
{
    const struct plan *p = r->plan;
    uint32_t at = src->node, target = dst->node;
    struct plan_route_target *t;
    size_t n = 0;

    if (src->cable >= 0) {
        way[n++] = (struct plan_hop){(uint32_t)src->cable, p->cable[src->cable].a == at};
        at = route_other_end(&p->cable[src->cable], at);
    }
    if (dst->cable >= 0)
        target = route_other_end(&p->cable[dst->cable], target);
    t = route_target(r, target, proto);
    while (at != target) {
        uint32_t cable = route_step(r, t, at, proto, hash);

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
