/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/tcp_newreno.c - TCP with NewReno congestion control, one direction of data.
 *
 * Description  A byte stream of messages. Slow start, congestion avoidance, fast retransmit and NewReno fast recovery,
 *              retransmission timeout with exponential backoff, delayed acknowledgement, timestamps. A connection that
 *              talks both ways is two flows: acknowledgements are not carried on data.
 * Algorithm    RFC 5681 (with the restart after idle of 4.1), RFC 6582, RFC 6298, RFC 7323 (round trip from timestamps,
 *              so retransmissions are samples too). Bytes are counted, as RFC 3465 with L = 1 in both phases.
 * Simplified   No SACK, no Nagle, no handshake (connections are open at the start), receive window constant, segments
 *              never shrink on retransmission except at the end of the data.
 * Source       RFC 5681, 6582, 6298, 7323, 1122
 */
#include "models/transport.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel/assert.h"

enum {
    TCP_HEADERS_B = 40,    /* IPv4 20 + TCP 20, RFC 791, RFC 9293 */
    TCP_TIMESTAMPS_B = 12, /* RFC 7323, appendix A */
    TCP_MTU_MAX_B = 65535, /* IPv4 total length, RFC 791 */
    TCP_DUPACKS = 3,       /* RFC 5681 3.2 */
    TCP_ACK_EVERY = 2,     /* full segments, RFC 1122 4.2.3.2 */
    TCP_BACKOFF_MAX = 6    /* doublings of the timeout: 64 times, then constant */
};

struct tcp_config {
    uint32_t initial_window_pkts;
    sim_time rto_min_ps, rto_max_ps, delayed_ack_ps;
    uint64_t window_B, mtu_B;
    bool timestamps, idle_restart;
};

struct tcp_hole { /* bytes received out of order */
    uint64_t from, to;
};

struct tcp {
    /* sender */
    uint64_t una, nxt, end; /* first unacknowledged, next to send, end of what the application has given */
    uint64_t max_sent;      /* highest byte ever sent */
    uint64_t cwnd_B, ssthresh_B, acked_B; /* acked_B: towards the next increase in congestion avoidance */
    uint64_t recover;                     /* NewReno: recovery ends when this is acknowledged */
    uint32_t dupacks;
    bool recovering;
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
    struct tcp_hole *ahead; /* sorted, disjoint, all beyond rcv_nxt; heap */
    size_t aheads, ahead_capacity;
    struct sim_event ack_timer;
    uint32_t unacked_segments;
    sim_time echo_ps; /* timestamp of the earliest segment the next acknowledgement covers */
    bool echo_set;
    /* metrics */
    sim_counter retransmits, timeouts, fast_recoveries;
};

static const struct sim_param tcp_params[] = {
    {"initial_window", SIM_PARAM_PACKETS, offsetof(struct tcp_config, initial_window_pkts), "3 packets", "1 packets",
     "1000 packets", "segments sent before the first acknowledgement",
     "RFC 3390 (3 at 1460 B, 2008-10); 10 since RFC 6928"},
    {"rto_min", SIM_PARAM_TIME, offsetof(struct tcp_config, rto_min_ps), "200ms", "10us", "10s",
     "smallest retransmission timeout", "facts.md 3.1: Linux 200 ms"},
    {"rto_max", SIM_PARAM_TIME, offsetof(struct tcp_config, rto_max_ps), "60s", "1ms", "120s",
     "largest retransmission timeout", "RFC 6298 (2.5)"},
    {"delayed_ack", SIM_PARAM_TIME, offsetof(struct tcp_config, delayed_ack_ps), "40ms", "0s", "500ms",
     "longest delay of an acknowledgement; 0s = acknowledge every segment",
     "facts.md 3.1: Linux 40 ms; RFC 1122 4.2.3.2"},
    {"window", SIM_PARAM_SIZE, offsetof(struct tcp_config, window_B), "256KiB", "2KiB", "1GiB",
     "receive window, after scaling", "assumption A-052: autotuned receive buffers of 2008-10"},
    {"mtu", SIM_PARAM_SIZE, offsetof(struct tcp_config, mtu_B), "0B", "0B", "64KiB",
     "largest packet, headers included; 0B = what the path carries", "design choice"},
    {"timestamps", SIM_PARAM_BOOL, offsetof(struct tcp_config, timestamps), "yes", NULL, NULL,
     "12 B of timestamp option in every segment", "RFC 7323"},
    {"idle_restart", SIM_PARAM_BOOL, offsetof(struct tcp_config, idle_restart), "yes", NULL, NULL,
     "shrink the window to the initial one after an idle timeout", "RFC 5681 4.1"},
    {0}};

