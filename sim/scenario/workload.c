/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/workload.c - one workload: its type and parameters, its transport, and the two ends it runs between.
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
     "default tcp-newreno, for I/O fcp"},
    {"streams", SCN_FREE, NULL, false, "whole number", "the same as connections"},
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
    {0}};
const struct scn_section scn_section_event = {
    "events[]", "A workload with a beginning and an end. The parameters of its kind are further keys.", event_params,
    event_fields, SCN_EXTRA_WORKLOAD};

static const char *workload_proto_name(int kind)
{
    return kind == SCN_FC ? "Fibre Channel" : "Ethernet";
}

/* The transport's type; `at` stands at the workload. */
static const struct vio_transport_type *transport_type(struct scn_at at, bool storage)
{
    struct scn_at value = scn_at_key(at, "transport"), type = value;
    const char *text = storage ? "fcp" : "tcp-newreno";
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
    const struct vio_transport_type *transport = transport_type(at, storage);

    out->type = type;
    out->config = sim_arena_alloc(at.c->arena, 1, type->config_size + 1);
    scn_check_keys(at, section, type->params);
    scn_check_params(at, type->params, section, out->config);
    if (scn_section_has(section, "streams"))
        workload_streams(at, type, out->config);
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

/* The kinds of network of the adapters of `vm`, as names for messages. */
static struct scn_node *workload_choices(struct scn_check *c, const struct scn_vm *vm, int kind)
{
    struct scn_node *names = scn_node_map(c->scratch, vm->pos);

    for (size_t i = 0; i < vm->adapters; i++) {
        const struct scn_network *net = &c->study->network[vm->adapter[i].network];

        if (net->kind == kind && scn_node_find(names, net->name) == SCN_NONE)
            scn_node_add(c->scratch, names, net->name, vm->pos, NULL);
    }
    return names;
}

/* The adapter of `vm` that `at` names by network or by its own name; without a name the only one of `kind`. Or -1. */
static int32_t workload_adapter(struct scn_at at, const struct scn_vm *vm, int kind)
{
    struct scn_check *c = at.c;
    const char *text = at.node ? scn_text(at) : NULL;
    struct scn_node *choices = workload_choices(c, vm, kind);
    const char *a_kind = kind == SCN_FC ? "vhbas" : "vnics";
    const size_t known = text ? scn_node_find(c->names.networks, text) : SCN_NONE;
    int32_t only = -1;
    size_t fitting = 0;

    for (size_t i = 0; i < vm->adapters; i++) {
        const struct scn_network *net = &c->study->network[vm->adapter[i].network];

        if (text && (strcmp(net->name, text) == 0 || strcmp(vm->adapter[i].name, text) == 0))
            return (int32_t)i;
        if (net->kind == kind) {
            only = (int32_t)i;
            fitting++;
        }
    }
    if (known != SCN_NONE)
        scn_error(at, "'%s' has no adapter on network '%s'; add one under %s", vm->name, text,
                  c->study->network[known].kind == SCN_FC ? "vhbas" : "vnics");
    else if (text)
        scn_resolve(at, text, choices, "network or adapter");
    else if (!at.node && fitting == 0)
        scn_error(at, "'%s' has no adapter for this workload; add one under %s", vm->name, a_kind);
    else if (!at.node && fitting > 1)
        scn_error(at, "'%s' has several adapters that fit; say which one: %s", vm->name,
                  scn_node_keys(c->scratch, choices, 12));
    return !text && !at.node && fitting == 1 ? only : -1;
}

static bool peer_is_on(const struct scn_peer *p, uint32_t network)
{
    for (size_t i = 0; i < p->networks; i++)
        if (p->network[i] == network)
            return true;
    return false;
}

/* How well a peer serves a workload by default: 0 = not at all; backups prefer backup servers, others avoid them. */
static int peer_suits(const struct scn_peer *p, enum vio_shape shape, uint32_t network, bool storage)
{
    bool backup;

    if (p->storage != storage || !peer_is_on(p, network))
        return 0;
    if (!p->node)
        return 1; /* refused already */
    backup = strcmp(p->node->type, "backup-server") == 0;
    return storage || backup == (shape == VIO_SHAPE_BACKUP) ? 2 : 1;
}

/* The first of the most suitable peers on a network, or -1 with an error. */
static int32_t peer_default(struct scn_at at, enum vio_shape shape, uint32_t network, bool storage)
{
    const struct scn_study *s = at.c->study;
    int32_t best = -1;
    int suits = 0;

    for (size_t i = 0; i < s->peers; i++) {
        const int suit = peer_suits(&s->peer[i], shape, network, storage);

        if (suit > suits) {
            best = (int32_t)i;
            suits = suit;
        }
    }
    if (best >= 0)
        at.c->peer_used[best] = true;
    else
        scn_error(at, "nothing on network '%s' can serve it; add %s, or name the other end with peer:",
                  s->network[network].name, storage ? "an array under storage:" : "a peer under peers:");
    return best;
}

/* A VM class or hypervisor with an adapter on the network. */
static bool vm_is_on(const struct scn_vm *vm, uint32_t network)
{
    for (size_t i = 0; i < vm->adapters; i++)
        if (vm->adapter[i].network == network)
            return true;
    return false;
}

static bool peer_hypervisor(struct scn_at at, uint32_t network, struct scn_workload *out)
{
    const struct scn_study *s = at.c->study;

    for (size_t i = 0; i < s->server_groups; i++)
        if (vm_is_on(&s->servers[i].hypervisor, network)) {
            out->peer_vms = -2;
            return true;
        }
    scn_error(at, "no hypervisor has an adapter on network '%s'; add one under servers.NAME.vnics",
              s->network[network].name);
    return false;
}

/* The other end is on `networks`, none of them `network`. In words: to another zone, if that is what it is. */
static void peer_error_elsewhere(struct scn_at at, const char *what, const char *name, const uint32_t *networks,
                                 size_t n, uint32_t network)
{
    const struct scn_study *s = at.c->study;
    const struct scn_network *here = &s->network[network];
    struct scn_node *on = scn_node_map(at.c->scratch, at.pos);
    const char *zone = NULL;
    bool same = false;

    for (size_t i = 0; i < n; i++) {
        const struct scn_network *there = &s->network[networks[i]];

        if (networks[i] >= s->networks) /* unknown; that has been said */
            continue;
        scn_node_add(at.c->scratch, on, there->name, at.pos, NULL);
        same = same || there->kind != here->kind || strcmp(there->zone, here->zone) == 0;
        zone = there->zone;
    }
    if (zone && !same)
        scn_error(at, "%s'%s' is on %s in zone '%s', the workload on '%s' in zone '%s'; frames never cross zones", what,
                  name, scn_node_keys(at.c->scratch, on, 12), zone, here->name, here->zone);
    else
        scn_error(at, "%s'%s' is not on network '%s' (it is on %s)", what, name, here->name,
                  on->n ? scn_node_keys(at.c->scratch, on, 12) : "none");
}

static bool peer_class(struct scn_at at, const char *text, uint32_t network, struct scn_workload *out)
{
    const struct scn_study *s = at.c->study;
    const size_t vm = scn_resolve(at, text, at.c->names.vms, "VM class");

    if (vm == SCN_NONE)
        return false;
    if (!vm_is_on(&s->vm[vm], network)) {
        const size_t n = s->vm[vm].adapters;
        uint32_t *on = sim_arena_alloc(at.c->scratch, n + 1, sizeof(*on));

        for (size_t i = 0; i < n; i++)
            on[i] = s->vm[vm].adapter[i].network;
        peer_error_elsewhere(at, "VM class ", text, on, n, network);
        return false;
    }
    out->peer_vms = (int32_t)vm;
    return true;
}

/* A peer that is named: it is of the right sort and on the network. */
static int32_t peer_named(struct scn_at at, const char *text, uint32_t network, bool storage)
{
    const struct scn_study *s = at.c->study;
    const size_t i = scn_resolve(at, text, at.c->names.peers, storage ? "storage" : "peer");

    if (i == SCN_NONE)
        return -1;
    at.c->peer_used[i] = true;
    if (s->peer[i].storage != storage) {
        scn_error(at, "'%s' is %s; this workload needs %s", text, s->peer[i].storage ? "storage" : "no storage",
                  storage ? "storage" : "a peer that takes messages");
        return -1;
    }
    if (peer_is_on(&s->peer[i], network))
        return (int32_t)i;
    peer_error_elsewhere(at, "", text, s->peer[i].network, s->peer[i].networks, network);
    return -1;
}

static bool workload_peer(struct scn_at at, uint32_t network, struct scn_workload *out)
{
    const bool storage = out->type->shape == VIO_SHAPE_BLOCK;
    struct scn_at peer = scn_at_key(at, "peer"), to = scn_at_key(at, "to");
    const char *text;

    if (peer.node && to.node)
        scn_error(to, "means the same as peer, which is given too; leave one out");
    if (!peer.node)
        peer = to;
    text = peer.node ? scn_text(peer) : NULL;
    if (peer.node && !text)
        return false;
    if (text && storage && (strcmp(text, "next-server") == 0 || strncmp(text, "vms:", 4) == 0)) {
        scn_error(peer, "a %s workload needs storage at the other end, '%s' is none", out->type->type, text);
        return false;
    }
    if (text && strcmp(text, "next-server") == 0)
        return peer_hypervisor(peer, network, out);
    if (text && strncmp(text, "vms:", 4) == 0)
        return peer_class(peer, text + 4 + strspn(text + 4, " "), network, out);
    peer.pos = text ? peer.pos : at.pos;
    out->peer = text ? peer_named(peer, text, network, storage) : peer_default(at, out->type->shape, network, storage);
    return out->peer >= 0;
}

/* BACKUP: the array it reads and the vHBA it reads through. */
static bool workload_san(struct scn_at at, const struct scn_vm *vm, struct scn_workload *out)
{
    struct scn_check *c = at.c;
    struct scn_at from = scn_at_key(at, "from");
    const char *text = from.node && from.node->kind == SCN_SCALAR ? from.node->text : "";
    const size_t array = scn_node_find(c->names.peers, text);

    if (array == SCN_NONE || !c->study->peer[array].storage) {
        out->san_adapter = workload_adapter(from, vm, SCN_FC);
        if (out->san_adapter >= 0)
            out->san_peer =
                peer_default(from.node ? from : at, VIO_SHAPE_BLOCK, vm->adapter[out->san_adapter].network, true);
        return out->san_peer >= 0;
    }
    c->peer_used[array] = true;
    out->san_peer = (int32_t)array;
    for (size_t i = 0; i < vm->adapters && out->san_adapter < 0; i++)
        if (peer_is_on(&c->study->peer[array], vm->adapter[i].network))
            out->san_adapter = (int32_t)i;
    if (out->san_adapter < 0)
        scn_error(from, "'%s' has no adapter on a network of '%s'; add one under vhbas", vm->name, text);
    return out->san_adapter >= 0;
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
                  : workload_adapter(scn_at_key(at, "on"), vm, type->shape == VIO_SHAPE_BLOCK ? SCN_FC : SCN_ETHERNET);

    kind = adapter >= 0 ? at.c->study->network[vm->adapter[adapter].network].kind : -1;
    fine = scn_read_load(at, section, type, kind, out);
    workload_plain(at, section, out);
    scn_check_span(at, out);
    workload_name(at, vm, out);
    out->pos = scn_keep_pos(at.c, at.pos);
    if (adapter < 0)
        return false;
    out->adapter = (uint32_t)adapter;
    out->tc = vm->adapter[adapter].tc;
    fine = workload_peer(at, vm->adapter[adapter].network, out) && fine;
    if (type->shape == VIO_SHAPE_BACKUP)
        fine = workload_san(at, vm, out) && fine;
    else if (scn_node_get(at.node, "from"))
        scn_warn(scn_at_key(at, "from"), "only backups read from storage; this setting is not used");
    return fine;
}
