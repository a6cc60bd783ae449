/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/day_event.c - what each kind of event does when its time has come.
 */
#include <string.h>

#include "models/transport.h"
#include "sim/kernel/assert.h"
#include "sim/plan/day_private.h"

static sim_event_fn event_begins, event_ends, event_random;

static struct sim *event_sim(const struct day_event *e)
{
    return &e->day->b->world->sim;
}

static void event_took(struct day_event *e)
{
    e->result->took_ps = sim_now(event_sim(e)) - e->plan->event->at_ps;
}

/* The other end of every fail of the same part: a repair undoes the latest of them that still lasts. */
static void event_repair(struct day_event *repair)
{
    struct plan_day *d = repair->day;

    for (size_t i = d->events; i-- > 0;) {
        struct day_event *e = &d->event[i];

        if (e->plan->event->kind != SCN_EVENT_FAIL || !e->down ||
            strcmp(e->plan->part[0].name, repair->plan->part[0].name) != 0)
            continue;
        e->down = false;
        sim_cancel(event_sim(e), &e->end);
        day_part_repaired(repair, &e->plan->part[0]);
        return;
    }
}

static void event_fail(struct day_event *e)
{
    const struct scn_event *s = e->plan->event;

    e->down = true;
    day_part_fails(e, &e->plan->part[0]);
    if (s->kind == SCN_EVENT_FLAP)
        sim_after(event_sim(e), &e->end, s->period_ps / 2);
    else if (s->for_ps)
        sim_after(event_sim(e), &e->end, s->for_ps);
}

static void event_draw(struct day_part *p, sim_time mean_ps)
{
    sim_after(&p->event->day->b->world->sim, &p->next, 1 + (sim_time)sim_exponential(&p->stream, (double)mean_ps));
}

/* A part of its own clock: down, up, down ... */
static void event_random(struct sim *sim, struct sim_event *ev)
{
    struct day_part *p = sim_container_of(ev, struct day_part, next);
    const struct scn_event *s = p->event->plan->event;

    if (p->down) {
        p->down = false;
        day_part_repaired(p->event, p->part);
        event_draw(p, s->mtbf_ps);
    } else if (!s->for_ps || sim_now(sim) < s->at_ps + s->for_ps) {
        p->down = true;
        day_part_fails(p->event, p->part);
        event_draw(p, s->mttr_ps);
    }
}

static void event_random_begin(struct day_event *e)
{
    const struct vio_world *w = e->day->b->world;

    for (size_t i = 0; i < e->plan->parts; i++) {
        struct day_part *p = &e->part[i];

        *p = (struct day_part){.event = e, .part = &e->plan->part[i]};
        sim_stream_init(&p->stream, w->seed, w->replication, p->part->name, "failures");
        sim_event_init(&p->next, event_random);
        event_draw(p, e->plan->event->mtbf_ps);
    }
}

/* The VM of a move: its endpoints by the name that they had. */
static bool event_is_of(const struct plan_endpoint *ep, const char *vm)
{
    const size_t n = strlen(vm);

    return ep->adapter && strncmp(ep->path, vm, n) == 0 && ep->path[n] == '/';
}

/* The first cable of a server: those of like servers are in the same order. */
static uint32_t event_first_cable(const struct plan *p, uint32_t node)
{
    uint32_t i = 0;

    while (i < p->cables && p->cable[i].a != node)
        i++;
    return i;
}

/* The server is down for its card. */
static void event_shut(struct day_event *e)
{
    day_part_fails(e, &e->plan->part[0]);
    sim_after(event_sim(e), &e->end, e->plan->event->reboot_ps);
}

/* The core that handles an endpoint on server `node`: that of a like endpoint there; a core of the guest's moves with
 * it. */
static struct vio_egress *event_core(const struct plan_day *d, uint32_t endpoint, uint32_t node, const char *vm)
{
    const struct plan *p = d->b->plan;
    struct vio_egress *core = d->b->processors.core[endpoint], *any = NULL;

