/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/bench/bench_forward.c - W3: hosts at 10 Gb/s into one output-queued switch.
 *
 * Three queue+link stages per packet (host link, switch output, delivery link), 1500 B on the wire, 500 ns propagation,
 * queues of 256 packets including the one in service, drop-tail, Poisson open loop at 70 % per source. `perm`: a fixed
 * random permutation; `incast`: destination = source / 4. A packet-hop is a packet that reached the far end of a link.
 */
#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/bench.h"
#include "tests/rig/rig.h"

enum { FORWARD_HOSTS_MAX = 1024 };

struct forward {
    const char *name;
    uint32_t hosts;
    bool incast;
    const char *sched; /* NULL: FIFO */
    sim_time length_ps;
};

static struct vio_egress *forward_link(struct vio_world *w, const struct forward *f, const char *kind, uint32_t i)
{
    struct vio_egress_config c;
    char name[32];

    vio_egress_defaults(&c, vio_link_find("ideal"));
    c.delay_ps = 500 * SIM_NS;
    c.limit_pkts = 256;
    if (f->sched) {
        c.sched = vio_sched_find(f->sched);
        c.classes = 4;
    }
    snprintf(name, sizeof(name), "%s%u", kind, i);
    return vio_egress_create(w, name, &c);
}

static void forward_targets(const struct forward *f, uint32_t *to)
{
    gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

    for (uint32_t i = 0; i < f->hosts; i++)
        to[i] = f->incast ? i / 4 : i;
    if (!f->incast)
        gsl_ran_shuffle(r, to, f->hosts, sizeof(*to));
    gsl_rng_free(r);
}

static double forward_once(const struct forward *f, uint32_t replication)
{
    struct vio_world *w = vio_world_create(1, replication);
    struct vio_egress *out[FORWARD_HOSTS_MAX], *delivery[FORWARD_HOSTS_MAX];
    uint32_t to[FORWARD_HOSTS_MAX];
    uint64_t hops = 0;
    double start_ns, ns;

    forward_targets(f, to);
    for (uint32_t i = 0; i < f->hosts; i++) {
        out[i] = forward_link(w, f, "switch", i);
        delivery[i] = forward_link(w, f, "delivery", i);
    }
    for (uint32_t i = 0; i < f->hosts; i++) {
        struct vio_egress *hop[] = {forward_link(w, f, "host", i), out[to[i]], delivery[to[i]]};
        const struct vio_path *path = rig_path(w, 3, hop);
        char name[32];
        struct vio_flow *flow;

        snprintf(name, sizeof(name), "flow%u", i);
        flow = rig_flow(w, name, "datagram", "header=0B mtu=1500B", path, path, (uint8_t)(i % 4), NULL);
        /* 70 % of 10 Gb/s in packets of 1500 B: 583,333 per second. */
        rig_workload(w, name, "poisson", "rate=583333/s size=1500B", &flow, 1);
    }
    start_ns = bench_cpu_ns();
    rig_run(w, 0, f->length_ps);
    ns = bench_cpu_ns() - start_ns;
    for (struct vio_egress *e = w->egresses; e; e = vio_egress_next(e))
        hops += vio_egress_get_stats(e)->wait.n;
    vio_world_destroy(w);
    return (double)hops / (ns / 1e9);
}

void bench_forward(struct bench_sink *sink)
{
    static const struct forward work[] = {
        {"forward_perm_hops_per_s", 64, false, NULL, 45 * SIM_MS},
        {"forward_incast_hops_per_s", 64, true, NULL, 45 * SIM_MS},
        {"forward_sched_hops_per_s", 64, false, "drr", 45 * SIM_MS},
        {"forward_1024_hops_per_s", 1024, false, NULL, 20 * SIM_MS},
    };

    for (size_t i = 0; i < sizeof(work) / sizeof(*work); i++) {
        double x[BENCH_REPEATS];

        if (!bench_wanted(sink, work[i].name))
            continue;
        for (int k = 0; k < BENCH_REPEATS; k++)
            x[k] = forward_once(&work[i], (uint32_t)k);
        bench_emit(sink, work[i].name, bench_median(x, BENCH_REPEATS), "1/s");
    }
}
