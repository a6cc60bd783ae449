/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_burstiness.c - sources whose variance over time is known: mmpp and on-off.
 *
 * Counts in windows of length t, of many independent sources that begin in equilibrium, so that the mean is known and
 * the variance estimated from it has no bias. Accepted if theory lies in the 99.9 % interval over the replications, and
 * a source whose rate is 2 % higher must be rejected.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { BURST_REPLICATIONS = 20, BURST_SOURCES_MAX = 512, BURST_TICKS_MAX = 4096 };

struct burst_watch { /* counts what every source issued in each tick */
    struct sim_event ev;
    struct vio_workload *wl[BURST_SOURCES_MAX];
    uint32_t sources, tick, ticks;
    sim_time tick_ps;
    uint32_t *upto; /* [source][tick]: issued since the start */
};

static void burst_look(struct sim *sim, struct sim_event *ev)
{
    struct burst_watch *b = sim_container_of(ev, struct burst_watch, ev);

    b->tick++;
    for (uint32_t i = 0; i < b->sources; i++)
        b->upto[i * (b->ticks + 1) + b->tick] = (uint32_t)b->wl[i]->m.issued;
    if (b->tick < b->ticks)
        sim_after(sim, ev, b->tick_ps);
}

static void burst_run(struct burst_watch *b, uint32_t replication, const char *type, const char *text,
                      const struct sim_dist *burst, const struct sim_dist *silence)
{
    struct vio_world *w = vio_world_create(21, replication);
    struct vio_egress *e = rig_server(w, "e", UINT64_C(80000000000000), 0, 0);
    const struct vio_path *path = rig_path(w, 1, &e);

    b->upto = calloc((size_t)b->sources * (b->ticks + 1), sizeof(*b->upto));
    b->tick = 0;
    for (uint32_t i = 0; i < b->sources; i++) {
        char name[32];
        struct vio_flow *f;

        snprintf(name, sizeof name, "s%u", i);
        f = rig_flow(w, name, "datagram", "header=0B mtu=1GiB", path, path, 0, NULL);
        b->wl[i] = rig_workload(w, name, type, text, &f, 1);
        if (burst) {
            rig_set_dist(b->wl[i], "burst", *burst);
            rig_set_dist(b->wl[i], "silence", *silence);
        }
    }
    sim_event_init(&b->ev, burst_look);
    sim_at(&w->sim, &b->ev, b->tick_ps);
    rig_run(w, 0, b->tick_ps * b->ticks);
    vio_world_destroy(w);
}

/* Mean square deviation from `mean` of the counts in windows of `n` ticks. */
static double burst_variance(const struct burst_watch *b, uint32_t n, double mean)
{
    double sum = 0;
    uint32_t windows = 0;

    for (uint32_t i = 0; i < b->sources; i++)
        for (uint32_t k = 0; k + n <= b->ticks; k += n, windows++) {
            const uint32_t *upto = &b->upto[i * (b->ticks + 1)];
            const double off = (double)(upto[k + n] - upto[k]) - mean;

            sum += off * off;
        }
    return sum / windows;
}

/* Rates 10,000/s and 2,000/s, stays 1 ms and 3 ms: mean 4,000/s. With p = 1000/s, q = 1000/3 /s, t = 1, 4, 16 ms the
 * index of dispersion is 1 + 2 (a - b)^2 p q / ((p + q)^2 (a q + b p)) (1 - (1 - exp(-(p + q) t)) / ((p + q) t))
 * [heffes1986]: 2 * 8000^2 * 333,333 / (1,777,778 * 5,333,333) = 4.5 times 0.44770, 0.81340, 0.95313. */
