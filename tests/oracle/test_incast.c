/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_incast.c - synchronised fan-in: the time of a block by hand, the barrier, and the stall of a loss.
 */
#include <criterion/criterion.h>

#include "tests/rig/tcp_rig.h"

enum { SERVERS_MAX = 8 };

struct incast_rig {
    struct vio_world *world;
    struct vio_egress *port; /* of the switch to the client */
    struct vio_workload *wl;
};

/* The client's line, a line from each server to the switch, the port of the switch to the client; 10GbE, delay d. */
static void incast_build(struct incast_rig *g, uint32_t servers, uint32_t limit_pkts, const char *tcp, const char *text)
{
    struct vio_egress_config c;
    struct vio_flow *flow[2 * SERVERS_MAX];
    struct vio_egress *up;

    g->world = vio_world_create(1, 0);
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.delay_ps = 20 * SIM_US;
    up = vio_egress_create(g->world, "up", &c);
    c.limit_pkts = limit_pkts;
    g->port = vio_egress_create(g->world, "port", &c);
    c.limit_pkts = 0;
    for (uint32_t k = 0; k < servers; k++) {
        struct vio_egress *hop[2] = {vio_egress_create(g->world, sim_arena_printf(&g->world->arena, "server%u", k), &c),
                                     g->port};
        const struct vio_path *there = rig_path(g->world, 1, &up), *back = rig_path(g->world, 2, hop);

        flow[2 * k] = rig_flow(g->world, sim_arena_printf(&g->world->arena, "ask%u", k), "tcp-newreno", tcp, there,
                               back, 0, NULL);
        flow[2 * k + 1] = rig_flow(g->world, sim_arena_printf(&g->world->arena, "answer%u", k), "tcp-newreno", tcp,
                                   back, there, 0, NULL);
    }
    g->wl = rig_workload(g->world, "incast", "incast", text, flow, 2 * servers);
}

/* Requests of 64 B: r = (64 + 90) x 800 ps = 123.2 ns each. Each of four servers
 * answers with one segment, t = 1 230 400 ps: the first is at the port after r + d + t + d, and the four leave it one
 * behind the other: r + 3 d + 5 t. The next block is asked for then, not before. */
Test(test_incast, block_by_hand)
{
    const sim_time t = 1230400, r = 123200, d = 20 * SIM_US, block = r + 3 * d + 5 * t;
    struct incast_rig g;

    incast_build(&g, 4, 0, "", "block=5792B");
    rig_run(g.world, 0, block);
    cr_expect_eq(g.wl->m.completed, 1);
    cr_expect_eq(g.wl->m.issued, 2);
    cr_expect_eq(g.wl->m.bytes, 5792);
    cr_expect_eq(g.wl->m.latency.max, block, "%ld", (long)g.wl->m.latency.max);
    vio_world_destroy(g.world);
}

/* Eight servers, one segment each, a port for four packets: of the eight that arrive r apart, far faster than they
 * leave, five find room (one leaves meanwhile). Three are lost, have no successors to tell of it, and come after the
 * first timeout of 1 s: 1 s and the time of a block. With room for eight there is no stall. */
Test(test_incast, a_lost_part_stalls_the_block)
{
    struct incast_rig g;

    incast_build(&g, 8, 4, "", "block=11584B stop=1ms");
    rig_run(g.world, 0, 2 * SIM_S);
    cr_expect_eq(g.wl->m.completed, 1);
    cr_expect_gt(g.wl->m.latency.max, SIM_S);
    cr_expect_lt(g.wl->m.latency.max, SIM_S + 100 * SIM_US);
    vio_world_destroy(g.world);
    incast_build(&g, 8, 8, "", "block=11584B stop=1us");
    rig_run(g.world, 0, 2 * SIM_S);
    cr_expect_eq(g.wl->m.completed, 1);
    cr_expect_lt(g.wl->m.latency.max, 100 * SIM_US);
    vio_world_destroy(g.world);
}
