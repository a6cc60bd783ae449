/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/ib_4x_hdr.c - InfiniBand 4x HDR, MTU 2048, credits per virtual lane.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_ib_4x_hdr = {
    .type = "ib-4x-hdr",
    .summary = "InfiniBand 4x HDR, MTU 2048, credits per virtual lane",
    .rate_bps = UINT64_C(200000000000), /* 4 x 53.125 Gb/s PAM4, 256b/257b and RS-FEC */
    .framing = VIO_FRAMING_IB(0),
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_VL_CREDIT,
    .credits = 512, /* 32 KiB per VL: 128 KB per port shared by four VLs, facts.md 2.4 */
    .mtu_B = 1500,
    .mtu_max_B = 9000,
    .source = "IBA vol. 1 cl. 5, 6, 7.9; rates facts.md 2.1, overheads 2.2; buffers 2.4",
};
