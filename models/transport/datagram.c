/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/datagram.c - datagrams: send and forget.
 *
 * A message is cut into packets of at most the MTU and sent at once. It is done when all its packets have arrived or
 * were dropped; in the second case it has failed. The application's peer would never know (UDP, RFC 768); the books do.
 */
#include "models/transport.h"

struct datagram_config {
    uint64_t header_B;
    uint64_t mtu_B;
};

struct datagram {
    sim_counter lost_pkts;
};

static const struct sim_param datagram_params[] = {
    {"header", SIM_PARAM_SIZE, offsetof(struct datagram_config, header_B), "28B", "0B", "128B",
     "IP and UDP headers in every packet", "RFC 791, RFC 768"},
    {"mtu", SIM_PARAM_SIZE, offsetof(struct datagram_config, mtu_B), "0B", "0B", "1GiB",
     "largest packet, headers included; 0B = what the path carries", "design choice"},
    {0}};

static const struct sim_metric datagram_metrics[] = {
    {"lost_pkts", SIM_METRIC_COUNTER, "1", offsetof(struct datagram, lost_pkts), "packets dropped on the way"}, {0}};

static void datagram_init(struct vio_flow *f)
{
    (void)f;
}

/* The packets of a message share a trail, of which the last one tells. */
static __attribute__((cold)) void datagram_trace(struct vio_message *m, struct vio_packet *p, bool first, bool last)
{
    if (first)
        m->at_transport = vio_trail_open(m->flow, VIO_THERE, false);
    vio_trail_tag(m->at_transport, p, last);
    if (last)
        vio_trail_release(m->flow->world, m->at_transport);
}

static void datagram_send(struct vio_flow *f, struct vio_message *m)
{
    const struct datagram_config *c = f->config;
    uint64_t mtu_B = c->mtu_B ? c->mtu_B : f->mtu_B;
    uint64_t payload_B = mtu_B - c->header_B, unsent_B = m->size_B;

    m->left_B = m->size_B; /* neither arrived nor dropped */
    while (unsent_B > 0) { /* the drop of the last packet may finish m: not touched after the launch */
        uint64_t B = unsent_B < payload_B ? unsent_B : payload_B;
        struct vio_packet *p = vio_packet_take(f->world, f, f->there, (uint32_t)(B + c->header_B));

        unsent_B -= B;
        p->ack = B;
        p->io = m;
        if (f->world->trace)
            datagram_trace(m, p, B == m->size_B - unsent_B, !unsent_B);
        vio_packet_launch(f->world, p);
    }
}

/* B bytes of m have met their fate. */
static void datagram_settle(struct vio_message *m, uint64_t B)
{
    m->left_B -= B;
    if (!m->left_B)
        m->done(m);
}

/* p arrives with B bytes: perhaps the last ones. */
static __attribute__((cold)) void datagram_explain(struct vio_message *m, const struct vio_packet *p, uint64_t B)
{
    if (m->left_B == B && !m->failed)
        vio_chain_arrived(m, vio_trail_of(p));
}

static void datagram_receive(struct vio_flow *f, struct vio_packet *p)
{
    struct vio_message *m = p->io;
    uint64_t B = p->ack;

    f->goodput_B += B;
    if (p->flags & VIO_PACKET_TRAIL)
        datagram_explain(m, p, B);
    vio_packet_give(f->world, p);
    datagram_settle(m, B);
}

static void datagram_dropped(struct vio_flow *f, const struct vio_packet *p)
{
    struct datagram *d = vio_flow_state(f);
    struct vio_message *m = p->io;

    d->lost_pkts++;
    m->failed = true;
    datagram_settle(m, p->ack);
}

const struct vio_transport_type vio_transport_datagram = {
    .type = "datagram",
    .summary = "datagrams (UDP): no acknowledgement, no retransmission",
    .proto = VIO_PROTO_IP,
    .state_size = sizeof(struct datagram),
    .config_size = sizeof(struct datagram_config),
    .params = datagram_params,
    .metrics = datagram_metrics,
    .source = "RFC 768",
    .init = datagram_init,
    .send = datagram_send,
    .receive = datagram_receive,
    .dropped = datagram_dropped,
};
