/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/section_time.c - metrics over time: the backup window, the migration, the failover.
 *
 * What the scenario asked for under `series` is drawn for the first combination: a figure for each metric of a workload
 * with a line per design, and for each design and metric of its links, stages, arrays and transports with a line per
 * entity. Of latencies the 99th percentile is drawn, of everything else the mean over the interval. What is no course
 * of events (a count of instances) stays in the database, and so does what would make too many figures.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "analysis/format.h"
#include "analysis/section.h"

enum { TIME_FIGURES = 24, TIME_LINES = 12 };

struct time_line { /* one metric of one entity of one design */
    const char *design, *kind, *entity, *metric, *unit;
    bool tally;
    size_t first, n; /* among the values */
};

struct time_lines {
    struct time_line *line; /* heap; the lines of a figure are neighbours */
    size_t n, capacity;
    double *t, *value; /* heap */
    size_t values, t_capacity, value_capacity;
};

static const char time_sql[] =
    "SELECT s.design, s.kind, s.entity, s.metric, s.unit, s.t, coalesce(s.p99, s.value), s.p99 IS NOT NULL"
    "  FROM v_series AS s JOIN point AS d USING (point_id)"
    " WHERE s.point_id BETWEEN ?1 AND ?2" /* the points of a combination are numbered in a row */
    "   AND s.metric NOT IN ('instances', 'failed', 'issued', 'backlog_max', 'flows')"
    " ORDER BY s.kind = 'vms' DESC, s.kind, CASE s.kind WHEN 'vms' THEN s.entity ELSE printf('%4d', d.position) END,"
    "          s.metric NOT IN ('response_time', 'io_latency', 'transfer_time'), s.metric, d.position,"
    "          s.entity, s.t";

static const char *time_text(struct ana_context *c, sqlite3_stmt *st, int column)
{
    return sim_arena_text(c->arena, (const char *)sqlite3_column_text(st, column));
}

static bool time_continues(const struct time_line *l, sqlite3_stmt *st)
{
    const char *const name[] = {l->design, l->kind, l->entity, l->metric};

    for (int i = 0; i < 4; i++)
        if (strcmp(name[i], (const char *)sqlite3_column_text(st, i)) != 0)
            return false;
    return true;
}

static void time_add(struct ana_context *c, struct time_lines *all, sqlite3_stmt *st)
{
    if (all->n == 0 || !time_continues(&all->line[all->n - 1], st)) {
        all->line = sim_grow(all->line, &all->capacity, all->n + 1, sizeof *all->line);
        all->line[all->n++] = (struct time_line){.design = time_text(c, st, 0),
                                                 .kind = time_text(c, st, 1),
                                                 .entity = time_text(c, st, 2),
                                                 .metric = time_text(c, st, 3),
                                                 .unit = time_text(c, st, 4),
                                                 .first = all->values};
    }
    all->t = sim_grow(all->t, &all->t_capacity, all->values + 1, sizeof *all->t);
    all->value = sim_grow(all->value, &all->value_capacity, all->values + 1, sizeof *all->value);
    all->t[all->values] = sqlite3_column_double(st, 5);
    all->value[all->values++] = sqlite3_column_type(st, 6) == SQLITE_NULL ? NAN : sqlite3_column_double(st, 6);
    all->line[all->n - 1].n++;
    all->line[all->n - 1].tally |= sqlite3_column_int(st, 7) != 0;
}

static void time_load(struct ana_context *c, struct time_lines *all)
{
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2(c->db, time_sql, -1, &st, NULL) != SQLITE_OK)
        return;
    sqlite3_bind_int64(st, 1, c->study->point[c->combo->point[0]].id);
    sqlite3_bind_int64(st, 2, c->study->point[c->combo->point[c->combo->points - 1]].id);
    while (sqlite3_step(st) == SQLITE_ROW)
        time_add(c, all, st);
    sqlite3_finalize(st);
}

/* Whether anything happens: something other than 0 was seen. */
static bool time_is_flat(const struct time_lines *all, size_t first, size_t n)
{
    for (size_t i = all->line[first].first; i < all->line[first + n - 1].first + all->line[first + n - 1].n; i++)
        if (!isnan(all->value[i]) && all->value[i] != 0)
            return false;
    return true;
}

static double time_largest(const struct time_lines *all, size_t first, size_t n)
{
    double most = 0;

    for (size_t i = all->line[first].first; i < all->line[first + n - 1].first + all->line[first + n - 1].n; i++)
        most = fmax(most, isnan(all->value[i]) ? 0 : all->value[i]);
    return most;
}

static bool time_of_vms(const struct time_line *l)
{
    return strcmp(l->kind, "vms") == 0;
}

