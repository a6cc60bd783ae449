/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_link.c - every link technology: its rate, what its framing adds, and the goodput that leaves.
 *
 * The numbers are those of the standards (facts.md 2.1 to 2.3), worked out in the comments and never read from the
 * code's tables.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "models/egress.h"
#include "models/framing.h"

struct rate {
    const char *link;
    uint64_t bps;
};

static const struct rate rates[] = {
    {"gbe", 1000000000},          /* 1.25 GBd x 8/10 */
    {"10gbe", 10000000000},       /* 10.3125 GBd x 64/66 */
    {"25gbe", 25000000000},       /* 25.78125 GBd x 64/66 */
    {"40gbe", 40000000000},       /* 4 x 10.3125 x 64/66 */
    {"50gbe", 50000000000},       /* 53.125 Gb/s x 514/544 x 256/257 */
    {"100gbe", 100000000000},     /* 4 x 25.78125 x 64/66 */
    {"200gbe", 200000000000},     /* 4 x 53.125 x 514/544 x 256/257 */
    {"400gbe", 400000000000},     /* 8 of them */
    {"ib-4x-sdr", 8000000000},    /* 4 x 2.5 x 8/10 */
    {"ib-4x-ddr", 16000000000},   /* 4 x 5 x 8/10 */
    {"ib-4x-qdr", 32000000000},   /* 4 x 10 x 8/10 */
    {"ib-4x-fdr10", 40000000000}, /* 4 x 10.3125 x 64/66 */
    {"ib-4x-fdr", 54545454545},   /* 4 x 14.0625 x 64/66 = 54.54..., rounded down */
    {"ib-4x-edr", 100000000000},  /* 4 x 25.78125 x 64/66 */
    {"ib-4x-hdr", 200000000000},  /* 4 x 53.125 x 514/544 x 256/257 */
    {"ib-4x-ndr", 400000000000},  /* 4 x 106.25 likewise */
    {"fc-1g", 850000000},         /* 1.0625 GBd x 8/10 = 106.25 MB/s */
    {"fc-2g", 1700000000},        /* 212.5 MB/s */
    {"fc-4g", 3400000000},        /* 425 MB/s */
    {"fc-8g", 6800000000},        /* 850 MB/s */
    {"fc-16g", 13600000000},      /* 14.025 GBd x 64/66 = 1700 MB/s */
    {"fc-32g", 27200000000},      /* 3400 MB/s */
    {"fc-64g", 54400000000},      /* 6800 MB/s */
    {"pcie-gen1-x1", 2000000000}, /* 2.5 GT/s x 8/10 a lane */
    {"pcie-gen1-x4", 8000000000},
    {"pcie-gen1-x8", 16000000000},
    {"pcie-gen1-x16", 32000000000},
    {"pcie-gen2-x1", 4000000000}, /* 5 GT/s x 8/10 a lane */
    {"pcie-gen2-x4", 16000000000},
    {"pcie-gen2-x8", 32000000000},
    {"pcie-gen2-x16", 64000000000},
    {"pcie-gen3-x1", 7876923076}, /* 8 GT/s x 128/130 = 7.876923076... a lane, rounded down as a whole */
    {"pcie-gen3-x4", 31507692307},
    {"pcie-gen3-x8", 63015384615},
    {"pcie-gen3-x16", 126030769230},
    {"pcie-gen4-x1", 15753846153}, /* 16 GT/s x 128/130 */
    {"pcie-gen4-x4", 63015384615},
    {"pcie-gen4-x8", 126030769230},
    {"pcie-gen4-x16", 252061538461},
    {"pcie-gen5-x1", 31507692307}, /* 32 GT/s x 128/130 */
    {"pcie-gen5-x4", 126030769230},
    {"pcie-gen5-x8", 252061538461},
    {"pcie-gen5-x16", 504123076923},
};
enum { RATES = sizeof(rates) / sizeof(*rates) };

