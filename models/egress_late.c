/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress_late.c - the late form of an egress: class queues, a scheduler, flow control, a shared buffer.
 *
 * The transmitter is asked again (late_try) when a packet comes, when it falls free while something waits, when the
 * scheduler says so, and when a flow-control message arrives while it is stalled. Flow-control messages travel in a
 * FIFO of their own with the wire's delay and are read lazily: they cost an event only when a stalled transmitter waits
 * for one. What they mean is the mechanism's (models/control.h).
 *
 * Simplified: messages do not take bandwidth from the reverse wire (R_RDY is a primitive between frames; an FC packet
 * of IB and a pause frame are 8 and 64 bytes).
 */
#include "models/egress_private.h"

#include <stdlib.h>
#include <string.h>

#include "models/trail.h"
#include "sim/kernel/assert.h"

enum {
    LATE_FC_MAX_PAYLOAD_B = 2112 /* FC-FS-3 */
};

static sim_event_fn late_wake;

uint32_t vio_egress_max_wire_B(const struct vio_egress *e)
{
    uint32_t mtu_B = vio_egress_mtu_B(&e->config), max_B = 0;

    for (int proto = 0; proto < VIO_PROTOS; proto++) {
        const struct vio_framing *f = &e->framing[proto];
        uint32_t size_B = LATE_FC_MAX_PAYLOAD_B, wire_B;

        if (proto == VIO_PROTO_IP)
            size_B = mtu_B < UINT16_MAX ? mtu_B : UINT16_MAX;
        else if (proto >= VIO_PROTO_RDMA)
            size_B = f->segment_B;
        wire_B = f->carried ? vio_wire_B(f, size_B) : 0;
        max_B = wire_B > max_B ? wire_B : max_B;
    }
    return max_B;
}

void vio_late_create(struct vio_egress *e)
{
    const struct vio_egress_config *c = &e->config;
    struct vio_late *l = sim_arena_alloc(&e->world->arena, 1, sizeof *l);

    l->egress = e;
    l->buffer = c->buffer;
    l->control = vio_control_of(c->flow_control);
    for (uint32_t tc = 0; tc < c->classes; tc++)
        if ((l->control && l->control->protects) || c->cls[tc].lossless)
            l->lossless |= 1u << tc;
    if (l->control)
        l->counted = l->control->counts_all ? (1u << c->classes) - 1 : l->lossless;
    l->sched = vio_sched_create(&e->world->arena, c->sched ? c->sched : vio_sched_find("fifo"), c->sched_config, c->cls,
                                c->classes, e->rate_bps, vio_egress_max_wire_B(e));
    l->signal_delay_ps = e->delay_ps - c->latency_ps;
    l->special = l->sched->type->admit || l->lossless || l->buffer || c->limit_B || e->marker;
    e->late = l;
    if (l->control)
        l->control->init(l, c);
    sim_event_init(&l->wake, late_wake);
}

static void late_keep_signal(struct vio_late *l, struct vio_signal s)
{
    uint32_t i;

    if (l->signals == l->signal_capacity) {
        uint32_t capacity = l->signal_capacity ? 2 * l->signal_capacity : 16;
        struct vio_signal *ring = sim_alloc(capacity, sizeof *ring);

        for (i = 0; i < l->signals; i++)
            ring[i] = l->signal[(l->signal_first + i) & (l->signal_capacity - 1)];
        free(l->signal);
        l->signal = ring;
        l->signal_first = 0;
        l->signal_capacity = capacity;
    }
    /* In order of time: the stages behind one link free its buffer each at their own pace. */
    for (i = l->signals++; i > 0; i--) {
        struct vio_signal before = l->signal[(l->signal_first + i - 1) & (l->signal_capacity - 1)];

        if (before.at <= s.at)
            break;
        l->signal[(l->signal_first + i) & (l->signal_capacity - 1)] = before;
    }
    l->signal[(l->signal_first + i) & (l->signal_capacity - 1)] = s;
}

/* Read the messages that have arrived by now. */
static void late_read_signals(struct vio_egress *e, sim_time now)
{
    struct vio_late *l = e->late;

    while (l->signals && l->signal[l->signal_first].at <= now) {
        struct vio_signal s = l->signal[l->signal_first];

        l->signal_first = (l->signal_first + 1) & (l->signal_capacity - 1);
        l->signals--;
        l->control->told(e, &s);
    }
}

static void late_set_stalled(struct vio_egress *e, bool stalled, sim_time now)
{
    struct vio_late *l = e->late;

    if (l->stalled && !stalled) {
        e->stats.stall_ps += (uint64_t)(now - l->stalled_ps);
        l->stalled_sum_ps += now - l->stalled_ps;
    }
    if (!l->stalled && stalled)
        l->stalled_ps = now;
    l->stalled = stalled;
}

sim_time vio_late_stalled_ps(const struct vio_egress *e)
{
    const struct vio_late *l = e->late;

    return l->stalled_sum_ps + (l->stalled ? sim_now(&e->world->sim) - l->stalled_ps : 0);
}

