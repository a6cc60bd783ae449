/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/node/client_cloud.c - the clients: whoever talks to the servers from outside.
 *
 * One endpoint that stands for many users; its links are as fast as its ports.
 */
#include "models/node.h"

static const struct sim_param client_cloud_params[] = {
    {"latency", SIM_PARAM_TIME, offsetof(struct vio_node_common, latency_ps), "100us", "0s", "1s",
     "from last bit in to ready to send", "assumption A-058: clients one campus hop away"},
    {0}};

const struct vio_node_type vio_node_client_cloud = {
    .type = "client-cloud",
    .summary = "the clients: whoever talks to the servers from outside",
    .role = VIO_ROLE_ENDPOINT,
    .config_size = sizeof(struct vio_node_common),
    .params = client_cloud_params,
    .source = "assumption A-058: clients one campus hop away",
};
