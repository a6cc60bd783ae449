/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_attribution.c - where the time goes: on paper, under loss, and with a known bottleneck.
 *
 * The program itself asserts at each completion that the parts sum to the latency; what is tested here is that each
 * part is the right one. Byte times: 8GFC 850 MB/s = 1176.47 ps/B with 60 B of framing; 10GbE 800 ps/B and GbE 8000
 * ps/B with 38 B of framing; see test_exact.c.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "sim/study/collect.h"
#include "tests/rig/rig.h"
#include "tests/unit/study_fixture.h"

static struct vio_world *attribution_world(void)
{
    struct vio_world *w = vio_world_create(1, 0);

    w->trace = true;
    return w;
}

static struct vio_egress *attribution_link(struct vio_world *w, const char *name, const char *link, double length_m,
                                           uint32_t credits)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find(link));
    c.length_m = length_m;
    c.credits = credits;
    return vio_egress_create(w, name, &c);
}

struct attribution_io {
    const char *what, *workload;
    double length_m;
    uint32_t credits;
    struct vio_share there, back; /* n, wait, stall, transfer, service */
    sim_time target_ps;
};

/* One I/O over a link of 8GFC each way to an array with 25 us of controller and 250 us of cache. CMD 32 + 60 = 92 B:
 * 108 235.29 ps; XFER_RDY 72 B: 84 705.88; DATA of 2048 B 2108 B: 2 480 000 exactly; RSP 84 B: 98 823.53. A transmitter
 * carries its fraction of a ps over: RSP after XFER_RDY ends on .41 and takes 98 824. */
static const struct attribution_io attribution_ios[] = {
    {"a read of one frame: the RSP waits behind it",
     "size=2048B read=100%",
     100,
     16,
     {1, 0, 0, 0, 108235},
     {1, 0, 0, 2480000, 98823},
     275000000},
    {"a write: command and data go, ready and response come",
     "size=2048B read=0%",
     100,
     16,
     {2, 0, 0, 0, 2588235},
     {2, 0, 0, 0, 183529},
     275000000},
    /* 2 frames of data, one credit, 5 us away: after each frame the port stands idle until the frame has arrived and
     * the credit is back, 10 us. */
    {"a read over a link with one credit",
     "size=4096B read=100%",
     1000,
     1,
     {1, 0, 0, 0, 108235},
     {1, 0, 20000000, 4960000, 98823},
     275000000},
    /* a write: the second frame of data waits for the first, 2.48 us, and its credit; the ready comes first */
    {"a write over a link with one credit",
     "size=4096B read=0%",
     1000,
     1,
     {2, 0, 10000000, 2480000, 2588235},
     {2, 0, 0, 0, 183529},
     275000000},
};

static void attribution_share(const char *what, const struct vio_share *got, const struct vio_share *want)
{
    cr_expect_eq(got->n, want->n, "%s: n %zu", what, (size_t)got->n);
    cr_expect_eq(got->wait_ps, want->wait_ps, "%s: wait %lld", what, (long long)got->wait_ps);
    cr_expect_eq(got->stall_ps, want->stall_ps, "%s: stall %lld", what, (long long)got->stall_ps);
    cr_expect_eq(got->transfer_ps, want->transfer_ps, "%s: transfer %lld", what, (long long)got->transfer_ps);
    cr_expect_eq(got->service_ps, want->service_ps, "%s: service %lld", what, (long long)got->service_ps);
}

/* Service at a station of the target. */
static sim_time attribution_at(const struct vio_workload *wl, const struct vio_target *t, const char *station)
{
    for (int i = 0; i < VIO_STATIONS; i++)
        if (t->station[i] && strcmp(t->station[i], station) == 0)
            return wl->at_target[i].service_ps;
    return -1;
}

