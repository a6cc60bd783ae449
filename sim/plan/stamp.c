/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/stamp.c - the servers of each group: what was solved once, put down for every server.
 */
#include "sim/plan/draft.h"

/* The edge at which the next server port of a side ends, and the number of the port there. */
static uint32_t stamp_edge(struct draft_edges *e, int side, uint32_t *port)
{
    uint32_t n = e->used[side]++;

    *port = n % e->downlinks + 1;
    return e->node[side][n / e->downlinks];
}

/* The cable from server `node` to `edge`, and how long it is: as the design says, or as the racks stand. */
static bool stamp_choose(struct draft *d, const struct scn_connection *con, uint32_t node, uint32_t edge,
                         const struct scn_item **item, double *length_m)
{
    const struct plan_node *a = &d->p->node[node], *b = &d->p->node[edge];
    double need_m = con->length_m;

    *length_m = con->length_m;
    if (draft_in_chassis(b->item)) {
        *item = NULL;
        *length_m = 0;
        return true;
    }
    if (con->cable) {
        *item = d->edges[con - d->design->connection].cable;
        return true;
    }
    if (!con->length_given)
        need_m = draft_reach_m(d, (struct draft_spot){.rack = a->rack, .unit = a->rack_unit},
                               (struct draft_spot){.rack = b->rack, .unit = b->rack_unit});
    return draft_choose_cable(d, a->path, b->path, con->link, need_m, item, length_m) &&
           draft_check_pfc(d, con, *length_m);
}

static bool stamp_cable(struct draft *d, const struct draft_group *g, uint32_t c, uint32_t i, uint32_t node,
                        uint32_t slot0)
{
    struct plan *p = d->p;
    const struct scn_connection *con = &d->design->connection[c];
    const struct draft_port *port = &g->wiring[c].port[i];
    const struct scn_item *item;
    double length_m;
    int side = con->ports >= 2 && i % con->ports % 2 == 1;
    uint32_t number, edge = stamp_edge(&d->edges[c], side, &number);
    /* the on-board ports are the server's first slot entry, the cards follow */
    int32_t slot = (int32_t)slot0 + 1 + port->card;

    if (!stamp_choose(d, con, node, edge, &item, &length_m))
        return false;
    draft_buy(p, "cable", item, 1);
    p->server_cables += item != NULL;
    draft_cable(p, (struct plan_cable){.a = node,
                                       .b = edge,
                                       .a_port = port->name,
                                       .b_port = p->bill_only ? "" : sim_arena_printf(&p->arena, "p%u", number),
                                       .slot = slot,
                                       .link = con->link,
                                       .length_m = length_m,
                                       .item = item,
                                       .up = draft_egress(d, con, con->link, length_m, DRAFT_HOST, &p->node[edge]),
                                       .down = draft_egress(d, con, con->link, length_m, DRAFT_EDGE, &p->node[node]),
                                       .connection = c});
    return true;
}

/* What every server of a group has in its slots; the cards of all are bought. */
static void stamp_prepare(struct draft *d, struct draft_group *g)
{
    const struct vio_node_type *kind = draft_node_kind("host");

    g->config = draft_node_config(d->p, kind);
    g->slot = sim_arena_alloc(&d->scratch, g->cards + 1, sizeof *g->slot);
    g->slot[0] = (struct plan_slot){.name = "lom"};
    for (uint32_t i = 0; i < g->cards; i++) {
        const struct draft_card *card = &g->card[i];
        struct plan_slot *slot = &g->slot[i + 1];

        *slot = (struct plan_slot){.item = card->item, .name = card->name, .slot = card->slot};
        slot->pcie = draft_pcie(card->slot_link, vio_link_find(card->item->slot_link ? card->item->slot_link : ""));
        if (slot->pcie && !d->p->bill_only)
            slot->tx = draft_slot_egress(d, &d->design->connection[card->connection], slot->pcie);
    }
    draft_buy(d->p, "server", g->model, g->servers->count);
    for (uint32_t i = 0; i < g->cards; i++)
        draft_buy(d->p, "adapter", g->card[i].item, g->servers->count);
}

