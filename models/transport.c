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
    f->disk = target ? w->n_disks++ : 0;
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

static void transport_reset(const struct vio_path *path, struct vio_share *account)
{
    if (path)
        memset(account, 0, path->n * sizeof *account);
}

void vio_port_join(struct vio_port *port, struct vio_flow *f)
{
    f->port = port;
    f->port_next = port->last ? port->last->port_next : f;
    if (port->last)
        port->last->port_next = f;
    port->last = f;
}

void vio_flow_reset_account(struct vio_flow *f)
{
    if (!f->account[VIO_THERE])
        return;
    transport_reset(f->there, f->account[VIO_THERE]);
    transport_reset(f->back, f->account[VIO_BACK]);
    for (struct vio_former *old = f->former; old; old = old->next)
        for (int way = 0; way < VIO_WAYS; way++)
            transport_reset(old->path[way], old->account[way]);
}

void vio_flow_send(struct vio_flow *f, struct vio_message *m)
{
    m->flow = f;
    m->next = NULL;
    if (f->detached) {
        *f->waiting_tail = m;
        f->waiting_tail = &m->next;
        return;
    }
    f->type->send(f, m);
}

void vio_flow_move(struct vio_flow *f, const struct vio_path *there, const struct vio_path *back)
{
    struct vio_world *w = f->world;

    if (there != f->there || back != f->back) {
        struct vio_former *old = sim_arena_alloc(&w->arena, 1, sizeof *old);

        *old = (struct vio_former){
            .next = f->former, .path = {f->there, f->back}, .account = {f->account[VIO_THERE], f->account[VIO_BACK]}};
        f->former = old;
        for (int way = 0; w->trace && way < VIO_WAYS; way++)
            f->account[way] = transport_account(w, way == VIO_THERE ? there : back);
    }
    f->there = there;
    f->back = back;
    if (!f->detached && f->type->moved)
        f->type->moved(f);
}

void vio_flow_detach(struct vio_flow *f, const struct vio_path *nowhere)
{
    if (!f->detached)
        f->waiting_tail = &f->waiting;
    f->detached = true;
    vio_flow_move(f, nowhere, nowhere);
}

void vio_flow_attach(struct vio_flow *f, const struct vio_path *there, const struct vio_path *back)
{
    struct vio_message *m = f->waiting;

    SIM_ASSERT(f->detached);
    f->detached = false;
    f->waiting = NULL;
    vio_flow_move(f, there, back);
    while (m) {
        struct vio_message *next = m->next;

        vio_flow_send(f, m);
        m = next;
    }
}

void vio_target_register(struct vio_world *w, struct vio_target *t)
{
    t->world = w;
    sim_metrics_init(t->metrics, t, 0);
    *w->target_tail = t;
    w->target_tail = &t->next;
}
