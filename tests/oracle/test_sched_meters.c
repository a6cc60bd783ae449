/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_sched_meters.c - token buckets, the two-rate marker, committed rates, hard partitions, by numbers.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "models/meter.h"
#include "models/partition.h"
#include "models/sched.h"
#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

/* RFC 2698 by hand. CIR 8 kb/s = 1000 B/s with CBS 2000 B; PIR 16 kb/s = 2000 B/s with PBS 3000 B; both full at 0.
 *   time    packet  Tp before  Tc before  colour   Tp, Tc after
 *   0 s     1000 B   3000       2000      green    2000, 1000
 *   0 s     1500 B   2000       1000      yellow    500, 1000
 *   0 s     1000 B    500       1000      red       500, 1000
 *   0.25 s  1000 B   1000       1250      green       0,  250
 *   0.5 s    501 B    500        500      red       500,  500
 *   0.5 s    500 B    500        500      green       0,    0
 *   1 s     1000 B   1000        500      yellow      0,  500
 *   10 s    3001 B   3000       2000      red      3000, 2000 (more than the peak burst, ever)
 *   10 s    3000 B   3000       2000      yellow      0, 2000 */
Test(test_sched_meters, colours_by_hand)
{
    static const struct {
        sim_time at_ps;
        uint32_t B;
        enum vio_colour colour;
    } step[] = {{0, 1000, VIO_GREEN},         {0, 1500, VIO_YELLOW},       {0, 1000, VIO_RED},
                {SIM_S / 4, 1000, VIO_GREEN}, {SIM_S / 2, 501, VIO_RED},   {SIM_S / 2, 500, VIO_GREEN},
                {SIM_S, 1000, VIO_YELLOW},    {10 * SIM_S, 3001, VIO_RED}, {10 * SIM_S, 3000, VIO_YELLOW}};
    const struct vio_class_config c = {.cir_bps = 8000, .cbs_B = 2000, .pir_bps = 16000, .pbs_B = 3000};
    struct vio_tr_tcm m;

    vio_tr_tcm_init(&m, &c, SIM_MS, 1538);
    for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
        const enum vio_colour colour = vio_tr_tcm_colour(&m, step[i].B, step[i].at_ps);

        cr_expect_eq(colour, step[i].colour, "step %zu: %d", i, (int)colour);
        vio_tr_tcm_take(&m, colour, step[i].B, step[i].at_ps);
    }
    /* Bursts that are not given: 1 ms of the rate, 1 and 2 B, but at least the largest packet. */
    vio_tr_tcm_init(&m, &(struct vio_class_config){.cir_bps = 8000, .pir_bps = 16000}, SIM_MS, 1538);
    cr_expect_eq(vio_tr_tcm_colour(&m, 1538, 0), VIO_GREEN);
    cr_expect_eq(vio_tr_tcm_colour(&m, 1539, 0), VIO_RED);
    /* Neither rate: nothing is promised, nothing refused. */
    vio_tr_tcm_init(&m, &(struct vio_class_config){0}, SIM_MS, 1538);
    cr_expect_eq(vio_tr_tcm_colour(&m, 1000000000, 0), VIO_YELLOW);
}

/* The token bucket's bound, b + r t, over all windows that begin and end at the start of a packet: for i <= j the bytes
 * of packets i..j are at most b + r (s_j - s_i). Bursts of random sizes; rate 1/3 Gb/s, which is not a whole number of
 * ps per byte. Power: with a bound 2 % lower in rate some window must be above it. */
