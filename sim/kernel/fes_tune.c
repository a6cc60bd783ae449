/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/fes_tune.c - the shape of the future event set's ring: how wide a bucket is and how many there are.
 *
 * A bucket should hold one to three events when the clock reaches it, and the ring should reach far enough that few
 * events go to the heap. The width is taken from the gaps between the next few events, as in [brown1988] (R. Brown,
 * "Calendar queues", Communications of the ACM 31(10), 1988); the number of buckets from the number of pending events.
 * Tuning happens when the number of events has doubled or fallen to a quarter, and when a review finds that searching
 * or the heap costs too much. Each correction in a row has to be paid for by twice the excess of the one before, so
 * that a set of times that fits no width costs a heap, not a rebuild.
 *
 * Tuning decides only where events wait, never their order.
 */
#include "sim/kernel/fes.h"

#include "sim/kernel/assert.h"

enum {
    FES_SAMPLE = 64,       /* most events whose gaps are looked at; of few events only the first, where it is dense */
    FES_PER_BUCKET = 2,    /* events per bucket aimed at */
    FES_PERIOD = 512,      /* advances between reviews */
    FES_COST_MOVE = 6,     /* list steps that cost as much as moving an event when the ring is rebuilt */
    FES_PATIENCE_MAX = 20, /* doublings of the excess that must come together before a correction */
    FES_COST_FAR = 12,     /* list steps that cost as much as an event through the heap */
    FES_COST_MAX = 3,      /* list steps per event that are not worth a correction */
    FES_BUCKETS_PER_EVENT = 2, /* at FES_PER_BUCKET, the ring reaches four times the mean increment */
    FES_BUCKETS_LOG2_MAX = 24, /* 128 MiB of ring */
};

static unsigned fes_log2(uint64_t x)
{
    return x ? 63 - (unsigned)__builtin_clzll(x) : 0;
}

/* Mean gap between the n times at[], in order, leaving out equal times and gaps above twice the mean. 0 if all equal.
 */
static uint64_t fes_gap(const struct sim_event *const *ev, size_t n)
{
    uint64_t sum = 0;
    uint64_t gaps = 0;
    uint64_t trimmed = 0;
    uint64_t kept = 0;

    for (size_t i = 1; i < n; i++) {
        sum += (uint64_t)(ev[i]->at - ev[i - 1]->at);
        gaps += ev[i]->at != ev[i - 1]->at;
    }
    if (!gaps)
        return 0;
    for (size_t i = 1; i < n; i++) {
        uint64_t gap = (uint64_t)(ev[i]->at - ev[i - 1]->at);

        if (gap && gap / 2 <= sum / gaps) {
            trimmed += gap;
            kept++;
        }
    }
    /* exponential gaps cut at twice their mean have 0.69 of it */
    return (trimmed + trimmed / 2) / kept + 1;
}

/* Events of one bucket or of the current list come in the order in which they went in. */
struct sim_event *fes_empty(struct sim_fes *f)
{
    struct sim_event *all = NULL;

    while (f->far.n) {
        struct sim_event *ev = f->far.entry[--f->far.n].ev;

        ev->next = all;
        all = ev;
    }
    f->far_at = SIM_TIME_NEVER;
    for (uint64_t w = 0; w < f->n_buckets / 64; w++) {
        while (f->occupied[w]) {
            struct sim_event **slot = &f->bucket[w * 64 + (uint64_t)__builtin_ctzll(f->occupied[w])];

            for (struct sim_event *ev = *slot, *older; ev != &f->nil; ev = older) {
                older = ev->next;
                ev->next = all;
                all = ev;
            }
            *slot = &f->nil;
            f->occupied[w] &= f->occupied[w] - 1;
        }
    }
    for (struct sim_event *ev = f->current.prev, *earlier; ev != &f->current; ev = earlier) {
        earlier = ev->prev;
        ev->next = all;
        all = ev;
    }
    f->current.next = f->current.prev = &f->current;
    return all;
}

/* Begin a period of accounts. */
static void fes_account(struct sim *sim)
{
    struct sim_fes *f = sim->fes;

    f->worked += f->cost.steps + f->cost.spills * FES_WALK_MAX;
    f->cost = (struct fes_cost){.executed0 = sim->executed};
    f->cost.advances = FES_PERIOD;
}

