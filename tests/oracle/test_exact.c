/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_exact.c - store and forward to the picosecond.
 *
 * Theory. A frame of B byte times on a link of C bit/s takes t = 8 B / C from its first bit to its last. A
 * store-and-forward hop hands it on when the last bit has come through the wire (propagation d) and the node behind it
 * (latency l). Over k hops an uncontended frame arrives after sum(t_i + d_i + l_i). Of a burst of n equal frames the
 * last arrives (n - 1) t_max later, where t_max is the slowest hop (a pipeline). Every number below is computed from
 * the standards' byte counts in the comments, not from the code's tables.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

struct exact_hop {
    const char *link;
    double length_m;
    sim_time latency_ps, fixed_ps;
};

static struct vio_egress *exact_egress(struct vio_world *w, uint32_t i, const struct exact_hop *h)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find(h->link));
    c.length_m = h->length_m;
    c.latency_ps = h->latency_ps;
    c.fixed_ps = h->fixed_ps;
    c.flow_control = VIO_FLOW_NONE;
    return vio_egress_create(w, sim_arena_printf(&w->arena, "hop%u", i), &c);
}

/* When the last of n packets, launched together at time 7 ps, has come over the k hops, less the 7 ps. */
static sim_time exact_last(const struct exact_hop *hop, uint32_t k, enum vio_proto proto, uint32_t n, uint32_t size_B)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *e[8];
    struct vio_flow *f;
    sim_time at = -1;

    for (uint32_t i = 0; i < k; i++)
        e[i] = exact_egress(w, i, &hop[i]);
    f = probe_flow(w, "probe", proto, rig_path(w, k, e), 0);
    probe_send_at(f, 7, n, size_B);
    rig_run(w, 0, 100 * SIM_S);
    if (probe_of(f)->n == n)
        at = probe_of(f)->mark[n - 1].at_ps - 7;
    vio_world_destroy(w);
    return at;
}

struct exact_frame {
    const char *link;
    enum vio_proto proto;
    uint32_t size_B;
    sim_time ps;
};

static const struct exact_frame exact_frames[] = {
    /* Ethernet, IEEE 802.3 cl. 3: preamble and SFD 8, addresses and type 14, FCS 4, gap 12 = 38. 1500 + 38 = 1538 B;
     * 8 ns a byte at 1 Gb/s, 0.8 ns at 10 Gb/s. Smallest frame 64 + 8 + 12 = 84 B: up to 46 B of payload. */
    {"gbe", VIO_PROTO_IP, 1500, 12304000},
    {"10gbe", VIO_PROTO_IP, 1500, 1230400},
    {"10gbe", VIO_PROTO_IP, 46, 67200},
    {"10gbe", VIO_PROTO_IP, 40, 67200},
    {"10gbe", VIO_PROTO_IP, 47, 68000},
    {"gbe", VIO_PROTO_IP, 1, 672000},
    /* FCoE, FC-BB-5: 38 + VLAN 4 + FCoE header 14 + FC header 24 + CRC 4 + EOF 4 = 88; 2048 + 88 = 2136 B. */
    {"10gbe", VIO_PROTO_FC, 2048, 1708800},
    /* FC-FS-3: SOF 4, header 24, CRC 4, EOF 4, six primitive words 24 = 60. 2108 B at 425 MB/s = 4.96 us exactly, at
     * 850 MB/s 2.48 us, at 212.5 MB/s 9.92 us. A bare header: 60 B at 425 MB/s = 141 176.47 ps. */
    {"fc-2g", VIO_PROTO_FC, 2048, 9920000},
    {"fc-4g", VIO_PROTO_FC, 2048, 4960000},
    {"fc-8g", VIO_PROTO_FC, 2048, 2480000},
    {"fc-4g", VIO_PROTO_FC, 0, 141176},
    /* InfiniBand, IBA vol. 1 cl. 5.2: an Ethernet frame (14 + 4 shim) in a datagram packet, LRH 8, BTH 12, DETH 8, ICRC
     * 4, VCRC 2, 2 framing symbols: 1500 + 18 + 36 = 1554 B; 0.25 ns a byte at 32 Gb/s, 0.5 at 16, 1 at 8. */
    {"ib-4x-qdr", VIO_PROTO_IP, 1500, 388500},
    {"ib-4x-ddr", VIO_PROTO_IP, 1500, 777000},
    {"ib-4x-sdr", VIO_PROTO_IP, 1500, 1554000},
    /* Reliable connection: LRH 8, BTH 12, ICRC 4, VCRC 2, framing 2 = 28. One packet up to 2048 B: 2076 B. 2112 B are
     * two packets: 2112 + 56 = 2168 B. */
    {"ib-4x-qdr", VIO_PROTO_FC, 2048, 519000},
    {"ib-4x-ddr", VIO_PROTO_FC, 2112, 1084000},
    /* PCI Express gen 1/2 posted writes of 256 B: 24 B of TLP framing [facts 2.2] and 14 B of DLLP share each. 1500 B
     * are 6 writes: 1500 + 6 * 38 = 1728 B; 256 B are one: 294 B; 257 B are two: 333 B. Gen 2 x8 32 Gb/s, gen 1 x4 8
     * Gb/s. */
    {"pcie-gen2-x8", VIO_PROTO_IP, 1500, 432000},
    {"pcie-gen2-x8", VIO_PROTO_IP, 256, 73500},
    {"pcie-gen2-x8", VIO_PROTO_IP, 257, 83250},
    {"pcie-gen1-x4", VIO_PROTO_FC, 1500, 1728000},
    {"pcie-gen1-x8", VIO_PROTO_IP, 1500, 864000},
    {"pcie-gen2-x4", VIO_PROTO_IP, 1500, 864000},
};

