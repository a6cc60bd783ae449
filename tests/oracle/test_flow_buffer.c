/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_flow_buffer.c - shared buffers with dynamic thresholds, marking, credits over distance.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

/* Dynamic thresholds (Choudhury and Hahne 1998): with n queues that all want more, each holds T = alpha (B - n T),
 * hence alpha B / (1 + alpha n), and B / (1 + alpha n) stays free. n outputs of 1 Gb/s at one memory of 1 MB get 2 Gb/s
 * each of packets of 1500 B (ideal link: 1500 B on the wire). Below the limit by at most a packet per queue.
 * Afterwards, when all has gone, the memory is empty. */
Test(test_flow_buffer, dynamic_threshold_shares)
{
    static const double alpha[] = {0.125, 0.5, 1, 4};
    enum { OUTPUTS_MAX = 8, SIZE_B = 1000000 };

    for (size_t a = 0; a < 4; a++)
        for (uint32_t n = 1; n <= OUTPUTS_MAX; n *= 2) {
            struct vio_world *w = vio_world_create(1, 0);
            struct vio_buffer buffer = {.size_B = SIZE_B, .alpha = alpha[a]};
            const double share_B = alpha[a] * SIZE_B / (1 + alpha[a] * n);
            struct vio_egress_config c;
            struct vio_flow *f[OUTPUTS_MAX];

            vio_egress_defaults(&c, vio_link_find("ideal"));
            c.rate_bps = 1000000000;
            c.buffer = &buffer;
            for (uint32_t i = 0; i < n; i++) {
                struct vio_egress *hop[2];

                hop[0] = rig_server(w, sim_arena_printf(&w->arena, "in%u", i), 2000000000, 0, 0);
                hop[1] = vio_egress_create(w, sim_arena_printf(&w->arena, "out%u", i), &c);
                f[i] = probe_flow(w, sim_arena_printf(&w->arena, "f%u", i), VIO_PROTO_IP, rig_path(w, 2, hop), 0);
                probe_send_at(f[i], i * 100 * SIM_NS, 5000, 1500); /* 30 ms */
            }
            sim_run_until(&w->sim, 25 * SIM_MS);
            cr_expect(fabs((double)buffer.used_B / n - share_B) <= 1500, "alpha %g, %u queues: %g B each, by theory %g",
                      alpha[a], n, (double)buffer.used_B / n, share_B);
            cr_expect(probe_of(f[0])->lost > 0);
            sim_run_until(&w->sim, SIM_S);
            cr_expect_eq(buffer.used_B, 0u);
            vio_world_destroy(w);
        }
}

/* Lossless side, the rule of shared-memory switches: XOFF when the ingress holds more than alpha times what is free,
 * X > alpha (B - U - n X) for n ingresses that fill alike and U taken by others. An ingress gets frames of L = 1538 B
 * into B = 200,000 B of which nothing leaves: frame k is the first with k L > alpha (B - U - k L), that is
 * k = floor(alpha (B - U) / (L (1 + alpha))) + 1. The pause is at the sender 67.2 ns later (no cable), when it has
 * begun one frame more: k + 1 in all, the last one in the headroom. Then the output goes on: XON is gap = xoff - xon
 * below the threshold, with the headroom empty: with j frames left and j L + gap <= alpha (B - U - j L), that is j =
 * floor((alpha (B - U) - gap) / (L (1 + alpha))). Frames leave every 1230.4 us (10 Mb/s), the first after it has come.
 * By hand for alpha 1, U 0: 200,000 / 3,076 = 65.02, k = 66; gap 10,000: 190,000 / 3,076 = 61.8, j = 61; so the sixth
 * departure (67 - 61) brings the resume. */
