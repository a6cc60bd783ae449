/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/world.c - the life of a run: build, warm up, measure, close the books.
 */
#include "models/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/egress_private.h"
#include "models/processor.h"
#include "models/transport.h"
#include "models/watch.h"
#include "sim/kernel/assert.h"

enum {
    WORLD_STEPS = 100,        /* progress reports per run */
    WORLD_UNSTABLE_MIN = 64,  /* growth of unfinished requests per half below which nothing is called unstable */
    WORLD_UNSTABLE_PART = 10, /* ... and below this part of what was completed in the half: 1/10 */
    WORLD_CUT_OFF_PART = 20   /* a gap above this part of the measurement: 1/20, see world_was_cut_off() */
};

const char *vio_outcome_name(enum vio_outcome outcome)
{
    static const char *const name[] = {[VIO_OUTCOME_OK] = "ok",
                                       [VIO_OUTCOME_UNSTABLE] = "unstable",
                                       [VIO_OUTCOME_DEADLOCK] = "deadlock",
                                       [VIO_OUTCOME_BROKEN] = "broken"};

    return name[outcome];
}

struct vio_world *vio_world_create(uint64_t seed, uint32_t replication)
{
    struct vio_world *w = sim_alloc(1, sizeof *w);

    sim_init(&w->sim);
    sim_arena_init(&w->arena);
    sim_pool_init(&w->packets, sizeof(struct vio_packet));
    sim_pool_init(&w->messages, sizeof(struct vio_message));
    w->seed = seed;
    w->replication = replication;
    w->egress_tail = &w->egresses;
    w->flow_tail = &w->flows;
    w->workload_tail = &w->workloads;
    w->target_tail = &w->targets;
    w->processor_tail = &w->processors;
    return w;
}

void vio_world_destroy(struct vio_world *w)
{
    if (!w)
        return;
    for (struct vio_egress *e = w->egresses; e; e = e->next)
        vio_egress_fini(e);
    for (struct vio_flow *f = w->flows; f; f = f->next) {
        if (f->type->fini)
            f->type->fini(f);
        if (f->type->metrics)
            sim_metrics_fini(f->type->metrics, vio_flow_state(f));
    }
    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next) {
        sim_metrics_fini(vio_workload_metric_rows, &wl->m);
        if (wl->type->metrics)
            sim_metrics_fini(wl->type->metrics, vio_workload_state(wl));
        if (wl->type->fini)
            wl->type->fini(wl);
        if (wl->watch)
            vio_watch_fini(wl);
    }
    if (w->day_fini)
        w->day_fini(w->day);
    sim_fini(&w->sim); /* makes pending events idle: before the memory they are in goes */
    for (struct vio_target *t = w->targets; t; t = t->next) {
        sim_metrics_fini(t->metrics, t);
        if (t->fini)
            t->fini(t);
    }
    if (w->trails.size)
        sim_pool_fini(&w->trails);
    sim_pool_fini(&w->messages);
    sim_pool_fini(&w->packets);
    sim_arena_fini(&w->arena);
    free(w);
}

struct world_watch { /* over a run */
    sim_time end_ps;
    void (*progress)(double, void *);
    void *progress_arg;
};

static void world_reset(struct vio_world *w)
{
    sim_time now = sim_now(&w->sim);

    w->measure_from_ps = now;
    for (struct vio_egress *e = w->egresses; e; e = e->next)
        vio_egress_reset(e, now);
    for (struct vio_flow *f = w->flows; f; f = f->next) {
        f->goodput_B = 0;
        vio_flow_reset_account(f);
        if (f->type->metrics)
            sim_metrics_reset(f->type->metrics, vio_flow_state(f), now);
    }
    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next) {
        sim_metrics_reset(vio_workload_metric_rows, &wl->m, now);
        if (wl->type->metrics)
            sim_metrics_reset(wl->type->metrics, vio_workload_state(wl), now);
        if (wl->watch)
            vio_watch_reset(wl);
        wl->account = (struct vio_account){0};
        memset(wl->at_target, 0, sizeof wl->at_target);
    }
    for (struct vio_target *t = w->targets; t; t = t->next)
        sim_metrics_reset(t->metrics, t, now);
    for (struct vio_processor *p = w->processors; p; p = p->next)
        p->compute_ps = 0;
}

