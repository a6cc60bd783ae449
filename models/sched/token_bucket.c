/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/token_bucket.c - a port that sends at a rate below its line's, with a burst.
 *
 * Description  Packets leave in order of arrival, each when the bucket holds its bytes: the rate limit of a virtual
 *              interface, the static rate control of an InfiniBand adapter. It delays and never drops.
 * Algorithm    models/meter.h
 * Bounds       At most burst + rate t wire bytes start in any window of length t.
 * Source       [SK] definition; facts.md 3.2 (static rate control), 3.4 (Xen rate limit [S32]).
 */
#include "models/meter.h"
#include "models/sched.h"

struct token_bucket_config {
    uint64_t rate_bps, burst_B;
};

static const struct sim_param token_bucket_params[] = {
    {"rate", SIM_PARAM_RATE, offsetof(struct token_bucket_config, rate_bps), "0 bps", NULL, NULL,
     "of all classes together, in wire bytes; 0 bps = no limit", "design choice"},
    {"burst", SIM_PARAM_SIZE, offsetof(struct token_bucket_config, burst_B), "16 KB", NULL, NULL,
     "that may leave at the line's rate after a pause; never less than the largest packet of the link",
     "assumption A-100"},
    {0}};

static void token_bucket_init(struct vio_sched *s)
{
    const struct token_bucket_config *c = s->config;

    vio_bucket_init(vio_sched_state(s), c->rate_bps, c->burst_B > s->max_wire_B ? c->burst_B : s->max_wire_B);
}

static int token_bucket_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    int tc = vio_sched_first(s, ready);

    *again_at_ps = vio_bucket_ready_ps(vio_sched_state(s), s->queue[tc].head->wire_B, now);
    return *again_at_ps > now ? -1 : tc;
}

static void token_bucket_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    vio_bucket_take(vio_sched_state(s), p->wire_B, now);
}

const struct vio_sched_type vio_sched_token_bucket = {
    .type = "token-bucket",
    .summary = "all classes in order of arrival, at most burst + rate t in every window",
    .state_size = sizeof(struct vio_bucket),
    .config_size = sizeof(struct token_bucket_config),
    .params = token_bucket_params,
    .shapes = VIO_SHAPES_LIMITED,
    .source = "definition; facts.md 3.2, 3.4 [S32]",
    .init = token_bucket_init,
    .pick = token_bucket_pick,
    .sent = token_bucket_sent,
};
