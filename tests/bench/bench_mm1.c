/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/bench_mm1.c - W1: the M/M/1 queue at rho 0.9 through the real workload, transport and egress.
 *
 * Arrivals exp(1/0.9) us, service exp(1) us: exponential message sizes of mean 10^6 B on a server of 8 Tb/s. Two events
 * per object (arrival, delivery); the object is a packet from the pool; waiting and sojourn are tallied with
 * histograms.
 */
#include "tests/bench/bench.h"
#include "tests/rig/rig.h"

void bench_mm1(struct bench_sink *sink)
{
    double x[BENCH_REPEATS];

    if (!bench_wanted(sink, "mm1_objects_per_s"))
        return;
    for (int i = 0; i < BENCH_REPEATS; i++) {
        struct vio_world *w = vio_world_create(1, (uint32_t)i);
        struct vio_egress *server = rig_server(w, "server", UINT64_C(8000000000000), 0, 0);
        const struct vio_path *path = rig_path(w, 1, &server);
        struct vio_flow *flow = rig_flow(w, "flow", "datagram", "header=0B mtu=1GiB", path, path, 0, NULL);
        struct vio_workload *wl = rig_workload(w, "source", "poisson", "rate=900000/s", &flow, 1);
        double start_ns;

        /* The size of every object is drawn: exponential, mean 1 us of service. */
        rig_set_dist(wl, "size", sim_dist_exponential(1e6));
        start_ns = bench_cpu_ns();
        rig_run(w, 0, 10 * SIM_S);
        x[i] = (double)wl->m.completed / ((bench_cpu_ns() - start_ns) / 1e9);
        vio_world_destroy(w);
    }
    bench_emit(sink, "mm1_objects_per_s", bench_median(x, BENCH_REPEATS), "1/s");
}
