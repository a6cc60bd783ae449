/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/ib_4x_sdr.c - InfiniBand 4x SDR, MTU 2048, credits per virtual lane.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_ib_4x_sdr = {
    .type = "ib-4x-sdr",
    .summary = "InfiniBand 4x SDR, MTU 2048, credits per virtual lane",
    .rate_bps = UINT64_C(8000000000), /* 4 x 2.5 Gb/s, 8b/10b */
    .framing = VIO_FRAMING_IB(2),
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_VL_CREDIT,
    .credits = 512, /* 32 KiB per VL: 128 KB per port shared by four VLs, facts.md 2.4 */
    .mtu_B = 1500,
    .mtu_max_B = 9000,
    .source = "IBA vol. 1 cl. 5, 6, 7.9; rates facts.md 2.1, overheads 2.2; buffers 2.4",
};
