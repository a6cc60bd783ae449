/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/cost.h - what a plan costs: capex of its bill, opex over the years of the study, present values.
 *
 * Quantities come from the plan, numbers of money from prices. Prices are the scenario's, or others in their place: who
 * asks what a plan would cost if something were dearer prices the same quantities again. What would then be planned
 * differently is not asked.
 */
#ifndef SIM_PLAN_COST_H
#define SIM_PLAN_COST_H

#include "sim/plan/plan.h"

struct plan_prices {
    struct scn_cost cost;
    const struct scn_item *item; /* in the order of the study's catalogue */
    double admin_h_per_port_year, admin_h_per_change;
};

/* Those of the scenario. */
struct plan_prices plan_prices_of(const struct plan *p);

/* Opex and resale are over all years of the study and discounted; per year is undiscounted. */
struct plan_cost {
    double capex_usd;
    double energy_usd, space_usd, admin_usd, maintenance_usd;
    double opex_usd;
    double residual_usd;                       /* what it can be sold for at the end, discounted */
    double total_usd;                          /* capex + opex - residual */
    double per_vm_usd;                         /* total / number of VMs */
    double per_installed_usd, per_offered_usd; /* total / Gb/s of the servers' ports; of the load that the VMs offer */
    double opex_per_year_usd;
    double io_capex_usd;      /* without servers, their chassis, and racks */
    double server_usd;        /* capex of servers and chassis / number of servers */
    double io_per_server_usd; /* io_capex_usd / number of servers */
    double io_share;          /* io_per_server_usd / server_usd; 0 if servers cost nothing */
    double watts;             /* drawn at the wall, before PUE */
    double cpu;               /* cores that VMs and the software switch use / cores of the servers */
    double rack_units;
    double servers, vms, adapters, ports, cables;
    double connections;                  /* cabled ports of a server, mean over the servers */
    double installed_gbps, offered_gbps; /* of the servers' ports, one direction; of the VMs, both */
    struct {
        double energy_usd, space_usd, admin_usd, maintenance_usd;
    } year; /* each full year, undiscounted */
};

/* Count and price a plan. */
void plan_cost(const struct plan *p, struct plan_cost *out);

/* Price it again: all money of *c from its counts, which plan_cost() has made. */
void plan_price(const struct plan *p, const struct plan_prices *prices, struct plan_cost *c);

struct plan_cost_row { /* a figure of struct plan_cost, for whoever lists them all */
    const char *name, *unit, *label;
    size_t offset;
};
extern const struct plan_cost_row plan_cost_rows[]; /* ends with name == NULL */

static inline double plan_cost_figure(const struct plan_cost *c, const struct plan_cost_row *row)
{
    return *(const double *)(const void *)((const char *)c + row->offset);
}

/* What of one component is bought, over the bill of materials. */
double plan_component_usd(const struct plan *p, const char *component);

/* A year of the study. Row 0 is today, when things are bought; then each year at its end, a last part of one too. */
struct plan_year {
    double at;                                                                         /* years from today */
    double factor;                                                                     /* present value of 1 then */
    double capex_usd, energy_usd, space_usd, admin_usd, maintenance_usd, residual_usd; /* undiscounted */
    double cash_usd;                                                                   /* sum, the residual taken off */
    double total_usd;                                                                  /* discounted, up to this row */
    double book_usd; /* book value of what was bought: straight line down to the residual value */
};

/* The years of a priced plan. Owns: the caller frees the array of *n rows. */
struct plan_year *plan_years(const struct plan_cost *c, const struct scn_cost *cost, size_t *n);

#endif
