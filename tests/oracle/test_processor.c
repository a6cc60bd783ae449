/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_processor.c - computation and I/O on one core.
 *
 * Setting. A core where a byte takes a picosecond; a VM with one virtual processor that wants bursts of fixed length at
 * the instants of a Poisson process; beside it, in one test, packets of fixed size, which go first. 20 replications,
 * the first tenth forgotten; accepted if theory lies in the 99.9 % interval, and a core 2 % slower must be rejected.
 *
 * Theory. Bursts alone: M/D/1, sojourn s + rho s / (2 (1 - rho)); the core is used for rho. Packets before slices, not
 * pre-emptive (Cobham 1954): a packet finds a slice in service with probability rho_c (Little), half of it on average
 * still to come, whatever the order of the bursts; W = (rho_c slice / 2 + rho_p s_p / 2) / (1 - rho_p).
 */
#include <criterion/criterion.h>
#include <math.h>

#include "models/compute.h"
#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { CPU_REPLICATIONS = 20, CPU_OUTPUTS = 4 };
enum cpu_output { CPU_BURST, CPU_WAIT, CPU_USE, CPU_IO };

struct cpu_case {
    const char *name;
    double compute; /* of the one virtual processor */
    sim_time burst_ps, slice_ps;
    double packets_rho; /* of packets of packet_B */
    uint32_t packet_B;
    sim_time length_ps;
    double theory[CPU_OUTPUTS]; /* ps, ps, 1, 1; 0 = not looked at */
};

static const char *const cpu_output_name[CPU_OUTPUTS] = {"burst", "packet's wait", "use", "use by I/O"};

static struct vio_egress *cpu_core(struct vio_world *w, double slower)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find("cpu"));
    c.rate_bps = (uint64_t)(8e12 / slower + 0.5);
    c.classes = 2;
    c.sched = vio_sched_find("strict");
    c.cls[1].priority = 1;
    return vio_egress_create(w, "h0/cpu0", &c);
}

/* Computation asks for its time in slices of work; on a slower core the same work takes longer. */
static void cpu_compute(struct vio_world *w, struct vio_processor *cpu, const struct cpu_case *c, double slower)
{
    struct vio_compute_config *config = sim_arena_alloc(&w->arena, 1, sizeof *config);
    struct vio_flow *f = vio_processor_flow(w, "h0/vm0/compute#0", cpu->core[0], 1, 0, NULL);

    *config = (struct vio_compute_config){.vcpus = 1,
                                          .compute = c->compute * slower,
                                          .burst = sim_dist_constant((double)c->burst_ps * slower),
                                          .slice_ps = (sim_time)((double)c->slice_ps * slower),
                                          .processor = cpu};
    vio_workload_create(w, "h0/vm0/compute", "vm/compute", &vio_compute, config, &f, 1);
}

static void cpu_once(const struct cpu_case *c, double slower, uint32_t replication, double out[CPU_OUTPUTS])
{
    struct vio_world *w = vio_world_create(11, replication);
    struct vio_egress *core = cpu_core(w, slower);
    uint32_t slices = 0;
    struct vio_processor cpu = {.path = "h0", .cores = 1, .core = &core, .n = 1, .slices = &slices};
    const struct vio_path *path = rig_path(w, 1, &core);
    char text[64];

    vio_processor_register(w, &cpu);
    cpu_compute(w, &cpu, c, slower);
    if (c->packet_B) {
        struct vio_flow *f = rig_flow(w, "packets", "datagram", "header=0B mtu=1GiB", path, path, 0, NULL);

        snprintf(text, sizeof text, "rate=%.3f/s size=%uB", c->packets_rho * 1e12 / c->packet_B, c->packet_B);
        rig_workload(w, "packets", "poisson", text, &f, 1);
    }
    rig_run(w, c->length_ps / 10, c->length_ps);
    out[CPU_USE] = vio_processor_use(&cpu, sim_now(&w->sim), c->length_ps, &out[CPU_IO]);
    out[CPU_BURST] = sim_tally_mean(&w->workloads->m.latency);
    out[CPU_WAIT] = w->workloads->next ? sim_tally_mean(&w->workloads->next->m.latency) - c->packet_B * slower : 0;
    vio_world_destroy(w);
}

