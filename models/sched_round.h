/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched_round.h - deficit round robin among classes, for the schedulers that are or contain one.
 *
 * Backlogged classes stand in a circle. The class whose turn it is receives its quantum once and sends while its head
 * packet fits its deficit; then the turn passes on and the rest of the deficit is kept. A class that empties forfeits
 * its deficit. A class that may not send now (paused, no credit) loses its turn but keeps its deficit.
 * Source: Shreedhar and Varghese, SIGCOMM 1995.
 */
#ifndef MODELS_SCHED_ROUND_H
#define MODELS_SCHED_ROUND_H

#include "models/sched.h"

struct vio_round {
    int64_t deficit_B[VIO_CLASSES];
    int64_t quantum_B[VIO_CLASSES];
    uint32_t turn; /* the class being served */
    bool granted;  /* it has received this round's quantum */
};

/* Quanta in proportion to `weight`, one per class of s; that of the lightest class is the largest packet, so a pick
 * takes O(classes). Classes of weight 0 are never offered to vio_round_pick(). */
static inline void vio_round_init(struct vio_round *r, const struct vio_sched *s, const double *weight)
{
    double lightest = 0;

    for (uint32_t tc = 0; tc < s->classes; tc++)
        if (weight[tc] > 0 && (lightest == 0 || weight[tc] < lightest))
            lightest = weight[tc];
    for (uint32_t tc = 0; tc < s->classes; tc++)
        r->quantum_B[tc] = weight[tc] > 0 ? (int64_t)(weight[tc] / lightest * s->max_wire_B + 0.5) : 0;
}

/* The class of `ready` (not 0) to send next. */
static inline int vio_round_pick(struct vio_round *r, const struct vio_sched *s, uint32_t ready)
{
    for (;;) {
        uint32_t tc = r->turn;

        if (ready >> tc & 1) {
            if (!r->granted) {
                r->deficit_B[tc] += r->quantum_B[tc];
                r->granted = true;
            }
            if (s->queue[tc].head->wire_B <= r->deficit_B[tc])
                return (int)tc;
        }
        /* INV: terminates: a ready class gains a quantum each round, and the smallest quantum fits any packet twice. */
        r->turn = tc + 1 == s->classes ? 0 : tc + 1;
        r->granted = false;
    }
}

/* wire_B bytes of the class just picked were sent. */
static inline void vio_round_sent(struct vio_round *r, const struct vio_sched *s, uint32_t wire_B)
{
    uint32_t tc = r->turn;

    if (s->queue[tc].head)
        r->deficit_B[tc] -= wire_B;
    else
        r->deficit_B[tc] = 0;
}

#endif
