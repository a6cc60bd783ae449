/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_plan.c - plans: slots, edges, redundancy, pinning, and that everybody can reach whom they talk to.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/cost.h"
#include "tests/unit/plan_study.h"

static uint32_t count_nodes(const struct plan *p, int tier, const char *prefix)
{
    uint32_t n = 0;

    for (size_t i = 0; i < p->nodes; i++)
        n += p->node[i].tier == tier && strncmp(p->node[i].path, prefix, strlen(prefix)) == 0;
    return n;
}

/* The port that carries an endpoint: "lom/p1". */
static const char *port_of(const struct plan *p, const char *endpoint)
{
    for (size_t i = 0; i < p->endpoints; i++)
        if (strcmp(p->endpoint[i].path, endpoint) == 0)
            return p->cable[p->endpoint[i].cable].a_port;
    return "no such endpoint";
}

static void expect_infeasible(const struct scn_study *st, int design, const char *why)
{
    struct plan *p = plan_create(st, &st->design[design]);

    cr_expect_not(p->feasible, "design %d", design);
    cr_expect_str_eq(p->why ? p->why : "", why);
    cr_expect_eq(p->nodes + p->cables + p->bom_rows + p->server_cables, 0);
    plan_destroy(p);
}

Test(test_plan, on_board_ports_first_then_cards_in_slots)
{
    static const char *const ports[] = {"lom/p1", "lom/p2", "nic0/p1", "nic0/p2", "hba0/p1", "hba0/p2"};
    static const char *const edges[] = {"lan-edge-a1", "lan-edge-b1", "lan-edge-a1",
                                        "lan-edge-b1", "san-edge-a1", "san-edge-b1"};
    static const uint32_t slots[] = {0, 0, 1, 1, 2, 2};
    struct scn_study *st = plan_study_create(2);
    struct plan *p = plan_create(st, &st->design[STUDY_DEDICATED]);
    uint32_t n = 0;

    cr_assert(p->feasible, "%s", p->why);
    cr_expect_str_eq(p->server_item, "srv-1u");
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];

        if (strcmp(p->node[c->a].path, "hosts01") != 0)
            continue;
        cr_assert_lt(n, 6);
        cr_expect_str_eq(c->a_port, ports[n]);
        cr_expect_str_eq(p->node[c->b].path, edges[n]);
        cr_expect_eq(p->slot[c->slot].slot, slots[n]);
        cr_expect_eq(p->slot[c->slot].node, c->a);
        cr_expect_eq(p->slot[c->slot].item == NULL, slots[n] == 0);
        n++;
    }
    cr_expect_eq(n, 6);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* The slot is Gen2 x8; the cards ask for less: nic-2 Gen1 x4, hba-2 Gen1 x8. On board is no bottleneck. */
Test(test_plan, the_slower_of_slot_and_card_counts)
{
    struct scn_study *st = plan_study_create(1);
    struct plan *p;

    plan_study_item(st, "hba-2")->slot_link = "pcie-gen2-x8";
    plan_study_item(st, "srv-1u")->slots.lot[0].what = "pcie-gen1-x8";
    p = plan_create(st, &st->design[STUDY_DEDICATED]);
    cr_assert_eq(p->slots, 3);
    cr_expect_null(p->slot[0].pcie);
    cr_expect_str_eq(p->slot[1].pcie->type, "pcie-gen1-x4");
    cr_expect_str_eq(p->slot[2].pcie->type, "pcie-gen1-x8");
    plan_destroy(p);
    plan_study_destroy(st);
}

/* 2 networks x 4 ports = 8, 2 of them on board; 6 from cards. The SAN's hba-2 (1800) takes a slot of its own. With 3
 * slots nic-4 + nic-2 = 400 is cheaper than 2 x nic-4 = 600; with 4 slots 3 x nic-2 = 300. */
