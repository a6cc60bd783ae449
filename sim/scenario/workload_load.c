/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/workload_load.c - what a workload asks and what carries it: its parameters and its transport.
 */
#include "sim/scenario/check.h"

static const char *workload_proto_name(int kind)
{
    return kind == SCN_FC ? "Fibre Channel" : "Ethernet";
}

/* The transport's type; `at` stands at the workload. */
static const struct vio_transport_type *transport_type(struct scn_at at, bool storage, int network_kind)
{
    struct scn_at value = scn_at_key(at, "transport"), type = value;
    const char *text = !storage ? "tcp-newreno" : network_kind == SCN_ETHERNET ? "iscsi" : "fcp";
    size_t i;

    if (value.node && value.node->kind == SCN_MAP) {
        type = scn_at_key(value, "type");
        if (type.node)
            text = scn_text(type);
    } else if (value.node) {
        text = scn_text(value);
    }
    i = text ? scn_resolve(type, text, at.c->names.transports, "transport") : SCN_NONE;
    return i == SCN_NONE ? NULL : vio_transport_types[i];
}

static void transport_params(struct scn_at at, const struct vio_transport_type *type, struct scn_workload *out)
{
    static const struct scn_field fields[] = {{"type", SCN_FREE, NULL, false, "type of transport", "which one"}, {0}};
    static const struct scn_section section = {"transport", "", NULL, fields, SCN_EXTRA_NONE};
    struct scn_at value = scn_at_key(at, "transport");

    out->transport_config = sim_arena_alloc(at.c->arena, 1, type->config_size + 1);
    if (type->params)
        sim_param_defaults(type->params, out->transport_config, at.c->arena);
    if (!value.node || value.node->kind != SCN_MAP)
        return;
    scn_check_keys(value, &section, type->params);
    if (type->params)
        scn_check_params(value, type->params, NULL, out->transport_config);
}

/* "streams: 4" for workloads that have no such parameter of their own. */
static void workload_streams(struct scn_at at, const struct vio_workload_type *type, void *config)
{
    const struct sim_param *row = sim_param_find(type->params, "connections");
    struct scn_at streams = scn_at_key(at, "streams");
    const char *text = streams.node ? scn_text(streams) : NULL;
    char why[256];

    if (!text || !row)
        return;
    if (scn_node_get(at.node, "connections"))
        scn_error(streams, "means the same as connections, which is given too; leave one out");
    else if (!sim_param_set(row, config, text, at.c->arena, why, sizeof(why)))
        scn_error(streams, "%s", why);
}

bool scn_read_load(struct scn_at at, const struct scn_section *section, const struct vio_workload_type *type,
                   int network_kind, struct scn_workload *out)
{
    const bool storage = type->shape == VIO_SHAPE_BLOCK;
    const struct vio_transport_type *transport = transport_type(at, storage, network_kind);

    const size_t before = at.c->doc->diags->errors;
    const char *wrong;

    out->type = type;
    out->config = sim_arena_alloc(at.c->arena, 1, type->config_size + 1);
    scn_check_keys(at, section, type->params);
    scn_check_params(at, type->params, section, out->config);
    if (scn_section_has(section, "streams"))
        workload_streams(at, type, out->config);
    if (sim_param_find(type->params, "mix") && scn_node_get(at.node, "mix")) {
        scn_warn_idle(at, "size", "the mix has the sizes");
        scn_warn_idle(at, "read", "the mix has the shares of reads");
    }
    wrong = type->check && at.c->doc->diags->errors == before ? type->check(out->config) : NULL;
    if (wrong)
        scn_error(at, "%s", wrong);
    if (!transport)
        return false;
    out->transport = transport;
    transport_params(at, transport, out);
    if (transport->storage != storage) {
        scn_error(scn_at_key(at, "transport"), "%s carries %s, a %s workload %s", transport->type,
                  transport->storage ? "I/Os" : "messages", type->type, storage ? "issues I/Os" : "sends messages");
        return false;
    }
    if (network_kind >= 0 && (transport->proto == VIO_PROTO_FC) != (network_kind == SCN_FC)) {
        scn_error(scn_at_key(at, "transport"), "%s runs over %s, this workload is on %s", transport->type,
                  workload_proto_name(transport->proto == VIO_PROTO_FC ? SCN_FC : SCN_ETHERNET),
                  workload_proto_name(network_kind));
        return false;
    }
    return true;
}