static const struct sim_metric tcp_metrics[] = {
    {"retransmits", SIM_METRIC_COUNTER, "1", offsetof(struct tcp, retransmits), "segments sent again"},
    {"timeouts", SIM_METRIC_COUNTER, "1", offsetof(struct tcp, timeouts), "retransmission timeouts"},
    {"fast_recoveries", SIM_METRIC_COUNTER, "1", offsetof(struct tcp, fast_recoveries),
     "fast retransmits that began a recovery"},
    {0}};

static sim_event_fn tcp_timer_fired, tcp_ack_timer_fired;

/* Events have no argument: the flow is found from the state, which follows it in memory. */
static struct vio_flow *tcp_flow(struct tcp *t)
{
    return (struct vio_flow *)(void *)((char *)t - sizeof(struct vio_flow));
}

static void tcp_init(struct vio_flow *f)
{
    struct tcp *t = vio_flow_state(f);
    const struct tcp_config *c = f->config;
    uint32_t headers_B = TCP_HEADERS_B + (c->timestamps ? TCP_TIMESTAMPS_B : 0);

    if (c->mtu_B)
        f->mtu_B = (uint32_t)c->mtu_B;
    if (f->mtu_B > TCP_MTU_MAX_B)
        f->mtu_B = TCP_MTU_MAX_B;
    SIM_ASSERT(f->mtu_B > headers_B);
    t->mss_B = f->mtu_B - headers_B;
    t->cwnd_B = (uint64_t)c->initial_window_pkts * t->mss_B;
    t->ssthresh_B = UINT64_MAX;
    t->rto_ps = SIM_S > c->rto_min_ps ? SIM_S : c->rto_min_ps; /* RFC 6298 (2.1) */
    t->deadline_ps = SIM_TIME_NEVER;
    t->tail = &t->first;
    sim_event_init(&t->timer, tcp_timer_fired);
    sim_event_init(&t->ack_timer, tcp_ack_timer_fired);
}

/* The timer is left where it is when the deadline moves away; it looks again when it fires. */
static void tcp_set_deadline(struct vio_flow *f, struct tcp *t)
{
    const struct tcp_config *c = f->config;
    struct sim *sim = &f->world->sim;
    sim_time rto_ps = t->rto_ps << t->backoff;

    if (t->una == t->nxt) {
        t->deadline_ps = SIM_TIME_NEVER;
        return;
    }
    if (rto_ps > c->rto_max_ps)
        rto_ps = c->rto_max_ps;
    t->deadline_ps = sim_now(sim) + rto_ps;
    if (sim_event_is_pending(&t->timer)) {
        if (t->timer.at <= t->deadline_ps)
            return;
        sim_cancel(sim, &t->timer);
    }
    sim_at(sim, &t->timer, t->deadline_ps);
}

/* The segment with the end of a message completes it, unless something is lost: then a repetition does. */
static void tcp_trace(struct vio_flow *f, struct tcp *t, struct vio_packet *p, uint64_t end)
{
    bool ends = t->unsent && t->unsent->end_seq <= end;

    while (t->unsent && t->unsent->end_seq <= end)
        t->unsent = t->unsent->next;
    if (p->seq < t->max_sent) {
        struct vio_trail *alone = vio_trail_open(f, VIO_THERE, true);

        vio_trail_tag(alone, p, true);
        vio_trail_release(f->world, alone);
        return;
    }
    if (!t->trail)
        t->trail = vio_trail_open(f, VIO_THERE, false);
    vio_trail_tag(t->trail, p, ends);
    if (!ends)
        return;
    vio_trail_release(f->world, t->trail);
    t->trail = NULL;
}

