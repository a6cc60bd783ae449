/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/conformance/test_arrivals.c - every workload with a rate of its own asks for it, as it declares it to the plan
 * and as its pace changes it.
 *
 * A row gives settings, the messages expected per second by hand, and the standard deviation of their number in ten
 * seconds; accepted are 3.29 of them (99.9 %), and 2 % more has to be further off than that.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/rig/rig.h"

static const double z999 = 3.29;
enum { RATE_S = 10 };

struct rate_row {
    const char *type, *text;
    struct sim_dist burst, silence; /* on-off: with a mean above 0 */
    double per_s, deviation;
    double bytes; /* of a message, mean; 0 = not a constant */
};

/* The flows a shape needs over one fast server. Returns: how many. */
static uint32_t rate_flows(struct vio_world *w, enum vio_shape shape, struct vio_flow *f[2])
{
    struct vio_egress *e = rig_server(w, "e", UINT64_C(80000000000000), 0, 0);
    const struct vio_path *path = rig_path(w, 1, &e);
    const uint32_t n = shape == VIO_SHAPE_ROUND_TRIP ? 2 : 1;
    struct vio_target *array =
        shape == VIO_SHAPE_BLOCK ? rig_array(w, "array", "cache_hit=100% cache_time=1ns controller_time=1ns") : NULL;

    for (uint32_t i = 0; i < n; i++)
        f[i] = rig_flow(w, i ? "back" : "there", array ? "fcp" : "datagram",
                        array ? "queue_depth=4096" : "header=0B mtu=1GiB", path, path, 0, array);
    return n;
}

static const struct vio_pace_point rate_points[] = {{0, 0.5}, {5 * SIM_S, 1.5}, {8 * SIM_S, 0}};
static const struct vio_pace_config rate_pace = {.point = rate_points, .points = 3, .speed = 1};

/* Requests issued within RATE_S. */
static double rate_once(const struct rate_row *row, const struct vio_pace_config *pace)
{
    struct vio_world *w = vio_world_create(5, 0);
    const struct vio_workload_type *type = vio_workload_find(row->type);
    struct vio_flow *f[2];
    struct vio_workload *wl;
    double issued;

    cr_assert(type, "%s", row->type);
    wl = rig_workload(w, "wl", row->type, row->text, f, rate_flows(w, type->shape, f));
    if (sim_dist_mean(&row->burst) > 0) {
        rig_set_dist(wl, "burst", row->burst);
        rig_set_dist(wl, "silence", row->silence);
    }
    if (row->bytes > 0 && !pace)
        cr_expect_float_eq(type->offered_bps(wl->config), row->per_s * row->bytes * 8,
                           1e-6 * row->per_s * row->bytes * 8, "%s declares %g bit/s", row->type,
                           type->offered_bps(wl->config));
    if (pace)
        vio_workload_set_pace(wl, pace);
    rig_run(w, 0, RATE_S * SIM_S);
    issued = (double)wl->m.issued;
    vio_world_destroy(w);
    return issued;
}

/* Poisson processes: sqrt(n). cbr and ft-logging: exact but for one at each end; 100 Mb/s in entries of 8 KiB:
 * 1525.88/s. on-off, exponential periods of means a and b: the time in bursts has the variance 2 a^2 b^2 T / (a + b)^3,
 * for 0.1 ms each 0.00025 s^2, of which the root, 0.0158 s, times 40,000/s. mmpp, rates h and l: the mean number plus
 * (h - l)^2 times the same, 150,000 + 10,000^2 * 0.00025 = 175,000. management: 10 reports (one each second) and
 * Poisson tasks. */
