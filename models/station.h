/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/station.h - a multi-server station: c equal servers, one FIFO queue, any service time.
 *
 * Disks behind a controller, the controller's processors: whatever serves requests rather than packets. With
 * exponential gaps and service times it is M/M/c.
 */
#ifndef MODELS_STATION_H
#define MODELS_STATION_H

#include "models/world.h"
#include "sim/kernel/dist.h"
#include "sim/kernel/metric.h"

struct vio_job;
typedef void vio_job_fn(struct vio_job *job);

struct vio_job { /* embedded in, or owned by, whoever submits it */
    struct vio_job *next;
    struct sim_event ev;
    sim_time arrived_ps, served_ps; /* served: begin of service */
    vio_job_fn *done;
    struct vio_station *station;
    void *owner;
};

struct vio_station {
    struct vio_world *world;
    uint32_t servers, busy;
    struct sim_dist service; /* ps */
    struct sim_stream services;
    struct vio_job *head, **tail;
    struct sim_tally wait; /* ps from arrival to the start of service */
    struct sim_level in_service;
};

/* Prepare a station in place; `path` names its stream. Embeds a stream: do not move it. */
void vio_station_init(struct vio_station *s, struct vio_world *w, const char *path, uint32_t servers,
                      const struct sim_dist *service);
/* Queue a job; job->done is called when its service ends. The job stays its owner's and must stay in place. */
void vio_station_submit(struct vio_station *s, struct vio_job *job);

#endif
