/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/node.h - kinds of node: what a packet meets between two links.
 *
 * A node kind is a parameter table and a few facts. Its queues are the egresses of its links; its latency is added
 * behind each incoming wire. What a host adds (software switch, PCIe) and what an array does (cache, disks) are stages
 * and a target that the builder makes from the parameters.
 */
#ifndef MODELS_NODE_H
#define MODELS_NODE_H

#include "models/workload.h"
#include "sim/kernel/param.h"

enum vio_role { VIO_ROLE_ENDPOINT, VIO_ROLE_TRANSIT, VIO_ROLE_STORAGE };

struct vio_node_common { /* first member of every kind's config */
    sim_time latency_ps; /* from last bit in to ready to send: forwarding, gateway processing */
};

struct vio_node_type {
    const char *type, *summary; /* "switch", "array", "client-cloud": file models/node/client_cloud.c */
    enum vio_role role;
    size_t config_size;
    const struct sim_param *params;
    const char *source;
    /* STORAGE only: build the target in the world's arena. */
    struct vio_target *(*target_create)(struct vio_world *w, const char *path, const void *config);
};

extern const struct vio_node_type *const vio_node_types[];
const struct vio_node_type *vio_node_find(const char *type);

#endif
