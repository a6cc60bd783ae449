/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/failover.c - how a failure is noticed and what is done then: one section wherever it can be said.
 */
#include "sim/scenario/check.h"

#define FAILOVER(field) offsetof(struct scn_failover, field)

static const struct sim_param failover_params[] = {
    {"mechanism", SIM_PARAM_CHOICE, FAILOVER(mechanism), "none",
     "none|nic-team|fabric|ha-pair|lacp-fast|lacp-slow|multipath", NULL,
     "decides the times that are not given. none: flows stay down; nic-team: 100 ms + 200 ms; fabric (UCS): 100 ms + "
     "400 ms; ha-pair (HA vNICs at two modules): 100 ms + 400 ms; lacp-fast: 3 s + 0 s; lacp-slow: 90 s + 0 s; "
     "multipath (FC): 5 s + 1 s. The default is told where it is used",
     "facts.md 1.2; assumptions A-200 to A-203"},
    {"detection", SIM_PARAM_TIME, FAILOVER(detection_ps), "0s", "0s", "1h",
     "from the failure to its being noticed; default: that of the mechanism", "facts.md 1.2"},
    {"switch_over", SIM_PARAM_TIME, FAILOVER(switch_over_ps), "0s", "0s", "1h",
     "from its being noticed to flows going another way; default: that of the mechanism", "facts.md 1.2"},
    {"switch_back", SIM_PARAM_TIME, FAILOVER(switch_back_ps), "0s", "0s", "1h",
     "from the repair to flows going their first way again; 0s = they stay where they are", "facts.md 1.1 [S7] [S10]"},
    {0}};
const struct scn_section scn_section_failover = {
    "io_designs.NAME.connections.NAME.failover, .multipath, io_designs.NAME.uplinks.NAME.failover, topology.failover",
    "How a failure is noticed and what is done then.", failover_params, NULL, SCN_EXTRA_NONE};

/* facts.md 1.2: NIC team 0.1 to 1 s, fabric below 1 s, multipath 1 to 30 s, LACP 3 s and 90 s */
static const struct failover_times {
    sim_time detection_ps, switch_over_ps;
} failover_times[] = {[SCN_FAILOVER_NONE] = {0, 0},
                      [SCN_FAILOVER_NIC_TEAM] = {100 * SIM_MS, 200 * SIM_MS},
                      [SCN_FAILOVER_FABRIC] = {100 * SIM_MS, 400 * SIM_MS},
                      [SCN_FAILOVER_HA_PAIR] = {100 * SIM_MS, 400 * SIM_MS},
                      [SCN_FAILOVER_LACP_FAST] = {3 * SIM_S, 0},
                      [SCN_FAILOVER_LACP_SLOW] = {90 * SIM_S, 0},
                      [SCN_FAILOVER_MULTIPATH] = {5 * SIM_S, SIM_S}};

void scn_read_failover(struct scn_at at, int dflt, struct scn_failover *out)
{
    const bool there = scn_is_map(at);

    *out = (struct scn_failover){0};
    if (there)
        scn_check_section(at, &scn_section_failover, out);
    if (!there || !scn_node_get(at.node, "mechanism"))
        out->mechanism = dflt;
    if (out->mechanism == SCN_FAILOVER_NONE && there) {
        scn_warn_idle(at, "detection", "mechanism none does nothing");
        scn_warn_idle(at, "switch_over", "mechanism none does nothing");
        scn_warn_idle(at, "switch_back", "mechanism none does nothing");
    }
    if (!there || !scn_node_get(at.node, "detection"))
        out->detection_ps = failover_times[out->mechanism].detection_ps;
    if (!there || !scn_node_get(at.node, "switch_over"))
        out->switch_over_ps = failover_times[out->mechanism].switch_over_ps;
}
