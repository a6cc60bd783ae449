/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fabric.c - edges, modules, uplinks and cores: what the servers plug into and what lies beyond.
 *
 * The server ports of a connection end at edge switches or directors: at side A and side B by turns where there are two
 * or more of them, so that an edge that fails leaves the other half. As many edges are bought as their downlink ports
 * require. Each edge has its uplinks to the LAN core or the SAN core, from fixed ports, from an expansion module, or
 * (directors) from modules that are nodes of their own behind a slot link. The cores and what stands at them (clients,
 * arrays) exist already; the core ports that the uplinks occupy are bought.
 */
#include <string.h>

#include "sim/plan/draft.h"

enum { PEER_CABLE_M = 5 }; /* docs/assumptions.md A-025 */

struct fabric_ports { /* of one edge: what is left while uplinks take theirs */
    uint32_t down, fixed, slots;
};

struct fabric_taken { /* of one edge by its uplinks so far */
    uint32_t slots, fixed, down;
};

static uint32_t fabric_modules(const struct scn_uplink *u, const struct scn_item *module)
{
    return (u->ports + module->ports - 1) / module->ports;
}

/* Take the ports of an uplink from an edge. */
static bool fabric_take(struct draft *d, const struct scn_item *edge, const struct scn_uplink *u,
                        struct fabric_ports *left)
{
    uint32_t fixed;

    if (u->module) {
        const struct scn_item *module = scn_catalogue_find(&d->study->catalogue, u->module);
        uint32_t n;

        if (!module || module->ports == 0 || !draft_port_runs(module->link, u->link))
            return draft_fail(d, "uplink %s: module %s has no %s ports", u->name, u->module, u->link->type);
        n = fabric_modules(u, module);
        if (n > left->slots)
            return draft_fail(d, "uplink %s: %u ports of %u per module %s take %u slot%s, %s has %u left of %u",
                              u->name, u->ports, module->ports, u->module, n, n == 1 ? "" : "s", edge->item,
                              left->slots, scn_lots_count(&edge->slots));
        left->slots -= n;
        return true;
    }
    fixed = draft_port_runs(edge->uplink_link, u->link) ? left->fixed : 0;
    fixed = fixed < u->ports ? fixed : u->ports;
    left->fixed -= fixed;
    if (fixed == u->ports)
        return true;
    if (!draft_port_runs(edge->link, u->link) || u->ports - fixed >= left->down)
        return draft_fail(d, "uplink %s: %u %s ports wanted, %s has %u for it", u->name, u->ports, u->link->type,
                          edge->item, fixed + (draft_port_runs(edge->link, u->link) ? left->down : 0));
    left->down -= u->ports - fixed;
    return true;
}

/* Whether the connection's uplinks reach the core of a kind of network. */
static bool fabric_reaches(const struct scn_design *design, uint32_t c, bool fc)
{
    for (size_t i = 0; i < design->uplinks; i++)
        if (design->uplink[i].connection == c && design->uplink[i].to_fc == fc)
            return true;
    return false;
}

/* Count the ports of each side, and so the edges. */
static void fabric_count(const struct draft *d, uint32_t c, uint64_t ports[2])
{
    const struct scn_connection *con = &d->design->connection[c];

    ports[0] = ports[1] = 0;
    for (size_t g = 0; g < d->study->server_groups; g++) {
        struct draft_wiring *w = &d->group[g].wiring[c];
        uint64_t servers = d->study->servers[g].count;

        w->side[0] = w->side[1] = 0;
        for (uint32_t i = 0; i < w->need; i++)
            w->side[con->ports >= 2 && i % con->ports % 2 == 1]++;
        ports[0] += servers * w->side[0];
        ports[1] += servers * w->side[1];
    }
}

/* Of the modules in each edge. */
static double fabric_module_watts(const struct draft *d, uint32_t c)
{
    double watts = 0;

    for (size_t i = 0; i < d->design->uplinks; i++) {
        const struct scn_uplink *u = &d->design->uplink[i];
        const struct scn_item *module = u->module ? scn_catalogue_find(&d->study->catalogue, u->module) : NULL;

        if (u->connection == c && module)
            watts += fabric_modules(u, module) * module->watts;
    }
    return watts;
}

