/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/fes_ring.c - the near part of the future event set: the ring of buckets and the current list.
 */
#include "sim/kernel/fes.h"

#include <stdlib.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/assert.h"

void fes_ring_shape(struct sim_fes *f, unsigned shift, uint64_t n_buckets)
{
    if (n_buckets != f->n_buckets) {
        free(f->bucket);
        free(f->occupied);
        f->bucket = sim_alloc(n_buckets, sizeof(struct sim_event *));
        f->occupied = sim_alloc(n_buckets / 64, sizeof(uint64_t));
        for (uint64_t i = 0; i < n_buckets; i++)
            f->bucket[i] = &f->nil;
        f->n_buckets = n_buckets;
    }
    f->shift = shift;
}

void fes_current_insert(struct sim_fes *f, struct sim_event *ev)
{
    struct sim_event *p = f->current.prev;
    unsigned steps = 0;

    while (p != &f->current && fes_before(ev, p)) {
        if (++steps > FES_WALK_MAX) {
            f->cost.spills++;
            fes_far_push(f, ev);
            return;
        }
        p = p->prev;
    }
    f->cost.steps += steps;
    fes_link_after(p, ev);
}

void fes_ring_remove(struct sim_fes *f, struct sim_event *ev)
{
    ev->next->prev = ev->prev;
    if (ev->prev == &f->nil) {
        uint64_t slot = ((uint64_t)ev->at >> f->shift) & (f->n_buckets - 1);

        f->bucket[slot] = ev->next;
        if (ev->next == &f->nil)
            f->occupied[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
    } else {
        ev->prev->next = ev->next;
    }
}

uint64_t fes_ring_next(struct sim_fes *f)
{
    uint64_t mask = f->n_buckets - 1;
    uint64_t first = f->cursor + 1;
    uint64_t slot = first & mask;
    uint64_t words = f->n_buckets / 64;
    uint64_t w = slot / 64;
    uint64_t bits = f->occupied[w] & (UINT64_MAX << (slot % 64));

    /* one round, and the first word again for its lower bits */
    for (uint64_t i = 0; !bits && i < words; i++) {
        w = (w + 1) & (words - 1);
        bits = f->occupied[w];
        f->cost.skips++;
    }
    if (!bits)
        return UINT64_MAX;
    return first + ((w * 64 + (uint64_t)__builtin_ctzll(bits) - slot) & mask);
}

/* Put the events of bucket `number` in order into the current list, which is empty. They come newest first, so the
 * search goes from the front: among equal times each stops at once. */
static void fes_open(struct sim_fes *f, uint64_t number)
{
    uint64_t slot = number & (f->n_buckets - 1);
    struct sim_event *ev = f->bucket[slot];

    f->bucket[slot] = &f->nil;
    f->occupied[slot / 64] &= ~(UINT64_C(1) << (slot % 64));
    f->cursor = number;
    /* with more events than fit the cache, the wait for them is most of the cost: ask for what comes in eight buckets,
     * and for the second event of the bucket whose first was asked for four ago */
    __builtin_prefetch(f->bucket[(slot + 8) & (f->n_buckets - 1)]);
    const struct sim_event *soon = f->bucket[(slot + 4) & (f->n_buckets - 1)];

    __builtin_prefetch(soon->next);
    /* what waits for an event lies behind it, as a rule: its next two cache lines will be wanted at once */
    __builtin_prefetch((const char *)soon + 64);
    __builtin_prefetch((const char *)soon + 128);
    while (ev != &f->nil) {
        struct sim_event *older = ev->next;
        struct sim_event *p = f->current.next;
        unsigned steps = 0;

        while (p != &f->current && fes_before(p, ev) && steps <= FES_WALK_MAX) {
            p = p->next;
            steps++;
        }
        if (steps > FES_WALK_MAX) {
            f->cost.spills++;
            fes_far_push(f, ev);
        } else {
            f->cost.steps += steps;
            fes_link_after(p->prev, ev);
        }
        ev = older;
    }
}

bool fes_advance(struct sim_fes *f, sim_time limit)
{
    if (f->current.next == &f->current) {
        uint64_t number = fes_ring_next(f);
        uint64_t far_number = f->far.n ? (uint64_t)f->far_at >> f->shift : UINT64_MAX;

        if (far_number < number) {
            if (f->far_at > limit)
                return false;
            f->cursor = far_number > f->cursor ? far_number : f->cursor;
        } else if (number == UINT64_MAX || number > (uint64_t)limit >> f->shift) {
            return false;
        } else {
            fes_open(f, number);
        }
    }
    if (f->far.n) {
        struct sim_event *first = f->current.next;
        struct sim_event *top = f->far.entry[0].ev;

        if (f->far_at <= first->at && (first == &f->current || fes_before(top, first))) {
            f->cost.far++;
            fes_link_after(&f->current, fes_far_pop(f));
        }
    }
    return f->current.next->at <= limit && f->current.next != &f->current;
}

static void fes_check_current(const struct sim_fes *f, sim_time now, uint64_t *seen)
{
    const struct sim_event *before = &f->current;

    for (const struct sim_event *ev = f->current.next; ev != &f->current; ev = ev->next) {
        SIM_ASSERT(ev->prev == before);
        SIM_ASSERT(before == &f->current || fes_before(before, ev));
        SIM_ASSERT(ev->at >= now);
        SIM_ASSERT((uint64_t)ev->at >> f->shift <= f->cursor);
        before = ev;
        ++*seen;
    }
    SIM_ASSERT(f->current.prev == before);
}

void fes_check(const struct sim *sim)
{
    const struct sim_fes *f = sim->fes;
    uint64_t seen = 0;

    fes_check_current(f, sim->now_ps, &seen);
    for (uint64_t slot = 0; slot < f->n_buckets; slot++) {
        const struct sim_event *before = &f->nil;

        SIM_ASSERT((f->bucket[slot] != &f->nil) == (f->occupied[slot / 64] >> (slot % 64) & 1));
        for (const struct sim_event *ev = f->bucket[slot]; ev != &f->nil; ev = ev->next) {
            uint64_t number = (uint64_t)ev->at >> f->shift;

            SIM_ASSERT(ev->prev == before);
            SIM_ASSERT((number & (f->n_buckets - 1)) == slot);
            SIM_ASSERT(number - f->cursor - 1 < f->n_buckets - 1);
            before = ev;
            seen++;
        }
    }
    for (size_t i = 0; i < f->far.n; i++) {
        const struct sim_event *ev = f->far.entry[i].ev;

        SIM_ASSERT(fes_in_far(f, ev) && (size_t)(uintptr_t)ev->next == i && ev->at == f->far.entry[i].at);
        SIM_ASSERT(i == 0 || !fes_before(ev, f->far.entry[(i - 1) / 4].ev));
        SIM_ASSERT(ev->at >= sim->now_ps);
    }
    SIM_ASSERT(f->far_at == (f->far.n ? f->far.entry[0].at : SIM_TIME_NEVER));
    SIM_ASSERT(seen + f->far.n == f->count);
}
