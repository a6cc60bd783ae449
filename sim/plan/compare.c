/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/compare.c - the designs of a scenario side by side; see the header. */
#include "sim/plan/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/columns.h"
#include "sim/plan/cost.h"
#include "sim/plan/outlook.h"

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
static const char *const compare_components[] = {"server", "chassis", "adapter",   "cable",   "switch", "director",
                                                 "module", "optic",   "core-port", "licence", "rack",   NULL};

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
        bool any = false;

        for (size_t i = 0; i < n; i++)
            any = any || plan_cost_figure(&cost[i], row) != 0;
        if (!any) /* no maintenance, no resale */
            continue;
        plan_columns_label(out, row->label, strcmp(row->unit, "1") == 0 ? "" : row->unit);
        for (size_t i = 0; i < n; i++)
            plan_columns_number(out, plan_cost_figure(&cost[i], row), row->unit);
        plan_columns_end(out);
    }
}

/* What is owned, used or not, of the items that any design uses or none. */
static void compare_owned(const struct plan *const *plan, size_t n, FILE *out)
{
    const struct scn_study *st = plan[0]->study;

    if (st->n_owned == 0)
        return;
    plan_columns_head(out, "left of what is owned", plan, n);
    for (size_t i = 0; i < st->n_owned; i++) {
        char owned[16];

        snprintf(owned, sizeof owned, "%u", st->owned[i].quantity);
        plan_columns_label(out, st->owned[i].item->item, owned);
        for (size_t p = 0; p < n; p++) {
            uint32_t left = st->owned[i].quantity;

            for (size_t r = 0; r < plan[p]->bom_rows; r++)
                if (plan[p]->bom[r].item == st->owned[i].item)
                    left -= plan[p]->bom[r].owned;
            plan_columns_number(out, left, "1");
        }
        plan_columns_end(out);
    }
}

static void compare_years(const struct plan *p, FILE *out)
{
    const struct scn_cost *cost = &p->study->cost;
    struct plan_year *year;
    struct plan_cost c;
    size_t n;

    plan_cost(p, &c);
    year = plan_years(&c, cost, &n);
    fprintf(out, "\n%s, year by year in USD; total discounted at %g%% a year\n", p->design->name, cost->discount * 100);
    fprintf(out, "%6s%10s%8s%8s%8s%8s%8s%12s%12s\n", "after", "capex", "energy", "space", "admin", "maint.", "resale",
            "total", "book value");
    for (size_t y = 0; y < n; y++)
        fprintf(out, "%6g%10.0f%8.0f%8.0f%8.0f%8.0f%8.0f%12.0f%12.0f\n", year[y].at, year[y].capex_usd,
                year[y].energy_usd, year[y].space_usd, year[y].admin_usd, year[y].maintenance_usd, year[y].residual_usd,
                year[y].total_usd, year[y].book_usd);
    free(year);
}

void plan_compare_print(const struct plan_compare *c, FILE *out)
{
    const struct plan **fine = sim_alloc(c->plans + 1, sizeof *fine);
    size_t n = 0;

    for (size_t i = 0; i < c->plans; i++) {
        if (c->plan[i]->feasible)
            fine[n++] = c->plan[i];
        else
            fprintf(out, "%s is infeasible: %s\n", c->plan[i]->design->name, c->plan[i]->why);
    }
    for (size_t i = 0; i < n; i += PLAN_ABREAST) {
        const size_t abreast = n - i < PLAN_ABREAST ? n - i : PLAN_ABREAST;

        compare_bom(fine + i, abreast, out);
        compare_owned(fine + i, abreast, out);
        compare_cost(fine + i, abreast, out);
    }
    for (size_t i = 0; i < n; i++)
        compare_years(fine[i], out);
    if (n)
        plan_outlook_print(fine, n, c->samples, c->servers, out);
    free(fine);
}