Test(test_sched_meters, token_bucket_every_window)
{
    const struct vio_sched_type *type = vio_sched_find("token-bucket");
    struct vio_world *w = vio_world_create(11, 0);
    struct vio_egress_config c;
    struct vio_egress *e;
    struct vio_flow *f;
    struct sim_stream r;
    const struct probe *p;
    double worst = -1e9, worst_low = -1e9;

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.sched = type;
    c.sched_config = rig_config(w, type->params, type->config_size, "rate=333333333bps burst=10000B");
    e = vio_egress_create(w, "e", &c);
    f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 1, &e), 0);
    sim_stream_init(&r, 11, 0, "token", "sizes");
    for (int k = 0; k < 1500; k++)
        probe_send_at(f, (sim_time)(k / 30 * 1e9 + sim_uniform(&r) * 3e8), 1, (uint32_t)(46 + sim_uniform(&r) * 1454));
    rig_run(w, 0, 60 * SIM_MS);
    p = probe_of(f);
    cr_assert_eq(p->n, 1500);
    for (size_t i = 0; i < p->n; i++) {
        double B = 0, from_s = 0;

        for (size_t j = i; j < p->n; j++) {
            const uint32_t wire_B = p->mark[j].size_B + 38;
            const double s = ((double)p->mark[j].at_ps - 800.0 * wire_B) / 1e12;

            from_s = j == i ? s : from_s;
            B += wire_B;
            worst = fmax(worst, B - 10000 - 333333333 / 8.0 * (s - from_s));
            worst_low = fmax(worst_low, B - 10000 - 0.98 * 333333333 / 8.0 * (s - from_s));
        }
    }
    cr_log_info("token bucket: closest to the bound %g B\n", worst);
    cr_expect_leq(worst, 0.001, "%g B above the bound", worst); /* 1 ps of rounding is 0.00004 B */
    cr_expect_gt(worst, -100, "the bound is reached: %g B", worst);
    cr_expect_gt(worst_low, 0.001, "a rate 2 %% too high would be seen");
    vio_world_destroy(w);
}

/* V31, [S12]: committed rates of 4, 2, 1.5 and 1.5 Gb/s on 10GbE, 90 % together, no peak; every class offers 60 % of
 * the line (2.4 times the line together), Poisson. Each has its CIR within 5 %, under the policer and the shaper.
 * Power: under fifo, where all get a quarter, the class of 4 Gb/s has not. With peak rates at the committed ones they
 * get these and no more. */
static void rates_measure(const char *type, bool peak, double *gbps)
{
    static const uint64_t cir_bps[4] = {4000000000, 2000000000, 1500000000, 1500000000};
    struct vio_world *w = vio_world_create(13, 0);
    struct vio_egress_config c;
    struct vio_egress *e;
    struct vio_flow *f[4];

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.classes = 4;
    c.limit_pkts = 100;
    c.sched = vio_sched_find(type);
    for (int i = 0; i < 4; i++) {
        c.cls[i].cir_bps = cir_bps[i];
        c.cls[i].pir_bps = peak ? cir_bps[i] : 0;
        c.cls[i].cbs_B = c.cls[i].pbs_B = 30000;
    }
    e = vio_egress_create(w, "e", &c);
    for (uint8_t i = 0; i < 4; i++) {
        struct sim_stream r;

        f[i] = probe_flow(w, sim_arena_printf(&w->arena, "f%u", i), VIO_PROTO_IP, rig_path(w, 1, &e), i);
        sim_stream_init(&r, 13, i, "v31", "arrivals");
        for (double at_ps = 0; at_ps < 22e9; at_ps += -log(1 - sim_uniform(&r)) * 1538 * 800 / 0.6)
            probe_send_at(f[i], (sim_time)at_ps, 1, 1500);
    }
    rig_run(w, 0, 22 * SIM_MS);
    for (int i = 0; i < 4; i++) {
        const struct probe *p = probe_of(f[i]);
        double B = 0;

        for (size_t k = 0; k < p->n; k++)
            B += p->mark[k].at_ps > 2 * SIM_MS ? 1538 : 0;
        gbps[i] = B * 8 / 20e-3 / 1e9;
    }
    vio_world_destroy(w);
}

