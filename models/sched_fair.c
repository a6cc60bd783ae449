/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched_fair.c - self-clocked fair queueing among classes.
 */
#include "models/sched_fair.h"

/* a - b, over the wrap. */
static int64_t fair_apart(uint64_t a, uint64_t b)
{
    return (int64_t)(a - b);
}

static uint64_t fair_cost(const struct vio_fair *f, const struct vio_sched *s, uint32_t tc)
{
    return f->unit[tc] * s->queue[tc].head->wire_B;
}

void vio_fair_init(struct vio_fair *f, const struct vio_sched *s, const double *weight)
{
    double lightest = weight[0];

    *f = (struct vio_fair){0};
    for (uint32_t tc = 1; tc < s->classes; tc++)
        if (weight[tc] < lightest)
            lightest = weight[tc];
    for (uint32_t tc = 0; tc < s->classes; tc++) {
        f->unit[tc] = (uint64_t)(VIO_FAIR_UNIT * (lightest / weight[tc]) + 0.5);
        if (f->unit[tc] == 0)
            f->unit[tc] = 1;
    }
}

void vio_fair_enqueued(struct vio_fair *f, const struct vio_sched *s, const struct vio_packet *p)
{
    const uint32_t tc = vio_sched_class(s, p);

    /* INV: the tag of an idle class's last packet is not after the virtual time, so that is the later of the two. */
    if (s->queue[tc].pkts == 1) {
        f->tag[tc] = f->now + fair_cost(f, s, tc);
        f->held &= ~(1u << tc);
    }
}

int vio_fair_pick(struct vio_fair *f, const struct vio_sched *s, uint32_t candidates, uint32_t blocked)
{
    int best = -1;

    f->held |= blocked;
    for (uint32_t m = candidates; m; m &= m - 1) {
        const int tc = __builtin_ctz(m);

        if (f->held >> tc & 1) {
            const uint64_t again = f->now + fair_cost(f, s, (uint32_t)tc);

            if (fair_apart(again, f->tag[tc]) > 0)
                f->tag[tc] = again;
            f->held &= ~(1u << tc);
        }
        if (best < 0 || fair_apart(f->tag[tc], f->tag[best]) < 0)
            best = tc;
    }
    return best;
}

void vio_fair_sent(struct vio_fair *f, const struct vio_sched *s, uint32_t tc)
{
    if (fair_apart(f->tag[tc], f->now) > 0)
        f->now = f->tag[tc];
    if (s->queue[tc].head)
        f->tag[tc] += fair_cost(f, s, tc);
}

void vio_fair_restart(struct vio_fair *f, const struct vio_sched *s)
{
    for (uint32_t tc = 0; tc < s->classes; tc++)
        if (s->queue[tc].head)
            f->tag[tc] = f->now + fair_cost(f, s, tc);
}
