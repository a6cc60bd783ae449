/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_rdma.c - the reliable connection and its adapter, to the picosecond by hand.
 *
 * All on one 4X QDR link of 100 m each way: 250 ps a byte, 500 000 ps on the way. A packet of a reliable connection has
 * LRH 8, BTH 12, ICRC 4, VCRC 2 and 2 framing symbols = 28 B; RETH 16 in the first of a write and in a read request,
 * AETH 4 in an acknowledgement and in the first and last packet of a read response (IBA vol. 1 cl. 5, 9). The adapter
 * is the default one: engine 183 400 ps a message, data up to 220 B inline at 7 Gb/s, else a fetch of 670 000 ps.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/rig/rig.h"

enum { ENGINE = 183400, FETCH = 670000, WAY = 500000, PER_B = 250 };

struct rdma_rig {
    struct vio_world *w;
    struct vio_flow *f;
    struct vio_workload *wl;
};

static struct rdma_rig rdma_rig(const char *transport, const char *bulk, uint32_t limit_pkts)
{
    struct rdma_rig r = {.w = vio_world_create(1, 0)};
    struct vio_egress_config c;
    struct vio_egress *there, *back;

    vio_egress_defaults(&c, vio_link_find("ib-4x-qdr"));
    c.length_m = 100;
    c.credits = 4096;
    if (limit_pkts) { /* a link that drops */
        c.flow_control = VIO_FLOW_NONE;
        c.limit_pkts = limit_pkts;
    }
    there = vio_egress_create(r.w, "there", &c);
    back = vio_egress_create(r.w, "back", &c);
    r.f = rig_flow(r.w, "f", "rdma", transport, rig_path(r.w, 1, &there), rig_path(r.w, 1, &back), 0, NULL);
    r.wl = rig_workload(r.w, "w", "bulk", bulk, &r.f, 1);
    return r;
}

/* The time of the only message, issued at 0. */
static sim_time rdma_one(const char *transport, const char *bulk)
{
    struct rdma_rig r = rdma_rig(transport, bulk, 0);
    sim_time ps;

    rig_run(r.w, 0, SIM_MS);
    cr_assert_eq(r.wl->m.completed, 1, "%s, %s: %d messages", transport, bulk, (int)r.wl->m.completed);
    ps = r.wl->m.latency.max;
    vio_world_destroy(r.w);
    return ps;
}

static const struct {
    const char *what, *transport, *bulk;
    sim_time ps;
} rdma_messages[] = {
    /* 64 B inline: 512 bits at 7 Gb/s = 73 142.86 ps; 64 + 28 + 16 = 108 B. */
    {"a small write", "operation=write", "message=64B total=64B", ENGINE + 73142 + 108 * PER_B + WAY},
    /* Two packets of 2048 B, fetched: 2092 + 2076 B. */
    {"a large write", "operation=write", "message=4096B total=4096B", ENGINE + FETCH + (2092 + 2076) * PER_B + WAY},
    /* A send has no RETH. */
    {"a send", "operation=send", "message=4096B total=4096B", ENGINE + FETCH + 2 * 2076 * PER_B + WAY},
    /* Request 28 + 16 = 44 B; the responder fetches; three packets: AETH in first and last, not in the middle. */
    {"a read", "operation=read", "message=6144B total=6144B",
     ENGINE + 44 * PER_B + WAY + FETCH + (2080 + 2076 + 2080) * PER_B + WAY},
    {"a read of one packet", "operation=read", "message=2B total=2B",
     ENGINE + 44 * PER_B + WAY + FETCH + (2 + 32) * PER_B + WAY},
    /* The step at the inline limit (V5): 220 B are copied, 1760 bits at 7 Gb/s = 251 428.57 ps, 221 B fetched. */
    {"at the inline limit", "", "message=220B total=220B", ENGINE + 251428 + 264 * PER_B + WAY},
    {"above the inline limit", "", "message=221B total=221B", ENGINE + FETCH + 265 * PER_B + WAY},
    {"no inline data", "inline=0B", "message=64B total=64B", ENGINE + FETCH + 108 * PER_B + WAY},
    /* Bytes through the engine: 2048 B at 16 Gb/s = 1 024 000 ps. */
    {"an engine that handles bytes", "engine_rate=16Gbps", "message=2048B total=2048B",
     ENGINE + 1024000 + FETCH + 2092 * PER_B + WAY},
    {"little but wire", "message_time=1ns fetch=0s", "message=2048B total=2048B", 1000 + 2092 * PER_B + WAY},
};

