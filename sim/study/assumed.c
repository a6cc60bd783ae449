/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/assumed.c - comparing configurations with their defaults, row by row.
 */
#include "sim/study/assumed.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/check.h"

struct assumed {
    study_assumed_fn *visit;
    void *arg;
};

static bool assumed_same_text(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return *x == *y || (*x && *y && strcmp(*x, *y) == 0);
}

static bool assumed_same_dist(const void *a, const void *b)
{
    const struct sim_dist *x = a, *y = b;

    return x->kind == y->kind && x->n == 0 && y->n == 0 && x->a == y->a && x->b == y->b && x->p == y->p;
}

static bool assumed_same(enum sim_param_type type, const void *a, const void *b)
{
    switch (type) {
    case SIM_PARAM_COUNT:
    case SIM_PARAM_PACKETS:
        return memcmp(a, b, sizeof(uint32_t)) == 0;
    case SIM_PARAM_BOOL:
        return memcmp(a, b, sizeof(bool)) == 0;
    case SIM_PARAM_CHOICE:
        return memcmp(a, b, sizeof(int)) == 0;
    case SIM_PARAM_TEXT:
    case SIM_PARAM_FILE:
        return assumed_same_text(a, b);
    case SIM_PARAM_DIST_SIZE:
    case SIM_PARAM_DIST_TIME:
        return assumed_same_dist(a, b);
    default: /* times, rates, sizes and doubles */
        return memcmp(a, b, sizeof(int64_t)) == 0;
    }
}

/* Visit the rows of `table` that `config` (NULL: all of them) leaves at their defaults. */
static bool assumed_table(const struct assumed *a, const char *owner, const struct sim_param *table, size_t size,
                          const void *config)
{
    struct sim_arena arena;
    bool go_on = true;

    sim_arena_init(&arena);
    char *defaults = sim_arena_alloc(&arena, 1, size + 1);

    if (table)
        sim_param_defaults(table, defaults, &arena);
    for (const struct sim_param *p = table; go_on && p && p->name; p++) {
        if (!p->dflt || (config && !assumed_same(p->type, (const char *)config + p->offset, defaults + p->offset)))
            continue;
        const char *path = sim_arena_printf(&arena, "%s.%s", owner, p->name);

        go_on = a->visit(path, *p->dflt ? p->dflt : "none", p->source, a->arg);
    }
    sim_arena_fini(&arena);
    return go_on;
}

static bool assumed_workload(const struct assumed *a, const struct scn_workload *w)
{
    const struct vio_transport_type *t = w->transport;

    return assumed_table(a, w->type->type, w->type->params, w->type->config_size, w->config) &&
           (!t || assumed_table(a, t->type, t->params, t->config_size, w->transport_config));
}

static bool assumed_sched(const struct assumed *a, const struct vio_sched_type *t, const void *config)
{
    return !t || assumed_table(a, t->type, t->params, t->config_size, config);
}

static bool assumed_vm(const struct assumed *a, const struct scn_vm *vm)
{
    for (size_t i = 0; i < vm->workloads; i++)
        if (!assumed_workload(a, &vm->workload[i]))
            return false;
    return true;
}

static bool assumed_topology(const struct assumed *a, const struct scn_topology *t)
{
    for (size_t i = 0; i < t->nodes; i++)
        if (!assumed_table(a, t->node[i].node->type, t->node[i].node->params, t->node[i].node->config_size,
                           t->node[i].config))
            return false;
    for (size_t i = 0; i < t->flows; i++)
        if (!assumed_workload(a, &t->flow[i].workload))
            return false;
    for (size_t i = 0; i < t->links; i++)
        if (!assumed_sched(a, t->link[i].egress.sched, t->link[i].egress.sched_config))
            return false;
    return true;
}

bool study_assumed_each(const struct scn_study *study, study_assumed_fn *visit, void *arg)
{
    const struct assumed a = {visit, arg};

    if (study->topology)
        return assumed_topology(&a, study->topology);
    for (size_t i = 0; i < study->vms; i++)
        if (!assumed_vm(&a, &study->vm[i]))
            return false;
    for (size_t i = 0; i < study->server_groups; i++)
        if (!assumed_vm(&a, &study->servers[i].hypervisor))
            return false;
    for (size_t i = 0; i < study->peers; i++)
        if (!assumed_table(&a, study->peer[i].node->type, study->peer[i].node->params, study->peer[i].node->config_size,
                           study->peer[i].config))
            return false;
    for (size_t i = 0; i < study->designs; i++)
        for (size_t k = 0; k < study->design[i].connections; k++)
            if (!assumed_sched(&a, study->design[i].connection[k].sched, study->design[i].connection[k].sched_config))
                return false;
    return assumed_table(&a, "host", scn_section_host.params, sizeof(study->host), &study->host) &&
           assumed_table(&a, "cost", scn_section_cost.params, sizeof(study->cost), &study->cost);
}
