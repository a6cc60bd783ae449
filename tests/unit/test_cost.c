/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_cost.c - the cost of two servers in each design, added up by hand.
 *
 * Two servers, six VMs, four server ports for Ethernet or two for everything; every edge has two LAN and two SAN
 * uplinks, on sides A and B: 4 LAN and 4 SAN uplinks, 16 ends. optics      8 x 400 + 8 x 150 = 4400   16 x 1 W = 16 W
 *   core ports  4 x 1000 + 4 x 600                                          = 6400   4 x 10 + 4 x 5 = 60 W
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/plan/cost.h"
#include "tests/unit/plan_study.h"

struct bill {
    int design;
    double server, adapter, cable, switch_, director, module;
    double watts, rack_units; /* nameplate */
    uint32_t adapters, server_cables;
};

static const struct bill bills[] = {
    /* shared: 2U (1U has but 2 ports on board), 2 x hba-1 each; 8 x cat6 + 4 x lc; 2 x tor + 2 x fcsw.
     * W: 2 x 300 + 4 x 6 + 4 x 1 + 2 x 50 + 2 x 40 = 808. RU: 2 x 2 + 2 + 2 = 8 */
    {STUDY_SHARED, 14000, 4000, 440, 7600, 0, 0, 808, 8, 4, 12},
    /* dedicated: 1U with 2 on board + nic-2, and hba-2: 5000 + 100 + 1800 < 7000 + 1800 of the 2U; rest as shared.
     * W: 2 x 200 + 2 x (3 + 8) + 4 x 1 + 100 + 80 = 606. RU: 2 x 1 + 4 = 6 */
    {STUDY_DEDICATED, 10000, 3800, 440, 7600, 0, 0, 606, 6, 4, 12},
    /* cee: 1U, 2 x cna-1 each; 4 x twinax; 2 x dcb, each with one exp-fc.
     * W: 400 + 4 x 10 + 2 x 200 + 2 x 20 = 880. RU: 2 + 2 = 4 */
    {STUDY_CEE, 10000, 6000, 240, 18000, 0, 4000, 880, 4, 4, 4},
    /* ib: 1U, 2 x hca-1 each; 4 x cx4; 2 x dir, each with 2 x mod-10g and 1 x mod-fc.
     * W: 400 + 4 x 8 + 2 x 500 + 2 x 3 x 30 = 1612. RU: 2 + 2 x 4 = 10 */
    {STUDY_IB, 10000, 2000, 280, 0, 40000, 22000, 1612, 10, 4, 4},
};

static void check_components(const struct plan *p, const struct bill *b)
{
    cr_expect_float_eq(plan_component_usd(p, "server"), b->server, 1e-6, "%s", p->design->name);
    cr_expect_float_eq(plan_component_usd(p, "adapter"), b->adapter, 1e-6, "%s", p->design->name);
    cr_expect_float_eq(plan_component_usd(p, "cable"), b->cable, 1e-6, "%s", p->design->name);
    cr_expect_float_eq(plan_component_usd(p, "switch"), b->switch_, 1e-6, "%s", p->design->name);
    cr_expect_float_eq(plan_component_usd(p, "director"), b->director, 1e-6, "%s", p->design->name);
    cr_expect_float_eq(plan_component_usd(p, "module"), b->module, 1e-6, "%s", p->design->name);
    cr_expect_float_eq(plan_component_usd(p, "optic"), 4400, 1e-6, "%s", p->design->name);
    cr_expect_float_eq(plan_component_usd(p, "core-port"), 6400, 1e-6, "%s", p->design->name);
}

/* Two years without discount: drawn W = half the nameplate; energy = W/1000 x PUE 2 x 8760 h x 0.1 USD x 2;
 * space = RU x 10 USD x 12 x 2; admin = server cables x 1 h x 50 USD x 2. */
