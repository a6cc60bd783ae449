/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_qos_share.c - what `check --explain` says a class gets at least is what the scheduler then gives.
 *
 * Four classes fill a 10GbE port with packets of 1538 B without end; of 5 ms to 20 ms, 12,191 packets, each class has
 * its part. Setting by setting the parts are worked out by hand (comments), and both the explanation and the simulation
 * are held against them, the simulation within 0.5 % of the line. Where a peak rate holds a class back the others get
 * more than the least. Power: with weights of the first two classes exchanged the test fails for every scheduler.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "sim/plan/qos.h"
#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { CLASSES = 4, PACKETS = 17000, WIRE_B = 1538 };

struct setting {
    const char *sched, *params; /* "step=1Gbps" */
    double weight[CLASSES], cir_gbps[CLASSES], pir_gbps[CLASSES], rate_gbps[CLASSES], limit_gbps[CLASSES];
    bool strict; /* class 0 */
    double least_gbps[CLASSES], given_gbps[CLASSES];
    const char *why[CLASSES];
};

#define ONES .weight = {1, 1, 1, 1}

static const struct setting settings[] = {
    /* 1 : 2 : 3 : 4 */
    {"drr", NULL, .weight = {1, 2, 3, 4}, .least_gbps = {1, 2, 3, 4}, .given_gbps = {1, 2, 3, 4},
     .why = {"class c0 1 of 10 on 10 Gb/s = 1000 Mb/s"}},
    {"scfq", NULL, .weight = {1, 2, 3, 4}, .least_gbps = {1, 2, 3, 4}, .given_gbps = {1, 2, 3, 4}},
    {"ets", NULL, .weight = {40, 30, 20, 10}, .least_gbps = {4, 3, 2, 1}, .given_gbps = {4, 3, 2, 1}},
    {"ets", NULL, .weight = {40, 30, 20, 10}, .strict = true, .least_gbps = {10}, .given_gbps = {10},
     .why = {"class c0 goes first: up to all of 10 Gb/s", "class c1 gets what strict classes leave of 10 Gb/s"}},
    {"strict", NULL, ONES, .least_gbps = {10}, .given_gbps = {10},
     .why = {"class c0 goes first: up to all of 10 Gb/s", "class c1 gets what others leave of 10 Gb/s"}},
    {"hierarchy", NULL, .weight = {1, 2, 3, 4}, .least_gbps = {1, 2, 3, 4}, .given_gbps = {1, 2, 3, 4},
     .why = {"class c0 1 of 10 on 10 Gb/s = 1000 Mb/s, each guarantee in it first"}},
    {"hierarchy", "between=strict", ONES, .least_gbps = {10}, .given_gbps = {10}},
    /* 1.5 Gb/s are left for each of two, in whole steps of 1 Gb/s or of 100 Mb/s */
    {"partition", "step=1Gbps", ONES, .rate_gbps = {5, 2}, .least_gbps = {5, 2, 1, 1}, .given_gbps = {5, 2, 1, 1},
     .why = {"class c0 a fixed slice of 10 Gb/s = 5000 Mb/s as requested, no more", NULL,
             "class c2 a fixed slice of 10 Gb/s = 1000 Mb/s in steps of 1000, no more"}},
    {"partition", NULL, ONES, .rate_gbps = {5, 2}, .least_gbps = {5, 2, 1.5, 1.5}, .given_gbps = {5, 2, 1.5, 1.5}},
    /* half of 4, 3, 2, 1; the first held at 1 Gb/s, the others share the rest 3 : 2 : 1 */
    {"shares", NULL, .weight = {4, 3, 2, 1}, .limit_gbps = {1}, .least_gbps = {1, 3, 2, 1},
     .given_gbps = {1, 4.5, 3, 1.5}, .why = {"class c0 at most 1000 Mb/s of 10 Gb/s"}},
    /* by CIR, 4 : 2 : 1 and 0.1 (1 % of the line) without: of 7.1 */
    {"tr-tcm-policer", NULL, ONES, .cir_gbps = {4, 2, 1}, .least_gbps = {5.634, 2.817, 1.408, 0.141},
     .given_gbps = {5.634, 2.817, 1.408, 0.141},
     .why = {"class c0 CIR 4000 of 7100 Mb/s on 10 Gb/s = 5634 Mb/s", NULL, NULL,
             "class c3 without CIR 100 of 7100 Mb/s on 10 Gb/s = 141 Mb/s"}},
    /* the same, as all of 7.1 fits: who is ahead by his committed rate waits for the others with the rest */
    {"tr-tcm-shaper", NULL, ONES, .cir_gbps = {4, 2, 1}, .least_gbps = {5.634, 2.817, 1.408, 0.141},
     .given_gbps = {5.634, 2.817, 1.408, 0.141}},
    /* the first no faster than 4.5; the others share what it leaves, 5.5, in the proportion 2 : 1 : 0.1 */
    {"tr-tcm-shaper", NULL, ONES, .cir_gbps = {4, 2, 1}, .pir_gbps = {4.5}, .least_gbps = {4.5, 2.817, 1.408, 0.141},
     .given_gbps = {4.5, 3.548, 1.774, 0.177},
     .why = {"class c0 CIR 4000 of 7100 Mb/s on 10 Gb/s = 4500 Mb/s, PIR 4500 Mb/s: more is delayed"}},
    /* 9.95 committed and two classes without, 10.15 in all: the first two have theirs, the others half of 0.05 each */
    {"tr-tcm-shaper", NULL, ONES, .cir_gbps = {8, 1.95}, .least_gbps = {8, 1.95, 0.025, 0.025},
     .given_gbps = {8, 1.95, 0.025, 0.025}},
    /* committed twice: 8 : 4 : 4 of 16, nothing is left for the class without */
    {"tr-tcm-shaper", NULL, ONES, .cir_gbps = {8, 4, 4}, .least_gbps = {5, 2.5, 2.5}, .given_gbps = {5, 2.5, 2.5}},
    /* 16,384 B are 11 packets, then one of the low table: 11/12; the turns of the low one are 3, 2 and 6 packets */
    {"ib-vl-arb", "high=0:64 low=1:64,2:32,3:128 high_limit=4", ONES, .least_gbps = {9.167, 0.227, 0.152, 0.455},
     .given_gbps = {9.167, 0.227, 0.152, 0.455},
     .why = {"class c0 lane 0: 100 % of the high table, 11 high packets for one low (limit 4), on 10 Gb/s = 9167 Mb/s",
             "class c1 lane 1: 27.3 % of the low table, 11 high packets for one low (limit 4), on 10 Gb/s = 227 Mb/s"}},
    /* OpenSM's tables with four lanes: packet by packet; three lanes share the half of the low table */
    {"ib-vl-arb", NULL, ONES, .least_gbps = {5, 1.667, 1.667, 1.667}, .given_gbps = {5, 1.667, 1.667, 1.667}},
    {"ib-vl-arb", "high=0:64,1:192 low=0:4,2:4,3:4 high_limit=255", ONES, .least_gbps = {2.727, 7.273},
     .given_gbps = {2.727, 7.273}, /* 3 and 8 packets */
     .why = {"class c0 lane 0: 27.3 % of the high table and 33.3 % of the low table, high before low without limit, on "
             "10 Gb/s = 2727 Mb/s",
             NULL, "class c2 lane 2: 33.3 % of the low table, high before low without limit, on 10 Gb/s = 0 Mb/s"}},
};

