/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/place.c - servers, chassis and edges into racks.
 *
 * Servers fill racks from the bottom, in the order of the scenario; blades fill chassis, bay by bay. An edge stands
 * where the first server does that it serves: at the top of that rack, or (end-of-row) in a rack for switches that ends
 * the row. A rack is full when the next thing finds neither rack units nor power left, by nameplate watts with cards
 * and modules; what does not fit an empty rack makes the design infeasible. One pass, nothing is moved later.
 */
#include <math.h>
#include <stdlib.h>

#include "sim/plan/draft.h"

struct place_rack {     /* a rack while it is filled */
    uint32_t low, high; /* lowest and highest unit free */
};

struct place {
    struct draft *d;
    struct place_rack *rack; /* by rack of the plan */
    size_t capacity;
    uint32_t row, position;     /* of the last rack of servers */
    uint32_t current, switches; /* racks being filled: of servers; of switches at the end of the row; or PLAN_NONE */
    uint32_t enclosure, bays;   /* chassis being filled, or PLAN_NONE; bays taken */
    const struct draft_group *group; /* whose blades are in it */
    uint32_t *used[2];               /* by connection: ports handed out on each side */
};

static uint32_t place_units(const struct scn_item *item)
{
    return (uint32_t)ceil(item->rack_units);
}

static uint32_t place_open(struct place *pl, uint32_t row, uint32_t position)
{
    struct plan *p = pl->d->p;
    struct plan_rack rack = {.row = row, .position = position};

    rack.name = sim_arena_printf(&p->arena, "row%u-rack%02u", row, position);
    p->rack = sim_grow(p->rack, &p->racks_capacity, p->racks + 1, sizeof *p->rack);
    p->rack[p->racks] = rack;
    pl->rack = sim_grow(pl->rack, &pl->capacity, p->racks + 1, sizeof *pl->rack);
    pl->rack[p->racks] = (struct place_rack){.low = 1, .high = pl->d->study->racks.units};
    return (uint32_t)p->racks++;
}

/* The next rack of servers, in a new row after the last of a row. */
static void place_next(struct place *pl)
{
    if (pl->row == 0 || pl->position == pl->d->study->racks.per_row) {
        pl->row++;
        pl->position = 0;
        pl->switches = PLAN_NONE;
    }
    pl->current = place_open(pl, pl->row, ++pl->position);
    pl->enclosure = PLAN_NONE;
}

static bool place_fits(const struct place *pl, uint32_t rack, uint32_t units, double watts)
{
    const struct place_rack *r;

    if (rack == PLAN_NONE)
        return false;
    r = &pl->rack[rack];
    return units <= r->high + 1 - r->low && pl->d->p->rack[rack].watts + watts <= pl->d->study->racks.power_W;
}

/* Take units from the bottom, or from the top, of a rack. */
static uint32_t place_take(struct place *pl, uint32_t rack, uint32_t units, double watts, bool top)
{
    struct place_rack *r = &pl->rack[rack];

    pl->d->p->rack[rack].units_used += units;
    pl->d->p->rack[rack].watts += watts;
    if (top) {
        r->high -= units;
        return r->high + 1;
    }
    r->low += units;
    return r->low - units;
}

static bool place_too_big(struct place *pl, const char *what, const char *item, uint32_t units, double watts)
{
    const struct scn_racks *racks = &pl->d->study->racks;

    return draft_fail(pl->d, "%s: %s needs %u rack unit%s and %.0f W, a rack has %u and %.0f W", what, item, units,
                      units == 1 ? "" : "s", watts, racks->units, racks->power_W);
}

/* A chassis begins: what its blades plug into begins with it, however few plugged into the last one. */
static void place_begin_chassis(struct place *pl)
{
    for (uint32_t c = 0; c < pl->d->design->connections; c++)
        for (int side = 0; side < 2; side++)
            if (draft_in_chassis(pl->d->edges[c].item))
                pl->used[side][c] = draft_next_edge(&pl->d->edges[c], pl->used[side][c]);
}

/* Edges of connection c and a side that begin to serve at a server with `ports` ports there: the first and how many. */
static uint32_t place_beginning(const struct place *pl, uint32_t c, int side, uint32_t ports, uint32_t *first)
{
    uint32_t downlinks = pl->d->edges[c].downlinks, used = pl->used[side][c];

    *first = (used + downlinks - 1) / downlinks;
    return (used + ports + downlinks - 1) / downlinks - *first;
}

/* The rack for the next edge: that of the servers, or the one at the end of its row. */
static bool place_edge(struct place *pl, uint32_t c, int side, uint32_t number)
{
    struct draft_edges *e = &pl->d->edges[c];
    bool end_of_row = pl->d->study->racks.placement == SCN_END_OF_ROW;
    uint32_t units = place_units(e->item), *rack = end_of_row ? &pl->switches : &pl->current;

    if (draft_in_chassis(e->item) && pl->enclosure != PLAN_NONE) {
        e->spot[side][number] = (struct draft_spot){.rack = pl->current,
                                                    .unit = pl->d->p->enclosure[pl->enclosure].rack_unit,
                                                    .chassis = PLAN_NONE,
                                                    .bay = PLAN_NONE};
        pl->d->p->rack[pl->current].watts += e->watts;
        return true;
    }
    if (!place_fits(pl, *rack, units, e->watts)) {
        if (!end_of_row)
            place_next(pl);
        else
            *rack = place_open(
                pl, pl->row, *rack == PLAN_NONE ? pl->d->study->racks.per_row + 1 : pl->d->p->rack[*rack].position + 1);
    }
    if (!place_fits(pl, *rack, units, e->watts))
        return place_too_big(pl, pl->d->design->connection[c].name, e->item->item, units, e->watts);
    e->spot[side][number] = (struct draft_spot){
        .rack = *rack, .unit = place_take(pl, *rack, units, e->watts, true), .chassis = PLAN_NONE, .bay = PLAN_NONE};
    return true;
}

