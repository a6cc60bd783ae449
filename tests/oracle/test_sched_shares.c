/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_sched_shares.c - shares of a saturated port against max-min fairness with weights.
 *
 * Theory: a work-conserving fair scheduler gives each class min(its offer, its weight times a common level), the level
 * such that the line is full; what a class leaves goes to the others in proportion to their weights. Setting: three
 * classes of weights 50, 30, 20 and packets of 1538, 938 and 338 B on 10GbE, every pattern of each class idle, offering
 * half its share, or twice the line. Expected numbers come from the water-filling below, which is checked by hand
 * first. Verdict: each rate within 1 % of the line; a scheduler with weights 2 % of the line off would be rejected, as
 * the power check shows.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { CLASSES = 3, PATTERNS = 27, LEVEL_IDLE = 0, LEVEL_HALF = 1, LEVEL_FULL = 2 };

static const uint32_t shares_size_B[CLASSES] = {1500, 900, 300}, shares_wire_B[CLASSES] = {1538, 938, 338};

/* Fractions of the line by filling up in rounds: classes that want less than their part of what is left have it. */
static void shares_max_min(const double *weight, const double *offer, double *rate)
{
    double line = 1;
    bool done[CLASSES] = {false};

    for (int round = 0; round < CLASSES; round++) {
        double sum = 0, given = 0;
        bool settled = false;

        for (int i = 0; i < CLASSES; i++)
            sum += done[i] ? 0 : weight[i];
        for (int i = 0; i < CLASSES; i++)
            if (!done[i] && offer[i] <= line * weight[i] / sum) {
                rate[i] = offer[i];
                given += offer[i];
                done[i] = settled = true;
            }
        for (int i = 0; i < CLASSES; i++)
            if (!done[i])
                rate[i] = line * weight[i] / sum;
        if (!settled)
            return;
        line -= given;
    }
}

/* By hand: weights 50, 30, 20. All want everything: 0.5, 0.3, 0.2. The first wants 0.25: 0.75 is left for 30 and 20,
 * 0.45 and 0.3. The first wants 0.25 and the second 0.15: the third has 0.6. */
Test(test_sched_shares, water_filling_by_hand)
{
    static const double weight[CLASSES] = {50, 30, 20};
    static const struct {
        double offer[CLASSES], rate[CLASSES];
    } cases[] = {{{2, 2, 2}, {0.5, 0.3, 0.2}},
                 {{0.25, 2, 2}, {0.25, 0.45, 0.3}},
                 {{0.25, 0.15, 2}, {0.25, 0.15, 0.6}},
                 {{0, 2, 2}, {0, 0.6, 0.4}},
                 {{0.25, 0.15, 0.1}, {0.25, 0.15, 0.1}}};

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        double rate[CLASSES];

        shares_max_min(weight, cases[k].offer, rate);
        for (int i = 0; i < CLASSES; i++)
            cr_expect_float_eq(rate[i], cases[k].rate[i], 1e-12, "case %zu, class %d: %g", k, i, rate[i]);
    }
}

/* What each class got of the line between 1 and 5 ms, under evenly spaced packets of its offer. Queues hold 200
 * packets. */
static void shares_measure(const struct vio_egress_config *c, const double *offer, double *rate)
{
    const double line_Bps = 1.25e9;
    struct vio_world *w = vio_world_create(7, 0);
    struct vio_egress *e = vio_egress_create(w, "e", c);

    struct vio_flow *f[CLASSES];

    for (uint32_t tc = 0; tc < CLASSES; tc++) {
        const double gap_ps = shares_wire_B[tc] / (line_Bps * offer[tc]) * 1e12;

        f[tc] =
            probe_flow(w, sim_arena_printf(&w->arena, "class%u", tc), VIO_PROTO_IP, rig_path(w, 1, &e), (uint8_t)tc);
        for (double at_ps = 0; offer[tc] > 0 && at_ps < 5e9; at_ps += gap_ps)
            probe_send_at(f[tc], (sim_time)at_ps, 1, shares_size_B[tc]);
    }
    rig_run(w, 0, 5 * SIM_MS);
    for (uint32_t tc = 0; tc < CLASSES; tc++) {
        const struct probe *p = probe_of(f[tc]);
        double B = 0;

        for (size_t i = 0; i < p->n; i++)
            B += p->mark[i].at_ps > SIM_MS ? shares_wire_B[tc] : 0;
        rate[tc] = B / (line_Bps * 4e-3);
    }
    vio_world_destroy(w);
}

static void shares_config(struct vio_egress_config *c, const char *type, const double *weight)
{
    vio_egress_defaults(c, vio_link_find("10gbe"));
    c->classes = CLASSES;
    c->sched = vio_sched_find(type);
    c->limit_pkts = 200;
    for (int i = 0; i < CLASSES; i++) {
        c->cls[i].weight = weight[i];
        c->cls[i].cir_bps = (uint64_t)(weight[i] * 9e7); /* 90 % of the line together */
    }
}

