/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/tcp_cubic.c - TCP with CUBIC congestion control.
 *
 * Description  After a loss the window climbs along a cubic of the time since then: fast towards the window of the
 *              loss, slowly around it, faster again beyond; never slower than NewReno would on average.
 * Algorithm    RFC 9438, in segments and seconds: W(t) = C (t - K)^3 + Wmax, K = cbrt((Wmax - W0) / C); a loss cuts
 *              the window to beta. Reno-friendly region 4.3, fast convergence 4.7, timeout 4.8. Increments count what
 *              is acknowledged, so that delayed acknowledgements do not slow the climb (as Linux does).
 * Simplified   Slow start is that of RFC 5681, without HyStart; spurious losses are not undone.
 * Source       RFC 9438
 */
#include "models/tcp.h"

#include <math.h>

struct cubic_config {
    struct vio_tcp_config tcp; /* first */
    double c, beta;
    bool friendly, fast_convergence;
};

struct cubic { /* windows in segments, times in seconds */
    double w_max, w_prior, w_est, k;
    double rest_B; /* of the increase, less than a byte */
    sim_time epoch_ps, last_ps;
    bool climbing; /* an epoch has begun */
};

static const struct sim_param cubic_params[] = {
    VIO_TCP_PARAMS,
    {"c", SIM_PARAM_NUMBER, offsetof(struct cubic_config, c), "0.4", "0.001", "100",
     "steepness C of the cubic, segments per cubic second", "RFC 9438 5.1"},
    {"beta", SIM_PARAM_NUMBER, offsetof(struct cubic_config, beta), "0.7", "0.1", "0.99",
     "share of the window that a loss leaves", "RFC 9438 4.6"},
    {"friendly", SIM_PARAM_BOOL, offsetof(struct cubic_config, friendly), "yes", NULL, NULL,
     "never slower than NewReno on average", "RFC 9438 4.3"},
    {"fast_convergence", SIM_PARAM_BOOL, offsetof(struct cubic_config, fast_convergence), "yes", NULL, NULL,
     "give way to newcomers: remember less than the window of a loss that came early", "RFC 9438 4.7"},
    {0}};

static const struct cubic_config *cubic_config(const struct vio_tcp *t)
{
    return (const struct cubic_config *)t->config;
}

static double cubic_window(const struct vio_tcp *t, const struct cubic *s, sim_time after_ps)
{
    const double x = (double)after_ps / (double)SIM_S - s->k;

    return cubic_config(t)->c * x * x * x + s->w_max;
}

/* RFC 9438 4.2: the climb begins. */
static void cubic_begin(struct vio_tcp *t, struct cubic *s, sim_time now)
{
    const double w = (double)t->cwnd_B / t->mss_B;

    s->climbing = true;
    s->epoch_ps = now;
    s->w_est = w;
    if (w < s->w_max) {
        s->k = cbrt((s->w_max - w) / cubic_config(t)->c);
    } else {
        s->k = 0;
        s->w_max = w;
    }
}

/* RFC 9438 4.3: what NewReno with this beta would have; as steep as NewReno once it is back where the loss was. */
static double cubic_friendly(const struct vio_tcp *t, struct cubic *s, double acked, double w)
{
    const double beta = cubic_config(t)->beta, slope = s->w_est < s->w_prior ? 3 * (1 - beta) / (1 + beta) : 1;

    s->w_est += slope * acked / w;
    return s->w_est;
}

static void cubic_acked(struct vio_tcp *t, uint64_t newly_B)
{
    const sim_time now = sim_now(&t->flow->world->sim);
    struct cubic *s = t->cc_state;
    double w = (double)t->cwnd_B / t->mss_B, acked = (double)newly_B / t->mss_B, target, friendly;

    if (vio_tcp_slow_start(t, newly_B))
        return;
    if (!s->climbing)
        cubic_begin(t, s, now);
    else if (now - s->last_ps > t->rto_ps) /* 5.8: time without data does not count */
        s->epoch_ps += now - s->last_ps;
    s->last_ps = now;
    target = cubic_window(t, s, now - s->epoch_ps + t->srtt_ps);
    target = fmin(fmax(target, w), 1.5 * w);
    friendly = cubic_config(t)->friendly ? cubic_friendly(t, s, acked, w) : 0;
    if (cubic_window(t, s, now - s->epoch_ps) < friendly)
        s->rest_B += fmax(friendly - w, 0) * t->mss_B;
    else
        s->rest_B += (target - w) / w * acked * t->mss_B;
    t->cwnd_B += (uint64_t)s->rest_B;
    s->rest_B -= floor(s->rest_B);
}

/* RFC 9438 4.6, 4.7. */
static uint64_t cubic_cut(struct vio_tcp *t)
{
    const struct cubic_config *c = cubic_config(t);
    struct cubic *s = t->cc_state;
    const double w = (double)vio_tcp_used_B(t) / t->mss_B;
    const uint64_t cut_B = (uint64_t)((double)vio_tcp_used_B(t) * c->beta);

    s->w_max = c->fast_convergence && w < s->w_max ? w * (1 + c->beta) / 2 : w;
    s->w_prior = w;
    s->climbing = false;
    return cut_B > 2 * (uint64_t)t->mss_B ? cut_B : 2 * (uint64_t)t->mss_B;
}

/* RFC 9438 4.8: after the slow start that follows the climb begins where it is. */
static uint64_t cubic_timed_out(struct vio_tcp *t)
{
    struct cubic *s = t->cc_state;
    const uint64_t cut_B = cubic_cut(t);

    s->w_max = 0;
    return cut_B;
}

static const struct vio_tcp_cc cubic_cc = {.state_size = sizeof(struct cubic),
                                           .acked = cubic_acked,
                                           .lost = cubic_cut,
                                           .echoed = cubic_cut,
                                           .timed_out = cubic_timed_out};

const struct vio_transport_type vio_transport_tcp_cubic = {
    .type = "tcp-cubic",
    .summary = "TCP CUBIC: the window grows with the cube of the time since the last loss",
    .proto = VIO_PROTO_IP,
    .state_size = sizeof(struct vio_tcp_flow),
    .config_size = sizeof(struct cubic_config),
    .params = cubic_params,
    .metrics = vio_tcp_flow_metrics,
    .source = "RFC 9438",
    .tcp = &cubic_cc,
    .init = vio_tcp_flow_init,
    .send = vio_tcp_flow_send,
    .receive = vio_tcp_flow_receive,
    .fini = vio_tcp_flow_fini,
};