/* Every technology is in the table above, but for the two that are no wires. */
Test(test_link, rates)
{
    size_t known = 0;

    for (size_t i = 0; vio_link_types[i]; i++) {
        const struct vio_link_type *l = vio_link_types[i];
        size_t k = 0;

        while (k < RATES && strcmp(rates[k].link, l->type) != 0)
            k++;
        if (strcmp(l->type, "cpu") == 0 || strcmp(l->type, "ideal") == 0)
            continue;
        cr_assert(k < RATES, "%s has no rate here", l->type);
        cr_expect(l->rate_bps == rates[k].bps, "%s: %llu bit/s", l->type, (unsigned long long)l->rate_bps);
        cr_expect(l->source && *l->source && l->summary && *l->summary, "%s has no source", l->type);
        known++;
    }
    cr_expect(known == RATES, "%zu of %d technologies are there", known, (int)RATES);
}

/* What a family carries, by the first letters of its names. The rows of one protocol go together: a transport that may
 * use a link may use all of its rows. */
Test(test_link, what_is_carried)
{
    for (size_t i = 0; vio_link_types[i]; i++) {
        const struct vio_link_type *l = vio_link_types[i];
        const bool fc = strncmp(l->type, "fc-", 3) == 0, ib = strncmp(l->type, "ib-", 3) == 0;
        const bool ethernet = strstr(l->type, "gbe") != NULL, slow = strcmp(l->type, "gbe") == 0;

        cr_expect(l->framing[VIO_PROTO_IP].carried == !fc, "%s, IP", l->type);
        cr_expect(l->framing[VIO_PROTO_FC].carried == !slow, "%s, FC", l->type);
        cr_expect(l->framing[VIO_PROTO_RDMA].carried == !(fc || slow), "%s, RDMA", l->type);
        cr_expect(l->framing[VIO_PROTO_FC_FIRST].carried == l->framing[VIO_PROTO_FC].carried);
        cr_expect(l->framing[VIO_PROTO_RDMA_FIRST].carried == l->framing[VIO_PROTO_RDMA].carried);
        cr_expect(l->framing[VIO_PROTO_RDMA_SEND].carried == l->framing[VIO_PROTO_RDMA].carried);
        cr_expect(l->framing[VIO_PROTO_RDMA_ACK].carried == l->framing[VIO_PROTO_RDMA].carried);
        cr_expect((l->flow_control == VIO_FLOW_BB_CREDIT) == fc && (l->flow_control == VIO_FLOW_VL_CREDIT) == ib);
        cr_expect((l->mtu_max_B > 0) == (ethernet || ib), "%s: %u B", l->type, l->mtu_max_B);
    }
}

struct wire {
    const char *family; /* first letters of a type, or part of it */
    enum vio_proto proto;
    uint32_t size_B, wire_B;
};

