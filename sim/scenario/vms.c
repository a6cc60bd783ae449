/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/vms.c - classes of virtual machines, the servers they are placed on, and the events of the day.
 *
 * Reading goes in two rounds: adapters of everybody first, then workloads, because a workload may address the adapters
 * of other classes. An event is a workload with a beginning and an end that some of the VMs of a class run.
 */
#include "sim/scenario/check.h"

#include <string.h>

#define ADAPTER(field) offsetof(struct scn_adapter, field)
#define VM(field)      offsetof(struct scn_vm, field)

static const struct sim_param adapter_params[] = {
    {"name", SIM_PARAM_TEXT, ADAPTER(name), "", NULL, NULL, "default nic0, nic1, ... and hba0, hba1, ...",
     "design choice"},
    {"guarantee", SIM_PARAM_RATE, ADAPTER(guarantee_bps), "0 bps", NULL, NULL, "rate it is to get under load; 0 = none",
     "design choice"},
    {"cap", SIM_PARAM_RATE, ADAPTER(cap_bps), "0 bps", NULL, NULL, "rate it is held to; 0 = none", "design choice"},
    {0}};
static const struct scn_field adapter_fields[] = {
    {"network", SCN_FREE, NULL, true, "network", "the network it is on"},
    {"class", SCN_FREE, NULL, false, "traffic class",
     "default: storage for vhbas, normal for vnics, or the first class if there is none of that name"},
    {0}};
const struct scn_section scn_section_adapter = {
    "vms.NAME.vnics[], vms.NAME.vhbas[]",
    "A virtual network adapter (vnics, on Ethernet) or storage adapter (vhbas, on FC).", adapter_params, adapter_fields,
    SCN_EXTRA_NONE};

static const struct sim_param vm_params[] = {
    {"os", SIM_PARAM_TEXT, VM(os), "linux", NULL, NULL, "guest operating system, for the report", "design choice"},
    {"vcpus", SIM_PARAM_COUNT, VM(vcpus), "1", "1", "1024", "virtual processors", "design choice"},
    {"compute", SIM_PARAM_FRACTION, VM(compute), "0%", NULL, NULL, "share of them used by computation",
     "design choice"},
    {0}};
static const struct scn_field vm_fields[] = {
    {"vnics", SCN_ITEMS, &scn_section_adapter, false, NULL, "its network adapters"},
    {"vhbas", SCN_ITEMS, &scn_section_adapter, false, NULL, "its storage adapters"},
    {"workloads", SCN_ITEMS, &scn_section_workload, false, NULL, "what it does"},
    {0}};
const struct scn_section scn_section_vm = {"vms.NAME", "A class of virtual machines.", vm_params, vm_fields,
                                           SCN_EXTRA_NONE};

static const struct sim_param servers_params[] = {{"count", SIM_PARAM_COUNT, offsetof(struct scn_servers, count), NULL,
                                                   "1", "1000000", "how many servers", "design choice"},
                                                  {0}};
static const struct scn_field servers_fields[] = {
    {"vms", SCN_COUNTS, NULL, true, "mapping of VM classes to numbers", "VMs of each class on every server"},
    {"models", SCN_NAMES, NULL, false, "list of catalogue items", "servers that may be bought; default: any"},
    {"vnics", SCN_ITEMS, &scn_section_adapter, false, NULL,
     "network adapters of the hypervisor (management, migration)"},
    {"vhbas", SCN_ITEMS, &scn_section_adapter, false, NULL, "storage adapters of the hypervisor"},
    {"workloads", SCN_ITEMS, &scn_section_workload, false, NULL, "what the hypervisor itself does"},
    {0}};
const struct scn_section scn_section_servers = {"servers.NAME", "A group of like servers.", servers_params,
                                                servers_fields, SCN_EXTRA_NONE};

static void adapter_read(struct scn_at at, bool fc, size_t number, struct scn_adapter *ad)
{
    struct scn_check *c = at.c;
    const char *dflt = fc ? "storage" : "normal";
    size_t network, tc = scn_node_find(c->names.classes, dflt);

    ad->name = "";
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "an adapter is expected here, as in {network: ...}");
        return;
    }
    scn_check_section(at, &scn_section_adapter, ad);
    if (!ad->name[0])
        ad->name = sim_arena_printf(c->arena, "%s%zu", fc ? "hba" : "nic", number);
    else
        scn_check_name(scn_at_key(at, "name"), ad->name);
    network = scn_resolve_key(at, "network", c->names.networks, "network", SCN_NONE);
    ad->network = (uint32_t)c->study->networks; /* none, until it is known */
    if (network != SCN_NONE) {
        ad->network = (uint32_t)network;
        c->network_used[network] = true;
        if ((c->study->network[network].kind == SCN_FC) != fc)
            scn_error(scn_at_key(at, "network"), "'%s' is %s network; put the adapter under %s instead",
                      c->study->network[network].name, fc ? "an Ethernet" : "a Fibre Channel", fc ? "vnics" : "vhbas");
    }
    tc = scn_resolve_key(at, "class", c->names.classes, "traffic class", tc == SCN_NONE ? 0 : tc);
    ad->tc = tc == SCN_NONE ? 0 : (uint32_t)tc;
    ad->pos = scn_keep_pos(c, ad->guarantee_bps ? scn_at_key(at, "guarantee").pos : at.pos);
    if (ad->cap_bps && ad->guarantee_bps > ad->cap_bps)
        scn_error(scn_at_key(at, "guarantee"), "the guarantee is above the cap");
}

