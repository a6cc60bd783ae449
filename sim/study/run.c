/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/run.c - which run next, on which worker, and when it is enough.
 */
#include "sim/study/run.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "sim/study/progress.h"
#include "sim/study/worker.h"

struct run_job {
    const struct study_point *point;
    uint32_t replication;
};

struct run_group { /* the points of one combination of factors */
    const struct study_point *point;
    size_t points;
    uint32_t replications, max; /* wanted so far, and at most */
    double precision;
    size_t outstanding; /* jobs queued or running */
};

struct run {
    struct study_store *store;
    const struct study_options *options;
    struct study_tally *tally;
    struct run_group *group;
    uint32_t groups;
    struct run_job *job; /* a queue: next..jobs */
    size_t next, jobs, job_capacity;
    struct study_worker *worker;
    unsigned workers, busy;
    struct pollfd *poll; /* a slot per worker, then the signals */
    struct study_progress progress;
    enum study_end end;
    bool stop;
};

/* Queue the replications first..last-1 of a group that the database has not: replication by replication over all
 * designs, so that an interrupted study has pairs. */
static void run_queue(struct run *r, struct run_group *g, uint32_t first, uint32_t last)
{
    for (uint32_t k = first; k < last; k++) {
        for (size_t i = 0; i < g->points; i++) {
            enum study_outcome outcome;

            if (!g->point[i].plan->feasible)
                continue;
            if (study_store_find_run(r->store, g->point[i].id, k, &outcome) && outcome != STUDY_FAILED) {
                r->tally->kept++;
                continue;
            }
            r->job = sim_grow(r->job, &r->job_capacity, r->jobs + 1, sizeof(*r->job));
            r->job[r->jobs++] = (struct run_job){&g->point[i], k};
            g->outstanding++;
            r->progress.total++;
        }
    }
}

/* All runs wanted of a group are stored: are they enough? Adds a quarter more at a time. */
static void run_decide(struct run *r, struct run_group *g)
{
    while (g->outstanding == 0 && g->replications < g->max && g->precision > 0) {
        const int64_t first = g->point[0].id, last = g->point[g->points - 1].id;

        if (study_store_precision(r->store, first, last) <= g->precision)
            return;
        const uint32_t more = (g->replications + 3) / 4, before = g->replications;

        g->replications = g->max - before < more ? g->max : before + more;
        run_queue(r, g, before, g->replications);
    }
}

static void run_make_groups(struct run *r, const struct study_points *points)
{
    r->group = sim_alloc(points->groups ? points->groups : 1, sizeof(*r->group));
    for (size_t i = 0; i < points->n; i++) {
        const struct study_point *p = &points->point[i];
        const struct scn_replications *wanted = &p->study->replications;
        const bool first = i == 0 || p->group != p[-1].group;

        if (first)
            r->group[r->groups++] = (struct run_group){
                .point = p, .replications = wanted->min, .max = wanted->max, .precision = wanted->precision};
        r->group[r->groups - 1].points++;
        r->tally->infeasible += !p->plan->feasible;
    }
    for (uint32_t g = 0; g < r->groups; g++) {
        run_queue(r, &r->group[g], 0, r->group[g].replications);
        run_decide(r, &r->group[g]);
    }
}

static struct run_group *run_group_of(struct run *r, const struct study_point *point)
{
    for (uint32_t g = 0; g < r->groups; g++)
        if (r->group[g].point->group == point->group)
            return &r->group[g];
    return NULL;
}

static void run_fault(struct run *r, const char *what)
{
    study_progress_clear(&r->progress);
    fprintf(r->options->errors, "viosim: %s\n", what);
    r->end = STUDY_MACHINE_FAULT;
    r->stop = true;
}

static void run_start_workers(struct run *r)
{
    for (unsigned i = 0; i < r->workers && r->next < r->jobs && !r->stop; i++) {
        const struct run_job *job = &r->job[r->next];

        if (r->worker[i].pid)
            continue;
        if (!study_worker_start(&r->worker[i], job->point, job->replication, r->options->simulate)) {
            char what[256];

            if (r->busy) /* go on with those that run; try again when one ends */
                return;
            snprintf(what, sizeof(what), "cannot start a process: %s", strerror(errno));
            run_fault(r, what);
            return;
        }
        r->next++;
        r->busy++;
    }
}

