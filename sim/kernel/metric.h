/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/metric.h - what a model measures: counters, time-weighted levels, tallies with histograms.
 *
 * A model declares its metrics in a const table of rows (name, kind, unit, offset); the kernel resets them at the end of
 * the warm-up and the study layer stores them. A tally keeps moments and a log-bucket histogram whose relative error is
 * below 1 % at every quantile; histograms of the same metric merge by addition.
 */
#ifndef SIM_KERNEL_METRIC_H
#define SIM_KERNEL_METRIC_H

#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/time.h"

/* Log-bucket histogram of non-negative integers: 64 linear sub-buckets per power of two, pages allocated on first use. */
enum { SIM_HIST_SUB_BITS = 6, SIM_HIST_SUB = 1 << SIM_HIST_SUB_BITS, SIM_HIST_PAGES = 64 - SIM_HIST_SUB_BITS + 1 };

struct sim_hist {
    uint64_t *page[SIM_HIST_PAGES]; /* page[k][i]: counts; heap; NULL until used */
};

struct sim_tally {
    uint64_t n;
    uint64_t zeros; /* observations equal to 0, kept apart: the commonest waiting time */
    double mean, m2; /* Welford over all n observations */
    int64_t min, max;
    struct sim_hist hist; /* of the observations > 0 */
};

typedef uint64_t sim_counter;

struct sim_level {
    int64_t value;
    int64_t max;
    sim_time since;  /* of `value` */
    sim_time start;  /* of the measurement */
    double area;     /* integral of value over time, in value x ps, up to `since` */
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
/* Record a non-negative observation. */
void sim_tally_add(struct sim_tally *t, int64_t x);
/* Add the observations of `from` to `into`. */
void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from);
/* Quantile 0 < q < 1 by the nearest-rank rule, middle of the bucket; 0 if empty. Relative error < 1 %. */
double sim_tally_quantile(const struct sim_tally *t, double q);
double sim_tally_variance(const struct sim_tally *t); /* of the sample; 0 if n < 2 */

/* Visit the non-empty buckets in ascending order: [low, high) and count. The zeros come first as [0, 1). */
void sim_tally_each(const struct sim_tally *t, void (*visit)(int64_t low, int64_t high, uint64_t n, void *arg), void *arg);

void sim_level_init(struct sim_level *l, sim_time now, int64_t value);
void sim_level_set(struct sim_level *l, sim_time now, int64_t value);
void sim_level_reset(struct sim_level *l, sim_time now); /* keep the value, forget the past */
double sim_level_mean(const struct sim_level *l, sim_time now);

/* Forget everything measured so far in the metrics of `table`, which live at `base` + offset (end of warm-up). */
void sim_metrics_reset(const struct sim_metric *table, void *base, sim_time now);
void sim_metrics_init(const struct sim_metric *table, void *base, sim_time now);
void sim_metrics_fini(const struct sim_metric *table, void *base);

#endif
