/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/node/switch.c - store-and-forward switch, output-queued.
 *
 * Its queues are the egresses of its links; the latency stands behind every incoming wire. Ethernet, FC and DCB
 * switches differ in their links' technology, schedulers and flow control, not here.
 */
#include "models/node.h"

static const struct sim_param switch_params[] = {
    {"latency", SIM_PARAM_TIME, offsetof(struct vio_node_common, latency_ps), "3200ns", "0s", "1s",
     "from last bit in to ready to send", "facts.md 2.4: 10GbE top-of-rack 2008-10"},
    {0}};

const struct vio_node_type vio_node_switch = {
    .type = "switch",
    .summary = "store-and-forward switch, output-queued",
    .role = VIO_ROLE_TRANSIT,
    .config_size = sizeof(struct vio_node_common),
    .params = switch_params,
    .source = "facts.md 2.4: 10GbE top-of-rack 2008-10",
};