/* The largest difference of a class's rate from the theory for weights 50, 30, 20, over all patterns. */
static double shares_worst(const char *type, const double *weight)
{
    static const double true_weight[CLASSES] = {50, 30, 20};
    double worst = 0;

    for (int pattern = 1; pattern < PATTERNS; pattern++) {
        struct vio_egress_config c;
        double offer[CLASSES], expected[CLASSES], rate[CLASSES];

        for (int i = 0, rest = pattern; i < CLASSES; i++, rest /= 3)
            offer[i] = rest % 3 == LEVEL_IDLE ? 0 : rest % 3 == LEVEL_HALF ? true_weight[i] / 200 : 2;
        shares_config(&c, type, weight);
        shares_max_min(true_weight, offer, expected);
        shares_measure(&c, offer, rate);
        for (int i = 0; i < CLASSES; i++)
            worst = fabs(rate[i] - expected[i]) > worst ? fabs(rate[i] - expected[i]) : worst;
    }
    return worst;
}

Test(test_sched_shares, all_patterns)
{
    static const char *const types[] = {"drr", "scfq", "ets", "shares", "tr-tcm-policer", "tr-tcm-shaper"};
    static const double weight[CLASSES] = {50, 30, 20}, wrong[CLASSES] = {52, 28, 20};

    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        double worst = shares_worst(types[k], weight);

        cr_log_info("%s: at most %.2f %% of the line off\n", types[k], 100 * worst);
        cr_expect_lt(worst, 0.01, "%s: %g", types[k], worst);
        cr_expect_gt(shares_worst(types[k], wrong), 0.01, "%s: weights 2 %% off are seen", types[k]);
    }
}

/* ETS: a strict class goes first, whatever the others' weights; the rest is shared by weight. Offers of 0.4 (strict),
 * 2 and 2 with weights 60 and 40: 0.4, then 0.36 and 0.24. And V25: two classes of 50 %, then one idles. */
Test(test_sched_shares, ets)
{
    static const double weight[CLASSES] = {1, 60, 40}, halves[CLASSES] = {50, 50, 1};
    static const double offer[][CLASSES] = {{0.4, 2, 2}, {0.4, 0, 2}, {2, 2, 2}};
    static const double expected[][CLASSES] = {{0.4, 0.36, 0.24}, {0.4, 0, 0.6}, {1, 0, 0}};
    static const double v25_offer[][CLASSES] = {{2, 2, 0}, {2, 0, 0}};
    static const double v25[][CLASSES] = {{0.5, 0.5, 0}, {1, 0, 0}};
    struct vio_egress_config c;
    double rate[CLASSES];

    shares_config(&c, "ets", weight);
    c.cls[0].strict = true;
    for (int k = 0; k < 3; k++) {
        shares_measure(&c, offer[k], rate);
        for (int i = 0; i < CLASSES; i++)
            cr_expect_float_eq(rate[i], expected[k][i], 0.01, "case %d, class %d: %g", k, i, rate[i]);
    }
    shares_config(&c, "ets", halves);
    for (int k = 0; k < 2; k++) {
        shares_measure(&c, v25_offer[k], rate);
        for (int i = 0; i < CLASSES; i++)
            cr_expect_float_eq(rate[i], v25[k][i], 0.01, "V25 %d, class %d: %g", k, i, rate[i]);
    }
}

/* Shares count only at saturation. Three packets of 1538 B come at once, class 0 (share 1), then class 1 (share 1000),
 * then class 1 again; with less than the saturation time waiting they leave in order of arrival. Under scfq the second
 * class's two would go before the first class's second. With a saturation time of 0 shares is scfq: the light class
 * comes last. */
Test(test_sched_shares, shares_only_at_saturation)
{
    for (int saturated = 0; saturated < 2; saturated++) {
        static const double weight[CLASSES] = {1, 1000, 1};
        struct vio_egress_config c;
        struct vio_world *w = vio_world_create(7, 0);
        const struct vio_sched_type *type = vio_sched_find("shares");
        struct vio_egress *e;
        struct vio_flow *f[2];

        shares_config(&c, "shares", weight);
        c.sched_config = rig_config(w, type->params, type->config_size, saturated ? "saturation=0s" : "");
        e = vio_egress_create(w, "e", &c);
        for (uint8_t tc = 0; tc < 2; tc++)
            f[tc] = probe_flow(w, tc ? "b" : "a", VIO_PROTO_IP, rig_path(w, 1, &e), tc);
        probe_send_at(f[0], 0, 2, 1500); /* the first finds the line free */
        probe_send_at(f[1], 1000, 2, 1500);
        rig_run(w, 0, SIM_MS);
        /* 1 230 400 ps a packet: the light class's second is second, or last. */
        cr_expect_eq(probe_of(f[0])->mark[1].at_ps, (saturated ? 4 : 2) * 1230400);
        vio_world_destroy(w);
    }
}
