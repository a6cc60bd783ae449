/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress_late.c - the late form of an egress: class queues, a scheduler, credits and pause.
 *
 * The transmitter is asked again (late_try) when a packet comes, when it falls free while something waits, when the
 * scheduler says so, and when a flow-control message arrives while it is stalled. Flow-control messages travel in a
 * FIFO of their own with the wire's delay and are read lazily: they cost an event only when a stalled transmitter waits
 * for one. Credits: FC-FS-3 (one per frame), IBA vol. 1 cl. 7.9 (64 B blocks per VL). Pause: IEEE 802.1Qbb per class.
 *
 * Simplified: credit and pause messages do not take bandwidth from the reverse wire (R_RDY is a primitive between
 * frames; an FC packet of IB and a PFC frame are 8 and 64 bytes); a pause lasts until the resume, without quanta.
 */
#include "models/egress_private.h"

#include <stdlib.h>

#include "sim/kernel/assert.h"

enum {
    LATE_BLOCK_B = 64,            /* IB credit unit, IBA vol. 1 cl. 7.9 */
    LATE_FC_MAX_PAYLOAD_B = 2112, /* FC-FS-3 */
    LATE_PFC_FRAME_B = 84         /* 64 B MAC control frame, preamble and gap */
};

static sim_event_fn late_wake;

/* The largest packet of any protocol the link carries, on the wire. */
static uint32_t late_max_wire_B(const struct vio_egress *e)
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

    for (uint32_t tc = 0; tc < c->classes; tc++) {
        l->credit[tc] = c->credits;
        if (c->flow_control == VIO_FLOW_BB_CREDIT || c->flow_control == VIO_FLOW_VL_CREDIT || c->cls[tc].lossless)
            l->lossless |= 1u << tc;
    }
    l->egress = e;
    l->sched = vio_sched_create(&e->world->arena, c->sched ? c->sched : vio_sched_find("fifo"), c->sched_config, c->cls,
                                c->classes, e->rate_bps, late_max_wire_B(e));
    l->flow_control = c->flow_control;
    l->xoff_B = c->xoff_B;
    l->xon_B = c->xon_B;
    l->limit_B = c->xoff_B + c->headroom_B;
    l->signal_delay_ps = e->delay_ps - c->latency_ps;
    if (c->flow_control == VIO_FLOW_PFC) {
        uint64_t carry = 0;

        l->signal_delay_ps += vio_wire_time(LATE_PFC_FRAME_B, e->rate_bps, &carry);
    }
    sim_event_init(&l->wake, late_wake);
    e->late = l;
}

/* Credits that packet p of class tc takes from which account. */
static uint32_t late_cost(const struct vio_late *l, uint32_t wire_B, uint32_t tc, uint32_t *account)
{
    switch (l->flow_control) {
    case VIO_FLOW_BB_CREDIT:
        *account = 0;
        return 1;
    case VIO_FLOW_VL_CREDIT:
        *account = tc;
        return (wire_B + LATE_BLOCK_B - 1) / LATE_BLOCK_B;
    default:
        *account = 0;
        return 0;
    }
}

static void late_signal(struct vio_late *l, struct vio_signal s)
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
        if (l->flow_control != VIO_FLOW_PFC) {
            l->credit[s.tc] += (uint32_t)s.amount;
            SIM_CHECK(l->credit[s.tc] <= e->config.credits);
        } else if (s.amount) {
            l->paused |= 1u << s.tc;
            e->stats.pauses++;
        } else {
            l->paused &= ~(1u << s.tc);
        }
    }
}

static uint32_t late_ready(const struct vio_late *l)
{
    uint32_t ready = l->backlogged & ~l->paused;

    if (l->flow_control != VIO_FLOW_BB_CREDIT && l->flow_control != VIO_FLOW_VL_CREDIT)
        return ready;
    for (uint32_t m = ready; m; m &= m - 1) {
        uint32_t tc = (uint32_t)__builtin_ctz(m), account;

        if (late_cost(l, l->sched->queue[tc].head->wire_B, tc, &account) > l->credit[account])
            ready &= ~(1u << tc);
    }
    return ready;
}

