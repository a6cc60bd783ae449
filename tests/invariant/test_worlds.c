/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/invariant/test_worlds.c - what must hold in any world, tried on small ones drawn at random.
 *
 * A seed gives a chain of 2 to 6 egresses each way (links, limits, schedulers, credits, pause) and 1 to 5 workloads
 * over parts of it. Then: every packet is accounted for, credits and pauses stall nothing for ever, the same world runs
 * the same way twice and in pieces, everything ends when the sources stop, and an idle part changes nothing for the
 * others. A failure prints the seed; world_build(seed) is the way to reproduce it.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { WORLDS = 150, HOPS_MAX = 6, LOADS_MAX = 5 };

static const sim_time world_length_ps = 30 * SIM_MS;

/* Uniform in 0..n-1. */
static uint32_t world_draw(struct sim_stream *r, uint32_t n)
{
    return (uint32_t)(sim_uniform(r) * n);
}

static struct vio_egress *world_egress(struct vio_world *w, struct sim_stream *r, const char *name, bool storage)
{
    static const char *const ip[] = {"gbe", "10gbe", "ib-4x-qdr", "ib-4x-ddr", "pcie-gen2-x8", "cpu", "ideal"};
    static const char *const fc[] = {"10gbe", "fc-2g", "fc-4g", "fc-8g", "ib-4x-qdr", "pcie-gen1-x4", "cpu"};
    struct vio_egress_config c;
    uint32_t scheds = 0;

    while (vio_sched_types[scheds])
        scheds++;
    vio_egress_defaults(&c, vio_link_find(storage ? fc[world_draw(r, 7)] : ip[world_draw(r, 7)]));
    c.length_m = world_draw(r, 3) * 77.7;
    c.latency_ps = world_draw(r, 3) * INT64_C(1234567);
    c.fixed_ps = world_draw(r, 4) ? 0 : 345678;
    c.classes = 1 + world_draw(r, 4);
    c.sched = world_draw(r, 4) ? vio_sched_types[world_draw(r, scheds)] : NULL;
    if (c.flow_control == VIO_FLOW_NONE && world_draw(r, 2))
        c.limit_pkts = 2 + world_draw(r, 40);
    if (c.flow_control == VIO_FLOW_NONE && world_draw(r, 4) == 0)
        c.limit_B = 5000 + world_draw(r, 50000);
    if (c.credits)
        c.credits = c.flow_control == VIO_FLOW_BB_CREDIT ? 1 + world_draw(r, 16) : 40 + world_draw(r, 500);
    for (uint32_t tc = 0; tc < c.classes; tc++) {
        c.cls[tc].weight = 1 + world_draw(r, 5);
        c.cls[tc].priority = (uint8_t)world_draw(r, 3);
    }
    if (strcmp(c.link->type, "10gbe") == 0 && world_draw(r, 2)) {
        c.flow_control = VIO_FLOW_PFC;
        c.cls[world_draw(r, c.classes)].lossless = true;
        c.xoff_B = 3000 + world_draw(r, 20000);
        c.xon_B = c.xoff_B / 2;
        c.headroom_B = 11263; /* [S45] for 100 m, MTU 2240: more than any length here needs */
    }
    return vio_egress_create(w, name, &c);
}

static void world_load(struct vio_world *w, struct sim_stream *r, uint32_t i, const struct vio_path *there,
                       const struct vio_path *back, bool storage)
{
    const char *name = sim_arena_printf(&w->arena, "load%u", i);
    const uint8_t tc = (uint8_t)world_draw(r, 4);
    struct vio_flow *f[2];

    if (storage) {
        struct vio_target *array = rig_array(w, sim_arena_printf(&w->arena, "array%u", i), "disks=4 disk_time=500us");

        f[0] = rig_flow(w, name, "fcp", "timeout=2ms", there, back, tc, array);
        rig_workload(w, name, "block",
                     world_draw(r, 2) ? "queue_depth=6 size=20KB stop=20ms" : "rate=3000/s size=9000B stop=20ms", f, 1);
        return;
    }
    switch (world_draw(r, 4)) {
    case 0:
        f[0] = rig_flow(w, name, "datagram", "", there, back, tc, NULL);
        rig_set_dist(rig_workload(w, name, "poisson", "rate=60000/s stop=20ms", f, 1), "size",
                     sim_dist_exponential(2000));
        break;
    case 1:
        f[0] = rig_flow(w, name, "tcp-newreno", "mtu=1500B rto_min=1ms", there, back, tc, NULL);
        rig_workload(w, name, "bulk", "message=100KB stop=20ms", f, 1);
        break;
    case 2:
        f[0] = rig_flow(w, name, "tcp-newreno", "mtu=1500B rto_min=1ms", back, there, tc, NULL);
        f[1] = rig_flow(w, sim_arena_printf(&w->arena, "load%u/back", i), "tcp-newreno", "mtu=1500B rto_min=1ms", there,
                        back, tc, NULL);
        rig_workload(w, name, "request-response", "rate=5000/s service=30us stop=20ms", f, 2);
        break;
    default:
        f[0] = rig_flow(w, name, "tcp-newreno", "mtu=1500B rto_min=1ms delayed_ack=0s", there, back, tc, NULL);
        rig_workload(w, name, "poisson", "rate=4000/s size=7000B stop=20ms", f, 1);
    }
}

