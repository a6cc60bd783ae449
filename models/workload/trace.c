/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/trace.c - recorded block I/O, replayed.
 */
#include "models/replay.h"

struct trace_config {
    struct vio_workload_common common;
    struct vio_replay_config replay;
};

static const struct sim_param trace_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct trace_config), VIO_REPLAY_PARAMS(struct trace_config), {0}};

static void trace_done(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;

    vio_workload_complete(wl, m, m->size_B);
    vio_replay_done(wl);
}

static void trace_issue(struct vio_workload *wl, const struct vio_trace_record *rec)
{
    struct vio_message *m = vio_workload_issue(wl, rec->size_B, trace_done);

    m->write = rec->write;
    vio_flow_send(wl->flow[0], m);
}

static void trace_start(struct vio_workload *wl)
{
    const struct trace_config *c = wl->config;

    vio_replay_start(wl, &c->replay, trace_issue);
}

static const char *trace_check(const void *config)
{
    const struct trace_config *c = config;

    return c->replay.format->flows ? "this format has flows, not I/Os; replay it with kind: flow-trace" : NULL;
}

const struct vio_workload_type vio_workload_trace = {
    .type = "trace",
    .summary = "recorded block I/O, replayed",
    .shape = VIO_SHAPE_BLOCK,
    .state_size = sizeof(struct vio_replay),
    .config_size = sizeof(struct trace_config),
    .params = trace_params,
    .metrics = vio_replay_metrics,
    .source = "definition",
    .check = trace_check,
    .start = trace_start,
    .fini = vio_replay_fini,
};
