/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/session.c - storage over TCP: two streams and the tasks that share them.
 *
 * A protocol unit is a message of the world's pool: owner the task, at_stream the I/O whose time it explains or NULL.
 */
#include "models/session.h"

#include <string.h>

#include "sim/kernel/assert.h"

const struct sim_metric vio_session_metrics[] = {
    {"retransmits", SIM_METRIC_COUNTER, "1", offsetof(struct vio_session, counts.retransmits), "segments sent again"},
    {"timeouts", SIM_METRIC_COUNTER, "1", offsetof(struct vio_session, counts.timeouts), "retransmission timeouts"},
    {"fast_recoveries", SIM_METRIC_COUNTER, "1", offsetof(struct vio_session, counts.fast_recoveries),
     "fast retransmits that began a recovery"},
    {"ecn_cuts", SIM_METRIC_COUNTER, "1", offsetof(struct vio_session, counts.ecn_cuts),
     "windows cut because of marks"},
    {"stream", SIM_METRIC_COUNTER, "B", offsetof(struct vio_session, stream_B),
     "bytes of both streams in order, protocol units included"},
    {0}};

static void session_deliver(struct vio_tcp *t, struct vio_message *unit, struct vio_trail *trail)
{
    if (unit->at_stream)
        vio_chain_arrived(unit->at_stream, trail);
    unit->done(unit);
    sim_pool_give(&t->flow->world->messages, unit);
}

/* The variant of TCP that the choice names, and its config: our settings, the defaults of what is its own. */
static const struct vio_transport_type *session_tcp(struct vio_flow *f, const struct vio_tcp_config **config)
{
    const struct vio_session_config *c = f->config;
    const char *name = VIO_SESSION_CONGESTION;
    const struct vio_transport_type *type = NULL;
    struct vio_tcp_config *tcp;
    char word[32];

    for (int i = 0; i < c->congestion; i++)
        name = strchr(name, '|') + 1;
    SIM_ASSERT(strcspn(name, "|") < sizeof word);
    memcpy(word, name, strcspn(name, "|"));
    word[strcspn(name, "|")] = '\0';
    type = vio_transport_find(word);
    SIM_ASSERT(type && type->tcp);
    tcp = sim_arena_alloc(&f->world->arena, 1, type->config_size);
    sim_param_defaults(type->params, tcp, &f->world->arena);
    *tcp = c->tcp;
    *config = tcp;
    return type;
}

void vio_session_init(struct vio_flow *f, uint32_t depth, void (*start)(struct vio_task *x))
{
    struct vio_session *s = vio_flow_state(f);
    const struct vio_tcp_config *config;
    const struct vio_transport_type *type = session_tcp(f, &config);

    for (int way = 0; way < VIO_WAYS; way++) {
        s->stream[way].reverse = &s->stream[way == VIO_THERE ? VIO_BACK : VIO_THERE];
        s->stream[way].counts = &s->counts;
        s->stream[way].delivered_B = &s->stream_B;
        s->stream[way].deliver = session_deliver;
        vio_tcp_init(&s->stream[way], f, (enum vio_way)way, type->tcp, config);
    }
    s->flow = f;
    s->depth = depth;
    s->start = start;
    s->waiting_tail = &s->waiting;
    s->task = sim_arena_alloc(&f->world->arena, depth, sizeof *s->task);
    for (uint32_t i = 0; i < depth; i++)
        s->task[i].session = s;
}

static void session_open(struct vio_task *x, struct vio_message *m)
{
    x->m = m;
    x->arrived_B = 0;
    x->bursts = 0;
    m->at_transport = x;
    vio_chain_attempt(m);
    x->session->start(x);
}

void vio_session_submit(struct vio_session *s, struct vio_message *m)
{
    m->next = NULL;
    if (!s->waiting)
        for (uint32_t i = 0; i < s->depth; i++)
            if (!s->task[i].m) {
                session_open(&s->task[i], m);
                return;
            }
    *s->waiting_tail = m;
    s->waiting_tail = &m->next;
}

struct vio_message *vio_session_close(struct vio_task *x)
{
    struct vio_session *s = x->session;
    struct vio_message *m = x->m, *next = s->waiting;

    x->m = NULL;
    if (next) {
        s->waiting = next->next;
        if (!s->waiting)
            s->waiting_tail = &s->waiting;
        session_open(x, next);
    }
    return m;
}

void vio_session_send(struct vio_task *x, enum vio_way way, uint64_t size_B, vio_message_fn *arrived, bool explains)
{
    struct vio_session *s = x->session;
    struct vio_message *unit = sim_pool_take(&s->flow->world->messages);

    unit->next = NULL;
    unit->size_B = size_B;
    unit->done = arrived;
    unit->owner = x;
    unit->at_stream = explains ? x->m : NULL;
    unit->flow = s->flow;
    vio_tcp_send(&s->stream[way], unit);
}

void vio_session_serve(struct vio_task *x, vio_message_fn *ready)
{
    struct vio_target *target = x->session->flow->target;

    vio_chain_attempt(x->m); /* what no unit of it explains, later bursts, is time in the transport */
    target->submit(target, x->m, ready);
}

void vio_session_receive(struct vio_flow *f, struct vio_packet *p)
{
    (void)f;
    vio_tcp_receive(p->io, p);
}

void vio_session_fini(struct vio_flow *f)
{
    struct vio_session *s = vio_flow_state(f);

    for (int way = 0; way < VIO_WAYS; way++)
        vio_tcp_fini(&s->stream[way]);
}
