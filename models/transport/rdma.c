/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/rdma.c - a queue pair of a reliable connection: sends, RDMA writes, RDMA reads.
 *
 * Description  At most `outstanding` work requests are in flight, reads at most `reads`; others wait in order. The
 *              engine of the queue pair starts them one by one: `message_time` each, and its bytes at `engine_rate`.
 *              Then the data: up to `inline` bytes came with the work request, for which the processor copies at
 *              `inline_rate`; more are fetched from memory, a round trip of `fetch` over the slot, many at a time but
 *              in order. The message is cut into packets of at most the path MTU and handed to the links at once;
 *              their credits pace it. A write names its place at the far end in the first packet (RETH). A read is a
 *              request without data; the responder fetches, and the data come back, AETH in the first and last packet.
 * Completion   A message is done when its last byte has arrived. The place in the window is free when the responder's
 *              acknowledgement is back: of every `ack_every`th send or write, which covers those before it, and of one
 *              that fills the window; of a read, the data.
 * Simplified   Nothing is repeated: a message of which a packet is dropped has failed and frees its place. Lossless
 *              links do not drop. The engine is the queue pair's: queue pairs of one adapter do not share it.
 * Source       IBA vol. 1 cl. 9.2 to 9.7; headers facts.md 2.2; times of an adapter V4, V5 [S96]
 */
#include "models/transport.h"
#include "sim/kernel/assert.h"

enum rdma_operation { RDMA_SEND, RDMA_WRITE, RDMA_READ };

struct rdma_config {
    int operation; /* enum rdma_operation */
    uint64_t mtu_B;
    uint32_t outstanding, reads, ack_every;
    sim_time message_ps, fetch_ps;
    uint64_t engine_bps, inline_bps; /* 0 = no time */
    uint64_t inline_B;
};

struct rdma_line { /* messages in order of the time at which they go on, which is in their end_seq */
    struct sim_event ev;
    struct vio_flow *flow;
    struct vio_message *head, **tail;
    sim_time last_ps; /* of the one put in last: nobody overtakes */
};

struct rdma {
    struct vio_message *posted, **posted_tail; /* wait for a place in the window */
    uint32_t in_flight;                        /* places taken */
    uint32_t unasked;                          /* sends and writes since one that asked for an acknowledgement */
    sim_time engine_free_ps;
    uint64_t engine_carry;
    struct rdma_line requests, responses; /* of the requester; of the responder of reads */
    uint32_t unacked;                     /* responder: delivered, not acknowledged */
    sim_counter lost_pkts, acks;
};

static const struct sim_param rdma_params[] = {
    {"operation", SIM_PARAM_CHOICE, offsetof(struct rdma_config, operation), "write", "send|write|read", NULL,
     "what a message is", "IBA vol. 1 cl. 9.4"},
    {"mtu", SIM_PARAM_SIZE, offsetof(struct rdma_config, mtu_B), "2048B", "256B", "4096B", "data bytes per packet",
     "IBA vol. 1 cl. 7.7; facts.md 2.2"},
    {"outstanding", SIM_PARAM_COUNT, offsetof(struct rdma_config, outstanding), "128", "1", "65536",
     "work requests in flight; further ones wait", "V4 [S96]"},
    {"reads", SIM_PARAM_COUNT, offsetof(struct rdma_config, reads), "16", "1", "255",
     "reads in flight: what the responder keeps for them", "assumption A-120; IBA vol. 1 cl. 9.4.4"},
    {"message_time", SIM_PARAM_TIME, offsetof(struct rdma_config, message_ps), "183.4ns", "1ns", "1ms",
     "the engine's time to start a message: caps the message rate of the queue pair",
     "V4 [S96]: 5.45 million a second"},
    {"engine_rate", SIM_PARAM_RATE, offsetof(struct rdma_config, engine_bps), "0bps", NULL, NULL,
     "rate at which the engine handles the bytes of a message, besides; 0bps = it takes no time for them",
     "V4 [S96]: none seen"},
    {"inline", SIM_PARAM_SIZE, offsetof(struct rdma_config, inline_B), "220B", "0B", "4096B",
     "messages up to this size come with the work request; 0B = none does", "V5 [S96]"},
    {"inline_rate", SIM_PARAM_RATE, offsetof(struct rdma_config, inline_bps), "7Gbps", NULL, NULL,
     "rate at which the processor copies them to the adapter; 0bps = in no time", "V5 [S96]: assumption A-121"},
    {"fetch", SIM_PARAM_TIME, offsetof(struct rdma_config, fetch_ps), "670ns", "0s", "1ms",
     "round trip of the adapter to memory before the data of others; also of the responder of a read",
     "V5 [S96]: assumption A-121"},
    {"ack_every", SIM_PARAM_COUNT, offsetof(struct rdma_config, ack_every), "1", "1", "65536",
     "sends or writes that an acknowledgement covers", "IBA vol. 1 cl. 9.7.5: the requester asks for them"},
    {0}};