static void attribution_check_io(const struct attribution_io *io)
{
    struct vio_world *w = attribution_world();
    struct vio_egress *hba = attribution_link(w, "hba", "fc-8g", io->length_m, io->credits);
    struct vio_egress *port = attribution_link(w, "port", "fc-8g", io->length_m, io->credits);
    struct vio_target *array = rig_array(w, "array", "controller_time=25us cache_time=250us cache_hit=100%");
    struct vio_flow *f = rig_flow(w, "f", "fcp", "", rig_path(w, 1, &hba), rig_path(w, 1, &port), 0, array);
    struct vio_workload *wl =
        rig_workload(w, "io", "block", sim_arena_printf(&w->arena, "think=10s %s", io->workload), &f, 1);
    const sim_time travel_ps = (sim_time)((io->there.n + io->back.n) * (uint64_t)io->length_m * 5000);
    sim_time sum_ps = travel_ps + io->target_ps;

    rig_run(w, 0, SIM_S);
    cr_assert_eq(wl->m.completed, 1, "%s: %zu", io->what, (size_t)wl->m.completed);
    attribution_share(io->what, f->account[VIO_THERE], &io->there);
    attribution_share(io->what, f->account[VIO_BACK], &io->back);
    sum_ps += io->there.stall_ps + io->there.transfer_ps + io->there.service_ps;
    sum_ps += io->back.stall_ps + io->back.transfer_ps + io->back.service_ps;
    cr_expect_eq(wl->account.total_ps, sum_ps, "%s: %lld, not %lld", io->what, (long long)wl->account.total_ps,
                 (long long)sum_ps);
    cr_expect_eq(wl->account.window_ps + wl->account.repeat_ps, 0, "%s", io->what);
    cr_expect_eq(attribution_at(wl, array, "controller"), 25000000, "%s", io->what);
    cr_expect_eq(attribution_at(wl, array, "cache"), 250000000, "%s", io->what);
    vio_world_destroy(w);
}

Test(test_attribution, an_io_by_hand)
{
    for (size_t i = 0; i < sizeof attribution_ios / sizeof *attribution_ios; i++)
        attribution_check_io(&attribution_ios[i]);
}

/* A message of 3 full segments, 1538 B on each wire, all sent at once (initial window 3), over 10GbE and then GbE of
 * 100 m. First hop: 2 x 1 230 400 ps behind its own, then its own. It comes to the second one 2 x 1 230 400 after the
 * first has started there, with 2 x 12 304 000 to be served: 22 147 200 are left. */
Test(test_attribution, a_message_by_hand)
{
    struct vio_world *w = attribution_world();
    struct vio_egress *hop[2] = {attribution_link(w, "a", "10gbe", 100, 0), attribution_link(w, "b", "gbe", 100, 0)};
    struct vio_egress *home = attribution_link(w, "c", "gbe", 100, 0);
    struct vio_flow *f =
        rig_flow(w, "f", "tcp-newreno", "initial_window=3p", rig_path(w, 2, hop), rig_path(w, 1, &home), 0, NULL);
    struct vio_workload *wl = rig_workload(w, "one", "bulk", "message=4344B total=4344B", &f, 1);

    rig_run(w, 0, SIM_S);
    cr_assert_eq(wl->m.completed, 1);
    attribution_share("10GbE", &f->account[VIO_THERE][0], &(struct vio_share){1, 0, 0, 2460800, 1230400});
    attribution_share("GbE", &f->account[VIO_THERE][1], &(struct vio_share){1, 0, 0, 22147200, 12304000});
    cr_expect_eq(wl->account.total_ps, 2460800 + 1230400 + 22147200 + 12304000 + 2 * 500000);
    vio_world_destroy(w);
}

static void attribution_whole(const struct vio_workload *wl, const char *what)
{
    cr_assert_gt(wl->m.completed, 100, "%s: %zu", what, (size_t)wl->m.completed);
    cr_expect_eq(wl->account.n, wl->m.completed, "%s", what);
    cr_expect((sim_u128)wl->account.total_ps == wl->m.latency.sum, "%s: %lld", what, (long long)wl->account.total_ps);
    cr_expect_gt(wl->account.repeat_ps, 0, "%s: nothing was repeated", what);
    cr_expect_lt(wl->account.repeat_ps, wl->account.total_ps, "%s", what);
}

/* An RDMA write of 4096 B and a read: the way of the last data packet there, or of the request and of the last packet
 * back. What the adapter takes before a launch is the transport's: 183.4 ns for the message and 670 ns to fetch the
 * data, here or at the responder. 4X QDR takes 250 ps/B. A packet is 2048 B + LRH 8, BTH 12, ICRC 4, VCRC 2, 2 framing
 * symbols = 2076 B, with RETH 16 more in the first of the write, with AETH 4 in both of the read; the request is 28 +
 * RETH 16 = 44 B. */
