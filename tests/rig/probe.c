/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/rig/probe.c - the recording transport and the interval.
 */
#include "tests/rig/probe.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

struct probe_burst {
    struct sim_event ev;
    struct vio_flow *flow;
    uint32_t n, size_B;
};

static void probe_init(struct vio_flow *f)
{
    (void)f;
}

static void probe_launch(struct vio_flow *f, uint32_t size_B, struct vio_message *m)
{
    struct probe *s = vio_flow_state(f);
    struct vio_packet *p = vio_packet_take(f->world, f, f->there, size_B);

    p->seq = s->sent++;
    p->io = m;
    vio_packet_launch(f->world, p);
}

static void probe_send(struct vio_flow *f, struct vio_message *m)
{
    probe_launch(f, (uint32_t)m->size_B, m);
}

static void probe_receive(struct vio_flow *f, struct vio_packet *p)
{
    struct probe *s = vio_flow_state(f);
    struct vio_message *m = p->io;

    s->mark = sim_grow(s->mark, &s->capacity, s->n + 1, sizeof *s->mark);
    s->mark[s->n++] = (struct probe_mark){p->born_ps, sim_now(&f->world->sim), p->seq, p->size_B};
    f->goodput_B += p->size_B;
    vio_packet_give(f->world, p);
    if (m)
        m->done(m);
}

static void probe_dropped(struct vio_flow *f, const struct vio_packet *p)
{
    struct probe *s = vio_flow_state(f);
    struct vio_message *m = p->io;

    s->lost++;
    if (m) {
        m->failed = true;
        m->done(m);
    }
}

static void probe_fini(struct vio_flow *f)
{
    struct probe *s = vio_flow_state(f);

    free(s->mark);
}

static const struct vio_transport_type probe_types[VIO_PROTOS] = {
    [VIO_PROTO_IP] = {.type = "probe-ip",
                      .summary = "records arrivals",
                      .proto = VIO_PROTO_IP,
                      .state_size = sizeof(struct probe),
                      .source = "test",
                      .init = probe_init,
                      .send = probe_send,
                      .receive = probe_receive,
                      .dropped = probe_dropped,
                      .fini = probe_fini},
    [VIO_PROTO_FC] = {.type = "probe-fc",
                      .summary = "records arrivals",
                      .proto = VIO_PROTO_FC,
                      .state_size = sizeof(struct probe),
                      .source = "test",
                      .init = probe_init,
                      .send = probe_send,
                      .receive = probe_receive,
                      .dropped = probe_dropped,
                      .fini = probe_fini},
};

struct vio_flow *probe_flow(struct vio_world *w, const char *name, enum vio_proto proto, const struct vio_path *path,
                            uint8_t tc)
{
    return vio_flow_create(w, name, &probe_types[proto], NULL, path, path, tc, NULL);
}

const struct probe *probe_of(struct vio_flow *f)
{
    return vio_flow_state(f);
}

static void probe_fire(struct sim *sim, struct sim_event *ev)
{
    struct probe_burst *b = sim_container_of(ev, struct probe_burst, ev);

    (void)sim;
    for (uint32_t i = 0; i < b->n; i++)
        probe_launch(b->flow, b->size_B, NULL);
}

void probe_send_at(struct vio_flow *f, sim_time at, uint32_t n, uint32_t size_B)
{
    struct probe_burst *b = sim_arena_alloc(&f->world->arena, 1, sizeof *b);

    sim_event_init(&b->ev, probe_fire);
    b->flow = f;
    b->n = n;
    b->size_B = size_B;
    sim_at(&f->world->sim, &b->ev, at);
}

struct rig_interval rig_interval(const double *x, int n)
{
    double sum = 0, squares = 0, mean;

    for (int i = 0; i < n; i++)
        sum += x[i];
    mean = sum / n;
    for (int i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return (struct rig_interval){mean, gsl_cdf_tdist_Pinv(0.9995, n - 1) * sqrt(squares / (n - 1) / n)};
}

bool rig_holds(struct rig_interval i, double value)
{
    return fabs(i.mean - value) <= i.half;
}
