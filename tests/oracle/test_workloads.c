/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_workloads.c - closed loops of users, migration and logging against formulas.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { LOOP_REPLICATIONS = 20 };

struct loop_rig {
    struct vio_world *w;
    struct vio_workload *wl;
};

/* Users behind a fast way there and a server of 8 Tb/s back, where 1 B takes 1 ps. */
static void loop_once(uint32_t users, double slower, uint32_t replication, double *per_s, double *seconds)
{
    struct vio_world *w = vio_world_create(11, replication);
    struct vio_egress *there = rig_server(w, "there", UINT64_C(80000000000000), 0, 0);
    struct vio_egress *back = rig_server(w, "back", (uint64_t)(8e12 / slower + 0.5), 0, 0);
    const struct vio_path *a = rig_path(w, 1, &there), *b = rig_path(w, 1, &back);
    struct vio_flow *f[2];
    struct vio_workload *wl;
    char text[64];

    f[0] = rig_flow(w, "request", "datagram", "header=0B mtu=1GiB", a, b, 0, NULL);
    f[1] = rig_flow(w, "response", "datagram", "header=0B mtu=1GiB", b, a, 0, NULL);
    snprintf(text, sizeof text, "users=%u request=1B", users);
    wl = rig_workload(w, "users", "request-response", text, f, 2);
    rig_set_dist(wl, "think", sim_dist_exponential(2e6));
    rig_set_dist(wl, "response", sim_dist_exponential(1e6));
    rig_run(w, 1 * SIM_MS, 100 * SIM_MS);
    *per_s = (double)wl->m.completed / 0.1;
    *seconds = sim_tally_mean(&wl->m.latency) * 1e-12;
    vio_world_destroy(w);
}

/* Users who think 2 us (exponential) and are served for 1 us (exponential) by one server, FIFO: machine repair. Exact
 * mean value analysis [reiser1980]: R(n) = D (1 + Q(n - 1)), X(n) = n / (R(n) + Z), Q(n) = X(n) R(n), D = 1 us, Z = 2
 * us: n = 1: R 1 us, X 333,333/s, Q 1/3; n = 2: R 4/3 us, X 600,000/s, Q 0.8; n = 3: R 1.8 us, X 789,474/s. The request
 * adds 0.1 ps. */
Test(test_workloads, users_think)
{
    double q = 0;

    for (uint32_t n = 1; n <= 6; n++) {
        const double r_s = 1e-6 * (1 + q), x_per_s = n / (r_s + 2e-6);
        double x[2][LOOP_REPLICATIONS], r[2][LOOP_REPLICATIONS];

        q = x_per_s * r_s;
        if (n != 2 && n != 6)
            continue;
        for (int slow = 0; slow < 2; slow++)
            for (int k = 0; k < LOOP_REPLICATIONS; k++)
                loop_once(n, slow ? 1.02 : 1, (uint32_t)k, &x[slow][k], &r[slow][k]);
        cr_expect(rig_holds(rig_interval(x[0], LOOP_REPLICATIONS), x_per_s), "%u users: %g/s, theory %g/s", n,
                  rig_interval(x[0], LOOP_REPLICATIONS).mean, x_per_s);
        cr_expect(rig_holds(rig_interval(r[0], LOOP_REPLICATIONS), r_s), "%u users: %g s, theory %g s", n,
                  rig_interval(r[0], LOOP_REPLICATIONS).mean, r_s);
        cr_expect(!rig_holds(rig_interval(r[1], LOOP_REPLICATIONS), r_s), "%u users: 2 %% slower passes", n);
    }
}

static double workload_tally(struct vio_workload *wl, const char *name)
{
    for (const struct sim_metric *m = wl->type->metrics; m->name; m++)
        if (strcmp(m->name, name) == 0) {
            const struct sim_tally *t = (const void *)((const char *)vio_workload_state(wl) + m->offset);

            cr_assert_eq(t->n, 1, "%s: %lu", name, (unsigned long)t->n);
            return sim_tally_mean(t);
        }
    cr_assert_fail("no metric %s", name);
    return 0;
}

/* 1 GB at R = 1 Gb/s (8 s), D of 250 Mb/s, so that each round is a quarter of the one before: 8, 2, 0.5, 0.125 s, and
 * then 31 ms, less than the 100 ms allowed: stopped after the fourth. n = 5: T = 8 (1 - 4^-5) / (1 - 1/4) = 10.65625 s,
 * downtime 31.25 ms, 1.332 GB. With 3 rounds of pre-copy at most the VM stops after the third: T = 8 (1 - 4^-4) / 0.75
 * = 10.625 s, downtime 125 ms. With a working set of 100 MB: 8 s, then 0.8 s, 0.2, 0.05 s stopped: 9.05 s. At D above R
 * nothing is gained by a second round: 8 s and 8 s stopped. Within 0.1 %: a round is cut to whole bytes. */