/* Units and watts of the edges that begin at a server of the group, if they stand in its rack. */
static void place_add_edges(const struct place *pl, const struct draft_group *g, uint32_t *units, double *watts)
{
    uint32_t first;

    for (uint32_t c = 0; c < pl->d->design->connections; c++) {
        if (pl->d->study->racks.placement == SCN_END_OF_ROW && !draft_in_chassis(pl->d->edges[c].item))
            continue;
        for (int side = 0; side < 2; side++) {
            uint32_t n = place_beginning(pl, c, side, g->wiring[c].side[side], &first);

            *units += n * place_units(pl->d->edges[c].item);
            *watts += n * pl->d->edges[c].watts;
        }
    }
}

static bool place_edges(struct place *pl, const struct draft_group *g)
{
    for (uint32_t c = 0; c < pl->d->design->connections; c++) {
        for (int side = 0; side < 2; side++) {
            uint32_t first, n = place_beginning(pl, c, side, g->wiring[c].side[side], &first);

            for (uint32_t i = 0; i < n; i++)
                if (!place_edge(pl, c, side, first + i))
                    return false;
            pl->used[side][c] += g->wiring[c].side[side];
        }
    }
    return true;
}

/* Whether the blade goes into the chassis that is being filled. */
static bool place_in_chassis(const struct place *pl, const struct draft_group *g)
{
    return pl->enclosure != PLAN_NONE && pl->group == g && pl->bays + g->model->bays <= g->chassis->bays;
}

/* A chassis in the rack, with the modules that bring out what its blades have. */
static void place_chassis(struct place *pl, const struct draft_group *g, uint32_t units)
{
    const struct scn_item *chassis = g->chassis;
    struct plan *p = pl->d->p;
    struct plan_chassis box = {.item = chassis, .rack = pl->current};

    box.path = sim_arena_printf(&p->arena, "chassis%02zu", p->enclosures + 1);
    box.rack_unit = place_take(pl, pl->current, units, chassis->watts, false);
    p->enclosure = sim_grow(p->enclosure, &p->enclosures_capacity, p->enclosures + 1, sizeof *p->enclosure);
    p->enclosure[p->enclosures] = box;
    pl->enclosure = (uint32_t)p->enclosures++;
    pl->group = g;
    pl->bays = 0;
    draft_buy(p, "chassis", chassis, 1);
    for (uint32_t c = 0; c < pl->d->design->connections; c++)
        draft_buy(p, "module", g->io_module[c], g->io_modules[c]);
}

static bool place_server(struct place *pl, struct draft_group *g, uint32_t number)
{
    const struct scn_item *chassis = g->chassis;
    bool opened = false;

    for (;;) {
        bool inside = chassis && place_in_chassis(pl, g);
        uint32_t units = inside ? 0 : place_units(chassis ? chassis : g->model), all = units;
        double watts = g->watts + (chassis && !inside ? chassis->watts : 0), together = watts;

        if (chassis && !inside)
            place_begin_chassis(pl);
        place_add_edges(pl, g, &all, &together);
        if (!place_fits(pl, pl->current, opened ? units : all, opened ? watts : together)) {
            if (opened)
                return place_too_big(pl, g->servers->name, chassis ? chassis->item : g->model->item, units, watts);
            place_next(pl);
            opened = true;
            continue;
        }
        if (chassis && !inside)
            place_chassis(pl, g, units);
        g->spot[number] = (struct draft_spot){.rack = pl->current, .chassis = PLAN_NONE, .bay = PLAN_NONE};
        if (chassis) {
            g->spot[number].chassis = pl->enclosure;
            g->spot[number].bay = pl->bays + 1;
            g->spot[number].unit = pl->d->p->enclosure[pl->enclosure].rack_unit;
            pl->bays += g->model->bays;
            pl->d->p->rack[pl->current].watts += g->watts;
        } else {
            g->spot[number].unit = place_take(pl, pl->current, units, watts, false);
        }
        return place_edges(pl, g);
    }
}

bool draft_place(struct draft *d)
{
    struct place pl = {.d = d, .current = PLAN_NONE, .switches = PLAN_NONE, .enclosure = PLAN_NONE};
    const struct scn_racks *racks = &d->study->racks;
    bool fits = true;

    for (int side = 0; side < 2; side++)
        pl.used[side] = sim_arena_alloc(&d->scratch, d->design->connections, sizeof *pl.used[side]);
    for (size_t g = 0; g < d->study->server_groups && fits; g++)
        for (uint32_t s = 0; s < d->group[g].servers->count && fits; s++)
            fits = place_server(&pl, &d->group[g], s);
    free(pl.rack);
    for (uint32_t c = 0; c < d->design->connections; c++)
        for (int side = 0; side < 2; side++)
            d->edges[c].n[side] = draft_next_edge(&d->edges[c], pl.used[side][c]) / d->edges[c].downlinks;
    if (fits && racks->item)
        draft_buy(d->p, "rack", scn_catalogue_find(&d->study->catalogue, racks->item), (uint32_t)d->p->racks);
    return fits;
}
