/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/whatif.c - the same scenario with other numbers; see the header. */
#include "sim/plan/whatif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void plan_scene_init(struct plan_scene *s, const struct scn_study *study)
{
    *s = (struct plan_scene){.study = study, .cost = study->cost};
    s->item = sim_alloc(study->catalogue.items + 1, sizeof *s->item);
    s->design = sim_alloc(study->designs + 1, sizeof *s->design);
    memcpy(s->item, study->catalogue.item, study->catalogue.items * sizeof *s->item);
    memcpy(s->design, study->design, study->designs * sizeof *s->design);
}

void plan_scene_fini(struct plan_scene *s)
{
    free(s->item);
    free(s->design);
}

/* The field of a target in a cost, a catalogue and designs. */
static double *scene_field(const struct scn_target *t, struct scn_cost *cost, struct scn_item *item,
                           struct scn_design *design)
{
    void *base = cost;

    if (t->whose == SCN_OF_ITEM)
        base = &item[t->index];
    else if (t->whose == SCN_OF_DESIGN)
        base = &design[t->index];
    return (double *)(void *)((char *)base + t->offset);
}

void plan_scene_reset(struct plan_scene *s)
{
    const struct scn_study *st = s->study;

    for (size_t u = 0; u < st->n_uncertain; u++)
        for (size_t i = 0; i < st->uncertain[u].targets; i++) {
            const struct scn_target *t = &st->uncertain[u].target[i];
            const char *base = t->whose == SCN_OF_ITEM     ? (const char *)&st->catalogue.item[t->index]
                               : t->whose == SCN_OF_DESIGN ? (const char *)&st->design[t->index]
                                                           : (const char *)&st->cost;

            *scene_field(t, &s->cost, s->item, s->design) = *(const double *)(const void *)(base + t->offset);
        }
}

void plan_scene_move(struct plan_scene *s, const struct scn_uncertain *u, double draw)
{
    for (size_t i = 0; i < u->targets; i++) {
        double *field = scene_field(&u->target[i], &s->cost, s->item, s->design);

        *field = u->factor ? *field * draw : draw;
    }
}

struct plan_prices plan_scene_prices(const struct plan_scene *s, const struct plan *p)
{
    const struct scn_design *design = &s->design[p->design - s->study->design];

    return (struct plan_prices){.cost = s->cost,
                                .item = s->item,
                                .admin_h_per_port_year = design->admin_h_per_port_year,
                                .admin_h_per_change = design->admin_h_per_change};
}

static void size_init(struct plan_size *s, const struct scn_study *study)
{
    *s = (struct plan_size){.study = *study};
    s->servers = sim_alloc(study->server_groups + 1, sizeof *s->servers);
    memcpy(s->servers, study->servers, study->server_groups * sizeof *s->servers);
    s->study.servers = s->servers;
}

void plan_size_servers(struct plan_size *s, const struct scn_study *study, uint32_t count)
{
    const uint64_t now = plan_servers_of(study);
    uint64_t before = 0;

    size_init(s, study);
    for (size_t g = 0; g < study->server_groups; g++) {
        const uint64_t to = before + study->servers[g].count;

        s->servers[g].count = (uint32_t)(to * count / now - before * count / now);
        before = to;
    }
}

void plan_size_grow(struct plan_size *s, const struct scn_study *study, double vms)
{
    const double now = plan_vms_of(study);

    size_init(s, study);
    for (size_t g = 0; g < study->server_groups; g++) {
        const double density = plan_density_of(&study->servers[g]), has = density * study->servers[g].count;

        if (density > 0) /* 1e-9: a sum that is whole but for rounding takes no further server */
            s->servers[g].count = (uint32_t)ceil(has * (1 + vms / now) / density - 1e-9);
    }
}

/* Largest remainders: `to` VMs in the proportions of the group's. */
static void size_place(const struct scn_servers *g, uint32_t to, struct scn_placement *place)
{
    const uint64_t from = plan_density_of(g);
    uint32_t given = 0;

    for (size_t i = 0; i < g->places; i++) {
        place[i] = (struct scn_placement){g->place[i].vm, (uint32_t)((uint64_t)g->place[i].count * to / from)};
        given += place[i].count;
    }
    for (; given < to; given++) {
        double most = -1;
        size_t at = 0;

        for (size_t i = 0; i < g->places; i++) {
            const double lacks = (double)g->place[i].count * to / (double)from - place[i].count;

            if (lacks > most + 1e-9) {
                most = lacks;
                at = i;
            }
        }
        place[at].count++;
    }
}

void plan_size_density(struct plan_size *s, const struct scn_study *study, uint32_t density)
{
    uint64_t carriers = 0;
    const double vms = plan_vms_of(study);

    size_init(s, study);
    s->place = sim_alloc(study->server_groups + 1, sizeof *s->place);
    for (size_t g = 0; g < study->server_groups; g++)
        carriers += plan_density_of(&study->servers[g]) ? study->servers[g].count : 0;
    for (size_t g = 0; g < study->server_groups; g++) {
        const struct scn_servers *old = &study->servers[g];
        const double now = plan_density_of(old), to = fmax(1, round(now * density * (double)carriers / vms));

        if (now == 0)
            continue;
        s->place[g] = sim_alloc(old->places, sizeof **s->place);
        size_place(old, (uint32_t)to, s->place[g]);
        s->servers[g].place = s->place[g];
        s->servers[g].count = (uint32_t)ceil(now * old->count / to);
    }
}

void plan_size_fini(struct plan_size *s)
{
    for (size_t g = 0; s->place && g < s->study.server_groups; g++)
        free(s->place[g]);
    free(s->place);
    free(s->servers);
}
