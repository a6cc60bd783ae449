/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/occur.c - the events of the scenario as they are in a plan: which part, whose adapters, which way a memory
 * is copied. An event that names what a design does not have does not happen there, and says so.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/diag.h"
#include "sim/plan/draft.h"
#include "sim/plan/part.h"

/* Whether an endpoint is of VM "hosts03/db1". */
static bool occur_is_of(const struct plan_endpoint *ep, const char *vm)
{
    const size_t n = strlen(vm);

    return strncmp(ep->path, vm, n) == 0 && ep->path[n] == '/';
}

static const char *occur_fail(struct plan *p, struct plan_event *e)
{
    const struct scn_event *s = e->event;
    struct plan_part *part = plan_parts(p, &p->arena, s, &e->parts);
    const uint32_t first = s->kind == SCN_EVENT_RANDOM ? 0 : s->number - 1;
    const char *absent = NULL;

    if (e->parts == 0 || (s->kind != SCN_EVENT_RANDOM && first >= e->parts))
        absent = sim_arena_printf(&p->arena, "has %zu of it (%s%s%s%s%s)", e->parts, scn_part_name(s->part),
                                  s->target ? " " : "", s->target ? s->target : "", s->server ? " of " : "",
                                  s->server ? s->server : "");
    if (s->kind != SCN_EVENT_RANDOM)
        e->parts = 1;
    if (absent)
        e->parts = 0;
    e->part = sim_arena_alloc(&p->arena, e->parts, sizeof *e->part);
    for (size_t i = 0; i < e->parts; i++)
        e->part[i] = part[first + i];
    free(part);
    return absent;
}

static void occur_endpoints(struct plan *p, struct plan_event *e)
{
    const struct scn_event *s = e->event;
    const struct scn_adapter *adapter = s->adapter >= 0 ? &p->study->vm[s->of].adapter[s->adapter] : NULL;

    e->endpoint = sim_arena_alloc(&p->arena, p->endpoints, sizeof *e->endpoint);
    for (uint32_t i = 0; i < p->endpoints; i++)
        if (adapter && p->endpoint[i].adapter == adapter && (!s->vm || occur_is_of(&p->endpoint[i], s->vm)))
            e->endpoint[e->endpoints++] = i;
}

/* The hypervisor's endpoint of a server on a network; DRAFT_NONE if there is none. */
static uint32_t occur_hypervisor(const struct plan *p, const char *server, uint32_t network, uint32_t *node)
{
    for (uint32_t i = 0; i < p->endpoints; i++) {
        const struct plan_endpoint *ep = &p->endpoint[i];

        if (ep->adapter && ep->network == network && strcmp(ep->owner, "hypervisor") == 0 &&
            strcmp(p->node[ep->node].path, server) == 0) {
            *node = ep->node;
            return i;
        }
    }
    return DRAFT_NONE;
}

/* The copy of the memory of `vm` from its server to another, and then the move. */
static void occur_move(struct plan *p, struct plan_event *e, const char *vm, const char *to)
{
    const struct scn_event *s = e->event;
    const char *from = sim_arena_printf(&p->arena, "%.*s", (int)strcspn(vm, "/"), vm);
    uint32_t here, there;
    const uint32_t home = occur_hypervisor(p, from, s->network, &here);
    const uint32_t peer = occur_hypervisor(p, to, s->network, &there);
    struct plan_flow_set f = {.workload = s->copy, .home = home, .peer = peer, .san_home = -1, .san_peer = -1};

    f.path = sim_arena_printf(&p->arena, "%s/hypervisor/%s%s", from, s->name, vm + strcspn(vm, "/"));
    f.group = sim_arena_printf(&p->arena, "hypervisor/%s", s->name);
    e->move[e->moves++] = (struct plan_move){.flow = draft_flow(p, f), .vm = vm, .to = there};
}

/* All VMs of a server, each by the first of its endpoints. */
static void occur_evacuate(struct plan *p, struct plan_event *e)
{
    const char *last = "";

    e->move = sim_arena_alloc(&p->arena, p->endpoints, sizeof *e->move);
    for (uint32_t i = 0; i < p->endpoints; i++) {
        const struct plan_endpoint *ep = &p->endpoint[i];
        const char *vm = sim_arena_printf(&p->arena, "%.*s", (int)(strrchr(ep->path, '/') - ep->path), ep->path);

        if (!ep->adapter || strcmp(ep->owner, "hypervisor") == 0 || strcmp(vm, last) == 0 ||
            strcmp(p->node[ep->node].path, e->event->server) != 0)
            continue;
        occur_move(p, e, vm, e->event->server_to);
        last = vm;
    }
}

