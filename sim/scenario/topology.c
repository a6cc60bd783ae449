/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/topology.c - nodes, links and flows spelt out by hand, for textbook queues and other people's
 * experiments.
 */
#include "sim/scenario/check.h"

#include <string.h>

enum {
    LINK_VL_CREDITS_MAX = 32768, /* 2 MiB per lane; IBA vol. 1 allows what the receiver can count */
    LINK_FCOE_MTU_B = 2240       /* mini-jumbo frame that holds an FC frame; facts.md 2.2 */
};

#define NODE(field) offsetof(struct scn_topo_node, field)

static const struct sim_param node_params[] = {
    {"count", SIM_PARAM_COUNT, NODE(count), "1", "1", "1000000", "how many; they are called NAME[0], NAME[1], ...",
     "design choice"},
    {"buffer", SIM_PARAM_SIZE, NODE(buffer_B), "0 B", NULL, NULL,
     "packet memory that the ports share; 0 B = none is shared", "facts.md 2.4; Choudhury and Hahne 1998"},
    {"alpha", SIM_PARAM_NUMBER, NODE(alpha), "1", "0.001", "128",
     "with buffer: a queue may hold alpha times what is free of it", "facts.md 3.1: 1/8 to 1 is typical"},
    {0}};
static const struct scn_field node_fields[] = {
    {"kind", SCN_FREE, NULL, true, "kind of node", "what it is, for example host or switch"}, {0}};
static const struct scn_section section_node = {"topology.nodes.NAME", "A node, or several like ones.", node_params,
                                                node_fields, SCN_EXTRA_NODE};

struct link_plain {
    sim_time delay_ps;
    double length_m;
    uint64_t rate_bps;
    uint32_t host_queue_pkts, classes;
    int flow_control;
    struct scn_frames frames;
};
#define LINK(field) offsetof(struct link_plain, field)

static const struct sim_param link_params[] = {
    {"delay", SIM_PARAM_TIME, LINK(delay_ps), "0s", NULL, NULL, "propagation; instead of length", "design choice"},
    {"length", SIM_PARAM_LENGTH, LINK(length_m), "0 m", NULL, NULL, "of the cable; gives the propagation",
     "design choice"},
    {"rate", SIM_PARAM_RATE, LINK(rate_bps), "0 bps", NULL, NULL, "instead of the technology's; 0 = the technology's",
     "design choice"},
    {"host_queue", SIM_PARAM_PACKETS, LINK(host_queue_pkts), "0 packets", NULL, NULL,
     "limit of the queue at an endpoint; 0 packets = none", "design choice"},
    {"classes", SIM_PARAM_COUNT, LINK(classes), "0", "0", "8",
     "traffic classes with queues of their own; 0 = all of the scenario under pfc or a scheduler other than fifo, else "
     "1",
     "design choice"},
    {"flow_control", SIM_PARAM_CHOICE, LINK(flow_control), "default", "default|none|bb-credit|vl-credit|pfc|pause",
     NULL, "default = the technology's", "design choice"},
    SCN_FRAMES_PARAMS(struct link_plain),
    {0}};
static const struct scn_field link_fields[] = {
    {"from", SCN_FREE, NULL, true, "node", "one end"},
    {"to", SCN_FREE, NULL, true, "node", "the other end"},
    {"type", SCN_FREE, NULL, true, "link technology", "link technology"},
    {"queue", SCN_FREE, NULL, false, "packets or a size",
     "egress limit per class, as in 200 packets or 300 KB; default none"},
    {"scheduler", SCN_FREE, NULL, false, "type of scheduler, or {type: ..., parameters}", "default fifo"},
    {0}};
static const struct scn_section section_link = {
    "topology.links[]",
    "A link in both directions, between like-numbered nodes, or from each of several nodes to a single one.",
    link_params, link_fields, SCN_EXTRA_CONTROL};

struct flow_plain {
    int pair;
    uint32_t divisor;
    struct sim_dist start;
};
#define FLOW(field) offsetof(struct flow_plain, field)

static const struct sim_param flow_params[] = {
    {"pair", SIM_PARAM_CHOICE, FLOW(pair), "one-to-one", "one-to-one|all-to-one|permutation|div", NULL,
     "who sends to whom: like numbers, all to number 0, a random permutation, or i to i / divisor", "design choice"},
    {"divisor", SIM_PARAM_COUNT, FLOW(divisor), "1", "1", "1000000", "of pair: div", "design choice"},
    {"start", SIM_PARAM_DIST_TIME, FLOW(start), "0s", NULL, NULL, "when each pair begins; drawn per pair",
     "design choice"},
    {0}};