static void tcp_segment(struct vio_flow *f, struct tcp *t, uint64_t seq, uint32_t payload_B)
{
    struct vio_packet *p = vio_packet_take(f->world, f, f->there, payload_B + f->mtu_B - t->mss_B);

    p->seq = seq;
    p->ack = payload_B;
    if (f->world->trace)
        tcp_trace(f, t, p, seq + payload_B);
    if (seq < t->max_sent)
        t->retransmits++;
    if (seq + payload_B > t->max_sent)
        t->max_sent = seq + payload_B;
    vio_packet_launch(f->world, p);
}

static uint32_t tcp_payload(const struct tcp *t, uint64_t seq)
{
    return t->end - seq < t->mss_B ? (uint32_t)(t->end - seq) : t->mss_B;
}

/* Send what the windows allow. */
static void tcp_push(struct vio_flow *f, struct tcp *t)
{
    const struct tcp_config *c = f->config;
    uint64_t window_B = t->cwnd_B < c->window_B ? t->cwnd_B : c->window_B;
    bool idle = t->una == t->nxt;

    while (t->nxt < t->end) {
        uint32_t B = tcp_payload(t, t->nxt);

        if (t->nxt + B > t->una + window_B && t->nxt != t->una)
            break;
        t->nxt += B;
        t->last_sent_ps = sim_now(&f->world->sim);
        tcp_segment(f, t, t->nxt - B, B);
    }
    if (idle && t->una != t->nxt)
        tcp_set_deadline(f, t);
}

static void tcp_send(struct vio_flow *f, struct vio_message *m)
{
    struct tcp *t = vio_flow_state(f);
    const struct tcp_config *c = f->config;
    uint64_t restart_B = (uint64_t)c->initial_window_pkts * t->mss_B;

    if (c->idle_restart && t->una == t->nxt && t->cwnd_B > restart_B &&
        sim_now(&f->world->sim) - t->last_sent_ps > t->rto_ps)
        t->cwnd_B = restart_B;
    t->end += m->size_B;
    m->end_seq = t->end;
    *t->tail = m;
    t->tail = &m->next;
    if (!t->unsent && f->world->trace)
        t->unsent = m;
    tcp_push(f, t);
}

/* RFC 6298 (2.2)-(2.4). */
static void tcp_rtt_sample(struct tcp *t, const struct tcp_config *c, sim_time rtt_ps)
{
    if (!t->srtt_ps) {
        t->srtt_ps = rtt_ps;
        t->rttvar_ps = rtt_ps / 2;
    } else {
        sim_time err_ps = t->srtt_ps > rtt_ps ? t->srtt_ps - rtt_ps : rtt_ps - t->srtt_ps;

        t->rttvar_ps += (err_ps - t->rttvar_ps) / 4;
        t->srtt_ps += (rtt_ps - t->srtt_ps) / 8;
    }
    t->rto_ps = t->srtt_ps + 4 * t->rttvar_ps;
    if (t->rto_ps < c->rto_min_ps)
        t->rto_ps = c->rto_min_ps;
    t->backoff = 0;
}

/* Half of what is out, at least two segments: RFC 5681 (4). */
static uint64_t tcp_half_flight_B(const struct tcp *t)
{
    uint64_t half_B = (t->nxt - t->una) / 2;

    return half_B > 2 * (uint64_t)t->mss_B ? half_B : 2 * (uint64_t)t->mss_B;
}

static void tcp_retransmit_first(struct vio_flow *f, struct tcp *t)
{
    tcp_segment(f, t, t->una, tcp_payload(t, t->una));
}

static void tcp_duplicate_ack(struct vio_flow *f, struct tcp *t)
{
    t->dupacks++;
    if (t->recovering) {
        t->cwnd_B += t->mss_B;
        tcp_push(f, t);
    } else if (t->dupacks == TCP_DUPACKS && t->una >= t->recover) { /* RFC 6582 3.2 step 2 */
        t->fast_recoveries++;
        t->recovering = true;
        t->recover = t->nxt;
        t->ssthresh_B = tcp_half_flight_B(t);
        t->cwnd_B = t->ssthresh_B + TCP_DUPACKS * (uint64_t)t->mss_B;
        tcp_retransmit_first(f, t);
        tcp_set_deadline(f, t);
    }
}

