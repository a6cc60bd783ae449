/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_series.c - metrics over time: looking changes nothing, and the intervals add up to the whole.
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/study/point.h"

/* Simulate replication 0 of a scenario under `set` (NULL ends it). */
static void simulate(const char *file, const char *const *set, struct study_record *r)
{
    struct study_points points;
    struct scn_points scenario;
    struct sim_diags diags;
    char why[256];
    size_t n = 0;

    while (set[n])
        n++;
    sim_diags_init(&diags);
    cr_assert(scn_load(file, set, n, &scenario, &diags), "%s does not load", file);
    cr_assert(study_points_init(&points, &scenario, NULL, why, sizeof(why)), "%s", why);
    study_record_init(r);
    study_simulate(&points.point[0], 0, NULL, NULL, r);
    study_points_fini(&points);
    scn_points_fini(&scenario);
    sim_diags_fini(&diags);
}

/* The row that track k is the course of. */
static const struct study_row *row_of(const struct study_record *r, uint32_t k)
{
    const struct study_track *t = &r->track[k];

    for (size_t i = 0; i < r->rows; i++)
        if (strcmp(study_record_text(r, r->row[i].kind), study_record_text(r, t->kind)) == 0 &&
            strcmp(study_record_text(r, r->row[i].path), study_record_text(r, t->path)) == 0 &&
            strcmp(study_record_text(r, r->row[i].metric), study_record_text(r, t->metric)) == 0)
            return &r->row[i];
    cr_assert_fail("no row of track %s %s", study_record_text(r, t->path), study_record_text(r, t->metric));
    return NULL;
}

static uint32_t track_of(const struct study_record *r, const char *path, const char *metric)
{
    for (uint32_t k = 0; k < r->tracks; k++)
        if (strcmp(study_record_text(r, r->track[k].path), path) == 0 &&
            strcmp(study_record_text(r, r->track[k].metric), metric) == 0)
            return k;
    cr_assert_fail("no track %s %s", path, metric);
    return 0;
}

static const char every_metric[] =
    "series={every: 7ms, of: [{}, {kind: link}, {kind: stage}, {kind: array}, {kind: transport}]}";

Test(test_series, looking_changes_no_trajectory)
{
    static const char short_run[] = "time={warmup: 20ms, measure: 100ms}";
    struct study_record with, without;

    simulate("scenarios/reference/mmc-storage.yaml", (const char *const[]){short_run, every_metric, NULL}, &with);
    simulate("scenarios/reference/mmc-storage.yaml", (const char *const[]){short_run, NULL}, &without);
    cr_assert_gt(with.samples, 0u);
    cr_assert_eq(without.samples, 0u);
    cr_assert_eq(with.head.fingerprint, without.head.fingerprint);
    cr_assert_eq(with.rows, without.rows);
    for (size_t i = 0; i < with.rows; i++)
        cr_expect_eq(with.row[i].mean, without.row[i].mean, "%s", study_record_text(&with, with.row[i].metric));
    study_record_fini(&with);
    study_record_fini(&without);
}

struct whole { /* of a track, over the intervals of the measurement */
    double sum, span;
    uint64_t n;
};

/* A mean over the measurement is the mean of the intervals weighted by their lengths; an observation falls into exactly
 * one. 7 ms divide neither the warm-up nor the measurement: both end with a short interval. */
static void expect_whole(const char *file, double warmup_s, const char *time)
{
    struct study_record r;
    struct whole *whole;

    simulate(file, (const char *const[]){time, every_metric, NULL}, &r);
    cr_assert_gt(r.tracks, 0u);
    whole = sim_alloc(r.tracks, sizeof *whole);
    for (size_t i = 0; i < r.samples; i++) {
        const struct study_sample *v = &r.sample[i];

        if (v->t_s < warmup_s + 1e-9)
            continue;
        whole[v->track].sum += v->value * (r.track[v->track].tally ? (double)v->n : v->span_s);
        whole[v->track].span += v->span_s;
        whole[v->track].n += v->n;
    }
    for (uint32_t k = 0; k < r.tracks; k++) {
        const struct study_row *row = row_of(&r, k);
        const char *metric = study_record_text(&r, r.track[k].metric), *path = study_record_text(&r, r.track[k].path);

        cr_expect_float_eq(whole[k].span, 0.1, 1e-12, "%s of %s", metric, path);
        if (row->tally)
            cr_expect_eq(whole[k].n, row->n, "%s of %s", metric, path);
        if (row->state || (row->tally && row->n == 0))
            continue;
        cr_expect_float_eq(whole[k].sum / (row->tally ? (double)whole[k].n : whole[k].span), row->mean,
                           1e-9 * fabs(row->mean) + 1e-15, "%s of %s", metric, path);
    }
    free(whole);
    study_record_fini(&r);
}

Test(test_series, intervals_add_up_to_the_whole)
{
    expect_whole("scenarios/reference/mmc-storage.yaml", 0.02, "time={warmup: 20ms, measure: 100ms}");
    expect_whole("scenarios/reference/drr-shares.yaml", 0.02, "time={warmup: 20ms, measure: 100ms}");
    expect_whole("scenarios/reference/pfc-incast.yaml", 0, "time={warmup: 0ms, measure: 100ms}");
}

/* One interval over all of the measurement is the measurement: the same quantile, from the same buckets. */
Test(test_series, the_percentile_is_that_of_the_interval)
{
    struct study_record r;
    size_t seen = 0;

    simulate("scenarios/reference/mmc-storage.yaml",
             (const char *const[]){"time={warmup: 50ms, measure: 50ms}", "series={every: 50ms}", NULL}, &r);
    cr_assert_eq(r.samples, 2 * r.tracks);
    for (size_t i = 0; i < r.samples; i++) {
        const struct study_sample *v = &r.sample[i];

        if (!r.track[v->track].tally || v->t_s < 0.051)
            continue;
        cr_expect_gt(v->n, 0u);
        cr_expect_float_eq(v->p99, row_of(&r, v->track)->p99, 0.008 * row_of(&r, v->track)->p99, "width of a bucket");
        seen++;
    }
    cr_expect_gt(seen, 0u);
    study_record_fini(&r);
}

/* A stream that begins at 3 ms and fills the link: nothing in the intervals before; in those after 1472 of 1538 B of
 * 10 Gb/s, to within the message of 100 datagrams (123 us of wire) that ends in the next. */
Test(test_series, a_stream_is_seen_to_begin)
{
    struct study_record r;
    uint32_t busy, goodput;

    simulate("scenarios/reference/udp-line-rate.yaml",
             (const char *const[]){"time={warmup: 2ms, measure: 8ms}", "topology.flows.stream.start=3ms",
                                   "series={every: 1ms, of: [{}, {kind: link, entity: \"a/*\"}]}", NULL},
             &r);
    goodput = track_of(&r, "stream", "goodput");
    busy = track_of(&r, "a/b>b", "utilisation");
    for (size_t i = 0; i < r.samples; i++) {
        const struct study_sample *v = &r.sample[i];

        if (v->track == busy)
            cr_expect_float_eq(v->value, v->t_s < 0.0031 ? 0 : 1, 1e-9, "at %g s", v->t_s);
        if (v->track == goodput && v->t_s < 0.0031)
            cr_expect_eq(v->value, 0);
        if (v->track == goodput && v->t_s > 0.0041)
            cr_expect_float_eq(v->value, 9.571e9, 9.571e9 * 0.123, "at %g s", v->t_s);
    }
    study_record_fini(&r);
}