static const struct scn_field flow_fields[] = {
    {"from", SCN_FREE, NULL, true, "node", "where the workload runs"},
    {"to", SCN_FREE, NULL, true, "node", "its peer"},
    {"kind", SCN_FREE, NULL, true, "kind of workload", "what it does, for example bulk"},
    {"name", SCN_FREE, NULL, false, "text", "for results; default: its kind"},
    {"class", SCN_FREE, NULL, false, "traffic class", "default normal"},
    {"transport", SCN_FREE, NULL, false, "type of transport, or {type: ..., parameters}", "as for workloads"},
    {"profile", SCN_ONE, &scn_section_pace, false, NULL, "its rate over time, as a factor"},
    {"while", SCN_FREE, NULL, false, "mapping of workloads to factors",
     "its rate while others are active, as in {backup: 50%}"},
    {0}};
static const struct scn_section section_flow = {
    "topology.flows[]", "A workload between nodes. The parameters of its kind are further keys.", flow_params,
    flow_fields, SCN_EXTRA_WORKLOAD};

static const struct scn_field topology_fields[] = {
    {"nodes", SCN_NAMED, &section_node, true, NULL, "the nodes"},
    {"links", SCN_ITEMS, &section_link, true, NULL, "what joins them"},
    {"flows", SCN_ITEMS, &section_flow, true, NULL, "what goes over them"},
    {"failover", SCN_ONE, &scn_section_failover, false, NULL,
     "what is done when something on the way of a flow fails; default lacp-fast"},
    {0}};
const struct scn_section scn_section_topology = {"topology", "Nodes, links and flows by hand, instead of servers.",
                                                 NULL, topology_fields, SCN_EXTRA_NONE};

static void node_read(struct scn_at at, const char *name, struct scn_topo_node *node)
{
    struct scn_check *c = at.c;
    size_t i;

    scn_check_name(at, name);
    node->name = sim_arena_text(c->arena, name);
    node->pos = scn_keep_pos(c, at.key_pos);
    node->count = 1;
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "a node is expected here, as in {kind: host, count: 4}");
        return;
    }
    i = scn_node_get(at.node, "kind") ? scn_resolve_key(at, "kind", c->names.nodes, "kind of node", SCN_NONE)
                                      : SCN_NONE;
    if (i == SCN_NONE) {
        if (!scn_node_get(at.node, "kind"))
            scn_check_keys(at, &section_node, NULL);
        scn_check_params(at, node_params, NULL, node);
        return;
    }
    node->node = vio_node_types[i];
    node->config = sim_arena_alloc(c->arena, 1, node->node->config_size + 1);
    scn_check_keys(at, &section_node, node->node->params);
    scn_check_params(at, node_params, NULL, node);
    scn_check_params(at, node->node->params, &section_node, node->config);
}

/* "200 packets" or "300 KB". */
static void link_queue(struct scn_at at, struct vio_egress_config *e)
{
    struct scn_at queue = scn_at_key(at, "queue");
    const char *text = queue.node ? scn_text(queue) : NULL;
    char why[256];
    double value;

    if (!text)
        return;
    if (sim_quantity_parse(text, SIM_DIM_PACKETS, &value, why, sizeof(why)) && value >= 1 && value < 4e9)
        e->limit_pkts = (uint32_t)value;
    else if (sim_quantity_parse(text, SIM_DIM_SIZE, &value, why, sizeof(why)) && value >= 1 && value < 4e18)
        e->limit_B = (uint64_t)value;
    else
        scn_error(queue, "'%s' is not a queue limit; write packets or a size above zero, as in 200 packets or 300 KB",
                  text);
}

static void link_classes(struct scn_check *c, uint32_t classes, struct vio_egress_config *e)
{
    const bool several = (e->sched && strcmp(e->sched->type, "fifo") != 0) || e->flow_control == VIO_FLOW_PFC;

    if (classes == 0)
        classes = several ? (uint32_t)c->study->classes : 1;
    e->classes = classes;
    for (uint32_t i = 0; i < VIO_CLASSES; i++) {
        const size_t from = i < c->study->classes ? i : c->study->classes - 1;

        e->cls[i] = scn_class_config(&c->study->class_[from], true);
    }
}

