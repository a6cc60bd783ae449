/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/plan_study.c - small studies by hand, for tests of plans and costs.
 */
#include "tests/unit/plan_study.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel/assert.h"

#define SERVER(name, n_slots, gbe, usd, w, ru)                                                                         \
    {                                                                                                                  \
        .item = name, .category = "server", .description = "", .slots = {{{n_slots, "pcie-gen2-x8"}}, 1},              \
        .onboard = {{{gbe, "gbe"}}, 1}, .cores = 8, .price_usd = usd, .watts = w, .rack_units = ru, .source = "test"   \
    }
#define PART(name, cat, tech, n, pcie, usd, w)                                                                         \
    {                                                                                                                  \
        .item = name, .category = cat, .description = "", .link = tech, .ports = n, .slot_link = pcie,                 \
        .price_usd = usd, .watts = w, .source = "test"                                                                 \
    }

static const struct scn_item study_items[] = {
    SERVER("srv-1u", 2, 2, 5000, 200, 1),
    SERVER("srv-2u", 4, 4, 7000, 300, 2),
    {.item = "blade",
     .category = "blade",
     .description = "",
     .onboard = {{{2, "gbe"}}, 1},
     .mezzanines = {{{1, "pcie-gen1-x8"}}, 1},
     .cores = 8,
     .price_usd = 4000,
     .watts = 200,
     .rack_units = 0.5,
     .source = "test"},
    PART("nic-2", "adapter", "gbe", 2, "pcie-gen1-x4", 100, 3),
    PART("nic-4", "adapter", "gbe", 4, "pcie-gen1-x4", 300, 5),
    PART("hba-1", "adapter", "fc-4g", 1, "pcie-gen1-x4", 1000, 6),
    PART("hba-2", "adapter", "fc-8g", 2, "pcie-gen1-x8", 1800, 8),
    PART("cna-1", "adapter", "10gbe", 1, "pcie-gen1-x8", 1500, 10),
    PART("hca-1", "adapter", "ib-4x-ddr", 1, "pcie-gen1-x8", 500, 8),
    {.item = "tor",
     .category = "switch",
     .description = "",
     .link = "gbe",
     .ports = 8,
     .uplink_ports = 2,
     .uplink_link = "10gbe",
     .price_usd = 800,
     .watts = 50,
     .rack_units = 1,
     .source = "test"},
    {.item = "fcsw",
     .category = "switch",
     .description = "",
     .link = "fc-8g",
     .ports = 10,
     .price_usd = 3000,
     .watts = 40,
     .rack_units = 1,
     .source = "test"},
    {.item = "dcb",
     .category = "switch",
     .description = "",
     .link = "10gbe",
     .ports = 10,
     .slots = {{{1, ""}}, 1},
     .price_usd = 9000,
     .watts = 200,
     .rack_units = 1,
     .source = "test"},
    {.item = "dir",
     .category = "director",
     .description = "",
     .link = "ib-4x-ddr",
     .ports = 8,
     .slots = {{{4, "ib-4x-ddr"}}, 1},
     .slot_link = "ib-4x-ddr",
     .price_usd = 20000,
     .watts = 500,
     .rack_units = 4,
     .source = "test"},
    {.item = "box",
     .category = "chassis",
     .description = "",
     .bays = 4,
     .io_bays = 3,
     .price_usd = 1000,
     .watts = 100,
     .rack_units = 6,
     .source = "test"},
    {.item = "pass-10g",
     .category = "module",
     .description = "",
     .link = "10gbe",
     .ports = 4,
     .chassis = "box",
     .price_usd = 200,
     .source = "test"},
    PART("exp-fc", "module", "fc-4g", 4, "", 2000, 20),
    PART("mod-10g", "module", "10gbe", 1, "ib-4x-ddr", 4000, 30),
    PART("mod-fc", "module", "fc-4g", 2, "ib-4x-ddr", 3000, 30),
    PART("cat6", "cable", "gbe", 0, "", 5, 0),
    PART("lc", "cable", "fc-8g", 0, "", 100, 1),
    PART("twinax", "cable", "10gbe", 0, "", 60, 0),
    PART("cx4", "cable", "ib-4x-ddr", 0, "", 70, 0),
    PART("sr", "optic", "10gbe", 0, "", 400, 1),
    PART("sw", "optic", "fc-8g", 0, "", 150, 1),
    PART("core-10g", "port", "10gbe", 1, "", 1000, 10),
    PART("core-fc", "port", "fc-8g", 1, "", 600, 5),
};

