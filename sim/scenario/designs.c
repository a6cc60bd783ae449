/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/designs.c - ways to wire the I/O: the connections every server gets, and the uplinks of their edges.
 *
 * All designs are checked for their keys and values; the names in a design (networks, catalogue items) only if
 * `designs` selects it, so that a library of designs can be included by scenarios that know only some of its networks.
 */
#include "sim/scenario/check.h"

#include <string.h>

#define CONNECTION(field) offsetof(struct scn_connection, field)
#define UPLINK(field)     offsetof(struct uplink_plain, field)

struct uplink_plain { /* `to` is a choice, an int; the study keeps a bool */
    struct scn_uplink up;
    int to;
};

struct design_plain {
    const char *summary;
    int narrow;     /* 0 = slower, 1 = refuse */
    int hypervisor; /* 0 = software switch, 1 = pass-through */
    int storage;    /* 0 = HBA, 1 = software */
    double admin_h, change_h;
};

static const struct sim_param design_params[] = {
    {"summary", SIM_PARAM_TEXT, offsetof(struct design_plain, summary), "", NULL, NULL, "one line for the report",
     "design choice"},
    {"hypervisor", SIM_PARAM_CHOICE, offsetof(struct design_plain, hypervisor), "software-switch",
     "software-switch|pass-through", NULL, "how VMs reach the adapters", "design choice"},
    {"narrow_slots", SIM_PARAM_CHOICE, offsetof(struct design_plain, narrow), "slower", "slower|refuse", NULL,
     "a card in a slot with fewer lanes or of an older generation than it needs: runs slower, or is not put there",
     "design choice"},
    {"storage", SIM_PARAM_CHOICE, offsetof(struct design_plain, storage), "hba", "hba|software", NULL,
     "who makes and takes storage packets: an HBA or CNA, or the processor (software FCoE)", "design choice"},
    {"admin_per_port", SIM_PARAM_HOURS_PER_YEAR, offsetof(struct design_plain, admin_h), "1 h/year", NULL, NULL,
     "administration of each server-side port", "assumption A-034"},
    {"admin_per_change", SIM_PARAM_HOURS, offsetof(struct design_plain, change_h), "0.5 h", NULL, NULL,
     "administration of each move, add or change; how many there are is said by cost.changes",
     "facts.md 4.3: cable and port handling"},
    {0}};

static const struct sim_param connection_params[] = {
    {"per", SIM_PARAM_CHOICE, CONNECTION(per), "server", "server|network|vm", NULL,
     "what its ports are counted for: once per server, for each network it carries, or for each VM adapter it carries",
     "design choice"},
    {"ports", SIM_PARAM_COUNT, CONNECTION(ports), "1", "1", "64", "ports for each of these", "design choice"},
    {"mode", SIM_PARAM_CHOICE, CONNECTION(mode), "active-active", "active-active|active-standby", NULL,
     "carry traffic over the ports at both edges, or at one with the other idle until a failure",
     "facts.md 1.1: HA vNIC [S7] [S10]"},
    {"onboard", SIM_PARAM_BOOL, CONNECTION(onboard), "no", NULL, NULL, "may use the server's on-board ports first",
     "design choice"},
    {"share_card", SIM_PARAM_BOOL, CONNECTION(share_card), "no", NULL, NULL,
     "the ports of one server, network or VM may all be on one card; no = a card that fails leaves one",
     "assumption A-031"},
    {"load_limit", SIM_PARAM_FRACTION, CONNECTION(load_limit), "0%", NULL, NULL,
     "as many times `ports` as keep every port below this part of its rate, by what its VMs offer and are guaranteed; "
     "0% = once",
     "design choice"},
    {"edge_kind", SIM_PARAM_TEXT, CONNECTION(edge_kind), "", NULL, NULL,
     "kind of node of the edge: switch or director; default: the category of the item", "design choice"},
    {"length", SIM_PARAM_LENGTH, CONNECTION(length_m), "3 m", "0 m", "10 km",
     "of the cable; without a `cable` the least it has to be, and by default what the racks ask for",
     "assumption A-091"},
    {"queue", SIM_PARAM_PACKETS, CONNECTION(queue_pkts), "128 packets", "1 packet", "1000000 packets",
     "egress limit of lossy classes, switch side", "assumption A-022"},
    {"pfc", SIM_PARAM_BOOL, CONNECTION(pfc), "no", NULL, NULL, "pause the lossless classes (converged Ethernet)",
     "design choice"},
    {"buffer", SIM_PARAM_SIZE, CONNECTION(buffer_B), "150 KB", "4 KB", "1 GB",
     "with pfc: receive buffer per port and lossless class, switch side", "assumption A-023"},
    {"rings", SIM_PARAM_CHOICE, CONNECTION(rings), "auto", "auto|single|per-class", NULL,
     "transmit rings of its adapters in the host: one for all, or one per class, served over the slot in the order of "
     "the scheduler; auto: per class where ports have 10 Gb/s or more",
     "assumption A-130"},
    {"ahead", SIM_PARAM_PACKETS, CONNECTION(ahead_pkts), "64 packets", "1 packet", "65535 packets",
     "with a ring per class: frames of a class that the adapter fetches ahead of its port", "assumption A-130"},
    SCN_FRAMES_PARAMS(struct scn_connection),
    {0}};
