/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_plan_topology.c - how nodes, links and flows of a hand-written topology are expanded.
 */
#include <criterion/criterion.h>

#include "sim/plan/plan.h"

enum { HOSTS = 6 };

/* HOSTS hosts "s" and HOSTS hosts "d" at one switch "r", and one flow of the pairing from s to d. */
static struct plan *star(struct scn_study *st, struct scn_topology *t, int pair, uint32_t divisor)
{
    static struct vio_node_common host, transit = {.latency_ps = 3 * SIM_US};
    static struct scn_topo_node node[3];
    static struct scn_topo_link link[2];
    static struct scn_topo_flow flow;
    static struct vio_workload_common load = {.connections = 1};
    static const struct vio_workload_type type = {.type = "test", .shape = VIO_SHAPE_SEND};

    node[0] = (struct scn_topo_node){.name = "s", .node = vio_node_find("host"), .config = &host, .count = HOSTS};
    node[1] = (struct scn_topo_node){.name = "r", .node = vio_node_find("switch"), .config = &transit, .count = 1};
    node[2] = (struct scn_topo_node){.name = "d", .node = vio_node_find("host"), .config = &host, .count = HOSTS};
    link[0] = (struct scn_topo_link){.from = 0, .to = 1, .host_queue_pkts = 7};
    link[1] = (struct scn_topo_link){.from = 1, .to = 2, .host_queue_pkts = 7};
    vio_egress_defaults(&link[0].egress, vio_link_find("10gbe"));
    link[0].egress.limit_pkts = 100;
    link[1].egress = link[0].egress;
    flow = (struct scn_topo_flow){
        .name = "f",
        .from = 0,
        .to = 2,
        .pair = pair,
        .divisor = divisor,
        .start = sim_dist_uniform(0, 1e9),
        .workload = {.type = &type, .config = &load, .transport = vio_transport_find("datagram")}};
    *t = (struct scn_topology){.node = node, .nodes = 3, .link = link, .links = 2, .flow = &flow, .flows = 1};
    *st = (struct scn_study){.seed = 4, .topology = t};
    return plan_create(st, NULL);
}

Test(test_plan_topology, nodes_and_links)
{
    struct scn_study st;
    struct scn_topology t;
    struct plan *p = star(&st, &t, SCN_PAIR_ONE_TO_ONE, 1);

    cr_assert(p->feasible, "%s", p->why);
    cr_assert_eq(p->nodes, 2 * HOSTS + 1);
    cr_assert_eq(p->cables, 2 * HOSTS);
    cr_expect_str_eq(p->node[0].path, "s0");
    cr_expect_str_eq(p->node[HOSTS].path, "r");
    cr_expect_str_eq(p->node[p->nodes - 1].path, "d5");
    for (uint32_t i = 0; i < HOSTS; i++) {
        cr_expect_eq(p->cable[i].a, i);
        cr_expect_eq(p->cable[i].b, HOSTS);
        cr_expect_eq(p->cable[i].up->limit_pkts, 7);     /* at the host */
        cr_expect_eq(p->cable[i].down->limit_pkts, 100); /* at the switch */
        cr_expect_eq(p->cable[i].up->latency_ps, 3 * SIM_US);
        cr_expect_eq(p->cable[i].down->latency_ps, 0);
        cr_expect_eq(p->cable[HOSTS + i].a, HOSTS);
        cr_expect_eq(p->cable[HOSTS + i].b, HOSTS + 1 + i);
    }
    plan_destroy(p);
}

Test(test_plan_topology, pairings)
{
    static const struct {
        int pair;
        uint32_t divisor, to[HOSTS];
    } cases[] = {{SCN_PAIR_ONE_TO_ONE, 1, {0, 1, 2, 3, 4, 5}},
                 {SCN_PAIR_ALL_TO_ONE, 1, {0, 0, 0, 0, 0, 0}},
                 {SCN_PAIR_DIV, 4, {0, 0, 0, 0, 1, 1}}};

    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct scn_study st;
        struct scn_topology t;
        struct plan *p = star(&st, &t, cases[c].pair, cases[c].divisor);

        cr_assert_eq(p->flows, HOSTS);
        for (uint32_t i = 0; i < HOSTS; i++) {
            cr_expect_eq(p->flow[i].home, i);
            cr_expect_eq(p->flow[i].peer, HOSTS + 1 + cases[c].to[i], "case %zu, flow %u", c, i);
        }
        plan_destroy(p);
    }
}

/* Every destination once, never the like-numbered one, the same from the same seed. */
Test(test_plan_topology, a_permutation_has_no_fixed_point)
{
    struct scn_study st;
    struct scn_topology t;
    struct plan *p = star(&st, &t, SCN_PAIR_PERMUTATION, 1), *again = star(&st, &t, SCN_PAIR_PERMUTATION, 1);
    uint32_t seen = 0;

    for (uint32_t i = 0; i < HOSTS; i++) {
        uint32_t to = p->flow[i].peer - HOSTS - 1;

        cr_expect_neq(to, i);
        seen |= 1u << to;
        cr_expect_eq(again->flow[i].peer, p->flow[i].peer);
    }
    cr_expect_eq(seen, (1u << HOSTS) - 1);
    plan_destroy(p);
    plan_destroy(again);
}

Test(test_plan_topology, what_cannot_be_joined_is_said)
{
    struct scn_study st;
    struct scn_topology t;
    struct plan *p = star(&st, &t, SCN_PAIR_ONE_TO_ONE, 1);

    plan_destroy(p);
    t.node[1].count = 2;
    p = plan_create(&st, NULL);
    cr_expect_not(p->feasible);
    cr_expect_str_eq(p->why, "link s - r: 6 nodes cannot be joined to 2 one by one, nor fan in");
    plan_destroy(p);
    t.node[1].count = 1;
    t.node[2].count = 4;
    p = plan_create(&st, NULL);
    cr_expect_not(p->feasible);
    cr_expect_str_eq(p->why, "flow f: d has no node number 4 for number 4 of s");
    plan_destroy(p);
}

/* A flow whose protocol the links do not carry is the planner's mistake, said in words. */
Test(test_plan_topology, a_flow_needs_links_that_carry_it)
{
    struct scn_study st;
    struct scn_topology t;
    struct plan *p = star(&st, &t, SCN_PAIR_ONE_TO_ONE, 1);

    cr_expect(p->feasible, "%s", p->why);
    plan_destroy(p);
    t.flow[0].workload.transport = vio_transport_find("rdma");
    vio_egress_defaults(&t.link[0].egress, vio_link_find("gbe"));
    p = plan_create(&st, NULL);
    cr_assert(!p->feasible);
    cr_expect(strcmp(p->why, "f/0: no way from s0 to d0 and back over links that carry rdma") == 0, "%s", p->why);
    plan_destroy(p);
}
