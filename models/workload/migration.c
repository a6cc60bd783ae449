/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/workload/migration.c - live migration of a VM: rounds of pre-copy, then a short stop.
 *
 * The first round sends all memory; each further one what the VM wrote during the last, at the dirty rate D but never
 * more than the writable working set. When the rest would take no longer than the downtime allowed, or rounds no longer
 * get smaller, or there have been `rounds` of them, the VM stops, the rest is sent, and it goes on at the other end.
 * With a rate R of the network n rounds (the last with the VM stopped) take (M/R) (1 - (D/R)^n) / (1 - D/R) [S106]. R
 * is not given: it is what the network yields.
 */
#include <math.h>

#include "models/workload.h"

struct migration_config {
    struct vio_workload_common common;
    uint64_t memory_B, working_set_B, message_B, dirty_bps;
    uint32_t rounds;
    sim_time downtime_ps, resume_ps;
};

struct migration {
    struct sim_event next; /* begin; resume */
    struct vio_workload *wl;
    uint64_t round_B, left_B; /* of the present round: all; not issued yet */
    uint32_t round;           /* 1, 2, ... */
    bool stopped;             /* the VM stands still: the last round */
    uint64_t sent_B;
    sim_time begun_ps, round_ps;
    struct sim_tally total, downtime, rounds, volume;
};

enum { MIGRATION_AHEAD = 2 }; /* messages per connection given to the transport */

static const struct sim_param migration_params[] = {
    VIO_WORKLOAD_COMMON_PARAMS(struct migration_config),
    {"memory", SIM_PARAM_SIZE, offsetof(struct migration_config, memory_B), "4GiB", "1B", "64TiB", "of the VM",
     "facts.md 5.1: a VM of 4 GB"},
    {"dirty", SIM_PARAM_RATE, offsetof(struct migration_config, dirty_bps), "0bps", NULL, NULL,
     "rate at which the VM writes to pages that were clean", "design choice: an idle VM"},
    {"working_set", SIM_PARAM_SIZE, offsetof(struct migration_config, working_set_B), "0B", NULL, NULL,
     "memory written to at most in a round; 0B = all", "design choice"},
    {"downtime", SIM_PARAM_TIME, offsetof(struct migration_config, downtime_ps), "300ms", "0s", NULL,
     "the VM is stopped when sending the rest takes no longer", "assumption A-190"},
    {"rounds", SIM_PARAM_COUNT, offsetof(struct migration_config, rounds), "30", "1", "1000",
     "rounds of pre-copy at most", "assumption A-190"},
    {"resume", SIM_PARAM_TIME, offsetof(struct migration_config, resume_ps), "0s", "0s", NULL,
     "from the last byte to the VM's going on; part of its downtime", "design choice: the transfer alone"},
    {"message", SIM_PARAM_SIZE, offsetof(struct migration_config, message_B), "1MiB", "1B", "1GiB",
     "bytes handed to the transport at a time", "design choice"},
    {0}};

#define MIGRATION(field) offsetof(struct migration, field)
static const struct sim_metric migration_metrics[] = {
    {"migration_time", SIM_METRIC_TALLY, "ps", MIGRATION(total), "from the begin until the VM runs at the other end"},
    {"downtime", SIM_METRIC_TALLY, "ps", MIGRATION(downtime), "the VM stands still"},
    {"rounds", SIM_METRIC_TALLY, "1", MIGRATION(rounds), "rounds of a migration, the last with the VM stopped"},
    {"volume", SIM_METRIC_TALLY, "B", MIGRATION(volume), "bytes of memory sent in a migration"},
    {0}};

static void migration_done(struct vio_message *m);

static void migration_issue(struct vio_workload *wl, struct vio_flow *f)
{
    const struct migration_config *c = wl->config;
    struct migration *s = vio_workload_state(wl);
    const uint64_t B = s->left_B < c->message_B ? s->left_B : c->message_B;

    if (!B)
        return;
    s->left_B -= B;
    vio_flow_send(f, vio_workload_issue(wl, B, migration_done));
}