static void check_cost(const struct plan *p, const struct bill *b)
{
    const char *name = p->design->name;
    double capex = b->server + b->adapter + b->cable + b->switch_ + b->director + b->module + 4400 + 6400;
    double drawn_w = (b->watts + 16 + 60) * 0.5;
    double opex = drawn_w / 1000 * 2 * 8760 * 0.1 * 2 + b->rack_units * 240 + b->server_cables * 100;
    struct plan_cost c;

    plan_cost(p, &c);
    cr_expect_float_eq(c.capex_usd, capex, 1e-6, "%s: %g", name, c.capex_usd);
    cr_expect_float_eq(c.io_capex_usd, capex - b->server, 1e-6, "%s", name);
    cr_expect_float_eq(c.watts, drawn_w, 1e-9, "%s: %g W", name, c.watts);
    cr_expect_float_eq(c.rack_units, b->rack_units, 1e-9, "%s: %g RU", name, c.rack_units);
    cr_expect_float_eq(c.opex_usd, opex, 1e-6, "%s: %g not %g", name, c.opex_usd, opex);
    cr_expect_float_eq(c.total_usd, capex + opex, 1e-6, "%s", name);
    cr_expect_float_eq(c.per_vm_usd, (capex + opex) / 6, 1e-6, "%s", name);
    cr_expect_eq(c.servers, 2);
    cr_expect_eq(c.vms, 6);
    cr_expect_eq(c.adapters, b->adapters, "%s: %g", name, c.adapters);
    cr_expect_eq(p->server_cables, b->server_cables, "%s: %u", name, p->server_cables);
    cr_expect_eq(c.connections, b->server_cables / 2., "%s: %g", name, c.connections);
    cr_expect_eq(c.cables, b->server_cables + 8, "%s: %g", name, c.cables); /* 8 uplinks */
    cr_expect_eq(c.ports, b->server_cables + 16, "%s: %g", name, c.ports);  /* both ends of 8 uplinks */
}

Test(test_cost, two_servers_by_hand)
{
    struct scn_study *st = plan_study_create(2);

    for (size_t i = 0; i < sizeof bills / sizeof *bills; i++) {
        struct plan *p = plan_create(st, &st->design[bills[i].design]);

        cr_assert(p->feasible, "%s", p->why);
        check_components(p, &bills[i]);
        check_cost(p, &bills[i]);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

/* The shared design's figures written out: capex 14000 + 4000 + 440 + 7600 + 4400 + 6400 = 36840; nameplate
 * 808 + 16 + 60 = 884 W, drawn 442 W; energy 0.442 kW x 2 x 8760 h x 0.1 = 774.384 a year. Over 2.5 years at 10 % the
 * sum of 1 a year is 1/1.1 + 1/1.1^2 + 0.5/1.1^2.5 = 0.909091 + 0.826446 + 0.393993 = 2.129530. */
Test(test_cost, discount_and_a_partial_year)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p = plan_create(st, &st->design[STUDY_SHARED]);
    struct plan_cost c;

    st->cost.years = 2.5;
    st->cost.discount = 0.1;
    plan_cost(p, &c);
    cr_expect_float_eq(c.capex_usd, 36840, 1e-9);
    cr_expect_float_eq(c.energy_usd, 774.384 * 2.129530, 0.002, "%f", c.energy_usd);
    cr_expect_float_eq(c.space_usd, 8 * 120 * 2.129530, 0.002, "%f", c.space_usd);
    cr_expect_float_eq(c.admin_usd, 12 * 50 * 2.129530, 0.002, "%f", c.admin_usd);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* Whether tests/scenario/lib/published.yaml loads with an expectation of the figure; its unit into *unit, else what is
 * said. */
static bool expect_figure(const char *name, const char *zero, char *said, size_t size)
{
    struct scn_points points;
    struct sim_diags diags;
    char set[256];
    const char *const sets[] = {set};

    sim_diags_init(&diags);
    snprintf(set, sizeof set, "expect=[{what: a, source: b, cost: %s, at_least: %s}]", name, zero);
    const bool ok = scn_load("tests/scenario/lib/published.yaml", sets, 1, &points, &diags);

    snprintf(said, size, "%s", ok ? points.study[0]->expect[0].unit : diags.item[0].text);
    if (ok)
        scn_points_fini(&points);
    sim_diags_fini(&diags);
    return ok;
}

/* Expectations can be of every figure, in its unit, and of no others. */
Test(test_cost, every_figure_can_be_expected)
{
    char said[1024], all[32];
    size_t n = 0;

    for (const struct plan_cost_row *row = plan_cost_rows; row->name; row++, n++) {
        const char *zero = strcmp(row->unit, "USD") == 0 ? "0 USD" : strcmp(row->unit, "W") == 0 ? "0 W" : "0";

        cr_expect(expect_figure(row->name, zero, said, sizeof said), "%s: %s", row->name, said);
        cr_expect_str_eq(said, row->unit, "%s", row->name);
    }
    snprintf(all, sizeof all, "(%zu in all)", n);
    cr_expect_not(expect_figure("capex", "0 USD", said, sizeof said));
    cr_expect_not_null(strstr(said, all), "%s: %s", all, said);
}
