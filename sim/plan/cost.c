/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/cost.c - counts and prices of a plan; see the header.
 *
 * capex        sum over the bill of what is bought (not owned) x price
 * watts        idle + (nameplate - idle) x load, of servers their processors', of the rest cost.io_utilisation;
 *              nameplate x load factor where idle is not known                        [S73]
 * energy       watts drawn x PUE x 8760 h x price per kWh, a year                     [S73] [S74]
 * space        rack units of the bill x price per month x 12, a year                  assumption A-033
 * admin        (server cables x hours per port and year + servers x changes per year x hours per change)
 *              x price per hour, a year                                               [S73], A-034, facts.md 4.3
 * maintenance  sum over the bill, owned or not, of quantity x price per year
 * opex         the sum at each year's end, discounted; a last, partial year counts for its part and is paid at its end
 * residual     capex x residual share, at the end of the study, discounted            assumption A-160
 */
#include "sim/plan/cost.h"

#include <math.h>
#include <string.h>

#include "sim/plan/demand.h"

enum { HOURS_PER_YEAR = 8760, MONTHS_PER_YEAR = 12 };

#define ROW(field, unit, label)                                                                                        \
    {                                                                                                                  \
#field, unit, label, offsetof(struct plan_cost, field)                                                         \
    }

const struct plan_cost_row plan_cost_rows[] = {ROW(capex_usd, "USD", "capex"),
                                               ROW(energy_usd, "USD", "energy"),
                                               ROW(space_usd, "USD", "space"),
                                               ROW(admin_usd, "USD", "administration"),
                                               ROW(maintenance_usd, "USD", "maintenance"),
                                               ROW(opex_usd, "USD", "opex"),
                                               ROW(residual_usd, "USD", "resale at the end"),
                                               ROW(total_usd, "USD", "total"),
                                               ROW(per_vm_usd, "USD", "per VM"),
                                               ROW(per_installed_usd, "USD", "per Gb/s installed"),
                                               ROW(per_offered_usd, "USD", "per Gb/s offered"),
                                               ROW(opex_per_year_usd, "USD", "opex of a year"),
                                               ROW(io_capex_usd, "USD", "I/O capex"),
                                               ROW(server_usd, "USD", "a server"),
                                               ROW(io_per_server_usd, "USD", "its I/O"),
                                               ROW(io_share, "1", "I/O / server"),
                                               ROW(watts, "W", "power drawn"),
                                               ROW(cpu, "%", "processors busy"),
                                               ROW(rack_units, "U", "rack units"),
                                               ROW(servers, "1", "servers"),
                                               ROW(vms, "1", "VMs"),
                                               ROW(adapters, "1", "adapters"),
                                               ROW(ports, "1", "switch ports"),
                                               ROW(cables, "1", "cables"),
                                               ROW(connections, "1", "cables of a server"),
                                               ROW(installed_gbps, "Gb/s", "server ports"),
                                               ROW(offered_gbps, "Gb/s", "offered by VMs"),
                                               {0}};

#undef ROW

/* Processor cores that computation and the software switch use / cores of all servers. The servers of a plan follow
 * each other, group by group. */
static double cost_cpu(const struct plan *p)
{
    const struct scn_study *st = p->study;
    double used = 0, has = 0;
    size_t n = 0;

    while (n < p->nodes && p->node[n].tier != PLAN_SERVER)
        n++;
    for (size_t g = 0; g < st->server_groups && n < p->nodes; n += st->servers[g++].count) {
        const struct scn_servers *s = &st->servers[g];

        if (s->count == 0 || p->node[n].tier != PLAN_SERVER || p->node[n].item->cores == 0)
            continue;
        used += s->count * plan_cores_taken(st, p->design, s);
        has += s->count * (double)p->node[n].item->cores;
    }
    return has > 0 ? fmin(used / has, 1) : 0;
}

/* Cables and the switch ports they occupy: one per server cable, two per uplink. From a blade to a switch in its
 * chassis leads the midplane, a port but no cable. What exists already is not counted. */
static void cost_count(const struct plan *p, struct plan_cost *out)
{
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_node *a = &p->node[p->cable[i].a], *b = &p->node[p->cable[i].b];

        if (b->tier == PLAN_MODULE || b->tier == PLAN_PEER)
            continue;
        out->cables += a->tier != PLAN_SERVER || !b->item || !b->item->chassis || !*b->item->chassis;
        out->ports += a->tier == PLAN_SERVER ? 1 : 2;
        if (a->tier == PLAN_SERVER)
            out->installed_gbps += (double)p->cable[i].link->rate_bps / 1e9;
    }
    for (size_t i = 0; i < p->slots; i++)
        out->adapters += p->slot[i].item != NULL;
    for (size_t i = 0; i < p->bom_rows; i++)
        if (strcmp(p->bom[i].component, "server") == 0)
            out->servers += p->bom[i].quantity;
    if (out->servers > 0)
        out->connections = p->server_cables / out->servers;
    if (p->feasible && p->design)
        out->vms = plan_vms_of(p->study);
    out->cpu = cost_cpu(p);
    out->offered_gbps = plan_offered_bps(p) / 1e9;
}

