/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/risk.h - how sure is it which design is cheapest? Monte-Carlo over what the scenario calls uncertain.
 *
 * Every sample draws each uncertain entry once and prices all designs with it: the designs see the same numbers (common
 * random numbers), so that what they have in common cancels in their differences. What is bought stays as planned with
 * the scenario's own prices: it is decided before the uncertain is known.
 */
#ifndef SIM_PLAN_RISK_H
#define SIM_PLAN_RISK_H

#include "sim/plan/cost.h"

enum { PLAN_RISK_SAMPLES = 10000 };

struct plan_risk_factor { /* quantiles of the draws of an entry */
    const struct scn_uncertain *of;
    double p10, p50, p90;
};

struct plan_risk_total {   /* of a design */
    struct plan_cost cost; /* at the scenario's own prices */
    double *sample;        /* heap; totals, in the order of the samples */
    double mean, sd, p05, p50, p95;
    double cheapest; /* share of the samples in which no other design costs less */
};

struct plan_ranking { /* an order of the designs, cheapest first, and how often it came */
    uint8_t *order;   /* indices of plans */
    uint32_t samples;
};

struct plan_risk {
    const struct plan *const *plan; /* borrowed */
    size_t plans;
    uint32_t samples;              /* 0: nothing is uncertain; then only cost of each total is set */
    struct plan_risk_total *total; /* heap; by plan */
    struct plan_risk_factor *factor;
    size_t factors;
    struct plan_ranking *ranking; /* by falling samples */
    size_t rankings;
};

/* Sample the totals of feasible plans of one study. Requires: 1 to 255 plans with designs.
 * Owns: plan_risk_fini(); the plans stay the caller's. */
void plan_risk_init(struct plan_risk *r, const struct plan *const *plan, size_t plans, uint32_t samples);
void plan_risk_fini(struct plan_risk *r);

struct plan_swing { /* what one entry does to the difference of two designs */
    const struct plan_risk_factor *factor;
    double low, high; /* total of b - total of a with the entry at p10 and p90, all others at p50 */
};

struct plan_tornado {
    size_t a, b;              /* indices of plans: the cheapest with everything at p50, and the next */
    double difference;        /* b - a with everything at p50 */
    struct plan_swing *swing; /* heap; by falling |high - low|; one per factor */
};

/* Requires: at least two plans and samples. Owns: the caller frees t->swing. */
void plan_tornado_init(struct plan_tornado *t, const struct plan_risk *r);

#endif