static void time_plot(struct ana_context *c, struct ana_figure *f, const struct time_lines *all,
                      const struct time_line *l, double scale)
{
    double *t = sim_arena_alloc(c->arena, l->n, sizeof *t), *y = sim_arena_alloc(c->arena, l->n, sizeof *y);
    const char *design = *l->design ? l->design : c->study->name;

    for (size_t i = 0; i < l->n; i++) {
        t[i] = all->t[l->first + i];
        y[i] = all->value[l->first + i] * scale;
    }
    f->plot[f->plots++] = (struct ana_plot){.name = time_of_vms(l) ? design : l->entity, .n = l->n, .x = t, .y = y};
}

static void time_limits(struct ana_context *c, struct ana_figure *f, const struct time_line *l, double scale)
{
    const struct ana_study *s = c->study;

    f->limit = sim_arena_alloc(c->arena, s->levels + 1, sizeof *f->limit);
    if (s->warmup_s > 0)
        f->limit[f->limits++] = (struct ana_limit){s->warmup_s, NAN, "measured from here"};
    for (size_t i = 0; i < s->levels; i++) {
        const struct ana_level *v = &s->level[i];
        const char *entity = sim_arena_printf(c->arena, "%s/%s", v->vms, v->workload);

        if (strcmp(v->metric, l->metric) == 0 && v->stat == (l->tally ? ANA_P99 : ANA_MEAN) &&
            (strcmp(entity, l->entity) == 0 || strcmp(v->vms, l->entity) == 0))
            f->limit[f->limits++] = (struct ana_limit){NAN, v->bound * scale, "level"};
    }
}

/* The figure of lines first..first+n-1, which are of one metric. */
static void time_figure(struct ana_context *c, const struct time_lines *all, size_t first, size_t n, size_t number)
{
    const struct time_line *l = &all->line[first];
    const char *whose = time_of_vms(l) ? l->entity
                        : *l->design   ? sim_arena_printf(c->arena, "%s, each %s", l->design, l->kind)
                                       : l->kind;
    const struct ana_scale scale = ana_scale_for(time_largest(all, first, n), ana_display_unit(l->metric, l->unit));
    const char *what = sim_arena_printf(c->arena, "%s%s", l->metric, l->tally ? ", 99th percentile" : "");
    struct ana_figure *f = ana_doc_figure(c->doc, ANA_FIGURE_LINES, sim_arena_printf(c->arena, "series-%zu", number),
                                          sim_arena_printf(c->arena, "%s: %s", whose, what));

    f->desc = "Over the time of the run, a value for each interval; mean of the replications.";
    f->x_label = "time from the start of the run [s]";
    f->y_label = *scale.unit ? sim_arena_printf(c->arena, "%s [%s]", l->metric, scale.unit) : l->metric;
    f->plot = sim_arena_alloc(c->arena, TIME_LINES, sizeof *f->plot);
    for (size_t i = first; i < first + n && f->plots < TIME_LINES; i++)
        time_plot(c, f, all, &all->line[i], scale.factor);
    time_limits(c, f, l, scale.factor);
}

static size_t time_figure_lines(const struct time_lines *all, size_t first)
{
    const struct time_line *a = &all->line[first];
    size_t n = 1;

    for (; first + n < all->n; n++) {
        const struct time_line *b = &all->line[first + n];

        if (strcmp(a->kind, b->kind) != 0 || strcmp(a->metric, b->metric) != 0 ||
            (time_of_vms(a) ? strcmp(a->entity, b->entity) != 0 : strcmp(a->design, b->design) != 0))
            break;
    }
    return n;
}

void ana_section_time(struct ana_context *c)
{
    struct time_lines all = {0};
    size_t figures = 0, left = 0, hidden = 0;

    if (c->combo)
        time_load(c, &all);
    if (all.n) {
        ana_doc_section(c->doc, "series", "Over time");
        ana_doc_text(c->doc, "Intervals of the scenario's `series`; all of them are in the view v_series.%s%s",
                     c->sweep ? " Shown for " : "", c->sweep ? c->combo->label : "");
    }
    for (size_t i = 0, n; i < all.n; i += n) {
        n = time_figure_lines(&all, i);
        if (time_is_flat(&all, i, n))
            continue;
        if (figures == TIME_FIGURES) {
            left++;
            continue;
        }
        hidden += n > TIME_LINES ? n - TIME_LINES : 0;
        time_figure(c, &all, i, n, ++figures);
    }
    if (left || hidden)
        ana_doc_note(c->doc, ANA_MARK_NONE, "%zu further metrics and %zu further lines are in the view v_series only.",
                     left, hidden);
    free(all.line);
    free(all.t);
    free(all.value);
}