static const struct wire wires[] = {
    /* Ethernet: preamble and SFD 8, addresses and type 14, FCS 4, gap 12 = 38; at least 64 + 8 + 12 = 84. */
    {"gbe", VIO_PROTO_IP, 1500, 1538},
    {"gbe", VIO_PROTO_IP, 46, 84},
    {"gbe", VIO_PROTO_IP, 47, 85},
    {"gbe", VIO_PROTO_IP, 20, 84},
    {"gbe", VIO_PROTO_IP, 9000, 9038},
    /* FCoE: 14 + VLAN 4 + 14 + FC header 24 + CRC 4 + EOF 4 + FCS 4 + 20 = 88. */
    {"0gbe", VIO_PROTO_FC, 2048, 2136},
    {"0gbe", VIO_PROTO_FC_FIRST, 2112, 2200},
    {"25gbe", VIO_PROTO_FC, 2112, 2200},
    /* FC: SOF 4, header 24, CRC 4, EOF 4, six words 24 = 60. */
    {"fc-", VIO_PROTO_FC, 2048, 2108},
    {"fc-", VIO_PROTO_FC_FIRST, 2112, 2172},
    {"fc-", VIO_PROTO_FC, 0, 60},
    /* IB: LRH 8 + BTH 12 + ICRC 4 + VCRC 2 = 26, on 8b/10b links 2 symbols more; MTU 2048. */
    {"ib-4x-qdr", VIO_PROTO_RDMA, 2048, 2076},
    {"ib-4x-sdr", VIO_PROTO_RDMA, 2048, 2076},
    {"ib-4x-ddr", VIO_PROTO_FC, 2048, 2076},
    {"ib-4x-edr", VIO_PROTO_RDMA, 2048, 2074},
    {"ib-4x-fdr", VIO_PROTO_RDMA, 2048, 2074},
    {"ib-4x-hdr", VIO_PROTO_RDMA, 2048, 2074},
    {"ib-4x-ndr", VIO_PROTO_RDMA, 2049, 2049 + 2 * 26},
    {"ib-4x-qdr", VIO_PROTO_RDMA_FIRST, 2048, 2076 + 16}, /* RETH */
    {"ib-4x-qdr", VIO_PROTO_FC_FIRST, 2048, 2076 + 16},
    {"ib-4x-qdr", VIO_PROTO_RDMA_FIRST, 0, 28 + 16},   /* read request */
    {"ib-4x-qdr", VIO_PROTO_RDMA_SEND, 2048, 2076},    /* no RETH */
    {"ib-4x-qdr", VIO_PROTO_RDMA_ACK, 0, 28 + 4},      /* AETH */
    {"ib-4x-edr", VIO_PROTO_RDMA_ACK, 2048, 2074 + 4}, /* end of a read response */
    /* vNIC: Ethernet header 14 and shim 4 in a datagram, which adds DETH 8: 1500 + 18 + 28 + 8. */
    {"ib-4x-qdr", VIO_PROTO_IP, 1500, 1554},
    {"ib-4x-edr", VIO_PROTO_IP, 1500, 1552},
    {"ib-4x-edr", VIO_PROTO_IP, 4000, 4000 + 18 + 2 * 34},
    /* PCIe: 24 B around each write of 256 B, and 14 B of link-layer packets. */
    {"pcie", VIO_PROTO_IP, 1500, 1500 + 6 * 38},
    {"pcie", VIO_PROTO_FC, 2048, 2048 + 8 * 38},
    {"pcie", VIO_PROTO_RDMA, 2048, 2048 + 8 * 38},
    {"pcie", VIO_PROTO_RDMA_FIRST, 2048, 64 + 38 + 2048 + 8 * 38}, /* a work request of 64 B in a unit of its own */
    {"pcie", VIO_PROTO_RDMA_SEND, 2048, 64 + 38 + 2048 + 8 * 38},
    {"pcie", VIO_PROTO_RDMA_ACK, 0, 38},
    /* RoCE: Ethernet 38, IP 20, UDP 8, BTH 12, ICRC 4 = 82 for each 1024 B, what an MTU of 1500 has room for. */
    {"0gbe", VIO_PROTO_RDMA, 1024, 1024 + 82},
    {"0gbe", VIO_PROTO_RDMA_SEND, 1025, 1025 + 2 * 82},
    {"0gbe", VIO_PROTO_RDMA_FIRST, 1024, 1024 + 82 + 16},
    {"0gbe", VIO_PROTO_RDMA_ACK, 0, 82 + 4},
};

Test(test_link, wire_bytes)
{
    for (size_t k = 0; k < sizeof(wires) / sizeof(*wires); k++) {
        const struct wire *x = &wires[k];
        size_t found = 0;

        for (size_t i = 0; vio_link_types[i]; i++) {
            const struct vio_link_type *l = vio_link_types[i];

            if (!strstr(l->type, x->family))
                continue;
            const uint32_t wire_B = vio_wire_B(&l->framing[x->proto], x->size_B);

            cr_expect(wire_B == x->wire_B, "%s, protocol %d, %u B: %u B, by hand %u B", l->type, (int)x->proto,
                      x->size_B, wire_B, x->wire_B);
            found++;
        }
        cr_expect(found > 0, "no link is called like %s", x->family);
    }
}

