/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/tcp_send.c - the sending half of a TCP stream.
 *
 * Description  What the windows allow is sent in segments; loss is found by three duplicate acknowledgements or by the
 *              timer. Fast recovery is NewReno's for all variants: a hole per round trip, the window inflated by what
 *              has left. How the window grows and by how much it is cut is the table of hooks.
 * Algorithm    RFC 5681 (with the restart after idle of 4.1), RFC 6582, RFC 6298, RFC 7323 (round trip from timestamps,
 *              so retransmissions are samples too). Bytes are counted, as RFC 3465 with L = 1 in both phases.
 * Simplified   No SACK, no Nagle, no handshake (connections are open at the start), segments never shrink on
 *              retransmission except at the end of the data.
 * Source       RFC 5681, 6582, 6298, 7323
 */
#include "models/tcp_private.h"
#include "sim/kernel/assert.h"

enum {
    TCP_MTU_MAX_B = 65535, /* IPv4 total length, RFC 791 */
    TCP_DUPACKS = 3,       /* RFC 5681 3.2 */
    TCP_BACKOFF_MAX = 6    /* doublings of the timeout: 64 times, then constant */
};

static sim_event_fn tcp_timer_fired;

void vio_tcp_init(struct vio_tcp *t, struct vio_flow *f, enum vio_way way, const struct vio_tcp_cc *cc,
                  const struct vio_tcp_config *c)
{
    uint32_t headers_B = VIO_TCP_HEADERS_B + (c->timestamps ? VIO_TCP_TIMESTAMPS_B : 0);

    if (c->mtu_B)
        f->mtu_B = (uint32_t)c->mtu_B;
    if (f->mtu_B > TCP_MTU_MAX_B)
        f->mtu_B = TCP_MTU_MAX_B;
    SIM_ASSERT(f->mtu_B > headers_B);
    t->flow = f;
    t->config = c;
    t->cc = cc;
    t->way = way;
    t->mss_B = f->mtu_B - headers_B;
    t->cwnd_B = (uint64_t)c->initial_window_pkts * t->mss_B;
    t->ssthresh_B = UINT64_MAX;
    t->rto_ps = SIM_S > c->rto_min_ps ? SIM_S : c->rto_min_ps; /* RFC 6298 (2.1) */
    t->deadline_ps = SIM_TIME_NEVER;
    t->tail = &t->first;
    sim_event_init(&t->timer, tcp_timer_fired);
    sim_event_init(&t->ack_timer, vio_tcp_ack_timer_fired);
    t->ecn = c->ecn || cc->echo_each;
    if (cc->state_size)
        t->cc_state = sim_arena_alloc(&f->world->arena, 1, cc->state_size);
    if (cc->init)
        cc->init(t);
}

