/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/registry.c - models by name.
 *
 * The tables are generated from the file names of models/KIND/ (tools/registry.sh): a new file is a new model.
 */
#include <string.h>

#include "models/control.h"
#include "models/node.h"
#include "models/sched.h"
#include "models/transport.h"
#include "models/workload.h"

const struct vio_link_type *vio_link_find(const char *type)
{
    for (size_t i = 0; vio_link_types[i]; i++)
        if (!strcmp(vio_link_types[i]->type, type))
            return vio_link_types[i];
    return NULL;
}

const struct vio_control_type *vio_control_of(enum vio_flow_control flow_control)
{
    for (size_t i = 0; flow_control != VIO_FLOW_NONE && vio_control_types[i]; i++)
        if (vio_control_types[i]->flow_control == flow_control)
            return vio_control_types[i];
    return NULL;
}

const struct vio_sched_type *vio_sched_find(const char *type)
{
    for (size_t i = 0; vio_sched_types[i]; i++)
        if (!strcmp(vio_sched_types[i]->type, type))
            return vio_sched_types[i];
    return NULL;
}

const struct vio_transport_type *vio_transport_find(const char *type)
{
    for (size_t i = 0; vio_transport_types[i]; i++)
        if (!strcmp(vio_transport_types[i]->type, type))
            return vio_transport_types[i];
    return NULL;
}

const struct vio_workload_type *vio_workload_find(const char *type)
{
    for (size_t i = 0; vio_workload_types[i]; i++)
        if (!strcmp(vio_workload_types[i]->type, type))
            return vio_workload_types[i];
    return NULL;
}

const struct vio_node_type *vio_node_find(const char *type)
{
    for (size_t i = 0; vio_node_types[i]; i++)
        if (!strcmp(vio_node_types[i]->type, type))
            return vio_node_types[i];
    return NULL;
}
