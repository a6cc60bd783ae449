/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/cpu.c - a processor core that handles packets.
 *
 * Not a wire: an egress of this type serialises packets through a core. Its rate is the clock divided by the cycles per
 * byte, its fixed time the cycles per packet; the host section of the scenario sets both.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_cpu = {
    .type = "cpu",
    .summary = "a processor core that handles packets",
    .rate_bps = UINT64_C(23200000000),
    .framing = VIO_FRAMING_BARE,
    .ps_per_m = 0,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = UINT32_MAX,
    .source = "facts.md 3.4; default 2.9 GHz at 1 cycle per byte [S57]",
};
