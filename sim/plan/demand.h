/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/demand.h - what a study asks of every plan of it: servers, VMs, processor cores.
 */
#ifndef SIM_PLAN_DEMAND_H
#define SIM_PLAN_DEMAND_H

#include "sim/scenario/study.h"

/* Servers, and VMs, of a study. */
uint32_t plan_servers_of(const struct scn_study *study);
uint32_t plan_vms_of(const struct scn_study *study);
/* VMs on each server of a group. */
uint32_t plan_density_of(const struct scn_servers *group);

/* Cores' worth of what the VMs of a group compute on each of its servers. */
double plan_cores_computing(const struct scn_study *study, const struct scn_servers *group);
/* The same with the cores that the design's software switch has to itself. */
double plan_cores_taken(const struct scn_study *study, const struct scn_design *design,
                        const struct scn_servers *group);

#endif
