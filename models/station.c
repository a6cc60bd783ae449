/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/station.c - the multi-server station.
 */
#include "models/station.h"

#include "sim/kernel/assert.h"

static void station_finished(struct sim *sim, struct sim_event *ev);

void vio_station_init(struct vio_station *s, struct vio_world *w, const char *path, uint32_t servers,
                      const struct sim_dist *service)
{
    s->world = w;
    s->servers = servers;
    s->service = *service;
    s->tail = &s->head;
    sim_stream_init(&s->services, w->seed, w->replication, path, "service");
}

static void station_serve(struct vio_station *s, struct vio_job *job)
{
    struct sim *sim = &s->world->sim;

    job->served_ps = sim_now(sim);
    sim_tally_add(&s->wait, job->served_ps - job->arrived_ps);
    sim_event_init(&job->ev, station_finished);
    sim_after(sim, &job->ev, (sim_time)sim_dist_draw(&s->service, &s->services));
}

void vio_station_submit(struct vio_station *s, struct vio_job *job)
{
    job->station = s;
    job->arrived_ps = sim_now(&s->world->sim);
    if (s->busy < s->servers) {
        s->busy++;
        sim_level_set(&s->in_service, job->arrived_ps, s->busy);
        station_serve(s, job);
        return;
    }
    job->next = NULL;
    *s->tail = job;
    s->tail = &job->next;
}

static void station_finished(struct sim *sim, struct sim_event *ev)
{
    struct vio_job *job = sim_container_of(ev, struct vio_job, ev), *next;
    struct vio_station *s = job->station;

    next = s->head;
    if (next) {
        s->head = next->next;
        if (!s->head)
            s->tail = &s->head;
        station_serve(s, next);
    } else {
        s->busy--;
        sim_level_set(&s->in_service, sim_now(sim), s->busy);
    }
    job->done(job);
}
