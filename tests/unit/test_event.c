/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_event.c - the future event set against the reference heap, and the promises of event.h.
 *
 * The order tests run a world of probes that schedule and cancel each other at random. Whatever is done to the event
 * set is done to a plain heap too, and every event executed must be the heap's top: event for event, not in aggregate.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

#include "sim/kernel/assert.h"
#include "sim/kernel/event.h"
#include "sim/kernel/fes.h"
#include "tests/rig/ref_heap.h"

enum increments {
    INC_EXPONENTIAL,
    INC_UNIFORM,
    INC_EQUAL,      /* 0..3 units: many equal times */
    INC_ZERO,       /* mostly the same instant */
    INC_BIMODAL,    /* 1 in 128 is 1000 times longer */
    INC_SCALES,     /* any power of two from 1 ps to 2^50 ps */
    INC_HUGE,       /* jumps towards 2^62, which leave room for few */
    INC_DECREASING, /* each a little earlier than the one before, all in one narrow span */
    INC_CLUSTERS,   /* bursts of 1 ns, 1 ms apart */
    INC_NEVER,      /* close to the end of time */
    INC_PHASES,     /* the scale changes by 10^6 every 4096 draws */
    INC_KINDS,
};

struct probe {
    struct sim_event ev;
    struct ref_event ref;
    int prio;
};

struct world {
    struct sim sim;
    struct ref_heap heap;
    bool shadow; /* keep the heap */
    bool mixed;  /* priorities, cancels, events that schedule others */
    enum increments kind;
    sim_time mean; /* of INC_EXPONENTIAL */
    uint64_t random;
    uint64_t draws;
    uint64_t inserted;
    uint64_t left; /* events until the world stops growing */
    size_t n;
    struct probe *probe;
};

