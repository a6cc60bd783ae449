/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/rig/tcp_rig.h - one TCP connection over a cable, with losses and marks on purpose, and a log of the window.
 *
 * A lossy type is a transport but for a receive function which throws away, or marks, the packets a plan names before
 * TCP sees them, and may write down what the sender thinks after each acknowledgement.
 */
#ifndef TESTS_RIG_TCP_RIG_H
#define TESTS_RIG_TCP_RIG_H

#include "models/tcp.h"
#include "sim/kernel/rng.h"
#include "tests/rig/rig.h"

enum { RIG_LOSSES_MAX = 8 };

struct rig_look { /* at the sender, after an acknowledgement */
    sim_time at_ps;
    uint64_t ack, cwnd_B, ssthresh_B;
    bool recovering;
};

struct rig_lossy { /* a variant of TCP with planned losses; flows point at `type` */
    struct vio_transport_type type;
    const struct vio_transport_type *real;
    uint64_t seq[RIG_LOSSES_MAX];   /* data that begin here ... */
    uint32_t times[RIG_LOSSES_MAX]; /* ... are lost (or marked) so many times */
    uint32_t losses;
    bool mark;                 /* they are marked instead */
    uint64_t every, data_pkts; /* each every-th data packet is lost; 0 = none */
    double random;             /* probability, data and acknowledgements */
    bool spare_acks;           /* data only */
    struct sim_stream stream;
    uint64_t lost;
    struct rig_look *look; /* room for so many, or NULL */
    size_t looks, looks_max;
    sim_time *born_ps; /* of data packets in order of arrival, room for so many; or NULL */
    size_t born, born_max;
};

/* A lossy form of transport `type`, without any losses yet. */
void rig_lossy_init(struct rig_lossy *l, const char *type);

/* A metric of a flow that is a counter, by name. */
uint64_t rig_counter(struct vio_flow *f, const char *name);

struct rig_tcp {
    struct vio_world *world;
    struct vio_egress *there, *back;
    struct vio_flow *flow;
};

/* One flow over 10GbE each way, delay d; l NULL = plain tcp-newreno. */
void rig_tcp_build(struct rig_tcp *g, struct rig_lossy *l, sim_time delay_ps, const char *text);

struct rig_message {
    struct sim_event ev;
    struct vio_message m;
    struct vio_flow *flow;
    uint32_t index, *next; /* *next: the index that must be delivered now */
    sim_time at_ps;        /* delivered; -1 not yet, -2 out of turn */
};

/* Message x of size_B is to be sent at `at`. */
void rig_message_at(struct rig_message *x, struct vio_flow *f, sim_time at, uint64_t size_B, uint32_t *next);

/* When one message of size_B, sent at once, is delivered; -1 never. */
sim_time rig_tcp_deliver(struct rig_tcp *g, uint64_t size_B);

#endif
