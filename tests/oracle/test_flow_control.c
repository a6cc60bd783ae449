/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_flow_control.c - credits and pause, against recursions and published rules.
 *
 * Credits. Frame k may start on hop h when it is there, when frame k - 1 has left, and when the credit of frame k - c
 * has come back. A receive buffer is free when the last bit of its frame has left the next stage (or has been received,
 * at the end), and the sender knows one propagation time later:
 *     start(h,k) = max(in(h,k), end(h,k-1), free(h,k-c) + d_h),   end = start + t_h,
 *     in(h+1,k) = end(h,k) + d_h + l_h,   free(h,k) = end(h+1,k), or in(H,k) at the receiver.
 * On one hop that gives min(line, c * payload / (2 d + t)) [facts.md 3.3]. Every arrival is compared with the
 * recursion, computed here with frame times by hand. Sources: FC-FS-3 (BB_Credit), IBA vol. 1 cl. 7.9, IEEE 802.1Qbb,
 * [S45].
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { CREDIT_FRAMES = 300, CREDIT_HOPS = 4 };

struct credit_hop {
    const char *link;
    uint32_t credits; /* in force; 0 = no flow control */
    uint32_t window;  /* packets that these credits are; by hand */
    double length_m;
    sim_time frame_ps, latency_ps; /* frame_ps by hand */
};

static struct vio_egress *credit_egress(struct vio_world *w, const struct credit_hop *h, uint32_t i)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find(h->link));
    c.length_m = h->length_m;
    c.latency_ps = h->latency_ps;
    c.credits = h->credits;
    if (!h->credits)
        c.flow_control = VIO_FLOW_NONE;
    return vio_egress_create(w, sim_arena_printf(&w->arena, "hop%u", i), &c);
}

/* arrive[k] by the recursion, for n frames that are all at hop 0 at time 0. */
static void credit_by_hand(const struct credit_hop *hop, uint32_t hops, sim_time arrive[CREDIT_FRAMES])
{
    static const sim_time never = -1;
    sim_time end[CREDIT_HOPS][CREDIT_FRAMES], in;

    for (uint32_t k = 0; k < CREDIT_FRAMES; k++) {
        in = 0;
        for (uint32_t h = 0; h < hops; h++) {
            const sim_time d = (sim_time)hop[h].length_m * 5000;
            sim_time start = in, credit = never;

            if (k && end[h][k - 1] > start)
                start = end[h][k - 1];
            if (hop[h].window && k >= hop[h].window) {
                const uint32_t old = k - hop[h].window;

                credit = d + (h + 1 < hops ? end[h + 1][old] : arrive[old]);
            }
            if (credit > start)
                start = credit;
            end[h][k] = start + hop[h].frame_ps;
            in = end[h][k] + d + hop[h].latency_ps;
        }
        arrive[k] = in;
    }
}

/* Burst now and again when all is quiet: were a credit lost, the second would differ. */
static void credit_check(const struct credit_hop *hop, uint32_t hops, enum vio_proto proto, uint32_t size_B)
{
    const sim_time again_ps = 10 * SIM_S;
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *e[CREDIT_HOPS];
    sim_time arrive[CREDIT_FRAMES];
    struct vio_flow *f;
    uint32_t differ = 0;

    for (uint32_t h = 0; h < hops; h++)
        e[h] = credit_egress(w, &hop[h], h);
    f = probe_flow(w, "f", proto, rig_path(w, hops, e), 0);
    probe_send_at(f, 0, CREDIT_FRAMES, size_B);
    probe_send_at(f, again_ps, CREDIT_FRAMES, size_B);
    rig_run(w, 0, 2 * again_ps);
    credit_by_hand(hop, hops, arrive);
    cr_assert_eq(probe_of(f)->n, 2 * CREDIT_FRAMES);
    for (uint32_t k = 0; k < CREDIT_FRAMES; k++)
        differ += probe_of(f)->mark[k].at_ps != arrive[k] ||
                  probe_of(f)->mark[CREDIT_FRAMES + k].at_ps != again_ps + arrive[k];
    cr_expect(differ == 0, "%s x%u, %u credits, %g m, next %s: %u of %u differ; last %ld and %ld, by hand %ld",
              hop->link, hops, hop->credits, hop->length_m, hops > 1 ? hop[1].link : "end", differ, CREDIT_FRAMES,
              (long)probe_of(f)->mark[CREDIT_FRAMES - 1].at_ps,
              (long)(probe_of(f)->mark[2 * CREDIT_FRAMES - 1].at_ps - again_ps), (long)arrive[CREDIT_FRAMES - 1]);
    vio_world_destroy(w);
}