/* splitmix64 */
static uint64_t world_draw(struct world *w)
{
    uint64_t z = w->random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Roughly exponential with mean `mean`: the position of the first one bit is geometric. Integers only. */
static sim_time world_exponential(struct world *w, sim_time mean)
{
    uint64_t r = world_draw(w);
    int octave = __builtin_ctzll(r | UINT64_C(1) << 40);

    return (sim_time)(((uint64_t)octave * 1024 + (r >> 54)) * (uint64_t)mean >> 10) * 2 / 3;
}

static sim_time world_increment(struct world *w)
{
    sim_time now = w->sim.now_ps;
    uint64_t r = world_draw(w);

    w->draws++;
    switch (w->kind) {
    case INC_EXPONENTIAL:
        return world_exponential(w, w->mean);
    case INC_UNIFORM:
        return (sim_time)(r % (2 * (uint64_t)SIM_US));
    case INC_EQUAL:
        return (sim_time)(r % 4) * SIM_US;
    case INC_ZERO:
        return r % 256 ? 0 : SIM_NS;
    case INC_BIMODAL:
        return world_exponential(w, r % 128 ? SIM_US : 1000 * SIM_US);
    case INC_SCALES:
        return (sim_time)(UINT64_C(1) << r % 50) + (sim_time)(r >> 32 & 1);
    case INC_HUGE:
        return ((INT64_C(1) << 62) - now) >> (1 + r % 16);
    case INC_DECREASING:
        return 100 * SIM_US - (sim_time)(w->draws % 100000);
    case INC_CLUSTERS:
        return (now / SIM_MS + 1) * SIM_MS - now + (sim_time)(r % (uint64_t)SIM_NS);
    case INC_NEVER:
        return r % 8 ? world_exponential(w, SIM_US) : SIM_TIME_NEVER - now - (sim_time)(r >> 32 & 3);
    case INC_PHASES:
        return world_exponential(w, w->draws / 4096 % 2 ? SIM_S : SIM_US);
    default:
        SIM_ASSERT(!"unknown kind of increments");
        return 0;
    }
}

static void world_schedule(struct world *w, struct probe *p)
{
    sim_time increment = world_increment(w);
    sim_time at;

    if (increment < 0)
        increment = 0;
    at = increment < SIM_TIME_NEVER - w->sim.now_ps ? w->sim.now_ps + increment : SIM_TIME_NEVER;

    if (w->mixed) {
        p->prio = world_draw(w) % 8 ? SIM_PRIO_NORMAL : (int)(world_draw(w) % 256) - 128;
        sim_event_set_prio(&p->ev, p->prio);
    }
    if (w->shadow) {
        p->ref = (struct ref_event){at, (uint64_t)(p->prio + 128) << 56 | w->inserted};
        ref_heap_push(&w->heap, &p->ref);
    }
    w->inserted++;
    if (world_draw(w) % 2)
        sim_at(&w->sim, &p->ev, at);
    else
        sim_after(&w->sim, &p->ev, at - w->sim.now_ps);
}

static void world_cancel(struct world *w, struct probe *p)
{
    bool was = sim_event_is_pending(&p->ev);

    cr_assert_eq(sim_cancel(&w->sim, &p->ev), was);
    cr_assert(!sim_event_is_pending(&p->ev));
    if (was && w->shadow)
        ref_heap_remove(&w->heap, &p->ref);
}

static void world_fire(struct sim *sim, struct sim_event *ev)
{
    struct world *w = sim_container_of(sim, struct world, sim);
    struct probe *p = sim_container_of(ev, struct probe, ev);

    cr_assert(!sim_event_is_pending(ev));
    if (w->shadow) {
        cr_assert_eq(ref_heap_pop(&w->heap), &p->ref, "kind %d, %zu probes, event %lu", (int)w->kind, w->n,
                     (unsigned long)sim->executed);
        cr_assert_eq(sim->now_ps, p->ref.at);
    }
    if (w->left == 0)
        return;
    w->left--;
    world_schedule(w, p);
    if (!w->mixed)
        return;
    if (world_draw(w) % 4 == 0)
        world_cancel(w, &w->probe[world_draw(w) % w->n]);
    for (int i = 0; i < 2; i++) {
        struct probe *other = &w->probe[world_draw(w) % w->n];

        if (!sim_event_is_pending(&other->ev))
            world_schedule(w, other);
    }
    if (sim->executed % 1024 == 0) {
        fes_check(sim);
        cr_assert_eq(sim_next_at(sim), w->shadow ? w->heap.entry[0].at : sim_next_at(sim));
    }
}

static void world_init(struct world *w, enum increments kind, size_t n, uint64_t events)
{
    *w = (struct world){.kind = kind,
                        .mean = SIM_US,
                        .n = n,
                        .left = events,
                        .random = n + (uint64_t)kind,
                        .probe = calloc(n, sizeof(*w->probe))};
    cr_assert(w->probe);
    sim_init(&w->sim);
    ref_heap_init(&w->heap, n);
    for (size_t i = 0; i < n; i++)
        sim_event_init(&w->probe[i].ev, world_fire);
}

static void world_fill(struct world *w)
{
    for (size_t i = 0; i < w->n; i++)
        world_schedule(w, &w->probe[i]);
}

static void world_fini(struct world *w)
{
    sim_fini(&w->sim);
    for (size_t i = 0; i < w->n; i++)
        cr_assert(!sim_event_is_pending(&w->probe[i].ev));
    ref_heap_fini(&w->heap);
    free(w->probe);
}

Test(test_event, order_is_that_of_the_reference_heap)
{
    static const size_t sizes[] = {1, 3, 12, 40, 300, 3000};

    for (int kind = 0; kind < INC_KINDS; kind++) {
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            struct world w;

            world_init(&w, (enum increments)kind, sizes[i], 12000);
            w.shadow = w.mixed = true;
            world_fill(&w);
            sim_run_until(&w.sim, SIM_TIME_NEVER);
            cr_assert_eq(w.heap.n, 0, "kind %d, %zu probes: %zu events were not executed", kind, sizes[i], w.heap.n);
            cr_assert_eq(sim_pending(&w.sim), 0);
            cr_assert(w.left == 0 || kind == INC_NEVER || sizes[i] < 40);
            world_fini(&w);
        }
    }
}

/* The reference itself: n times pushed in random order come out sorted; otherwise the test above proves little. */
Test(test_event, reference_heap_sorts)
{
    enum { N = 1000 };
    struct world w = {.random = 7};
    struct ref_event ev[N];
    struct ref_heap heap;
    struct ref_event last = {-1, 0};

    ref_heap_init(&heap, N);
    for (uint64_t i = 0; i < N; i++) {
        ev[i] = (struct ref_event){(sim_time)(world_draw(&w) % 300), i};
        ref_heap_push(&heap, &ev[i]);
    }
    for (size_t i = 0; i < N; i += 3)
        ref_heap_remove(&heap, &ev[i]);
    cr_assert_eq(heap.n, N - 334);
    while (heap.n) {
        struct ref_event next = *ref_heap_pop(&heap);

        cr_assert(next.at > last.at || (next.at == last.at && next.order > last.order));
        last = next;
    }
    ref_heap_fini(&heap);
}