static void *study_copy(struct scn_study *st, const void *from, size_t n, size_t size)
{
    void *to = sim_arena_alloc(&st->arena, n, size);

    memcpy(to, from, n * size);
    return to;
}
#define STUDY_NAMES(st, ...)                                                                                           \
    study_copy(st, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),    \
               sizeof(char *))
#define STUDY_LIST(st, type, ...)                                                                                      \
    study_copy(st, (const type[]){__VA_ARGS__}, sizeof((const type[]){__VA_ARGS__}) / sizeof(type), sizeof(type))

static void *study_config(struct scn_study *st, const struct sim_param *params, size_t size)
{
    void *config = sim_arena_alloc(&st->arena, 1, size);

    sim_param_defaults(params, config, &st->arena);
    return config;
}

static void study_peers(struct scn_study *st)
{
    st->peers = STUDY_PEERS;
    st->peer = sim_arena_alloc(&st->arena, STUDY_PEERS, sizeof *st->peer);
    st->peer[STUDY_CLIENTS] = (struct scn_peer){.name = "clients",
                                                .node = vio_node_find("client-cloud"),
                                                .network = STUDY_LIST(st, uint32_t, STUDY_CORP, STUDY_DMZ),
                                                .networks = 2,
                                                .link = vio_link_find("10gbe"),
                                                .ports = 1};
    st->peer[STUDY_ARRAY] = (struct scn_peer){.name = "array1",
                                              .node = vio_node_find("array"),
                                              .network = STUDY_LIST(st, uint32_t, STUDY_SAN),
                                              .networks = 1,
                                              .link = vio_link_find("fc-8g"),
                                              .ports = 2,
                                              .storage = true};
    for (size_t i = 0; i < STUDY_PEERS; i++)
        st->peer[i].config = study_config(st, st->peer[i].node->params, st->peer[i].node->config_size);
}

static struct scn_workload study_workload(struct scn_study *st, const char *name, const char *type, const char *rate,
                                          uint32_t adapter, int32_t peer)
{
    const struct vio_workload_type *t = vio_workload_find(type);
    struct scn_workload wl = {.name = name,
                              .type = t,
                              .config = study_config(st, t->params, t->config_size),
                              .transport = vio_transport_find(t->shape == VIO_SHAPE_BLOCK ? "fcp" : "tcp-newreno"),
                              .adapter = adapter,
                              .san_adapter = -1,
                              .peer = peer,
                              .peer_vms = -1,
                              .san_peer = -1,
                              .share = 1};
    char why[128];

    SIM_ASSERT(sim_param_set(sim_param_find(t->params, "rate"), wl.config, rate, &st->arena, why, sizeof why));
    return wl;
}

static void study_vms(struct scn_study *st)
{
    struct scn_workload oltp = study_workload(st, "oltp", "request-response", "100/s", 0, STUDY_CLIENTS);
    struct scn_workload disk = study_workload(st, "disk", "block", "300/s", 1, STUDY_ARRAY);
    struct scn_workload pages = study_workload(st, "pages", "request-response", "10/s", 0, STUDY_CLIENTS);

    st->vms = STUDY_VMS;
    st->vm = sim_arena_alloc(&st->arena, STUDY_VMS, sizeof *st->vm);
    st->vm[STUDY_DB] =
        (struct scn_vm){.name = "db",
                        .vcpus = 4,
                        .compute = 0.5,
                        .adapter = STUDY_LIST(st, struct scn_adapter, {.name = "nic0", .network = STUDY_CORP, .tc = 0},
                                              {.name = "hba0", .network = STUDY_SAN, .tc = 1}),
                        .adapters = 2,
                        .workload = STUDY_LIST(st, struct scn_workload, oltp, disk),
                        .workloads = 2};
    st->vm[STUDY_WEB] =
        (struct scn_vm){.name = "web",
                        .vcpus = 1,
                        .compute = 0.5,
                        .adapter = STUDY_LIST(st, struct scn_adapter, {.name = "nic0", .network = STUDY_DMZ, .tc = 0}),
                        .adapters = 1,
                        .workload = STUDY_LIST(st, struct scn_workload, pages),
                        .workloads = 1};
}