static const struct rate_row rate_rows[] = {
    {.type = "poisson", .text = "rate=20000/s size=100B", .per_s = 20000, .deviation = 447.2, .bytes = 100},
    {.type = "cbr", .text = "rate=20000/s size=100B", .per_s = 20000, .deviation = 0.31, .bytes = 100},
    {.type = "request-response",
     .text = "rate=20000/s request=10B response=90B",
     .per_s = 20000,
     .deviation = 447.2,
     .bytes = 100},
    {.type = "block", .text = "rate=20000/s size=512B", .per_s = 20000, .deviation = 447.2, .bytes = 512},
    {.type = "on-off",
     .text = "rate=40000/s size=100B",
     .burst = {.kind = SIM_DIST_EXPONENTIAL, .a = 1e8},
     .silence = {.kind = SIM_DIST_EXPONENTIAL, .a = 1e8},
     .per_s = 20000,
     .deviation = 40000 * 0.0158,
     .bytes = 100},
    {.type = "mmpp",
     .text = "rate_high=20000/s rate_low=10000/s stay_high=100us stay_low=100us size=100B",
     .per_s = 15000,
     .deviation = 632.5,
     .bytes = 100},
    {.type = "ft-logging",
     .text = "rate=100Mbps entry=8KiB window=1000",
     .per_s = 100e6 / 65536,
     .deviation = 0.31,
     .bytes = 8192},
    {.type = "management",
     .text = "rate=20000/s size=100B report=100B interval=1s",
     .per_s = 20001,
     .deviation = 447.2,
     .bytes = 100},
};

Test(test_arrivals, rates)
{
    for (size_t i = 0; i < sizeof rate_rows / sizeof *rate_rows; i++) {
        const struct rate_row row = rate_rows[i];
        const double n = rate_once(&row, NULL);

        cr_expect_lt(fabs(n - row.per_s * RATE_S), z999 * row.deviation + 1e-6, "%s: %g in %d s, expected %g", row.type,
                     n, RATE_S, row.per_s * RATE_S);
        cr_expect_gt(fabs(n * 1.02 - row.per_s * RATE_S), z999 * row.deviation, "%s: 2 %% more passes", row.type);
    }
}

/* Every type that says it has a rate of its own is in the table, or is a trace, whose rate is in its file. */
Test(test_arrivals, table_is_complete)
{
    for (size_t i = 0; vio_workload_types[i]; i++) {
        bool found = !vio_workload_types[i]->offered_bps;

        for (size_t k = 0; k < sizeof rate_rows / sizeof *rate_rows; k++)
            found = found || strcmp(rate_rows[k].type, vio_workload_types[i]->type) == 0;
        cr_expect(found, "%s has no row", vio_workload_types[i]->type);
    }
}

/* The factor goes from 0.5 to 1.5 in 5 s and to 0 in 3 s: (0.5 + 1.5) / 2 * 5 + 1.5 / 2 * 3 = 7.25 in place of 10.
 * Thinned Poisson processes stay Poisson: sqrt(n). Even thinning: exact but for the ends. The others vary more; their
 * deviation without a pace, times 1.2 (the peak is 1.5 of the rate, and the mean square factor 0.87), is a bound.
 * Management reports keep their interval. */
Test(test_arrivals, pace)
{
    cr_expect_float_eq(vio_pace_mean(&rate_pace, 0, RATE_S * SIM_S), 0.725, 1e-12);
    for (size_t i = 0; i < sizeof rate_rows / sizeof *rate_rows; i++) {
        const struct rate_row *row = &rate_rows[i];
        const bool even = row->deviation < 1;
        const double reports = strcmp(row->type, "management") == 0 ? RATE_S : 0;
        const double expected = (row->per_s * RATE_S - reports) * 0.725 + reports;
        const double deviation = row->deviation * 1.2;
        const double n = rate_once(row, &rate_pace);

        cr_expect_lt(fabs(n - expected), even ? 3 : z999 * deviation, "%s: %g, expected %g", row->type, n, expected);
        cr_expect_gt(fabs(n * 1.04 - expected), z999 * row->deviation, "%s: 4 %% more passes", row->type);
    }
}