static const struct sim_metric rdma_metrics[] = {
    {"lost_pkts", SIM_METRIC_COUNTER, "1", offsetof(struct rdma, lost_pkts), "packets dropped on the way"},
    {"acks", SIM_METRIC_COUNTER, "1", offsetof(struct rdma, acks), "acknowledgements sent, those of reads not counted"},
    {0}};

static sim_event_fn rdma_request_due, rdma_response_due;

static void rdma_line_init(struct rdma_line *l, struct vio_flow *f, sim_event_fn *due)
{
    sim_event_init(&l->ev, due);
    l->flow = f;
    l->tail = &l->head;
}

static void rdma_init(struct vio_flow *f)
{
    struct rdma *r = vio_flow_state(f);

    r->posted_tail = &r->posted;
    rdma_line_init(&r->requests, f, rdma_request_due);
    rdma_line_init(&r->responses, f, rdma_response_due);
}

static void rdma_line_put(struct rdma_line *l, struct vio_message *m, sim_time at)
{
    if (at < l->last_ps)
        at = l->last_ps;
    l->last_ps = at;
    m->end_seq = (uint64_t)at;
    m->next = NULL;
    if (!l->head)
        sim_at(&l->flow->world->sim, &l->ev, at);
    *l->tail = m;
    l->tail = &m->next;
}

static struct vio_message *rdma_line_take(struct rdma_line *l)
{
    struct vio_message *m = l->head;

    l->head = m->next;
    if (l->head)
        sim_at(&l->flow->world->sim, &l->ev, (sim_time)l->head->end_seq);
    else
        l->tail = &l->head;
    return m;
}

static sim_time rdma_bytes_ps(uint64_t B, uint64_t rate_bps, uint64_t *carry)
{
    return rate_bps ? vio_wire_time(B, rate_bps, carry) : 0;
}

/* `m` has a place in the window: through the engine, and its data to the adapter. */
static void rdma_start(struct vio_flow *f, struct vio_message *m)
{
    const struct rdma_config *c = f->config;
    struct rdma *r = vio_flow_state(f);
    const sim_time now = sim_now(&f->world->sim);
    const uint64_t data_B = c->operation == RDMA_READ ? 0 : m->size_B; /* that the requester has to have */
    sim_time to_data_ps = c->fetch_ps;
    uint64_t carry = 0;

    if (r->engine_free_ps < now)
        r->engine_free_ps = now;
    r->engine_free_ps += c->message_ps + rdma_bytes_ps(data_B, c->engine_bps, &r->engine_carry);
    if (data_B <= c->inline_B)
        to_data_ps = rdma_bytes_ps(data_B, c->inline_bps, &carry);
    m->left_B = m->size_B;  /* neither arrived nor dropped */
    m->at_transport = NULL; /* asks for no acknowledgement */
    if (++r->unasked >= c->ack_every || r->in_flight == c->outstanding) {
        r->unasked = 0;
        m->at_transport = r;
    }
    rdma_line_put(&r->requests, m, r->engine_free_ps + to_data_ps);
}

/* Start what the window lets in. */
static void rdma_admit(struct vio_flow *f)
{
    const struct rdma_config *c = f->config;
    struct rdma *r = vio_flow_state(f);
    const bool reads_bind = c->operation == RDMA_READ && c->reads < c->outstanding;
    const uint32_t window = reads_bind ? c->reads : c->outstanding;

    while (r->posted && r->in_flight < window) {
        struct vio_message *m = r->posted;

        r->posted = m->next;
        if (!r->posted)
            r->posted_tail = &r->posted;
        r->in_flight++;
        rdma_start(f, m);
    }
}

static void rdma_send(struct vio_flow *f, struct vio_message *m)
{
    struct rdma *r = vio_flow_state(f);

    *r->posted_tail = m;
    r->posted_tail = &m->next;
    rdma_admit(f);
}

/* n places in the window are free. */
static void rdma_free(struct vio_flow *f, uint32_t n)
{
    struct rdma *r = vio_flow_state(f);

    SIM_CHECK(r->in_flight >= n);
    r->in_flight -= n;
    rdma_admit(f);
}

/* A packet of `m` with `size_B` of data along `path`. */
static struct vio_packet *rdma_packet(struct vio_flow *f, struct vio_message *m, const struct vio_path *path,
                                      uint32_t size_B, enum vio_proto proto, uint8_t flags)
{
    struct vio_packet *p = vio_packet_take(f->world, f, path, size_B);

    p->proto = (uint8_t)proto;
    p->flags = flags;
    p->io = m;
    return p;
}

