/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/topology.c - the plan of a hand-written topology: nodes, links and flows as they were spelt out.
 *
 * A node with a count stands for NAME0 .. NAMEn-1. Nothing is bought. Endpoints are the nodes themselves; any cable of
 * a node may carry its flows.
 */
#include "sim/kernel/assert.h"
#include "sim/plan/draft.h"

/* Number of the instance at the other end of instance i of `n`, or of the only one. */
static uint32_t topology_like(uint32_t i, uint32_t n)
{
    return n == 1 ? 0 : i;
}

static void topology_nodes(struct draft *d, uint32_t *first)
{
    const struct scn_topology *t = d->study->topology;

    for (size_t n = 0; n < t->nodes; n++) {
        const struct scn_topo_node *tn = &t->node[n];

        first[n] = (uint32_t)d->p->nodes;
        for (uint32_t i = 0; i < tn->count; i++) {
            const char *path = tn->count == 1 ? tn->name : sim_arena_printf(&d->p->arena, "%s%u", tn->name, i);
            uint32_t node = draft_node(
                d->p, (struct plan_node){.path = path,
                                         .node = tn->node,
                                         .config = tn->config,
                                         .buffer_B = tn->buffer_B,
                                         .alpha = tn->alpha,
                                         .rack = PLAN_NONE,
                                         .chassis = PLAN_NONE,
                                         .tier = tn->node->role == VIO_ROLE_TRANSIT ? PLAN_CORE : PLAN_PEER});

            draft_endpoint(d->p, (struct plan_endpoint){.path = path, .node = node, .cable = -1});
        }
    }
}

/* One direction of a link: from `from` to `to`. */
static const struct vio_egress_config *topology_egress(struct draft *d, const struct scn_topo_link *l,
                                                       const struct plan_node *from, const struct plan_node *to)
{
    struct vio_egress_config *e = sim_arena_alloc(&d->p->arena, 1, sizeof *e);

    *e = l->egress;
    e->latency_ps = draft_latency_ps(to);
    if (from->node->role != VIO_ROLE_TRANSIT)
        e->limit_pkts = l->host_queue_pkts;
    return e;
}

/* The name of a port: of the node it leads to, numbered from the second of parallel links on. */
static const char *topology_port(struct draft *d, const struct scn_topo_link *l, const char *to)
{
    const struct scn_topology *t = d->study->topology;
    uint32_t number = 1;

    for (const struct scn_topo_link *other = t->link; other < l; other++)
        number += (other->from == l->from && other->to == l->to) || (other->from == l->to && other->to == l->from);
    return number == 1 ? to : sim_arena_printf(&d->p->arena, "%s.%u", to, number);
}

static bool topology_link(struct draft *d, const struct scn_topo_link *l, const uint32_t *first)
{
    struct plan *p = d->p;
    const struct scn_topo_node *from = &d->study->topology->node[l->from], *to = &d->study->topology->node[l->to];
    uint32_t n = from->count > to->count ? from->count : to->count;

    if (from->count != to->count && from->count != 1 && to->count != 1)
        return draft_fail(d, "link %s - %s: %u nodes cannot be joined to %u one by one, nor fan in", from->name,
                          to->name, from->count, to->count);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t a = first[l->from] + topology_like(i, from->count), b = first[l->to] + topology_like(i, to->count);

        draft_cable(p, (struct plan_cable){.a = a,
                                           .b = b,
                                           .a_port = topology_port(d, l, p->node[b].path),
                                           .b_port = topology_port(d, l, p->node[a].path),
                                           .slot = -1,
                                           .link = l->egress.link,
                                           .length_m = l->egress.length_m,
                                           .up = topology_egress(d, l, &p->node[a], &p->node[b]),
                                           .down = topology_egress(d, l, &p->node[b], &p->node[a]),
                                           .connection = DRAFT_NONE});
    }
    return true;
}

