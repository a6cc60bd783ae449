/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_storage.c - closed-loop storage against the machine-repair model, and one I/O by hand.
 *
 * Theory. N I/Os circulate between a think time (exponential, mean Z) and c disks (exponential, mean S). The number at
 * the disks is a birth-death chain: p(n+1) / p(n) = (N - n) / Z * S / min(n + 1, c). Throughput X = sum p(n) min(n, c)
 * / S, latency R = N / X - Z (Little). For c = 1 exact mean value analysis gives the same: R(n) = S (1 + Q(n-1)), X(n)
 * = n / (R(n) + Z), Q(n) = X(n) R(n) (Reiser and Lavenberg 1980); the two are compared here first. Accepted if theory
 * lies in the 99.9 % interval over 20 replications; disks 2 % slower must be rejected.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { STORAGE_REPLICATIONS = 20, STORAGE_N_MAX = 16 };

static const double storage_think_ps = 4e9, storage_disk_ps = 1e9; /* Z = 4 ms, S = 1 ms */

struct storage_theory {
    double io_per_ps, latency_ps;
};

static struct storage_theory storage_states(uint32_t n, uint32_t c)
{
    double p[STORAGE_N_MAX + 1] = {1}, sum = 1, busy = 0;

    for (uint32_t k = 0; k < n; k++) {
        p[k + 1] = p[k] * (n - k) / storage_think_ps * storage_disk_ps / (k + 1 < c ? k + 1 : c);
        sum += p[k + 1];
    }
    for (uint32_t k = 1; k <= n; k++)
        busy += p[k] / sum * (k < c ? k : c);
    return (struct storage_theory){busy / storage_disk_ps, n * storage_disk_ps / busy - storage_think_ps};
}

static struct storage_theory storage_mva(uint32_t n)
{
    struct storage_theory t = {0};
    double queue = 0;

    for (uint32_t k = 1; k <= n; k++) {
        t.latency_ps = storage_disk_ps * (1 + queue);
        t.io_per_ps = k / (t.latency_ps + storage_think_ps);
        queue = t.io_per_ps * t.latency_ps;
    }
    return t;
}

static struct vio_target *storage_array(struct vio_world *w, const char *text, struct sim_dist disk_time)
{
    const struct vio_node_type *t = vio_node_find("array");
    void *config = rig_config(w, t->params, t->config_size, text);
    const struct sim_param *row = sim_param_find(t->params, "disk_time");

    cr_assert_not_null(row);
    *(struct sim_dist *)(void *)((char *)config + row->offset) = disk_time;
    return t->target_create(w, "array", config);
}

/* `lun`: there are disks enough, and one LUN lets in c I/Os at a time, which is the same. */
static void storage_once(uint32_t n, uint32_t c, bool lun, double slower, uint32_t replication, double out[2])
{
    const sim_time measure_ps = 60 * SIM_S / n + 20 * SIM_S;
    struct vio_world *w = vio_world_create(17, replication);
    struct vio_egress *there = rig_server(w, "there", UINT64_C(8000000000000), 0, 0);
    struct vio_egress *back = rig_server(w, "back", UINT64_C(8000000000000), 0, 0);
    char text[128];
    struct vio_target *array;
    struct vio_flow *f;
    struct vio_workload *wl;

    snprintf(text, sizeof text, "controllers=64 controller_time=0s cache_hit=0%% disks=%u lun_queue=%u",
             lun ? STORAGE_N_MAX : c, lun ? c : 0);
    array = storage_array(w, text, sim_dist_exponential(slower * storage_disk_ps));
    f = rig_flow(w, "io", "fcp", "queue_depth=64", rig_path(w, 1, &there), rig_path(w, 1, &back), 0, array);
    snprintf(text, sizeof text, "queue_depth=%u read=100%% size=512B", n);
    wl = rig_workload(w, "vm", "block", text, &f, 1);
    rig_set_dist(wl, "think", sim_dist_exponential(storage_think_ps));
    rig_run(w, 200 * SIM_MS, measure_ps);
    out[0] = (double)wl->m.completed / (double)measure_ps;
    out[1] = sim_tally_mean(&wl->m.latency);
    vio_world_destroy(w);
}

