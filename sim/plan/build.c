/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/build.c - from a plan to a simulation.
 *
 * Every cable becomes two egresses, every adapter two stages for its slot, every server its processing stages. A
 * workload instance becomes its flows; a flow's path there and back is found once, along the shortest way through
 * switches and gateways, with equally short ways shared out by a hash of the flow's name (as link aggregation and ECMP
 * do).
 */
#include "sim/plan/plan.h"

#include <stdio.h>

#include "sim/kernel/assert.h"
#include "sim/plan/build_private.h"
#include "sim/plan/qos.h"

enum {
    BUILD_CAP_QUEUE_PKTS = 1000, /* queue of a capped vNIC, Linux txqueuelen */
    BUILD_PATH_MAX = 256
};

static const uint64_t build_policer_bps = UINT64_C(8000000000000); /* 1 ps per byte */

static void *build_array(struct build *b, size_t n)
{
    return sim_arena_alloc(&b->world->arena, n ? n : 1, sizeof(void *));
}

/* The packet memory that the ports of a node share, or NULL. */
static struct vio_buffer *build_buffer(struct build *b, uint32_t node)
{
    const struct plan_node *n = &b->plan->node[node];

    if (!n->buffer_B)
        return NULL;
    if (!b->buffer[node]) {
        b->buffer[node] = sim_arena_alloc(&b->world->arena, 1, sizeof *b->buffer[node]);
        b->buffer[node]->size_B = n->buffer_B;
        b->buffer[node]->alpha = n->alpha;
    }
    return b->buffer[node];
}

/* What a port of `from` towards `to` is. The slot link of a module limits the module. */
static enum vio_resource build_resource(const struct plan_node *from, const struct plan_node *to)
{
    if (from->node->role == VIO_ROLE_STORAGE)
        return VIO_RESOURCE_ARRAY_PORT;
    if (from->tier == PLAN_SERVER)
        return VIO_RESOURCE_ADAPTER;
    if (from->node->role == VIO_ROLE_ENDPOINT)
        return VIO_RESOURCE_PEER;
    return from->tier == PLAN_MODULE || to->tier == PLAN_MODULE ? VIO_RESOURCE_GATEWAY : VIO_RESOURCE_SWITCH;
}

/* One direction of a cable. */
static struct vio_egress *build_direction(struct build *b, const char *name, struct vio_egress_config c, uint32_t from,
                                          uint32_t to)
{
    c.buffer = build_buffer(b, from);
    c.far_buffer = build_buffer(b, to);
    c.resource = build_resource(&b->plan->node[from], &b->plan->node[to]);
    return vio_egress_create(b->world, name, &c);
}

static void build_cables(struct build *b)
{
    const struct plan *p = b->plan;
    char name[BUILD_PATH_MAX];

    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];

        snprintf(name, sizeof name, "%s/%s>%s", p->node[c->a].path, c->a_port, p->node[c->b].path);
        b->up[i] = build_direction(b, name, *c->up, c->a, c->b);
        snprintf(name, sizeof name, "%s/%s>%s/%s", p->node[c->b].path, c->b_port, p->node[c->a].path, c->a_port);
        b->down[i] = build_direction(b, name, *c->down, c->b, c->a);
        vio_egress_pair(b->up[i], b->down[i]);
    }
}

static void build_slots(struct build *b)
{
    const struct plan *p = b->plan;
    char name[BUILD_PATH_MAX];

    for (size_t i = 0; i < p->slots; i++) {
        struct vio_egress_config c;

        if (!p->slot[i].pcie)
            continue;
        c = *p->slot[i].tx;
        c.resource = VIO_RESOURCE_PCIE;
        snprintf(name, sizeof name, "%s/slot%u/pcie-tx", p->node[p->slot[i].node].path, p->slot[i].slot);
        b->pcie_tx[i] = vio_egress_create(b->world, name, &c);
        vio_egress_defaults(&c, p->slot[i].pcie);
        c.resource = VIO_RESOURCE_PCIE;
        snprintf(name, sizeof name, "%s/slot%u/pcie-rx", p->node[p->slot[i].node].path, p->slot[i].slot);
        b->pcie_rx[i] = vio_egress_create(b->world, name, &c);
    }
}

/* Whether an event changes the cap of an endpoint. */
static bool build_cap_changes(const struct plan *p, uint32_t endpoint)
{
    for (size_t i = 0; i < p->study->events; i++)
        for (size_t k = 0; k < p->event[i].endpoints; k++)
            if (p->event[i].endpoint[k] == endpoint && p->event[i].event->kind == SCN_EVENT_QOS &&
                p->event[i].event->cap_bps)
                return true;
    return false;
}

