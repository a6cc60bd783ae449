/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/rig/ref_heap.h - the reference for order and speed: a plain 4-ary heap of (time, event), nothing else.
 *
 * It is the event set that anybody would write who wants a fast one and no trouble: 16-byte entries, four children to a
 * cache line, replacing the top in one descent. The future event set must execute in the same order and, with many
 * events, faster.
 */
#ifndef TESTS_RIG_REF_HEAP_H
#define TESTS_RIG_REF_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/time.h"

struct ref_event {
    sim_time at;
    uint64_t order; /* decides between equal times */
};

struct ref_entry {
    sim_time at;
    struct ref_event *ev;
};

struct ref_heap {
    struct ref_entry *entry;
    size_t n;
    size_t capacity;
};

void ref_heap_init(struct ref_heap *h, size_t capacity);
void ref_heap_fini(struct ref_heap *h);
/* Requires: n < capacity. */
void ref_heap_push(struct ref_heap *h, struct ref_event *ev);
/* Requires: n > 0. */
struct ref_event *ref_heap_pop(struct ref_heap *h);
/* Pop and push `ev` in one descent. */
void ref_heap_replace_top(struct ref_heap *h, struct ref_event *ev);
/* Searches: O(n). */
void ref_heap_remove(struct ref_heap *h, struct ref_event *ev);

#endif
