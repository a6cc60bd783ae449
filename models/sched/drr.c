/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/drr.c - deficit round robin.
 *
 * Description  Shares a transmitter among backlogged classes in proportion to their weights, in wire bytes, at O(1) per
 *              packet: the quantum of the lightest class is the largest packet.
 * Algorithm    Backlogged classes stand in a circle. The class whose turn it is receives its quantum once and sends
 * while its head packet fits its deficit; then the turn passes on and the rest of the deficit is kept. A class that
 * empties forfeits its deficit. A class that may not send now (paused, no credit) loses its turn but keeps its deficit.
 * Bounds       Over any interval in which classes i and j stay ready, |S_i/w_i - S_j/w_j| stays below one round of
 * quanta plus the largest packet (Source, fairness theorem). Source       Shreedhar and Varghese, "Efficient fair
 * queueing using deficit round robin", SIGCOMM 1995.
 */
#include "models/sched.h"

struct drr {
    int64_t deficit_B[VIO_CLASSES];
    int64_t quantum_B[VIO_CLASSES];
    uint32_t turn; /* the class being served */
    bool granted;  /* it has received this round's quantum */
};

static void drr_init(struct vio_sched *s)
{
    struct drr *d = vio_sched_state(s);
    double lightest = s->cls[0].weight;

    for (uint32_t tc = 1; tc < s->classes; tc++)
        if (s->cls[tc].weight < lightest)
            lightest = s->cls[tc].weight;
    for (uint32_t tc = 0; tc < s->classes; tc++)
        d->quantum_B[tc] = (int64_t)(s->cls[tc].weight / lightest * s->max_wire_B + 0.5);
}

static int drr_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    struct drr *d = vio_sched_state(s);

    (void)now;
    (void)again_at_ps;
    for (;;) {
        uint32_t tc = d->turn;

        if (ready >> tc & 1) {
            if (!d->granted) {
                d->deficit_B[tc] += d->quantum_B[tc];
                d->granted = true;
            }
            if (s->queue[tc].head->wire_B <= d->deficit_B[tc])
                return (int)tc;
        }
        /* INV: terminates: a ready class gains a quantum each round, and the smallest quantum fits any packet twice. */
        d->turn = tc + 1 == s->classes ? 0 : tc + 1;
        d->granted = false;
    }
}

static void drr_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct drr *d = vio_sched_state(s);
    uint32_t tc = d->turn;

    (void)now;
    if (s->queue[tc].head)
        d->deficit_B[tc] -= p->wire_B;
    else
        d->deficit_B[tc] = 0;
}

const struct vio_sched_type vio_sched_drr = {
    .type = "drr",
    .summary = "deficit round robin: weighted shares in bytes, work-conserving",
    .state_size = sizeof(struct drr),
    .source = "Shreedhar and Varghese, SIGCOMM 1995",
    .init = drr_init,
    .pick = drr_pick,
    .sent = drr_sent,
};
