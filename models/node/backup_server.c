/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/node/backup_server.c - the backup server.
 *
 * Receives what the VMs send it; as fast as its ports.
 */
#include "models/node.h"

static const struct sim_param backup_server_params[] = {
    {"latency", SIM_PARAM_TIME, offsetof(struct vio_node_common, latency_ps), "20us", "0s", "1s",
     "from last bit in to ready to send", "facts.md 2.4: kernel TCP one-way 10-25 us on 10GbE"},
    {0}};

const struct vio_node_type vio_node_backup_server = {
    .type = "backup-server",
    .summary = "the backup server",
    .role = VIO_ROLE_ENDPOINT,
    .config_size = sizeof(struct vio_node_common),
    .params = backup_server_params,
    .source = "facts.md 2.4: kernel TCP one-way 10-25 us on 10GbE",
};
