/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/node/array.c - a storage array: LUNs, controllers, cache, disks.
 *
 * Description  Every I/O is of a LUN, which lets `lun_queue` of them in at a time; the others wait, in order. It then
 *              passes the controller (processors in parallel). A read that hits the cache is ready after the cache
 *              time; a miss also waits for a disk. A write is done when it is in the (mirrored) cache; it is written to
 *              disk later, which loads the disks but not the I/O, unless `write_back` is off.
 * LUNs         Virtual disks are dealt out over the LUNs in turn.
 * Simplified   Hits are independent of each other; no read-ahead, no RAID write penalty (fold it into the service time
 *              or the destage share); a full LUN queues instead of answering TASK SET FULL; any disk serves any LUN;
 * the ports are links of their own. Source       facts.md 2.4: 0.2-1 ms cached, 5-8 ms disk; Little's law and M/M/c
 * checks in tests/oracle/; task sets and their limits: T10 SAM-5 cl. 8
 */
#include "models/node.h"
#include "models/station.h"

struct array_config {
    struct vio_node_common common;
    uint32_t luns, lun_queue, controllers, disks;
    struct sim_dist controller_time, cache_time, disk_time;
    double cache_hit, destage;
    bool write_back;
};

enum array_station { ARRAY_LUN, ARRAY_CONTROLLER, ARRAY_CACHE, ARRAY_DISK };

struct array_lun {
    uint32_t open; /* I/Os let in */
    struct array_job *waiting, **tail;
};

struct array_job { /* an I/O in the array, or a destage */
    struct vio_job job;
    struct array *array;
    struct vio_message *m; /* NULL: destage */
    vio_message_fn *ready;
    struct array_lun *lun;  /* NULL: destage */
    struct array_job *next; /* in the queue of the LUN */
    sim_time arrived_ps;
};

struct array {
    struct vio_target target; /* first */
    const struct array_config *config;
    struct sim_pool jobs;
    struct array_lun *lun;
    struct sim_tally lun_wait;
    struct vio_station controller, disk;
    struct sim_stream hits, caches;
    sim_counter reads, writes, read_hits, destaged;
};

static const struct sim_param array_params[] = {
    {"latency", SIM_PARAM_TIME, offsetof(struct array_config, common.latency_ps), "0s", "0s", "1s",
     "front-end port latency", "contained in controller_time"},
    {"luns", SIM_PARAM_COUNT, offsetof(struct array_config, luns), "1", "1", "16384",
     "logical units, over which virtual disks are dealt out in turn", "design choice"},
    {"lun_queue", SIM_PARAM_COUNT, offsetof(struct array_config, lun_queue), "0", "0", "65536",
     "I/Os that a LUN lets in at a time, of all hosts; 0 = no limit", "T10 SAM-5 cl. 8: task set full"},
    {"controllers", SIM_PARAM_COUNT, offsetof(struct array_config, controllers), "2", "1", "64",
     "controller processors", "assumption A-054: dual-controller midrange array"},
    {"controller_time", SIM_PARAM_DIST_TIME, offsetof(struct array_config, controller_time), "25us", NULL, NULL,
     "controller time per I/O", "assumption A-054: 40,000 I/Os per second and controller"},
    {"cache_time", SIM_PARAM_DIST_TIME, offsetof(struct array_config, cache_time), "250us", NULL, NULL,
     "cache access of a hit or a write", "facts.md 2.4: 0.2-1 ms cached"},
    {"cache_hit", SIM_PARAM_FRACTION, offsetof(struct array_config, cache_hit), "50%", "0%", "100%",
     "share of reads found in the cache", "assumption A-055"},
    {"disks", SIM_PARAM_COUNT, offsetof(struct array_config, disks), "96", "1", "100000",
     "disks (or flash channels) that serve in parallel", "assumption A-056: midrange array, 96 spindles"},
    {"disk_time", SIM_PARAM_DIST_TIME, offsetof(struct array_config, disk_time), "6ms", NULL, NULL,
     "disk time per access", "facts.md 2.4: 5-8 ms"},
    {"write_back", SIM_PARAM_BOOL, offsetof(struct array_config, write_back), "yes", NULL, NULL,
     "a write is done when it is in the cache", "facts.md 2.4"},
    {"destage", SIM_PARAM_FRACTION, offsetof(struct array_config, destage), "60%", "0%", "100%",
     "disk accesses per cached write (the rest coalesce)", "assumption A-057"},
    {0}};