Test(test_rdma, one_message)
{
    for (size_t i = 0; i < sizeof rdma_messages / sizeof *rdma_messages; i++) {
        const sim_time ps = rdma_one(rdma_messages[i].transport, rdma_messages[i].bulk);

        cr_expect(ps == rdma_messages[i].ps, "%s: %ld ps, by hand %ld", rdma_messages[i].what, (long)ps,
                  (long)rdma_messages[i].ps);
    }
}

/* Messages a second over 5 ms. */
static double rdma_rate(const char *transport, const char *bulk)
{
    struct rdma_rig r = rdma_rig(transport, bulk, 0);
    double per_s;

    rig_run(r.w, SIM_MS, 5 * SIM_MS);
    per_s = (double)r.wl->m.completed / 5e-3;
    vio_world_destroy(r.w);
    return per_s;
}

/* What binds, and the rate then; all exact but for the ends of the interval. A round trip of a write of 64 B inline:
 * T = 183 400 + 73 142 + 108 x 250 + 500 000 + acknowledgement 32 x 250 + 500 000 = 1 291 542 ps. Of a read of 64 B:
 * 183 400 + 44 x 250 + 500 000 + 670 000 + 96 x 250 + 500 000 = 1 888 400 ps. */
static const struct {
    const char *what, *transport, *bulk;
    double per_s;
} rdma_rates[] = {
    {"the engine (V4: 5.45 million a second)", "", "message=64B ahead=64", 1e12 / 183400},
    {"the engine and its bytes: 512 B at 239 Gb/s = 17.138 ns (V7)", "message_time=242.5ns engine_rate=239Gbps",
     "message=512B ahead=64", 1e12 / (242500 + 512 * 8e3 / 239)},
    {"an engine of bytes: 512 at 8 Gb/s = 512 ns", "message_time=1ns engine_rate=8Gbps", "message=512B ahead=64",
     1e12 / 513000},
    {"the link: 1068 B", "message_time=1ns", "message=1KiB ahead=64", 1e12 / (1068 * 250)},
    {"a window of one", "outstanding=1", "message=64B ahead=64", 1e12 / 1291542},
    {"a window of four", "outstanding=4", "message=64B ahead=64", 4e12 / 1291542},
    {"the application: two in flight, done on delivery, in 783 542 ps", "", "message=64B ahead=2", 2e12 / 783542},
    {"one read", "operation=read reads=1", "message=64B ahead=64", 1e12 / 1888400},
    {"the responder's reads: 4", "operation=read reads=4", "message=64B ahead=64", 4e12 / 1888400},
    {"the window, below the responder's reads", "operation=read reads=16 outstanding=2", "message=64B ahead=64",
     2e12 / 1888400},
};

static bool rdma_holds(double simulated, double theory)
{
    return fabs(simulated / theory - 1) < 1e-3;
}

Test(test_rdma, rates)
{
    for (size_t i = 0; i < sizeof rdma_rates / sizeof *rdma_rates; i++) {
        const double per_s = rdma_rate(rdma_rates[i].transport, rdma_rates[i].bulk);

        cr_expect(rdma_holds(per_s, rdma_rates[i].per_s), "%s: %.0f a second, by hand %.0f", rdma_rates[i].what, per_s,
                  rdma_rates[i].per_s);
    }
}

