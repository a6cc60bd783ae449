/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/shares.c - shares that count only at saturation, as network I/O control of a hypervisor has them.
 *
 * Description  As long as the port keeps up, packets leave in order of arrival. When more waits than the port sends in
 *              the saturation time, classes are served in proportion to their shares (weight: low 25, normal 50, high
 *              100). A class may have a limit, which always holds.
 * Differs      From drr: below saturation a class of few shares is not put back behind others, and a class that lived
 *              above its share does not pay for it later; from partition: what a class leaves goes to the others.
 * Algorithm    Order of arrival, or models/sched_fair.h started afresh whenever saturation begins; a token bucket
 *              (models/meter.h) per limited class.
 * Simplified   The real one measures saturation by the adapter's completions; here by the bytes that wait. Reservations
 *              of version 3 are the guarantees of hierarchy.
 * Source       facts.md 3.4 [S56].
 */
#include "models/meter.h"
#include "models/sched_fair.h"

struct shares_config {
    sim_time saturation_ps;
    uint64_t burst_B;
};

struct shares {
    struct vio_fair fair;
    struct vio_bucket limit[VIO_CLASSES];
    uint64_t saturated_B; /* that wait */
    bool saturated;
};

static const struct sim_param shares_params[] = {
    {"saturation", SIM_PARAM_TIME, offsetof(struct shares_config, saturation_ps), "50us", "0s", "1s",
     "the port is saturated when more waits than it sends in this time", "assumption A-102"},
    {"burst", SIM_PARAM_SIZE, offsetof(struct shares_config, burst_B), "16 KB", NULL, NULL,
     "of a class with a limit; never less than the largest packet of the link", "assumption A-100"},
    {0}};

static void shares_init(struct vio_sched *s)
{
    const struct shares_config *c = s->config;
    struct shares *sh = vio_sched_state(s);
    double weight[VIO_CLASSES];
    uint64_t carry = 0;
    sim_time packet_ps = vio_wire_time(s->max_wire_B, s->rate_bps, &carry);

    for (uint32_t tc = 0; tc < s->classes; tc++) {
        weight[tc] = s->cls[tc].weight;
        vio_bucket_init(&sh->limit[tc], s->cls[tc].limit_bps, c->burst_B > s->max_wire_B ? c->burst_B : s->max_wire_B);
    }
    vio_fair_init(&sh->fair, s, weight);
    sh->saturated_B = (uint64_t)((double)c->saturation_ps / (double)packet_ps * s->max_wire_B);
}

static void shares_enqueued(struct vio_sched *s, const struct vio_packet *p)
{
    struct shares *sh = vio_sched_state(s);

    vio_fair_enqueued(&sh->fair, s, p);
}

/* Classes of `ready` that their limit allows to send; the next time it does for one of the others in *again_at_ps. */
static uint32_t shares_allowed(const struct vio_sched *s, const struct shares *sh, uint32_t ready, sim_time now,
                               sim_time *again_at_ps)
{
    uint32_t allowed = 0;

    for (; ready; ready &= ready - 1) {
        const int tc = __builtin_ctz(ready);
        const sim_time at_ps = vio_bucket_ready_ps(&sh->limit[tc], s->queue[tc].head->wire_B, now);

        if (at_ps <= now)
            allowed |= 1u << tc;
        else if (at_ps < *again_at_ps)
            *again_at_ps = at_ps;
    }
    return allowed;
}

static int shares_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    struct shares *sh = vio_sched_state(s);
    const uint32_t allowed = shares_allowed(s, sh, ready, now, again_at_ps);
    uint64_t waiting_B = 0;
    bool saturated;

    if (!allowed)
        return -1;
    for (uint32_t m = allowed; m; m &= m - 1)
        waiting_B += s->queue[__builtin_ctz(m)].B;
    saturated = waiting_B > sh->saturated_B;
    if (saturated && !sh->saturated)
        vio_fair_restart(&sh->fair, s);
    sh->saturated = saturated;
    if (!saturated)
        return vio_sched_first(s, allowed);
    return vio_fair_pick(&sh->fair, s, allowed, vio_fair_backlogged(s) & ~allowed);
}

static void shares_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct shares *sh = vio_sched_state(s);
    const uint32_t tc = vio_sched_class(s, p);

    vio_bucket_take(&sh->limit[tc], p->wire_B, now);
    vio_fair_sent(&sh->fair, s, tc);
}

const struct vio_sched_type vio_sched_shares = {
    .type = "shares",
    .summary = "shares that count only at saturation, and a limit per class; else order of arrival",
    .state_size = sizeof(struct shares),
    .config_size = sizeof(struct shares_config),
    .params = shares_params,
    .class_keys = "weight, limit",
    .shapes = VIO_SHAPES_LIMITED,
    .source = "facts.md 3.4 [S56]",
    .init = shares_init,
    .enqueued = shares_enqueued,
    .pick = shares_pick,
    .sent = shares_sent,
};