/* The wire bytes of an egress whose MTU, unit or tag differ from its technology's. */
static uint32_t changed_B(const char *link, uint32_t segment_B, bool tagged, enum vio_proto proto, uint32_t size_B)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find(link));
    c.segment_B = segment_B;
    c.tagged = tagged;
    const struct vio_framing f = vio_egress_framing(&c, proto);

    return vio_wire_B(&f, size_B);
}

/* IB packetisation: n = ceil(size / MTU) packets of 26 B each, RETH in the first: 64 KiB at each MTU. */
Test(test_link, units)
{
    for (uint32_t mtu_B = 256; mtu_B <= 4096; mtu_B *= 2)
        cr_expect(changed_B("ib-4x-edr", mtu_B, false, VIO_PROTO_RDMA_FIRST, 65536) == 65536 + 65536 / mtu_B * 26 + 16,
                  "MTU %u B", mtu_B);
    /* RoCE by the MTU: headers IP 20, UDP 8, BTH 12, RETH 16, ICRC 4 = 60 B beside the data. */
    static const struct {
        uint32_t mtu_B, unit_B;
    } roce[] = {{1500, 1024}, {1084, 1024}, {1083, 512},  {2107, 1024}, {2108, 2048},
                {4155, 2048}, {4156, 4096}, {9216, 4096}, {576, 512},   {571, 256}};

    for (size_t i = 0; i < sizeof roce / sizeof *roce; i++) {
        struct vio_egress_config c;

        vio_egress_defaults(&c, vio_link_find("40gbe"));
        c.mtu_B = roce[i].mtu_B;
        c.tagged = i % 2;
        const struct vio_framing f = vio_egress_framing(&c, VIO_PROTO_RDMA);

        cr_expect(vio_wire_B(&f, 8192) == 8192 + 8192 / roce[i].unit_B * (82 + (i % 2 ? 4 : 0)),
                  "MTU %u B: units of %u B", roce[i].mtu_B, f.segment_B);
    }
    cr_expect(changed_B("pcie-gen3-x8", 128, false, VIO_PROTO_FC, 2048) == 2048 + 16 * 38);
    cr_expect(changed_B("pcie-gen3-x8", 512, false, VIO_PROTO_FC, 2048) == 2048 + 4 * 38);
    cr_expect(changed_B("10gbe", 512, false, VIO_PROTO_IP, 1500) == 1538, "Ethernet has no units");
    cr_expect(changed_B("10gbe", 0, true, VIO_PROTO_IP, 1500) == 1542, "38 and a tag of 4");
    cr_expect(changed_B("10gbe", 0, true, VIO_PROTO_FC, 2048) == 2136, "FCoE has its tag already");
}

