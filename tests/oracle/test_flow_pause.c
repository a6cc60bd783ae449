/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_flow_pause.c - headroom to the byte, quanta, and which classes a pause stops.
 *
 * Theory. Once a receiver has decided to pause, what the sender puts on the wire until it knows still comes: the pause
 * waits for the frame of the reverse wire (at most one, M), takes its own 84 byte times and the cable d, and the sender
 * finishes the frame it has begun (F); meanwhile the cable holds d's worth of bytes on their way. This model notices
 * the crossing when the last bit of the crossing frame is there. Sources: IEEE 802.1Qbb, 802.3 annex 31B, [S45].
 */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

/* The formulas at the values of facts.md 3.1, by hand:
 *   [S45]: (301 + 2.16 * 10) * 10 + 2.72 * 2240 = 3226 + 6092.8 = 9318.8; at 100 m (301 + 216) * 10 + 6092.8 = 11262.8;
 *   100 Gb/s, 100 m, 1500 B: 51700 + 4080 = 55780.
 *   First principles: 10 Gb/s is 1.25 B/ns; 100 m twice are 1000 ns = 1250 B; 2136 + 84 + 2136; a response of 1708.8 ns
 *   is 2136 B: 7742 in all. At 100 Gb/s, without response: 12500 + 1538 + 84 + 1538 = 15660. */
Test(test_flow_pause, headroom_formulas)
{
    cr_expect_eq(vio_headroom_nic_B(UINT64_C(10000000000), 10, 2240), 9319);
    cr_expect_eq(vio_headroom_nic_B(UINT64_C(10000000000), 100, 2240), 11263);
    cr_expect_eq(vio_headroom_nic_B(UINT64_C(100000000000), 100, 1500), 55780);
    cr_expect_eq(vio_headroom_B(UINT64_C(10000000000), 500 * SIM_NS, 2136, 2136, 1708800), 7742);
    cr_expect_eq(vio_headroom_B(UINT64_C(100000000000), 500 * SIM_NS, 1538, 1538, 0), 15660);
}

struct pause_net {
    struct vio_world *w;
    struct vio_egress *host, *back, *out;
    struct vio_flow *f, *reverse;
    struct vio_end end;
};

/* A host sends FCoE frames (2136 B, 1.7088 us at 10 Gb/s) in class 1 over length_m of cable to a switch, whose output
 * is stuck at 1 Mb/s; the reverse wire carries frames of 2136 B back to back from phase_ps on. XOFF 20,000 B. */
static void headroom_run(struct pause_net *n, enum vio_flow_control control, double length_m, uint64_t headroom_B,
                         sim_time phase_ps)
{
    struct vio_egress_config c;

    n->w = vio_world_create(1, 0);
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.length_m = length_m;
    c.flow_control = control;
    c.classes = 2;
    c.cls[1].lossless = true;
    c.xoff_B = 20000;
    c.xon_B = 18000;
    c.headroom_B = headroom_B;
    n->host = vio_egress_create(n->w, "host", &c);
    c.flow_control = VIO_FLOW_NONE;
    n->back = vio_egress_create(n->w, "back", &c);
    c.rate_bps = 1000000;
    n->out = vio_egress_create(n->w, "out", &c);
    vio_egress_pair(n->host, n->back);
    n->f = probe_flow(n->w, "f", VIO_PROTO_FC, rig_path(n->w, 2, (struct vio_egress *[]){n->host, n->out}), 1);
    n->reverse = probe_flow(n->w, "r", VIO_PROTO_FC, rig_path(n->w, 1, &n->back), 1);
    probe_send_at(n->f, 0, 40, 2048);
    probe_send_at(n->reverse, phase_ps, 30, 2048);
    vio_world_run(n->w, 0, 100 * SIM_US, NULL, NULL, &n->end);
}

