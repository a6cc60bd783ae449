/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/pcie_gen3_x1.c - PCI Express gen 3 x1 slot.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_pcie_gen3_x1 = {
    .type = "pcie-gen3-x1",
    .summary = "PCI Express gen 3 x1 slot",
    .rate_bps = UINT64_C(7876923076), /* lanes: 1 of 8 GT/s, 128/130 */
    .framing = VIO_FRAMING_PCIE,
    .ps_per_m = 0,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = UINT32_MAX,
    .source = "PCI Express Base 3.0; rates facts.md 2.3, TLP overhead 2.2, V8 [S98]",
};
