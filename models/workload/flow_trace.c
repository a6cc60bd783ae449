/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/flow_trace.c - recorded flows, replayed: a message for each, to the workload's peer.
 */
#include "models/replay.h"

struct flow_trace_config {
    struct vio_workload_common common;
    struct vio_replay_config replay;
};

struct flow_trace {
    struct vio_replay replay; /* first */
    uint32_t turn;
};

static const struct sim_param flow_trace_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct flow_trace_config), VIO_REPLAY_PARAMS(struct flow_trace_config), {0}};

static void flow_trace_done(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;

    vio_workload_complete(wl, m, m->size_B);
    vio_replay_done(wl);
}

static void flow_trace_issue(struct vio_workload *wl, const struct vio_trace_record *rec)
{
    struct flow_trace *s = vio_workload_state(wl);
    struct vio_flow *f = wl->flow[s->turn];

    if (++s->turn == wl->flows)
        s->turn = 0;
    vio_flow_send(f, vio_workload_issue(wl, rec->size_B, flow_trace_done));
}

static void flow_trace_start(struct vio_workload *wl)
{
    const struct flow_trace_config *c = wl->config;

    vio_replay_start(wl, &c->replay, flow_trace_issue);
}

static const char *flow_trace_check(const void *config)
{
    const struct flow_trace_config *c = config;

    return c->replay.format->flows ? NULL : "this format has I/Os, not flows; replay it with kind: trace";
}

const struct vio_workload_type vio_workload_flow_trace = {
    .type = "flow-trace",
    .summary = "recorded flows, replayed as messages to the peer",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct flow_trace),
    .config_size = sizeof(struct flow_trace_config),
    .params = flow_trace_params,
    .metrics = vio_replay_metrics,
    .source = "definition",
    .check = flow_trace_check,
    .start = flow_trace_start,
    .fini = vio_replay_fini,
};