/* V26 to the byte. The switch's first frame goes on the slow output and stays in the buffer (17 ms), so that the buffer
 * only fills. 9 frames are 19,224 B, the tenth crosses XOFF (21,360). Worst case: the pause waits a whole frame of the
 * reverse wire. It is known at the host 2 d + 10 t + w + 67.2 ns after the start, with t = 1708.8 ns, d the cable and w
 * up to t; all frames begun before come: n = ceil((2 d + 10 t + w + 67.2) / t), for 100 m (d = 500): 10 + ceil(1067.2 +
 * w over 1708.8) = 11, or 12 for w > 641.6 ns; for 1000 m (d = 5000): 10 + ceil(10067.2 + w) = 16 (10253 at w = 185.6),
 * 17 for w > 185.6. The phases try w over the whole of a frame in steps of a tenth. The bound behind XOFF is
 * vio_headroom_B with the time of the crossing frame as response. */
Test(test_flow_pause, headroom_to_the_byte)
{
    static const struct {
        double length_m;
        uint32_t frames; /* in the worst phase, by hand */
    } cases[] = {{10, 12}, {100, 12}, {1000, 17}};
    const sim_time t = 1708800;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t most_B = 0, bound_B, own_B;
        sim_time worst_ps = 0;
        struct pause_net n;

        for (sim_time phase_ps = 0; phase_ps < t; phase_ps += t / 10) {
            headroom_run(&n, VIO_FLOW_PFC, cases[i].length_m, 100000, phase_ps);
            cr_assert_eq(n.end.outcome, VIO_OUTCOME_OK, "%s", n.end.why);
            if (vio_egress_rx_max_B(n.host, 1) > most_B) {
                most_B = vio_egress_rx_max_B(n.host, 1);
                worst_ps = phase_ps;
            }
            vio_world_destroy(n.w);
        }
        cr_expect_eq(most_B, cases[i].frames * 2136ul, "%g m: %lu B", cases[i].length_m, (unsigned long)most_B);
        /* The bound holds, and what comes stays within one frame (and the 64 B of a frame not yet begun) of it. */
        bound_B = 20000 + vio_headroom_B(UINT64_C(10000000000), (sim_time)(cases[i].length_m * 5000), 2136, 2136, t);
        cr_expect(most_B <= bound_B && most_B + 2 * 2136 > bound_B, "%g m: %lu B seen, %lu B by the formula",
                  cases[i].length_m, (unsigned long)most_B, (unsigned long)bound_B);
        /* Exactly this much is enough in the worst phase, and one byte less is not: it says where, and the need. */
        headroom_run(&n, VIO_FLOW_PFC, cases[i].length_m, most_B - 20000, worst_ps);
        cr_expect_eq(n.end.outcome, VIO_OUTCOME_OK, "%s", n.end.why);
        vio_egress_headroom_B(n.host, &own_B);
        cr_expect_geq(own_B, most_B - 20000);
        vio_world_destroy(n.w);
        headroom_run(&n, VIO_FLOW_PFC, cases[i].length_m, most_B - 20001, worst_ps);
        cr_expect_eq(n.end.outcome, VIO_OUTCOME_BROKEN);
        cr_expect_eq(n.end.dropped_pkts, 1);
        cr_expect(strncmp(n.end.why, "host: 1 packets", 15) == 0 && strstr(n.end.why, "headroom"), "%s", n.end.why);
        vio_world_destroy(n.w);
    }
}

/* PAUSE stops all classes, PFC one. Class 1 goes to a stuck output and fills the buffer; class 0 has a free one. Under
 * PFC its 2000 frames of 1230.4 ns have all come after 2.46 ms and the dozen storage frames; under PAUSE class 0 stops
 * with the rest: of the first 20 us only, 2136 + 1538 B share the line, at most 20,000/1538 + 8 frames came. */
