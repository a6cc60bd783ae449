/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/dist.h - probability distributions of sizes and durations.
 *
 * A distribution is a value: a kind and its parameters, in the unit of whoever uses it (bytes, ps, ...). Variates are
 * GSL's; empirical ones are piecewise linear between the points of a cumulative table.
 */
#ifndef SIM_KERNEL_DIST_H
#define SIM_KERNEL_DIST_H

#include <stddef.h>

#include "sim/kernel/rng.h"

enum sim_dist_kind {
    SIM_DIST_CONSTANT,
    SIM_DIST_UNIFORM,     /* a..b */
    SIM_DIST_TRIANGULAR,  /* a..b, most likely p */
    SIM_DIST_EXPONENTIAL, /* mean a */
    SIM_DIST_LOGNORMAL,   /* mean a, coefficient of variation b (stored as zeta, sigma in p, q) */
    SIM_DIST_PARETO,      /* mean a, shape b > 1 (scale in p) */
    SIM_DIST_GAMMA,       /* mean a, coefficient of variation b (shape p, scale q); cv = 1/sqrt(k) is Erlang-k */
    SIM_DIST_WEIBULL,     /* mean a, shape b (scale in p) */
    SIM_DIST_DISCRETE,    /* value[i] with weight[i] */
    SIM_DIST_EMPIRICAL    /* piecewise linear CDF: value[i] at cumulative weight[i], last 1 */
};

struct sim_dist {
    enum sim_dist_kind kind;
    double a, b;          /* the parameters as the user gave them */
    double p, q;          /* derived parameters for GSL */
    size_t n;             /* DISCRETE, EMPIRICAL: number of points */
    const double *value;  /* owned by the arena or caller */
    const double *weight; /* DISCRETE: cumulative probability; EMPIRICAL: cumulative probability */
};

struct sim_dist sim_dist_constant(double value);
struct sim_dist sim_dist_uniform(double low, double high);
struct sim_dist sim_dist_triangular(double low, double likely, double high);
struct sim_dist sim_dist_exponential(double mean);
struct sim_dist sim_dist_lognormal(double mean, double cv);
struct sim_dist sim_dist_pareto(double mean, double shape);
struct sim_dist sim_dist_gamma(double mean, double cv);
struct sim_dist sim_dist_weibull(double mean, double shape);
/* `cumulative` ascends to 1; both arrays are borrowed and must outlive the distribution. */
struct sim_dist sim_dist_discrete(const double *value, const double *cumulative, size_t n);
struct sim_dist sim_dist_empirical(const double *value, const double *cumulative, size_t n);

double sim_dist_draw_random(const struct sim_dist *d, struct sim_stream *s); /* private: of sim_dist_draw() */
/* Draw one variate; never negative. */
static inline double sim_dist_draw(const struct sim_dist *d, struct sim_stream *s)
{
    return d->kind == SIM_DIST_CONSTANT ? d->a : sim_dist_draw_random(d, s); /* a constant takes no random number */
}

/* Draw what is left of a variate that has begun long ago, seen at a random instant: density (1 - F(x)) / mean. A
 * process that alternates between periods and begins with such a rest is stationary from the start. The mean is E[X^2]
 * / (2 E[X]), which need not exist. Requires: a mean above 0. Source: Cox, Renewal Theory, 1962, section 5. */
double sim_dist_draw_rest(const struct sim_dist *d, struct sim_stream *s);

/* Exact mean and variance (INFINITY where they do not exist); for theory checks and for plans. */
double sim_dist_mean(const struct sim_dist *d);
double sim_dist_variance(const struct sim_dist *d);

#endif
