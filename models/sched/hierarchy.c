/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched/hierarchy.c - virtual adapters inside traffic classes.
 *
 * Description  Two levels. Between the classes deficit round robin by weight, or strict priority. Inside a class every
 *              vNIC (the adapter whose flow a packet belongs to) has a queue of its own: first those that are below
 *              their guarantee; what is left is divided equally, by turns of bytes; none exceeds its cap.
 *              Packets of flows without a vNIC share one queue, with neither.
 * Algorithm    As a class with rate and ceiling in HTB: a guarantee and a cap are token buckets (models/meter.h) of two
 *              largest packets; a packet is green if its vNIC's guarantee holds it, and waits while the cap does not.
 *              The packet to go next is chosen when the one before goes, or when one comes that may go earlier. In
 *              order within a vNIC, not within a class.
 * Bounds       A vNIC gets guarantee + an equal part of what its class has beyond all guarantees, and at most two
 *              packets + cap t in any window of length t.
 * Cost         O(vNICs that wait) per packet.
 * Simplified   A guarantee above what the class gets from the line is not taken from other classes.
 * Source       Devera, "Hierarchical token bucket theory", 2002 (Linux sch_htb); facts.md 1.1, 3.4.
 */
#include "models/meter.h"
#include "models/sched_round.h"
#include "models/transport.h"

struct hierarchy_config {
    int between; /* 0 = drr, 1 = strict */
};

struct leaf { /* a vNIC within a class */
    struct vio_packet *head, **tail;
    struct leaf *next;           /* in the circle of those that wait */
    const struct vio_vnic *vnic; /* NULL = packets of flows without one */
    bool guaranteed;
    struct vio_bucket guarantee, cap;
    int64_t deficit_B;
};

struct branch {         /* a class */
    struct leaf **leaf; /* by number of the vNIC, 0 = none; NULL = not seen yet */
    uint32_t leaves;
    struct leaf *last;   /* of the circle; last->next is next to be asked */
    struct leaf *chosen; /* whose packet is shown to the egress */
    sim_time at_ps;      /* when it may go */
};

struct hierarchy {
    struct vio_round round;
    uint8_t order[VIO_CLASSES];
    struct branch branch[VIO_CLASSES];
};

static const struct sim_param hierarchy_params[] = {
    {"between", SIM_PARAM_CHOICE, offsetof(struct hierarchy_config, between), "drr", "drr|strict", NULL,
     "between classes: by weight, or by priority", "design choice"},
    {0}};

static void hierarchy_init(struct vio_sched *s)
{
    struct hierarchy *h = vio_sched_state(s);
    double weight[VIO_CLASSES];

    for (uint32_t tc = 0; tc < s->classes; tc++) {
        uint32_t k = tc;

        weight[tc] = s->cls[tc].weight;
        for (; k > 0 && s->cls[h->order[k - 1]].priority > s->cls[tc].priority; k--)
            h->order[k] = h->order[k - 1];
        h->order[k] = (uint8_t)tc;
    }
    vio_round_init(&h->round, s, weight);
}

/* What the leaf's vNIC is promised, and what it may not exceed. */
static void hierarchy_promise(const struct vio_sched *s, struct leaf *l)
{
    l->guaranteed = l->vnic && l->vnic->guarantee_bps;
    vio_bucket_init(&l->guarantee, l->vnic ? l->vnic->guarantee_bps : 0, 2 * (uint64_t)s->max_wire_B);
    vio_bucket_init(&l->cap, l->vnic ? l->vnic->cap_bps : 0, 2 * (uint64_t)s->max_wire_B);
}

static void hierarchy_changed(struct vio_sched *s)
{
    struct hierarchy *h = vio_sched_state(s);
    double weight[VIO_CLASSES];

    for (uint32_t tc = 0; tc < s->classes; tc++) {
        weight[tc] = s->cls[tc].weight;
        for (uint32_t i = 0; i < h->branch[tc].leaves; i++)
            if (h->branch[tc].leaf[i])
                hierarchy_promise(s, h->branch[tc].leaf[i]);
    }
    vio_round_init(&h->round, s, weight);
}

/* The queue of packet p's vNIC in a class; made when it is first seen. */
static struct leaf *hierarchy_leaf(struct vio_sched *s, struct branch *b, const struct vio_packet *p)
{
    const struct vio_vnic *vnic = p->flow ? p->flow->vnic : NULL;
    const uint32_t number = vnic ? vnic->number + 1 : 0;

    if (number >= b->leaves) {
        const uint32_t leaves = 2 * number + 8;
        struct leaf **leaf = sim_arena_alloc(s->arena, leaves, sizeof(struct leaf *));

        for (uint32_t i = 0; i < b->leaves; i++)
            leaf[i] = b->leaf[i];
        b->leaf = leaf;
        b->leaves = leaves;
    }
    if (!b->leaf[number]) {
        struct leaf *l = b->leaf[number] = sim_arena_alloc(s->arena, 1, sizeof *l);

        l->tail = &l->head;
        l->vnic = vnic;
        hierarchy_promise(s, l);
    }
    return b->leaf[number];
}

/* The leaf to send next, and when: a green one, else by deficit, else the one whose cap lets it go first. The circle is
 * turned so that `last` is the leaf before it. */
static struct leaf *hierarchy_choose(const struct vio_sched *s, struct branch *b, sim_time now, sim_time *at_ps)
{
    struct leaf *before = b->last, *earliest = NULL;

