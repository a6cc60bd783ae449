/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/10gbe.c - 10 Gigabit Ethernet, carries FCoE.
 */
#include "models/link.h"

const struct vio_link_type vio_link_10gbe = {
    .type = "10gbe",
    .summary = "10 Gigabit Ethernet, carries FCoE",
    .rate_bps = UINT64_C(10000000000),
    /* IP: preamble and SFD 8, MAC 14, FCS 4, gap 12; smallest frame 64 + 20. */
    .framing[VIO_PROTO_IP] = {.carried = true, .overhead_B = 38, .min_B = 84},
    /* FC over FCoE: Ethernet 14, VLAN 4, FCoE 14, FC header 24, CRC 4, EOF 4, FCS 4, preamble and gap 20. */
    .framing[VIO_PROTO_FC] = {.carried = true, .overhead_B = 88, .min_B = 88},
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = 1500,
    .source = "IEEE 802.3 cl. 3, 4A; rates facts.md 2.1, overheads 2.2; propagation 5 ns/m (2.4); FCoE: T11 FC-BB-5",
};