struct plan_prices plan_prices_of(const struct plan *p)
{
    return (struct plan_prices){.cost = p->study->cost,
                                .item = p->study->catalogue.item,
                                .admin_h_per_port_year = p->design ? p->design->admin_h_per_port_year : 0,
                                .admin_h_per_change = p->design ? p->design->admin_h_per_change : 0};
}

/* What a unit draws at the wall: between idle and nameplate by its load; a part of the nameplate if idle is not known.
 */
static double price_watts(const struct plan_bom_row *row, const struct scn_item *item, const struct scn_cost *cost,
                          double cpu)
{
    const bool server = strcmp(row->component, "server") == 0;

    if (item->watts_idle <= 0)
        return item->watts * cost->load_factor;
    return item->watts_idle + (item->watts - item->watts_idle) * (server ? cpu : cost->io_utilisation);
}

static double cost_ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

/* Present value of 1 a year, paid at year ends, over `years`. */
static double cost_annuity(double years, double discount)
{
    double whole = floor(years), value = 0;

    for (double y = 1; y <= whole; y++)
        value += pow(1 + discount, -y);
    return value + (years - whole) * pow(1 + discount, -years);
}

/* Capex, and what each year costs. */
static void price_bill(const struct plan *p, const struct plan_prices *prices, struct plan_cost *c)
{
    const struct scn_cost *cost = &prices->cost;
    double server_usd = 0, admin_h = prices->admin_h_per_port_year * p->server_cables +
                                     prices->admin_h_per_change * cost->changes_per_server_year * c->servers;

    c->capex_usd = c->io_capex_usd = c->watts = c->rack_units = c->year.maintenance_usd = 0;
    for (size_t i = 0; i < p->bom_rows; i++) {
        const struct plan_bom_row *row = &p->bom[i];
        const struct scn_item *item = &prices->item[row->item - p->study->catalogue.item];
        const double usd = (row->quantity - row->owned) * item->price_usd;

        c->capex_usd += usd;
        if (strcmp(row->component, "server") == 0 || strcmp(row->component, "chassis") == 0)
            server_usd += usd;
        else if (strcmp(row->component, "rack") != 0)
            c->io_capex_usd += usd;
        c->watts += row->quantity * price_watts(row, item, cost, c->cpu);
        c->year.maintenance_usd += row->quantity * item->maintenance_usd_per_year;
        c->rack_units += row->quantity * item->rack_units;
    }
    c->server_usd = cost_ratio(server_usd, c->servers);
    c->year.energy_usd = c->watts / 1000 * cost->pue * HOURS_PER_YEAR * cost->energy_usd_per_kwh;
    c->year.space_usd = c->rack_units * cost->rack_unit_usd_per_month * MONTHS_PER_YEAR;
    c->year.admin_usd = admin_h * cost->admin_usd_per_h;
}

void plan_price(const struct plan *p, const struct plan_prices *prices, struct plan_cost *c)
{
    const struct scn_cost *cost = &prices->cost;
    const double years = cost_annuity(cost->years, cost->discount);

    price_bill(p, prices, c);
    c->energy_usd = c->year.energy_usd * years;
    c->space_usd = c->year.space_usd * years;
    c->admin_usd = c->year.admin_usd * years;
    c->maintenance_usd = c->year.maintenance_usd * years;
    c->opex_usd = c->energy_usd + c->space_usd + c->admin_usd + c->maintenance_usd;
    c->opex_per_year_usd = c->year.energy_usd + c->year.space_usd + c->year.admin_usd + c->year.maintenance_usd;
    c->residual_usd = c->capex_usd * cost->residual * pow(1 + cost->discount, -cost->years);
    c->total_usd = c->capex_usd + c->opex_usd - c->residual_usd;
    c->per_vm_usd = cost_ratio(c->total_usd, c->vms);
    c->per_installed_usd = cost_ratio(c->total_usd, c->installed_gbps);
    c->per_offered_usd = cost_ratio(c->total_usd, c->offered_gbps);
    c->io_per_server_usd = cost_ratio(c->io_capex_usd, c->servers);
    c->io_share = cost_ratio(c->io_per_server_usd, c->server_usd);
}

void plan_cost(const struct plan *p, struct plan_cost *out)
{
    const struct plan_prices prices = plan_prices_of(p);

    *out = (struct plan_cost){0};
    cost_count(p, out);
    plan_price(p, &prices, out);
}

double plan_component_usd(const struct plan *p, const char *component)
{
    double usd = 0;

    for (size_t i = 0; i < p->bom_rows; i++)
        if (strcmp(p->bom[i].component, component) == 0)
            usd += (p->bom[i].quantity - p->bom[i].owned) * p->bom[i].item->price_usd;
    return usd;
}
