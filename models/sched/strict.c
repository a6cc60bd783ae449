/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/strict.c - strict priority, non-preemptive.
 *
 * Description  The ready class of the most urgent priority sends; a packet on the wire is never interrupted.
 * Bounds       The most urgent class waits at most for one largest packet of the others, plus its own.
 * Source       IEEE 802.1Q cl. 8.6.8.1; waiting times: Cobham 1954.
 */
#include "models/sched.h"

struct strict {
    uint8_t order[VIO_CLASSES]; /* classes, most urgent first */
};

static void strict_init(struct vio_sched *s)
{
    struct strict *st = vio_sched_state(s);

    for (uint32_t i = 0; i < s->classes; i++) { /* insertion sort: equal priorities keep the order of classes */
        uint32_t k = i;

        for (; k > 0 && s->cls[st->order[k - 1]].priority > s->cls[i].priority; k--)
            st->order[k] = st->order[k - 1];
        st->order[k] = (uint8_t)i;
    }
}

static int strict_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    const struct strict *st = vio_sched_state(s);

    (void)now;
    (void)again_at_ps;
    for (uint32_t i = 0; i < s->classes; i++)
        if (ready >> st->order[i] & 1)
            return st->order[i];
    return -1;
}

const struct vio_sched_type vio_sched_strict = {
    .type = "strict",
    .summary = "strict priority between classes, non-preemptive",
    .state_size = sizeof(struct strict),
    .class_keys = "priority",
    .source = "IEEE 802.1Q cl. 8.6.8.1",
    .init = strict_init,
    .pick = strict_pick,
};