static void buffer_pauses(double alpha, uint64_t taken_B, uint32_t k, uint32_t j)
{
    enum { SIZE_B = 200000, GAP_B = 10000, FRAME_B = 1538 };
    const sim_time frame_ps = 1230400, out_ps = 1230400000;
    const sim_time resumed_ps = frame_ps + (k + 1 - j) * out_ps; /* the departure that brings it */
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_buffer buffer = {.size_B = SIZE_B, .used_B = taken_B, .alpha = alpha};
    struct vio_egress_config c;
    struct vio_egress *hop[2];
    struct vio_flow *f;

    cr_assert_eq(k, (uint32_t)(alpha * (double)(SIZE_B - taken_B) / (FRAME_B * (1 + alpha))) + 1);
    cr_assert_eq(j, (uint32_t)((alpha * (double)(SIZE_B - taken_B) - GAP_B) / (FRAME_B * (1 + alpha))));
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.flow_control = VIO_FLOW_PFC;
    c.cls[0].lossless = true;
    c.xoff_B = 20000; /* not used: the threshold takes its place */
    c.xon_B = c.xoff_B - GAP_B;
    c.headroom_B = 11263;
    c.far_buffer = &buffer;
    hop[0] = vio_egress_create(w, "host", &c);
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.rate_bps = 10000000;
    hop[1] = vio_egress_create(w, "out", &c);
    f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 2, hop), 0);
    probe_send_at(f, 0, 1000, 1500);
    sim_run_until(&w->sim, resumed_ps - SIM_NS);
    cr_expect_eq(vio_egress_rx_max_B(hop[0], 0), (uint64_t)(k + 1) * FRAME_B, "alpha %g: %lu B", alpha,
                 (unsigned long)vio_egress_rx_max_B(hop[0], 0));
    cr_expect_eq(buffer.max_B, taken_B + (uint64_t)k * FRAME_B, "alpha %g: one frame in the headroom", alpha);
    cr_expect_eq(vio_egress_get_stats(hop[0])->pauses, 1u);
    cr_expect_eq(vio_egress_get_stats(hop[0])->wait.n, k + 1, "alpha %g: still paused", alpha);
    sim_run_until(&w->sim, resumed_ps + 100 * SIM_NS);
    cr_expect_eq(vio_egress_get_stats(hop[0])->wait.n, k + 2, "alpha %g: goes on", alpha);
    vio_world_destroy(w);
}

/* Power: a threshold of alpha times the whole memory, or one that does not count what others hold, gives other k. */
Test(test_flow_buffer, dynamic_xoff_of_an_ingress)
{
    buffer_pauses(1, 0, 66, 61);
    buffer_pauses(0.5, 0, 44, 39);      /* 100,000 / 2,307 = 43.3; 90,000 / 2,307 = 39.01 */
    buffer_pauses(0.125, 0, 15, 8);     /* 25,000 / 1,730.25 = 14.4; 15,000 / 1,730.25 = 8.7 */
    buffer_pauses(4, 0, 105, 102);      /* 800,000 / 7,690 = 104.03; 790,000 / 7,690 = 102.7 */
    buffer_pauses(1, 100000, 33, 29);   /* half of it taken: 100,000 / 3,076 = 32.5; 90,000 / 3,076 = 29.3 */
    buffer_pauses(0.125, 100000, 8, 1); /* 12,500 / 1,730.25 = 7.2; 2,500 / 1,730.25 = 1.4 */
}

/* n ingresses that fill at the same time, frame by frame in turn: each holds X = alpha B / (1 + alpha n), to the frame.
 * The one that is looked at first in a round sees n - 1 frames less in the memory than the last, which moves its
 * crossing by alpha (n - 1) / (1 + alpha n) < 1 frame; then comes the frame of the headroom. So floor(X / L) + 1 to
 * floor(X / L) + 3 frames, and one pause each. */
Test(test_flow_buffer, dynamic_xoff_of_several)
{
    enum { SIZE_B = 1000000, FRAME_B = 1538, INGRESSES_MAX = 8 };
    static const double alpha[] = {0.125, 0.5, 1, 4};

    for (size_t a = 0; a < sizeof alpha / sizeof *alpha; a++)
        for (uint32_t n = 1; n <= INGRESSES_MAX; n *= 2) {
            struct vio_world *w = vio_world_create(1, 0);
            struct vio_buffer buffer = {.size_B = SIZE_B, .alpha = alpha[a]};
            const double x_B = alpha[a] * SIZE_B / (1 + alpha[a] * n);
            struct vio_egress *hop[2], *in[INGRESSES_MAX];
            struct vio_egress_config c;

            vio_egress_defaults(&c, vio_link_find("10gbe"));
            c.rate_bps = 1000000;
            hop[1] = vio_egress_create(w, "out", &c);
            vio_egress_defaults(&c, vio_link_find("10gbe"));
            c.flow_control = VIO_FLOW_PFC;
            c.cls[0].lossless = true;
            c.xoff_B = 20000;
            c.xon_B = 10000;
            c.headroom_B = 11263;
            c.far_buffer = &buffer;
            for (uint32_t i = 0; i < n; i++) {
                in[i] = hop[0] = vio_egress_create(w, sim_arena_printf(&w->arena, "host%u", i), &c);
                probe_send_at(
                    probe_flow(w, sim_arena_printf(&w->arena, "f%u", i), VIO_PROTO_IP, rig_path(w, 2, hop), 0),
                    i * 150 * SIM_NS, 1000, 1500);
            }
            sim_run_until(&w->sim, 5 * SIM_MS);
            for (uint32_t i = 0; i < n; i++) {
                const double held = (double)vio_egress_rx_max_B(in[i], 0) / FRAME_B, whole = floor(x_B / FRAME_B);

                cr_expect(held >= whole + 1 && held <= whole + 3, "alpha %g, ingress %u of %u: %g frames, X = %g",
                          alpha[a], i, n, held, x_B / FRAME_B);
                cr_expect_eq(vio_egress_get_stats(in[i])->pauses, 1u);
            }
            vio_world_destroy(w);
        }
}

