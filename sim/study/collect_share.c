/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/collect_share.c - where the time of each workload's requests went, over all its instances.
 *
 * The accounts of a world are by flow and hop. Here they become one list of places per workload of a VM class: the
 * egresses, the stations of the arrays, the transport, the application. Of the places the COLLECT_PLACES with the most
 * time are named, the others are added up by kind, so that what is stored does not grow with the installation and the
 * parts still sum to the mean latency.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/transport.h"
#include "models/workload.h"
#include "sim/study/collect.h"

enum { COLLECT_PLACES = 20 };

static const double share_s_per_ps = 1e-12;

struct share_place {
    const char *kind, *path;
    const char *station; /* of an array, to be put behind its path; or NULL */
    sim_time wait_ps, stall_ps, transfer_ps, service_ps, travel_ps;
};

struct share_sum {             /* of one workload of a VM class */
    struct share_place *place; /* egresses, then the stations of the targets */
    size_t places;
    struct vio_account account;
};

static sim_time share_total(const struct share_place *p)
{
    return p->wait_ps + p->stall_ps + p->transfer_ps + p->service_ps + p->travel_ps;
}

static void share_name_places(struct vio_world *w, struct share_sum *sum)
{
    struct share_place *p = sum->place;

    for (struct vio_egress *e = w->egresses; e; e = vio_egress_next(e))
        *p++ = (struct share_place){.kind = vio_resource_name(vio_egress_get_config(e)->resource),
                                    .path = vio_egress_path(e)};
    for (const struct vio_target *t = w->targets; t; t = t->next)
        for (int i = 0; i < VIO_STATIONS; i++)
            *p++ = (struct share_place){.kind = "array", .path = t->path, .station = t->station[i]};
}

static void share_add(struct share_place *p, const struct vio_share *s, sim_time delay_ps)
{
    p->wait_ps += s->wait_ps;
    p->stall_ps += s->stall_ps;
    p->transfer_ps += s->transfer_ps;
    p->service_ps += s->service_ps;
    p->travel_ps += (sim_time)s->n * delay_ps;
}

static void share_add_path(struct share_sum *sum, const struct vio_path *path, const struct vio_share *account)
{
    for (uint32_t i = 0; path && i < path->n; i++)
        share_add(&sum->place[vio_egress_number(path->hop[i])], &account[i], vio_egress_delay_ps(path->hop[i]));
}

static void share_add_workload(const struct vio_world *w, struct share_sum *sum, const struct vio_workload *wl)
{
    sum->account.n += wl->account.n;
    sum->account.window_ps += wl->account.window_ps;
    sum->account.repeat_ps += wl->account.repeat_ps;
    sum->account.service_ps += wl->account.service_ps;
    for (uint32_t i = 0; i < wl->flows; i++) {
        const struct vio_flow *f = wl->flow[i];
        size_t at = w->n_egresses;

        if (f->onward) {
            share_add_path(sum, f->there, f->account[VIO_THERE]);
            f = f->onward;
        }
        share_add_path(sum, f->there, f->account[VIO_THERE]);
        share_add_path(sum, f->back, f->account[VIO_BACK]);
        for (const struct vio_former *old = f->former; old && w->trace; old = old->next)
            for (int way = 0; way < VIO_WAYS; way++)
                share_add_path(sum, old->path[way], old->account[way]);
        for (const struct vio_target *t = w->targets; f->target && t; t = t->next, at += VIO_STATIONS)
            for (int k = 0; t == f->target && k < VIO_STATIONS; k++)
                share_add(&sum->place[at + (size_t)k], &wl->at_target[k], 0);
    }
}

static int share_order(const void *a, const void *b)
{
    const struct share_place *x = a, *y = b;
    const sim_time tx = share_total(x), ty = share_total(y);
    const int by_kind = strcmp(x->kind, y->kind);

    if (tx != ty)
        return tx < ty ? 1 : -1;
    return by_kind ? by_kind : strcmp(x->path, y->path);
}

static void share_write_place(struct study_record *r, const char *group, const struct share_place *p, uint64_t n)
{
    const double scale = share_s_per_ps / (double)n;
    char path[512];

    if (share_total(p) == 0)
        return;
    snprintf(path, sizeof(path), "%s%s%s", p->path, p->station ? "/" : "", p->station ? p->station : "");
    study_record_share(r, group, p->kind, path,
                       (struct study_share){.wait_s = (double)p->wait_ps * scale,
                                            .stall_s = (double)p->stall_ps * scale,
                                            .transfer_s = (double)p->transfer_ps * scale,
                                            .service_s = (double)p->service_ps * scale,
                                            .travel_s = (double)p->travel_ps * scale});
}

/* Add the places beyond the first COLLECT_PLACES to one of their kind, and write those. */
static void share_write_others(struct study_record *r, const char *group, struct share_sum *sum)
{
    for (size_t i = COLLECT_PLACES; i < sum->places; i++) {
        struct share_place *p = &sum->place[i];

        if (!p->kind) /* added before */
            continue;
        for (size_t k = i + 1; k < sum->places && share_total(&sum->place[k]) > 0; k++) {
            struct share_place *q = &sum->place[k];

            if (!q->kind || strcmp(p->kind, q->kind) != 0)
                continue;
            p->wait_ps += q->wait_ps;
            p->stall_ps += q->stall_ps;
            p->transfer_ps += q->transfer_ps;
            p->service_ps += q->service_ps;
            p->travel_ps += q->travel_ps;
            q->kind = NULL;
        }
        p->path = "(others)";
        p->station = NULL;
        share_write_place(r, group, p, sum->account.n);
    }
}

static void share_write(struct study_record *r, const char *group, struct share_sum *sum)
{
    const struct vio_account *a = &sum->account;
    const struct share_place window = {.kind = "transport", .path = "window", .wait_ps = a->window_ps};
    const struct share_place repeat = {.kind = "transport", .path = "repeat", .wait_ps = a->repeat_ps};
    const struct share_place service = {.kind = "application", .path = "peer", .service_ps = a->service_ps};

    if (a->n == 0)
        return;
    qsort(sum->place, sum->places, sizeof(*sum->place), share_order);
    for (size_t i = 0; i < sum->places && i < COLLECT_PLACES; i++)
        share_write_place(r, group, &sum->place[i], a->n);
    share_write_others(r, group, sum);
    share_write_place(r, group, &window, a->n);
    share_write_place(r, group, &repeat, a->n);
    share_write_place(r, group, &service, a->n);
}

/* Whether a workload of the same group stands before `wl`. */
static bool share_seen(const struct vio_world *w, const struct vio_workload *wl)
{
    for (const struct vio_workload *v = w->workloads; v != wl; v = v->next)
        if (strcmp(v->group, wl->group) == 0)
            return true;
    return false;
}

void study_collect_shares(struct vio_world *w, struct study_record *r)
{
    struct share_sum sum = {.places = w->n_egresses};

    if (!w->trace)
        return;
    for (const struct vio_target *t = w->targets; t; t = t->next)
        sum.places += VIO_STATIONS;
    sum.place = sim_alloc(sum.places ? sum.places : 1, sizeof(*sum.place));
    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next) {
        if (share_seen(w, wl))
            continue;
        share_name_places(w, &sum);
        sum.account = (struct vio_account){0};
        for (const struct vio_workload *v = wl; v; v = v->next)
            if (strcmp(v->group, wl->group) == 0)
                share_add_workload(w, &sum, v);
        share_write(r, wl->group, &sum);
    }
    free(sum.place);
}
