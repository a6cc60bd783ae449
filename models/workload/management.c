/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/management.c - a server tells its management station how it is: reports at a fixed interval, and
 * messages of sessions and tasks at any time, one way.
 */
#include "models/workload.h"

struct management_config {
    struct vio_workload_common common;
    sim_time interval_ps;
    struct sim_dist report, size;
    double rate_per_s;
};

struct management {
    struct sim_event report, task;
    struct vio_workload *wl;
    double mean_ps;
    struct sim_stream phase, arrivals;
    struct vio_one_way reports, tasks;
};

static const struct sim_param management_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct management_config),
    {"interval", SIM_PARAM_TIME, offsetof(struct management_config, interval_ps), "20s", "1us", NULL,
     "between reports; the first at a drawn part of it", "assumption A-192"},
    {"report", SIM_PARAM_DIST_SIZE, offsetof(struct management_config, report), "64KiB", NULL, NULL,
     "bytes of a report", "assumption A-192"},
    {"rate", SIM_PARAM_FREQUENCY, offsetof(struct management_config, rate_per_s), "10/s", "0/s", "1000000000/s",
     "messages of sessions and tasks per second, a Poisson process", "assumption A-192"},
    {"size", SIM_PARAM_DIST_SIZE, offsetof(struct management_config, size), "8KiB", NULL, NULL,
     "bytes of such a message", "assumption A-192"},
    {0}};

static void management_report(struct sim *sim, struct sim_event *ev)
{
    struct management *s = sim_container_of(ev, struct management, report);
    const struct management_config *c = s->wl->config;

    if (vio_workload_is_over(s->wl))
        return;
    sim_after(sim, ev, c->interval_ps);
    vio_one_way_send(s->wl, &s->reports, &c->report);
}

static void management_task(struct sim *sim, struct sim_event *ev)
{
    struct management *s = sim_container_of(ev, struct management, task);
    const struct management_config *c = s->wl->config;

    if (vio_workload_is_over(s->wl))
        return;
    sim_after(sim, ev, (sim_time)sim_exponential(&s->arrivals, s->mean_ps));
    if (vio_workload_admits(s->wl))
        vio_one_way_send(s->wl, &s->tasks, &c->size);
}

static void management_start(struct vio_workload *wl)
{
    struct management *s = vio_workload_state(wl);
    const struct management_config *c = wl->config;
    const sim_time start_ps = vio_workload_start_ps(wl);

    s->wl = wl;
    vio_workload_stream(wl, &s->phase, "phase");
    vio_workload_stream(wl, &s->arrivals, "arrivals");
    vio_one_way_init(wl, &s->reports);
    vio_one_way_init(wl, &s->tasks);
    vio_workload_stream(wl, &s->tasks.sizes, "task-sizes");
    sim_event_init(&s->report, management_report);
    sim_event_init(&s->task, management_task);
    sim_at(&wl->world->sim, &s->report, start_ps + (sim_time)((double)c->interval_ps * sim_uniform(&s->phase)));
    if (c->rate_per_s > 0) {
        s->mean_ps = (double)SIM_S / (c->rate_per_s * wl->peak);
        sim_at(&wl->world->sim, &s->task, start_ps + (sim_time)sim_exponential(&s->arrivals, s->mean_ps));
    }
}

static double management_offered_bps(const void *config)
{
    const struct management_config *c = config;

    return vio_link_bits(sim_dist_mean(&c->report)) * (double)SIM_S / (double)c->interval_ps +
           c->rate_per_s * vio_link_bits(sim_dist_mean(&c->size));
}

const struct vio_workload_type vio_workload_management = {
    .type = "management",
    .summary = "reports at an interval and messages of tasks, one way",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct management),
    .config_size = sizeof(struct management_config),
    .params = management_params,
    .source = "facts.md 5.2: 0.1-5 Mb/s",
    .start = management_start,
    .offered_bps = management_offered_bps,
};
