/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/bench_parallel.c - what a second worker brings: replications are independent processes.
 *
 * The same forwarding run, alone and then as two processes at once; efficiency = wall time alone / wall time of the
 * pair. 1 is perfect; below it the workers share memory bandwidth, cache, or a core.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bench.h"
#include "tests/rig/rig.h"

enum { PARALLEL_HOSTS = 64 };

static void parallel_work(void)
{
    struct vio_world *w = vio_world_create(1, 0);

    for (int i = 0; i < PARALLEL_HOSTS; i++) {
        char name[32];
        struct vio_egress *hop[3];
        struct vio_flow *flow;

        for (int k = 0; k < 3; k++) {
            snprintf(name, sizeof(name), "hop%d-%d", k, i);
            hop[k] = rig_server(w, name, UINT64_C(10000000000), 500 * SIM_NS, 256);
        }
        snprintf(name, sizeof(name), "flow%d", i);
        flow = rig_flow(w, name, "datagram", "header=0B mtu=1500B", rig_path(w, 3, hop), rig_path(w, 3, hop), 0, NULL);
        rig_workload(w, name, "poisson", "rate=583333/s size=1500B", &flow, 1);
    }
    rig_run(w, 0, 100 * SIM_MS);
    vio_world_destroy(w);
}

/* Wall time in s of `n` processes doing the work at once. */
static double parallel_wall_s(int n)
{
    struct timespec a, b;

    fflush(stdout);
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < n; i++)
        if (fork() == 0) {
            parallel_work();
            _exit(0);
        }
    while (wait(NULL) > 0)
        continue;
    clock_gettime(CLOCK_MONOTONIC, &b);
    return (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

void bench_parallel(struct bench_sink *sink)
{
    double x[BENCH_REPEATS];

    if (!bench_wanted(sink, "parallel_efficiency"))
        return;
    for (int k = 0; k < BENCH_REPEATS; k++) {
        double alone_s = parallel_wall_s(1);

        x[k] = alone_s / parallel_wall_s(2);
    }
    bench_emit(sink, "parallel_efficiency", bench_median(x, BENCH_REPEATS), "1");
}
