/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/node/director.c - I/O director: InfiniBand to the servers, modules in its slots.
 *
 * The InfiniBand switch inside the chassis. Each module is a gateway node behind its slot's link, which limits it.
 */
#include "models/node.h"

static const struct sim_param director_params[] = {
    {"latency", SIM_PARAM_TIME, offsetof(struct vio_node_common, latency_ps), "200ns", "0s", "1s",
     "from last bit in to ready to send", "facts.md 2.4: IB switch DDR 140-200 ns"},
    {0}};

const struct vio_node_type vio_node_director = {
    .type = "director",
    .summary = "I/O director: InfiniBand to the servers, modules in its slots",
    .role = VIO_ROLE_TRANSIT,
    .config_size = sizeof(struct vio_node_common),
    .params = director_params,
    .source = "facts.md 2.4: IB switch DDR 140-200 ns",
};
