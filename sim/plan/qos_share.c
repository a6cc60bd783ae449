/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/qos_share.c - what the scheduler of a place gives a class at least, in numbers and in words.
 *
 * The least is what a class gets when all classes always want to send: by weight, by committed rate, by table, or a
 * slice. tests/oracle/test_qos_share.c lets the schedulers send and compares.
 */
#include <string.h>

#include "models/partition.h"
#include "models/vl_table.h"
#include "sim/plan/qos.h"

enum { SHARE_MTU_B = 1500 }; /* at which a table's packets are counted, if the link knows no MTU */

struct share { /* a question and where its answer goes */
    const struct plan_qos_place *place;
    const struct vio_egress_config *egress;
    const char *class_;
    uint32_t tc;
    struct sim_arena arena; /* of the scheduler's defaults */
    char rate[96];          /* "10 Gb/s" */
    double *share_bps;
    char *why;
    size_t why_size;
};

/* A field of the scheduler's configuration, or NULL if it has none of that name. */
static const void *share_param(struct sim_arena *arena, const struct vio_egress_config *e, const char *name)
{
    const struct sim_param *row = e->sched->params ? sim_param_find(e->sched->params, name) : NULL;
    const char *config = e->sched_config;

    if (!row)
        return NULL;
    if (!config) {
        char *defaults = sim_arena_alloc(arena, 1, e->sched->config_size);

        sim_param_defaults(e->sched->params, defaults, arena);
        config = defaults;
    }
    return config + row->offset;
}

static bool share_is(const struct vio_egress_config *e, const char *type)
{
    return e && e->sched && strcmp(e->sched->type, type) == 0;
}

/* The rate of a token bucket at a place, if it has one that limits it; else 0. */
static double share_bucket_bps(const struct plan_qos_place *place)
{
    struct sim_arena arena;
    double rate_bps = 0;

    if (!share_is(place->egress, "token-bucket"))
        return 0;
    sim_arena_init(&arena);
    rate_bps = (double)*(const uint64_t *)share_param(&arena, place->egress, "rate");
    sim_arena_fini(&arena);
    return rate_bps < (double)place->rate_bps ? rate_bps : 0;
}

double plan_qos_total_bps(const struct plan_qos_place *place)
{
    const double bucket_bps = share_bucket_bps(place);

    return (bucket_bps > 0 ? bucket_bps : (double)place->rate_bps) * place->links;
}

const char *plan_qos_rate(const struct plan_qos_place *place, char *text, size_t size)
{
    const double bucket_bps = share_bucket_bps(place);
    int n = place->links > 1 ? snprintf(text, size, "%u x ", place->links) : 0;

    if (bucket_bps > 0)
        snprintf(text + n, size - (size_t)n, "a token bucket of %.0f Mb/s on %.4g Gb/s", bucket_bps / 1e6,
                 (double)place->rate_bps / 1e9);
    else
        snprintf(text + n, size - (size_t)n, "%.4g Gb/s", (double)place->rate_bps / 1e9);
    return text;
}

static enum plan_qos_kind share_weighted(struct share *s)
{
    const struct vio_egress_config *e = s->egress;
    const double limit_bps = (double)e->cls[s->tc].limit_bps * s->place->links;
    double sum = 0;

    for (uint32_t i = 0; i < e->classes; i++)
        sum += e->cls[i].weight;
    *s->share_bps = plan_qos_total_bps(s->place) * e->cls[s->tc].weight / sum;
    if (share_is(e, "shares") && limit_bps > 0 && limit_bps < *s->share_bps) {
        *s->share_bps = limit_bps;
        snprintf(s->why, s->why_size, "class %s at most %.0f Mb/s of %s", s->class_, limit_bps / 1e6, s->rate);
        return PLAN_QOS_SHARE;
    }
    snprintf(s->why, s->why_size, "class %s %g of %g on %s = %.0f Mb/s", s->class_, e->cls[s->tc].weight, sum, s->rate,
             *s->share_bps / 1e6);
    return PLAN_QOS_SHARE;
}

static enum plan_qos_kind share_strict(struct share *s)
{
    const struct vio_egress_config *e = s->egress;
    bool first = true;

    for (uint32_t i = 0; i < e->classes; i++)
        first = first && (i == s->tc || e->cls[i].priority > e->cls[s->tc].priority);
    *s->share_bps = first ? plan_qos_total_bps(s->place) : 0;
    snprintf(s->why, s->why_size, "class %s %s of %s", s->class_,
             first ? "goes first: up to all" : "gets what others leave", s->rate);
    return first ? PLAN_QOS_FIRST : PLAN_QOS_REST;
}

