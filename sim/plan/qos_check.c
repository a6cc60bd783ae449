/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/qos_check.c - whether the guarantees of a plan fit into what the schedulers give.
 */
#include <stdarg.h>
#include <string.h>

#include "sim/plan/qos.h"

/* Add a diagnostic unless the same has been said: of a like server, VM, or point of a sweep. */
static void qos_tell(struct sim_diags *diags, enum sim_severity severity, struct sim_pos pos, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void qos_tell(struct sim_diags *diags, enum sim_severity severity, struct sim_pos pos, const char *format, ...)
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

/* Whether a place of an endpoint with a guarantee carries the guarantees there at all. Returns: whether something was
 * said. */
static bool qos_check_total(const struct plan_qos *q, const struct plan_endpoint *ep,
                            const struct plan_qos_place *place, struct sim_diags *diags)
{
    char rate[96];

    if ((double)place->guaranteed_bps <= plan_qos_total_bps(place))
        return false;
    qos_tell(diags, SIM_ERROR, ep->adapter->pos,
             "design %s cannot give the guarantees: %s %s has %s, the guarantees there (%u) add up to %.0f Mb/s",
             q->plan->design->name, place->what, place->where, plan_qos_rate(place, rate, sizeof rate),
             place->guarantees, (double)place->guaranteed_bps / 1e6);
    return true;
}

/* Whether the class has a share there that holds its guarantees. Returns: whether something was said; one place is
 * enough. */
static bool qos_check_share(const struct plan_qos *q, const struct plan_endpoint *ep,
                            const struct plan_qos_place *place, struct sim_diags *diags)
{
    const char *design = q->plan->design->name, *class_ = q->plan->study->class_[ep->tc].name;
    const double mbps = (double)ep->guarantee_bps / 1e6;
    char why[160];
    double share_bps;
    enum plan_qos_kind kind = plan_qos_share(q, place, ep->tc, &share_bps, why, sizeof why);

    if (!place->egress || strcmp(place->what, "peer") == 0)
        return false; /* the same in every design; shown by the explanation */
    if (kind == PLAN_QOS_NONE || kind == PLAN_QOS_REST) {
        qos_tell(diags, SIM_WARNING, ep->adapter->pos,
                 "design %s: nothing sees to the guarantee of %.0f Mb/s of %s/%s: %s, at the %s %s", design, mbps,
                 ep->owner, ep->adapter->name, why, place->what, place->where);
        return true;
    }
    if (kind == PLAN_QOS_SHARE && (double)place->class_bps[ep->tc] > share_bps) {
        qos_tell(diags, SIM_WARNING, ep->adapter->pos,
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
            told = qos_check_total(&q, ep, &q.place[q.chain[e][i]], diags);
        for (size_t i = 0; i < PLAN_QOS_HOPS && !told && q.chain[e][i] != UINT32_MAX; i++)
            told = qos_check_share(&q, ep, &q.place[q.chain[e][i]], diags);
        if (told && ep->adapter)
            seen[n_seen++] = ep->adapter;
    }
    plan_qos_fini(&q);
}