static struct vio_egress *build_cap(struct build *b, uint32_t endpoint, const char *way)
{
    const struct plan_endpoint *ep = &b->plan->endpoint[endpoint];
    struct vio_egress_config c;
    char name[BUILD_PATH_MAX];

    vio_egress_defaults(&c, vio_link_find("ideal"));
    c.resource = VIO_RESOURCE_CAP;
    if (plan_qos_polices(b->plan, ep)) { /* as fast as a wire need be: a policer drops, it does not delay */
        c.rate_bps = build_policer_bps;
        c.sched = vio_sched_find("tr-tcm-policer");
        c.classes = 2; /* a packet of a higher class is put in the last; one more for the late form */
        for (uint32_t tc = 0; tc < c.classes; tc++)
            c.cls[tc] = plan_qos_policed(ep);
    } else {
        c.rate_bps = ep->cap_bps;
        c.limit_pkts = BUILD_CAP_QUEUE_PKTS;
        if (build_cap_changes(b->plan, endpoint))
            c.classes = 2; /* the late form: what waits goes at the new rate */
    }
    snprintf(name, sizeof name, "%s/cap-%s", ep->path, way);
    return vio_egress_create(b->world, name, &c);
}

/* A capped vNIC or vHBA sends and receives at no more than its cap, by the bytes of its packets: paced in the server,
 * or, vNICs of an I/O director, policed there [S12]; the director delays what a vHBA sends too fast [S15]. */
static void build_caps(struct build *b)
{
    for (uint32_t i = 0; i < b->plan->endpoints; i++) {
        if (!b->plan->endpoint[i].cap_bps)
            continue;
        b->cap_tx[i] = build_cap(b, i, "tx");
        b->cap_rx[i] = build_cap(b, i, "rx");
    }
}

static void build_targets(struct build *b)
{
    const struct plan *p = b->plan;

    for (size_t i = 0; i < p->nodes; i++)
        if (p->node[i].node->role == VIO_ROLE_STORAGE)
            b->target[i] = p->node[i].node->target_create(b->world, p->node[i].path, p->node[i].config);
}

/* The network of an endpoint as its packets' tag; 0 = hand-written topologies have none. */
static uint8_t build_segment(const struct plan *p, const struct plan_endpoint *ep)
{
    return p->design ? (uint8_t)(ep->network + 1) : 0; /* at most 255 networks: the scenario's check */
}

static void build_segment_names(struct build *b)
{
    const struct scn_study *st = b->plan->study;
    const char **name = build_array(b, st->networks + 1);

    for (size_t i = 0; i < st->networks; i++)
        name[i + 1] = st->network[i].name;
    b->world->segment = name;
}

const struct vio_path *plan_build_path(struct build *b, uint32_t from, uint32_t to, enum vio_proto proto,
                                       const struct plan_hop *way, size_t hops)
{
    const struct plan *p = b->plan;
    const struct plan_endpoint *src = &b->endpoint[from], *dst = &b->endpoint[to];
    struct vio_path *path = sim_arena_alloc(&b->world->arena, 1, sizeof *path);
    struct vio_egress **hop = build_array(b, hops + 7);
    struct vio_egress *core;
    size_t n = 0;

    if (b->cap_tx[from] && !plan_qos_polices(p, src))
        hop[n++] = b->cap_tx[from];
    if ((core = plan_processor_of(&b->processors, from, proto)))
        hop[n++] = core;
    if (src->cable >= 0 && p->cable[src->cable].slot >= 0 && b->pcie_tx[p->cable[src->cable].slot])
        hop[n++] = b->pcie_tx[p->cable[src->cable].slot];
    for (size_t i = 0; i < hops; i++) {
        if (i + 1 == hops && plan_qos_polices(p, dst))
            hop[n++] = b->cap_rx[to];
        hop[n++] = way[i].up ? b->up[way[i].cable] : b->down[way[i].cable];
        if (i == 0 && plan_qos_polices(p, src))
            hop[n++] = b->cap_tx[from];
    }
    if (dst->cable >= 0 && p->cable[dst->cable].slot >= 0 && b->pcie_rx[p->cable[dst->cable].slot])
        hop[n++] = b->pcie_rx[p->cable[dst->cable].slot];
    if ((core = plan_processor_of(&b->processors, to, proto)))
        hop[n++] = core;
    if (b->cap_rx[to] && !plan_qos_polices(p, dst))
        hop[n++] = b->cap_rx[to];
    path->n = (uint32_t)n;
    path->segment = build_segment(p, src);
    path->admits = build_segment(p, dst);
    path->end = dst->path;
    path->hop = hop;
    return path;
}

