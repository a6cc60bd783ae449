/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/general.c - the sections every scenario has: what it is called, how long and how often it runs,
 * networks, traffic classes, the servers' processors, money.
 */
#include "sim/scenario/check.h"

#include <string.h>

#define STUDY(field) offsetof(struct scn_study, field)
#define CLASS(field) offsetof(struct scn_class, field)
#define HOST(field)  offsetof(struct scn_host, field)
#define COST(field)  offsetof(struct scn_cost, field)

static const struct sim_param root_params[] = {
    {"name", SIM_PARAM_TEXT, STUDY(name), NULL, NULL, NULL, "short name: letters, digits, '-' and '_'",
     "design choice"},
    {"title", SIM_PARAM_TEXT, STUDY(title), "", NULL, NULL, "one line for the head of the report; default: the name",
     "design choice"},
    {"seed", SIM_PARAM_INT64, STUDY(seed), "1", "0", NULL,
     "of the random numbers; the same seed gives the same results", "design choice"},
    {"year", SIM_PARAM_COUNT, STUDY(year), "0", NULL, "9999",
     "that is planned for: only what was sold in it is bought (year_from, year_to of the catalogue); 0 = years do not "
     "matter",
     "design choice"},
    {"attribution", SIM_PARAM_BOOL, STUDY(attribution), "yes", NULL, NULL,
     "account for the time of every I/O, place by place, to name the bottleneck; no = runs take a tenth less time",
     "design choice"},
    {0}};

static const struct sim_param time_params[] = {{"warmup", SIM_PARAM_TIME, offsetof(struct scn_time, warmup_ps), "100ms",
                                                "0s", NULL, "simulated time before measuring begins", "design choice"},
                                               {"measure", SIM_PARAM_TIME, offsetof(struct scn_time, measure_ps), "1s",
                                                "1us", NULL, "simulated time measured", "design choice"},
                                               {0}};

static const struct sim_param replications_params[] = {
    {"min", SIM_PARAM_COUNT, offsetof(struct scn_replications, min), "5", "1", "10000",
     "replications that are always run", "Law 2015, section 9.4: at least 5"},
    {"max", SIM_PARAM_COUNT, offsetof(struct scn_replications, max), "0", "0", "10000",
     "replications at most; 0 = as many as min", "design choice"},
    {"precision", SIM_PARAM_FRACTION, offsetof(struct scn_replications, precision), "0%", NULL, NULL,
     "half-width relative to the mean at which to stop before max; 0% = run min", "design choice"},
    {"confidence", SIM_PARAM_FRACTION, offsetof(struct scn_replications, confidence), "95%", "50%", "99.99%",
     "level of the intervals", "design choice"},
    {0}};

static const struct sim_param network_params[] = {
    {"kind", SIM_PARAM_CHOICE, offsetof(struct scn_network, kind), "ethernet", "ethernet|fc", NULL,
     "what it carries: Ethernet, or Fibre Channel (a SAN)", "design choice"},
    {"zone", SIM_PARAM_TEXT, offsetof(struct scn_network, zone), "default", NULL, NULL,
     "security zone; frames never cross zones", "design choice"},
    {0}};

static const struct sim_param class_params[] = {
    {"weight", SIM_PARAM_NUMBER, CLASS(weight), "15", "0.001", "1000000",
     "share of a link among the classes that wait (drr, scfq, ets, shares, hierarchy)", "design choice"},
    {"priority", SIM_PARAM_COUNT, CLASS(priority), "2", "0", "7",
     "under a strict scheduler, and among the strict classes of ets: 0 goes first", "design choice"},
    {"lossless", SIM_PARAM_BOOL, CLASS(lossless), "no", NULL, NULL, "protected by pause (PFC) on converged Ethernet",
     "design choice"},
    {"strict", SIM_PARAM_BOOL, CLASS(strict), "no", NULL, NULL, "ets: goes before all classes that share by weight",
     "design choice"},
    {"cir", SIM_PARAM_RATE, CLASS(cir_bps), "0 bps", NULL, NULL,
     "tr-tcm-policer, tr-tcm-shaper: committed rate, in wire bytes; 0 bps = none", "design choice"},
    {"pir", SIM_PARAM_RATE, CLASS(pir_bps), "0 bps", NULL, NULL,
     "tr-tcm-policer, tr-tcm-shaper: peak rate, beyond which is dropped or delayed; 0 bps = no limit", "design choice"},
    {"cbs", SIM_PARAM_SIZE, CLASS(cbs_B), "0 B", NULL, NULL, "committed burst; 0 B = the scheduler's default",
     "design choice"},
    {"pbs", SIM_PARAM_SIZE, CLASS(pbs_B), "0 B", NULL, NULL, "peak burst; 0 B = the scheduler's default",
     "design choice"},
    {"rate", SIM_PARAM_RATE, CLASS(rate_bps), "0 bps", NULL, NULL,
     "partition: speed requested; 0 bps = an equal part of what the others leave", "design choice"},
    {"limit", SIM_PARAM_RATE, CLASS(limit_bps), "0 bps", NULL, NULL, "shares: never more than this; 0 bps = no limit",
     "design choice"},
    {0}};

