/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/rig/tcp_rig.c - one TCP connection over a cable, with losses and marks on purpose.
 */
#include "tests/rig/tcp_rig.h"

#include <string.h>

#include "sim/kernel/assert.h"

/* Whether the packet is one that the plan names. */
static bool lossy_names(struct rig_lossy *l, const struct vio_packet *p)
{
    if (l->random > 0 && !(l->spare_acks && p->flags & VIO_PACKET_ACK) && sim_uniform(&l->stream) < l->random)
        return true;
    if (p->flags & VIO_PACKET_ACK)
        return false;
    if (l->every && ++l->data_pkts % l->every == 0)
        return true;
    for (uint32_t i = 0; i < l->losses; i++)
        if (l->seq[i] == p->seq && l->times[i] > 0) {
            l->times[i]--;
            return true;
        }
    return false;
}

static void lossy_look(struct rig_lossy *l, struct vio_flow *f)
{
    const struct vio_tcp *t = vio_flow_state(f);

    l->look[l->looks++] = (struct rig_look){.at_ps = sim_now(&f->world->sim),
                                            .ack = t->una,
                                            .cwnd_B = t->cwnd_B,
                                            .ssthresh_B = t->ssthresh_B,
                                            .recovering = t->recovering};
}

static void lossy_receive(struct vio_flow *f, struct vio_packet *p)
{
    struct rig_lossy *l = (struct rig_lossy *)(uintptr_t)f->type;
    const bool is_ack = p->flags & VIO_PACKET_ACK, named = lossy_names(l, p);

    if (!is_ack && l->born < l->born_max)
        l->born_ps[l->born++] = p->born_ps;
    l->lost += named;
    if (named && !l->mark) {
        vio_packet_give(f->world, p);
        return;
    }
    p->flags |= named ? VIO_PACKET_ECN : 0;
    l->real->receive(f, p);
    if (is_ack && l->looks < l->looks_max)
        lossy_look(l, f);
}

void rig_lossy_init(struct rig_lossy *l, const char *type)
{
    *l = (struct rig_lossy){.real = vio_transport_find(type)};
    l->type = *l->real;
    l->type.receive = lossy_receive;
    sim_stream_init(&l->stream, 1, 0, "lossy", "losses");
}

uint64_t rig_counter(struct vio_flow *f, const char *name)
{
    for (const struct sim_metric *m = f->type->metrics; m->name; m++)
        if (strcmp(m->name, name) == 0)
            return *(const sim_counter *)(const void *)((const char *)vio_flow_state(f) + m->offset);
    SIM_ASSERT(!"a metric of the transport");
    return 0;
}

void rig_tcp_build(struct rig_tcp *g, struct rig_lossy *l, sim_time delay_ps, const char *text)
{
    struct vio_egress_config c;
    const struct vio_transport_type *t = l ? &l->type : vio_transport_find("tcp-newreno");

    g->world = vio_world_create(1, 0);
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.delay_ps = delay_ps;
    g->there = vio_egress_create(g->world, "there", &c);
    g->back = vio_egress_create(g->world, "back", &c);
    g->flow = vio_flow_create(g->world, "flow", t, rig_config(g->world, t->params, t->config_size, text),
                              rig_path(g->world, 1, &g->there), rig_path(g->world, 1, &g->back), 0, NULL);
}

static void message_done(struct vio_message *m)
{
    struct rig_message *x = m->owner;

    x->at_ps = *x->next == x->index ? sim_now(&x->flow->world->sim) : -2;
    ++*x->next;
}

static void message_fire(struct sim *sim, struct sim_event *ev)
{
    struct rig_message *x = sim_container_of(ev, struct rig_message, ev);

    (void)sim;
    vio_flow_send(x->flow, &x->m);
}

void rig_message_at(struct rig_message *x, struct vio_flow *f, sim_time at, uint64_t size_B, uint32_t *next)
{
    *x = (struct rig_message){.flow = f, .next = next, .at_ps = -1};
    x->m = (struct vio_message){.size_B = size_B, .done = message_done, .owner = x, .born_ps = at};
    sim_event_init(&x->ev, message_fire);
    sim_at(&f->world->sim, &x->ev, at);
}

sim_time rig_tcp_deliver(struct rig_tcp *g, uint64_t size_B)
{
    struct rig_message x;
    uint32_t next = 0;

    rig_message_at(&x, g->flow, 0, size_B, &next);
    rig_run(g->world, 0, 20 * SIM_S);
    return x.at_ps;
}
