/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/tr_tcm_policer.c - two rates per class; what exceeds the higher one is dropped.
 *
 * Description  Every arriving packet is marked by the two-rate three-colour marker of its class: green within the
 *              committed rate (CIR, CBS), yellow within the peak rate (PIR, PBS), red beyond. Red is dropped at once
 *              and counted as policed. What waits is sent in proportion to the committed rates, so the committed rate
 *              of every class is kept as long as they add up to less than the line. The QoS of the vNICs of an I/O
 *              director.
 * Algorithm    models/meter.h at the door; models/sched_fair.h among the classes, weight = CIR, and 1 % of the line for
 *              a class without one.
 * Bounds       A class enters at most PBS + PIR t in any window of length t. With the sum of CIR at 90 % of the line
 *              each class gets its CIR within 5 % [S12].
 * Simplified   Rates are of wire bytes, framing included. Yellow packets are neither remarked nor dropped first.
 * Source       RFC 2698; [S12] [S13] [S14].
 */
#include <stdio.h>

#include "models/meter.h"
#include "models/sched_fair.h"

struct policer_config {
    sim_time burst_ps;
};

struct policer {
    struct vio_fair fair;
    struct vio_tr_tcm meter[VIO_CLASSES];
};

static const struct sim_param policer_params[] = {
    {"burst", SIM_PARAM_TIME, offsetof(struct policer_config, burst_ps), "10ms", "0s", "10s",
     "cbs and pbs of a class that has none: this long of its cir or pir", "assumption A-101; [S14] uses 1.43 s"},
    {0}};

static bool policer_check(const void *config, const struct vio_class_config *cls, uint32_t classes, uint64_t rate_bps,
                          char *why, size_t why_size)
{
    (void)config;
    (void)rate_bps;
    for (uint32_t tc = 0; tc < classes; tc++)
        if (cls[tc].lossless && cls[tc].pir_bps) {
            snprintf(why, why_size,
                     "class number %u is lossless and has a pir, and a policer drops what exceeds it; tr-tcm-shaper "
                     "delays instead",
                     tc + 1);
            return false;
        }
    return true;
}

static void policer_init(struct vio_sched *s)
{
    const struct policer_config *c = s->config;
    struct policer *po = vio_sched_state(s);
    double weight[VIO_CLASSES];

    for (uint32_t tc = 0; tc < s->classes; tc++) {
        weight[tc] = s->cls[tc].cir_bps ? (double)s->cls[tc].cir_bps : (double)s->rate_bps / 100;
        vio_tr_tcm_init(&po->meter[tc], &s->cls[tc], c->burst_ps, s->max_wire_B);
    }
    vio_fair_init(&po->fair, s, weight);
}

static void policer_changed(struct vio_sched *s)
{
    const struct policer_config *c = s->config;
    struct policer *po = vio_sched_state(s);

    for (uint32_t tc = 0; tc < s->classes; tc++)
        vio_tr_tcm_init(&po->meter[tc], &s->cls[tc], c->burst_ps, s->max_wire_B);
}

static bool policer_admit(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct policer *po = vio_sched_state(s);
    struct vio_tr_tcm *m = &po->meter[vio_sched_class(s, p)];
    enum vio_colour colour = vio_tr_tcm_colour(m, p->wire_B, now);

    vio_tr_tcm_take(m, colour, p->wire_B, now);
    return colour != VIO_RED;
}

static void policer_enqueued(struct vio_sched *s, const struct vio_packet *p)
{
    struct policer *po = vio_sched_state(s);

    vio_fair_enqueued(&po->fair, s, p);
}

static int policer_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    struct policer *po = vio_sched_state(s);

    (void)now;
    (void)again_at_ps;
    return vio_fair_pick(&po->fair, s, ready, vio_fair_backlogged(s) & ~ready);
}

static void policer_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct policer *po = vio_sched_state(s);

    (void)now;
    vio_fair_sent(&po->fair, s, vio_sched_class(s, p));
}

const struct vio_sched_type vio_sched_tr_tcm_policer = {
    .type = "tr-tcm-policer",
    .summary = "two-rate three-colour marker per class: beyond the peak rate dropped, the rest in proportion to the "
               "committed rates, work-conserving",
    .state_size = sizeof(struct policer),
    .config_size = sizeof(struct policer_config),
    .params = policer_params,
    .class_keys = "cir, pir, cbs, pbs",
    .source = "RFC 2698; [S12] [S13] [S14]",
    .check = policer_check,
    .init = policer_init,
    .changed = policer_changed,
    .admit = policer_admit,
    .enqueued = policer_enqueued,
    .pick = policer_pick,
    .sent = policer_sent,
};