Test(test_storage, machine_repair)
{
    static const struct {
        uint32_t n, disks;
        bool lun;
    } cases[] = {{1, 1, false}, {2, 1, false}, {4, 1, false}, {8, 1, false}, {8, 3, false}, {8, 3, true}};

    for (uint32_t n = 1; n <= STORAGE_N_MAX; n++) {
        cr_assert_float_eq(storage_mva(n).io_per_ps, storage_states(n, 1).io_per_ps, 1e-15);
        cr_assert_float_eq(storage_mva(n).latency_ps, storage_states(n, 1).latency_ps, 1);
    }
    cr_assert_float_eq(storage_mva(2).io_per_ps, 2 / 5.2e9, 1e-16); /* by hand: Q(1) = 0.2, R(2) = 1.2 ms */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct storage_theory t = storage_states(cases[i].n, cases[i].disks);
        double x[2][2][STORAGE_REPLICATIONS];

        for (int slow = 0; slow < 2; slow++)
            for (int r = 0; r < STORAGE_REPLICATIONS; r++) {
                double out[2];

                storage_once(cases[i].n, cases[i].disks, cases[i].lun, slow ? 1.02 : 1, (uint32_t)r, out);
                x[slow][0][r] = out[0];
                x[slow][1][r] = out[1];
            }
        for (int k = 0; k < 2; k++) {
            const double theory = k ? t.latency_ps : t.io_per_ps;
            struct rig_interval right = rig_interval(x[0][k], STORAGE_REPLICATIONS);
            struct rig_interval slow = rig_interval(x[1][k], STORAGE_REPLICATIONS);

            cr_log_info("N %u, %u disks, %s: %g +- %g, theory %g, slow %g +- %g\n", cases[i].n, cases[i].disks,
                        k ? "latency" : "throughput", right.mean, right.half, theory, slow.mean, slow.half);
            cr_expect(rig_holds(right, theory), "N %u, %u disks, %s: %g +- %g, theory %g", cases[i].n, cases[i].disks,
                      k ? "latency" : "throughput", right.mean, right.half, theory);
            if (k) /* throughput at low load is the think time's: 2 % of a fifth would not show */
                cr_expect(!rig_holds(slow, theory), "N %u, %u disks, 2 %% slower passes: %g +- %g, theory %g",
                          cases[i].n, cases[i].disks, slow.mean, slow.half, theory);
        }
    }
}

struct storage_io {
    struct sim_event ev;
    struct vio_message m;
    struct vio_flow *flow;
    sim_time at_ps;
};

static void storage_done(struct vio_message *m)
{
    struct storage_io *io = m->owner;

    io->at_ps = sim_now(&io->flow->world->sim);
}

static void storage_issue(struct sim *sim, struct sim_event *ev)
{
    struct storage_io *io = sim_container_of(ev, struct storage_io, ev);

    (void)sim;
    vio_flow_send(io->flow, &io->m);
}

/* One I/O on a quiet FC 4G link of 100 m (0.5 us) each way: when it is done. Controller 25 us, cache 250 us, disk 6 ms.
 */
static sim_time storage_one(bool write, uint64_t size_B, const char *array, const char *fcp)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct vio_egress *there, *back;
    struct storage_io io = {.m = {.size_B = size_B, .write = write, .done = storage_done, .owner = &io}, .at_ps = -1};

    vio_egress_defaults(&c, vio_link_find("fc-4g"));
    c.length_m = 100;
    there = vio_egress_create(w, "there", &c);
    back = vio_egress_create(w, "back", &c);
    io.flow =
        rig_flow(w, "io", "fcp", fcp, rig_path(w, 1, &there), rig_path(w, 1, &back), 0, rig_array(w, "array", array));
    sim_event_init(&io.ev, storage_issue);
    sim_at(&w->sim, &io.ev, 0);
    rig_run(w, 0, SIM_S);
    vio_world_destroy(w);
    return io.at_ps;
}

