/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_day_moves.c - adapters and VMs that come, go and move in a design, and quality of service that
 * changes.
 *
 * Three servers hosts00 to hosts02 with two VMs each; every VM sends a datagram to the clients at every whole ms of 200
 * ms, on its way for less than 0.15 ms, and does one disk I/O at a time. Events are 50 us after a whole ms.
 */
#include "tests/unit/day_fixture.h"

static const char hosts[] = "tests/scenario/lib/day_hosts.yaml";
static const char *const vms[] = {"hosts00/db0", "hosts00/db1", "hosts01/db0",
                                  "hosts01/db1", "hosts02/db0", "hosts02/db1"};
enum { VMS = 6, ASKED = 201 }; /* datagrams of 0 to 200 ms; the last is under way at the end */

static void moves_run(struct day_world *d, const char *design, const char *events)
{
    char text[240];
    const char *set[] = {text, NULL};

    snprintf(text, sizeof text, "events=%s", events);
    day_plan(d, hosts, design, set);
    day_run(d, 0);
}

/* Who is not named has done all and lost nothing. */
static void moves_others(const struct day_world *d, size_t first)
{
    for (size_t i = first; i < VMS; i++) {
        const struct vio_workload *wl = day_workload(d, vms[i], "probe");

        cr_expect_eq(wl->m.issued, ASKED, "%s", vms[i]);
        cr_expect_eq(wl->m.completed, ASKED - 1, "%s", vms[i]);
        cr_expect_eq(wl->m.failed + day_workload(d, vms[i], "disk")->m.failed, 0, "%s", vms[i]);
    }
}

static const char *const converged[] = {"converged-10gbe", "converged-ib"};

/* The vNIC goes at 50.05 ms: the datagrams of 0 to 50 ms have been asked for and have arrived, none after that; the
 * disk of the same VM and the others go on. The vHBA goes: the I/O under way, and none that was asked for later, is all
 * that is not done. */
Test(test_day_moves, hot_remove)
{
    for (int k = 0; k < 2; k++) {
        struct day_world d;
        const struct vio_workload *wl;
        uint64_t disk;

        moves_run(&d, converged[k], "[{at: 50.05ms, kind: hot-remove, vm: hosts00/db0, adapter: corp}]");
        wl = day_workload(&d, vms[0], "probe");
        cr_expect_eq(wl->m.issued, 51);
        cr_expect_eq(wl->m.completed, 51);
        disk = day_workload(&d, vms[0], "disk")->m.completed;
        cr_expect(disk > 90, "%" PRIu64 " I/Os", disk); /* 2 ms and a little each, in 200 ms */
        cr_expect_eq(day_result(&d, 0)->hit, 1);
        moves_others(&d, 1);
        day_fini(&d);
        moves_run(&d, converged[k], "[{at: 50.05ms, kind: hot-remove, vm: hosts00/db0, adapter: san}]");
        wl = day_workload(&d, vms[0], "disk");
        cr_expect(wl->m.completed >= 22 && wl->m.completed <= 50, "%" PRIu64, wl->m.completed);
        cr_expect_eq(wl->m.issued, wl->m.completed + 1); /* the array has it, its answer finds nobody */
        cr_expect_eq(wl->unfinished, 1);
        cr_expect_eq(day_workload(&d, vms[0], "probe")->m.completed, ASKED - 1);
        moves_others(&d, 1);
        day_fini(&d);
    }
}

/* The vNIC comes at 50.05 ms and is attached 20 ms later. Nothing is asked for before; then every ms, 150 times in 150
 * ms, of which 20 wait and the 21st is just asked for; all are done but the last. The gap is the attach time and the
 * way of the first, less than 0.15 ms. */
