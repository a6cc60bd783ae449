/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/pcie_gen5_x4.c - PCI Express gen 5 x4 slot.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_pcie_gen5_x4 = {
    .type = "pcie-gen5-x4",
    .summary = "PCI Express gen 5 x4 slot",
    .rate_bps = UINT64_C(126030769230), /* lanes: 4 of 32 GT/s, 128/130 */
    .framing = VIO_FRAMING_PCIE,
    .ps_per_m = 0,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = UINT32_MAX,
    .source = "PCI Express Base 5.0; rates facts.md 2.3, TLP overhead 2.2, V8 [S98]",
};
