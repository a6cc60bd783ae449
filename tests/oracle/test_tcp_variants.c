/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_tcp_variants.c - CUBIC, DCTCP, marks, segmentation offload: windows and times by hand.
 *
 * 10GbE: a segment of 1500 B occupies t = 1 230 400 ps, an acknowledgement a = 72 000 ps; see test_tcp.c.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "tests/rig/tcp_rig.h"

enum { MSS_B = 1448, LOOKS = 100000 };

/* The window in segments when `ack` segments are acknowledged. */
static double variants_window(const struct rig_lossy *l, uint64_t ack)
{
    for (size_t i = 0; i < l->looks; i++)
        if (l->look[i].ack == ack * MSS_B)
            return (double)l->look[i].cwnd_B / MSS_B;
    cr_assert_fail("nobody looked at %lu", (unsigned long)ack);
    return 0;
}

/* The window in segments `after_ps` after recovery has ended. */
static double variants_climb(const struct rig_lossy *l, sim_time after_ps)
{
    size_t i = 0;
    sim_time from_ps;

    while (i < l->looks && !l->look[i].recovering)
        i++;
    while (i < l->looks && l->look[i].recovering)
        i++;
    cr_assert_lt(i, l->looks);
    from_ps = l->look[i].at_ps;
    while (i + 1 < l->looks && l->look[i + 1].at_ps <= from_ps + after_ps)
        i++;
    return (double)l->look[i].cwnd_B / MSS_B;
}

/* Largest deviation of CUBIC's climb from C (t - K)^3 + Wmax, K = cbrt(Wmax (1 - beta) / C), with the C and beta of the
 * RFC, when it is run with `text`. 100 segments at once, the first lost: Wmax = 100, K = cbrt(30 / 0.4) = 4.217 s:
 * 86.7 after 1 s, 95.6, 99.3, 100.0 at 4 s, 100.2, 102.3, 108.6, 121.7, 143.8 after 9 s. Acknowledgements come in a
 * burst each round trip of 20 ms and close 1 - 1/e of the distance to W(t + 20 ms): the window lags by up to 0.58 of a
 * round trip, 0.15 segments after 1 s. The Reno-friendly region is off, it would be ahead of the cubic here. */
static double variants_cubic_deviation(const char *text)
{
    const double k = cbrt(30 / 0.4);
    struct rig_lossy l;
    struct rig_tcp g;
    double worst = 0;

    rig_lossy_init(&l, "tcp-cubic");
    l.losses = l.times[0] = 1;
    l.look = calloc(LOOKS, sizeof *l.look);
    l.looks_max = LOOKS;
    rig_tcp_build(&g, &l, 10 * SIM_MS, text);
    rig_workload(g.world, "bulk", "bulk", "message=1MiB", &g.flow, 1);
    rig_run(g.world, 0, 12 * SIM_S);
    cr_expect_eq(rig_counter(g.flow, "timeouts"), 0);
    for (int s = 1; s <= 9; s++) {
        const double theory = 0.4 * pow(s - k, 3) + 100;
        const double w = variants_climb(&l, s * SIM_S);

        cr_log_info("%d s: %g segments, theory %g\n", s, w, theory);
        worst = fmax(worst, fabs(w / theory - 1));
    }
    vio_world_destroy(g.world);
    free(l.look);
    return worst;
}

/* RFC 9438 4.2. Power: C and beta 2 % off must be seen. */
Test(test_tcp_variants, cubic_climb)
{
    cr_expect_lt(variants_cubic_deviation("window=1MiB initial_window=100packets friendly=no"), 0.004);
    cr_expect_gt(variants_cubic_deviation("window=1MiB initial_window=100packets friendly=no c=0.408"), 0.004);
    cr_expect_gt(variants_cubic_deviation("window=1MiB initial_window=100packets friendly=no beta=0.714"), 0.004);
}

/* RFC 9438 4.3, Reno-friendly: additive increase 3 (1 - beta) / (1 + beta) a round trip and a cut to beta, each n-th
 * segment lost: a cycle from beta W to W has (1 - beta) W / increase rounds of (1 + beta) W / 2 segments on average, W
 * = sqrt(6 n) / (1 + beta), so sqrt(6 n) / 2 segments a round whatever beta is: as NewReno. n = 1000: rounds 25.8 of
 * 38.7; recovery adds one: 1000 / 26.8 = 37.3. Round trip 1 ms, where the cubic itself (K = 3 s) would hardly move.
 * Within 5 %; without the region the window falls to two segments. */
