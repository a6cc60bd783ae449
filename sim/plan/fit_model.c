/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fit_model.c - what a server model and a group of servers are as a problem of fitting: kinds of slots, ports
 * on board, cards that may be used; and what blades need besides.
 */
#include <math.h>
#include <string.h>

#include "sim/plan/fit_model.h"

/* Why an adapter (or the ports on board of a server) cannot be driven by who uses connection c; NULL: it can. */
static const char *fit_no_driver(const struct draft *d, const struct draft_group *g, uint32_t c,
                                 const struct scn_item *item)
{
    struct sim_arena *a = &((struct draft *)(uintptr_t)d)->scratch;
    const char *hypervisor = d->study->host.hypervisor;

    if (!item->drivers)
        return NULL;
    if (d->design->software_switch)
        return draft_has_driver(item, hypervisor) ? NULL
                                                  : sim_arena_printf(a, "no driver for %s, the hypervisor", hypervisor);
    for (uint32_t i = 0; i < g->endpoints; i++) {
        const struct draft_endpoint *e = &g->endpoint[i];
        bool vm = e->vm != DRAFT_NONE;

        if (e->connection != c || draft_has_driver(item, vm ? d->study->vm[e->vm].os : hypervisor))
            continue;
        return vm ? sim_arena_printf(a, "no driver for %s of VM class %s", d->study->vm[e->vm].os,
                                     d->study->vm[e->vm].name)
                  : sim_arena_printf(a, "no driver for %s, the hypervisor", hypervisor);
    }
    return NULL;
}

/* The adapters of the catalogue that can provide ports of the connection. */
static void fit_adapters(struct draft *d, const struct draft_group *g, uint32_t c, struct fit_usable *u)
{
    const struct scn_connection *con = &d->design->connection[c];

    *u = (struct fit_usable){.item = sim_arena_alloc(&d->scratch, con->n_adapters, sizeof *u->item), .out = ""};
    u->offer = sim_arena_alloc(&d->scratch, con->n_adapters, sizeof *u->offer);
    for (size_t i = 0; i < con->n_adapters; i++) {
        const struct scn_item *item = scn_catalogue_find(&d->study->catalogue, con->adapters[i]);
        const char *why;

        if (!item || item->ports == 0 || !draft_port_runs(item->link, con->link))
            continue;
        why = draft_sold(d, item) ? fit_no_driver(d, g, c, item) : draft_not_sold(d, item);
        if (why)
            u->out = sim_arena_printf(&d->scratch, "%s%s%s: %s", u->out, *u->out ? ", " : "", item->item, why);
        else
            u->item[u->n++] = item;
    }
}

static void fit_add_kind(struct fit *f, int form, const struct vio_link_type *link, uint32_t count)
{
    uint32_t k = 0;

    while (k < f->problem.kinds && (f->kind[k].form != form || f->kind[k].link != link))
        k++;
    if (k == f->problem.kinds)
        f->kind[f->problem.kinds++] = (struct fit_kind){.form = form, .link = link};
    f->problem.slots[k] += count;
}

/* Kinds of slots: by form, and by lanes and generation where a slot that is too narrow is refused. */
static void fit_kinds(const struct draft *d, struct fit *f)
{
    const struct scn_lots *lots[] = {&f->model->slots, &f->model->mezzanines};

    for (int form = 0; form < 2; form++) {
        for (uint32_t i = 0; i < lots[form]->n; i++) {
            const struct vio_link_type *link = vio_link_find(lots[form]->lot[i].what);

            fit_add_kind(f, form == 0 ? SCN_CARD : SCN_MEZZANINE, d->design->refuse_narrow ? link : NULL,
                         lots[form]->lot[i].count);
        }
    }
}

/* The kinds of slots that an adapter fits, as bits. */
static uint32_t fit_kinds_of(const struct fit *f, const struct scn_item *item)
{
    const struct vio_link_type *want = item->slot_link ? vio_link_find(item->slot_link) : NULL;
    uint32_t kinds = 0;

    for (uint32_t k = 0; k < f->problem.kinds; k++) {
        bool form = item->form == SCN_ANY_SLOT || item->form == f->kind[k].form;
        bool wide = !want || !f->kind[k].link || draft_pcie(f->kind[k].link, want) == want;

        kinds |= (uint32_t)(form && wide) << k;
    }
    return kinds;
}

static void fit_demand(struct draft *d, const struct draft_group *g, uint32_t c, struct fit *f,
                       struct fit_demand *demand)
{
    const struct scn_connection *con = &d->design->connection[c];
    struct fit_usable *u = &f->usable[c];

