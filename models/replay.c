/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/replay.c - one record ahead: read, wait until it is due, issue.
 */
#include "models/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define uthash_fatal(message) SIM_ASSERT(!message)
#include "sim/kernel/assert.h"
#include <uthash.h>

#define REPLAY(field) offsetof(struct vio_replay, field)
const struct sim_metric vio_replay_metrics[] = {
    {"rows", SIM_METRIC_COUNTER, "1", REPLAY(issued), "records of the trace issued"},
    {"malformed_rows", SIM_METRIC_COUNTER, "1", REPLAY(malformed), "rows that are no records and were left out"},
    {"out_of_order_rows", SIM_METRIC_COUNTER, "1", REPLAY(out_of_order),
     "records earlier than one before them, issued with that one"},
    {"other_rows", SIM_METRIC_COUNTER, "1", REPLAY(other), "rows that move no data: headers, open, close, flush"},
    {"laps", SIM_METRIC_COUNTER, "1", REPLAY(laps), "times the trace began again"},
    {"replay_time", SIM_METRIC_TALLY, "ps", REPLAY(time), "from the begin until the last record was answered"},
    {0}};

struct vio_replay_rank {
    char volume[VIO_TRACE_NAME_B];
    uint32_t rank;
    UT_hash_handle hh;
};

/* The number of a volume, in order of appearance. */
static uint32_t replay_rank(struct vio_replay *s, const char *volume)
{
    struct vio_replay_rank *r;

    HASH_FIND_STR(s->rank, volume, r);
    if (!r) {
        r = sim_alloc(1, sizeof(*r));
        strcpy(r->volume, volume);
        r->rank = HASH_COUNT(s->rank);
        HASH_ADD_STR(s->rank, volume, r);
    }
    return r->rank;
}

static bool replay_is_ours(struct vio_replay *s)
{
    const struct vio_replay_config *c = s->config;

    if (c->volume[0] && strcmp(c->volume, s->rec.volume) != 0)
        return false;
    return c->split == 0 || replay_rank(s, s->rec.volume) % s->of == s->number;
}

/* The time of the record within the trace, laps included; never before that of the one before. */
static void replay_clock(struct vio_replay *s)
{
    const struct vio_trace_type *type = s->config->format;
    const bool early = s->records > 0 && s->rec.ticks < s->first_ticks;
    uint64_t ticks;
    sim_time at_ps;

    if (s->records++ == 0)
        s->first_ticks = type->from_zero ? 0 : s->rec.ticks;
    ticks = early ? 0 : s->rec.ticks - s->first_ticks;
    if (ticks > (uint64_t)(INT64_MAX / 4 / type->tick_ps)) /* beyond any run */
        ticks = (uint64_t)(INT64_MAX / 4 / type->tick_ps);
    at_ps = s->lap_ps + (sim_time)ticks * type->tick_ps;
    if (early || at_ps < s->at_ps)
        s->out_of_order++;
    else
        s->at_ps = at_ps;
}

/* The file is at its end. Returns: whether it begins again. */
static bool replay_again(struct vio_replay *s)
{
    const sim_time span_ps = s->at_ps - s->lap_ps;

    if (!s->config->loop || !s->ours || span_ps <= 0)
        return false;
    vio_trace_rewind(s->trace);
    s->lap_ps = s->at_ps + span_ps / (sim_time)(s->records > 1 ? s->records - 1 : 1);
    s->records = 0;
    s->ours = false;
    s->laps++;
    return s->lap_ps < INT64_MAX / 4;
}

/* Read on to the next record that is ours. Its due time, or none, is in s->due_ps. */
static void replay_fetch(struct vio_replay *s)
{
    for (;;) {
        switch (vio_trace_next(s->trace, &s->rec)) {
        case VIO_TRACE_END:
            if (replay_again(s))
                break;
            s->due_ps = SIM_TIME_NEVER;
            return;
        case VIO_TRACE_BAD:
            s->malformed++;
            break;
        case VIO_TRACE_OTHER:
            s->other++;
            break;
        case VIO_TRACE_RECORD:
            replay_clock(s);
            if (!replay_is_ours(s))
                break;
            s->ours = true;
            if (s->at_ps < s->skip_ps)
                break;
            s->due_ps = s->begin_ps + (sim_time)((double)(s->at_ps - s->skip_ps) / s->config->speed);
            return;
        }
    }
}

static void replay_end(struct vio_replay *s)
{
    s->wl->idle = true;
    sim_tally_add(&s->time, sim_now(&s->wl->world->sim) - s->begin_ps);
}

/* Issue what is due, and wait for what is not. */
static void replay_go(struct vio_replay *s)
{
    struct vio_workload *wl = s->wl;
    const sim_time now = sim_now(&wl->world->sim);

    while (s->due_ps <= now && !vio_workload_is_over(wl)) {
        s->held = s->config->queue_depth && wl->unfinished >= s->config->queue_depth;
        if (s->held)
            return;
        s->issued++;
        s->issue(wl, &s->rec);
        replay_fetch(s);
    }
    if (s->due_ps != SIM_TIME_NEVER && !vio_workload_is_over(wl))
        sim_at(&wl->world->sim, &s->next, s->due_ps);
    else if (wl->unfinished == 0 && !wl->idle)
        replay_end(s);
}

static void replay_fire(struct sim *sim, struct sim_event *ev)
{
    (void)sim;
    replay_go(sim_container_of(ev, struct vio_replay, next));
}

static void replay_begin(struct sim *sim, struct sim_event *ev)
{
    struct vio_replay *s = sim_container_of(ev, struct vio_replay, next);

    s->begin_ps = sim_now(sim);
    sim_event_init(ev, replay_fire);
    replay_fetch(s);
    replay_go(s);
}

void vio_replay_start(struct vio_workload *wl, const struct vio_replay_config *config,
                      void (*issue)(struct vio_workload *wl, const struct vio_trace_record *rec))
{
    struct vio_replay *s = vio_workload_state(wl);

    s->wl = wl;
    s->config = config;
    s->issue = issue;
    s->number = vio_workload_number(wl, &s->of);
    s->skip_ps = config->skip_ps + config->stagger_ps * (sim_time)s->number;
    s->trace = vio_trace_open(config->format, config->file);
    if (!s->trace) { /* it was there when the scenario was checked */
        fprintf(stderr, "%s: %s: %s\n", wl->path, config->file, strerror(errno));
        exit(1);
    }
    sim_event_init(&s->next, replay_begin);
    sim_at(&wl->world->sim, &s->next, vio_workload_start_ps(wl));
}

void vio_replay_done(struct vio_workload *wl)
{
    struct vio_replay *s = vio_workload_state(wl);

    if (s->held) {
        s->held = false;
        replay_go(s);
    } else if (wl->unfinished == 0 && !wl->idle && (s->due_ps == SIM_TIME_NEVER || vio_workload_is_over(wl))) {
        replay_end(s);
    }
}

void vio_replay_fini(struct vio_workload *wl)
{
    struct vio_replay *s = vio_workload_state(wl);
    struct vio_replay_rank *r = s->rank, *next;

    vio_trace_close(s->trace);
    HASH_CLEAR(hh, s->rank); /* of the table; the ranks stay in their order */
    for (; r; r = next) {
        next = r->hh.next;
        free(r);
    }
}
