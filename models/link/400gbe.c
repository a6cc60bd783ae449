/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/400gbe.c - 400 Gigabit Ethernet, carries FCoE.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_400gbe = {
    .type = "400gbe",
    .summary = "400 Gigabit Ethernet, carries FCoE",
    .rate_bps = UINT64_C(400000000000), /* lanes: 8 of 53.125 Gb/s PAM4, 256b/257b and RS(544,514) */
    .framing = VIO_FRAMING_CONVERGED,
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = 1500,
    .mtu_max_B = 9216,
    .source = "IEEE 802.3 cl. 3, 4A, 119; rates facts.md 2.1, overheads 2.2; propagation 5 ns/m (2.4); FCoE: T11 "
              "FC-BB-5",
};
