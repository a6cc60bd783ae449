/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/dist.c - variates and exact moments of distributions.
 *
 * Users give a mean and a measure of spread; what GSL wants (scale, sigma, ...) is derived once, at construction.
 */
#include "sim/kernel/dist.h"

#include <math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>

#include "sim/kernel/assert.h"

struct sim_dist sim_dist_constant(double value)
{
    SIM_ASSERT(value >= 0);
    return (struct sim_dist){.kind = SIM_DIST_CONSTANT, .a = value};
}

struct sim_dist sim_dist_uniform(double low, double high)
{
    SIM_ASSERT(low >= 0 && low <= high);
    return (struct sim_dist){.kind = SIM_DIST_UNIFORM, .a = low, .b = high};
}

struct sim_dist sim_dist_triangular(double low, double likely, double high)
{
    SIM_ASSERT(low >= 0 && low <= likely && likely <= high);
    return (struct sim_dist){.kind = SIM_DIST_TRIANGULAR, .a = low, .b = high, .p = likely};
}

struct sim_dist sim_dist_exponential(double mean)
{
    SIM_ASSERT(mean > 0);
    return (struct sim_dist){.kind = SIM_DIST_EXPONENTIAL, .a = mean};
}

struct sim_dist sim_dist_lognormal(double mean, double cv)
{
    SIM_ASSERT(mean > 0 && cv > 0);
    const double sigma2 = log1p(cv * cv); /* from var = mean^2 (exp(sigma^2) - 1) */

    return (struct sim_dist){
        .kind = SIM_DIST_LOGNORMAL, .a = mean, .b = cv, .p = log(mean) - sigma2 / 2, .q = sqrt(sigma2)};
}

struct sim_dist sim_dist_pareto(double mean, double shape)
{
    SIM_ASSERT(mean > 0 && shape > 1);
    return (struct sim_dist){.kind = SIM_DIST_PARETO, .a = mean, .b = shape, .p = mean * (shape - 1) / shape};
}

struct sim_dist sim_dist_gamma(double mean, double cv)
{
    SIM_ASSERT(mean > 0 && cv > 0);
    return (struct sim_dist){.kind = SIM_DIST_GAMMA, .a = mean, .b = cv, .p = 1 / (cv * cv), .q = mean * cv * cv};
}

struct sim_dist sim_dist_weibull(double mean, double shape)
{
    SIM_ASSERT(mean > 0 && shape > 0);
    return (struct sim_dist){.kind = SIM_DIST_WEIBULL, .a = mean, .b = shape, .p = mean / gsl_sf_gamma(1 + 1 / shape)};
}

static struct sim_dist dist_table(enum sim_dist_kind kind, const double *value, const double *cumulative, size_t n)
{
    SIM_ASSERT(n > 0 && cumulative[0] >= 0 && cumulative[n - 1] == 1);
    for (size_t i = 0; i < n; i++) {
        SIM_ASSERT(value[i] >= 0);
        SIM_ASSERT(i == 0 || cumulative[i] >= cumulative[i - 1]);
        SIM_ASSERT(i == 0 || kind == SIM_DIST_DISCRETE || value[i] >= value[i - 1]);
    }
    return (struct sim_dist){.kind = kind, .n = n, .value = value, .weight = cumulative};
}

struct sim_dist sim_dist_discrete(const double *value, const double *cumulative, size_t n)
{
    return dist_table(SIM_DIST_DISCRETE, value, cumulative, n);
}

struct sim_dist sim_dist_empirical(const double *value, const double *cumulative, size_t n)
{
    return dist_table(SIM_DIST_EMPIRICAL, value, cumulative, n);
}

