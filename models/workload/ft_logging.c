/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/ft_logging.c - logging of a fault-tolerant VM: what the primary sees goes to its backup, and every
 * entry is acknowledged.
 *
 * Entries leave in a steady stream; the backup acknowledges each at once. The primary may be `window` entries ahead;
 * then it stands still until an acknowledgement comes, and the stream is late from there on. Measured is the time from
 * sending an entry to its acknowledgement, for which output of the VM has to wait, and how long the primary stood
 * still.
 */
#include "models/workload.h"

struct ft_config {
    struct vio_workload_common common;
    uint64_t rate_bps, entry_B, ack_B;
    uint32_t window;
};

struct ft {
    struct sim_event next;
    struct vio_workload *wl;
    double gap_ps;
    uint32_t turn;
    bool held;        /* the primary stands still */
    sim_time held_ps; /* since when */
    sim_counter stalled;
    struct sim_stream phase;
};

static const struct sim_param ft_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct ft_config),
    {"rate", SIM_PARAM_RATE, offsetof(struct ft_config, rate_bps), "100Mbps", "1Kbps", NULL,
     "of the log, as the VM's input asks for", "facts.md 5.2: 20-500 Mb/s"},
    {"entry", SIM_PARAM_SIZE, offsetof(struct ft_config, entry_B), "8KiB", "1B", "16MiB", "bytes sent at a time",
     "assumption A-191"},
    {"ack", SIM_PARAM_SIZE, offsetof(struct ft_config, ack_B), "64B", "1B", "64KiB", "acknowledgement of an entry",
     "assumption A-191"},
    {"window", SIM_PARAM_COUNT, offsetof(struct ft_config, window), "64", "1", "1000000",
     "entries without acknowledgement at which the primary stands still", "assumption A-191"},
    {0}};

static const struct sim_metric ft_metrics[] = {
    {"stalled", SIM_METRIC_COUNTER, "ps", offsetof(struct ft, stalled),
     "fraction of the time that the primary stands still, sum of the instances"},
    {0}};

static void ft_send(struct vio_workload *wl);

static void ft_acknowledged(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;
    const struct ft_config *c = wl->config;
    struct ft *s = vio_workload_state(wl);
    const sim_time now = sim_now(&wl->world->sim);

    vio_workload_complete(wl, m, c->entry_B);
    if (!s->held)
        return;
    s->held = false;
    s->stalled += (uint64_t)(now - (s->held_ps > wl->world->measure_from_ps ? s->held_ps : wl->world->measure_from_ps));
    if (vio_workload_is_over(wl))
        return;
    sim_after(&wl->world->sim, &s->next, (sim_time)s->gap_ps);
    ft_send(wl);
}

/* An entry has come to the backup: the same message, with its birth, goes back as the acknowledgement. */
static void ft_logged(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;
    const struct ft_config *c = wl->config;

    if (m->failed) {
        ft_acknowledged(m);
        return;
    }
    m->size_B = c->ack_B;
    m->done = ft_acknowledged;
    vio_flow_send(m->at_stream, m);
}

static void ft_send(struct vio_workload *wl)
{
    const struct ft_config *c = wl->config;
    struct ft *s = vio_workload_state(wl);
    struct vio_message *m = vio_workload_issue(wl, c->entry_B, ft_logged);

    m->at_stream = wl->flow[2 * s->turn]; /* the way back: ROUND_TRIP the other way round */
    vio_flow_send(wl->flow[2 * s->turn + 1], m);
    if (++s->turn == wl->flows / 2)
        s->turn = 0;
}

static void ft_fire(struct sim *sim, struct sim_event *ev)
{
    struct ft *s = sim_container_of(ev, struct ft, next);
    struct vio_workload *wl = s->wl;
    const struct ft_config *c = wl->config;

    if (vio_workload_is_over(wl))
        return;
    if (!vio_workload_admits_evenly(wl)) {
        sim_after(sim, ev, (sim_time)s->gap_ps);
    } else if (wl->unfinished >= c->window) {
        s->held = true;
        s->held_ps = sim_now(sim);
    } else {
        sim_after(sim, ev, (sim_time)s->gap_ps);
        ft_send(wl);
    }
}

static void ft_start(struct vio_workload *wl)
{
    struct ft *s = vio_workload_state(wl);
    const struct ft_config *c = wl->config;

    s->wl = wl;
    s->gap_ps = vio_link_bits((double)c->entry_B) * (double)SIM_S / ((double)c->rate_bps * wl->peak);
    vio_workload_stream(wl, &s->phase, "phase");
    sim_event_init(&s->next, ft_fire);
    sim_at(&wl->world->sim, &s->next, vio_workload_start_ps(wl) + (sim_time)(s->gap_ps * sim_uniform(&s->phase)));
}

static double ft_offered_bps(const void *config)
{
    const struct ft_config *c = config;

    return (double)c->rate_bps;
}

const struct vio_workload_type vio_workload_ft_logging = {
    .type = "ft-logging",
    .summary = "log of a fault-tolerant VM to its backup, every entry acknowledged",
    .shape = VIO_SHAPE_ROUND_TRIP,
    .state_size = sizeof(struct ft),
    .config_size = sizeof(struct ft_config),
    .params = ft_params,
    .metrics = ft_metrics,
    .source = "facts.md 5.2",
    .start = ft_start,
    .offered_bps = ft_offered_bps,
};
