/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/demand.c - sums over the groups of servers and what is placed on them.
 */
#include "sim/plan/demand.h"

uint32_t plan_servers_of(const struct scn_study *study)
{
    uint32_t n = 0;

    for (size_t g = 0; g < study->server_groups; g++)
        n += study->servers[g].count;
    return n;
}

uint32_t plan_density_of(const struct scn_servers *group)
{
    uint32_t vms = 0;

    for (size_t i = 0; i < group->places; i++)
        vms += group->place[i].count;
    return vms;
}

uint32_t plan_vms_of(const struct scn_study *study)
{
    uint32_t vms = 0;

    for (size_t g = 0; g < study->server_groups; g++)
        vms += study->servers[g].count * plan_density_of(&study->servers[g]);
    return vms;
}

static double demand_cores(const struct scn_study *study, const struct scn_servers *group, double cores)
{
    for (size_t i = 0; i < group->places; i++) {
        const struct scn_vm *vm = &study->vm[group->place[i].vm];

        cores += group->place[i].count * vm->vcpus * vm->compute;
    }
    return cores;
}

double plan_cores_computing(const struct scn_study *study, const struct scn_servers *group)
{
    return demand_cores(study, group, 0);
}

double plan_cores_taken(const struct scn_study *study, const struct scn_design *design, const struct scn_servers *group)
{
    const bool own = design && design->software_switch && study->host.sharing == SCN_SET_ASIDE;

    return demand_cores(study, group, own ? study->host.io_cores : 0);
}
