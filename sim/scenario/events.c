/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/events.c - events of the day that are no workloads: failures, adapters that come and go, VMs that move,
 * quality of service that changes.
 *
 * A part is named by its role (an edge of the LAN at side a, the second port of hosts03 to the SAN), so that one event
 * means the same in every design; links and nodes also by the names that `viosim check` prints. Whether a design has
 * such a part is known when it is planned (sim/plan/part.c).
 */
#include "sim/scenario/check.h"

#include <string.h>

/* The group of the server that `text` names, with its number; SCN_NONE with an error. */
static size_t event_server(struct scn_at at, const char *text, size_t n, uint32_t *number)
{
    const struct scn_study *s = at.c->study;
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    const char *name = sim_arena_printf(at.c->scratch, "%.*s", (int)n, text);

    for (size_t g = 0; g < s->server_groups; g++)
        for (uint32_t i = 0; i < s->servers[g].count; i++) {
            const char *server = sim_arena_printf(at.c->scratch, "%s%02u", s->servers[g].name, i);

            if (strcmp(server, name) == 0) {
                *number = i;
                return g;
            }
            if (scn_node_find(names, server) == SCN_NONE)
                scn_node_add(at.c->scratch, names, server, at.pos, NULL);
        }
    if (s->server_groups)
        scn_resolve(at, name, names, "server");
    else
        scn_error(at, "a hand-written topology has no servers; name a link or a node");
    return SCN_NONE;
}

/* A server at `key`; NULL if it is absent or unknown. */
static const char *event_server_key(struct scn_at at, const char *key, size_t *group)
{
    struct scn_at value = scn_at_key(at, key);
    const char *text = value.node ? scn_text(value) : NULL;
    uint32_t number;

    *group = text ? event_server(value, text, strlen(text), &number) : SCN_NONE;
    return *group == SCN_NONE ? NULL : sim_arena_text(at.c->arena, text);
}

/* The VM that `vm` names: its class, -1 after an error. */
static int32_t event_vm(struct scn_at at, const char *text, size_t *group)
{
    const struct scn_study *s = at.c->study;
    const char *slash = strchr(text, '/');
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    uint32_t number;

    *group = SCN_NONE;
    if (!slash) {
        scn_error(at, "'%s' is no VM; write SERVER/VM, as hosts00/db0", text);
        return -1;
    }
    *group = event_server(at, text, (size_t)(slash - text), &number);
    if (*group == SCN_NONE)
        return -1;
    for (size_t i = 0; i < s->servers[*group].places; i++)
        for (uint32_t v = 0; v < s->servers[*group].place[i].count; v++) {
            const uint32_t vm = s->servers[*group].place[i].vm;
            const char *name = sim_arena_printf(at.c->scratch, "%s%u", s->vm[vm].name, v);

            if (strcmp(name, slash + 1) == 0)
                return (int32_t)vm;
            if (scn_node_find(names, name) == SCN_NONE)
                scn_node_add(at.c->scratch, names, name, at.pos, NULL);
        }
    scn_resolve(at, slash + 1, names, "VM of the server");
    return -1;
}

/* `of` or `vm`, and `adapter` if the event is about one. */
static void event_whose(struct scn_at at, struct scn_event *e, bool adapter)
{
    struct scn_at of = scn_at_key(at, "of"), vm = scn_at_key(at, "vm"), ad = scn_at_key(at, "adapter");
    const char *text = vm.node ? scn_text(vm) : NULL;
    const struct scn_vm *class_;
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    size_t group, i;

    if (of.node && vm.node)
        scn_error(vm, "a class is given too (of); leave one out");
    if (!of.node && !vm.node)
        scn_error(vm, "is missing: a VM (SERVER/VM), or of: a VM class");
    if (text) {
        e->of = event_vm(vm, text, &group);
        e->vm = e->of >= 0 ? sim_arena_text(at.c->arena, text) : NULL;
    } else if (of.node) {
        i = scn_resolve_key(at, "of", at.c->names.vms, "VM class", SCN_NONE);
        e->of = i == SCN_NONE ? -1 : (int32_t)i;
    }
    if (!adapter || e->of < 0)
        return;
    class_ = &at.c->study->vm[e->of];
    text = ad.node ? scn_text(ad) : NULL;
    for (i = 0; i < class_->adapters; i++) {
        const char *network = at.c->study->network[class_->adapter[i].network].name;

        if (text && (strcmp(text, class_->adapter[i].name) == 0 || strcmp(text, network) == 0)) {
            e->adapter = (int32_t)i;
            return;
        }
        scn_node_add(at.c->scratch, names, class_->adapter[i].name, at.pos, NULL);
    }
    if (text)
        scn_resolve(ad, text, names, "adapter");
    else if (class_->adapters == 1)
        e->adapter = 0;
    else
        scn_error(ad, "'%s' has %zu adapters; say which one: %s", class_->name, class_->adapters,
                  scn_node_keys(at.c->scratch, names, 12));
}

