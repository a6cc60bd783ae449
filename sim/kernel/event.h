/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/event.h - the future event set and the simulation clock.
 *
 * An event is a struct embedded in whatever waits for it. It is idle or pending; pending events are ordered by
 * (at, prio, insertion sequence), which is total: two runs with the same scenario and seed execute the same events in
 * the same order on any compiler. Time moves only between events. Scheduling allocates nothing unless the set grows;
 * cancelling needs no search.
 *
 * Not here: processes or coroutines, real time, parallel execution of one run.
 */
#ifndef SIM_KERNEL_EVENT_H
#define SIM_KERNEL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/time.h"

struct sim;
struct sim_event;
struct sim_fes; /* the future event set; private to event.c and its files */

typedef void sim_event_fn(struct sim *sim, struct sim_event *ev);

/* Lower priority value runs first among events of the same instant. */
enum { SIM_PRIO_FIRST = -100, SIM_PRIO_NORMAL = 0, SIM_PRIO_LAST = 100 };

struct sim_event {
    sim_time at;            /* ps; meaningful while pending */
    uint64_t order;         /* priority in the top 8 bits, insertion number below: FIFO among equals */
    struct sim_event *next; /* private to the event set */
    struct sim_event *prev; /* private to the event set; NULL = idle */
    sim_event_fn *fn;
};

/* One simulation. Any number may live in one process; they share nothing. */
struct sim {
    sim_time now_ps;
    uint64_t executed;    /* events executed so far */
    uint64_t fingerprint; /* hash of the trajectory: the time of every executed event, in order */
    bool stopping;
    struct sim_fes *fes;
};

/* Make an empty simulation at time 0 in `sim`. */
void sim_init(struct sim *sim);
/* Release the event set. Events still pending become idle; their memory is their owners'. */
void sim_fini(struct sim *sim);

static inline sim_time sim_now(const struct sim *sim)
{
    return sim->now_ps;
}

/* Prepare an idle event of normal priority. Required once before the first sim_at(). */
static inline void sim_event_init(struct sim_event *ev, sim_event_fn *fn)
{
    *ev = (struct sim_event){.order = (uint64_t)(SIM_PRIO_NORMAL + 128) << 56, .fn = fn};
}

/* Give an idle event another priority; -128..127. */
void sim_event_set_prio(struct sim_event *ev, int prio);

static inline bool sim_event_is_pending(const struct sim_event *ev)
{
    return ev->prev != NULL;
}

/* Make `ev` pending at absolute time `at`.
 *
 * Units:    at in ps since the start of the run.
 * Requires: ev is idle and initialised; at >= sim_now(sim). Asserted in every build.
 * Owns:     nothing; ev must stay in place while pending.
 * Cost:     O(1) amortised near the present, O(log n) far from it; allocates only when the set reaches a new maximum.
 */
void sim_at(struct sim *sim, struct sim_event *ev, sim_time at);

/* sim_at(sim, ev, now + delay); delay >= 0. */
void sim_after(struct sim *sim, struct sim_event *ev, sim_time delay);

/* Make `ev` idle. Returns whether it was pending. No search. */
bool sim_cancel(struct sim *sim, struct sim_event *ev);

/* Execute events in order while their time is <= end, then set the clock to `end` (unless sim_stop() was called).
 *
 * Returns: the number of events executed by this call.
 */
uint64_t sim_run_until(struct sim *sim, sim_time end);

/* Make sim_run_until() return after the current event. */
void sim_stop(struct sim *sim);

/* Number of pending events. */
uint64_t sim_pending(const struct sim *sim);

/* Time of the next event, SIM_TIME_NEVER if none is pending. */
sim_time sim_next_at(struct sim *sim);

/* Mix a value into the trajectory fingerprint (for state that event times do not show). */
static inline void sim_fingerprint_mix(struct sim *sim, uint64_t value)
{
    sim->fingerprint = (sim->fingerprint ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    sim->fingerprint ^= sim->fingerprint >> 29;
}

#endif