/* The path that a flow begins with. */
static const struct vio_path *build_path(struct build *b, const struct plan_stream *st, bool back)
{
    const uint32_t from = back ? st->to : st->from, to = back ? st->from : st->to;
    const enum vio_proto proto = st->transport->proto;
    struct plan_hop way[PLAN_ROUTE_MAX];
    const size_t hops = plan_route(&b->routes, &b->endpoint[from], &b->endpoint[to], proto, st->hash, way);

    SIM_ASSERT(hops > 0); /* plan_create() has seen a way for every flow */
    return plan_build_path(b, from, to, proto, way, hops);
}

/* The virtual adapter that a flow between two endpoints belongs to: that of the server. Its cap is a stage of its own.
 */
static struct vio_vnic *build_vnic(struct build *b, uint32_t from, uint32_t to)
{
    const struct plan *p = b->plan;
    const uint32_t own = p->node[p->endpoint[from].node].tier == PLAN_SERVER || !p->design ? from : to;
    struct vio_vnic *vnic = sim_arena_alloc(&b->world->arena, 1, sizeof *vnic);

    *vnic = (struct vio_vnic){.number = own, .guarantee_bps = p->endpoint[own].guarantee_bps};
    return vnic;
}

static struct vio_flow *build_flow(struct build *b, const struct plan_flow_set *fs, uint32_t k)
{
    const struct plan_stream st = plan_stream(b->plan, fs, k);
    struct vio_target *target = st.transport->storage ? b->target[b->plan->endpoint[st.to].node] : NULL;
    struct vio_vnic *vnic;
    struct vio_flow *flow, *first;
    char name[BUILD_PATH_MAX];

    snprintf(name, sizeof name, "%s#%u", fs->path, k);
    vnic = build_vnic(b, st.from, st.to);
    flow = vio_flow_create(b->world, name, st.transport, st.config, build_path(b, &st, false), build_path(b, &st, true),
                           (uint8_t)st.tc, target);
    flow->vnic = vnic;
    first = target ? plan_processor_driver(&b->processors, st.from, flow) : flow;
    if (b->day)
        plan_day_flow(b->day, flow, first == flow ? NULL : first, &st, vnic);
    if (target) {
        if (!b->port[st.from])
            b->port[st.from] = sim_arena_alloc(&b->world->arena, 1, sizeof *b->port[st.from]);
        vio_port_join(b->port[st.from], flow);
    }
    return first;
}

static void build_workload(struct build *b, const struct plan_flow_set *fs)
{
    const struct scn_workload *sw = fs->workload;
    uint32_t flows = plan_streams(fs);
    struct vio_flow **flow = build_array(b, flows);
    struct vio_workload *wl;

    for (uint32_t k = 0; k < flows; k++)
        flow[k] = build_flow(b, fs, k);
    wl = vio_workload_create(b->world, fs->path, fs->group, sw->type, sw->config, flow, flows);
    if (sw->pace)
        vio_workload_set_pace(wl, sw->pace);
    if (fs->start) {
        struct sim_stream stream;

        sim_stream_init(&stream, b->world->seed, b->world->replication, fs->path, "start");
        wl->shift_ps = (sim_time)sim_dist_draw(fs->start, &stream);
    }
    if (b->day)
        plan_day_workload(b->day, wl);
}

struct vio_world *plan_build(const struct plan *p, uint64_t seed, uint32_t replication)
{
    struct vio_world *w = vio_world_create(seed, replication);
    struct build *b = sim_arena_alloc(&w->arena, 1, sizeof *b);

    SIM_ASSERT(p->feasible);
    *b = (struct build){.plan = p, .world = w, .endpoint = p->endpoint};
    w->trace = p->study->attribution;
    b->up = build_array(b, p->cables);
    b->down = build_array(b, p->cables);
    b->pcie_tx = build_array(b, p->slots);
    b->pcie_rx = build_array(b, p->slots);
    b->cap_tx = build_array(b, p->endpoints);
    b->cap_rx = build_array(b, p->endpoints);
    b->target = build_array(b, p->nodes);
    b->port = build_array(b, p->endpoints);
    b->buffer = build_array(b, p->nodes);
    plan_routes_init(&b->routes, p);
    build_segment_names(b);
    build_cables(b);
    build_slots(b);
    plan_processors_init(&b->processors, p, w);
    build_caps(b);
    build_targets(b);
    if (p->study->events)
        plan_day_create(b);
    for (size_t i = 0; i < p->flows; i++)
        build_workload(b, &p->flow[i]);
    plan_processors_compute(&b->processors);
    plan_routes_fini(&b->routes);
    if (b->day)
        plan_day_begin(b->day);
    return w;
}