Test(test_tcp_variants, cubic_friendly)
{
    const double theory = 1000 / (1000 / (sqrt(6000) / 2) + 1);

    for (int friendly = 0; friendly < 2; friendly++) {
        struct rig_lossy l;
        struct rig_tcp g;
        double per_round;

        rig_lossy_init(&l, "tcp-cubic");
        l.every = 1000;
        rig_tcp_build(&g, &l, 500 * SIM_US,
                      friendly ? "window=1MiB delayed_ack=0s" : "window=1MiB delayed_ack=0s friendly=no");
        rig_workload(g.world, "bulk", "bulk", "message=1MiB", &g.flow, 1);
        rig_run(g.world, SIM_S, 10 * SIM_S);
        per_round = (double)g.flow->goodput_B / MSS_B * 0.001 / 10;
        cr_log_info("friendly %d: %g segments per round trip, theory %g\n", friendly, per_round, theory);
        cr_expect_eq(fabs(per_round / theory - 1) < 0.05, friendly, "%g, theory %g", per_round, theory);
        vio_world_destroy(g.world);
    }
}

/* Random loss of data with probability p: the square-root law. The constant is sqrt(3/2) = 1.22 for periodic losses
 * (test_tcp.c) and 1.310 for random ones [ott1996]: 41.4 segments a round trip at p = 0.001. Two milliseconds, 20,000
 * rounds, some 840 losses: the deviation of the mean is about 2 %; within 5 %. Power: with 1.2 p it is 9 % less. */
Test(test_tcp_variants, newreno_random_loss)
{
    const double theory = 1.3098 / sqrt(0.001);

    for (int wrong = 0; wrong < 2; wrong++) {
        struct rig_lossy l;
        struct rig_tcp g;
        double per_round;

        rig_lossy_init(&l, "tcp-newreno");
        l.random = wrong ? 0.0012 : 0.001;
        l.spare_acks = true;
        rig_tcp_build(&g, &l, SIM_MS, "window=1MiB delayed_ack=0s rto_min=10ms");
        rig_workload(g.world, "bulk", "bulk", "message=1MiB", &g.flow, 1);
        rig_run(g.world, SIM_S, 40 * SIM_S);
        per_round = (double)g.flow->goodput_B / MSS_B * 0.002 / 40;
        cr_log_info("p %g: %g segments per round trip, law %g\n", l.random, per_round, theory);
        cr_expect_eq(fabs(per_round / theory - 1) < 0.05, !wrong, "p %g: %g", l.random, per_round);
        vio_world_destroy(g.world);
    }
}

/* RFC 8257 3.3 by hand. Receive window and initial window 20 segments, every segment acknowledged. The estimate is
 * renewed by the acknowledgement of segment 0 (window of data: to the end of what is out, 20), then of 20 and 40, each
 * time without marks: 1, 15/16, (15/16)^2, (15/16)^3. Segment 50 is marked: its echo cuts 20 segments by alpha / 2. 70
 * are out then, so the mark of 65 does not cut again. At the acknowledgement of 60 the estimate gets F = 1/20, and 71
 * are out; at that of 71 F = 1/11. Meanwhile the window has grown by a segment: its bytes are acknowledged with the
 * twelfth after the cut, 62. The mark of 75 cuts again, by that estimate. */
Test(test_tcp_variants, dctcp_alpha)
{
    const double g16 = 1.0 / 16;
    double alpha = pow(15.0 / 16, 3), first, second;
    struct rig_lossy l;
    struct rig_tcp g;

    rig_lossy_init(&l, "tcp-dctcp");
    l.mark = true;
    l.losses = 3;
    l.seq[0] = 50 * MSS_B;
    l.seq[1] = 65 * MSS_B;
    l.seq[2] = 75 * MSS_B;
    l.times[0] = l.times[1] = l.times[2] = 1;
    l.look = calloc(LOOKS, sizeof *l.look);
    l.looks_max = LOOKS;
    rig_tcp_build(&g, &l, SIM_MS, "window=28960B initial_window=20packets delayed_ack=0s");
    cr_expect_gt(rig_tcp_deliver(&g, 1000 * MSS_B), 0);
    first = 20 * (1 - alpha / 2);
    alpha = (1 - g16) * alpha + g16 / 20;
    alpha = (1 - g16) * alpha + g16 / 11;
    second = (first + 1) * (1 - alpha / 2);
    cr_expect_float_eq(variants_window(&l, 51), first, 1e-3);
    cr_expect_float_eq(variants_window(&l, 62), first, 1e-3);
    cr_expect_float_eq(variants_window(&l, 63), first + 1, 1e-3);
    cr_expect_float_eq(variants_window(&l, 66), first + 1, 1e-3);
    cr_expect_float_eq(variants_window(&l, 76), second, 1e-3);
    cr_expect_eq(rig_counter(g.flow, "ecn_cuts"), 2);
    cr_expect_eq(rig_counter(g.flow, "retransmits"), 0);
    vio_world_destroy(g.world);
    free(l.look);
}

