/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/poisson.c - messages at the instants of a Poisson process, one way.
 *
 * Exponential gaps, sizes from a distribution, spread over the connections in turn. The open-loop source of queueing
 * theory: it does not slow down when the network does.
 */
#include "models/workload.h"

struct poisson_config {
    struct vio_workload_common common;
    double rate_per_s;
    struct sim_dist size;
};

struct poisson {
    struct sim_event next;
    struct vio_workload *wl;
    double mean_ps;
    struct sim_stream arrivals;
    struct vio_one_way messages;
};

static const struct sim_param poisson_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct poisson_config),
    {"rate", SIM_PARAM_FREQUENCY, offsetof(struct poisson_config, rate_per_s), NULL, "0.001/s", "1000000000/s",
     "messages per second", "facts.md 5.2, per class"},
    {"size", SIM_PARAM_DIST_SIZE, offsetof(struct poisson_config, size), "1472B", NULL, NULL, "message size",
     "one full Ethernet frame of UDP"},
    {0}};

static void poisson_fire(struct sim *sim, struct sim_event *ev)
{
    struct poisson *s = sim_container_of(ev, struct poisson, next);
    struct vio_workload *wl = s->wl;
    const struct poisson_config *c = wl->config;

    if (vio_workload_is_over(wl))
        return;
    sim_after(sim, ev, (sim_time)sim_exponential(&s->arrivals, s->mean_ps));
    if (vio_workload_admits(wl))
        vio_one_way_send(wl, &s->messages, &c->size);
}

static void poisson_start(struct vio_workload *wl)
{
    struct poisson *s = vio_workload_state(wl);
    const struct poisson_config *c = wl->config;

    s->wl = wl;
    s->mean_ps = (double)SIM_S / (c->rate_per_s * wl->peak);
    vio_workload_stream(wl, &s->arrivals, "arrivals");
    vio_one_way_init(wl, &s->messages);
    sim_event_init(&s->next, poisson_fire);
    sim_at(&wl->world->sim, &s->next, vio_workload_start_ps(wl) + (sim_time)sim_exponential(&s->arrivals, s->mean_ps));
}

static double poisson_offered_bps(const void *config)
{
    const struct poisson_config *c = config;

    return c->rate_per_s * vio_link_bits(sim_dist_mean(&c->size));
}

const struct vio_workload_type vio_workload_poisson = {
    .type = "poisson",
    .summary = "messages at the instants of a Poisson process, one way",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct poisson),
    .config_size = sizeof(struct poisson_config),
    .params = poisson_params,
    .source = "definition",
    .start = poisson_start,
    .offered_bps = poisson_offered_bps,
};