static struct vio_egress_config share_egress(const struct setting *st, struct vio_world *w, bool exchanged)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.classes = CLASSES;
    c.sched = vio_sched_find(st->sched);
    if (st->params)
        c.sched_config = rig_config(w, c.sched->params, c.sched->config_size, st->params);
    for (uint32_t tc = 0; tc < CLASSES; tc++) {
        const uint32_t of = exchanged && tc < 2 ? 1 - tc : tc;

        c.cls[tc] = (struct vio_class_config){.weight = st->weight[of],
                                              .priority = (uint8_t)of,
                                              .strict = st->strict && of == 0,
                                              .cir_bps = (uint64_t)(st->cir_gbps[of] * 1e9),
                                              .pir_bps = (uint64_t)(st->pir_gbps[of] * 1e9),
                                              .rate_bps = (uint64_t)(st->rate_gbps[of] * 1e9),
                                              .limit_bps = (uint64_t)(st->limit_gbps[of] * 1e9),
                                              .cbs_B = 16000,
                                              .pbs_B = 16000};
    }
    return c;
}

/* Gb/s on the wire of each class from 5 ms to 20 ms. */
static void share_given(const struct setting *st, bool exchanged, double *gbps)
{
    struct vio_world *w = vio_world_create(1, 0);
    const struct vio_egress_config c = share_egress(st, w, exchanged);
    struct vio_egress *port = vio_egress_create(w, "port", &c);
    struct vio_flow *flow[CLASSES];

    for (uint32_t tc = 0; tc < CLASSES; tc++) {
        flow[tc] =
            probe_flow(w, sim_arena_printf(&w->arena, "f%u", tc), VIO_PROTO_IP, rig_path(w, 1, &port), (uint8_t)tc);
        probe_send_at(flow[tc], 0, PACKETS, 1500);
    }
    rig_run(w, 0, 20 * SIM_MS);
    for (uint32_t tc = 0; tc < CLASSES; tc++) {
        const struct probe *p = probe_of(flow[tc]);
        size_t n = 0;

        for (size_t i = 0; i < p->n; i++)
            n += p->mark[i].at_ps >= 5 * SIM_MS;
        gbps[tc] = (double)n * WIRE_B * 8 / 15e-3 / 1e9;
    }
    vio_world_destroy(w);
}