static void link_check_credits(struct scn_at at, const struct vio_egress_config *e)
{
    if (e->flow_control != VIO_FLOW_BB_CREDIT && e->flow_control != VIO_FLOW_VL_CREDIT) {
        scn_warn_idle(at, "credits", "the flow control of this link is not by credits");
        return;
    }
    if (e->credits == 0)
        scn_error(scn_at_key(at, "credits"), "is missing; this technology has no receive buffer of its own");
    if (e->credits > LINK_VL_CREDITS_MAX && e->flow_control == VIO_FLOW_VL_CREDIT)
        scn_error(scn_at_key(at, "credits"), "a lane's buffer has at most %d blocks", LINK_VL_CREDITS_MAX);
}

static void link_check_pause(struct scn_at at, const struct vio_egress_config *e, bool shared)
{
    static const char *const keys[] = {"xoff", "xon", "headroom", "pause_time", "pause_refresh"};
    bool lossless = e->flow_control == VIO_FLOW_PAUSE;

    if (e->flow_control != VIO_FLOW_PFC && e->flow_control != VIO_FLOW_PAUSE) {
        for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
            scn_warn_idle(at, keys[i], "it needs flow_control: pfc or pause");
        return;
    }
    for (uint32_t i = 0; i < e->classes; i++)
        lossless = lossless || e->cls[i].lossless;
    if (!lossless)
        scn_warn(scn_at_key(at, "flow_control"), "pfc pauses lossless classes, and this link has none");
    if (e->xoff_B == 0 && !shared)
        scn_error(scn_at_key(at, "xoff"), "is missing; a pause needs the occupancy at which it is sent, or nodes with "
                                          "a buffer at both ends");
    if (e->xon_B > e->xoff_B)
        scn_error(scn_at_key(at, "xon"), "is above xoff; the sender goes on when the buffer has drained below xoff");
}

static void link_check_ecn(struct scn_at at, const struct vio_egress_config *e)
{
    if (e->ecn_min_B == 0)
        scn_warn_idle(at, "ecn_max", "it needs ecn_min");
    if (e->ecn_max_B <= e->ecn_min_B)
        scn_warn_idle(at, "ecn_probability", "it needs an ecn_max above ecn_min");
}

static void link_counts(struct scn_at at, const struct scn_topo_node *from, const struct scn_topo_node *to)
{
    if (from->count != to->count && from->count != 1 && to->count != 1)
        scn_error(at,
                  "joins %u '%s' with %u '%s'; like-numbered nodes are joined, so both have the same count or one "
                  "side has count 1",
                  from->count, from->name, to->count, to->name);
}

/* The numbers of flow control; what is left out is the technology's, or by the formula. */
static void link_controls(struct scn_at at, struct vio_egress_config *e)
{
    const uint32_t credits = e->credits, ip_B = vio_egress_mtu_B(e),
                   mtu_B = ip_B > LINK_FCOE_MTU_B ? ip_B : LINK_FCOE_MTU_B;
    const double length_m = e->delay_ps >= 0 ? (double)e->delay_ps / e->link->ps_per_m : e->length_m;

    scn_check_params(at, vio_control_params, NULL, e);
    if (e->credits == 0)
        e->credits = credits;
    if (!scn_node_get(at.node, "headroom"))
        e->headroom_B = vio_headroom_nic_B(e->rate_bps ? e->rate_bps : e->link->rate_bps, length_m, mtu_B);
}

static void link_apply(struct scn_check *c, struct scn_at at, const struct link_plain *plain, struct scn_topo_link *out)
{
    static const enum vio_flow_control controls[] = {VIO_FLOW_NONE,      VIO_FLOW_NONE, VIO_FLOW_BB_CREDIT,
                                                     VIO_FLOW_VL_CREDIT, VIO_FLOW_PFC,  VIO_FLOW_PAUSE};
    struct vio_egress_config *e = &out->egress;
    const struct scn_topology *t = c->study->topology;
    const bool shared = t->node[out->from].buffer_B && t->node[out->to].buffer_B;

    e->length_m = plain->length_m;
    e->delay_ps = scn_node_get(at.node, "delay") ? plain->delay_ps : -1;
    if (plain->rate_bps)
        e->rate_bps = plain->rate_bps;
    if (plain->flow_control)
        e->flow_control = controls[plain->flow_control];
    e->mtu_B = (uint32_t)plain->frames.mtu_B;
    e->segment_B = (uint32_t)plain->frames.segment_B;
    e->tagged = plain->frames.tagged;
    scn_check_frames(at, e->link, &plain->frames);
    link_controls(at, e);
    e->sched = scn_resolve_sched(at, "scheduler", "fifo", &e->sched_config);
    out->host_queue_pkts = plain->host_queue_pkts;
    link_queue(at, e);
    link_classes(c, plain->classes, e);
    link_check_credits(at, e);
    link_check_pause(at, e, shared);
    link_check_ecn(at, e);
    scn_check_sched(scn_at_key(at, "scheduler"), e->sched, e->sched_config, e->cls, e->classes,
                    e->rate_bps ? e->rate_bps : e->link->rate_bps);
    if (scn_node_get(at.node, "delay") && scn_node_get(at.node, "length"))
        scn_error(scn_at_key(at, "length"), "delay is given too; leave one of them out");
}

