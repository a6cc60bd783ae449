/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/on_off.c - bursts and silences in turn, at a constant rate in a burst, one way.
 *
 * With exponential periods the classic model of a talker. With Pareto periods of shape a, 1 < a < 2, their variance is
 * infinite and the sum of many sources is self-similar, of Hurst parameter H = (3 - a) / 2 with the smaller of the two
 * shapes [taqqu1997]. A source begins as one that has been at it for ever, so no warm-up is needed, which would never
 * be long enough. The gap between messages is counted over bursts: the rate in the long run is exact.
 */
#include <math.h>

#include "models/workload.h"

struct on_off_config {
    struct vio_workload_common common;
    double rate_per_s;
    struct sim_dist size, burst, silence;
};

struct on_off {
    struct sim_event next;
    struct vio_workload *wl;
    double gap_ps;
    double left_ps;  /* of time in bursts, to the next message */
    sim_time at_ps;  /* of the last event */
    sim_time end_ps; /* of the period */
    struct sim_stream phase, bursts, silences;
    struct vio_one_way messages;
};

static const double on_off_max_ps = 0x1p61; /* 26 days: a period that outlasts any run */

static const struct sim_param on_off_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct on_off_config),
    {"rate", SIM_PARAM_FREQUENCY, offsetof(struct on_off_config, rate_per_s), NULL, "0.001/s", "1000000000/s",
     "messages per second in a burst", "facts.md 5.2, per class"},
    {"size", SIM_PARAM_DIST_SIZE, offsetof(struct on_off_config, size), "1472B", NULL, NULL, "message size",
     "one full Ethernet frame of UDP"},
    {"burst", SIM_PARAM_DIST_TIME, offsetof(struct on_off_config, burst), NULL, NULL, NULL,
     "length of a burst; pareto of shape 1 to 2 makes the sum of many self-similar", "per study"},
    {"silence", SIM_PARAM_DIST_TIME, offsetof(struct on_off_config, silence), NULL, NULL, NULL,
     "length of the silence between bursts", "per study"},
    {0}};

static sim_time on_off_period(double ps)
{
    return (sim_time)fmin(ps, on_off_max_ps);
}

/* The next thing to happen: a message, or the end of the period. */
static void on_off_schedule(struct on_off *s)
{
    const sim_time now = sim_now(&s->wl->world->sim);
    const double message_ps = s->wl->idle ? on_off_max_ps : s->left_ps;

    s->at_ps = now;
    sim_at(&s->wl->world->sim, &s->next,
           message_ps < (double)(s->end_ps - now) ? now + (sim_time)message_ps : s->end_ps);
}

static void on_off_fire(struct sim *sim, struct sim_event *ev)
{
    struct on_off *s = sim_container_of(ev, struct on_off, next);
    struct vio_workload *wl = s->wl;
    const struct on_off_config *c = wl->config;
    const sim_time now = sim_now(sim);

    if (vio_workload_is_over(wl))
        return;
    if (!wl->idle)
        s->left_ps -= (double)(now - s->at_ps);
    if (now == s->end_ps) {
        wl->idle = !wl->idle;
        s->end_ps = now + on_off_period(wl->idle ? sim_dist_draw(&c->silence, &s->silences)
                                                 : sim_dist_draw(&c->burst, &s->bursts));
    } else {
        s->left_ps += s->gap_ps;
        if (vio_workload_admits(wl))
            vio_one_way_send(wl, &s->messages, &c->size);
    }
    on_off_schedule(s);
}

/* As one that has been at it for ever: in a burst with the share of bursts, somewhere in the period. */
static void on_off_begin(struct sim *sim, struct sim_event *ev)
{
    struct on_off *s = sim_container_of(ev, struct on_off, next);
    const struct on_off_config *c = s->wl->config;
    const double burst_ps = sim_dist_mean(&c->burst), silence_ps = sim_dist_mean(&c->silence);

    s->wl->idle = sim_uniform(&s->phase) * (burst_ps + silence_ps) >= burst_ps;
    s->left_ps = s->gap_ps * sim_uniform(&s->phase);
    s->end_ps = sim_now(sim) + on_off_period(s->wl->idle ? sim_dist_draw_rest(&c->silence, &s->silences)
                                                         : sim_dist_draw_rest(&c->burst, &s->bursts));
    sim_event_init(ev, on_off_fire);
    on_off_schedule(s);
}

static void on_off_start(struct vio_workload *wl)
{
    struct on_off *s = vio_workload_state(wl);
    const struct on_off_config *c = wl->config;

    s->wl = wl;
    s->gap_ps = (double)SIM_S / (c->rate_per_s * wl->peak);
    vio_workload_stream(wl, &s->phase, "phase");
    vio_workload_stream(wl, &s->bursts, "bursts");
    vio_workload_stream(wl, &s->silences, "silences");
    vio_one_way_init(wl, &s->messages);
    sim_event_init(&s->next, on_off_begin);
    sim_at(&wl->world->sim, &s->next, vio_workload_start_ps(wl));
}

static double on_off_offered_bps(const void *config)
{
    const struct on_off_config *c = config;
    const double burst_ps = sim_dist_mean(&c->burst), silence_ps = sim_dist_mean(&c->silence);

    return c->rate_per_s * burst_ps / (burst_ps + silence_ps) * vio_link_bits(sim_dist_mean(&c->size));
}

static const char *on_off_check(const void *config)
{
    const struct on_off_config *c = config;

    return sim_dist_mean(&c->burst) < 1 || sim_dist_mean(&c->silence) < 1
               ? "burst and silence need means above zero; for a source without silences take cbr"
               : NULL;
}

const struct vio_workload_type vio_workload_on_off = {
    .type = "on-off",
    .summary = "bursts and silences in turn, one way; with Pareto periods the sum of many is self-similar",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct on_off),
    .config_size = sizeof(struct on_off_config),
    .params = on_off_params,
    .source = "[taqqu1997]",
    .check = on_off_check,
    .start = on_off_start,
    .offered_bps = on_off_offered_bps,
};