    if (!core || strncmp(vio_egress_path(core), vm, strlen(vm)) == 0)
        return core;
    for (uint32_t i = 0; i < p->endpoints; i++) {
        if (p->endpoint[i].node != node || !d->b->processors.core[i])
            continue;
        if (p->endpoint[i].adapter == p->endpoint[endpoint].adapter)
            return d->b->processors.core[i];
        any = any ? any : d->b->processors.core[i];
    }
    return any;
}

/* The VM is on its new server: its adapters are attached there, the VM goes on. */
static void event_resumed(struct vio_workload *wl)
{
    const struct day_move *m = wl->listener;
    struct day_event *e = m->event;
    struct plan_day *d = e->day;
    const struct plan *p = d->b->plan;
    const uint32_t to = event_first_cable(p, m->plan->to);

    for (uint32_t i = 0; i < p->endpoints; i++) {
        struct plan_endpoint *ep = &d->endpoint[i];
        uint32_t from;

        if (!event_is_of(ep, m->plan->vm))
            continue;
        from = event_first_cable(p, ep->node);
        if (d->b->processors.core)
            d->b->processors.core[i] = event_core(d, i, m->plan->to, m->plan->vm);
        ep->node = m->plan->to;
        ep->cable = (int32_t)(to + ((uint32_t)ep->cable - from));
        ep->first_cable = to + (ep->first_cable - from);
    }
    for (uint32_t i = 0; i < p->endpoints; i++)
        if (event_is_of(&d->endpoint[i], m->plan->vm))
            day_attach(d, i);
    e->result->moved++;
    event_took(e);
    if (--e->left == 0 && e->plan->event->kind == SCN_EVENT_INSTALL)
        event_shut(e);
}

/* The VM stands still: its adapters are taken off here. */
static void event_stopped(struct vio_workload *wl)
{
    const struct day_move *m = wl->listener;
    struct plan_day *d = m->event->day;

    for (uint32_t i = 0; i < d->b->plan->endpoints; i++)
        if (event_is_of(&d->endpoint[i], m->plan->vm)) {
            day_detach(d, i);
            m->event->hit[d->vm_of[i]] = true;
        }
    m->event->result->hit++;
}

/* The copies begin by themselves, at the time of the event. */
static void event_moves(struct day_event *e)
{
    struct plan_day *d = e->day;

    e->left = (uint32_t)e->plan->moves;
    e->move = sim_arena_alloc(&d->b->world->arena, e->plan->moves, sizeof *e->move);
    for (size_t i = 0; i < e->plan->moves; i++) {
        struct vio_workload *wl = d->workload[e->plan->move[i].flow];

        e->move[i] = (struct day_move){.event = e, .plan = &e->plan->move[i]};
        wl->stopped = event_stopped;
        wl->resumed = event_resumed;
        wl->listener = &e->move[i];
    }
}

/* Workloads that use an endpoint ask for nothing before `from_ps` (0: as they say), or after `end_ps`. */
static void event_confine(struct day_event *e, uint32_t endpoint, sim_time from_ps, sim_time end_ps)
{
    const struct plan_day *d = e->day;
    const struct plan *p = d->b->plan;

    for (size_t i = 0; i < p->flows; i++) {
        const struct plan_flow_set *fs = &p->flow[i];
        struct vio_workload *wl = d->workload[i];
        const struct vio_workload_common *c = wl->config;

        if (fs->home != endpoint && fs->peer != endpoint && fs->san_home != (int32_t)endpoint)
            continue;
        if (from_ps > c->start_ps + wl->shift_ps)
            wl->shift_ps = from_ps - c->start_ps;
        if (end_ps && end_ps < wl->until_ps)
            wl->until_ps = end_ps;
    }
}

static void event_attach(struct day_event *e)
{
    for (size_t i = 0; i < e->plan->endpoints; i++) {
        day_attach(e->day, e->plan->endpoint[i]);
        e->hit[e->day->vm_of[e->plan->endpoint[i]]] = true;
        e->result->hit++;
    }
    event_took(e);
}

static void event_remove(struct day_event *e)
{
    for (size_t i = 0; i < e->plan->endpoints; i++) {
        day_detach(e->day, e->plan->endpoint[i]);
        e->hit[e->day->vm_of[e->plan->endpoint[i]]] = true;
        e->result->hit++;
    }
}

