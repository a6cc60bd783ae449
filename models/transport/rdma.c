/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/rdma.c - a reliable connection of InfiniBand: sends, RDMA writes, RDMA reads.
 *
 * Description  A message is cut into packets of at most the path MTU and handed to the adapter at once; credits of the
 *              links pace it. A write names its place at the far end in the first packet (RETH). The responder
 *              acknowledges the last packet of a send or write (AETH), and the message is done when that is back. A
 * read is a request without data; the data come back with AETH in the first and last packet. Simplified   One
 * acknowledgement per message; no limit of outstanding reads; nothing is repeated: a message of which a packet is
 * dropped has failed. Lossless links do not drop. Source       IBA vol. 1 cl. 9.2 to 9.7; headers facts.md 2.2
 */
#include "models/transport.h"

enum rdma_operation { RDMA_SEND, RDMA_WRITE, RDMA_READ };

struct rdma_config {
    int operation; /* enum rdma_operation */
    uint64_t mtu_B;
};

struct rdma {
    sim_counter lost_pkts;
};

static const struct sim_param rdma_params[] = {
    {"operation", SIM_PARAM_CHOICE, offsetof(struct rdma_config, operation), "write", "send|write|read", NULL,
     "what a message is", "IBA vol. 1 cl. 9.4"},
    {"mtu", SIM_PARAM_SIZE, offsetof(struct rdma_config, mtu_B), "2048B", "256B", "4096B", "data bytes per packet",
     "IBA vol. 1 cl. 7.7; facts.md 2.2"},
    {0}};

static const struct sim_metric rdma_metrics[] = {
    {"lost_pkts", SIM_METRIC_COUNTER, "1", offsetof(struct rdma, lost_pkts), "packets dropped on the way"}, {0}};

static void rdma_init(struct vio_flow *f)
{
    (void)f;
}

/* A trail for the packets of `m` that go along `path` now; NULL without trace. */
static struct vio_trail *rdma_trail(const struct vio_message *m, const struct vio_path *path)
{
    struct vio_flow *f = m->flow;

    return f->world->trace ? vio_trail_open(f, path == f->there ? VIO_THERE : VIO_BACK, false) : NULL;
}

/* A packet of `m` with `size_B` of data, or with flag ACK a request or acknowledgement. */
static void rdma_packet(struct vio_message *m, const struct vio_path *path, uint32_t size_B, enum vio_proto proto,
                        uint8_t flags, struct vio_trail *trail)
{
    struct vio_flow *f = m->flow;
    struct vio_packet *p = vio_packet_take(f->world, f, path, size_B);

    p->proto = (uint8_t)proto;
    p->flags = flags;
    p->io = m;
    if (trail)
        vio_trail_tag(trail, p, flags & (VIO_PACKET_ACK | VIO_PACKET_LAST));
    vio_packet_launch(f->world, p);
}

/* A request or acknowledgement. */
static void rdma_control(struct vio_message *m, const struct vio_path *path, enum vio_proto proto)
{
    struct vio_world *w = m->flow->world;
    struct vio_trail *trail = rdma_trail(m, path);

    rdma_packet(m, path, 0, proto, VIO_PACKET_ACK, trail);
    if (trail)
        vio_trail_release(w, trail);
}

/* The data of `m` along `path`. The fate of the last packet may finish m: it is not touched after that. */
static void rdma_data(struct vio_message *m, const struct vio_path *path, enum vio_proto first, enum vio_proto last)
{
    const struct rdma_config *c = m->flow->config;
    struct vio_world *w = m->flow->world;
    struct vio_trail *trail = rdma_trail(m, path);
    uint64_t unsent_B = m->size_B;
    enum vio_proto proto = first;

    while (unsent_B > 0) {
        uint64_t B = unsent_B < c->mtu_B ? unsent_B : c->mtu_B;

        unsent_B -= B;
        if (!unsent_B && proto == VIO_PROTO_RDMA)
            proto = last;
        rdma_packet(m, path, (uint32_t)B, proto, unsent_B ? 0 : VIO_PACKET_LAST, trail);
        proto = VIO_PROTO_RDMA;
    }
    if (trail)
        vio_trail_release(w, trail);
}

static void rdma_send(struct vio_flow *f, struct vio_message *m)
{
    const struct rdma_config *c = f->config;

    m->left_B = m->size_B; /* neither arrived nor dropped */
    if (c->operation == RDMA_READ)
        rdma_control(m, f->there, VIO_PROTO_RDMA_FIRST);
    else
        rdma_data(m, f->there, c->operation == RDMA_WRITE ? VIO_PROTO_RDMA_FIRST : VIO_PROTO_RDMA, VIO_PROTO_RDMA);
}

static void rdma_receive(struct vio_flow *f, struct vio_packet *p)
{
    const struct rdma_config *c = f->config;
    const bool control = p->flags & VIO_PACKET_ACK;
    const uint32_t B = p->size_B;
    struct vio_message *m = p->io;

    if (p->flags & VIO_PACKET_TRAIL && (control || (m->left_B == B && !m->failed)))
        vio_chain_arrived(m, vio_trail_of(p));
    vio_packet_give(f->world, p);
    if (control && c->operation == RDMA_READ) {
        rdma_data(m, f->back, VIO_PROTO_RDMA_ACK, VIO_PROTO_RDMA_ACK);
    } else if (control) {
        m->done(m);
    } else {
        f->goodput_B += B;
        m->left_B -= B;
        if (m->left_B)
            return;
        if (c->operation == RDMA_READ || m->failed)
            m->done(m);
        else
            rdma_control(m, f->back, VIO_PROTO_RDMA_ACK);
    }
}

static void rdma_dropped(struct vio_flow *f, const struct vio_packet *p)
{
    struct rdma *r = vio_flow_state(f);
    struct vio_message *m = p->io;

    r->lost_pkts++;
    m->failed = true;
    m->left_B -= p->flags & VIO_PACKET_ACK ? m->left_B : p->size_B;
    if (!m->left_B)
        m->done(m);
}

const struct vio_transport_type vio_transport_rdma = {
    .type = "rdma",
    .summary = "InfiniBand reliable connection: sends, RDMA writes and reads",
    .proto = VIO_PROTO_RDMA,
    .state_size = sizeof(struct rdma),
    .config_size = sizeof(struct rdma_config),
    .params = rdma_params,
    .metrics = rdma_metrics,
    .source = "IBA vol. 1 cl. 9",
    .init = rdma_init,
    .send = rdma_send,
    .receive = rdma_receive,
    .dropped = rdma_dropped,
};
