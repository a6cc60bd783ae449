/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_day_kinds.c - each kind of event by what is lost and when, by hand, from scenarios.
 *
 * Two ways: a datagram of 100 B at every whole ms goes over four links of 10 Gb/s without framing, 10 us and 80 ns
 * each. A datagram of time x is on the two links at node u, its way, from x + 10.08 us to x + 30.24 us, so that those
 * are lost whose x is between 30.24 us before u dies and 10.08 us before it lives again. Events are 50 us after a whole
 * ms.
 */
#include "tests/rig/probe.h"
#include "tests/unit/day_fixture.h"

/* Packets that have entered an egress, by its name. */
static uint64_t day_over(const struct vio_world *w, const char *name)
{
    for (struct vio_egress *e = w->egresses; e; e = vio_egress_next(e))
        if (strcmp(vio_egress_path(e), name) == 0)
            return vio_egress_get_stats(e)->entered_pkts;
    cr_assert_fail("no egress %s", name);
    return 0;
}

static const char ways[] = "tests/scenario/lib/day_ways.yaml";

/* Times from failure to another way (facts.md 1.2 and ): as many ms as datagrams are lost. Fails at 0.95
 * s, which is 50 us before a datagram; nothing is lost of those before. The gap begins with the first that is lost, as
 * nothing was open, and ends 40.32 us after the first that goes the other way is sent: n ms + 40.32 us. */
Test(test_day_kinds, mechanisms)
{
    static const struct {
        const char *mechanism;
        sim_time ms;
    } cases[] = {{"nic-team", 300},   {"ha-pair", 500},    {"fabric", 500},
                 {"lacp-fast", 3000}, {"multipath", 6000}, {"lacp-slow", 90000}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char failover[80];
        const char *set[] = {failover, "time.measure=95s", "events=[{at: 949.95ms, kind: fail, node: u}]", NULL};
        struct day_world d;

        snprintf(failover, sizeof failover, "topology.failover={mechanism: %s}", cases[i].mechanism);
        day_plan(&d, ways, NULL, set);
        day_run(&d, 0);
        cr_expect_eq(d.w->workloads->m.failed, (uint64_t)cases[i].ms, "%s: %" PRIu64 " lost", cases[i].mechanism,
                     d.w->workloads->m.failed);
        cr_expect_eq(d.w->workloads->watch->phase[1].gap_ps, cases[i].ms * SIM_MS + 40320 * SIM_NS, "%s: gap %" PRId64,
                     cases[i].mechanism, d.w->workloads->watch->phase[1].gap_ps);
        cr_expect_eq(day_result(&d, 0)->moved, 1);
        cr_expect_eq(day_result(&d, 0)->cut, 0);
        cr_expect_eq(day_over(d.w, "r1/t>t"), 95000 - 950 - (uint64_t)cases[i].ms);
        day_fini(&d);
    }
}

/* Down for 10 ms of every 20 ms, three times from 10.05 ms on: lost are those of 11 to 20 ms, 31 to 40 ms, 51 to 60 ms,
 * ten each (that of 10 ms has left u by 10.0303 ms). The gap of each is from 11 to 21.04032 ms. */
Test(test_day_kinds, flap)
{
    static const char *const set[] = {"events=[{at: 10.05ms, kind: flap, node: u, times: 3, period: 20ms}]", NULL};
    struct day_world d;

    day_plan(&d, ways, NULL, set);
    day_run(&d, 0);
    cr_expect_eq(d.w->workloads->m.failed, 30);
    cr_expect_eq(d.w->workloads->m.issued, 101);
    cr_expect_eq(d.w->workloads->watch->phase[1].gap_ps, 10 * SIM_MS + 40320 * SIM_NS);
    cr_expect_eq(day_result(&d, 0)->failures, 3);
    cr_expect_eq(day_result(&d, 0)->hit, 1);
    cr_expect_eq(day_result(&d, 0)->moved, 0);
    cr_expect_eq(day_result(&d, 0)->took_ps, 50 * SIM_MS); /* until the third repair */
    day_fini(&d);
}

/* Noticed after 10 ms. One failure, 20.05 to 40.05 ms, back 30 ms after the repair: the other way is taken from 31 to
 * 70 ms, by 40. Three failures, for 10 ms every 20 ms from 20.05 ms on (the last repaired at 70.05 ms), noticed after 5
 * ms, and switch_back 15 ms, which is longer than it holds: it goes back once, at 85.05 ms, so that 60 take the other
 * way; lost are five (21 to 25 ms). Without switch_back it stays: 69 of 31 to 99 ms. */