Test(test_flow_control, fc_credits_against_distance)
{
    static const uint32_t credits[] = {1, 2, 3, 4, 5, 8, 12, 16, 20, 21, 22, 32};
    static const double length_m[] = {0, 10000, 50000};
    static const struct {
        const char *link;
        sim_time frame_ps;
    } speed[] = {{"fc-2g", 9920000}, {"fc-4g", 4960000}, {"fc-8g", 2480000}}; /* (2048 + 60) B */

    for (size_t s = 0; s < 3; s++)
        for (size_t l = 0; l < 3; l++)
            for (size_t i = 0; i < sizeof credits / sizeof *credits; i++) {
                const struct credit_hop hop = {speed[s].link, credits[i],        credits[i],
                                               length_m[l],   speed[s].frame_ps, 0};
                const sim_time cycle_ps = 2 * (sim_time)length_m[l] * 5000 + hop.frame_ps;
                sim_time arrive[CREDIT_FRAMES], per_window_ps = credits[i] * hop.frame_ps;

                credit_check(&hop, 1, VIO_PROTO_FC, 2048);
                /* The recursion itself, against the closed form: a window per cycle, or the line. */
                if (cycle_ps > per_window_ps)
                    per_window_ps = cycle_ps;
                credit_by_hand(&hop, 1, arrive);
                cr_expect_eq(arrive[CREDIT_FRAMES - 1] - arrive[CREDIT_FRAMES - 1 - 8 * credits[i]], 8 * per_window_ps);
            }
}

/* The planning rule of the vendors is 2 credits per km at 4G [S34]. It leaves out the frame's own time: 20 credits over
 * 10 km give 20 * 2048 B in 100 + 4.96 us = 390.24 MB/s, 94.5 % of the line's 412.9 (V14); 10 give half, 195.12; 24 the
 * line. Measured in the simulation over 20,000 frames; their last partial window is 24 frames of them. */
Test(test_flow_control, fc_planning_rule)
{
    static const struct {
        uint32_t credits;
        double B_per_s;
    } rule[] = {{20, 390.24e6}, {10, 195.12e6}, {24, 412.9e6}};

    for (size_t i = 0; i < 3; i++) {
        struct vio_world *w = vio_world_create(1, 0);
        const struct credit_hop hop = {"fc-4g", rule[i].credits, rule[i].credits, 10000, 0, 0};
        struct vio_egress *e = credit_egress(w, &hop, 0);
        struct vio_flow *f = probe_flow(w, "f", VIO_PROTO_FC, rig_path(w, 1, &e), 0);
        double B_per_s;

        probe_send_at(f, 0, 20000, 2048);
        rig_run(w, 0, SIM_S);
        B_per_s = 19999 * 2048 / ((double)(probe_of(f)->mark[19999].at_ps - probe_of(f)->mark[0].at_ps) / 1e12);
        cr_expect(fabs(B_per_s / rule[i].B_per_s - 1) < 0.002, "%u credits, 10 km: %g B/s, by hand %g", rule[i].credits,
                  B_per_s, rule[i].B_per_s);
        vio_world_destroy(w);
    }
}

/* Chains: a fast hop before a slow one is throttled through its credits, over two switches. The buffer of a link is
 * free when the frame has left the next link, whatever that link is: credits, none of its own, far away. FC to Ethernet
 * is the gateway's case (2136 B at 10 Gb/s: 1 708 800 ps); IB: 1500 B are 1554 B on the wire, 25 blocks of 64 B, so
 * that 50 blocks are two packets and 49 one; 388 500 ps at QDR, 777 000 at DDR. */