Test(test_flow_pause, classes_stopped)
{
    for (int all = 0; all < 2; all++) {
        struct pause_net n;
        struct vio_flow *lan;
        struct vio_egress *other;

        headroom_run(&n, all ? VIO_FLOW_PAUSE : VIO_FLOW_PFC, 100, 11263, 0);
        other = rig_server(n.w, "other", UINT64_C(10000000000), 0, 0);
        lan = probe_flow(n.w, "lan", VIO_PROTO_IP, rig_path(n.w, 2, (struct vio_egress *[]){n.host, other}), 0);
        probe_send_at(lan, 200 * SIM_US, 2000, 1500);
        sim_run_until(&n.w->sim, 10 * SIM_MS);
        cr_expect_eq(probe_of(lan)->n, all ? 0u : 2000u, "%s: %zu", all ? "pause" : "pfc", probe_of(lan)->n);
        cr_expect_eq(vio_egress_get_stats(n.host)->pauses, 1);
        vio_world_destroy(n.w);
    }
}

/* Quanta. 65,535 quanta of 51.2 ns are 3.355392 ms. A pause of 1000 quanta (51.2 us) that nobody renews ends by itself:
 * one more frame goes (it finds the buffer above XOFF and brings a new pause). The output is stuck, so that in 1 ms
 * frames go at the first pause + k (51.2 us + what a round takes: one frame t, d to the switch, 67.2 ns and d back,
 * less what is begun meanwhile). Renewed after 500 quanta it never ends. Renewed only after 2000 quanta (102.4 us) it
 * leaves a gap of half the time in which the headroom overflows. */
Test(test_flow_pause, quanta)
{
    static const struct {
        uint32_t quanta, refresh;
        uint64_t headroom_B;
        uint32_t pauses_min, pauses_max;
        enum vio_outcome outcome;
    } cases[] = {
        /* A round of the unrenewed pause: 51.2 us, then frames until the next pause is known: t + 2 d + 67.2 ns after
         * the first began, 2.776 us: two frames begun; 53.976 us a round. (1000 - 18.2) / 53.976 = 18.2: 19 pauses. */
        {1000, 0, 1000000, 19, 19, VIO_OUTCOME_OK},
        {1000, 500, 1000000, 1, 1, VIO_OUTCOME_OK},
        {65535, 0, 1000000, 1, 1, VIO_OUTCOME_OK},
        {1000, 2000, 20000, 1, 1, VIO_OUTCOME_BROKEN},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress_config c;
        struct vio_egress *hop[2];
        struct vio_flow *f;
        struct vio_end end;

        vio_egress_defaults(&c, vio_link_find("10gbe"));
        c.length_m = 100;
        c.flow_control = VIO_FLOW_PFC;
        c.cls[0].lossless = true;
        c.xoff_B = 20000;
        c.headroom_B = cases[i].headroom_B;
        c.pause_quanta = cases[i].quanta;
        c.pause_refresh_quanta = cases[i].refresh;
        hop[0] = vio_egress_create(w, "host", &c);
        hop[1] = rig_server(w, "stuck", 1000000, 0, 0);
        f = probe_flow(w, "f", VIO_PROTO_FC, rig_path(w, 2, hop), 0);
        probe_send_at(f, 0, 1000, 2048);
        vio_world_run(w, 0, SIM_MS, NULL, NULL, &end);
        cr_expect_eq(end.outcome, cases[i].outcome, "case %zu: %s", i, end.why);
        cr_expect(vio_egress_get_stats(hop[0])->pauses >= cases[i].pauses_min &&
                      vio_egress_get_stats(hop[0])->pauses <= cases[i].pauses_max,
                  "case %zu: %lu pauses", i, (unsigned long)vio_egress_get_stats(hop[0])->pauses);
        vio_world_destroy(w);
    }
}

/* Arrivals of 400 frames that a PFC link hands to an output of 1 Gb/s with `delay_ps` behind it, which has one class
 * (FIFO form) or two (late form). */
