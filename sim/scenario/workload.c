/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/workload.c - one workload: its settings, its name, its time; what it asks is in workload_load.c, between
 * whom in workload_ends.c.
 */
#include "sim/scenario/check.h"

#include <string.h>

#include "sim/kernel/assert.h"

struct workload_plain { /* keys that are neither the type's nor names of things */
    double share;
    sim_time at_ps, for_ps;
};

static const struct sim_param workload_params[] = {{"share", SIM_PARAM_FRACTION, offsetof(struct workload_plain, share),
                                                    "100%", NULL, NULL, "of the VMs of the class that run it",
                                                    "design choice"},
                                                   {0}};
static const struct scn_field workload_fields[] = {
    {"kind", SCN_FREE, NULL, true, "kind of workload", "what it does, for example block or request-response"},
    {"name", SCN_FREE, NULL, false, "text", "for results and levels; default: its kind"},
    {"on", SCN_FREE, NULL, false, "network or adapter",
     "where it runs; may be left out when only one adapter of its owner fits"},
    {"peer", SCN_FREE, NULL, false, "peer, storage, vms:CLASS or next-server",
     "the other end; default: the first one on the network that can serve it"},
    {"to", SCN_FREE, NULL, false, "as peer", "the same as peer"},
    {"from", SCN_FREE, NULL, false, "storage, SAN or vHBA", "backups: where the data are read; default: the only SAN"},
    {"transport", SCN_FREE, NULL, false, "type of transport, or {type: ..., parameters}",
     "default tcp-newreno; for I/O fcp, on Ethernet networks iscsi"},
    {"streams", SCN_FREE, NULL, false, "whole number", "the same as connections"},
    {"profile", SCN_ONE, &scn_section_pace, false, NULL, "its rate over time, as a factor"},
    {"while", SCN_FREE, NULL, false, "mapping of workloads to factors",
     "its rate while others are active, as in {backup: 50%}; CLASS/NAME = while any of that class is"},
    {0}};
const struct scn_section scn_section_workload = {
    "vms.NAME.workloads[], servers.NAME.workloads[]",
    "What a VM or a hypervisor does with its I/O. The parameters of its kind are further keys.", workload_params,
    workload_fields, SCN_EXTRA_WORKLOAD};

static const struct sim_param event_params[] = {
    {"at", SIM_PARAM_TIME, offsetof(struct workload_plain, at_ps), "0s", NULL, NULL,
     "when it begins, from the start of the run (warm-up included)", "design choice"},
    {"for", SIM_PARAM_TIME, offsetof(struct workload_plain, for_ps), "0s", NULL, NULL,
     "how long it goes on; 0s = to the end", "design choice"},
    {"share", SIM_PARAM_FRACTION, offsetof(struct workload_plain, share), "100%", NULL, NULL,
     "of the VMs of the class that take part", "design choice"},
    {0}};
static const struct scn_field event_fields[] = {
    {"kind", SCN_FREE, NULL, true, "kind of workload", "what happens, for example backup or bulk"},
    {"of", SCN_FREE, NULL, true, "VM class or group of servers", "whose I/O it is"},
    {"name", SCN_FREE, NULL, false, "text", "for results and levels; default: its kind"},
    {"on", SCN_FREE, NULL, false, "network or adapter", "as for workloads"},
    {"to", SCN_FREE, NULL, false, "peer, storage, vms:CLASS or next-server", "as peer of workloads"},
    {"from", SCN_FREE, NULL, false, "storage, SAN or vHBA", "backups: where the data are read"},
    {"transport", SCN_FREE, NULL, false, "type of transport, or {type: ..., parameters}", "as for workloads"},
    {"streams", SCN_FREE, NULL, false, "whole number", "the same as connections"},
    {"profile", SCN_ONE, &scn_section_pace, false, NULL, "its rate over time, as a factor"},
    {"while", SCN_FREE, NULL, false, "mapping of workloads to factors",
     "its rate while others are active, as in {backup: 50%}; CLASS/NAME = while any of that class is"},
    {0}};
const struct scn_section scn_section_event = {
    "events[]", "A workload with a beginning and an end. The parameters of its kind are further keys.", event_params,
    event_fields, SCN_EXTRA_WORKLOAD};

const char *scn_unique_name(struct scn_check *c, const char *dflt, const struct scn_workload *workload, size_t n)
{
    const char *name = sim_arena_text(c->arena, dflt);

    for (size_t number = 2;; number++) {
        size_t i = 0;

        while (i < n && strcmp(workload[i].name, name) != 0)
            i++;
        if (i == n)
            return name;
        name = sim_arena_printf(c->arena, "%s-%zu", dflt, number);
    }
}

static void workload_name(struct scn_at at, const struct scn_vm *vm, struct scn_workload *out)
{
    struct scn_at given = scn_at_key(at, "name");
    const char *name = given.node ? scn_text(given) : NULL;

    out->name = scn_unique_name(at.c, name ? name : out->type->type, vm->workload, vm->workloads);
    if (!name)
        return;
    if (strcmp(out->name, name) != 0)
        scn_error(given, "'%s' has another workload of this name; names are unique within their owner", vm->name);
    scn_check_name(given, name);
}

