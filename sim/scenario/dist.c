/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/dist.c - distributions as a planner writes them.
 *
 * "8 KiB" is a constant; {exponential: 8 KiB}, {uniform: [1 KiB, 4 KiB]}, {triangular: [1 KiB, 2 KiB, 8 KiB]},
 * {lognormal: {mean: 8 KiB, cv: 1.5}}, {pareto: {mean:, shape:}}, {gamma: {mean:, cv:}}, {weibull: {mean:, shape:}},
 * {discrete: [[512 B, 10%], ...]} and {cdf: file.csv} are the others. A CDF file has the columns value and cumulative
 * percent; its points replace its name when the document is expanded, so that what is stored and hashed needs no
 * further file.
 */
#include "sim/scenario/check.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel/csv.h"

static const char *const dist_kinds[] = {"exponential", "uniform", "triangular", "lognormal", "pareto",
                                         "gamma",       "weibull", "discrete",   "cdf",       NULL};

static bool dist_is_kind(const char *name)
{
    for (size_t i = 0; dist_kinds[i]; i++)
        if (strcmp(dist_kinds[i], name) == 0)
            return true;
    return false;
}

bool scn_is_distribution(const struct scn_node *node)
{
    return node->kind == SCN_MAP && node->n == 1 && dist_is_kind(node->entry[0].key);
}

struct cdf_reader {
    struct scn_doc *d;
    struct scn_node *points;
    bool profile; /* of a profile, not a distribution */
};

static bool cdf_row(const struct sim_csv_row *r, void *arg)
{
    struct cdf_reader *cdf = arg;
    struct sim_arena *a = cdf->d->arena;
    struct sim_pos pos = r->pos;
    struct scn_node *pair;

    pos.file = sim_arena_text(a, pos.file);
    if (r->n != 2) {
        sim_diag_add(cdf->d->diags, SIM_ERROR, pos, "a row of a %s; this has %zu %s",
                     cdf->profile ? "profile is: time, factor" : "distribution is: value, cumulative percent", r->n,
                     r->n == 1 ? "field" : "fields");
        return true;
    }
    if (cdf->points->n == 0 && strcmp(r->field[0], cdf->profile ? "time" : "value") == 0)
        return true; /* the header */
    pair = scn_node_list(a, pos);
    scn_node_add(a, pair, NULL, pos, scn_node_scalar(a, pos, r->field[0]));
    scn_node_add(a, pair, NULL, pos, scn_node_scalar(a, pos, r->field[1]));
    scn_node_add(a, cdf->points, NULL, pos, pair);
    return true;
}

static struct scn_node *cdf_load(struct scn_doc *d, const struct scn_node *name, bool profile)
{
    struct cdf_reader cdf = {.d = d, .points = scn_node_list(d->arena, name->pos), .profile = profile};
    const char *path = scn_relative(d->arena, name->pos.file, name->text);
    FILE *probe = fopen(path, "rb");

    if (!probe) {
        sim_diag_add(d->diags, SIM_ERROR, name->pos,
                     profile ? "csv: cannot open the profile '%s'" : "cdf: cannot open the distribution '%s'", path);
        return NULL;
    }
    fclose(probe);
    return sim_csv_read(path, cdf_row, &cdf, d->diags) ? cdf.points : NULL;
}

/* The node is {KEY: file name}. */
static bool cdf_is(const struct scn_node *node, const char *key)
{
    return node->kind == SCN_MAP && node->n == 1 && strcmp(node->entry[0].key, key) == 0 &&
           node->entry[0].value->kind == SCN_SCALAR && !scn_node_is_empty(node->entry[0].value);
}

struct scn_node *scn_cdf_inline(struct scn_doc *d, struct scn_node *node)
{
    struct scn_node *copy = node;

    if (cdf_is(node, "csv")) {
        struct scn_node *points = cdf_load(d, node->entry[0].value, true);

        d->cdf_lost = d->cdf_lost || !points;
        return points ? points : scn_node_list(d->arena, node->pos);
    }
    if (cdf_is(node, "cdf")) {
        struct scn_node *points = cdf_load(d, node->entry[0].value, false);

        copy = scn_node_copy(d->arena, node);
        d->cdf_lost = d->cdf_lost || !points;
        copy->entry[0].value = points ? points : scn_node_list(d->arena, node->pos);
        return copy;
    }
    for (size_t i = 0; i < node->n; i++) {
        struct scn_node *value = scn_cdf_inline(d, node->entry[i].value);

        if (value == node->entry[i].value)
            continue;
        if (copy == node)
            copy = scn_node_copy(d->arena, node);
        copy->entry[i].value = value;
    }
    return copy;
}

