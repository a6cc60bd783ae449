/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/collect.h - from a world that has run to the record of the run.
 *
 * Entities of a record, by kind:
 *   vms        a workload of a VM class ("db/oltp"): all its instances merged, as the application sees them
 *   link       an egress onto a wire: adapter, switch port, director slot
 *   stage      an egress that is a resource inside a server: a core of the software switch, a PCIe slot
 *   array      a storage target
 *   host       the processor of a server
 *   transport  a transport type: its flows merged
 *   event      an event of the day
 *   service    a workload of a VM class in the time from an event to the next: "fail-edge: db/oltp"
 *   vm         a virtual machine over all events: "hosts03/db1"
 *   total      the installation
 *
 * Times are recorded in s, rates in bit/s or 1/s over the measurement window, fractions and counts with unit 1.
 */
#ifndef SIM_STUDY_COLLECT_H
#define SIM_STUDY_COLLECT_H

#include "models/world.h"
#include "sim/study/record.h"

/* Where the time of the requests of each workload went; study_collect() calls it. Nothing from a world without trace.
 */
void study_collect_shares(struct vio_world *w, struct study_record *r);

/* The rows of every workload, egress, target and transport, as they are now, `measure_ps` after measuring began. */
void study_collect_metrics(struct vio_world *w, sim_time measure_ps, struct study_record *r);

/* What the events of the day did; study_collect() calls it. Nothing from a world without events. */
void study_collect_day(struct vio_world *w, struct study_record *r);

/* Fill the initialised record `r` from `w`, of which `measure_ps` were measured and which ended as `end` says.
 * wall_s is left to the caller. */
void study_collect(struct vio_world *w, sim_time measure_ps, const struct vio_end *end, struct study_record *r);

#endif
