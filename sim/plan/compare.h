/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/compare.h - the designs of a scenario side by side: what is bought, and what it costs.
 */
#ifndef SIM_PLAN_COMPARE_H
#define SIM_PLAN_COMPARE_H

#include <stdio.h>

#include "sim/plan/plan.h"

/* Print the bills of materials and the costs of `n` plans of one scenario, a column for each, within 80 columns. An
 * infeasible plan has no column; its reason is printed.
 * Requires: the plans have designs. */
void plan_compare_print(const struct plan *const *plan, size_t n, FILE *out);

#endif
