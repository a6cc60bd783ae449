/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_flow_deadlock.c - cyclic waits are found and named; long stalls are not taken for one.
 *
 * A ring of n switches; flow i enters at switch i and leaves at switch i + 2, so that it needs the link i > i+1 and,
 * while it holds the buffer behind that, the link i+1 > i+2. When the buffers of all ring links are full of packets
 * that want to go on, none can move: Coffman's four conditions by construction. With one ring link missing from the
 * paths the dependency is a chain, and there is none however long the stall.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { RING_MAX = 5 };

/* Pause and a queue per vNIC do not lock every time: the two flows of a link take turns. */
static const struct {
    enum vio_flow_control control;
    const char *sched;
} ring_kinds[] = {{VIO_FLOW_PFC, "drr"}, {VIO_FLOW_VL_CREDIT, "drr"}, {VIO_FLOW_VL_CREDIT, "hierarchy"}};

struct ring {
    struct vio_world *w;
    struct vio_egress *link[RING_MAX], *out[RING_MAX], *in[RING_MAX];
    struct vio_flow *f[RING_MAX], *other;
    struct vio_vnic vnic[RING_MAX]; /* a flow each: schedulers with a queue per vNIC keep the packets to themselves */
    struct vio_end end;
};

static void ring_links(struct ring *r, uint32_t n, enum vio_flow_control control, const char *sched)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find(control == VIO_FLOW_VL_CREDIT ? "ib-4x-qdr" : "10gbe"));
    c.length_m = 10;
    c.flow_control = control;
    c.classes = 2;
    c.sched = vio_sched_find(sched);
    c.cls[1].lossless = true;
    c.credits = 100; /* four packets of 1500 B */
    c.xoff_B = 8000;
    c.xon_B = 5000;
    c.headroom_B = 11263;
    for (uint32_t i = 0; i < n; i++) {
        r->link[i] = vio_egress_create(r->w, sim_arena_printf(&r->w->arena, "sw%u>sw%u", i + 1, (i + 1) % n + 1), &c);
        r->in[i] = vio_egress_create(r->w, sim_arena_printf(&r->w->arena, "host%u>sw%u", i + 1, i + 1), &c);
        r->out[i] = vio_egress_create(r->w, sim_arena_printf(&r->w->arena, "sw%u>host%u", i + 1, i + 1), &c);
    }
}

static void ring_flow(struct ring *r, uint32_t i, const struct vio_path *path)
{
    r->vnic[i] = (struct vio_vnic){.number = i};
    r->f[i] = probe_flow(r->w, sim_arena_printf(&r->w->arena, "f%u", i), VIO_PROTO_IP, path, 1);
    r->f[i]->vnic = &r->vnic[i];
    probe_send_at(r->f[i], 0, 500, 1500);
}

/* Everybody bursts at once in class 1; other traffic of class 0 goes on over the first link, for ever. */
static void ring_run(struct ring *r, uint32_t n, enum vio_flow_control control, const char *sched, bool cyclic)
{
    r->w = vio_world_create(1, 0);
    ring_links(r, n, control, sched);
    for (uint32_t i = 0; i < n; i++) {
        struct vio_egress *hop[] = {r->in[i], r->link[i], r->link[(i + 1) % n], r->out[(i + 2) % n]};
        struct vio_egress *chain[] = {r->in[i], r->link[i], r->out[(i + 1) % n]};
        const bool shorter = !cyclic && i == n - 1;

        ring_flow(r, i, shorter ? rig_path(r->w, 3, chain) : rig_path(r->w, 4, hop));
    }
    r->other = rig_flow(r->w, "other", "datagram", "", rig_path(r->w, 2, (struct vio_egress *[]){r->in[0], r->link[0]}),
                        rig_path(r->w, 1, r->link), 0, NULL);
    rig_workload(r->w, "other", "poisson", "rate=100000/s size=1000B", &r->other, 1);
    vio_world_run(r->w, 0, SIM_S, NULL, NULL, &r->end);
}

