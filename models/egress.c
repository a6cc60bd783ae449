/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress.c - queue, transmitter, wire: construction, the FIFO form, arrival at the far end.
 *
 * The wire is a FIFO of packets in order of departure; since the delay is constant only its head needs to be in the
 * event set. In the FIFO form a packet is committed to the wire list as soon as it comes, with the departure Lindley's
 * recursion gives; `tx_head` separates what has left from what still waits, and is moved only when somebody asks.
 */
#include "models/egress_private.h"

#include <stdlib.h>

#include "models/framing.h"
#include "models/trail.h"
#include "models/transport.h"
#include "sim/kernel/assert.h"

static sim_event_fn egress_arrive, egress_freed;

void vio_egress_defaults(struct vio_egress_config *c, const struct vio_link_type *link)
{
    *c = (struct vio_egress_config){
        .link = link,
        .delay_ps = -1,
        .classes = 1,
        .flow_control = link->flow_control,
        .credits = link->credits,
        .pause_quanta = UINT16_MAX,
        .pause_refresh_quanta = UINT16_MAX / 2,
    };
    for (uint32_t tc = 0; tc < VIO_CLASSES; tc++)
        c->cls[tc].weight = 1;
}

static bool egress_is_fifo(const struct vio_egress_config *c)
{
    bool limited = c->limit_pkts || c->limit_B || c->ecn_min_B; /* per class: one backlog for all would not do */
    bool in_order = !c->sched || c->sched == vio_sched_find("fifo");
    bool chooses_only = !c->sched || !(c->sched->shapes || c->sched->admit || c->sched->append);

    return c->flow_control == VIO_FLOW_NONE && !c->buffer &&
           ((c->classes == 1 && chooses_only) || (in_order && !limited));
}

static struct vio_marker *egress_marker(struct vio_egress *e, const struct vio_egress_config *c)
{
    struct vio_marker *m = sim_arena_alloc(&e->world->arena, 1, sizeof *m);

    m->min_B = c->ecn_min_B;
    m->max_B = c->ecn_max_B;
    m->probability = c->ecn_probability;
    sim_stream_init(&m->stream, e->world->seed, e->world->replication, e->path, "ecn");
    return m;
}

/* The largest MTU of InfiniBand that an Ethernet frame of `mtu_B` has room for, with all headers. */
static uint16_t egress_roce_unit_B(uint32_t mtu_B)
{
    uint32_t unit_B = VIO_IB_MTU_MAX_B;

    while (unit_B > VIO_IB_MTU_MIN_B && unit_B + VIO_ROCE_HEADERS_B > mtu_B)
        unit_B /= 2;
    return (uint16_t)unit_B;
}

struct vio_framing vio_egress_framing(const struct vio_egress_config *c, enum vio_proto proto)
{
    struct vio_framing f = c->link->framing[proto];
    const bool roce = proto >= VIO_PROTO_RDMA && f.segment_B && !c->link->framing[VIO_PROTO_IP].segment_B;

    if (c->tagged && proto == VIO_PROTO_IP)
        f.overhead_B += VIO_VLAN_TAG_B;
    if (roce) {
        f.segment_B = egress_roce_unit_B(vio_egress_mtu_B(c));
        f.segment_overhead_B += c->tagged ? VIO_VLAN_TAG_B : 0;
    }
    if (c->segment_B && f.segment_B)
        f.segment_B = (uint16_t)c->segment_B;
    return f;
}

struct vio_egress *vio_egress_create(struct vio_world *w, const char *path, const struct vio_egress_config *c)
{
    struct vio_egress *e = sim_arena_alloc(&w->arena, 1, sizeof *e);

    SIM_ASSERT(c->link && c->classes >= 1 && c->classes <= VIO_CLASSES);
    e->config = *c;
    e->path = sim_arena_text(&w->arena, path);
    e->number = w->n_egresses++;
    e->world = w;
    e->rate_bps = c->rate_bps ? c->rate_bps : c->link->rate_bps;
    e->ps_per_B = vio_link_ps_per_B(e->rate_bps);
    e->fixed_ps = c->fixed_ps;
    e->delay_ps = c->latency_ps;
    e->delay_ps += c->delay_ps >= 0 ? c->delay_ps : (sim_time)(c->length_m * c->link->ps_per_m + 0.5);
    e->limit_pkts = c->limit_pkts ? c->limit_pkts : UINT32_MAX;
    e->limit_B = c->limit_B ? c->limit_B : UINT64_MAX;
    for (int proto = 0; proto < VIO_PROTOS; proto++)
        e->framing[proto] = vio_egress_framing(c, (enum vio_proto)proto);
    if (c->ecn_min_B)
        e->marker = egress_marker(e, c);
    sim_event_init(&e->arrive, egress_arrive);
    sim_event_init(&e->freed, egress_freed);
    e->wire_tail = &e->wire_head;
    e->dead_until_ps = -1;
    sim_metrics_init(vio_egress_metrics, &e->stats, 0);
    if (!egress_is_fifo(c))
        vio_late_create(e);
    *w->egress_tail = e;
    w->egress_tail = &e->next;
    return e;
}