static const struct sim_metric array_metrics[] = {
    {"reads", SIM_METRIC_COUNTER, "1", offsetof(struct array, reads), "reads submitted"},
    {"writes", SIM_METRIC_COUNTER, "1", offsetof(struct array, writes), "writes submitted"},
    {"read_hits", SIM_METRIC_COUNTER, "1", offsetof(struct array, read_hits), "reads found in the cache"},
    {"destaged", SIM_METRIC_COUNTER, "1", offsetof(struct array, destaged), "cached writes put on disk"},
    {"lun_wait", SIM_METRIC_TALLY, "ps", offsetof(struct array, lun_wait), "wait for the LUN to let the I/O in"},
    {"controller_wait", SIM_METRIC_TALLY, "ps", offsetof(struct array, controller.wait), "wait for a controller"},
    {"controllers_busy", SIM_METRIC_LEVEL, "1", offsetof(struct array, controller.in_service), "controllers at work"},
    {"disk_wait", SIM_METRIC_TALLY, "ps", offsetof(struct array, disk.wait), "wait for a disk"},
    {"disks_busy", SIM_METRIC_LEVEL, "1", offsetof(struct array, disk.in_service), "disks at work"},
    {0}};

/* The LUN lets an I/O in. */
static void array_enter(struct array *a, struct array_job *j)
{
    const sim_time wait_ps = sim_now(&a->target.world->sim) - j->arrived_ps;

    j->lun->open++;
    sim_tally_add(&a->lun_wait, wait_ps);
    vio_chain_station(j->m, ARRAY_LUN, wait_ps, 0);
    vio_station_submit(&a->controller, &j->job);
}

/* An I/O has left its LUN; the next one that waits takes its place. */
static void array_leave(struct array *a, struct array_lun *lun)
{
    struct array_job *next = lun->waiting;

    lun->open--;
    if (!next)
        return;
    lun->waiting = next->next;
    if (!lun->waiting)
        lun->tail = &lun->waiting;
    array_enter(a, next);
}

static void array_answer(struct vio_job *job)
{
    struct array_job *j = (struct array_job *)job;
    struct array *a = j->array;
    struct array_lun *lun = j->lun;
    struct vio_message *m = j->m;
    vio_message_fn *ready = j->ready;

    sim_pool_give(&a->jobs, j);
    if (!m)
        return;
    array_leave(a, lun);
    ready(m);
}

static void array_cached(struct sim *sim, struct sim_event *ev)
{
    struct vio_job *job = sim_container_of(ev, struct vio_job, ev);

    vio_chain_station(((struct array_job *)job)->m, ARRAY_CACHE, 0, sim_now(sim) - job->served_ps);
    array_answer(job);
}

/* A station has served an I/O. */
static void array_account(const struct array_job *j, enum array_station station)
{
    vio_chain_station(j->m, station, j->job.served_ps - j->job.arrived_ps,
                      sim_now(&j->array->target.world->sim) - j->job.served_ps);
}

static void array_disk_done(struct vio_job *job)
{
    const struct array_job *j = (struct array_job *)job;

    if (j->m)
        array_account(j, ARRAY_DISK);
    array_answer(job);
}

static struct array_job *array_job(struct array *a, struct vio_message *m, vio_message_fn *ready)
{
    struct array_job *j = sim_pool_take(&a->jobs);

