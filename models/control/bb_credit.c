/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control/bb_credit.c - Fibre Channel: buffer-to-buffer credits.
 *
 * Description  A credit is one receive buffer for one frame of any size. A frame takes one, R_RDY brings it back when
 *              the frame has left the receiver's buffer.
 * Bounds       Throughput is min(line, credits * payload / (2 d + t)) over a propagation of d and frames of t.
 * Simplified   R_RDY is a primitive between frames and takes no time of the reverse wire; no BB_SC recovery, since no
 *              R_RDY is ever lost.
 * Source       FC-FS-3
 */
#include "models/egress_private.h"

static const char *const bb_params[] = {"credits", NULL};

static void bb_init(struct vio_late *l, const struct vio_egress_config *c)
{
    l->credit[0] = c->credits;
}

static uint32_t bb_ready(const struct vio_late *l, uint32_t backlogged, sim_time now)
{
    (void)now;
    return l->credit[0] ? backlogged : 0;
}

static void bb_sent(struct vio_late *l, uint32_t account, uint32_t wire_B)
{
    (void)wire_B;
    l->credit[account]--;
}

static void bb_told(struct vio_egress *e, const struct vio_signal *s)
{
    e->late->credit[s->account]++;
}

static void bb_released(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time freed_ps)
{
    (void)wire_B;
    vio_late_signal(e, (struct vio_signal){freed_ps + e->late->signal_delay_ps, account, 1});
}

const struct vio_control_type vio_control_bb_credit = {
    .type = "bb-credit",
    .summary = "Fibre Channel: one credit per frame, returned by R_RDY",
    .flow_control = VIO_FLOW_BB_CREDIT,
    .params = bb_params,
    .source = "FC-FS-3; credits per port facts.md 2.4",
    .told_ahead = true,
    .protects = true,
    .init = bb_init,
    .ready = bb_ready,
    .sent = bb_sent,
    .told = bb_told,
    .released = bb_released,
};
