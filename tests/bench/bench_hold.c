/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/bench_hold.c - the hold model: N pending events, each of which schedules itself again when executed.
 *
 * Offsets and increments come from one distribution of mean 1 us. After N warm-up holds (at least 65536, so that small
 * sets are warm too) a fixed number is timed. Increments are drawn beforehand into a table of 65536, so that the event
 * set is measured and not the generator; the reference heap gets the same table.
 *
 * exponential   the usual one
 * bimodal       one in 128 is 1000 times longer: timers beside packets
 * uniform       between 0 and twice the mean
 * equal         0, 1, 2 or 3 times the mean: a quarter at the same instant, thousands of equal times
 */
#include <math.h>
#include <stdlib.h>

#include "sim/kernel/assert.h"
#include "sim/kernel/event.h"
#include "tests/bench/bench.h"
#include "tests/bench/ref_heap.h"

enum { HOLD_TABLE = 65536 };
enum hold_kind { HOLD_EXPONENTIAL, HOLD_BIMODAL, HOLD_UNIFORM, HOLD_EQUAL };
static const double hold_mean_ps = 1e6;

struct hold_case {
    const char *name;     /* of the figure for the future event set */
    const char *ref_name; /* of the figure for the reference */
    enum hold_kind kind;
    uint64_t n;
    uint64_t holds;
};

struct hold {
    struct sim sim;
    uint32_t k; /* next increment */
    uint64_t left;
    sim_time increment[HOLD_TABLE];
};

/* splitmix64: a table is drawn once, so that any generator will do */
static double hold_uniform(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void hold_fill(struct hold *h, enum hold_kind kind)
{
    uint64_t state = 1;

    for (uint32_t i = 0; i < HOLD_TABLE; i++) {
        double u = hold_uniform(&state);
        double x = -log(1 - hold_uniform(&state));

        if (kind == HOLD_UNIFORM)
            x = 2 * u;
        else if (kind == HOLD_EQUAL)
            x = floor(4 * u);
        else if (kind == HOLD_BIMODAL && u < 1.0 / 128)
            x *= 1000;
        h->increment[i] = (sim_time)(x * hold_mean_ps);
    }
    h->k = 0;
}

static void hold_fire(struct sim *sim, struct sim_event *ev)
{
    struct hold *h = sim_container_of(sim, struct hold, sim);

    sim_after(sim, ev, h->increment[h->k++ % HOLD_TABLE]);
    if (--h->left == 0)
        sim_stop(sim);
}

static void hold_run(struct hold *h, uint64_t holds)
{
    h->left = holds;
    sim_run_until(&h->sim, SIM_TIME_NEVER);
}

static double hold_fes_ns(struct hold *h, const struct hold_case *c)
{
    struct sim_event *ev = calloc(c->n, sizeof(*ev));
    double ns;

    SIM_ASSERT(ev);
    hold_fill(h, c->kind);
    sim_init(&h->sim);
    for (uint64_t i = 0; i < c->n; i++) {
        sim_event_init(&ev[i], hold_fire);
        sim_at(&h->sim, &ev[i], h->increment[h->k++ % HOLD_TABLE]);
    }
    hold_run(h, c->n > HOLD_TABLE ? c->n : HOLD_TABLE);
    ns = bench_cpu_ns();
    hold_run(h, c->holds);
    ns = bench_cpu_ns() - ns;
    sim_fini(&h->sim);
    free(ev);
    return ns / (double)c->holds;
}

static void hold_run_ref(struct hold *h, struct ref_heap *heap, uint64_t holds)
{
    for (uint64_t i = 0; i < holds; i++) {
        struct ref_event *ev = heap->entry[0].ev;

        ev->at += h->increment[h->k++ % HOLD_TABLE];
        ev->order = h->left++;
        ref_heap_replace_top(heap, ev);
    }
}

static double hold_ref_ns(struct hold *h, const struct hold_case *c)
{
    struct ref_event *ev = calloc(c->n, sizeof(*ev));
    struct ref_heap heap;
    double ns;

    SIM_ASSERT(ev);
    hold_fill(h, c->kind);
    ref_heap_init(&heap, c->n);
    h->left = 0;
    for (uint64_t i = 0; i < c->n; i++) {
        ev[i] = (struct ref_event){h->increment[h->k++ % HOLD_TABLE], h->left++};
        ref_heap_push(&heap, &ev[i]);
    }
    hold_run_ref(h, &heap, c->n > HOLD_TABLE ? c->n : HOLD_TABLE);
    ns = bench_cpu_ns();
    hold_run_ref(h, &heap, c->holds);
    ns = bench_cpu_ns() - ns;
    ref_heap_fini(&heap);
    free(ev);
    return ns / (double)c->holds;
}

static const struct hold_case hold_cases[] = {
    {"hold_1e2_ns", "ref_heap_hold_1e2_ns", HOLD_EXPONENTIAL, 100, 4000000},
    {"hold_1e4_ns", "ref_heap_hold_1e4_ns", HOLD_EXPONENTIAL, 10000, 4000000},
    {"hold_1e6_ns", "ref_heap_hold_1e6_ns", HOLD_EXPONENTIAL, 1000000, 4000000},
    {"hold_bimodal_1e2_ns", "ref_heap_hold_bimodal_1e2_ns", HOLD_BIMODAL, 100, 4000000},
    {"hold_bimodal_1e4_ns", "ref_heap_hold_bimodal_1e4_ns", HOLD_BIMODAL, 10000, 4000000},
    {"hold_bimodal_1e6_ns", "ref_heap_hold_bimodal_1e6_ns", HOLD_BIMODAL, 1000000, 4000000},
    {"hold_uniform_1e4_ns", "ref_heap_hold_uniform_1e4_ns", HOLD_UNIFORM, 10000, 4000000},
    {"hold_equal_1e4_ns", "ref_heap_hold_equal_1e4_ns", HOLD_EQUAL, 10000, 4000000},
    {"hold_3_ns", "ref_heap_hold_3_ns", HOLD_EXPONENTIAL, 3, 4000000},
    {"hold_10_ns", "ref_heap_hold_10_ns", HOLD_EXPONENTIAL, 10, 4000000},
    {"hold_20_ns", "ref_heap_hold_20_ns", HOLD_EXPONENTIAL, 20, 4000000},
};

static void hold_measure(struct bench_sink *sink, const struct hold_case *c, const char *name,
                         double measure(struct hold *, const struct hold_case *))
{
    struct hold *h;
    double ns[BENCH_REPEATS];

    if (!bench_wanted(sink, name))
        return;
    h = malloc(sizeof(*h));
    SIM_ASSERT(h);
    for (int i = 0; i < BENCH_REPEATS; i++)
        ns[i] = measure(h, c);
    free(h);
    bench_emit(sink, name, bench_median(ns, BENCH_REPEATS), "ns");
}

void bench_hold(struct bench_sink *sink)
{
    for (size_t i = 0; i < sizeof(hold_cases) / sizeof(hold_cases[0]); i++) {
        hold_measure(sink, &hold_cases[i], hold_cases[i].name, hold_fes_ns);
        hold_measure(sink, &hold_cases[i], hold_cases[i].ref_name, hold_ref_ns);
    }
}
