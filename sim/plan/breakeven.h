/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/breakeven.h - from where on is another design the cheapest? Totals over a quantity or a price.
 *
 * Over whole numbers (servers, VMs per server) the designs are planned again at each, because switches and directors
 * come whole: the total has steps and may cross another more than once, so every whole number is looked at. Over prices
 * the quantities stay as planned, the total is continuous, and Brent's method finds the crossing.
 */
#ifndef SIM_PLAN_BREAKEVEN_H
#define SIM_PLAN_BREAKEVEN_H

#include "sim/plan/cost.h"

struct plan_crossing { /* the cheapest design changes */
    double x;          /* whole numbers: the first at which it is `to` */
    size_t from, to;   /* indices of plans; SIZE_MAX = none is feasible */
};

struct plan_curve {
    const char *what; /* heap; "servers", "VMs per server", "price of a port of tor-48x1gbe", "uncertain director" */
    const char *unit;
    double now; /* the scenario's */
    bool whole; /* only whole numbers */
    size_t n;
    double *x;                      /* heap; n */
    double *total;                  /* heap; by plan, then by x: total[plan * n + i]; NAN = infeasible */
    struct plan_crossing *crossing; /* heap */
    size_t crossings, capacity;
};

struct plan_breakeven {
    const struct plan *const *plan; /* borrowed */
    size_t plans;
    struct plan_cost *cost;   /* heap; by plan */
    struct plan_curve *curve; /* heap */
    size_t curves, capacity;
};

/* Look for break-even points of feasible plans of one study: over 1 to `servers` servers, half to twice the VMs per
 * server, the port price of every switch and director bought, and every uncertain factor, up to three times what it is
 * now.
 * Owns: plan_breakeven_fini(); the plans stay the caller's. */
void plan_breakeven_init(struct plan_breakeven *b, const struct plan *const *plan, size_t plans, uint32_t servers);
void plan_breakeven_fini(struct plan_breakeven *b);

enum { PLAN_BREAKEVEN_SERVERS = 120 };

#endif
