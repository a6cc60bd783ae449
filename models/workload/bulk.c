/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/bulk.c - as much as the network takes: long transfers, migrations, copies.
 *
 * Each connection is kept supplied with `ahead` messages, so that it never runs dry; with `total` the transfer ends
 * after that many bytes. Measured are goodput and the time per message.
 */
#include "models/workload.h"

struct bulk_config {
    struct vio_workload_common common;
    uint64_t message_B, total_B;
    uint32_t ahead;
};

struct bulk {
    struct sim_event begin;
    struct vio_workload *wl;
    uint64_t issued_B;
};

static const struct sim_param bulk_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct bulk_config),
    {"message", SIM_PARAM_SIZE, offsetof(struct bulk_config, message_B), "1MiB", "1B", "1GiB",
     "bytes handed to the transport at a time", "design choice"},
    {"total", SIM_PARAM_SIZE, offsetof(struct bulk_config, total_B), "0B", NULL, NULL,
     "bytes in all, over the connections; 0B = no end", "design choice"},
    {"ahead", SIM_PARAM_COUNT, offsetof(struct bulk_config, ahead), "2", "1", "65536",
     "messages per connection given to the transport and not done", "design choice"},
    {0}};

static void bulk_done(struct vio_message *m);

static void bulk_issue(struct vio_workload *wl, struct vio_flow *f)
{
    const struct bulk_config *c = wl->config;
    struct bulk *s = vio_workload_state(wl);
    uint64_t B = c->message_B;

    if (c->total_B && s->issued_B >= c->total_B)
        return;
    if (c->total_B && c->total_B - s->issued_B < B)
        B = c->total_B - s->issued_B;
    s->issued_B += B;
    vio_flow_send(f, vio_workload_issue(wl, B, bulk_done));
}

static void bulk_done(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;
    struct vio_flow *f = m->flow;

    vio_workload_complete(wl, m, m->size_B);
    if (!vio_workload_is_over(wl))
        bulk_issue(wl, f);
    wl->idle = wl->unfinished == 0;
}

static void bulk_begin(struct sim *sim, struct sim_event *ev)
{
    struct bulk *s = sim_container_of(ev, struct bulk, begin);
    const struct bulk_config *c = s->wl->config;

    (void)sim;
    for (uint32_t i = 0; i < s->wl->flows; i++)
        for (uint32_t k = 0; k < c->ahead; k++)
            bulk_issue(s->wl, s->wl->flow[i]);
}

static void bulk_start(struct vio_workload *wl)
{
    struct bulk *s = vio_workload_state(wl);

    s->wl = wl;
    sim_event_init(&s->begin, bulk_begin);
    sim_at(&wl->world->sim, &s->begin, vio_workload_start_ps(wl));
}

const struct vio_workload_type vio_workload_bulk = {
    .type = "bulk",
    .summary = "long transfers, as fast as the transport goes",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct bulk),
    .config_size = sizeof(struct bulk_config),
    .params = bulk_params,
    .source = "definition",
    .start = bulk_start,
};
