/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/gbe.c - Gigabit Ethernet.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_gbe = {
    .type = "gbe",
    .summary = "Gigabit Ethernet",
    .rate_bps = UINT64_C(1000000000), /* 1.25 GBd, 8b/10b */
    .framing = VIO_FRAMING_ETHERNET,
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = 1500,
    .mtu_max_B = 9216,
    .source = "IEEE 802.3 cl. 3, 4A, 36; rates facts.md 2.1, overheads 2.2; propagation 5 ns/m (2.4)",
};