void scn_read_adapters(struct scn_at at, struct scn_vm *vm)
{
    struct scn_at list[2] = {scn_at_key(at, "vnics"), scn_at_key(at, "vhbas")};
    const size_t nics = scn_count(list[0]), n = nics + scn_count(list[1]);

    vm->adapter = sim_arena_alloc(at.c->arena, n + 1, sizeof(*vm->adapter));
    vm->adapters = n;
    for (size_t i = 0; i < n; i++) {
        const bool fc = i >= nics;
        struct scn_at here = scn_at_item(list[fc], fc ? i - nics : i);

        adapter_read(here, fc, fc ? i - nics : i, &vm->adapter[i]);
        for (size_t k = 0; k < i && vm->adapter[i].name[0]; k++)
            if (strcmp(vm->adapter[k].name, vm->adapter[i].name) == 0)
                scn_error(here, "two adapters are named '%s'", vm->adapter[i].name);
    }
}

/* Room for the workloads of an owner and for what events may add. */
static void workloads_room(struct scn_check *c, struct scn_at at, struct scn_vm *vm)
{
    const size_t events = scn_count(scn_at_key(scn_at_root(c), "events"));

    vm->workload =
        sim_arena_alloc(c->arena, scn_count(scn_at_key(at, "workloads")) + events + 1, sizeof(*vm->workload));
}

static void workloads_read(struct scn_at at, struct scn_vm *vm)
{
    struct scn_at list = scn_at_key(at, "workloads");
    const size_t n = scn_count(list);

    for (size_t i = 0; i < n; i++)
        if (scn_read_workload(scn_at_item(list, i), vm, &scn_section_workload, &vm->workload[vm->workloads]))
            vm->workloads++;
        else
            at.c->workload_refused = true;
}

static void vm_first_round(struct scn_at at, const char *name, struct scn_vm *vm)
{
    scn_check_name(at, name);
    sim_param_defaults(vm_params, vm, at.c->arena);
    vm->name = sim_arena_text(at.c->arena, name);
    vm->pos = scn_keep_pos(at.c, at.key_pos);
    if (!scn_is_map(at)) {
        if (at.node->kind == SCN_SCALAR && !scn_node_is_empty(at.node))
            return;
        at.node = scn_node_map(at.c->scratch, at.pos);
    }
    scn_check_section(at, &scn_section_vm, vm);
    scn_read_adapters(at, vm);
    workloads_room(at.c, at, vm);
}

static void servers_place(struct scn_at at, struct scn_servers *s)
{
    struct scn_check *c = at.c;
    struct scn_at vms = scn_at_key(at, "vms");
    static const struct sim_param count = {
        "count",          SIM_PARAM_COUNT, offsetof(struct scn_placement, count), NULL, "0", "10000",
        "VMs per server", "design choice"};
    char why[256];

    if (!scn_is_map(vms))
        return;
    s->place = sim_arena_alloc(c->arena, vms.node->n + 1, sizeof(*s->place));
    for (size_t i = 0; i < vms.node->n; i++) {
        struct scn_at here = scn_at_entry(vms, i), name = here;
        struct scn_placement *p = &s->place[s->places];
        const char *text = scn_text(here);
        size_t vm;

        name.pos = name.key_pos;
        vm = scn_resolve(name, vms.node->entry[i].key, c->names.vms, "VM class");
        if (text && !sim_param_set(&count, p, text, c->arena, why, sizeof(why)))
            scn_error(here, "%s", why);
        else if (text && vm != SCN_NONE && p->count > 0) {
            p->vm = (uint32_t)vm;
            c->vm_used[vm] = true;
            s->places++;
        }
    }
}