Test(test_day_moves, hot_add)
{
    for (int k = 0; k < 2; k++) {
        struct day_world d;
        const struct vio_workload *wl;

        moves_run(&d, converged[k], "[{at: 50.05ms, kind: hot-add, vm: hosts00/db0, adapter: corp, attach: 20ms}]");
        wl = day_workload(&d, vms[0], "probe");
        cr_expect_eq(wl->m.issued, 150, "%" PRIu64, wl->m.issued);
        cr_expect_eq(wl->m.completed, 150);
        cr_expect_eq(wl->m.failed, 0);
        cr_expect(wl->watch->phase[1].gap_ps > 20 * SIM_MS && wl->watch->phase[1].gap_ps < 20 * SIM_MS + 150 * SIM_US,
                  "gap %" PRId64, wl->watch->phase[1].gap_ps);
        cr_expect_eq(day_result(&d, 0)->took_ps, 20 * SIM_MS);
        moves_others(&d, 1);
        day_fini(&d);
    }
}

/* hosts00 is down for 20 ms from 50.05 ms on: both its VMs lose the datagrams of 51 to 70 ms and have a gap from 51 ms
 * to the way of that of 71 ms. */
Test(test_day_moves, install_card)
{
    struct day_world d;

    moves_run(&d, "shared", "[{at: 50.05ms, kind: install-card, server: hosts00, reboot: 20ms}]");
    for (int i = 0; i < 2; i++) {
        const struct vio_workload *wl = day_workload(&d, vms[i], "probe");

        cr_expect_eq(wl->m.issued, ASKED);
        cr_expect_eq(wl->m.failed, 20, "%" PRIu64, wl->m.failed);
        cr_expect(wl->watch->phase[1].gap_ps > 20 * SIM_MS && wl->watch->phase[1].gap_ps < 20 * SIM_MS + 150 * SIM_US,
                  "gap %" PRId64, wl->watch->phase[1].gap_ps);
    }
    cr_expect_eq(day_result(&d, 0)->took_ps, 20 * SIM_MS);
    cr_expect_eq(day_result(&d, 0)->hit, 2);
    moves_others(&d, 2);
    day_fini(&d);
}

static bool moves_path_is_over(const struct vio_path *path, const char *server)
{
    for (uint32_t i = 0; path && i < path->n; i++)
        if (strstr(vio_egress_path(path->hop[i]), server))
            return true;
    return false;
}

/* Whether flows of the workload, and of the work of their drivers, lead over cables and cores of a server, in either
 * direction. */
static bool moves_is_over(const struct vio_workload *wl, const char *server)
{
    for (uint32_t i = 0; i < wl->flows; i++)
        for (const struct vio_flow *f = wl->flow[i]; f; f = f->onward)
            if (moves_path_is_over(f->there, server) || moves_path_is_over(f->back, server))
                return true;
    return false;
}

/* 16 MiB move from hosts00 to hosts02, 400 Mb/s are written meanwhile. Each round sends what was written during the one
 * before, so that in all V = M + D (T - t) bytes are sent, T the whole time and t that from the stop on. The VM stands
 * still for t, the last round and 10 ms of stun: its requests wait that long, at most 1 ms less, and none is lost.
 * After that its adapters are those of hosts02, with the same identity. Nobody else loses anything. */
