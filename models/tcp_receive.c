/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/tcp_receive.c - the receiving half of a TCP stream: reassembly, delivery, acknowledgements.
 *
 * Acknowledgements are cumulative. They travel on their own, or on data of the other direction if the flow has one.
 * Every second full segment is acknowledged, or what has come after a delay; at once what arrives out of order, fills a
 * hole or was there before. Source: RFC 1122 4.2.3.2, RFC 5681 4.2, RFC 7323
 */
#include <stdlib.h>
#include <string.h>

#include "models/tcp_private.h"

enum { TCP_ACK_EVERY = 2 }; /* full segments, RFC 1122 4.2.3.2 */

static void tcp_ack_now(struct vio_tcp *t)
{
    const struct vio_tcp_config *c = t->config;
    struct vio_flow *f = t->flow;
    struct vio_packet *p = vio_packet_take(f->world, f, vio_tcp_ack_path(t),
                                           VIO_TCP_HEADERS_B + (c->timestamps ? VIO_TCP_TIMESTAMPS_B : 0));

    p->io = t;
    p->flags = VIO_PACKET_ACK | (t->ce ? VIO_PACKET_ECE : 0);
    p->ack = t->rcv_nxt;
    p->seq = (uint64_t)t->echo_ps;
    t->echo_set = false;
    t->unacked_segments = 0;
    sim_cancel(&f->world->sim, &t->ack_timer);
    vio_packet_launch(f->world, p);
}

void vio_tcp_carry_ack(struct vio_tcp *t, struct vio_packet *p)
{
    p->flags |= VIO_PACKET_CARRY | (t->ce ? VIO_PACKET_ECE : 0);
    p->carried_ack = t->rcv_nxt;
    p->carried_echo = t->echo_ps;
    t->echo_set = false;
    t->unacked_segments = 0;
    sim_cancel(&t->flow->world->sim, &t->ack_timer);
}

void vio_tcp_ack_timer_fired(struct sim *sim, struct sim_event *ev)
{
    struct vio_tcp *t = sim_container_of(ev, struct vio_tcp, ack_timer);

    (void)sim;
    tcp_ack_now(t);
}

/* Remember [from, to) received out of order. */
static void tcp_remember(struct vio_tcp *t, uint64_t from, uint64_t to)
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
    t->ahead[i] = (struct vio_tcp_hole){from, to};
}

/* rcv_nxt moves to `to` and over whatever was ahead; messages that are now complete are delivered. */
static void tcp_advance(struct vio_tcp *t, uint64_t to)
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
    *t->delivered_B += t->rcv_nxt - before;
}

/* `trail` is that of the segment that has arrived, or NULL. */
static void tcp_deliver(struct vio_tcp *t, struct vio_trail *trail)
{
    while (t->first && t->first->end_seq <= t->rcv_nxt) {
        struct vio_message *m = t->first;

        t->first = m->next;
        if (!t->first)
            t->tail = &t->first;
        t->deliver(t, m, trail); /* may send again on this stream */
    }
}

/* The state that acknowledgements tell. RFC 8257 3.2: when the marks begin or end, what came before is acknowledged at
 * once. RFC 3168 6.1.3: from a mark until the sender says that it has cut its window. */
static void tcp_note_mark(struct vio_tcp *t, uint8_t flags)
{
    const bool ce = flags & VIO_PACKET_ECN;

    if (!t->cc->echo_each) {
        t->ce = ce || (t->ce && !(flags & VIO_PACKET_CWR));
        return;
    }
    if (ce != t->ce && t->echo_set)
        tcp_ack_now(t);
    t->ce = ce;
}

void vio_tcp_receive_data(struct vio_tcp *t, struct vio_packet *p)
{
    struct vio_world *w = t->flow->world;
    const struct vio_tcp_config *c = t->config;
    uint64_t from = p->seq, to = p->seq + p->ack;
    bool gap = t->aheads > 0 || from > t->rcv_nxt, full = p->ack == t->mss_B;
    struct vio_trail *trail;

    if (p->flags & VIO_PACKET_CARRY)
        vio_tcp_acknowledged(t->reverse, p->carried_ack, p->carried_echo, p->flags & VIO_PACKET_ECE, true);
    if (t->ecn)
        tcp_note_mark(t, p->flags);
    if (!t->echo_set) { /* RFC 7323 4.3: the segment that the last acknowledgement did not cover */
        t->echo_ps = p->born_ps;
        t->echo_set = true;
    }
    trail = vio_trail_hold(vio_trail_of(p));
    vio_packet_give(w, p);
    if (to <= t->rcv_nxt) { /* all seen before */
        tcp_ack_now(t);
        if (trail)
            vio_trail_release(w, trail);
        return;
    }
    if (from > t->rcv_nxt)
        tcp_remember(t, from, to);
    else
        tcp_advance(t, to);
    t->unacked_segments += full ? 1 : 0;
    if (gap || !c->delayed_ack_ps || t->unacked_segments >= TCP_ACK_EVERY)
        tcp_ack_now(t);
    else if (!sim_event_is_pending(&t->ack_timer))
        sim_after(&w->sim, &t->ack_timer, c->delayed_ack_ps);
    tcp_deliver(t, trail);
    if (trail)
        vio_trail_release(w, trail);
}

void vio_tcp_receive(struct vio_tcp *t, struct vio_packet *p)
{
    if (p->flags & VIO_PACKET_ACK)
        vio_tcp_receive_ack(t, p);
    else
        vio_tcp_receive_data(t, p);
}

void vio_tcp_fini(struct vio_tcp *t)
{
    free(t->ahead);
}