struct dist_read {
    enum sim_dim dim;
    struct sim_dist *out;
};

/* A value of the distribution's dimension; false after an error. */
static bool dist_value(struct scn_at at, const struct dist_read *d, double *value)
{
    const char *text = scn_text(at);
    char why[512];

    if (!text)
        return false;
    if (!sim_quantity_parse(text, d->dim, value, why, sizeof(why))) {
        scn_error(at, "%s", why);
        return false;
    }
    if (*value < 0)
        scn_error(at, "%s is negative; nothing here can be", text);
    return *value >= 0;
}

static bool dist_number(struct scn_at at, enum sim_dim dim, double *value)
{
    const char *text = scn_text(at);
    char why[512];

    if (!text)
        return false;
    if (sim_quantity_parse(text, dim, value, why, sizeof(why)))
        return true;
    scn_error(at, "%s", why);
    return false;
}

/* {mean: M, cv|shape: S} */
static bool dist_two(struct scn_at at, const struct dist_read *d, const char *second, double above, double *mean,
                     double *other)
{
    struct scn_at mean_at, other_at;
    bool fine;

    if (!at.node || at.node->kind != SCN_MAP) {
        scn_error(at, "{mean: ..., %s: ...} is expected", second);
        return false;
    }
    for (size_t i = 0; i < at.node->n; i++)
        if (strcmp(at.node->entry[i].key, "mean") != 0 && strcmp(at.node->entry[i].key, second) != 0) {
            struct scn_at odd = scn_at_entry(at, i);

            odd.pos = odd.key_pos;
            scn_error(odd, "no such setting; allowed here: mean, %s", second);
            return false;
        }
    mean_at = scn_at_key(at, "mean");
    other_at = scn_at_key(at, second);
    if (!mean_at.node || !other_at.node) {
        scn_error(mean_at.node ? other_at : mean_at, "is missing; both mean and %s are needed", second);
        return false;
    }
    fine = dist_value(mean_at, d, mean);
    if (!dist_number(other_at, SIM_DIM_NUMBER, other))
        return false;
    if (*other <= above) {
        scn_error(other_at, "%s is not above %g; a %s here is greater than %g", other_at.node->text, above, second,
                  above);
        return false;
    }
    if (fine && *mean <= 0) {
        scn_error(mean_at, "the mean has to be above zero");
        return false;
    }
    return fine;
}

/* [[value, percent], ...]: shares that add up to 100 %, or cumulative ones that end there. */
static bool dist_points(struct scn_at at, const struct dist_read *d, bool cumulative)
{
    struct sim_arena *a = at.c->arena;
    const size_t n = at.node && at.node->kind == SCN_LIST ? at.node->n : 0;
    double *value = sim_arena_alloc(a, n + 1, sizeof(*value)), *weight = sim_arena_alloc(a, n + 1, sizeof(*weight));
    double sum = 0;

    if (n == 0) {
        if (!cumulative || !at.c->doc->cdf_lost)
            scn_error(at, "a list of pairs is expected, as in [[512 B, 10%%], [4 KiB, 90%%]]");
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        struct scn_at pair = scn_at_entry(at, i);
        double w;

        if (pair.node->kind != SCN_LIST || pair.node->n != 2) {
            scn_error(pair, "a pair [value, percent] is expected");
            return false;
        }
        if (!dist_value(scn_at_entry(pair, 0), d, &value[i]) ||
            !dist_number(scn_at_entry(pair, 1), SIM_DIM_FRACTION, &w))
            return false;
        if (cumulative && i > 0 && (value[i] < value[i - 1] || w < weight[i - 1])) {
            scn_error(pair, "the points of a cumulative distribution ascend, in value and in percent");
            return false;
        }
        sum = cumulative ? w : sum + w;
        weight[i] = sum;
    }
    if (sum < 1 - 1e-6 || sum > 1 + 1e-6) {
        scn_error(at, "%s %g%%; it has to be 100%%", cumulative ? "the last point is at" : "the shares add up to",
                  sum * 100);
        return false;
    }
    weight[n - 1] = 1;
    *d->out = cumulative ? sim_dist_empirical(value, weight, n) : sim_dist_discrete(value, weight, n);
    return true;
}

static bool dist_uniform(struct scn_at at, const struct dist_read *d)
{
    double low, high;

    if (!at.node || at.node->kind != SCN_LIST || at.node->n != 2) {
        scn_error(at, "two values are expected, as in {uniform: [1 KiB, 4 KiB]}");
        return false;
    }
    if (!dist_value(scn_at_entry(at, 0), d, &low) || !dist_value(scn_at_entry(at, 1), d, &high))
        return false;
    if (low > high) {
        scn_error(at, "the first value is above the second; write the lower one first");
        return false;
    }
    *d->out = sim_dist_uniform(low, high);
    return true;
}

