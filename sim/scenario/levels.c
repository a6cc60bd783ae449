/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/levels.c - service levels: which metric of which VMs has to stay below (or above) what.
 */
#include "sim/scenario/check.h"

#include <string.h>

struct level_plain {
    const char *name;
};

static const struct sim_param level_params[] = {{"name", SIM_PARAM_TEXT, offsetof(struct level_plain, name), "", NULL,
                                                 NULL, "default: made of the class, the metric and the statistic",
                                                 "design choice"},
                                                {0}};
static const struct scn_field level_fields[] = {
    {"vms", SCN_FREE, NULL, true, "VM class, or all", "whose level it is; in a topology the name of a flow"},
    {"workload", SCN_FREE, NULL, false, "name of a workload", "only this one; default: all that have the metric"},
    {"metric", SCN_FREE, NULL, true, "io_latency, response_time, transfer_time, goodput, failed or service_gap",
     "one of io_latency, response_time, transfer_time (times), goodput (a rate), failed (a fraction), service_gap (the "
     "longest time without service after an event)"},
    {"mean", SCN_FREE, NULL, false, "in the metric's unit", "the mean is to stay below this"},
    {"p50", SCN_FREE, NULL, false, "in the metric's unit", "the median is to stay below this"},
    {"p95", SCN_FREE, NULL, false, "in the metric's unit", "the 95th percentile is to stay below this"},
    {"p99", SCN_FREE, NULL, false, "in the metric's unit", "the 99th percentile is to stay below this"},
    {"p99.9", SCN_FREE, NULL, false, "in the metric's unit", "the 99.9th percentile is to stay below this"},
    {"max", SCN_FREE, NULL, false, "in the metric's unit", "the largest value is to stay below this"},
    {"at_least", SCN_FREE, NULL, false, "in the metric's unit", "the mean is to stay above this"},
    {0}};
const struct scn_section scn_section_level = {"levels[]",
                                              "A service level. Several limits in one entry make several levels.",
                                              level_params, level_fields, SCN_EXTRA_NONE};

static const struct level_metric {
    const char *name;
    enum sim_dim dim;
    bool latency;
} level_metrics[] = {{"io_latency", SIM_DIM_TIME, true},    {"response_time", SIM_DIM_TIME, true},
                     {"transfer_time", SIM_DIM_TIME, true}, {"goodput", SIM_DIM_RATE, false},
                     {"failed", SIM_DIM_FRACTION, false},   {"service_gap", SIM_DIM_TIME, false}};
enum { LEVEL_METRICS = sizeof(level_metrics) / sizeof(*level_metrics) };

static const char level_latencies[] =
    "block I/O has io_latency, request-response has response_time, other workloads transfer_time";

static const struct level_limit {
    const char *key;
    int stat;
    bool at_least;
} level_limits[] = {{"mean", SCN_STAT_MEAN, false},   {"p50", SCN_STAT_P50, false},    {"p95", SCN_STAT_P95, false},
                    {"p99", SCN_STAT_P99, false},     {"p99.9", SCN_STAT_P999, false}, {"max", SCN_STAT_MAX, false},
                    {"at_least", SCN_STAT_MEAN, true}};
enum { LEVEL_LIMITS = sizeof(level_limits) / sizeof(*level_limits) };

/* Whether a workload can be judged by the level: its name if one is given, and the metric if it is a latency. */
static bool level_fits(const struct scn_level *level, const struct level_metric *metric, const struct scn_workload *wl)
{
    return (!level->workload || strcmp(level->workload, wl->name) == 0) &&
           (!metric->latency || strcmp(vio_workload_latency_name(wl->type), metric->name) == 0);
}

/* Names of the workloads of a class. */
static void level_workloads(struct scn_check *c, const struct scn_vm *vm, struct scn_node *names)
{
    for (size_t i = 0; i < vm->workloads; i++)
        if (scn_node_find(names, vm->workload[i].name) == SCN_NONE)
            scn_node_add(c->scratch, names, vm->workload[i].name, vm->pos, NULL);
}

/* Some workload has to have the metric, or the level would never be judged. */
static void level_check_use(struct scn_at at, const struct scn_level *level, const struct level_metric *metric,
                            size_t vm)
{
    const struct scn_study *s = at.c->study;
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    bool named = false, fits = false;

    for (size_t i = vm == SCN_NONE ? 0 : vm; i < s->vms && (vm == SCN_NONE || i == vm); i++) {
        level_workloads(at.c, &s->vm[i], names);
        for (size_t k = 0; k < s->vm[i].workloads; k++) {
            const struct scn_workload *wl = &s->vm[i].workload[k];

            named = named || (level->workload && strcmp(level->workload, wl->name) == 0);
            fits = fits || level_fits(level, metric, wl);
        }
    }
    if (at.c->workload_refused)
        return;
    if (level->workload && !named)
        scn_resolve(scn_at_key(at, "workload"), level->workload, names, "workload");
    else if (!fits)
        scn_error(scn_at_key(at, "metric"), "%s '%s' has no %s; %s", level->workload ? "workload" : "VM class",
                  level->workload ? level->workload : level->vms, metric->name, level_latencies);
}

