/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/years.c - a plan's cost year by year: cash, present value, book value. */
#include <math.h>
#include <stdlib.h>

#include "sim/plan/cost.h"

static double years_book(const struct plan_cost *c, const struct scn_cost *cost, double at)
{
    const double age = cost->depreciation_years > 0 ? fmin(at / cost->depreciation_years, 1) : 1;

    return c->capex_usd * (1 - age * (1 - cost->residual));
}

struct plan_year *plan_years(const struct plan_cost *c, const struct scn_cost *cost, size_t *n)
{
    const size_t years = (size_t)ceil(cost->years);
    struct plan_year *year = sim_alloc(years + 1, sizeof *year);
    double total = 0;

    *n = years + 1;
    for (size_t y = 0; y <= years; y++) {
        const double at = fmin((double)y, cost->years), part = y ? at - (double)(y - 1) : 0;
        const double residual = y == years ? c->capex_usd * cost->residual : 0;

        year[y] = (struct plan_year){.at = at,
                                     .factor = pow(1 + cost->discount, -at),
                                     .capex_usd = y ? 0 : c->capex_usd,
                                     .energy_usd = part * c->year.energy_usd,
                                     .space_usd = part * c->year.space_usd,
                                     .admin_usd = part * c->year.admin_usd,
                                     .maintenance_usd = part * c->year.maintenance_usd,
                                     .residual_usd = residual,
                                     .book_usd = years_book(c, cost, at)};
        year[y].cash_usd = year[y].capex_usd + part * c->opex_per_year_usd - residual;
        total += year[y].cash_usd * year[y].factor;
        year[y].total_usd = total;
    }
    return year;
}
