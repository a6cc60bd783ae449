/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/collect.c - merging what a world measured into the rows of a record.
 */
#include "sim/study/collect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/egress.h"
#include "models/processor.h"
#include "models/transport.h"
#include "models/watch.h"

static const double collect_s_per_ps = 1e-12;

/* One row of a model's own metric table, as it is stored: counters per second, bytes as bit/s, ps as s. */
static void collect_metric(struct study_record *r, const struct sim_metric *m, const void *base, sim_time now,
                           sim_time measure_ps)
{
    const void *at = (const char *)base + m->offset;
    const bool time = strcmp(m->unit, "ps") == 0, size = strcmp(m->unit, "B") == 0;
    const double scale = time ? collect_s_per_ps : 1;
    char unit[32];

    switch (m->kind) {
    case SIM_METRIC_COUNTER: {
        const sim_counter count = *(const sim_counter *)at;

        if (size) {
            study_record_value(r, m->name, "bit/s", m->doc, vio_link_bps(count, measure_ps));
        } else if (time) {
            study_record_value(r, m->name, "1", m->doc, (double)count / (double)measure_ps);
        } else {
            snprintf(unit, sizeof(unit), "%s/s", m->unit);
            study_record_value(r, m->name, unit, m->doc, (double)count / ((double)measure_ps * collect_s_per_ps));
        }
        break;
    }
    case SIM_METRIC_LEVEL:
        study_record_value(r, m->name, time ? "s" : m->unit, m->doc, sim_level_mean(at, now) * scale);
        break;
    case SIM_METRIC_TALLY:
        study_record_tally(r, m->name, time ? "s" : m->unit, m->doc, at, scale, false);
        break;
    }
}

/* Add the metrics of one state to those of all of its type. A level adds its value at all times, so its mean adds too;
 * the sum of means is put in as a level that never changed. */
static void collect_add(const struct sim_metric *table, void *sum, const void *state, sim_time now)
{
    for (const struct sim_metric *m = table; m->name; m++) {
        void *into = (char *)sum + m->offset;
        const void *from = (const char *)state + m->offset;

        switch (m->kind) {
        case SIM_METRIC_COUNTER:
            *(sim_counter *)into += *(const sim_counter *)from;
            break;
        case SIM_METRIC_LEVEL: {
            struct sim_level *l = into;

            l->value += (int64_t)llround(sim_level_mean(from, now));
            l->start = l->since = now;
            break;
        }
        case SIM_METRIC_TALLY:
            sim_tally_merge(into, from);
            break;
        }
    }
}

struct collect_group { /* the instances of one workload of one VM class */
    const char *path;
    const struct vio_workload_type *type;
    uint64_t instances;
    struct vio_workload_metrics m;
    void *own;    /* the metrics of the type, as in a state; heap, or NULL */
    bool watched; /* the world has events */
    sim_time gap_before_ps, gap_ps;
};

static void collect_merge(struct collect_group *g, struct vio_workload *wl)
{
    g->instances++;
    if (g->own)
        collect_add(g->type->metrics, g->own, vio_workload_state(wl), sim_now(&wl->world->sim));
    sim_tally_merge(&g->m.latency, &wl->m.latency);
    g->m.issued += wl->m.issued;
    g->m.completed += wl->m.completed;
    g->m.failed += wl->m.failed;
    g->m.bytes += wl->m.bytes;
    if (!wl->watch)
        return;
    g->watched = true;
    if (wl->watch->phase[0].gap_ps > g->gap_before_ps)
        g->gap_before_ps = wl->watch->phase[0].gap_ps;
    if (vio_watch_gap_ps(wl, 1) > g->gap_ps)
        g->gap_ps = vio_watch_gap_ps(wl, 1);
}

static void collect_group_begin(struct collect_group *g, const struct vio_workload *first)
{
    const struct vio_workload_type *type = first->type;

    *g = (struct collect_group){.path = first->group, .type = type};
    sim_tally_init(&g->m.latency);
    if (!type->metrics)
        return;
    g->own = sim_alloc(1, type->state_size);
    sim_metrics_init(type->metrics, g->own, sim_now(&first->world->sim));
}