static const struct sim_param host_params[] = {
    {"hypervisor", SIM_PARAM_TEXT, HOST(hypervisor), "", NULL, NULL,
     "its name, as in the drivers of the catalogue: without one for it an adapter is not bought; empty = not asked",
     "design choice"},
    {"clock", SIM_PARAM_FREQUENCY, HOST(clock_hz), "2.9 GHz", "100 MHz", "10 GHz", "clock of a core",
     "assumption A-020: two-socket server of 2009"},
    {"io_cores", SIM_PARAM_COUNT, HOST(io_cores), "1", "1", "256", "cores that run the software switch",
     "assumption A-020"},
    {"switch_cycles_per_packet", SIM_PARAM_NUMBER, HOST(switch_cycles_per_packet), "4000", "0", "1000000",
     "software switch: cycles per packet", "assumption A-020"},
    {"switch_cycles_per_byte", SIM_PARAM_NUMBER, HOST(switch_cycles_per_B), "2", "0.1", "1000",
     "software switch: cycles per byte", "assumption A-020"},
    {"direct_cycles_per_packet", SIM_PARAM_NUMBER, HOST(direct_cycles_per_packet), "1000", "0", "1000000",
     "pass-through: cycles per packet left to the guest's driver", "assumption A-090"},
    {"direct_cycles_per_byte", SIM_PARAM_NUMBER, HOST(direct_cycles_per_B), "0.5", "0.1", "1000",
     "pass-through: cycles per byte", "assumption A-090"},
    {"storage_cycles_per_io", SIM_PARAM_NUMBER, HOST(storage_cycles_per_io), "40000", "0", "10000000",
     "cycles of the storage driver per I/O, before its command goes out", "assumption A-215: 14 us of 10-25 us"},
    {"cores", SIM_PARAM_CHOICE, HOST(sharing), "set-aside", "set-aside|shared", NULL,
     "set-aside: io_cores handle I/O and nothing else, VMs compute on the rest; shared: I/O and computation meet on "
     "all "
     "cores of the server, I/O is spread over the first io_cores",
     "design choice"},
    {"burst", SIM_PARAM_DIST_TIME, HOST(burst), "1ms", NULL, NULL,
     "cores: shared: what a VM's processor computes between two waits", "assumption A-216"},
    {"slice", SIM_PARAM_TIME, HOST(slice_ps), "50us", "1us", "10ms",
     "cores: shared: longest time that computation keeps I/O, or another VM, waiting", "assumption A-217"},
    {0}};

