/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/fc_4g.c - Fibre Channel 4G (425 MB/s).
 */
#include "models/framing.h"

const struct vio_link_type vio_link_fc_4g = {
    .type = "fc-4g",
    .summary = "Fibre Channel 4G (425 MB/s)",
    .rate_bps = UINT64_C(3400000000), /* 4.25 GBd, 8b/10b */
    .framing = VIO_FRAMING_FC,
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_BB_CREDIT,
    .credits = 16, /* per port, [S42] */
    .source = "T11 FC-FS-3, FC-PI-2; rates facts.md 2.1, overheads 2.2, credits 2.4 [S42]",
};