static const struct scn_field connection_fields[] = {
    {"carries", SCN_NAMES, NULL, false, "list of ethernet, fc", "kinds of network it carries; default ethernet"},
    {"networks", SCN_NAMES, NULL, false, "list of networks", "only these of them; default: all"},
    {"link", SCN_FREE, NULL, true, "link technology", "link technology of its ports"},
    {"adapters", SCN_NAMES, NULL, false, "list of catalogue items", "adapters that may provide the ports"},
    {"edge", SCN_FREE, NULL, true, "catalogue item", "switch or director at the other end"},
    {"cable", SCN_FREE, NULL, false, "catalogue item",
     "cable between server and edge; default: the cheapest of the catalogue for the link that is long enough, and its "
     "length is the one simulated"},
    {"scheduler", SCN_FREE, NULL, false, "type of scheduler, or {type: ..., parameters}",
     "of its ports, on both sides; default drr"},
    {"failover", SCN_ONE, &scn_section_failover, false, NULL,
     "what its vNICs do when a port, cable, adapter or edge fails; default ha-pair at a director, else nic-team"},
    {"multipath", SCN_ONE, &scn_section_failover, false, NULL,
     "what its vHBAs do when something on their way fails; default multipath"},
    {0}};
static const struct scn_section section_connection = {"io_designs.NAME.connections.NAME",
                                                      "One kind of port that every server gets.", connection_params,
                                                      connection_fields, SCN_EXTRA_NONE};

static const struct sim_param uplink_params[] = {
    {"to", SIM_PARAM_CHOICE, UPLINK(to), NULL, "lan|san", NULL, "where it leads: the core of the LAN or of the SAN",
     "design choice"},
    {"ports", SIM_PARAM_COUNT, UPLINK(up.ports), "1", "1", "1024", "ports of each edge", "design choice"},
    {"oversubscription", SIM_PARAM_NUMBER, UPLINK(up.oversubscription), "0", "0", "10000",
     "instead of ports: server ports of a full edge over its uplink ports, in bit/s; 0 = as many as ports says",
     "design choice"},
    {"module_latency", SIM_PARAM_TIME, UPLINK(up.module_latency_ps), "0s", NULL, "1s",
     "gateway processing in the module", "design choice"},
    {"length", SIM_PARAM_LENGTH, UPLINK(up.length_m), "30 m", "0 m", "100 km", "of the cable", "assumption A-091"},
    {0}};
static const struct scn_field uplink_fields[] = {
    {"connection", SCN_FREE, NULL, true, "connection of the design", "connection whose edges it leaves from"},
    {"link", SCN_FREE, NULL, true, "link technology", "link technology of its ports"},
    {"module", SCN_FREE, NULL, false, "catalogue item", "director module that provides the ports"},
    {"slot", SCN_FREE, NULL, false, "link technology", "link between director and module"},
    {"cable", SCN_FREE, NULL, false, "catalogue item, or auto",
     "cable to the core where it does not come with the optics; auto: the cheapest that is long enough, by length or, "
     "without it, as the racks stand"},
    {"optic", SCN_FREE, NULL, false, "catalogue item", "optic of each end, with its share of the cable"},
    {"core_port", SCN_FREE, NULL, false, "catalogue item", "port of the core that it uses up"},
    {"failover", SCN_ONE, &scn_section_failover, false, NULL,
     "what is done when one of its ports, a module or the core fails; default lacp-fast"},
    {0}};
static const struct scn_section section_uplink = {
    "io_designs.NAME.uplinks.NAME", "Links from the edges of a connection to the LAN core or the SAN core.",
    uplink_params, uplink_fields, SCN_EXTRA_NONE};

