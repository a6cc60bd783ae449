/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/drr.c - deficit round robin.
 *
 * Description  Shares a transmitter among backlogged classes in proportion to their weights, in wire bytes, at O(1) per
 *              packet: the quantum of the lightest class is the largest packet.
 * Algorithm    models/sched_round.h
 * Bounds       Over any interval in which classes i and j stay ready, |S_i/w_i - S_j/w_j| stays below one round of
 *              quanta plus the largest packet (Source, fairness theorem).
 * Source       Shreedhar and Varghese, "Efficient fair queueing using deficit round robin", SIGCOMM 1995.
 */
#include "models/sched_round.h"

static void drr_init(struct vio_sched *s)
{
    double weight[VIO_CLASSES];

    for (uint32_t tc = 0; tc < s->classes; tc++)
        weight[tc] = s->cls[tc].weight;
    vio_round_init(vio_sched_state(s), s, weight);
}

static int drr_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    (void)now;
    (void)again_at_ps;
    return vio_round_pick(vio_sched_state(s), s, ready);
}

static void drr_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    (void)now;
    vio_round_sent(vio_sched_state(s), s, p->wire_B);
}

const struct vio_sched_type vio_sched_drr = {
    .type = "drr",
    .summary = "deficit round robin: weighted shares in bytes, work-conserving",
    .state_size = sizeof(struct vio_round),
    .class_keys = "weight",
    .source = "Shreedhar and Varghese, SIGCOMM 1995",
    .init = drr_init,
    .changed = drr_init, /* quanta only: deficits and the turn are kept */
    .pick = drr_pick,
    .sent = drr_sent,
};
