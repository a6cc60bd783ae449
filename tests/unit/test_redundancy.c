/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_redundancy.c - two of everything: which side carries what, and how a hash shares out the uplinks.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/rng.h"
#include "sim/plan/plan.h"
#include "tests/unit/plan_study.h"

/* Endpoints of servers on the design's connection 0, by side of the edge their cable ends at. */
static void count_sides(const struct plan *p, uint32_t sides[2])
{
    sides[0] = sides[1] = 0;
    for (size_t i = 0; i < p->endpoints; i++) {
        const struct plan_endpoint *e = &p->endpoint[i];

        if (e->cable >= 0 && p->cable[e->cable].connection == 0)
            sides[strstr(p->node[p->cable[e->cable].b].path, "-edge-b") != NULL]++;
    }
}

/* 4 servers of db (corp, san) and two web (dmz): 4 x 4 = 16 endpoints on the connection of cee. Three ports put two of
 * them at side A, which then share all of it: never port 2. */
Test(test_redundancy, a_standby_side_carries_nothing)
{
    struct scn_study *st = plan_study_create(4);
    struct scn_connection *c = &st->design[STUDY_CEE].connection[0];
    uint32_t sides[2];
    struct plan *p;

    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_assert(p->feasible, "%s", p->why);
    count_sides(p, sides);
    cr_expect(sides[0] == 8 && sides[1] == 8, "active-active: %u and %u", sides[0], sides[1]);
    plan_destroy(p);
    c->mode = SCN_ONE_SIDE;
    p = plan_create(st, &st->design[STUDY_CEE]);
    count_sides(p, sides);
    cr_expect(sides[0] == 16 && sides[1] == 0, "active-standby: %u and %u", sides[0], sides[1]);
    cr_expect_eq(p->server_cables, 8, "the standby is cabled all the same");
    plan_destroy(p);
    c->ports = 3;
    st->servers[0].n_models = 2;
    plan_study_item(st, "srv-1u")->slots.lot[0].count = 3;
    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_assert(p->feasible, "%s", p->why);
    count_sides(p, sides);
    cr_expect(sides[0] == 16 && sides[1] == 0, "3 ports: %u and %u", sides[0], sides[1]);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* One server, active-standby, so all of it leaves lan-edge-a1 over its 2 uplinks. Only responses count: flow number 1
 * of each instance. The member is the highest bit of the hash of its name. The sums are made here by name, and must be
 * unequal to say anything. */
Test(test_redundancy, uplinks_are_loaded_as_the_hash_of_each_flow_says)
{
    struct scn_study *st = plan_study_create(1);
    double want_bps[2] = {0};
    struct plan_load *load;
    struct plan_balance b;
    struct plan *p;
    size_t member = 0;

    st->design[STUDY_SHARED].connection[0].mode = SCN_ONE_SIDE;
    p = plan_create(st, &st->design[STUDY_SHARED]);
    cr_assert(p->feasible, "%s", p->why);
    for (size_t i = 0; i < p->flows; i++) {
        const struct scn_workload *wl = p->flow[i].workload;
        char name[64];

        if (wl->type->shape != VIO_SHAPE_ROUND_TRIP)
            continue;
        snprintf(name, sizeof name, "%s#1", p->flow[i].path);
        want_bps[sim_hash_text(name, 0) >> 63] += wl->type->offered_bps(wl->config);
    }
    cr_assert(want_bps[0] != want_bps[1]);
    load = plan_cable_loads(p);
    while (!p->cable[member].uplink || p->cable[member].uplink->to_fc)
        member++;
    b = plan_uplink_balance(p, load, (uint32_t)member + 1);
    cr_assert_eq(b.members, 2);
    cr_expect_eq(b.first, member);
    for (size_t i = 0; i < 2; i++)
        cr_expect_float_eq(load[member + i].offered_bps, want_bps[i], 1, "member %zu: %g", i,
                           load[member + i].offered_bps);
    cr_expect_float_eq(b.mean_bps, (want_bps[0] + want_bps[1]) / 2, 1);
    cr_expect_float_eq(b.most_bps, want_bps[0] > want_bps[1] ? want_bps[0] : want_bps[1], 1);
    for (size_t i = 0; i < p->cables; i++)
        if (p->cable[i].connection == 0)
            cr_expect_eq(plan_uplink_balance(p, load, (uint32_t)i).members, 0, "a server's cable is no uplink");
    free(load);
    plan_destroy(p);
    plan_study_destroy(st);
}
