/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim/plan/outlook.c - growth, uncertainty and break-even points for people; see the header. */
#include "sim/plan/outlook.h"

#include <math.h>
#include <stdlib.h>

#include "sim/plan/breakeven.h"
#include "sim/plan/growth.h"
#include "sim/plan/print.h"
#include "sim/plan/risk.h"

enum { NAME = 20, BAR = 24 };

static void outlook_room(const struct plan_growth *g, const struct plan *p, FILE *out, struct sim_arena *a)
{
    const char *text = "";

    if (!g->room_is_known)
        return;
    for (size_t i = 0; g->next[i].item; i++)
        text = sim_arena_printf(a, "%s%s%u %s", text, i ? ", " : "", g->next[i].quantity, g->next[i].item->item);
    if (!*text)
        text = "no plan";
    plan_print_line(out, "",
                    sim_arena_printf(a, "%s: room for %u more servers, then %s", p->design->name, g->room, text));
}

static void outlook_growth(const struct plan *const *plan, size_t n, FILE *out, struct sim_arena *a)
{
    struct plan_growth *g = sim_alloc(n, sizeof *g);

    fprintf(out, "\nnext purchases\n");
    for (size_t i = 0; i < n; i++) {
        plan_growth_init(&g[i], plan[i]);
        outlook_room(&g[i], plan[i], out, a);
    }
    for (size_t i = 0; plan[0]->study->growth.years && i < n; i++) {
        fprintf(out, "\n%s, growth\n%6s%10s%9s%12s%12s\n", plan[i]->design->name, "year", "VMs", "servers",
                "bought USD", "so far USD");
        for (size_t y = 0; y < g[i].years; y++) {
            const struct plan_growth_year *year = &g[i].year[y];
            const char *bought = plan_growth_bought(&g[i], year->year, a);

            fprintf(out, "%6u%10.0f%9u%12.0f%12.0f\n", year->year, year->vms, year->servers, year->usd, year->total);
            if (*bought)
                plan_print_line(out, "", bought);
        }
        if (g[i].why)
            plan_print_line(out, "then", g[i].why);
    }
    for (size_t i = 0; i < n; i++)
        plan_growth_fini(&g[i]);
    free(g);
}

static void outlook_risk(const struct plan_risk *r, FILE *out)
{
    fprintf(out, "\nuncertainty, %u samples; USD\n%-*s%10s%10s%10s%10s%10s%10s\n", r->samples, NAME, "total", "planned",
            "mean", "5%", "median", "95%", "cheapest");
    for (size_t p = 0; p < r->plans; p++) {
        const struct plan_risk_total *t = &r->total[p];

        fprintf(out, "%-*.*s%10.0f%10.0f%10.0f%10.0f%10.0f%9.1f%%\n", NAME, NAME - 1, r->plan[p]->design->name,
                t->cost.total_usd, t->mean, t->p05, t->p50, t->p95, 100 * t->cheapest);
    }
}

/* A swing as a bar: '-' from the lower to the higher difference, '|' where the difference is that of all medians. */
static void outlook_bar(const struct plan_tornado *t, const struct plan_swing *s, FILE *out)
{
    const struct plan_swing *widest = &t->swing[0];
    const double most = fmax(fmax(fabs(widest->low - t->difference), fabs(widest->high - t->difference)), 1);
    const double low = fmin(s->low, s->high), high = fmax(s->low, s->high);

    for (int i = -BAR / 2; i <= BAR / 2; i++) {
        const double x = t->difference + most * i / (BAR / 2);

        if (i > 0 && x > high)
            break;
        fputc(i == 0 ? '|' : x >= low && x <= high ? '-' : ' ', out);
    }
    fputc('\n', out);
}

static void outlook_tornado(const struct plan_risk *r, const struct plan *const *plan, FILE *out)
{
    struct plan_tornado t;
    const size_t factors = r->factors;

    plan_tornado_init(&t, r);
    fprintf(out,
            "\ntornado: USD by which %s costs more than %s;\neach at its 10%% and 90%% quantile, all others at their "
            "median: %.0f\n",
            plan[t.b]->design->name, plan[t.a]->design->name, t.difference);
    for (size_t f = 0; f < factors; f++) {
        fprintf(out, "%-*.*s%11.0f%11.0f  ", NAME, NAME - 1, t.swing[f].factor->of->name, t.swing[f].low,
                t.swing[f].high);
        outlook_bar(&t, &t.swing[f], out);
    }
    free(t.swing);
}

static const char *outlook_name(const struct plan_breakeven *b, size_t plan)
{
    return plan == SIZE_MAX ? "none" : b->plan[plan]->design->name;
}

static void outlook_breakeven(const struct plan_breakeven *b, FILE *out, struct sim_arena *a)
{
    fprintf(out, "\nbreak-even: where the cheapest design changes\n");
    for (size_t i = 0; i < b->curves; i++) {
        const struct plan_curve *c = &b->curve[i];
        const char *text;

        text = sim_arena_printf(a, "%s, now %.4g, from %g to %g:", c->what, c->now, c->x[0], c->x[c->n - 1]);
        if (c->crossings == 0) {
            size_t best = SIZE_MAX;

            for (size_t p = 0; p < b->plans; p++)
                if (!isnan(c->total[p * c->n]) && (best == SIZE_MAX || c->total[p * c->n] < c->total[best * c->n]))
                    best = p;
            text = sim_arena_printf(a, "%s always %s", text, outlook_name(b, best));
        } else {
            text = sim_arena_printf(a, "%s %s", text, outlook_name(b, c->crossing[0].from));
        }
        for (size_t k = 0; k < c->crossings; k++)
            text =
                sim_arena_printf(a, "%s, from %.5g on %s", text, c->crossing[k].x, outlook_name(b, c->crossing[k].to));
        plan_print_line(out, "", text);
    }
}

void plan_outlook_print(const struct plan *const *plan, size_t n, uint32_t samples, uint32_t servers, FILE *out)
{
    struct plan_breakeven b;
    struct plan_risk r;
    struct sim_arena a;

    sim_arena_init(&a);
    outlook_growth(plan, n, out, &a);
    plan_risk_init(&r, plan, n, samples);
    if (r.samples)
        outlook_risk(&r, out);
    if (r.samples && n > 1)
        outlook_tornado(&r, plan, out);
    plan_risk_fini(&r);
    if (n > 1) {
        plan_breakeven_init(&b, plan, n, servers);
        outlook_breakeven(&b, out, &a);
        plan_breakeven_fini(&b);
    }
    sim_arena_fini(&a);
}
