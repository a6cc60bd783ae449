/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/collect_day.c - what the events of the day did: to the installation, to each VM, to each workload.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/watch.h"
#include "sim/plan/day.h"
#include "sim/study/collect.h"

static const double day_s_per_ps = 1e-12;

struct day_service { /* of a workload of a VM class from an event to the next */
    sim_time gap_before_ps, gap_ps;
    uint64_t lost;
    struct sim_tally before, during; /* latency of the VMs that were not hit */
};

static sim_time day_longer(sim_time a, sim_time b)
{
    return a > b ? a : b;
}

static void day_write_event(struct vio_world *w, const struct plan_day_result *e, struct study_record *r)
{
    sim_time gap_before_ps = 0, gap_ps = 0;
    uint64_t lost = 0;

    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next) {
        if (!wl->watch) /* what VMs compute */
            continue;
        gap_before_ps = day_longer(gap_before_ps, wl->watch->phase[0].gap_ps);
        gap_ps = day_longer(gap_ps, wl->watch->phase[e->phase].gap_ps);
        lost += wl->watch->phase[e->phase].failed;
    }
    study_record_entity(r, "event", e->event->name);
    study_record_value(r, "at", "s", "when it happened", (double)e->event->at_ps * day_s_per_ps);
    study_record_value(r, "failures", "1", "times that a part failed", e->failures);
    study_record_value(r, "vms_hit", "1", "VMs that lost a way, or whose adapters changed", e->hit);
    study_record_value(r, "vms_cut", "1", "VMs with a lost way still when all was switched over", e->cut);
    study_record_value(r, "moved", "1", "flows (of VMs that moved: VMs; of weights: ports) that changed", e->moved);
    study_record_value(r, "took", "s", "until all of it was done", (double)e->took_ps * day_s_per_ps);
    study_record_value(r, "service_gap", "s",
                       "longest time, until the next event, in which something was asked for and nothing completed",
                       (double)gap_ps * day_s_per_ps);
    study_record_value(r, "service_gap_before", "s", "the same before the first event",
                       (double)gap_before_ps * day_s_per_ps);
    study_record_value(r, "lost", "1", "requests, messages and I/Os that failed until the next event", (double)lost);
    study_record_value(r, "retried", "1", "segments and I/Os repeated until the next event", (double)e->retried);
    if (!e->failures)
        return;
    study_record_value(r, "server_capacity", "bit/s", "rates of the servers' links that were left",
                       (double)e->server_bps);
    study_record_value(r, "server_capacity_left", "1", "the same as a fraction",
                       e->server_all_bps ? (double)e->server_bps / (double)e->server_all_bps : 1);
    study_record_value(r, "uplink_capacity", "bit/s", "rates of the links to the cores that were left",
                       (double)e->uplink_bps);
    study_record_value(r, "uplink_capacity_left", "1", "the same as a fraction",
                       e->uplink_all_bps ? (double)e->uplink_bps / (double)e->uplink_all_bps : 1);
}

static bool day_seen(const struct vio_world *w, const struct vio_workload *wl)
{
    for (const struct vio_workload *v = w->workloads; v != wl; v = v->next)
        if (strcmp(v->group, wl->group) == 0)
            return true;
    return false;
}

static void day_write_service(struct study_record *r, const struct plan_day_result *e, const char *group,
                              const struct day_service *s)
{
    char path[512];

    snprintf(path, sizeof(path), "%s: %s", e->event->name, group);
    study_record_entity(r, "service", path);
    study_record_value(r, "service_gap", "s", "longest time without a completion while something was asked for",
                       (double)s->gap_ps * day_s_per_ps);
    study_record_value(r, "service_gap_before", "s", "the same before the first event",
                       (double)s->gap_before_ps * day_s_per_ps);
    study_record_value(r, "lost", "1", "requests, messages or I/Os that failed", (double)s->lost);
    study_record_tally(r, "others_before", "s", "latency before the first event, of the VMs that this one did not hit",
                       &s->before, day_s_per_ps, false);
    study_record_tally(r, "others", "s", "their latency until the next event", &s->during, day_s_per_ps, false);
}

/* One workload of a VM class from one event to the next: what the VMs that were hit missed, and how the others fared.
 */
static void day_service(struct vio_world *w, const struct plan_day_result *e, const struct vio_workload *first,
                        const uint32_t *vm, struct study_record *r)
{
    struct day_service s = {0};
    size_t i = 0;

    sim_tally_init(&s.before);
    sim_tally_init(&s.during);
    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next, i++) {
        const struct vio_watch_phase *before, *during;

        if (!wl->watch || strcmp(wl->group, first->group) != 0)
            continue;
        before = &wl->watch->phase[0];
        during = &wl->watch->phase[e->phase];
        s.gap_before_ps = day_longer(s.gap_before_ps, before->gap_ps);
        s.gap_ps = day_longer(s.gap_ps, during->gap_ps);
        s.lost += during->failed;
        if (vm[i] == UINT32_MAX || e->is_hit[vm[i]])
            continue;
        sim_tally_merge(&s.before, &before->latency);
        sim_tally_merge(&s.during, &during->latency);
    }
    day_write_service(r, e, first->group, &s);
    sim_tally_fini(&s.before);
    sim_tally_fini(&s.during);
}

static void day_write_vm(struct vio_world *w, uint32_t number, const uint32_t *vm, struct study_record *r)
{
    sim_time gap_before_ps = 0, gap_ps = 0;
    uint64_t lost = 0;
    size_t i = 0;

    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next, i++) {
        if (vm[i] != number)
            continue;
        gap_before_ps = day_longer(gap_before_ps, wl->watch->phase[0].gap_ps);
        gap_ps = day_longer(gap_ps, vio_watch_gap_ps(wl, 1));
        for (uint32_t k = 1; k < wl->watch->phases; k++)
            lost += wl->watch->phase[k].failed;
    }
    study_record_entity(r, "vm", plan_day_vm_name(w, number));
    study_record_value(r, "service_gap", "s", "longest time without a completion while something was asked for",
                       (double)gap_ps * day_s_per_ps);
    study_record_value(r, "service_gap_before", "s", "the same before the first event",
                       (double)gap_before_ps * day_s_per_ps);
    study_record_value(r, "lost", "1", "requests, messages or I/Os that failed", (double)lost);
}

void study_collect_day(struct vio_world *w, struct study_record *r)
{
    size_t n, workloads = 0, i = 0;
    const struct plan_day_result *e = plan_day_results(w, &n);
    uint32_t *vm;

    if (!n)
        return;
    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        workloads++;
    vm = sim_alloc(workloads ? workloads : 1, sizeof(*vm));
    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        vm[i++] = plan_day_vm(w, wl);
    for (i = 0; i < n; i++) {
        day_write_event(w, &e[i], r);
        for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next)
            if (wl->watch && !day_seen(w, wl))
                day_service(w, &e[i], wl, vm, r);
    }
    for (uint32_t k = 0; k < plan_day_vms(w); k++)
        day_write_vm(w, k, vm, r);
    free(vm);
}