/* Frames, FCP-4 and FC-FS-3: CMD 32 B, XFER_RDY 12 B, DATA 2048 B, RSP 24 B, each + 60 B; 8 / 3.4 ns a byte:
 *   CMD 92 B = 216 470.59 ps, XFER_RDY 72 B = 169 411.76, RSP 84 B = 197 647.06, DATA 2108 B = 4 960 000 exactly.
 * A transmitter keeps the fraction of a picosecond for its next frame.
 * Read of 8 KiB that misses: CMD 216 470 + 500 000; controller 25 us, disk 6 ms; 4 DATA 19 840 000; RSP 197 647 + 500
 * 000. = 6 046 254 117 ps. A hit: cache 250 us instead of the disk: 296 254 117. Write of 8 KiB: CMD 216 470 + 500 000;
 * XFER_RDY 169 411 + 500 000; DATA 19 840 000 + 500 000; controller and cache 275 us; RSP 197 647.06 + 0.76 kept from
 * XFER_RDY = 197 647 (.82) + 500 000: 297 423 528. Read of 5000 B that hits: 2 DATA of 2048 B, one of 904 + 60 = 964 B
 * = 2 268 235.29: 216 470 + 500 000 + 275 us + 9 920 000 + 2 268 235 + (197 647.06 + .29 -> 197 647) + 500 000 = 288
 * 602 352. Read of 512 B in frames of 128 B: 4 frames of 188 B = 442 352.94 each, 1 769 411.76 together; then RSP (.06
 * + .76): 216 470 + 500 000 + 275 us + 1 769 411 + 197 647 + 500 000 = 278 183 528. */
Test(test_storage, one_io_by_hand)
{
    static const struct {
        const char *name;
        bool write;
        uint64_t size_B;
        const char *array, *fcp;
        sim_time at_ps;
    } io[] = {{"read miss", false, 8192, "cache_hit=0%", "", 6046254117},
              {"read hit", false, 8192, "cache_hit=100%", "", 296254117},
              {"write", true, 8192, "", "", 297423528},
              {"write through", true, 8192, "write_back=no", "", 297423528 - 250000000 + 6000000000},
              {"odd read", false, 5000, "cache_hit=100%", "", 288602352},
              {"small frames", false, 512, "cache_hit=100%", "frame=128B", 278183528}};

    for (size_t i = 0; i < sizeof io / sizeof *io; i++) {
        sim_time at_ps = storage_one(io[i].write, io[i].size_B, io[i].array, io[i].fcp);

        cr_expect(at_ps == io[i].at_ps, "%s: %ld ps, by hand %ld", io[i].name, (long)at_ps, (long)io[i].at_ps);
    }
}

/* Sequential reads of 512 KiB, eight outstanding, from a cache with no delay: the port is the limit, V14: 8G 825.8
 * MB/s, 4G 412.9. Besides the data, each I/O sends one RSP (84 B) the same way: 256 * 2108 B + 84 B per 524 288 B of
 * data: 850e6 * 524288 / 539732 = 825.68e6; 4G half. Exchanges take turns on the line, none is left waiting: within 0.1
 * %. */
Test(test_storage, port_limit)
{
    static const struct {
        const char *link;
        double B_per_s;
    } port[] = {{"fc-8g", 825.68e6}, {"fc-4g", 412.84e6}};

    for (size_t i = 0; i < 2; i++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress_config c;
        struct vio_egress *there, *back;
        struct vio_flow *f;
        struct vio_workload *wl;
        double B_per_s;

        vio_egress_defaults(&c, vio_link_find(port[i].link));
        c.length_m = 100;
        there = vio_egress_create(w, "there", &c);
        back = vio_egress_create(w, "back", &c);
        f = rig_flow(w, "io", "fcp", "", rig_path(w, 1, &there), rig_path(w, 1, &back), 0,
                     rig_array(w, "array", "cache_hit=100% cache_time=0s controller_time=0s"));
        wl = rig_workload(w, "vm", "block", "queue_depth=8 size=512KiB read=100%", &f, 1);
        rig_run(w, 100 * SIM_MS, SIM_S);
        B_per_s = (double)wl->m.bytes;
        cr_expect(fabs(B_per_s / port[i].B_per_s - 1) < 0.001, "%s: %g B/s, by hand %g", port[i].link, B_per_s,
                  port[i].B_per_s);
        vio_world_destroy(w);
    }
}