void vio_egress_put_on_wire(struct vio_egress *e, struct vio_packet *p, sim_time start_ps)
{
    struct vio_egress_stats *st = &e->stats;

    st->wire_B += p->wire_B;
    st->busy_ps += (uint64_t)(p->depart_ps - start_ps);
    sim_tally_add(&st->wait, start_ps - p->enq_ps);
    p->next = NULL;
    if (!e->wire_head)
        sim_at(&e->world->sim, &e->arrive, p->depart_ps + e->delay_ps);
    *e->wire_tail = p;
    e->wire_tail = &p->next;
}

void vio_egress_lose(struct vio_packet *p)
{
    struct vio_flow *f = p->flow;

    if (f->type->dropped)
        f->type->dropped(f, p);
    vio_packet_give(f->world, p);
}

void vio_egress_drop(struct vio_egress *e, struct vio_packet *p)
{
    e->stats.drop_full_pkts++;
    e->dropped_pkts++;
    vio_egress_lose(p);
}

void vio_egress_police(struct vio_egress *e, struct vio_packet *p)
{
    e->stats.drop_policed_pkts++;
    e->dropped_pkts++;
    vio_egress_lose(p);
}

void vio_egress_mark(struct vio_egress *e, struct vio_packet *p, uint64_t B)
{
    struct vio_marker *m = e->marker;

    if (B <= m->min_B)
        return;
    if (B < m->max_B) {
        const double part = (double)(B - m->min_B) / (double)(m->max_B - m->min_B);

        if (sim_uniform(&m->stream) >= part * m->probability)
            return;
    }
    p->flags |= VIO_PACKET_ECN;
    e->stats.ecn_pkts++;
}

/* The last bit of the packet that holds a receive buffer upstream has left. It is still on the wire, and those that
 * were committed after it stand behind it. */
static void egress_freed(struct sim *sim, struct sim_event *ev)
{
    struct vio_egress *e = sim_container_of(ev, struct vio_egress, freed);
    struct vio_packet *p = e->holding;

    vio_late_release(p->held, p->tc, p->held_B);
    p->held = NULL;
    while (p && !p->held)
        p = p->next;
    e->holding = p;
    if (p)
        sim_at(sim, ev, p->depart_ps);
}

/* A packet is committed that occupies a receive buffer upstream, until it has left. Without a wire behind, that is when
 * it arrives (egress_arrive). */
static __attribute__((noinline)) void egress_hold(struct vio_egress *e, struct vio_packet *p)
{
    if (vio_late_release_at(p->held, p->tc, p->held_B, p->depart_ps)) {
        p->held = NULL;
    } else if (e->delay_ps > 0 && !e->holding) {
        e->holding = p;
        sim_at(&e->world->sim, &e->freed, p->depart_ps);
    }
}

static inline __attribute__((always_inline)) void egress_fifo_send(struct vio_egress *e, struct vio_packet *p,
                                                                   sim_time now)
{
    sim_time start_ps = now;

    vio_egress_retire(e, now);
    if (e->backlog_pkts >= e->limit_pkts || e->backlog_B + p->wire_B > e->limit_B) {
        vio_egress_drop(e, p);
        return;
    }
    if (e->marker)
        vio_egress_mark(e, p, e->backlog_B);
    if (e->free_ps > now)
        start_ps = e->free_ps;
    p->depart_ps = start_ps + vio_egress_service(e, p->wire_B);
    e->free_ps = p->depart_ps;
    if (!e->tx_head)
        e->tx_head = p;
    e->backlog_B += p->wire_B;
    if (++e->backlog_pkts > e->stats.backlog_max_pkts)
        e->stats.backlog_max_pkts = e->backlog_pkts;
    if (p->held)
        egress_hold(e, p);
    if (p->flags & VIO_PACKET_TRAIL)
        vio_trail_sent(e, p, start_ps);
    vio_egress_put_on_wire(e, p, start_ps);
}

void vio_egress_send(struct vio_egress *e, struct vio_packet *p)
{
    sim_time now = sim_now(&e->world->sim);
    const struct vio_framing *f = &e->framing[p->proto];

    SIM_CHECK(f->carried);
    e->stats.entered_pkts++;
    p->enq_ps = now;
    p->wire_B = vio_wire_B(f, p->size_B);
    if (e->late)
        vio_late_send(e, p);
    else
        egress_fifo_send(e, p, now);
}

