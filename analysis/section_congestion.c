/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/section_congestion.c - where it is busy, how the designs differ pair by pair, and every metric. */
#include <math.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/section.h"

static void busy_figure(struct ana_context *c)
{
    struct ana_figure *f = ana_doc_figure(c->doc, ANA_FIGURE_LINES, "congestion", "The busiest links and stages");

    f->desc = "Utilisation of the ten busiest links and processing stages of each design, by rank.";
    f->x_label = "rank";
    f->y_label = "utilisation [%]";
    f->plots = c->combo->points;
    f->plot = sim_arena_alloc(c->arena, f->plots, sizeof *f->plot);
    for (size_t i = 0; i < f->plots; i++) {
        const struct ana_point *p = &c->study->point[c->combo->point[i]];
        double *x = sim_arena_alloc(c->arena, ANA_BUSIEST, sizeof *x);
        double *y = sim_arena_alloc(c->arena, ANA_BUSIEST, sizeof *y);
        double *half = sim_arena_alloc(c->arena, ANA_BUSIEST, sizeof *half);

        for (size_t k = 0; k < p->n_busy; k++) {
            x[k] = (double)k + 1;
            y[k] = 100.0 * p->busy[k].utilisation.mean;
            half[k] = isnan(p->busy[k].utilisation.half) ? 0 : 100.0 * p->busy[k].utilisation.half;
        }
        f->plot[i] = (struct ana_plot){
            .name = ana_point_name(c, c->combo->point[i]), .n = p->n_busy, .x = x, .y = y, .half = half};
    }
}

void ana_section_congestion(struct ana_context *c)
{
    static const struct ana_column columns[] = {ANA_POINT_COLUMNS,
                                                {"rank", "rank", ANA_COLUMN_NUMBER, false},
                                                {"link or stage", "entity", ANA_COLUMN_TEXT, false},
                                                {"kind", "kind", ANA_COLUMN_TEXT, false},
                                                {"utilisation", "utilisation", ANA_COLUMN_BAR, false},
                                                {"share of all waiting", "waiting_share", ANA_COLUMN_BAR, false}};
    struct ana_table *t;
    size_t any = 0;

    for (size_t i = 0; i < c->study->points; i++)
        any += c->study->point[i].n_busy;
    if (!any || !c->combo)
        return;
    ana_doc_section(c->doc, "congestion", "Congestion");
    ana_doc_text(c->doc,
                 "The busiest links, CPU and PCIe stages of each design. The share of waiting is the part of all time "
                 "spent in queues that was spent at this one: a resource with both high is the bottleneck.");
    any = 0;
    for (size_t i = 0; i < c->combo->points; i++)
        any += c->study->point[c->combo->point[i]].n_busy;
    if (any)
        busy_figure(c);
    t = ana_point_table(c, "busiest", "Ten busiest links and stages of each design", columns,
                        sizeof columns / sizeof *columns);
    t->csv = "busiest.csv";
    for (size_t i = 0; i < c->study->points; i++) {
        for (size_t k = 0; k < c->study->point[i].n_busy; k++) {
            const struct ana_busy *b = &c->study->point[i].busy[k];

            ana_cell_point(c, t, i);
            ana_cell_number(c->doc, t, (double)k + 1, "1");
            ana_cell_text(c->doc, t, "%s", b->path);
            ana_cell_text(c->doc, t, "%s", b->kind);
            ana_cell_estimate(c->doc, t, b->utilisation, "%");
            ana_cell_number(c->doc, t, b->waiting_share, "%");
        }
    }
}

/* What is compared: how long (mean and p99), how much, and how often it failed. The rest follows from these. */
static bool comparable(const struct ana_series *s, enum ana_stat stat)
{
    if (s->tally)
        return stat == ANA_MEAN || stat == ANA_P99;
    return stat == ANA_MEAN && (strcmp(s->metric, "goodput") == 0 || strcmp(s->metric, "failed") == 0);
}

