/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/enter.c - a database with the study and its points, before anything is simulated.
 */
#include <gsl/gsl_version.h>
#include <yaml.h>

#include "sim/cli/cli.h"
#include "sim/study/point.h"
#include "sim/study/store.h"

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
    sqlite3_free((void *)(uintptr_t)origin.libraries);
    return ok;
}