Test(test_day_kinds, switch_back)
{
    static const struct {
        const char *failover, *events;
        uint64_t other, lost;
        uint32_t moved;
    } cases[] = {{"{detection: 10ms, switch_over: 0s, switch_back: 30ms}",
                  "[{at: 20.05ms, kind: fail, node: u, for: 20ms}]", 40, 10, 2},
                 {"{detection: 5ms, switch_over: 0s, switch_back: 25ms}",
                  "[{at: 20.05ms, kind: flap, node: u, times: 3, period: 20ms}]", 70, 5, 2},
                 {"{detection: 10ms, switch_over: 0s}", "[{at: 20.05ms, kind: fail, node: u, for: 20ms}]", 69, 10, 1}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char failover[120], events[120];
        const char *set[] = {failover, events, NULL};
        struct day_world d;

        snprintf(failover, sizeof failover, "topology.failover=%s", cases[i].failover);
        snprintf(events, sizeof events, "events=%s", cases[i].events);
        day_plan(&d, ways, NULL, set);
        day_run(&d, 0);
        cr_expect_eq(day_over(d.w, "r1/t>t"), cases[i].other, "case %zu: %" PRIu64, i, day_over(d.w, "r1/t>t"));
        cr_expect_eq(d.w->workloads->m.failed, cases[i].lost, "case %zu: %" PRIu64, i, d.w->workloads->m.failed);
        cr_expect_eq(day_result(&d, 0)->moved, cases[i].moved, "case %zu: %u", i, day_result(&d, 0)->moved);
        day_fini(&d);
    }
}

enum { RANDOM_RUNS = 300, RANDOM_MS = 2000, RANDOM_LINKS = 6, RANDOM_HOPS = 4 };

/* The chance that a part of mtbf 10 ms and mttr 2 ms that is alive at 0 is alive at t: with a = 100/s and b = 500/s,
 * b / (a + b) + a / (a + b) exp(-(a + b) t). */
static double random_alive(double t_s)
{
    return 5.0 / 6 + exp(-600 * t_s) / 6;
}

/* Six links, each by itself. Failures: a times the time alive, 6 x 100 x (5/6 T + (1 - exp(-600 T)) / 3600) = 1000.17
 * in T = 2 s. Arrivals: a datagram sent at t does so if each of four links lives when it comes there and until it has
 * left it 10.08 us later, and is sent over and not while it fails: alive(t)^4 exp(-4 x 100 x 10.08e-6). Within 99.9 %
 * of 300 replications; the same with times 2 % longer or shorter is not. */
Test(test_day_kinds, random_failures)
{
    static const char *const set[] = {"time.measure=2s",
                                      "events=[{kind: random-failures, of: link, mtbf: 10ms, mttr: 2ms}]", NULL};
    static double failures[RANDOM_RUNS], arrived[RANDOM_RUNS];
    const double T = RANDOM_MS / 1000.0, expect = RANDOM_LINKS * 100 * (5.0 / 6 * T + (1 - exp(-600 * T)) / 3600);
    struct rig_interval n, a;
    double way = 0;
    struct day_world d;

    day_plan(&d, ways, NULL, set);
    for (uint32_t i = 0; i < RANDOM_RUNS; i++) {
        day_run(&d, i);
        failures[i] = day_result(&d, 0)->failures;
        arrived[i] = (double)d.w->workloads->m.completed;
        vio_world_destroy(d.w);
    }
    day_plan_fini(&d);
    for (int ms = 0; ms < RANDOM_MS; ms++)
        way += pow(random_alive(ms / 1000.0), RANDOM_HOPS) * exp(-RANDOM_HOPS * 100 * 10.08e-6);
    n = rig_interval(failures, RANDOM_RUNS);
    a = rig_interval(arrived, RANDOM_RUNS);
    cr_expect(rig_holds(n, expect), "%g +- %g failures, not %g", n.mean, n.half, expect);
    cr_expect(!rig_holds(n, expect * 1.02) && !rig_holds(n, expect / 1.02), "power: +- %g", n.half);
    cr_expect(rig_holds(a, way), "%g +- %g arrived, not %g", a.mean, a.half, way);
    cr_expect(!rig_holds(a, way * 1.02) && !rig_holds(a, way / 1.02), "power: +- %g", a.half);
}
