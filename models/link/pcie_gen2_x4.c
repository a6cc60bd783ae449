/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/pcie_gen2_x4.c - PCI Express gen 2 x4 slot.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_pcie_gen2_x4 = {
    .type = "pcie-gen2-x4",
    .summary = "PCI Express gen 2 x4 slot",
    .rate_bps = UINT64_C(16000000000), /* lanes: 4 of 5 GT/s, 8/10 */
    .framing = VIO_FRAMING_PCIE,
    .ps_per_m = 0,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = UINT32_MAX,
    .source = "PCI Express Base 2.0; rates facts.md 2.3, TLP overhead 2.2, V8 [S98]",
};
