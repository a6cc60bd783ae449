/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/items.c - what the plan asks of catalogue items: price with all that comes with them, years of sale,
 * drivers; and the bill they are written on.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/plan/draft.h"

/* What has to be bought of an item of which every server has one: less the more of them are owned. */
static double items_to_buy(const struct draft *d, const struct scn_item *item)
{
    double servers = 0;

    for (size_t g = 0; d->study->n_owned && g < d->study->server_groups; g++)
        servers += d->study->servers[g].count;
    for (size_t i = 0; i < d->study->n_owned; i++)
        if (d->study->owned[i].item == item)
            return servers > 0 ? fmax(0, 1 - d->study->owned[i].quantity / servers) : 1;
    return 1;
}

double draft_price_usd(const struct draft *d, const struct scn_item *item)
{
    double usd = item->price_usd;

    for (uint32_t i = 0; i < item->with.n; i++)
        usd += item->with.lot[i].count * scn_catalogue_find(&d->study->catalogue, item->with.lot[i].what)->price_usd;
    return usd * items_to_buy(d, item);
}

bool draft_sold(const struct draft *d, const struct scn_item *item)
{
    uint32_t year = d->study->year;

    return year == 0 || (item->year_from <= year && (item->year_to == 0 || year <= item->year_to));
}

const char *draft_not_sold(struct draft *d, const struct scn_item *item)
{
    if (item->year_from && item->year_to)
        return sim_arena_printf(&d->scratch, "sold %u-%u, not in %u", item->year_from, item->year_to, d->study->year);
    if (item->year_from)
        return sim_arena_printf(&d->scratch, "sold from %u, not in %u", item->year_from, d->study->year);
    return sim_arena_printf(&d->scratch, "sold until %u, not in %u", item->year_to, d->study->year);
}

const struct vio_link_type *draft_pcie(const struct vio_link_type *slot, const struct vio_link_type *card)
{
    unsigned slot_gen, slot_lanes, card_gen, card_lanes;
    char type[32];

    if (!slot || !card)
        return slot ? slot : card;
    if (sscanf(slot->type, "pcie-gen%u-x%u", &slot_gen, &slot_lanes) != 2 ||
        sscanf(card->type, "pcie-gen%u-x%u", &card_gen, &card_lanes) != 2)
        return card->rate_bps < slot->rate_bps ? card : slot;
    snprintf(type, sizeof type, "pcie-gen%u-x%u", slot_gen < card_gen ? slot_gen : card_gen,
             slot_lanes < card_lanes ? slot_lanes : card_lanes);
    return vio_link_find(type);
}

bool draft_in_chassis(const struct scn_item *edge)
{
    return edge && edge->chassis && *edge->chassis;
}

bool draft_has_driver(const struct scn_item *item, const char *os)
{
    if (!item->drivers || !os || !*os)
        return true;
    for (size_t i = 0; item->drivers[i]; i++)
        if (strcmp(item->drivers[i], os) == 0)
            return true;
    return false;
}

static void items_buy(struct plan *p, const char *component, const struct scn_item *item, uint32_t quantity)
{
    for (size_t i = 0; i < p->bom_rows; i++) {
        if (p->bom[i].item == item && strcmp(p->bom[i].component, component) == 0) {
            p->bom[i].quantity += quantity;
            return;
        }
    }
    p->bom = sim_grow(p->bom, &p->bom_capacity, p->bom_rows + 1, sizeof *p->bom);
    p->bom[p->bom_rows++] = (struct plan_bom_row){.item = item, .component = component, .quantity = quantity};
}

void draft_buy(struct plan *p, const char *component, const struct scn_item *item, uint32_t quantity)
{
    if (!item || quantity == 0)
        return;
    items_buy(p, component, item, quantity);
    for (uint32_t i = 0; i < item->with.n; i++) {
        const struct scn_item *with = scn_catalogue_find(&p->study->catalogue, item->with.lot[i].what);

        items_buy(p, with->category, with, quantity * item->with.lot[i].count);
    }
}
