/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/processor.c - work on a core, and how busy a processor is.
 *
 * Work travels as a packet over a path of one hop, the core. So it waits, is served and is accounted for like any other
 * packet there, and an I/O's chain of trails begins with the driver's.
 */
#include "models/processor.h"

#include <math.h>

#include "sim/kernel/assert.h"

struct work { /* state of the flow */
    uint32_t work_B;
};

static void work_init(struct vio_flow *f)
{
    (void)f;
}

static void work_send(struct vio_flow *f, struct vio_message *m)
{
    const struct work *s = vio_flow_state(f);
    struct vio_packet *p = vio_packet_take(f->world, f, f->there, s->work_B ? s->work_B : (uint32_t)m->size_B);

    p->io = m;
    p->flags = VIO_PACKET_LAST;
    if (f->world->trace && f->onward) {
        struct vio_trail *t = vio_trail_open(f, VIO_THERE, false);

        vio_trail_tag(t, p, true);
        vio_trail_release(f->world, t);
    }
    vio_packet_launch(f->world, p);
}

static void work_over(struct vio_flow *f, struct vio_message *m)
{
    if (f->onward)
        vio_flow_send(f->onward, m);
    else
        m->done(m);
}

static void work_receive(struct vio_flow *f, struct vio_packet *p)
{
    struct vio_message *m = p->io;

    if (p->flags & VIO_PACKET_TRAIL)
        vio_chain_arrived(m, vio_trail_of(p));
    vio_packet_give(f->world, p);
    work_over(f, m);
}

static void work_dropped(struct vio_flow *f, const struct vio_packet *p)
{
    work_over(f, p->io);
}

static const struct vio_transport_type processor_work = {
    .type = "work",
    .summary = "work on a core",
    .proto = VIO_PROTO_IP,
    .state_size = sizeof(struct work),
    .source = "docs/models/host.md",
    .init = work_init,
    .send = work_send,
    .receive = work_receive,
    .dropped = work_dropped,
};

struct vio_flow *vio_processor_flow(struct vio_world *w, const char *path, struct vio_egress *core, uint8_t tc,
                                    uint32_t work_B, struct vio_flow *onward)
{
    struct vio_path *there = sim_arena_alloc(&w->arena, 1, sizeof *there);
    struct vio_egress **hop = sim_arena_alloc(&w->arena, 2, sizeof(*hop));
    struct vio_flow *f;

    hop[0] = core;
    *there = (struct vio_path){.n = 1, .hop = hop};
    f = vio_flow_create(w, path, &processor_work, NULL, there, NULL, tc, NULL);
    f->onward = onward;
    ((struct work *)vio_flow_state(f))->work_B = work_B;
    return f;
}

void vio_processor_move(struct vio_flow *f, struct vio_egress *core)
{
    struct vio_path *there;
    struct vio_egress **hop;

    if (f->there->hop[0] == core)
        return;
    there = sim_arena_alloc(&f->world->arena, 1, sizeof *there);
    hop = sim_arena_alloc(&f->world->arena, 2, sizeof(*hop));
    hop[0] = core;
    *there = (struct vio_path){.n = 1, .hop = hop};
    vio_flow_move(f, there, NULL);
}

uint32_t vio_processor_work_B(const struct vio_egress *core, sim_time work_ps)
{
    const struct vio_egress_config *c = vio_egress_get_config(core);
    const sim_time rest_ps = work_ps > c->fixed_ps ? work_ps - c->fixed_ps : 0;
    const uint64_t B = vio_link_B_in(c->rate_bps, rest_ps);

    SIM_ASSERT(B < UINT32_MAX);
    return B ? (uint32_t)B : 1;
}

void vio_processor_register(struct vio_world *w, struct vio_processor *p)
{
    *w->processor_tail = p;
    w->processor_tail = &p->next;
}

double vio_processor_use(const struct vio_processor *p, sim_time now, sim_time measure_ps, double *io)
{
    const double span_ps = (double)measure_ps * p->cores;
    double busy_ps = 0;

    SIM_ASSERT(p->cores > 0);
    for (uint32_t i = 0; i < p->n; i++)
        busy_ps += (double)vio_egress_totals(p->core[i], now).busy_ps;
    *io = fmax(busy_ps - (double)p->compute_ps, 0) / span_ps;
    return busy_ps / span_ps + p->set_aside / p->cores;
}