/* Guarantee and class of a flow's adapter. */
static void event_qos_flow(const struct scn_event *s, struct day_flow *f)
{
    if (s->guarantee_bps)
        f->vnic->guarantee_bps = s->guarantee_bps;
    if (s->tc >= 0)
        f->flow->tc = (uint8_t)s->tc;
    if (s->tc >= 0 && f->driver)
        f->driver->tc = (uint8_t)s->tc;
}

static void event_qos(struct day_event *e)
{
    const struct scn_event *s = e->plan->event;
    struct plan_day *d = e->day;

    if (s->weight > 0) {
        for (struct vio_egress *x = d->b->world->egresses; x; x = vio_egress_next(x))
            e->result->moved += vio_egress_set_weight(x, (uint32_t)s->tc, s->weight);
        return;
    }
    for (size_t i = 0; i < e->plan->endpoints; i++) {
        const uint32_t endpoint = e->plan->endpoint[i];

        if (s->cap_bps && d->b->cap_tx[endpoint]) {
            vio_egress_set_cap(d->b->cap_tx[endpoint], s->cap_bps);
            vio_egress_set_cap(d->b->cap_rx[endpoint], s->cap_bps);
        }
        for (size_t k = 0; k < d->flows; k++)
            if (d->flow[k].st.from == endpoint || d->flow[k].st.to == endpoint)
                event_qos_flow(s, &d->flow[k]);
        e->hit[d->vm_of[endpoint]] = true;
        e->result->hit++;
    }
    for (struct vio_egress *x = d->b->world->egresses; x && s->guarantee_bps; x = vio_egress_next(x))
        vio_egress_renew(x);
}

static void event_begins(struct sim *sim, struct sim_event *ev)
{
    struct day_event *e = sim_container_of(ev, struct day_event, begin);
    const struct scn_event *s = e->plan->event;

    (void)sim;
    switch (s->kind) {
    case SCN_EVENT_FAIL:
    case SCN_EVENT_FLAP:
        event_fail(e);
        break;
    case SCN_EVENT_REPAIR:
        event_repair(e);
        break;
    case SCN_EVENT_RANDOM:
        event_random_begin(e);
        break;
    case SCN_EVENT_ADD:
        event_attach(e);
        break;
    case SCN_EVENT_REMOVE:
        event_remove(e);
        break;
    case SCN_EVENT_INSTALL:
        event_shut(e);
        break;
    case SCN_EVENT_QOS:
        event_qos(e);
        break;
    default:
        break;
    }
}

static void event_ends(struct sim *sim, struct sim_event *ev)
{
    struct day_event *e = sim_container_of(ev, struct day_event, end);
    const struct scn_event *s = e->plan->event;

    (void)sim;
    e->down = false;
    day_part_repaired(e, &e->plan->part[0]);
    event_took(e);
    if (s->kind == SCN_EVENT_FLAP && --e->left > 0)
        sim_after(event_sim(e), &e->begin, s->period_ps - s->period_ps / 2);
}

void day_event_set(struct day_event *e)
{
    const struct scn_event *s = e->plan->event;
    sim_time at = s->at_ps;

    sim_event_init(&e->begin, event_begins);
    sim_event_init(&e->end, event_ends);
    e->left = s->times;
    for (size_t i = 0; i < e->plan->endpoints; i++) {
        if (s->kind == SCN_EVENT_ADD) {
            day_detach(e->day, e->plan->endpoint[i]);
            event_confine(e, e->plan->endpoint[i], s->at_ps, 0);
        } else if (s->kind == SCN_EVENT_REMOVE) {
            event_confine(e, e->plan->endpoint[i], 0, s->at_ps);
        }
    }
    if (s->kind == SCN_EVENT_ADD)
        at += s->attach_ps;
    if (s->kind == SCN_EVENT_RANDOM)
        e->part = sim_arena_alloc(&e->day->b->world->arena, e->plan->parts, sizeof *e->part);
    if (e->plan->moves)
        event_moves(e);
    if (s->kind == SCN_EVENT_MIGRATE || e->plan->moves)
        return; /* the copies begin by themselves */
    sim_at(event_sim(e), &e->begin, at);
}