static uint64_t world_fingerprint(enum increments kind, sim_time end, int pieces, uint64_t *executed)
{
    struct world w;
    uint64_t fingerprint;

    world_init(&w, kind, 200, 20000);
    w.mixed = true;
    world_fill(&w);
    *executed = 0;
    for (int i = 1; i <= pieces; i++) {
        sim_time until = i < pieces ? end / pieces * i : end;

        *executed += sim_run_until(&w.sim, until);
        cr_assert_eq(w.sim.now_ps, until);
        cr_assert_gt(sim_next_at(&w.sim), w.sim.now_ps);
        fes_check(&w.sim);
    }
    cr_assert_eq(*executed, w.sim.executed);
    fingerprint = w.sim.fingerprint;
    world_fini(&w);
    return fingerprint;
}

Test(test_event, splitting_a_run_changes_nothing)
{
    for (int kind = 0; kind < INC_KINDS; kind++) {
        sim_time end = kind == INC_HUGE ? INT64_C(1) << 61 : 60 * SIM_US;
        uint64_t executed1, executed2;
        uint64_t whole = world_fingerprint((enum increments)kind, end, 1, &executed1);

        for (int pieces = 2; pieces <= 600; pieces *= 6) {
            cr_assert_eq(world_fingerprint((enum increments)kind, end, pieces, &executed2), whole,
                         "kind %d in %d pieces", kind, pieces);
            cr_assert_eq(executed1, executed2);
        }
        /* and the fingerprint tells different trajectories apart */
        cr_assert(executed1 == 0 || world_fingerprint((enum increments)kind, end / 2, 1, &executed2) != whole ||
                  executed1 == executed2);
    }
}

/* An event beyond the end of one call must not hold up what is scheduled before it afterwards. */
Test(test_event, scheduling_before_an_event_already_seen)
{
    struct world w;
    struct probe *p;

    world_init(&w, INC_UNIFORM, 2000, 0);
    p = w.probe;
    sim_at(&w.sim, &p[0].ev, 3600 * SIM_S);
    cr_assert_eq(sim_run_until(&w.sim, SIM_US), 0);
    cr_assert_eq(sim_next_at(&w.sim), 3600 * SIM_S);
    for (size_t i = 1; i < w.n; i++)
        sim_at(&w.sim, &p[i].ev, SIM_US + (sim_time)(w.n - i));
    cr_assert_eq(sim_next_at(&w.sim), SIM_US + 1);
    fes_check(&w.sim);
    cr_assert_eq(sim_run_until(&w.sim, SIM_MS), w.n - 1);
    cr_assert_eq(sim_pending(&w.sim), 1);
    cr_assert_eq(sim_run_until(&w.sim, 3600 * SIM_S), 1);
    cr_assert_eq(sim_next_at(&w.sim), SIM_TIME_NEVER);
    world_fini(&w);
}

static void stop_at_third(struct sim *sim, struct sim_event *ev)
{
    sim_after(sim, ev, SIM_NS);
    if (sim->executed == 3)
        sim_stop(sim);
}

Test(test_event, stop_returns_after_the_current_event)
{
    struct sim sim;
    struct sim_event ev;

    sim_init(&sim);
    sim_event_init(&ev, stop_at_third);
    sim_after(&sim, &ev, SIM_NS);
    cr_assert_eq(sim_run_until(&sim, SIM_US), 3);
    cr_assert_eq(sim_now(&sim), 3 * SIM_NS, "the clock stays at the event that stopped the run");
    cr_assert_eq(sim_run_until(&sim, 10 * SIM_NS), 7, "events at the end belong to the run");
    cr_assert_eq(sim_now(&sim), 10 * SIM_NS);
    cr_assert_eq(sim_run_until(&sim, 10 * SIM_NS), 0);
    cr_assert(sim_cancel(&sim, &ev));
    cr_assert(!sim_cancel(&sim, &ev));
    cr_assert_eq(sim_run_until(&sim, 20 * SIM_NS), 0);
    cr_assert_eq(sim_now(&sim), 20 * SIM_NS);
    sim_fini(&sim);
}

/* Work per operation stays bounded for sets of times that fit no bucket width. Each search gives up after FES_WALK_MAX
 * steps, once when an event is scheduled and once when its bucket is opened; rebuilding may move an event a few times
 * (doubling costs 2, a review at most one per event executed). A quadratic search among 4000 events would cost 2000. */