    *j = (struct array_job){.array = a, .m = m, .ready = ready};
    return j;
}

static void array_from_cache(struct array *a, struct array_job *j)
{
    j->job.served_ps = sim_now(&a->target.world->sim);
    sim_event_init(&j->job.ev, array_cached);
    sim_after(&a->target.world->sim, &j->job.ev, (sim_time)sim_dist_draw(&a->config->cache_time, &a->caches));
}

static void array_from_disk(struct array *a, struct array_job *j)
{
    j->job.done = array_disk_done;
    vio_station_submit(&a->disk, &j->job);
}

/* The controller has looked at it: cache or disk? */
static void array_controlled(struct vio_job *job)
{
    struct array_job *j = (struct array_job *)job;
    struct array *a = j->array;
    const struct array_config *c = a->config;
    double u;

    array_account(j, ARRAY_CONTROLLER);
    u = sim_uniform(&a->hits); /* one draw per I/O: reads and writes keep their places in the stream */

    if (!j->m->write && u >= c->cache_hit) {
        array_from_disk(a, j);
    } else if (!j->m->write) {
        a->read_hits++;
        array_from_cache(a, j);
    } else if (!c->write_back) {
        array_from_disk(a, j);
    } else {
        array_from_cache(a, j);
        if (u < c->destage) {
            a->destaged++;
            array_from_disk(a, array_job(a, NULL, NULL));
        }
    }
}

static void array_submit(struct vio_target *t, struct vio_message *m, vio_message_fn *ready)
{
    struct array *a = (struct array *)t;
    const struct array_config *c = a->config;
    struct array_job *j = array_job(a, m, ready);

    if (m->write)
        a->writes++;
    else
        a->reads++;
    j->job.done = array_controlled;
    j->lun = &a->lun[m->flow->disk % c->luns];
    j->arrived_ps = sim_now(&t->world->sim);
    if (c->lun_queue == 0 || j->lun->open < c->lun_queue) {
        array_enter(a, j);
        return;
    }
    j->next = NULL;
    *j->lun->tail = j;
    j->lun->tail = &j->next;
}

static void array_fini(struct vio_target *t)
{
    sim_pool_fini(&((struct array *)t)->jobs);
}

static struct vio_target *array_create(struct vio_world *w, const char *path, const void *config)
{
    struct array *a = sim_arena_alloc(&w->arena, 1, sizeof *a);
    const struct array_config *c = config;

    a->target = (struct vio_target){.submit = array_submit,
                                    .fini = array_fini,
                                    .path = sim_arena_text(&w->arena, path),
                                    .metrics = array_metrics,
                                    .station = {"lun", "controller", "cache", "disk"}};
    a->config = c;
    a->lun = sim_arena_alloc(&w->arena, c->luns, sizeof *a->lun);
    for (uint32_t i = 0; i < c->luns; i++)
        a->lun[i].tail = &a->lun[i].waiting;
    sim_pool_init(&a->jobs, sizeof(struct array_job));
    vio_station_init(&a->controller, w, sim_arena_printf(&w->arena, "%s/controller", path), c->controllers,
                     &c->controller_time);
    vio_station_init(&a->disk, w, sim_arena_printf(&w->arena, "%s/disk", path), c->disks, &c->disk_time);
    sim_stream_init(&a->hits, w->seed, w->replication, path, "hits");
    sim_stream_init(&a->caches, w->seed, w->replication, path, "caches");
    vio_target_register(w, &a->target);
    return &a->target;
}

const struct vio_node_type vio_node_array = {
    .type = "array",
    .summary = "storage array: LUNs with queues, controllers, cache, disks as a multi-server queue",
    .role = VIO_ROLE_STORAGE,
    .config_size = sizeof(struct array_config),
    .params = array_params,
    .source = "facts.md 2.4",
    .target_create = array_create,
};