/* Found within two looks (5 ms each) of the first millisecond; the cycle by name and nothing else in it. */
Test(test_flow_deadlock, named)
{
    static const struct {
        uint32_t n;
        const char *cycle;
    } cases[] = {{3, "sw1>sw2, sw2>sw3, sw3>sw1: "}, {4, "sw1>sw2, sw2>sw3, sw3>sw4, sw4>sw1: "}};

    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < 2; i++) {
            struct ring r;
            uint64_t others;

            ring_run(&r, cases[i].n, ring_kinds[c].control, ring_kinds[c].sched, true);
            cr_expect_eq(r.end.outcome, VIO_OUTCOME_DEADLOCK, "%u switches, case %zu", cases[i].n, c);
            cr_expect(strncmp(r.end.why, cases[i].cycle, strlen(cases[i].cycle)) == 0, "%s", r.end.why);
            cr_expect_leq(sim_now(&r.w->sim), 11 * SIM_MS);
            others = r.other->goodput_B;
            /* It is one: nothing of class 1 moves in the next second, though class 0 does. */
            for (uint32_t k = 0; k < cases[i].n; k++)
                cr_expect_lt(probe_of(r.f[k])->n, 500u);
            const size_t before = probe_of(r.f[0])->n;

            sim_run_until(&r.w->sim, SIM_S);
            cr_expect_eq(probe_of(r.f[0])->n, before);
            cr_expect_gt(r.other->goodput_B, others);
            vio_world_destroy(r.w);
        }
}

/* The same ring without the dependency that closes it: everything arrives. */
Test(test_flow_deadlock, chain_is_none)
{

    for (size_t c = 0; c < 3; c++) {
        struct ring r;

        ring_run(&r, 3, ring_kinds[c].control, ring_kinds[c].sched, false);
        cr_expect_eq(r.end.outcome, VIO_OUTCOME_OK, "%s", r.end.why);
        for (uint32_t k = 0; k < 3; k++)
            cr_expect_eq(probe_of(r.f[k])->n, 500u);
        vio_world_destroy(r.w);
    }
}

/* A mere long stall: two lossless hops before a stage that takes 200 ms for a packet. At every look of 5 ms all queues
 * are held back as long before; packets still come. */
Test(test_flow_deadlock, long_stall_is_none)
{
    static const enum vio_flow_control controls[] = {VIO_FLOW_PFC, VIO_FLOW_PAUSE, VIO_FLOW_VL_CREDIT};

    for (size_t i = 0; i < 3; i++) {
        struct ring r = {.w = vio_world_create(1, 0)};
        struct vio_egress *slow;

        ring_links(&r, 2, controls[i], "drr");
        slow = rig_server(r.w, "slow", 60000, 0, 0); /* 1500 B in 200 ms */
        r.f[0] =
            probe_flow(r.w, "f", VIO_PROTO_IP, rig_path(r.w, 3, (struct vio_egress *[]){r.in[0], r.link[0], slow}), 1);
        probe_send_at(r.f[0], 0, 500, 1500);
        vio_world_run(r.w, 0, SIM_S, NULL, NULL, &r.end);
        cr_expect_eq(r.end.outcome, VIO_OUTCOME_OK, "control %d: %s", controls[i], r.end.why);
        cr_expect_eq(probe_of(r.f[0])->n, 4u); /* and the fifth at 1 s and the way */
        vio_world_destroy(r.w);
    }
}

/* The same by two ways into one queue, a vNIC each: while the packets of one are shown to the egress, those of the
 * other hold the buffer behind its way and are seen by nobody but the scheduler. They move, 200 ms each, so nothing is
 * dead: after 1 s four are there in all, of both. */
Test(test_flow_deadlock, packets_of_a_hidden_vnic_move)
{
    static const enum vio_flow_control controls[] = {VIO_FLOW_PFC, VIO_FLOW_PAUSE, VIO_FLOW_VL_CREDIT};

    for (size_t i = 0; i < 3; i++) {
        struct ring r = {.w = vio_world_create(1, 0)};
        struct vio_egress *slow;

        ring_links(&r, 2, controls[i], "hierarchy");
        slow = rig_server(r.w, "slow", 60000, 0, 0); /* 1500 B in 200 ms */
        for (uint32_t k = 0; k < 2; k++)
            ring_flow(&r, k, rig_path(r.w, 3, (struct vio_egress *[]){r.in[k], r.link[0], slow}));
        vio_world_run(r.w, 0, SIM_S, NULL, NULL, &r.end);
        cr_expect_eq(r.end.outcome, VIO_OUTCOME_OK, "control %d: %s", controls[i], r.end.why);
        cr_expect_eq(probe_of(r.f[0])->n + probe_of(r.f[1])->n, 4u);
        cr_expect(probe_of(r.f[0])->n > 0 && probe_of(r.f[1])->n > 0);
        vio_world_destroy(r.w);
    }
}
