/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/section_traffic.c - what the VMs see: how long things take, and how much gets through.
 *
 * Latency is drawn as the fraction of requests slower than x, both axes logarithmic: the tail is what service levels
 * are about, and a p99 is read where a curve crosses 0.01. The curve is of all runs together; the numbers beside it
 * are means of the runs' own quantiles, with intervals.
 */
#include <math.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/section.h"

enum { CURVE_POINTS = 400 };

/* The points of the combination in detail, in order, with their series of an entity and metric (or NULL). */
static size_t detail_series(const struct ana_context *c, const char *entity, const char *metric,
                            const struct ana_series **out)
{
    size_t found = 0;

    for (size_t i = 0; i < c->combo->points; i++) {
        out[i] = ana_series_find(c->study, c->combo->point[i], entity, metric);
        found += out[i] && out[i]->n;
    }
    return found;
}

/* Whether series i is the first of its entity and metric among the points in detail: each pair is shown once. */
static bool first_of_pair(const struct ana_context *c, size_t i)
{
    const struct ana_series *s = &c->study->series[i];

    if (c->study->point[s->point].combo != c->study->point[c->combo->point[0]].combo)
        return false;
    for (size_t k = 0; k < i; k++) {
        const struct ana_series *o = &c->study->series[k];

        if (c->study->point[o->point].combo == c->study->point[s->point].combo && strcmp(o->entity, s->entity) == 0 &&
            strcmp(o->metric, s->metric) == 0)
            return false;
    }
    return true;
}

/* Fraction above the upper end of each bucket; points closer than 3 % in x and 20 % in y are thinned out. */
static void curve_of(struct ana_context *c, const struct ana_bucket *b, size_t n, double scale, struct ana_plot *plot)
{
    double *x = sim_arena_alloc(c->arena, CURVE_POINTS + 2, sizeof *x);
    double *y = sim_arena_alloc(c->arena, CURVE_POINTS + 2, sizeof *y);
    double total = 0, above;

    for (size_t i = 0; i < n; i++)
        total += b[i].n;
    above = total;
    if (n && b[0].low > 0) {
        x[0] = b[0].low * scale;
        y[0] = 1.0;
        plot->n = 1;
    }
    for (size_t i = 0; i + 1 < n && plot->n < CURVE_POINTS; i++) {
        const double at = b[i].high * scale, fraction = (above -= b[i].n) / total;

        if (plot->n && at < 1.03 * x[plot->n - 1] && fraction > 0.8 * y[plot->n - 1] && i + 2 < n)
            continue;
        x[plot->n] = at;
        y[plot->n++] = fraction;
    }
    plot->x = x;
    plot->y = y;
}

static void latency_limits(struct ana_context *c, struct ana_figure *f, const struct ana_series *s, double scale)
{
    static const double above[ANA_STATS] = {0, 0.5, 0.05, 0.01, 0.001, 0};
    const char *slash = strchr(s->entity, '/');
    const size_t length = slash ? (size_t)(slash - s->entity) : strlen(s->entity);

    f->limit = sim_arena_alloc(c->arena, c->study->levels + 1, sizeof *f->limit);
    for (size_t k = 0; k < c->study->levels; k++) {
        const struct ana_level *l = &c->study->level[k];
        const bool covers =
            strcmp(l->vms, "all") == 0 || (strlen(l->vms) == length && !strncmp(l->vms, s->entity, length));

        if (covers && !l->at_least && above[l->stat] > 0 && strcmp(l->metric, s->metric) == 0 &&
            (!*l->workload || (slash && strcmp(l->workload, slash + 1) == 0)))
            f->limit[f->limits++] = (struct ana_limit){
                l->bound * scale, above[l->stat],
                sim_arena_printf(c->arena, "%s ≤ %s", ana_stat_name(l->stat), ana_format(c->arena, l->bound, l->unit))};
    }
}

