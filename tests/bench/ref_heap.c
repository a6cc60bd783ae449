/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/ref_heap.c - the reference heap.
 */
#include "tests/bench/ref_heap.h"

#include <stdbool.h>
#include <stdlib.h>

#include "sim/kernel/assert.h"

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
    while (pos > 0 && ref_before(e, h->entry[(pos - 1) / 4])) {
        h->entry[pos] = h->entry[(pos - 1) / 4];
        pos = (pos - 1) / 4;
    }
    h->entry[pos] = e;
}

static void ref_down(struct ref_heap *h, size_t pos, struct ref_entry e)
{
    struct ref_entry *entry = h->entry;

    for (;;) {
        size_t child = 4 * pos + 1;
        size_t least = child;

        if (child + 4 <= h->n) {
            size_t left = ref_before(entry[child + 1], entry[child]) ? child + 1 : child;
            size_t right = ref_before(entry[child + 3], entry[child + 2]) ? child + 3 : child + 2;

            least = ref_before(entry[right], entry[left]) ? right : left;
        } else {
            if (child >= h->n)
                break;
            for (size_t i = child + 1; i < h->n; i++)
                least = ref_before(entry[i], entry[least]) ? i : least;
        }
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
            if (i > 0 && ref_before(last, h->entry[(i - 1) / 4]))
                ref_up(h, i, last);
            else
                ref_down(h, i, last);
            return;
        }
    }
    SIM_ASSERT(!"the event is in the heap");
}