/* Names that a role may have: lan, san, and the connections or uplinks of the designs. */
static struct scn_node *event_roles(struct scn_at at, bool uplinks)
{
    const struct scn_study *s = at.c->study;
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);

    scn_node_add(at.c->scratch, names, "lan", at.pos, NULL);
    scn_node_add(at.c->scratch, names, "san", at.pos, NULL);
    for (size_t d = 0; d < s->designs; d++)
        for (size_t i = 0; i < (uplinks ? s->design[d].uplinks : s->design[d].connections); i++) {
            const char *name = uplinks ? s->design[d].uplink[i].name : s->design[d].connection[i].name;

            if (name && scn_node_find(names, name) == SCN_NONE)
                scn_node_add(at.c->scratch, names, name, at.pos, NULL);
        }
    return names;
}

static void event_check_node(struct scn_at at, const char *text)
{
    const struct scn_topology *t = at.c->study->topology;
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);

    for (size_t i = 0; t && i < t->nodes; i++)
        for (uint32_t k = 0; k < t->node[i].count; k++) {
            const char *name =
                t->node[i].count == 1 ? t->node[i].name : sim_arena_printf(at.c->scratch, "%s%u", t->node[i].name, k);

            if (scn_node_find(names, name) == SCN_NONE)
                scn_node_add(at.c->scratch, names, name, at.pos, NULL);
        }
    if (t)
        scn_resolve(at, text, names, "node");
}

/* Which part fails. */
static void event_part(struct scn_at at, struct scn_event *e)
{
    struct scn_at value = scn_at_key(at, "server");
    const char *text;
    size_t given = 0, group;

    e->part = SCN_PART_SERVER;
    for (int part = 0; part < SCN_PART_SERVER; part++)
        if (scn_node_get(at.node, scn_part_name(part))) {
            value = scn_at_key(at, scn_part_name(part));
            e->part = part;
            given++;
        }
    if (given > 1)
        scn_error(value, "two parts are named; one event is about one part");
    e->server = event_server_key(at, "server", &group);
    e->target_pos = scn_keep_pos(at.c, value.pos);
    text = value.node ? scn_text(value) : NULL;
    if (!value.node)
        scn_error(at, "says not what: one of link, port, adapter, uplink, edge, director, module, node, server");
    if (!text)
        return;
    e->target = sim_arena_text(at.c->arena, text);
    if (e->part == SCN_PART_SERVER || e->part == SCN_PART_LINK)
        return;
    if (e->part == SCN_PART_NODE)
        event_check_node(value, text);
    else if (at.c->study->topology)
        scn_error(value, "a hand-written topology has links and nodes only");
    else
        scn_resolve(value, text, event_roles(value, e->part == SCN_PART_UPLINK || e->part == SCN_PART_MODULE),
                    e->part == SCN_PART_UPLINK || e->part == SCN_PART_MODULE ? "uplink" : "connection");
    if ((e->part == SCN_PART_PORT || e->part == SCN_PART_ADAPTER) && !scn_node_get(at.node, "server"))
        scn_error(scn_at_key(at, "server"), "is missing: whose %s it is", scn_part_name(e->part));
}

static void event_failure(struct scn_at at, struct scn_event *e)
{
    event_part(at, e);
    if (e->kind != SCN_EVENT_FAIL)
        scn_warn_idle(at, "for", "it is how long a fail lasts");
    if (e->kind != SCN_EVENT_FLAP) {
        scn_warn_idle(at, "times", "it needs kind: flap");
        scn_warn_idle(at, "period", "it needs kind: flap");
    }
    if (e->part != SCN_PART_EDGE && e->part != SCN_PART_DIRECTOR)
        scn_warn_idle(at, "side", "it is of an edge or director");
}

/* Whether the hypervisors of a group are on a network. */
static bool event_reaches(const struct scn_study *s, size_t group, size_t network)
{
    const struct scn_vm *h = &s->servers[group].hypervisor;

    for (size_t i = 0; i < h->adapters; i++)
        if (h->adapter[i].network == network)
            return true;
    return false;
}

static void event_copy_param(struct scn_check *c, struct scn_workload *wl, const char *name, const char *format,
                             uint64_t value)
{
    const char *text = sim_arena_printf(c->scratch, format, (unsigned long long)value);
    char why[128];

    sim_param_set(sim_param_find(wl->type->params, name), wl->config, text, c->arena, why, sizeof(why));
}