static const struct scn_field design_fields[] = {
    {"connections", SCN_NAMED, &section_connection, true, NULL, "the ports every server gets"},
    {"uplinks", SCN_NAMED, &section_uplink, false, NULL, "how the edges reach the rest of the world"},
    {0}};
const struct scn_section scn_section_design = {"io_designs.NAME", "A way to wire the I/O of the servers.",
                                               design_params, design_fields, SCN_EXTRA_NONE};

static const char *design_item(struct scn_at at, const char *key, const char *categories, bool selected)
{
    struct scn_at value = scn_at_key(at, key);
    const struct scn_item *item = selected ? scn_resolve_item(value, categories) : NULL;

    if (!selected && value.node)
        scn_text(value);
    return item ? item->item : NULL;
}

static void connection_carries(struct scn_at at, struct scn_connection *cn)
{
    struct scn_at list = scn_at_key(at, "carries");
    struct scn_node *kinds = scn_node_map(at.c->scratch, at.pos);
    size_t n;
    const uint32_t *kind;

    scn_node_add(at.c->scratch, kinds, "ethernet", at.pos, NULL);
    scn_node_add(at.c->scratch, kinds, "fc", at.pos, NULL);
    kind = scn_resolve_list(at, "carries", kinds, "kind of network", &n);
    cn->ethernet = scn_count(list) == 0;
    for (size_t i = 0; i < n; i++) {
        cn->ethernet = cn->ethernet || kind[i] == SCN_ETHERNET;
        cn->fc = cn->fc || kind[i] == SCN_FC;
    }
    if (cn->link && cn->ethernet && !cn->link->framing[VIO_PROTO_IP].carried)
        scn_error(scn_at_key(at, "link"), "%s cannot carry Ethernet; see carries", cn->link->type);
    if (cn->link && cn->fc && !cn->link->framing[VIO_PROTO_FC].carried)
        scn_error(scn_at_key(at, "link"), "%s cannot carry Fibre Channel; see carries", cn->link->type);
}

static void connection_networks(struct scn_at at, struct scn_connection *cn)
{
    struct scn_at list = scn_at_key(at, "networks");
    size_t kept = 0;

    if (scn_count(list) == 0)
        return;
    cn->only = scn_resolve_list(at, "networks", at.c->names.networks, "network", &cn->n_only);
    for (size_t i = 0; i < cn->n_only; i++) {
        const struct scn_network *net = &at.c->study->network[cn->only[i]];

        if (net->kind == SCN_FC ? cn->fc : cn->ethernet)
            cn->only[kept++] = cn->only[i];
        else
            scn_error(list, "'%s' is %s network, which this connection does not carry; see carries", net->name,
                      net->kind == SCN_FC ? "a Fibre Channel" : "an Ethernet");
    }
    cn->n_only = kept;
}

static void connection_adapters(struct scn_at at, struct scn_connection *cn)
{
    struct scn_at list = scn_at_key(at, "adapters");

    cn->adapters = sim_arena_alloc(at.c->arena, scn_count(list) + 1, sizeof(*cn->adapters));
    for (size_t i = 0; i < scn_count(list); i++) {
        struct scn_at here = scn_at_item(list, i);
        const struct scn_item *item = scn_resolve_item(here, "adapter");

        if (!item)
            continue;
        cn->adapters[cn->n_adapters++] = item->item;
        if (cn->link && item->link[0] && strcmp(item->link, cn->link->type) != 0)
            scn_warn(here, "'%s' has %s ports, this connection runs at %s", item->item, item->link, cn->link->type);
    }
    if (scn_count(list) == 0 && !cn->onboard)
        scn_error(scn_at_key(at, "adapters"), "is missing; name adapters of the catalogue, or say onboard: yes");
}

static void connection_edge(struct scn_at at, struct scn_connection *cn, bool selected)
{
    struct scn_at edge = scn_at_key(at, "edge"), kind = scn_at_key(at, "edge_kind");
    const struct scn_item *item = selected ? scn_resolve_item(edge, "switch|director") : NULL;
    struct scn_node *kinds = scn_node_map(at.c->scratch, at.pos);
    size_t i;

    cn->edge = item ? item->item : NULL;
    if (item && !cn->edge_kind[0])
        cn->edge_kind = item->category;
    for (size_t k = 0; vio_node_types[k]; k++)
        if (vio_node_types[k]->role == VIO_ROLE_TRANSIT)
            scn_node_add(at.c->scratch, kinds, vio_node_types[k]->type, at.pos, NULL);
    if (!cn->edge_kind[0])
        return;
    i = scn_resolve(kind, cn->edge_kind, kinds, "kind of edge");
    if (i != SCN_NONE)
        cn->edge_kind = kinds->entry[i].key;
}

