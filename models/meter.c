/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/meter.c - token buckets and the marker of RFC 2698.
 */
#include "models/meter.h"

#include "models/link.h"
#include "models/sched.h"
#include "sim/kernel/assert.h"

void vio_bucket_init(struct vio_bucket *b, uint64_t rate_bps, uint64_t burst_B)
{
    uint64_t carry = 0;

    *b = (struct vio_bucket){.rate_bps = rate_bps};
    if (!rate_bps)
        return;
    b->depth_ps = vio_wire_time(burst_B, rate_bps, &carry);
    b->depth_ps += carry > 0; /* INV: no packet up to burst_B costs more than the depth, whatever its carry */
    b->level_ps = b->depth_ps;
}

static sim_time meter_level_ps(const struct vio_bucket *b, sim_time now)
{
    const sim_time missing_ps = b->depth_ps - b->level_ps;

    return now - b->at_ps >= missing_ps ? b->depth_ps : b->level_ps + (now - b->at_ps);
}

sim_time vio_bucket_ready_ps(const struct vio_bucket *b, uint64_t B, sim_time now)
{
    uint64_t carry = b->carry;
    sim_time cost_ps, level_ps;

    if (!b->rate_bps)
        return now;
    cost_ps = vio_wire_time(B, b->rate_bps, &carry);
    level_ps = meter_level_ps(b, now);
    if (cost_ps <= level_ps)
        return now;
    return cost_ps > b->depth_ps ? SIM_TIME_NEVER : now + (cost_ps - level_ps);
}

void vio_bucket_take(struct vio_bucket *b, uint64_t B, sim_time now)
{
    if (!b->rate_bps)
        return;
    b->level_ps = meter_level_ps(b, now) - vio_wire_time(B, b->rate_bps, &b->carry);
    b->at_ps = now;
    SIM_CHECK(b->level_ps >= 0);
}

void vio_tr_tcm_init(struct vio_tr_tcm *m, const struct vio_class_config *c, sim_time burst_ps, uint32_t max_wire_B)
{
    const uint64_t rate_bps[2] = {c->cir_bps, c->pir_bps}, given_B[2] = {c->cbs_B, c->pbs_B};
    struct vio_bucket *bucket[2] = {&m->committed, &m->peak};

    m->commits = c->cir_bps > 0;
    for (int i = 0; i < 2; i++) {
        uint64_t B = given_B[i] > max_wire_B ? given_B[i] : max_wire_B;

        vio_bucket_init(bucket[i], rate_bps[i], B);
        if (rate_bps[i] && !given_B[i] && bucket[i]->depth_ps < burst_ps)
            bucket[i]->depth_ps = bucket[i]->level_ps = burst_ps;
    }
}

enum vio_colour vio_tr_tcm_colour(const struct vio_tr_tcm *m, uint64_t B, sim_time now)
{
    if (vio_bucket_ready_ps(&m->peak, B, now) > now)
        return VIO_RED;
    return m->commits && vio_bucket_ready_ps(&m->committed, B, now) <= now ? VIO_GREEN : VIO_YELLOW;
}

void vio_tr_tcm_take(struct vio_tr_tcm *m, enum vio_colour colour, uint64_t B, sim_time now)
{
    if (colour == VIO_RED)
        return;
    vio_bucket_take(&m->peak, B, now);
    if (colour == VIO_GREEN)
        vio_bucket_take(&m->committed, B, now);
}
