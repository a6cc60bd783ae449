/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/bench_hold.c - the hold model: N pending events, each of which schedules itself again when executed.
 *
 * Offsets and increments come from one distribution of mean 1 ms. After N warm-up holds (at least 65536, so that small
 * sets are warm too) a fixed number is timed. Increments are drawn beforehand into a table of 65536, so that the event
 * set is measured and not the generator; the reference heap gets the same table.
 *
 * exponential   the usual one
 * bimodal       one in 128 is 1000 times longer: timers beside packets
 * uniform       between 0 and twice the mean
 * equal         0, 1, 2 or 3 times the mean: thousands of equal times
 * clusters      the same, spread by less than 1 ns: no bucket width fits
 * scales        from 1 us to 1000 s, each octave as likely as the next: nothing that could be called a mean gap
 *
 * The figures hold_list, hold_narrow and hold_wide keep one shape of the ring instead of tuning it: everything in one
 * bucket, and buckets 2^10 too narrow and too wide for 10^4 events. They say what tuning is worth, and what a shape
 * that cannot be tuned costs.
 */
#include <math.h>
#include <stdlib.h>

#include "sim/kernel/assert.h"
#include "sim/kernel/event.h"
#include "sim/kernel/fes.h"
#include "tests/bench/bench.h"
#include "tests/rig/ref_heap.h"

enum { HOLD_TABLE = 65536 };
enum hold_kind { HOLD_EXPONENTIAL, HOLD_BIMODAL, HOLD_UNIFORM, HOLD_EQUAL, HOLD_CLUSTERS, HOLD_SCALES };
static const double hold_mean_ps = 1e9;

struct hold_case {
    const char *name;     /* of the figure for the future event set */
    const char *ref_name; /* of the figure for the reference */
    enum hold_kind kind;
    uint64_t n;
    uint64_t holds;
    unsigned shift; /* of buckets, 0 = tuned */
};

struct hold {
    struct sim sim;
    uint32_t k; /* next increment */
    uint64_t left;
    uint64_t random; /* state of the generator */
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

static sim_time hold_draw(enum hold_kind kind, uint64_t *state)
{
    double u = hold_uniform(state);
    double x = -log(1 - hold_uniform(state));

    if (kind == HOLD_UNIFORM)
        x = 2 * u;
    else if (kind == HOLD_EQUAL)
        x = floor(4 * u);
    else if (kind == HOLD_CLUSTERS)
        x = floor(4 * u) + x * 1e-7;
    else if (kind == HOLD_SCALES)
        x = exp2(u * 30 - 10);
    else if (kind == HOLD_BIMODAL && u < 1.0 / 128)
        x *= 1000;
    return (sim_time)(x * hold_mean_ps);
}

static void hold_fill(struct hold *h, enum hold_kind kind)
{
    h->random = 1;
    h->k = 0;
    for (uint32_t i = 0; i < HOLD_TABLE; i++)
        h->increment[i] = hold_draw(kind, &h->random);
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
    if (c->shift) {
        fes_ring_shape(h->sim.fes, c->shift, 32768);
        h->sim.fes->grow_at = h->sim.fes->cost.advances = UINT64_MAX;
    }
    for (uint64_t i = 0; i < c->n; i++) {
        sim_event_init(&ev[i], hold_fire);
        sim_at(&h->sim, &ev[i], hold_draw(c->kind, &h->random));
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
        ev[i] = (struct ref_event){hold_draw(c->kind, &h->random), h->left++};
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
    {"hold_1e2_ns", "ref_heap_hold_1e2_ns", HOLD_EXPONENTIAL, 100, 4000000, 0},
    {"hold_1e4_ns", "ref_heap_hold_1e4_ns", HOLD_EXPONENTIAL, 10000, 4000000, 0},
    {"hold_1e6_ns", "ref_heap_hold_1e6_ns", HOLD_EXPONENTIAL, 1000000, 4000000, 0},
    {"hold_bimodal_1e2_ns", "ref_heap_hold_bimodal_1e2_ns", HOLD_BIMODAL, 100, 4000000, 0},
    {"hold_bimodal_1e4_ns", "ref_heap_hold_bimodal_1e4_ns", HOLD_BIMODAL, 10000, 4000000, 0},
    {"hold_bimodal_1e6_ns", "ref_heap_hold_bimodal_1e6_ns", HOLD_BIMODAL, 1000000, 4000000, 0},
    {"hold_uniform_1e4_ns", "ref_heap_hold_uniform_1e4_ns", HOLD_UNIFORM, 10000, 4000000, 0},
    {"hold_equal_1e4_ns", "ref_heap_hold_equal_1e4_ns", HOLD_EQUAL, 10000, 4000000, 0},
    {"hold_clusters_1e4_ns", "ref_heap_hold_clusters_1e4_ns", HOLD_CLUSTERS, 10000, 4000000, 0},
    {"hold_scales_1e4_ns", "ref_heap_hold_scales_1e4_ns", HOLD_SCALES, 10000, 4000000, 0},
    {"hold_3_ns", "ref_heap_hold_3_ns", HOLD_EXPONENTIAL, 3, 4000000, 0},
    {"hold_10_ns", "ref_heap_hold_10_ns", HOLD_EXPONENTIAL, 10, 4000000, 0},
    {"hold_20_ns", "ref_heap_hold_20_ns", HOLD_EXPONENTIAL, 20, 4000000, 0},
    {"hold_list_1e4_ns", NULL, HOLD_EXPONENTIAL, 10000, 4000000, FES_LIST_SHIFT},
    {"hold_narrow_1e4_ns", NULL, HOLD_EXPONENTIAL, 10000, 4000000, 7},
    {"hold_wide_1e4_ns", NULL, HOLD_EXPONENTIAL, 10000, 4000000, 27},
};

static void hold_measure(struct bench_sink *sink, const struct hold_case *c, const char *name,
                         double measure(struct hold *, const struct hold_case *))
{
    struct hold *h;
    double ns[BENCH_REPEATS];

    if (!name || !bench_wanted(sink, name))
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