Test(test_burstiness, mmpp)
{
    static const uint32_t windows[] = {1, 4, 16};
    static const double brackets[] = {0.447698, 0.813405, 0.953125};
    double x[2][3][BURST_REPLICATIONS];

    for (int wrong = 0; wrong < 2; wrong++)
        for (uint32_t r = 0; r < BURST_REPLICATIONS; r++) {
            struct burst_watch b = {.sources = 16, .ticks = 2048, .tick_ps = SIM_MS};

            burst_run(&b, r, "mmpp",
                      wrong ? "rate_high=10200/s rate_low=2040/s stay_high=1ms stay_low=3ms"
                            : "rate_high=10000/s rate_low=2000/s stay_high=1ms stay_low=3ms",
                      NULL, NULL);
            for (int k = 0; k < 3; k++)
                x[wrong][k][r] = burst_variance(&b, windows[k], 4 * windows[k]) / (4 * windows[k]);
            free(b.upto);
        }
    for (int k = 0; k < 3; k++) {
        const double theory = 1 + 4.5 * brackets[k];

        cr_expect(rig_holds(rig_interval(x[0][k], BURST_REPLICATIONS), theory), "%u ms: %g +- %g, theory %g",
                  windows[k], rig_interval(x[0][k], BURST_REPLICATIONS).mean,
                  rig_interval(x[0][k], BURST_REPLICATIONS).half, theory);
    }
    cr_expect(!rig_holds(rig_interval(x[1][0], BURST_REPLICATIONS), 1 + 4.5 * brackets[0]), "2 %% more passes");
}

enum { HURST_STEPS = 8, HURST_UNITS = 512, HURST_OCTAVES = 10 }; /* grid of a unit of time; longest window */

/* Integrated survival: the part of a period, seen at a random instant, that lasts longer than x; mean 1. */
static double hurst_rest(double shape, double x)
{
    const double scale = (shape - 1) / shape;

    return x <= scale ? 1 - x : scale / (shape - 1) * pow(scale / x, shape - 1);
}

/* Variance of the time in bursts over windows of 1, 2, 4, ... 512 units, bursts and silences Pareto of mean 1. With
 * h(u) the probability of a burst at u when a burst began at 0, and k(u) when a silence did: h(u) = 1 - F(u) + sum f(x)
 * k(u - x), k(u) = sum f(x) h(u - x); from equilibrium in a burst c(u) = rest(u) + sum fr(x) k(u - x); the covariance
 * is (c(u) - 1/2) / 2, and V(t) twice the integral of (t - u) times that. On a grid of d: f keeps the mean (second
 * differences of rest), an instant of change counts half to each side. The error is of the order of d^2: V(16)
 * is 15.893, 15.868, 15.864 for 8, 20, 64 steps. */
static void hurst_theory(double shape, double variance[HURST_OCTAVES])
{
    enum { N = HURST_UNITS * HURST_STEPS };
    static const double d = 1.0 / HURST_STEPS;
    double *h = calloc(N + 1, sizeof *h), *k = calloc(N + 1, sizeof *k), *f = calloc(N + 1, sizeof *f);
    double *fr = calloc(N + 1, sizeof *fr), *c = calloc(N + 1, sizeof *c), *rest = calloc(N + 2, sizeof *rest);

    for (int i = 0; i <= N + 1; i++)
        rest[i] = hurst_rest(shape, i * d);
    fr[0] = 1 - hurst_rest(shape, 0.5 * d);
    h[0] = 0.5;
    for (int i = 1; i <= N; i++) {
        f[i] = (rest[i - 1] - 2 * rest[i] + rest[i + 1]) / d;
        fr[i] = hurst_rest(shape, (i - 0.5) * d) - hurst_rest(shape, (i + 0.5) * d);
        h[i] = (rest[i - 1] - rest[i + 1]) / (2 * d);
        for (int j = 1; j <= i; j++) {
            h[i] += f[j] * k[i - j];
            k[i] += f[j] * h[i - j];
        }
    }
    for (int i = 0; i <= N; i++) {
        c[i] = rest[i];
        for (int j = 0; j <= i; j++)
            c[i] += fr[j] * k[i - j];
    }
    for (int m = 0; m < HURST_OCTAVES; m++) {
        const int n = HURST_STEPS << m;

        variance[m] = 0;
        for (int i = 0; i <= n; i++)
            variance[m] += (i == 0 || i == n ? 0.5 : 1) * (n - i) * d * (c[i] - 0.5) * d;
    }
    free(h);
    free(k);
    free(f);
    free(fr);
    free(c);
    free(rest);
}