static const struct sim_param cost_params[] = {
    {"years", SIM_PARAM_YEARS, COST(years), "3", "0.1", "50", "over which costs are added up",
     "facts.md 4.3: depreciation over 3 years"},
    {"energy", SIM_PARAM_ENERGY_PRICE, COST(energy_usd_per_kwh), "0.10 USD/kWh", NULL, NULL, "price of electricity",
     "facts.md 4.3: US commercial average 2008-10"},
    {"pue", SIM_PARAM_NUMBER, COST(pue), "2.0", "1", "10", "power usage effectiveness: total power / IT power",
     "facts.md 4.3: 2.0 for 2008-10"},
    {"load_factor", SIM_PARAM_FRACTION, COST(load_factor), "67%", NULL, NULL,
     "power drawn / catalogue watts of items without watts_idle", "facts.md 4.3 [S73]"},
    {"io_utilisation", SIM_PARAM_FRACTION, COST(io_utilisation), "30%", NULL, NULL,
     "load of what is not a server and has watts_idle: it draws idle + this share of the rest; servers go by their "
     "processors",
     "assumption A-161"},
    {"rack_unit", SIM_PARAM_MONEY_PER_MONTH, COST(rack_unit_usd_per_month), "30 USD/month", NULL, NULL,
     "rent of one rack unit", "assumption A-033"},
    {"admin", SIM_PARAM_MONEY_PER_HOUR, COST(admin_usd_per_h), "41 USD/h", NULL, NULL, "an administrator's hour",
     "facts.md 4.3 [S73]: 85,000 USD a year"},
    {"discount", SIM_PARAM_FRACTION, COST(discount), "8%", NULL, NULL, "discount rate per year", "assumption A-035"},
    {"changes", SIM_PARAM_NUMBER, COST(changes_per_server_year), "0", "0", "10000",
     "moves, adds and changes of connections for each server and year; see io_designs.NAME.admin_per_change",
     "design choice"},
    {"depreciation", SIM_PARAM_YEARS, COST(depreciation_years), "3", "0.1", "50",
     "over which book values fall in a straight line", "facts.md 4.3: 3 years, 4-5 as sensitivity"},
    {"residual", SIM_PARAM_FRACTION, COST(residual), "0%", NULL, NULL,
     "of its price: what is bought can still be sold for at the end of the study, and what its book value falls to",
     "assumption A-160"},
    {0}};

const struct scn_section scn_section_time = {"time", "How long a run lasts.", time_params, NULL, SCN_EXTRA_NONE};
const struct scn_section scn_section_replications = {
    "replications",
    "How often each point is run, with other random numbers each time. A plain number sets min and max.",
    replications_params, NULL, SCN_EXTRA_NONE};
const struct scn_section scn_section_network = {"networks.NAME", "A network that VMs and peers are on.", network_params,
                                                NULL, SCN_EXTRA_NONE};
const struct scn_section scn_section_class = {
    "classes.NAME",
    "A traffic class; at most 8. Without this section there are critical (weight 40, priority 0), storage (weight 40, "
    "priority 1, lossless), normal (weight 15, priority 2) and background (weight 5, priority 3).",
    class_params, NULL, SCN_EXTRA_NONE};
const struct scn_section scn_section_host = {"host", "What I/O costs the processors of every server.", host_params,
                                             NULL, SCN_EXTRA_NONE};
static const struct scn_field cost_fields[] = {{"exchange", SCN_FREE, NULL, false, "mapping of currencies to USD",
                                                "what one of a currency of the catalogue is worth, as in {EUR: 1.39 "
                                                "USD}"},
                                               {0}};
const struct scn_section scn_section_cost = {"cost", "What running the installation costs.", cost_params, cost_fields,
                                             SCN_EXTRA_NONE};

static const struct scn_field root_fields[] = {
    {"include", SCN_FREE, NULL, false, "file or list of files",
     "scenario files to read first, relative to this file; what is said here overrides them"},
    {"sweep", SCN_FREE, NULL, false, "mapping of dotted paths to lists; zip: mapping of paths to equally long lists",
     "settings to vary: every combination is a point; the lists under zip go in step"},
    {"time", SCN_ONE, &scn_section_time, false, NULL, "how long a run lasts"},
    {"replications", SCN_ONE, &scn_section_replications, false, NULL, "how often each point is run"},
    {"networks", SCN_NAMED, &scn_section_network, false, NULL, "the networks"},
    {"classes", SCN_NAMED, &scn_section_class, false, NULL, "traffic classes"},
    {"mixes", SCN_NAMED, &scn_section_mix, false, NULL, "mixes of I/Os for block workloads"},
    {"storage", SCN_NAMED, &scn_section_storage, false, NULL, "storage arrays"},
    {"peers", SCN_NAMED, &scn_section_peer, false, NULL, "what the servers talk to: clients, backup servers"},
    {"vms", SCN_NAMED, &scn_section_vm, false, NULL, "classes of virtual machines"},
    {"servers", SCN_NAMED, &scn_section_servers, false, NULL, "groups of like servers"},
    {"events", SCN_ITEMS, &scn_section_event, false, NULL, "what happens during the run: backups, migrations"},
    {"levels", SCN_ITEMS, &scn_section_level, false, NULL, "service levels: what good enough means"},
    {"series", SCN_ONE, &scn_section_series, false, NULL, "metrics over time, in the database and as figures"},
    {"expect", SCN_ITEMS, &scn_section_expect, false, NULL,
     "what theory or publications say comes out: judged by reports and viosim validate"},
    {"io_designs", SCN_NAMED, &scn_section_design, false, NULL, "ways to wire the I/O"},
    {"designs", SCN_NAMES, NULL, false, "list of io_designs",
     "those to compare; the first is the baseline; default: all, in their order"},
    {"host", SCN_ONE, &scn_section_host, false, NULL, "processor cost of I/O"},
    {"cost", SCN_ONE, &scn_section_cost, false, NULL, "prices of running"},
    {"owned", SCN_COUNTS, NULL, false, "mapping of catalogue items to numbers",
     "what is there already: costs nothing to buy, but power, space, maintenance and administration"},
    {"growth", SCN_ONE, &scn_section_growth, false, NULL, "how the number of VMs grows over the years"},
    {"uncertain", SCN_NAMED, &scn_section_uncertain, false, NULL, "prices and assumptions that are not known exactly"},
    {"catalogue", SCN_NAMED, &scn_section_item, false, NULL, "what can be bought"},
    {"racks", SCN_ONE, &scn_section_racks, false, NULL, "what servers and switches are put into"},
    {"topology", SCN_ONE, &scn_section_topology, false, NULL, "nodes, links and flows by hand, instead of servers"},
    {0}};