static struct scn_connection study_lan(struct scn_study *st, int per, uint32_t ports, bool cards)
{
    return (struct scn_connection){.share_card = true,
                                   .name = "lan",
                                   .ethernet = true,
                                   .per = per,
                                   .ports = ports,
                                   .link = vio_link_find("gbe"),
                                   .adapters = STUDY_NAMES(st, "nic-2", "nic-4"),
                                   .n_adapters = cards ? 2 : 0,
                                   .onboard = true,
                                   .edge = "tor",
                                   .edge_kind = "switch",
                                   .cable = "cat6",
                                   .length_m = 3,
                                   .sched = vio_sched_find("fifo"),
                                   .queue_pkts = 100,
                                   .ahead_pkts = 64};
}

static struct scn_connection study_san(struct scn_study *st, const char *link, const char *hba)
{
    return (struct scn_connection){.share_card = true,
                                   .name = "san",
                                   .fc = true,
                                   .per = SCN_PER_SERVER,
                                   .ports = 2,
                                   .link = vio_link_find(link),
                                   .adapters = STUDY_NAMES(st, hba),
                                   .n_adapters = 1,
                                   .edge = "fcsw",
                                   .edge_kind = "switch",
                                   .cable = "lc",
                                   .length_m = 5,
                                   .sched = vio_sched_find("fifo")};
}

/* Both kinds of traffic over two ports to `edge`. */
static struct scn_connection study_both(struct scn_study *st, const char *name, const char *link, const char *card,
                                        const char *edge, const char *kind, const char *cable)
{
    return (struct scn_connection){.name = name,
                                   .ethernet = true,
                                   .fc = true,
                                   .per = SCN_PER_SERVER,
                                   .ports = 2,
                                   .link = vio_link_find(link),
                                   .adapters = STUDY_NAMES(st, card),
                                   .n_adapters = 1,
                                   .edge = edge,
                                   .edge_kind = kind,
                                   .cable = cable,
                                   .length_m = 10,
                                   .sched = vio_sched_find("drr"),
                                   .queue_pkts = 100,
                                   .ahead_pkts = 64};
}

static struct scn_uplink study_uplink(uint32_t connection, bool to_fc, const char *link, uint32_t ports)
{
    return (struct scn_uplink){.name = to_fc ? "san-up" : "lan-up",
                               .connection = connection,
                               .to_fc = to_fc,
                               .link = vio_link_find(link),
                               .ports = ports,
                               .optic = to_fc ? "sw" : "sr",
                               .core_port = to_fc ? "core-fc" : "core-10g",
                               .length_m = 20};
}

static void study_designs(struct scn_study *st)
{
    const struct scn_uplink lan_up = study_uplink(0, false, "10gbe", 2), san_up = study_uplink(1, true, "fc-8g", 2);
    struct scn_uplink cee_san = study_uplink(0, true, "fc-4g", 2), ib_lan = lan_up, ib_san = cee_san;
    struct scn_connection cee = study_both(st, "cee", "10gbe", "cna-1", "dcb", "switch", "twinax");
    struct scn_connection ib = study_both(st, "ib", "ib-4x-ddr", "hca-1", "dir", "director", "cx4");

    cee.pfc = true;
    cee.buffer_B = 100000;
    cee_san.module = "exp-fc";
    ib_lan.module = "mod-10g";
    ib_san.module = "mod-fc";
    ib_lan.slot = ib_san.slot = vio_link_find("ib-4x-ddr");
    ib_lan.module_latency_ps = ib_san.module_latency_ps = 7 * SIM_US;
    st->designs = STUDY_DESIGNS;
    st->design = sim_arena_alloc(&st->arena, STUDY_DESIGNS, sizeof *st->design);
    st->design[STUDY_SHARED] = (struct scn_design){
        .name = "shared", .software_switch = true, .admin_h_per_port_year = 1, .connections = 2, .uplinks = 2};
    st->design[STUDY_SHARED].connection =
        STUDY_LIST(st, struct scn_connection, study_lan(st, SCN_PER_SERVER, 4, false), study_san(st, "fc-4g", "hba-1"));
    st->design[STUDY_SHARED].uplink = STUDY_LIST(st, struct scn_uplink, lan_up, san_up);
    st->design[STUDY_DEDICATED] = st->design[STUDY_SHARED];
    st->design[STUDY_DEDICATED].name = "dedicated";
    st->design[STUDY_DEDICATED].connection =
        STUDY_LIST(st, struct scn_connection, study_lan(st, SCN_PER_NETWORK, 2, true), study_san(st, "fc-8g", "hba-2"));
    st->design[STUDY_CEE] =
        (struct scn_design){.name = "cee", .admin_h_per_port_year = 1, .connections = 1, .uplinks = 2};
    st->design[STUDY_CEE].connection = STUDY_LIST(st, struct scn_connection, cee);
    st->design[STUDY_CEE].uplink = STUDY_LIST(st, struct scn_uplink, lan_up, cee_san);
    st->design[STUDY_IB] = st->design[STUDY_CEE];
    st->design[STUDY_IB].name = "ib";
    st->design[STUDY_IB].connection = STUDY_LIST(st, struct scn_connection, ib);
    st->design[STUDY_IB].uplink = STUDY_LIST(st, struct scn_uplink, ib_lan, ib_san);
}