/* Give the ring a shape and put every event where it belongs. */
static void fes_rebuild(struct sim *sim, unsigned shift, uint64_t n_buckets)
{
    struct sim_fes *f = sim->fes;
    struct sim_event *all = fes_empty(f);

    fes_ring_shape(f, shift, n_buckets);
    f->cursor = (uint64_t)sim->now_ps >> shift;
    while (all) {
        struct sim_event *ev = all;

        all = ev->next;
        fes_insert(f, ev);
    }
    f->tuned_count = f->count;
    f->grow_at = 2 * f->count > FES_LIST_MAX ? 2 * f->count : FES_LIST_MAX;
    f->worked += f->count;
    f->debt = 0;
    fes_account(sim);
    SIM_CHECK((fes_check(sim), true));
}

/* The width that the next events ask for. */
static unsigned fes_sampled_shift(struct sim_fes *f)
{
    struct sim_event *sample[FES_SAMPLE];
    size_t wanted = f->count / 8 + 8 < FES_SAMPLE ? f->count / 8 + 8 : FES_SAMPLE;
    size_t n = 0;
    uint64_t gap;

    while (n < wanted && fes_advance(f, SIM_TIME_NEVER))
        sample[n++] = fes_take(f);
    gap = fes_gap((const struct sim_event *const *)sample, n);
    f->count += n;
    while (n > 0)
        fes_link_after(&f->current, sample[--n]);
    if (gap)
        return fes_log2(gap * FES_PER_BUCKET);
    return f->shift < FES_LIST_SHIFT ? f->shift : 0;
}

static uint64_t fes_wanted_buckets(const struct sim_fes *f)
{
    unsigned log2 = fes_log2(f->count * FES_BUCKETS_PER_EVENT - 1) + 1;

    if (log2 > FES_BUCKETS_LOG2_MAX)
        log2 = FES_BUCKETS_LOG2_MAX;
    return UINT64_C(1) << log2 > FES_BUCKETS_MIN ? UINT64_C(1) << log2 : FES_BUCKETS_MIN;
}

void fes_tune(struct sim *sim)
{
    struct sim_fes *f = sim->fes;

    f->patience = 0;
    if (f->count <= FES_LIST_MAX / 2)
        fes_rebuild(sim, FES_LIST_SHIFT, FES_BUCKETS_MIN);
    else
        fes_rebuild(sim, fes_sampled_shift(f), fes_wanted_buckets(f));
}

/* Shift by which the ring should change for what it cost: -1 narrower, 1 wider, 0 leave it. A correction has to be paid
 * for by what was spent above the fair cost. */
static int fes_judge(struct sim_fes *f, uint64_t events)
{
    uint64_t narrow = f->cost.steps + f->cost.spills * (FES_WALK_MAX + FES_COST_FAR);
    uint64_t wide = f->cost.skips + f->cost.far * FES_COST_FAR;
    uint64_t fair = FES_COST_MAX * events;

    if (f->shift == FES_LIST_SHIFT)
        return 0;
    if (narrow + wide <= fair) {
        f->debt = 0;
        f->patience = 0;
        return 0;
    }
    f->debt += narrow + wide - fair;
    if (f->debt >> f->patience < FES_COST_MOVE * f->count)
        return 0;
    if (narrow > wide)
        return f->shift > 0 ? -1 : 0;
    return f->shift < FES_LIST_SHIFT - 3 ? 1 : 0;
}

void fes_review(struct sim *sim)
{
    struct sim_fes *f = sim->fes;
    unsigned shift = f->shift;
    int direction;

    if (f->count < f->tuned_count / 4 || (f->count <= FES_LIST_MAX / 2 && f->shift != FES_LIST_SHIFT)) {
        fes_tune(sim);
        return;
    }
    direction = fes_judge(f, sim->executed - f->cost.executed0);
    if (direction == 0) {
        fes_account(sim);
        return;
    }
    f->patience += f->patience < FES_PATIENCE_MAX;
    if (direction < 0) {
        shift = fes_sampled_shift(f);
        if (shift >= f->shift)
            shift = f->shift > 2 ? f->shift - 2 : 0;
    } else {
        shift += 2;
    }
    fes_rebuild(sim, shift, f->n_buckets);
}