/* Steps, speed, offset and repetition by hand. Points 0 h: 1, 6 h: 3, repeated after 12 h, 3600 times as fast, from 3
 * h: at the start of the run it is 3 h, at 3 s 6 h, at 9 s 0 h again. */
Test(test_arrivals, profile)
{
    const struct vio_pace_point point[] = {{0, 1}, {6 * 3600 * SIM_S, 3}};
    struct vio_pace_config c = {.point = point,
                                .points = 2,
                                .steps = true,
                                .from_ps = 3 * 3600 * SIM_S,
                                .repeat_ps = 12 * 3600 * SIM_S,
                                .speed = 3600};

    cr_expect_eq(vio_pace_profile(&c, 0), 1);
    cr_expect_eq(vio_pace_profile(&c, 3 * SIM_S), 3);
    cr_expect_eq(vio_pace_profile(&c, 9 * SIM_S - 1), 3);
    cr_expect_eq(vio_pace_profile(&c, 9 * SIM_S), 1);
    cr_expect_float_eq(vio_pace_mean(&c, 0, 24 * SIM_S), 2, 1e-12);
    cr_expect_float_eq(vio_pace_mean(&c, 2 * SIM_S, 4 * SIM_S), 2, 1e-12);
    c.steps = false; /* at 3 h half way, 2; the last factor holds from 6 h */
    cr_expect_float_eq(vio_pace_profile(&c, 0), 2, 1e-12);
    cr_expect_float_eq(vio_pace_mean(&c, 0, 3 * SIM_S), 2.5, 1e-12);
    cr_expect_float_eq(vio_pace_mean(&c, 0, 12 * SIM_S), 2.5, 1e-12); /* (2 * 6 + 3 * 6) / 12 */
}

/* A source goes at a quarter of its rate while another one, of its own VM, is active; that is from 4 s to 6 s. The like
 * one of another VM and a group are told apart. The one followed is a transfer of 250 MB at 1 Gb/s, so its activity
 * ends by itself, and a follower of its own: 10,000/s * (8 + 2 * 0.25) = 85,000. */
Test(test_arrivals, follow)
{
    static const struct vio_pace_while own = {"copy", true, 0.25}, all = {"vm/copy", false, 0.25};
    static const struct vio_pace_config paces[] = {{.during = &own, .durings = 1, .speed = 1},
                                                   {.during = &all, .durings = 1, .speed = 1}};
    struct vio_world *w = vio_world_create(6, 0);
    struct vio_egress *e = rig_server(w, "e", 1000000000, 0, 0), *fast = rig_server(w, "f", 80000000000000, 0, 0);
    struct vio_flow *copy, *message[3];
    struct vio_workload *wl[3];
    static const char *const path[] = {"host/vm0/web", "host/vm1/web", "host/vm2/web"};
    static const double expected[] = {85000, 100000, 85000};

    copy = rig_flow(w, "copy", "datagram", "header=0B mtu=1GiB", rig_path(w, 1, &e), rig_path(w, 1, &e), 0, NULL);
    rig_workload(w, "host/vm0/copy", "bulk", "total=250MB start=4s", &copy, 1)->group = "vm/copy";
    for (int i = 0; i < 3; i++) {
        message[i] = rig_flow(w, path[i], "datagram", "header=0B mtu=1GiB", rig_path(w, 1, &fast),
                              rig_path(w, 1, &fast), 0, NULL);
        wl[i] = rig_workload(w, path[i], "poisson", "rate=10000/s size=1B", &message[i], 1);
        vio_workload_set_pace(wl[i], &paces[i == 2]);
    }
    rig_run(w, 0, 10 * SIM_S);
    for (int i = 0; i < 3; i++)
        cr_expect_lt(fabs((double)wl[i]->m.issued - expected[i]), z999 * sqrt(expected[i]), "%s: %lu", path[i],
                     (unsigned long)wl[i]->m.issued);
    vio_world_destroy(w);
}