Test(test_plan, the_cheapest_set_of_cards_that_fits)
{
    struct scn_study *st = plan_study_create(1);
    struct scn_design *d = &st->design[STUDY_DEDICATED];

    d->connection[0].ports = 4;
    st->servers[0].n_models = 1;
    for (uint32_t slots = 3; slots <= 4; slots++) {
        struct plan *p;

        plan_study_item(st, "srv-1u")->slots.lot[0].count = slots;
        p = plan_create(st, d);
        cr_assert(p->feasible, "%s", p->why);
        cr_expect_float_eq(plan_component_usd(p, "adapter"), slots == 3 ? 2200 : 2100, 1e-9);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

Test(test_plan, infeasible_servers_say_why_with_the_arithmetic)
{
    struct scn_study *st = plan_study_create(2);

    st->servers[0].n_models = 1; /* srv-1u only */
    expect_infeasible(st, STUDY_SHARED,
                      "hosts: no allowed server fits: srv-1u: lan: 4 ports = 2 on board + 2 that no card may give; "
                      "san: 2 ports = 2 cards of 1");
    st->servers[0].models[0] = "blade";
    expect_infeasible(st, STUDY_DEDICATED,
                      "hosts: no allowed server fits: blade: 2 mezzanines needed (lan: 4 ports = 2 on board + "
                      "1 card of 4; san: 2 ports = 1 card of 2), 1 offered");
    st->vm[STUDY_DB].compute = 0.9;
    plan_study_item(st, "blade")->mezzanines.lot[0].count = 2;
    plan_study_item(st, "blade")->cores = 5; /* 4 x 0.9 + 2 x 0.5 + 1 for the software switch */
    expect_infeasible(st, STUDY_DEDICATED, "hosts: no allowed server fits: blade: 5.6 cores needed, 5 offered");
    st->design[STUDY_CEE].connection[0].ethernet = false;
    expect_infeasible(st, STUDY_CEE, "hosts: no connection of the design carries network corp");
    plan_study_destroy(st);
}

Test(test_plan, infeasible_edges_say_why_with_the_arithmetic)
{
    struct scn_study *st = plan_study_create(2);

    st->design[STUDY_IB].uplink[0].ports = 4; /* 4 x mod-10g fill the 4 slots */
    expect_infeasible(st, STUDY_IB, "uplink san-up: 2 ports of 2 per module mod-fc take 1 slot, dir has 0 left of 4");
    st->design[STUDY_SHARED].uplink[0].ports = 3; /* GbE ports do not run 10GbE */
    expect_infeasible(st, STUDY_SHARED, "uplink lan-up: 3 10gbe ports wanted, tor has 2 for it");
    st->design[STUDY_DEDICATED].uplinks = 1;
    st->design[STUDY_DEDICATED].uplink = &(struct scn_uplink){
        .name = "san-up", .connection = 1, .to_fc = true, .link = vio_link_find("fc-8g"), .ports = 2};
    expect_infeasible(st, STUDY_DEDICATED, "connection lan: no uplink to the LAN core for network corp");
    st->design[STUDY_CEE].connection[0].buffer_B = 10000; /* headroom 9319 B + 2 x 2240 B do not fit */
    expect_infeasible(st, STUDY_CEE,
                      "connection cee: a buffer of 10000 B does not hold the PFC headroom of 10 m and two frames");
    plan_study_destroy(st);
}

/* A ToR has 8 ports, each server 2 on each side: 4 servers fill one per side, 5 need two. */
Test(test_plan, edges_at_the_boundary)
{
    for (uint32_t servers = 3; servers <= 5; servers++) {
        struct scn_study *st = plan_study_create(servers);
        struct plan *p = plan_create(st, &st->design[STUDY_SHARED]);
        uint32_t per_side = servers <= 4 ? 1 : 2;

        cr_assert(p->feasible, "%s", p->why);
        cr_expect_eq(count_nodes(p, PLAN_EDGE, "lan-edge-a"), per_side, "%u servers", servers);
        cr_expect_eq(count_nodes(p, PLAN_EDGE, "lan-edge-b"), per_side, "%u servers", servers);
        plan_destroy(p);
        plan_study_destroy(st);
    }
}

Test(test_plan, modules_stand_behind_slot_links)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p = plan_create(st, &st->design[STUDY_IB]);

    cr_expect_eq(count_nodes(p, PLAN_MODULE, "ib-edge-a1/slot"), 3);
    cr_expect_eq(count_nodes(p, PLAN_MODULE, "ib-edge-b1/slot"), 3);
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];

        if (p->node[c->b].tier != PLAN_MODULE)
            continue;
        cr_expect_eq(p->node[c->a].tier, PLAN_EDGE);
        cr_expect_str_eq(c->link->type, "ib-4x-ddr");
        cr_expect_eq(c->up->latency_ps, 7 * SIM_US); /* the gateway's own */
        cr_expect_eq(c->up->flow_control, VIO_FLOW_VL_CREDIT);
        cr_expect_eq(c->up->classes, 2);
        cr_expect_eq(c->up->limit_pkts, 0);
        cr_expect_null(c->item);
    }
    plan_destroy(p);
    plan_study_destroy(st);
}