Test(test_workloads, migration)
{
    static const struct {
        const char *text;
        double total_s, down_s, rounds, GB;
    } cases[] = {
        {"dirty=250Mbps downtime=100ms", 10.65625, 0.03125, 5, 1.33203125},
        {"dirty=250Mbps downtime=100ms rounds=3", 10.625, 0.125, 4, 1.328125},
        {"dirty=250Mbps downtime=100ms working_set=100MB", 9.05, 0.05, 4, 1.13125},
        {"dirty=2Gbps", 16, 8, 2, 2},
        {"resume=50ms connections=4", 8.05, 0.05, 1, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vio_world *w = vio_world_create(12, 0);
        struct vio_egress *e = rig_server(w, "lan", 1000000000, 0, 0);
        struct vio_flow *f[4];
        struct vio_workload *wl;
        char text[128];

        for (int k = 0; k < 4; k++)
            f[k] = rig_flow(w, sim_arena_printf(&w->arena, "f%d", k), "datagram", "header=0B mtu=1GiB",
                            rig_path(w, 1, &e), rig_path(w, 1, &e), 0, NULL);
        snprintf(text, sizeof text, "memory=1GB start=1s %s", cases[i].text);
        wl = rig_workload(w, "vm", "migration", text, f, strstr(text, "connections") ? 4 : 1);
        rig_run(w, 0, 20 * SIM_S);
        cr_expect_float_eq(workload_tally(wl, "migration_time") * 1e-12, cases[i].total_s, 1e-3 * cases[i].total_s,
                           "%s: %.6f s", cases[i].text, workload_tally(wl, "migration_time") * 1e-12);
        cr_expect_float_eq(workload_tally(wl, "downtime") * 1e-12, cases[i].down_s, 1e-3 * cases[i].down_s,
                           "%s: down %.6f s", cases[i].text, workload_tally(wl, "downtime") * 1e-12);
        cr_expect_eq(workload_tally(wl, "rounds"), cases[i].rounds);
        cr_expect_float_eq(workload_tally(wl, "volume") * 1e-9, cases[i].GB, 1e-3 * cases[i].GB);
        cr_expect(!vio_workload_is_active(wl), "ended");
        vio_world_destroy(w);
    }
}

/* Entries of 10,000 B at 1 Gb/s take 80 us, the acknowledgement of 100 B 0.8 us, each way 10 us more: 100.8 us. At 400
 * Mb/s an entry every 200 us: never two under way. At 2 Gb/s one every 40 us, with a window of one the primary waits
 * for each: 1 / 100.8 us = 9920.6 entries/s, and stands still 60.8 of 100.8 us, 60.317 % of the time. */
Test(test_workloads, ft_logging)
{
    for (int fast = 0; fast < 2; fast++) {
        struct vio_world *w = vio_world_create(13, 0);
        struct vio_egress *there = rig_server(w, "there", 1000000000, 10 * SIM_US, 0);
        struct vio_egress *back = rig_server(w, "back", 1000000000, 10 * SIM_US, 0);
        const struct vio_path *a = rig_path(w, 1, &there), *b = rig_path(w, 1, &back);
        struct vio_flow *f[2];
        struct vio_workload *wl;
        const struct sim_metric *stalled;

        f[0] = rig_flow(w, "ack", "datagram", "header=0B mtu=1GiB", b, a, 0, NULL);
        f[1] = rig_flow(w, "log", "datagram", "header=0B mtu=1GiB", a, b, 0, NULL);
        wl = rig_workload(w, "vm", "ft-logging",
                          fast ? "rate=2Gbps entry=10000B ack=100B window=1" : "rate=400Mbps entry=10000B ack=100B", f,
                          2);
        rig_run(w, SIM_S, 10 * SIM_S);
        stalled = wl->type->metrics;
        cr_expect_eq(wl->m.latency.min, 100800 * SIM_NS, "%ld", (long)wl->m.latency.min);
        cr_expect_eq(wl->m.latency.max, 100800 * SIM_NS, "%ld", (long)wl->m.latency.max);
        cr_expect_float_eq((double)wl->m.completed, fast ? 99206.3 : 50000, 1.5, "%lu", (unsigned long)wl->m.completed);
        cr_expect_float_eq((double)*(sim_counter *)(void *)((char *)vio_workload_state(wl) + stalled->offset) * 1e-13,
                           fast ? 0.603175 : 0, 1e-4);
        vio_world_destroy(w);
    }
}
