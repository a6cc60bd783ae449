/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_processors.c - whose cores are simulated, and how busy the servers of a plan are.
 *
 * The servers of plan_study.h have 8 cores; a server's VMs ask for 4 x 50 % + 2 x 50 % = 3 of them.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "models/processor.h"
#include "models/workload.h"
#include "tests/unit/plan_study.h"

static size_t count_computation(const struct vio_world *w)
{
    size_t n = 0;

    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        n += strcmp(wl->type->type, "compute") == 0;
    return n;
}

static void expect_use(struct vio_world *w, sim_time measure_ps, double low, double high)
{
    size_t n = 0;

    for (const struct vio_processor *p = w->processors; p; p = p->next, n++) {
        double io, use = vio_processor_use(p, sim_now(&w->sim), measure_ps, &io);

        cr_expect_eq(p->cores, 8u);
        cr_expect(use - io > low && use - io < high, "%s computes %g of its time", p->path, use - io);
        cr_expect(io >= 0 && io < 1, "%s: %g", p->path, io);
    }
    cr_expect_eq(n, 2u);
}

Test(test_processors, cores_set_aside_compute_nothing_but_count)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p = plan_create(st, &st->design[STUDY_SHARED]);
    struct vio_world *w;
    struct vio_end end;

    cr_assert(p->feasible, "%s", p->why);
    w = plan_build(p, 1, 0);
    cr_expect_eq(count_computation(w), 0u);
    cr_expect_eq(w->processors->n, st->host.io_cores);
    vio_world_run(w, 0, 100 * SIM_MS, NULL, NULL, &end);
    expect_use(w, 100 * SIM_MS, 3.0 / 8 - 1e-9, 3.0 / 8 + 1e-9);
    vio_world_destroy(w);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* 3 cores in bursts of 1 ms over 2 s: 6,000 bursts, 1.3 % of standard deviation; 5 % are allowed. */
Test(test_processors, shared_cores_do_the_computation)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p;
    struct vio_world *w;
    struct vio_end end;

    st->host.sharing = SCN_SHARED;
    st->host.burst = sim_dist_constant((double)SIM_MS);
    st->host.slice_ps = 50 * SIM_US;
    p = plan_create(st, &st->design[STUDY_SHARED]);
    cr_assert(p->feasible, "%s", p->why);
    w = plan_build(p, 1, 0);
    cr_expect_eq(count_computation(w), 2u * 3u); /* a db and two webs on each server */
    cr_expect_eq(w->processors->n, 8u);
    vio_world_run(w, 100 * SIM_MS, 2 * SIM_S, NULL, NULL, &end);
    cr_expect_eq(end.outcome, VIO_OUTCOME_OK, "%s", end.why);
    expect_use(w, 2 * SIM_S, 0.95 * 3 / 8, 1.05 * 3 / 8);
    vio_world_destroy(w);
    plan_destroy(p);
    plan_study_destroy(st);
}

Test(test_processors, shared_cores_have_to_be_in_the_catalogue)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p;

    st->host.sharing = SCN_SHARED;
    for (size_t i = 0; i < st->catalogue.items; i++)
        plan_study_item(st, st->catalogue.item[i].item)->cores = 0;
    p = plan_create(st, &st->design[STUDY_SHARED]);
    cr_expect(!p->feasible);
    cr_expect(strstr(p->why, "3.0 cores needed, 0 offered"), "%s", p->why);
    plan_destroy(p);
    plan_study_destroy(st);
}
