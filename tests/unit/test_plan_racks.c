/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_plan_racks.c - racks, chassis, lengths of cables, and what keeps an item from being bought.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/plan/cost.h"
#include "sim/plan/plan.h"
#include "tests/unit/plan_study.h"

static const struct plan_node *node_of(const struct plan *p, const char *path)
{
    for (size_t i = 0; i < p->nodes; i++)
        if (strcmp(p->node[i].path, path) == 0)
            return &p->node[i];
    cr_assert_fail("no node %s", path);
    return NULL;
}

static void expect_at(const struct plan *p, const char *path, uint32_t rack, uint32_t unit)
{
    cr_expect_eq(node_of(p, path)->rack, rack, "%s in rack %u", path, node_of(p, path)->rack);
    cr_expect_eq(node_of(p, path)->rack_unit, unit, "%s at unit %u", path, node_of(p, path)->rack_unit);
}

static uint32_t bought(const struct plan *p, const char *item)
{
    for (size_t i = 0; i < p->bom_rows; i++)
        if (strcmp(p->bom[i].item->item, item) == 0)
            return p->bom[i].quantity;
    return 0;
}

static void expect_why(const struct scn_study *st, int design, const char *why)
{
    struct plan *p = plan_create(st, &st->design[design]);

    cr_expect_not(p->feasible);
    cr_expect(p->why && strstr(p->why, why), "%s", p->why ? p->why : "feasible");
    plan_destroy(p);
}

/* Racks of 10 units. The first server (2U) brings two ToRs and two FC switches of 1U, on top: 6 units are left, three
 * servers fill them, the fourth stands in the next rack. */
Test(test_plan_racks, servers_from_the_bottom_edges_from_the_top)
{
    struct scn_study *st = plan_study_create(4);
    struct plan *p;

    st->racks.units = 10;
    p = plan_create(st, &st->design[STUDY_SHARED]);
    cr_assert(p->feasible, "%s", p->why);
    cr_expect_eq(p->racks, 2);
    expect_at(p, "hosts00", 0, 1);
    expect_at(p, "hosts01", 0, 3);
    expect_at(p, "hosts02", 0, 5);
    expect_at(p, "hosts03", 1, 1);
    expect_at(p, "lan-edge-a1", 0, 10);
    expect_at(p, "lan-edge-b1", 0, 9);
    expect_at(p, "san-edge-a1", 0, 8);
    expect_at(p, "san-edge-b1", 0, 7);
    cr_expect_eq(node_of(p, "san-edge-b1")->side, 1);
    cr_expect_eq(node_of(p, "lan-core")->rack, PLAN_NONE);
    cr_expect_eq(p->rack[0].units_used, 10);
    cr_expect_eq(p->rack[1].position, 2);
    plan_destroy(p);
    st->racks.placement = SCN_END_OF_ROW; /* five servers would fit now */
    p = plan_create(st, &st->design[STUDY_SHARED]);
    expect_at(p, "hosts03", 0, 7);
    expect_at(p, "lan-edge-a1", 1, 10);
    cr_expect_eq(p->rack[1].position, st->racks.per_row + 1);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* srv-2u 300 W with two hba-1 of 6 W: 312 W. Rack 0: one of them and 2 x 50 + 2 x 40 W of switches, 492 W; a second
 * would make it 804 W of 650 W. Rack 1: two, 624 W. Rack 2: the fourth. */
Test(test_plan_racks, power_fills_racks_too)
{
    struct scn_study *st = plan_study_create(4);
    struct plan *p;

    st->racks.power_W = 650;
    p = plan_create(st, &st->design[STUDY_SHARED]);
    cr_assert(p->feasible, "%s", p->why);
    cr_expect_eq(p->racks, 3);
    expect_at(p, "hosts01", 1, 1);
    expect_at(p, "hosts03", 2, 1);
    cr_expect_float_eq(p->rack[0].watts, 492, 1e-9);
    cr_expect_float_eq(p->rack[1].watts, 624, 1e-9);
    plan_destroy(p);
    st->racks.power_W = 300;
    expect_why(st, STUDY_SHARED, "hosts: srv-2u needs 2 rack units and 312 W, a rack has 42 and 300 W");
    plan_study_destroy(st);
}

/* As above with racks of 10 units. In the rack: 2 x 0.5 m + 9 units x 0.04445 m = 1.40005 m. From the next rack: 1 m
 * + up 9 x 0.04445 + 0.3 m + 0.6 m along + down 0 + 0.3 m = 2.60005 m. */
Test(test_plan_racks, cables_are_as_long_as_the_racks_ask_for)
{
    struct scn_study *st = plan_study_create(4);
    struct plan *p;
    uint32_t seen = 0;

    st->racks.units = 10;
    st->design[STUDY_SHARED].connection[0].cable = NULL;
    p = plan_create(st, &st->design[STUDY_SHARED]);
    cr_assert(p->feasible, "%s", p->why);
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];
        bool near = strcmp(p->node[c->a].path, "hosts00") == 0, far = strcmp(p->node[c->a].path, "hosts03") == 0;

        if (strcmp(p->node[c->b].path, "lan-edge-a1") != 0 || (!near && !far))
            continue;
        cr_expect_str_eq(c->item->item, "cat6");
        cr_expect_float_eq(c->length_m, near ? 1.40005 : 2.60005, 1e-9);
        cr_expect_float_eq(c->up->length_m, c->length_m, 1e-9, "what is bought is simulated");
        seen++;
    }
    cr_expect_eq(seen, 4);
    plan_destroy(p);
    plan_study_item(st, "cat6")->length_m = 2;
    expect_why(st, STUDY_SHARED, "hosts03 to lan-edge-a1: 2.6 m of gbe needed, the longest cable is 2.0 m");
    plan_study_item(st, "cat6")->length_m = 3;
    p = plan_create(st, &st->design[STUDY_SHARED]);
    cr_expect_float_eq(p->cable[p->cables - 1].length_m, st->design[STUDY_SHARED].connection[1].length_m, 1e-9,
                       "the design names the SAN's, with a length");
    plan_destroy(p);
    plan_study_destroy(st);
}