static void connection_check_sched(struct scn_at at, const struct scn_connection *cn)
{
    const struct scn_study *s = at.c->study;
    struct vio_class_config cls[VIO_CLASSES] = {0};
    const uint32_t n = s->classes < VIO_CLASSES ? (uint32_t)s->classes : VIO_CLASSES;

    for (uint32_t i = 0; i < n; i++)
        cls[i] = scn_class_config(&s->class_[i], cn->pfc);
    if (cn->link)
        scn_check_sched(scn_at_key(at, "scheduler"), cn->sched, cn->sched_config, cls, n, cn->link->rate_bps);
}

static void connection_read(struct scn_at at, bool selected, struct scn_connection *cn)
{
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "a connection is expected here, as in {link: 10gbe, ports: 2, edge: ..., cable: ...}");
        return;
    }
    scn_check_section(at, &section_connection, cn);
    cn->link = scn_node_get(at.node, "link") ? scn_resolve_link(at, "link", NULL) : NULL;
    cn->sched = scn_resolve_sched(at, "scheduler", "drr", &cn->sched_config);
    connection_check_sched(at, cn);
    connection_carries(at, cn);
    if (cn->mode == SCN_ONE_SIDE && cn->ports < 2)
        scn_error(scn_at_key(at, "mode"), "a standby needs a second port; see ports");
    if (cn->mode == SCN_ONE_SIDE && cn->load_limit > 0 && cn->ports % 2)
        scn_error(scn_at_key(at, "load_limit"), "needs as many ports at both sides where one stands by; see ports");
    if (cn->link)
        scn_check_frames(at, cn->link, &cn->frames);
    if (selected) {
        connection_networks(at, cn);
        connection_adapters(at, cn);
    }
    connection_edge(at, cn, selected);
    if (cn->rings == SCN_RINGS_SINGLE)
        scn_warn_idle(at, "ahead", "it is of rings per class, and there is one ring");
    if (!cn->pfc)
        scn_warn_idle(at, "buffer", "it is the buffer of lossless classes under pfc: yes");
    cn->cable = design_item(at, "cable", "cable", selected);
    cn->length_given = scn_node_get(at.node, "length") != NULL;
    scn_read_failover(scn_at_key(at, "failover"),
                      strcmp(cn->edge_kind, "director") == 0 ? SCN_FAILOVER_HA_PAIR : SCN_FAILOVER_NIC_TEAM,
                      &cn->failover);
    scn_read_failover(scn_at_key(at, "multipath"), SCN_FAILOVER_MULTIPATH, &cn->multipath);
}

static void uplink_read(struct scn_at at, const struct scn_node *connections, const struct scn_design *design,
                        bool selected, struct scn_uplink *up)
{
    struct uplink_plain plain = {.up = *up, .to = -1};
    struct scn_at cable;
    size_t i;

    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "an uplink is expected here, as in {connection: ..., to: lan, link: 10gbe}");
        return;
    }
    scn_check_section(at, &section_uplink, &plain);
    *up = plain.up;
    up->to_fc = plain.to == 1;
    i = scn_node_get(at.node, "connection") ? scn_resolve_key(at, "connection", connections, "connection", SCN_NONE)
                                            : SCN_NONE;
    up->connection = i == SCN_NONE ? 0 : (uint32_t)i;
    up->link = scn_node_get(at.node, "link") ? scn_resolve_link(at, "link", NULL) : NULL;
    up->slot = scn_node_get(at.node, "slot") ? scn_resolve_link(at, "slot", NULL) : NULL;
    up->module = design_item(at, "module", "module", selected);
    up->length_given = scn_node_get(at.node, "length") != NULL;
    cable = scn_at_key(at, "cable");
    up->cable_auto = cable.node && cable.node->kind == SCN_SCALAR && strcmp(cable.node->text, "auto") == 0;
    up->cable = up->cable_auto ? NULL : design_item(at, "cable", "cable", selected);
    if (up->oversubscription > 0 && scn_node_get(at.node, "ports"))
        scn_error(scn_at_key(at, "oversubscription"), "ports says how many there are already; one of them has to go");
    up->optic = design_item(at, "optic", "optic|cable", selected);
    up->core_port = design_item(at, "core_port", "port", selected);
    scn_read_failover(scn_at_key(at, "failover"), SCN_FAILOVER_LACP_FAST, &up->failover);
    if (!scn_node_get(at.node, "module")) {
        scn_warn_idle(at, "slot", "it is the slot of a module");
        scn_warn_idle(at, "module_latency", "it is the latency of a module");
    }
    if (plain.to < 0)
        return;
    if (up->link && !up->link->framing[up->to_fc ? VIO_PROTO_FC : VIO_PROTO_IP].carried)
        scn_error(scn_at_key(at, "link"), "%s cannot carry what goes to the %s", up->link->type,
                  up->to_fc ? "SAN" : "LAN");
    if (i != SCN_NONE && !(up->to_fc ? design->connection[i].fc : design->connection[i].ethernet))
        scn_error(scn_at_key(at, "to"), "connection '%s' does not carry what goes to the %s; see its carries",
                  connections->entry[i].key, up->to_fc ? "SAN" : "LAN");
}

