/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/outlook.h - what may come, for people: growth, uncertainty, break-even points.
 */
#ifndef SIM_PLAN_OUTLOOK_H
#define SIM_PLAN_OUTLOOK_H

#include <stdio.h>

#include "sim/plan/plan.h"

/* Print for feasible plans of one scenario, within 80 columns: how much room there is and what growth asks for; the
 * probability of each to be the cheapest, from `samples` samples; the tornado; the break-even points, those of servers
 * up to `servers`. What the scenario does not ask for (growth, uncertain) is left out. */
void plan_outlook_print(const struct plan *const *plan, size_t n, uint32_t samples, uint32_t servers, FILE *out);

#endif