static void tcp_grow(struct tcp *t, uint64_t newly_B)
{
    if (t->cwnd_B < t->ssthresh_B) {
        t->cwnd_B += newly_B < t->mss_B ? newly_B : t->mss_B;
        return;
    }
    t->acked_B += newly_B;
    if (t->acked_B >= t->cwnd_B) {
        t->acked_B -= t->cwnd_B;
        t->cwnd_B += t->mss_B;
    }
}

static void tcp_new_ack(struct vio_flow *f, struct tcp *t, uint64_t ack)
{
    uint64_t newly_B = ack - t->una;

    t->una = ack;
    if (t->nxt < ack) /* after a timeout: what was out has arrived after all */
        t->nxt = ack;
    if (t->recovering && ack < t->recover) { /* partial acknowledgement: the next hole, RFC 6582 3.2 step 3 */
        t->cwnd_B = t->cwnd_B > newly_B ? t->cwnd_B - newly_B : 0;
        t->cwnd_B += t->mss_B;
        tcp_retransmit_first(f, t);
    } else if (t->recovering) {
        t->recovering = false;
        t->dupacks = 0;
        t->cwnd_B = t->ssthresh_B;
    } else {
        t->dupacks = 0;
        tcp_grow(t, newly_B);
    }
    tcp_set_deadline(f, t);
    tcp_push(f, t);
}

static void tcp_receive_ack(struct vio_flow *f, struct vio_packet *p)
{
    struct tcp *t = vio_flow_state(f);
    uint64_t ack = p->ack;
    sim_time echo_ps = (sim_time)p->seq;

    vio_packet_give(f->world, p);
    if (ack > t->una) {
        tcp_rtt_sample(t, f->config, sim_now(&f->world->sim) - echo_ps);
        tcp_new_ack(f, t, ack);
    } else if (ack == t->una && t->nxt > t->una) {
        tcp_duplicate_ack(f, t);
    }
}

static void tcp_timer_fired(struct sim *sim, struct sim_event *ev)
{
    struct tcp *t = sim_container_of(ev, struct tcp, timer);
    struct vio_flow *f = tcp_flow(t);

    if (t->deadline_ps == SIM_TIME_NEVER)
        return;
    if (sim_now(sim) < t->deadline_ps) {
        sim_at(sim, ev, t->deadline_ps);
        return;
    }
    t->timeouts++;
    if (!t->backoff) /* held when the same segment times out again, RFC 5681 3.1 */
        t->ssthresh_B = tcp_half_flight_B(t);
    t->cwnd_B = t->mss_B;
    t->acked_B = 0;
    t->recover = t->max_sent;
    t->recovering = false;
    t->dupacks = 0;
    if (t->backoff < TCP_BACKOFF_MAX)
        t->backoff++;
    t->nxt = t->una; /* go back */
    tcp_push(f, t);
    tcp_set_deadline(f, t);
}

/* --- receiver --- */

static void tcp_ack_now(struct vio_flow *f, struct tcp *t)
{
    const struct tcp_config *c = f->config;
    struct vio_packet *p =
        vio_packet_take(f->world, f, f->back, TCP_HEADERS_B + (c->timestamps ? TCP_TIMESTAMPS_B : 0));

    p->flags = VIO_PACKET_ACK;
    p->ack = t->rcv_nxt;
    p->seq = (uint64_t)t->echo_ps;
    t->echo_set = false;
    t->unacked_segments = 0;
    sim_cancel(&f->world->sim, &t->ack_timer);
    vio_packet_launch(f->world, p);
}

static void tcp_ack_timer_fired(struct sim *sim, struct sim_event *ev)
{
    struct tcp *t = sim_container_of(ev, struct tcp, ack_timer);

    (void)sim;
    tcp_ack_now(tcp_flow(t), t);
}