static void migration_round(struct vio_workload *wl, uint64_t B)
{
    struct migration *s = vio_workload_state(wl);

    s->round++;
    s->round_B = s->left_B = B;
    s->round_ps = sim_now(&wl->world->sim);
    s->sent_B += B;
    for (int k = 0; k < MIGRATION_AHEAD; k++)
        for (uint32_t i = 0; i < wl->flows; i++)
            migration_issue(wl, wl->flow[i]);
}

static void migration_resume(struct sim *sim, struct sim_event *ev)
{
    struct migration *s = sim_container_of(ev, struct migration, next);

    sim_tally_add(&s->total, sim_now(sim) - s->begun_ps);
    sim_tally_add(&s->downtime, sim_now(sim) - s->round_ps);
    sim_tally_add(&s->rounds, s->round);
    sim_tally_add(&s->volume, (int64_t)s->sent_B);
    s->wl->idle = true;
    if (s->wl->resumed)
        s->wl->resumed(s->wl);
}

static void migration_stopped(struct vio_workload *wl)
{
    if (wl->stopped)
        wl->stopped(wl);
}

/* All of a round has arrived. */
static void migration_next(struct vio_workload *wl)
{
    const struct migration_config *c = wl->config;
    struct migration *s = vio_workload_state(wl);
    const double took_ps = (double)(sim_now(&wl->world->sim) - s->round_ps);
    const uint64_t set_B = c->working_set_B && c->working_set_B < c->memory_B ? c->working_set_B : c->memory_B;
    const double dirty_B = fmin((double)c->dirty_bps / vio_link_bits(1) * took_ps / (double)SIM_S, (double)set_B);
    const double rest_ps = dirty_B / (double)s->round_B * took_ps; /* at the rate of the round */

    if (s->stopped || dirty_B < 1) {
        if (!s->stopped) {
            s->round_ps = sim_now(&wl->world->sim);
            migration_stopped(wl);
        }
        sim_event_init(&s->next, migration_resume);
        sim_after(&wl->world->sim, &s->next, c->resume_ps);
        return;
    }
    s->stopped = rest_ps <= (double)c->downtime_ps || s->round >= c->rounds || dirty_B >= (double)s->round_B;
    if (s->stopped)
        migration_stopped(wl);
    migration_round(wl, (uint64_t)dirty_B);
}

static void migration_done(struct vio_message *m)
{
    struct vio_workload *wl = m->owner;
    struct migration *s = vio_workload_state(wl);
    struct vio_flow *f = m->flow;

    if (m->failed) /* these pages again */
        s->left_B += m->size_B;
    vio_workload_complete(wl, m, m->size_B);
    migration_issue(wl, f);
    if (wl->unfinished == 0)
        migration_next(wl);
}

static void migration_begin(struct sim *sim, struct sim_event *ev)
{
    struct migration *s = sim_container_of(ev, struct migration, next);
    const struct migration_config *c = s->wl->config;

    s->begun_ps = sim_now(sim);
    migration_round(s->wl, c->memory_B);
}

static void migration_start(struct vio_workload *wl)
{
    struct migration *s = vio_workload_state(wl);

    s->wl = wl;
    sim_event_init(&s->next, migration_begin);
    sim_at(&wl->world->sim, &s->next, vio_workload_start_ps(wl));
}

const struct vio_workload_type vio_workload_migration = {
    .type = "migration",
    .summary = "live migration of a VM: rounds of pre-copy at a dirty rate, then a stop",
    .shape = VIO_SHAPE_SEND,
    .state_size = sizeof(struct migration),
    .config_size = sizeof(struct migration_config),
    .params = migration_params,
    .metrics = migration_metrics,
    .source = "[S106]; facts.md 5.1",
    .start = migration_start,
};
