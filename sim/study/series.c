/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/series.c - the difference between two looks.
 *
 * Since measuring began at time a, a mean over time v is a total v (t - a); so over the interval from t0 to t1 it is
 * (v1 (t1 - a) - v0 (t0 - a)) / (t1 - t0). Histograms subtract bucket by bucket. When the warm-up's measurements are
 * forgotten, a is a new one and the totals begin at nothing.
 */
#include "sim/study/series.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

#include "sim/study/collect.h"

static const double series_s_per_ps = 1e-12;
static const double series_quantile = 0.99;

static bool series_wants(const void *arg, const char *kind, const char *path, const char *metric)
{
    const struct scn_series *wanted = arg;

    for (size_t i = 0; i < wanted->patterns; i++) {
        const struct scn_series_pattern *p = &wanted->pattern[i];

        if (strcmp(p->kind, kind) == 0 && fnmatch(p->entity, path, 0) == 0 &&
            (!metric || fnmatch(p->metric, metric, 0) == 0))
            return true;
    }
    return false;
}

/* The row of `r` that is the same metric of the same entity as `row` of `now`; `hint` is where to look first. */
static const struct study_row *series_find(const struct study_record *r, const struct study_record *now,
                                           const struct study_row *row, size_t hint)
{
    for (size_t k = 0; k < r->rows; k++) {
        const struct study_row *old = &r->row[(hint + k) % r->rows];

        if (strcmp(study_record_text(r, old->metric), study_record_text(now, row->metric)) == 0 &&
            strcmp(study_record_text(r, old->path), study_record_text(now, row->path)) == 0 &&
            strcmp(study_record_text(r, old->kind), study_record_text(now, row->kind)) == 0)
            return old;
    }
    return NULL;
}

/* The quantile of the observations of `row` that `old` (NULL-able) has not: nearest rank, middle of the bucket. */
static double series_p99(const struct study_record *now, const struct study_row *row, const struct study_record *before,
                         const struct study_row *old, uint64_t n)
{
    const struct study_bucket *b = &now->bucket[row->bucket];
    const struct study_bucket *o = old ? &before->bucket[old->bucket] : NULL;
    const struct study_bucket *o_end = old ? o + old->buckets : NULL;
    uint64_t rank = (uint64_t)ceil(series_quantile * (double)n), seen = 0;

    for (uint32_t i = 0; i < row->buckets; i++) {
        uint64_t count = b[i].n;

        while (o < o_end && o->low < b[i].low)
            o++;
        if (o < o_end && o->low == b[i].low)
            count -= o->n;
        seen += count;
        if (count && seen >= rank)
            return (b[i].low + b[i].high) / 2;
    }
    return 0;
}

static struct study_sample series_sample(const struct study_series *s, const struct study_record *now,
                                         const struct study_row *row, const struct study_row *old, sim_time at_ps)
{
    const double whole_s = (double)(at_ps - s->from_ps) * series_s_per_ps;
    const double old_s = (double)(s->before_ps - s->from_ps) * series_s_per_ps;
    struct study_sample v = {.t_s = (double)at_ps * series_s_per_ps,
                             .span_s = (double)(at_ps - s->before_ps) * series_s_per_ps,
                             .n = row->n,
                             .value = row->mean};

    if (row->tally) {
        const uint64_t old_n = old ? old->n : 0;
        const double sum = row->mean * (double)row->n - (old ? old->mean * (double)old_n : 0);

        v.n = row->n - old_n;
        v.value = v.n ? fmax(sum / (double)v.n, 0) : 0;
        v.p99 = v.n ? series_p99(now, row, &s->before, old, v.n) : 0;
    } else if (!row->state) {
        v.value = (row->mean * whole_s - (old ? old->mean * old_s : 0)) / v.span_s;
    }
    return v;
}

static void series_look(struct vio_world *w, void *arg)
{
    struct study_series *s = arg;
    const sim_time at_ps = sim_now(&w->sim);
    struct study_record now;
    uint32_t track = 0;

    if (s->from_ps != w->measure_from_ps) { /* the warm-up has been forgotten */
        study_record_fini(&s->before);
        s->from_ps = s->before_ps = w->measure_from_ps;
    }
    if (at_ps <= s->before_ps)
        return;
    study_record_init(&now);
    now.filter = &s->filter;
    study_collect_metrics(w, at_ps - s->from_ps, &now);
    for (size_t i = 0; i < now.rows; i++) {
        const struct study_row *row = &now.row[i], *old = series_find(&s->before, &now, row, i);
        struct study_sample v = series_sample(s, &now, row, old, at_ps);

        v.track = track = study_record_track(s->out, &now, row, track);
        study_record_sample(s->out, v);
        track++;
    }
    study_record_fini(&s->before);
    s->before = now;
    s->before_ps = at_ps;
}

void study_series_start(struct study_series *s, const struct scn_series *wanted, struct vio_world *w,
                        struct study_record *out)
{
    *s = (struct study_series){.wanted = wanted, .out = out};
    s->filter = (struct study_filter){series_wants, wanted};
    study_record_init(&s->before);
    w->observer = (struct vio_observer){.every_ps = wanted->every_ps, .look = series_look, .arg = s};
}

void study_series_stop(struct study_series *s)
{
    study_record_fini(&s->before);
}
