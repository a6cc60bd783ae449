/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/growth.c - purchases year by year; see the header. */
#include "sim/plan/growth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/whatif.h"

enum { GROWTH_ROOM_MAX = 1024 };

static const struct plan_bom_row *growth_find(const struct plan *p, const struct plan_bom_row *row)
{
    for (size_t i = 0; i < p->bom_rows; i++)
        if (p->bom[i].item == row->item && strcmp(p->bom[i].component, row->component) == 0)
            return &p->bom[i];
    return NULL;
}

/* What `later` has to buy of a row that `before` has not bought. */
static uint32_t growth_more(const struct plan *before, const struct plan_bom_row *later)
{
    const struct plan_bom_row *row = growth_find(before, later);
    const uint32_t had = row ? row->quantity - row->owned : 0, wants = later->quantity - later->owned;

    return wants > had ? wants - had : 0;
}

static void growth_buy(struct plan_growth *g, uint32_t year, const struct plan *before, const struct plan *later)
{
    struct plan_growth_year *y = &g->year[g->years - 1];

    for (size_t i = 0; i < later->bom_rows; i++) {
        const struct plan_bom_row *row = &later->bom[i];
        const uint32_t quantity = growth_more(before, row);
        const double usd = quantity * row->item->price_usd;

        if (quantity == 0)
            continue;
        y->usd += usd;
        y->io_usd += strcmp(row->component, "server") == 0 ? 0 : usd;
        g->purchase = sim_grow(g->purchase, &g->capacity, g->purchases + 1, sizeof *g->purchase);
        g->purchase[g->purchases++] = (struct plan_purchase){year, row->item, row->component, quantity, usd};
    }
}

/* VMs to be carried at the end of a year. */
static double growth_vms(const struct scn_study *st, uint32_t year)
{
    const double now = plan_vms_of(st);

    return now * pow(1 + st->growth.rate, year) + st->growth.vms_per_year * year;
}

/* Enter year `y`, of which the plan is plan[y]. */
static void growth_enter(struct plan_growth *g, uint32_t y, double vms, const struct plan *const *plan)
{
    struct plan_growth_year *year = &g->year[g->years++];

    *year = (struct plan_growth_year){.year = y, .vms = vms, .servers = plan_servers_of(plan[y]->study)};
    if (y > 0)
        growth_buy(g, y, plan[y - 1], plan[y]);
    for (size_t i = 0; y == 0 && i < plan[0]->bom_rows; i++)
        year->usd += (plan[0]->bom[i].quantity - plan[0]->bom[i].owned) * plan[0]->bom[i].item->price_usd;
    year->total = year->usd + (y ? year[-1].total : 0);
}

static void growth_years(struct plan_growth *g, const struct plan *now)
{
    const struct scn_study *st = now->study;
    const uint32_t years = st->growth.years;
    struct plan_size *size = sim_alloc(years + 1, sizeof *size);
    const struct plan **plan = sim_alloc(years + 1, sizeof *plan);
    struct plan *later = NULL;

    g->year = sim_alloc(years + 1, sizeof *g->year);
    plan[0] = now;
    growth_enter(g, 0, growth_vms(st, 0), plan);
    for (uint32_t y = 1; y <= years && !g->why; y++) {
        const double vms = growth_vms(st, y);

        plan_size_grow(&size[y], st, vms - plan_vms_of(st));
        plan[y] = later = plan_create_bill(&size[y].study, now->design);
        if (later->feasible)
            growth_enter(g, y, vms, plan);
        else
            g->why = strdup(later->why);
    }
    for (uint32_t y = 1; y <= years && plan[y]; y++) {
        plan_destroy((struct plan *)(uintptr_t)plan[y]);
        plan_size_fini(&size[y]);
    }
    free(plan);
    free(size);
}

static bool growth_is_edge(const char *component)
{
    return strcmp(component, "switch") == 0 || strcmp(component, "director") == 0 || strcmp(component, "module") == 0;
}

/* Whether so many more servers make the fabric grow, and by what. */
static bool growth_grows(const struct plan *now, uint32_t more, struct plan_purchase *next, size_t most)
{
    struct plan_size size;
    struct plan *later;
    size_t n = 0;

    plan_size_servers(&size, now->study, plan_servers_of(now->study) + more);
    later = plan_create_bill(&size.study, now->design);
    for (size_t i = 0; i < later->bom_rows; i++) {
        const struct plan_bom_row *row = &later->bom[i];
        const struct plan_bom_row *had = growth_find(now, row);
        const uint32_t quantity = row->quantity - (had ? had->quantity : 0);

        if (growth_is_edge(row->component) && row->quantity > (had ? had->quantity : 0) && n < most)
            next[n++] = (struct plan_purchase){0, row->item, row->component, quantity, quantity * row->item->price_usd};
    }
    const bool grows = n > 0 || !later->feasible;

    plan_destroy(later);
    plan_size_fini(&size);
    return grows;
}

/* The largest number of further servers that the edges take: switches only become more, so by bisection. */
static void growth_room(struct plan_growth *g, const struct plan *now)
{
    const size_t most = sizeof g->next / sizeof *g->next - 1;
    uint32_t low = 0, high = 1;

    while (high <= GROWTH_ROOM_MAX && !growth_grows(now, high, g->next, most)) {
        low = high;
        high *= 2;
    }
    g->room_is_known = high <= GROWTH_ROOM_MAX;
    while (g->room_is_known && high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;

        if (growth_grows(now, middle, g->next, most))
            high = middle;
        else
            low = middle;
    }
    g->room = low;
    memset(g->next, 0, sizeof g->next);
    if (g->room_is_known)
        growth_grows(now, high, g->next, most);
}

void plan_growth_init(struct plan_growth *g, const struct plan *now)
{
    *g = (struct plan_growth){0};
    growth_years(g, now);
    growth_room(g, now);
}

void plan_growth_fini(struct plan_growth *g)
{
    free(g->year);
    free(g->purchase);
    free((void *)(uintptr_t)g->why);
}

const char *plan_growth_bought(const struct plan_growth *g, uint32_t year, struct sim_arena *a)
{
    const char *text = "";

    for (size_t i = 0; i < g->purchases; i++)
        if (g->purchase[i].year == year)
            text = sim_arena_printf(a, "%s%s%u %s", text, *text ? ", " : "", g->purchase[i].quantity,
                                    g->purchase[i].item->item);
    return text;
}