static void share_explained(const struct setting *st)
{
    struct vio_world *w = vio_world_create(1, 0);
    const struct vio_egress_config c = share_egress(st, w, false);
    struct scn_class class_[CLASSES] = {{.name = "c0"}, {.name = "c1"}, {.name = "c2"}, {.name = "c3"}};
    const struct scn_study study = {.class_ = class_, .classes = CLASSES};
    const struct plan plan = {.study = &study};
    const struct plan_qos q = {.plan = &plan};
    const struct plan_qos_place place = {
        .what = "port", .where = "x", .links = 1, .rate_bps = 10000000000, .egress = &c};

    for (uint32_t tc = 0; tc < CLASSES; tc++) {
        char why[256];
        double share_bps;
        const enum plan_qos_kind kind = plan_qos_share(&q, &place, tc, &share_bps, why, sizeof why);

        cr_expect_float_eq(share_bps / 1e9, st->least_gbps[tc], 6e-4, "%s class %u: %s", st->sched, tc, why);
        cr_expect_eq(kind == PLAN_QOS_REST, st->least_gbps[tc] == 0, "%s class %u: %s", st->sched, tc, why);
        cr_expect(!st->why[tc] || strcmp(why, st->why[tc]) == 0, "%s class %u: %s", st->sched, tc, why);
    }
    vio_world_destroy(w);
}

static double share_worst(const struct setting *st, bool exchanged)
{
    double gbps[CLASSES], worst = 0;

    share_given(st, exchanged, gbps);
    for (uint32_t tc = 0; tc < CLASSES; tc++)
        worst = fmax(worst, fabs(gbps[tc] - st->given_gbps[tc]));
    return worst;
}

Test(test_qos_share, explained_and_given)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        const bool table = strcmp(settings[i].sched, "ib-vl-arb") == 0; /* has no weights of classes to exchange */

        share_explained(&settings[i]);
        cr_expect_leq(share_worst(&settings[i], false), 0.05, "%s, setting %zu: %g Gb/s off", settings[i].sched, i,
                      share_worst(&settings[i], false));
        cr_expect(table || share_worst(&settings[i], true) > 0.05, "%s, setting %zu: no power", settings[i].sched, i);
    }
}

/* 5 Gb/s for all together, whatever their classes: no class is promised anything of it. */
Test(test_qos_share, token_bucket)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct scn_class class_[] = {{.name = "c0"}};
    const struct scn_study study = {.class_ = class_, .classes = 1};
    const struct plan plan = {.study = &study};
    const struct plan_qos q = {.plan = &plan};
    const struct plan_qos_place place = {
        .what = "port", .where = "x", .links = 2, .rate_bps = 10000000000, .egress = &c};
    char why[256];
    double share_bps;

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.sched = vio_sched_find("token-bucket");
    c.sched_config = rig_config(w, c.sched->params, c.sched->config_size, "rate=5Gbps");
    cr_expect_eq(plan_qos_share(&q, &place, 0, &share_bps, why, sizeof why), PLAN_QOS_NONE);
    cr_expect_str_eq(why, "first come, first served on 2 x a token bucket of 5000 Mb/s on 10 Gb/s");
    cr_expect_float_eq(plan_qos_total_bps(&place), 10e9, 1);
    c.sched_config = rig_config(w, c.sched->params, c.sched->config_size, "rate=50Gbps");
    cr_expect_float_eq(plan_qos_total_bps(&place), 20e9, 1);
    vio_world_destroy(w);
}
