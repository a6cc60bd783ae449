/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/node/host.c - a server or any other endpoint.
 *
 * In a plan a server gets its processor and PCIe stages from the host section and its adapters; in a hand-written
 * topology it is a plain endpoint.
 */
#include "models/node.h"

static const struct sim_param host_params[] = {{"latency", SIM_PARAM_TIME, offsetof(struct vio_node_common, latency_ps),
                                                "0s", "0s", "1s", "from last bit in to ready to send",
                                                "host processing is a stage of its own"},
                                               {0}};

const struct vio_node_type vio_node_host = {
    .type = "host",
    .summary = "a server or any other endpoint",
    .role = VIO_ROLE_ENDPOINT,
    .config_size = sizeof(struct vio_node_common),
    .params = host_params,
    .source = "host processing is a stage of its own",
};