static bool fabric_check(struct draft *d, uint32_t c)
{
    const struct scn_connection *con = &d->design->connection[c];
    struct draft_edges *e = &d->edges[c];
    struct fabric_ports left;
    uint64_t ports[2];

    e->item = scn_catalogue_find(&d->study->catalogue, con->edge);
    if (!e->item || !draft_port_runs(e->item->link, con->link))
        return draft_fail(d, "connection %s: edge %s has no %s ports", con->name, con->edge, con->link->type);
    if (con->pfc && !draft_pfc_thresholds(con->link, con->length_m, con->buffer_B,
                                          &(struct vio_egress_config){.mtu_B = (uint32_t)con->frames.mtu_B}))
        return draft_fail(d,
                          "connection %s: a buffer of %llu B does not hold the PFC headroom of %.0f m and two frames",
                          con->name, (unsigned long long)con->buffer_B, con->length_m);
    left = (struct fabric_ports){
        .down = e->item->ports, .fixed = e->item->uplink_ports, .slots = scn_lots_count(&e->item->slots)};
    for (size_t i = 0; i < d->design->uplinks; i++)
        if (d->design->uplink[i].connection == c && !fabric_take(d, e->item, &d->design->uplink[i], &left))
            return false;
    for (uint32_t n = 0; n < d->study->networks; n++) {
        bool fc = d->study->network[n].kind == SCN_FC;

        if (draft_carries(d, con, n) && !fabric_reaches(d->design, c, fc))
            return draft_fail(d, "connection %s: no uplink to the %s core for network %s", con->name,
                              fc ? "SAN" : "LAN", d->study->network[n].name);
    }
    e->downlinks = left.down;
    e->watts = e->item->watts + fabric_module_watts(d, c);
    fabric_count(d, c, ports);
    for (int side = 0; side < 2; side++) {
        e->n[side] = (uint32_t)((ports[side] + e->downlinks - 1) / e->downlinks);
        e->node[side] = sim_arena_alloc(&d->scratch, e->n[side], sizeof *e->node[side]);
        e->spot[side] = sim_arena_alloc(&d->scratch, e->n[side], sizeof *e->spot[side]);
    }
    return true;
}

static uint32_t fabric_core(struct draft *d, bool fc)
{
    uint32_t *core = fc ? &d->san_core : &d->lan_core;

    if (*core == DRAFT_NONE) {
        const struct vio_node_type *kind = draft_node_kind("switch");

        *core = draft_node(d->p, (struct plan_node){.path = fc ? "san-core" : "lan-core",
                                                    .node = kind,
                                                    .config = draft_node_config(d->p, kind),
                                                    .tier = PLAN_CORE,
                                                    .rack = PLAN_NONE,
                                                    .chassis = PLAN_NONE});
    }
    return *core;
}

/* A module node behind a slot of a director, joined to it by the slot link. */
static uint32_t fabric_module(struct draft *d, const struct scn_uplink *u, uint32_t edge, uint32_t slot)
{
    struct plan *p = d->p;
    const struct scn_connection *con = &d->design->connection[u->connection];
    const struct vio_node_type *kind = draft_node_kind("gateway");
    struct vio_node_common *config = draft_node_config(p, kind);
    const char *port = sim_arena_printf(&p->arena, "slot%u", slot);
    uint32_t node;

    config->latency_ps = u->module_latency_ps;
    node = draft_node(p, (struct plan_node){.path = sim_arena_printf(&p->arena, "%s/%s", p->node[edge].path, port),
                                            .node = kind,
                                            .config = config,
                                            .item = scn_catalogue_find(&d->study->catalogue, u->module),
                                            .tier = PLAN_MODULE,
                                            .rack = p->node[edge].rack,
                                            .rack_unit = p->node[edge].rack_unit,
                                            .chassis = PLAN_NONE,
                                            .side = p->node[edge].side});
    draft_cable(p, (struct plan_cable){.a = edge,
                                       .b = node,
                                       .a_port = port,
                                       .b_port = "backplane",
                                       .slot = -1,
                                       .link = u->slot,
                                       .up = draft_egress(d, con, u->slot, 0, DRAFT_UPLINK, &p->node[node]),
                                       .down = draft_egress(d, con, u->slot, 0, DRAFT_UPLINK, &p->node[edge]),
                                       .connection = DRAFT_NONE,
                                       .uplink = u,
                                       .edge = edge});
    return node;
}

/* The port that the next cable of uplink `u` takes at an edge without a module: the fixed uplink ports u1, u2 ...
 * first, then those of the ports that fabric_check() kept from the servers. */
static const char *fabric_port(struct draft *d, const struct scn_uplink *u, struct fabric_taken *taken)
{
    const struct draft_edges *e = &d->edges[u->connection];

    if (draft_port_runs(e->item->uplink_link, u->link) && taken->fixed < e->item->uplink_ports)
        return sim_arena_printf(&d->p->arena, "u%u", ++taken->fixed);
    return sim_arena_printf(&d->p->arena, "p%u", e->downlinks + ++taken->down);
}

