/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control/pause.c - IEEE 802.3x: pause of a whole link.
 *
 * Description  As PFC, but the receiver has one buffer per ingress and its pause stops all classes: no class is ever
 * lost for want of room, and none is spared. Simplified   As in models/egress_pause.c. Source       IEEE 802.3 annex
 * 31B
 */
#include "models/egress_private.h"

static const char *const pause_params[] = {"xoff", "xon", "headroom", "pause_time", "pause_refresh", NULL};

static uint32_t pause_ready(const struct vio_late *l, uint32_t backlogged, sim_time now)
{
    return l->paused && vio_pause_in_force(l, now) ? 0 : backlogged;
}

const struct vio_control_type vio_control_pause = {
    .type = "pause",
    .summary = "802.3x: the receiver pauses the whole link of its sender, all classes",
    .flow_control = VIO_FLOW_PAUSE,
    .params = pause_params,
    .source = "IEEE 802.3 annex 31B; headroom [S45], facts.md 3.1",
    .protects = true,
    .init = vio_pause_init,
    .ready = pause_ready,
    .again_ps = vio_pause_ends_ps,
    .told = vio_pause_told,
    .received = vio_pause_received,
    .released = vio_pause_released,
};
