/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trail.c - trails of packets and chains of I/Os.
 *
 * A trail is written by the last packet of a message or sequence. The packets before it are tagged too, so that waiting
 * behind one's own bytes is told from waiting behind others. At each egress they leave the start of the first, the sum
 * of their service, and their latest unbroken run. If the last packet arrives at A and starts at S, its own packets are
 * served in [A, S] for at least as long as the run overlaps it, and for at least the sum less what can have been served
 * before A. The larger of these two bounds is booked as transfer; it is exact when the packets came at once (the first
 * queue) and when nobody came between them.
 */
#include "models/trail.h"

#include "models/egress_private.h"
#include "models/transport.h"
#include "models/workload.h"
#include "sim/kernel/assert.h"

struct trail_hop {                                                       /* a cache line */
    _Alignas(64) sim_time wait_ps, stall_ps, transfer_ps, service_ps;    /* of the last packet */
    sim_time own_from_ps, own_sum_ps, own_run_from_ps, own_run_until_ps; /* service of those before it */
};

struct vio_trail {
    _Alignas(64) const struct vio_path *path;
    struct vio_share *account;     /* hop by hop */
    const struct vio_packet *last; /* NULL: not launched yet */
    sim_time born_ps;              /* launch of the last */
    uint64_t passed;               /* bit per hop: one before the last has been sent */
    uint32_t held;                 /* by packets, chains, and whoever opened it */
    bool again;
    struct trail_hop hop[];
};

struct vio_trail *vio_trail_open(struct vio_flow *f, enum vio_way way, bool again)
{
    struct vio_world *w = f->world;
    const struct vio_path *path = way == VIO_THERE ? f->there : f->back;
    struct vio_trail *t;

    if (!w->trails.size)
        sim_pool_init(&w->trails, sizeof *t + w->path_max * sizeof(struct trail_hop));
    t = sim_pool_take(&w->trails);
    t->path = path;
    t->account = f->account[way];
    t->last = NULL;
    t->passed = 0;
    t->held = 1;
    t->again = again;
    return t;
}

void vio_trail_tag(struct vio_trail *t, struct vio_packet *p, bool last)
{
    if (p->hop != t->path->hop) /* the flow has moved since the trail was opened: the rest of its way is not told */
        return;
    p->trail = t;
    p->flags |= VIO_PACKET_TRAIL;
    t->held++;
    if (last) {
        t->last = p;
        t->born_ps = sim_now(&p->flow->world->sim);
    }
}

void vio_trail_release(struct vio_world *w, struct vio_trail *t)
{
    SIM_ASSERT(t->held > 0);
    if (--t->held == 0)
        sim_pool_give(&w->trails, t);
}

struct vio_trail *vio_trail_hold(struct vio_trail *t)
{
    if (t)
        t->held++;
    return t;
}

struct vio_trail *vio_trail_of(const struct vio_packet *p)
{
    return p->flags & VIO_PACKET_TRAIL && p->trail->last == p ? p->trail : NULL;
}

void vio_trail_queued(struct vio_egress *e, struct vio_packet *p)
{
    struct vio_trail *t = p->trail;

    if (t->last == p)
        t->hop[p->hop - t->path->hop].stall_ps = vio_late_stalled_ps(e);
}

/* Service of the trail's earlier packets within [from_ps, until the last one starts], at least. */
static sim_time trail_own(const struct trail_hop *h, sim_time from_ps)
{
    sim_time run_from_ps = h->own_run_from_ps > from_ps ? h->own_run_from_ps : from_ps;
    sim_time run_ps = h->own_run_until_ps - run_from_ps;
    sim_time before_ps = from_ps > h->own_from_ps ? from_ps - h->own_from_ps : 0;
    sim_time rest_ps = h->own_sum_ps - before_ps;

    if (rest_ps < run_ps)
        rest_ps = run_ps;
    return rest_ps > 0 ? rest_ps : 0;
}

void vio_trail_sent(struct vio_egress *e, struct vio_packet *p, sim_time start_ps)
{
    struct vio_trail *t = p->trail;
    const ptrdiff_t i = p->hop - t->path->hop;
    struct trail_hop *h = &t->hop[i];
    const bool passed = t->passed >> i & 1;

    if (t->last == p) {
        h->wait_ps = start_ps - p->enq_ps;
        h->stall_ps = e->late ? vio_late_stalled_ps(e) - h->stall_ps : 0;
        h->wait_ps -= h->stall_ps;
        h->transfer_ps = passed ? trail_own(h, p->enq_ps) : 0;
        if (h->transfer_ps > h->wait_ps)
            h->transfer_ps = h->wait_ps;
        h->wait_ps -= h->transfer_ps;
        h->service_ps = p->depart_ps - start_ps;
        SIM_CHECK(h->stall_ps >= 0 && h->wait_ps >= 0);
        return;
    }
    if (!passed) {
        t->passed |= UINT64_C(1) << i;
        h->own_from_ps = start_ps;
        h->own_sum_ps = 0;
        h->own_run_until_ps = SIM_TIME_NEVER;
    }
    if (start_ps != h->own_run_until_ps)
        h->own_run_from_ps = start_ps;
    h->own_run_until_ps = p->depart_ps;
    h->own_sum_ps += p->depart_ps - start_ps;
}

