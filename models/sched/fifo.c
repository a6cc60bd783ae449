/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/fifo.c - first in, first out over all classes.
 *
 * Description  Sends packets in order of arrival, whatever their class. A class that may not send (paused, no credit)
 *              does not hold up the others.
 * Algorithm    The ready class whose head packet arrived first; among equals the lower class.
 * Source       [SK] definition; classes keep their own queues only so that pause and credit can tell them apart.
 */
#include "models/sched.h"

static int fifo_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    (void)now;
    (void)again_at_ps;
    return vio_sched_first(s, ready);
}

const struct vio_sched_type vio_sched_fifo = {
    .type = "fifo",
    .summary = "first in, first out over all classes",
    .source = "definition",
    .pick = fifo_pick,
};
