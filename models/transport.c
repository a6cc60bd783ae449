/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport.c - what all transports share: building a flow, handing it a message.
 */
#include "models/transport.h"

#include <string.h>

#include "sim/kernel/assert.h"

/* The largest IP packet that fits every hop of `path` (UINT32_MAX if none limits it). */
static uint32_t transport_path_mtu_B(const struct vio_path *path)
{
    uint32_t mtu_B = UINT32_MAX;

    for (uint32_t i = 0; path && i < path->n; i++) {
        uint32_t hop_B = vio_egress_mtu_B(vio_egress_get_config(path->hop[i]));

        if (hop_B && hop_B < mtu_B)
            mtu_B = hop_B;
    }
    return mtu_B;
}

/* A share for each hop of `path`. */
static struct vio_share *transport_account(struct vio_world *w, const struct vio_path *path)
{
    const uint32_t n = path ? path->n : 0;

    SIM_ASSERT(n <= 64); /* bits of struct vio_trail.passed */
    if (n > w->path_max)
        w->path_max = n;
    return sim_arena_alloc(&w->arena, n, sizeof(struct vio_share));
}

struct vio_flow *vio_flow_create(struct vio_world *w, const char *path, const struct vio_transport_type *type,
                                 const void *config, const struct vio_path *there, const struct vio_path *back,
                                 uint8_t tc, struct vio_target *target)
{
    struct vio_flow *f = sim_arena_alloc(&w->arena, 1, sizeof *f + type->state_size);
    uint32_t there_B = transport_path_mtu_B(there), back_B = transport_path_mtu_B(back);

    SIM_ASSERT(type->storage == (target != NULL));
    f->type = type;
    f->world = w;
    f->path = sim_arena_text(&w->arena, path);
    f->there = there;
    f->back = back;
    f->tc = tc;
    f->target = target;
    f->mtu_B = there_B < back_B ? there_B : back_B;
    f->config = config;
    if (!config) {
        void *defaults = sim_arena_alloc(&w->arena, 1, type->config_size ? type->config_size : 1);

        if (type->params)
            sim_param_defaults(type->params, defaults, &w->arena);
        f->config = defaults;
    }
    if (type->metrics)
        sim_metrics_init(type->metrics, vio_flow_state(f), 0);
    if (w->trace) {
        f->account[VIO_THERE] = transport_account(w, there);
        f->account[VIO_BACK] = transport_account(w, back);
    }
    type->init(f);
    *w->flow_tail = f;
    w->flow_tail = &f->next;
    return f;
}

void vio_flow_reset_account(struct vio_flow *f)
{
    if (!f->account[VIO_THERE])
        return;
    memset(f->account[VIO_THERE], 0, f->there->n * sizeof(struct vio_share));
    if (f->back)
        memset(f->account[VIO_BACK], 0, f->back->n * sizeof(struct vio_share));
}

void vio_flow_send(struct vio_flow *f, struct vio_message *m)
{
    m->flow = f;
    m->next = NULL;
    f->type->send(f, m);
}

void vio_target_register(struct vio_world *w, struct vio_target *t)
{
    t->world = w;
    sim_metrics_init(t->metrics, t, 0);
    *w->target_tail = t;
    w->target_tail = &t->next;
}
