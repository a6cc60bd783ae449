/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/event.c - the clock, and the doors of the future event set; what is behind them is told in fes.h.
 */
#include "sim/kernel/event.h"

#include <stdlib.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/assert.h"
#include "sim/kernel/fes.h"

enum { EVENT_PRIO_BIT = 56, EVENT_PRIO_BIAS = 128 };
static const uint64_t event_seq_mask = (UINT64_C(1) << EVENT_PRIO_BIT) - 1;

void sim_init(struct sim *sim)
{
    struct sim_fes *f = sim_alloc(1, sizeof(*f));

    *sim = (struct sim){.fes = f};
    f->current.next = f->current.prev = &f->current;
    f->current.at = SIM_TIME_NEVER;
    f->far_at = SIM_TIME_NEVER;
    fes_tune(sim);
}

void sim_fini(struct sim *sim)
{
    struct sim_fes *f = sim->fes;

    for (struct sim_event *ev = fes_empty(f); ev; ev = ev->next)
        ev->prev = NULL;
    free(f->far.entry);
    free(f->bucket);
    free(f->occupied);
    free(f);
    sim->fes = NULL;
}

void sim_event_set_prio(struct sim_event *ev, int prio)
{
    SIM_ASSERT(!sim_event_is_pending(ev));
    SIM_ASSERT(prio >= -EVENT_PRIO_BIAS && prio < EVENT_PRIO_BIAS);
    ev->order = (uint64_t)(prio + EVENT_PRIO_BIAS) << EVENT_PRIO_BIT;
}

static inline void event_schedule(struct sim *sim, struct sim_event *ev, sim_time at)
{
    struct sim_fes *f = sim->fes;

    SIM_ASSERT(!sim_event_is_pending(ev) && ev->fn);
    ev->at = at;
    ev->order = (ev->order & ~event_seq_mask) | f->seq++;
    fes_insert(f, ev);
    if (++f->count > f->grow_at)
        fes_tune(sim);
}

void sim_at(struct sim *sim, struct sim_event *ev, sim_time at)
{
    SIM_ASSERT(at >= sim->now_ps);
    event_schedule(sim, ev, at);
}

void sim_after(struct sim *sim, struct sim_event *ev, sim_time delay)
{
    SIM_ASSERT(delay >= 0 && delay <= SIM_TIME_NEVER - sim->now_ps);
    event_schedule(sim, ev, sim->now_ps + delay);
}

bool sim_cancel(struct sim *sim, struct sim_event *ev)
{
    struct sim_fes *f = sim->fes;

    if (!sim_event_is_pending(ev))
        return false;
    if (fes_in_far(f, ev))
        fes_far_remove(f, ev);
    else
        fes_ring_remove(f, ev);
    ev->prev = NULL;
    f->count--;
    return true;
}

uint64_t sim_run_until(struct sim *sim, sim_time end)
{
    struct sim_fes *f = sim->fes;
    uint64_t executed0 = sim->executed;

    SIM_ASSERT(end >= sim->now_ps);
    sim->stopping = false;
    while (!sim->stopping) {
        struct sim_event *ev = f->current.next;

        if (ev->at >= f->far_at) { /* so it is when the list is empty */
            if (f->cost.advances-- == 0)
                fes_review(sim);
            if (!fes_advance(f, end))
                break;
        } else if (ev->at > end) {
            break;
        }
        ev = fes_take(f);
        sim->now_ps = ev->at;
        sim->executed++;
        sim_fingerprint_mix(sim, (uint64_t)ev->at);
        ev->fn(sim, ev);
    }
    if (!sim->stopping)
        sim->now_ps = end;
    return sim->executed - executed0;
}

void sim_stop(struct sim *sim)
{
    sim->stopping = true;
}

uint64_t sim_pending(const struct sim *sim)
{
    return sim->fes->count;
}

sim_time sim_next_at(struct sim *sim)
{
    struct sim_fes *f = sim->fes;
    sim_time next = f->far_at;
    uint64_t number;

    if (f->current.next != &f->current)
        return f->current.next->at < next ? f->current.next->at : next;
    number = fes_ring_next(f);
    if (number == UINT64_MAX)
        return next;
    for (struct sim_event *ev = f->bucket[number & (f->n_buckets - 1)]; ev != &f->nil; ev = ev->next)
        next = ev->at < next ? ev->at : next;
    return next;
}
