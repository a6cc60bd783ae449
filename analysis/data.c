/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/data.c - questions to a loaded study; see the header. */
#include "analysis/data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *ana_stat_name(enum ana_stat stat)
{
    static const char *const names[ANA_STATS] = {"mean", "p50", "p95", "p99", "p999", "max"};

    return names[stat];
}

const char *ana_outcome_name(enum ana_outcome outcome)
{
    static const char *const names[ANA_OUTCOMES] = {"ok", "unstable", "deadlock", "broken", "failed"};

    return names[outcome];
}

int ana_series_order(const void *a, const void *b)
{
    const struct ana_series *x = a, *y = b;
    int order = (x->point > y->point) - (x->point < y->point);

    if (!order)
        order = strcmp(x->entity, y->entity);
    return order ? order : strcmp(x->metric, y->metric);
}

const struct ana_series *ana_series_find(const struct ana_study *study, size_t point, const char *entity,
                                         const char *metric)
{
    const struct ana_series key = {.point = point, .entity = entity, .metric = metric};

    return study->n_series ? bsearch(&key, study->series, study->n_series, sizeof key, ana_series_order) : NULL;
}

struct ana_estimate ana_series_estimate(const struct ana_study *study, const struct ana_series *s, enum ana_stat stat)
{
    double *x;
    size_t n = 0;
    struct ana_estimate e;

    if (!s)
        return (struct ana_estimate){.mean = NAN, .half = NAN};
    x = sim_alloc(s->n + 1, sizeof *x);
    for (size_t i = 0; i < s->n; i++)
        if (!isnan(s->value[stat][i]))
            x[n++] = s->value[stat][i];
    e = ana_estimate_of(x, n, study->confidence);
    free(x);
    return e;
}

struct ana_estimate ana_series_difference(const struct ana_study *study, const struct ana_series *a,
                                          const struct ana_series *b, enum ana_stat stat)
{
    double *x, *y;
    size_t n = 0;
    struct ana_estimate e;

    if (!a || !b)
        return (struct ana_estimate){.mean = NAN, .half = NAN};
    x = sim_alloc(a->n + 1, sizeof *x);
    y = sim_alloc(a->n + 1, sizeof *y);
    for (size_t i = 0, j = 0; i < a->n && j < b->n;) {
        if (a->replication[i] != b->replication[j]) {
            if (a->replication[i] < b->replication[j])
                i++;
            else
                j++;
            continue;
        }
        if (!isnan(a->value[stat][i]) && !isnan(b->value[stat][j])) {
            x[n] = a->value[stat][i];
            y[n++] = b->value[stat][j];
        }
        i++;
        j++;
    }
    e = ana_paired(x, y, n, study->confidence);
    free(x);
    free(y);
    return e;
}

double ana_cost_of(const struct ana_study *study, size_t point, const char *name)
{
    for (size_t i = 0; i < study->costs; i++)
        if (study->cost[i].point == point && strcmp(study->cost[i].name, name) == 0)
            return study->cost[i].value;
    return NAN;
}

void ana_study_fini(struct ana_study *study)
{
    sim_arena_fini(&study->arena);
}
