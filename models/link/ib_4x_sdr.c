/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/ib_4x_sdr.c - InfiniBand 4x SDR, MTU 2048, credits per virtual lane.
 */
#include "models/link.h"

const struct vio_link_type vio_link_ib_4x_sdr = {
    .type = "ib-4x-sdr",
    .summary = "InfiniBand 4x SDR, MTU 2048, credits per virtual lane",
    .rate_bps = UINT64_C(8000000000),
    /* A vNIC's Ethernet frame in one datagram packet: Ethernet 14 and shim 4 as payload; LRH 8, BTH 12, DETH 8, ICRC 4,
     * VCRC 2, framing symbols 2 per packet. */
    .framing[VIO_PROTO_IP] = {.carried = true, .overhead_B = 18, .segment_B = 2048, .segment_overhead_B = 36},
    /* A vHBA's data as reliable-connection packets: LRH 8, BTH 12, ICRC 4, VCRC 2, framing symbols 2. */
    .framing[VIO_PROTO_FC] = {.carried = true, .segment_B = 2048, .segment_overhead_B = 28},
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_VL_CREDIT,
    .credits = 512, /* 32 KiB per VL: 128 KB per port shared by four VLs, facts.md 2.4 */
    .mtu_B = 1500,
    .source = "IBA vol. 1 cl. 5, 6, 7.9; rates facts.md 2.1, overheads 2.2; buffers 2.4",
};