Test(test_attribution, remote_memory_by_hand)
{
    for (int read = 0; read < 2; read++) {
        struct vio_world *w = attribution_world();
        struct vio_egress *there = attribution_link(w, "there", "ib-4x-qdr", 100, 1024);
        struct vio_egress *back = attribution_link(w, "back", "ib-4x-qdr", 100, 1024);
        struct vio_flow *f = rig_flow(w, "f", "rdma", read ? "operation=read" : "operation=write",
                                      rig_path(w, 1, &there), rig_path(w, 1, &back), 0, NULL);
        struct vio_workload *wl = rig_workload(w, "one", "bulk", "message=4096B total=4096B", &f, 1);

        rig_run(w, 0, SIM_S);
        cr_assert_eq(wl->m.completed, 1);
        if (read) {
            attribution_share("request", f->account[VIO_THERE], &(struct vio_share){1, 0, 0, 0, 44 * 250});
            attribution_share("data", f->account[VIO_BACK], &(struct vio_share){1, 0, 0, 2080 * 250, 2080 * 250});
        } else {
            attribution_share("data", f->account[VIO_THERE], &(struct vio_share){1, 0, 0, 2092 * 250, 2076 * 250});
            attribution_share("nothing", f->account[VIO_BACK], &(struct vio_share){0, 0, 0, 0, 0});
        }
        cr_expect_eq(wl->account.window_ps, 183400 + 670000);
        cr_expect_eq(wl->account.total_ps,
                     183400 + 670000 + (read ? (44 + 2 * 2080) * 250 + 2 * 500000 : (2092 + 2076) * 250 + 500000));
        vio_world_destroy(w);
    }
}

/* Frames are dropped at a queue of 8, where bulk TCP and storage without credits meet: every part still has its place.
 */
Test(test_attribution, sums_hold_under_loss)
{
    struct vio_world *w = attribution_world();
    struct vio_egress_config c;
    struct vio_egress *there, *back;
    struct vio_target *array = rig_array(w, "array", "controller_time=25us cache_time=50us cache_hit=90%");
    struct vio_flow *f[6];
    struct vio_workload *wl[3];

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.delay_ps = 20 * SIM_US;
    c.limit_pkts = 8;
    there = vio_egress_create(w, "there", &c);
    back = vio_egress_create(w, "back", &c);
    for (int i = 0; i < 4; i++)
        f[i] = rig_flow(w, sim_arena_printf(&w->arena, "tcp%d", i), "tcp-newreno", "", rig_path(w, 1, &there),
                        rig_path(w, 1, &back), 0, NULL);
    f[4] = rig_flow(w, "reads", "fcp", "timeout=20ms", rig_path(w, 1, &there), rig_path(w, 1, &back), 0, array);
    f[5] = rig_flow(w, "writes", "fcp", "timeout=20ms retries=50", rig_path(w, 1, &there), rig_path(w, 1, &back), 0,
                    array);
    wl[0] = rig_workload(w, "bulk", "bulk", "message=64KiB", f, 4);
    wl[1] = rig_workload(w, "read", "block", "rate=3000/s size=8KiB read=100%", &f[4], 1);
    wl[2] = rig_workload(w, "write", "block", "queue_depth=8 size=8KiB read=0%", &f[5], 1);
    rig_run(w, 100 * SIM_MS, 2 * SIM_S);
    for (int i = 0; i < 3; i++)
        attribution_whole(wl[i], wl[i]->path);
    cr_expect_eq(w->trails.out <= w->messages.out * VIO_CHAIN_TRAILS + w->packets.out + 4, true, "%zu trails are lost",
                 (size_t)w->trails.out);
    vio_world_destroy(w);
}

/* An installation in small: clients ask a server over 10GbE, the server reads from an array over 8GFC. Everything is
 * fast enough, but for the one thing that each case spoils. */
enum { PLACE_CPU, PLACE_PCIE, PLACE_ADAPTER, PLACE_UPLINK, PLACES };

struct attribution_case {
    const char *what;
    int slow;          /* place that is slowed down, or PLACES */
    uint64_t rate_bps; /* to this */
    const char *array;
    const char *disk; /* the storage workload */
    const char *fcp;  /* and its transport */
    double km;        /* of the SAN */
    uint32_t credits;
    const char *workload, *kind, *resource, *part;
    bool unstable; /* more is asked than can be served */
};

