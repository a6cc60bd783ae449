/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/partition.c - a port cut into slices of fixed speed.
 *
 * Description  Each class has a slice of the line that nobody else may use and that it cannot exceed, as the four
 *              FlexNICs of a Flex-10 port. Not work-conserving: what a class does not use is lost.
 * Algorithm    models/partition.h allots the speeds. A class may start a packet when its slice has carried the one
 *              before; among those that may, the one whose slice would be through with its packet first. A start that
 *              the other slices delayed is made up for, so the long-run rate is the allotted one.
 * Bounds       At most r t plus what all slices' largest packets delay it, in any window of length t.
 * Source       HP Virtual Connect Flex-10, allocation rule [S17], rate limit in hardware [S18] [S19].
 */
#include "models/partition.h"

#include <stdio.h>

#include "models/sched.h"

struct partition_config {
    uint64_t step_bps;
};

struct partition {
    uint64_t rate_bps[VIO_CLASSES];
    uint64_t carry[VIO_CLASSES];
    sim_time free_ps[VIO_CLASSES]; /* the slice is through with what it was given */
    sim_time slack_ps;             /* how late a start may be and still be made up for */
};

static const struct sim_param partition_params[] = {
    {"step", SIM_PARAM_RATE, offsetof(struct partition_config, step_bps), "100 Mbps", "1 bps", NULL,
     "speeds that are not requested are rounded down to a multiple of this", "[S17]: steps of 100 Mb/s"},
    {0}};

static bool partition_allot(const struct partition_config *c, const struct vio_class_config *cls, uint32_t classes,
                            uint64_t rate_bps, uint64_t *out)
{
    uint64_t requested[VIO_CLASSES] = {0};

    for (uint32_t tc = 0; tc < classes; tc++)
        requested[tc] = cls[tc].rate_bps;
    return vio_partition(rate_bps, c->step_bps, requested, classes, out);
}

static bool partition_check(const void *config, const struct vio_class_config *cls, uint32_t classes, uint64_t rate_bps,
                            char *why, size_t why_size)
{
    uint64_t allotted[VIO_CLASSES], sum = 0;
    uint32_t automatic = 0;

    if (partition_allot(config, cls, classes, rate_bps, allotted))
        return true;
    for (uint32_t tc = 0; tc < classes; tc++) {
        sum += cls[tc].rate_bps;
        automatic += cls[tc].rate_bps == 0;
    }
    snprintf(why, why_size,
             "the classes request %.3g of %.3g Gb/s, which does not leave a step for each of the %u without a rate",
             (double)sum / 1e9, (double)rate_bps / 1e9, automatic);
    return false;
}

static void partition_init(struct vio_sched *s)
{
    struct partition *pt = vio_sched_state(s);
    uint64_t carry = 0;

    partition_allot(s->config, s->cls, s->classes, s->rate_bps, pt->rate_bps);
    pt->slack_ps = vio_wire_time((uint64_t)s->max_wire_B * s->classes, s->rate_bps, &carry);
}

static void partition_enqueued(struct vio_sched *s, const struct vio_packet *p)
{
    struct partition *pt = vio_sched_state(s);
    uint32_t tc = vio_sched_class(s, p);

    if (s->queue[tc].pkts == 1 && pt->free_ps[tc] < p->enq_ps)
        pt->free_ps[tc] = p->enq_ps;
}

static int partition_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    const struct partition *pt = vio_sched_state(s);
    sim_time earliest_ps = SIM_TIME_NEVER, best_ps = SIM_TIME_NEVER;
    int best = -1;

    for (; ready; ready &= ready - 1) {
        int tc = __builtin_ctz(ready);
        uint64_t carry = pt->carry[tc];
        sim_time through_ps;

        if (pt->free_ps[tc] > now) {
            earliest_ps = pt->free_ps[tc] < earliest_ps ? pt->free_ps[tc] : earliest_ps;
            continue;
        }
        through_ps = pt->free_ps[tc] + vio_wire_time(s->queue[tc].head->wire_B, pt->rate_bps[tc], &carry);
        if (through_ps < best_ps) {
            best_ps = through_ps;
            best = tc;
        }
    }
    *again_at_ps = earliest_ps;
    return best;
}

static void partition_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct partition *pt = vio_sched_state(s);
    uint32_t tc = vio_sched_class(s, p);

    if (pt->free_ps[tc] < now - pt->slack_ps)
        pt->free_ps[tc] = now - pt->slack_ps;
    pt->free_ps[tc] += vio_wire_time(p->wire_B, pt->rate_bps[tc], &pt->carry[tc]);
}

const struct vio_sched_type vio_sched_partition = {
    .type = "partition",
    .summary = "hard partition: each class a fixed speed that it cannot exceed and nobody else can use",
    .state_size = sizeof(struct partition),
    .config_size = sizeof(struct partition_config),
    .params = partition_params,
    .class_keys = "rate",
    .shapes = VIO_SHAPES_ALWAYS,
    .source = "HP Virtual Connect Flex-10 [S17] [S18] [S19]",
    .check = partition_check,
    .init = partition_init,
    .enqueued = partition_enqueued,
    .pick = partition_pick,
    .sent = partition_sent,
};
