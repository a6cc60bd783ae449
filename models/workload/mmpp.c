/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/mmpp.c - a Poisson process whose rate switches between two values: a Markov-modulated Poisson
 * process, one way.
 *
 * Stays in each state are exponential; the process begins in equilibrium. Arrivals are burstier than Poisson: with
 * rates a and b, and switching rates p out of the first and q out of the second, the variance of the number in a time t
 * over its mean is 1 + 2 (a - b)^2 p q / ((p + q)^2 (a q + b p)) * (1 - (1 - exp(-(p + q) t)) / ((p + q) t))
 * [heffes1986].
 */
#include "models/workload.h"

struct mmpp_config {
    struct vio_workload_common common;
    double rate_per_s[2];
    sim_time stay_ps[2];
    struct sim_dist size;
};

struct mmpp {
    struct sim_event arrival, change;
    struct vio_workload *wl;
    int state;
    struct sim_stream arrivals, states;
    struct vio_one_way messages;
};

static const struct sim_param mmpp_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct mmpp_config),
    {"rate_high", SIM_PARAM_FREQUENCY, offsetof(struct mmpp_config, rate_per_s[0]), NULL, "0.001/s", "1000000000/s",
     "messages per second in the first state", "per study"},
    {"rate_low", SIM_PARAM_FREQUENCY, offsetof(struct mmpp_config, rate_per_s[1]), "0/s", "0/s", "1000000000/s",
     "messages per second in the second state", "design choice: none, an interrupted Poisson process"},
    {"stay_high", SIM_PARAM_TIME, offsetof(struct mmpp_config, stay_ps[0]), NULL, "1ns", NULL,
     "mean stay in the first state", "per study"},
    {"stay_low", SIM_PARAM_TIME, offsetof(struct mmpp_config, stay_ps[1]), NULL, "1ns", NULL,
     "mean stay in the second state", "per study"},
    {"size", SIM_PARAM_DIST_SIZE, offsetof(struct mmpp_config, size), "1472B", NULL, NULL, "message size",
     "one full Ethernet frame of UDP"},
    {0}};

/* The next arrival in the present state. Nothing is remembered of the gap so far: it is exponential. */
static void mmpp_schedule(struct mmpp *s)
{
    const struct mmpp_config *c = s->wl->config;
    const double rate_per_s = c->rate_per_s[s->state] * s->wl->peak;

    if (rate_per_s > 0)
        sim_after(&s->wl->world->sim, &s->arrival, (sim_time)sim_exponential(&s->arrivals, (double)SIM_S / rate_per_s));
}

static void mmpp_arrive(struct sim *sim, struct sim_event *ev)
{
    struct mmpp *s = sim_container_of(ev, struct mmpp, arrival);
    const struct mmpp_config *c = s->wl->config;

    (void)sim;
    if (vio_workload_is_over(s->wl))
        return;
    mmpp_schedule(s);
    if (vio_workload_admits(s->wl))
        vio_one_way_send(s->wl, &s->messages, &c->size);
}

static void mmpp_change(struct sim *sim, struct sim_event *ev)
{
    struct mmpp *s = sim_container_of(ev, struct mmpp, change);
    const struct mmpp_config *c = s->wl->config;

    if (vio_workload_is_over(s->wl))
        return;
    s->state = !s->state;
    sim_cancel(sim, &s->arrival);
    sim_after(sim, ev, (sim_time)sim_exponential(&s->states, (double)c->stay_ps[s->state]));
    mmpp_schedule(s);
}

static void mmpp_begin(struct sim *sim, struct sim_event *ev)
{
    struct mmpp *s = sim_container_of(ev, struct mmpp, change);
    const struct mmpp_config *c = s->wl->config;
    const double all_ps = (double)c->stay_ps[0] + (double)c->stay_ps[1];

    s->state = sim_uniform(&s->states) * all_ps >= (double)c->stay_ps[0];
    sim_event_init(ev, mmpp_change);
    sim_after(sim, ev, (sim_time)sim_exponential(&s->states, (double)c->stay_ps[s->state]));
    mmpp_schedule(s);
}

static void mmpp_start(struct vio_workload *wl)
{
    struct mmpp *s = vio_workload_state(wl);

    s->wl = wl;
    vio_workload_stream(wl, &s->arrivals, "arrivals");
    vio_workload_stream(wl, &s->states, "states");
    vio_one_way_init(wl, &s->messages);
    sim_event_init(&s->arrival, mmpp_arrive);
    sim_event_init(&s->change, mmpp_begin);
    sim_at(&wl->world->sim, &s->change, vio_workload_start_ps(wl));
}

static double mmpp_offered_bps(const void *config)
{
    const struct mmpp_config *c = config;
    const double high = (double)c->stay_ps[0] / ((double)c->stay_ps[0] + (double)c->stay_ps[1]);

    return (c->rate_per_s[0] * high + c->rate_per_s[1] * (1 - high)) * vio_link_bits(sim_dist_mean(&c->size));
}

const struct vio_workload_type vio_workload_mmpp = {
    .type = "mmpp",
    .summary = "a Poisson process whose rate switches between two values, one way",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct mmpp),
    .config_size = sizeof(struct mmpp_config),
    .params = mmpp_params,
    .source = "[heffes1986]",
    .start = mmpp_start,
    .offered_bps = mmpp_offered_bps,
};