static const char *occur(struct plan *p, struct plan_event *e)
{
    const struct scn_event *s = e->event;
    const size_t design = p->design ? (size_t)(p->design - p->study->design) : 0;
    bool here = !s->design;

    for (size_t i = 0; i < s->designs; i++)
        here = here || s->design[i] == design;
    e->wanted = here;
    if (!here)
        return "is not among its designs";
    switch (s->kind) {
    case SCN_EVENT_FAIL:
    case SCN_EVENT_REPAIR:
    case SCN_EVENT_FLAP:
    case SCN_EVENT_RANDOM:
        return occur_fail(p, e);
    case SCN_EVENT_MIGRATE:
        e->move = sim_arena_alloc(&p->arena, 1, sizeof *e->move);
        occur_move(p, e, s->vm, s->server);
        return NULL;
    case SCN_EVENT_INSTALL: {
        const struct scn_event whole = {.kind = SCN_EVENT_FAIL, .part = SCN_PART_SERVER, .server = s->server};
        struct plan_part *part = plan_parts(p, &p->arena, &whole, &e->parts);

        e->part = sim_arena_alloc(&p->arena, 1, sizeof *e->part);
        e->part[0] = part[0];
        e->parts = 1;
        free(part);
        if (s->server_to)
            occur_evacuate(p, e);
        return NULL;
    }
    default:
        occur_endpoints(p, e);
        return NULL;
    }
}

bool draft_plan_events(struct draft *d)
{
    struct plan *p = d->p;

    p->event = sim_arena_alloc(&p->arena, d->study->events, sizeof *p->event);
    for (size_t i = 0; i < d->study->events; i++) {
        p->event[i].event = &d->study->event[i];
        p->event[i].absent = occur(p, &p->event[i]);
    }
    return true;
}

/* Names of links and nodes near to what was meant: "; did you mean 'x'?", or "". */
static const char *occur_meant(const struct plan *p, const struct scn_event *e, struct sim_arena *a)
{
    const size_t n = e->part == SCN_PART_LINK ? 2 * p->cables : p->nodes;
    const char **name = sim_arena_alloc(a, n + 1, sizeof *name), *near;

    if (e->part != SCN_PART_LINK && e->part != SCN_PART_NODE)
        return "";
    for (size_t i = 0; i < n; i++) {
        const struct plan_cable *c = &p->cable[i / 2];

        if (e->part == SCN_PART_NODE)
            name[i] = p->node[i].path;
        else
            name[i] = sim_arena_printf(a, "%s/%s", p->node[i % 2 ? c->b : c->a].path, i % 2 ? c->b_port : c->a_port);
    }
    near = sim_did_you_mean(e->target, name);
    return near ? sim_arena_printf(a, "; did you mean '%s'?", near) : "; viosim check --cables lists the links";
}

/* Event i in the plans of a study; `complete`: these are all its designs. */
static void occur_check(const struct plan *const *plan, size_t plans, size_t i, bool complete, struct sim_diags *diags)
{
    const struct scn_event *s = &plan[0]->study->event[i];
    const struct plan *none = NULL;
    size_t wanted = 0, absent = 0;
    struct sim_arena a;

    for (size_t k = 0; k < plans; k++) {
        wanted += plan[k]->event[i].wanted;
        if (plan[k]->event[i].wanted && plan[k]->event[i].absent) {
            none = plan[k];
            absent++;
        }
    }
    sim_arena_init(&a);
    if (none && absent == wanted && complete)
        sim_diag_add(diags, SIM_ERROR, s->target_pos, "event %s: happens in no design; %s %s%s", s->name,
                     none->design ? none->design->name : "the topology", none->event[i].absent,
                     occur_meant(none, s, &a));
    else
        for (size_t k = 0; k < plans; k++)
            if (plan[k]->event[i].wanted && plan[k]->event[i].absent)
                sim_diag_add(diags, SIM_WARNING, s->target_pos, "event %s: does not happen in design %s, which %s",
                             s->name, plan[k]->design->name, plan[k]->event[i].absent);
    sim_arena_fini(&a);
}

void plan_events_check(const struct plan *const *plan, size_t plans, struct sim_diags *diags)
{
    const struct scn_study *s = plans ? plan[0]->study : NULL;

    for (size_t i = 0; s && i < s->events; i++)
        occur_check(plan, plans, i, plans == (s->topology ? 1 : s->designs), diags);
}
