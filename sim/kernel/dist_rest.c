/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/dist_rest.c - what is left of a period at a random instant.
 *
 * An instant falls into a period with a probability in proportion to its length, and anywhere in it: the rest is a
 * uniform part of a variate of density x f(x) / mean. For each kind that density belongs to a known distribution.
 */
#include <math.h>
#include <gsl/gsl_randist.h>

#include "sim/kernel/assert.h"
#include "sim/kernel/dist.h"

static double rest_square(double x)
{
    return x * x;
}

/* Of a table: a point, or a place on a straight piece, in proportion to weight x value. */
static double rest_table(const struct sim_dist *d, struct sim_stream *s)
{
    double left = sim_uniform(s) * sim_dist_mean(d);

    left -= d->weight[0] * d->value[0];
    if (left <= 0)
        return d->value[0];
    for (size_t i = 1; i < d->n; i++) {
        const double w = d->weight[i] - d->weight[i - 1], low = d->value[i - 1], high = d->value[i];
        const double mass = w * (d->kind == SIM_DIST_DISCRETE ? high : (low + high) / 2);

        if (left <= mass || i + 1 == d->n) {
            const double share = fmin(left / mass, 1);

            return d->kind == SIM_DIST_DISCRETE
                       ? high
                       : sqrt(rest_square(low) + share * (rest_square(high) - rest_square(low)));
        }
        left -= mass;
    }
    return d->value[d->n - 1];
}

/* By rejection: a variate x is taken with probability x / b. The mean being b/3 at least, three tries do on average. */
static double rest_triangular(const struct sim_dist *d, struct sim_stream *s)
{
    double x = sim_dist_draw(d, s);

    while (sim_uniform(s) * d->b > x)
        x = sim_dist_draw(d, s);
    return x;
}

/* A variate of density x f(x) / mean: the period that a random instant falls into. */
static double rest_period(const struct sim_dist *d, struct sim_stream *s)
{
    switch (d->kind) {
    case SIM_DIST_CONSTANT:
        return d->a;
    case SIM_DIST_UNIFORM:
        return sqrt(rest_square(d->a) + sim_uniform(s) * (rest_square(d->b) - rest_square(d->a)));
    case SIM_DIST_TRIANGULAR:
        return rest_triangular(d, s);
    case SIM_DIST_EXPONENTIAL:
        return sim_exponential(s, d->a) + sim_exponential(s, d->a);
    case SIM_DIST_LOGNORMAL:
        return exp(d->p + d->q * d->q + d->q * gsl_ran_gaussian_ziggurat(&s->gsl, 1));
    case SIM_DIST_PARETO:
        return gsl_ran_pareto(&s->gsl, d->b - 1, d->p);
    case SIM_DIST_GAMMA:
        return gsl_ran_gamma(&s->gsl, d->p + 1, d->q);
    case SIM_DIST_WEIBULL:
        return d->p * pow(gsl_ran_gamma(&s->gsl, 1 + 1 / d->b, 1), 1 / d->b);
    case SIM_DIST_DISCRETE:
    case SIM_DIST_EMPIRICAL:
        return rest_table(d, s);
    }
    SIM_ASSERT(!"a distribution of no kind");
    return 0;
}

double sim_dist_draw_rest(const struct sim_dist *d, struct sim_stream *s)
{
    const double period = rest_period(d, s);

    SIM_ASSERT(sim_dist_mean(d) > 0);
    return period * sim_uniform(s);
}