/* The timer is left where it is when the deadline moves away; it looks again when it fires. */
static void tcp_set_deadline(struct vio_tcp *t)
{
    const struct vio_tcp_config *c = t->config;
    struct sim *sim = &t->flow->world->sim;
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
static __attribute__((cold)) void tcp_trace(struct vio_tcp *t, struct vio_packet *p, uint64_t end)
{
    struct vio_flow *f = t->flow;
    bool ends = t->unsent && t->unsent->end_seq <= end;

    while (t->unsent && t->unsent->end_seq <= end)
        t->unsent = t->unsent->next;
    if (p->seq < t->max_sent) {
        struct vio_trail *alone = vio_trail_open(f, t->way, true);

        vio_trail_tag(alone, p, true);
        vio_trail_release(f->world, alone);
        return;
    }
    if (!t->trail)
        t->trail = vio_trail_open(f, t->way, false);
    vio_trail_tag(t->trail, p, ends);
    if (!ends)
        return;
    vio_trail_release(f->world, t->trail);
    t->trail = NULL;
}

static void tcp_segment(struct vio_tcp *t, uint64_t seq, uint32_t payload_B)
{
    struct vio_flow *f = t->flow;
    struct vio_packet *p = vio_packet_take(f->world, f, vio_tcp_data_path(t), payload_B + f->mtu_B - t->mss_B);

    p->io = t;
    p->seq = seq;
    p->ack = payload_B;
    if (f->world->trace)
        tcp_trace(t, p, seq + payload_B);
    if (seq < t->max_sent) {
        t->counts->retransmits++;
    } else if (t->cwr) {
        p->flags |= VIO_PACKET_CWR;
        t->cwr = false;
    }
    if (seq + payload_B > t->max_sent)
        t->max_sent = seq + payload_B;
    if (t->reverse && t->reverse->echo_set)
        vio_tcp_carry_ack(t->reverse, p);
    vio_packet_launch(f->world, p);
}

static uint32_t tcp_payload(const struct vio_tcp *t, uint64_t seq)
{
    return t->end - seq < t->mss_B ? (uint32_t)(t->end - seq) : t->mss_B;
}

/* Whether segmentation offload waits for a larger burst; acknowledgements that are to come will end the wait. */
static bool tcp_defers(const struct vio_tcp *t, uint64_t limit)
{
    const uint64_t third_B = (limit - t->una) / 3, burst_B = third_B < t->config->tso_B ? third_B : t->config->tso_B;

    return t->nxt != t->una && limit < t->end && limit < t->nxt + burst_B;
}

/* Send what the windows allow. */
static void tcp_push(struct vio_tcp *t)
{
    const struct vio_tcp_config *c = t->config;
    const uint64_t limit = t->una + (t->cwnd_B < c->window_B ? t->cwnd_B : c->window_B), from = t->nxt;

    if (c->tso_B && tcp_defers(t, limit))
        return;
    while (t->nxt < t->end) {
        const uint32_t B = tcp_payload(t, t->nxt);

        if (t->nxt + B > limit && t->nxt != t->una)
            break;
        t->nxt += B;
        tcp_segment(t, t->nxt - B, B);
    }
    if (t->nxt == from)
        return;
    t->last_sent_ps = sim_now(&t->flow->world->sim);
    if (from == t->una)
        tcp_set_deadline(t);
}

void vio_tcp_send(struct vio_tcp *t, struct vio_message *m)
{
    const struct vio_tcp_config *c = t->config;
    uint64_t restart_B = (uint64_t)c->initial_window_pkts * t->mss_B;

    if (c->idle_restart && t->una == t->nxt && t->cwnd_B > restart_B &&
        sim_now(&t->flow->world->sim) - t->last_sent_ps > t->rto_ps)
        t->cwnd_B = restart_B;
    t->end += m->size_B;
    m->end_seq = t->end;
    *t->tail = m;
    t->tail = &m->next;
    if (!t->unsent && t->flow->world->trace)
        t->unsent = m;
    tcp_push(t);
}

/* RFC 6298 (2.2)-(2.4). */
static void tcp_rtt_sample(struct vio_tcp *t, const struct vio_tcp_config *c, sim_time rtt_ps)
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

static void tcp_retransmit_first(struct vio_tcp *t)
{
    tcp_segment(t, t->una, tcp_payload(t, t->una));
}

static void tcp_duplicate_ack(struct vio_tcp *t)
{
    t->dupacks++;
    if (t->recovering) {
        t->cwnd_B += t->mss_B;
        tcp_push(t);
    } else if (t->dupacks == TCP_DUPACKS && t->una >= t->recover) { /* RFC 6582 3.2 step 2 */
        t->counts->fast_recoveries++;
        t->recovering = true;
        t->recover = t->nxt;
        t->ssthresh_B = t->cc->lost(t);
        t->cwnd_B = t->ssthresh_B + TCP_DUPACKS * (uint64_t)t->mss_B;
        tcp_retransmit_first(t);
        tcp_set_deadline(t);
    }
}

/* ECN: once a window of data the window is cut. Returns: whether these bytes let it grow, RFC 3168 6.1.2. */
static bool tcp_heed(struct vio_tcp *t, uint64_t newly_B, bool marked)
{
    t->counts->acked_B += newly_B;
    if (t->cc->told)
        t->cc->told(t, newly_B, marked);
    if (!marked)
        return true;
    t->counts->marked_B += newly_B;
    if (t->una > t->cut_until && !t->recovering) {
        t->counts->ecn_cuts++;
        t->ssthresh_B = t->cwnd_B = t->cc->echoed(t);
        t->acked_B = 0;
        t->cut_until = t->nxt;
        t->cwr = true;
    }
    return false;
}

static void tcp_new_ack(struct vio_tcp *t, uint64_t ack, bool marked)
{
    uint64_t newly_B = ack - t->una;
    bool grows;

    t->una = ack;
    if (t->nxt < ack) /* after a timeout: what was out has arrived after all */
        t->nxt = ack;
    grows = !t->ecn || tcp_heed(t, newly_B, marked);
    if (t->recovering && ack < t->recover) { /* partial acknowledgement: the next hole, RFC 6582 3.2 step 3 */
        t->cwnd_B = t->cwnd_B > newly_B ? t->cwnd_B - newly_B : 0;
        t->cwnd_B += t->mss_B;
        tcp_retransmit_first(t);
    } else if (t->recovering) {
        t->recovering = false;
        t->dupacks = 0;
        t->cwnd_B = t->ssthresh_B;
    } else {
        t->dupacks = 0;
        if (grows)
            t->cc->acked(t, newly_B);
    }
    tcp_set_deadline(t);
    tcp_push(t);
}

void vio_tcp_acknowledged(struct vio_tcp *t, uint64_t ack, sim_time echo_ps, bool marked, bool carried)
{
    if (ack > t->una) {
        tcp_rtt_sample(t, t->config, sim_now(&t->flow->world->sim) - echo_ps);
        tcp_new_ack(t, ack, marked);
    } else if (ack == t->una && t->nxt > t->una && !carried) {
        tcp_duplicate_ack(t);
    }
}

void vio_tcp_receive_ack(struct vio_tcp *t, struct vio_packet *p)
{
    const uint64_t ack = p->ack;
    const sim_time echo_ps = (sim_time)p->seq;
    const bool marked = p->flags & VIO_PACKET_ECE;

    vio_packet_give(t->flow->world, p);
    vio_tcp_acknowledged(t, ack, echo_ps, marked, false);
}

static void tcp_timer_fired(struct sim *sim, struct sim_event *ev)
{
    struct vio_tcp *t = sim_container_of(ev, struct vio_tcp, timer);

    if (t->deadline_ps == SIM_TIME_NEVER)
        return;
    if (sim_now(sim) < t->deadline_ps) {
        sim_at(sim, ev, t->deadline_ps);
        return;
    }
    t->counts->timeouts++;
    if (!t->backoff) /* held when the same segment times out again, RFC 5681 3.1 */
        t->ssthresh_B = t->cc->timed_out(t);
    t->cwnd_B = t->mss_B;
    t->acked_B = 0;
    t->recover = t->max_sent;
    t->recovering = false;
    t->dupacks = 0;
    if (t->backoff < TCP_BACKOFF_MAX)
        t->backoff++;
    t->nxt = t->una; /* go back */
    tcp_push(t);
    tcp_set_deadline(t);
}
