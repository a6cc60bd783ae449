/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/event_types.c - the kinds of event that are no workloads, and their keys.
 */
#include "sim/scenario/check.h"

#define EVENT(field) offsetof(struct scn_event, field)

#define EVENT_AT                                                                                                       \
    {                                                                                                                  \
        "at", SIM_PARAM_TIME, EVENT(at_ps), "0s", NULL, NULL, "when, from the start of the run (warm-up included)",    \
            "design choice"                                                                                            \
    }
#define EVENT_FIELDS                                                                                                   \
    {"kind", SCN_FREE, NULL, true, "kind of event", "what happens"},                                                   \
        {"name", SCN_FREE, NULL, false, "text", "for results; default: its kind"},                                     \
    {                                                                                                                  \
        "designs", SCN_NAMES, NULL, false, "list of designs", "happens in these only; default: all"                    \
    }
#define EVENT_VM_FIELDS                                                                                                \
    {"of", SCN_FREE, NULL, false, "VM class", "all VMs of this class"},                                                \
        {"vm", SCN_FREE, NULL, false, "SERVER/VM, as hosts00/db1", "one VM"},                                          \
    {                                                                                                                  \
        "adapter", SCN_FREE, NULL, false, "network or adapter", "which of its vNICs and vHBAs; default: the only one"  \
    }

static const struct sim_param failure_params[] = {
    EVENT_AT,
    {"for", SIM_PARAM_TIME, EVENT(for_ps), "0s", NULL, NULL, "fail: repaired after this time; 0s = never",
     "design choice"},
    {"side", SIM_PARAM_CHOICE, EVENT(side), "a", "a|b", NULL, "edge, director: of which half of the fabric",
     "design choice"},
    {"number", SIM_PARAM_COUNT, EVENT(number), "1", "1", "1000000",
     "which one, where there are several: in the order of the plan", "design choice"},
    {"times", SIM_PARAM_COUNT, EVENT(times), "1", "1", "1000000", "flap: how often it fails", "design choice"},
    {"period", SIM_PARAM_TIME, EVENT(period_ps), "1s", "1us", NULL,
     "flap: from failure to failure; it is down for half of it", "design choice"},
    {0}};
static const struct scn_field failure_fields[] = {
    EVENT_FIELDS,
    {"link", SCN_FREE, NULL, false, "NODE/PORT or label of a cable", "a cable, both directions"},
    {"port", SCN_FREE, NULL, false, "lan, san or a connection", "a port of `server`, with its cable"},
    {"adapter", SCN_FREE, NULL, false, "lan, san or a connection", "an adapter of `server`, with all its ports"},
    {"uplink", SCN_FREE, NULL, false, "lan, san or an uplink", "a port of an edge towards a core"},
    {"edge", SCN_FREE, NULL, false, "lan, san or a connection", "an edge switch or director"},
    {"director", SCN_FREE, NULL, false, "lan, san or a connection", "a director, with its modules"},
    {"module", SCN_FREE, NULL, false, "lan, san or an uplink", "a gateway module of a director"},
    {"node", SCN_FREE, NULL, false, "node of the plan or topology", "whatever it is"},
    {"server", SCN_FREE, NULL, false, "server, as hosts00",
     "a server, if nothing else is named; else whose part it is"},
    {0}};
static const struct scn_section section_failure = {
    "events[] of kind fail, repair, flap",
    "A part fails, is repaired, or fails again and again. One part is named, by one of link to server.", failure_params,
    failure_fields, SCN_EXTRA_NONE};

static const struct sim_param random_params[] = {
    EVENT_AT,
    {"for", SIM_PARAM_TIME, EVENT(for_ps), "0s", NULL, NULL, "no new failures after this time; 0s = to the end",
     "design choice"},
    {"of", SIM_PARAM_CHOICE, EVENT(part), NULL, "link|port|adapter|uplink|edge|director|module|node|server", NULL,
     "what fails: each of its kind by itself", "design choice"},
    {"mtbf", SIM_PARAM_TIME, EVENT(mtbf_ps), NULL, "1us", NULL, "mean time between repair and failure, exponential",
     "design choice"},
    {"mttr", SIM_PARAM_TIME, EVENT(mttr_ps), NULL, "1us", NULL, "mean time to repair, exponential", "design choice"},
    {0}};
static const struct scn_field random_fields[] = {EVENT_FIELDS, {0}};
static const struct scn_section section_random = {"events[] of kind random-failures",
                                                  "Every part of a kind fails and is repaired at random.",
                                                  random_params, random_fields, SCN_EXTRA_NONE};

static const struct sim_param adapter_params[] = {EVENT_AT,
                                                  {"attach", SIM_PARAM_TIME, EVENT(attach_ps), "1s", "0s", "1h",
                                                   "hot-add: until the guest's driver has attached the adapter",
                                                   "assumption A-204"},
                                                  {0}};
static const struct scn_field adapter_fields[] = {EVENT_FIELDS, EVENT_VM_FIELDS, {0}};
static const struct scn_section section_adapter = {
    "events[] of kind hot-add, hot-remove",
    "A vNIC or vHBA appears while the VM runs, or goes. Before hot-add its workloads ask for nothing.", adapter_params,
    adapter_fields, SCN_EXTRA_NONE};

