/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/run.h - running a study: points x replications on worker processes into a database.
 *
 * Every design of a combination of factors is run with the same seeds (common random numbers), so that differences
 * between designs are differences of paired runs. Replications are added until the service levels are known as
 * precisely as the scenario asks, the same number for all designs of a combination. What the database has is not run
 * again; failed runs are.
 *
 * The database does not depend on the number of workers: whether a further replication is wanted is asked only when all
 * of those wanted before are stored.
 */
#ifndef SIM_STUDY_RUN_H
#define SIM_STUDY_RUN_H

#include <stdio.h>

#include "sim/study/point.h"
#include "sim/study/store.h"

struct study_options {
    unsigned jobs;               /* worker processes, >= 1 */
    FILE *progress;              /* NULL = say nothing but errors */
    FILE *errors;                /* usually stderr */
    study_simulate_fn *simulate; /* usually study_simulate */
    int store_patience_s;        /* how long to try again when the disk is full or the database locked */
};

struct study_tally {                  /* what became of the runs of a command */
    uint64_t outcome[STUDY_OUTCOMES]; /* of this command's runs */
    uint64_t kept;                    /* were in the database already */
    uint32_t infeasible;              /* points that cannot be built */
    double wall_s;
};

enum study_end { STUDY_DONE, STUDY_SOME_FAILED, STUDY_INTERRUPTED, STUDY_MACHINE_FAULT };

/* Run what is missing. SIGINT and SIGTERM end it early with the database consistent; both are blocked meanwhile.
 *
 * Requires: study and points are in the store (study_store_put_study(), study_store_put_point()).
 */
enum study_end study_run(struct study_store *store, const struct study_points *points,
                         const struct study_options *options, struct study_tally *tally);

#endif