const struct scn_section scn_section_root = {"", "The sections of a scenario.", root_params, root_fields,
                                             SCN_EXTRA_NONE};

static void general_replications(struct scn_check *c)
{
    struct scn_replications *r = &c->study->replications;
    struct scn_at at = scn_at_key(scn_at_root(c), "replications");
    const struct sim_param *min = sim_param_find(replications_params, "min");
    char why[256];

    sim_param_defaults(replications_params, r, c->arena);
    if (at.node && at.node->kind == SCN_SCALAR && at.node->text[0]) {
        if (!sim_param_set(min, r, at.node->text, c->arena, why, sizeof(why)))
            scn_error(at, "%s", why);
    } else if (scn_is_map(at)) {
        scn_check_section(at, &scn_section_replications, r);
        if (r->max && r->max < r->min)
            scn_error(scn_at_key(at, "max"), "%u is less than min, which is %u", r->max, r->min);
        if (r->max > r->min && r->precision == 0)
            scn_warn_idle(at, "max", "without a precision to reach, min replications are run");
    }
    if (r->max < r->min)
        r->max = r->min;
}

enum { GENERAL_NETWORKS_MAX = 255 }; /* a packet's tag is a byte, 0 = none (models/packet.h) */

static void general_networks(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "networks");
    const size_t n = scn_is_map(at) ? at.node->n : 0;

    c->names.networks = n ? at.node : scn_node_map(c->scratch, at.pos);
    c->network_used = sim_arena_alloc(c->scratch, n + 1, sizeof(bool));
    c->study->network = sim_arena_alloc(c->arena, n + 1, sizeof(*c->study->network));
    c->study->networks = n;
    if (n > GENERAL_NETWORKS_MAX)
        scn_error(scn_at_entry(at, GENERAL_NETWORKS_MAX), "%zu networks; at most %d can be told apart", n,
                  GENERAL_NETWORKS_MAX);
    for (size_t i = 0; i < n; i++) {
        struct scn_at here = scn_at_entry(at, i);
        struct scn_network *network = &c->study->network[i];

        scn_check_name(here, at.node->entry[i].key);
        sim_param_defaults(network_params, network, c->arena);
        if (scn_is_map(here))
            scn_check_section(here, &scn_section_network, network);
        network->name = sim_arena_text(c->arena, at.node->entry[i].key);
        network->pos = scn_keep_pos(c, here.key_pos);
    }
}

/* The classes of a scenario that defines none. */
static void general_default_classes(struct scn_check *c)
{
    static const struct scn_class classes[] = {{.name = "critical", .weight = 40, .priority = 0},
                                               {.name = "storage", .weight = 40, .priority = 1, .lossless = true},
                                               {.name = "normal", .weight = 15, .priority = 2},
                                               {.name = "background", .weight = 5, .priority = 3}};
    struct scn_node *names = scn_node_map(c->scratch, c->root->pos);
    const size_t n = sizeof(classes) / sizeof(*classes);

    c->study->class_ = sim_arena_alloc(c->arena, n, sizeof(*classes));
    memcpy(c->study->class_, classes, sizeof(classes));
    c->study->classes = n;
    for (size_t i = 0; i < n; i++)
        scn_node_add(c->scratch, names, classes[i].name, c->root->pos, NULL);
    c->names.classes = names;
}