/* Ask again at `at`, unless an earlier question is already set. */
static void late_wake_at(struct vio_egress *e, sim_time at)
{
    struct sim *sim = &e->world->sim;
    struct sim_event *wake = &e->late->wake;

    if (sim_event_is_pending(wake)) {
        if (wake->at <= at)
            return;
        sim_cancel(sim, wake);
    }
    sim_at(sim, wake, at);
}

/* Room to give back when the packet on the transmitter has left: upstream, or in the node's buffer. */
static bool late_owes(const struct vio_late *l)
{
    return l->freeing || l->serving_pool_B;
}

static void late_transmit(struct vio_egress *e, uint32_t tc, sim_time now)
{
    struct vio_late *l = e->late;
    struct vio_sched *s = l->sched;
    struct vio_queue *q = &s->queue[tc];
    struct vio_packet *p = q->head;

    q->head = p->next;
    if (!q->head)
        q->tail = &q->head;
    q->pkts--;
    q->B -= p->wire_B;
    e->backlog_pkts--;
    if (s->type->sent)
        s->type->sent(s, p, now);
    if (!q->head)
        l->backlogged &= ~(1u << tc);
    if (l->control && l->control->sent)
        l->control->sent(l, vio_late_account(l, tc), p->wire_B);
    p->depart_ps = now + vio_egress_service(e, p->wire_B);
    e->free_ps = p->depart_ps;
    l->serving_tc = tc;
    l->serving_B = p->wire_B;
    l->freeing = p->held;
    l->freeing_B = p->held_B;
    l->freeing_tc = p->tc;
    p->held = NULL;
    if (l->buffer && !(l->lossless >> tc & 1))
        l->serving_pool_B = p->wire_B;
    if (p->flags & VIO_PACKET_TRAIL)
        vio_trail_sent(e, p, now);
    vio_egress_put_on_wire(e, p, now);
    if (l->backlogged || late_owes(l))
        late_wake_at(e, e->free_ps);
}

/* Nothing may go: ask again at the next message, or when a pause ends by itself. */
static void late_wait(struct vio_egress *e, sim_time now)
{
    const struct vio_late *l = e->late;
    sim_time at = l->control->again_ps ? l->control->again_ps(l, now) : SIM_TIME_NEVER;

    if (l->signals && l->signal[l->signal_first].at < at)
        at = l->signal[l->signal_first].at;
    if (at != SIM_TIME_NEVER)
        late_wake_at(e, at);
}

/* Send the next packet if there is one that may go. */
static void late_try(struct vio_egress *e, sim_time now)
{
    struct vio_late *l = e->late;
    sim_time again_at_ps = SIM_TIME_NEVER;
    uint32_t ready;
    int tc;

    if (!l->backlogged)
        return;
    ready = l->backlogged;
    if (l->control) {
        late_read_signals(e, now);
        ready = l->control->ready(l, ready, now);
        late_set_stalled(e, !ready, now);
    }
    if (!ready) {
        late_wait(e, now);
        return;
    }
    tc = l->sched->type->pick(l->sched, ready, now, &again_at_ps);
    l->shaping = tc < 0;
    if (tc >= 0) {
        late_transmit(e, (uint32_t)tc, now);
        return;
    }
    if (l->signals && l->signal[l->signal_first].at < again_at_ps) /* may let a class send that need not wait */
        again_at_ps = l->signal[l->signal_first].at;
    if (again_at_ps < SIM_TIME_NEVER)
        late_wake_at(e, again_at_ps);
}

static void late_wake(struct sim *sim, struct sim_event *ev)
{
    struct vio_late *l = sim_container_of(ev, struct vio_late, wake);
    struct vio_egress *e = l->egress;
    struct vio_egress *freeing = l->freeing;

    if (sim_now(sim) < e->free_ps) { /* woken for a signal while another class was sent */
        if (l->backlogged || late_owes(l))
            late_wake_at(e, e->free_ps);
        return;
    }
    if (l->serving_pool_B) {
        l->buffer->used_B -= l->serving_pool_B;
        l->serving_pool_B = 0;
    }
    if (freeing) {
        l->freeing = NULL;
        vio_late_release(freeing, l->freeing_tc, l->freeing_B);
    }
    late_try(e, sim_now(sim));
}

/* Take room for a packet from the node's buffer, for a queue of B bytes; false if there is none. */
static bool late_shares(struct vio_buffer *b, uint64_t B, uint32_t wire_B)
{
    if ((double)(B + wire_B) > vio_buffer_threshold_B(b) || b->used_B + wire_B > b->size_B)
        return false;
    vio_buffer_take(b, wire_B);
    return true;
}

/* Room for p in the queue of class tc, which it then takes from the node's buffer; and the mark. */
static bool late_look(struct vio_egress *e, struct vio_packet *p, uint32_t tc, sim_time now)
{
    const struct vio_late *l = e->late;
    const struct vio_queue *q = &l->sched->queue[tc];
    const bool serving = now < e->free_ps && l->serving_tc == tc;
    const uint64_t B = q->B + (serving ? l->serving_B : 0);

    if (!(l->lossless >> tc & 1)) {
        const uint64_t pkts = q->pkts + (serving ? 1 : 0);

        if (pkts >= e->limit_pkts || B + p->wire_B > e->limit_B ||
            (l->buffer && !late_shares(l->buffer, B, p->wire_B))) {
            vio_egress_drop(e, p);
            return false;
        }
    }
    if (e->marker)
        vio_egress_mark(e, p, B);
    return true;
}

