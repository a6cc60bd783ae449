/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/day.h - what the events of the day have done, for the record of a run.
 */
#ifndef SIM_PLAN_DAY_H
#define SIM_PLAN_DAY_H

#include "sim/plan/plan.h"

struct plan_day;

struct plan_day_result { /* of an event that happened */
    const struct scn_event *event;
    uint32_t phase;    /* of the watches (models/watch.h) */
    uint32_t failures; /* parts that failed */
    uint32_t hit, cut; /* VMs with a dead way when it happened; with one still dead when all was switched over */
    uint32_t moved;    /* times a flow took another way because of it, or went back */
    uint64_t server_bps, server_all_bps, uplink_bps, uplink_all_bps; /* rates of what was alive of the cables */
    sim_time took_ps;   /* until all of it was done: adapters attached, VM running again, server up; 0 = at once */
    uint64_t retried;   /* segments and I/Os repeated in its phase */
    const bool *is_hit; /* by VM, see plan_day_vm() */
};

/* The events of a world: those that happen in its plan, by rising time. *n = 0 without any. */
const struct plan_day_result *plan_day_results(struct vio_world *w, size_t *n);

/* The number of the VM that a workload belongs to, and how many there are; a name for each. */
uint32_t plan_day_vm(const struct vio_world *w, const struct vio_workload *wl);
uint32_t plan_day_vms(const struct vio_world *w);
const char *plan_day_vm_name(const struct vio_world *w, uint32_t vm);

#endif