#define IDLE_ARRAY "disks=64 disk_time=1ms cache_hit=50%"
#define IDLE_DISK  "rate=500/s size=8KiB read=100%"

/* Responses of 1400 B are 1490 B on a wire, 10,000 a second: 119 Mb/s, 85 % of 140 Mb/s. Disks: 500 I/Os per second of
 * 6 ms on 4: 75 %. Credits: 2 frames of 2048 B in flight over 50 km (500 us both ways) are 8 MB/s of 825; 64 KiB reads,
 * 4 at a time. Queue depth: 1 command at a time where 900 a second take 1 ms each. */
static const struct attribution_case attribution_cases[] = {
    {"cpu", PLACE_CPU, 140000000, IDLE_ARRAY, IDLE_DISK, "", 0.01, 16, "pages", "cpu", "hosts00/cpu0", "wait", false},
    {"pcie", PLACE_PCIE, 140000000, IDLE_ARRAY, IDLE_DISK, "", 0.01, 16, "pages", "pcie", "hosts00/slot1", "wait",
     false},
    {"adapter", PLACE_ADAPTER, 140000000, IDLE_ARRAY, IDLE_DISK, "", 0.01, 16, "pages", "adapter", "hosts00/nic0",
     "wait", false},
    {"uplink", PLACE_UPLINK, 140000000, IDLE_ARRAY, IDLE_DISK, "", 0.01, 16, "pages", "switch", "edge>core", "wait",
     false},
    {"disks", PLACES, 0, "disks=4 disk_time=6ms cache_hit=0%", IDLE_DISK, "", 0.01, 16, "disk", "array", "array/disk",
     "wait", false},
    {"credits", PLACES, 0, "disks=64 disk_time=10us cache_time=10us", "queue_depth=4 size=64KiB read=100%", "", 50, 2,
     "disk", "array-port", "array>san", "stall", false},
    {"queue depth", PLACES, 0, "disks=64 disk_time=1ms cache_hit=0%", "rate=900/s size=8KiB read=100%", "queue_depth=1",
     0.01, 16, "disk", "transport", "window", "wait", false},
    /* 119 Mb/s into 100: the queue grows for ever, and is named all the same */
    {"overloaded cpu", PLACE_CPU, 100000000, IDLE_ARRAY, IDLE_DISK, "", 0.01, 16, "pages", "cpu", "hosts00/cpu0",
     "wait", true},
    {"overloaded disks", PLACES, 0, "disks=2 disk_time=6ms cache_hit=0%", IDLE_DISK, "queue_depth=4096", 0.01, 16,
     "disk", "array", "array/disk", "wait", true},
};

static struct vio_egress *case_egress(struct vio_world *w, const char *path, const char *link,
                                      enum vio_resource resource, uint64_t rate_bps)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find(link));
    c.resource = resource;
    c.rate_bps = rate_bps;
    c.length_m = 5;
    return vio_egress_create(w, path, &c);
}

static struct vio_workload *case_pages(struct vio_world *w, const struct attribution_case *k)
{
    uint64_t rate[PLACES] = {0};
    struct vio_egress *up[5], *down[2];
    struct vio_flow *f[2];

    if (k->slow < PLACES)
        rate[k->slow] = k->rate_bps;
    up[0] = case_egress(w, "hosts00/cpu0", "ideal", VIO_RESOURCE_CPU, rate[PLACE_CPU] ? rate[PLACE_CPU] : 10000000000);
    up[1] = case_egress(w, "hosts00/slot1", "pcie-gen2-x8", VIO_RESOURCE_PCIE, rate[PLACE_PCIE]);
    up[2] = case_egress(w, "hosts00/nic0", "10gbe", VIO_RESOURCE_ADAPTER, rate[PLACE_ADAPTER]);
    up[3] = case_egress(w, "edge>core", "10gbe", VIO_RESOURCE_SWITCH, rate[PLACE_UPLINK]);
    up[4] = case_egress(w, "core>clients", "10gbe", VIO_RESOURCE_SWITCH, 0);
    down[0] = case_egress(w, "clients>core", "10gbe", VIO_RESOURCE_PEER, 0);
    down[1] = case_egress(w, "core>edge", "10gbe", VIO_RESOURCE_SWITCH, 0);
    f[0] = rig_flow(w, "asks", "tcp-newreno", "window=16MiB", rig_path(w, 2, down), rig_path(w, 5, up), 0, NULL);
    f[1] = rig_flow(w, "answers", "tcp-newreno", "window=16MiB", rig_path(w, 5, up), rig_path(w, 2, down), 0, NULL);
    return rig_workload(w, "pages", "request-response", "rate=10000/s request=100B response=1400B", f, 2);
}

