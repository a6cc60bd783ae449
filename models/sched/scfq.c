/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/scfq.c - self-clocked fair queueing.
 *
 * Description  Shares a transmitter among backlogged classes in proportion to their weights, packet by packet: the
 *              weighted fair queueing of routers without its simulated fluid server. Where drr sends a quantum of each
 *              class at a time, scfq interleaves single packets, so a light class waits less for a heavy one.
 * Algorithm    models/sched_fair.h
 * Bounds       Over any interval in which classes i and j stay ready, |S_i/w_i - S_j/w_j| <= L_i/w_i + L_j/w_j, with
 *              L the largest packets (Source, fairness theorem).
 * Source       Golestani, "A self-clocked fair queueing scheme for broadband applications", INFOCOM 1994.
 */
#include <string.h>

#include "models/sched_fair.h"

static void scfq_init(struct vio_sched *s)
{
    double weight[VIO_CLASSES];

    for (uint32_t tc = 0; tc < s->classes; tc++)
        weight[tc] = s->cls[tc].weight;
    vio_fair_init(vio_sched_state(s), s, weight);
}

static void scfq_changed(struct vio_sched *s)
{
    struct vio_fair *f = vio_sched_state(s);
    const struct vio_fair before = *f;

    scfq_init(s);
    memcpy(f->tag, before.tag, sizeof f->tag);
    f->now = before.now;
    f->held = before.held;
}

static void scfq_enqueued(struct vio_sched *s, const struct vio_packet *p)
{
    vio_fair_enqueued(vio_sched_state(s), s, p);
}

static int scfq_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    (void)now;
    (void)again_at_ps;
    return vio_fair_pick(vio_sched_state(s), s, ready, vio_fair_backlogged(s) & ~ready);
}

static void scfq_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    (void)now;
    vio_fair_sent(vio_sched_state(s), s, vio_sched_class(s, p));
}

const struct vio_sched_type vio_sched_scfq = {
    .type = "scfq",
    .summary = "self-clocked fair queueing: weighted shares in bytes, packet by packet, work-conserving",
    .state_size = sizeof(struct vio_fair),
    .class_keys = "weight",
    .source = "Golestani, INFOCOM 1994",
    .init = scfq_init,
    .changed = scfq_changed,
    .enqueued = scfq_enqueued,
    .pick = scfq_pick,
    .sent = scfq_sent,
};
