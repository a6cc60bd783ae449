/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/qos_share.c - what a scheduler gives a class, and whether the guarantees fit into it.
 */
#include <stdarg.h>
#include <string.h>

#include "models/partition.h"
#include "sim/plan/qos.h"

static double share_total_bps(const struct plan_qos_place *place)
{
    return (double)place->rate_bps * place->links;
}

static bool share_is(const struct vio_sched_type *type, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(type->type, *names) == 0)
            return true;
    return false;
}

/* "10 Gb/s", "2 x 10 Gb/s": the rate of a place. */
static const char *share_rate(const struct plan_qos_place *place, char *text, size_t size)
{
    if (place->links > 1)
        snprintf(text, size, "%u x %.4g Gb/s", place->links, (double)place->rate_bps / 1e9);
    else
        snprintf(text, size, "%.4g Gb/s", (double)place->rate_bps / 1e9);
    return text;
}

static enum plan_qos_kind share_weighted(const struct plan_qos_place *place, const char *name, uint32_t tc,
                                         double *share_bps, char *why, size_t why_size)
{
    const struct vio_egress_config *e = place->egress;
    double sum = 0;
    char rate[64];

    for (uint32_t i = 0; i < e->classes; i++)
        sum += e->cls[i].weight;
    *share_bps = share_total_bps(place) * e->cls[tc].weight / sum;
    snprintf(why, why_size, "class %s %g of %g on %s = %.0f Mb/s", name, e->cls[tc].weight, sum,
             share_rate(place, rate, sizeof rate), *share_bps / 1e6);
    return PLAN_QOS_SHARE;
}

static enum plan_qos_kind share_strict(const struct plan_qos_place *place, const char *name, uint32_t tc,
                                       double *share_bps, char *why, size_t why_size)
{
    const struct vio_egress_config *e = place->egress;
    bool first = true;
    char rate[64];

    for (uint32_t i = 0; i < e->classes; i++)
        first = first && (i == tc || e->cls[i].priority > e->cls[tc].priority);
    *share_bps = first ? share_total_bps(place) : 0;
    snprintf(why, why_size, "class %s %s of %s", name, first ? "goes first: up to all" : "gets what others leave",
             share_rate(place, rate, sizeof rate));
    return first ? PLAN_QOS_FIRST : PLAN_QOS_REST;
}

/* Between the classes of a hierarchy: by weight unless its parameter `between` says otherwise. */
static bool share_is_by_priority(const struct vio_egress_config *e)
{
    const struct sim_param *between = e->sched->params ? sim_param_find(e->sched->params, "between") : NULL;

    return between && e->sched_config && *(const int *)((const char *)e->sched_config + between->offset) != 0;
}

static enum plan_qos_kind share_hierarchy(const struct plan_qos_place *place, const char *name, uint32_t tc,
                                          double *share_bps, char *why, size_t why_size)
{
    const enum plan_qos_kind kind = share_is_by_priority(place->egress)
                                        ? share_strict(place, name, tc, share_bps, why, why_size)
                                        : share_weighted(place, name, tc, share_bps, why, why_size);
    const size_t n = strlen(why);

    snprintf(why + n, why_size - n, ", each guarantee in it first");
    return kind;
}

/* A slice of the line for each class that asks for none: equal parts of what is left, [S17]. */
static enum plan_qos_kind share_partition(const struct plan_qos_place *place, const char *name, uint32_t tc,
                                          double *share_bps, char *why, size_t why_size)
{
    const struct vio_egress_config *e = place->egress;
    uint64_t requested[VIO_CLASSES] = {0}, allotted[VIO_CLASSES] = {0};
    char rate[64];

    for (uint32_t i = 0; i < e->classes; i++)
        requested[i] = e->cls[i].rate_bps;
    vio_partition(place->rate_bps, UINT64_C(100000000), requested, e->classes, allotted);
    *share_bps = (double)allotted[tc] * place->links;
    snprintf(why, why_size, "class %s a fixed slice of %s = %.0f Mb/s, no more", name,
             share_rate(place, rate, sizeof rate), *share_bps / 1e6);
    return PLAN_QOS_SHARE;
}

