/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/compare.c - the designs of a scenario side by side; see the header. */
#include "sim/plan/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/columns.h"

static uint32_t compare_quantity(const struct plan *p, const struct plan_bom_row *wanted)
{
    for (size_t i = 0; i < p->bom_rows; i++)
        if (p->bom[i].item == wanted->item && strcmp(p->bom[i].component, wanted->component) == 0)
            return p->bom[i].quantity;
    return 0;
}

/* Whether the row was printed already, for an earlier plan or an earlier row of this one. */
static bool compare_is_new(const struct plan *const *plan, size_t p, size_t row)
{
    for (size_t i = 0; i < p; i++)
        if (compare_quantity(plan[i], &plan[p]->bom[row]))
            return false;
    return true;
}

static void compare_item(const struct plan *const *plan, size_t n, const struct plan_bom_row *row, FILE *out)
{
    char price[16];

    snprintf(price, sizeof price, "%.0f", row->item->price_usd);
    plan_columns_label(out, row->item->item, price);
    for (size_t i = 0; i < n; i++) {
        const uint32_t quantity = compare_quantity(plan[i], row);

        plan_columns_number(out, quantity ? quantity : NAN, "1");
    }
    plan_columns_end(out);
}

/* The items of one component: quantities, then what they cost. */
static void compare_component(const struct plan *const *plan, size_t n, const char *component, FILE *out)
{
    for (size_t p = 0; p < n; p++)
        for (size_t r = 0; r < plan[p]->bom_rows; r++)
            if (strcmp(plan[p]->bom[r].component, component) == 0 && compare_is_new(plan, p, r))
                compare_item(plan, n, &plan[p]->bom[r], out);
    plan_columns_label(out, "", "USD");
    for (size_t i = 0; i < n; i++)
        plan_columns_number(out, plan_component_usd(plan[i], component), "USD");
    plan_columns_end(out);
}

/* In the order of a purchaser's list, whatever the order of planning. */
static const char *const compare_components[] = {"server", "adapter", "cable",     "switch", "director",
                                                 "module", "optic",   "core-port", NULL};

static bool compare_has(const struct plan *const *plan, size_t n, const char *component)
{
    for (size_t p = 0; p < n; p++)
        for (size_t r = 0; r < plan[p]->bom_rows; r++)
            if (strcmp(plan[p]->bom[r].component, component) == 0)
                return true;
    return false;
}

static void compare_bom(const struct plan *const *plan, size_t n, FILE *out)
{
    plan_columns_head(out, "bill of materials  USD each", plan, n);
    for (const char *const *component = compare_components; *component; component++)
        if (compare_has(plan, n, *component)) {
            fprintf(out, "%s\n", *component);
            compare_component(plan, n, *component, out);
        }
}

static void compare_cost(const struct plan *const *plan, size_t n, FILE *out)
{
    struct plan_cost cost[PLAN_ABREAST];
    char title[64];

    for (size_t i = 0; i < n; i++)
        plan_cost(plan[i], &cost[i]);
    snprintf(title, sizeof title, "cost over %.3g years", plan[0]->study->cost.years);
    plan_columns_head(out, title, plan, n);
    for (const struct plan_cost_row *row = plan_cost_rows; row->name; row++) {
        plan_columns_label(out, row->label, strcmp(row->unit, "1") == 0 ? "" : row->unit);
        for (size_t i = 0; i < n; i++)
            plan_columns_number(out, plan_cost_figure(&cost[i], row), row->unit);
        plan_columns_end(out);
    }
}

void plan_compare_print(const struct plan *const *plan, size_t n, FILE *out)
{
    const struct plan *abreast[PLAN_ABREAST];
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        if (plan[i]->feasible)
            abreast[k++] = plan[i];
        else
            fprintf(out, "%s is infeasible: %s\n", plan[i]->design->name, plan[i]->why);
        if (k && (k == PLAN_ABREAST || i + 1 == n)) {
            compare_bom(abreast, k, out);
            compare_cost(abreast, k, out);
            k = 0;
        }
    }
}