Test(test_day_moves, migrate)
{
    for (int k = 0; k < 2; k++) {
        struct day_world d;
        const struct vio_workload *wl;
        struct vio_workload *copy;
        double all_s, stop_s, B;

        moves_run(
            &d, converged[k],
            "[{name: m, at: 20.05ms, kind: migrate, vm: hosts00/db0, to: hosts02, over: migration, memory: 16 MiB, "
            "dirty: 400 Mbps, stun: 10ms}]");
        copy = day_workload(&d, "hosts00/hypervisor", "m/db0");
        all_s = sim_tally_mean(day_tally(copy, "migration_time")) * 1e-12;
        stop_s = sim_tally_mean(day_tally(copy, "downtime")) * 1e-12;
        B = 16 * 1024 * 1024 + 400e6 / 8 * (all_s - stop_s);
        cr_expect_float_eq(sim_tally_mean(day_tally(copy, "volume")), B, 8, "%g", B);
        cr_expect_float_eq((double)day_result(&d, 0)->took_ps * 1e-12, all_s, 1e-11);
        cr_expect(stop_s > 10e-3 && stop_s < 40e-3, "%g s", stop_s);
        wl = day_workload(&d, vms[0], "probe");
        cr_expect((double)wl->watch->phase[1].gap_ps * 1e-12 > stop_s - 1e-3 &&
                  (double)wl->watch->phase[1].gap_ps * 1e-12 < stop_s + 150e-6);
        moves_others(&d, 0);
        for (int i = 0; i < 2; i++) {
            wl = day_workload(&d, vms[0], i ? "disk" : "probe");
            cr_expect(moves_is_over(wl, "hosts02") && !moves_is_over(wl, "hosts00"), "%s", wl->path);
        }
        cr_expect(day_workload(&d, vms[0], "disk")->m.completed > 70);
        cr_expect_eq(day_result(&d, 0)->hit, 1);
        day_fini(&d);
    }
}

/* Its VMs move away first, then hosts00 is down for 20 ms: nobody loses anything, and it is over 20 ms after the second
 * VM has moved. */
Test(test_day_moves, install_card_with_evacuation)
{
    struct day_world d;
    sim_time moved_ps = 0;

    moves_run(
        &d, "converged-10gbe",
        "[{name: m, at: 20.05ms, kind: install-card, server: hosts00, to: hosts02, over: migration, memory: 4 MiB, "
        "stun: 10ms, reboot: 20ms}]");
    for (int i = 0; i < 2; i++) {
        const struct vio_workload *wl = day_workload(&d, vms[i], "probe");
        const sim_time took_ps = (sim_time)sim_tally_mean(
            day_tally(day_workload(&d, "hosts00/hypervisor", i ? "m/db1" : "m/db0"), "migration_time"));

        moved_ps = took_ps > moved_ps ? took_ps : moved_ps;
        cr_expect(moves_is_over(wl, "hosts02") && !moves_is_over(wl, "hosts00"), "%s", wl->path);
    }
    cr_expect(llabs(day_result(&d, 0)->took_ps - moved_ps - 20 * SIM_MS) < 1000, "%" PRId64,
              day_result(&d, 0)->took_ps);
    cr_expect_eq(day_result(&d, 0)->moved, 2);
    cr_expect_eq(day_result(&d, 0)->failures, 1);
    moves_others(&d, 0);
    day_fini(&d);
}

enum { SHARE_MS = 100, SHARES = 3 };

/* Two VMs of a server offer 1.1 Gb/s each to its one GbE port, whose queue holds `queue` packets of a class. Three
 * events at 100, 200, 300 ms of 400; the share of the first VM from each of them to the next. */