Test(test_flow_control, chains)
{
    static const struct credit_hop two_switches[] = {{"fc-8g", 4, 4, 2000, 2480000, 800000},
                                                     {"fc-4g", 3, 3, 500, 4960000, 700000},
                                                     {"fc-2g", 2, 2, 100, 9920000, 0}};
    static const struct credit_hop slow_first[] = {{"fc-2g", 2, 2, 100, 9920000, 100000},
                                                   {"fc-8g", 1, 1, 30, 2480000, 0}};
    static const struct credit_hop gateway[] = {{"fc-8g", 2, 2, 10, 2480000, 5000000},
                                                {"10gbe", 0, 0, 10000, 1708800, 3200000},
                                                {"fc-2g", 16, 16, 10, 9920000, 0}};
    static const struct credit_hop lanes[] = {{"ib-4x-qdr", 50, 2, 30, 388500, 140000},
                                              {"ib-4x-ddr", 49, 1, 20, 777000, 0}};
    static const struct credit_hop to_lan[] = {{"ib-4x-qdr", 75, 3, 30, 388500, 8000000},
                                               {"10gbe", 0, 0, 5000, 1230400, 2000000}};

    credit_check(two_switches, 3, VIO_PROTO_FC, 2048);
    credit_check(slow_first, 2, VIO_PROTO_FC, 2048);
    credit_check(gateway, 3, VIO_PROTO_FC, 2048);
    credit_check(lanes, 2, VIO_PROTO_IP, 1500);
    credit_check(to_lan, 2, VIO_PROTO_IP, 1500);
}

/* Two virtual lanes on one QDR link, 60 blocks (two packets) each. Lane 1 ends in a server of 1 Mb/s, 12 ms a packet,
 * and is stuck after two packets; lane 0 begins 1 us later and ends here: it has the line to itself. With one lane for
 * both, the stuck packets hold all the credits and lane 0 gets nothing through in the first 10 ms. */
Test(test_flow_control, lanes_are_independent)
{
    for (uint32_t classes = 1; classes <= 2; classes++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress_config c;
        struct vio_egress *hop[2];
        struct vio_flow *f[2];

        vio_egress_defaults(&c, vio_link_find("ib-4x-qdr"));
        c.credits = 60;
        c.classes = classes;
        c.sched = vio_sched_find("drr");
        hop[0] = vio_egress_create(w, "ib", &c);
        hop[1] = rig_server(w, "stuck", 1000000, 0, 0);
        f[0] = probe_flow(w, "free", VIO_PROTO_IP, rig_path(w, 1, hop), 0);
        f[1] = probe_flow(w, "stuck", VIO_PROTO_IP, rig_path(w, 2, hop), 1);
        for (uint32_t k = 0; k < 2; k++)
            probe_send_at(f[k], k ? 0 : SIM_US, 1000, 1500);
        rig_run(w, 0, 10 * SIM_MS);
        if (classes == 1) {
            cr_expect_eq(probe_of(f[0])->n, 0);
        } else {
            cr_assert_eq(probe_of(f[0])->n, 1000);
            cr_expect_eq(probe_of(f[0])->mark[999].at_ps, SIM_US + 1000 * INT64_C(388500));
        }
        vio_world_destroy(w);
    }
}

struct pfc_result {
    struct vio_end end;
    uint64_t storage_n, lan_n, pauses;
    sim_time lan_last_ps;
};

/* Two hosts send FCoE (class 1, lossless) through 10GbE links of 100 m to one 10GbE output of a switch; the first host
 * also sends IP (class 0) to another output. Switch latency 1.2 us. */
