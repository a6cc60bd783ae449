/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/ports.c - the port map of a plan: what the catalogue says a device has, against what the cables use.
 *
 * Devices are few ports wide, so an end of a cable finds its port by looking through those of its device. Cores and
 * peers exist already and nobody has counted their ports: theirs are the ends of the cables that come to them.
 */
#include "sim/plan/ports.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel/assert.h"

struct ports_end { /* of a cable, at a node */
    uint32_t cable;
    const char *name;
};

struct ports { /* of one plan while its map is made */
    const struct plan *plan;
    struct plan_port_map *map;
    size_t capacity;
    struct ports_end *end; /* by node */
    size_t *first;         /* by node, of end[]; [nodes] = all */
    bool *used;            /* by end */
};

static void ports_ends(struct ports *s)
{
    const struct plan *p = s->plan;
    size_t *at = sim_alloc(p->nodes + 1, sizeof *at);

    s->end = sim_alloc(2 * p->cables + 1, sizeof *s->end);
    s->used = sim_alloc(2 * p->cables + 1, sizeof *s->used);
    s->first = sim_alloc(p->nodes + 1, sizeof *s->first);
    for (size_t i = 0; i < p->cables; i++) {
        s->first[p->cable[i].a + 1]++;
        s->first[p->cable[i].b + 1]++;
    }
    for (size_t n = 0; n < p->nodes; n++)
        at[n + 1] = s->first[n + 1] += s->first[n];
    for (size_t i = 0; i < p->cables; i++) {
        s->end[at[p->cable[i].a]++] = (struct ports_end){(uint32_t)i, p->cable[i].a_port};
        s->end[at[p->cable[i].b]++] = (struct ports_end){(uint32_t)i, p->cable[i].b_port};
    }
    free(at);
}

static void ports_add(struct ports *s, struct plan_port port)
{
    struct plan_port_map *m = s->map;

    m->port = sim_grow(m->port, &s->capacity, m->ports + 1, sizeof *m->port);
    m->port[m->ports++] = port;
}

/* A port that the device has: with the cable that is in it. `link`: what it can do. */
static void ports_have(struct ports *s, uint32_t node, const char *name, int kind, const char *link)
{
    struct plan_port port = {.node = node, .name = name, .kind = kind, .link = link ? link : "", .cable = -1};

    for (size_t i = s->first[node]; i < s->first[node + 1] && port.cable < 0; i++) {
        if (s->used[i] || strcmp(s->end[i].name, name) != 0)
            continue;
        s->used[i] = true;
        port.cable = (int32_t)s->end[i].cable;
        port.link = s->plan->cable[port.cable].link->type;
    }
    ports_add(s, port);
}

static void ports_numbered(struct ports *s, uint32_t node, const char *stem, uint32_t n, int kind, const char *link)
{
    for (uint32_t i = 1; i <= n; i++)
        ports_have(s, node, sim_arena_printf(&s->map->arena, "%s%u", stem, i), kind, link);
}

/* Ports on board are numbered through, lot by lot. */
static void ports_onboard(struct ports *s, uint32_t node, const char *stem)
{
    const struct scn_lots *onboard = &s->plan->node[node].item->onboard;
    uint32_t n = 0;

    for (uint32_t i = 0; i < onboard->n; i++)
        for (uint32_t k = 0; k < onboard->lot[i].count; k++)
            ports_have(s, node, sim_arena_printf(&s->map->arena, "%s%u", stem, ++n), PLAN_PORT_ONBOARD,
                       onboard->lot[i].what);
}

static void ports_server(struct ports *s, uint32_t node, size_t *slot)
{
    const struct plan *p = s->plan;

    for (; *slot < p->slots && p->slot[*slot].node == node; ++*slot) {
        const struct plan_slot *card = &p->slot[*slot];
        const char *stem = sim_arena_printf(&s->map->arena, "%s/p", card->name);

        if (card->item)
            ports_numbered(s, node, stem, card->item->ports, PLAN_PORT_ADAPTER, card->item->link);
        else
            ports_onboard(s, node, stem);
    }
}

/* The module slots of an edge: backplane to a module that is a node, ports of an expansion module, or empty. */
static void ports_slots(struct ports *s, uint32_t node)
{
    const struct plan *p = s->plan;

    for (uint32_t n = 1; n <= scn_lots_count(&p->node[node].item->slots); n++) {
        const char *name = sim_arena_printf(&s->map->arena, "slot%u", n);
        const char *stem = sim_arena_printf(&s->map->arena, "%s/p", name);
        const struct plan_cable *in = NULL;
        bool backplane = false;

        for (size_t i = s->first[node]; i < s->first[node + 1] && !in; i++) {
            backplane = strcmp(s->end[i].name, name) == 0;
            if (backplane || strncmp(s->end[i].name, stem, strlen(stem)) == 0)
                in = &p->cable[s->end[i].cable];
        }
        if (in && !backplane) {
            const struct scn_item *module = scn_catalogue_find(&p->study->catalogue, in->uplink->module);

            ports_numbered(s, node, stem, module->ports, PLAN_PORT_UPLINK, module->link);
        } else {
            ports_have(s, node, name, backplane ? PLAN_PORT_BACKPLANE : PLAN_PORT_SLOT, "");
        }
    }
}

static void ports_device(struct ports *s, uint32_t node, size_t *slot)
{
    const struct plan_node *n = &s->plan->node[node];

    switch (n->tier) {
    case PLAN_SERVER:
        ports_server(s, node, slot);
        break;
    case PLAN_EDGE:
        ports_numbered(s, node, "p", n->item->ports, PLAN_PORT_DOWNLINK, n->item->link);
        ports_numbered(s, node, "u", n->item->uplink_ports, PLAN_PORT_UPLINK, n->item->uplink_link);
        ports_slots(s, node);
        break;
    case PLAN_MODULE:
        ports_have(s, node, "backplane", PLAN_PORT_BACKPLANE, "");
        ports_numbered(s, node, "p", n->item->ports, PLAN_PORT_MODULE, n->item->link);
        break;
    default:
        for (size_t i = s->first[node]; i < s->first[node + 1]; i++)
            ports_have(s, node, s->end[i].name, PLAN_PORT_EXISTING, "");
    }
}

void plan_ports_init(struct plan_port_map *m, const struct plan *p)
{
    struct ports s = {.plan = p, .map = m};
    size_t slot = 0;

    *m = (struct plan_port_map){0};
    sim_arena_init(&m->arena);
    ports_ends(&s);
    for (uint32_t n = 0; n < p->nodes; n++)
        ports_device(&s, n, &slot);
    for (size_t i = 0; i < 2 * p->cables; i++)
        SIM_ASSERT(s.used[i]); /* a cable in a port that its device has not, or two in one */
    free(s.end);
    free(s.first);
    free(s.used);
}

void plan_ports_fini(struct plan_port_map *m)
{
    free(m->port);
    sim_arena_fini(&m->arena);
}

const char *plan_port_kind_name(int kind)
{
    static const char *const names[PLAN_PORT_KINDS] = {"on board", "adapter",   "downlink", "uplink",
                                                       "module",   "backplane", "slot",     "existing"};

    return names[kind];
}
