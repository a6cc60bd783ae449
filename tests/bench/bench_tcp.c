/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/bench_tcp.c - W5: sixteen long TCP flows over one 10 Gb/s dumbbell.
 *
 * Access links 10 Gb/s and 5 us, bottleneck 10 Gb/s and 50 us with a queue of 200 packets, 1500 B segments on the wire,
 * NewReno without a limit by the receive window. The figure is CPU seconds per simulated second.
 */
#include <stdio.h>

#include "tests/bench/bench.h"
#include "tests/rig/rig.h"

enum { TCP_FLOWS = 16 };

static double tcp_once(uint32_t replication, sim_time length_ps)
{
    const uint64_t rate_bps = UINT64_C(10000000000);
    struct vio_world *w = vio_world_create(1, replication);
    struct vio_egress *there = rig_server(w, "bottleneck", rate_bps, 50 * SIM_US, 200);
    struct vio_egress *back = rig_server(w, "bottleneck-back", rate_bps, 50 * SIM_US, 200);
    double start_ns, seconds;

    for (int i = 0; i < TCP_FLOWS; i++) {
        char name[32];
        struct vio_egress *hop[3], *rev[3];
        struct vio_flow *flow;

        snprintf(name, sizeof(name), "s%d", i);
        hop[0] = rig_server(w, name, rate_bps, 5 * SIM_US, 0);
        hop[1] = there;
        snprintf(name, sizeof(name), "d%d", i);
        hop[2] = rig_server(w, name, rate_bps, 5 * SIM_US, 0);
        snprintf(name, sizeof(name), "rd%d", i);
        rev[0] = rig_server(w, name, rate_bps, 5 * SIM_US, 0);
        rev[1] = back;
        snprintf(name, sizeof(name), "rs%d", i);
        rev[2] = rig_server(w, name, rate_bps, 5 * SIM_US, 0);
        snprintf(name, sizeof(name), "flow%d", i);
        flow = rig_flow(w, name, "tcp-newreno", "window=64MiB mtu=1500B", rig_path(w, 3, hop), rig_path(w, 3, rev), 0,
                        NULL);
        snprintf(name, sizeof(name), "bulk%d", i);
        rig_workload(w, name, "bulk", "message=1MiB", &flow, 1)->shift_ps = i * 60 * SIM_US; /* within 1 ms */
    }
    start_ns = bench_cpu_ns();
    rig_run(w, 0, length_ps);
    seconds = (bench_cpu_ns() - start_ns) / 1e9;
    vio_world_destroy(w);
    return seconds / ((double)length_ps / (double)SIM_S);
}

void bench_tcp(struct bench_sink *sink)
{
    double x[BENCH_REPEATS];

    if (!bench_wanted(sink, "tcp_cpu_s_per_sim_s"))
        return;
    for (int k = 0; k < BENCH_REPEATS; k++)
        x[k] = tcp_once((uint32_t)k, 2 * SIM_S);
    bench_emit(sink, "tcp_cpu_s_per_sim_s", bench_median(x, BENCH_REPEATS), "s/s");
}