static void design_uplinks(struct scn_at at, const struct scn_node *connections, bool selected, struct scn_design *d)
{
    struct scn_at list = scn_at_key(at, "uplinks");

    if (!scn_is_map(list))
        return;
    d->uplinks = list.node->n;
    d->uplink = sim_arena_alloc(at.c->arena, d->uplinks + 1, sizeof(*d->uplink));
    for (size_t i = 0; i < d->uplinks; i++) {
        struct scn_at here = scn_at_entry(list, i);

        scn_check_name(here, list.node->entry[i].key);
        d->uplink[i].name = sim_arena_text(at.c->arena, list.node->entry[i].key);
        d->uplink[i].pos = scn_keep_pos(at.c, here.key_pos);
        uplink_read(here, connections, d, selected, &d->uplink[i]);
    }
}

static void design_read(struct scn_at at, const char *name, bool selected, struct scn_design *d)
{
    struct scn_at list = scn_at_key(at, "connections");
    struct design_plain plain = {0};

    scn_check_name(at, name);
    d->name = sim_arena_text(at.c->arena, name);
    d->pos = scn_keep_pos(at.c, at.key_pos);
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "a design is expected here, as in {connections: {...}}");
        return;
    }
    scn_check_section(at, &scn_section_design, &plain);
    d->summary = plain.summary;
    d->refuse_narrow = plain.narrow == 1;
    d->software_switch = plain.hypervisor == 0;
    d->storage_software = plain.storage == 1;
    d->admin_h_per_port_year = plain.admin_h;
    d->admin_h_per_change = plain.change_h;
    if (!scn_is_map(list))
        return;
    d->connections = list.node->n;
    d->connection = sim_arena_alloc(at.c->arena, d->connections + 1, sizeof(*d->connection));
    for (size_t i = 0; i < d->connections; i++) {
        struct scn_at here = scn_at_entry(list, i);

        scn_check_name(here, list.node->entry[i].key);
        d->connection[i].name = sim_arena_text(at.c->arena, list.node->entry[i].key);
        d->connection[i].pos = scn_keep_pos(at.c, here.key_pos);
        connection_read(here, selected, &d->connection[i]);
    }
    design_uplinks(at, list.node, selected, d);
}

void scn_read_designs(struct scn_check *c)
{
    struct scn_at all = scn_at_key(scn_at_root(c), "io_designs"), chosen = scn_at_key(scn_at_root(c), "designs");
    const size_t n = scn_is_map(all) ? all.node->n : 0;
    struct scn_node *names = n ? scn_node_copy(c->scratch, all.node) : scn_node_map(c->scratch, all.pos);
    struct scn_design *design = sim_arena_alloc(c->scratch, n + 1, sizeof(*design));
    bool *selected = sim_arena_alloc(c->scratch, n + 1, sizeof(*selected));
    uint32_t *order = sim_arena_alloc(c->scratch, n + 1, sizeof(*order));
    size_t count = n;

    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    if (scn_count(chosen))
        order = scn_resolve_list(scn_at_root(c), "designs", names, "design", &count);
    for (size_t i = 0; i < count; i++)
        selected[order[i]] = true;
    for (size_t i = 0; i < n; i++)
        design_read(scn_at_entry(all, i), all.node->entry[i].key, selected[i], &design[i]);
    c->study->design = sim_arena_alloc(c->arena, count + 1, sizeof(*design));
    c->study->designs = count;
    for (size_t i = 0; i < count; i++)
        c->study->design[i] = design[order[i]];
    if (c->study->server_groups && n == 0)
        scn_error(scn_at_key(scn_at_root(c), "io_designs"),
                  "is missing; servers need at least one design to be wired by (include a file of designs)");
}