/* The first point whose cumulative weight is at least u, 0 < u < 1. */
static size_t dist_point(const struct sim_dist *d, double u)
{
    size_t low = 0, high = d->n - 1;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (d->weight[middle] >= u)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Inverse of the piecewise linear distribution function; a first point of positive weight is an atom. */
static double dist_empirical(const struct sim_dist *d, double u)
{
    const size_t i = dist_point(d, u);

    if (i == 0)
        return d->value[0];
    const double share = (u - d->weight[i - 1]) / (d->weight[i] - d->weight[i - 1]);

    return d->value[i - 1] + share * (d->value[i] - d->value[i - 1]);
}

/* Inverse of the distribution function: a parabola on each side of the most likely value. */
static double dist_triangular(const struct sim_dist *d, double u)
{
    const double width = d->b - d->a, rise = d->p - d->a;

    if (width == 0)
        return d->a;
    if (u < rise / width)
        return d->a + sqrt(u * width * rise);
    return d->b - sqrt((1 - u) * width * (d->b - d->p));
}

double sim_dist_draw_random(const struct sim_dist *d, struct sim_stream *s)
{
    switch (d->kind) {
    case SIM_DIST_CONSTANT:
        return d->a;
    case SIM_DIST_UNIFORM:
        return d->a + (d->b - d->a) * sim_uniform(s);
    case SIM_DIST_TRIANGULAR:
        return dist_triangular(d, sim_uniform(s));
    case SIM_DIST_EXPONENTIAL:
        return sim_exponential(s, d->a);
    case SIM_DIST_LOGNORMAL:
        return exp(d->p + d->q * gsl_ran_gaussian_ziggurat(&s->gsl, 1));
    case SIM_DIST_PARETO:
        return gsl_ran_pareto(&s->gsl, d->b, d->p);
    case SIM_DIST_GAMMA:
        return gsl_ran_gamma(&s->gsl, d->p, d->q);
    case SIM_DIST_WEIBULL:
        return gsl_ran_weibull(&s->gsl, d->p, d->b);
    case SIM_DIST_DISCRETE:
        return d->value[dist_point(d, sim_uniform(s))];
    case SIM_DIST_EMPIRICAL:
        return dist_empirical(d, sim_uniform(s));
    }
    SIM_ASSERT(!"a distribution of no kind");
    return 0;
}

/* Sum over the points of weight x middle: atoms for DISCRETE, straight pieces (and a first atom) for EMPIRICAL. */
static double dist_table_mean(const struct sim_dist *d)
{
    double mean = d->weight[0] * d->value[0];

    for (size_t i = 1; i < d->n; i++) {
        const double w = d->weight[i] - d->weight[i - 1];
        const double middle = d->kind == SIM_DIST_DISCRETE ? d->value[i] : (d->value[i] + d->value[i - 1]) / 2;

        mean += w * middle;
    }
    return mean;
}

static double dist_table_variance(const struct sim_dist *d)
{
    const double mean = dist_table_mean(d);
    double variance = d->weight[0] * (d->value[0] - mean) * (d->value[0] - mean);

    for (size_t i = 1; i < d->n; i++) {
        const double w = d->weight[i] - d->weight[i - 1];
        const double width = d->kind == SIM_DIST_DISCRETE ? 0 : d->value[i] - d->value[i - 1];
        const double off = d->value[i] - width / 2 - mean;

        variance += w * (off * off + width * width / 12);
    }
    return variance;
}

double sim_dist_mean(const struct sim_dist *d)
{
    switch (d->kind) {
    case SIM_DIST_UNIFORM:
        return (d->a + d->b) / 2;
    case SIM_DIST_TRIANGULAR:
        return (d->a + d->b + d->p) / 3;
    case SIM_DIST_DISCRETE:
    case SIM_DIST_EMPIRICAL:
        return dist_table_mean(d);
    case SIM_DIST_CONSTANT:
    case SIM_DIST_EXPONENTIAL:
    case SIM_DIST_LOGNORMAL:
    case SIM_DIST_PARETO:
    case SIM_DIST_GAMMA:
    case SIM_DIST_WEIBULL:
        return d->a;
    }
    SIM_ASSERT(!"a distribution of no kind");
    return 0;
}

double sim_dist_variance(const struct sim_dist *d)
{
    switch (d->kind) {
    case SIM_DIST_CONSTANT:
        return 0;
    case SIM_DIST_UNIFORM:
        return (d->b - d->a) * (d->b - d->a) / 12;
    case SIM_DIST_TRIANGULAR: /* (a^2 + b^2 + c^2 - ab - ac - bc) / 18 */
        return ((d->b - d->a) * (d->b - d->a) + (d->p - d->a) * (d->p - d->b)) / 18;
    case SIM_DIST_EXPONENTIAL:
        return d->a * d->a;
    case SIM_DIST_LOGNORMAL:
    case SIM_DIST_GAMMA:
        return d->a * d->b * d->a * d->b;
    case SIM_DIST_PARETO:
        return d->b > 2 ? d->p * d->p * d->b / ((d->b - 1) * (d->b - 1) * (d->b - 2)) : INFINITY;
    case SIM_DIST_WEIBULL:
        return d->p * d->p * gsl_sf_gamma(1 + 2 / d->b) - d->a * d->a;
    case SIM_DIST_DISCRETE:
    case SIM_DIST_EMPIRICAL:
        return dist_table_variance(d);
    }
    SIM_ASSERT(!"a distribution of no kind");
    return 0;
}