/* An egress, a flow and a workload that begins after the end. */
static void world_idle_part(struct vio_world *w, const char *name)
{
    struct vio_egress *e = rig_server(w, name, 1000000000, 0, 0);
    const struct vio_path *path = rig_path(w, 1, &e);
    struct vio_flow *f = rig_flow(w, name, "tcp-newreno", "", path, path, 0, NULL);

    rig_workload(w, name, "bulk", "start=10s", &f, 1);
}

/* The world of a seed; `idle`: with idle parts built before and after the rest. */
static struct vio_world *world_build(uint64_t seed, bool idle)
{
    struct vio_world *w = vio_world_create(seed, 0);
    struct vio_egress *hop[2][HOPS_MAX];
    struct sim_stream r;
    uint32_t hops, loads;
    bool storage;

    if (idle)
        world_idle_part(w, "idle-first");
    sim_stream_init(&r, seed, 0, "worlds", "shape");
    storage = world_draw(&r, 3) == 0;
    hops = 2 + world_draw(&r, HOPS_MAX - 1);
    loads = 1 + world_draw(&r, LOADS_MAX);
    for (uint32_t h = 0; h < hops; h++)
        for (int way = 0; way < 2; way++)
            hop[way][h] = world_egress(w, &r, sim_arena_printf(&w->arena, "%s%u", way ? "back" : "there", h), storage);
    for (uint32_t i = 0; i < loads; i++) {
        const uint32_t first = world_draw(&r, hops - 1), n = 1 + world_draw(&r, hops - first);

        world_load(w, &r, i, rig_path(w, n, hop[0] + first), rig_path(w, n, hop[1] + first), storage);
    }
    if (idle)
        world_idle_part(w, "idle-last");
    return w;
}

/* What everybody measured, as one number. */
static uint64_t world_result(const struct vio_world *w)
{
    uint64_t h = w->sim.fingerprint;

    for (const struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        if (strncmp(wl->path, "idle", 4) != 0)
            h = h * 31 + wl->m.completed + 7 * (uint64_t)wl->m.latency.sum + 13 * (uint64_t)wl->m.latency.squares;
    for (struct vio_egress *e = w->egresses; e; e = vio_egress_next(e))
        if (strncmp(vio_egress_path(e), "idle", 4) != 0)
            h = h * 31 + vio_egress_get_stats(e)->wire_B + 7 * (uint64_t)vio_egress_get_stats(e)->wait.sum;
    return h;
}

/* The same whether run at once or in pieces; workloads are started as vio_world_run() does. */
static uint64_t world_run_in_pieces(uint64_t seed, uint32_t pieces)
{
    struct vio_world *w = world_build(seed, false);
    uint64_t result;

    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        wl->type->start(wl);
    for (uint32_t i = 1; i <= pieces; i++)
        sim_run_until(&w->sim, i == pieces ? world_length_ps : world_length_ps / pieces * i + 1234567);
    result = w->sim.fingerprint;
    vio_world_destroy(w);
    return result;
}

Test(test_worlds, any)
{
    uint64_t created = 0, dropped = 0, pauses = 0, stall_ps = 0;

    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        struct vio_world *w[3];
        uint64_t result[3];

        for (int k = 0; k < 3; k++) { /* twice the same, then with idle parts */
            struct vio_end end;

            w[k] = world_build(seed, k == 2);
            vio_world_run(w[k], 0, world_length_ps, NULL, NULL, &end);
            cr_assert(end.outcome == VIO_OUTCOME_OK || end.outcome == VIO_OUTCOME_UNSTABLE, "seed %" PRIu64 ": %s",
                      seed, end.why);
            cr_assert(end.created_pkts == end.delivered_pkts + end.dropped_pkts + end.queued_pkts + end.flying_pkts &&
                          w[k]->packets.out == end.queued_pkts + end.flying_pkts,
                      "seed %" PRIu64 ": packets unaccounted for", seed);
            result[k] = world_result(w[k]);
            created += end.created_pkts;
            dropped += end.dropped_pkts;
        }
        cr_assert_eq(result[0], result[1], "seed %" PRIu64 ": twice the same world, two results", seed);
        cr_assert_eq(result[0], result[2], "seed %" PRIu64 ": an idle part changes the others", seed);
        cr_assert(w[0]->sim.fingerprint == world_run_in_pieces(seed, 1) &&
                      w[0]->sim.fingerprint == world_run_in_pieces(seed, 7),
                  "seed %" PRIu64 ": pieces change the run", seed);
        for (struct vio_egress *e = w[0]->egresses; e; e = vio_egress_next(e)) {
            const struct vio_egress_stats *st = vio_egress_get_stats(e);

            cr_assert(st->busy_ps + st->stall_ps <= (uint64_t)world_length_ps && st->drop_headroom_pkts == 0,
                      "seed %" PRIu64 ", %s", seed, vio_egress_path(e));
            pauses += st->pauses;
            stall_ps += st->stall_ps;
        }
        /* The sources have stopped; everything under way comes to its end, and nothing is left: no packet, no request,
         * no transmitter that waits for a credit or a resume that never comes, no timer. */
        sim_run_until(&w[0]->sim, 200 * SIM_S);
        cr_assert(w[0]->packets.out == 0 && w[0]->messages.out == 0 && sim_pending(&w[0]->sim) == 0,
                  "seed %" PRIu64 ": %" PRIu64 " packets, %" PRIu64 " requests, %" PRIu64 " events left", seed,
                  w[0]->packets.out, w[0]->messages.out, sim_pending(&w[0]->sim));
        for (int k = 0; k < 3; k++)
            vio_world_destroy(w[k]);
    }
    /* The worlds are worth looking at. */
    cr_log_info("%lu packets, %lu dropped, %lu pauses, %lu ps stalled\n", (unsigned long)created,
                (unsigned long)dropped, (unsigned long)pauses, (unsigned long)stall_ps);
    cr_expect(created > 100000 && dropped > 1000 && pauses > 100 && stall_ps > (uint64_t)SIM_MS);
}

