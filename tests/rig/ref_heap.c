/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/rig/ref_heap.c - the reference heap.
 */
#include "tests/rig/ref_heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "sim/kernel/assert.h"

/* 4 is the reference; 2 and 8 were measured for docs/decisions/0001-event-set.md. */
#ifndef REF_HEAP_ARITY
#define REF_HEAP_ARITY 4
#endif

void ref_heap_init(struct ref_heap *h, size_t capacity)
{
    /* children 4i+1..4i+4 share a cache line when entry 1 begins one */
    char *block = aligned_alloc(64, (capacity * sizeof(struct ref_entry) + 48 + 63) / 64 * 64);

    SIM_ASSERT(block);
    *h = (struct ref_heap){.entry = (struct ref_entry *)(void *)(block + 48), .capacity = capacity};
}

void ref_heap_fini(struct ref_heap *h)
{
    free((char *)h->entry - 48);
}

static bool ref_before(struct ref_entry a, struct ref_entry b)
{
    return a.at < b.at || (a.at == b.at && a.ev->order < b.ev->order);
}

static void ref_up(struct ref_heap *h, size_t pos, struct ref_entry e)
{
    while (pos > 0 && ref_before(e, h->entry[(pos - 1) / REF_HEAP_ARITY])) {
        h->entry[pos] = h->entry[(pos - 1) / REF_HEAP_ARITY];
        pos = (pos - 1) / REF_HEAP_ARITY;
    }
    h->entry[pos] = e;
}

static size_t ref_least(const struct ref_heap *h, size_t child)
{
    size_t least = child;

    for (size_t i = child + 1; i < child + REF_HEAP_ARITY && i < h->n; i++)
        least = ref_before(h->entry[i], h->entry[least]) ? i : least;
    return least;
}

/* The least of four by times alone: two independent comparisons, then one, and nothing for the branch predictor to get
 * wrong. Only equal times need the events. */
static size_t ref_least_of_four(const struct ref_heap *h, size_t child)
{
    const struct ref_entry *e = &h->entry[child];
    size_t left = (size_t)(e[1].at < e[0].at);
    size_t right = 2 + (size_t)(e[3].at < e[2].at);
    size_t swap = (size_t)0 - (size_t)(e[right].at < e[left].at);

    if ((e[0].at == e[1].at) | (e[2].at == e[3].at) | (e[left].at == e[right].at))
        return ref_least(h, child);
    return child + (left ^ ((left ^ right) & swap));
}

static void ref_down(struct ref_heap *h, size_t pos, struct ref_entry e)
{
    struct ref_entry *entry = h->entry;
    size_t child;

    while ((child = REF_HEAP_ARITY * pos + 1) < h->n) {
        size_t least = REF_HEAP_ARITY == 4 && child + 4 <= h->n ? ref_least_of_four(h, child) : ref_least(h, child);

        if (!ref_before(entry[least], e))
            break;
        entry[pos] = entry[least];
        pos = least;
    }
    entry[pos] = e;
}

void ref_heap_push(struct ref_heap *h, struct ref_event *ev)
{
    SIM_ASSERT(h->n < h->capacity);
    ref_up(h, h->n++, (struct ref_entry){ev->at, ev});
}

struct ref_event *ref_heap_pop(struct ref_heap *h)
{
    struct ref_event *ev = h->entry[0].ev;
    struct ref_entry last = h->entry[--h->n];

    if (h->n)
        ref_down(h, 0, last);
    return ev;
}

void ref_heap_replace_top(struct ref_heap *h, struct ref_event *ev)
{
    ref_down(h, 0, (struct ref_entry){ev->at, ev});
}

void ref_heap_remove(struct ref_heap *h, struct ref_event *ev)
{
    for (size_t i = 0; i < h->n; i++) {
        if (h->entry[i].ev == ev) {
            struct ref_entry last = h->entry[--h->n];

            if (i == h->n)
                return;
            if (i > 0 && ref_before(last, h->entry[(i - 1) / REF_HEAP_ARITY]))
                ref_up(h, i, last);
            else
                ref_down(h, i, last);
            return;
        }
    }
    SIM_ASSERT(!"the event is in the heap");
}
