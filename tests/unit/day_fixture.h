/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/day_fixture.h - a scenario with events, planned in one design and run in this process.
 */
#ifndef TESTS_UNIT_DAY_FIXTURE_H
#define TESTS_UNIT_DAY_FIXTURE_H

#include <criterion/criterion.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "models/transport.h"
#include "models/watch.h"
#include "sim/plan/day.h"

struct day_world {
    struct scn_points points;
    struct plan *plan;
    struct vio_world *w;
    struct vio_end end;
};

/* The plan of a scenario with settings "path=value", NULL last, in a design; NULL: topology. */
static inline void day_plan(struct day_world *d, const char *file, const char *design, const char *const *set)
{
    struct sim_diags diags;
    size_t n = 0, k = 0;

    while (set[n])
        n++;
    sim_diags_init(&diags);
    if (!scn_load(file, set, n, &d->points, &diags)) {
        sim_diags_print(&diags, stderr);
        cr_assert_fail("%s", file);
    }
    sim_diags_fini(&diags);
    while (design && strcmp(d->points.study[0]->design[k].name, design) != 0)
        k++;
    d->plan = plan_create(d->points.study[0], design ? &d->points.study[0]->design[k] : NULL);
    cr_assert(d->plan->feasible, "%s", d->plan->why);
}

static inline void day_run(struct day_world *d, uint32_t replication)
{
    const struct scn_study *st = d->points.study[0];

    d->w = plan_build(d->plan, st->seed, replication);
    vio_world_run(d->w, st->time.warmup_ps, st->time.measure_ps, NULL, NULL, &d->end);
    cr_expect_eq(d->end.outcome, VIO_OUTCOME_OK, "%s", d->end.why);
}

static inline const struct plan_day_result *day_result(struct day_world *d, size_t i)
{
    size_t n;
    const struct plan_day_result *r = plan_day_results(d->w, &n);

    cr_assert_lt(i, n);
    return &r[i];
}

static inline void day_plan_fini(struct day_world *d)
{
    plan_destroy(d->plan);
    scn_points_fini(&d->points);
}

static inline void day_fini(struct day_world *d)
{
    vio_world_destroy(d->w);
    day_plan_fini(d);
}

/* The workload of a VM: day_workload(&d, "hosts00/db1", "probe"). */
static inline struct vio_workload *day_workload(const struct day_world *d, const char *vm, const char *name)
{
    char path[80];

    snprintf(path, sizeof path, "%s/%s", vm, name);
    for (struct vio_workload *wl = d->w->workloads; wl; wl = wl->next)
        if (strcmp(wl->path, path) == 0)
            return wl;

    cr_assert_fail("no workload %s", path);
    return NULL;
}

/* A tally of a workload's own. */
static inline const struct sim_tally *day_tally(struct vio_workload *wl, const char *name)
{
    for (const struct sim_metric *m = wl->type->metrics; m->name; m++)
        if (strcmp(m->name, name) == 0)
            return (const struct sim_tally *)((const char *)vio_workload_state(wl) + m->offset);
    cr_assert_fail("no tally %s", name);
    return NULL;
}

#endif
