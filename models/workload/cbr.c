/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/cbr.c - messages at a constant rate, one way.
 *
 * Message k leaves at phase + k / rate, without drift. Phases of instances are drawn, so that they do not march in
 * step, unless `aligned` asks for that. Under a profile messages are left out evenly.
 */
#include "models/workload.h"

struct cbr_config {
    struct vio_workload_common common;
    double rate_per_s;
    struct sim_dist size;
    bool aligned;
};

struct cbr {
    struct sim_event next;
    struct vio_workload *wl;
    double first_ps, gap_ps;
    uint64_t n;
    struct sim_stream phase;
    struct vio_one_way messages;
};

static const struct sim_param cbr_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct cbr_config),
    {"rate", SIM_PARAM_FREQUENCY, offsetof(struct cbr_config, rate_per_s), NULL, "0.001/s", "1000000000/s",
     "messages per second", "facts.md 5.2, per class"},
    {"size", SIM_PARAM_DIST_SIZE, offsetof(struct cbr_config, size), "1472B", NULL, NULL, "message size",
     "one full Ethernet frame of UDP"},
    {"aligned", SIM_PARAM_BOOL, offsetof(struct cbr_config, aligned), "no", NULL, NULL,
     "all instances send at the same instants, the first at start", "design choice: phases are drawn"},
    {0}};

static void cbr_fire(struct sim *sim, struct sim_event *ev)
{
    struct cbr *s = sim_container_of(ev, struct cbr, next);
    const struct cbr_config *c = s->wl->config;

    if (vio_workload_is_over(s->wl))
        return;
    sim_at(sim, ev, (sim_time)(s->first_ps + (double)++s->n * s->gap_ps));
    if (vio_workload_admits_evenly(s->wl))
        vio_one_way_send(s->wl, &s->messages, &c->size);
}

static void cbr_start(struct vio_workload *wl)
{
    struct cbr *s = vio_workload_state(wl);
    const struct cbr_config *c = wl->config;

    s->wl = wl;
    s->gap_ps = (double)SIM_S / (c->rate_per_s * wl->peak);
    vio_workload_stream(wl, &s->phase, "phase");
    vio_one_way_init(wl, &s->messages);
    s->first_ps = (double)vio_workload_start_ps(wl) + (c->aligned ? 0 : s->gap_ps * sim_uniform(&s->phase));
    sim_event_init(&s->next, cbr_fire);
    sim_at(&wl->world->sim, &s->next, (sim_time)s->first_ps);
}

static double cbr_offered_bps(const void *config)
{
    const struct cbr_config *c = config;

    return c->rate_per_s * vio_link_bits(sim_dist_mean(&c->size));
}

const struct vio_workload_type vio_workload_cbr = {
    .type = "cbr",
    .summary = "messages at a constant rate, one way",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct cbr),
    .config_size = sizeof(struct cbr_config),
    .params = cbr_params,
    .source = "definition",
    .start = cbr_start,
    .offered_bps = cbr_offered_bps,
};