Test(test_sched_meters, committed_rates_at_90_per_cent)
{
    static const double cir[4] = {4, 2, 1.5, 1.5};
    double gbps[4];

    for (int shaper = 0; shaper < 2; shaper++)
        for (int peak = 0; peak < 2; peak++) {
            rates_measure(shaper ? "tr-tcm-shaper" : "tr-tcm-policer", peak, gbps);
            for (int i = 0; i < 4; i++) {
                cr_expect_gt(gbps[i], 0.95 * cir[i], "%s class %d: %g", shaper ? "shaper" : "policer", i, gbps[i]);
                if (peak) /* PBS + PIR t: 30 kB in 20 ms are 0.012 Gb/s */
                    cr_expect_lt(gbps[i], cir[i] + 0.013, "%s class %d: %g", shaper ? "shaper" : "policer", i, gbps[i]);
            }
            if (!peak) /* without a peak the line is full */
                cr_expect_gt(gbps[0] + gbps[1] + gbps[2] + gbps[3], 9.99);
        }
    rates_measure("fifo", false, gbps);
    cr_expect_lt(gbps[0], 0.95 * 4, "fifo keeps no committed rate: %g", gbps[0]);
}

/* Flex-10 [S17], in Gb/s on 10: requests first, the others share the rest equally in steps of 0.1. */
Test(test_sched_meters, partition_rule)
{
    static const struct {
        double line, requested[4], allotted[4];
        bool fits;
    } cases[] = {{10, {0, 0, 0, 0}, {2.5, 2.5, 2.5, 2.5}, true},
                 {10, {4, 0, 0, 0}, {4, 2, 2, 2}, true},
                 {10, {5, 0, 0, 0}, {5, 1.6, 1.6, 1.6}, true}, /* 5 / 3 = 1.67 */
                 {10, {1, 2, 3, 4}, {1, 2, 3, 4}, true},
                 {10, {0.1, 9.7, 0, 0}, {0.1, 9.7, 0.1, 0.1}, true},
                 {10, {2, 3, 5, 0}, {1.98, 2.97, 4.95, 0.1}, false}, /* 9.9 left for 10: cut to 99 % */
                 {1, {0, 0, 0, 0}, {0.2, 0.2, 0.2, 0.2}, true}};

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        uint64_t requested[4], out[4];

        for (int i = 0; i < 4; i++)
            requested[i] = (uint64_t)(cases[k].requested[i] * 1e9 + 0.5);
        cr_expect_eq(vio_partition((uint64_t)(cases[k].line * 1e9), 100000000, requested, 4, out), cases[k].fits);
        for (int i = 0; i < 4; i++)
            cr_expect_float_eq((double)out[i] / 1e9, cases[k].allotted[i], 1e-6, "case %zu, %d: %lu", k, i,
                               (unsigned long)out[i]);
    }
}

/* Hard partition: slices of 4, 3, 2 and 1 Gb/s keep to them, whether the others are saturated or idle: nobody borrows.
 * 10 ms at 4 Gb/s are 3251.0 packets of 1538 B. One packet may be sent at once and one may be delayed. */
Test(test_sched_meters, partition_does_not_borrow)
{
    for (uint32_t busy = 1; busy < 16; busy++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress_config c;
        struct vio_egress *e;
        struct vio_flow *f[4];

        vio_egress_defaults(&c, vio_link_find("10gbe"));
        c.classes = 4;
        c.sched = vio_sched_find("partition");
        for (int i = 0; i < 4; i++)
            c.cls[i].rate_bps = (uint64_t)(4 - i) * 1000000000;
        e = vio_egress_create(w, "e", &c);
        for (uint8_t i = 0; i < 4; i++) {
            f[i] = probe_flow(w, sim_arena_printf(&w->arena, "f%u", i), VIO_PROTO_IP, rig_path(w, 1, &e), i);
            if (busy >> i & 1)
                probe_send_at(f[i], 0, 4000, 1500);
        }
        rig_run(w, 0, 10 * SIM_MS);
        for (int i = 0; i < 4; i++) {
            const double expected = busy >> i & 1 ? (4 - i) * 1e9 / 8 * 10e-3 / 1538 : 0;

            cr_expect_float_eq((double)probe_of(f[i])->n, expected, 4, "busy %x, slice %d: %zu, not %g", busy, i,
                               probe_of(f[i])->n, expected);
        }
        vio_world_destroy(w);
    }
}