/* The data of `m` along `path`. The fate of the last packet may finish m: it is not touched after that. */
static void rdma_data(struct vio_message *m, const struct vio_path *path, enum vio_proto first, enum vio_proto last)
{
    struct vio_flow *f = m->flow;
    const struct rdma_config *c = f->config;
    struct vio_world *w = f->world;
    struct vio_trail *trail = w->trace ? vio_trail_open(f, path == f->there ? VIO_THERE : VIO_BACK, false) : NULL;
    uint64_t unsent_B = m->size_B;
    enum vio_proto proto = first;

    while (unsent_B > 0) {
        uint64_t B = unsent_B < c->mtu_B ? unsent_B : c->mtu_B;
        struct vio_packet *p;

        unsent_B -= B;
        if (!unsent_B && proto == VIO_PROTO_RDMA)
            proto = last;
        p = rdma_packet(f, m, path, (uint32_t)B, proto, unsent_B ? 0 : VIO_PACKET_LAST);
        if (trail)
            vio_trail_tag(trail, p, !unsent_B);
        vio_packet_launch(w, p);
        proto = VIO_PROTO_RDMA;
    }
    if (trail)
        vio_trail_release(w, trail);
}

/* The request for the data of `m`. */
static void rdma_request(struct vio_message *m)
{
    struct vio_flow *f = m->flow;
    struct vio_packet *p = rdma_packet(f, m, f->there, 0, VIO_PROTO_RDMA_FIRST, VIO_PACKET_ACK);

    if (f->world->trace) {
        struct vio_trail *trail = vio_trail_open(f, VIO_THERE, false);

        vio_trail_tag(trail, p, true);
        vio_trail_release(f->world, trail);
    }
    vio_packet_launch(f->world, p);
}

/* All that has been delivered and not been acknowledged yet. */
static void rdma_acknowledge(struct vio_flow *f)
{
    struct rdma *r = vio_flow_state(f);
    struct vio_packet *p = rdma_packet(f, NULL, f->back, 0, VIO_PROTO_RDMA_ACK, VIO_PACKET_ACK);

    p->seq = r->unacked;
    r->unacked = 0;
    r->acks++;
    vio_packet_launch(f->world, p);
}

static void rdma_request_due(struct sim *sim, struct sim_event *ev)
{
    struct rdma_line *l = sim_container_of(ev, struct rdma_line, ev);
    const struct rdma_config *c = l->flow->config;
    struct vio_message *m = rdma_line_take(l);

    (void)sim;
    if (c->operation == RDMA_READ)
        rdma_request(m);
    else
        rdma_data(m, l->flow->there, c->operation == RDMA_WRITE ? VIO_PROTO_RDMA_FIRST : VIO_PROTO_RDMA_SEND,
                  VIO_PROTO_RDMA);
}

static void rdma_response_due(struct sim *sim, struct sim_event *ev)
{
    struct rdma_line *l = sim_container_of(ev, struct rdma_line, ev);

    (void)sim;
    rdma_data(rdma_line_take(l), l->flow->back, VIO_PROTO_RDMA_ACK, VIO_PROTO_RDMA_ACK);
}

/* The last byte of m has met its fate. */
static void rdma_settle(struct vio_flow *f, struct vio_message *m)
{
    const struct rdma_config *c = f->config;
    struct rdma *r = vio_flow_state(f);

    if (m->failed || c->operation == RDMA_READ) {
        rdma_free(f, 1);
    } else {
        r->unacked++;
        if (m->at_transport)
            rdma_acknowledge(f);
    }
    m->done(m);
}

static void rdma_receive(struct vio_flow *f, struct vio_packet *p)
{
    const struct rdma_config *c = f->config;
    struct rdma *r = vio_flow_state(f);
    const bool control = p->flags & VIO_PACKET_ACK;
    const uint32_t B = p->size_B, acked = (uint32_t)p->seq;
    struct vio_message *m = p->io;

    if (p->flags & VIO_PACKET_TRAIL && (control || (m->left_B == B && !m->failed)))
        vio_chain_arrived(m, vio_trail_of(p));
    vio_packet_give(f->world, p);
    if (!m) {
        rdma_free(f, acked);
    } else if (control) {
        rdma_line_put(&r->responses, m, sim_now(&f->world->sim) + c->fetch_ps);
    } else {
        f->goodput_B += B;
        m->left_B -= B;
        if (!m->left_B)
            rdma_settle(f, m);
    }
}

static void rdma_dropped(struct vio_flow *f, const struct vio_packet *p)
{
    struct rdma *r = vio_flow_state(f);
    struct vio_message *m = p->io;

    r->lost_pkts++;
    if (!m) { /* as if it had come: the next one would cover it */
        rdma_free(f, (uint32_t)p->seq);
        return;
    }
    m->failed = true;
    m->left_B -= p->flags & VIO_PACKET_ACK ? m->left_B : p->size_B;
    if (!m->left_B)
        rdma_settle(f, m);
}

const struct vio_transport_type vio_transport_rdma = {
    .type = "rdma",
    .summary = "InfiniBand and RoCE reliable connection: sends, RDMA writes and reads",
    .proto = VIO_PROTO_RDMA,
    .state_size = sizeof(struct rdma),
    .config_size = sizeof(struct rdma_config),
    .params = rdma_params,
    .metrics = rdma_metrics,
    .source = "IBA vol. 1 cl. 9; adapter V4, V5 [S96]",
    .init = rdma_init,
    .send = rdma_send,
    .receive = rdma_receive,
    .dropped = rdma_dropped,
};
