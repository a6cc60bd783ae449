/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/part.c - what can fail in a plan, and which part an event means.
 *
 * A part is a set of cables, with the slots and the server that fail with them. Parts of a kind are numbered in the
 * order of the plan. On-board ports fail in pairs, as two of them share a controller.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/plan/draft.h"
#include "sim/plan/part.h"

enum { PART_ONBOARD_PORTS = 2 }; /* of a controller, A-206 */

struct part_list {
    const struct plan *p;
    struct sim_arena *arena; /* the plan's */
    struct plan_part *part;  /* heap */
    size_t n, capacity;
};

static struct plan_part *part_add(struct part_list *l, const char *name, enum vio_fault cause)
{
    l->part = sim_grow(l->part, &l->capacity, l->n + 1, sizeof *l->part);
    l->part[l->n] = (struct plan_part){.name = sim_arena_text(l->arena, name), .cause = cause};
    return &l->part[l->n++];
}

static uint32_t *part_append(struct part_list *l, uint32_t *list, uint32_t n, uint32_t value)
{
    uint32_t *longer = list;

    if ((n & (n - 1)) == 0) { /* full: room for as many again */
        longer = sim_arena_alloc(l->arena, n ? 2 * n : 1, sizeof *longer);
        for (uint32_t i = 0; i < n; i++)
            longer[i] = list[i];
    }
    longer[n] = value;
    return longer;
}

static void part_cable(struct part_list *l, struct plan_part *part, uint32_t cable)
{
    part->cable = part_append(l, part->cable, part->cables, cable);
    part->cables++;
}

static void part_slot(struct part_list *l, struct plan_part *part, uint32_t slot)
{
    part->slot = part_append(l, part->slot, part->slots, slot);
    part->slots++;
}

/* All cables of a node; of a director also those of its modules. */
static void part_node_cables(struct part_list *l, struct plan_part *part, uint32_t node)
{
    for (uint32_t i = 0; i < l->p->cables; i++) {
        const struct plan_cable *c = &l->p->cable[i];

        if (c->a == node || c->b == node || (c->uplink && c->edge == node))
            part_cable(l, part, i);
    }
}

static const char *part_port_name(const struct part_list *l, const struct plan_cable *c)
{
    return sim_arena_printf(l->arena, "%s/%s", l->p->node[c->a].path, c->a_port);
}

/* Whether a connection is meant by lan, san or its name. NULL means any. */
static bool part_is_connection(const struct plan *p, uint32_t connection, const char *role)
{
    const struct scn_connection *c = connection == DRAFT_NONE ? NULL : &p->design->connection[connection];

    if (!c || !role)
        return c != NULL;
    if (strcmp(role, "lan") == 0)
        return c->ethernet;
    return strcmp(role, "san") == 0 ? c->fc : strcmp(role, c->name) == 0;
}

static bool part_is_uplink(const struct scn_uplink *u, const char *role)
{
    if (!u || !role)
        return u != NULL;
    if (strcmp(role, "lan") == 0 || strcmp(role, "san") == 0)
        return u->to_fc == (role[0] == 's');
    return strcmp(role, u->name) == 0;
}

static bool part_is_server(const struct plan *p, uint32_t node, const char *server)
{
    return p->node[node].tier == PLAN_SERVER && (!server || strcmp(p->node[node].path, server) == 0);
}

static void part_links(struct part_list *l, const char *target)
{
    for (uint32_t i = 0; i < l->p->cables; i++) {
        const struct plan_cable *c = &l->p->cable[i];
        const char *far = sim_arena_printf(l->arena, "%s/%s", l->p->node[c->b].path, c->b_port);

        if (!target || strcmp(target, c->label) == 0 || strcmp(target, part_port_name(l, c)) == 0 ||
            strcmp(target, far) == 0)
            part_cable(l, part_add(l, part_port_name(l, c), VIO_FAULT_LINK), i);
    }
}

static void part_ports(struct part_list *l, const char *role, const char *server)
{
    for (uint32_t i = 0; i < l->p->cables; i++) {
        const struct plan_cable *c = &l->p->cable[i];

        if (part_is_server(l->p, c->a, server) && part_is_connection(l->p, c->connection, role))
            part_cable(l, part_add(l, part_port_name(l, c), VIO_FAULT_LINK), i);
    }
}

/* Number of the controller of an on-board port "lom/p3"; 0 for the port of a card. */
static int part_controller(const struct plan *p, const struct plan_cable *c)
{
    if (c->slot < 0 || p->slot[c->slot].item)
        return 0;
    return 1 + (atoi(c->a_port + strcspn(c->a_port, "0123456789")) - 1) / PART_ONBOARD_PORTS;
}

/* Whether two cables end at the same adapter. */
static bool part_shares_adapter(const struct plan *p, uint32_t a, uint32_t b)
{
    return p->cable[a].slot == p->cable[b].slot && part_controller(p, &p->cable[a]) == part_controller(p, &p->cable[b]);
}