static void general_classes(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "classes");

    if (!scn_is_map(at) || at.node->n == 0) {
        general_default_classes(c);
        return;
    }
    if (at.node->n > VIO_CLASSES)
        scn_error(at, "%zu classes; a link tells at most %d apart (802.1Q priorities)", at.node->n, VIO_CLASSES);
    c->names.classes = at.node;
    c->study->classes = at.node->n;
    c->study->class_ = sim_arena_alloc(c->arena, at.node->n, sizeof(*c->study->class_));
    for (size_t i = 0; i < at.node->n; i++) {
        struct scn_at here = scn_at_entry(at, i);
        struct scn_class *class_ = &c->study->class_[i];

        scn_check_name(here, at.node->entry[i].key);
        sim_param_defaults(class_params, class_, c->arena);
        if (scn_is_map(here))
            scn_check_section(here, &scn_section_class, class_);
        class_->name = sim_arena_text(c->arena, at.node->entry[i].key);
    }
}

struct vio_class_config scn_class_config(const struct scn_class *c, bool protect)
{
    return (struct vio_class_config){.weight = c->weight,
                                     .priority = (uint8_t)c->priority,
                                     .lossless = protect && c->lossless,
                                     .strict = c->strict,
                                     .cir_bps = c->cir_bps,
                                     .pir_bps = c->pir_bps,
                                     .cbs_B = c->cbs_B,
                                     .pbs_B = c->pbs_B,
                                     .rate_bps = c->rate_bps,
                                     .limit_bps = c->limit_bps};
}

static void general_mapping(struct scn_check *c, const char *key, const struct scn_section *section, void *config)
{
    struct scn_at at = scn_at_key(scn_at_root(c), key);

    sim_param_defaults(section->params, config, c->arena);
    if (scn_is_map(at))
        scn_check_section(at, section, config);
}

/* The catalogue converts with the rates (sim/scenario/catalogue_item.c); here they are looked at, used or not. */
static void general_exchange(struct scn_check *c)
{
    static const struct sim_param row = {"exchange", SIM_PARAM_MONEY, 0, NULL, "0.000001 USD", NULL, "", ""};
    struct scn_at at = scn_at_key(scn_at_key(scn_at_root(c), "cost"), "exchange");
    char why[256];

    if (!scn_is_map(at))
        return;
    for (size_t i = 0; i < at.node->n; i++) {
        struct scn_at here = scn_at_entry(at, i);
        const char *text = scn_text(here);
        double usd;

        if (text && !sim_param_set(&row, &usd, text, c->scratch, why, sizeof why))
            scn_error(here, "%s", why);
    }
}

static void general_host(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "host");
    const struct scn_host *h = &c->study->host;

    general_mapping(c, "host", &scn_section_host, &c->study->host);
    if (h->sharing == SCN_SET_ASIDE) {
        scn_warn_idle(at, "burst", "only `cores: shared` simulates what VMs compute");
        scn_warn_idle(at, "slice", "only `cores: shared` simulates what VMs compute");
        return;
    }
    if (c->study->classes >= VIO_CLASSES)
        scn_error(scn_at_key(at, "cores"),
                  "shared cores keep a class for computation: at most %d traffic classes, there "
                  "are %zu",
                  VIO_CLASSES - 1, c->study->classes);
    if (sim_dist_mean(&h->burst) <= 0)
        scn_error(scn_at_key(at, "burst"), "a burst of computation takes time; its mean is 0");
}

void scn_read_general(struct scn_check *c)
{
    struct scn_at root = scn_at_root(c);

    scn_check_section(root, &scn_section_root, c->study);
    if (c->study->name)
        scn_check_name(scn_at_key(root, "name"), c->study->name);
    if (c->study->title && !c->study->title[0])
        c->study->title = c->study->name;
    general_mapping(c, "time", &scn_section_time, &c->study->time);
    general_replications(c);
    general_networks(c);
    general_classes(c);
    general_host(c);
    general_mapping(c, "cost", &scn_section_cost, &c->study->cost);
    general_exchange(c);
}