/* RFC 8257 3.2, with delayed acknowledgements. Ten segments, 3 to 5 marked: acknowledged are 2; 3 at once, for the
 * marks begin; 5, with echo; 6 at once with echo, for they end; 8, 10. Six acknowledgements, exactly the three marked
 * segments echoed. */
Test(test_tcp_variants, dctcp_delayed_ack)
{
    static const uint64_t acks[] = {2, 3, 5, 6, 8, 10};
    struct rig_lossy l;
    struct rig_tcp g;

    rig_lossy_init(&l, "tcp-dctcp");
    l.mark = true;
    l.losses = 3;
    for (uint32_t i = 0; i < 3; i++) {
        l.seq[i] = (3 + i) * MSS_B;
        l.times[i] = 1;
    }
    l.look = calloc(LOOKS, sizeof *l.look);
    l.looks_max = LOOKS;
    rig_tcp_build(&g, &l, SIM_MS, "initial_window=10packets");
    cr_expect_gt(rig_tcp_deliver(&g, 10 * MSS_B), 0);
    cr_assert_eq(l.looks, 6);
    for (size_t i = 0; i < 6; i++)
        cr_expect_eq(l.look[i].ack, acks[i] * MSS_B);
    cr_expect_eq(rig_counter(g.flow, "ecn_echoed"), 3 * MSS_B);
    cr_expect_eq(rig_counter(g.flow, "ecn_acked"), 10 * MSS_B);
    vio_world_destroy(g.world);
    free(l.look);
}

/* RFC 3168 with NewReno: window 20, segment 30 marked: the window is 10 from then on, grows no more while the echo
 * lasts, and the echo lasts until the first segment that was sent after the cut has arrived. 50 are out at the echo
 * (segments to 49); ten of them must be acknowledged before segment 50 goes: the echo covers 31 to 50, twenty segments,
 * and one cut. Without `ecn` the mark has no effect. */
Test(test_tcp_variants, newreno_mark)
{
    for (int ecn = 0; ecn < 2; ecn++) {
        struct rig_lossy l;
        struct rig_tcp g;

        rig_lossy_init(&l, "tcp-newreno");
        l.mark = true;
        l.losses = 1;
        l.seq[0] = 30 * MSS_B;
        l.times[0] = 1;
        l.look = calloc(LOOKS, sizeof *l.look);
        l.looks_max = LOOKS;
        rig_tcp_build(&g, &l, SIM_MS,
                      ecn ? "window=28960B initial_window=20packets delayed_ack=0s ecn=yes"
                          : "window=28960B initial_window=20packets delayed_ack=0s");
        cr_expect_gt(rig_tcp_deliver(&g, 500 * MSS_B), 0);
        cr_expect_eq(rig_counter(g.flow, "ecn_cuts"), ecn);
        cr_expect_eq(rig_counter(g.flow, "ecn_echoed"), ecn ? 20 * MSS_B : 0, "%lu",
                     (unsigned long)rig_counter(g.flow, "ecn_echoed") / MSS_B);
        if (ecn) {
            cr_expect_float_eq(variants_window(&l, 31), 10, 1e-9);
            cr_expect_float_eq(variants_window(&l, 50), 10, 1e-9);
        }
        vio_world_destroy(g.world);
        free(l.look);
    }
}

/* Segmentation offload of 64 KB: bursts of a third of the window. Ten segments at once; every acknowledgement lets the
 * window grow by one and frees two: after the second there is room for 4 of a window of 12, a third of it: segments 10
 * to 13 go together at 2 t + 2 d + a. After the fifth there is room for 6 of 15: 14 to 19 at 5 t + 2 d + a. */
Test(test_tcp_variants, segmentation_offload)
{
    const sim_time t = 1230400, a = 72000, d = 100 * SIM_US;
    struct rig_lossy l;
    struct rig_tcp g;

    rig_lossy_init(&l, "tcp-newreno");
    l.born_ps = calloc(LOOKS, sizeof *l.born_ps);
    l.born_max = LOOKS;
    rig_tcp_build(&g, &l, d, "window=1MiB initial_window=10packets delayed_ack=0s tso=64KB");
    cr_expect_gt(rig_tcp_deliver(&g, 500 * MSS_B), 0);
    cr_expect_eq(l.born, 500);
    for (size_t i = 10; i < 20; i++)
        cr_expect_eq(l.born_ps[i], (i < 14 ? 2 : 5) * t + 2 * d + a, "segment %zu: %ld", i, (long)l.born_ps[i]);
    vio_world_destroy(g.world);
    free(l.born_ps);
}
