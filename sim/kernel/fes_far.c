/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/fes_far.c - the far part of the future event set: a 4-ary heap of (time, event).
 *
 * Four children share a cache line, which halves the depth of a binary heap for the same lines touched. An event knows
 * its position (in `next`), so that cancelling needs no search.
 */
#include "sim/kernel/fes.h"

#include <stdlib.h>

#include "sim/kernel/arena.h"

static bool fes_far_before(struct fes_entry a, struct fes_entry b)
{
    return a.at < b.at || (a.at == b.at && a.ev->order < b.ev->order);
}

static void fes_far_put(struct fes_far *h, size_t pos, struct fes_entry e)
{
    h->entry[pos] = e;
    e.ev->next = (struct sim_event *)(uintptr_t)pos;
}

static void fes_far_up(struct fes_far *h, size_t pos, struct fes_entry e)
{
    while (pos > 0) {
        size_t parent = (pos - 1) / 4;

        if (!fes_far_before(e, h->entry[parent]))
            break;
        fes_far_put(h, pos, h->entry[parent]);
        pos = parent;
    }
    fes_far_put(h, pos, e);
}

/* The first of the children from `child` on. With all four there, times alone decide without a branch that could be
 * predicted wrongly; only equal times need the events. */
static size_t fes_far_least(const struct fes_far *h, size_t child)
{
    const struct fes_entry *e = &h->entry[child];
    size_t least = child;

    if (child + 4 <= h->n) {
        size_t left = (size_t)(e[1].at < e[0].at);
        size_t right = 2 + (size_t)(e[3].at < e[2].at);
        size_t swap = (size_t)0 - (size_t)(e[right].at < e[left].at);

        if (!((e[0].at == e[1].at) | (e[2].at == e[3].at) | (e[left].at == e[right].at)))
            return child + (left ^ ((left ^ right) & swap));
    }
    for (size_t i = child + 1; i < child + 4 && i < h->n; i++)
        least = fes_far_before(h->entry[i], h->entry[least]) ? i : least;
    return least;
}

static void fes_far_down(struct fes_far *h, size_t pos, struct fes_entry e)
{
    size_t child;

    while ((child = 4 * pos + 1) < h->n) {
        size_t least = fes_far_least(h, child);

        if (!fes_far_before(h->entry[least], e))
            break;
        fes_far_put(h, pos, h->entry[least]);
        pos = least;
    }
    fes_far_put(h, pos, e);
}

void fes_far_push(struct sim_fes *f, struct sim_event *ev)
{
    struct fes_far *h = &f->far;

    h->entry = sim_grow(h->entry, &h->capacity, h->n + 1, sizeof(*h->entry));
    ev->prev = &h->mark;
    fes_far_up(h, h->n++, (struct fes_entry){ev->at, ev});
    f->far_at = h->entry[0].at;
}

void fes_far_remove(struct sim_fes *f, struct sim_event *ev)
{
    struct fes_far *h = &f->far;
    size_t pos = (size_t)(uintptr_t)ev->next;
    struct fes_entry last = h->entry[--h->n];

    if (pos < h->n) {
        if (pos > 0 && fes_far_before(last, h->entry[(pos - 1) / 4]))
            fes_far_up(h, pos, last);
        else
            fes_far_down(h, pos, last);
    }
    f->far_at = h->n ? h->entry[0].at : SIM_TIME_NEVER;
}

struct sim_event *fes_far_pop(struct sim_fes *f)
{
    struct sim_event *ev = f->far.entry[0].ev;

    fes_far_remove(f, ev);
    return ev;
}