/* Whether SIGINT or SIGTERM has come within `ms`. */
static bool run_interrupted(struct run *r, int ms)
{
    struct pollfd signals = r->poll[r->workers];

    if (poll(&signals, 1, ms) <= 0 || !(signals.revents & POLLIN))
        return false;
    r->end = STUDY_INTERRUPTED;
    r->stop = true;
    return true;
}

/* Store a finished run. A full disk or a locked database can be mended meanwhile: the record is kept and tried again.
 */
static bool run_store(struct run *r, const struct study_worker *w)
{
    for (int tried_s = 0;; tried_s++) {
        switch (study_store_put_run(r->store, w->point->id, w->replication, &w->record)) {
        case STUDY_STORED:
            return true;
        case STUDY_STORE_FAILED:
            run_fault(r, r->store->why);
            return false;
        case STUDY_STORE_LATER:
            if (tried_s >= r->options->store_patience_s) {
                run_fault(r, r->store->why);
                return false;
            }
            study_progress_clear(&r->progress);
            if (tried_s == 0)
                fprintf(r->options->errors, "viosim: %s\nviosim: trying again for %d s\n", r->store->why,
                        r->options->store_patience_s);
            if (run_interrupted(r, 1000))
                return false;
        }
    }
}

static void run_ended(struct run *r, struct study_worker *w)
{
    struct run_group *g = run_group_of(r, w->point);

    r->busy--;
    g->outstanding--;
    if (run_store(r, w)) {
        r->tally->outcome[w->record.head.outcome]++;
        study_progress_run(&r->progress, w);
        run_decide(r, g);
    }
    study_worker_finish(w);
}

static void run_wait(struct run *r)
{
    for (unsigned i = 0; i < r->workers; i++)
        r->poll[i] = (struct pollfd){.fd = r->worker[i].pid ? r->worker[i].fd : -1, .events = POLLIN};
    if (poll(r->poll, r->workers + 1, 500) < 0)
        return;
    if (run_interrupted(r, 0))
        return;
    for (unsigned i = 0; i < r->workers && !r->stop; i++)
        if (r->worker[i].pid && r->poll[i].revents && study_worker_read(&r->worker[i]))
            run_ended(r, &r->worker[i]);
}

static void run_all(struct run *r, const struct study_points *points)
{
    run_make_groups(r, points);
    for (;;) {
        run_start_workers(r);
        if (r->stop || r->busy == 0)
            return;
        study_progress_show(&r->progress, r->worker, r->workers);
        run_wait(r);
    }
}

enum study_end study_run(struct study_store *store, const struct study_points *points,
                         const struct study_options *options, struct study_tally *tally)
{
    const unsigned workers = options->jobs ? options->jobs : 1;
    struct run r = {.store = store, .options = options, .tally = tally, .workers = workers};
    sigset_t stop, before;

    *tally = (struct study_tally){0};
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, &before);
    r.worker = sim_alloc(workers, sizeof(*r.worker));
    r.poll = sim_alloc(workers + 1, sizeof(*r.poll));
    r.poll[workers] = (struct pollfd){.fd = signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN};
    for (unsigned i = 0; i < workers; i++)
        r.worker[i].fd = r.worker[i].error_fd = -1;
    study_progress_init(&r.progress, options->progress);
    run_all(&r, points);
    study_progress_clear(&r.progress);
    for (unsigned i = 0; i < workers; i++)
        study_worker_finish(&r.worker[i]);
    tally->wall_s = study_progress_seconds(&r.progress);
    if (r.end == STUDY_DONE && tally->outcome[STUDY_FAILED])
        r.end = STUDY_SOME_FAILED;
    struct signalfd_siginfo taken; /* or they would be delivered when unblocked */

    while (read(r.poll[workers].fd, &taken, sizeof(taken)) > 0)
        continue;
    close(r.poll[workers].fd);
    sigprocmask(SIG_SETMASK, &before, NULL);
    free(r.worker);
    free(r.poll);
    free(r.group);
    free(r.job);
    return r.end;
}