static void held_run(uint32_t classes, sim_time delay_ps, struct pause_net *n)
{
    struct vio_egress_config c;

    n->w = vio_world_create(1, 0);
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.length_m = 10;
    c.flow_control = VIO_FLOW_PFC;
    c.classes = 2;
    c.cls[1].lossless = true;
    c.xoff_B = 20000;
    c.xon_B = 18000;
    c.headroom_B = 11263;
    n->host = vio_egress_create(n->w, "host", &c);
    c.flow_control = VIO_FLOW_NONE;
    c.classes = classes;
    c.rate_bps = 1000000000;
    c.delay_ps = delay_ps;
    n->out = vio_egress_create(n->w, "out", &c);
    n->f = probe_flow(n->w, "f", VIO_PROTO_IP, rig_path(n->w, 2, (struct vio_egress *[]){n->host, n->out}), 1);
    probe_send_at(n->f, 0, 400, 1500);
    vio_world_run(n->w, 0, 20 * SIM_MS, NULL, NULL, &n->end);
    cr_assert_eq(n->end.outcome, VIO_OUTCOME_OK, "%s", n->end.why);
}

/* A receive buffer is free when the last bit has left the next output, not when it has reached the end of the wire
 * behind it: by the definition in docs/models/flow-control.md. The late form does it by construction; the FIFO form
 * must agree with it on the arrival of every frame, whatever the delay behind the output. */
Test(test_flow_pause, held_until_the_last_bit_has_left)
{
    static const sim_time delay_ps[] = {0, 1, 1000000, 30000000};

    for (size_t i = 0; i < sizeof delay_ps / sizeof *delay_ps; i++) {
        struct pause_net fifo, late;

        held_run(1, delay_ps[i], &fifo);
        held_run(2, delay_ps[i], &late);
        cr_assert_eq(probe_of(fifo.f)->n, 400);
        for (size_t k = 0; k < 400; k++)
            cr_assert_eq(probe_of(fifo.f)->mark[k].at_ps, probe_of(late.f)->mark[k].at_ps, "delay %zu, frame %zu", i,
                         k);
        cr_expect_eq(vio_egress_rx_max_B(fifo.host, 1), vio_egress_rx_max_B(late.host, 1));
        cr_expect_eq(vio_egress_get_stats(fifo.host)->pauses, vio_egress_get_stats(late.host)->pauses);
        vio_world_destroy(fifo.w);
        vio_world_destroy(late.w);
    }
}

/* The same by hand. Frames of 1538 B arrive every t = 1230.4 ns, after 50 ns of cable; the output takes 12,304 ns a
 * frame, from 1280.4 ns on. Frame 15 comes at 18,506 ns, when one has left: 14 are 21,532 B, XOFF. The pause is at the
 * host 67.2 + 50 ns later, when frame 16 has begun (at 15 t = 18,456 ns). When five have left, 11 are 16,918 B, XON: at
 * 1280.4 + 5 x 12,304 = 62,800.4 ns, and the host goes on with frame 17 at 62,917.6 ns. */
Test(test_flow_pause, resumed_when_the_last_bit_has_left)
{
    static const sim_time delay_ps[] = {0, 1000000, 30000000};

    for (size_t i = 0; i < sizeof delay_ps / sizeof *delay_ps; i++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress_config c;
        struct vio_egress *hop[2];
        struct vio_flow *f;

        vio_egress_defaults(&c, vio_link_find("10gbe"));
        c.length_m = 10;
        c.flow_control = VIO_FLOW_PFC;
        c.classes = 2;
        c.cls[1].lossless = true;
        c.xoff_B = 20000;
        c.xon_B = 18000;
        c.headroom_B = 11263;
        hop[0] = vio_egress_create(w, "host", &c);
        vio_egress_defaults(&c, vio_link_find("10gbe"));
        c.rate_bps = 1000000000;
        c.delay_ps = delay_ps[i];
        hop[1] = vio_egress_create(w, "out", &c);
        f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 2, hop), 1);
        probe_send_at(f, 0, 400, 1500);
        sim_run_until(&w->sim, 62917 * SIM_NS);
        cr_expect_eq(vio_egress_get_stats(hop[0])->wait.n, 16u);
        sim_run_until(&w->sim, 62918 * SIM_NS);
        cr_expect_eq(vio_egress_get_stats(hop[0])->wait.n, 17u);
        vio_world_destroy(w);
    }
}
