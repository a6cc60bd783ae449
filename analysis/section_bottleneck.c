/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/section_bottleneck.c - where the time of a request goes, what holds it up, and what would help.
 *
 * A bar per design and a figure per workload: what the requests' own bytes and the distance take, and above it the
 * waiting by kind of place. The table names the bottleneck, as the view v_cause finds it, with a cure.
 */
#include <math.h>
#include <string.h>

#include "analysis/format.h"
#include "analysis/section.h"

enum { SLICES_MAX = 24 };

static const double slice_least = 0.01; /* of a bar; thinner ones are put together */
static const double cause_least = 0.05; /* of the latency: less waiting than this is no bottleneck */

/* Colours of the bars, the same in every figure. Where two share one, at most one of them matters in any figure. */
enum { LOOK_OWN = 1, LOOK_TRAVEL = 6, LOOK_STALL = 9, LOOK_SERVICE = 10, LOOK_REST = 11 };

struct kind_words {
    const char *kind, *name, *cure;
    size_t look;
};

static const struct kind_words kinds[] = {
    {"cpu", "CPU", "more cores for the software switch, or pass-through", 2},
    {"pcie", "PCIe slot", "a wider or faster slot for the adapter", 11},
    {"cap", "rate limit", "a higher cap for the virtual adapter", 11},
    {"adapter", "server port", "more or faster server ports, or VMs moved to servers with idle ports", 5},
    {"switch", "switch output", "more or faster uplinks, or the flows spread over other outputs", 4},
    {"gateway", "gateway module", "more gateway modules", 7},
    {"array-port", "array port", "more array ports", 12},
    {"array", "array", "more disks or cache", 3},
    {"peer", "peer's port", "more or faster ports at the peer", 11},
    {"link", "link", "a faster link, or a second one", 11},
    {"transport", "transport", "a larger window or queue depth; less loss", 8},
    {"application", "application", "faster service at the peer", 10},
};

static const struct kind_words *kind_find(const char *kind)
{
    static const struct kind_words unknown = {"", "elsewhere", "more of this resource", LOOK_REST};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return &kinds[i];
    return &unknown;
}

static const char *cure_of(const struct ana_cause *cause)
{
    if (cause->waiting < cause_least)
        return "nothing to cure: the time is service and distance";
    if (strcmp(cause->part, "stall") == 0)
        return "more credits or buffer for the distance, or relief of the receiver that is slow to free its buffer";
    if (strstr(cause->resource, "/controller"))
        return "more or faster controllers";
    if (strcmp(cause->resource, "repeat") == 0)
        return "less loss: more buffer or bandwidth where packets are dropped";
    return kind_find(cause->kind)->cure;
}

/* What a share is drawn as, and in which colour. */
static const char *slice_name(struct ana_context *c, const struct ana_share *s, size_t *look)
{
    const struct kind_words *kind = kind_find(s->kind);

    if (strcmp(s->part, "stall") == 0) {
        *look = LOOK_STALL;
        return "stalled by credit or pause";
    }
    if (strcmp(s->part, "wait") == 0) {
        *look = kind->look;
        return sim_arena_printf(c->arena, "waiting: %s", kind->name);
    }
    if (strcmp(s->kind, "array") == 0 || strcmp(s->kind, "application") == 0) {
        *look = LOOK_SERVICE;
        return sim_arena_printf(c->arena, "service: %s", kind->name);
    }
    *look = strcmp(s->part, "travel") == 0 ? LOOK_TRAVEL : LOOK_OWN;
    return *look == LOOK_TRAVEL ? "distance and forwarding" : "sending its own bytes";
}

struct slices {
    const char *name[SLICES_MAX];
    size_t look[SLICES_MAX];
    double *x[SLICES_MAX]; /* s, by design of the combination */
    size_t n;
};

static double *slice_of(struct ana_context *c, struct slices *v, const char *name, size_t look)
{
    size_t i = 0;

    while (i < v->n && strcmp(v->name[i], name) != 0)
        i++;
    if (i == v->n && i < SLICES_MAX) {
        v->name[v->n] = name;
        v->look[v->n] = look;
        v->x[v->n++] = sim_arena_alloc(c->arena, c->combo->points, sizeof **v->x);
    }
    return i < SLICES_MAX ? v->x[i] : v->x[SLICES_MAX - 1];
}

/* The bars of workload `entity`, and the total of each. */
static void slices_collect(struct ana_context *c, const char *entity, struct slices *v, double *total)
{
    *v = (struct slices){.n = 0};
    slice_of(c, v, "sending its own bytes", LOOK_OWN);
    slice_of(c, v, "distance and forwarding", LOOK_TRAVEL);
    for (size_t k = 0; k < c->combo->points; k++)
        for (size_t i = 0; i < c->study->shares; i++) {
            const struct ana_share *s = &c->study->share[i];
            const char *name;
            size_t look;

            if (s->point != c->combo->point[k] || strcmp(s->entity, entity) != 0)
                continue;
            name = slice_name(c, s, &look);
            slice_of(c, v, name, look)[k] += s->mean_s;
            total[k] += s->mean_s;
        }
}

static bool slice_is_thin(const struct ana_context *c, const double *x, const double *total)
{
    for (size_t k = 0; k < c->combo->points; k++)
        if (x[k] > slice_least * total[k])
            return false;
    return true;
}