static void latency_table(struct ana_context *c, const char *id, const char *title, const char *unit,
                          const struct ana_series *const *s)
{
    static const struct ana_column columns[] = {
        {"design", "design", ANA_COLUMN_TEXT, false},  {"observations", "observations", ANA_COLUMN_NUMBER, false},
        {"mean", "mean", ANA_COLUMN_ESTIMATE, false},  {"p50", "p50", ANA_COLUMN_ESTIMATE, false},
        {"p95", "p95", ANA_COLUMN_ESTIMATE, false},    {"p99", "p99", ANA_COLUMN_ESTIMATE, false},
        {"p99.9", "p999", ANA_COLUMN_ESTIMATE, false}, {"largest", "max", ANA_COLUMN_ESTIMATE, false}};
    struct ana_table *t = ana_doc_table(c->doc, id, sim_arena_printf(c->arena, "Numbers: %s", title), columns,
                                        sizeof columns / sizeof *columns);

    t->collapsed = true;
    t->csv = sim_arena_printf(c->arena, "plots/%s.csv", id);
    for (size_t i = 0; i < c->combo->points; i++) {
        if (!s[i] || !s[i]->n)
            continue;
        ana_cell_text(c->doc, t, "%s", ana_point_name(c, c->combo->point[i]));
        ana_cell_number(c->doc, t, s[i]->observations, "1");
        for (int k = 0; k < ANA_STATS; k++)
            ana_cell_estimate(c->doc, t, ana_series_estimate(c->study, s[i], (enum ana_stat)k), unit);
    }
}

/* The curve's own points, for whoever wants to draw it again. */
static void curve_table(struct ana_context *c, const struct ana_figure *f)
{
    static const struct ana_column columns[] = {{"design", "design", ANA_COLUMN_TEXT, false},
                                                {"x", "x", ANA_COLUMN_NUMBER, false},
                                                {"fraction above", "fraction_above", ANA_COLUMN_NUMBER, false}};
    struct ana_table *t = ana_doc_table(c->doc, sim_arena_printf(c->arena, "%s-curve", f->id), f->title, columns, 3);

    t->only_csv = true;
    t->csv = sim_arena_printf(c->arena, "plots/%s-curve.csv", f->id);
    for (size_t i = 0; i < f->plots; i++) {
        for (size_t k = 0; k < f->plot[i].n; k++) {
            ana_cell_text(c->doc, t, "%s", f->plot[i].name);
            ana_cell_number(c->doc, t, f->plot[i].x[k], "1");
            ana_cell_number(c->doc, t, f->plot[i].y[k], "1");
        }
    }
}

static void latency_figure(struct ana_context *c, size_t number, const struct ana_series *first,
                           const struct ana_series *const *s)
{
    const struct ana_scale scale = ana_scale_for(ana_series_estimate(c->study, first, ANA_P99).mean, first->unit);
    const char *id = sim_arena_printf(c->arena, "latency-%zu", number);
    const char *title = sim_arena_printf(c->arena, "%s: %s", first->entity, first->metric);
    struct ana_figure *f = ana_doc_figure(c->doc, ANA_FIGURE_LINES, id, title);
    double lowest = 1.0;

    f->plot = sim_arena_alloc(c->arena, c->combo->points, sizeof *f->plot);
    f->log_x = f->log_y = true;
    f->x_label = sim_arena_printf(c->arena, "%s [%s]", first->metric, scale.unit);
    f->y_label = "fraction slower";
    f->desc = sim_arena_printf(c->arena,
                               "Fraction of the observations of %s of %s that are larger than x, one curve per "
                               "design, both axes logarithmic.",
                               first->metric, first->entity);
    latency_limits(c, f, first, scale.factor);
    for (size_t i = 0; i < c->combo->points; i++) {
        size_t n = 0;
        struct ana_bucket *b = s[i] ? ana_histogram(c->db, c->study, s[i], &n, c->arena) : NULL;

        f->plot[i].name = ana_point_name(c, c->combo->point[i]);
        curve_of(c, b, n, scale.factor, &f->plot[i]);
        if (f->plot[i].n)
            lowest = fmin(lowest, f->plot[i].y[f->plot[i].n - 1]);
    }
    f->plots = c->combo->points;
    f->y_min = fmax(1e-6, pow(10, floor(log10(lowest))));
    latency_table(c, id, title, first->unit, s);
    curve_table(c, f);
}

/* A figure without a single curve would be a failure of gnuplot, not of the study. */
static bool has_histogram(struct ana_context *c, const struct ana_series *const *s)
{
    for (size_t i = 0; i < c->combo->points; i++) {
        size_t n = 0;

        if (s[i])
            ana_histogram(c->db, c->study, s[i], &n, c->arena);
        if (n > 1)
            return true;
    }
    return false;
}

void ana_section_latency(struct ana_context *c)
{
    const struct ana_series **s;
    size_t number = 0;

    if (!c->combo)
        return;
    s = sim_arena_alloc(c->arena, c->combo->points, sizeof(struct ana_series *));
    for (size_t i = 0; i < c->study->n_series; i++) {
        const struct ana_series *v = &c->study->series[i];

        if (!v->tally || !first_of_pair(c, i) || !detail_series(c, v->entity, v->metric, s))
            continue;
        if (!number++) {
            ana_doc_section(c->doc, "latency", "Latency");
            ana_doc_text(c->doc,
                         "How many observations are slower than x, by class of VM and workload. A p99 is where a "
                         "curve crosses 0.01. A dotted corner is a service level: a curve that stays out of it "
                         "meets the level.");
        }
        if (has_histogram(c, s))
            latency_figure(c, number, v, s);
        else
            latency_table(c, sim_arena_printf(c->arena, "latency-%zu", number),
                          sim_arena_printf(c->arena, "%s: %s", v->entity, v->metric), v->unit, s);
    }
}

