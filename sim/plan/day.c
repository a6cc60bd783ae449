/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/day.c - the events of the day in a world: what they need to know of it, and what they leave behind.
 *
 * Made with the world and only if the scenario has events. A failure is two things: egresses that die (models/
 * egress_fault.c), and somebody who notices and takes another way (day_route.c). What each kind of event does is in
 * day_event.c.
 */
#include "sim/plan/day.h"

#include <stdlib.h>
#include <string.h>

#include "models/transport.h"
#include "models/watch.h"
#include "sim/kernel/assert.h"
#include "sim/plan/day_private.h"

enum { DAY_PATH_MAX = 48 }; /* hops of any way that may be found, and the stages in servers */

static void day_fini(void *guest)
{
    struct plan_day *d = guest;

    if (d->routes_made)
        plan_routes_fini(&d->routes);
    free(d->flow);
    free(d->workload);
}

/* VMs by endpoint: in a design those of the servers ("hosts03/db1", "hosts03/hypervisor"), in a topology the nodes
 * where flows begin. */
static void day_find_vms(struct plan_day *d)
{
    const struct plan *p = d->b->plan;
    const char *last = NULL;

    for (size_t i = 0; i < p->endpoints; i++)
        d->vm_of[i] = UINT32_MAX;
    for (size_t i = 0; i < p->flows && !p->design; i++)
        d->vm_of[p->flow[i].home] = 0;
    for (size_t i = 0; i < p->endpoints; i++) {
        const char *path = p->endpoint[i].path, *slash = strrchr(path, '/');
        const char *vm = slash ? sim_arena_printf(&d->b->world->arena, "%.*s", (int)(slash - path), path) : path;

        if (p->design ? !p->endpoint[i].adapter : d->vm_of[i] == UINT32_MAX)
            continue;
        if (!last || strcmp(vm, last) != 0)
            d->vm_name[d->vms++] = vm;
        d->vm_of[i] = d->vms - 1;
        last = vm;
    }
}

/* A way that leads nowhere, for adapters that are not there. */
static const struct vio_path *day_nowhere(struct vio_world *w)
{
    struct vio_egress **hop = sim_arena_alloc(&w->arena, 2, sizeof(struct vio_egress *));
    struct vio_path *path = sim_arena_alloc(&w->arena, 1, sizeof *path);
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find("ideal"));
    c.resource = VIO_RESOURCE_CAP; /* a stage of virtual adapters, no wire */
    c.delay_ps = 0;
    hop[0] = vio_egress_create(w, "(detached)", &c);
    vio_egress_fail(hop[0], VIO_FAULT_DETACHED);
    *path = (struct vio_path){.n = 1, .hop = hop};
    return path;
}

static uint64_t day_retried(const struct vio_world *w)
{
    uint64_t n = 0;

    for (struct vio_flow *f = w->flows; f; f = f->next)
        for (const struct sim_metric *m = f->type->metrics; m && m->name; m++)
            if (m->kind == SIM_METRIC_COUNTER &&
                (strcmp(m->name, "retransmits") == 0 || strcmp(m->name, "repeated") == 0))
                n += *(const sim_counter *)((const char *)vio_flow_state(f) + m->offset);
    return n;
}

static void day_take_sample(struct sim *sim, struct sim_event *ev)
{
    struct day_sample *s = sim_container_of(ev, struct day_sample, ev);

    (void)sim;
    s->retried = day_retried(s->day->b->world);
}

static bool day_detaches(int kind)
{
    return kind == SCN_EVENT_ADD || kind == SCN_EVENT_REMOVE || kind == SCN_EVENT_MIGRATE || kind == SCN_EVENT_INSTALL;
}

/* A phase for every instant at which something is declared to happen. */
static void day_phases(struct plan_day *d)
{
    struct vio_world *w = d->b->world;

    d->begin_ps = sim_arena_alloc(&w->arena, d->events + 1, sizeof *d->begin_ps);
    d->phases = 1;
    for (size_t i = 0; i < d->events; i++) {
        const sim_time at = d->event[i].plan->event->at_ps;

        if (d->phases == 1 || d->begin_ps[d->phases - 1] != at)
            d->begin_ps[d->phases++] = at;
        d->result[i].phase = d->phases - 1;
    }
    d->sample = sim_arena_alloc(&w->arena, d->phases, sizeof *d->sample);
    for (uint32_t i = 1; i < d->phases; i++) {
        d->sample[i].day = d;
        sim_event_init(&d->sample[i].ev, day_take_sample);
        sim_at(&w->sim, &d->sample[i].ev, d->begin_ps[i]);
    }
}

