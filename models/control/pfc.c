/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control/pfc.c - IEEE 802.1Qbb: priority flow control, pause per lossless class.
 *
 * Description  The receiver keeps a buffer per lossless class of each ingress. Above XOFF it sends a pause for this
 *              class, at XON a pause of time 0; the headroom above XOFF takes what is still on its way.
 * Simplified   As in models/egress_pause.c.
 * Source       IEEE 802.1Qbb; headroom [S45]
 */
#include "models/egress_private.h"

static const char *const pfc_params[] = {"xoff", "xon", "headroom", "pause_time", "pause_refresh", NULL};

static uint32_t pfc_ready(const struct vio_late *l, uint32_t backlogged, sim_time now)
{
    return l->paused ? backlogged & ~vio_pause_in_force(l, now) : backlogged;
}

const struct vio_control_type vio_control_pfc = {
    .type = "pfc",
    .summary = "802.1Qbb: the receiver pauses a lossless class of its sender; headroom takes what is under way",
    .flow_control = VIO_FLOW_PFC,
    .params = pfc_params,
    .source = "IEEE 802.1Qbb; headroom [S45], facts.md 3.1",
    .per_class = true,
    .init = vio_pause_init,
    .ready = pfc_ready,
    .again_ps = vio_pause_ends_ps,
    .told = vio_pause_told,
    .received = vio_pause_received,
    .released = vio_pause_released,
};