/* Step marking on a queue that is known: a burst of 100 packets of 1500 B into an empty queue. Packet k (from 0) finds
 * k before it, k * 1500 B; with K = 30,000 B those with k > 20 are marked: 79. A multiple of the packet so that > and
 * >= differ (k = 20 is not marked). */
Test(test_flow_buffer, ecn_step)
{
    for (uint32_t classes = 1; classes <= 2; classes++) { /* both forms of the egress */
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress_config c;
        struct vio_egress *e;
        struct vio_flow *f;

        vio_egress_defaults(&c, vio_link_find("ideal"));
        c.ecn_min_B = 30000;
        c.classes = classes;
        e = vio_egress_create(w, "e", &c);
        f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 1, &e), 0);
        probe_send_at(f, 0, 100, 1500);
        rig_run(w, 0, SIM_MS);
        cr_expect_eq(vio_egress_get_stats(e)->ecn_pkts, 79u);
        cr_expect_eq(probe_of(f)->n, 100u);
        vio_world_destroy(w);
    }
}

/* RED: bursts of 101 packets of 1000 B, Kmin 20,000, Kmax 80,000, Pmax 0.2. Packet k finds k kB: marked with
 * probability 0.2 (k - 20) / 60 for 20 < k < 80, surely for k >= 80 (21 of them). Expected per burst: 21 + 0.2 / 60 *
 * sum(1..59) = 21 + 5.9 = 26.9. Over 2000 bursts 53,800; the variance of a burst is sum p (1 - p) = 5.9 - (1/300)^2 *
 * sum(k^2, 1..59) = 5.9 - 70,210 / 90,000 = 5.12, so that the standard deviation of the sum is 101; five of them
 * accepted. A Pmax 5 % off would be 590 away. */
Test(test_flow_buffer, ecn_red)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct vio_egress *e;
    struct vio_flow *f;
    double marked;

    vio_egress_defaults(&c, vio_link_find("ideal"));
    c.ecn_min_B = 20000;
    c.ecn_max_B = 80000;
    c.ecn_probability = 0.2;
    e = vio_egress_create(w, "e", &c);
    f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 1, &e), 0);
    for (uint32_t i = 0; i < 2000; i++)
        probe_send_at(f, i * SIM_MS, 101, 1000);
    rig_run(w, 0, 3 * SIM_S);
    marked = (double)vio_egress_get_stats(e)->ecn_pkts;
    cr_expect(fabs(marked - 53800) < 5 * 101, "%g marked, 53800 by theory", marked);
    vio_world_destroy(w);
}

/* Payload bytes per second of n packets over one link of length_m with so many credits. */
static double credit_rate(const char *link, enum vio_proto proto, uint32_t credits, double length_m, uint32_t size_B)
{
    enum { PACKETS = 20000 };
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct vio_egress *e;
    struct vio_flow *f;
    double B_per_s;

    vio_egress_defaults(&c, vio_link_find(link));
    c.credits = credits;
    c.length_m = length_m;
    e = vio_egress_create(w, "e", &c);
    f = probe_flow(w, "f", proto, rig_path(w, 1, &e), 0);
    probe_send_at(f, 0, PACKETS, size_B);
    rig_run(w, 0, 10 * SIM_S);
    cr_assert_eq(probe_of(f)->n, PACKETS);
    B_per_s = (double)(PACKETS - 1) * size_B /
              ((double)(probe_of(f)->mark[PACKETS - 1].at_ps - probe_of(f)->mark[0].at_ps) / 1e12);
    vio_world_destroy(w);
    return B_per_s;
}

/* V12: full-size frames need 0.5, 1, 2, 4 credits per km at 1, 2, 4, 8G [S34, S35, S55]. A frame of 2148 B (2112 B
 * would be 2172; here 2048 + 60 = 2108 B) takes 19.84, 9.92, 4.96, 2.48 us; the round trip is 10 us per km. Over 100 km
 * the rule gives c credits: min(line, c 2048 B / (1000 us + t)): 50 * 2048 / 1019.84 us = 100.41 MB/s of the line's
 * 103.23; 100 / 1009.92: 202.79 of 206.45; 200 / 1004.96: 407.58 of 412.90; 400 / 1002.48: 817.17 of 825.81. So the
 * rule gives 97 to 99 % of the line; half of the credits half of that; ceil((RTT + t) / t) credits the line. The rate
 * over n frames is that of the steady state to a window in 20,000, 2 %. */