static void collect_write_group(struct study_record *r, struct collect_group *g, sim_time now, sim_time measure_ps)
{
    const double seconds = (double)measure_ps * collect_s_per_ps;
    const double goodput_bps = vio_link_bps(g->m.bytes, measure_ps);
    const uint64_t ended = g->m.completed + g->m.failed;

    study_record_entity(r, "vms", g->path);
    study_record_tally(r, vio_workload_latency_name(g->type), "s",
                       "from issue to completion, as the application sees it", &g->m.latency, collect_s_per_ps, true);
    study_record_value(r, "issued", "1/s", "requests, messages or I/Os issued, all instances",
                       (double)g->m.issued / seconds);
    study_record_value(r, "completed", "1/s", "requests, messages or I/Os completed, all instances",
                       (double)g->m.completed / seconds);
    study_record_value(r, "failures", "1/s", "requests, messages or I/Os given up, all instances",
                       (double)g->m.failed / seconds);
    study_record_state(r, "failed", "1", "fraction of the ended requests, messages or I/Os that failed",
                       ended ? (double)g->m.failed / (double)ended : 0);
    study_record_value(r, "goodput", "bit/s", "application bits completed, mean of the instances",
                       goodput_bps / (double)g->instances);
    study_record_value(r, "goodput_total", "bit/s", "application bits completed, all instances", goodput_bps);
    study_record_state(r, "instances", "1", "instances of the workload", (double)g->instances);
    if (g->watched) {
        study_record_state(r, "service_gap", "s", "longest time in which something was asked for and nothing completed",
                           (double)g->gap_ps * collect_s_per_ps);
        study_record_state(r, "service_gap_before", "s", "the same before the first event of the day",
                           (double)g->gap_before_ps * collect_s_per_ps);
    }
    for (const struct sim_metric *m = g->type->metrics; m && m->name; m++)
        collect_metric(r, m, g->own, now, measure_ps);
    if (g->own)
        sim_metrics_fini(g->type->metrics, g->own);
    free(g->own);
    sim_tally_fini(&g->m.latency);
}

static void collect_workloads(struct vio_world *w, sim_time measure_ps, struct study_record *r)
{
    struct collect_group *group = NULL;
    size_t groups = 0, capacity = 0;

    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next) {
        size_t g = groups; /* like instances are neighbours: look from the end */

        while (g > 0 && strcmp(group[g - 1].path, wl->group) != 0)
            g--;
        if (g == 0) {
            group = sim_grow(group, &capacity, groups + 1, sizeof(*group));
            collect_group_begin(&group[groups], wl);
            g = ++groups;
        }
        collect_merge(&group[g - 1], wl);
    }
    for (size_t g = 0; g < groups; g++)
        collect_write_group(r, &group[g], sim_now(&w->sim), measure_ps);
    free(group);
}

static uint64_t collect_down(const struct vio_egress_stats *s)
{
    uint64_t n = 0;

    for (int i = 0; i < VIO_FAULTS; i++)
        n += s->drop_pkts[i];
    return n;
}

static uint64_t collect_drops(const struct vio_egress_stats *s)
{
    return s->drop_full_pkts + s->drop_headroom_pkts + s->drop_policed_pkts + collect_down(s);
}

static bool collect_is_stage(const struct vio_egress_config *c)
{
    return strncmp(c->link->type, "cpu", 3) == 0 || strncmp(c->link->type, "pcie", 4) == 0;
}

/* What only some mechanisms count: rows for the egresses that have them. */
static void collect_controls(struct study_record *r, struct vio_egress *e, double seconds)
{
    const struct vio_egress_config *c = vio_egress_get_config(e);
    const struct vio_egress_stats *s = vio_egress_get_stats(e);

    if (c->flow_control == VIO_FLOW_PFC || c->flow_control == VIO_FLOW_PAUSE)
        study_record_value(r, "overrun", "1/s", "of them lost behind the wire: the headroom was too small",
                           (double)s->drop_headroom_pkts / seconds);
    if (c->ecn_min_B)
        study_record_value(r, "ecn_marks", "1/s", "packets marked as having met congestion",
                           (double)s->ecn_pkts / seconds);
}

static void collect_egresses(struct vio_world *w, sim_time measure_ps, struct study_record *r)
{
    const double seconds = (double)measure_ps * collect_s_per_ps;

    for (struct vio_egress *e = w->egresses; e; e = vio_egress_next(e)) {
        const struct vio_egress_stats *s = vio_egress_get_stats(e);
        const struct vio_egress_totals t = vio_egress_totals(e, sim_now(&w->sim));

        study_record_entity(r, collect_is_stage(vio_egress_get_config(e)) ? "stage" : "link", vio_egress_path(e));
        study_record_value(r, "utilisation", "1", "fraction of the time that the transmitter is busy",
                           fmin((double)t.busy_ps / (double)measure_ps, 1));
        study_record_value(r, "throughput", "bit/s", "bits put on the wire, framing included",
                           vio_link_bps(t.wire_B, measure_ps));
        study_record_value(r, "packets", "1/s", "packets put on the wire", (double)s->wait.n / seconds);
        study_record_tally(r, "wait", "s", "from arrival at the queue to the start of transmission", &s->wait,
                           collect_s_per_ps, false);
        study_record_value(r, "drops", "1/s",
                           "packets dropped: queue full, headroom overrun, policed, or at something that was down",
                           (double)collect_drops(s) / seconds);
        study_record_value(r, "policed", "1/s", "of them dropped by a policer: their class exceeded its peak rate",
                           (double)s->drop_policed_pkts / seconds);
        collect_controls(r, e, seconds);
        if (w->day)
            study_record_value(r, "lost_down", "1/s", "of them lost on a dead wire, with a dead node, or detached",
                               (double)collect_down(s) / seconds);
        study_record_value(r, "pauses", "1/s", "times a class of this egress was paused", (double)s->pauses / seconds);
        study_record_value(r, "stall", "1", "fraction of the time that packets wait for credit or pause, wire idle",
                           fmin((double)t.stall_ps / (double)measure_ps, 1));
        study_record_state(r, "backlog_max", "1", "most packets waiting and in service at once",
                           (double)s->backlog_max_pkts);
    }
}

