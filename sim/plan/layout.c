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

const struct scn_item *draft_cable_item(const struct draft *d, const struct vio_link_type *link, double need_m,
                                        double *longest_m)
{
    const struct scn_catalogue *cat = &d->study->catalogue;
    const struct scn_item *best = NULL;
    double best_usd = INFINITY;

    *longest_m = 0;
    for (size_t i = 0; i < cat->items; i++) {
        const struct scn_item *item = &cat->item[i];
        double usd;

        if (!layout_fits(d, item, link))
            continue;
        *longest_m = fmax(*longest_m, item->length_m);
        if (item->length_m > 0 && item->length_m < need_m)
            continue;
        usd = draft_price_usd(d, item);
        if (usd < best_usd || (usd == best_usd && item->length_m < best->length_m)) {
            best = item;
            best_usd = usd;
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
