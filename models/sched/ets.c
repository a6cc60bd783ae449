/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/ets.c - enhanced transmission selection of data-centre bridging.
 *
 * Description  Strict classes first, by priority; what they leave is shared among the ETS classes by weight. Work-
 *              conserving: the share of an idle class goes to the others in proportion to their weights.
 * Algorithm    Deficit round robin among the ETS classes (models/sched_round.h). The standard's table holds whole per
 *              cents that add up to 100: weights are normalised and rounded to that, at least 1 % each.
 * Bounds       Shares within a packet of the exact ones in the long run; the standard asks for +-10 %.
 * Simplified   The third algorithm of the standard, the credit-based shaper (802.1Qav), is left out: it belongs to
 *              audio and video bridging, not to data centres.
 * Source       IEEE 802.1Q-2018 cl. 37 (802.1Qaz); facts.md 3.1.
 */
#include "models/sched_round.h"

struct ets {
    struct vio_round round;
    uint32_t strict;            /* bit per class */
    uint8_t order[VIO_CLASSES]; /* strict classes, most urgent first */
    uint32_t n_strict;
};

/* Whole per cents of the ETS classes, by largest remainder, at least 1 each; they add up to 100. */
static void ets_per_cents(const struct vio_sched *s, double *per_cent)
{
    double sum = 0, exact[VIO_CLASSES] = {0};
    int left = 100;

    for (uint32_t tc = 0; tc < s->classes; tc++)
        sum += s->cls[tc].strict ? 0 : s->cls[tc].weight;
    for (uint32_t tc = 0; tc < s->classes; tc++) {
        per_cent[tc] = 0;
        if (s->cls[tc].strict)
            continue;
        exact[tc] = 100 * s->cls[tc].weight / sum;
        per_cent[tc] = (int)exact[tc] > 1 ? (int)exact[tc] : 1;
        left -= (int)per_cent[tc];
    }
    while (sum > 0 && left != 0) { /* at most one step per class */
        const int step = left > 0 ? 1 : -1;
        uint32_t most = VIO_CLASSES;

        for (uint32_t tc = 0; tc < s->classes; tc++)
            if (!s->cls[tc].strict && per_cent[tc] + step >= 1 &&
                (most == VIO_CLASSES || step * (exact[tc] - per_cent[tc]) > step * (exact[most] - per_cent[most])))
                most = tc;
        per_cent[most] += step;
        left -= step;
    }
}

static void ets_init(struct vio_sched *s)
{
    struct ets *e = vio_sched_state(s);
    double per_cent[VIO_CLASSES];

    for (uint32_t tc = 0; tc < s->classes; tc++) {
        uint32_t k = e->n_strict;

        if (!s->cls[tc].strict)
            continue;
        e->strict |= 1u << tc;
        for (; k > 0 && s->cls[e->order[k - 1]].priority > s->cls[tc].priority; k--)
            e->order[k] = e->order[k - 1];
        e->order[k] = (uint8_t)tc;
        e->n_strict++;
    }
    ets_per_cents(s, per_cent);
    vio_round_init(&e->round, s, per_cent);
}

static void ets_changed(struct vio_sched *s)
{
    struct ets *e = vio_sched_state(s);
    double per_cent[VIO_CLASSES];

    ets_per_cents(s, per_cent);
    vio_round_init(&e->round, s, per_cent);
}

static int ets_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    struct ets *e = vio_sched_state(s);

    (void)now;
    (void)again_at_ps;
    if (ready & e->strict)
        for (uint32_t i = 0; i < e->n_strict; i++)
            if (ready >> e->order[i] & 1)
                return e->order[i];
    return vio_round_pick(&e->round, s, ready);
}

static void ets_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct ets *e = vio_sched_state(s);

    (void)now;
    if (!(e->strict >> vio_sched_class(s, p) & 1))
        vio_round_sent(&e->round, s, p->wire_B);
}

const struct vio_sched_type vio_sched_ets = {
    .type = "ets",
    .summary =
        "enhanced transmission selection (802.1Qaz): strict classes first, the rest by weight in whole per cents, "
        "work-conserving",
    .state_size = sizeof(struct ets),
    .class_keys = "weight, strict, priority",
    .source = "IEEE 802.1Q-2018 cl. 37 (802.1Qaz)",
    .init = ets_init,
    .changed = ets_changed,
    .pick = ets_pick,
    .sent = ets_sent,
};
