/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/series.h - metrics over time: looking at a world every so often, and what happened in between.
 *
 * Every metric that a run stores can be sampled. A look collects the wanted rows as they stand; the difference from the
 * look before is what happened in the interval: the mean of a rate or level over it, mean and 99th percentile of the
 * observations that fell into it. Nothing in a model knows of this, and the trajectory is the same with and without.
 */
#ifndef SIM_STUDY_SERIES_H
#define SIM_STUDY_SERIES_H

#include "models/world.h"
#include "sim/scenario/study.h"
#include "sim/study/record.h"

struct study_series {
    const struct scn_series *wanted;
    struct study_filter filter;
    struct study_record *out;    /* where tracks and samples go */
    struct study_record before;  /* the rows at the last look */
    sim_time from_ps, before_ps; /* when measuring of `before` began; when it was taken */
};

/* Begin to watch `w`, not yet run, as the study asks; samples go to `out`. Does nothing if it asks for no series.
 * `s` stays in place until study_series_stop(). */
void study_series_start(struct study_series *s, const struct scn_series *wanted, struct vio_world *w,
                        struct study_record *out);
void study_series_stop(struct study_series *s);

#endif