static void cpu_test(const struct cpu_case *c)
{
    double x[2][CPU_OUTPUTS][CPU_REPLICATIONS];

    for (int slow = 0; slow < 2; slow++)
        for (int r = 0; r < CPU_REPLICATIONS; r++) {
            double out[CPU_OUTPUTS];

            cpu_once(c, slow ? 1.02 : 1.0, (uint32_t)r, out);
            for (int k = 0; k < CPU_OUTPUTS; k++)
                x[slow][k][r] = out[k];
        }
    for (int k = 0; k < CPU_OUTPUTS; k++)
        if (c->theory[k] > 0) {
            struct rig_interval right = rig_interval(x[0][k], CPU_REPLICATIONS);
            struct rig_interval slow = rig_interval(x[1][k], CPU_REPLICATIONS);

            cr_expect(rig_holds(right, c->theory[k]), "%s, %s: %g +- %g, theory %g", c->name, cpu_output_name[k],
                      right.mean, right.half, c->theory[k]);
            cr_expect(!rig_holds(slow, c->theory[k]), "%s, %s: 2 %% slower passes: %g +- %g, theory %g", c->name,
                      cpu_output_name[k], slow.mean, slow.half, c->theory[k]);
        }
}

Test(test_processor, computation_alone)
{
    /* rho 0.4 and bursts of 1 ms: 1 + 0.4 / (2 * 0.6) = 1.33333 ms. In one slice, and in ten: a burst that nobody else
     * competes with takes the same. */
    const struct cpu_case cases[] = {
        {"bursts", 0.4, SIM_MS, SIM_MS, 0, 0, 80 * SIM_S, {4e9 / 3, 0, 0.4, 0}},
        {"ten slices", 0.4, SIM_MS, 100 * SIM_US, 0, 0, 80 * SIM_S, {4e9 / 3, 0, 0.4, 0}},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cpu_test(&cases[i]);
}

Test(test_processor, packets_go_first)
{
    /* Slices of 100 us for half of the time, packets of 10 us for a fifth of it: W = (0.5 * 50 us + 0.2 * 5 us) / 0.8 =
     * 32.5 us. The core is used for 0.7, by I/O for 0.2. */
    const struct cpu_case c = {"packets and slices", 0.5, SIM_MS, 100 * SIM_US, 0.2, 10000000, 10 * SIM_S,
                               {0, 32.5e6, 0.7, 0.2}};

    cpu_test(&c);
}

/* Reads one after the other on an idle array of fixed times: the driver adds its own work, to the picosecond, and
 * the parts of every I/O's time still sum to it (the world asserts that). */
static sim_time cpu_read_ps(uint32_t work_B)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *core, *out, *back;
    struct vio_workload *wl;
    struct vio_flow *f;
    sim_time mean_ps;

    w->trace = true;
    core = cpu_core(w, 1);
    out = rig_server(w, "out", 8000000000, 1000, 0);
    back = rig_server(w, "back", 8000000000, 1000, 0);
    f = rig_flow(w, "san", "fcp", "", rig_path(w, 1, &out), rig_path(w, 1, &back), 0,
                 rig_array(w, "array", "cache_hit=100% controller_time=25us cache_time=250us"));
    if (work_B)
        f = vio_processor_flow(w, "san/driver", core, 0, work_B, f);
    wl = rig_workload(w, "reads", "block", "read=100% size=8KiB", &f, 1);
    rig_run(w, 0, 50 * SIM_MS);
    cr_assert_gt(wl->m.latency.n, 100u);
    cr_assert_eq(wl->m.latency.min, wl->m.latency.max);
    mean_ps = wl->m.latency.max;
    vio_world_destroy(w);
    return mean_ps;
}

Test(test_processor, a_driver_adds_its_work)
{
    const sim_time without_ps = cpu_read_ps(0);

    cr_expect_eq(cpu_read_ps(13793103), without_ps + 13793103);
    cr_expect_eq(cpu_read_ps(1), without_ps + 1);
}

/* 40,000 cycles at 2.9 GHz are 13.793 us; at 2 cycles per byte and 4,000 per packet the core is kept for them by
 * (40,000 - 4,000) / 2 = 18,000 bytes. */
Test(test_processor, work_in_bytes)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress_config c;
    struct vio_egress *core;

    vio_egress_defaults(&c, vio_link_find("cpu"));
    c.rate_bps = vio_link_rate_of_cycles(2.9e9, 2);
    c.fixed_ps = (sim_time)(4000 / 2.9e9 * 1e12 + 0.5);
    core = vio_egress_create(w, "core", &c);
    cr_expect_eq(vio_processor_work_B(core, (sim_time)(40000 / 2.9e9 * 1e12 + 0.5)), 18000u);
    cr_expect_eq(vio_processor_work_B(core, 0), 1u);
    vio_world_destroy(w);
}
