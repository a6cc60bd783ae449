/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/layout.c - how long a cable has to be, and which of the catalogue that is.
 *
 * Within a rack a cable runs from unit to unit; between racks up to the overhead tray, along the row and across rows,
 * and down again; at each end some slack is laid up in the rack. The cores stand in front of the first rack of the
 * first row, in the middle of a rack's height. Lengths of the layout: docs/assumptions.md A-141.
 */
#include <math.h>
#include <string.h>

#include "sim/plan/draft.h"

#define LAYOUT_UNIT_M 0.04445 /* 1.75 inch, EIA 310-D */

/* Up from a place in a rack to the tray. */
static double layout_up_m(const struct scn_racks *racks, double unit)
{
    return (racks->units - unit) * LAYOUT_UNIT_M + racks->tray_m;
}

double draft_reach_m(const struct draft *d, struct draft_spot a, struct draft_spot b)
{
    const struct scn_racks *racks = &d->study->racks;
    const struct plan_rack *from = &d->p->rack[a.rack], *to = &d->p->rack[b.rack];
    double slack_m = 2 * racks->slack_m;

    if (a.rack == b.rack)
        return slack_m + fabs((double)a.unit - b.unit) * LAYOUT_UNIT_M;
    return slack_m + layout_up_m(racks, a.unit) + layout_up_m(racks, b.unit) +
           fabs((double)from->position - to->position) * racks->pitch_m +
           fabs((double)from->row - to->row) * racks->row_m;
}

double draft_reach_core_m(const struct draft *d, struct draft_spot a)
{
    const struct scn_racks *racks = &d->study->racks;
    const struct plan_rack *from = &d->p->rack[a.rack];

    return 2 * racks->slack_m + layout_up_m(racks, a.unit) + layout_up_m(racks, racks->units / 2.0) +
           from->position * racks->pitch_m + (from->row - 1) * racks->row_m;
}

/* A cable of the catalogue carries the technology it is listed for; one for Fibre Channel also slower ones. */
static bool layout_fits(const struct draft *d, const struct scn_item *item, const struct vio_link_type *link)
{
    return strcmp(item->category, "cable") == 0 && draft_sold(d, item) &&
           (strcmp(item->link, link->type) == 0 || (draft_link_is_fc(link) && draft_port_runs(item->link, link)));
}

/* The cables for a link, of the whole catalogue, with their prices. */
static const struct draft_cables *layout_cables(struct draft *d, const struct vio_link_type *link)
{
    const struct scn_catalogue *cat = &d->study->catalogue;
    struct draft_cables *c;

    for (size_t i = 0; i < d->n_cables; i++)
        if (d->cables[i].link == link)
            return &d->cables[i];
    d->cables = sim_grow(d->cables, &d->cables_capacity, d->n_cables + 1, sizeof *d->cables);
    c = &d->cables[d->n_cables++];
    *c = (struct draft_cables){.link = link};
    c->item = sim_arena_alloc(&d->scratch, cat->items, sizeof(struct scn_item *));
    c->usd = sim_arena_alloc(&d->scratch, cat->items, sizeof *c->usd);
    for (size_t i = 0; i < cat->items; i++) {
        if (!layout_fits(d, &cat->item[i], link))
            continue;
        c->longest_m = fmax(c->longest_m, cat->item[i].length_m);
        c->usd[c->items] = draft_price_usd(d, &cat->item[i]);
        c->item[c->items++] = &cat->item[i];
    }
    return c;
}

const struct scn_item *draft_cable_item(struct draft *d, const struct vio_link_type *link, double need_m,
                                        double *longest_m)
{
    const struct draft_cables *c = layout_cables(d, link);
    const struct scn_item *best = NULL;
    double best_usd = INFINITY;

    *longest_m = c->longest_m;
    for (size_t i = 0; i < c->items; i++) {
        const struct scn_item *item = c->item[i];

        if (item->length_m > 0 && item->length_m < need_m)
            continue;
        if (c->usd[i] < best_usd || (c->usd[i] == best_usd && item->length_m < best->length_m)) {
            best = item;
            best_usd = c->usd[i];
        }
    }
    return best;
}

bool draft_choose_cable(struct draft *d, const char *from, const char *to, const struct vio_link_type *link,
                        double need_m, const struct scn_item **item, double *length_m)
{
    double longest_m;

    *item = draft_cable_item(d, link, need_m, &longest_m);
    if (!*item)
        return draft_fail(d, "%s to %s: %.1f m of %s needed, %s", from, to, need_m, link->type,
                          longest_m > 0 ? sim_arena_printf(&d->scratch, "the longest cable is %.1f m", longest_m)
                                        : "no cable for it");
    *length_m = (*item)->length_m > 0 ? (*item)->length_m : need_m;
    return true;
}
