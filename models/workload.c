/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload.c - what all workloads share: building an instance, issuing and completing requests.
 */
#include "models/watch.h"

#include <string.h>

#include "sim/kernel/assert.h"

const struct sim_metric vio_workload_metric_rows[] = {
    {"latency", SIM_METRIC_TALLY, "ps", offsetof(struct vio_workload_metrics, latency),
     "from issue to completion, as the application sees it"},
    {"issued", SIM_METRIC_COUNTER, "1", offsetof(struct vio_workload_metrics, issued), "requests issued"},
    {"completed", SIM_METRIC_COUNTER, "1", offsetof(struct vio_workload_metrics, completed), "requests completed"},
    {"failed", SIM_METRIC_COUNTER, "1", offsetof(struct vio_workload_metrics, failed), "requests given up"},
    {"bytes", SIM_METRIC_COUNTER, "B", offsetof(struct vio_workload_metrics, bytes),
     "application bytes of completed requests"},
    {0}};

const char *vio_workload_latency_name(const struct vio_workload_type *type)
{
    switch (type->shape) {
    case VIO_SHAPE_ROUND_TRIP:
    case VIO_SHAPE_FAN_IN:
        return "response_time";
    case VIO_SHAPE_BLOCK:
        return "io_latency";
    default:
        return "transfer_time";
    }
}

struct vio_workload *vio_workload_create(struct vio_world *w, const char *path, const char *group,
                                         const struct vio_workload_type *type, const void *config,
                                         struct vio_flow *const *flow, uint32_t flows)
{
    struct vio_workload *wl = sim_arena_alloc(&w->arena, 1, sizeof *wl + type->state_size);

    wl->type = type;
    wl->world = w;
    wl->path = sim_arena_text(&w->arena, path);
    wl->group = sim_arena_text(&w->arena, group);
    wl->config = config;
    wl->flow = sim_arena_alloc(&w->arena, flows, sizeof(*wl->flow));
    for (uint32_t i = 0; i < flows; i++)
        wl->flow[i] = flow[i];
    wl->flows = flows;
    wl->peak = 1;
    wl->until_ps = ((const struct vio_workload_common *)config)->stop_ps;
    if (!wl->until_ps)
        wl->until_ps = SIM_TIME_NEVER;
    sim_metrics_init(vio_workload_metric_rows, &wl->m, 0);
    if (type->metrics)
        sim_metrics_init(type->metrics, vio_workload_state(wl), 0);
    *w->workload_tail = wl;
    w->workload_tail = &wl->next;
    return wl;
}

sim_time vio_workload_start_ps(const struct vio_workload *wl)
{
    const struct vio_workload_common *c = wl->config;

    return c->start_ps + wl->shift_ps;
}

bool vio_workload_is_active(const struct vio_workload *wl)
{
    return !wl->idle && sim_now(&wl->world->sim) >= vio_workload_start_ps(wl) && !vio_workload_is_over(wl);
}

uint32_t vio_workload_number(const struct vio_workload *wl, uint32_t *of)
{
    uint32_t number = 0;

    *of = 0;
    for (const struct vio_workload *o = wl->world->workloads; o; o = o->next) {
        if (o == wl)
            number = *of;
        *of += strcmp(o->group, wl->group) == 0;
    }
    return number;
}

void vio_workload_stream(const struct vio_workload *wl, struct sim_stream *s, const char *purpose)
{
    sim_stream_init(s, wl->world->seed, wl->world->replication, wl->path, purpose);
}

struct vio_message *vio_workload_issue(struct vio_workload *wl, uint64_t size_B, vio_message_fn *done)
{
    struct vio_message *m = sim_pool_take(&wl->world->messages);

    /* What the transport and the target keep in m is theirs to set. */
    m->size_B = size_B ? size_B : 1;
    m->born_ps = sim_now(&wl->world->sim);
    m->done = done;
    m->owner = wl;
    m->write = false;
    m->failed = false;
    if (wl->world->trace)
        vio_chain_issue(wl->world, m);
    wl->m.issued++;
    wl->unfinished++;
    if (wl->watch)
        vio_watch_issued(wl);
    return m;
}

void vio_workload_complete(struct vio_workload *wl, struct vio_message *m, uint64_t size_B)
{
    SIM_CHECK(wl->unfinished > 0);
    wl->unfinished--;
    if (m->failed) {
        wl->m.failed++;
    } else {
        wl->m.completed++;
        wl->m.bytes += size_B;
        sim_tally_add(&wl->m.latency, sim_now(&wl->world->sim) - m->born_ps);
        if (wl->world->trace)
            vio_chain_complete(wl, m, sim_now(&wl->world->sim) - m->born_ps);
    }
    if (wl->watch)
        vio_watch_ended(wl, m);
    if (wl->world->trace)
        vio_chain_end(wl->world, m);
    sim_pool_give(&wl->world->messages, m);
}

void vio_one_way_init(struct vio_workload *wl, struct vio_one_way *ow)
{
    ow->turn = 0;
    vio_workload_stream(wl, &ow->sizes, "sizes");
}

void vio_one_way_done(struct vio_message *m)
{
    vio_workload_complete(m->owner, m, m->size_B);
}