static struct ana_cell *compare_word(struct ana_context *c, struct ana_table *t, const struct ana_series *s,
                                     struct ana_estimate d)
{
    const bool more_is_better = strcmp(s->metric, "goodput") == 0;
    const char *word = "no difference shown";
    enum ana_mark mark = ANA_MARK_NONE;
    struct ana_cell *cell;

    if (!isnan(d.half) && fabs(d.mean) > d.half) {
        word = (d.mean > 0) == more_is_better ? "better" : "worse";
        mark = (d.mean > 0) == more_is_better ? ANA_MARK_GOOD : ANA_MARK_BAD;
    }
    cell = ana_cell_text(c->doc, t, "%s", word);
    cell->mark = mark;
    return cell;
}

static void compare_row(struct ana_context *c, struct ana_table *t, const struct ana_series *s,
                        const struct ana_series *base, enum ana_stat stat)
{
    const struct ana_estimate before = ana_series_estimate(c->study, base, stat);
    const struct ana_estimate difference = ana_series_difference(c->study, s, base, stat);
    const char *unit = ana_display_unit(s->metric, s->unit);

    if (!difference.n ||
        (before.mean == 0 && difference.mean == 0)) /* nothing seen in one, or nothing failed in both */
        return;
    ana_cell_point(c, t, s->point);
    ana_cell_text(c->doc, t, "%s", s->entity);
    ana_cell_text(c->doc, t, "%s %s", ana_stat_name(stat), s->metric);
    ana_cell_number(c->doc, t, before.mean, unit);
    ana_cell_number(c->doc, t, ana_series_estimate(c->study, s, stat).mean, unit);
    ana_cell_estimate(c->doc, t, difference, unit);
    ana_cell_number(c->doc, t, before.mean != 0 ? difference.mean / before.mean : NAN, "%");
    compare_word(c, t, s, difference);
    ana_cell_text(c->doc, t, "%s", s->unit);
    ana_cell_number(c->doc, t, (double)difference.n, "1");
}

static void compare_table(struct ana_context *c)
{
    static const struct ana_column columns[] = {ANA_POINT_COLUMNS,
                                                {"workload", "entity", ANA_COLUMN_TEXT, false},
                                                {"statistic", "statistic", ANA_COLUMN_TEXT, false},
                                                {"baseline", "baseline", ANA_COLUMN_NUMBER, false},
                                                {"this design", "value", ANA_COLUMN_NUMBER, false},
                                                {"difference", "difference", ANA_COLUMN_ESTIMATE, false},
                                                {"relative", "relative", ANA_COLUMN_NUMBER, false},
                                                {"finding", "finding", ANA_COLUMN_TEXT, false},
                                                {"unit", "unit", ANA_COLUMN_TEXT, false},
                                                {"pairs", "pairs", ANA_COLUMN_NUMBER, false}};
    struct ana_table *t = ana_point_table(c, "compare", "Differences from the baseline, replication by replication",
                                          columns, sizeof columns / sizeof *columns);

    t->csv = "compare.csv";
    for (size_t i = 0; i < c->study->n_series; i++) {
        const struct ana_series *s = &c->study->series[i];
        const size_t baseline = c->study->combo[c->study->point[s->point].combo].point[0];
        const struct ana_series *base = ana_series_find(c->study, baseline, s->entity, s->metric);

        for (int k = 0; k < ANA_STATS; k++)
            if (s->point != baseline && base && comparable(s, (enum ana_stat)k))
                compare_row(c, t, s, base, (enum ana_stat)k);
    }
}

