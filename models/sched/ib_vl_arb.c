/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/ib_vl_arb.c - virtual-lane arbitration of InfiniBand.
 *
 * Description  Two tables of (lane, weight): the high-priority table is served before the low-priority one, but at most
 *              `high_limit` x 4096 bytes in a row; then one packet of the low table may go. Within a table the entries
 *              take turns, each up to its weight in units of 64 bytes. A lane may be listed several times, in one or
 *              both tables; entries of weight 0 are skipped. Class number n of the scenario is lane n.
 * Algorithm    Weighted round robin. An entry sends while any of its weight is left, the last packet whole: what it
 *              takes too much is not charged later, so a packet of L bytes counts as ceil(L / 64) of the weight at
 *              least, and weights should be multiples of the packet. An entry whose lane has nothing to send (or no
 *              credit) loses the rest of its turn. high_limit 0 is one packet, 255 no limit: then the low table starves
 *              as long as the high one has packets.
 * Bounds       Lanes of one table that stay ready share its bytes as ceil(64 w / L) L.
 * Simplified   Lane 15 (management) is not modelled: it goes before all, outside the tables.
 * Source       IBA vol. 1 cl. 7.6.9; OpenSM QoS management [S54].
 */
#include <stdio.h>

#include "models/sched.h"
#include "models/vl_table.h"

struct ib_vl_arb_config {
    const char *high, *low;
    uint32_t high_limit;
};

struct vl_turn { /* a table and whose turn it is in it */
    struct vio_vl_table table;
    uint32_t at;
    int64_t left_B; /* of the entry at `at` */
};

struct ib_vl_arb {
    struct vl_turn turn[2]; /* high, low */
    uint64_t high_B;        /* sent from the high table since the low table last had its chance */
    int from;               /* table of the choice made last */
    uint32_t entry;         /* and its entry */
};

static const struct sim_param ib_vl_arb_params[] = {
    {"high", SIM_PARAM_TEXT, offsetof(struct ib_vl_arb_config, high), "0:4", NULL, NULL,
     "high-priority table, LANE:WEIGHT,...; weight 0..255 in 64 B", "[S54]: default of OpenSM"},
    {"low", SIM_PARAM_TEXT, offsetof(struct ib_vl_arb_config, low), "0:0,1:4,2:4,3:4,4:4,5:4,6:4,7:4", NULL, NULL,
     "low-priority table", "[S54]: default of OpenSM"},
    {"high_limit", SIM_PARAM_COUNT, offsetof(struct ib_vl_arb_config, high_limit), "0", "0", "255",
     "bytes in 4096 B that the high table may send before the low one has its chance; 0 = one packet, 255 = no limit",
     "[S54]: default of OpenSM"},
    {0}};

static bool ib_vl_arb_check(const void *config, const struct vio_class_config *cls, uint32_t classes, uint64_t rate_bps,
                            char *why, size_t why_size)
{
    const struct ib_vl_arb_config *c = config;
    const char *text[2] = {c->high, c->low};
    uint32_t listed = 0;

    (void)cls;
    (void)rate_bps;
    for (int i = 0; i < 2; i++) {
        struct vio_vl_table t;

        if (!vio_vl_table_read(text[i], &t)) {
            snprintf(why, why_size,
                     "'%s' is no arbitration table; write LANE:WEIGHT,... with lanes 0..14 and weights 0..255, at most "
                     "64 entries, as in 0:4,1:64",
                     text[i]);
            return false;
        }
        for (uint32_t k = 0; k < t.n; k++)
            listed |= 1u << t.entry[k].vl;
    }
    for (uint32_t tc = 0; tc < classes; tc++)
        if (!(listed >> tc & 1)) {
            snprintf(why, why_size,
                     "no table has lane %u with a weight above 0, and class number %u would never be sent", tc, tc + 1);
            return false;
        }
    return true;
}

static void ib_vl_arb_init(struct vio_sched *s)
{
    struct ib_vl_arb *v = vio_sched_state(s);
    const struct ib_vl_arb_config *c = s->config;

    vio_vl_table_read(c->high, &v->turn[0].table);
    vio_vl_table_read(c->low, &v->turn[1].table);
    for (int i = 0; i < 2; i++)
        v->turn[i].left_B = v->turn[i].table.entry[0].weight_B;
}

/* The entry of a table that may send next: the present one while its weight lasts, else the next whose lane is ready.
 * Or VIO_VL_ENTRIES. */
static uint32_t vl_next(const struct vl_turn *turn, uint32_t ready)
{
    const struct vio_vl_table *t = &turn->table;

    if (t->n && turn->left_B > 0 && (ready >> t->entry[turn->at].vl & 1))
        return turn->at;
    for (uint32_t i = 1; i <= t->n; i++) {
        const uint32_t k = (turn->at + i) % t->n;

        if (ready >> t->entry[k].vl & 1)
            return k;
    }
    return VIO_VL_ENTRIES;
}

/* The high table has sent all that it may before the low table has its chance. */
static bool ib_vl_arb_is_spent(const struct ib_vl_arb_config *c, const struct ib_vl_arb *v)
{
    if (c->high_limit == VIO_VL_LIMIT_NONE)
        return false;
    return v->high_B > 0 && v->high_B >= (uint64_t)c->high_limit * VIO_VL_LIMIT_B;
}

static int ib_vl_arb_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    const struct ib_vl_arb_config *c = s->config;
    struct ib_vl_arb *v = vio_sched_state(s);
    const uint32_t next[2] = {vl_next(&v->turn[0], ready), vl_next(&v->turn[1], ready)};

    (void)now;
    v->from = next[0] == VIO_VL_ENTRIES || (ib_vl_arb_is_spent(c, v) && next[1] != VIO_VL_ENTRIES);
    v->entry = next[v->from];
    if (v->entry != VIO_VL_ENTRIES)
        return v->turn[v->from].table.entry[v->entry].vl;
    *again_at_ps = SIM_TIME_NEVER; /* ready lanes are in no table; ib_vl_arb_check() refuses that */
    return -1;
}

static void ib_vl_arb_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct ib_vl_arb *v = vio_sched_state(s);
    struct vl_turn *t = &v->turn[v->from];

    (void)now;
    if (v->entry != t->at || t->left_B <= 0)
        t->left_B = t->table.entry[v->entry].weight_B;
    t->at = v->entry;
    t->left_B -= p->wire_B;
    if (v->from == 1 || ib_vl_arb_is_spent(s->config, v)) /* the chance was taken, or nobody wanted it */
        v->high_B = 0;
    if (v->from == 0)
        v->high_B += p->wire_B;
}

const struct vio_sched_type vio_sched_ib_vl_arb = {
    .type = "ib-vl-arb",
    .summary = "InfiniBand virtual-lane arbitration: a high and a low table of weighted lanes, work-conserving",
    .state_size = sizeof(struct ib_vl_arb),
    .config_size = sizeof(struct ib_vl_arb_config),
    .params = ib_vl_arb_params,
    .source = "IBA vol. 1 cl. 7.6.9; [S54]",
    .check = ib_vl_arb_check,
    .init = ib_vl_arb_init,
    .pick = ib_vl_arb_pick,
    .sent = ib_vl_arb_sent,
};