    fit_adapters(d, g, c, u);
    for (size_t i = 0; i < u->n; i++)
        u->offer[i] = (struct fit_offer){
            .usd = draft_price_usd(d, u->item[i]), .ports = u->item[i]->ports, .kinds = fit_kinds_of(f, u->item[i])};
    *demand = (struct fit_demand){
        .ports = g->wiring[c].need, .most = draft_ports_of_a_card(d, g, c), .offer = u->offer, .offers = u->n};
    u->board_out = fit_no_driver(d, g, c, f->model);
    if (!con->onboard || u->board_out)
        return;
    for (uint32_t l = 0; l < f->problem.lots; l++)
        demand->lots |= (uint32_t)draft_port_runs(f->model->onboard.lot[l].what, con->link) << l;
}

void fit_set_up(struct draft *d, const struct draft_group *g, const struct scn_item *model, struct fit *f)
{
    size_t n = d->design->connections;
    struct fit_demand *demand = sim_arena_alloc(&d->scratch, n, sizeof *demand);

    *f = (struct fit){.model = model, .usd = INFINITY};
    f->problem = (struct fit_problem){.lots = model->onboard.n, .demand = demand, .demands = n};
    fit_kinds(d, f);
    for (uint32_t l = 0; l < model->onboard.n; l++)
        f->problem.onboard[l] = model->onboard.lot[l].count;
    f->usable = sim_arena_alloc(&d->scratch, n, sizeof *f->usable);
    f->part = sim_arena_alloc(&d->scratch, n, sizeof *f->part);
    for (uint32_t c = 0; c < n; c++)
        fit_demand(d, g, c, f, &demand[c]);
}

/* The cheapest module of a chassis that brings out ports of a link technology, or NULL. */
static const struct scn_item *fit_io_module(const struct draft *d, const struct scn_item *chassis,
                                            const struct vio_link_type *link)
{
    const struct scn_catalogue *cat = &d->study->catalogue;
    const struct scn_item *best = NULL;

    for (size_t i = 0; i < cat->items; i++) {
        const struct scn_item *item = &cat->item[i];

        if (strcmp(item->category, "module") == 0 && item->chassis && strcmp(item->chassis, chassis->item) == 0 &&
            draft_port_runs(item->link, link) && draft_sold(d, item) &&
            (!best || draft_price_usd(d, item) < draft_price_usd(d, best)))
            best = item;
    }
    return best;
}

/* Whether the servers stand in the chassis in which an edge stands. */
static bool fit_edges_reach(struct draft *d, const struct draft_group *g, struct fit *f)
{
    for (uint32_t c = 0; c < d->design->connections; c++) {
        const struct scn_item *edge = scn_catalogue_find(&d->study->catalogue, d->design->connection[c].edge);

        if (g->wiring[c].need == 0 || !draft_in_chassis(edge) ||
            (f->model->chassis && strcmp(f->model->chassis, edge->chassis) == 0))
            continue;
        f->why = sim_arena_printf(&d->scratch, "edge %s is for blades in %s", edge->item, edge->chassis);
        return false;
    }
    return true;
}

bool fit_add_chassis(struct draft *d, const struct draft_group *g, struct fit *f)
{
    const struct scn_item *chassis =
        f->model->chassis && *f->model->chassis ? scn_catalogue_find(&d->study->catalogue, f->model->chassis) : NULL;
    uint32_t n, io_bays = 0;
    double usd;

    if (!fit_edges_reach(d, g, f))
        return false;
    if (!chassis)
        return true;
    f->chassis = chassis;
    f->io_module = sim_arena_alloc(&d->scratch, d->design->connections, sizeof *f->io_module);
    f->io_modules = sim_arena_alloc(&d->scratch, d->design->connections, sizeof *f->io_modules);
    if (!draft_sold(d, chassis)) {
        f->why = sim_arena_printf(&d->scratch, "%s: %s", chassis->item, draft_not_sold(d, chassis));
        return false;
    }
    usd = draft_price_usd(d, chassis);
    for (uint32_t c = 0; c < d->design->connections && chassis->io_bays; c++) {
        const struct scn_connection *con = &d->design->connection[c];

        if (g->wiring[c].need == 0)
            continue;
        io_bays += (g->wiring[c].need + f->model->bays - 1) / f->model->bays;
        if (draft_in_chassis(scn_catalogue_find(&d->study->catalogue, con->edge)))
            continue; /* the edge is in the I/O bays itself */
        f->io_module[c] = fit_io_module(d, chassis, con->link);
        if (!f->io_module[c]) {
            f->why = sim_arena_printf(&d->scratch, "%s has no I/O module that brings out %s ports of %s", chassis->item,
                                      con->link->type, con->name);
            return false;
        }
        f->io_modules[c] = (g->wiring[c].need + f->model->bays - 1) / f->model->bays;
        usd += f->io_modules[c] * draft_price_usd(d, f->io_module[c]);
    }
    if (io_bays > chassis->io_bays) {
        f->why =
            sim_arena_printf(&d->scratch, "%u I/O bays needed, %s has %u", io_bays, chassis->item, chassis->io_bays);
        return false;
    }
    n = chassis->bays / f->model->bays;
    n = (g->servers->count + n - 1) / n;
    f->usd += n * usd / g->servers->count;
    return true;
}