/* Plain keys of the section, and for events their time as start and stop of the workload. */
static void workload_plain(struct scn_at at, const struct scn_section *section, struct scn_workload *out)
{
    struct workload_plain plain = {.share = 1};
    struct vio_workload_common *common = out->config;

    scn_check_params(at, section->params, NULL, &plain);
    out->share = plain.share;
    if (section != &scn_section_event)
        return;
    if (scn_node_get(at.node, "start"))
        scn_error(scn_at_key(at, "start"), "an event begins with at:; leave start: out");
    if (scn_node_get(at.node, "stop") && scn_node_get(at.node, "for"))
        scn_error(scn_at_key(at, "stop"), "an event lasts as long as for: says; leave stop: out");
    common->start_ps = plain.at_ps;
    if (plain.for_ps)
        common->stop_ps = plain.at_ps + plain.for_ps;
}

void scn_check_span(struct scn_at at, const struct scn_workload *wl)
{
    const struct vio_workload_common *common = wl->config;
    const struct scn_time *time = &at.c->study->time;

    if (common->stop_ps && common->stop_ps <= common->start_ps)
        scn_error(at, "stops before it begins");
    else if (common->start_ps >= time->warmup_ps + time->measure_ps)
        scn_warn(at, "begins after the end of the run, so it never happens; see time");
}

/* Whether some adapter of `vm` is on no known network: that has been said, and nothing more can be said of its ends. */
static bool workload_is_cut_off(const struct scn_check *c, const struct scn_vm *vm)
{
    for (size_t i = 0; i < vm->adapters; i++)
        if (vm->adapter[i].network >= c->study->networks)
            return true;
    return false;
}

/* Whether `vm` reaches storage over Ethernet and has no vHBA. */
static bool workload_on_lan(const struct scn_study *s, const struct scn_vm *vm)
{
    bool reaches = false;

    for (size_t a = 0; a < vm->adapters; a++) {
        if (s->network[vm->adapter[a].network].kind == SCN_FC)
            return false;
        for (size_t i = 0; i < s->peers; i++)
            for (size_t n = 0; s->peer[i].storage && n < s->peer[i].networks; n++)
                reaches = reaches || s->peer[i].network[n] == vm->adapter[a].network;
    }
    return reaches;
}

/* The kind of network that a workload needs. Block I/O goes over FC unless its transport or the lack of a vHBA says
 * otherwise. */
static int workload_kind(struct scn_at at, const struct vio_workload_type *type, const struct scn_vm *vm)
{
    struct scn_at value = scn_at_key(at, "transport");
    const struct vio_transport_type *transport;

    if (type->shape != VIO_SHAPE_BLOCK)
        return SCN_ETHERNET;
    if (value.node && value.node->kind == SCN_MAP)
        value = scn_at_key(value, "type");
    if (!value.node)
        return workload_on_lan(at.c->study, vm) ? SCN_ETHERNET : SCN_FC;
    transport = value.node->kind == SCN_SCALAR ? vio_transport_find(value.node->text) : NULL;
    return transport && transport->storage && transport->proto != VIO_PROTO_FC ? SCN_ETHERNET : SCN_FC;
}

bool scn_read_workload(struct scn_at at, struct scn_vm *vm, const struct scn_section *section, struct scn_workload *out)
{
    const struct vio_workload_type *type;
    int32_t adapter;
    int kind;
    bool fine;

    *out = (struct scn_workload){.san_adapter = -1, .peer = -1, .peer_vms = -1, .san_peer = -1, .share = 1};
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "a workload is expected here, as in {kind: block, rate: 100/s, size: 8 KiB}");
        return false;
    }
    type = scn_node_get(at.node, "kind") ? scn_resolve_workload(at) : NULL;
    if (!type) {
        if (!scn_node_get(at.node, "kind"))
            scn_error(scn_at_key(at, "kind"), "is missing; kinds of workload are %s",
                      scn_node_keys(at.c->scratch, at.c->names.workloads, 16));
        return false;
    }
    SIM_ASSERT(type->config_size >= sizeof(struct vio_workload_common));
    adapter = workload_is_cut_off(at.c, vm)
                  ? -1
                  : scn_workload_adapter(scn_at_key(at, "on"), vm, workload_kind(at, type, vm));

    kind = adapter >= 0 ? at.c->study->network[vm->adapter[adapter].network].kind : -1;
    fine = scn_read_load(at, section, type, kind, out);
    workload_plain(at, section, out);
    scn_check_span(at, out);
    workload_name(at, vm, out);
    scn_read_pace(at, vm, out);
    out->pos = scn_keep_pos(at.c, at.pos);
    if (adapter < 0)
        return false;
    out->adapter = (uint32_t)adapter;
    out->tc = vm->adapter[adapter].tc;
    fine = scn_workload_peer(at, vm->adapter[adapter].network, out) && fine;
    if (type->shape == VIO_SHAPE_BACKUP)
        fine = scn_workload_san(at, vm, out) && fine;
    else if (scn_node_get(at.node, "from"))
        scn_warn(scn_at_key(at, "from"), "only backups read from storage; this setting is not used");
    return fine;
}
