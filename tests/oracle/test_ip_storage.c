/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_ip_storage.c - iSCSI and NFS: I/Os on a quiet line by hand, wire speed, and what survives losses.
 *
 * 10GbE: a full segment occupies t = 1 230 400 ps, one of n < 1448 B (n + 90) x 800 ps. The array takes 10 us in the
 * controller and 100 us in the cache. Windows of 100 segments hold all that is sent.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/rig/tcp_rig.h"

static const sim_time storage_t = 1230400, storage_work = 110 * SIM_US;

/* n bytes over the wire: full segments and the rest. */
static sim_time storage_bytes(uint64_t n)
{
    return (sim_time)(n / 1448) * storage_t + (n % 1448 ? (sim_time)(n % 1448 + 90) * 800 : 0);
}

struct storage_rig {
    struct vio_world *world;
    struct vio_flow *flow;
};

static void storage_build(struct storage_rig *g, const char *type, const char *text, sim_time delay_ps, uint32_t limit,
                          bool trace)
{
    struct vio_egress_config c;
    struct vio_egress *there, *back;

    g->world = vio_world_create(1, 0);
    g->world->trace = trace;
    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.delay_ps = delay_ps;
    c.limit_pkts = limit;
    there = vio_egress_create(g->world, "there", &c);
    back = vio_egress_create(g->world, "back", &c);
    g->flow = rig_flow(
        g->world, "flow", type, text, rig_path(g->world, 1, &there), rig_path(g->world, 1, &back), 0,
        rig_array(g->world, "array", "cache_hit=100% cache_time=100us controller_time=10us controllers=8 destage=0%"));
}

static sim_time storage_one(const char *type, const char *text, uint64_t size_B, bool write, sim_time delay_ps)
{
    struct storage_rig g;
    struct rig_message x;
    uint32_t next = 0;

    storage_build(&g, type, text, delay_ps, 0, false);
    rig_message_at(&x, g.flow, 0, size_B, &next);
    x.m.write = write;
    rig_run(g.world, 0, SIM_S);
    cr_expect_eq(g.flow->goodput_B, size_B);
    vio_world_destroy(g.world);
    return x.at_ps;
}

/* RFC 7143. A read of 8 KiB: command 48 B there, 48 + 8192 B back. A write of 8 KiB is immediate data: 48 + 8192 B
 * there, 48 B back. A write of 64 KiB: the command with 8192 B, R2T, seven units of 8192 B, the response. Without
 * immediate data all eight are asked for; without initial R2T all come with the command. Bursts of 32 KiB: two R2T for
 * 57,344 B. An odd size is padded to words. */
Test(test_ip_storage, iscsi_by_hand)
{
    const sim_time d = 20 * SIM_US, u = storage_bytes(48), w = storage_work;
    const char *plain = "initial_window=100packets window=1MiB";

    cr_expect_eq(storage_one("iscsi", plain, 8192, false, d), u + d + w + storage_bytes(8240) + d);
    cr_expect_eq(storage_one("iscsi", plain, 8192, true, d), storage_bytes(8240) + d + w + u + d);
    cr_expect_eq(storage_one("iscsi", plain, 501, false, d), u + d + w + storage_bytes(48 + 504) + d);
    cr_expect_eq(storage_one("iscsi", plain, 65536, false, d), u + d + w + storage_bytes(65536 + UINT64_C(8) * 48) + d);
    cr_expect_eq(storage_one("iscsi", plain, 65536, true, d),
                 storage_bytes(8240) + d + u + d + storage_bytes(57344 + UINT64_C(7) * 48) + d + w + u + d);
    cr_expect_eq(storage_one("iscsi", "initial_window=100packets window=1MiB immediate_data=no", 65536, true, d),
                 u + d + u + d + storage_bytes(65536 + UINT64_C(8) * 48) + d + w + u + d);
    cr_expect_eq(storage_one("iscsi", "initial_window=100packets window=1MiB initial_r2t=no", 65536, true, d),
                 storage_bytes(65536 + UINT64_C(8) * 48) + d + w + u + d);
    cr_expect_eq(storage_one("iscsi", "initial_window=100packets window=1MiB max_burst=32KiB", 65536, true, d),
                 storage_bytes(8240) + d + u + d + storage_bytes(32768 + UINT64_C(4) * 48) + d + u + d +
                     storage_bytes(24576 + UINT64_C(3) * 48) + d + w + u + d);
}

