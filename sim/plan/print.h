/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/print.h - a plan for people: what is bought, what is joined to what, what carries what.
 */
#ifndef SIM_PLAN_PRINT_H
#define SIM_PLAN_PRINT_H

#include <stdio.h>

#include "sim/plan/plan.h"

/* Print the plan within 80 columns: servers and slots, ports, edges, cables, power, cost, what carries what; of an
 * infeasible plan the reason. */
void plan_print(const struct plan *p, FILE *out);

/* Print "  key          words of the text", broken at blanks within 80 columns. */
void plan_print_line(FILE *out, const char *key, const char *text);

#endif
