/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/metric.h - what a model measures: counters, time-weighted levels, tallies with histograms.
 *
 * A model declares its metrics in a const table of rows (name, kind, unit, offset); the kernel resets them at the end
 * of the warm-up and the study layer stores them. A tally keeps moments and a log-bucket histogram whose relative error
 * is below 1 % at every quantile; histograms of the same metric merge by addition.
 */
#ifndef SIM_KERNEL_METRIC_H
#define SIM_KERNEL_METRIC_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/assert.h"
#include "sim/kernel/time.h"

__extension__ typedef unsigned __int128 sim_u128;
__extension__ typedef __int128 sim_i128;

/* Log-bucket histogram of positive integers: 64 linear sub-buckets per power of two, pages allocated on first use.
 * Page 0 holds 1..63 exactly; page k >= 1 holds [2^(k+5), 2^(k+6)) in buckets of 2^(k-1). The last page stays NULL: it
 * is where a negative observation would go, and asking for it aborts. */
enum { SIM_HIST_SUB_BITS = 6, SIM_HIST_SUB = 1 << SIM_HIST_SUB_BITS, SIM_HIST_PAGES = 64 - SIM_HIST_SUB_BITS + 1 };

struct sim_hist {
    uint32_t *page[SIM_HIST_PAGES]; /* page[k][i]: counts; heap; NULL until used. Half the cache of 64-bit counts. */
};

/* Moments are exact integers: neither the number of observations nor their order nor a merge costs precision. */
struct sim_tally {
    uint64_t n;
    uint64_t zeros;         /* observations equal to 0, kept apart: the commonest waiting time */
    int64_t min, max;       /* INT64_MAX, 0 if empty */
    sim_u128 sum;           /* of x */
    sim_u128 squares;       /* of x^2, the low 128 bits */
    uint64_t squares_carry; /* and those above */
    struct sim_hist hist;   /* of the observations > 0 */
};

typedef uint64_t sim_counter;

struct sim_level {
    int64_t value;
    int64_t max;
    sim_time since; /* of `value` */
    sim_time start; /* of the measurement */
    sim_i128 area;  /* integral of value over time, in value x ps, up to `since`; exact */
};

enum sim_metric_kind { SIM_METRIC_COUNTER, SIM_METRIC_LEVEL, SIM_METRIC_TALLY };

struct sim_metric { /* a row; a table ends with name == NULL */
    const char *name;
    enum sim_metric_kind kind;
    const char *unit; /* unit of the stored value: "ps", "B", "bps", "1" ... */
    size_t offset;
    const char *doc;
};

void sim_tally_init(struct sim_tally *t);
void sim_tally_fini(struct sim_tally *t);
void sim_tally_reset(struct sim_tally *t);
uint32_t *sim_hist_page(struct sim_hist *h, unsigned page); /* private: slow path of sim_tally_add() */

/* Record a non-negative observation. */
static inline void sim_tally_add(struct sim_tally *t, int64_t x)
{
    const uint64_t v = (uint64_t)x;
    const sim_u128 square = (sim_u128)v * v;

    SIM_CHECK(x >= 0);
    t->n++;
    if (v == 0) {
        t->zeros++;
        t->min = 0;
        return;
    }
    t->sum += v;
    t->squares += square;
    t->squares_carry += t->squares < square;
    if (x < t->min)
        t->min = x;
    if (x > t->max)
        t->max = x;
    /* The leading 1 and the 6 bits after it name the bucket. */
    const unsigned page = v < SIM_HIST_SUB ? 0 : 64 - SIM_HIST_SUB_BITS - (unsigned)__builtin_clzll(v);
    const uint64_t slot = page ? (v >> (page - 1)) - SIM_HIST_SUB : v;
    uint32_t *counts = t->hist.page[page];

    if (__builtin_expect(!counts, 0))
        counts = sim_hist_page(&t->hist, page);
    counts[slot]++;
}

/* Add the observations of `from`, another tally, to `into`. Exact: the same as if all had been added to `into`. */
void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from);
double sim_tally_mean(const struct sim_tally *t);     /* 0 if empty */
double sim_tally_variance(const struct sim_tally *t); /* of the sample; 0 if n < 2 */
/* Quantile 0 < q < 1 by the nearest-rank rule, middle of the bucket; 0 if empty. Relative error < 0.8 %. */
double sim_tally_quantile(const struct sim_tally *t, double q);

/* Visit the non-empty buckets in ascending order: [low, high) and count. The zeros come first as [0, 1). */
void sim_tally_each(const struct sim_tally *t, void (*visit)(uint64_t low, uint64_t high, uint64_t n, void *arg),
                    void *arg);

/* Start measuring a level at `now`. */
void sim_level_init(struct sim_level *l, sim_time now, int64_t value);
void sim_level_reset(struct sim_level *l, sim_time now); /* keep the value, forget the past */
/* Mean over time since the start of the measurement; the value itself if no time has passed. */
double sim_level_mean(const struct sim_level *l, sim_time now);

/* The level is `value` from `now` on; now >= the time of the last change. */
static inline void sim_level_set(struct sim_level *l, sim_time now, int64_t value)
{
    SIM_CHECK(now >= l->since);
    l->area += (sim_i128)l->value * (now - l->since);
    l->since = now;
    l->value = value;
    if (value > l->max)
        l->max = value;
}

/* Forget everything measured so far in the metrics of `table`, which live at `base` + offset (end of warm-up). */
void sim_metrics_reset(const struct sim_metric *table, void *base, sim_time now);
void sim_metrics_init(const struct sim_metric *table, void *base, sim_time now);
void sim_metrics_fini(const struct sim_metric *table, void *base);

#endif