/* H by the variance-time plot: half the slope of log V over log t from 8 to 64 units, by least squares over four
 * points. */
static double hurst_slope(const double *variance)
{
    double sum = 0;

    for (int m = 3; m < 7; m++)
        sum += (m - 4.5) * log2(variance[m]);
    return sum / 5 / 2; /* the squares of -1.5, -0.5, 0.5, 1.5 add up to 5 */
}

/* Sources of 4 messages in a unit of burst, Pareto periods of shape a = 1.4 and mean 1: H = (3 - a) / 2 = 0.8
 * [taqqu1997]. That is the limit for long windows; a correction of the order of t^(1 - a) dies out slowly. The exact
 * variance above shows the limit: half its slope falls from octave to octave, and from 256 to 512 units it is 0.81;
 * halving the rest every 1 / (a - 1) = 2.5 octaves leads below 0.8 + 0.012. Sources are compared with the exact slope
 * from 8 to 64 units and with the exact variances. A window counts whole messages, which adds at most 1/4 of a message
 * squared: 1/64 of 4.9 at 8 units, 0.3 %. Shape 1.6 (H = 0.7), exponential periods (H = 0.5) and a rate 2 % higher must
 * be rejected. */
Test(test_burstiness, self_similar)
{
    const struct sim_dist kinds[] = {sim_dist_pareto(1e9, 1.4), sim_dist_pareto(1e9, 1.6), sim_dist_exponential(1e9)};
    double theory[HURST_OCTAVES], x[3][BURST_REPLICATIONS], v[2][7][BURST_REPLICATIONS];

    hurst_theory(1.4, theory);
    for (int m = 4; m < HURST_OCTAVES; m++)
        cr_expect_lt(theory[m] / theory[m - 1], theory[m - 1] / theory[m - 2]);
    cr_expect_float_eq(log2(theory[9] / theory[8]) / 2, 0.8, 0.012, "exact %g", log2(theory[9] / theory[8]) / 2);
    for (int kind = 0; kind < 4; kind++) /* the last: the first 2 % faster */
        for (uint32_t r = 0; r < BURST_REPLICATIONS; r++) {
            struct burst_watch b = {.sources = kind % 3 ? 128 : 512, .ticks = 256, .tick_ps = SIM_MS};
            const struct sim_dist *d = &kinds[kind % 3];
            double variance[7];

            burst_run(&b, r, "on-off", kind == 3 ? "rate=4080/s" : "rate=4000/s", d, d);
            for (int m = 0; m < 7; m++) {
                variance[m] = burst_variance(&b, 1U << m, 2 << m);
                if (kind % 3 == 0)
                    v[kind == 3][m][r] = variance[m] / 16;
            }
            if (kind < 3)
                x[kind][r] = hurst_slope(variance);
            free(b.upto);
        }
    for (int m = 3; m < 7; m++)
        cr_expect(rig_holds(rig_interval(v[0][m], BURST_REPLICATIONS), theory[m]), "%d units: %g +- %g, theory %g",
                  1 << m, rig_interval(v[0][m], BURST_REPLICATIONS).mean,
                  rig_interval(v[0][m], BURST_REPLICATIONS).half, theory[m]);
    cr_expect(!rig_holds(rig_interval(v[1][3], BURST_REPLICATIONS), theory[3]), "2 %% faster passes");
    cr_expect(rig_holds(rig_interval(x[0], BURST_REPLICATIONS), hurst_slope(theory)), "H %g +- %g, exact %g",
              rig_interval(x[0], BURST_REPLICATIONS).mean, rig_interval(x[0], BURST_REPLICATIONS).half,
              hurst_slope(theory));
    cr_log_info("H %g +- %g, exact %g\n", rig_interval(x[0], BURST_REPLICATIONS).mean,
                rig_interval(x[0], BURST_REPLICATIONS).half, hurst_slope(theory));
    for (int kind = 1; kind < 3; kind++)
        cr_expect(!rig_holds(rig_interval(x[kind], BURST_REPLICATIONS), hurst_slope(theory)), "kind %d passes: %g",
                  kind, rig_interval(x[kind], BURST_REPLICATIONS).mean);
}
