/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/fcp.c - SCSI over Fibre Channel: one exchange per I/O.
 *
 * Description  Read: CMD frame to the target; when the target has the data, DATA frames and a RSP frame come back.
 * Write: CMD; the target answers XFER_RDY; the initiator sends the DATA frames; when the target has stored them, RSP.
 *              The same exchange serves FC, FCoE and vHBAs over InfiniBand: the link's framing makes the difference;
 *              the first data frame of a transfer is told apart, since over InfiniBand it says where the data go.
 * Queue depth  At most `queue_depth` exchanges of a virtual disk (LUN) are open, and `port_depth` of its vHBA; further
 *              I/Os wait in the initiator, in order, and the disks of a full vHBA take turns.
 * Loss         FC does not retransmit frames (class 3). A RSP that finds bytes missing repeats the whole I/O at once;
 * an exchange without RSP is repeated after `timeout`. After `retries` repetitions the I/O has failed. Simplified   One
 * sequence per transfer; no abort exchanges; the target's memory for write data is not limited. Source       T11 FCP-4;
 * frame sizes facts.md 2.2.
 */
#include "models/transport.h"

#include <stdlib.h>

#include "sim/kernel/assert.h"

enum fcp_op { FCP_CMD, FCP_XFER_RDY, FCP_DATA_OUT, FCP_DATA_IN, FCP_RSP };

enum { FCP_CMD_B = 32, FCP_XFER_RDY_B = 12, FCP_RSP_B = 24 }; /* payloads, FCP-4; facts.md 2.2 */

struct fcp_config {
    uint32_t queue_depth, port_depth;
    uint64_t frame_B;
    sim_time timeout_ps;
    uint32_t retries;
};

struct fcp;

struct fcp_exchange {
    struct vio_message *m; /* NULL: free */
    struct vio_flow *flow;
    struct sim_event timeout;
    uint64_t generation; /* of the attempt: frames of older ones are ignored */
    uint64_t left_B;     /* data still to arrive at the receiving side */
    uint32_t attempts;
    struct vio_trail *trail; /* of the sequence that is being launched */
    bool at_target;          /* the target is working on it: it cannot be repeated until it answers */
};

struct fcp {
    struct fcp_exchange *exchange; /* queue_depth of them */
    struct vio_message *waiting, **waiting_tail;
    sim_counter repeated, given_up;
};

static const struct sim_param fcp_params[] = {
    {"queue_depth", SIM_PARAM_COUNT, offsetof(struct fcp_config, queue_depth), "32", "1", "4096",
     "exchanges open at a time; further I/Os wait in the host", "assumption A-050: common HBA driver default"},
    {"port_depth", SIM_PARAM_COUNT, offsetof(struct fcp_config, port_depth), "0", "0", "65536",
     "exchanges open at a time on the vHBA, over all its virtual disks; 0 = no limit", "design choice"},
    {"frame", SIM_PARAM_SIZE, offsetof(struct fcp_config, frame_B), "2048B", "128B", "2112B", "data bytes per frame",
     "FC-FS-3; facts.md 2.2"},
    {"timeout", SIM_PARAM_TIME, offsetof(struct fcp_config, timeout_ps), "30s", "1ms", "10min",
     "an exchange without response is repeated after this time",
     "assumption A-051: SCSI disk timeout of common systems"},
    {"retries", SIM_PARAM_COUNT, offsetof(struct fcp_config, retries), "5", "0", "100",
     "repetitions before an I/O fails", "assumption A-051: SCSI disk retries of common systems"},
    {0}};

static const struct sim_metric fcp_metrics[] = {
    {"repeated", SIM_METRIC_COUNTER, "1", offsetof(struct fcp, repeated), "I/Os repeated after loss or timeout"},
    {"given_up", SIM_METRIC_COUNTER, "1", offsetof(struct fcp, given_up), "I/Os given up"},
    {0}};

static sim_event_fn fcp_timed_out;

static void fcp_init(struct vio_flow *f)
{
    struct fcp *s = vio_flow_state(f);
    const struct fcp_config *c = f->config;

    s->waiting_tail = &s->waiting;
    s->exchange = sim_arena_alloc(&f->world->arena, c->queue_depth, sizeof *s->exchange);
    for (uint32_t i = 0; i < c->queue_depth; i++) {
        s->exchange[i].flow = f;
        sim_event_init(&s->exchange[i].timeout, fcp_timed_out);
    }
}