static void link_read(struct scn_at at, const struct scn_node *nodes, bool *joined, struct scn_topo_link *out)
{
    struct scn_check *c = at.c;
    const struct scn_topology *t = c->study->topology;
    const struct vio_link_type *type;
    struct link_plain plain = {0};
    size_t from, to;

    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "a link is expected here, as in {from: a, to: b, type: 10gbe}");
        return;
    }
    scn_check_keys(at, &section_link, vio_control_params);
    scn_check_params(at, link_params, NULL, &plain);
    out->pos = scn_keep_pos(c, at.pos);
    from = scn_resolve_key(at, "from", nodes, "node", SCN_NONE);
    to = scn_resolve_key(at, "to", nodes, "node", SCN_NONE);
    type = scn_node_get(at.node, "type") ? scn_resolve_link(at, "type", NULL) : NULL;
    if (from != SCN_NONE && to != SCN_NONE) {
        out->from = (uint32_t)from;
        out->to = (uint32_t)to;
        link_counts(at, &t->node[from], &t->node[to]);
    }
    if (from != SCN_NONE)
        joined[from] = true;
    if (to != SCN_NONE)
        joined[to] = true;
    if (!type)
        return;
    vio_egress_defaults(&out->egress, type);
    link_apply(c, at, &plain, out);
}

static void flow_check_ends(struct scn_at at, const struct scn_topo_flow *f)
{
    const struct scn_topo_node *from = &at.c->study->topology->node[f->from];
    const struct scn_topo_node *to = &at.c->study->topology->node[f->to];
    const bool storage = f->workload.type->shape == VIO_SHAPE_BLOCK;
    const bool fan_in = f->workload.type->shape == VIO_SHAPE_FAN_IN;

    if (fan_in)
        scn_warn_idle(at, "pair", "every 'to' of a fan-in asks all of 'from'");
    if (!fan_in && f->pair == SCN_PAIR_ONE_TO_ONE && from->count != to->count)
        scn_error(at, "pairs %u '%s' with %u '%s' one to one; the counts have to agree", from->count, from->name,
                  to->count, to->name);
    if (!fan_in && f->pair == SCN_PAIR_PERMUTATION && from->count != to->count)
        scn_error(at, "a permutation needs as many '%s' (%u) as '%s' (%u)", from->name, from->count, to->name,
                  to->count);
    if (!fan_in && f->pair == SCN_PAIR_DIV && (from->count - 1) / f->divisor >= to->count)
        scn_error(at, "the last '%s' would go to %s[%u], but there are %u", from->name, to->name,
                  (from->count - 1) / f->divisor, to->count);
    if (from->node && from->node->role == VIO_ROLE_TRANSIT)
        scn_error(scn_at_key(at, "from"), "'%s' is %s %s, where no workload runs", from->name,
                  scn_article(from->node->type), from->node->type);
    if (to->node && storage && to->node->role != VIO_ROLE_STORAGE)
        scn_error(scn_at_key(at, "to"), "a %s workload needs storage at the other end; '%s' is %s %s",
                  f->workload.type->type, to->name, scn_article(to->node->type), to->node->type);
    if (to->node && !storage && to->node->role != VIO_ROLE_ENDPOINT)
        scn_error(scn_at_key(at, "to"), "%s %s workload needs an endpoint at the other end; '%s' is %s %s",
                  scn_article(f->workload.type->type), f->workload.type->type, to->name, scn_article(to->node->type),
                  to->node->type);
}

static void flow_name(struct scn_at at, struct scn_topo_flow *f, size_t index)
{
    const struct scn_topo_flow *all = at.c->study->topology->flow;
    struct scn_at given = scn_at_key(at, "name");
    const char *name = given.node ? scn_text(given) : NULL, *base = name ? name : f->workload.type->type;
    size_t number = 1;

    f->name = sim_arena_text(at.c->arena, base);
    for (size_t i = 0; i < index; i++) {
        if (!all[i].name || strcmp(all[i].name, f->name) != 0)
            continue;
        if (name) {
            scn_error(given, "another flow has this name; names are unique");
            break;
        }
        f->name = sim_arena_printf(at.c->arena, "%s-%zu", base, ++number);
        i = SIZE_MAX; /* from the front again */
    }
    if (name)
        scn_check_name(given, name);
    f->workload.name = f->name;
}

