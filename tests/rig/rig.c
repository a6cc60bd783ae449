/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/rig/rig.c - worlds by hand.
 */
#include "tests/rig/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void rig_fail(const char *what, const char *why)
{
    fprintf(stderr, "rig: %s: %s\n", what, why);
    abort();
}

void *rig_config(struct vio_world *w, const struct sim_param *params, size_t size, const char *text)
{
    void *config = sim_arena_alloc(&w->arena, 1, size ? size : 1);
    char *copy = sim_arena_text(&w->arena, text), *save = NULL;

    if (params)
        sim_param_defaults(params, config, &w->arena);
    for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        char *value = strchr(word, '=');
        const struct sim_param *row;
        char why[256];

        if (!value)
            rig_fail(word, "not NAME=VALUE");
        *value++ = '\0';
        row = params ? sim_param_find(params, word) : NULL;
        if (!row)
            rig_fail(word, "no such parameter");
        if (!sim_param_set(row, config, value, &w->arena, why, sizeof(why)))
            rig_fail(word, why);
    }
    return config;
}

const struct vio_path *rig_path(struct vio_world *w, uint32_t n, struct vio_egress *const *hop)
{
    struct vio_path *path = sim_arena_alloc(&w->arena, 1, sizeof(*path));
    struct vio_egress **copy = sim_arena_alloc(&w->arena, n + 1, sizeof(*copy));

    memcpy(copy, hop, n * sizeof(*copy));
    path->n = n;
    path->hop = copy;
    return path;
}

struct vio_flow *rig_flow(struct vio_world *w, const char *path, const char *type, const char *text,
                          const struct vio_path *there, const struct vio_path *back, uint8_t tc,
                          struct vio_target *target)
{
    const struct vio_transport_type *t = vio_transport_find(type);

    if (!t)
        rig_fail(type, "no such transport");
    return vio_flow_create(w, path, t, rig_config(w, t->params, t->config_size, text), there, back, tc, target);
}

struct vio_workload *rig_workload(struct vio_world *w, const char *path, const char *type, const char *text,
                                  struct vio_flow *const *flow, uint32_t flows)
{
    const struct vio_workload_type *t = vio_workload_find(type);

    if (!t)
        rig_fail(type, "no such workload");
    return vio_workload_create(w, path, path, t, rig_config(w, t->params, t->config_size, text), flow, flows);
}

void rig_set_dist(struct vio_workload *wl, const char *name, struct sim_dist dist)
{
    const struct sim_param *row = sim_param_find(wl->type->params, name);

    if (!row || (row->type != SIM_PARAM_DIST_SIZE && row->type != SIM_PARAM_DIST_TIME))
        rig_fail(name, "no such distribution");
    memcpy((char *)(uintptr_t)wl->config + row->offset, &dist, sizeof(dist));
}

struct vio_egress *rig_server(struct vio_world *w, const char *path, uint64_t rate_bps, sim_time delay_ps,
                              uint32_t limit_pkts)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find("ideal"));
    c.rate_bps = rate_bps;
    c.delay_ps = delay_ps;
    c.limit_pkts = limit_pkts;
    return vio_egress_create(w, path, &c);
}

struct vio_target *rig_array(struct vio_world *w, const char *path, const char *text)
{
    const struct vio_node_type *t = vio_node_find("array");

    return t->target_create(w, path, rig_config(w, t->params, t->config_size, text));
}

void rig_run(struct vio_world *w, sim_time warmup_ps, sim_time measure_ps)
{
    struct vio_end end;

    vio_world_run(w, warmup_ps, measure_ps, NULL, NULL, &end);
    if (end.outcome == VIO_OUTCOME_BROKEN || end.outcome == VIO_OUTCOME_DEADLOCK)
        rig_fail("run", end.why);
}
