/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/node/gateway.c - gateway module of a director: InfiniBand to Ethernet or FC ports.
 *
 * Takes vNIC and vHBA traffic off the fabric; store and forward through its network processor.
 */
#include "models/node.h"

static const struct sim_param gateway_params[] = {
    {"latency", SIM_PARAM_TIME, offsetof(struct vio_node_common, latency_ps), "10us", "0s", "1s",
     "from last bit in to ready to send", "facts.md 2.4: gateway 5-20 us, assumption A-024"},
    {0}};

const struct vio_node_type vio_node_gateway = {
    .type = "gateway",
    .summary = "gateway module of a director: InfiniBand to Ethernet or FC ports",
    .role = VIO_ROLE_TRANSIT,
    .config_size = sizeof(struct vio_node_common),
    .params = gateway_params,
    .source = "facts.md 2.4: gateway 5-20 us, assumption A-024",
};