/* 802.1Qaz: strict classes before the weighted ones. */
static enum plan_qos_kind share_ets(struct share *s)
{
    const struct vio_egress_config *e = s->egress;
    uint32_t strict = 0;

    for (uint32_t i = 0; i < e->classes; i++)
        strict += e->cls[i].strict;
    if (!strict)
        return share_weighted(s);
    if (strict == 1 && e->cls[s->tc].strict) {
        *s->share_bps = plan_qos_total_bps(s->place);
        snprintf(s->why, s->why_size, "class %s goes first: up to all of %s", s->class_, s->rate);
        return PLAN_QOS_FIRST;
    }
    *s->share_bps = 0;
    snprintf(s->why, s->why_size, "class %s gets what %s leave of %s", s->class_,
             e->cls[s->tc].strict ? "more urgent classes" : "strict classes", s->rate);
    return PLAN_QOS_REST;
}

/* Between the classes of a hierarchy: by weight unless its parameter `between` says otherwise. */
static enum plan_qos_kind share_hierarchy(struct share *s)
{
    const int *between = share_param(&s->arena, s->egress, "between");
    const enum plan_qos_kind kind = *between ? share_strict(s) : share_weighted(s);
    const size_t n = strlen(s->why);

    snprintf(s->why + n, s->why_size - n, ", each guarantee in it first");
    return kind;
}

/* A slice of the line; for each class that asks for none an equal part of what is left, in whole steps, [S17]. */
static enum plan_qos_kind share_partition(struct share *s)
{
    const struct vio_egress_config *e = s->egress;
    const uint64_t *step_bps = share_param(&s->arena, e, "step");
    uint64_t requested[VIO_CLASSES] = {0}, allotted[VIO_CLASSES] = {0};

    for (uint32_t i = 0; i < e->classes; i++)
        requested[i] = e->cls[i].rate_bps;
    vio_partition(s->place->rate_bps, *step_bps, requested, e->classes, allotted);
    *s->share_bps = (double)allotted[s->tc] * s->place->links;
    if (requested[s->tc])
        snprintf(s->why, s->why_size, "class %s a fixed slice of %s = %.0f Mb/s as requested, no more", s->class_,
                 s->rate, *s->share_bps / 1e6);
    else
        snprintf(s->why, s->why_size, "class %s a fixed slice of %s = %.0f Mb/s in steps of %.4g, no more", s->class_,
                 s->rate, *s->share_bps / 1e6, (double)*step_bps / 1e6);
    return PLAN_QOS_SHARE;
}

/* Two rates per class: in proportion to the committed rates, 1 % of the line for a class without; never more than the
 * peak rate. The shaper sends what is committed first: where all that does not fit the line, classes without a
 * committed rate have what the others leave. */
static double share_committed_bps(const struct share *s, bool shaper, double weight_bps, double sum_bps)
{
    const struct vio_egress_config *e = s->egress;
    const double line_bps = (double)s->place->rate_bps, cir_bps = (double)e->cls[s->tc].cir_bps;
    double committed_bps = 0;

    for (uint32_t i = 0; i < e->classes; i++)
        committed_bps += (double)e->cls[i].cir_bps;
    if (!shaper || sum_bps <= line_bps)
        return line_bps * weight_bps / sum_bps;
    if (committed_bps > line_bps)
        return line_bps * cir_bps / committed_bps;
    return cir_bps > 0 ? cir_bps : (line_bps - committed_bps) * weight_bps / (sum_bps - committed_bps);
}

static enum plan_qos_kind share_tr_tcm(struct share *s, bool shaper)
{
    const struct vio_egress_config *e = s->egress;
    const struct vio_class_config *c = &e->cls[s->tc];
    const double line_bps = (double)s->place->rate_bps, none_bps = line_bps / 100;
    const double weight_bps = c->cir_bps ? (double)c->cir_bps : none_bps;
    double sum_bps = 0, least_bps;
    const char *text;

    for (uint32_t i = 0; i < e->classes; i++)
        sum_bps += e->cls[i].cir_bps ? (double)e->cls[i].cir_bps : none_bps;
    least_bps = share_committed_bps(s, shaper, weight_bps, sum_bps);
    if (c->pir_bps && least_bps > (double)c->pir_bps)
        least_bps = (double)c->pir_bps;
    *s->share_bps = least_bps * s->place->links;
    text = sim_arena_printf(&s->arena, "class %s %s %.0f of %.0f Mb/s on %s = %.0f Mb/s", s->class_,
                            c->cir_bps ? "CIR" : "without CIR", weight_bps / 1e6, sum_bps / 1e6, s->rate,
                            *s->share_bps / 1e6);
    if (c->pir_bps)
        text = sim_arena_printf(&s->arena, "%s, PIR %.0f Mb/s: more is %s", text, (double)c->pir_bps / 1e6,
                                shaper ? "delayed" : "dropped");
    snprintf(s->why, s->why_size, "%s", text);
    return *s->share_bps > 0 ? PLAN_QOS_SHARE : PLAN_QOS_REST;
}

