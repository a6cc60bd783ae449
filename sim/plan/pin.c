/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/pin.c - who is carried by which port, and which flows each workload needs.
 *
 * Each vNIC and vHBA is pinned to one port of the connection that carries its network, as a software switch pins a
 * virtual port to an uplink. The ports of a server are balanced by the steady load: largest endpoint first, each to the
 * port with the least load so far; from server to server the ports are turned by one. Of an active-standby connection
 * only the ports at side A take part. What happens at a time of the day
 * (a backup wave) is not known when ports are assigned and does not count; an endpoint without a known load counts as
 * the mean of the others.
 *
 * Names are those of servers, VMs and workloads, never of cards or cables: a design does not change them, so that every
 * design draws the same random numbers.
 */
#include <math.h>
#include <stdlib.h>

#include "sim/kernel/assert.h"
#include "sim/plan/draft.h"

/* The class of an endpoint's owner: a VM class or the hypervisor. */
static const struct scn_vm *pin_owner(const struct draft *d, const struct draft_group *g, uint32_t vm)
{
    return vm == DRAFT_NONE ? &g->servers->hypervisor : &d->study->vm[vm];
}

/* Steady load of one adapter of an owner, bit/s. */
static double pin_load_bps(const struct scn_vm *owner, const struct scn_adapter *adapter)
{
    double load_bps = 0;

    for (size_t i = 0; i < owner->workloads; i++) {
        const struct scn_workload *wl = &owner->workload[i];
        const struct vio_workload_common *common = wl->config;
        bool here = &owner->adapter[wl->adapter] == adapter ||
                    (wl->san_adapter >= 0 && &owner->adapter[wl->san_adapter] == adapter);

        if (here && common->start_ps == 0 && wl->type->offered_bps)
            load_bps += wl->share * wl->type->offered_bps(wl->config);
    }
    return load_bps;
}

struct pin_order {
    double load_bps;
    uint32_t endpoint;
};

static int pin_compare(const void *a, const void *b)
{
    const struct pin_order *x = a, *y = b;

    if (x->load_bps != y->load_bps)
        return x->load_bps < y->load_bps ? 1 : -1;
    return x->endpoint < y->endpoint ? -1 : 1;
}

double draft_load_bps(const struct draft *d, const struct draft_group *g, const struct draft_endpoint *e)
{
    return pin_load_bps(pin_owner(d, g, e->vm), e->adapter);
}

/* The ports an endpoint may use. It is number `number` of its connection's endpoints. */
static const struct draft_basis *pin_candidates(const struct draft *d, const struct draft_group *g,
                                                const struct draft_endpoint *e, uint32_t number)
{
    const struct draft_basis *basis = g->wiring[e->connection].basis;

    switch (d->design->connection[e->connection].per) {
    case SCN_PER_NETWORK:
        return &basis[e->adapter->network];
    case SCN_PER_VM:
        return &basis[number];
    default:
        return basis;
    }
}

uint32_t draft_port_on(const struct draft *d, const struct draft_endpoint *e, uint32_t number)
{
    const struct scn_connection *c = &d->design->connection[e->connection];
    uint32_t step = c->mode == SCN_ONE_SIDE ? 2 : 1, active = (e->ports + step - 1) / step;

    return e->first + ((e->port - e->first) / step + number) % active * step;
}

/* Load of every endpoint of the connection, those without one at the mean of the others. Returns how many. */
static uint32_t pin_loads(const struct draft *d, struct draft_group *g, uint32_t c, struct pin_order *order)
{
    double sum_bps = 0;
    uint32_t n = 0, known = 0;

    for (uint32_t i = 0; i < g->endpoints; i++) {
        struct draft_endpoint *e = &g->endpoint[i];

        if (e->connection != c)
            continue;
        e->load_bps = draft_load_bps(d, g, e);
        sum_bps += e->load_bps;
        known += e->load_bps > 0;
        order[n++].endpoint = i;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct draft_endpoint *e = &g->endpoint[order[i].endpoint];

        if (e->load_bps <= 0)
            e->load_bps = known ? sum_bps / known : 1;
        order[i].load_bps = e->load_bps;
    }
    return n;
}

bool draft_pin_group(struct draft *d, uint32_t group)
{
    struct draft_group *g = &d->group[group];
    struct pin_order *order = sim_arena_alloc(&d->scratch, g->endpoints, sizeof *order);
    uint32_t *number = sim_arena_alloc(&d->scratch, g->endpoints, sizeof *number); /* among the connection's */

    for (uint32_t c = 0; c < d->design->connections; c++) {
        double *load_bps = sim_arena_alloc(&d->scratch, g->wiring[c].need, sizeof *load_bps);
        uint32_t n = pin_loads(d, g, c, order);
        uint32_t step = d->design->connection[c].mode == SCN_ONE_SIDE ? 2 : 1; /* every other port is at side B */

        for (uint32_t i = 0; i < n; i++)
            number[order[i].endpoint] = i;
        qsort(order, n, sizeof *order, pin_compare);
        for (uint32_t i = 0; i < n; i++) {
            struct draft_endpoint *e = &g->endpoint[order[i].endpoint];
            const struct draft_basis *basis = pin_candidates(d, g, e, number[order[i].endpoint]);

            e->first = e->port = basis->first;
            e->ports = basis->ports;
            for (uint32_t p = e->first + step; p < e->first + e->ports; p += step)
                if (load_bps[p] < load_bps[e->port])
                    e->port = p;
            load_bps[e->port] += e->load_bps;
        }
    }
    return true;
}

