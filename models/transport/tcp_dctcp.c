/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/tcp_dctcp.c - Data Center TCP: the window is cut in proportion to the share of marked bytes.
 *
 * Description  Switches mark what finds more than K waiting (ecn_min of a link). The receiver tells each mark. The
 *              sender keeps an estimate alpha of the share of marked bytes, renewed once per window of data, and cuts
 *              its window by alpha / 2 at most once per window. Growth, losses and timeouts are as in NewReno.
 * Algorithm    RFC 8257 3.3: alpha = (1 - g) alpha + g F; cwnd = cwnd (1 - alpha / 2). Receiver: RFC 8257 3.2 in
 *              models/tcp_receive.c.
 * Source       RFC 8257; [S52]; facts.md 3.1
 */
#include "models/tcp.h"

struct dctcp_config {
    struct vio_tcp_config tcp; /* first */
    double gain, alpha;
};

struct dctcp {
    double alpha;
    uint64_t acked_B, marked_B; /* of the present window of data */
    uint64_t window_end;
};

static const struct sim_param dctcp_params[] = {
    VIO_TCP_PARAMS,
    {"gain", SIM_PARAM_NUMBER, offsetof(struct dctcp_config, gain), "0.0625", "0.0001", "1",
     "weight g of the last window in the estimate of the marked share", "RFC 8257 4.2: 1/16; facts.md 3.1"},
    {"alpha", SIM_PARAM_NUMBER, offsetof(struct dctcp_config, alpha), "1", "0", "1", "the estimate at the start",
     "RFC 8257 3.3"},
    {0}};

static const struct dctcp_config *dctcp_config(const struct vio_tcp *t)
{
    return (const struct dctcp_config *)t->config;
}

static void dctcp_init(struct vio_tcp *t)
{
    struct dctcp *d = t->cc_state;

    d->alpha = dctcp_config(t)->alpha;
}

static void dctcp_told(struct vio_tcp *t, uint64_t newly_B, bool marked)
{
    struct dctcp *d = t->cc_state;

    d->acked_B += newly_B;
    if (marked)
        d->marked_B += newly_B;
    if (t->una <= d->window_end)
        return;
    d->alpha += dctcp_config(t)->gain * ((double)d->marked_B / (double)d->acked_B - d->alpha);
    d->acked_B = d->marked_B = 0;
    d->window_end = t->nxt;
}

static void dctcp_acked(struct vio_tcp *t, uint64_t newly_B)
{
    if (!vio_tcp_slow_start(t, newly_B))
        vio_tcp_additive(t, newly_B);
}

static uint64_t dctcp_half(struct vio_tcp *t)
{
    return vio_tcp_half_flight_B(t);
}

static uint64_t dctcp_echoed(struct vio_tcp *t)
{
    const struct dctcp *d = t->cc_state;
    const uint64_t cut_B = (uint64_t)((double)vio_tcp_used_B(t) * (1 - d->alpha / 2));

    return cut_B > 2 * (uint64_t)t->mss_B ? cut_B : 2 * (uint64_t)t->mss_B;
}

static const struct vio_tcp_cc dctcp_cc = {.state_size = sizeof(struct dctcp),
                                           .echo_each = true,
                                           .init = dctcp_init,
                                           .acked = dctcp_acked,
                                           .lost = dctcp_half,
                                           .echoed = dctcp_echoed,
                                           .told = dctcp_told,
                                           .timed_out = dctcp_half};

const struct vio_transport_type vio_transport_tcp_dctcp = {
    .type = "tcp-dctcp",
    .summary = "Data Center TCP: cuts its window by the share of marked bytes; needs ecn_min on links",
    .proto = VIO_PROTO_IP,
    .state_size = sizeof(struct vio_tcp_flow),
    .config_size = sizeof(struct dctcp_config),
    .params = dctcp_params,
    .metrics = vio_tcp_flow_metrics,
    .source = "RFC 8257",
    .tcp = &dctcp_cc,
    .init = vio_tcp_flow_init,
    .send = vio_tcp_flow_send,
    .receive = vio_tcp_flow_receive,
    .fini = vio_tcp_flow_fini,
};