static void late_set_stalled(struct vio_egress *e, bool stalled, sim_time now)
{
    struct vio_late *l = e->late;

    if (l->stalled && !stalled)
        e->stats.stall_ps += (uint64_t)(now - l->stalled_ps);
    if (!l->stalled && stalled)
        l->stalled_ps = now;
    l->stalled = stalled;
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

static void late_transmit(struct vio_egress *e, uint32_t tc, sim_time now)
{
    struct vio_late *l = e->late;
    struct vio_sched *s = l->sched;
    struct vio_queue *q = &s->queue[tc];
    struct vio_packet *p = q->head;
    uint32_t account, cost = late_cost(l, p->wire_B, tc, &account);

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
    l->credit[account] -= cost;
    p->depart_ps = now + vio_egress_service(e, p->wire_B);
    e->free_ps = p->depart_ps;
    l->serving_tc = tc;
    l->serving_B = p->wire_B;
    l->freeing = p->held;
    l->freeing_B = p->held_B;
    l->freeing_tc = p->tc;
    p->held = NULL;
    vio_egress_put_on_wire(e, p, now);
    if (l->backlogged || l->freeing)
        late_wake_at(e, e->free_ps);
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
    late_read_signals(e, now);
    ready = late_ready(l);
    late_set_stalled(e, !ready, now);
    if (!ready) {
        if (l->signals)
            late_wake_at(e, l->signal[l->signal_first].at);
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
        if (l->backlogged || freeing)
            late_wake_at(e, e->free_ps);
        return;
    }
    if (freeing) {
        l->freeing = NULL;
        vio_late_release(freeing, l->freeing_tc, l->freeing_B);
    }
    late_try(e, sim_now(sim));
}

void vio_late_send(struct vio_egress *e, struct vio_packet *p)
{
    struct vio_late *l = e->late;
    struct vio_sched *s = l->sched;
    uint32_t tc = p->tc < s->classes ? p->tc : s->classes - 1;
    struct vio_queue *q = &s->queue[tc];
    sim_time now = sim_now(&e->world->sim);
    uint64_t inside;

    if (s->type->admit && !s->type->admit(s, p, now)) {
        vio_egress_police(e, p);
        return;
    }
    if (!(l->lossless >> tc & 1)) {
        bool serving = now < e->free_ps && l->serving_tc == tc;
        uint64_t pkts = q->pkts + (serving ? 1 : 0), B = q->B + (serving ? l->serving_B : 0);

        if ((e->limit_pkts && pkts >= e->limit_pkts) || (e->limit_B && B + p->wire_B > e->limit_B)) {
            vio_egress_drop(e, p);
            return;
        }
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
    if (s->type->enqueued)
        s->type->enqueued(s, p);
    if (now < e->free_ps || l->freeing) /* in the second case the wake is due now and has a buffer to free first */
        late_wake_at(e, e->free_ps);
    else
        late_try(e, now);
}

bool vio_late_received(struct vio_egress *e, struct vio_packet *p)
{
    struct vio_late *l = e->late;
    uint32_t tc = p->tc < l->sched->classes ? p->tc : l->sched->classes - 1;
    sim_time now = sim_now(&e->world->sim);

    if (l->flow_control == VIO_FLOW_NONE)
        return true;
    if (l->flow_control == VIO_FLOW_PFC) {
        if (!(l->lossless >> tc & 1))
            return true;
        if (l->rx_B[tc] + p->wire_B > l->limit_B)
            return false;
        l->rx_B[tc] += p->wire_B;
        if (l->rx_B[tc] > l->rx_max_B[tc])
            l->rx_max_B[tc] = l->rx_B[tc];
        if (l->rx_B[tc] > l->xoff_B && !(l->rx_paused >> tc & 1)) {
            l->rx_paused |= 1u << tc;
            late_signal(l, (struct vio_signal){now + l->signal_delay_ps, tc, 1});
        }
    }
    p->held = e;
    p->held_B = p->wire_B;
    return true;
}

static void late_credit(struct vio_late *l, uint32_t tc, uint32_t B, sim_time freed_ps)
{
    uint32_t account, cost = late_cost(l, B, tc, &account);

    late_signal(l, (struct vio_signal){freed_ps + l->signal_delay_ps, account, (int32_t)cost});
}

static void late_signalled(struct vio_egress *e)
{
    struct vio_late *l = e->late;

    if (l->stalled || l->shaping)
        late_wake_at(e, l->signal[l->signal_first].at);
}

void vio_late_release(struct vio_egress *e, uint8_t p_tc, uint32_t B)
{
    struct vio_late *l = e->late;
    uint32_t tc = p_tc < l->sched->classes ? p_tc : l->sched->classes - 1;
    sim_time now = sim_now(&e->world->sim);

    if (l->flow_control == VIO_FLOW_PFC) {
        l->rx_B[tc] -= B;
        if (!(l->rx_paused >> tc & 1) || l->rx_B[tc] > l->xon_B)
            return;
        l->rx_paused &= ~(1u << tc);
        late_signal(l, (struct vio_signal){now + l->signal_delay_ps, tc, 0});
    } else {
        late_credit(l, tc, B, now);
    }
    late_signalled(e);
}

bool vio_late_release_at(struct vio_egress *e, uint8_t p_tc, uint32_t B, sim_time freed_ps)
{
    struct vio_late *l = e->late;

    if (l->flow_control == VIO_FLOW_PFC)
        return false;
    late_credit(l, p_tc < l->sched->classes ? p_tc : l->sched->classes - 1, B, freed_ps);
    late_signalled(e);
    return true;
}
