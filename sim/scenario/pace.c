/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/pace.c - what changes the rate of a workload: a profile over time, and other workloads.
 *
 * Names of the workloads that are followed are resolved when all are known.
 */
#include "sim/scenario/check.h"

#include <string.h>

struct pace_plain {
    int form;
    sim_time from_ps, repeat_ps;
    double speed;
};
#define PACE(field) offsetof(struct pace_plain, field)

static const struct sim_param pace_params[] = {
    {"form", SIM_PARAM_CHOICE, PACE(form), "linear", "linear|steps", NULL,
     "straight lines between the points, or each factor until the next point", "design choice"},
    {"repeat", SIM_PARAM_TIME, PACE(repeat_ps), "0s", "0s", NULL,
     "begin again after this time of the profile, as in 24h; 0s = the last factor holds", "design choice"},
    {"from", SIM_PARAM_TIME, PACE(from_ps), "0s", "0s", NULL, "time of the profile at the start of the run",
     "design choice"},
    {"speed", SIM_PARAM_NUMBER, PACE(speed), "1", "0.000001", "1000000000",
     "seconds of the profile in a simulated second, as in 3600", "design choice"},
    {0}};
static const struct scn_field pace_fields[] = {
    {"points", SCN_FREE, NULL, true, "list of [time, factor], or {csv: file}",
     "factor of the workload's rate; times ascend, the first factor holds from the start"},
    {0}};
const struct scn_section scn_section_pace = {
    "profile", "How the rate of an arrival process changes over time. A plain list is taken as points.", pace_params,
    pace_fields, SCN_EXTRA_NONE};

/* A factor as a number or in percent, which may be above 1. */
static bool pace_factor(struct scn_at at, double *factor)
{
    const char *text = scn_text(at);
    const size_t n = text ? strlen(text) : 0;
    const bool percent = n > 1 && text[n - 1] == '%';
    char why[512];

    if (!text)
        return false;
    if (!sim_quantity_parse(percent ? sim_arena_printf(at.c->scratch, "%.*s", (int)n - 1, text) : text, SIM_DIM_NUMBER,
                            factor, why, sizeof(why)) ||
        *factor < 0 || *factor > 1e6) {
        scn_error(at, "'%s' is not a factor; write a number of at least 0, as in 0.5 or 50%%", text);
        return false;
    }
    *factor /= percent ? 100 : 1;
    return true;
}

static bool pace_point(struct scn_at pair, struct vio_pace_point *p)
{
    const char *time;
    char why[512];
    double at_ps;

    if (pair.node->kind != SCN_LIST || pair.node->n != 2) {
        scn_error(pair, "a pair [time, factor] is expected");
        return false;
    }
    time = scn_text(scn_at_entry(pair, 0));
    if (!time || !pace_factor(scn_at_entry(pair, 1), &p->factor))
        return false;
    if (!sim_quantity_parse(time, SIM_DIM_TIME, &at_ps, why, sizeof(why))) {
        scn_error(scn_at_entry(pair, 0), "%s", why);
        return false;
    }
    if (at_ps < 0 || at_ps >= 0x1p62) {
        scn_error(scn_at_entry(pair, 0), "'%s' is not within 0 to 53 days", time);
        return false;
    }
    p->at_ps = (sim_time)(at_ps + 0.5);
    return true;
}

static void pace_points(struct scn_at at, struct vio_pace_config *out)
{
    const size_t n = at.node && at.node->kind == SCN_LIST ? at.node->n : 0;
    struct vio_pace_point *p = sim_arena_alloc(at.c->arena, n + 1, sizeof(*p));
    double peak = 0;

    if (n == 0) {
        if (at.node && !at.c->doc->cdf_lost)
            scn_error(at, "a list of pairs is expected, as in [[0h, 20%%], [9h, 100%%]]");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct scn_at pair = scn_at_entry(at, i);

        if (!pace_point(pair, &p[i]))
            return;
        if (i > 0 && p[i].at_ps <= p[i - 1].at_ps) {
            scn_error(pair, "the points of a profile ascend in time");
            return;
        }
        peak = p[i].factor > peak ? p[i].factor : peak;
    }
    if (peak <= 0) {
        scn_error(at, "all factors are zero; a workload that never does anything is left out");
        return;
    }
    out->point = p;
    out->points = n;
}

