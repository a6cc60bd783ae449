/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/enter.c - a database with the study and its points, before anything is simulated.
 */
#include <gsl/gsl_version.h>
#include <stdlib.h>
#include <yaml.h>

#include "sim/cli/cli.h"
#include "sim/study/point.h"
#include "sim/study/store.h"

/* The designs of the combination of factors that point *i begins; *i goes on to the next. */
static bool enter_outlook(struct study_store *store, const struct study_points *points, size_t *i)
{
    const uint32_t group = points->point[*i].group;
    const struct plan **plan = sim_alloc(points->n, sizeof *plan);
    int64_t *id = sim_alloc(points->n, sizeof *id);
    size_t n = 0;
    bool ok;

    for (; *i < points->n && points->point[*i].group == group; ++*i, n++) {
        plan[n] = points->point[*i].plan;
        id[n] = points->point[*i].id;
    }
    ok = study_store_put_outlook(store, group, plan, id, n, group == 0);
    free(plan);
    free(id);
    return ok;
}

bool cli_enter(struct study_store *store, const char *db, const struct study_points *points,
               const struct sim_diags *diags, const char *command)
{
    const struct scn_study *study = points->point[0].study;
    const struct study_origin origin = {
        VIOSIM_VERSION,
#ifdef __clang__
        "clang " __clang_version__,
#else
        "gcc " __VERSION__,
#endif
        sqlite3_mprintf("GSL %s, SQLite %s, libyaml %s", gsl_version, sqlite3_libversion(), yaml_get_version_string()),
        command};
    int64_t study_id = 0;
    bool ok = study_store_open(store, db, STUDY_WRITE, study->replications.confidence) &&
              study_store_put_study(store, study, points->hash, &origin, diags, &study_id);

    for (size_t i = 0; ok && i < points->n; i++) {
        const struct study_point *p = &points->point[i];
        struct plan_cost cost = {0};

        if (p->plan->feasible)
            plan_cost(p->plan, &cost);
        ok = study_store_put_point(store, study_id, p->id, p->position, p->hash, p->plan, &cost);
    }
    for (size_t i = 0; ok && i < points->n && points->point[i].design;)
        ok = enter_outlook(store, points, &i);
    sqlite3_free((void *)(uintptr_t)origin.libraries);
    return ok;
}