enum plan_qos_kind plan_qos_share(const struct plan_qos *q, const struct plan_qos_place *place, uint32_t tc,
                                  double *share_bps, char *why, size_t why_size)
{
    static const char *const weighted[] = {"drr", "scfq", "wfq", "ets", "shares", NULL};
    static const char *const tables[] = {"ib-vl-arb", NULL}, *const slices[] = {"partition", NULL},
                             *const strict[] = {"strict", NULL};
    const struct vio_egress_config *e = place->egress;
    const char *name = q->plan->study->class_[tc].name;
    char rate[64];

    *share_bps = 0;
    if (e && e->sched && e->classes > tc && e->classes > 1) {
        if (share_is(e->sched, weighted))
            return share_weighted(place, name, tc, share_bps, why, why_size);
        if (strcmp(e->sched->type, "hierarchy") == 0)
            return share_hierarchy(place, name, tc, share_bps, why, why_size);
        if (share_is(e->sched, slices))
            return share_partition(place, name, tc, share_bps, why, why_size);
        if (share_is(e->sched, strict))
            return share_strict(place, name, tc, share_bps, why, why_size);
        if (share_is(e->sched, tables)) {
            snprintf(why, why_size, "class %s lane %u by the arbitration table, on %s", name, tc,
                     share_rate(place, rate, sizeof rate));
            return PLAN_QOS_TABLE;
        }
    }
    snprintf(why, why_size, "first come, first served on %s", share_rate(place, rate, sizeof rate));
    return PLAN_QOS_NONE;
}

/* Add a diagnostic unless the same has been said: of a like server, VM, or point of a sweep. */
static void share_tell(struct sim_diags *diags, enum sim_severity severity, struct sim_pos pos, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void share_tell(struct sim_diags *diags, enum sim_severity severity, struct sim_pos pos, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    for (size_t i = 0; i < diags->n; i++)
        if (diags->item[i].severity == severity && strcmp(diags->item[i].text, text) == 0)
            return;
    sim_diag_add(diags, severity, pos, "%s", text);
}

/* One place of an endpoint with a guarantee. Returns: whether something was said; one place is enough. */
static bool share_check(const struct plan_qos *q, const struct plan_endpoint *ep, const struct plan_qos_place *place,
                        struct sim_diags *diags)
{
    const char *design = q->plan->design->name, *class_ = q->plan->study->class_[ep->tc].name;
    const double mbps = (double)ep->guarantee_bps / 1e6;
    char why[160], rate[64];
    double share_bps;
    enum plan_qos_kind kind = plan_qos_share(q, place, ep->tc, &share_bps, why, sizeof why);

    share_rate(place, rate, sizeof rate);
    if ((double)place->guaranteed_bps > share_total_bps(place)) {
        share_tell(diags, SIM_ERROR, ep->adapter->pos,
                   "design %s cannot give the guarantees: %s %s has %s, the guarantees there (%u) add up to %.0f Mb/s",
                   design, place->what, place->where, rate, place->guarantees, (double)place->guaranteed_bps / 1e6);
        return true;
    }
    if (!place->egress || strcmp(place->what, "peer") == 0)
        return false; /* the same in every design; shown by the explanation */
    if (kind == PLAN_QOS_NONE || kind == PLAN_QOS_REST) {
        share_tell(diags, SIM_WARNING, ep->adapter->pos,
                   "design %s: nothing sees to the guarantee of %.0f Mb/s of %s/%s: %s, at the %s %s", design, mbps,
                   ep->owner, ep->adapter->name, why, place->what, place->where);
        return true;
    }
    if (kind == PLAN_QOS_SHARE && (double)place->class_bps[ep->tc] > share_bps) {
        share_tell(diags, SIM_WARNING, ep->adapter->pos,
                   "design %s: the guarantees of class %s (%u) add up to %.0f Mb/s at the %s %s, where %s", design,
                   class_, place->class_guarantees[ep->tc], (double)place->class_bps[ep->tc] / 1e6, place->what,
                   place->where, why);
        return true;
    }
    return false;
}

void plan_qos_check(const struct plan *p, struct sim_diags *diags)
{
    const struct scn_adapter **seen;
    size_t n_seen = 0;
    struct plan_qos q;

    if (!p->feasible || !p->design)
        return;
    plan_qos_init(&q, p);
    seen = sim_arena_alloc(&q.arena, p->endpoints + 1, sizeof *seen);
    for (uint32_t e = 0; e < p->endpoints; e++) {
        const struct plan_endpoint *ep = &p->endpoint[e];

        bool told = !ep->adapter || !ep->guarantee_bps;

        for (size_t i = 0; i < n_seen && !told; i++)
            told = seen[i] == ep->adapter; /* like adapters have it alike */
        for (size_t i = 0; i < PLAN_QOS_HOPS && !told && q.chain[e][i] != UINT32_MAX; i++)
            told = share_check(&q, ep, &q.place[q.chain[e][i]], diags);
        if (told && ep->adapter)
            seen[n_seen++] = ep->adapter;
    }
    plan_qos_fini(&q);
}
