/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/point.c - the points of a scenario, and one run of a point.
 */
#include "sim/study/point.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/study/collect.h"
#include "sim/study/series.h"

/* 64 bits of FNV-1a. Texts are ended by a 0 byte, so that "ab","c" and "a","bc" differ. */
static uint64_t point_hash_text(uint64_t hash, const char *text)
{
    for (const char *c = text;; c++) {
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
        if (!*c)
            return hash;
    }
}

static const uint64_t point_hash_start = UINT64_C(0xcbf29ce484222325);

static void point_hash(struct study_point *p)
{
    char seed[24];
    uint64_t hash = point_hash_text(point_hash_start, p->study->expanded);

    snprintf(seed, sizeof(seed), "%" PRIu64, p->study->seed);
    hash = point_hash_text(hash, p->design ? p->design->name : "");
    hash = point_hash_text(hash, seed);
    snprintf(p->hash, sizeof(p->hash), "%016" PRIx64, hash);
}

/* A sweep that names a value twice gives two points of one identity: one of them could never be told from the other. */
static bool point_check_distinct(const struct study_points *points, char *why, size_t why_size)
{
    for (size_t i = 0; i < points->n; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(points->point[i].hash, points->point[k].hash) == 0) {
                snprintf(why, why_size, "points %zu and %zu of the sweep are the same; name each value once",
                         (size_t)points->point[k].group + 1, (size_t)points->point[i].group + 1);
                return false;
            }
        }
    }
    return true;
}

static bool point_wanted(const struct scn_design *design, const char *const *only)
{
    for (; only && *only; only++)
        if (strcmp(*only, design->name) == 0)
            return true;
    return !only;
}

static bool point_check_names(const struct scn_study *study, const char *const *only, char *why, size_t why_size)
{
    for (; only && *only; only++) {
        size_t d = 0;

        while (d < study->designs && strcmp(study->design[d].name, *only) != 0)
            d++;
        if (d < study->designs)
            continue;
        int n = snprintf(why, why_size, "the scenario has no design '%s'; it has", *only);

        for (d = 0; d < study->designs && n > 0 && (size_t)n < why_size; d++)
            n += snprintf(why + n, why_size - (size_t)n, "%s %s", d ? "," : "", study->design[d].name);
        if (study->designs == 0)
            snprintf(why, why_size, "the scenario has no design '%s': it is a hand-written topology", *only);
        return false;
    }
    return true;
}

static void point_add(struct study_points *points, const struct scn_study *study, int64_t id, size_t group, size_t d)
{
    struct study_point *p = &points->point[points->n++];

    *p = (struct study_point){.study = study,
                              .design = study->designs ? &study->design[d] : NULL,
                              .id = id,
                              .position = (uint32_t)d,
                              .group = (uint32_t)group};
    p->plan = plan_create(study, p->design);
    point_hash(p);
}

bool study_points_init(struct study_points *points, const struct scn_points *scenario, const char *const *only,
                       char *why, size_t why_size)
{
    uint64_t hash = point_hash_start;
    size_t most = 0;
    int64_t id = 0;

    *points = (struct study_points){.groups = (uint32_t)scenario->n};
    for (size_t g = 0; g < scenario->n; g++) {
        const struct scn_study *study = scenario->study[g];

        most += study->designs ? study->designs : 1;
        hash = point_hash_text(hash, study->expanded);
        for (size_t i = 0; i < study->factors; i++)
            hash = point_hash_text(point_hash_text(hash, study->factor[i].path), study->factor[i].value);
        if (!point_check_names(study, only, why, why_size))
            return false;
    }
    snprintf(points->hash, sizeof(points->hash), "%016" PRIx64, hash);
    points->point = sim_alloc(most, sizeof(*points->point));
    for (size_t g = 0; g < scenario->n; g++) {
        const struct scn_study *study = scenario->study[g];

        if (study->designs == 0)
            point_add(points, study, ++id, g, 0);
        for (size_t d = 0; d < study->designs; d++) {
            id++; /* also of a design that is not wanted now: it may be another time */
            if (point_wanted(&study->design[d], only))
                point_add(points, study, id, g, d);
        }
    }
    return point_check_distinct(points, why, why_size);
}

void study_points_fini(struct study_points *points)
{
    for (size_t i = 0; i < points->n; i++)
        plan_destroy(points->point[i].plan);
    free(points->point);
    points->point = NULL;
    points->n = 0;
}

void study_simulate(const struct study_point *point, uint32_t replication, study_progress_fn *progress,
                    void *progress_arg, struct study_record *record)
{
    const struct scn_time *t = &point->study->time;
    struct timespec start, stop;
    struct study_series series;
    struct vio_end end;

    clock_gettime(CLOCK_MONOTONIC, &start);
    struct vio_world *w = plan_build(point->plan, point->study->seed, replication);

    study_series_start(&series, &point->study->series, w, record);
    vio_world_run(w, t->warmup_ps, t->measure_ps, progress, progress_arg, &end);
    study_series_stop(&series);
    study_collect(w, t->measure_ps, &end, record);
    vio_world_destroy(w);
    clock_gettime(CLOCK_MONOTONIC, &stop);
    record->head.wall_s = (double)(stop.tv_sec - start.tv_sec) + (double)(stop.tv_nsec - start.tv_nsec) * 1e-9;
}
