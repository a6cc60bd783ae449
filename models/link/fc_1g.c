/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/fc_1g.c - Fibre Channel 1G (106.25 MB/s).
 */
#include "models/framing.h"

const struct vio_link_type vio_link_fc_1g = {
    .type = "fc-1g",
    .summary = "Fibre Channel 1G (106.25 MB/s)",
    .rate_bps = UINT64_C(850000000), /* 1.0625 GBd, 8b/10b */
    .framing = VIO_FRAMING_FC,
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_BB_CREDIT,
    .credits = 16, /* per port, [S42] */
    .source = "T11 FC-FS-3, FC-PI; rates facts.md 2.1, overheads 2.2, credits 2.4 [S42]",
};
