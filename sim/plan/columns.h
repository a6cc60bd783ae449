/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/columns.h - tables with a column for each design, within 80 columns.
 *
 * A line is a label, a second column for a unit or a price, and a cell per design. A printer sees at most
 * PLAN_ABREAST designs; who has more prints its tables again for the next ones.
 */
#ifndef SIM_PLAN_COLUMNS_H
#define SIM_PLAN_COLUMNS_H

#include <stdio.h>

#include "sim/plan/plan.h"

enum { PLAN_ABREAST = 4 };

/* Two lines with the designs' names, long ones broken at a hyphen, under a title. */
void plan_columns_head(FILE *out, const char *title, const struct plan *const *plan, size_t n);

/* The beginning of a line: label and unit. */
void plan_columns_label(FILE *out, const char *label, const char *unit);

/* A cell: a number with as many decimals as its unit "USD", "W", "U", "1" (a count or ratio) wants; NAN prints "-". */
void plan_columns_number(FILE *out, double value, const char *unit);
void plan_columns_text(FILE *out, const char *text);
void plan_columns_end(FILE *out);

#endif