/* The copy of a VM's memory: a workload of its own between hypervisors. */
static void event_copy(struct scn_at at, struct scn_event *e, size_t from, size_t to)
{
    struct scn_check *c = at.c;
    const size_t network = scn_resolve_key(at, "over", c->names.networks, "network", SCN_NONE);
    const struct vio_workload_type *migration = vio_workload_find("migration");
    const struct vio_transport_type *tcp = vio_transport_find("tcp-newreno");
    struct scn_workload *wl = sim_arena_alloc(c->arena, 1, sizeof(*wl));
    struct vio_workload_common *common;

    if (!scn_node_get(at.node, "over")) {
        scn_error(scn_at_key(at, "over"), "is missing: the network of the hypervisors that the memory goes over");
        return;
    }
    if (network == SCN_NONE || from == SCN_NONE || to == SCN_NONE)
        return;
    c->network_used[network] = true;
    if (from != to)
        scn_error(at, "a VM moves within its group of servers");
    else if (!event_reaches(c->study, from, network))
        scn_error(scn_at_key(at, "over"),
                  "the hypervisors of '%s' have no adapter on network '%s'; add one under vnics",
                  c->study->servers[from].name, c->study->network[network].name);
    e->network = (uint32_t)network;
    *wl = (struct scn_workload){.name = e->name,
                                .type = migration,
                                .config = sim_arena_alloc(c->arena, 1, migration->config_size),
                                .transport = tcp,
                                .transport_config = sim_arena_alloc(c->arena, 1, tcp->config_size),
                                .san_adapter = -1,
                                .peer = -1,
                                .peer_vms = -1,
                                .san_peer = -1,
                                .share = 1,
                                .pos = e->pos};
    sim_param_defaults(migration->params, wl->config, c->arena);
    sim_param_defaults(tcp->params, wl->transport_config, c->arena);
    common = wl->config;
    common->start_ps = e->at_ps;
    event_copy_param(c, wl, "memory", "%lluB", e->memory_B);
    event_copy_param(c, wl, "dirty", "%llubps", e->dirty_bps);
    event_copy_param(c, wl, "resume", "%llups", (uint64_t)e->stun_ps);
    e->copy = wl;
}

static void event_migrate(struct scn_at at, struct scn_event *e)
{
    struct scn_at vm = scn_at_key(at, "vm");
    const char *text = vm.node ? scn_text(vm) : NULL;
    size_t from = SCN_NONE, to;

    e->of = text ? event_vm(vm, text, &from) : -1;
    e->vm = text ? sim_arena_text(at.c->arena, text) : NULL;
    e->server = event_server_key(at, "to", &to);
    if (e->server && text && strncmp(text, e->server, strlen(e->server)) == 0 && text[strlen(e->server)] == '/')
        scn_error(scn_at_key(at, "to"), "the VM is there already");
    event_copy(at, e, from, to);
}

static void event_install(struct scn_at at, struct scn_event *e)
{
    size_t from, to;

    e->server = event_server_key(at, "server", &from);
    if (!scn_node_get(at.node, "to")) {
        scn_warn_idle(at, "memory", "no VM moves without `to`");
        scn_warn_idle(at, "stun", "no VM moves without `to`");
        scn_warn_idle(at, "dirty", "no VM moves without `to`");
        scn_warn_idle(at, "over", "no VM moves without `to`");
        return;
    }
    e->server_to = event_server_key(at, "to", &to);
    if (e->server && e->server_to && strcmp(e->server, e->server_to) == 0)
        scn_error(scn_at_key(at, "to"), "is the server itself");
    event_copy(at, e, from, to);
}

static void event_qos(struct scn_at at, struct scn_event *e)
{
    const size_t tc = scn_resolve_key(at, "class", at.c->names.classes, "traffic class", SCN_NONE);

    e->tc = tc == SCN_NONE ? -1 : (int32_t)tc;
    if (scn_node_get(at.node, "weight")) {
        if (!scn_node_get(at.node, "class"))
            scn_error(scn_at_key(at, "class"), "is missing: whose weight changes");
        scn_warn_idle(at, "of", "a weight is of a class, everywhere");
        scn_warn_idle(at, "vm", "a weight is of a class, everywhere");
        return;
    }
    event_whose(at, e, true);
    if (!e->cap_bps && !e->guarantee_bps && !scn_node_get(at.node, "class"))
        scn_error(at, "changes nothing; one of cap, guarantee, class, or class and weight");
    if (e->adapter < 0)
        return;
    if (e->cap_bps && !at.c->study->vm[e->of].adapter[e->adapter].cap_bps)
        scn_error(scn_at_key(at, "cap"), "the adapter has no cap that could change; give it one under vms");
    if (e->guarantee_bps && !at.c->study->vm[e->of].adapter[e->adapter].guarantee_bps)
        scn_error(scn_at_key(at, "guarantee"), "the adapter has no guarantee that could change; give it one under vms");
}