static void pfc_incast(uint64_t xoff_B, uint64_t headroom_B, bool lossless, struct pfc_result *out)
{
    enum { FRAMES = 5000, LAN = 2000 };
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct vio_egress *host[2], *output, *other;
    struct vio_flow *f[2], *lan;

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.classes = 2;
    c.sched = vio_sched_find("drr");
    c.length_m = 100;
    c.latency_ps = 1200 * SIM_NS;
    c.flow_control = lossless ? VIO_FLOW_PFC : VIO_FLOW_NONE;
    c.cls[1].lossless = lossless;
    c.xoff_B = xoff_B;
    c.xon_B = xoff_B - 2240;
    c.headroom_B = headroom_B;
    host[0] = vio_egress_create(w, "host0", &c);
    host[1] = vio_egress_create(w, "host1", &c);
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.classes = 2;
    c.sched = vio_sched_find("drr");
    c.limit_B = lossless ? 0 : 100000;
    output = vio_egress_create(w, "output", &c);
    other = vio_egress_create(w, "other", &c);
    for (int i = 0; i < 2; i++) {
        struct vio_egress *hop[] = {host[i], output};

        f[i] = probe_flow(w, i ? "s1" : "s0", VIO_PROTO_FC, rig_path(w, 2, hop), 1);
        probe_send_at(f[i], 0, FRAMES, 2048);
    }
    lan = probe_flow(w, "lan", VIO_PROTO_IP, rig_path(w, 2, (struct vio_egress *[]){host[0], other}), 0);
    probe_send_at(lan, 0, LAN, 1500);
    vio_world_run(w, 0, 100 * SIM_MS, NULL, NULL, &out->end);
    out->storage_n = probe_of(f[0])->n + probe_of(f[1])->n;
    out->lan_n = probe_of(lan)->n;
    out->lan_last_ps = out->lan_n ? probe_of(lan)->mark[out->lan_n - 1].at_ps : 0;
    out->pauses = vio_egress_get_stats(host[0])->pauses + vio_egress_get_stats(host[1])->pauses;
    vio_world_destroy(w);
}

/* V26: headroom by [S45] for 10 Gb/s, 100 m, MTU 2240: (301 + 216) * 10 + 2.72 * 2240 = 11 263 B loses nothing. What
 * can come after the threshold is crossed, in this model: frames whose first bit leaves before the pause is known, one
 * propagation, one node latency and the PFC frame's 67.2 ns after the crossing frame's last bit left plus the same
 * wire: (500 + 1200 + 500 + 67.2) ns * 1.25 B/ns + one frame in progress = 2834 + 2136 B, and the crossing frame
 * itself; so 2000 B must overrun. */
Test(test_flow_control, pfc_headroom)
{
    struct pfc_result r;

    pfc_incast(40000, 11263, true, &r);
    cr_expect_eq(r.end.outcome, VIO_OUTCOME_OK, "%s", r.end.why);
    cr_expect_eq(r.storage_n, 10000);
    cr_expect_eq(r.end.dropped_pkts, 0);
    cr_expect_gt(r.pauses, 50);
    cr_expect_eq(r.lan_n, 2000);
    /* The second class is never paused: while the first is, it has the line. The 2000 frames of 1538 B share the host's
     * line with frames of 2136 B by DRR with equal weights, so at least half of it: at most 2 * 2000 * 1230.4 ns + 2
     * rounds
     * + the way (500 + 1200 + 1230.4 ns); and with the other class held to half the output's rate, less than that. */
    cr_expect_lt(r.lan_last_ps, 2 * 2000 * INT64_C(1230400) + 4 * 1708800 + 2930400);
    pfc_incast(40000, 2000, true, &r);
    cr_expect_eq(r.end.outcome, VIO_OUTCOME_BROKEN);
    cr_expect_gt(r.end.dropped_pkts, 0);
    cr_expect(strncmp(r.end.why, "host", 4) == 0, "says where: %s", r.end.why);
    /* Without pause the same incast drops at the switch, and that is no fault of the program. */
    pfc_incast(40000, 11263, false, &r);
    cr_expect_eq(r.end.outcome, VIO_OUTCOME_OK, "%s", r.end.why);
    cr_expect_gt(r.end.dropped_pkts, 1000);
    cr_expect_eq(r.pauses, 0);
}

/* The pause loop by hand. One host, FCoE frames of 2136 B (t = 1.7088 us at 10 Gb/s), 100 m (d = 500 ns), into GbE (T =
 * 17.088 us a frame: GbE carries the same 2136 B). XOFF above 3 frames, XON at 1 frame. The buffer holds a frame from
 * arrival a_k = d + (k+1) t until its last bit has left the switch, s_k = d + t + (k+1) T. It exceeds 3 frames with the
 * fourth at a_3 (s_0 is later), and the host knows d + 67.2 ns after that, at 2 d + 4 t + 67.2 ns = 7.9024 us; frames
 * start at 0, t, 2 t, ...: the fifth (4 t = 6.8352 us) has begun and the sixth (8.544 us) has not. Five are out; one is
 * left in the buffer when the fourth has gone, s_3 = d + t + 4 T; the host knows at s_3 + d + 67.2 ns and sends the
 * sixth, which arrives d + t later. */
