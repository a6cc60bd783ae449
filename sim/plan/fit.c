/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fit.c - adapters into slots: the cheapest server and cards that give every connection its ports.
 *
 * Problem      A server offers on-board GbE ports and slots (on a blade: mezzanines). Each connection needs a number of
 *              ports; on-board ports serve first where the connection allows them, cards the rest. A card takes one
 *              slot and serves one connection.
 * Algorithm    Exact, by dynamic programming. best(k, p) = least price of p ports with at most k cards of a connection
 *              (unbounded knapsack); total(c, s) = least price of the first c connections in s slots. Servers are few
 *              and are tried in turn; the least sum of server and cards wins, then the lower server, then the row of
 *              the catalogue that comes first.
 * Simplified   Every slot of a server is alike; power, cooling and card height do not limit (docs/assumptions.md
 *
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/assert.h"
#include "sim/plan/draft.h"

struct fit_pick {   /* a cell of a table */
    double usd;     /* INFINITY: impossible */
    int32_t item;   /* last card taken, as an index into the connection's adapters; -1 = none */
    uint32_t slots; /* total(): slots given to this connection */
};

struct fit_connection { /* a connection while one server is tried */
    const struct scn_item **adapter;
    size_t adapters;
    uint32_t onboard, rest; /* ports on board, ports that cards must give */
    struct fit_pick *best;  /* [k][p], k = 0..slots, p = 0..rest */
    struct fit_pick *total; /* [s] */
};

struct fit {
    const struct scn_item *model;
    uint32_t slots;
    double usd;
    struct fit_connection *c;
};

static uint32_t fit_u32_min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void fit_best(struct sim_arena *a, struct fit_connection *c, uint32_t slots)
{
    size_t width = (size_t)c->rest + 1;

    c->best = sim_arena_alloc(a, (slots + 1) * width, sizeof *c->best);
    for (uint32_t k = 0; k <= slots; k++) {
        for (uint32_t p = 0; p <= c->rest; p++) {
            struct fit_pick *cell = &c->best[k * width + p];

            *cell = (struct fit_pick){.usd = p == 0 ? 0 : INFINITY, .item = -1};
            if (k == 0 || p == 0)
                continue;
            *cell = c->best[(k - 1) * width + p];
            for (size_t i = 0; i < c->adapters; i++) {
                uint32_t gives = fit_u32_min(p, c->adapter[i]->ports);
                double usd = c->adapter[i]->price_usd + c->best[(k - 1) * width + p - gives].usd;

                if (usd < cell->usd)
                    *cell = (struct fit_pick){.usd = usd, .item = (int32_t)i};
            }
        }
    }
}

/* total(c, s) from total(c - 1, .). */
static void fit_total(struct sim_arena *a, struct fit *f, size_t c)
{
    struct fit_connection *fc = &f->c[c];
    size_t width = (size_t)fc->rest + 1;

    fc->total = sim_arena_alloc(a, (size_t)f->slots + 1, sizeof *fc->total);
    for (uint32_t s = 0; s <= f->slots; s++) {
        fc->total[s] = (struct fit_pick){.usd = INFINITY};
        for (uint32_t k = 0; k <= s; k++) {
            double before = c == 0 ? 0 : f->c[c - 1].total[s - k].usd;
            double usd = before + fc->best[k * width + fc->rest].usd;

            if (usd < fc->total[s].usd)
                fc->total[s] = (struct fit_pick){.usd = usd, .slots = k};
        }
    }
}

/* The adapters of the catalogue that can provide ports of the connection. */
static void fit_adapters(struct draft *d, const struct scn_connection *c, struct fit_connection *fc)
{
    fc->adapter = sim_arena_alloc(&d->scratch, c->n_adapters, sizeof *fc->adapter);
    fc->adapters = 0;
    for (size_t i = 0; i < c->n_adapters; i++) {
        const struct scn_item *item = scn_catalogue_find(&d->study->catalogue, c->adapters[i]);

        if (item && item->ports > 0 && draft_port_runs(item->link, c->link))
            fc->adapter[fc->adapters++] = item;
    }
}

static void fit_try(struct draft *d, const struct draft_group *g, const struct scn_item *model, struct fit *f)
{
    uint32_t onboard = scn_lots_count(&model->onboard);
    size_t n = d->design->connections;

    *f = (struct fit){
        .model = model, .slots = scn_lots_count(&model->slots) + scn_lots_count(&model->mezzanines), .usd = INFINITY};
    f->c = sim_arena_alloc(&d->scratch, n, sizeof *f->c);
    for (size_t c = 0; c < n; c++) {
        const struct scn_connection *con = &d->design->connection[c];
        struct fit_connection *fc = &f->c[c];

        if (con->onboard && draft_port_runs("gbe", con->link))
            fc->onboard = fit_u32_min(onboard, g->wiring[c].need);
        onboard -= fc->onboard;
        fc->rest = g->wiring[c].need - fc->onboard;
        fit_adapters(d, con, fc);
        fit_best(&d->scratch, fc, f->slots);
        fit_total(&d->scratch, f, c);
    }
    f->usd = model->price_usd + (n ? f->c[n - 1].total[f->slots].usd : 0);
}

/* Cores that the VMs of one server and its software switch use. */
static double fit_cores(const struct draft *d, const struct draft_group *g)
{
    double cores = d->design->software_switch ? d->study->host.io_cores : 0;

    for (size_t i = 0; i < g->servers->places; i++) {
        const struct scn_vm *vm = &d->study->vm[g->servers->place[i].vm];

        cores += g->servers->place[i].count * vm->vcpus * vm->compute;
    }
    return cores;
}

/* Add "lan: 12 ports = 2 on board + 3 cards of 4" for each connection; return the slots needed, or DRAFT_NONE. */
static uint32_t fit_arithmetic(const struct draft *d, const struct draft_group *g, const struct fit *f, char *text,
                               size_t size)
{
    uint32_t slots = 0;
    const char *between = "";
    size_t used = 0;

    for (size_t c = 0; c < d->design->connections && used < size; c++) {
        const struct fit_connection *fc = &f->c[c];
        uint32_t most = 0, cards;

        if (g->wiring[c].need == 0)
            continue;
        for (size_t i = 0; i < fc->adapters; i++)
            most = fc->adapter[i]->ports > most ? fc->adapter[i]->ports : most;
        used += (size_t)snprintf(text + used, size - used, "%s%s: %u ports = ", between, d->design->connection[c].name,
                                 g->wiring[c].need);
        between = "; ";
        if (fc->onboard && used < size)
            used += (size_t)snprintf(text + used, size - used, "%u on board%s", fc->onboard, fc->rest ? " + " : "");
        if (fc->rest == 0 || used >= size)
            continue;
        if (most == 0) {
            used += (size_t)snprintf(text + used, size - used, "%u that no card may give", fc->rest);
            slots = DRAFT_NONE;
            continue;
        }
        cards = (fc->rest + most - 1) / most;
        used += (size_t)snprintf(text + used, size - used, "%u card%s of %u", cards, cards == 1 ? "" : "s", most);
        slots = slots == DRAFT_NONE ? slots : slots + cards;
    }
    return slots;
}

/* Why `model` does not fit, as a clause. */
static const char *fit_reason(struct draft *d, const struct draft_group *g, const struct fit *f, double cores)
{
    char text[512] = "";
    const struct scn_item *m = f->model;
    uint32_t slots = fit_arithmetic(d, g, f, text, sizeof text);
    const char *noun = m->mezzanines.n ? "mezzanines" : "slots";

    if (isfinite(f->usd))
        return sim_arena_printf(&d->scratch, "%s: %.1f cores needed, %u offered", m->item, cores, m->cores);
    if (slots == DRAFT_NONE)
        return sim_arena_printf(&d->scratch, "%s: %s", m->item, text);
    return sim_arena_printf(&d->scratch, "%s: %u %s needed (%s), %u offered", m->item, slots, noun, text, f->slots);
}

/* Name the cards taken for connection `c` and give it its ports: on board first, then card by card. */
static void fit_take(struct draft *d, struct draft_group *g, const struct fit *f, size_t c, uint32_t k)
{
    struct draft_wiring *w = &g->wiring[c];
    const struct fit_connection *fc = &f->c[c];
    uint32_t before = 0, given = 0, p = fc->rest;

    w->onboard = fc->onboard;
    w->port = sim_arena_alloc(&d->scratch, w->need, sizeof *w->port);
    for (size_t i = 0; i < c; i++)
        before += f->c[i].onboard;
    for (; given < w->onboard; given++)
        w->port[given] =
            (struct draft_port){.card = -1, .name = sim_arena_printf(&d->p->arena, "lom/p%u", before + given + 1)};
    for (; k > 0 && p > 0; k--) {
        int32_t i = fc->best[k * ((size_t)fc->rest + 1) + p].item;
        const struct scn_item *item;
        struct draft_card *card = &g->card[g->cards];
        uint32_t number = 0;
        int stem;

        SIM_ASSERT(i >= 0);
        item = fc->adapter[i];
        stem = (int)strcspn(item->item, "-");
        for (uint32_t j = 0; j < g->cards; j++)
            number += strncmp(g->card[j].name, item->item, (size_t)stem) == 0;
        *card = (struct draft_card){.item = item,
                                    .name = sim_arena_printf(&d->p->arena, "%.*s%u", stem, item->item, number)};
        for (uint32_t j = 1; j <= item->ports && given < w->need; j++)
            w->port[given++] = (struct draft_port){.card = (int32_t)g->cards,
                                                   .name = sim_arena_printf(&d->p->arena, "%s/p%u", card->name, j)};
        g->cards++;
        p -= fit_u32_min(p, item->ports);
        /* a cell copied from k - 1 names a card that is in a cheapest set of k too, so the walk stays on a cheapest set
         */
    }
}

static void fit_accept(struct draft *d, struct draft_group *g, const struct fit *f)
{
    uint32_t s = f->slots;
    uint32_t *slots = sim_arena_alloc(&d->scratch, d->design->connections, sizeof *slots);

    g->model = f->model;
    g->card = sim_arena_alloc(&d->scratch, f->slots, sizeof *g->card);
    for (size_t c = d->design->connections; c-- > 0;) {
        slots[c] = f->c[c].total[s].slots;
        s -= slots[c];
    }
    for (size_t c = 0; c < d->design->connections; c++)
        fit_take(d, g, f, c, slots[c]);
    g->chassis =
        g->model->chassis && *g->model->chassis ? scn_catalogue_find(&d->study->catalogue, g->model->chassis) : NULL;
    g->watts = g->model->watts;
    for (uint32_t i = 0; i < g->cards; i++)
        g->watts += g->card[i].item->watts;
    g->spot = sim_arena_alloc(&d->scratch, g->servers->count, sizeof *g->spot);
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

static bool fit_choose(struct draft *d, struct draft_group *g)
{
    const struct scn_catalogue *cat = &d->study->catalogue;
    double cores = fit_cores(d, g);
    struct fit chosen = {.model = NULL};
    const char *why = "";

    for (size_t i = 0; i < cat->items; i++) {
        const struct scn_item *model = &cat->item[i];
        struct fit f;

        if (!fit_allowed(g->servers, model))
            continue;
        fit_try(d, g, model, &f);
        if (isfinite(f.usd) && (model->cores == 0 || cores <= model->cores)) {
            if (fit_is_better(&f, &chosen))
                chosen = f;
            continue;
        }
        why = sim_arena_printf(&d->scratch, "%s%s%s", why, *why ? "; " : "", fit_reason(d, g, &f, cores));
    }
    if (!chosen.model)
        return draft_fail(d, "%s: no allowed server fits: %s", g->servers->name, *why ? why : "the catalogue has none");
    fit_accept(d, g, &chosen);
    return true;
}

/* Whether any adapter of the group lives on the network. */
static bool fit_uses(const struct draft_group *g, uint32_t network)
{
    for (uint32_t i = 0; i < g->endpoints; i++)
        if (g->endpoint[i].adapter->network == network)
            return true;
    return false;
}

/* Ports that connection `c` needs at each server of the group. */
static void fit_need(struct draft *d, struct draft_group *g, uint32_t c)
{
    const struct scn_connection *con = &d->design->connection[c];
    struct draft_wiring *w = &g->wiring[c];

    if (con->per == SCN_PER_SERVER) {
        w->need = con->ports;
        return;
    }
    if (con->per == SCN_PER_VM) {
        for (uint32_t i = 0; i < g->endpoints; i++)
            w->need += g->endpoint[i].connection == c ? con->ports : 0;
        return;
    }
    w->basis = sim_arena_alloc(&d->scratch, d->study->networks, sizeof *w->basis);
    for (uint32_t n = 0; n < d->study->networks; n++) {
        w->basis[n] = DRAFT_NONE;
        if (draft_carries(d, con, n) && fit_uses(g, n)) {
            w->basis[n] = w->need;
            w->need += con->ports;
        }
    }
}

static bool fit_add_endpoints(struct draft *d, struct draft_group *g, const struct scn_vm *vm, uint32_t class_,
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
static bool fit_list_endpoints(struct draft *d, struct draft_group *g)
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
            if (!fit_add_endpoints(d, g, &st->vm[pl->vm], pl->vm, v))
                return false;
    }
    g->first[st->vms] = g->endpoints;
    g->count[st->vms] = 1;
    return fit_add_endpoints(d, g, &g->servers->hypervisor, DRAFT_NONE, 0);
}

bool draft_fit_group(struct draft *d, uint32_t group)
{
    struct draft_group *g = &d->group[group];

    g->servers = &d->study->servers[group];
    g->wiring = sim_arena_alloc(&d->scratch, d->design->connections, sizeof *g->wiring);
    if (!fit_list_endpoints(d, g))
        return false;
    for (uint32_t c = 0; c < d->design->connections; c++)
        fit_need(d, g, c);
    return fit_choose(d, g);
}
