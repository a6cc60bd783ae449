/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/fc_16g.c - Fibre Channel 16G (1700 MB/s).
 */
#include "models/framing.h"

const struct vio_link_type vio_link_fc_16g = {
    .type = "fc-16g",
    .summary = "Fibre Channel 16G (1700 MB/s)",
    .rate_bps = UINT64_C(13600000000), /* 14.025 GBd x 64/66 */
    .framing = VIO_FRAMING_FC,
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_BB_CREDIT,
    .credits = 16, /* per port, [S42] */
    .source = "T11 FC-FS-3, FC-PI-5; rates facts.md 2.1, overheads 2.2, credits 2.4 [S42]",
};