/* Power: an adapter 2 % slower at any of its steps is not taken for the default one. */
Test(test_rdma, a_slower_adapter_is_seen)
{
    cr_expect_not(rdma_holds(rdma_rate("message_time=187.1ns", "message=64B ahead=64"), 1e12 / 183400));
    cr_expect_not(
        rdma_holds(rdma_rate("message_time=1ns engine_rate=7.84Gbps", "message=512B ahead=64"), 1e12 / 513000));
    cr_expect_not(
        rdma_holds(rdma_rate("operation=read reads=1 fetch=683.4ns", "message=64B ahead=64"), 1e12 / 1888400));
    cr_expect_neq(rdma_one("inline_rate=6.86Gbps", "message=64B total=64B"), rdma_messages[0].ps);
}

/* Acknowledgements are asked for by every n-th write, and by the one that fills the window: then nothing stalls. Of
 * 1200 writes every eighth asks; a window of three is always full at the third. */
Test(test_rdma, acknowledgements_are_coalesced)
{
    static const struct {
        const char *transport;
        uint64_t acks;
    } cases[] = {{"ack_every=1", 1200}, {"ack_every=8", 150}, {"ack_every=8 outstanding=3", 400}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rdma_rig r = rdma_rig(cases[i].transport, "message=64B total=76800B ahead=64", 0);
        const struct sim_metric *acks = r.f->type->metrics;

        while (acks->name && strcmp(acks->name, "acks") != 0)
            acks++;
        cr_assert(acks->name);
        rig_run(r.w, 0, 10 * SIM_MS);
        cr_expect_eq(r.wl->m.completed, 1200, "%s: %d", cases[i].transport, (int)r.wl->m.completed);
        cr_expect_eq(*(sim_counter *)((char *)vio_flow_state(r.f) + acks->offset), cases[i].acks, "%s: %d",
                     cases[i].transport, (int)*(sim_counter *)((char *)vio_flow_state(r.f) + acks->offset));
        vio_world_destroy(r.w);
    }
}

static uint64_t order_seen[4];
static uint32_t order_n;

/* A message inline, issued behind one that is fetched, does not overtake it: a reliable connection is in order. It is
 * ready at 2 x 183 400 + 73 142, the large one at 183 400 + 670 000; both packets follow each other on the link:
 * (1068 + 108) x 250. */
static void order_done(struct vio_message *m)
{
    order_seen[order_n++] = m->size_B;
    if (m->size_B == 64)
        cr_expect_eq(sim_now(&m->flow->world->sim), ENGINE + FETCH + (1068 + 108) * PER_B + WAY);
}

Test(test_rdma, nobody_overtakes)
{
    struct rdma_rig r = rdma_rig("", "message=1B start=1s", 0);
    struct vio_message large = {.size_B = 1024, .done = order_done}, small = {.size_B = 64, .done = order_done};

    order_n = 0;
    vio_flow_send(r.f, &large);
    vio_flow_send(r.f, &small);
    rig_run(r.w, 0, SIM_MS);
    cr_assert_eq(order_n, 2);
    cr_expect_eq(order_seen[0], 1024);
    cr_expect_eq(order_seen[1], 64);
    vio_world_destroy(r.w);
}

/* A link that drops: messages fail, are counted, and give their places back; none is left over. */
Test(test_rdma, what_is_dropped_fails)
{
    static const char *const transports[] = {"operation=write outstanding=8 ack_every=4",
                                             "operation=send outstanding=8", "operation=read outstanding=8"};

    for (size_t i = 0; i < sizeof transports / sizeof *transports; i++) {
        struct rdma_rig r = rdma_rig(transports[i], "message=8KiB total=8MiB ahead=32", 6);

        rig_run(r.w, 0, 100 * SIM_MS);
        cr_expect_gt(r.wl->m.failed, 0, "%s", transports[i]);
        cr_expect_gt(r.wl->m.completed, 0, "%s", transports[i]);
        cr_expect_eq(r.wl->m.failed + r.wl->m.completed, 1024, "%s: %d + %d", transports[i], (int)r.wl->m.failed,
                     (int)r.wl->m.completed);
        cr_expect_eq(r.wl->unfinished, 0);
        vio_world_destroy(r.w);
    }
}
