/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/fc_64g.c - Fibre Channel 64G (6800 MB/s).
 */
#include "models/framing.h"

const struct vio_link_type vio_link_fc_64g = {
    .type = "fc-64g",
    .summary = "Fibre Channel 64G (6800 MB/s)",
    .rate_bps = UINT64_C(54400000000), /* 57.8 Gb/s PAM4, 256b/257b and RS(544,514) */
    .framing = VIO_FRAMING_FC,
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_BB_CREDIT,
    .credits = 16, /* per port, [S42] */
    .source = "T11 FC-FS-3, FC-PI-7; rates facts.md 2.1, overheads 2.2, credits 2.4 [S42]",
};