/* Four virtual disks, each with four I/Os open, on an array of 16 disks of 1 ms: on 4 LUNs that let one in at a time
 * four are served at once, on 2 LUNs two, on one LUN one; without limit all 16. In 1 s: 4000, 2000, 1000, 16000. */
Test(test_storage, disks_are_dealt_out_over_luns)
{
    static const struct {
        const char *luns;
        double io_per_s;
    } cases[] = {
        {"luns=4 lun_queue=1", 4000}, {"luns=2 lun_queue=1", 2000}, {"luns=1 lun_queue=1", 1000}, {"luns=1", 16000}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress *there = rig_server(w, "there", UINT64_C(8000000000000), 0, 0);
        struct vio_egress *back = rig_server(w, "back", UINT64_C(8000000000000), 0, 0);
        char text[160];
        struct vio_target *array;
        uint64_t done = 0;

        w->trace = true;
        snprintf(text, sizeof text, "controllers=64 controller_time=0s cache_hit=0%% disks=16 disk_time=1ms %s",
                 cases[i].luns);
        array = rig_array(w, "array", text);
        for (int d = 0; d < 4; d++) {
            struct vio_flow *f = rig_flow(w, sim_arena_printf(&w->arena, "io%d", d), "fcp", "queue_depth=4",
                                          rig_path(w, 1, &there), rig_path(w, 1, &back), 0, array);

            cr_expect_eq(f->disk, (uint32_t)d);
            rig_workload(w, sim_arena_printf(&w->arena, "vm%d", d), "block", "queue_depth=4 read=100% size=512B", &f,
                         1);
        }
        rig_run(w, 100 * SIM_MS, SIM_S);
        for (struct vio_workload *wl = w->workloads; wl; wl = wl->next)
            done += wl->m.completed;
        cr_expect_float_eq((double)done, cases[i].io_per_s, 0.005 * cases[i].io_per_s, "%s: %lu", cases[i].luns,
                           (unsigned long)done);
        vio_world_destroy(w);
    }
}

/* Two virtual disks behind one vHBA, each with more I/Os waiting than its queue depth of 4, on an array of 16 disks of
 * 1 ms: with two exchanges open on the vHBA 2000 I/Os per s in all, of which each has half; without limit eight are
 * open. */
Test(test_storage, disks_of_a_port_take_turns)
{
    static const struct {
        const char *fcp;
        double io_per_s[2];
    } cases[] = {{"port_depth=2", {1000, 1000}}, {"", {4000, 4000}}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress *there = rig_server(w, "there", UINT64_C(8000000000000), 0, 0);
        struct vio_egress *back = rig_server(w, "back", UINT64_C(8000000000000), 0, 0);
        struct vio_port port = {0};
        struct vio_target *array =
            rig_array(w, "array", "controllers=64 controller_time=0s cache_hit=0% disks=16 disk_time=1ms");
        struct vio_workload *wl[2];

        w->trace = true;
        for (int d = 0; d < 2; d++) {
            const char *text = sim_arena_printf(&w->arena, "queue_depth=4 %s", cases[i].fcp);
            struct vio_flow *f = rig_flow(w, sim_arena_printf(&w->arena, "io%d", d), "fcp", text,
                                          rig_path(w, 1, &there), rig_path(w, 1, &back), 0, array);

            vio_port_join(&port, f);
            wl[d] = rig_workload(w, sim_arena_printf(&w->arena, "vm%d", d), "block",
                                 "queue_depth=6 read=100% size=512B", &f, 1);
        }
        rig_run(w, 100 * SIM_MS, SIM_S);
        for (int d = 0; d < 2; d++)
            cr_expect_float_eq((double)wl[d]->m.completed, cases[i].io_per_s[d], 0.005 * cases[i].io_per_s[d],
                               "%s, disk %d: %lu", cases[i].fcp, d, (unsigned long)wl[d]->m.completed);
        vio_world_destroy(w);
    }
}
