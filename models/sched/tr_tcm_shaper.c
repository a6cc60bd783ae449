/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/tr_tcm_shaper.c - two rates per class; what exceeds the higher one waits.
 *
 * Description  As tr-tcm-policer, but nothing is dropped: a packet that would be red waits until it is not, and packets
 *              within the committed rate of their class go before those beyond it. The QoS of the vHBAs of an I/O
 *              director, whose storage traffic must not be lost.
 * Algorithm    models/meter.h at the head of each class; the green heads first, then the yellow, each by
 *              models/sched_fair.h with weight = CIR, and 1 % of the line for a class without one.
 * Bounds       A class starts at most PBS + PIR t in any window of length t, and at least CIR while it is backlogged
 *              and the sum of CIR is below the line.
 * Simplified   Rates are of wire bytes, framing included.
 * Source       RFC 2698; [S15].
 */
#include "models/meter.h"
#include "models/sched_fair.h"

struct shaper_config {
    sim_time burst_ps;
};

struct shaper {
    struct vio_fair fair;
    struct vio_tr_tcm meter[VIO_CLASSES];
};

static const struct sim_param shaper_params[] = {
    {"burst", SIM_PARAM_TIME, offsetof(struct shaper_config, burst_ps), "10ms", "0s", "10s",
     "cbs and pbs of a class that has none: this long of its cir or pir", "assumption A-101; [S14] uses 1.43 s"},
    {0}};

static void shaper_init(struct vio_sched *s)
{
    const struct shaper_config *c = s->config;
    struct shaper *sh = vio_sched_state(s);
    double weight[VIO_CLASSES];

    for (uint32_t tc = 0; tc < s->classes; tc++) {
        weight[tc] = s->cls[tc].cir_bps ? (double)s->cls[tc].cir_bps : (double)s->rate_bps / 100;
        vio_tr_tcm_init(&sh->meter[tc], &s->cls[tc], c->burst_ps, s->max_wire_B);
    }
    vio_fair_init(&sh->fair, s, weight);
}

static void shaper_enqueued(struct vio_sched *s, const struct vio_packet *p)
{
    struct shaper *sh = vio_sched_state(s);

    vio_fair_enqueued(&sh->fair, s, p);
}

static int shaper_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    struct shaper *sh = vio_sched_state(s);
    uint32_t of[3] = {0}; /* mask by enum vio_colour */

    for (uint32_t m = ready; m; m &= m - 1) {
        const uint32_t tc = (uint32_t)__builtin_ctz(m), B = s->queue[tc].head->wire_B;
        const enum vio_colour colour = vio_tr_tcm_colour(&sh->meter[tc], B, now);

        of[colour] |= 1u << tc;
        if (colour == VIO_RED) {
            const sim_time at_ps = vio_bucket_ready_ps(&sh->meter[tc].peak, B, now);

            *again_at_ps = at_ps < *again_at_ps ? at_ps : *again_at_ps;
        }
    }
    if (!of[VIO_GREEN] && !of[VIO_YELLOW])
        return -1;
    return vio_fair_pick(&sh->fair, s, of[VIO_GREEN] ? of[VIO_GREEN] : of[VIO_YELLOW],
                         vio_fair_backlogged(s) & ~(of[VIO_GREEN] | of[VIO_YELLOW]));
}

static void shaper_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct shaper *sh = vio_sched_state(s);
    const uint32_t tc = vio_sched_class(s, p);
    struct vio_tr_tcm *m = &sh->meter[tc];

    vio_tr_tcm_take(m, vio_tr_tcm_colour(m, p->wire_B, now), p->wire_B, now);
    vio_fair_sent(&sh->fair, s, tc);
}

const struct vio_sched_type vio_sched_tr_tcm_shaper = {
    .type = "tr-tcm-shaper",
    .summary = "two-rate three-colour marker per class: beyond the peak rate delayed, within the committed rate first",
    .state_size = sizeof(struct shaper),
    .config_size = sizeof(struct shaper_config),
    .params = shaper_params,
    .class_keys = "cir, pir, cbs, pbs",
    .shapes = VIO_SHAPES_LIMITED,
    .source = "RFC 2698; [S15]",
    .init = shaper_init,
    .enqueued = shaper_enqueued,
    .pick = shaper_pick,
    .sent = shaper_sent,
};