/* Frames of a sequence share a trail. The last one tells: of the data of a read, that is the RSP behind them. */
static void fcp_trace(struct fcp_exchange *x, struct vio_packet *p, enum fcp_op op)
{
    struct vio_flow *f = x->flow;
    bool last = op == FCP_DATA_OUT ? p->flags & VIO_PACKET_LAST : op != FCP_DATA_IN;

    if (!x->trail)
        x->trail = vio_trail_open(f, op == FCP_CMD || op == FCP_DATA_OUT ? VIO_THERE : VIO_BACK, false);
    vio_trail_tag(x->trail, p, last);
    if (!last)
        return;
    vio_trail_release(f->world, x->trail);
    x->trail = NULL;
}

static void fcp_frame(struct fcp_exchange *x, enum fcp_op op, uint32_t payload_B, uint8_t flags)
{
    struct vio_flow *f = x->flow;
    bool to_target = op == FCP_CMD || op == FCP_DATA_OUT;
    struct vio_packet *p = vio_packet_take(f->world, f, to_target ? f->there : f->back, payload_B);

    if (flags & VIO_PACKET_FIRST)
        p->proto = VIO_PROTO_FC_FIRST;
    p->io = x;
    p->seq = x->generation;
    p->ack = op;
    p->flags = flags;
    if (f->world->trace)
        fcp_trace(x, p, op);
    vio_packet_launch(f->world, p);
}

static void fcp_data(struct fcp_exchange *x, enum fcp_op op)
{
    const struct fcp_config *c = x->flow->config;
    uint64_t left_B = x->m->size_B;
    uint8_t first = VIO_PACKET_FIRST;

    x->left_B = left_B;
    while (left_B > 0) {
        uint64_t B = left_B < c->frame_B ? left_B : c->frame_B;

        left_B -= B;
        fcp_frame(x, op, (uint32_t)B, first | (left_B ? 0 : VIO_PACKET_LAST));
        first = 0;
    }
}

static void fcp_attempt(struct fcp_exchange *x)
{
    const struct fcp_config *c = x->flow->config;

    x->generation++;
    x->attempts++;
    x->left_B = x->m->size_B;
    sim_after(&x->flow->world->sim, &x->timeout, c->timeout_ps);
    fcp_frame(x, FCP_CMD, FCP_CMD_B, 0);
}

static void fcp_open(struct fcp_exchange *x, struct vio_message *m)
{
    if (x->flow->port)
        x->flow->port->open++;
    x->m = m;
    x->attempts = 0;
    m->at_transport = x;
    vio_chain_attempt(m);
    fcp_attempt(x);
}

/* A free exchange of the flow, if its port allows one more; or NULL. */
static struct fcp_exchange *fcp_free(struct vio_flow *f)
{
    struct fcp *s = vio_flow_state(f);
    const struct fcp_config *c = f->config;

    if (f->port && c->port_depth && f->port->open >= c->port_depth)
        return NULL;
    for (uint32_t i = 0; i < c->queue_depth; i++)
        if (!s->exchange[i].m)
            return &s->exchange[i];
    return NULL;
}

static void fcp_send(struct vio_flow *f, struct vio_message *m)
{
    struct fcp *s = vio_flow_state(f);
    struct fcp_exchange *x = s->waiting ? NULL : fcp_free(f);

    if (x) {
        fcp_open(x, m);
        return;
    }
    *s->waiting_tail = m;
    s->waiting_tail = &m->next;
}

/* Open the I/O of the flow that waits first, if there is one and it may. */
static void fcp_go_on(struct vio_flow *f)
{
    struct fcp *s = vio_flow_state(f);
    struct vio_message *next = s->waiting;
    struct fcp_exchange *x = next ? fcp_free(f) : NULL;

    if (!x)
        return;
    s->waiting = next->next;
    if (!s->waiting)
        s->waiting_tail = &s->waiting;
    fcp_open(x, next);
}

/* The exchange is over, well or badly; the next I/O takes its place before the application hears of it: where a port is
 * shared, that of the next flow in turn. */