/* The same for the flow of a topology. */
static void level_check_flow(struct scn_at at, const struct scn_level *level, const struct level_metric *metric)
{
    const struct scn_topology *t = at.c->study->topology;
    bool fits = !metric->latency;

    for (size_t i = 0; i < t->flows; i++) {
        const struct scn_workload *wl = &t->flow[i].workload;

        if (!wl->type)
            return; /* refused already */
        if (strcmp(level->vms, "all") == 0 || strcmp(level->vms, t->flow[i].name) == 0)
            fits = fits || strcmp(vio_workload_latency_name(wl->type), metric->name) == 0;
    }
    if (!fits)
        scn_error(scn_at_key(at, "metric"), "flow '%s' has no %s; %s", level->vms, metric->name, level_latencies);
}

/* Index of the VM class, SCN_NONE for all (or a flow). Returns false after an error. */
static bool level_vms(struct scn_at at, struct scn_level *level, size_t *vm)
{
    struct scn_check *c = at.c;
    struct scn_at value = scn_at_key(at, "vms");
    const char *text = value.node ? scn_text(value) : NULL;
    const struct scn_topology *t = c->study->server_groups ? NULL : c->study->topology;
    struct scn_node *flows = scn_node_map(c->scratch, at.pos);

    *vm = SCN_NONE;
    if (!text)
        return false;
    level->vms = sim_arena_text(c->arena, text);
    if (strcmp(text, "all") == 0)
        return true;
    for (size_t i = 0; t && i < t->flows; i++)
        if (t->flow[i].name && scn_node_find(flows, t->flow[i].name) == SCN_NONE)
            scn_node_add(c->scratch, flows, t->flow[i].name, at.pos, NULL);
    *vm = scn_resolve(value, text, t ? flows : c->names.vms, t ? "flow" : "VM class");
    return *vm != SCN_NONE;
}

static const struct level_metric *level_metric(struct scn_at at)
{
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    size_t i;

    for (i = 0; i < LEVEL_METRICS; i++)
        scn_node_add(at.c->scratch, names, level_metrics[i].name, at.pos, NULL);
    i = scn_node_get(at.node, "metric") ? scn_resolve_key(at, "metric", names, "metric", SCN_NONE) : SCN_NONE;
    return i == SCN_NONE ? NULL : &level_metrics[i];
}

static const char *level_name(struct scn_check *c, const struct scn_level *level, const char *key)
{
    return sim_arena_printf(c->arena, "%s%s%s %s %s", level->vms, level->workload ? "/" : "",
                            level->workload ? level->workload : "", level->metric, key);
}

/* More goodput is better, less of everything else; goodput and failures are one value per run. */
static void level_check_sense(struct scn_at at, const struct level_metric *metric, const struct level_limit *limit)
{
    if (metric->dim == SIM_DIM_RATE && !limit->at_least)
        scn_error(at, "more goodput is better; write at_least: %s", at.node->text);
    else if (metric->dim != SIM_DIM_RATE && limit->at_least)
        scn_error(at, "less %s is better; write mean, p50, p95, p99, p99.9 or max", metric->name);
    else if (!metric->latency && !limit->at_least && limit->stat != SCN_STAT_MEAN)
        scn_error(at, "%s is one value per run, without percentiles; write mean: %s", metric->name, at.node->text);
}

/* One level for each limit of the entry. */
static void level_limits_read(struct scn_at at, const struct scn_level *common, const struct level_metric *metric,
                              const char *name)
{
    struct scn_study *s = at.c->study;
    char why[256];
    size_t given = 0;

    for (size_t i = 0; i < LEVEL_LIMITS; i++) {
        struct scn_at value = scn_at_key(at, level_limits[i].key);
        struct scn_level *level = &s->level[s->levels];
        const char *text;

        if (!value.node)
            continue;
        given++;
        text = scn_text(value);
        if (!text || !metric)
            continue;
        *level = *common;
        level->stat = level_limits[i].stat;
        level->at_least = level_limits[i].at_least;
        level->name = name[0] ? name : level_name(at.c, level, level_limits[i].key);
        if (sim_quantity_parse(text, metric->dim, &level->limit, why, sizeof(why)))
            s->levels++;
        else
            scn_error(value, "%s", why);
        level_check_sense(value, metric, &level_limits[i]);
    }
    if (given == 0)
        scn_error(at, "a limit is missing; one of mean, p50, p95, p99, p99.9, max, at_least");
}

static void level_read(struct scn_at at)
{
    struct scn_level level = {.pos = scn_keep_pos(at.c, at.pos)};
    struct scn_at workload = scn_at_key(at, "workload");
    const struct level_metric *metric;
    struct level_plain plain = {.name = ""};
    bool known;
    size_t vm;

    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "a level is expected here, as in {vms: db, metric: io_latency, p99: 10ms}");
        return;
    }
    scn_check_section(at, &scn_section_level, &plain);
    metric = level_metric(at);
    known = level_vms(at, &level, &vm);
    if (workload.node && scn_text(workload))
        level.workload = sim_arena_text(at.c->arena, workload.node->text);
    if (metric)
        level.metric = metric->name;
    if (known && metric && at.c->study->topology && !at.c->study->server_groups)
        level_check_flow(at, &level, metric);
    else if (known && metric)
        level_check_use(at, &level, metric, vm);
    if (!level.vms)
        level.vms = "";
    level_limits_read(at, &level, metric, plain.name);
}

void scn_read_levels(struct scn_check *c)
{
    struct scn_at list = scn_at_key(scn_at_root(c), "levels");

    if (!scn_is_list(list))
        return;
    c->study->level = sim_arena_alloc(c->arena, list.node->n * LEVEL_LIMITS + 1, sizeof(*c->study->level));
    for (size_t i = 0; i < list.node->n; i++)
        level_read(scn_at_entry(list, i));
}