Test(test_flow_buffer, fc_credits_per_km)
{
    static const struct {
        const char *link;
        uint32_t credits;
        sim_time t_ps;
        double rule_Bps, line_Bps;
    } cases[] = {{"fc-1g", 50, 19840000, 100.41e6, 103.23e6},
                 {"fc-2g", 100, 9920000, 202.79e6, 206.45e6},
                 {"fc-4g", 200, 4960000, 407.58e6, 412.90e6},
                 {"fc-8g", 400, 2480000, 817.17e6, 825.81e6}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint32_t need = (uint32_t)((1000000000 + 2 * cases[i].t_ps - 1) / cases[i].t_ps);
        const double rule = credit_rate(cases[i].link, VIO_PROTO_FC, cases[i].credits, 100000, 2048);
        const double half = credit_rate(cases[i].link, VIO_PROTO_FC, cases[i].credits / 2, 100000, 2048);
        const double full = credit_rate(cases[i].link, VIO_PROTO_FC, need, 100000, 2048);

        cr_expect(fabs(rule / cases[i].rule_Bps - 1) < 0.001, "%s: %g B/s by the rule", cases[i].link, rule);
        cr_expect(fabs(half / (cases[i].rule_Bps / 2) - 1) < 0.01, "%s: %g B/s with half", cases[i].link, half);
        cr_expect(fabs(full / cases[i].line_Bps - 1) < 0.0001, "%s: %g B/s with %u", cases[i].link, full, need);
    }
}

/* IB: packets of 1500 B are 25 blocks, 1554 B, 388.5 ns at 32 Gb/s. A lane of c blocks holds w = floor(c / 25) packets
 * and gives min(line, w 1500 B / (2 d + t)). The window of the 12-bit counters is 2048 blocks, whatever the buffer: 81
 * packets. 512 blocks (32 KiB): w = 20; at 100 m 2 d = 1 us: 20 of them take 7.77 us: the line, 1500 B / 388.5 ns =
 * 3.8610 GB/s; at 1 km 10.3885 us a window: 2.8878 GB/s; at 10 km 100.3885 us: 0.29884 GB/s. 2048 blocks at 10 km: 81:
 * 1.21030 GB/s; and 8000 blocks (320 packets would do the line): the same, since no more than 2048 may be ahead - here
 * of what has been received, so that only the time of the packet on its way counts: one way less is a wait for the
 * buffer; the receipt is known 2 d + t after the first bit left, as the room is: the same. */
Test(test_flow_buffer, ib_credits_over_distance)
{
    static const struct {
        uint32_t credits;
        double length_m, Bps;
    } cases[] = {{512, 100, 3.8610e9},    {512, 1000, 2.8878e9},   {512, 10000, 0.29884e9},
                 {2048, 10000, 1.2103e9}, {8000, 10000, 1.2103e9}, {8000, 1000, 3.8610e9}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double got = credit_rate("ib-4x-qdr", VIO_PROTO_IP, cases[i].credits, cases[i].length_m, 1500);

        cr_expect(fabs(got / cases[i].Bps - 1) < 0.005, "%u blocks, %g m: %g B/s, by hand %g", cases[i].credits,
                  cases[i].length_m, got, cases[i].Bps);
    }
}

/* A buffer of more than 2048 blocks behind which the way is stuck holds all of itself: the window only limits what is
 * under way. 4000 blocks are 160 packets of 25; 159 stay in the buffer behind the one on the slow stage. */
Test(test_flow_buffer, ib_large_buffer_fills)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct vio_egress *hop[2];
    struct vio_flow *f;

    vio_egress_defaults(&c, vio_link_find("ib-4x-qdr"));
    c.credits = 4000;
    hop[0] = vio_egress_create(w, "ib", &c);
    vio_egress_defaults(&c, vio_link_find("ideal"));
    c.rate_bps = 1000000; /* 12 ms a packet */
    hop[1] = vio_egress_create(w, "stuck", &c);
    f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 2, hop), 0);
    probe_send_at(f, 0, 1000, 1500);
    sim_run_until(&w->sim, 10 * SIM_MS);
    cr_expect_eq(vio_egress_get_stats(hop[1])->backlog_max_pkts, 160u);
    cr_expect_eq(vio_egress_get_stats(hop[0])->wait.n, 160u);
    vio_world_destroy(w);
}