/* Whether p may enter the queue of class tc; if not it is gone. */
static bool late_admits(struct vio_egress *e, struct vio_packet *p, uint32_t tc, sim_time now)
{
    struct vio_sched *s = e->late->sched;

    if (s->type->admit && !s->type->admit(s, p, now)) {
        vio_egress_police(e, p);
        return false;
    }
    return late_look(e, p, tc, now);
}

void vio_late_send(struct vio_egress *e, struct vio_packet *p)
{
    struct vio_late *l = e->late;
    struct vio_sched *s = l->sched;
    uint32_t tc = p->tc < s->classes ? p->tc : s->classes - 1;
    struct vio_queue *q = &s->queue[tc];
    sim_time now = sim_now(&e->world->sim);
    uint64_t inside;

    if (l->special) {
        if (!late_admits(e, p, tc, now))
            return;
    } else if (q->pkts + (now < e->free_ps && l->serving_tc == tc) >= e->limit_pkts) {
        vio_egress_drop(e, p);
        return;
    }
    if (s->type->append) {
        s->type->append(s, p, tc, now);
    } else {
        p->next = NULL;
        *q->tail = p;
        q->tail = &p->next;
    }
    q->pkts++;
    q->B += p->wire_B;
    inside = ++e->backlog_pkts + (now < e->free_ps ? 1 : 0);
    if (inside > e->stats.backlog_max_pkts)
        e->stats.backlog_max_pkts = inside;
    l->backlogged |= 1u << tc;
    if (p->flags & VIO_PACKET_TRAIL)
        vio_trail_queued(e, p);
    if (s->type->enqueued)
        s->type->enqueued(s, p);
    if (now < e->free_ps || late_owes(l)) /* in the second case the wake is due now and has room to give back first */
        late_wake_at(e, e->free_ps);
    else
        late_try(e, now);
}

bool vio_late_received(struct vio_egress *e, struct vio_packet *p)
{
    struct vio_late *l = e->late;
    uint32_t tc = p->tc < l->sched->classes ? p->tc : l->sched->classes - 1;

    if (!(l->counted >> tc & 1))
        return true;
    if (l->control->received && !l->control->received(e, vio_late_account(l, tc), p->wire_B, sim_now(&e->world->sim)))
        return false;
    p->held = e;
    p->held_B = p->wire_B;
    return true;
}

void vio_late_signal(struct vio_egress *e, struct vio_signal s)
{
    struct vio_late *l = e->late;

    late_keep_signal(l, s);
    if (l->stalled || l->shaping)
        late_wake_at(e, l->signal[l->signal_first].at);
}

static void late_forget(struct vio_late *l)
{
    l->signals = 0;
    l->paused = l->rx_paused = 0;
    memset(l->credit, 0, sizeof l->credit);
    memset(l->fctbs, 0, sizeof l->fctbs);
    memset(l->fccl, 0, sizeof l->fccl);
    memset(l->abr, 0, sizeof l->abr);
    memset(l->held, 0, sizeof l->held);
    memset(l->rx_B, 0, sizeof l->rx_B);
    memset(l->rx_headroom_B, 0, sizeof l->rx_headroom_B);
}

void vio_late_cut(struct vio_egress *e)
{
    struct vio_late *l = e->late;
    const sim_time now = sim_now(&e->world->sim);

    for (uint32_t i = 0; e->config.far_buffer && i < VIO_CLASSES; i++)
        e->config.far_buffer->used_B -= l->rx_B[i] - l->rx_headroom_B[i];
    late_set_stalled(e, false, now);
    late_forget(l);
    l->control = NULL;
    if (l->backlogged)
        late_wake_at(e, now < e->free_ps ? e->free_ps : now);
}

void vio_late_join(struct vio_egress *e)
{
    struct vio_late *l = e->late;

    l->control = vio_control_of(e->config.flow_control);
    if (!l->control)
        return;
    l->signal_delay_ps = e->delay_ps - e->config.latency_ps;
    l->control->init(l, &e->config);
}

static uint32_t late_account_of(const struct vio_late *l, uint8_t p_tc)
{
    return vio_late_account(l, p_tc < l->sched->classes ? p_tc : l->sched->classes - 1);
}

void vio_late_release(struct vio_egress *e, uint8_t p_tc, uint32_t B)
{
    const struct vio_late *l = e->late;

    l->control->released(e, late_account_of(l, p_tc), B, sim_now(&e->world->sim));
}

bool vio_late_release_at(struct vio_egress *e, uint8_t p_tc, uint32_t B, sim_time freed_ps)
{
    const struct vio_late *l = e->late;

    if (!l->control->told_ahead)
        return false;
    l->control->released(e, late_account_of(l, p_tc), B, freed_ps);
    return true;
}