static void collect_targets(struct vio_world *w, sim_time measure_ps, struct study_record *r)
{
    for (struct vio_target *t = w->targets; t; t = t->next) {
        study_record_entity(r, "array", t->path);
        for (const struct sim_metric *m = t->metrics; m && m->name; m++)
            collect_metric(r, m, t, sim_now(&w->sim), measure_ps);
    }
}

static void collect_transport(struct vio_world *w, const struct vio_transport_type *type, sim_time measure_ps,
                              struct study_record *r)
{
    const sim_time now = sim_now(&w->sim);
    void *sum = sim_alloc(1, type->state_size + 1);
    uint64_t flows = 0, goodput_B = 0;

    if (type->metrics)
        sim_metrics_init(type->metrics, sum, now);
    for (struct vio_flow *f = w->flows; f; f = f->next) {
        if (f->type != type)
            continue;
        flows++;
        goodput_B += f->goodput_B;
        if (type->metrics)
            collect_add(type->metrics, sum, vio_flow_state(f), now);
    }
    if (flows) {
        study_record_entity(r, "transport", type->type);
        study_record_state(r, "flows", "1", "flows of this transport", (double)flows);
        study_record_value(r, "goodput_total", "bit/s", "application bits delivered, all flows",
                           vio_link_bps(goodput_B, measure_ps));
        for (const struct sim_metric *m = type->metrics; m && m->name; m++)
            collect_metric(r, m, sum, now, measure_ps);
    }
    if (type->metrics)
        sim_metrics_fini(type->metrics, sum);
    free(sum);
}

static enum study_outcome collect_outcome(enum vio_outcome outcome)
{
    switch (outcome) {
    case VIO_OUTCOME_OK:
        return STUDY_OK;
    case VIO_OUTCOME_UNSTABLE:
        return STUDY_UNSTABLE;
    case VIO_OUTCOME_DEADLOCK:
        return STUDY_DEADLOCK;
    case VIO_OUTCOME_BROKEN:
        return STUDY_BROKEN;
    }
    return STUDY_FAILED;
}

static void collect_processors(struct vio_world *w, sim_time measure_ps, struct study_record *r)
{
    for (const struct vio_processor *p = w->processors; p; p = p->next) {
        double io = 0, use = vio_processor_use(p, sim_now(&w->sim), measure_ps, &io);

        if (p->cores == 0) /* the catalogue does not say */
            continue;
        study_record_entity(r, "host", p->path);
        study_record_value(r, "cpu", "1", "fraction of the processor's time in use: computation and I/O", use);
        study_record_value(r, "cpu_io", "1", "of it, handling packets and I/Os", io);
    }
}

void study_collect_metrics(struct vio_world *w, sim_time measure_ps, struct study_record *r)
{
    collect_workloads(w, measure_ps, r);
    collect_egresses(w, measure_ps, r);
    collect_targets(w, measure_ps, r);
    collect_processors(w, measure_ps, r);
    for (const struct vio_transport_type *const *t = vio_transport_types; *t; t++)
        collect_transport(w, *t, measure_ps, r);
}

void study_collect(struct vio_world *w, sim_time measure_ps, const struct vio_end *end, struct study_record *r)
{
    uint64_t hops = 0, drops = 0;

    for (struct vio_egress *e = w->egresses; e; e = vio_egress_next(e)) {
        const struct vio_egress_stats *s = vio_egress_get_stats(e);

        hops += s->wait.n;
        drops += collect_drops(s);
    }
    r->head.outcome = collect_outcome(end->outcome);
    snprintf(r->head.why, sizeof(r->head.why), "%s", end->outcome == VIO_OUTCOME_OK ? "" : end->why);
    r->head.events = w->sim.executed;
    r->head.packet_hops = hops;
    r->head.fingerprint = w->sim.fingerprint;

    study_collect_metrics(w, measure_ps, r);
    study_collect_shares(w, r);
    study_collect_day(w, r);
    study_record_entity(r, "total", "total");
    study_record_state(r, "events", "1", "events executed, warm-up included", (double)w->sim.executed);
    study_record_state(r, "packet_hops", "1", "packets put on any wire", (double)hops);
    study_record_state(r, "created", "1", "packets created, warm-up included", (double)end->created_pkts);
    study_record_state(r, "delivered", "1", "packets delivered, warm-up included", (double)end->delivered_pkts);
    study_record_state(r, "dropped", "1", "packets dropped, warm-up included", (double)end->dropped_pkts);
    study_record_value(r, "drops", "1/s", "packets dropped on all egresses",
                       (double)drops / ((double)measure_ps * collect_s_per_ps));
}
