/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/fes.h - inside the future event set; only event.c and the fes_*.c files include it.
 *
 * Three places hold pending events, and each event is in exactly one of them:
 *
 *   current  one doubly linked list in order of execution: everything up to and including the current bucket
 *   ring     the next n_buckets - 1 buckets of 2^shift ps each, a list per bucket in no order (newest first); a bitmap
 *            says which are not empty. A bucket is put in order when the clock reaches it
 *   far      a 4-ary heap of 16-byte entries: whatever lies beyond the ring, and whatever would have to walk more than
 *            FES_WALK_MAX events to find its place in the current list
 *
 * The next event is the earlier of the first of `current` and the top of `far`. The ring slides with the clock, so an
 * event never has to be moved from the heap to a bucket. The bound on walks makes every operation O(log n) whatever the
 * times are; the ring makes it O(1) when bucket width fits the times, and tuning (fes_tune.c) sees to that:
 * shift = 63 is a plain sorted list (everything is current), right for a handful of events.
 *
 * Why so: docs/decisions/0001-event-set.md.
 */
#ifndef SIM_KERNEL_FES_H
#define SIM_KERNEL_FES_H

#include "sim/kernel/event.h"

enum {
    FES_WALK_MAX = 24,    /* longest search for a place in the current list; also the cost of going to the heap */
    FES_LIST_SHIFT = 63,  /* every time is in bucket 0: the set is one sorted list */
    FES_LIST_MAX = 16,    /* most events for which that is the better form */
    FES_BUCKETS_MIN = 64, /* one word of the bitmap */
};

struct fes_entry {
    sim_time at; /* of the event: most comparisons need not touch it */
    struct sim_event *ev;
};

struct fes_far {
    struct fes_entry *entry;
    size_t n;
    size_t capacity;
    struct sim_event mark; /* `prev` of every event in the heap; `next` is its position */
};

/* What the present shape of the ring cost since the last review, in events. */
struct fes_cost {
    uint64_t advances;  /* calls of fes_advance() left until the next review */
    uint64_t executed0; /* sim->executed at the last review */
    uint64_t steps;     /* list elements passed while searching for a place */
    uint64_t spills;    /* events sent to the heap because the search was too long */
    uint64_t far;       /* events taken from the heap */
    uint64_t skips;     /* empty words of the bitmap passed */
};

struct sim_fes {
    struct sim_event current;  /* sentinel of the circular list; at = NEVER, so that an empty list looks late */
    sim_time far_at;           /* time of the top of `far`, NEVER when it is empty */
    uint64_t cursor;           /* number of the current bucket: time >> shift */
    uint64_t n_buckets;        /* power of two */
    struct sim_event **bucket; /* newest event of each, &nil when empty */
    uint64_t *occupied;        /* a bit per bucket */
    uint64_t seq;              /* insertion number of the next event */
    uint64_t count;            /* pending events */
    uint64_t grow_at;          /* count at which the ring is tuned anew */
    unsigned shift;
    struct sim_event nil; /* ends every bucket list; takes the stores meant for a neighbour that is not there */
    struct fes_far far;

    /* tuning */
    struct fes_cost cost;
    uint64_t tuned_count; /* count when the ring was last shaped */
    uint64_t worked;      /* list steps and events moved since the beginning, up to the last review */
    uint64_t debt;        /* cost above what is fair since the last correction */
    unsigned patience;    /* the debt that is tolerated doubles with it */
};

/* Whether a comes before b. */
static inline bool fes_before(const struct sim_event *a, const struct sim_event *b)
{
    return a->at < b->at || (a->at == b->at && a->order < b->order);
}

static inline bool fes_in_far(const struct sim_fes *f, const struct sim_event *ev)
{
    return ev->prev == &f->far.mark;
}

/* fes_far.c: the heap. */
void fes_far_push(struct sim_fes *f, struct sim_event *ev);
struct sim_event *fes_far_pop(struct sim_fes *f);
void fes_far_remove(struct sim_fes *f, struct sim_event *ev);

/* fes_tune.c: the shape of the ring. Both leave every event where its time says. */
void fes_tune(struct sim *sim);
void fes_review(struct sim *sim);
/* Take every event out, as a list linked by `next`; count and `prev` are left to the caller. */
struct sim_event *fes_empty(struct sim_fes *f);

/* fes_ring.c: the ring and the current list. */
void fes_ring_shape(struct sim_fes *f, unsigned shift, uint64_t n_buckets); /* requires that it is empty */
/* Into the current list, searching from its end: most events are later than those already there. */
void fes_current_insert(struct sim_fes *f, struct sim_event *ev);
void fes_ring_remove(struct sim_fes *f, struct sim_event *ev);
/* Put the next event at the head of the current list. Returns whether there is one at or before `limit`; the cursor
 * never passes `limit`. */
bool fes_advance(struct sim_fes *f, sim_time limit);
/* Number of the first bucket after the cursor that holds events; UINT64_MAX if none does. */
uint64_t fes_ring_next(struct sim_fes *f);
/* Walk everything and assert what this file promises. O(n). */
void fes_check(const struct sim *sim);

static inline void fes_link_after(struct sim_event *at, struct sim_event *ev)
{
    ev->prev = at;
    ev->next = at->next;
    at->next->prev = ev;
    at->next = ev;
}

/* Take the head of the current list. */
static inline struct sim_event *fes_take(struct sim_fes *f)
{
    struct sim_event *ev = f->current.next;

    f->current.next = ev->next;
    ev->next->prev = &f->current;
    ev->prev = NULL;
    f->count--;
    return ev;
}

/* Put an event whose time and order are set where it belongs. */
static inline void fes_insert(struct sim_fes *f, struct sim_event *ev)
{
    uint64_t number = (uint64_t)ev->at >> f->shift;
    uint64_t ahead = number - f->cursor; /* wraps below the cursor */

    if (ahead - 1 < f->n_buckets - 1) {
        uint64_t slot = number & (f->n_buckets - 1);
        struct sim_event *newest = f->bucket[slot];

        ev->next = newest;
        ev->prev = &f->nil;
        newest->prev = ev;
        f->bucket[slot] = ev;
        f->occupied[slot / 64] |= UINT64_C(1) << (slot % 64);
    } else if ((int64_t)ahead <= 0) {
        fes_current_insert(f, ev);
    } else {
        fes_far_push(f, ev);
    }
}

#endif