/* Five blades in chassis of four bays: two chassis. Each blade has two 10GbE ports, so each chassis takes two modules.
 */
Test(test_plan_racks, blades_share_chassis_and_their_modules)
{
    struct scn_study *st = plan_study_create(5);
    struct scn_item *blade = plan_study_item(st, "blade");
    struct plan *p;

    st->servers[0].models[0] = "blade";
    st->servers[0].n_models = 1;
    blade->mezzanines.lot[0].count = 2;
    blade->chassis = "box";
    blade->bays = 1;
    blade->rack_units = 0;
    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_assert(p->feasible, "%s", p->why);
    cr_expect_eq(p->enclosures, 2);
    cr_expect_eq(bought(p, "box"), 2);
    cr_expect_eq(bought(p, "pass-10g"), 4);
    cr_expect_eq(node_of(p, "hosts03")->bay, 4);
    cr_expect_eq(node_of(p, "hosts04")->bay, 1);
    cr_expect_eq(node_of(p, "hosts04")->chassis, 1);
    expect_at(p, "hosts04", 0, 7);
    plan_destroy(p);
    plan_study_item(st, "box")->io_bays = 1;
    expect_why(st, STUDY_CEE, "blade: 2 I/O bays needed, box has 1");
    plan_study_item(st, "pass-10g")->link = "gbe";
    expect_why(st, STUDY_CEE, "blade: box has no I/O module that brings out 10gbe ports of cee");
    plan_study_destroy(st);
}

/* Five blades in chassis of four bays, each with a 10GbE port to a switch in I/O bay A and one to B, of ports enough
 * for all five: two chassis hold two switches each nevertheless. No cables but the uplinks. The fifth blade takes port
 * 1 of the second switch of each side. */
Test(test_plan_racks, every_chassis_has_switches_of_its_own)
{
    struct scn_study *st = plan_study_create(5);
    struct scn_item *blade = plan_study_item(st, "blade"), *edge = plan_study_item(st, "dcb");
    struct plan_cost cost;
    struct plan *p;
    uint32_t uplinks = 0;

    st->servers[0].models[0] = "blade";
    st->servers[0].n_models = 1;
    blade->mezzanines.lot[0].count = 2;
    blade->chassis = edge->chassis = "box";
    blade->bays = 1;
    blade->rack_units = edge->rack_units = 0;
    edge->ports = 12;
    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_assert(p->feasible, "%s", p->why);
    cr_expect_eq(bought(p, "box"), 2);
    cr_expect_eq(bought(p, "dcb"), 4);
    cr_expect_eq(bought(p, "pass-10g"), 0);
    cr_expect_eq(bought(p, "twinax"), 0);
    cr_expect_eq(p->server_cables, 0);
    expect_at(p, "cee-edge-a2", 0, 7);
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];

        uplinks += c->uplink != NULL;
        if (strcmp(p->node[c->a].path, "hosts04") == 0) {
            cr_expect_str_eq(c->b_port, "p1");
            cr_expect_eq(p->node[c->b].path[strlen(p->node[c->b].path) - 1], '2');
        }
    }
    plan_cost(p, &cost);
    cr_expect_float_eq(cost.cables, uplinks, 1e-9);
    cr_expect_float_eq(cost.ports, 2 * 5 + 2 * uplinks, 1e-9);
    plan_destroy(p);
    edge->chassis = "crate";
    expect_why(st, STUDY_CEE, "blade: edge dcb is for blades in crate");
    plan_study_destroy(st);
}