static void event_designs(struct scn_at at, struct scn_event *e)
{
    struct scn_check *c = at.c;
    struct scn_at list = scn_at_key(at, "designs");
    struct scn_node *names = scn_node_map(c->scratch, at.pos);
    const struct scn_at all = scn_at_key(scn_at_root(c), "io_designs");
    const size_t n = scn_count(list);

    if (!n)
        return;
    e->design = sim_arena_alloc(c->arena, n, sizeof(*e->design));
    for (size_t i = 0; all.node && i < all.node->n; i++)
        scn_node_add(c->scratch, names, all.node->entry[i].key, at.pos, NULL);
    for (size_t k = 0; k < n; k++) {
        struct scn_at item = scn_at_item(list, k);
        const char *text = scn_text(item);

        if (!text || scn_resolve(item, text, names, "design") == SCN_NONE)
            continue;
        for (size_t i = 0; i < c->study->designs; i++)
            if (strcmp(c->study->design[i].name, text) == 0)
                e->design[e->designs++] = (uint32_t)i;
    }
}

static void event_name(struct scn_at at, struct scn_event *e, size_t index)
{
    const struct scn_event *all = at.c->study->event;
    struct scn_at given = scn_at_key(at, "name");
    const char *name = given.node ? scn_text(given) : NULL, *base = name ? name : scn_event_kind_name(e->kind);
    size_t number = 1;

    e->name = sim_arena_text(at.c->arena, base);
    for (size_t i = 0; i < index; i++) {
        if (strcmp(all[i].name, e->name) != 0)
            continue;
        if (name) {
            scn_error(given, "another event has this name; names are unique");
            break;
        }
        e->name = sim_arena_printf(at.c->arena, "%s-%zu", base, ++number);
        i = SIZE_MAX; /* from the front again */
    }
    if (name)
        scn_check_name(given, name);
}

static void event_read(struct scn_at at, const struct scn_event_type *type, struct scn_event *e, size_t index)
{
    const struct scn_time *t = &at.c->study->time;

    *e = (struct scn_event){.kind = type->number, .of = -1, .adapter = -1, .tc = -1, .number = 1};
    e->pos = scn_keep_pos(at.c, at.pos);
    e->target_pos = e->pos;
    scn_check_section(at, type->section, e);
    event_name(at, e, index);
    event_designs(at, e);
    if (e->at_ps >= t->warmup_ps + t->measure_ps && scn_node_get(at.node, "at"))
        scn_warn(scn_at_key(at, "at"), "the run is over by then; it lasts %g s",
                 (double)(t->warmup_ps + t->measure_ps) / (double)SIM_S);
    switch (e->kind) {
    case SCN_EVENT_FAIL:
    case SCN_EVENT_REPAIR:
    case SCN_EVENT_FLAP:
        event_failure(at, e);
        break;
    case SCN_EVENT_ADD:
    case SCN_EVENT_REMOVE:
        event_whose(at, e, true);
        if (e->kind == SCN_EVENT_REMOVE)
            scn_warn_idle(at, "attach", "it needs kind: hot-add");
        break;
    case SCN_EVENT_MIGRATE:
        event_migrate(at, e);
        break;
    case SCN_EVENT_INSTALL:
        event_install(at, e);
        break;
    case SCN_EVENT_QOS:
        event_qos(at, e);
        break;
    default:
        break;
    }
}

/* By rising time; at one time in the order of the scenario. */
static void event_sort(struct scn_event *event, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct scn_event e = event[i];
        size_t k = i;

        for (; k > 0 && event[k - 1].at_ps > e.at_ps; k--)
            event[k] = event[k - 1];
        event[k] = e;
    }
}

void scn_read_events(struct scn_check *c)
{
    struct scn_at list = scn_at_key(scn_at_root(c), "events");
    struct scn_study *s = c->study;

    if (!list.node || list.node->kind != SCN_LIST)
        return;
    s->event = sim_arena_alloc(c->arena, list.node->n + 1, sizeof(*s->event));
    for (size_t i = 0; i < list.node->n; i++) {
        struct scn_at at = scn_at_entry(list, i);
        const struct scn_event_type *type = at.node->kind == SCN_MAP ? scn_event_type_of(at.node) : NULL;

        if (!type)
            continue;
        event_read(at, type, &s->event[s->events], s->events);
        s->events++;
    }
    event_sort(s->event, s->events);
}
