/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/conformance/test_workload.c - workloads ask for what they declare.
 *
 * Rates and shares are compared with 99.9 % intervals computed from the declared distribution (3.29 standard
 * deviations, fixed seeds); times on quiet links with arithmetic by hand.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

static const double z999 = 3.29;

/* 10,000/s for 10 s: n Poisson, standard deviation sqrt(100,000) = 316. Gaps exponential: variance = mean^2 (the
 * estimate of the ratio has standard deviation sqrt(8 / n)), no correlation of neighbours (1 / sqrt(n)). Sizes
 * exponential, mean 2000 B: 2000 / sqrt(n). Begins at 1 s, stops at 11 s, and takes its four connections in turn. */
Test(test_workload, poisson)
{
    enum { CONNECTIONS = 4, COUNT = 100000 };
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *e = rig_server(w, "e", UINT64_C(8000000000000), 0, 0);
    struct vio_flow *f[CONNECTIONS];
    struct vio_workload *wl;
    double sum = 0, squares = 0, products = 0, size = 0, before = 0;
    size_t n = 0;

    for (int i = 0; i < CONNECTIONS; i++)
        f[i] = probe_flow(w, sim_arena_printf(&w->arena, "f%d", i), VIO_PROTO_IP, rig_path(w, 1, &e), 0);
    wl = rig_workload(w, "wl", "poisson", "rate=10000/s start=1s stop=11s connections=4", f, CONNECTIONS);
    rig_set_dist(wl, "size", sim_dist_exponential(2000));
    rig_run(w, 0, 12 * SIM_S);
    for (int i = 0; i < CONNECTIONS; i++) {
        const struct probe *p = probe_of(f[i]);

        cr_expect_leq(labs((long)p->n - (long)probe_of(f[0])->n), 1, "connections take turns");
        cr_expect(p->mark[0].born_ps >= SIM_S && p->mark[p->n - 1].born_ps < 11 * SIM_S);
        n += p->n;
        for (size_t k = 0; k < p->n; k++)
            size += p->mark[k].size_B;
    }
    for (size_t k = 1; k < n; k++) {
        const struct probe_mark *a = &probe_of(f[(k - 1) % CONNECTIONS])->mark[(k - 1) / CONNECTIONS];
        const struct probe_mark *b = &probe_of(f[k % CONNECTIONS])->mark[k / CONNECTIONS];
        const double gap = (double)(b->born_ps - a->born_ps) / 1e8; /* in means */

        sum += gap;
        squares += (gap - 1) * (gap - 1);
        products += (gap - 1) * before;
        before = gap - 1;
    }
    cr_expect_eq(wl->m.completed, n);
    cr_expect_lt(fabs((double)n - COUNT), z999 * sqrt(COUNT), "%zu", n);
    cr_expect_lt(fabs(sum / (double)n - 1), 2 * z999 / sqrt(COUNT));
    cr_expect_lt(fabs(squares / (double)n - 1), z999 * sqrt(8.0 / COUNT), "%g", squares / (double)n);
    cr_expect_lt(fabs(products / (double)n), z999 / sqrt(COUNT), "%g", products / (double)n);
    cr_expect_lt(fabs(size / (double)n - 2000), z999 * 2000 / sqrt(COUNT), "%g", size / (double)n);
    vio_world_destroy(w);
}

static uint64_t array_counter(const struct vio_target *t, const char *name)
{
    for (const struct sim_metric *m = t->metrics; m->name; m++)
        if (strcmp(m->name, name) == 0)
            return *(const sim_counter *)(const void *)((const char *)t + m->offset);
    cr_assert_fail("no metric %s", name);
    return 0;
}

/* Open loop, 5000/s for 20 s, 67 % reads, cache hits 30 % of them, 60 % of writes reach the disks later: n Poisson, the
 * rest binomial. Closed loop: never more than queue_depth under way, here always exactly eight (no think time). */