Test(test_flow_control, pause_loop)
{
    const sim_time t = 1708800, d = 500000, T = 17088000, pfc = 67200;
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct vio_egress *hop[2];
    struct vio_flow *f;

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.length_m = 100;
    c.flow_control = VIO_FLOW_PFC;
    c.cls[0].lossless = true;
    c.xoff_B = 3 * 2136;
    c.xon_B = 2136;
    c.headroom_B = 2 * 2136;
    hop[0] = vio_egress_create(w, "host", &c);
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.rate_bps = 1000000000;
    c.classes = 2;
    c.sched = vio_sched_find("strict");
    hop[1] = vio_egress_create(w, "switch", &c);
    f = probe_flow(w, "f", VIO_PROTO_FC, rig_path(w, 2, hop), 0);
    probe_send_at(f, 0, 6, 2048);
    rig_run(w, 0, SIM_MS);
    cr_assert_eq(probe_of(f)->n, 6);
    /* The sixth finds the fifth on the wire since s_3; the host was stalled from the end of the fifth to its resume. */
    cr_expect_eq(probe_of(f)->mark[4].at_ps, d + t + 5 * T);
    cr_expect_eq(probe_of(f)->mark[5].at_ps, d + t + 6 * T);
    cr_expect_eq(vio_egress_get_stats(hop[0])->stall_ps, (uint64_t)(d + t + 4 * T + d + pfc - 5 * t));
    cr_expect_eq(vio_egress_get_stats(hop[0])->pauses, 1);
    vio_world_destroy(w);
}

/* Pause spreads upstream and back again: two hosts, two switches, GbE at the end; all links 10GbE with PFC, 100 m,
 * headroom by [S45]. Nothing is lost, and the end link, once busy, is never idle: 2000 frames of 2136 B one after
 * another, 17.088 us each, from when the first has come through three links: 3 (1.7088 + 0.5) us. The same again when
 * all is quiet. */
Test(test_flow_control, pause_spreads)
{
    enum { FRAMES = 1000 };
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct vio_egress *host[2], *trunk, *up, *end;
    struct vio_flow *f[2];

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.length_m = 100;
    c.flow_control = VIO_FLOW_PFC;
    c.classes = 2;
    c.cls[1].lossless = true;
    c.xoff_B = 20000;
    c.xon_B = 20000 - 2240;
    c.headroom_B = 11263;
    host[0] = vio_egress_create(w, "host0", &c);
    host[1] = vio_egress_create(w, "host1", &c);
    trunk = vio_egress_create(w, "trunk", &c);
    up = vio_egress_create(w, "up", &c);
    c.rate_bps = 1000000000;
    end = vio_egress_create(w, "end", &c);
    for (int i = 0; i < 2; i++) {
        struct vio_egress *hop[] = {host[i], trunk, up, end};

        f[i] = probe_flow(w, i ? "f1" : "f0", VIO_PROTO_FC, rig_path(w, 4, hop), 1);
        for (int burst = 0; burst < 2; burst++)
            probe_send_at(f[i], burst * 200 * SIM_MS, FRAMES, 2048);
    }
    rig_run(w, 0, 400 * SIM_MS);
    for (int burst = 0; burst < 2; burst++) {
        sim_time last_ps = 0;

        for (int i = 0; i < 2; i++) {
            const struct probe *p = probe_of(f[i]);

            cr_assert_eq(p->n, 2 * FRAMES);
            last_ps =
                p->mark[(burst + 1) * FRAMES - 1].at_ps > last_ps ? p->mark[(burst + 1) * FRAMES - 1].at_ps : last_ps;
        }
        cr_expect_eq(last_ps - burst * 200 * SIM_MS, 3 * (1708800 + 500000) + 2 * FRAMES * INT64_C(17088000) + 500000);
    }
    cr_expect(vio_egress_get_stats(host[0])->pauses > 10 && vio_egress_get_stats(up)->pauses > 10);
    vio_world_destroy(w);
}
