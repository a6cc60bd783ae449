/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fit.c - which server, and which cards in it: the cheapest that give every connection its ports.
 *
 * Each server of the catalogue that the group may be is tried with the adapters that the design names for each
 * connection (fit_solve.c finds the cheapest set, exactly). Left out are adapters that were not sold in the year that
 * is planned for, and those without a driver where they need one. The least sum of server and cards wins, then the
 * lower server, then the row of the catalogue that comes first. A server that does not do says why, with the
 * arithmetic.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/assert.h"
#include "sim/plan/demand.h"
#include "sim/plan/fit_model.h"

/* The cheapest set of cards for one model, if it does: f->usd is finite. */
static void fit_try(struct draft *d, const struct draft_group *g, const struct scn_item *model, double cores,
                    struct fit *f)
{
    fit_set_up(d, g, model, f);
    if (!draft_sold(d, model)) {
        f->why = draft_not_sold(d, model);
        return;
    }
    if (cores > model->cores && (model->cores || d->study->host.sharing == SCN_SHARED)) {
        f->why = sim_arena_printf(&d->scratch, "%.1f cores needed, %u offered", cores, model->cores);
        return;
    }
    f->usd = fit_solve(&d->scratch, &f->problem, f->part) + draft_price_usd(d, model);
    if (isfinite(f->usd) && !fit_add_chassis(d, g, f))
        f->usd = INFINITY;
}

static bool fit_allowed(const struct scn_servers *servers, const struct scn_item *item)
{
    if (strcmp(item->category, "server") != 0 && strcmp(item->category, "blade") != 0)
        return false;
    for (size_t i = 0; i < servers->n_models; i++)
        if (strcmp(servers->models[i], item->item) == 0)
            return true;
    return servers->n_models == 0;
}

static bool fit_is_better(const struct fit *a, const struct fit *b)
{
    if (!b->model || a->usd != b->usd)
        return !b->model || a->usd < b->usd;
    return a->model->rack_units < b->model->rack_units;
}

/* The ports of connection c in the order in which they are taken: on board first, then card by card. Where cards are to
 * fail alone they are dealt out in turn to the groups that are not to lose all of theirs, else group after group. */
static void fit_take(struct draft *d, struct draft_group *g, const struct fit *f, uint32_t c, uint32_t *board)
{
    const struct scn_connection *con = &d->design->connection[c];
    struct draft_wiring *w = &g->wiring[c];
    const struct fit_part *part = &f->part[c];
    uint32_t groups = w->need / con->ports, before = 0, given = 0;
    uint32_t most = f->problem.demand[c].most;
    bool deal = con->ports >= 2 && !con->share_card;

    w->port = sim_arena_alloc(&d->scratch, w->need, sizeof *w->port);
    for (uint32_t l = 0; l < f->problem.lots; l++) {
        for (uint32_t n = 0; n < part->onboard[l]; n++, given++)
            w->port[deal ? given % groups * con->ports + given / groups : given] =
                (struct draft_port){.card = -1, .name = sim_arena_printf(&d->p->arena, "lom/p%u", before + ++board[l])};
        before += f->problem.onboard[l];
    }
    w->onboard = given;
    for (size_t k = 0; k < part->cards; k++) {
        const struct scn_item *item = f->usable[c].item[part->card[k].offer];
        struct draft_card *card = &g->card[g->cards];
        int stem = (int)strcspn(item->item, "-");
        uint32_t number = 0;

        for (uint32_t j = 0; j < g->cards; j++)
            number += strncmp(g->card[j].name, item->item, (size_t)stem) == 0;
        *card = (struct draft_card){.connection = c,
                                    .item = item,
                                    .kind = part->card[k].kind,
                                    .name = sim_arena_printf(&d->p->arena, "%.*s%u", stem, item->item, number)};
        for (uint32_t j = 1; j <= item->ports && j <= most && given < w->need; j++, given++)
            w->port[deal ? given % groups * con->ports + given / groups : given] = (struct draft_port){
                .card = (int32_t)g->cards, .name = sim_arena_printf(&d->p->arena, "%s/p%u", card->name, j)};
        g->cards++;
    }
}

static const struct vio_link_type *fit_link(const char *name)
{
    return name ? vio_link_find(name) : NULL;
}

/* The lot for a card among those of its kind that have a slot left: the slowest in which the card runs as fast as it
 * can, else the one in which it runs fastest. Returns an index over slots and mezzanines together. */
