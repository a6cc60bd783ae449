/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/tcp.c - a transport that is one stream: the flow's state is the stream, its messages are the application's.
 */
#include "models/tcp.h"

const struct sim_metric vio_tcp_flow_metrics[] = {
    {"retransmits", SIM_METRIC_COUNTER, "1", offsetof(struct vio_tcp_flow, counts.retransmits), "segments sent again"},
    {"timeouts", SIM_METRIC_COUNTER, "1", offsetof(struct vio_tcp_flow, counts.timeouts), "retransmission timeouts"},
    {"fast_recoveries", SIM_METRIC_COUNTER, "1", offsetof(struct vio_tcp_flow, counts.fast_recoveries),
     "fast retransmits that began a recovery"},
    {"ecn_cuts", SIM_METRIC_COUNTER, "1", offsetof(struct vio_tcp_flow, counts.ecn_cuts),
     "windows cut because of marks"},
    {"ecn_acked", SIM_METRIC_COUNTER, "B", offsetof(struct vio_tcp_flow, counts.acked_B),
     "with ECN: bytes acknowledged"},
    {"ecn_echoed", SIM_METRIC_COUNTER, "B", offsetof(struct vio_tcp_flow, counts.marked_B),
     "of them with the echo of a mark"},
    {0}};

static void tcp_flow_deliver(struct vio_tcp *t, struct vio_message *m, struct vio_trail *trail)
{
    (void)t;
    vio_chain_arrived(m, trail);
    m->done(m);
}

void vio_tcp_flow_init(struct vio_flow *f)
{
    struct vio_tcp_flow *s = vio_flow_state(f);

    s->tcp.counts = &s->counts;
    s->tcp.delivered_B = &f->goodput_B;
    s->tcp.deliver = tcp_flow_deliver;
    vio_tcp_init(&s->tcp, f, VIO_THERE, f->type->tcp, f->config);
}

void vio_tcp_flow_send(struct vio_flow *f, struct vio_message *m)
{
    vio_tcp_send(vio_flow_state(f), m);
}

void vio_tcp_flow_receive(struct vio_flow *f, struct vio_packet *p)
{
    vio_tcp_receive(vio_flow_state(f), p);
}

void vio_tcp_flow_fini(struct vio_flow *f)
{
    vio_tcp_fini(vio_flow_state(f));
}