/* The uplinks `u` of one edge. A port of a core has no number here: it is named for the port at the other end. */
static void fabric_uplink(struct draft *d, const struct scn_uplink *u, uint32_t edge, struct fabric_taken *taken)
{
    struct plan *p = d->p;
    const struct scn_catalogue *cat = &d->study->catalogue;
    const struct scn_connection *con = &d->design->connection[u->connection];
    const struct scn_item *module = u->module ? scn_catalogue_find(cat, u->module) : NULL;
    uint32_t core = fabric_core(d, u->to_fc), from = edge, modules = module ? fabric_modules(u, module) : 0;
    uint32_t first_slot = taken->slots;

    taken->slots += modules;
    draft_buy(p, "module", module, modules);
    for (uint32_t i = 0; i < u->ports; i++) {
        uint32_t in_module = module ? i % module->ports : 0;
        const char *port;

        if (module && in_module == 0) {
            ++first_slot;
            if (u->slot)
                from = fabric_module(d, u, edge, first_slot);
        }
        if (module && u->slot)
            port = sim_arena_printf(&p->arena, "p%u", in_module + 1);
        else if (module)
            port = sim_arena_printf(&p->arena, "slot%u/p%u", first_slot, in_module + 1);
        else
            port = fabric_port(d, u, taken);
        draft_cable(p,
                    (struct plan_cable){.a = from,
                                        .b = core,
                                        .a_port = port,
                                        .b_port = sim_arena_printf(&p->arena, "%s/%s", p->node[from].path, port),
                                        .slot = -1,
                                        .link = u->link,
                                        .length_m = u->length_m,
                                        .up = draft_egress(d, con, u->link, u->length_m, DRAFT_UPLINK, &p->node[core]),
                                        .down = draft_egress(d, con, u->link, u->length_m, DRAFT_CORE, &p->node[from]),
                                        .connection = DRAFT_NONE,
                                        .uplink = u,
                                        .edge = edge});
    }
    if (u->optic)
        draft_buy(p, "optic", scn_catalogue_find(cat, u->optic), 2 * u->ports);
    if (u->core_port)
        draft_buy(p, "core-port", scn_catalogue_find(cat, u->core_port), u->ports);
}

static void fabric_edge(struct draft *d, uint32_t c, int side, uint32_t number)
{
    struct plan *p = d->p;
    const struct scn_connection *con = &d->design->connection[c];
    const struct vio_node_type *kind = draft_node_kind(con->edge_kind);
    struct fabric_taken taken = {0};
    uint32_t edge;

    edge = draft_node(
        p, (struct plan_node){.path = sim_arena_printf(&p->arena, "%s-edge-%c%u", con->name, "ab"[side], number + 1),
                              .node = kind,
                              .config = draft_node_config(p, kind),
                              .item = d->edges[c].item,
                              .tier = PLAN_EDGE,
                              .rack = d->edges[c].spot[side][number].rack,
                              .rack_unit = d->edges[c].spot[side][number].unit,
                              .chassis = PLAN_NONE,
                              .side = (uint32_t)side});
    d->edges[c].node[side][number] = edge;
    draft_buy(p, strcmp(d->edges[c].item->category, "director") == 0 ? "director" : "switch", d->edges[c].item, 1);
    for (size_t i = 0; i < d->design->uplinks; i++)
        if (d->design->uplink[i].connection == c)
            fabric_uplink(d, &d->design->uplink[i], edge, &taken);
}

bool draft_count_edges(struct draft *d)
{
    for (uint32_t c = 0; c < d->design->connections; c++)
        if (!fabric_check(d, c))
            return false;
    return true;
}

void draft_plan_edges(struct draft *d)
{
    for (uint32_t c = 0; c < d->design->connections; c++)
        for (int side = 0; side < 2; side++)
            for (uint32_t i = 0; i < d->edges[c].n[side]; i++)
                fabric_edge(d, c, side, i);
}

/* One peer: its node, its cables to the core, its endpoint on each network. */
static void fabric_peer(struct draft *d, size_t index)
{
    struct plan *p = d->p;
    const struct scn_peer *peer = &d->study->peer[index];
    uint32_t core = fabric_core(d, draft_link_is_fc(peer->link));
    uint32_t node = draft_node(p, (struct plan_node){.path = peer->name,
                                                     .node = peer->node,
                                                     .config = peer->config,
                                                     .tier = PLAN_PEER,
                                                     .rack = PLAN_NONE,
                                                     .chassis = PLAN_NONE});

    for (uint32_t i = 0; i < peer->ports; i++)
        draft_cable(
            p, (struct plan_cable){.a = core,
                                   .b = node,
                                   .a_port = sim_arena_printf(&p->arena, "%s/p%u", peer->name, i + 1),
                                   .b_port = sim_arena_printf(&p->arena, "p%u", i + 1),
                                   .slot = -1,
                                   .link = peer->link,
                                   .length_m = PEER_CABLE_M,
                                   .up = draft_egress(d, NULL, peer->link, PEER_CABLE_M, DRAFT_CORE, &p->node[node]),
                                   .down = draft_egress(d, NULL, peer->link, PEER_CABLE_M, DRAFT_HOST, &p->node[core]),
                                   .connection = DRAFT_NONE});
    for (size_t i = 0; i < peer->networks; i++) {
        uint32_t network = peer->network[i];

        d->peer_endpoint[index * d->study->networks + network] =
            draft_endpoint(p, (struct plan_endpoint){.path = sim_arena_printf(&p->arena, "%s/%s", peer->name,
                                                                              d->study->network[network].name),
                                                     .node = node,
                                                     .network = network,
                                                     .cable = -1});
    }
}

void draft_plan_peers(struct draft *d)
{
    for (size_t i = 0; i < d->study->peers * d->study->networks; i++)
        d->peer_endpoint[i] = DRAFT_NONE;
    for (size_t i = 0; i < d->study->peers; i++)
        fabric_peer(d, i);
}