Test(test_event, hostile_times_cost_a_bounded_number_of_steps)
{
    enum { N = 4000, BOUND = 2 * FES_WALK_MAX + 4 };

    for (int kind = 0; kind < INC_KINDS; kind++) {
        for (int mixed = 0; mixed < 2; mixed++) {
            struct world w;
            uint64_t worked;

            world_init(&w, (enum increments)kind, N, 100000);
            w.mixed = mixed;
            world_fill(&w);
            sim_run_until(&w.sim, SIM_TIME_NEVER - 1);
            worked = w.sim.fes->worked + w.sim.fes->cost.steps;
            cr_assert_lt(worked, BOUND * w.inserted, "kind %d, mixed %d: %lu steps for %lu events", kind, mixed,
                         (unsigned long)worked, (unsigned long)w.inserted);
            world_fini(&w);
        }
    }
}

/* The ring follows the load: when the mean increment changes by 30 either way, events soon stop costing the heap or
 * long searches again. 20 old means pass first, so that the old increments are gone (e^-20 of 1000). */
Test(test_event, tuning_finds_the_width)
{
    static const sim_time mean[] = {SIM_US, 30 * SIM_US, SIM_US, SIM_US / 30};
    struct world w;

    world_init(&w, INC_EXPONENTIAL, 1000, UINT64_MAX);
    world_fill(&w);
    for (size_t i = 0; i < sizeof(mean) / sizeof(mean[0]); i++) {
        const struct fes_cost *cost = &w.sim.fes->cost;
        uint64_t events;

        sim_run_until(&w.sim, w.sim.now_ps + 20 * w.mean);
        w.mean = mean[i];
        sim_run_until(&w.sim, w.sim.now_ps + 20 * (mean[i] > SIM_US ? mean[i] : SIM_US));
        sim_run_until(&w.sim, w.sim.now_ps + 100 * mean[i]);
        events = w.sim.executed - cost->executed0;
        cr_assert_lt(cost->far + cost->spills, events / 8 + 100, "mean %zu: %lu of %lu events went through the heap", i,
                     (unsigned long)(cost->far + cost->spills), (unsigned long)events);
        cr_assert_lt(cost->steps, 3 * events + 100, "mean %zu: %lu steps for %lu events", i, (unsigned long)cost->steps,
                     (unsigned long)events);
    }
    world_fini(&w);
}

static void fault_ignore(struct sim *sim, struct sim_event *ev)
{
    (void)sim;
    (void)ev;
}

/* A simulation at 1 us with one event pending at 2 us. */
static void fault_init(struct sim *sim, struct sim_event *ev)
{
    sim_init(sim);
    sim_event_init(ev, fault_ignore);
    sim_run_until(sim, SIM_US);
    sim_at(sim, ev, 2 * SIM_US);
}

Test(test_event, aborts_when_scheduled_into_the_past, .signal = SIGABRT)
{
    struct sim sim;
    struct sim_event ev;

    fault_init(&sim, &ev);
    sim_cancel(&sim, &ev);
    sim_at(&sim, &ev, SIM_US - 1);
}

Test(test_event, aborts_when_scheduled_twice, .signal = SIGABRT)
{
    struct sim sim;
    struct sim_event ev;

    fault_init(&sim, &ev);
    sim_at(&sim, &ev, 3 * SIM_US);
}

Test(test_event, aborts_on_a_negative_delay, .signal = SIGABRT)
{
    struct sim sim;
    struct sim_event ev;

    fault_init(&sim, &ev);
    sim_cancel(&sim, &ev);
    sim_after(&sim, &ev, -1);
}

Test(test_event, aborts_when_a_delay_passes_the_end_of_time, .signal = SIGABRT)
{
    struct sim sim;
    struct sim_event ev;

    fault_init(&sim, &ev);
    sim_cancel(&sim, &ev);
    sim_after(&sim, &ev, SIM_TIME_NEVER);
}

Test(test_event, aborts_when_run_backwards, .signal = SIGABRT)
{
    struct sim sim;
    struct sim_event ev;

    fault_init(&sim, &ev);
    sim_run_until(&sim, SIM_US - 1);
}

Test(test_event, aborts_when_the_priority_of_a_pending_event_changes, .signal = SIGABRT)
{
    struct sim sim;
    struct sim_event ev;

    fault_init(&sim, &ev);
    sim_event_set_prio(&ev, SIM_PRIO_LAST);
}

Test(test_event, aborts_on_a_priority_out_of_range, .signal = SIGABRT)
{
    struct sim_event ev;

    sim_event_init(&ev, fault_ignore);
    sim_event_set_prio(&ev, 128);
}

Test(test_event, aborts_on_an_event_without_a_function, .signal = SIGABRT)
{
    struct sim sim;
    struct sim_event ev;

    fault_init(&sim, &ev);
    sim_event_init(&ev, NULL);
    sim_at(&sim, &ev, 2 * SIM_US);
}
