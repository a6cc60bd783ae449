/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/pcie_gen2_x4.c - PCI Express gen 2 x4 slot.
 *
 * A packet crosses the slot as posted writes of at most 256 B. The data link layer's own packets (acknowledgements,
 * flow control) take a further 5 %, counted as 14 B per write, which puts the slot within 3 % of the measured point V8.
 */
#include "models/link.h"

const struct vio_link_type vio_link_pcie_gen2_x4 = {
    .type = "pcie-gen2-x4",
    .summary = "PCI Express gen 2 x4 slot",
    .rate_bps = UINT64_C(16000000000),
    .framing[VIO_PROTO_IP] = {.carried = true, .segment_B = 256, .segment_overhead_B = 24 + 14},
    .framing[VIO_PROTO_FC] = {.carried = true, .segment_B = 256, .segment_overhead_B = 24 + 14},
    .ps_per_m = 0,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = UINT32_MAX,
    .source = "PCI Express Base 1.1/2.0; rates facts.md 2.3, TLP overhead 2.2, V8 [S98]",
};
