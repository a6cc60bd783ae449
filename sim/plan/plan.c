/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/plan.c - from a design to a plan: the order of the stages, and what they share.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/assert.h"
#include "sim/plan/draft.h"

bool draft_fail(struct draft *d, const char *format, ...)
{
    char text[2048];
    va_list args;

    if (!d->p->feasible)
        return false;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    d->p->feasible = false;
    d->p->why = sim_arena_text(&d->p->arena, text);
    return false;
}

uint32_t draft_node(struct plan *p, struct plan_node node)
{
    p->node = sim_grow(p->node, &p->nodes_capacity, p->nodes + 1, sizeof *p->node);
    p->node[p->nodes] = node;
    return (uint32_t)p->nodes++;
}

uint32_t draft_slot(struct plan *p, struct plan_slot slot)
{
    p->slot = sim_grow(p->slot, &p->slots_capacity, p->slots + 1, sizeof *p->slot);
    p->slot[p->slots] = slot;
    return (uint32_t)p->slots++;
}

uint32_t draft_cable(struct plan *p, struct plan_cable cable)
{
    p->cable = sim_grow(p->cable, &p->cables_capacity, p->cables + 1, sizeof *p->cable);
    cable.label = p->bill_only ? "" : sim_arena_printf(&p->arena, "%s/%s", p->node[cable.a].path, cable.a_port);
    p->cable[p->cables] = cable;
    return (uint32_t)p->cables++;
}

uint32_t draft_endpoint(struct plan *p, struct plan_endpoint endpoint)
{
    p->endpoint = sim_grow(p->endpoint, &p->endpoints_capacity, p->endpoints + 1, sizeof *p->endpoint);
    p->endpoint[p->endpoints] = endpoint;
    return (uint32_t)p->endpoints++;
}

uint32_t draft_flow(struct plan *p, struct plan_flow_set flow)
{
    p->flow = sim_grow(p->flow, &p->flows_capacity, p->flows + 1, sizeof *p->flow);
    p->flow[p->flows] = flow;
    return (uint32_t)p->flows++;
}

const struct vio_node_type *draft_node_kind(const char *type)
{
    const struct vio_node_type *kind = vio_node_find(type);

    SIM_ASSERT(kind);
    return kind;
}

void *draft_node_config(struct plan *p, const struct vio_node_type *type)
{
    void *config = sim_arena_alloc(&p->arena, 1, type->config_size);

    sim_param_defaults(type->params, config, &p->arena);
    return config;
}

sim_time draft_latency_ps(const struct plan_node *node)
{
    const struct vio_node_common *common = node->config;

    return common ? common->latency_ps : 0;
}

/* Fibre Channel, InfiniBand and Ethernet ports do not run each other's technology. */
static int plan_family(const char *link)
{
    if (strncmp(link, "fc-", 3) == 0)
        return 1;
    if (strncmp(link, "ib-", 3) == 0)
        return 2;
    return 0;
}

bool draft_port_runs(const char *port, const struct vio_link_type *wanted)
{
    const struct vio_link_type *link = port ? vio_link_find(port) : NULL;

    return link && plan_family(link->type) == plan_family(wanted->type) && link->rate_bps >= wanted->rate_bps;
}

bool draft_link_is_fc(const struct vio_link_type *link)
{
    return plan_family(link->type) == 1;
}

bool draft_carries(const struct draft *d, const struct scn_connection *c, uint32_t network)
{
    bool kind = d->study->network[network].kind == SCN_FC ? c->fc : c->ethernet;

    if (!kind || !c->only)
        return kind;
    for (size_t i = 0; i < c->n_only; i++)
        if (c->only[i] == network)
            return true;
    return false;
}

/* Name the servers that were chosen, each once. */
static const char *plan_server_names(const struct draft *d)
{
    const char *names = NULL;

    for (size_t g = 0; g < d->study->server_groups; g++) {
        const struct scn_item *model = d->group[g].model;
        bool seen = false;

        for (size_t i = 0; i < g; i++)
            seen = seen || d->group[i].model == model;
        if (!seen)
            names = names ? sim_arena_printf(&d->p->arena, "%s + %s", names, model->item) : model->item;
    }
    return names;
}

/* Of each item, what is owned is used before any is bought. */
static void plan_use_owned(struct plan *p)
{
    for (size_t i = 0; i < p->study->n_owned; i++) {
        uint32_t left = p->study->owned[i].quantity;

        for (size_t r = 0; r < p->bom_rows; r++) {
            if (p->bom[r].item != p->study->owned[i].item)
                continue;
            p->bom[r].owned = p->bom[r].quantity < left ? p->bom[r].quantity : left;
            left -= p->bom[r].owned;
        }
    }
}

static bool plan_design(struct draft *d)
{
    const struct scn_study *st = d->study;

    d->group = sim_arena_alloc(&d->scratch, st->server_groups, sizeof *d->group);
    d->edges = sim_arena_alloc(&d->scratch, d->design->connections, sizeof *d->edges);
    d->peer_endpoint = sim_arena_alloc(&d->scratch, st->peers * st->networks, sizeof *d->peer_endpoint);
    d->lan_core = d->san_core = DRAFT_NONE;
    for (uint32_t g = 0; g < st->server_groups; g++)
        if (!draft_need_group(d, g) || !draft_fit_group(d, g) ||
            (!d->p->bill_only && (!draft_pin_group(d, g) || !draft_check_limits(d, g))))
            return false;
    if (!draft_count_edges(d) || !draft_place(d) || !draft_plan_edges(d))
        return false;
    if (!d->p->bill_only)
        draft_plan_peers(d);
    if (!draft_stamp_servers(d))
        return false;
    d->p->server_item = plan_server_names(d);
    plan_use_owned(d->p);
    return d->p->bill_only || draft_plan_flows(d);
}

static struct plan *plan_make(const struct scn_study *study, const struct scn_design *design, bool bill_only)
{
    struct plan *p = sim_alloc(1, sizeof *p);
    struct draft d = {.p = p, .study = study, .design = design};
    bool done;

    sim_arena_init(&p->arena);
    sim_arena_init(&d.scratch);
    p->study = study;
    p->design = design;
    p->bill_only = bill_only;
    p->feasible = true;
    done = (design ? plan_design(&d) : draft_plan_topology(&d)) &&
           (bill_only || (draft_plan_events(&d) && draft_check_ways(&d)));
    if (!done) { /* nothing of half a plan is bought or built */
        p->nodes = p->slots = p->cables = p->endpoints = p->flows = p->bom_rows = 0;
        p->racks = p->enclosures = 0;
        p->server_cables = 0;
        p->server_item = NULL;
    }
    free(d.cables);
    free(d.direction);
    sim_arena_fini(&d.scratch);
    return p;
}

struct plan *plan_create(const struct scn_study *study, const struct scn_design *design)
{
    return plan_make(study, design, false);
}

struct plan *plan_create_bill(const struct scn_study *study, const struct scn_design *design)
{
    return plan_make(study, design, true);
}

void plan_destroy(struct plan *p)
{
    if (!p)
        return;
    free(p->node);
    free(p->slot);
    free(p->cable);
    free(p->endpoint);
    free(p->flow);
    free(p->rack);
    free(p->enclosure);
    free(p->bom);
    sim_arena_fini(&p->arena);
    free(p);
}
