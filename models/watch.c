/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/watch.c - service gaps and latencies by phase.
 */
#include "models/watch.h"

void vio_watch_create(struct vio_workload *wl, uint32_t phases, const sim_time *begin_ps)
{
    struct vio_watch *w = sim_arena_alloc(&wl->world->arena, 1, sizeof *w + phases * sizeof w->phase[0]);

    w->phases = phases;
    w->begin_ps = begin_ps;
    w->waiting_ps = SIM_TIME_NEVER;
    for (uint32_t i = 0; i < phases; i++)
        sim_tally_init(&w->phase[i].latency);
    wl->watch = w;
}

static uint32_t watch_phase(const struct vio_watch *w, sim_time at)
{
    uint32_t i = w->phases - 1;

    while (i > 0 && w->begin_ps[i] > at)
        i--;
    return i;
}

/* The phase that holds most of [from, to]; of equals the first. */
static uint32_t watch_most(const struct vio_watch *w, sim_time from, sim_time to)
{
    uint32_t best = watch_phase(w, from);
    const uint32_t last = watch_phase(w, to);
    sim_time most_ps = -1;

    for (uint32_t i = best; i <= last; i++) {
        const sim_time begin = w->begin_ps[i] > from ? w->begin_ps[i] : from;
        const sim_time end = i < last ? w->begin_ps[i + 1] : to;

        if (end - begin > most_ps) {
            most_ps = end - begin;
            best = i;
        }
    }
    return best;
}

static void watch_gap(struct vio_watch *w, sim_time now)
{
    struct vio_watch_phase *p;

    if (w->waiting_ps == SIM_TIME_NEVER)
        return;
    p = &w->phase[watch_most(w, w->waiting_ps, now)];
    if (now - w->waiting_ps > p->gap_ps)
        p->gap_ps = now - w->waiting_ps;
}

void vio_watch_issued(struct vio_workload *wl)
{
    if (wl->watch->waiting_ps == SIM_TIME_NEVER)
        wl->watch->waiting_ps = sim_now(&wl->world->sim);
}

void vio_watch_ended(struct vio_workload *wl, const struct vio_message *m)
{
    struct vio_watch *w = wl->watch;
    const sim_time now = sim_now(&wl->world->sim);
    struct vio_watch_phase *p = &w->phase[watch_phase(w, now)];

    if (m->failed) {
        p->failed++;
        return;
    }
    p->completed++;
    sim_tally_add(&p->latency, now - m->born_ps);
    watch_gap(w, now);
    w->waiting_ps = wl->unfinished ? now : SIM_TIME_NEVER;
}

void vio_watch_reset(struct vio_workload *wl)
{
    struct vio_watch *w = wl->watch;

    for (uint32_t i = 0; i < w->phases; i++) {
        w->phase[i].gap_ps = 0;
        w->phase[i].completed = w->phase[i].failed = 0;
        sim_tally_reset(&w->phase[i].latency);
    }
}

sim_time vio_watch_gap_ps(const struct vio_workload *wl, uint32_t first)
{
    sim_time longest_ps = 0;

    for (uint32_t i = first; i < wl->watch->phases; i++)
        if (wl->watch->phase[i].gap_ps > longest_ps)
            longest_ps = wl->watch->phase[i].gap_ps;
    return longest_ps;
}

void vio_watch_finish(struct vio_workload *wl)
{
    if (!vio_workload_is_over(wl))
        watch_gap(wl->watch, sim_now(&wl->world->sim));
}

void vio_watch_fini(struct vio_workload *wl)
{
    for (uint32_t i = 0; i < wl->watch->phases; i++)
        sim_tally_fini(&wl->watch->phase[i].latency);
}
