/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_slot.c - an adapter with a transmit ring per class: who decides when the slot, or the port, is
 * full.
 *
 * Theory: two classes each ask for all of a slot. With one ring the slot gives each what it offers, half (2:1 if one
 * offers twice as much). With a ring per class it gives by the weights of its scheduler, as long as it is the slot that
 * limits; where the port is slower, frames are fetched as fast as the port sends each class, so the port's weights
 * decide and the slot's do not; at most `ahead` frames of a class are on the card. What does not fit waits in the
 * class's own queue in the host and is lost there, if it is too long, without touching the other class.
 *
 * Setting: slot gen 1 x4, 1500 B frames of T = its wire time; port 10GbE (faster than the slot) or 1 Gb/s; 30 ms, from
 * the first fetch on. Shares are by count of equal frames, within 0.5 %: a few of 6,000 or more are under way.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { AHEAD = 16, QUEUE = 100, SIZE_B = 1500 };

struct slot_case {
    double slot_weight[2], port_weight[2], offer[2]; /* of the slot */
    double share[2];                                 /* of what arrives */
    uint64_t port_bps;
    bool rings;
};

struct slot_run {
    struct vio_world *w;
    struct vio_egress *slot, *port;
    struct vio_flow *flow[2];
};

static void slot_build(struct slot_run *r, const struct slot_case *k)
{
    struct vio_egress_config slot, port;
    struct vio_framing f;
    uint64_t carry = 0;
    sim_time frame_ps;

    r->w = vio_world_create(3, 0);
    vio_egress_defaults(&slot, vio_link_find("pcie-gen1-x4"));
    vio_egress_defaults(&port, vio_link_find("10gbe"));
    port.rate_bps = k->port_bps;
    port.classes = 2;
    port.sched = vio_sched_find("drr");
    if (k->rings) {
        slot.classes = 2;
        slot.sched = vio_sched_find("drr");
        slot.flow_control = VIO_FLOW_DESCRIPTORS;
        slot.credits = AHEAD;
        slot.limit_pkts = QUEUE;
    }
    for (int i = 0; i < 2; i++) {
        slot.cls[i].weight = k->slot_weight[i];
        port.cls[i].weight = k->port_weight[i];
    }
    r->slot = vio_egress_create(r->w, "slot", &slot);
    r->port = vio_egress_create(r->w, "port", &port);
    f = vio_egress_framing(&slot, VIO_PROTO_IP);
    frame_ps = vio_wire_time(vio_wire_B(&f, SIZE_B), slot.link->rate_bps, &carry);
    for (int i = 0; i < 2; i++) {
        struct vio_egress *hop[] = {r->slot, r->port};

        r->flow[i] = probe_flow(r->w, i ? "background" : "critical", VIO_PROTO_IP, rig_path(r->w, 2, hop), (uint8_t)i);
        for (sim_time at = 0; at < 30 * SIM_MS; at += (sim_time)((double)frame_ps / k->offer[i]))
            probe_send_at(r->flow[i], at, 1, SIZE_B);
    }
    rig_run(r->w, 0, 30 * SIM_MS);
}

static double slot_share(const struct slot_run *r)
{
    const double n[2] = {(double)probe_of(r->flow[0])->n, (double)probe_of(r->flow[1])->n};

    return n[0] / (n[0] + n[1]);
}

/* 3:1 at the slot; 1:3 at the port if that is the slower; what one does not ask for the other has: 0.1 of the slot. */
static const struct slot_case with_rings[] = {
    {{3, 1}, {1, 1}, {1, 1}, {0.75, 0.25}, 0, true},   {{3, 1}, {1, 1}, {1, 2}, {0.75, 0.25}, 0, true},
    {{1, 4}, {1, 1}, {1, 1.5}, {0.2, 0.8}, 0, true},   {{3, 1}, {1, 3}, {1, 1}, {0.25, 0.75}, 1000000000, true},
    {{3, 1}, {1, 1}, {0.1, 1.5}, {0.1, 0.9}, 0, true},
};

Test(test_slot, the_scheduler_of_what_is_full_decides)
{
    for (size_t i = 0; i < sizeof with_rings / sizeof *with_rings; i++) {
        struct slot_run r;
        const struct slot_case *k = &with_rings[i];

        slot_build(&r, k);
        cr_expect_float_eq(slot_share(&r), k->share[0], 0.005, "case %zu: %g", i, slot_share(&r));
        cr_expect_leq(vio_egress_get_stats(r.port)->backlog_max_pkts, 2 * AHEAD, "case %zu", i);
        cr_expect_leq(vio_egress_get_stats(r.slot)->backlog_max_pkts, 2 * QUEUE + 1, "case %zu", i);
        cr_expect_eq(vio_egress_get_stats(r.port)->drop_full_pkts, 0, "case %zu: lost in the host only", i);
        if (k->offer[0] < k->share[0] + 0.01)
            cr_expect_eq(probe_of(r.flow[0])->lost, 0, "case %zu: nothing of the class that asks for less", i);
        vio_world_destroy(r.w);
    }
}

/* Power: the same slots with one ring give 1/2, 1/3, 0.4, 1/2 and 1/16, whatever their weights. */
Test(test_slot, one_ring_gives_what_is_offered)
{
    for (size_t i = 0; i < sizeof with_rings / sizeof *with_rings; i++) {
        struct slot_run r;
        struct slot_case k = with_rings[i];
        const double offered = k.offer[0] / (k.offer[0] + k.offer[1]);

        k.rings = false;
        k.port_bps = 0;
        slot_build(&r, &k);
        cr_expect_float_eq(slot_share(&r), offered, 0.005, "case %zu: %g", i, slot_share(&r));
        cr_expect_gt(fabs(slot_share(&r) - k.share[0]), 0.02, "case %zu", i);
        vio_world_destroy(r.w);
    }
}

/* A class that the port holds back (its peak rate is low) leaves the slot to the other: of the first AHEAD
 * frames are fetched, then none; the second goes on at its own pace. With one ring it would be stopped too. */
Test(test_slot, a_held_class_does_not_fill_the_slot)
{
    struct vio_world *w = vio_world_create(3, 0);
    struct vio_egress_config slot, port;
    struct vio_egress *hop[2];
    struct vio_flow *flow[2];

    vio_egress_defaults(&slot, vio_link_find("pcie-gen1-x4"));
    vio_egress_defaults(&port, vio_link_find("10gbe"));
    slot.classes = port.classes = 2;
    slot.sched = vio_sched_find("drr");
    port.sched = vio_sched_find("tr-tcm-shaper");
    port.cls[0].pir_bps =
        100000; /* a frame in 123 ms; at first a burst of the largest frame of the link, one and a half */
    port.cls[0].pbs_B = 1;
    slot.flow_control = VIO_FLOW_DESCRIPTORS;
    slot.credits = AHEAD;
    hop[0] = vio_egress_create(w, "slot", &slot);
    hop[1] = vio_egress_create(w, "port", &port);
    for (uint8_t i = 0; i < 2; i++) {
        flow[i] = probe_flow(w, i ? "other" : "held", VIO_PROTO_IP, rig_path(w, 2, hop), i);
        probe_send_at(flow[i], 0, 100, SIZE_B);
    }
    rig_run(w, 0, 10 * SIM_MS);
    cr_expect_eq(probe_of(flow[0])->n, 1);
    cr_expect_eq(probe_of(flow[1])->n, 100);
    cr_expect_eq(vio_egress_get_stats(hop[0])->wait.n, 100 + 1 + AHEAD); /* sent on, and on the card */
    vio_world_destroy(w);
}