struct world_fault { /* an egress that fails and is repaired again and again, until 25 ms */
    struct sim_event ev;
    struct vio_egress *egress;
    struct sim_stream stream;
    bool down;
};

static void world_fault_acts(struct sim *sim, struct sim_event *ev)
{
    struct world_fault *f = sim_container_of(ev, struct world_fault, ev);

    if (f->down)
        vio_egress_repair(f->egress);
    else
        vio_egress_fail(f->egress, world_draw(&f->stream, 2) ? VIO_FAULT_LINK : VIO_FAULT_NODE);
    f->down = !f->down;
    if (f->down || sim_now(sim) < 25 * SIM_MS)
        sim_after(sim, ev, 1 + (sim_time)sim_exponential(&f->stream, (double)(f->down ? SIM_MS : 5 * SIM_MS)));
}

/* The world of a seed whose egresses fail at random; the schedule is that of the seed. */
static struct vio_world *world_with_faults(uint64_t seed)
{
    struct vio_world *w = world_build(seed, false);

    for (struct vio_egress *e = w->egresses; e; e = vio_egress_next(e)) {
        struct world_fault *f = sim_arena_alloc(&w->arena, 1, sizeof *f);

        f->egress = e;
        sim_stream_init(&f->stream, seed, 0, vio_egress_path(e), "failures");
        sim_event_init(&f->ev, world_fault_acts);
        sim_after(&w->sim, &f->ev, 1 + (sim_time)sim_exponential(&f->stream, (double)(5 * SIM_MS)));
    }
    return w;
}

/* Whatever fails and whenever: the books close, lossless buffers are never overrun, no deadlock is seen that is none,
 * the same schedule gives the same run, and when all is repaired and the sources have stopped, everything ends. */
Test(test_worlds, any_with_failures)
{
    uint64_t lost = 0;

    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        uint64_t result[2];

        for (int k = 0; k < 2; k++) {
            struct vio_world *w = world_with_faults(seed);
            struct vio_end end;

            vio_world_run(w, 0, world_length_ps, NULL, NULL, &end);
            cr_assert(end.outcome == VIO_OUTCOME_OK || end.outcome == VIO_OUTCOME_UNSTABLE, "seed %" PRIu64 ": %s",
                      seed, end.why);
            result[k] = world_result(w);
            for (struct vio_egress *e = w->egresses; e && k == 0; e = vio_egress_next(e))
                for (int cause = 0; cause < VIO_FAULTS; cause++)
                    lost += vio_egress_get_stats(e)->drop_pkts[cause];
            sim_run_until(&w->sim, 200 * SIM_S);
            cr_assert(w->packets.out == 0 && w->messages.out == 0 && sim_pending(&w->sim) == 0,
                      "seed %" PRIu64 ": %" PRIu64 " packets, %" PRIu64 " requests, %" PRIu64 " events left", seed,
                      w->packets.out, w->messages.out, sim_pending(&w->sim));
            vio_world_destroy(w);
        }
        cr_assert_eq(result[0], result[1], "seed %" PRIu64 ": twice the same failures, two results", seed);
    }
    cr_expect(lost > 10000, "%" PRIu64 " lost to failures: not worth looking at", lost);
}

