/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/fc_32g.c - Fibre Channel 32G (3400 MB/s).
 */
#include "models/framing.h"

const struct vio_link_type vio_link_fc_32g = {
    .type = "fc-32g",
    .summary = "Fibre Channel 32G (3400 MB/s)",
    .rate_bps = UINT64_C(27200000000), /* 28.05 GBd, 256b/257b and RS(528,514) */
    .framing = VIO_FRAMING_FC,
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_BB_CREDIT,
    .credits = 16, /* per port, [S42] */
    .source = "T11 FC-FS-3, FC-PI-6; rates facts.md 2.1, overheads 2.2, credits 2.4 [S42]",
};