/* A workload of an owner on a server, while its flow sets are made. */
struct pin_instance {
    const struct draft_group *g;
    const struct scn_workload *wl;
    const struct scn_vm *owner;
    uint32_t vm, server, number;
};

static uint32_t pin_endpoint(const struct draft *d, const struct draft_group *g, uint32_t server, uint32_t vm,
                             uint32_t number, uint32_t adapter)
{
    uint32_t of_owner = vm == DRAFT_NONE ? (uint32_t)d->study->vms : vm;
    size_t adapters = pin_owner(d, g, vm)->adapters;

    return g->endpoint0 + server * g->endpoints + g->first[of_owner] + number * (uint32_t)adapters + adapter;
}

/* The endpoint of a peer on the network of one of the owner's adapters. */
static uint32_t pin_peer(const struct draft *d, const struct pin_instance *in, int32_t peer, uint32_t adapter)
{
    return d->peer_endpoint[(size_t)peer * d->study->networks + in->owner->adapter[adapter].network];
}

/* The like-numbered VM (or the hypervisor) of the next server, on the same network; DRAFT_NONE if there is none. */
static uint32_t pin_neighbour(const struct draft *d, const struct pin_instance *in)
{
    uint32_t vm = in->wl->peer_vms == -2 ? DRAFT_NONE : (uint32_t)in->wl->peer_vms;
    uint32_t of_owner = vm == DRAFT_NONE ? (uint32_t)d->study->vms : vm;
    const struct scn_vm *peer = pin_owner(d, in->g, vm);
    uint32_t network = in->owner->adapter[in->wl->adapter].network;

    if (in->g->servers->count < 2 || in->g->count[of_owner] == 0)
        return DRAFT_NONE;
    for (uint32_t a = 0; a < peer->adapters; a++)
        if (peer->adapter[a].network == network)
            return pin_endpoint(d, in->g, (in->server + 1) % in->g->servers->count, vm,
                                in->number % in->g->count[of_owner], a);
    return DRAFT_NONE;
}

/* Whether instance `number` of a class takes part, so that any run of instances has its share. */
static bool pin_takes_part(double share, uint64_t number)
{
    return floor((double)(number + 1) * share + 1e-9) > floor((double)number * share + 1e-9);
}

static bool pin_flow(struct draft *d, const struct pin_instance *in)
{
    struct plan *p = d->p;
    const struct scn_workload *wl = in->wl;
    const char *server = p->node[in->g->node0 + in->server].path;
    const char *owner = in->vm == DRAFT_NONE ? "hypervisor" : in->owner->name;
    struct plan_flow_set f = {.workload = wl, .san_home = -1, .san_peer = -1};

    if (in->vm == DRAFT_NONE)
        f.path = sim_arena_printf(&p->arena, "%s/%s/%s", server, owner, wl->name);
    else
        f.path = sim_arena_printf(&p->arena, "%s/%s%u/%s", server, owner, in->number, wl->name);
    f.group = sim_arena_printf(&p->arena, "%s/%s", owner, wl->name);
    f.home = pin_endpoint(d, in->g, in->server, in->vm, in->number, wl->adapter);
    f.peer = wl->peer >= 0 ? pin_peer(d, in, wl->peer, wl->adapter) : pin_neighbour(d, in);
    f.peers = wl->type->shape == VIO_SHAPE_FAN_IN;
    if (f.peer == DRAFT_NONE)
        return draft_fail(d, "%s: nobody at the other end of its network: %s", f.path,
                          wl->peer >= 0 ? d->study->peer[wl->peer].name
                                        : "a neighbour needs a second server with such a VM");
    if (wl->san_peer >= 0) {
        f.san_home = (int32_t)pin_endpoint(d, in->g, in->server, in->vm, in->number, (uint32_t)wl->san_adapter);
        f.san_peer = (int32_t)pin_peer(d, in, wl->san_peer, (uint32_t)wl->san_adapter);
        if (f.san_peer < 0)
            return draft_fail(d, "%s: array %s is not on its SAN", f.path, d->study->peer[wl->san_peer].name);
    }
    draft_flow(p, f);
    return true;
}

/* The workloads of `vm` (DRAFT_NONE: the hypervisor) on one server. */
static bool pin_owner_flows(struct draft *d, const struct draft_group *g, uint32_t server, uint32_t vm)
{
    const struct scn_vm *owner = pin_owner(d, g, vm);
    uint32_t per_server = g->count[vm == DRAFT_NONE ? d->study->vms : vm];

    for (uint32_t v = 0; v < per_server; v++) {
        for (size_t w = 0; w < owner->workloads; w++) {
            struct pin_instance in = {
                .g = g, .wl = &owner->workload[w], .owner = owner, .vm = vm, .server = server, .number = v};

            if (pin_takes_part(in.wl->share, (uint64_t)server * per_server + v) && !pin_flow(d, &in))
                return false;
        }
    }
    return true;
}

bool draft_plan_flows(struct draft *d)
{
    for (uint32_t i = 0; i < d->study->server_groups; i++) {
        const struct draft_group *g = &d->group[i];

        for (uint32_t s = 0; s < g->servers->count; s++) {
            for (size_t pl = 0; pl < g->servers->places; pl++)
                if (!pin_owner_flows(d, g, s, g->servers->place[pl].vm))
                    return false;
            if (!pin_owner_flows(d, g, s, DRAFT_NONE))
                return false;
        }
    }
    return true;
}
