/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/qos_print.c - the mapping of class, guarantee and cap, explained hop by hop.
 */
#include <string.h>

#include "sim/kernel/assert.h"
#include "sim/plan/qos.h"

enum { QOS_COLUMNS = 80, QOS_INDENT = 6 };

/* Words of `text` from column `at`, broken before column 80. */
static void qos_wrapped(FILE *out, int at, const char *text)
{
    for (int started = at; *text; text += strspn(text, " ")) {
        const int word = (int)strcspn(text, " ");

        if (at > QOS_INDENT && at + 1 + word > QOS_COLUMNS) {
            fprintf(out, "\n%*s", QOS_INDENT, "");
            at = QOS_INDENT;
        } else if (at != started && at > QOS_INDENT) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", word, text);
        at += word;
        text += word;
    }
    fputc('\n', out);
}

/* An endpoint whose adapter was explained already, at this server or another. */
static bool qos_is_like(const struct plan *p, uint32_t endpoint)
{
    for (uint32_t e = 0; e < endpoint; e++)
        if (p->endpoint[e].adapter == p->endpoint[endpoint].adapter)
            return true;
    return false;
}

static uint32_t qos_count_like(const struct plan *p, uint32_t endpoint)
{
    uint32_t n = 0;

    for (uint32_t e = 0; e < p->endpoints; e++)
        n += p->endpoint[e].adapter == p->endpoint[endpoint].adapter;
    return n;
}

/* CIR, PIR and the bursts that a policer gives them. */
static void qos_policed(const struct plan_endpoint *ep, struct sim_arena *a, FILE *out)
{
    const struct vio_class_config c = plan_qos_policed(ep);
    const struct sim_param *burst = sim_param_find(vio_sched_find("tr-tcm-policer")->params, "burst");
    const char *text =
        sim_arena_printf(a, "cap %.0f Mb/s: policed at the director both ways:", (double)ep->cap_bps / 1e6);
    sim_time burst_ps;
    char why[128];

    SIM_ASSERT(sim_param_set(&(struct sim_param){.name = "burst", .type = burst->type}, &burst_ps, burst->dflt, a, why,
                             sizeof why));
    if (c.cir_bps)
        text = sim_arena_printf(a, "%s CIR = guarantee %.0f Mb/s, CBS %s of it = %.0f KB;", text,
                                (double)c.cir_bps / 1e6, burst->dflt, (double)vio_link_B_in(c.cir_bps, burst_ps) / 1e3);
    text = sim_arena_printf(a, "%s PIR = cap %.0f Mb/s, PBS %s of it = %.0f KB; what exceeds it is dropped", text,
                            (double)c.pir_bps / 1e6, burst->dflt, (double)vio_link_B_in(c.pir_bps, burst_ps) / 1e3);
    fputs("    ", out);
    qos_wrapped(out, 4, text);
}

static void qos_cap(const struct plan *p, const struct plan_endpoint *ep, struct sim_arena *a, FILE *out)
{
    const bool fc = p->study->network[ep->network].kind == SCN_FC;

    if (ep->cap_bps && plan_qos_polices(p, ep))
        qos_policed(ep, a, out);
    else if (ep->cap_bps)
        fprintf(out, "    cap %.0f Mb/s: %s\n", (double)ep->cap_bps / 1e6,
                fc ? "shaped: paced, never dropped" : "paced both ways in the server");
}

static void qos_hop(const struct plan_qos *q, const struct plan_endpoint *ep, const struct plan_qos_place *place,
                    struct sim_arena *a, FILE *out)
{
    const char *scheduler = place->egress && place->egress->sched ? place->egress->sched->type : "fifo";
    const double total_bps = plan_qos_total_bps(place);
    char why[160];
    double share_bps;
    const enum plan_qos_kind kind = plan_qos_share(q, place, ep->tc, &share_bps, why, sizeof why);
    const uint64_t sum_bps =
        kind == PLAN_QOS_SHARE || kind == PLAN_QOS_FIRST ? place->class_bps[ep->tc] : place->guaranteed_bps;
    const uint32_t n =
        kind == PLAN_QOS_SHARE || kind == PLAN_QOS_FIRST ? place->class_guarantees[ep->tc] : place->guarantees;
    const char *text;

    fprintf(out, "    %s %s\n%*s", place->what, place->where, QOS_INDENT, "");
    text = sim_arena_printf(a, "%s: %s", scheduler, why);
    if (n > 0)
        text = sim_arena_printf(a, "%s; %u guarantee%s here = %.0f Mb/s, %s", text, n, n > 1 ? "s" : "",
                                (double)sum_bps / 1e6,
                                (double)sum_bps > total_bps    ? "more than it carries"
                                : kind == PLAN_QOS_NONE        ? "held only while it is not full"
                                : (double)sum_bps <= share_bps ? "fits"
                                                               : "more than the share");
    qos_wrapped(out, QOS_INDENT, text);
}

void plan_qos_print(const struct plan *p, FILE *out)
{
    struct plan_qos q;

    if (!p->feasible || !p->design)
        return;
    plan_qos_init(&q, p);
    fprintf(out, "quality of service in design %s\n", p->design->name);
    for (uint32_t e = 0; e < p->endpoints; e++) {
        const struct plan_endpoint *ep = &p->endpoint[e];
        const char *text;

        if (!ep->adapter || qos_is_like(p, e))
            continue;
        text = sim_arena_printf(&q.arena, "  %s (%u alike): network %s, class %s", ep->path, qos_count_like(p, e),
                                p->study->network[ep->network].name, p->study->class_[ep->tc].name);
        if (ep->guarantee_bps)
            text = sim_arena_printf(&q.arena, "%s, guarantee %.0f Mb/s", text, (double)ep->guarantee_bps / 1e6);
        fputs("  ", out);
        qos_wrapped(out, 2, text + 2);
        qos_cap(p, ep, &q.arena, out);
        for (size_t i = 0; i < PLAN_QOS_HOPS && q.chain[e][i] != UINT32_MAX; i++)
            qos_hop(&q, ep, &q.place[q.chain[e][i]], &q.arena, out);
    }
    plan_qos_fini(&q);
}