/* The largest IP packet as it occupies the wire. */
static uint32_t share_packet_B(const struct vio_egress_config *e)
{
    const struct vio_framing f = vio_egress_framing(e, VIO_PROTO_IP);
    const uint32_t mtu_B = vio_egress_mtu_B(e);

    return vio_wire_B(&f, mtu_B ? mtu_B : SHARE_MTU_B);
}

static enum plan_qos_kind share_vl_arb(struct share *s)
{
    const uint32_t limit = *(const uint32_t *)share_param(&s->arena, s->egress, "high_limit");
    const uint32_t packet_B = share_packet_B(s->egress), n = vio_vl_high_packets(limit, packet_B);
    const uint32_t lanes = s->egress->classes;
    struct vio_vl_table high, low;
    double of_high, of_low, part;
    const char *text;
    bool both;

    vio_vl_table_read(*(const char *const *)share_param(&s->arena, s->egress, "high"), &high);
    vio_vl_table_read(*(const char *const *)share_param(&s->arena, s->egress, "low"), &low);
    of_high = vio_vl_table_part(&high, lanes, s->tc, packet_B);
    of_low = vio_vl_table_part(&low, lanes, s->tc, packet_B);
    part = vio_vl_part(&high, &low, limit, packet_B, lanes, s->tc);
    *s->share_bps = plan_qos_total_bps(s->place) * part;
    text = sim_arena_printf(&s->arena, "class %s lane %u:", s->class_, s->tc);
    if (of_high > 0)
        text = sim_arena_printf(&s->arena, "%s %.3g %% of the high table", text, 100 * of_high);
    if (of_low > 0)
        text =
            sim_arena_printf(&s->arena, "%s%s %.3g %% of the low table", text, of_high > 0 ? " and" : "", 100 * of_low);
    both = vio_vl_table_serves(&high, lanes) && vio_vl_table_serves(&low, lanes);
    if (both && n == UINT32_MAX)
        text = sim_arena_printf(&s->arena, "%s, high before low without limit", text);
    else if (both)
        text = sim_arena_printf(&s->arena, "%s, %u high packet%s for one low (limit %u)", text, n, n > 1 ? "s" : "",
                                limit);
    snprintf(s->why, s->why_size, "%s, on %s = %.0f Mb/s", text, s->rate, *s->share_bps / 1e6);
    return part > 0 ? PLAN_QOS_SHARE : PLAN_QOS_REST;
}

static enum plan_qos_kind share_ask(struct share *s)
{
    static const char *const weighted[] = {"drr", "scfq", "shares", NULL};
    const struct vio_egress_config *e = s->egress;

    *s->share_bps = 0;
    if (e && e->sched && e->classes > s->tc) {
        for (const char *const *type = weighted; *type; type++)
            if (share_is(e, *type) && e->classes > 1)
                return share_weighted(s);
        if (share_is(e, "ets") && e->classes > 1)
            return share_ets(s);
        if (share_is(e, "hierarchy"))
            return share_hierarchy(s);
        if (share_is(e, "partition"))
            return share_partition(s);
        if (share_is(e, "strict") && e->classes > 1)
            return share_strict(s);
        if (share_is(e, "ib-vl-arb") && e->classes > 1)
            return share_vl_arb(s);
        if (share_is(e, "tr-tcm-policer") || share_is(e, "tr-tcm-shaper"))
            return share_tr_tcm(s, share_is(e, "tr-tcm-shaper"));
    }
    snprintf(s->why, s->why_size, "first come, first served on %s", s->rate);
    return PLAN_QOS_NONE;
}

enum plan_qos_kind plan_qos_share(const struct plan_qos *q, const struct plan_qos_place *place, uint32_t tc,
                                  double *share_bps, char *why, size_t why_size)
{
    struct share s = {.place = place,
                      .egress = place->egress,
                      .class_ = q->plan->study->class_[tc].name,
                      .tc = tc,
                      .share_bps = share_bps,
                      .why = why,
                      .why_size = why_size};
    enum plan_qos_kind kind;

    sim_arena_init(&s.arena);
    plan_qos_rate(place, s.rate, sizeof s.rate);
    kind = share_ask(&s);
    sim_arena_fini(&s.arena);
    return kind;
}
