/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/compare.h - the designs of a scenario side by side: what is bought, and what it costs.
 */
#ifndef SIM_PLAN_COMPARE_H
#define SIM_PLAN_COMPARE_H

#include <stdio.h>

#include "sim/plan/plan.h"

/* What is to be printed. The risk and the break-even points take most of the time. */
struct plan_compare {
    const struct plan *const *plan; /* of one scenario; with designs */
    size_t plans;
    uint32_t samples; /* of the Monte-Carlo */
    uint32_t servers; /* up to which break-even points are looked for */
};

/* Print the bills of materials and the costs, in sum and by year, of plans side by side, within 80 columns; what growth
 * asks for; how sure the order of the designs is and what turns it. An infeasible plan has no column; its reason is
 * printed. */
void plan_compare_print(const struct plan_compare *c, FILE *out);

#endif
