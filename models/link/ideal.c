/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link/ideal.c - a server without framing, for textbook queues.
 *
 * What a queueing formula calls a server: bytes at a rate, nothing added. Set the rate to fit.
 */
#include "models/framing.h"

const struct vio_link_type vio_link_ideal = {
    .type = "ideal",
    .summary = "a server without framing, for textbook queues",
    .rate_bps = UINT64_C(10000000000),
    .framing = VIO_FRAMING_BARE,
    .ps_per_m = 5000,
    .flow_control = VIO_FLOW_NONE,
    .mtu_B = UINT32_MAX,
    .source = "definition",
};
