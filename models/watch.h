/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/watch.h - how the service of a workload fares from event to event of the day.
 *
 * The time of a run is cut into phases at the instants of the declared events; phase 0 is before the first. A gap is a
 * time in which something was asked for and nothing was completed: it begins with the last completion, or with the
 * request that found nothing else open, and ends with the next completion. A request that fails ends no gap. A gap over
 * several phases counts to the one that holds most of it.
 *
 * Only a world with events has watches; the others pay a test of a pointer per request.
 */
#ifndef MODELS_WATCH_H
#define MODELS_WATCH_H

#include "models/workload.h"

struct vio_watch_phase {
    sim_time gap_ps; /* longest */
    sim_counter completed, failed;
    struct sim_tally latency; /* ps; of what was completed in the phase */
};

struct vio_watch {
    uint32_t phases;
    const sim_time *begin_ps; /* of each phase, rising; [0] = 0 */
    sim_time waiting_ps;      /* since; SIM_TIME_NEVER: nothing has been asked for since the last completion */
    struct vio_watch_phase phase[];
};

/* Watch `wl` in `phases` phases; begin_ps outlives the world. */
void vio_watch_create(struct vio_workload *wl, uint32_t phases, const sim_time *begin_ps);
/* For models/workload.c: a request was issued; has ended, well or not. */
void vio_watch_issued(struct vio_workload *wl);
void vio_watch_ended(struct vio_workload *wl, const struct vio_message *m);
/* Forget what was measured (end of the warm-up); count the gap that is open at the end of the run. */
void vio_watch_reset(struct vio_workload *wl);
void vio_watch_finish(struct vio_workload *wl);
/* The longest gap in the phases from `first` on. */
sim_time vio_watch_gap_ps(const struct vio_workload *wl, uint32_t first);
void vio_watch_fini(struct vio_workload *wl);

#endif