/* A random permutation of one cycle (Sattolo): nobody sends to itself. */
static uint32_t *topology_permutation(struct draft *d, const struct scn_topo_flow *f, uint32_t n)
{
    uint32_t *to = sim_arena_alloc(&d->scratch, n, sizeof *to);
    struct sim_stream stream;

    sim_stream_init(&stream, d->study->seed, 0, f->name, "permutation");
    for (uint32_t i = 0; i < n; i++)
        to[i] = i;
    for (uint32_t i = n; i-- > 1;) {
        uint32_t j = (uint32_t)(sim_uniform(&stream) * i), swap = to[i];

        to[i] = to[j];
        to[j] = swap;
    }
    return to;
}

/* Which instance of the destination instance i sends to. */
static uint32_t topology_peer(const struct scn_topo_flow *f, const uint32_t *permutation, uint32_t i)
{
    switch (f->pair) {
    case SCN_PAIR_ALL_TO_ONE:
        return 0;
    case SCN_PAIR_PERMUTATION:
        return permutation[i];
    case SCN_PAIR_DIV:
        return i / f->divisor;
    default:
        return i;
    }
}

/* Every client `to` asks all the servers `from`. */
static bool topology_fan_in(struct draft *d, const struct scn_topo_flow *f, const uint32_t *first)
{
    const struct scn_topo_node *from = &d->study->topology->node[f->from], *to = &d->study->topology->node[f->to];

    for (uint32_t i = 0; i < to->count; i++)
        draft_flow(d->p, (struct plan_flow_set){.path = sim_arena_printf(&d->p->arena, "%s/%u", f->name, i),
                                                .group = f->name,
                                                .workload = &f->workload,
                                                .home = first[f->to] + i,
                                                .peer = first[f->from],
                                                .peers = from->count,
                                                .san_home = -1,
                                                .san_peer = -1,
                                                .start = &f->start});
    return f->from != f->to || draft_fail(d, "flow %s: %s would ask itself", f->name, from->name);
}

static bool topology_flow(struct draft *d, const struct scn_topo_flow *f, const uint32_t *first)
{
    struct plan *p = d->p;
    const struct scn_topo_node *from = &d->study->topology->node[f->from], *to = &d->study->topology->node[f->to];
    uint32_t *permutation = f->pair == SCN_PAIR_PERMUTATION ? topology_permutation(d, f, from->count) : NULL;

    for (uint32_t i = 0; i < from->count; i++) {
        uint32_t peer = topology_peer(f, permutation, i);
        struct plan_flow_set set = {.path = sim_arena_printf(&p->arena, "%s/%u", f->name, i),
                                    .group = f->name,
                                    .workload = &f->workload,
                                    .home = first[f->from] + i,
                                    .peer = first[f->to] + peer,
                                    .san_home = -1,
                                    .san_peer = -1,
                                    .start = &f->start};

        if (peer >= to->count)
            return draft_fail(d, "flow %s: %s has no node number %u for number %u of %s", f->name, to->name, peer, i,
                              from->name);
        if (set.home == set.peer)
            return draft_fail(d, "flow %s: %s would send to itself", f->name, p->endpoint[set.home].path);
        draft_flow(p, set);
    }
    return true;
}

bool draft_plan_topology(struct draft *d)
{
    const struct scn_topology *t = d->study->topology;
    uint32_t *first;

    SIM_ASSERT(t);
    first = sim_arena_alloc(&d->scratch, t->nodes, sizeof *first); /* of nodes and, with the same numbers, endpoints */
    topology_nodes(d, first);
    for (size_t i = 0; i < t->links; i++)
        if (!topology_link(d, &t->link[i], first))
            return false;
    for (size_t i = 0; i < t->flows; i++)
        if (!(t->flow[i].workload.type->shape == VIO_SHAPE_FAN_IN ? topology_fan_in : topology_flow)(d, &t->flow[i],
                                                                                                     first))
            return false;
    return true;
}
