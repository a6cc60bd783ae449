/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/incast.c - a client reads blocks that are striped over many servers: synchronised fan-in.
 *
 * The client asks every server for its part of a block at once; the next block is asked for when the last part of this
 * one is in (a barrier: cluster file systems, partition and aggregate). All answers meet at the client's port. Measured
 * is the time of a block, and goodput in blocks.
 */
#include "models/workload.h"

struct incast_config {
    struct vio_workload_common common;
    uint64_t block_B, request_B;
    struct sim_dist think;
};

struct incast {
    struct sim_event next;
    struct vio_workload *wl;
    struct vio_message *block; /* under way; it stands for the parts and is never sent */
    uint32_t missing;          /* parts */
    struct sim_stream thinks;
};

static const struct sim_param incast_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct incast_config),
    {"block", SIM_PARAM_SIZE, offsetof(struct incast_config, block_B), "1MB", "1B", "1GiB",
     "bytes of a block, in equal parts over the servers", "facts.md 6, V23, V24: 1 MB"},
    {"request", SIM_PARAM_SIZE, offsetof(struct incast_config, request_B), "64B", "1B", "64KiB",
     "what the client sends to each server", "design choice: fits the smallest frame but for headers"},
    {"think", SIM_PARAM_DIST_TIME, offsetof(struct incast_config, think), "0s", NULL, NULL,
     "pause between a block and the next", "design choice: none"},
    {0}};

static void incast_part_done(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;
    const struct incast_config *c = wl->config;
    struct incast *s = vio_workload_state(wl);
    struct vio_message *block = s->block;

    block->failed = block->failed || m->failed;
    if (--s->missing == 0)
        block->chain = m->chain; /* the last part is what the block waited for */
    else if (wl->world->trace)
        vio_chain_end(wl->world, m);
    sim_pool_give(&wl->world->messages, m);
    if (s->missing)
        return;
    vio_workload_complete(wl, block, c->block_B);
    if (!vio_workload_is_over(wl))
        sim_after(&wl->world->sim, &s->next, (sim_time)sim_dist_draw(&c->think, &s->thinks));
}

/* The request is at the server, which sends its part: m->at_stream is its place in wl->flow. */
static void incast_asked(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;
    const struct incast_config *c = wl->config;
    struct vio_flow **flow = m->at_stream;
    const uint64_t servers = wl->flows / 2, k = (uint64_t)(flow - wl->flow) / 2;

    if (m->failed) {
        incast_part_done(m);
        return;
    }
    m->size_B = (k + 1) * c->block_B / servers - k * c->block_B / servers; /* 0 B: fewer bytes than servers */
    m->size_B = m->size_B ? m->size_B : 1;
    m->done = incast_part_done;
    vio_flow_send(*flow, m);
}

static void incast_fire(struct sim *sim, struct sim_event *ev)
{
    struct incast *s = sim_container_of(ev, struct incast, next);
    struct vio_workload *wl = s->wl;
    const struct incast_config *c = wl->config;

    (void)sim;
    s->block = vio_workload_issue(wl, c->block_B, incast_part_done);
    s->missing = wl->flows / 2;
    for (uint32_t k = 0; k < wl->flows / 2; k++) {
        struct vio_message *m = sim_pool_take(&wl->world->messages);

        m->size_B = c->request_B;
        m->born_ps = s->block->born_ps;
        m->done = incast_asked;
        m->owner = wl;
        m->write = m->failed = false;
        m->at_stream = &wl->flow[2 * k + 1];
        if (wl->world->trace)
            vio_chain_issue(wl->world, m);
        vio_flow_send(wl->flow[2 * k], m);
    }
}

static void incast_start(struct vio_workload *wl)
{
    struct incast *s = vio_workload_state(wl);

    s->wl = wl;
    sim_stream_init(&s->thinks, wl->world->seed, wl->world->replication, wl->path, "thinks");
    sim_event_init(&s->next, incast_fire);
    sim_at(&wl->world->sim, &s->next, vio_workload_start_ps(wl));
}

const struct vio_workload_type vio_workload_incast = {
    .type = "incast",
    .summary = "a client reads blocks striped over many servers: synchronised fan-in with a barrier",
    .shape = VIO_SHAPE_FAN_IN,
    .state_size = sizeof(struct incast),
    .config_size = sizeof(struct incast_config),
    .params = incast_params,
    .source = "[S104]; DCTCP 2010 [S52]",
    .start = incast_start,
};