/* ToR of 8 GbE: 8 Gb/s over 0.4 are two 10GbE uplinks, over 0.8 one. FC switch of 10 ports, servers at 4G (3.4 Gb/s),
 * uplinks at 8G: with D server ports ceil(D / 2) uplinks; 6 + 3 fit in 10, 7 + 4 do not. */
Test(test_plan_racks, oversubscription_counts_uplinks)
{
    struct scn_study *st = plan_study_create(4);
    struct scn_uplink *up = st->design[STUDY_SHARED].uplink;

    for (int k = 1; k <= 2; k++) {
        struct plan *p;
        uint32_t lan = 0, san = 0;

        up[0].oversubscription = k * 0.4;
        up[1].oversubscription = 1;
        up[1].link = vio_link_find("fc-8g");
        p = plan_create(st, &st->design[STUDY_SHARED]);
        cr_assert(p->feasible, "%s", p->why);
        for (size_t i = 0; i < p->cables; i++) {
            lan += p->cable[i].uplink == &up[0];
            san += p->cable[i].uplink == &up[1];
        }
        cr_expect_eq(lan, 2 * (k == 1 ? 2 : 1));
        cr_expect_eq(san, 2 * 3);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

/* A pair is on two cards unless the design allows one: two hba-2 instead of one. */
Test(test_plan_racks, a_pair_is_not_on_one_card)
{
    struct scn_study *st = plan_study_create(1);

    for (int share = 0; share < 2; share++) {
        struct plan *p;

        st->design[STUDY_DEDICATED].connection[1].share_card = share;
        p = plan_create(st, &st->design[STUDY_DEDICATED]);
        cr_assert(p->feasible, "%s", p->why);
        cr_expect_eq(bought(p, "hba-2"), share ? 1 : 2);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

/* Gen1 x8 in Gen2 x4 runs at Gen1 x4: neither is that slow. Refused, there is no slot for it. */
Test(test_plan_racks, a_card_runs_with_what_slot_and_card_both_have)
{
    struct scn_study *st = plan_study_create(1);
    struct plan *p;

    plan_study_item(st, "srv-1u")->slots.lot[0].what = "pcie-gen2-x4";
    st->servers[0].n_models = 1;
    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_assert(p->feasible, "%s", p->why);
    cr_expect_str_eq(p->slot[1].pcie->type, "pcie-gen1-x4");
    plan_destroy(p);
    st->design[STUDY_CEE].refuse_narrow = true;
    expect_why(st, STUDY_CEE, "srv-1u: cee: 2 ports = 2 that no card may give");
    plan_study_destroy(st);
}

Test(test_plan_racks, drivers_years_and_limits_say_whom_they_stop)
{
    static const char *linux_only[] = {"linux", NULL};
    struct scn_study *st = plan_study_create(2);
    struct scn_item *cna = plan_study_item(st, "cna-1");
    struct plan *p;

    st->design[STUDY_CEE].software_switch = true;
    st->year = 2010;
    cna->year_to = 2009;
    expect_why(st, STUDY_CEE, "that no card may give (cna-1: sold until 2009, not in 2010)");
    cna->year_to = 2010;
    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_expect(p->feasible, "%s", p->why);
    plan_destroy(p);
    st->vm[STUDY_DB].os = "solaris";
    cna->drivers = linux_only;
    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_expect(p->feasible, "behind a software switch the VM's own system does not matter");
    plan_destroy(p);
    st->host.hypervisor = "esx";
    expect_why(st, STUDY_CEE, "(cna-1: no driver for esx, the hypervisor)");
    st->design[STUDY_CEE].software_switch = false;
    expect_why(st, STUDY_CEE, "(cna-1: no driver for solaris of VM class db)");
    cna->drivers = NULL;
    cna->max_vnics = 2; /* the load of the vHBAs has put all three vNICs on the other card */
    expect_why(st, STUDY_CEE, "hosts: 3 vNICs on cna1, cna-1 can be 2");
    cna->max_vnics = 3;
    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_expect(p->feasible, "%s", p->why);
    plan_destroy(p);
    plan_study_item(st, "dcb")->max_vlans = 1;
    expect_why(st, STUDY_CEE, "connection cee: 2 networks, dcb has 1 VLANs");
    plan_study_destroy(st);
}
