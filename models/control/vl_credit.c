/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control/vl_credit.c - InfiniBand: credits per virtual lane, in blocks of 64 B.
 *
 * Description  The sender counts the blocks it has sent, FCTBS; the receiver says up to which count it has room, FCCL =
 *              ABR + min(free blocks, 2048), where ABR are the blocks received. Both are 12-bit counters. A packet may
 *              go if (FCCL - FCTBS - its blocks) mod 4096 <= 2048.
 * Algorithm    The sender's FCTBS counts what is on the wire, too, so that it needs no ABR unless the buffer is larger
 *              than 2048 blocks: up to there FCCL = blocks ever freed + buffer, and grows when a packet leaves the
 *              buffer. Above, FCCL is also renewed when one arrives. At most 2048 blocks (128 KiB) are ever under way.
 * Simplified   A new FCCL goes out whenever it changes; the standard asks for one per lane in 65,536 symbol times, so
 *              that a lost one heals. Here none is lost and the renewal would tell nothing new. Its 8 bytes take no
 * time of the reverse wire. VL15 is not modelled. Source       IBA vol. 1 cl. 7.9
 */
#include "models/egress_private.h"

enum {
    VL_BLOCK_B = 64,
    VL_COUNTER = 4095, /* mask of the 12-bit counters */
    VL_WINDOW = 2048   /* most blocks that FCCL may be ahead */
};

static const char *const vl_params[] = {"credits", NULL};

static inline uint32_t vl_blocks(uint32_t wire_B)
{
    return (wire_B + VL_BLOCK_B - 1) / VL_BLOCK_B;
}

/* FCCL as the receiver would state it, for a buffer of more than the window. */
static uint32_t vl_limit(const struct vio_late *l, uint32_t vl)
{
    const uint32_t free_blocks = l->egress->config.credits - l->held[vl];

    return (l->abr[vl] + (free_blocks < VL_WINDOW ? free_blocks : VL_WINDOW)) & VL_COUNTER;
}

static void vl_init(struct vio_late *l, const struct vio_egress_config *c)
{
    for (uint32_t vl = 0; vl < VIO_CLASSES; vl++)
        l->fccl[vl] = c->credits < VL_WINDOW ? c->credits : VL_WINDOW;
}

static uint32_t vl_ready(const struct vio_late *l, uint32_t backlogged, sim_time now)
{
    uint32_t ready = backlogged;

    (void)now;
    for (uint32_t m = backlogged; m; m &= m - 1) {
        const uint32_t vl = (uint32_t)__builtin_ctz(m);
        const uint32_t blocks = vl_blocks(l->sched->queue[vl].head->wire_B);

        if (((l->fccl[vl] - l->fctbs[vl] - blocks) & VL_COUNTER) > VL_WINDOW)
            ready &= ~(1u << vl);
    }
    return ready;
}

static void vl_sent(struct vio_late *l, uint32_t account, uint32_t wire_B)
{
    l->fctbs[account] = (l->fctbs[account] + vl_blocks(wire_B)) & VL_COUNTER;
}

static void vl_told(struct vio_egress *e, const struct vio_signal *s)
{
    struct vio_late *l = e->late;
    const uint32_t vl = s->account;

    if (e->config.credits <= VL_WINDOW) {
        l->fccl[vl] = (l->fccl[vl] + (uint32_t)s->amount) & VL_COUNTER;
        return;
    }
    l->held[vl] -= (uint32_t)s->amount;
    if (s->amount < 0)
        l->abr[vl] = (l->abr[vl] - (uint32_t)s->amount) & VL_COUNTER;
    l->fccl[vl] = vl_limit(l, vl);
}

static bool vl_received(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time now)
{
    if (e->config.credits > VL_WINDOW)
        vio_late_signal(e, (struct vio_signal){now + e->late->signal_delay_ps, account, -(int32_t)vl_blocks(wire_B)});
    return true;
}

static void vl_released(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time freed_ps)
{
    vio_late_signal(e, (struct vio_signal){freed_ps + e->late->signal_delay_ps, account, (int32_t)vl_blocks(wire_B)});
}

const struct vio_control_type vio_control_vl_credit = {
    .type = "vl-credit",
    .summary = "InfiniBand: FCTBS and FCCL per virtual lane, in blocks of 64 B, at most 2048 ahead",
    .flow_control = VIO_FLOW_VL_CREDIT,
    .params = vl_params,
    .source = "IBA vol. 1 cl. 7.9; buffers facts.md 2.4",
    .per_class = true,
    .told_ahead = true,
    .protects = true,
    .init = vl_init,
    .ready = vl_ready,
    .sent = vl_sent,
    .told = vl_told,
    .received = vl_received,
    .released = vl_released,
};
