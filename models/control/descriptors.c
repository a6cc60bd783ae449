/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control/descriptors.c - how far an adapter fetches ahead of its port, per class.
 *
 * Description  An adapter with several transmit queues has a ring of descriptors in the host's memory for each class.
 *              Its DMA fetches the frames of a ring over the slot while the adapter has less than `credits` of that
 *              class on board; the rest waits in the host, where it fills the ring and then the queue behind it. So a
 *              class that its port holds back does not fill the slot, and the order between classes is made where
 *              frames wait.
 * Bounds       At most `credits` frames of a class between the start of their fetch and their last bit on the cable.
 * Simplified   A frame is one descriptor. Classes, not flows, have rings. The ports of a card share the classes'
 * counts. Source       Intel 82598 data sheet (transmit rings, per-class fetch); depth: assumption A-130.
 */
#include "models/egress_private.h"

static const char *const descriptors_params[] = {"credits", NULL};

static void descriptors_init(struct vio_late *l, const struct vio_egress_config *c)
{
    for (uint32_t tc = 0; tc < VIO_CLASSES; tc++)
        l->credit[tc] = c->credits;
}

static uint32_t descriptors_ready(const struct vio_late *l, uint32_t backlogged, sim_time now)
{
    uint32_t ready = backlogged;

    (void)now;
    for (uint32_t m = backlogged; m; m &= m - 1)
        if (!l->credit[__builtin_ctz(m)])
            ready &= ~(m & -m);
    return ready;
}

static void descriptors_sent(struct vio_late *l, uint32_t account, uint32_t wire_B)
{
    (void)wire_B;
    l->credit[account]--;
}

static void descriptors_told(struct vio_egress *e, const struct vio_signal *s)
{
    e->late->credit[s->account]++;
}

static void descriptors_released(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time freed_ps)
{
    (void)wire_B;
    vio_late_signal(e, (struct vio_signal){freed_ps + e->late->signal_delay_ps, account, 1});
}

const struct vio_control_type vio_control_descriptors = {
    .type = "descriptors",
    .summary = "slot of an adapter: frames of each class that it fetches ahead of its port",
    .flow_control = VIO_FLOW_DESCRIPTORS,
    .params = descriptors_params,
    .source = "Intel 82598 data sheet; depth: assumption A-130",
    .per_class = true,
    .told_ahead = true,
    .counts_all = true,
    .init = descriptors_init,
    .ready = descriptors_ready,
    .sent = descriptors_sent,
    .told = descriptors_told,
    .released = descriptors_released,
};