void vio_chain_issue(struct vio_world *w, struct vio_message *m)
{
    m->chain = (struct vio_chain){.mark_ps = sim_now(&w->sim)};
}

void vio_chain_part(struct vio_message *part, const struct vio_message *m)
{
    if (!m->flow->world->trace)
        return;
    part->chain = m->chain;
    for (uint32_t i = 0; i < part->chain.trails; i++)
        vio_trail_hold(part->chain.trail[i]);
}

void vio_chain_whole(struct vio_message *m, struct vio_message *part)
{
    if (!m->flow->world->trace)
        return;
    vio_chain_end(m->flow->world, m);
    m->chain = part->chain;
}

void vio_chain_attempt(struct vio_message *m)
{
    struct vio_chain *c = &m->chain;
    const struct vio_world *w = m->flow->world;

    if (!w->trace)
        return;
    c->window_ps += sim_now(&w->sim) - c->mark_ps;
    c->mark_ps = c->attempt_ps = sim_now(&w->sim);
    c->old = c->trails;
}

void vio_chain_arrived(struct vio_message *m, struct vio_trail *t)
{
    struct vio_chain *c = &m->chain;
    const struct vio_world *w = m->flow->world;
    sim_time *gap_ps = t && t->again ? &c->repeat_ps : &c->window_ps;

    if (!w->trace)
        return;
    SIM_CHECK(m->flow->former || (t && t->born_ps >= c->mark_ps && c->trails < VIO_CHAIN_TRAILS));
    if (t && t->born_ps >= c->mark_ps && c->trails < VIO_CHAIN_TRAILS) {
        *gap_ps += t->born_ps - c->mark_ps;
        c->trail[c->trails++] = vio_trail_hold(t);
    } else { /* never seen; the transport answers for what it cannot explain */
        *gap_ps += sim_now(&w->sim) - c->mark_ps;
    }
    c->mark_ps = sim_now(&w->sim);
}

static void chain_drop_trails(struct vio_world *w, struct vio_chain *c, uint32_t keep)
{
    while (c->trails > keep)
        vio_trail_release(w, c->trail[--c->trails]);
}

void vio_chain_abandon(struct vio_message *m)
{
    struct vio_chain *c = &m->chain;
    struct vio_world *w = m->flow->world;

    if (!w->trace)
        return;
    chain_drop_trails(w, c, c->old);
    for (int i = 0; i < VIO_STATIONS; i++)
        c->at_wait_ps[i] = c->at_service_ps[i] = 0;
    c->repeat_ps += sim_now(&w->sim) - c->attempt_ps;
    c->mark_ps = c->attempt_ps = sim_now(&w->sim);
}

void vio_chain_station(struct vio_message *m, uint32_t station, sim_time wait_ps, sim_time service_ps)
{
    struct vio_chain *c = &m->chain;

    if (!m->flow->world->trace)
        return;
    c->at_wait_ps[station] += wait_ps;
    c->at_service_ps[station] += service_ps;
    c->mark_ps += wait_ps + service_ps;
    SIM_CHECK(c->mark_ps == sim_now(&m->flow->world->sim));
}

void vio_chain_service(struct vio_message *m, sim_time service_ps)
{
    if (!m->flow->world->trace)
        return;
    m->chain.service_ps += service_ps;
    m->chain.mark_ps += service_ps;
}

/* Add a trail to the account of its flow. Returns: the sum of its parts. */
static sim_time chain_book_trail(const struct vio_trail *t)
{
    sim_time sum_ps = 0;

    for (uint32_t i = 0; i < t->path->n; i++) {
        const struct trail_hop *h = &t->hop[i];
        struct vio_share *s = &t->account[i];

        s->n++;
        s->wait_ps += h->wait_ps;
        s->stall_ps += h->stall_ps;
        s->transfer_ps += h->transfer_ps;
        s->service_ps += h->service_ps;
        sum_ps += h->wait_ps + h->stall_ps + h->transfer_ps + h->service_ps + vio_egress_delay_ps(t->path->hop[i]);
    }
    return sum_ps;
}

void vio_chain_complete(struct vio_workload *wl, struct vio_message *m, sim_time latency_ps)
{
    struct vio_chain *c = &m->chain;
    struct vio_account *a = &wl->account;
    sim_time sum_ps;

    c->window_ps += sim_now(&wl->world->sim) - c->mark_ps; /* 0, unless the transport keeps no trails */
    sum_ps = c->window_ps + c->repeat_ps + c->service_ps;
    for (uint32_t i = 0; i < c->trails; i++)
        sum_ps += chain_book_trail(c->trail[i]);
    for (int i = 0; i < VIO_STATIONS; i++) {
        struct vio_share *s = &wl->at_target[i];

        s->wait_ps += c->at_wait_ps[i];
        s->service_ps += c->at_service_ps[i];
        sum_ps += c->at_wait_ps[i] + c->at_service_ps[i];
    }
    SIM_ASSERT(sum_ps == latency_ps); /* INV: the parts sum to the latency, of every I/O, in ps */
    a->n++;
    a->total_ps += sum_ps;
    a->window_ps += c->window_ps;
    a->repeat_ps += c->repeat_ps;
    a->service_ps += c->service_ps;
}

void vio_chain_end(struct vio_world *w, struct vio_message *m)
{
    chain_drop_trails(w, &m->chain, 0);
}