static uint32_t fit_slot_lot(const struct fit *f, const struct draft_card *card, const struct scn_lot *const *lot,
                             const uint32_t *left, uint32_t lots)
{
    const struct vio_link_type *want = fit_link(card->item->slot_link);
    uint64_t best_bps = 0, best_slot_bps = 0;
    uint32_t best = DRAFT_NONE;

    for (uint32_t i = 0; i < lots; i++) {
        const struct vio_link_type *link = fit_link(lot[i]->what), *runs = draft_pcie(link, want);
        uint64_t bps = want && runs ? runs->rate_bps : 1, slot_bps = link ? link->rate_bps : UINT64_MAX;
        int form = i < f->model->slots.n ? SCN_CARD : SCN_MEZZANINE;

        if (left[i] == 0 || f->kind[card->kind].form != form ||
            (f->kind[card->kind].link && f->kind[card->kind].link != link))
            continue;
        if (best == DRAFT_NONE || bps > best_bps || (bps == best_bps && slot_bps < best_slot_bps)) {
            best = i;
            best_bps = bps;
            best_slot_bps = slot_bps;
        }
    }
    SIM_ASSERT(best != DRAFT_NONE);
    return best;
}

/* Put the cards in slots: those that need most first; within a lot in the order of the cards. */
static void fit_slots(struct draft *d, struct draft_group *g, const struct fit *f)
{
    uint32_t lots = f->model->slots.n + f->model->mezzanines.n, number = 0;
    const struct scn_lot **lot = sim_arena_alloc(&d->scratch, lots, sizeof *lot);
    uint32_t *left = sim_arena_alloc(&d->scratch, lots, sizeof *left);
    uint32_t *lot_of = sim_arena_alloc(&d->scratch, g->cards, sizeof *lot_of);

    for (uint32_t i = 0; i < lots; i++) {
        lot[i] = i < f->model->slots.n ? &f->model->slots.lot[i] : &f->model->mezzanines.lot[i - f->model->slots.n];
        left[i] = lot[i]->count;
    }
    for (uint32_t k = 0; k < g->cards; k++)
        lot_of[k] = DRAFT_NONE;
    for (uint32_t done = 0; done < g->cards; done++) {
        uint32_t next = DRAFT_NONE;
        uint64_t next_bps = 0;

        for (uint32_t k = 0; k < g->cards; k++) {
            const struct vio_link_type *want = fit_link(g->card[k].item->slot_link);
            uint64_t bps = want ? want->rate_bps : 0;

            if (lot_of[k] == DRAFT_NONE && (next == DRAFT_NONE || bps > next_bps)) {
                next = k;
                next_bps = bps;
            }
        }
        lot_of[next] = fit_slot_lot(f, &g->card[next], lot, left, lots);
        left[lot_of[next]]--;
    }
    for (uint32_t i = 0; i < lots; number += lot[i++]->count) {
        uint32_t in_lot = 0;

        for (uint32_t k = 0; k < g->cards; k++) {
            if (lot_of[k] != i)
                continue;
            g->card[k].slot = number + ++in_lot;
            g->card[k].slot_link = fit_link(lot[i]->what);
        }
    }
}

static void fit_accept(struct draft *d, struct draft_group *g, const struct fit *f)
{
    uint32_t board[FIT_LOTS_MAX] = {0};
    size_t cards = 0;

    for (size_t c = 0; c < d->design->connections; c++)
        cards += f->part[c].cards;
    g->model = f->model;
    g->chassis = f->chassis;
    g->io_module = f->io_module;
    g->io_modules = f->io_modules;
    g->card = sim_arena_alloc(&d->scratch, cards, sizeof *g->card);
    for (uint32_t c = 0; c < d->design->connections; c++)
        fit_take(d, g, f, c, board);
    fit_slots(d, g, f);
    g->watts = g->model->watts;
    for (uint32_t i = 0; i < g->cards; i++)
        g->watts += g->card[i].item->watts;
    g->spot = sim_arena_alloc(&d->scratch, g->servers->count, sizeof *g->spot);
}

bool draft_fit_group(struct draft *d, uint32_t group)
{
    struct draft_group *g = &d->group[group];
    const struct scn_catalogue *cat = &d->study->catalogue;
    double cores = plan_cores_taken(d->study, d->design, g->servers);
    struct fit chosen = {.model = NULL};
    const char *why = "";

    for (size_t i = 0; i < cat->items; i++) {
        struct fit f;

        if (!fit_allowed(g->servers, &cat->item[i]))
            continue;
        fit_try(d, g, &cat->item[i], cores, &f);
        if (isfinite(f.usd)) {
            if (fit_is_better(&f, &chosen))
                chosen = f;
            continue;
        }
        why = sim_arena_printf(&d->scratch, "%s%s%s", why, *why ? "; " : "", fit_reason(d, g, &f));
    }
    if (!chosen.model)
        return draft_fail(d, "%s: no allowed server fits: %s", g->servers->name, *why ? why : "the catalogue has none");
    fit_accept(d, g, &chosen);
    return true;
}
