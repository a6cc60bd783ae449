/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/schedule.c - the cabling schedule: role, networks and item of each cable.
 *
 * Networks   of a server's cable: those of the vNICs and vHBAs pinned to it. Of an uplink: all that its connection
 *            carries to that core. Of a peer: its own.
 */
#include "sim/plan/schedule.h"

#include <stdlib.h>
#include <string.h>

/* Append the names of a set of networks. */
static const char *schedule_names(const struct plan *p, const bool *set, struct sim_arena *a)
{
    const char *text = "";

    for (size_t n = 0; n < p->study->networks; n++)
        if (set[n])
            text = sim_arena_printf(a, "%s%s%s", text, *text ? " " : "", p->study->network[n].name);
    return text;
}

/* Like servers have like cables: most texts are among the last few that were made. */
static const char *schedule_same(struct plan_schedule_row *row, size_t i, const char *text)
{
    for (size_t back = 1; back <= 64 && back <= i; back++)
        if (row[i - back].networks && strcmp(row[i - back].networks, text) == 0)
            return row[i - back].networks;
    return text;
}

static void schedule_server_networks(const struct plan *p, struct plan_schedule_row *row, struct sim_arena *a)
{
    const size_t width = p->study->networks;
    bool *set = sim_alloc(p->cables * width + 1, sizeof *set);
    struct sim_arena scratch;

    sim_arena_init(&scratch);
    for (size_t i = 0; i < p->endpoints; i++)
        if (p->endpoint[i].cable >= 0)
            set[(size_t)p->endpoint[i].cable * width + p->endpoint[i].network] = true;
    for (size_t i = 0; i < p->cables; i++) {
        const char *text, *same;

        if (p->node[p->cable[i].a].tier != PLAN_SERVER)
            continue;
        text = schedule_names(p, &set[i * width], &scratch);
        same = schedule_same(row, i, text);
        row[i].networks = same == text ? sim_arena_text(a, text) : same;
    }
    sim_arena_fini(&scratch);
    free(set);
}

static bool schedule_among(const uint32_t *list, size_t n, uint32_t network)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == network)
            return true;
    return false;
}

static const char *schedule_uplink_networks(const struct plan *p, const struct scn_uplink *u, struct sim_arena *a)
{
    const struct scn_connection *c = &p->design->connection[u->connection];
    bool *set = sim_alloc(p->study->networks + 1, sizeof *set);
    const char *text;

    for (uint32_t n = 0; n < p->study->networks; n++)
        set[n] =
            (p->study->network[n].kind == SCN_FC) == u->to_fc && (!c->only || schedule_among(c->only, c->n_only, n));
    text = schedule_names(p, set, a);
    free(set);
    return text;
}

static const char *schedule_peer_networks(const struct plan *p, const char *peer, struct sim_arena *a)
{
    bool *set = sim_alloc(p->study->networks + 1, sizeof *set);
    const char *text;

    for (size_t i = 0; i < p->study->peers; i++)
        for (size_t k = 0; strcmp(p->study->peer[i].name, peer) == 0 && k < p->study->peer[i].networks; k++)
            set[p->study->peer[i].network[k]] = true;
    text = schedule_names(p, set, a);
    free(set);
    return text;
}

/* The cable with what is bought along with it, and the optics of an uplink. */
static const char *schedule_item(const struct plan *p, const struct plan_cable *c, struct sim_arena *a)
{
    const char *item = c->item ? c->item->item : "";

    for (uint32_t i = 0; c->item && i < c->item->with.n; i++)
        item = sim_arena_printf(a, "%s + %u x %s", item, c->item->with.lot[i].count, c->item->with.lot[i].what);
    if (c->uplink && c->uplink->optic && p->node[c->b].tier == PLAN_CORE)
        item = sim_arena_printf(a, "%s%s2 x %s", item, *item ? " + " : "", c->uplink->optic);
    return item;
}

static struct plan_schedule_row schedule_row(const struct plan *p, const struct plan_cable *c, struct sim_arena *a)
{
    const char *item = schedule_item(p, c, a);

    if (p->node[c->a].tier == PLAN_SERVER)
        return (struct plan_schedule_row){"server", p->design->connection[c->connection].name, NULL, item};
    if (!p->design)
        return (struct plan_schedule_row){"link", "", "", item};
    if (!c->uplink)
        return (struct plan_schedule_row){"existing", "", schedule_peer_networks(p, p->node[c->b].path, a), item};
    return (struct plan_schedule_row){p->node[c->b].tier == PLAN_MODULE ? "backplane" : "uplink", c->uplink->name,
                                      schedule_uplink_networks(p, c->uplink, a), item};
}

struct plan_schedule_row *plan_schedule(const struct plan *p, struct sim_arena *arena)
{
    struct plan_schedule_row *row = sim_arena_alloc(arena, p->cables + 1, sizeof *row);

    for (size_t i = 0; i < p->cables; i++)
        row[i] = schedule_row(p, &p->cable[i], arena);
    schedule_server_networks(p, row, arena);
    return row;
}
