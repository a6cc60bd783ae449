/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fabric.c - edges, modules, uplinks and cores: what the servers plug into and what lies beyond.
 *
 * The edges have been counted and placed (edges.c, place.c). Each has its uplinks to the LAN core or the SAN core, from
 * fixed ports, from an expansion module, or (directors) from modules that are nodes of their own behind a slot link.
 * The cores and what stands at them (clients, arrays) exist already; the core ports that the uplinks occupy are bought.
 */
#include <string.h>

#include "sim/plan/draft.h"

enum { PEER_CABLE_M = 5 }; /* docs/assumptions.md A-025 */

struct fabric_taken { /* of one edge by its uplinks so far */
    uint32_t slots, fixed, down;
};

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
 * first, then those of the ports that edges.c kept from the servers. */
static const char *fabric_port(struct draft *d, const struct scn_uplink *u, struct fabric_taken *taken)
{
    const struct draft_edges *e = &d->edges[u->connection];

    if (draft_port_runs(e->item->uplink_link, u->link) && taken->fixed < e->item->uplink_ports)
        return sim_arena_printf(&d->p->arena, "u%u", ++taken->fixed);
    return sim_arena_printf(&d->p->arena, "p%u", e->downlinks + ++taken->down);
}

/* The cable of an uplink of an edge (NULL: comes with the optics) and its length. */
static bool fabric_uplink_cable(struct draft *d, const struct scn_uplink *u, uint32_t edge,
                                const struct scn_item **cable, double *length_m)
{
    const struct plan_node *node = &d->p->node[edge];
    struct draft_spot spot = {.rack = node->rack, .unit = node->rack_unit};

    *length_m = u->length_m;
    *cable = u->cable ? scn_catalogue_find(&d->study->catalogue, u->cable) : NULL;
    if (!u->cable_auto)
        return true;
    return draft_choose_cable(d, node->path, u->to_fc ? "san-core" : "lan-core", u->link,
                              u->length_given ? u->length_m : draft_reach_core_m(d, spot), cable, length_m);
}

/* The uplinks `u` of one edge. A port of a core has no number here: it is named for the port at the other end. */
static bool fabric_uplink(struct draft *d, uint32_t uplink, uint32_t edge, struct fabric_taken *taken)
{
    const struct scn_uplink *u = &d->design->uplink[uplink];
    struct plan *p = d->p;
    const struct scn_catalogue *cat = &d->study->catalogue;
    const struct scn_connection *con = &d->design->connection[u->connection];
    const struct scn_item *module = u->module ? scn_catalogue_find(cat, u->module) : NULL;
    uint32_t core = fabric_core(d, u->to_fc), from = edge, modules = draft_uplink_modules(d, uplink);
    uint32_t first_slot = taken->slots;
    const struct scn_item *cable;
    double length_m;

    taken->slots += modules;
    draft_buy(p, "module", module, modules);
    if (!fabric_uplink_cable(d, u, edge, &cable, &length_m))
        return false;
    for (uint32_t i = 0; i < d->uplink_ports[uplink]; i++) {
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
        draft_cable(p, (struct plan_cable){.a = from,
                                           .b = core,
                                           .a_port = port,
                                           .b_port = sim_arena_printf(&p->arena, "%s/%s", p->node[from].path, port),
                                           .slot = -1,
                                           .link = u->link,
                                           .length_m = length_m,
                                           .item = cable,
                                           .up = draft_egress(d, con, u->link, length_m, DRAFT_UPLINK, &p->node[core]),
                                           .down = draft_egress(d, con, u->link, length_m, DRAFT_CORE, &p->node[from]),
                                           .connection = DRAFT_NONE,
                                           .uplink = u,
                                           .edge = edge});
    }
    draft_buy(p, "cable", cable, d->uplink_ports[uplink]);
    if (u->optic)
        draft_buy(p, "optic", scn_catalogue_find(cat, u->optic), 2 * d->uplink_ports[uplink]);
    if (u->core_port)
        draft_buy(p, "core-port", scn_catalogue_find(cat, u->core_port), d->uplink_ports[uplink]);
    return true;
}

static bool fabric_edge(struct draft *d, uint32_t c, int side, uint32_t number)
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
    for (uint32_t i = 0; i < d->design->uplinks; i++)
        if (d->design->uplink[i].connection == c && !fabric_uplink(d, i, edge, &taken))
            return false;
    return true;
}

bool draft_plan_edges(struct draft *d)
{
    for (uint32_t c = 0; c < d->design->connections; c++)
        for (int side = 0; side < 2; side++)
            for (uint32_t i = 0; i < d->edges[c].n[side]; i++)
                if (!fabric_edge(d, c, side, i))
                    return false;
    return true;
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
