/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/edges.c - how many edges a connection takes, and which of their ports are uplinks.
 *
 * The server ports of a connection end at edge switches or directors: at side A and side B by turns where there are two
 * or more of them, so that an edge that fails leaves the other half. An edge gives its uplinks their ports first, fixed
 * ones or those of modules in its slots; what is left serves servers, and as many edges are bought as that requires. An
 * uplink may ask for an oversubscription instead of a number: then it has ports enough for all server ports of an edge
 * that is full.
 */
#include <math.h>

#include "sim/plan/draft.h"

struct edges_left { /* of one edge: what is left while uplinks take theirs */
    uint32_t down, fixed, slots;
};

uint32_t draft_uplink_modules(const struct draft *d, uint32_t uplink)
{
    const struct scn_uplink *u = &d->design->uplink[uplink];
    const struct scn_item *module = u->module ? scn_catalogue_find(&d->study->catalogue, u->module) : NULL;

    return module ? (d->uplink_ports[uplink] + module->ports - 1) / module->ports : 0;
}

/* Take the modules of an uplink from the slots of an edge. `loud`: say why not. */
static bool edges_take_slots(struct draft *d, const struct scn_item *edge, uint32_t uplink, struct edges_left *left,
                             bool loud)
{
    const struct scn_uplink *u = &d->design->uplink[uplink];
    const struct scn_item *module = scn_catalogue_find(&d->study->catalogue, u->module);
    uint32_t n, ports = d->uplink_ports[uplink];

    if (!module || module->ports == 0 || !draft_port_runs(module->link, u->link))
        return loud && draft_fail(d, "uplink %s: module %s has no %s ports", u->name, u->module, u->link->type);
    n = draft_uplink_modules(d, uplink);
    if (n > left->slots)
        return loud && draft_fail(d, "uplink %s: %u ports of %u per module %s take %u slot%s, %s has %u left of %u",
                                  u->name, ports, module->ports, u->module, n, n == 1 ? "" : "s", edge->item,
                                  left->slots, scn_lots_count(&edge->slots));
    left->slots -= n;
    return true;
}

/* Take the ports of an uplink from an edge. */
static bool edges_take(struct draft *d, const struct scn_item *edge, uint32_t uplink, struct edges_left *left,
                       bool loud)
{
    const struct scn_uplink *u = &d->design->uplink[uplink];
    uint32_t fixed, ports = d->uplink_ports[uplink];

    if (u->module)
        return edges_take_slots(d, edge, uplink, left, loud);
    fixed = draft_port_runs(edge->uplink_link, u->link) ? left->fixed : 0;
    fixed = fixed < ports ? fixed : ports;
    left->fixed -= fixed;
    if (fixed == ports)
        return true;
    if (!draft_port_runs(edge->link, u->link) || ports - fixed >= left->down)
        return loud && draft_fail(d, "uplink %s: %u %s ports wanted, %s has %u for it", u->name, ports, u->link->type,
                                  edge->item, fixed + (draft_port_runs(edge->link, u->link) ? left->down : 0));
    left->down -= ports - fixed;
    return true;
}

/* Give all uplinks of connection c the ports for an edge with `down` server ports. Returns what is left for servers; 0:
 * not possible. */
static uint32_t edges_take_all(struct draft *d, uint32_t c, uint32_t down, bool loud)
{
    const struct scn_item *edge = d->edges[c].item;
    struct edges_left left = {.down = edge->ports, .fixed = edge->uplink_ports, .slots = scn_lots_count(&edge->slots)};

    for (uint32_t i = 0; i < d->design->uplinks; i++) {
        const struct scn_uplink *u = &d->design->uplink[i];
        double server_bps = (double)down * (double)d->design->connection[c].link->rate_bps;

        if (u->connection != c)
            continue;
        d->uplink_ports[i] = u->ports;
        if (u->oversubscription > 0)
            d->uplink_ports[i] = (uint32_t)ceil(server_bps / (u->oversubscription * (double)u->link->rate_bps) - 1e-9);
        if (!edges_take(d, edge, i, &left, loud))
            return 0;
    }
    return left.down;
}

/* Downlinks of an edge of connection c: the most with which the uplinks find their ports. */
static bool edges_downlinks(struct draft *d, uint32_t c)
{
    bool ratio = false;

    for (size_t i = 0; i < d->design->uplinks; i++)
        ratio = ratio || (d->design->uplink[i].connection == c && d->design->uplink[i].oversubscription > 0);
    for (uint32_t down = d->edges[c].item->ports; ratio && down > 0; down--) {
        if (edges_take_all(d, c, down, false) >= down) {
            d->edges[c].downlinks = down;
            return true;
        }
    }
    d->edges[c].downlinks = edges_take_all(d, c, d->edges[c].item->ports, true);
    if (ratio)
        return draft_fail(d, "connection %s: %s has no ports left for servers at this oversubscription",
                          d->design->connection[c].name, d->edges[c].item->item);
    return d->edges[c].downlinks > 0;
}

/* Whether the connection's uplinks reach the core of a kind of network. */
static bool edges_reach(const struct scn_design *design, uint32_t c, bool fc)
{
    for (size_t i = 0; i < design->uplinks; i++)
        if (design->uplink[i].connection == c && design->uplink[i].to_fc == fc)
            return true;
    return false;
}

uint32_t draft_next_edge(const struct draft_edges *e, uint32_t used)
{
    return (used + e->downlinks - 1) / e->downlinks * e->downlinks;
}