/* The head of the wire has arrived: re-arm for the next. */
static inline __attribute__((always_inline)) struct vio_packet *egress_off_wire(struct vio_egress *e)
{
    struct vio_packet *p = e->wire_head;

    e->wire_head = p->next;
    if (p->next)
        sim_at(&e->world->sim, &e->arrive, p->next->depart_ps + e->delay_ps);
    else
        e->wire_tail = &e->wire_head;
    e->left_pkts++;
    if (e->tx_head == p) { /* departed at the latest now, and nobody asked since */
        e->tx_head = p->next;
        e->backlog_pkts--;
        e->backlog_B -= p->wire_B;
    }
    return p;
}

/* vio_isolation_admits(), with its commonest case at hand: the end of the way there. */
static inline __attribute__((always_inline)) bool egress_admits(const struct vio_packet *p)
{
    const struct vio_path *there = p->flow->there;

    return p->hop + 1 == there->hop + there->n ? p->segment == there->admits : vio_isolation_admits(p);
}

static inline __attribute__((always_inline)) void egress_hand_on(struct vio_egress *e, struct vio_packet *p)
{
    struct vio_egress *next = p->hop[1];

    if (e->late) {
        if (!vio_late_received(e, p)) {
            e->stats.drop_headroom_pkts++;
            e->overrun_pkts++;
            vio_egress_lose(p);
            return;
        }
    } else if (p->held) { /* a stage without a wire behind a link with a receive buffer: free once it is through */
        vio_late_release(p->held, p->tc, p->held_B);
        p->held = NULL;
    }
    if (next) {
        p->hop++;
        vio_egress_send(next, p);
    } else if (egress_admits(p)) {
        p->flow->type->receive(p->flow, p);
    } else {
        vio_isolation_refuse(p);
        vio_egress_lose(p);
    }
}

static void egress_arrive(struct sim *sim, struct sim_event *ev)
{
    struct vio_egress *e = sim_container_of(ev, struct vio_egress, arrive);

    (void)sim;
    egress_hand_on(e, egress_off_wire(e));
}

struct vio_packet *vio_egress_off_wire(struct vio_egress *e)
{
    return egress_off_wire(e);
}

void vio_egress_hand_on(struct vio_egress *e, struct vio_packet *p)
{
    egress_hand_on(e, p);
}

sim_time vio_egress_sending_until(struct vio_egress *e, sim_time now)
{
    vio_egress_retire(e, now);
    return e->tx_head ? e->tx_head->depart_ps : now;
}

struct vio_packet *vio_packet_take(struct vio_world *w, struct vio_flow *flow, const struct vio_path *path,
                                   uint32_t size_B)
{
    struct vio_packet *p = sim_pool_take(&w->packets);

    p->flow = flow;
    p->hop = path->hop;
    p->held = NULL;
    p->segment = path->segment;
    p->size_B = size_B;
    p->tc = flow->tc;
    p->proto = (uint8_t)flow->type->proto;
    p->flags = 0;
    p->io = NULL;
    return p;
}

void vio_packet_launch(struct vio_world *w, struct vio_packet *p)
{
    p->born_ps = sim_now(&w->sim);
    vio_egress_send(*p->hop, p);
}

void vio_packet_give(struct vio_world *w, struct vio_packet *p)
{
    if (p->held)
        vio_late_release(p->held, p->tc, p->held_B);
    if (p->flags & VIO_PACKET_TRAIL)
        vio_trail_release(w, p->trail);
    sim_pool_give(&w->packets, p);
}

const char *vio_egress_path(const struct vio_egress *e)
{
    return e->path;
}

uint32_t vio_egress_number(const struct vio_egress *e)
{
    return e->number;
}

const char *vio_resource_name(enum vio_resource r)
{
    static const char *const names[VIO_RESOURCES] = {
        [VIO_RESOURCE_LINK] = "link",       [VIO_RESOURCE_CAP] = "cap",
        [VIO_RESOURCE_CPU] = "cpu",         [VIO_RESOURCE_PCIE] = "pcie",
        [VIO_RESOURCE_ADAPTER] = "adapter", [VIO_RESOURCE_SWITCH] = "switch",
        [VIO_RESOURCE_GATEWAY] = "gateway", [VIO_RESOURCE_ARRAY_PORT] = "array-port",
        [VIO_RESOURCE_PEER] = "peer",
    };

    SIM_ASSERT(r < VIO_RESOURCES);
    return names[r];
}

struct vio_egress *vio_egress_next(const struct vio_egress *e)
{
    return e->next;
}

const struct vio_egress_config *vio_egress_get_config(const struct vio_egress *e)
{
    return &e->config;
}

struct vio_egress_stats *vio_egress_get_stats(struct vio_egress *e)
{
    return &e->stats;
}

void vio_egress_pair(struct vio_egress *a, struct vio_egress *b)
{
    a->reverse = b;
    b->reverse = a;
}

sim_time vio_egress_delay_ps(const struct vio_egress *e)
{
    return e->delay_ps;
}

void vio_egress_fini(struct vio_egress *e)
{
    sim_metrics_fini(vio_egress_metrics, &e->stats);
    if (e->late)
        free(e->late->signal);
}