static void bottleneck_figure(struct ana_context *c, const char *entity, size_t number)
{
    double *total = sim_arena_alloc(c->arena, c->combo->points, sizeof *total), largest = 0;
    double *rest = sim_arena_alloc(c->arena, c->combo->points, sizeof *rest);
    const char **category = sim_arena_alloc(c->arena, c->combo->points, sizeof *category);
    struct ana_figure *f = ana_doc_figure(c->doc, ANA_FIGURE_STACK, sim_arena_printf(c->arena, "time-%zu", number),
                                          sim_arena_printf(c->arena, "Where the time of %s goes", entity));
    struct ana_scale scale;
    struct slices v;

    slices_collect(c, entity, &v, total);
    for (size_t k = 0; k < c->combo->points; k++) {
        category[k] = ana_point_name(c, c->combo->point[k]);
        largest = fmax(largest, total[k]);
    }
    scale = ana_scale_for(largest, "s");
    f->desc = "Stacked bars, one per design: the mean latency split into service, distance, and waiting by resource.";
    f->x_label = sim_arena_printf(c->arena, "mean latency [%s]", scale.unit);
    f->category = category;
    f->categories = c->combo->points;
    f->plot = sim_arena_alloc(c->arena, v.n + 1, sizeof *f->plot);
    for (size_t i = 0; i < v.n; i++) {
        const bool thin = slice_is_thin(c, v.x[i], total);

        for (size_t k = 0; k < c->combo->points; k++) {
            v.x[i][k] *= scale.factor;
            rest[k] += thin ? v.x[i][k] : 0;
        }
        if (!thin)
            f->plot[f->plots++] =
                (struct ana_plot){.name = v.name[i], .n = f->categories, .x = v.x[i], .look = v.look[i]};
    }
    f->plot[f->plots++] = (struct ana_plot){.name = "the rest", .n = f->categories, .x = rest, .look = LOOK_REST};
}

static double latency_of(const struct ana_study *study, const struct ana_cause *cause)
{
    double sum = 0;

    for (size_t i = 0; i < study->shares; i++)
        if (study->share[i].point == cause->point && strcmp(study->share[i].entity, cause->entity) == 0)
            sum += study->share[i].mean_s;
    return sum;
}

static void bottleneck_table(struct ana_context *c)
{
    static const struct ana_column columns[] = {ANA_POINT_COLUMNS,
                                                {"workload", "workload", ANA_COLUMN_TEXT, false},
                                                {"mean latency", "latency_s", ANA_COLUMN_NUMBER, false},
                                                {"waiting in all", "waiting", ANA_COLUMN_NUMBER, false},
                                                {"bottleneck", "kind", ANA_COLUMN_TEXT, false},
                                                {"worst place", "resource", ANA_COLUMN_TEXT, false},
                                                {"waiting at this kind", "share", ANA_COLUMN_NUMBER, false},
                                                {"what would help", "cure", ANA_COLUMN_TEXT, false}};
    struct ana_table *t = ana_point_table(c, "bottleneck", "What holds up each workload, and what would help", columns,
                                          sizeof columns / sizeof *columns);

    t->csv = "bottleneck.csv";
    for (size_t i = 0; i < c->study->causes; i++) {
        const struct ana_cause *cause = &c->study->cause[i];
        const bool none = cause->waiting < cause_least, stall = strcmp(cause->part, "stall") == 0;

        ana_cell_point(c, t, cause->point);
        ana_cell_text(c->doc, t, "%s", cause->entity);
        ana_cell_number(c->doc, t, latency_of(c->study, cause), "s");
        ana_cell_number(c->doc, t, cause->waiting, "%");
        ana_cell_text(c->doc, t, "%s%s%s", none ? "none" : kind_find(cause->kind)->name,
                      stall && !none ? ", stalled" : "", cause->unstable ? " (unstable)" : "");
        ana_cell_text(c->doc, t, "%s", cause->resource);
        ana_cell_number(c->doc, t, cause->share, "%");
        ana_cell_text(c->doc, t, "%s", cure_of(cause));
    }
}

/* Whether a share before i, of the shown combination, is of the same workload. */
static bool share_seen(const struct ana_context *c, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (c->study->point[c->study->share[k].point].combo == 0 &&
            strcmp(c->study->share[k].entity, c->study->share[i].entity) == 0)
            return true;
    return false;
}

void ana_section_bottleneck(struct ana_context *c)
{
    size_t number = 0;

    if (!c->study->shares || !c->combo)
        return;
    ana_doc_section(c->doc, "bottleneck", "Where the time goes");
    ana_doc_text(
        c->doc,
        "Every request is followed from issue to completion, and each picosecond of it has a place: waiting "
        "behind others, stalled because credit or pause forbade sending, sending its own bytes, service, and "
        "distance. The parts sum to the latency. A wait upstream is often the shadow of a queue further on, so "
        "queues are named first, then stalls, then the transport's window or queue depth. Unstable: in some runs a "
        "queue only grew, and its part depends on how long they were.");
    bottleneck_table(c);
    for (size_t i = 0; i < c->study->shares; i++)
        if (c->study->point[c->study->share[i].point].combo == 0 && !share_seen(c, i))
            bottleneck_figure(c, c->study->share[i].entity, ++number);
}