/* The on-board ports (card -1) and the cards of one server; returns the index of the former. */
static uint32_t stamp_slots(struct draft *d, const struct draft_group *g, uint32_t node)
{
    const uint32_t slot0 = (uint32_t)d->p->slots;

    for (uint32_t i = 0; i <= g->cards; i++) {
        struct plan_slot slot = g->slot[i];

        slot.node = node;
        draft_slot(d->p, slot);
    }
    return slot0;
}

/* The endpoints of server `number` of its group. `cable0` is by connection the cable of its first port. */
static void stamp_endpoints(struct draft *d, const struct draft_group *g, uint32_t number, const uint32_t *cable0)
{
    uint32_t node = g->node0 + number;
    struct plan *p = d->p;
    const char *server = p->node[node].path;

    for (uint32_t i = 0; i < g->endpoints; i++) {
        const struct draft_endpoint *e = &g->endpoint[i];
        const struct scn_adapter *a = e->adapter;
        const char *path;

        if (e->vm == DRAFT_NONE)
            path = sim_arena_printf(&p->arena, "%s/hypervisor/%s", server, a->name);
        else
            path = sim_arena_printf(&p->arena, "%s/%s%u/%s", server, d->study->vm[e->vm].name, e->number, a->name);
        draft_endpoint(p,
                       (struct plan_endpoint){.path = path,
                                              .node = node,
                                              .network = a->network,
                                              .cable = (int32_t)(cable0[e->connection] + draft_port_on(d, e, number)),
                                              .tc = a->tc,
                                              .guarantee_bps = a->guarantee_bps,
                                              .cap_bps = a->cap_bps,
                                              .adapter = a,
                                              .first_cable = cable0[e->connection] + e->first,
                                              .cables = d->design->connection[e->connection].ports,
                                              .owner = e->vm == DRAFT_NONE ? "hypervisor" : d->study->vm[e->vm].name});
    }
}

/* As place.c does: in each chassis the blades begin with the first port of an edge there. */
static void stamp_begin_chassis(struct draft *d)
{
    for (uint32_t c = 0; c < d->design->connections; c++)
        for (int side = 0; side < 2; side++)
            if (draft_in_chassis(d->edges[c].item))
                d->edges[c].used[side] = draft_next_edge(&d->edges[c], d->edges[c].used[side]);
}

static bool stamp_server(struct draft *d, const struct draft_group *g, uint32_t number, uint32_t total)
{
    struct plan *p = d->p;
    const struct vio_node_type *kind = draft_node_kind("host");
    uint32_t *cable0 = sim_arena_alloc(&d->scratch, d->design->connections, sizeof *cable0);
    uint32_t slot0, node;

    /* two digits at least: a group that grows past ten keeps the names, and so the streams, of its first servers */
    node = draft_node(p, (struct plan_node){.path = sim_arena_printf(&p->arena, "%s%02u", g->servers->name, number),
                                            .node = kind,
                                            .config = g->config,
                                            .item = g->model,
                                            .tier = PLAN_SERVER,
                                            .server = total,
                                            .rack = g->spot[number].rack,
                                            .rack_unit = g->spot[number].unit,
                                            .chassis = g->spot[number].chassis,
                                            .bay = g->spot[number].bay});
    slot0 = stamp_slots(d, g, node);
    if (g->chassis && (number == 0 || g->spot[number].chassis != g->spot[number - 1].chassis))
        stamp_begin_chassis(d);
    for (uint32_t c = 0; c < d->design->connections; c++) {
        cable0[c] = (uint32_t)p->cables;
        for (uint32_t i = 0; i < g->wiring[c].need; i++)
            if (!stamp_cable(d, g, c, i, node, slot0))
                return false;
    }
    if (!p->bill_only)
        stamp_endpoints(d, g, number, cable0);
    return true;
}

bool draft_stamp_servers(struct draft *d)
{
    uint32_t total = 0;

    for (uint32_t i = 0; i < d->study->server_groups; i++) {
        struct draft_group *g = &d->group[i];

        g->node0 = (uint32_t)d->p->nodes;
        g->endpoint0 = (uint32_t)d->p->endpoints;
        stamp_prepare(d, g);
        for (uint32_t s = 0; s < g->servers->count; s++)
            if (!stamp_server(d, g, s, total++))
                return false;
    }
    return true;
}