struct goodput { /* of one workload by design */
    const char *entity;
    const struct ana_series **series;
};

static void goodput_table(struct ana_context *c, const struct goodput *g, size_t n)
{
    static const struct ana_column columns[] = {{"workload", "workload", ANA_COLUMN_TEXT, false},
                                                {"design", "design", ANA_COLUMN_TEXT, false},
                                                {"goodput of one", "goodput_bps", ANA_COLUMN_ESTIMATE, false},
                                                {"goodput of all", "goodput_total_bps", ANA_COLUMN_ESTIMATE, false},
                                                {"failed", "failed", ANA_COLUMN_ESTIMATE, false}};
    struct ana_table *t = ana_doc_table(c->doc, "throughput", "Numbers: goodput by workload and design", columns,
                                        sizeof columns / sizeof *columns);

    t->collapsed = true;
    t->csv = "throughput.csv";
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < c->combo->points; i++) {
            const size_t p = c->combo->point[i];

            if (!g[k].series[i])
                continue;
            ana_cell_text(c->doc, t, "%s", g[k].entity);
            ana_cell_text(c->doc, t, "%s", ana_point_name(c, p));
            ana_cell_estimate(c->doc, t, ana_series_estimate(c->study, g[k].series[i], ANA_MEAN), "bit/s");
            ana_cell_estimate(
                c->doc, t,
                ana_series_estimate(c->study, ana_series_find(c->study, p, g[k].entity, "goodput_total"), ANA_MEAN),
                "bit/s");
            ana_cell_estimate(
                c->doc, t, ana_series_estimate(c->study, ana_series_find(c->study, p, g[k].entity, "failed"), ANA_MEAN),
                "%");
        }
    }
}

static void goodput_plot(struct ana_context *c, struct ana_figure *f, const struct goodput *g, size_t n, size_t design)
{
    double *x = sim_arena_alloc(c->arena, n, sizeof *x), *half = sim_arena_alloc(c->arena, n, sizeof *half);

    for (size_t k = 0; k < n; k++) {
        const struct ana_estimate e = ana_series_estimate(c->study, g[k].series[design], ANA_MEAN);

        x[k] = e.mean > 0 ? 1e-6 * e.mean : NAN; /* the axis is logarithmic */
        half[k] = isnan(e.half) || e.half >= e.mean ? 0 : 1e-6 * e.half;
    }
    f->plot[design] =
        (struct ana_plot){.name = ana_point_name(c, c->combo->point[design]), .n = n, .x = x, .half = half};
}

void ana_section_throughput(struct ana_context *c)
{
    struct goodput *g;
    struct ana_figure *f;
    const char **category;
    size_t n = 0;

    if (!c->combo)
        return;
    g = sim_arena_alloc(c->arena, c->study->n_series + 1, sizeof *g);
    category = sim_arena_alloc(c->arena, c->study->n_series + 1, sizeof *category);
    for (size_t i = 0; i < c->study->n_series; i++) {
        const struct ana_series *s = &c->study->series[i];

        if (strcmp(s->metric, "goodput") != 0 || s->tally || !first_of_pair(c, i))
            continue;
        g[n].entity = category[n] = s->entity;
        g[n].series = sim_arena_alloc(c->arena, c->combo->points, sizeof(struct ana_series *));
        if (detail_series(c, s->entity, s->metric, g[n].series))
            n++;
    }
    if (!n)
        return;
    ana_doc_section(c->doc, "throughput", "Throughput");
    f = ana_doc_figure(c->doc, ANA_FIGURE_DOTS, "throughput",
                       c->planning ? "Goodput per VM: application bits completed"
                                   : "Goodput per instance: application bits completed");
    f->desc =
        "Goodput of one instance by workload, a mark per design with its interval over replications, logarithmic axis.";
    f->x_label = "goodput [Mb/s]";
    f->log_x = true;
    f->category = category;
    f->categories = n;
    f->plots = c->combo->points;
    f->plot = sim_arena_alloc(c->arena, f->plots, sizeof *f->plot);
    for (size_t i = 0; i < f->plots; i++)
        goodput_plot(c, f, g, n, i);
    goodput_table(c, g, n);
}