static void servers_first_round(struct scn_at at, const char *name, struct scn_servers *s)
{
    struct scn_at models = scn_at_key(at, "models");

    scn_check_name(at, name);
    s->name = sim_arena_text(at.c->arena, name);
    s->pos = scn_keep_pos(at.c, at.key_pos);
    s->hypervisor = (struct scn_vm){.name = s->name, .os = "hypervisor", .pos = s->pos};
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "settings are expected here, as in {count: 16, vms: {db: 2}}");
        return;
    }
    scn_check_section(at, &scn_section_servers, s);
    servers_place(at, s);
    s->models = sim_arena_alloc(at.c->arena, scn_count(models) + 1, sizeof(*s->models));
    for (size_t i = 0; i < scn_count(models); i++) {
        const struct scn_item *item = scn_resolve_item(scn_at_item(models, i), "server|blade");

        if (item)
            s->models[s->n_models++] = item->item;
    }
    scn_read_adapters(at, &s->hypervisor);
    workloads_room(at.c, at, &s->hypervisor);
}

/* Whose event it is: a VM class, or the hypervisors of a group of servers. */
static struct scn_vm *event_owner(struct scn_at at)
{
    struct scn_check *c = at.c;
    struct scn_at of = scn_at_key(at, "of");
    const char *text = of.node ? scn_text(of) : NULL;
    struct scn_node *names;
    size_t i;

    if (!text)
        return NULL;
    i = scn_node_find(c->names.servers, text);
    if (i != SCN_NONE && scn_node_find(c->names.vms, text) == SCN_NONE)
        return &c->study->servers[i].hypervisor;
    i = scn_node_find(c->names.vms, text);
    if (i != SCN_NONE)
        return &c->study->vm[i];
    names = scn_node_copy(c->scratch, c->names.vms);
    for (size_t k = 0; k < c->names.servers->n; k++)
        if (scn_node_find(names, c->names.servers->entry[k].key) == SCN_NONE)
            scn_node_add(c->scratch, names, c->names.servers->entry[k].key, of.pos, NULL);
    scn_resolve(of, text, names, "VM class or group of servers");
    return NULL;
}

static void events_read(struct scn_check *c)
{
    struct scn_at list = scn_at_key(scn_at_root(c), "events");
    const struct scn_node *workloads = c->names.workloads;
    struct scn_node *kinds = scn_node_copy(c->scratch, workloads);

    if (!scn_is_list(list))
        return;
    for (const struct scn_event_type *t = scn_event_types; t->kind; t++) /* for those who misspell one */
        scn_node_add(c->scratch, kinds, t->kind, list.pos, NULL);
    c->names.workloads = kinds;
    for (size_t i = 0; i < list.node->n; i++) {
        struct scn_at at = scn_at_entry(list, i);
        struct scn_vm *vm;

        if (at.node->kind == SCN_MAP && scn_event_type_of(at.node))
            continue; /* no workload: scn_read_events() */
        if (!scn_is_map(at)) {
            if (scn_node_is_empty(at.node))
                scn_error(at, "an event is expected here, as in {at: 1s, kind: backup, of: db}");
            continue;
        }
        if (scn_node_get(at.node, "kind") && !scn_resolve_workload(at)) {
            c->workload_refused = true;
            continue;
        }
        vm = event_owner(at);
        if (!vm && !scn_node_get(at.node, "of"))
            scn_error(scn_at_key(at, "of"), "is missing: whose I/O it is (VM class or group of servers)");
        if (vm && vm->workload && scn_read_workload(at, vm, &scn_section_event, &vm->workload[vm->workloads]))
            vm->workloads++;
        else
            c->workload_refused = true;
    }
    c->names.workloads = workloads;
}

void scn_read_vms(struct scn_check *c)
{
    struct scn_at vms = scn_at_key(scn_at_root(c), "vms"), servers = scn_at_key(scn_at_root(c), "servers");
    struct scn_study *s = c->study;

    s->vms = scn_is_map(vms) ? vms.node->n : 0;
    s->server_groups = scn_is_map(servers) ? servers.node->n : 0;
    c->names.vms = s->vms ? vms.node : scn_node_map(c->scratch, vms.pos);
    c->names.servers = s->server_groups ? servers.node : scn_node_map(c->scratch, servers.pos);
    s->vm = sim_arena_alloc(c->arena, s->vms + 1, sizeof(*s->vm));
    s->servers = sim_arena_alloc(c->arena, s->server_groups + 1, sizeof(*s->servers));
    c->vm_used = sim_arena_alloc(c->scratch, s->vms + 1, sizeof(bool));
    for (size_t i = 0; i < s->vms; i++)
        vm_first_round(scn_at_entry(vms, i), vms.node->entry[i].key, &s->vm[i]);
    for (size_t i = 0; i < s->server_groups; i++)
        servers_first_round(scn_at_entry(servers, i), servers.node->entry[i].key, &s->servers[i]);
    for (size_t i = 0; i < s->vms; i++)
        if (s->vm[i].workload)
            workloads_read(scn_at_entry(vms, i), &s->vm[i]);
    for (size_t i = 0; i < s->server_groups; i++)
        if (s->servers[i].hypervisor.workload)
            workloads_read(scn_at_entry(servers, i), &s->servers[i].hypervisor);
    events_read(c);
}