static struct vio_workload *case_disk(struct vio_world *w, const struct attribution_case *k)
{
    struct vio_egress_config c;
    struct vio_egress *hba, *port;
    struct vio_target *array = rig_array(w, "array", k->array);
    struct vio_flow *f;

    vio_egress_defaults(&c, vio_link_find("fc-8g"));
    c.length_m = 1000 * k->km;
    c.credits = k->credits;
    c.resource = VIO_RESOURCE_ADAPTER;
    hba = vio_egress_create(w, "hosts00/hba0", &c);
    c.resource = VIO_RESOURCE_ARRAY_PORT;
    port = vio_egress_create(w, "array>san", &c);
    f = rig_flow(w, "disk", "fcp", k->fcp, rig_path(w, 1, &hba), rig_path(w, 1, &port), 0, array);
    return rig_workload(w, "disk", "block", k->disk, &f, 1);
}

static void attribution_name(const struct attribution_case *k)
{
    struct vio_world *w = attribution_world();
    struct vio_end end;
    struct study_record r;
    struct fixture fx;
    char sql[256], want[256], got[4096];

    case_pages(w, k);
    case_disk(w, k);
    vio_world_run(w, 100 * SIM_MS, 2 * SIM_S, NULL, NULL, &end);
    cr_assert_eq(end.outcome, k->unstable ? VIO_OUTCOME_UNSTABLE : VIO_OUTCOME_OK, "%s: %s", k->what, end.why);
    study_record_init(&r);
    study_collect(w, 2 * SIM_S, &end, &r);
    fixture_init(&fx);
    cr_assert_eq(study_store_put_run(&fx.store, 1, 0, &r), STUDY_STORED, "%s", fx.store.why);
    snprintf(sql, sizeof(sql), "SELECT kind, resource, part, unstable FROM v_cause WHERE workload = '%s'", k->workload);
    snprintf(want, sizeof(want), "%s %s %s %d", k->kind, k->resource, k->part, k->unstable);
    cr_expect_str_eq(fixture_ask(&fx, sql, got, sizeof(got)), want, "%s limited: named is %s", k->what, got);
    fixture_ask(&fx,
                "SELECT 1 FROM (SELECT workload, sum(share) AS s, sum(b.mean) AS m FROM v_bottleneck AS b "
                "WHERE n = 1 AND unstable = (SELECT outcome = 'unstable' FROM run) GROUP BY workload) "
                "JOIN entity ON path = workload JOIN summary AS v USING (entity_id) JOIN metric USING (metric_id) "
                "WHERE name IN ('io_latency', 'response_time') AND abs(s - 1) < 1e-4 AND abs(m / v.mean - 1) < 1e-4",
                got, sizeof(got));
    cr_expect_str_eq(got, "1 1", "%s: shares do not sum to 1, or means to the latency: '%s'", k->what, got);
    study_record_fini(&r);
    fixture_fini(&fx);
    vio_world_destroy(w);
}

Test(test_attribution, the_bottleneck_is_named)
{
    for (size_t i = 0; i < sizeof attribution_cases / sizeof *attribution_cases; i++)
        attribution_name(&attribution_cases[i]);
}

/* Tracing observes: the same events at the same instants, with and without. */
Test(test_attribution, tracing_changes_nothing)
{
    uint64_t fingerprint[2];

    for (int trace = 0; trace < 2; trace++) {
        struct vio_world *w = vio_world_create(1, 0);

        w->trace = trace;
        case_pages(w, &attribution_cases[3]);
        case_disk(w, &attribution_cases[5]);
        rig_run(w, 10 * SIM_MS, 100 * SIM_MS);
        fingerprint[trace] = w->sim.fingerprint;
        vio_world_destroy(w);
    }
    cr_expect_eq(fingerprint[0], fingerprint[1]);
}
