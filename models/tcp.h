/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/tcp.h - the part of TCP that all its variants share: one direction of a connection.
 *
 * Sequence numbers, retransmission timer, fast retransmit and recovery, delayed acknowledgement, reassembly and echo of
 * marks are here; what the congestion window does is a table of hooks (struct vio_tcp_cc), which the files
 * models/transport/tcp_*.c supply. A stream carries messages from one end of a flow to the other; a connection that
 * talks both ways is two streams (models/session.h) or two flows.
 *
 * Not here: SACK, Nagle, handshake; see docs/models/tcp.md.
 */
#ifndef MODELS_TCP_H
#define MODELS_TCP_H

#include "models/transport.h"

enum {
    VIO_TCP_HEADERS_B = 40,   /* IPv4 20 + TCP 20, RFC 791, RFC 9293 */
    VIO_TCP_TIMESTAMPS_B = 12 /* RFC 7323, appendix A */
};

struct vio_tcp_config { /* begins the config of every transport that runs over TCP */
    uint32_t initial_window_pkts;
    sim_time rto_min_ps, rto_max_ps, delayed_ack_ps;
    uint64_t window_B, mtu_B, tso_B;
    bool timestamps, idle_restart, ecn;
};

/* The rows of struct vio_tcp_config, to begin a table of parameters with. */
#define VIO_TCP_PARAM(name, type, field, dflt, min, max, doc, source)                                                  \
    {                                                                                                                  \
        name, type, offsetof(struct vio_tcp_config, field), dflt, min, max, doc, source                                \
    }
#define VIO_TCP_PARAMS                                                                                                 \
    VIO_TCP_PARAM("initial_window", SIM_PARAM_PACKETS, initial_window_pkts, "3 packets", "1 packets", "1000 packets",  \
                  "segments sent before the first acknowledgement",                                                    \
                  "RFC 3390 (3 at 1460 B, 2008-10); 10 since RFC 6928"),                                               \
        VIO_TCP_PARAM("rto_min", SIM_PARAM_TIME, rto_min_ps, "200ms", "10us", "10s",                                   \
                      "smallest retransmission timeout", "facts.md 3.1: Linux 200 ms"),                                \
        VIO_TCP_PARAM("rto_max", SIM_PARAM_TIME, rto_max_ps, "60s", "1ms", "120s", "largest retransmission timeout",   \
                      "RFC 6298 (2.5)"),                                                                               \
        VIO_TCP_PARAM("delayed_ack", SIM_PARAM_TIME, delayed_ack_ps, "40ms", "0s", "500ms",                            \
                      "longest delay of an acknowledgement; 0s = acknowledge every segment",                           \
                      "facts.md 3.1: Linux 40 ms; RFC 1122 4.2.3.2"),                                                  \
        VIO_TCP_PARAM("window", SIM_PARAM_SIZE, window_B, "256KiB", "2KiB", "1GiB", "receive window, after scaling",   \
                      "assumption A-052: autotuned receive buffers of 2008-10"),                                       \
        VIO_TCP_PARAM("mtu", SIM_PARAM_SIZE, mtu_B, "0B", "0B", "64KiB",                                               \
                      "largest packet, headers included; 0B = what the path carries", "design choice"),                \
        VIO_TCP_PARAM("timestamps", SIM_PARAM_BOOL, timestamps, "yes", NULL, NULL,                                     \
                      "12 B of timestamp option in every segment", "RFC 7323"),                                        \
        VIO_TCP_PARAM("idle_restart", SIM_PARAM_BOOL, idle_restart, "yes", NULL, NULL,                                 \
                      "shrink the window to the initial one after an idle timeout", "RFC 5681 4.1"),                   \
        VIO_TCP_PARAM("tso", SIM_PARAM_SIZE, tso_B, "0B", "0B", "64KiB",                                               \
                      "segmentation offload: wait until so much, or a third of the window, can go at once; 0B = off",  \
                      "facts.md 3.1: bursts up to 64 KB; Linux tcp_tso_win_divisor 3"),                                \
        VIO_TCP_PARAM("ecn", SIM_PARAM_BOOL, ecn, "no", NULL, NULL,                                                    \
                      "heed marks (ecn_min of links); tcp-dctcp does always", "RFC 3168")

struct vio_tcp;

/* Congestion control: what a variant of TCP does with the window. Bytes throughout. */
struct vio_tcp_cc {
    size_t state_size; /* private, at t->cc_state, zeroed; 0 = none */
    bool echo_each;    /* the receiver tells each mark (RFC 8257 3.2), not that there was one (RFC 3168); ECN is on */
    void (*init)(struct vio_tcp *t); /* or NULL */
    /* New data are acknowledged outside of recovery: let cwnd_B grow. */
    void (*acked)(struct vio_tcp *t, uint64_t newly_B);
    /* A loss is found by duplicate acknowledgements; returns the new slow-start threshold. */
    uint64_t (*lost)(struct vio_tcp *t);
    /* Marks have come back, the first of this window; returns the new slow-start threshold, and window. */
    uint64_t (*echoed)(struct vio_tcp *t);
    /* Every acknowledgement of new data, before all else, with whether it echoes a mark; or NULL. */
    void (*told)(struct vio_tcp *t, uint64_t newly_B, bool marked);
    /* The first timeout of a segment; returns the new slow-start threshold. */
    uint64_t (*timed_out)(struct vio_tcp *t);
};

struct vio_tcp_counts {
    sim_counter retransmits, timeouts, fast_recoveries, ecn_cuts;
    sim_counter acked_B, marked_B; /* with ECN: bytes acknowledged, and of them with an echo */
};

struct vio_tcp_hole;