/* Each frame over one hop and over five equal hops of 40 m (200 ns at 5 ns/m; PCIe has no length) with 1.5 us of node.
 */
Test(test_exact, one_frame)
{
    for (size_t i = 0; i < sizeof exact_frames / sizeof *exact_frames; i++) {
        const struct exact_frame *x = &exact_frames[i];
        const struct exact_hop h = {x->link, 40, 1500 * SIM_NS, 0};
        const struct exact_hop hop[5] = {h, h, h, h, h}, bare = {x->link, 0, 0, 0};
        const sim_time wire_ps = strncmp(x->link, "pcie", 4) == 0 ? 0 : 200 * SIM_NS;
        sim_time one = exact_last(&bare, 1, x->proto, 1, x->size_B), five = exact_last(hop, 5, x->proto, 1, x->size_B);

        cr_expect(one == x->ps, "%s, %u B, one hop: %ld ps, by hand %ld", x->link, x->size_B, (long)one, (long)x->ps);
        cr_expect(five == 5 * (x->ps + wire_ps + 1500 * SIM_NS), "%s, %u B, five hops: %ld ps", x->link, x->size_B,
                  (long)five);
    }
}

/* The way of a converged design: a core (2.9 GHz, 1 cycle per byte = 23.2 Gb/s, and 500 ns per packet), PCIe gen 2 x8,
 * IB QDR 5 m, director 8 us, 10GbE 3 m, switch 1.2 us, GbE 20 m. 1500 B:
 *   core 1500 * 8 / 23.2 = 517 241.38 -> 517 241 + 500 000; PCIe 432 000; IB 388 500 + 25 000 + 8 000 000;
 *   10GbE 1 230 400 + 15 000 + 1 200 000; GbE 12 304 000 + 100 000. */
Test(test_exact, different_hops)
{
    static const struct exact_hop hop[] = {{"cpu", 0, 0, 500 * SIM_NS},
                                           {"pcie-gen2-x8", 0, 0, 0},
                                           {"ib-4x-qdr", 5, 8 * SIM_US, 0},
                                           {"10gbe", 3, 1200 * SIM_NS, 0},
                                           {"gbe", 20, 0, 0}};
    const sim_time one =
        517241 + 500000 + 432000 + 388500 + 25000 + 8000000 + 1230400 + 15000 + 1200000 + 12304000 + 100000;

    cr_expect_eq(exact_last(hop, 5, VIO_PROTO_IP, 1, 1500), one);
    /* A burst of 1000: the slowest hop, GbE, paces the rest. */
    cr_expect_eq(exact_last(hop, 5, VIO_PROTO_IP, 1000, 1500), one + 999 * INT64_C(12304000));
    /* The slow hop first: 1000 frames leave GbE one by one, and never wait again. */
    static const struct exact_hop down[] = {{"gbe", 20, 1200 * SIM_NS, 0}, {"10gbe", 3, 0, 0}};

    cr_expect_eq(exact_last(down, 2, VIO_PROTO_IP, 1000, 1500),
                 1000 * INT64_C(12304000) + 100000 + 1200000 + 1230400 + 15000);
}

/* A rate whose picoseconds per byte are no whole number must not drift: the last of n frames leaves at
 * floor(n * 8 B * 10^12 / C). FC 4G (3.4 Gb/s), 2112 + 60 = 2172 B, 10^6 frames: 17376 * 10^18 / 3.4e9 =
 * 5 110 588 235 294.1 ps. Rounding each frame down would lose 235 294 ps. Both forms of the egress, and a core of
 * 1.4 GHz at 3 cycles per byte: 3 733 333 333.3 -> 3 733 333 333 bit/s, 60 B frames: 480 * 10^18 / 3 733 333 333 =
 * 128 571 428 583.. computed below in 128 bits. */
Test(test_exact, no_drift)
{
    enum { FRAMES = 1000000, CYCLES = 3 };
    const uint64_t core_bps = UINT64_C(3733333333);

    cr_assert_eq(vio_link_rate_of_cycles(1.4e9, CYCLES), core_bps);
    for (int late = 0; late < 2; late++)
        for (int core = 0; core < 2; core++) {
            struct vio_world *w = vio_world_create(1, 0);
            struct vio_egress_config c;
            struct vio_egress *e;
            struct vio_flow *f;
            sim_time last_ps = core ? (sim_time)((sim_u128)480 * FRAMES * SIM_S / core_bps) : INT64_C(5110588235294);

            vio_egress_defaults(&c, vio_link_find(core ? "cpu" : "fc-4g"));
            c.flow_control = VIO_FLOW_NONE;
            c.rate_bps = core ? core_bps : 0;
            c.classes = late ? 2 : 1;
            c.sched = vio_sched_find("strict");
            e = vio_egress_create(w, "e", &c);
            f = probe_flow(w, "probe", VIO_PROTO_FC, rig_path(w, 1, &e), 0);
            probe_send_at(f, 0, FRAMES, core ? 60 : 2112);
            rig_run(w, 0, 10 * SIM_S);
            cr_assert_eq(probe_of(f)->n, FRAMES);
            cr_expect(probe_of(f)->mark[FRAMES - 1].at_ps == last_ps, "late %d core %d: %ld, by hand %ld", late, core,
                      (long)probe_of(f)->mark[FRAMES - 1].at_ps, (long)last_ps);
            cr_expect_eq(vio_egress_get_stats(e)->busy_ps, (uint64_t)last_ps);
            vio_world_destroy(w);
        }
}
