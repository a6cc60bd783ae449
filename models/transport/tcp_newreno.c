/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport/tcp_newreno.c - TCP with NewReno congestion control.
 *
 * The window grows by what is acknowledged up to the threshold, then by a segment a round trip; a loss or a timeout
 * makes the threshold half of what is out; so does a mark, if they are heeded. A connection that talks both ways is two
 * flows. Source: RFC 5681, 6582
 */
#include "models/tcp.h"

static const struct sim_param newreno_params[] = {VIO_TCP_PARAMS, {0}};

static void newreno_acked(struct vio_tcp *t, uint64_t newly_B)
{
    if (!vio_tcp_slow_start(t, newly_B))
        vio_tcp_additive(t, newly_B);
}

static uint64_t newreno_half(struct vio_tcp *t)
{
    return vio_tcp_half_flight_B(t);
}

/* RFC 3168 6.1.2: as for a loss. */
static uint64_t newreno_echoed(struct vio_tcp *t)
{
    uint64_t half_B = vio_tcp_used_B(t) / 2;

    return half_B > 2 * (uint64_t)t->mss_B ? half_B : 2 * (uint64_t)t->mss_B;
}

static const struct vio_tcp_cc newreno_cc = {
    .acked = newreno_acked, .lost = newreno_half, .echoed = newreno_echoed, .timed_out = newreno_half};

const struct vio_transport_type vio_transport_tcp_newreno = {
    .type = "tcp-newreno",
    .summary = "TCP NewReno: slow start, fast retransmit and recovery, timeout, delayed acknowledgement",
    .proto = VIO_PROTO_IP,
    .state_size = sizeof(struct vio_tcp_flow),
    .config_size = sizeof(struct vio_tcp_config),
    .params = newreno_params,
    .metrics = vio_tcp_flow_metrics,
    .source = "RFC 5681, 6582, 6298, 7323",
    .tcp = &newreno_cc,
    .init = vio_tcp_flow_init,
    .send = vio_tcp_flow_send,
    .receive = vio_tcp_flow_receive,
    .fini = vio_tcp_flow_fini,
};
