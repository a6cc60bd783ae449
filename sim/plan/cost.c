/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/cost.c - what a plan costs: capex from the bill of materials, opex over the years of the study.
 *
 * capex   sum over the bill of quantity x price
 * energy  watts of the bill x load factor x PUE x 8760 h x price per kWh, a year      [S73] [S74]
 * space   rack units of the bill x price per month x 12, a year                       assumption A-033
 * admin   server cables x hours per port and year x price per hour, a year            [S73], assumption A-034
 * opex    the three at each year's end, discounted; a last, partial year counts for its part and is paid at its end
 */
#include <math.h>
#include <string.h>

#include "sim/plan/plan.h"

enum { HOURS_PER_YEAR = 8760, MONTHS_PER_YEAR = 12 };

#define ROW(field, unit, label)                                                                                        \
    {                                                                                                                  \
#field, unit, label, offsetof(struct plan_cost, field)                                                         \
    }

const struct plan_cost_row plan_cost_rows[] = {ROW(capex_usd, "USD", "capex"),
                                               ROW(energy_usd, "USD", "energy"),
                                               ROW(space_usd, "USD", "space"),
                                               ROW(admin_usd, "USD", "administration"),
                                               ROW(opex_usd, "USD", "opex"),
                                               ROW(total_usd, "USD", "total"),
                                               ROW(per_vm_usd, "USD", "per VM"),
                                               ROW(io_capex_usd, "USD", "I/O capex"),
                                               ROW(server_usd, "USD", "a server"),
                                               ROW(io_per_server_usd, "USD", "its I/O"),
                                               ROW(io_share, "1", "I/O / server"),
                                               ROW(watts, "W", "power drawn"),
                                               ROW(rack_units, "U", "rack units"),
                                               ROW(servers, "1", "servers"),
                                               ROW(vms, "1", "VMs"),
                                               ROW(adapters, "1", "adapters"),
                                               ROW(ports, "1", "switch ports"),
                                               ROW(cables, "1", "cables"),
                                               {0}};

#undef ROW

/* Present value of 1 a year, paid at year ends, over `years`. */
static double cost_annuity(double years, double discount)
{
    double whole = floor(years), value = 0;

    for (double y = 1; y <= whole; y++)
        value += pow(1 + discount, -y);
    return value + (years - whole) * pow(1 + discount, -years);
}

static uint32_t cost_vms(const struct scn_study *st)
{
    uint32_t vms = 0;

    for (size_t g = 0; g < st->server_groups; g++)
        for (size_t i = 0; i < st->servers[g].places; i++)
            vms += st->servers[g].count * st->servers[g].place[i].count;
    return vms;
}

/* Cables and the switch ports they occupy: one per server cable, two per uplink. What exists already is not counted. */
static void cost_count(const struct plan *p, struct plan_cost *out)
{
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_node *a = &p->node[p->cable[i].a], *b = &p->node[p->cable[i].b];

        if (b->tier == PLAN_MODULE || b->tier == PLAN_PEER)
            continue;
        out->cables++;
        out->ports += a->tier == PLAN_SERVER ? 1 : 2;
    }
    for (size_t i = 0; i < p->slots; i++)
        out->adapters += p->slot[i].item != NULL;
}

void plan_cost(const struct plan *p, struct plan_cost *out)
{
    const struct scn_cost *c = &p->study->cost;
    double years = cost_annuity(c->years, c->discount), nominal_w = 0;
    double admin_h = p->design ? p->design->admin_h_per_port_year * p->server_cables : 0;

    *out = (struct plan_cost){0};
    for (size_t i = 0; i < p->bom_rows; i++) {
        const struct plan_bom_row *row = &p->bom[i];

        out->capex_usd += row->quantity * row->item->price_usd;
        nominal_w += row->quantity * row->item->watts;
        out->rack_units += row->quantity * row->item->rack_units;
        if (strcmp(row->component, "server") == 0)
            out->servers += row->quantity;
    }
    out->io_capex_usd = out->capex_usd - plan_component_usd(p, "server") - plan_component_usd(p, "chassis");
    out->watts = nominal_w * c->load_factor;
    out->energy_usd = out->watts / 1000 * c->pue * HOURS_PER_YEAR * c->energy_usd_per_kwh * years;
    out->space_usd = out->rack_units * c->rack_unit_usd_per_month * MONTHS_PER_YEAR * years;
    out->admin_usd = admin_h * c->admin_usd_per_h * years;
    out->opex_usd = out->energy_usd + out->space_usd + out->admin_usd;
    out->total_usd = out->capex_usd + out->opex_usd;
    if (p->feasible && p->design)
        out->vms = cost_vms(p->study);
    out->per_vm_usd = out->vms > 0 ? out->total_usd / out->vms : 0;
    out->server_usd = out->servers > 0 ? (out->capex_usd - out->io_capex_usd) / out->servers : 0;
    out->io_per_server_usd = out->servers > 0 ? out->io_capex_usd / out->servers : 0;
    out->io_share = out->server_usd > 0 ? out->io_per_server_usd / out->server_usd : 0;
    cost_count(p, out);
}

double plan_component_usd(const struct plan *p, const char *component)
{
    double usd = 0;

    for (size_t i = 0; i < p->bom_rows; i++)
        if (strcmp(p->bom[i].component, component) == 0)
            usd += p->bom[i].quantity * p->bom[i].item->price_usd;
    return usd;
}
