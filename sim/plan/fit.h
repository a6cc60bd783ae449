/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fit.h - the cheapest cards that give every demand its ports, for one server; private to sim/plan.
 *
 * Problem      A server has slots of several kinds and ports on board of several lots. Each demand needs a number of
 *              ports; ports on board are free where a demand may take them, cards give the rest. A card takes one slot
 * of a kind that it fits and serves one demand, which uses at most `most` of its ports. Algorithm    Exact, by dynamic
 * programming over vectors of resources. best(v, p) = least price of p ports of one demand from cards in at most v
 * slots (by kind); total(c, s) = least price of the first c demands from at most s (slots by kind, ports on board by
 * lot) = min over v <= s of total(c - 1, s - v) + best(c, v). Complexity   O(demands x S^2) with S the product over
 * kinds and lots of (count + 1).
 */
#ifndef SIM_PLAN_FIT_H
#define SIM_PLAN_FIT_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/arena.h"

enum { FIT_KINDS_MAX = 16, FIT_LOTS_MAX = 8 };

struct fit_offer { /* a card that can be bought, in any number */
    double usd;
    uint32_t ports;
    uint32_t kinds; /* bit k: fits slots of kind k */
};

struct fit_demand {
    uint32_t ports;
    uint32_t most; /* ports used of one card, so that a card that fails leaves some */
    uint32_t lots; /* bit l: may use ports on board of lot l */
    const struct fit_offer *offer;
    size_t offers;
};

struct fit_problem {
    uint32_t kinds, slots[FIT_KINDS_MAX];
    uint32_t lots, onboard[FIT_LOTS_MAX];
    const struct fit_demand *demand;
    size_t demands;
};

struct fit_card {
    uint32_t offer, kind;
};

struct fit_part { /* what a demand is given */
    uint32_t onboard[FIT_LOTS_MAX];
    struct fit_card *card;
    size_t cards;
};

/* Solve, with memory from `arena`. `part` has an entry per demand and is filled in if there is a solution.
 * Returns: the least price; INFINITY if nothing fits. Of equally cheap sets the one that gives the last demand the most
 *          ports on board, then the fewest slots, then the demand before; then offers that come first. */
double fit_solve(struct sim_arena *arena, const struct fit_problem *problem, struct fit_part *part);

#endif