static bool dist_triangular(struct scn_at at, const struct dist_read *d)
{
    double value[3];

    if (!at.node || at.node->kind != SCN_LIST || at.node->n != 3) {
        scn_error(at, "three values are expected: lowest, most likely, highest");
        return false;
    }
    for (size_t i = 0; i < 3; i++)
        if (!dist_value(scn_at_entry(at, i), d, &value[i]))
            return false;
    if (value[0] > value[1] || value[1] > value[2]) {
        scn_error(at, "the values ascend: lowest, most likely, highest");
        return false;
    }
    *d->out = sim_dist_triangular(value[0], value[1], value[2]);
    return true;
}

static bool dist_exponential(struct scn_at at, const struct dist_read *d)
{
    double mean;

    if (!dist_value(at, d, &mean))
        return false;
    if (mean <= 0) {
        scn_error(at, "the mean has to be above zero");
        return false;
    }
    *d->out = sim_dist_exponential(mean);
    return true;
}

static bool dist_read(struct scn_at at, const char *kind, const struct dist_read *d)
{
    double mean, other;

    if (strcmp(kind, "exponential") == 0)
        return dist_exponential(at, d);
    if (strcmp(kind, "uniform") == 0)
        return dist_uniform(at, d);
    if (strcmp(kind, "triangular") == 0)
        return dist_triangular(at, d);
    if (strcmp(kind, "discrete") == 0 || strcmp(kind, "cdf") == 0)
        return dist_points(at, d, kind[0] == 'c');
    const bool by_cv = strcmp(kind, "lognormal") == 0 || strcmp(kind, "gamma") == 0;

    if (!dist_two(at, d, by_cv ? "cv" : "shape", strcmp(kind, "pareto") == 0 ? 1 : 0, &mean, &other))
        return false;
    if (strcmp(kind, "lognormal") == 0)
        *d->out = sim_dist_lognormal(mean, other);
    else if (strcmp(kind, "gamma") == 0)
        *d->out = sim_dist_gamma(mean, other);
    else if (strcmp(kind, "pareto") == 0)
        *d->out = sim_dist_pareto(mean, other);
    else
        *d->out = sim_dist_weibull(mean, other);
    return true;
}

/* The mean of what was read keeps to the row's range. */
static void dist_check_range(struct scn_at at, const struct sim_param *row, double mean)
{
    const enum sim_dim dim = sim_param_dim(row->type);
    char why[256], text[64];
    double limit;

    sim_quantity_print(mean, dim, text, sizeof(text));
    if (row->min && sim_quantity_parse(row->min, dim, &limit, why, sizeof(why)) && mean < limit)
        scn_error(at, "the mean %s is below the minimum %s", text, row->min);
    if (row->max && sim_quantity_parse(row->max, dim, &limit, why, sizeof(why)) && mean > limit)
        scn_error(at, "the mean %s is above the maximum %s", text, row->max);
}

static void dist_explain(struct scn_at at, const char *wanted)
{
    struct scn_node *kinds = scn_node_map(at.c->scratch, at.pos);

    for (size_t i = 0; dist_kinds[i]; i++)
        scn_node_add(at.c->scratch, kinds, dist_kinds[i], at.pos, NULL);
    scn_error(at, "%s is expected; distributions are {KIND: ...} with KIND one of %s%s", wanted,
              scn_node_keys(at.c->scratch, kinds, 16),
              at.node->n == 1 && at.node->kind == SCN_MAP ? scn_node_meant(at.c->scratch, kinds, at.node->entry[0].key)
                                                          : "");
}

bool scn_check_spread(struct scn_at at, const struct sim_param *row, struct sim_dist *out)
{
    const struct dist_read d = {.dim = sim_param_dim(row->type), .out = out};

    if (!scn_is_distribution(at.node)) {
        dist_explain(at, "a distribution");
        return false;
    }
    if (!dist_read(scn_at_entry(at, 0), at.node->entry[0].key, &d))
        return false;
    dist_check_range(at, row, sim_dist_mean(out));
    return true;
}

void scn_check_dist(struct scn_at at, const struct sim_param *row, void *config)
{
    const char *text;
    char why[512];

    if (at.node->kind == SCN_SCALAR) {
        text = scn_text(at);
        if (text && !sim_param_set(row, config, text, at.c->arena, why, sizeof(why)))
            scn_error(at, "%s", why);
    } else if (scn_is_distribution(at.node)) {
        scn_check_spread(at, row, (struct sim_dist *)(void *)((char *)config + row->offset));
    } else {
        dist_explain(at, "one value or one distribution");
    }
}
