/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/progress.h - how far a study has come: one live line on a terminal, plain lines elsewhere.
 *
 * The live line is rewritten in place at most five times a second. Elsewhere (a file, a pipe, a batch job) each run
 * that ends is a line. NO_COLOR takes the colours from both.
 */
#ifndef SIM_STUDY_PROGRESS_H
#define SIM_STUDY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "sim/study/worker.h"

struct study_progress {
    FILE *out; /* NULL = quiet */
    bool live, colour;
    struct timespec start, shown;
    uint64_t done, total; /* runs of this command */
};

/* `out` NULL says nothing. */
void study_progress_init(struct study_progress *p, FILE *out);

/* Runs are under way: refresh the live line, if there is one and it is time. */
void study_progress_show(struct study_progress *p, const struct study_worker *worker, size_t workers);

/* A run has ended. */
void study_progress_run(struct study_progress *p, const struct study_worker *w);

/* Take the live line away, so that something else can be printed. */
void study_progress_clear(struct study_progress *p);

/* Seconds since study_progress_init(). */
double study_progress_seconds(const struct study_progress *p);

#endif