/* Relative difference of the p99 of each workload, in per cent of the baseline's mean. */
static void compare_figure(struct ana_context *c)
{
    const size_t baseline = c->combo->point[0];
    struct ana_figure *f;
    const struct ana_series **base = sim_arena_alloc(c->arena, c->study->n_series + 1, sizeof(struct ana_series *));
    const char **category = sim_arena_alloc(c->arena, c->study->n_series + 1, sizeof *category);
    size_t n = 0;

    for (size_t i = 0; i < c->study->n_series; i++) {
        const struct ana_series *s = &c->study->series[i];

        if (s->point == baseline && s->tally && s->n && ana_series_estimate(c->study, s, ANA_P99).mean > 0) {
            base[n] = s;
            category[n++] = s->entity;
        }
    }
    if (!n)
        return;
    f = ana_doc_figure(c->doc, ANA_FIGURE_DOTS, "compare", "p99 latency against the baseline, by workload");
    f->desc = "Paired relative difference of the 99th percentile against the baseline design, with intervals.";
    f->x_label = sim_arena_printf(c->arena, "difference from %s [%% of its p99]; left of zero is faster",
                                  ana_point_name(c, baseline));
    f->zero_line = true;
    f->first_look = 1;
    f->category = category;
    f->categories = n;
    f->plot = sim_arena_alloc(c->arena, c->combo->points, sizeof *f->plot);
    for (size_t i = 1; i < c->combo->points; i++) {
        const size_t p = c->combo->point[i];
        double *x = sim_arena_alloc(c->arena, n, sizeof *x), *half = sim_arena_alloc(c->arena, n, sizeof *half);

        for (size_t k = 0; k < n; k++) {
            const struct ana_estimate d = ana_series_difference(
                c->study, ana_series_find(c->study, p, base[k]->entity, base[k]->metric), base[k], ANA_P99);
            const double whole = ana_series_estimate(c->study, base[k], ANA_P99).mean / 100.0;

            x[k] = d.mean / whole;
            half[k] = isnan(d.half) ? 0 : d.half / whole;
        }
        f->plot[f->plots++] = (struct ana_plot){.name = ana_point_name(c, p), .n = n, .x = x, .half = half};
    }
}

static void metrics_table(struct ana_context *c)
{
    static const struct ana_column columns[] = {ANA_POINT_COLUMNS,
                                                {"entity", "entity", ANA_COLUMN_TEXT, false},
                                                {"metric", "metric", ANA_COLUMN_TEXT, false},
                                                {"unit", "unit", ANA_COLUMN_TEXT, false},
                                                {"runs", "runs", ANA_COLUMN_NUMBER, false},
                                                {"mean", "mean", ANA_COLUMN_ESTIMATE, false},
                                                {"p50", "p50", ANA_COLUMN_ESTIMATE, false},
                                                {"p95", "p95", ANA_COLUMN_ESTIMATE, false},
                                                {"p99", "p99", ANA_COLUMN_ESTIMATE, false},
                                                {"p99.9", "p999", ANA_COLUMN_ESTIMATE, false},
                                                {"largest", "max", ANA_COLUMN_ESTIMATE, false}};
    struct ana_table *t =
        ana_point_table(c, "metrics", "Every metric of the VM classes", columns, sizeof columns / sizeof *columns);

    t->csv = "metrics.csv";
    t->collapsed = c->planning; /* of a topology, this is the result */
    for (size_t i = 0; i < c->study->n_series; i++) {
        const struct ana_series *s = &c->study->series[i];

        ana_cell_point(c, t, s->point);
        ana_cell_text(c->doc, t, "%s", s->entity);
        ana_cell_text(c->doc, t, "%s", s->metric);
        ana_cell_text(c->doc, t, "%s", s->unit);
        ana_cell_number(c->doc, t, (double)s->n, "1");
        for (int k = 0; k < ANA_STATS; k++)
            ana_cell_estimate(c->doc, t, ana_series_estimate(c->study, s, (enum ana_stat)k),
                              ana_display_unit(s->metric, s->unit));
    }
}

void ana_section_compare(struct ana_context *c)
{
    if (!c->study->n_series || !c->combo)
        return;
    ana_doc_section(c->doc, "compare", c->combo->points > 1 ? "Differences between designs" : "Every metric");
    if (c->combo->points > 1) {
        ana_doc_text(c->doc,
                     "Each design against the baseline, %s. All designs of a replication see the same workload, so "
                     "the difference is formed inside each replication: its interval is far narrower than those "
                     "of the two values. \"No difference shown\" means that the interval contains zero.",
                     ana_point_name(c, c->combo->point[0]));
        compare_figure(c);
        compare_table(c);
    }
    metrics_table(c);
}
