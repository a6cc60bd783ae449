/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/bench.h - what a benchmark module needs: where its figures go, and the clock they are taken with.
 *
 * A module is one file with one function `void bench_X(struct bench_sink *)`, declared here and listed in the table of
 * main.c. It asks bench_wanted() before it does expensive work, so that --filter costs nothing, and gives each figure
 * to bench_emit() once, already the median of BENCH_REPEATS runs.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>

enum { BENCH_REPEATS = 5, BENCH_ROWS_MAX = 64 };

struct bench_row {
    const char *name;
    double value;
    const char *unit;
};

struct bench_sink {
    const char *filter; /* part of a name, NULL = all */
    size_t n;
    struct bench_row row[BENCH_ROWS_MAX];
};

/* Whether a figure of this name was asked for. */
bool bench_wanted(const struct bench_sink *sink, const char *name);
/* Record a figure. `name` and `unit` must outlive the sink. */
void bench_emit(struct bench_sink *sink, const char *name, double value, const char *unit);
/* CPU time this process has used, in ns. */
double bench_cpu_ns(void);
/* Median; sorts x. */
double bench_median(double *x, size_t n);

/* The modules. */
void bench_hold(struct bench_sink *sink);
void bench_mm1(struct bench_sink *sink);
void bench_forward(struct bench_sink *sink);
void bench_tcp(struct bench_sink *sink);
void bench_parallel(struct bench_sink *sink);

#endif