/* How a run ended is told truly: a stable queue, one that only grows, a packet of 25 blocks before a lane of 24 that
 * waits for ever, a frame too many for a lossless buffer. */
Test(test_worlds, verdicts)
{
    static const struct {
        const char *rate, *link;
        uint32_t credits;
        bool pause;
        enum vio_outcome outcome;
    } cases[] = {{"rate=60000/s size=1472B", "gbe", 0, false, VIO_OUTCOME_OK},
                 {"rate=100000/s size=1472B", "gbe", 0, false, VIO_OUTCOME_UNSTABLE},
                 {"rate=1/s size=1472B stop=4s", "ib-4x-qdr", 24, false, VIO_OUTCOME_DEADLOCK},
                 {"rate=60000/s size=1472B", "10gbe", 0, true, VIO_OUTCOME_BROKEN}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress_config c;
        struct vio_egress *hop[2];
        struct vio_flow *f;
        struct vio_end end;

        vio_egress_defaults(&c, vio_link_find(cases[i].link));
        c.credits = cases[i].credits;
        if (cases[i].pause) { /* 1 km, room for two packets: far from enough */
            c.flow_control = VIO_FLOW_PFC;
            c.cls[0].lossless = true;
            c.length_m = 1000;
            c.xoff_B = c.headroom_B = 1538;
        }
        hop[0] = vio_egress_create(w, "link", &c);
        hop[1] = rig_server(w, "behind", cases[i].pause ? 700000000 : 10000000000, 0, 0);
        f = rig_flow(w, "flow", "datagram", "", rig_path(w, 2, hop), rig_path(w, 2, hop), 0, NULL);
        rig_workload(w, "load", "poisson", cases[i].rate, &f, 1);
        vio_world_run(w, SIM_S, 5 * SIM_S, NULL, NULL, &end);
        cr_expect(end.outcome == cases[i].outcome, "%s, %s: outcome %d: %s", cases[i].rate, cases[i].link, end.outcome,
                  end.why);
        if (cases[i].outcome == VIO_OUTCOME_DEADLOCK || cases[i].outcome == VIO_OUTCOME_BROKEN)
            cr_expect_not_null(strstr(end.why, "link"), "names the place: %s", end.why);
        vio_world_destroy(w);
    }
}

/* The measurement window. 100 packets of 1538 B (1.2304 us each on 10GbE) at time 0, 123.04 us of work, and 10 at 200
 * us, 12.304 us. The window from 50 to 100 us is busy all the time, 62,500 B; from 100 to 150 us for 23.04 us, 28,800
 * B; from 150 to 205 us for 5 us, 6250 B. Bytes are counted packet by packet, so within one packet at either end. Both
 * forms. */
Test(test_worlds, window)
{
    static const struct {
        sim_time from_us, length_us, busy_ns;
        uint64_t wire_B;
    } cases[] = {{50, 50, 50000, 62500}, {100, 50, 23040, 28800}, {150, 55, 5000, 6250}, {0, 300, 135344, 110 * 1538}};

    for (int late = 0; late < 2; late++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct vio_world *w = vio_world_create(1, 0);
            struct vio_egress_config c;
            struct vio_egress *e;
            struct vio_flow *f;
            const struct vio_egress_stats *st;

            vio_egress_defaults(&c, vio_link_find("10gbe"));
            c.classes = late ? 2 : 1;
            c.sched = vio_sched_find("strict");
            e = vio_egress_create(w, "e", &c);
            f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 1, &e), 0);
            probe_send_at(f, 0, 100, 1500);
            probe_send_at(f, 200 * SIM_US, 10, 1500);
            rig_run(w, cases[i].from_us * SIM_US, cases[i].length_us * SIM_US);
            st = vio_egress_get_stats(e);
            cr_expect(st->busy_ps == (uint64_t)cases[i].busy_ns * SIM_NS, "late %d, case %zu: busy %" PRIu64 " ps",
                      late, i, st->busy_ps);
            cr_expect(st->wire_B + 1538 >= cases[i].wire_B && st->wire_B <= cases[i].wire_B + 1538,
                      "late %d, case %zu: %" PRIu64 " B", late, i, st->wire_B);
            vio_world_destroy(w);
        }
}
