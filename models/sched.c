/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched.c - what all schedulers share: construction, and order of arrival.
 */
#include "models/sched.h"

#include "sim/kernel/assert.h"

struct vio_sched *vio_sched_create(struct sim_arena *arena, const struct vio_sched_type *type, const void *config,
                                   const struct vio_class_config *cls, uint32_t classes, uint64_t rate_bps,
                                   uint32_t max_wire_B)
{
    struct vio_sched *s = sim_arena_alloc(arena, 1, sizeof *s + type->state_size);

    SIM_ASSERT(classes >= 1 && classes <= VIO_CLASSES && rate_bps > 0);
    s->type = type;
    s->classes = classes;
    s->max_wire_B = max_wire_B;
    s->rate_bps = rate_bps;
    s->arena = arena;
    s->config = config;
    if (!config && type->params) {
        void *defaults = sim_arena_alloc(arena, 1, type->config_size);

        sim_param_defaults(type->params, defaults, arena);
        s->config = defaults;
    }
    for (uint32_t tc = 0; tc < classes; tc++) {
        s->cls[tc] = cls[tc];
        s->queue[tc].tail = &s->queue[tc].head;
    }
    if (type->init)
        type->init(s);
    return s;
}

void vio_sched_each(struct vio_sched *s, void (*visit)(struct vio_packet *p, void *arg), void *arg)
{
    if (s->type->each) {
        s->type->each(s, visit, arg);
        return;
    }
    for (uint32_t tc = 0; tc < s->classes; tc++)
        for (struct vio_packet *p = s->queue[tc].head; p; p = p->next)
            visit(p, arg);
}

int vio_sched_first(const struct vio_sched *s, uint32_t ready)
{
    int best = -1;
    sim_time first_ps = SIM_TIME_NEVER;

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