/* The adapter that cable i ends at; the cables of a server are neighbours, from `first` on. */
static void part_adapter(struct part_list *l, uint32_t first, uint32_t i)
{
    const struct plan *p = l->p;
    const struct plan_cable *c = &p->cable[i];
    const int controller = part_controller(p, c);
    struct plan_part *part =
        part_add(l, sim_arena_printf(l->arena, "%s/%.*s", p->node[c->a].path, (int)strcspn(c->a_port, "/"), c->a_port),
                 VIO_FAULT_NODE);

    if (controller)
        part->name = sim_arena_printf(l->arena, "%s%d", part->name, controller);
    else
        part_slot(l, part, (uint32_t)c->slot);
    for (uint32_t k = first; k < p->cables && p->cable[k].a == c->a; k++)
        if (part_shares_adapter(p, i, k))
            part_cable(l, part, k);
}

static void part_adapters(struct part_list *l, const char *role, const char *server)
{
    const struct plan *p = l->p;
    uint32_t first = 0;

    for (uint32_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];
        bool fresh = true;

        if (c->a != p->cable[first].a)
            first = i;
        if (!part_is_server(p, c->a, server) || c->slot < 0 || !part_is_connection(p, c->connection, role))
            continue;
        for (uint32_t k = first; k < i && fresh; k++)
            fresh = !part_shares_adapter(p, i, k) || !part_is_connection(p, p->cable[k].connection, role);
        if (fresh)
            part_adapter(l, first, i);
    }
}

static void part_uplinks(struct part_list *l, const char *role)
{
    for (uint32_t i = 0; i < l->p->cables; i++) {
        const struct plan_cable *c = &l->p->cable[i];

        if (l->p->node[c->b].tier == PLAN_CORE && part_is_uplink(c->uplink, role))
            part_cable(l, part_add(l, part_port_name(l, c), VIO_FAULT_LINK), i);
    }
}

/* Edges, directors, or the transit nodes of any kind. side -1: both. */
static void part_edges(struct part_list *l, const char *role, int side, const char *kind)
{
    const struct plan *p = l->p;

    for (uint32_t n = 0; n < p->nodes; n++) {
        bool fits = false;

        if (p->node[n].tier != PLAN_EDGE || (side >= 0 && (int)p->node[n].side != side) ||
            (kind && strcmp(p->node[n].node->type, kind) != 0))
            continue;
        for (size_t i = 0; i < p->cables && !fits; i++)
            fits = p->cable[i].b == n && part_is_connection(p, p->cable[i].connection, role);
        if (fits)
            part_node_cables(l, part_add(l, p->node[n].path, VIO_FAULT_NODE), n);
    }
}

/* A module is a node behind its slot, or the ports "slot2/p1", "slot2/p2" ... of an edge. */
static void part_modules(struct part_list *l, const char *role)
{
    const struct plan *p = l->p;
    const char *last = "";

    for (uint32_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];
        const char *name;

        if (!part_is_uplink(c->uplink, role) || !c->uplink->module)
            continue;
        if (p->node[c->b].tier == PLAN_MODULE) {
            part_node_cables(l, part_add(l, p->node[c->b].path, VIO_FAULT_NODE), c->b);
        } else if (p->node[c->a].tier == PLAN_EDGE) {
            name = sim_arena_printf(l->arena, "%s/%.*s", p->node[c->a].path, (int)strcspn(c->a_port, "/"), c->a_port);
            if (strcmp(name, last) != 0)
                part_add(l, name, VIO_FAULT_NODE);
            part_cable(l, &l->part[l->n - 1], i);
            last = name;
        }
    }
}

static void part_servers(struct part_list *l, const char *server)
{
    const struct plan *p = l->p;

    for (uint32_t n = 0; n < p->nodes; n++) {
        struct plan_part *part;

        if (!part_is_server(p, n, server))
            continue;
        part = part_add(l, p->node[n].path, VIO_FAULT_NODE);
        part_node_cables(l, part, n);
        for (uint32_t i = 0; i < p->slots; i++)
            if (p->slot[i].node == n)
                part_slot(l, part, i);
    }
}

static void part_nodes(struct part_list *l, const char *target)
{
    const struct plan *p = l->p;

    for (uint32_t n = 0; n < p->nodes; n++) {
        if (target ? strcmp(p->node[n].path, target) != 0 : p->node[n].node->role != VIO_ROLE_TRANSIT)
            continue;
        if (p->node[n].tier == PLAN_SERVER)
            part_servers(l, target);
        else
            part_node_cables(l, part_add(l, p->node[n].path, VIO_FAULT_NODE), n);
    }
}

struct plan_part *plan_parts(const struct plan *p, struct sim_arena *arena, const struct scn_event *e, size_t *n)
{
    struct part_list l = {.p = p, .arena = arena};
    const bool all = e->kind == SCN_EVENT_RANDOM;
    const char *target = all ? NULL : e->target, *server = all ? NULL : e->server;
    const int side = all ? -1 : e->side;

    switch (e->part) {
    case SCN_PART_LINK:
        part_links(&l, target);
        break;
    case SCN_PART_PORT:
        part_ports(&l, target, server);
        break;
    case SCN_PART_ADAPTER:
        part_adapters(&l, target, server);
        break;
    case SCN_PART_UPLINK:
        part_uplinks(&l, target);
        break;
    case SCN_PART_EDGE:
        part_edges(&l, target, side, NULL);
        break;
    case SCN_PART_DIRECTOR:
        part_edges(&l, target, side, "director");
        break;
    case SCN_PART_MODULE:
        part_modules(&l, target);
        break;
    case SCN_PART_NODE:
        part_nodes(&l, target);
        break;
    default:
        part_servers(&l, server);
        break;
    }
    *n = l.n;
    return l.part;
}
