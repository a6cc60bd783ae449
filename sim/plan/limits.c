/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/limits.c - how many virtual adapters a card can be.
 *
 * With pass-through every vNIC and vHBA is a function of the card that carries it; behind a software switch they are
 * none of the card's business. The endpoints of a basis are turned by one port from server to server, so each turn that
 * occurs is looked at.
 */
#include "sim/plan/draft.h"

enum { LIMITS_VNICS, LIMITS_VHBAS, LIMITS_KINDS };

struct limits {
    struct draft *d;
    const struct draft_group *g;
    uint32_t (*card)[LIMITS_KINDS]; /* by card */
};

static bool limits_card(const struct limits *l)
{
    static const char *const name[LIMITS_KINDS] = {"vNICs", "vHBAs"};

    for (uint32_t k = 0; k < l->g->cards; k++) {
        const struct draft_card *card = &l->g->card[k];
        const uint32_t most[LIMITS_KINDS] = {card->item->max_vnics, card->item->max_vhbas};

        for (int kind = 0; kind < LIMITS_KINDS; kind++)
            if (most[kind] && l->card[k][kind] > most[kind])
                return draft_fail(l->d, "%s: %u %s on %s, %s can be %u", l->g->servers->name, l->card[k][kind],
                                  name[kind], card->name, card->item->item, most[kind]);
    }
    return true;
}

/* Functions of each port of connection c. */
static bool limits_ports(const struct limits *l, uint32_t c, const uint32_t *functions)
{
    const struct draft_wiring *w = &l->g->wiring[c];

    for (uint32_t i = 0; i < w->need; i++) {
        const struct scn_item *item = w->port[i].card < 0 ? l->g->model : l->g->card[w->port[i].card].item;

        if (item->max_functions && functions[i] > item->max_functions)
            return draft_fail(l->d, "%s: %u virtual adapters on %s, a port of %s has %u functions", l->g->servers->name,
                              functions[i], w->port[i].name, item->item, item->max_functions);
    }
    return true;
}

/* Server `number` of the group. */
static bool limits_server(struct limits *l, uint32_t number)
{
    struct draft *d = l->d;

    l->card = sim_arena_alloc(&d->scratch, l->g->cards, sizeof *l->card);
    for (uint32_t c = 0; c < d->design->connections; c++) {
        uint32_t *functions = sim_arena_alloc(&d->scratch, l->g->wiring[c].need, sizeof *functions);

        for (uint32_t i = 0; i < l->g->endpoints; i++) {
            const struct draft_endpoint *e = &l->g->endpoint[i];
            uint32_t port = draft_port_on(d, e, number);
            bool fc = d->study->network[e->adapter->network].kind == SCN_FC;
            int32_t card;

            if (e->connection != c)
                continue;
            functions[port]++;
            card = l->g->wiring[c].port[port].card;
            if (card >= 0)
                l->card[card][fc ? LIMITS_VHBAS : LIMITS_VNICS]++;
        }
        if (!limits_ports(l, c, functions))
            return false;
    }
    return limits_card(l);
}

bool draft_check_limits(struct draft *d, uint32_t group)
{
    struct limits l = {.d = d, .g = &d->group[group]};
    uint32_t turns = 1;

    if (d->design->software_switch)
        return true;
    for (uint32_t i = 0; i < l.g->endpoints; i++)
        turns = l.g->endpoint[i].ports > turns ? l.g->endpoint[i].ports : turns;
    for (uint32_t number = 0; number < turns && number < l.g->servers->count; number++)
        if (!limits_server(&l, number))
            return false;
    return true;
}