/* What is left of the line: facts.md 2.2, to the digits given there. */
Test(test_link, goodput_of_the_line)
{
    const struct {
        const char *link;
        uint32_t segment_B;
        bool tagged;
        enum vio_proto proto;
        uint32_t size_B, data_B; /* handed to the link; of it the application's */
        double ratio, digit;
    } share[] = {
        {"10gbe", 0, false, VIO_PROTO_IP, 1500, 1460, 0.9493, 1e-4}, /* TCP: 40 B of headers */
        {"10gbe", 0, false, VIO_PROTO_IP, 1500, 1448, 0.9415, 1e-4}, /* and 12 B of timestamps */
        {"10gbe", 0, true, VIO_PROTO_IP, 1500, 1448, 0.9390, 1e-4},
        {"100gbe", 0, false, VIO_PROTO_IP, 9000, 8960, 0.9914, 1e-4},
        {"100gbe", 0, false, VIO_PROTO_IP, 9000, 8948, 0.9900, 1e-4},
        {"gbe", 0, false, VIO_PROTO_IP, 1500, 1472, 0.9571, 1e-4}, /* UDP: 28 B */
        {"10gbe", 0, false, VIO_PROTO_FC, 2112, 2112, 0.960, 1e-3},
        {"40gbe", 0, false, VIO_PROTO_FC, 2048, 2048, 0.9588, 1e-4},
        {"ib-4x-edr", 0, false, VIO_PROTO_RDMA, 2048, 2048, 0.9875, 1e-4}, /* 2048 / 2074 */
        {"ib-4x-edr", 4096, false, VIO_PROTO_RDMA, 4096, 4096, 0.9937, 1e-4},
        {"fc-8g", 0, false, VIO_PROTO_FC, 2048, 2048, 825.8 / 850, 1e-4}, /* V14 */
    };

    for (size_t i = 0; i < sizeof(share) / sizeof(*share); i++) {
        const uint32_t wire_B =
            changed_B(share[i].link, share[i].segment_B, share[i].tagged, share[i].proto, share[i].size_B);
        const double ratio = (double)share[i].data_B / wire_B;

        cr_expect(fabs(ratio - share[i].ratio) < share[i].digit, "%s, %u of %u B: %.5f, by hand %.4f", share[i].link,
                  share[i].data_B, wire_B, ratio, share[i].ratio);
    }
}

/* V14: one-way MB/s of 2048 B frames, facts.md 6. */
Test(test_link, v14_fibre_channel)
{
    const struct {
        const char *link;
        double mb_per_s, digit;
    } port[] = {{"fc-2g", 206.5, 0.1}, {"fc-4g", 412.9, 0.1}, {"fc-8g", 825.8, 0.1},
                {"fc-16g", 1652, 1},   {"fc-32g", 3303, 1},   {"fc-64g", 6607, 1}};

    for (size_t i = 0; i < sizeof(port) / sizeof(*port); i++) {
        const struct vio_link_type *l = vio_link_find(port[i].link);
        const double ps =
            (double)vio_wire_time(vio_wire_B(&l->framing[VIO_PROTO_FC], 2048), l->rate_bps, &(uint64_t){0});
        const double mb_per_s = 2048 / ps * 1e6;

        cr_expect(fabs(mb_per_s - port[i].mb_per_s) < port[i].digit, "%s: %.2f MB/s", port[i].link, mb_per_s);
    }
}

/* The slot is the limit: dual-port 10GbE in gen 1 x8 gets 13 to 14.6 Gb/s, QDR in gen 2 x8 the 27.25 Gb/s of V8 within
 * 3 %. TLPs alone leave 128/152 = 0.842 and 256/280 = 0.914; the link layer's packets take 2 to 5 % of that. */
Test(test_link, slots)
{
    const struct vio_link_type *one = vio_link_find("pcie-gen1-x8"), *two = vio_link_find("pcie-gen2-x8");
    const double left_256 = 2048.0 / changed_B("pcie-gen1-x8", 256, false, VIO_PROTO_FC, 2048);
    const double left_128 = 2048.0 / changed_B("pcie-gen1-x8", 128, false, VIO_PROTO_FC, 2048);
    const double dual = (double)one->rate_bps * 1500 / vio_wire_B(&one->framing[VIO_PROTO_IP], 1500);
    const double qdr = (double)two->rate_bps * left_256;

    cr_expect(left_256 < 256.0 / 280 * 0.98 && left_256 >= 256.0 / 280 * 0.95, "%.4f", left_256);
    cr_expect(left_128 < 128.0 / 152 * 0.98 && left_128 >= 128.0 / 152 * 0.90, "%.4f", left_128);
    cr_expect(dual > 13e9 && dual < 14.6e9, "%.3g bit/s", dual);
    cr_expect(fabs(qdr / 27.25e9 - 1) < 0.03, "%.3g bit/s", qdr);
}
