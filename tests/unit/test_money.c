/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_money.c - maintenance, power by load, changes, owned things, years, growth: added up by hand.
 *
 * The plan is the shared design for two servers of tests/unit/test_cost.c: 2 srv-2u (7000), 4 hba-1 (1000), 8 cat6 (5),
 * 4 lc (100), 2 tor (800), 2 fcsw (3000), 8 sr (400), 8 sw (150), 4 core-10g (1000), 4 core-fc (600): capex 36840 USD,
 * nameplate 884 W, 8 RU, 12 server cables. Prices: 0.1 USD/kWh, PUE 2, 10 USD a RU and month, 50 USD/h, two years, no
 * discount, load factor 0.5.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/growth.h"
#include "sim/plan/whatif.h"
#include "tests/unit/plan_study.h"

enum { HOURS = 8760 };

static struct plan *shared_plan(const struct scn_study *st)
{
    struct plan *p = plan_create(st, &st->design[STUDY_SHARED]);

    cr_assert(p->feasible, "%s", p->why);
    return p;
}

/* 100 USD a year for each tor, 10 for each srv-2u: 2 x 100 + 2 x 10 = 220 a year, 440 in two. Being owned changes
 * nothing of that. */
Test(test_money, maintenance)
{
    struct scn_study *st = plan_study_create(2);
    struct scn_owned owned = {plan_study_item(st, "tor"), 1};
    struct plan_cost c;

    plan_study_item(st, "tor")->maintenance_usd_per_year = 100;
    plan_study_item(st, "srv-2u")->maintenance_usd_per_year = 10;
    for (size_t n = 0; n < 2; n++) {
        st->owned = &owned;
        st->n_owned = n;
        struct plan *p = shared_plan(st);

        plan_cost(p, &c);
        cr_expect_float_eq(c.year.maintenance_usd, 220, 1e-9, "%g", c.year.maintenance_usd);
        cr_expect_float_eq(c.maintenance_usd, 440, 1e-9);
        cr_expect_float_eq(c.capex_usd, 36840 - 800.0 * (double)n, 1e-9);
        cr_expect_float_eq(c.total_usd, c.capex_usd + c.opex_usd, 1e-9);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

/* A server of 300 W that idles at 200 W and has 8 cores, of which one db (4 x 50 %), two web VMs (1 x 50 %) and the
 * software switch (1) use 2 + 1 + 1 = 4: 200 + 100 x 4/8 = 250 W. A tor of 50 W that idles at 40 W, 30 % loaded: 43 W.
 * What says no idle power keeps the factor of 0.5: 884 - 2 x 300 - 2 x 50 = 184 W, 92 W drawn. 500 + 86 + 92 = 678 W.
 */
Test(test_money, power_goes_by_load)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p;
    struct plan_cost c;

    st->cost.io_utilisation = 0.3;
    plan_study_item(st, "srv-2u")->watts_idle = 200;
    plan_study_item(st, "tor")->watts_idle = 40;
    p = shared_plan(st);
    plan_cost(p, &c);
    cr_expect_float_eq(c.cpu, 0.5, 1e-12, "%g", c.cpu);
    cr_expect_float_eq(c.watts, 678, 1e-9, "%g", c.watts);
    cr_expect_float_eq(c.year.energy_usd, c.watts / 1000 * 2 * HOURS * 0.1, 1e-9);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* 12 ports x 1 h and 2 servers x 6 changes x 0.5 h, at 50 USD/h: (12 + 6) x 50 = 900 a year. */
Test(test_money, changes_are_paid_for)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p = shared_plan(st);
    struct plan_cost c;

    st->cost.changes_per_server_year = 6;
    st->design[STUDY_SHARED].admin_h_per_change = 0.5;
    plan_cost(p, &c);
    cr_expect_float_eq(c.year.admin_usd, 900, 1e-9, "%g", c.year.admin_usd);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* Three srv-2u, one fcsw and four hba-1 are there: 36840 - 2 x 7000 - 3000 - 4 x 1000 = 15840 is bought, one server is
 * left over; power, space and cables are what they were. */
Test(test_money, what_is_owned_is_not_bought)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *before = shared_plan(st), *p;
    struct scn_owned owned[] = {
        {plan_study_item(st, "srv-2u"), 3}, {plan_study_item(st, "fcsw"), 1}, {plan_study_item(st, "hba-1"), 4}};
    struct plan_cost c, all;

    plan_cost(before, &all);
    st->owned = owned;
    st->n_owned = 3;
    p = shared_plan(st);
    plan_cost(p, &c);
    cr_expect_float_eq(c.capex_usd, 15840, 1e-9, "%g", c.capex_usd);
    cr_expect_float_eq(c.io_capex_usd, 15840, 1e-9);
    cr_expect_float_eq(c.server_usd, 0, 1e-9);
    cr_expect_float_eq(c.opex_usd, all.opex_usd, 1e-9);
    cr_expect_float_eq(c.servers, 2, 0);
    for (size_t i = 0; i < p->bom_rows; i++)
        if (p->bom[i].item == owned[0].item)
            cr_expect_eq(p->bom[i].owned, 2, "one of three is left over");
    plan_destroy(before);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* The dedicated design takes srv-1u with nic-2 and hba-2: 5000 + 100 + 1800. Who owns two srv-2u takes those, with
 * hba-2 alone, and buys no server and no nic-2: 32640 - 10000 - 200 = 22440. Who owns one of two: half of 7000 + 1800
 * is less than 6900 still, one is bought: 22440 + 7000. */
Test(test_money, what_is_owned_is_preferred)
{
    struct scn_study *st = plan_study_create(2);
    struct scn_owned owned = {plan_study_item(st, "srv-2u"), 2};

    st->owned = &owned;
    for (size_t n = 0; n < 3; n++) {
        struct plan *p;
        struct plan_cost c;

        st->n_owned = n > 0;
        owned.quantity = n == 1 ? 2 : 1;
        p = plan_create(st, &st->design[STUDY_DEDICATED]);
        plan_cost(p, &c);
        cr_expect_str_eq(p->server_item, n ? "srv-2u" : "srv-1u");
        cr_expect_float_eq(c.capex_usd, n == 0 ? 32640 : n == 1 ? 22440 : 29440, 1e-9, "%zu: %g", n, c.capex_usd);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

/* Capex 36840, kept at 10 % after four years in a straight line, over 2.5 years at 10 %. Book value after y years:
 * 36840 x (1 - 0.9 y / 4): 28551 after one, 20262 after two, 16117.5 after two and a half. Opex: energy 774.384, space
 * 960, administration 600 a year, together 2334.384. The third row is half a year. Sale: 3684.
 * Total: 36840 + 2334.384 x 2.129530 (tests/unit/test_cost.c) - 3684 / 1.1^2.5 = 36840 + 4971.14 - 2902.95 = 38908.19.
 */
Test(test_money, year_by_year)
{
    static const double book[] = {36840, 28551, 20262, 16117.5};
    struct scn_study *st = plan_study_create(2);
    struct plan *p = shared_plan(st);
    struct plan_year *year;
    struct plan_cost c;
    double sum = 0;
    size_t n;

    st->cost.years = 2.5;
    st->cost.discount = 0.1;
    st->cost.depreciation_years = 4;
    st->cost.residual = 0.1;
    plan_cost(p, &c);
    year = plan_years(&c, &st->cost, &n);
    cr_assert_eq(n, 4);
    for (size_t y = 0; y < n; y++) {
        cr_expect_float_eq(year[y].book_usd, book[y], 1e-9, "%zu: %g", y, year[y].book_usd);
        cr_expect_float_eq(year[y].factor, pow(1.1, -year[y].at), 1e-12);
        sum += year[y].cash_usd * year[y].factor;
        cr_expect_float_eq(year[y].total_usd, sum, 1e-6);
    }
    cr_expect_float_eq(year[1].cash_usd, 2334.384, 1e-6, "%g", year[1].cash_usd);
    cr_expect_float_eq(year[3].at, 2.5, 0);
    cr_expect_float_eq(year[3].cash_usd, 2334.384 / 2 - 3684, 1e-6, "%g", year[3].cash_usd);
    cr_expect_float_eq(c.total_usd, 38908.19, 0.02, "%g", c.total_usd);
    cr_expect_float_eq(sum, c.total_usd, 1e-6, "the years add up to the total");
    free(year);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* Three VMs on each of two servers. Three more VMs each year: a server a year. Each shared server takes four ports of
 * the tors (two on each side) and two of the FC switches (one on each side). A tor has eight ports: two tors carry four
 * servers, the fifth wants two more. An fcsw has ten ports, two of them for uplinks: two carry eight servers.
 * A server by itself: 7000 + 2 x 1000 + 4 x 5 + 2 x 100 = 9220. The fifth: two tors 1600, four 10GbE uplinks with eight
 * optics 3200 and four core ports 4000: 8800 more. */
Test(test_money, growth_buys_switches_when_ports_run_out)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p;
    struct plan_growth g;

    st->growth = (struct scn_growth){.vms_per_year = 3, .years = 3};
    p = shared_plan(st);
    plan_growth_init(&g, p);
    cr_assert_eq(g.years, 4);
    for (uint32_t y = 0; y < 4; y++) {
        cr_expect_eq(g.year[y].servers, 2 + y);
        cr_expect_float_eq(g.year[y].vms, 6 + 3.0 * y, 1e-9);
    }
    cr_expect_float_eq(g.year[0].usd, 36840, 1e-9);
    cr_expect_float_eq(g.year[1].usd, 9220, 1e-9, "%g", g.year[1].usd);
    cr_expect_float_eq(g.year[2].usd, 9220, 1e-9, "%g", g.year[2].usd);
    cr_expect_float_eq(g.year[3].usd, 9220 + 8800, 1e-9, "%g", g.year[3].usd);
    cr_expect_float_eq(g.year[3].io_usd, 9220 + 8800 - 7000, 1e-9);
    cr_expect_float_eq(g.year[3].total, 36840 + 3 * 9220 + 8800, 1e-9);
    cr_expect(g.room_is_known);
    cr_expect_eq(g.room, 2, "%u", g.room);
    cr_expect_str_eq(g.next[0].item->item, "tor");
    cr_expect_eq(g.next[0].quantity, 2);
    cr_expect_null(g.next[1].item);
    plan_growth_fini(&g);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* 50 % a year on six VMs: 9, 13.5, 20.25 VMs want 3, 5, 7 servers of three. */
Test(test_money, growth_by_rate_rounds_servers_up)
{
    static const uint32_t servers[] = {2, 3, 5, 7};
    struct scn_study *st = plan_study_create(2);
    struct plan *p;
    struct plan_growth g;

    st->growth = (struct scn_growth){.rate = 0.5, .years = 3};
    p = shared_plan(st);
    plan_growth_init(&g, p);
    for (uint32_t y = 0; y < 4; y++)
        cr_expect_eq(g.year[y].servers, servers[y], "year %u: %u", y, g.year[y].servers);
    plan_growth_fini(&g);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* A bill-only plan buys what the whole plan buys, in every design and for any number of servers. */
Test(test_money, a_bill_is_that_of_the_plan)
{
    for (uint32_t n = 1; n < 40; n += 9) {
        struct scn_study *st = plan_study_create(n);

        for (size_t d = 0; d < st->designs; d++) {
            struct plan *whole = plan_create(st, &st->design[d]), *bill = plan_create_bill(st, &st->design[d]);
            struct plan_cost a, b;

            plan_cost(whole, &a);
            plan_cost(bill, &b);
            cr_assert_eq(whole->bom_rows, bill->bom_rows);
            cr_expect_eq(memcmp(whole->bom, bill->bom, bill->bom_rows * sizeof *bill->bom), 0);
            cr_expect_float_eq(a.total_usd, b.total_usd, 0);
            cr_expect_float_eq(a.cables, b.cables, 0);
            plan_destroy(whole);
            plan_destroy(bill);
        }
        plan_study_destroy(st);
    }
}

/* Six VMs (1 db + 2 web on each of two servers) at five VMs a server: largest remainders of 5/3 and 10/3 are 2 and 3;
 * two servers still. At six a server: 2 and 4, one server. At one: the larger part, web; six servers. */
Test(test_money, density_keeps_the_mix)
{
    static const struct {
        uint32_t density, servers, db, web;
    } want[] = {{5, 2, 2, 3}, {6, 1, 2, 4}, {1, 6, 0, 1}, {3, 2, 1, 2}};
    struct scn_study *st = plan_study_create(2);

    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct plan_size s;

        plan_size_density(&s, st, want[i].density);
        cr_expect_eq(s.study.servers[0].count, want[i].servers, "density %u: %u servers", want[i].density,
                     s.study.servers[0].count);
        for (size_t k = 0; k < s.study.servers[0].places; k++) {
            const struct scn_placement *pl = &s.study.servers[0].place[k];

            cr_expect_eq(pl->count, pl->vm == STUDY_DB ? want[i].db : want[i].web, "density %u", want[i].density);
        }
        plan_size_fini(&s);
    }
    plan_study_destroy(st);
}