static void pace_profile(struct scn_at at, struct vio_pace_config *out)
{
    struct pace_plain plain = {0};

    sim_param_defaults(pace_params, &plain, at.c->arena);
    if (at.node->kind == SCN_LIST) {
        pace_points(at, out);
    } else if (scn_is_map(at)) {
        scn_check_section(at, &scn_section_pace, &plain);
        pace_points(scn_at_key(at, "points"), out);
    }
    out->steps = plain.form == 1;
    out->from_ps = plain.from_ps;
    out->repeat_ps = plain.repeat_ps;
    out->speed = plain.speed;
    if (out->points && plain.repeat_ps && out->point[out->points - 1].at_ps > plain.repeat_ps)
        scn_error(at, "the last point is after the profile begins again (repeat)");
}

static void pace_during(struct scn_at at, const struct scn_vm *owner, const char *self, struct vio_pace_config *out)
{
    struct scn_check *c = at.c;
    struct vio_pace_while *d;

    if (!scn_is_map(at))
        return;
    out->during = d = sim_arena_alloc(c->arena, at.node->n + 1, sizeof(*d));
    for (size_t i = 0; i < at.node->n; i++) {
        struct scn_at here = scn_at_entry(at, i);
        struct scn_follow *f = sim_arena_alloc(c->scratch, 1, sizeof(*f));

        if (!pace_factor(here, &d->factor))
            continue;
        here.pos = here.key_pos;
        d->name = sim_arena_text(c->arena, at.node->entry[i].key);
        d->own = owner && !strchr(d->name, '/');
        *f = (struct scn_follow){.at = here, .owner = owner, .self = self, .follow = d, .next = c->follow};
        c->follow = f;
        d++;
        out->durings++;
    }
}

void scn_read_pace(struct scn_at at, const struct scn_vm *owner, struct scn_workload *out)
{
    struct scn_at profile = scn_at_key(at, "profile"), during = scn_at_key(at, "while");
    const struct vio_workload_type *type = out->type;
    struct vio_pace_config *c;

    if (!profile.node && !during.node)
        return;
    if (!type->offered_bps || type->offered_bps(out->config) <= 0) {
        scn_error(
            profile.node ? profile : during,
            "this %s has no rate of its own that could change: a closed loop goes as fast as it is served, a trace as "
            "it was recorded",
            type->type);
        return;
    }
    c = sim_arena_alloc(at.c->arena, 1, sizeof(*c));
    c->speed = 1;
    if (profile.node)
        pace_profile(profile, c);
    if (during.node)
        pace_during(during, owner, out->name, c);
    if (c->points || c->durings)
        out->pace = c;
}

/* The workloads of an owner as names for messages, with "OWNER/" before them unless NULL. */
static void follow_choices(struct scn_check *c, struct scn_node *names, const struct scn_vm *vm, const char *owner)
{
    for (size_t i = 0; i < vm->workloads; i++) {
        const char *name =
            owner ? sim_arena_printf(c->scratch, "%s/%s", owner, vm->workload[i].name) : vm->workload[i].name;

        if (scn_node_find(names, name) == SCN_NONE)
            scn_node_add(c->scratch, names, name, vm->pos, NULL);
    }
}

static void follow_resolve(struct scn_check *c, const struct scn_follow *f)
{
    const struct scn_study *s = c->study;
    struct scn_node *names = scn_node_map(c->scratch, f->at.pos);

    if (f->owner && f->follow->own)
        follow_choices(c, names, f->owner, NULL);
    if (f->owner && strchr(f->follow->name, '/')) {
        for (size_t i = 0; i < s->vms; i++)
            follow_choices(c, names, &s->vm[i], s->vm[i].name);
        for (size_t i = 0; i < s->server_groups; i++)
            follow_choices(c, names, &s->servers[i].hypervisor, "hypervisor");
    }
    for (size_t i = 0; !f->owner && s->topology && i < s->topology->flows; i++)
        if (s->topology->flow[i].name && scn_node_find(names, s->topology->flow[i].name) == SCN_NONE)
            scn_node_add(c->scratch, names, s->topology->flow[i].name, f->at.pos, NULL);
    if (scn_resolve(f->at, f->follow->name, names, "workload") == SCN_NONE)
        return;
    if (strcmp(f->follow->name, f->self) == 0)
        scn_error(f->at, "a workload cannot follow itself");
}

void scn_check_follows(struct scn_check *c)
{
    for (const struct scn_follow *f = c->follow; f && !c->workload_refused; f = f->next)
        follow_resolve(c, f);
}