    *at_ps = SIM_TIME_NEVER;
    do { /* once around: the first green one, and when the first of all may go */
        struct leaf *l = before->next;
        const uint32_t B = l->head->wire_B;
        const sim_time cap_ps = vio_bucket_ready_ps(&l->cap, B, now);

        if (cap_ps <= now && l->guaranteed && vio_bucket_ready_ps(&l->guarantee, B, now) <= now) {
            *at_ps = now;
            return l;
        }
        if (cap_ps < *at_ps) {
            *at_ps = cap_ps;
            earliest = l;
        }
        before = l;
    } while (before != b->last);
    if (*at_ps > now)
        return earliest;
    for (;;) { /* INV: terminates: one at least may go, and its deficit grows by a largest packet each time around */
        struct leaf *l = b->last->next;

        if (vio_bucket_ready_ps(&l->cap, l->head->wire_B, now) <= now) {
            if (l->head->wire_B <= l->deficit_B)
                return l;
            l->deficit_B += s->max_wire_B;
        }
        b->last = l;
    }
}

/* Show the egress the packet of the class to go next. */
static void hierarchy_show(struct vio_sched *s, uint32_t tc, sim_time now)
{
    struct hierarchy *h = vio_sched_state(s);
    struct branch *b = &h->branch[tc];
    struct vio_queue *q = &s->queue[tc];

    b->chosen = b->last ? hierarchy_choose(s, b, now, &b->at_ps) : NULL;
    q->head = b->chosen ? b->chosen->head : NULL;
}

static void hierarchy_append(struct vio_sched *s, struct vio_packet *p, uint32_t tc, sim_time now)
{
    struct hierarchy *h = vio_sched_state(s);
    struct branch *b = &h->branch[tc];
    struct leaf *l = hierarchy_leaf(s, b, p);

    if (!l->head) {
        if (b->last) {
            l->next = b->last->next;
            b->last->next = l;
        } else {
            l->next = l;
        }
        b->last = l;
    }
    p->next = NULL;
    *l->tail = p;
    l->tail = &p->next;
    if (!b->chosen || b->at_ps > now)
        hierarchy_show(s, tc, now);
}

static int hierarchy_pick(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps)
{
    struct hierarchy *h = vio_sched_state(s);
    const struct hierarchy_config *c = s->config;
    uint32_t may = 0;

    for (uint32_t m = ready; m; m &= m - 1) {
        const uint32_t tc = (uint32_t)__builtin_ctz(m);

        if (h->branch[tc].at_ps <= now)
            may |= 1u << tc;
        else if (h->branch[tc].at_ps < *again_at_ps)
            *again_at_ps = h->branch[tc].at_ps;
    }
    if (!may)
        return -1;
    for (uint32_t i = 0; c->between == 1 && i < s->classes; i++)
        if (may >> h->order[i] & 1)
            return h->order[i];
    return vio_round_pick(&h->round, s, may);
}

/* Take l, which is next after b->last or somewhere in the circle, out of it. */
static void hierarchy_leave(struct branch *b, struct leaf *l)
{
    struct leaf *before = l;

    while (before->next != l)
        before = before->next;
    if (before == l) {
        b->last = NULL;
    } else {
        before->next = l->next;
        if (b->last == l)
            b->last = before;
    }
}

static void hierarchy_sent(struct vio_sched *s, const struct vio_packet *p, sim_time now)
{
    struct hierarchy *h = vio_sched_state(s);
    const struct hierarchy_config *c = s->config;
    const uint32_t tc = vio_sched_class(s, p);
    struct branch *b = &h->branch[tc];
    struct leaf *l = b->chosen;

    vio_bucket_take(&l->cap, p->wire_B, now);
    if (l->guaranteed && vio_bucket_ready_ps(&l->guarantee, p->wire_B, now) <= now)
        vio_bucket_take(&l->guarantee, p->wire_B, now);
    else
        l->deficit_B -= p->wire_B;
    l->head = p->next;
    if (!l->head) {
        l->tail = &l->head;
        l->deficit_B = 0;
        hierarchy_leave(b, l);
    }
    hierarchy_show(s, tc, now);
    if (c->between == 0)
        vio_round_sent(&h->round, s, p->wire_B);
}

static void hierarchy_each(struct vio_sched *s, void (*visit)(struct vio_packet *p, void *arg), void *arg)
{
    struct hierarchy *h = vio_sched_state(s);

    for (uint32_t tc = 0; tc < s->classes; tc++)
        for (uint32_t i = 0; i < h->branch[tc].leaves; i++)
            for (struct vio_packet *p = h->branch[tc].leaf[i] ? h->branch[tc].leaf[i]->head : NULL; p; p = p->next)
                visit(p, arg);
}

const struct vio_sched_type vio_sched_hierarchy = {
    .type = "hierarchy",
    .summary =
        "vNICs inside classes: classes by weight or priority, in a class guarantees first, then equal parts, caps "
        "always",
    .state_size = sizeof(struct hierarchy),
    .config_size = sizeof(struct hierarchy_config),
    .params = hierarchy_params,
    .class_keys = "weight, priority",
    .shapes = VIO_SHAPES_LIMITED,
    .source = "Devera 2002 (Linux sch_htb)",
    .init = hierarchy_init,
    .changed = hierarchy_changed,
    .append = hierarchy_append,
    .each = hierarchy_each,
    .pick = hierarchy_pick,
    .sent = hierarchy_sent,
};