struct scn_study *plan_study_create(uint32_t servers)
{
    struct scn_study *st = sim_alloc(1, sizeof *st);

    sim_arena_init(&st->arena);
    st->seed = 1;
    st->networks = STUDY_NETWORKS;
    st->network = STUDY_LIST(st, struct scn_network, {.name = "corp", .kind = SCN_ETHERNET},
                             {.name = "dmz", .kind = SCN_ETHERNET}, {.name = "san", .kind = SCN_FC});
    st->classes = 2;
    st->class_ = STUDY_LIST(st, struct scn_class, {.name = "normal", .weight = 1},
                            {.name = "storage", .weight = 2, .lossless = true});
    st->catalogue.items = sizeof study_items / sizeof *study_items;
    st->catalogue.item = study_copy(st, study_items, st->catalogue.items, sizeof *study_items);
    st->racks = (struct scn_racks){
        .units = 42, .power_W = 10000, .per_row = 10, .pitch_m = 0.6, .row_m = 2.1, .tray_m = 0.3, .slack_m = 0.5};
    study_peers(st);
    study_vms(st);
    st->server_groups = 1;
    st->servers = sim_arena_alloc(&st->arena, 1, sizeof *st->servers);
    st->servers[0] = (struct scn_servers){
        .name = "hosts",
        .count = servers,
        .place = STUDY_LIST(st, struct scn_placement, {.vm = STUDY_DB, .count = 1}, {.vm = STUDY_WEB, .count = 2}),
        .places = 2,
        .models = STUDY_NAMES(st, "srv-1u", "srv-2u"),
        .n_models = 2,
        .hypervisor = {.name = "hypervisor"}};
    st->host = (struct scn_host){.clock_hz = 2.9e9,
                                 .io_cores = 1,
                                 .switch_cycles_per_packet = 4000,
                                 .switch_cycles_per_B = 2,
                                 .direct_cycles_per_packet = 1000,
                                 .direct_cycles_per_B = 0.5,
                                 .storage_cycles_per_io = 40000};
    st->cost = (struct scn_cost){.years = 2,
                                 .energy_usd_per_kwh = 0.1,
                                 .pue = 2,
                                 .load_factor = 0.5,
                                 .rack_unit_usd_per_month = 10,
                                 .admin_usd_per_h = 50,
                                 .discount = 0};
    study_designs(st);
    return st;
}

void plan_study_destroy(struct scn_study *st)
{
    sim_arena_fini(&st->arena);
    free(st);
}

struct scn_item *plan_study_item(struct scn_study *st, const char *item)
{
    struct scn_item *items = (struct scn_item *)(uintptr_t)st->catalogue.item;

    for (size_t i = 0; i < st->catalogue.items; i++)
        if (strcmp(items[i].item, item) == 0)
            return &items[i];
    SIM_ASSERT(!"an item of the test's catalogue");
    return NULL;
}
