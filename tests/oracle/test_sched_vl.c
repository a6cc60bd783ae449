/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_sched_vl.c - virtual-lane arbitration: the order of packets by hand, byte shares, starvation.
 *
 * Setting: an egress without framing, so that a packet of 4096 B counts 4096 B, and saturated lanes. Theory ([S54], IBA
 * vol. 1 cl. 7.6.9): an entry sends while any of its weight (in 64 B) is left; the high table goes first until it has
 * sent high_limit x 4096 B, then the low table sends one packet.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { VL_LANES = 4, VL_PACKETS = 400 };

/* The lanes of the first packets, in order of departure, as digits; each lane l offers VL_PACKETS of size_B[l] (0 =
 * none) at once. The very first packet, which finds the line free, is one more of the lowest lane that offers any. */
static void vl_order(const char *params, const uint32_t *size_B, char *order, size_t n)
{
    const struct vio_sched_type *type = vio_sched_find("ib-vl-arb");
    struct vio_world *w = vio_world_create(3, 0);
    struct vio_egress_config c;
    struct vio_egress *e;
    struct vio_flow *f[VL_LANES];
    size_t seen[VL_LANES] = {0};

    vio_egress_defaults(&c, vio_link_find("ideal"));
    c.rate_bps = 32000000000;
    c.classes = VL_LANES;
    c.sched = type;
    c.sched_config = rig_config(w, type->params, type->config_size, params);
    e = vio_egress_create(w, "e", &c);
    for (uint8_t vl = 0; vl < VL_LANES; vl++) {
        f[vl] = probe_flow(w, sim_arena_printf(&w->arena, "vl%u", vl), VIO_PROTO_IP, rig_path(w, 1, &e), vl);
        if (size_B[vl])
            probe_send_at(f[vl], 0, VL_PACKETS, size_B[vl]);
    }
    rig_run(w, 0, 10 * SIM_MS);
    for (size_t i = 0; i < n; i++) {
        int first = -1;

        for (int vl = 0; vl < VL_LANES; vl++)
            if (seen[vl] < probe_of(f[vl])->n &&
                (first < 0 || probe_of(f[vl])->mark[seen[vl]].at_ps < probe_of(f[first])->mark[seen[first]].at_ps))
                first = vl;
        cr_assert_geq(first, 0);
        seen[first]++;
        order[i] = (char)('0' + first);
    }
    order[n] = '\0';
    vio_world_destroy(w);
}

/* By hand; the first packet is lane 0's, sent before the others came (it is chosen alone).
 * 1. low 1:64,2:128 and lane 0 high with limit 0: one packet of 0, one of the low table, and so on; the low table gives
 *    one packet of 4096 B to 1 and two to 2: 0 1 0 2 0 2 0 1 ...
 * 2. limit 1 (4096 B) with packets of 2048 B: two of lane 0, one of the low table.
 * 3. limit 255: lane 0 until it is empty.
 * 4. low table alone, a lane listed twice, 1:64,2:64,1:64,3:64 with 4096 B: 1 2 1 3 1 2 1 3.
 * 5. whole packets: weight 1 (64 B) still sends a packet of 4096 B, so 1:1,2:64 is one to one.
 * 6. limit 2 (8192 B) lets two packets of the high table go, 0 and 1 by turns, then one of the low: 2 and 3 by turns.
 */
Test(test_sched_vl, order_by_hand)
{
    static const struct {
        const char *params;
        uint32_t size_B[VL_LANES];
        const char *order;
    } cases[] = {
        {"high=0:255 low=1:64,2:128,3:1 high_limit=0", {4096, 4096, 4096, 0}, "0102020102020102"},
        {"high=0:255 low=1:64,2:128,3:1 high_limit=1", {2048, 4096, 4096, 0}, "0010020020010020"},
        {"high=0:255 low=1:64,2:128,3:1 high_limit=255", {4096, 4096, 4096, 0}, "0000000000000000"},
        {"high=0:255 low=1:64,2:64,1:64,3:64", {0, 4096, 4096, 4096}, "1213121312131213"},
        {"high=0:255 low=1:1,2:64,3:1", {0, 4096, 4096, 0}, "1212121212121212"},
        {"high=0:64,1:64 low=2:64,3:64 high_limit=2", {4096, 4096, 4096, 4096}, "0120130120130120"},
    };

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char order[17];

        vl_order(cases[k].params, cases[k].size_B, order, 16);
        cr_expect_str_eq(order, cases[k].order, "case %zu: %s", k + 1, order);
    }
}

/* Byte shares by weight 64:128:192 with packets of 4096 B, the example of [S54]: 1/6, 2/6, 3/6 of the bytes; and the
 * starvation of the low table at high_limit 255: it has nothing while the high table has packets (here 300 of its 400),
 * against one packet in seven at limit 6 (24 KB) with packets of 4 KB. */
Test(test_sched_vl, shares_and_starvation)
{
    static const uint32_t low_B[VL_LANES] = {0, 4096, 4096, 4096}, both_B[VL_LANES] = {4096, 4096, 0, 0};
    char order[601];
    int n[VL_LANES] = {0};

    vl_order("high=0:4 low=1:64,2:128,3:192", low_B, order, 600);
    for (int i = 0; i < 600; i++)
        n[order[i] - '0']++;
    cr_expect(abs(n[1] - 100) <= 1 && abs(n[2] - 200) <= 2 && abs(n[3] - 300) <= 3, "%d %d %d", n[1], n[2], n[3]);
    for (int unlimited = 0; unlimited < 2; unlimited++) {
        int low = 0;

        vl_order(unlimited ? "high=0:64 low=1:64,2:1,3:1 high_limit=255" : "high=0:64 low=1:64,2:1,3:1 high_limit=6",
                 both_B, order, 350);
        for (int i = 0; i < 350; i++)
            low += order[i] == '1';
        if (unlimited)
            cr_expect_eq(low, 0);
        else
            cr_expect(abs(low - 50) <= 1, "%d of 350", low);
    }
}

/* Tables that are none, and lanes that are in none. */
Test(test_sched_vl, tables_that_are_refused)
{
    static const char *const bad[] = {"high=0",       "high=0:256", "high=15:1",
                                      "low=0:4,,1:4", "high=0:4x",  "low=1:4 high=0:0"};
    const struct vio_sched_type *type = vio_sched_find("ib-vl-arb");
    struct vio_world *w = vio_world_create(1, 0);
    char why[256];

    cr_expect(type->check(rig_config(w, type->params, type->config_size, ""), NULL, 8, 1, why, sizeof why));
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        cr_expect_not(type->check(rig_config(w, type->params, type->config_size, bad[k]), NULL, 2, 1, why, sizeof why),
                      "%s is accepted", bad[k]);
    vio_world_destroy(w);
}
