/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/fifo.c - first in, first out over all classes.
 *
 * Description  Sends packets in order of arrival, whatever their class. A class that may not send (paused, no credit)
 * does not hold up the others. Algorithm    The ready class whose head packet arrived first; among equals the lower
 * class. Source       [SK] definition; classes keep their own queues only so that pause and credit can tell them apart.
 */
#include "models/sched.h"

static void fifo_init(struct vio_sched *s)
{
    (void)s;
}

static int fifo_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    int best = -1;
    sim_time first_ps = SIM_TIME_NEVER;

    (void)now;
    (void)again_at_ps;
    for (; ready; ready &= ready - 1) {
        int tc = __builtin_ctz(ready);
        sim_time enq_ps = s->queue[tc].head->enq_ps;

        if (enq_ps < first_ps) {
            first_ps = enq_ps;
            best = tc;
        }
    }
    return best;
}

const struct vio_sched_type vio_sched_fifo = {
    .type = "fifo",
    .summary = "first in, first out over all classes",
    .source = "definition",
    .init = fifo_init,
    .pick = fifo_pick,
};