/* [S45] 10 Gb/s, 10 m, 2240 B: ceil((301 + 2.16 x 10) x 10 + 2.72 x 2240) = ceil(3226 + 6092.8) = 9319 B of headroom;
 * of a buffer of 100,000 B xoff is 90,681 B and xon one frame less, 88,441 B. */
Test(test_plan, converged_ethernet_pauses_storage_on_server_cables_only)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p = plan_create(st, &st->design[STUDY_CEE]);

    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];
        bool server = p->node[c->a].tier == PLAN_SERVER;

        if (p->node[c->b].tier == PLAN_PEER)
            continue;
        if (strcmp(c->link->type, "fc-4g") == 0) {
            cr_expect_eq(c->up->flow_control, VIO_FLOW_BB_CREDIT);
            cr_expect_eq(c->up->classes, 1);
            cr_expect(c->up->cls[0].lossless);
            continue;
        }
        cr_expect_eq(c->up->classes, 2);
        cr_expect_eq(c->up->flow_control, server ? VIO_FLOW_PFC : VIO_FLOW_NONE, "%s", c->label);
        cr_expect_eq(c->up->cls[1].lossless, server);
        cr_expect_not(c->up->cls[0].lossless);
        cr_expect_eq(c->up->limit_pkts, server ? 1000 : 100);
        cr_expect_eq(c->up->headroom_B, server ? 9319 : 0);
        cr_expect_eq(c->up->xoff_B, server ? 90681 : 0);
        cr_expect_eq(c->down->xon_B, server ? 88441 : 0);
        cr_expect_eq(c->down->limit_pkts, server ? 100 : 512);
    }
    plan_destroy(p);
    plan_study_destroy(st);
}

/* Largest first, each to the least loaded: db (100/s) then web0, web1 (10/s each). */
Test(test_plan, endpoints_are_balanced_over_their_ports)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p = plan_create(st, &st->design[STUDY_SHARED]);

    cr_expect_str_eq(port_of(p, "hosts00/db0/nic0"), "lom/p1");
    cr_expect_str_eq(port_of(p, "hosts00/web0/nic0"), "lom/p2");
    cr_expect_str_eq(port_of(p, "hosts00/web1/nic0"), "lom/p3");
    cr_expect_str_eq(port_of(p, "hosts00/db0/hba0"), "hba0/p1");
    cr_expect_str_eq(port_of(p, "hosts01/db0/nic0"), "lom/p2"); /* turned by one port: side B */
    cr_expect_str_eq(port_of(p, "hosts01/web1/nic0"), "lom/p4");
    cr_expect_str_eq(port_of(p, "hosts01/db0/hba0"), "hba1/p1");
    plan_destroy(p);
    p = plan_create(st, &st->design[STUDY_DEDICATED]); /* corp has ports 1 and 2, dmz 3 and 4 */
    cr_expect_str_eq(port_of(p, "hosts00/db0/nic0"), "lom/p1");
    cr_expect_str_eq(port_of(p, "hosts00/web0/nic0"), "nic0/p1");
    cr_expect_str_eq(port_of(p, "hosts00/web1/nic0"), "nic0/p2");
    cr_expect_str_eq(port_of(p, "hosts01/db0/nic0"), "lom/p2");
    cr_expect_str_eq(port_of(p, "hosts01/web1/nic0"), "nic0/p1");
    plan_destroy(p);
    st->design[STUDY_DEDICATED].connection[0].per = SCN_PER_VM; /* 3 vNICs, a port each */
    st->design[STUDY_DEDICATED].connection[0].ports = 1;
    p = plan_create(st, &st->design[STUDY_DEDICATED]);
    cr_expect_str_eq(port_of(p, "hosts00/db0/nic0"), "lom/p1");
    cr_expect_str_eq(port_of(p, "hosts00/web0/nic0"), "lom/p2");
    cr_expect_str_eq(port_of(p, "hosts00/web1/nic0"), "nic0/p1");
    plan_destroy(p);
    plan_study_destroy(st);
}

/* Whether a packet of `proto` gets from the far end of `cable` to node `to` without passing through a server. */
static bool reaches(const struct plan *p, int32_t cable, uint32_t to, enum vio_proto proto)
{
    bool *seen = calloc(p->nodes, sizeof *seen), more = true, found;

    seen[p->cable[cable].b] = p->cable[cable].link->framing[proto].carried;
    while (more) {
        more = false;
        for (size_t i = 0; i < p->cables; i++) {
            const struct plan_cable *c = &p->cable[i];

            if (!c->link->framing[proto].carried || seen[c->a] == seen[c->b])
                continue;
            if (p->node[c->a].tier == PLAN_SERVER && c->a != to)
                continue;
            seen[c->a] = seen[c->b] = more = true;
        }
    }
    found = seen[to];
    free(seen);
    return found;
}