static void day_events(struct plan_day *d)
{
    const struct plan *p = d->b->plan;
    struct sim_arena *a = &d->b->world->arena;
    bool detaches = false;

    d->event = sim_arena_alloc(a, p->study->events, sizeof *d->event);
    d->result = sim_arena_alloc(a, p->study->events, sizeof *d->result);
    for (size_t i = 0; i < p->study->events; i++) {
        struct day_event *e = &d->event[d->events];

        if (p->event[i].absent)
            continue;
        e->day = d;
        e->plan = &p->event[i];
        e->result = &d->result[d->events++];
        e->hit = sim_arena_alloc(a, d->vms, sizeof *e->hit);
        *e->result = (struct plan_day_result){.event = e->plan->event, .is_hit = e->hit};
        detaches = detaches || day_detaches(e->plan->event->kind);
    }
    if (detaches)
        d->nowhere = day_nowhere(d->b->world);
}

void plan_day_create(struct build *b)
{
    const struct plan *p = b->plan;
    struct sim_arena *a = &b->world->arena;
    struct plan_day *d = sim_arena_alloc(a, 1, sizeof *d);

    d->b = b;
    d->endpoint = sim_arena_alloc(a, p->endpoints, sizeof *d->endpoint);
    memcpy(d->endpoint, p->endpoint, p->endpoints * sizeof *d->endpoint);
    b->endpoint = d->endpoint;
    b->day = d;
    d->vm_of = sim_arena_alloc(a, p->endpoints, sizeof *d->vm_of);
    d->vm_name = sim_arena_alloc(a, p->endpoints, sizeof *d->vm_name);
    d->down = sim_arena_alloc(a, p->cables, sizeof *d->down);
    d->since_ps = sim_arena_alloc(a, p->cables, sizeof *d->since_ps);
    d->repaired_ps = sim_arena_alloc(a, p->cables, sizeof *d->repaired_ps);
    d->culprit = sim_arena_alloc(a, p->cables, sizeof(struct day_event *));
    d->closed = sim_arena_alloc(a, p->cables, sizeof *d->closed);
    d->wanted = sim_arena_alloc(a, p->cables, sizeof *d->wanted);
    b->world->day = d;
    b->world->day_fini = day_fini;
    b->world->path_max = DAY_PATH_MAX;
    day_find_vms(d);
    day_events(d);
    day_phases(d);
}

/* The cables that a flow's first way leads over, as build_path() has found it. */
static void day_first_way(struct plan_day *d, struct day_flow *f, int way)
{
    const uint32_t from = way ? f->st.to : f->st.from, to = way ? f->st.from : f->st.to;
    struct plan_hop hop[PLAN_ROUTE_MAX];
    const size_t n =
        plan_route(&d->b->routes, &d->endpoint[from], &d->endpoint[to], f->st.transport->proto, f->st.hash, hop);

    f->home[way].path = way ? f->flow->back : f->flow->there;
    f->home[way].n = (uint32_t)n;
    f->home[way].cable = sim_arena_alloc(&d->b->world->arena, n, sizeof(uint32_t));
    for (size_t i = 0; i < n; i++)
        f->home[way].cable[i] = hop[i].cable;
    f->now[way] = f->home[way];
}

void plan_day_flow(struct plan_day *d, struct vio_flow *flow, struct vio_flow *driver, const struct plan_stream *st,
                   struct vio_vnic *vnic)
{
    struct day_flow *f;

    d->flow = sim_grow(d->flow, &d->flows_capacity, d->flows + 1, sizeof *d->flow);
    f = &d->flow[d->flows++];
    *f = (struct day_flow){.flow = flow, .driver = driver, .st = *st, .vnic = vnic};
    day_first_way(d, f, 0);
    day_first_way(d, f, 1);
}

void plan_day_workload(struct plan_day *d, struct vio_workload *wl)
{
    d->workload = sim_grow(d->workload, &d->workloads_capacity, d->workloads + 1, sizeof(struct vio_workload *));
    d->workload[d->workloads++] = wl;
    vio_watch_create(wl, d->phases, d->begin_ps);
}

void plan_day_begin(struct plan_day *d)
{
    for (size_t i = 0; i < d->events; i++)
        day_event_set(&d->event[i]);
}

const struct plan_day_result *plan_day_results(struct vio_world *w, size_t *n)
{
    struct plan_day *d = w->day;

    *n = d ? d->events : 0;
    for (size_t i = 0; i < *n; i++) {
        const uint32_t phase = d->result[i].phase;
        const uint64_t until = phase + 1 < d->phases ? d->sample[phase + 1].retried : day_retried(w);

        d->result[i].retried = until > d->sample[phase].retried ? until - d->sample[phase].retried : 0;
        if (d->event[i].reviews)
            day_count_cut(&d->event[i]);
    }
    return d ? d->result : NULL;
}

uint32_t plan_day_vm(const struct vio_world *w, const struct vio_workload *wl)
{
    const struct plan_day *d = w->day;

    for (size_t i = 0; i < d->workloads; i++)
        if (d->workload[i] == wl)
            return d->vm_of[d->b->plan->flow[i].home];
    return UINT32_MAX;
}

uint32_t plan_day_vms(const struct vio_world *w)
{
    const struct plan_day *d = w->day;

    return d ? d->vms : 0;
}

const char *plan_day_vm_name(const struct vio_world *w, uint32_t vm)
{
    const struct plan_day *d = w->day;

    return d->vm_name[vm];
}