/* RFC 1813. A read of 8 KiB: 120 B there, 132 + 8192 B back; a write: 128 + 8192 B there, 164 B back. A read of 128 KiB
 * is two calls of 64 KiB: the second reply, ready 168 ns after the first, is sent behind it. In one slot the second
 * call begins when the first is over. */
Test(test_ip_storage, nfs_by_hand)
{
    const sim_time d = 20 * SIM_US, w = storage_work, call = storage_bytes(120), reply = storage_bytes(65536 + 132);
    const char *plain = "initial_window=100packets window=1MiB";

    cr_expect_eq(storage_one("nfs", plain, 8192, false, d), call + d + w + storage_bytes(132 + 8192) + d);
    cr_expect_eq(storage_one("nfs", plain, 8192, true, d), storage_bytes(128 + 8192) + d + w + storage_bytes(164) + d);
    cr_expect_eq(storage_one("nfs", plain, 131072, false, d), call + d + w + 2 * reply + d);
    cr_expect_eq(storage_one("nfs", "initial_window=100packets window=1MiB slots=1", 131072, false, d),
                 2 * (call + d + w + reply + d));
}

/* Queue depth 2: of three writes of 8 KiB given at once the third begins when the first is over. The second follows the
 * first on the wire and ends s = 7 t + 976 ns later; the third takes the time of one, from the end of the first. */
Test(test_ip_storage, queue_depth)
{
    const sim_time d = 20 * SIM_US, one = storage_bytes(8240) + d + storage_work + storage_bytes(48) + d;
    struct storage_rig g;
    struct rig_message x[3];
    uint32_t next = 0;

    storage_build(&g, "iscsi", "initial_window=100packets window=1MiB queue_depth=2", d, 0, false);
    for (uint32_t i = 0; i < 3; i++) {
        rig_message_at(&x[i], g.flow, 0, 8192, &next);
        x[i].index = i;
        x[i].m.write = true;
    }
    rig_run(g.world, 0, SIM_S);
    cr_expect_eq(x[0].at_ps, one);
    cr_expect_eq(x[1].at_ps, one + storage_bytes(8240));
    cr_expect_eq(x[2].at_ps, 2 * one);
    vio_world_destroy(g.world);
}

/* Reads and writes of 1 to 400 KB through queues of 12 packets: segments are lost in plenty, no I/O is, and the time of
 * every one is accounted for (the assertion on completion). Three variants of TCP underneath. */
Test(test_ip_storage, nothing_is_lost_but_time)
{
    static const char *const types[] = {"iscsi", "nfs"};
    static const char *const tcp[] = {"rto_min=1ms rto_max=50ms congestion=tcp-newreno",
                                      "rto_min=1ms rto_max=50ms congestion=tcp-cubic tso=30KB",
                                      "rto_min=1ms rto_max=50ms congestion=tcp-dctcp"};

    for (size_t i = 0; i < 6; i++) {
        struct storage_rig g;
        struct vio_workload *wl;

        storage_build(&g, types[i % 2], tcp[i / 2], 50 * SIM_US, 12, true);
        wl = rig_workload(g.world, "block", "block", "queue_depth=40 read=50% stop=500ms", &g.flow, 1);
        rig_set_dist(wl, "size", sim_dist_uniform(1000, 400000));
        rig_run(g.world, 0, 2 * SIM_S);
        cr_expect_gt(rig_counter(g.flow, "retransmits"), 100, "%s", types[i % 2]);
        cr_expect_gt(wl->m.completed, 200);
        cr_expect_eq(wl->m.completed, wl->m.issued);
        cr_expect_eq(wl->m.bytes, g.flow->goodput_B);
        cr_expect_eq(wl->account.n, wl->m.completed);
        vio_world_destroy(g.world);
    }
}