static void fcp_close(struct fcp_exchange *x, bool failed)
{
    struct fcp *s = vio_flow_state(x->flow);
    struct vio_message *m = x->m;

    sim_cancel(&x->flow->world->sim, &x->timeout);
    x->m = NULL;
    x->generation++;
    if (x->flow->port) {
        x->flow->port->open--;
        for (struct vio_flow *f = x->flow->port_next; f != x->flow; f = f->port_next)
            if (f->type == x->flow->type)
                fcp_go_on(f);
    }
    fcp_go_on(x->flow);
    m->failed = failed;
    if (failed)
        s->given_up++;
    else
        x->flow->goodput_B += m->size_B;
    m->done(m);
}

static void fcp_repeat(struct fcp_exchange *x)
{
    struct fcp *s = vio_flow_state(x->flow);
    const struct fcp_config *c = x->flow->config;

    sim_cancel(&x->flow->world->sim, &x->timeout);
    if (x->attempts > c->retries) {
        fcp_close(x, true);
        return;
    }
    s->repeated++;
    vio_chain_abandon(x->m);
    fcp_attempt(x);
}

/* Another way: multipath repeats at once what was open on the old one, and counts the attempts anew. */
static void fcp_moved(struct vio_flow *f)
{
    struct fcp *s = vio_flow_state(f);
    const struct fcp_config *c = f->config;

    for (uint32_t i = 0; i < c->queue_depth; i++) {
        struct fcp_exchange *x = &s->exchange[i];

        if (!x->m || x->at_target)
            continue;
        x->attempts = 0;
        fcp_repeat(x);
    }
}

static void fcp_timed_out(struct sim *sim, struct sim_event *ev)
{
    struct fcp_exchange *x = sim_container_of(ev, struct fcp_exchange, timeout);
    const struct fcp_config *c = x->flow->config;

    if (x->at_target) /* a slow target is not a lost frame */
        sim_after(sim, ev, c->timeout_ps);
    else
        fcp_repeat(x);
}

/* The target has the data (read) or has stored them (write). */
static void fcp_target_ready(struct vio_message *m)
{
    struct fcp_exchange *x = m->at_transport;

    x->at_target = false;
    if (!m->write)
        fcp_data(x, FCP_DATA_IN);
    fcp_frame(x, FCP_RSP, FCP_RSP_B, 0);
}

static void fcp_submit(struct fcp_exchange *x)
{
    x->at_target = true;
    x->flow->target->submit(x->flow->target, x->m, fcp_target_ready);
}

static void fcp_receive(struct vio_flow *f, struct vio_packet *p)
{
    struct fcp_exchange *x = p->io;
    enum fcp_op op = (enum fcp_op)p->ack;
    uint32_t payload_B = p->size_B;
    bool stale = p->seq != x->generation;

    if (!stale && op != FCP_DATA_IN && (op != FCP_DATA_OUT || payload_B == x->left_B))
        vio_chain_arrived(x->m, vio_trail_of(p));
    vio_packet_give(f->world, p);
    if (stale)
        return;
    switch (op) {
    case FCP_CMD:
        if (x->m->write)
            fcp_frame(x, FCP_XFER_RDY, FCP_XFER_RDY_B, 0);
        else
            fcp_submit(x);
        break;
    case FCP_XFER_RDY:
        fcp_data(x, FCP_DATA_OUT);
        break;
    case FCP_DATA_OUT:
        x->left_B -= payload_B;
        if (!x->left_B)
            fcp_submit(x);
        break;
    case FCP_DATA_IN:
        x->left_B -= payload_B;
        break;
    case FCP_RSP:
        if (x->left_B)
            fcp_repeat(x);
        else
            fcp_close(x, false);
        break;
    }
}

const struct vio_transport_type vio_transport_fcp = {
    .type = "fcp",
    .summary = "SCSI-FCP exchanges: command, transfer ready, data, response",
    .proto = VIO_PROTO_FC,
    .storage = true,
    .state_size = sizeof(struct fcp),
    .config_size = sizeof(struct fcp_config),
    .params = fcp_params,
    .metrics = fcp_metrics,
    .source = "T11 FCP-4",
    .init = fcp_init,
    .send = fcp_send,
    .receive = fcp_receive,
    .moved = fcp_moved,
};