Test(test_plan, everybody_reaches_whom_they_talk_to)
{
    struct scn_study *st = plan_study_create(5);

    for (size_t i = 0; i < st->designs; i++) {
        struct plan *p = plan_create(st, &st->design[i]);

        cr_assert(p->feasible, "%s", p->why);
        cr_expect_eq(p->flows, 5 * 4); /* oltp, disk, 2 x pages */
        for (size_t f = 0; f < p->flows; f++) {
            const struct plan_endpoint *home = &p->endpoint[p->flow[f].home], *peer = &p->endpoint[p->flow[f].peer];
            bool block = p->flow[f].workload->type->shape == VIO_SHAPE_BLOCK;

            cr_expect_eq(home->network, peer->network);
            cr_expect_eq(p->cable[home->cable].a, home->node);
            cr_expect(reaches(p, home->cable, peer->node, block ? VIO_PROTO_FC : VIO_PROTO_IP), "%s: %s",
                      p->design->name, p->flow[f].path);
        }
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

Test(test_plan, names_are_the_same_in_every_design)
{
    struct scn_study *st = plan_study_create(3);
    struct plan *first = plan_create(st, &st->design[0]);

    cr_expect_str_eq(first->flow[0].path, "hosts00/db0/oltp");
    cr_expect_str_eq(first->flow[0].group, "db/oltp");
    for (size_t i = 1; i < st->designs; i++) {
        struct plan *p = plan_create(st, &st->design[i]);

        cr_assert_eq(p->endpoints, first->endpoints);
        cr_assert_eq(p->flows, first->flows);
        for (size_t e = 0; e < p->endpoints; e++)
            cr_expect_str_eq(p->endpoint[e].path, first->endpoint[e].path);
        for (size_t f = 0; f < p->flows; f++)
            cr_expect_str_eq(p->flow[f].path, first->flow[f].path);
        plan_destroy(p);
    }
    plan_destroy(first);
    plan_study_destroy(st);
}

Test(test_plan, shares_and_neighbours)
{
    struct scn_study *st = plan_study_create(3);
    struct scn_workload *pages = &st->vm[STUDY_WEB].workload[0];
    struct plan *p;

    pages->share = 0.5; /* every second web VM: web1 of each server */
    pages->peer = -1;
    pages->peer_vms = STUDY_WEB;
    p = plan_create(st, &st->design[STUDY_CEE]);
    cr_assert(p->feasible, "%s", p->why);
    cr_assert_eq(p->flows, 3 * 3);
    cr_expect_str_eq(p->flow[8].path, "hosts02/web1/pages");
    cr_expect_str_eq(p->endpoint[p->flow[8].home].path, "hosts02/web1/nic0");
    cr_expect_str_eq(p->endpoint[p->flow[8].peer].path, "hosts00/web1/nic0");
    plan_destroy(p);
    st->servers[0].count = 1;
    expect_infeasible(st, STUDY_CEE,
                      "hosts00/web1/pages: nobody at the other end of its network: a neighbour needs a second server "
                      "with such a VM");
    plan_study_destroy(st);
}

static size_t plan_bytes(uint32_t servers)
{
    struct scn_study *st = plan_study_create(servers);
    struct plan *p = plan_create(st, &st->design[STUDY_SHARED]);
    size_t bytes;

    cr_assert(p->feasible, "%s", p->why);
    cr_expect_eq(p->server_cables, 6 * servers);
    bytes = p->arena.used_B + p->cables_capacity * sizeof *p->cable + p->endpoints_capacity * sizeof *p->endpoint +
            p->flows_capacity * sizeof *p->flow + p->nodes_capacity * sizeof *p->node +
            p->slots_capacity * sizeof *p->slot;
    plan_destroy(p);
    plan_study_destroy(st);
    return bytes;
}

/* Ten times the servers, ten times the memory (arrays double, so up to 20 times). */
Test(test_plan, a_thousand_servers)
{
    size_t hundred = plan_bytes(100), thousand = plan_bytes(1000);

    cr_expect_lt(thousand, 20 * hundred);
    cr_expect_lt(thousand, 200u << 20);
}