static void flow_read(struct scn_at at, const struct scn_node *nodes, struct scn_topo_flow *f, size_t index)
{
    struct scn_check *c = at.c;
    const struct vio_workload_type *type;
    struct flow_plain plain = {0};
    size_t from, to, tc = scn_node_find(c->names.classes, "normal");

    f->workload = (struct scn_workload){.san_adapter = -1, .peer = -1, .peer_vms = -1, .san_peer = -1, .share = 1};
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "a flow is expected here, as in {from: a, to: b, kind: bulk}");
        return;
    }
    f->workload.pos = scn_keep_pos(c, at.pos);
    scn_check_params(at, flow_params, NULL, &plain);
    f->pair = plain.pair;
    f->divisor = plain.divisor;
    f->start = plain.start;
    if (f->pair != SCN_PAIR_DIV)
        scn_warn_idle(at, "divisor", "it needs pair: div");
    from = scn_resolve_key(at, "from", nodes, "node", SCN_NONE);
    to = scn_resolve_key(at, "to", nodes, "node", SCN_NONE);
    tc = scn_resolve_key(at, "class", c->names.classes, "traffic class", tc == SCN_NONE ? 0 : tc);
    f->workload.tc = tc == SCN_NONE ? 0 : (uint32_t)tc;
    type = scn_node_get(at.node, "kind") ? scn_resolve_workload(at) : NULL;
    if (!type) {
        if (!scn_node_get(at.node, "kind"))
            scn_check_keys(at, &section_flow, NULL);
        return;
    }
    if (type->shape == VIO_SHAPE_BACKUP) {
        scn_error(scn_at_key(at, "kind"),
                  "a backup has three ends (server, storage, backup server); it runs in VMs, not as a flow");
        return;
    }
    scn_read_load(at, &section_flow, type, -1, &f->workload);
    scn_check_span(at, &f->workload);
    flow_name(at, f, index);
    scn_read_pace(at, NULL, &f->workload);
    if (from == SCN_NONE || to == SCN_NONE)
        return;
    f->from = (uint32_t)from;
    f->to = (uint32_t)to;
    flow_check_ends(at, f);
}

void scn_read_topology(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "topology");
    struct scn_at nodes = scn_at_key(at, "nodes"), links = scn_at_key(at, "links"), flows = scn_at_key(at, "flows");
    struct scn_topology *t;
    bool *joined;

    if (!scn_is_map(at))
        return;
    scn_check_keys(at, &scn_section_topology, NULL);
    t = c->study->topology = sim_arena_alloc(c->arena, 1, sizeof(*t));
    scn_read_failover(scn_at_key(at, "failover"), SCN_FAILOVER_LACP_FAST, &t->failover);
    t->nodes = scn_is_map(nodes) ? nodes.node->n : 0;
    t->links = scn_is_list(links) ? links.node->n : 0;
    t->flows = scn_is_list(flows) ? flows.node->n : 0;
    t->node = sim_arena_alloc(c->arena, t->nodes + 1, sizeof(*t->node));
    t->link = sim_arena_alloc(c->arena, t->links + 1, sizeof(*t->link));
    t->flow = sim_arena_alloc(c->arena, t->flows + 1, sizeof(*t->flow));
    joined = sim_arena_alloc(c->scratch, t->nodes + 1, sizeof(*joined));
    const struct scn_node *names = t->nodes ? nodes.node : scn_node_map(c->scratch, at.pos);

    for (size_t i = 0; i < t->nodes; i++)
        node_read(scn_at_entry(nodes, i), names->entry[i].key, &t->node[i]);
    for (size_t i = 0; i < t->links; i++)
        link_read(scn_at_entry(links, i), names, joined, &t->link[i]);
    for (size_t i = 0; i < t->flows; i++)
        flow_read(scn_at_entry(flows, i), names, &t->flow[i], i);
    for (size_t i = 0; i < t->nodes; i++)
        if (!joined[i]) {
            struct scn_at here = scn_at_entry(nodes, i);

            here.pos = here.key_pos;
            scn_warn(here, "no link leads to this node");
        }
}
