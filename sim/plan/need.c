/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/need.c - what each server of a group needs: its endpoints, and the ports of each connection for them.
 *
 * A connection counts its ports for a basis: the server, each network, or each virtual adapter. A basis has a group of
 * `ports` ports, those that stand in for each other; with a limit of load it has as many such groups as the guarantees
 * of its endpoints, or what they offer where that is more, take without filling a port beyond it.
 */
#include <math.h>

#include "sim/plan/draft.h"

/* Whether any adapter of the group lives on the network. */
static bool need_uses(const struct draft_group *g, uint32_t network)
{
    for (uint32_t i = 0; i < g->endpoints; i++)
        if (g->endpoint[i].adapter->network == network)
            return true;
    return false;
}

/* Whether endpoint `e`, number `number` of its connection's, counts for basis `b` of connection `c`. */
static bool need_is_of(const struct scn_connection *con, const struct draft_endpoint *e, uint32_t number, uint32_t b)
{
    if (con->per == SCN_PER_SERVER)
        return true;
    return b == (con->per == SCN_PER_VM ? number : e->adapter->network);
}

/* Load of a basis, bit/s: of each endpoint what it offers, its guarantee at least. */
static double need_load_bps(const struct draft *d, const struct draft_group *g, uint32_t c, uint32_t b)
{
    double load_bps = 0;
    uint32_t number = 0;

    for (uint32_t i = 0; i < g->endpoints; i++) {
        const struct draft_endpoint *e = &g->endpoint[i];

        if (e->connection == c && need_is_of(&d->design->connection[c], e, number++, b))
            load_bps += fmax(draft_load_bps(d, g, e), (double)e->adapter->guarantee_bps);
    }
    return load_bps;
}

/* Ports of a basis: one group, or more of them to stay below the limit of load. */
static uint32_t need_basis_ports(const struct draft *d, const struct draft_group *g, uint32_t c, uint32_t b)
{
    const struct scn_connection *con = &d->design->connection[c];
    uint32_t active = con->mode == SCN_ONE_SIDE ? (con->ports + 1) / 2 : con->ports;
    double group_bps = con->load_limit * active * (double)con->link->rate_bps;

    if (con->load_limit <= 0)
        return con->ports;
    return con->ports * (uint32_t)fmax(1, ceil(need_load_bps(d, g, c, b) / group_bps - 1e-9));
}

/* Ports that connection `c` needs at each server of the group. */
static void need_ports(struct draft *d, struct draft_group *g, uint32_t c)
{
    const struct scn_connection *con = &d->design->connection[c];
    struct draft_wiring *w = &g->wiring[c];
    uint32_t bases = 1;

    if (con->per == SCN_PER_VM) {
        bases = 0;
        for (uint32_t i = 0; i < g->endpoints; i++)
            bases += g->endpoint[i].connection == c;
    } else if (con->per == SCN_PER_NETWORK) {
        bases = (uint32_t)d->study->networks;
    }
    w->basis = sim_arena_alloc(&d->scratch, bases, sizeof *w->basis);
    for (uint32_t b = 0; b < bases; b++) {
        w->basis[b].first = w->need;
        if (con->per != SCN_PER_NETWORK || (draft_carries(d, con, b) && need_uses(g, b)))
            w->basis[b].ports = need_basis_ports(d, g, c, b);
        w->need += w->basis[b].ports;
    }
}

uint32_t draft_ports_of_a_card(const struct draft *d, const struct draft_group *g, uint32_t c)
{
    const struct scn_connection *con = &d->design->connection[c];

    if (con->ports < 2 || con->share_card)
        return UINT32_MAX;
    return g->wiring[c].need / con->ports * (con->ports - 1);
}

static bool need_add_endpoints(struct draft *d, struct draft_group *g, const struct scn_vm *vm, uint32_t class_,
                               uint32_t number)
{
    for (size_t i = 0; i < vm->adapters; i++) {
        struct draft_endpoint *e = &g->endpoint[g->endpoints];
        uint32_t c = 0;

        while (c < d->design->connections && !draft_carries(d, &d->design->connection[c], vm->adapter[i].network))
            c++;
        if (c == d->design->connections)
            return draft_fail(d, "%s: no connection of the design carries network %s", g->servers->name,
                              d->study->network[vm->adapter[i].network].name);
        *e = (struct draft_endpoint){.adapter = &vm->adapter[i], .vm = class_, .number = number, .connection = c};
        g->endpoints++;
    }
    return true;
}

/* The endpoints of a server: VM by VM in the order of the scenario, the hypervisor last. */
static bool need_list_endpoints(struct draft *d, struct draft_group *g)
{
    const struct scn_study *st = d->study;
    size_t n = g->servers->hypervisor.adapters;

    for (size_t i = 0; i < g->servers->places; i++)
        n += g->servers->place[i].count * st->vm[g->servers->place[i].vm].adapters;
    g->endpoint = sim_arena_alloc(&d->scratch, n, sizeof *g->endpoint);
    g->first = sim_arena_alloc(&d->scratch, st->vms + 1, sizeof *g->first);
    g->count = sim_arena_alloc(&d->scratch, st->vms + 1, sizeof *g->count);
    for (size_t i = 0; i < g->servers->places; i++) {
        const struct scn_placement *pl = &g->servers->place[i];

        g->first[pl->vm] = g->endpoints;
        g->count[pl->vm] = pl->count;
        for (uint32_t v = 0; v < pl->count; v++)
            if (!need_add_endpoints(d, g, &st->vm[pl->vm], pl->vm, v))
                return false;
    }
    g->first[st->vms] = g->endpoints;
    g->count[st->vms] = 1;
    return need_add_endpoints(d, g, &g->servers->hypervisor, DRAFT_NONE, 0);
}

bool draft_need_group(struct draft *d, uint32_t group)
{
    struct draft_group *g = &d->group[group];

    g->servers = &d->study->servers[group];
    g->wiring = sim_arena_alloc(&d->scratch, d->design->connections, sizeof *g->wiring);
    if (!need_list_endpoints(d, g))
        return false;
    for (uint32_t c = 0; c < d->design->connections; c++)
        need_ports(d, g, c);
    return true;
}