/* Count the ports of each side, and so the edges: as many as they fill, and where edges stand in chassis, of which
 * the last of a group or of a rack may be partly filled, at most as many as with a chassis for each blade. */
static void edges_count(const struct draft *d, uint32_t c, uint64_t edges[2])
{
    const struct scn_connection *con = &d->design->connection[c];
    const uint64_t downlinks = d->edges[c].downlinks;
    uint64_t ports[2] = {0, 0};

    edges[0] = edges[1] = 0;
    for (size_t g = 0; g < d->study->server_groups; g++) {
        struct draft_wiring *w = &d->group[g].wiring[c];
        uint64_t servers = d->study->servers[g].count;

        w->side[0] = w->side[1] = 0;
        for (uint32_t i = 0; i < w->need; i++)
            w->side[con->ports >= 2 && i % con->ports % 2 == 1]++;
        for (int side = 0; side < 2; side++) {
            ports[side] += servers * w->side[side];
            edges[side] += servers * ((w->side[side] + downlinks - 1) / downlinks);
        }
    }
    for (int side = 0; side < 2 && !draft_in_chassis(d->edges[c].item); side++)
        edges[side] = (ports[side] + downlinks - 1) / downlinks;
}

/* Everything that connection c names was sold in the year. */
static bool edges_sold(struct draft *d, uint32_t c)
{
    const struct scn_connection *con = &d->design->connection[c];
    const char *name[2 + 4 * 16] = {con->edge, con->cable};
    size_t n = 2;

    for (size_t i = 0; i < d->design->uplinks && n + 4 < sizeof name / sizeof *name; i++) {
        const struct scn_uplink *u = &d->design->uplink[i];

        if (u->connection != c)
            continue;
        name[n++] = u->module;
        name[n++] = u->optic;
        name[n++] = u->core_port;
        name[n++] = u->cable;
    }
    for (size_t i = 0; i < n; i++) {
        const struct scn_item *item = name[i] ? scn_catalogue_find(&d->study->catalogue, name[i]) : NULL;

        if (item && !draft_sold(d, item))
            return draft_fail(d, "connection %s: %s: %s", con->name, item->item, draft_not_sold(d, item));
    }
    return true;
}

/* The networks of connection c reach a core, and are no more VLANs than the edge knows. */
static bool edges_networks(struct draft *d, uint32_t c)
{
    const struct scn_connection *con = &d->design->connection[c];
    const struct scn_item *edge = d->edges[c].item;
    uint32_t vlans = 0;

    for (uint32_t n = 0; n < d->study->networks; n++) {
        bool fc = d->study->network[n].kind == SCN_FC;

        if (!draft_carries(d, con, n))
            continue;
        vlans += !fc;
        if (!edges_reach(d->design, c, fc))
            return draft_fail(d, "connection %s: no uplink to the %s core for network %s", con->name,
                              fc ? "SAN" : "LAN", d->study->network[n].name);
    }
    if (edge->max_vlans && vlans > edge->max_vlans)
        return draft_fail(d, "connection %s: %u networks, %s has %u VLANs", con->name, vlans, edge->item,
                          edge->max_vlans);
    return true;
}

static double edges_watts(const struct draft *d, uint32_t c)
{
    double watts = d->edges[c].item->watts;

    for (uint32_t i = 0; i < d->design->uplinks; i++)
        if (d->design->uplink[i].connection == c && d->design->uplink[i].module)
            watts += draft_uplink_modules(d, i) *
                     scn_catalogue_find(&d->study->catalogue, d->design->uplink[i].module)->watts;
    return watts;
}

bool draft_check_pfc(struct draft *d, const struct scn_connection *con, double length_m)
{
    return !con->pfc ||
           draft_pfc_thresholds(con->link, length_m, con->buffer_B,
                                &(struct vio_egress_config){.mtu_B = (uint32_t)con->frames.mtu_B}) ||
           draft_fail(d, "connection %s: a buffer of %llu B does not hold the PFC headroom of %.0f m and two frames",
                      con->name, (unsigned long long)con->buffer_B, length_m);
}

static bool edges_check(struct draft *d, uint32_t c)
{
    const struct scn_connection *con = &d->design->connection[c];
    struct draft_edges *e = &d->edges[c];
    uint64_t edges[2];

    e->item = scn_catalogue_find(&d->study->catalogue, con->edge);
    if (!e->item || !draft_port_runs(e->item->link, con->link))
        return draft_fail(d, "connection %s: edge %s has no %s ports", con->name, con->edge, con->link->type);
    if (!edges_sold(d, c) || (con->cable && !draft_check_pfc(d, con, con->length_m)) || !edges_downlinks(d, c) ||
        !edges_networks(d, c))
        return false;
    e->cable = con->cable ? scn_catalogue_find(&d->study->catalogue, con->cable) : NULL;
    e->watts = edges_watts(d, c);
    edges_count(d, c, edges);
    for (int side = 0; side < 2; side++) {
        e->n[side] = (uint32_t)edges[side];
        e->node[side] = sim_arena_alloc(&d->scratch, e->n[side], sizeof *e->node[side]);
        e->spot[side] = sim_arena_alloc(&d->scratch, e->n[side], sizeof *e->spot[side]);
    }
    return true;
}

bool draft_count_edges(struct draft *d)
{
    d->uplink_ports = sim_arena_alloc(&d->scratch, d->design->uplinks, sizeof *d->uplink_ports);
    for (uint32_t c = 0; c < d->design->connections; c++)
        if (!edges_check(d, c))
            return false;
    return true;
}