#define EVENT_COPY                                                                                                     \
    {"memory", SIM_PARAM_SIZE, EVENT(memory_B), "4GiB", "1MiB", NULL, "memory of each VM that moves", "facts.md 5.1"}, \
        {"dirty",                                                                                                      \
         SIM_PARAM_RATE,                                                                                               \
         EVENT(dirty_bps),                                                                                             \
         "0 bps",                                                                                                      \
         NULL,                                                                                                         \
         NULL,                                                                                                         \
         "rate at which a VM that moves writes to its memory",                                                         \
         "as workload migration"},                                                                                     \
    {                                                                                                                  \
        "stun", SIM_PARAM_TIME, EVENT(stun_ps), "300ms", "0s", "1min",                                                 \
            "from the last byte to the VM's going on at the other end, besides the last round of the copy",            \
            "facts.md 1.2: below 1 s; assumption A-205"                                                                \
    }
#define EVENT_OVER                                                                                                     \
    {                                                                                                                  \
        "over", SCN_FREE, NULL, false, "network",                                                                      \
            "the memory is copied over this network of the hypervisors; needed where VMs move"                         \
    }

static const struct sim_param migrate_params[] = {EVENT_AT, EVENT_COPY, {0}};
static const struct scn_field migrate_fields[] = {
    EVENT_FIELDS,
    {"vm", SCN_FREE, NULL, true, "SERVER/VM, as hosts00/db1", "the VM that moves"},
    {"to", SCN_FREE, NULL, true, "server, as hosts01", "where to"},
    EVENT_OVER,
    {0}};
static const struct scn_section section_migrate = {
    "events[] of kind migrate",
    "A VM moves to another server of its group with the identity of its vNICs and vHBAs: copy, stun, move.",
    migrate_params, migrate_fields, SCN_EXTRA_NONE};

static const struct sim_param install_params[] = {EVENT_AT,
                                                  EVENT_COPY,
                                                  {"reboot", SIM_PARAM_TIME, EVENT(reboot_ps), "5min", "0s", "10h",
                                                   "the server is down for", "facts.md 7 H13: 5 to 10 min"},
                                                  {0}};
static const struct scn_field install_fields[] = {
    EVENT_FIELDS,
    {"server", SCN_FREE, NULL, true, "server, as hosts00", "that is opened"},
    {"to", SCN_FREE, NULL, false, "server, as hosts01", "its VMs move there first; default: they go down with it"},
    EVENT_OVER,
    {0}};
static const struct scn_section section_install = {"events[] of kind install-card",
                                                   "A server is shut down for a card, with or without its VMs.",
                                                   install_params, install_fields, SCN_EXTRA_NONE};

static const struct sim_param qos_params[] = {
    EVENT_AT,
    {"cap", SIM_PARAM_RATE, EVENT(cap_bps), "0 bps", NULL, NULL,
     "new cap of the adapter, which has one from the start; 0 = as it was", "design choice"},
    {"guarantee", SIM_PARAM_RATE, EVENT(guarantee_bps), "0 bps", NULL, NULL,
     "new guarantee of the adapter, which has one from the start; 0 = as it was", "design choice"},
    {"weight", SIM_PARAM_NUMBER, EVENT(weight), "0", "0", "1000000",
     "new weight of `class` in every scheduler that has weights; 0 = as it was", "design choice"},
    {0}};
static const struct scn_field qos_fields[] = {
    EVENT_FIELDS,
    EVENT_VM_FIELDS,
    {"class", SCN_FREE, NULL, false, "traffic class", "with weight: whose; else the new class of the adapter"},
    {0}};
static const struct scn_section section_qos = {"events[] of kind qos",
                                               "Quality of service changes while the run goes on.", qos_params,
                                               qos_fields, SCN_EXTRA_NONE};

const struct scn_event_type scn_event_types[] = {{"fail", SCN_EVENT_FAIL, &section_failure},
                                                 {"repair", SCN_EVENT_REPAIR, &section_failure},
                                                 {"flap", SCN_EVENT_FLAP, &section_failure},
                                                 {"random-failures", SCN_EVENT_RANDOM, &section_random},
                                                 {"hot-add", SCN_EVENT_ADD, &section_adapter},
                                                 {"hot-remove", SCN_EVENT_REMOVE, &section_adapter},
                                                 {"migrate", SCN_EVENT_MIGRATE, &section_migrate},
                                                 {"install-card", SCN_EVENT_INSTALL, &section_install},
                                                 {"qos", SCN_EVENT_QOS, &section_qos},
                                                 {0}};

static const char *const part_names[SCN_PARTS] = {"link",     "port",   "adapter", "uplink", "edge",
                                                  "director", "module", "node",    "server"};

const char *scn_event_kind_name(int kind)
{
    return scn_event_types[kind].kind;
}

const char *scn_part_name(int part)
{
    return part_names[part];
}

/* Equal but for '_' in place of '-'. */
static bool type_is(const char *type, const char *text)
{
    while (*type && (*type == *text || (*type == '-' && *text == '_'))) {
        type++;
        text++;
    }
    return *type == *text;
}

const struct scn_event_type *scn_event_type_of(const struct scn_node *entry)
{
    const struct scn_node *kind = scn_node_get(entry, "kind");

    if (!kind || kind->kind != SCN_SCALAR)
        return NULL;
    for (const struct scn_event_type *t = scn_event_types; t->kind; t++)
        if (type_is(t->kind, kind->text))
            return t;
    return NULL;
}