/* Remember [from, to) received out of order. */
static void tcp_remember(struct tcp *t, uint64_t from, uint64_t to)
{
    size_t i = 0, j;

    while (i < t->aheads && t->ahead[i].to < from)
        i++;
    for (j = i; j < t->aheads && t->ahead[j].from <= to; j++) { /* those it touches become one */
        from = t->ahead[j].from < from ? t->ahead[j].from : from;
        to = t->ahead[j].to > to ? t->ahead[j].to : to;
    }
    if (j == i) {
        t->ahead = sim_grow(t->ahead, &t->ahead_capacity, t->aheads + 1, sizeof *t->ahead);
        memmove(t->ahead + i + 1, t->ahead + i, (t->aheads - i) * sizeof *t->ahead);
        t->aheads++;
    } else if (j > i + 1) {
        memmove(t->ahead + i + 1, t->ahead + j, (t->aheads - j) * sizeof *t->ahead);
        t->aheads -= j - i - 1;
    }
    t->ahead[i] = (struct tcp_hole){from, to};
}

/* rcv_nxt moves to `to` and over whatever was ahead; messages that are now complete are delivered. */
static void tcp_advance(struct vio_flow *f, struct tcp *t, uint64_t to)
{
    uint64_t before = t->rcv_nxt;

    t->rcv_nxt = to;
    if (t->aheads && t->ahead[0].from <= to) {
        size_t n = 0;

        while (n < t->aheads && t->ahead[n].from <= t->rcv_nxt) {
            if (t->ahead[n].to > t->rcv_nxt)
                t->rcv_nxt = t->ahead[n].to;
            n++;
        }
        memmove(t->ahead, t->ahead + n, (t->aheads - n) * sizeof *t->ahead);
        t->aheads -= n;
    }
    f->goodput_B += t->rcv_nxt - before;
}

/* `trail` is that of the segment that has arrived, or NULL. */
static void tcp_deliver(struct tcp *t, struct vio_trail *trail)
{
    while (t->first && t->first->end_seq <= t->rcv_nxt) {
        struct vio_message *m = t->first;

        t->first = m->next;
        if (!t->first)
            t->tail = &t->first;
        vio_chain_arrived(m, trail);
        m->done(m); /* may send again on this flow */
    }
}

static void tcp_receive_data(struct vio_flow *f, struct vio_packet *p)
{
    struct tcp *t = vio_flow_state(f);
    const struct tcp_config *c = f->config;
    uint64_t from = p->seq, to = p->seq + p->ack;
    bool gap = t->aheads > 0 || from > t->rcv_nxt, full = p->ack == t->mss_B;
    struct vio_trail *trail;

    if (!t->echo_set) { /* RFC 7323 4.3: the segment that the last acknowledgement did not cover */
        t->echo_ps = p->born_ps;
        t->echo_set = true;
    }
    trail = vio_trail_hold(vio_trail_of(p));
    vio_packet_give(f->world, p);
    if (to <= t->rcv_nxt) { /* all seen before */
        tcp_ack_now(f, t);
        if (trail)
            vio_trail_release(f->world, trail);
        return;
    }
    if (from > t->rcv_nxt)
        tcp_remember(t, from, to);
    else
        tcp_advance(f, t, to);
    t->unacked_segments += full ? 1 : 0;
    if (gap || !c->delayed_ack_ps || t->unacked_segments >= TCP_ACK_EVERY)
        tcp_ack_now(f, t);
    else if (!sim_event_is_pending(&t->ack_timer))
        sim_after(&f->world->sim, &t->ack_timer, c->delayed_ack_ps);
    tcp_deliver(t, trail);
    if (trail)
        vio_trail_release(f->world, trail);
}

static void tcp_receive(struct vio_flow *f, struct vio_packet *p)
{
    if (p->flags & VIO_PACKET_ACK)
        tcp_receive_ack(f, p);
    else
        tcp_receive_data(f, p);
}

static void tcp_fini(struct vio_flow *f)
{
    struct tcp *t = vio_flow_state(f);

    free(t->ahead);
}

const struct vio_transport_type vio_transport_tcp_newreno = {
    .type = "tcp-newreno",
    .summary = "TCP NewReno: slow start, fast retransmit and recovery, timeout, delayed acknowledgement",
    .proto = VIO_PROTO_IP,
    .state_size = sizeof(struct tcp),
    .config_size = sizeof(struct tcp_config),
    .params = tcp_params,
    .metrics = tcp_metrics,
    .source = "RFC 5681, 6582, 6298, 7323",
    .init = tcp_init,
    .send = tcp_send,
    .receive = tcp_receive,
    .fini = tcp_fini,
};