/* One direction of a connection: sender at one end of the flow, receiver at the other. */
struct vio_tcp {
    struct vio_flow *flow;
    const struct vio_tcp_config *config; /* of the type of `cc`: its own parameters follow */
    const struct vio_tcp_cc *cc;
    struct vio_tcp *reverse; /* the other direction, whose acknowledgements data of this one carry; NULL = none */
    struct vio_tcp_counts *counts;
    sim_counter *delivered_B; /* stream bytes that have arrived in order */
    /* A message has arrived in full, with the segment that `trail` tells of (or NULL); it may send again. */
    void (*deliver)(struct vio_tcp *t, struct vio_message *m, struct vio_trail *trail);
    enum vio_way way; /* of the data */
    /* sender */
    uint64_t una, nxt, end; /* first unacknowledged, next to send, end of what the application has given */
    uint64_t max_sent;      /* highest byte ever sent */
    uint64_t cwnd_B, ssthresh_B, acked_B; /* acked_B: towards the next increase in congestion avoidance */
    uint64_t recover;                     /* NewReno: recovery ends when this is acknowledged */
    uint32_t dupacks;
    bool recovering;
    bool ecn;           /* marks are heeded */
    bool cwr;           /* the next new segment tells that the window was cut */
    uint64_t cut_until; /* ECN: no second cut before this is acknowledged */
    void *cc_state;     /* of `cc` */
    uint32_t mss_B;
    struct sim_event timer; /* fires at or before the deadline, and then looks again */
    sim_time deadline_ps;   /* SIM_TIME_NEVER: nothing is out */
    sim_time srtt_ps, rttvar_ps, rto_ps;
    uint32_t backoff;
    sim_time last_sent_ps;
    struct vio_message *unsent;        /* with trace: the first whose end has not been sent; NULL: none */
    struct vio_trail *trail;           /* with trace: of the message whose segments are being sent */
    struct vio_message *first, **tail; /* given and not yet delivered, in stream order */
    /* receiver */
    uint64_t rcv_nxt;
    struct vio_tcp_hole *ahead; /* sorted, disjoint, all beyond rcv_nxt; heap */
    size_t aheads, ahead_capacity;
    struct sim_event ack_timer;
    uint32_t unacked_segments;
    sim_time echo_ps; /* timestamp of the earliest segment the next acknowledgement covers */
    bool echo_set;    /* there is one */
    bool ce;          /* marks are echoed: RFC 3168 until the sender has cut, RFC 8257 as the last segment was */
};

/* The ways of data and of acknowledgements now; a flow may move. */
static inline const struct vio_path *vio_tcp_data_path(const struct vio_tcp *t)
{
    return t->way == VIO_THERE ? t->flow->there : t->flow->back;
}

static inline const struct vio_path *vio_tcp_ack_path(const struct vio_tcp *t)
{
    return t->way == VIO_THERE ? t->flow->back : t->flow->there;
}

/* Set up one direction of `f`. `t` is zeroed but for reverse, counts, delivered_B and deliver, which the caller has
 * set. `config` outlives the world. */
void vio_tcp_init(struct vio_tcp *t, struct vio_flow *f, enum vio_way way, const struct vio_tcp_cc *cc,
                  const struct vio_tcp_config *config);
/* Put a message into the stream; it is the stream's until `deliver`. */
void vio_tcp_send(struct vio_tcp *t, struct vio_message *m);
/* A packet of this stream (packet->io) has arrived: data or an acknowledgement. Takes the packet. */
void vio_tcp_receive(struct vio_tcp *t, struct vio_packet *p);
/* Free heap state. */
void vio_tcp_fini(struct vio_tcp *t);

/* The functions and metrics of a transport whose flow is one stream of messages, with the hooks of type->tcp. */
struct vio_tcp_flow {
    struct vio_tcp tcp;
    struct vio_tcp_counts counts;
};
void vio_tcp_flow_init(struct vio_flow *f);
void vio_tcp_flow_send(struct vio_flow *f, struct vio_message *m);
void vio_tcp_flow_receive(struct vio_flow *f, struct vio_packet *p);
void vio_tcp_flow_fini(struct vio_flow *f);
extern const struct sim_metric vio_tcp_flow_metrics[]; /* offsets into struct vio_tcp_flow */

/* --- for hooks --- */

/* Half of what is out, at least two segments: RFC 5681 (4). */
static inline uint64_t vio_tcp_half_flight_B(const struct vio_tcp *t)
{
    uint64_t half_B = (t->nxt - t->una) / 2;

    return half_B > 2 * (uint64_t)t->mss_B ? half_B : 2 * (uint64_t)t->mss_B;
}

/* The window in use, at least two segments: neither more than the receiver takes nor what was grown in vain. */
static inline uint64_t vio_tcp_used_B(const struct vio_tcp *t)
{
    uint64_t used_B = t->cwnd_B < t->config->window_B ? t->cwnd_B : t->config->window_B;

    return used_B > 2 * (uint64_t)t->mss_B ? used_B : 2 * (uint64_t)t->mss_B;
}

/* Slow start, RFC 5681 (2): by what is acknowledged, a segment at most. Returns: whether the window is in slow start.
 */
static inline bool vio_tcp_slow_start(struct vio_tcp *t, uint64_t newly_B)
{
    if (t->cwnd_B >= t->ssthresh_B)
        return false;
    t->cwnd_B += newly_B < t->mss_B ? newly_B : t->mss_B;
    return true;
}

/* Congestion avoidance of RFC 5681 with bytes counted: a segment for each window acknowledged. */
static inline void vio_tcp_additive(struct vio_tcp *t, uint64_t newly_B)
{
    t->acked_B += newly_B;
    if (t->acked_B >= t->cwnd_B) {
        t->acked_B -= t->cwnd_B;
        t->cwnd_B += t->mss_B;
    }
}

#endif