static void moves_share(const char *scheduler, const char *vnics, const char *events, uint32_t first,
                        const double *share)
{
    char sched[120], vnic[160], event[400];
    const char *set[] = {
        "time.measure=400ms",
        "servers.hosts.count=1",
        "servers.hosts.vnics=[]",
        "io_designs.shared.connections.lan.ports=1",
        "vms.db.workloads=[{name: probe, kind: poisson, on: corp, to: clients, rate: 90000/s, size: 1472 "
        "B, transport: datagram}]",
        sched,
        vnic,
        event,
        NULL};
    struct day_world d;

    snprintf(sched, sizeof sched, "io_designs.shared.connections.lan.scheduler=%s", scheduler);
    snprintf(vnic, sizeof vnic, "vms.db.vnics=%s", vnics);
    snprintf(event, sizeof event, "events=%s", events);
    day_plan(&d, hosts, "shared", set);
    for (size_t i = 0; i < d.plan->cables; i++) { /* the scheduler alone decides, not who finds room */
        struct vio_egress_config *up = sim_arena_alloc(&d.plan->arena, 1, sizeof *up);

        *up = *d.plan->cable[i].up;
        up->limit_pkts = 0;
        d.plan->cable[i].up = up;
    }
    d.w = plan_build(d.plan, 1, 0);
    vio_world_run(d.w, 0, (SHARES + 1) * SHARE_MS * SIM_MS, NULL, NULL, &d.end); /* unstable on purpose */
    for (uint32_t i = 0; i < SHARES; i++) {
        const double a = (double)day_workload(&d, vms[0], "probe")->watch->phase[i + first].completed;
        const double b = (double)day_workload(&d, vms[1], "probe")->watch->phase[i + first].completed;
        const double gbps = (a + b) * 1538 * 8 / (SHARE_MS * 1e6);

        cr_expect_float_eq(a / (a + b), share[i], 0.01, "phase %u: %g, not %g", i, a / (a + b), share[i]);
        cr_expect_float_eq(gbps, 1, 0.01, "phase %u: %g Gb/s", i, gbps);
    }
    day_fini(&d);
}

/* Guarantees of 100 Mb/s each in one class: with 600 for the first it has 600 and half of the other 300, 750 of 1000;
 * with 300 for the second as well 600 and half of 100; with 50 and 300 it has 50 and half of 650. Before that the
 * second of two classes, bulk, in which the first VM is from 0 on, has weight 10 of 40: a quarter; then 30 of 60, half;
 * then 90 of 120. */
Test(test_day_moves, shares_after_qos)
{
    static const double guarantees[SHARES] = {0.75, 0.65, 0.375}, weights[SHARES] = {0.25, 0.5, 0.75};

    moves_share(
        "hierarchy", "[{network: corp, class: normal, guarantee: 100 Mbps}]",
        "[{at: 100ms, kind: qos, vm: hosts00/db0, adapter: corp, guarantee: 600 Mbps}, {at: 200ms, kind: qos, "
        "vm: hosts00/db1, adapter: corp, guarantee: 300 Mbps}, {at: 300ms, kind: qos, vm: hosts00/db0, adapter: "
        "corp, guarantee: 50 Mbps}]",
        1, guarantees);
    moves_share(
        "drr", "[{network: corp, class: normal}]",
        "[{at: 0s, kind: qos, vm: hosts00/db0, adapter: corp, class: bulk}, {at: 100ms, kind: qos, class: normal, "
        "weight: 30}, {at: 200ms, kind: qos, class: bulk, weight: 30}, {at: 300ms, kind: qos, class: bulk, weight: "
        "90}]",
        2, weights);
}

/* A cap of 512 kb/s lets a datagram of 128 B pass every 2 ms; 768 kb/s every 4/3 ms: 1000 in 2 s and then 1500, to 1 %;
 * whose cap is not changed goes on with 500/s. */
Test(test_day_moves, cap)
{
    static const char *const set[] = {"time.measure=4s", "vms.db.vnics=[{network: corp, class: normal, cap: 512 Kbps}]",
                                      "events=[{at: 2s, kind: qos, vm: hosts00/db0, adapter: corp, cap: 768 Kbps}]",
                                      NULL};
    struct day_world d;

    day_plan(&d, hosts, "shared", set);
    d.w = plan_build(d.plan, 1, 0);
    vio_world_run(d.w, 0, 4 * SIM_S, NULL, NULL, &d.end); /* unstable on purpose */
    for (int i = 0; i < 2; i++) {
        const struct vio_watch *x = day_workload(&d, vms[i], "probe")->watch;

        cr_expect_float_eq((double)x->phase[0].completed, 1000, 10, "%" PRIu64, x->phase[0].completed);
        cr_expect_float_eq((double)x->phase[1].completed, i ? 1000 : 1500, i ? 10 : 15, "%" PRIu64,
                           x->phase[1].completed);
    }
    day_fini(&d);
}