Test(test_workload, block)
{
    for (int closed = 0; closed < 2; closed++) {
        struct vio_world *w = vio_world_create(2, 0);
        struct vio_egress *there = rig_server(w, "there", UINT64_C(8000000000000), 0, 0);
        struct vio_egress *back = rig_server(w, "back", UINT64_C(8000000000000), 0, 0);
        struct vio_target *array = rig_array(w, "array", "cache_hit=30% destage=60%");
        struct vio_flow *f = rig_flow(w, "io", "fcp", "", rig_path(w, 1, &there), rig_path(w, 1, &back), 0, array);
        struct vio_workload *wl = rig_workload(w, "vm", "block", closed ? "queue_depth=8" : "rate=5000/s", &f, 1);
        double reads, writes, hits, destaged;

        rig_run(w, 0, 20 * SIM_S);
        reads = (double)array_counter(array, "reads");
        writes = (double)array_counter(array, "writes");
        hits = (double)array_counter(array, "read_hits");
        destaged = (double)array_counter(array, "destaged");
        if (closed)
            cr_expect_eq(wl->unfinished, 8);
        else
            cr_expect_lt(fabs(reads + writes - 100000), z999 * sqrt(100000), "%g I/Os", reads + writes);
        cr_expect_lt(fabs(reads / (reads + writes) - 0.67), z999 * sqrt(0.67 * 0.33 / (reads + writes)));
        cr_expect_lt(fabs(hits / reads - 0.3), z999 * sqrt(0.3 * 0.7 / reads), "%g", hits / reads);
        cr_expect_lt(fabs(destaged / writes - 0.6), z999 * sqrt(0.6 * 0.4 / writes), "%g", destaged / writes);
        cr_expect_eq(wl->m.bytes, wl->m.completed * 8192);
        vio_world_destroy(w);
    }
}

/* On quiet 10GbE of 100 us: request 512 + 52 + 38 = 602 B, 481 600 ps; server 30 us; response 4000 B in the initial
 * window of three segments, 1538 + 1538 + (1104 + 52 + 38 = 1194) B = 4270 B, 3 416 000 ps; two ways of 100 us. 5/s for
 * 40 s: 200, +- 47. */
Test(test_workload, request_response)
{
    const sim_time by_hand_ps = 481600 + 30 * SIM_US + 3416000 + 200 * SIM_US;
    struct vio_world *w = vio_world_create(3, 0);
    struct vio_egress_config c;
    struct vio_egress *there, *back;
    struct vio_flow *f[2];
    struct vio_workload *wl;

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.delay_ps = 100 * SIM_US;
    there = vio_egress_create(w, "there", &c);
    back = vio_egress_create(w, "back", &c);
    f[0] = rig_flow(w, "request", "tcp-newreno", "", rig_path(w, 1, &there), rig_path(w, 1, &back), 0, NULL);
    f[1] = rig_flow(w, "response", "tcp-newreno", "", rig_path(w, 1, &back), rig_path(w, 1, &there), 0, NULL);
    wl = rig_workload(w, "web", "request-response", "rate=5/s request=512B response=4000B service=30us stop=40s", f, 2);
    rig_run(w, 0, 50 * SIM_S);
    cr_expect_lt(fabs((double)wl->m.completed - 200), z999 * sqrt(200), "%lu", (unsigned long)wl->m.completed);
    cr_expect_eq(wl->m.latency.min, by_hand_ps, "%ld", (long)wl->m.latency.min);
    cr_expect_lt(fabs(sim_tally_quantile(&wl->m.latency, 0.5) / (double)by_hand_ps - 1), 0.01);
    vio_world_destroy(w);
}

/* A backup moves at the rate of the slower side: storage of 400 Mb/s and a network of 1 Gb/s, and turned round. FCP
 * frames carry 2048 B bare here (an ideal link), and one RSP of 24 B and block: 262144 / 262168; datagrams have no
 * headers. */
Test(test_workload, backup)
{
    for (int slow_network = 0; slow_network < 2; slow_network++) {
        struct vio_world *w = vio_world_create(4, 0);
        struct vio_egress *there = rig_server(w, "there", 10000000000, 0, 0);
        struct vio_egress *back = rig_server(w, "back", slow_network ? 1000000000 : 400000000, 0, 0);
        struct vio_egress *lan = rig_server(w, "lan", slow_network ? 400000000 : 1000000000, 0, 0);
        struct vio_target *array = rig_array(w, "array", "cache_hit=100% cache_time=0s controller_time=0s");
        struct vio_flow *f[2];
        struct vio_workload *wl;
        double bps, theory = slow_network ? 400e6 : 400e6 * 262144 / 262168;

        f[0] = rig_flow(w, "io", "fcp", "", rig_path(w, 1, &there), rig_path(w, 1, &back), 0, array);
        f[1] =
            rig_flow(w, "lan", "datagram", "header=0B mtu=1500B", rig_path(w, 1, &lan), rig_path(w, 1, &lan), 0, NULL);
        wl = rig_workload(w, "agent", "backup", "block=256KiB start=1s stop=11s", f, 2);
        rig_run(w, 2 * SIM_S, 8 * SIM_S);
        bps = (double)wl->m.bytes * 8 / 8; /* bits, in 8 s */
        cr_expect(fabs(bps / theory - 1) < 0.002, "slow network %d: %g bit/s, by hand %g", slow_network, bps, theory);
        vio_world_destroy(w);
    }
}
