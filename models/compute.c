/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/compute.c - VMs' computation as bursts, cut into slices, each on the core with the fewest.
 *
 * Description  Each virtual processor gets bursts of work at the instants of a Poisson process; it does them one after
 *              the other, a slice at a time, on the core with the fewest slices waiting and running; of equal ones the
 *              next in turn. A slice waits for its core like a packet. After it, the rest of the burst looks for a core
 *              again, so that idle cores find work as under a hypervisor that balances its run queues.
 * Simplified   No affinity of virtual processors to cores, no cost of moving. A slice is not preempted: a packet that
 *              goes first waits for the slice that runs.
 * Source       processor sharing by round robin: Kleinrock, Queueing Systems II, section 4.4
 */
#include "models/compute.h"

struct compute_vcpu {
    struct vio_workload *wl;
    struct sim_event next; /* arrival of a burst */
    struct sim_stream arrivals, bursts;
    struct vio_message *running; /* its burst, or NULL */
    uint32_t core;               /* where its slice is */
    struct vio_message *waiting, **tail;
};

struct compute {
    struct compute_vcpu *vcpu;
    uint32_t turn; /* core of the next slice */
    double mean_ps;
};

/* Of a burst, in its message: what is left, and the slice on a core. */
static sim_time *compute_left_ps(struct vio_message *m)
{
    return (sim_time *)&m->left_B;
}

/* The core with the fewest slices, from the one whose turn it is. */
static uint32_t compute_core(struct compute *s, const struct vio_processor *p)
{
    uint32_t best = s->turn;

    for (uint32_t i = 1; i < p->n && p->slices[best] > 0; i++) {
        const uint32_t k = (s->turn + i) % p->n;

        if (p->slices[k] < p->slices[best])
            best = k;
    }
    s->turn = (best + 1) % p->n;
    return best;
}

static void compute_slice(struct compute_vcpu *v)
{
    struct vio_workload *wl = v->wl;
    struct compute *s = vio_workload_state(wl);
    const struct vio_compute_config *c = wl->config;
    struct vio_message *m = v->running;
    const sim_time left_ps = *compute_left_ps(m), slice_ps = left_ps < c->slice_ps ? left_ps : c->slice_ps;
    const uint32_t core = compute_core(s, c->processor);

    c->processor->slices[core]++;
    v->core = core;
    m->end_seq = (uint64_t)slice_ps;
    m->size_B = vio_processor_work_B(c->processor->core[core], slice_ps);
    vio_flow_send(wl->flow[core], m);
}

static void compute_begin(struct compute_vcpu *v)
{
    v->running = v->waiting;
    if (!v->running)
        return;
    v->waiting = v->running->next;
    if (!v->waiting)
        v->tail = &v->waiting;
    compute_slice(v);
}

/* A slice has run: go on with the burst, or end it and take the next. */
static void compute_ran(struct vio_message *m)
{
    struct compute_vcpu *v = m->at_stream;
    const struct vio_compute_config *c = v->wl->config;

    c->processor->slices[v->core]--;
    c->processor->compute_ps += m->end_seq;
    *compute_left_ps(m) -= (sim_time)m->end_seq;
    if (*compute_left_ps(m) > 0) {
        compute_slice(v);
        return;
    }
    vio_chain_service(m, sim_now(&v->wl->world->sim) - m->born_ps);
    vio_workload_complete(v->wl, m, 0);
    compute_begin(v);
}

static void compute_arrive(struct sim *sim, struct sim_event *ev)
{
    struct compute_vcpu *v = sim_container_of(ev, struct compute_vcpu, next);
    const struct vio_compute_config *c = v->wl->config;
    const struct compute *s = vio_workload_state(v->wl);
    struct vio_message *m = vio_workload_issue(v->wl, 0, compute_ran);
    const sim_time burst_ps = (sim_time)sim_dist_draw(&c->burst, &v->bursts);

    sim_after(sim, ev, (sim_time)sim_exponential(&v->arrivals, s->mean_ps));
    *compute_left_ps(m) = burst_ps > 0 ? burst_ps : 1;
    m->at_stream = v;
    m->next = NULL;
    *v->tail = m;
    v->tail = &m->next;
    if (!v->running)
        compute_begin(v);
}

static void compute_start(struct vio_workload *wl)
{
    const struct vio_compute_config *c = wl->config;
    struct compute *s = vio_workload_state(wl);
    struct vio_world *w = wl->world;

    s->turn = c->first_core % wl->flows;
    s->mean_ps = sim_dist_mean(&c->burst) / c->compute;
    s->vcpu = sim_arena_alloc(&w->arena, c->vcpus, sizeof *s->vcpu);
    for (uint32_t i = 0; i < c->vcpus; i++) {
        struct compute_vcpu *v = &s->vcpu[i];
        const char *path = sim_arena_printf(&w->arena, "%s/vcpu%u", wl->path, i);

        v->wl = wl;
        v->tail = &v->waiting;
        sim_stream_init(&v->arrivals, w->seed, w->replication, path, "arrivals");
        sim_stream_init(&v->bursts, w->seed, w->replication, path, "bursts");
        sim_event_init(&v->next, compute_arrive);
        sim_at(&w->sim, &v->next, (sim_time)sim_exponential(&v->arrivals, s->mean_ps));
    }
}

static double compute_offered_bps(const void *config)
{
    (void)config;
    return 0;
}

const struct vio_workload_type vio_compute = {
    .type = "compute",
    .summary = "bursts of computation on the cores of a server",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct compute),
    .config_size = sizeof(struct vio_compute_config),
    .source = "docs/models/host.md",
    .start = compute_start,
    .offered_bps = compute_offered_bps,
};
