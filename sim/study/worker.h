/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/worker.h - one run in a process of its own.
 *
 * A run that crashes, asserts, is killed or runs out of memory is a run that failed, and nothing else: it shares no
 * memory with the others, and whatever it did ends with its process. It sends its progress and its record through a
 * pipe; the end of the pipe is the end of the run, however it came about.
 */
#ifndef SIM_STUDY_WORKER_H
#define SIM_STUDY_WORKER_H

#include <stdbool.h>
#include <sys/types.h>

#include "sim/study/point.h"

struct study_worker {
    const struct study_point *point;
    uint32_t replication;
    pid_t pid;            /* 0 = no run */
    int fd;               /* to poll for input */
    int error_fd;         /* what it wrote to stderr */
    double fraction;      /* done, 0..1 */
    unsigned char *bytes; /* received and not yet understood; heap */
    size_t n, capacity;
    bool received; /* the record is here */
    struct study_record record;
};

/* Start a run. Returns: false if the system gave no process or pipe (errno says why); the worker is then idle. */
bool study_worker_start(struct study_worker *w, const struct study_point *point, uint32_t replication,
                        study_simulate_fn *simulate);

/* Read what has come, without waiting longer than for the death of a process that closed its pipe.
 *
 * Returns: true when the run has ended; w->record is then complete: as sent, or with outcome failed and how it ended
 *          in `why`. The caller looks at it and calls study_worker_finish().
 */
bool study_worker_read(struct study_worker *w);

/* Make the worker idle: kills the process if it still lives, frees the record. */
void study_worker_finish(struct study_worker *w);

#endif
