/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/growth.h - when does a design need the next purchase, and of what?
 *
 * The design is planned again for the servers of each year; what a year's plan has more than the year before is bought
 * then. Nothing is sold. Prices stay what they are.
 */
#ifndef SIM_PLAN_GROWTH_H
#define SIM_PLAN_GROWTH_H

#include "sim/plan/cost.h"

struct plan_purchase {
    uint32_t year;
    const struct scn_item *item;
    const char *component;
    uint32_t quantity;
    double usd;
};

struct plan_growth_year {
    uint32_t year; /* 0 = now */
    double vms;    /* that have to be carried */
    uint32_t servers;
    double usd;    /* bought in this year */
    double total;  /* bought up to this year */
    double io_usd; /* of usd, without servers */
};

struct plan_growth {
    struct plan_growth_year *year; /* heap */
    size_t years;
    struct plan_purchase *purchase; /* heap; of the years from 1 on, by year */
    size_t purchases, capacity;
    const char *why;              /* heap; a year that cannot be planned ends the table: the reason; or NULL */
    uint32_t room;                /* further servers until a switch, director or module has to be bought; */
    bool room_is_known;           /* false: not within GROWTH_ROOM_MAX */
    struct plan_purchase next[4]; /* what then is bought besides what servers need themselves; item NULL ends it */
};

/* Look growth.years ahead from a feasible plan with a design. Owns: plan_growth_fini(). */
void plan_growth_init(struct plan_growth *g, const struct plan *now);
void plan_growth_fini(struct plan_growth *g);

/* "2 tor-48x1gbe, 4 optic-10g-sr": what is bought in a year, in words. Owns: `a`. */
const char *plan_growth_bought(const struct plan_growth *g, uint32_t year, struct sim_arena *a);

#endif