/* Run to until_ps, stopping for the observer on the way. */
static void world_run_until(struct vio_world *w, sim_time until_ps)
{
    struct vio_observer *o = &w->observer;

    while (o->every_ps && o->next_ps < until_ps) {
        sim_run_until(&w->sim, o->next_ps);
        o->look(w, o->arg);
        o->next_ps += o->every_ps;
    }
    sim_run_until(&w->sim, until_ps);
}

/* A look out of turn: what was measured is about to be forgotten, or the run is over. */
static void world_look(struct vio_world *w)
{
    struct vio_observer *o = &w->observer;

    if (!o->every_ps || sim_now(&w->sim) == 0)
        return;
    o->look(w, o->arg);
    if (o->next_ps == sim_now(&w->sim))
        o->next_ps += o->every_ps;
}

/* Run to until_ps, or to a deadlock: a queue held back over a whole step is looked at. */
static void world_advance(struct vio_world *w, sim_time until_ps, const struct world_watch *watch, struct vio_end *end)
{
    sim_time from_ps = sim_now(&w->sim), before_ps = from_ps;

    for (int i = 1; i <= WORLD_STEPS && end->outcome == VIO_OUTCOME_OK; i++) {
        sim_time at = i == WORLD_STEPS ? until_ps : from_ps + (until_ps - from_ps) / WORLD_STEPS * i;

        world_run_until(w, at);
        if (watch->progress)
            watch->progress((double)at / (double)watch->end_ps, watch->progress_arg);
        if (vio_deadlock_find(w, before_ps, end->why, sizeof end->why))
            end->outcome = VIO_OUTCOME_DEADLOCK;
        before_ps = at;
    }
}

/* Remember how many requests of each workload were unfinished at the start (0), the middle (1) and the end (2). */
static void world_sample_unfinished(struct vio_world *w, int when)
{
    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next) {
        wl->unfinished_at[when] = wl->unfinished;
        wl->completed_at[when] = wl->m.completed;
    }
}

/* Events of the day have kept a workload from all service for a good part of the measurement: what has piled up since
 * says nothing about its load. */
static bool world_was_cut_off(const struct vio_world *w, const struct vio_workload *wl)
{
    const sim_time measured_ps = sim_now(&w->sim) - w->measure_from_ps;

    return wl->watch && vio_watch_gap_ps(wl, 1) > measured_ps / WORLD_CUT_OFF_PART;
}

/* A queue that only grows shows as unfinished requests that grow through both halves of the measurement. */
static void world_judge_stability(const struct vio_world *w, struct vio_end *end)
{
    if (end->outcome != VIO_OUTCOME_OK)
        return;
    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next) {
        bool grows = !world_was_cut_off(w, wl);

        for (int half = 1; half <= 2; half++) {
            uint64_t done = wl->completed_at[half] - wl->completed_at[half - 1];
            uint64_t slack =
                done / WORLD_UNSTABLE_PART > WORLD_UNSTABLE_MIN ? done / WORLD_UNSTABLE_PART : WORLD_UNSTABLE_MIN;

            grows = grows && wl->unfinished_at[half] > wl->unfinished_at[half - 1] + slack;
        }
        if (grows) {
            end->outcome = VIO_OUTCOME_UNSTABLE;
            snprintf(end->why, sizeof end->why,
                     "%s: unfinished requests grew from %" PRIu64 " to %" PRIu64 " to %" PRIu64
                     " over the measurement: more is asked than can be served",
                     wl->path, wl->unfinished_at[0], wl->unfinished_at[1], wl->unfinished_at[2]);
            return;
        }
    }
}

/* Where a lossless class lost packets, how many, and what the formulas of the headroom ask for there. */
static void world_tell_overrun(const struct vio_egress *e, struct vio_end *end)
{
    uint64_t own_B, nic_B = vio_egress_headroom_B(e, &own_B);

    end->outcome = VIO_OUTCOME_BROKEN;
    snprintf(end->why, sizeof end->why,
             "%s: %" PRIu64 " packets of a lossless class overran the receive buffer; its headroom is %" PRIu64
             " B, cable and frames ask for %" PRIu64 " B, [S45] for %" PRIu64 " B",
             e->path, e->overrun_pkts, e->config.headroom_B, own_B, nic_B);
}

