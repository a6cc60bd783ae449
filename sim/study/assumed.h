/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/assumed.h - what a study rests on that is not its author's: parameters with their default values.
 */
#ifndef SIM_STUDY_ASSUMED_H
#define SIM_STUDY_ASSUMED_H

#include "sim/scenario/study.h"

/* Called with "tcp_newreno.rto_min", "200ms" and where that is from. */
typedef bool study_assumed_fn(const char *path, const char *value, const char *source, void *arg);

/* Visit every parameter of the models, host and cost of a study that has its default value; one of a model that is used
 * several times may come several times. Stops when `visit` returns false. Returns: whether it never did. */
bool study_assumed_each(const struct scn_study *study, study_assumed_fn *visit, void *arg);

#endif
