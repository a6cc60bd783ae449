/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/series.c - which metrics are kept over time, at which interval.
 */
#include "sim/scenario/check.h"

enum { SERIES_INTERVALS_MAX = 100000 }; /* in a run */

static const struct sim_param series_params[] = {{"every", SIM_PARAM_TIME, offsetof(struct scn_series, every_ps), NULL,
                                                  "1ns", NULL, "length of an interval; the warm-up is sampled too",
                                                  "design choice"},
                                                 {0}};

struct series_plain {
    const char *kind, *entity, *metric;
};
static const struct sim_param pattern_params[] = {
    {"kind", SIM_PARAM_TEXT, offsetof(struct series_plain, kind), "vms", NULL, NULL,
     "of the entities: vms, link, stage, array, host or transport", "design choice"},
    {"entity", SIM_PARAM_TEXT, offsetof(struct series_plain, entity), "*", NULL, NULL,
     "path in the results, with * and ?: db/oltp, hosts01/*, *>array1*", "design choice"},
    {"metric", SIM_PARAM_TEXT, offsetof(struct series_plain, metric), "*", NULL, NULL,
     "name of a metric, with * and ?: goodput, io_latency, utilisation", "design choice"},
    {0}};
static const struct scn_section scn_section_pattern = {"series.of[]",
                                                       "Metrics to keep over time: those of the entities that match.",
                                                       pattern_params, NULL, SCN_EXTRA_NONE};
static const struct scn_field series_fields[] = {
    {"of", SCN_ITEMS, &scn_section_pattern, false, NULL, "what to keep; default: every metric of every workload"}, {0}};
const struct scn_section scn_section_series = {
    "series",
    "Metrics over time: rates and levels as means over each interval, latencies as mean and 99th percentile of what "
    "ended in it. Results are the same with and without.",
    series_params, series_fields, SCN_EXTRA_NONE};

static struct scn_node *series_kinds(struct scn_check *c)
{
    static const char *const kinds[] = {"vms", "link", "stage", "array", "host", "transport"};
    struct scn_node *names = scn_node_map(c->scratch, c->root->pos);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        scn_node_add(c->scratch, names, kinds[i], c->root->pos, NULL);
    return names;
}

void scn_read_series(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "series"), list = scn_at_key(at, "of");
    const struct scn_time *t = &c->study->time;
    struct scn_series *s = &c->study->series;

    if (!scn_is_map(at))
        return;
    scn_check_section(at, &scn_section_series, s);
    if (s->every_ps && (t->warmup_ps + t->measure_ps) / s->every_ps > SERIES_INTERVALS_MAX)
        scn_error(scn_at_key(at, "every"), "these are more than %d intervals in a run; make them longer",
                  SERIES_INTERVALS_MAX);
    s->patterns = list.node && scn_is_list(list) ? list.node->n : 0;
    s->pattern = sim_arena_alloc(c->arena, s->patterns + 1, sizeof(*s->pattern));
    for (size_t i = 0; i < s->patterns; i++) {
        struct scn_at here = scn_at_entry(list, i);
        struct series_plain plain = {.kind = "vms", .entity = "*", .metric = "*"};

        if (!scn_is_map(here)) {
            if (scn_node_is_empty(here.node))
                scn_error(here,
                          "an entry is expected here, as in {kind: link, entity: hosts01/*, metric: utilisation}");
            continue;
        }
        scn_check_section(here, &scn_section_pattern, &plain);
        if (scn_node_get(here.node, "kind"))
            scn_resolve_key(here, "kind", series_kinds(c), "kind", SCN_NONE);
        s->pattern[i] = (struct scn_series_pattern){plain.kind, plain.entity, plain.metric};
    }
    if (s->patterns == 0)
        s->pattern[s->patterns++] = (struct scn_series_pattern){"vms", "*", "*"};
}