/* The books: every packet taken from the pool is delivered, dropped, queued or on a wire. */
static void world_close_books(struct vio_world *w, struct vio_end *end)
{
    end->created_pkts = w->packets.created;
    for (struct vio_egress *e = w->egresses; e; e = e->next) {
        uint64_t queued = 0, flying = 0;

        vio_egress_count(e, sim_now(&w->sim), &queued, &flying);
        if (e->stats.entered_pkts != e->left_pkts + e->dropped_pkts + queued + flying) {
            end->outcome = VIO_OUTCOME_BROKEN;
            snprintf(end->why, sizeof end->why,
                     "%s: packets in (%" PRIu64 ") differ from out (%" PRIu64 ") + dropped (%" PRIu64
                     ") + inside (%" PRIu64 ")",
                     e->path, e->stats.entered_pkts, e->left_pkts, e->dropped_pkts, queued + flying);
        }
        end->dropped_pkts += e->dropped_pkts + e->overrun_pkts;
        end->queued_pkts += queued;
        end->flying_pkts += flying;
        if (e->overrun_pkts) {
            world_tell_overrun(e, end);
        }
    }
    end->dropped_pkts += w->crossing.pkts;
    end->delivered_pkts = end->created_pkts - w->packets.out - end->dropped_pkts;
    if (w->packets.out != end->queued_pkts + end->flying_pkts) {
        end->outcome = VIO_OUTCOME_BROKEN;
        snprintf(end->why, sizeof end->why,
                 "%" PRIu64 " packets are out of the pool, but %" PRIu64 " are in queues and %" PRIu64 " on wires",
                 w->packets.out, end->queued_pkts, end->flying_pkts);
    }
    if (end->outcome <= VIO_OUTCOME_UNSTABLE && vio_deadlock_find(w, sim_now(&w->sim), end->why, sizeof end->why))
        end->outcome = VIO_OUTCOME_DEADLOCK;
}

/* A frame that came to an endpoint of another network breaks the run, whatever else happened. */
static void world_judge_isolation(const struct vio_world *w, struct vio_end *end)
{
    const struct vio_crossing *c = &w->crossing;
    const char *const *name = w->segment;

    if (!c->pkts)
        return;
    end->outcome = VIO_OUTCOME_BROKEN;
    if (name)
        snprintf(end->why, sizeof end->why,
                 "%" PRIu64 " packets crossed networks; the first, of flow %s on network %s, came to %s on network %s",
                 c->pkts, c->flow, c->segment ? name[c->segment] : "(none)", c->end,
                 c->admits ? name[c->admits] : "(none)");
    else
        snprintf(end->why, sizeof end->why,
                 "%" PRIu64 " packets crossed networks; the first, of flow %s on segment %u, came to %s on segment %u",
                 c->pkts, c->flow, c->segment, c->end, c->admits);
}

void vio_world_run(struct vio_world *w, sim_time warmup_ps, sim_time measure_ps, void (*progress)(double, void *),
                   void *progress_arg, struct vio_end *end)
{
    const struct world_watch watch = {warmup_ps + measure_ps, progress, progress_arg};

    *end = (struct vio_end){.outcome = VIO_OUTCOME_OK};
    w->observer.next_ps = w->observer.every_ps;
    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        vio_workload_find_followed(wl);
    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        wl->type->start(wl);
    if (warmup_ps > 0)
        world_advance(w, warmup_ps, &watch, end);
    world_look(w);
    world_reset(w);
    world_sample_unfinished(w, 0);
    world_advance(w, warmup_ps + measure_ps / 2, &watch, end);
    world_sample_unfinished(w, 1);
    world_advance(w, watch.end_ps, &watch, end);
    world_sample_unfinished(w, 2);
    world_look(w);
    for (struct vio_egress *e = w->egresses; e; e = e->next)
        vio_egress_finish(e, sim_now(&w->sim));
    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        if (wl->watch)
            vio_watch_finish(wl);
    world_judge_stability(w, end);
    world_close_books(w, end);
    world_judge_isolation(w, end);
}
