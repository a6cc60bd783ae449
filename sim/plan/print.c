/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/print.c - a plan for people.
 */
#include "sim/plan/print.h"

#include "sim/plan/cost.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 80, INDENT = 14 };

/* Print words of `text` from column `at`, broken at blanks before column 80, continued at INDENT. */
static void print_wrapped(FILE *out, int at, const char *text)
{
    while (*text) {
        int word = (int)strcspn(text, " ");

        if (at > INDENT && at + 1 + word > COLUMNS) {
            fprintf(out, "\n%*s", INDENT, "");
            at = INDENT;
        } else if (at > INDENT) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", word, text);
        at += word;
        text += word;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

void plan_print_line(FILE *out, const char *key, const char *text)
{
    fprintf(out, "  %-*s", INDENT - 2, key);
    print_wrapped(out, INDENT, text);
}

/* The first server of each kind of server and cards; like servers follow each other. */
static bool print_is_like(const struct plan *p, uint32_t a, uint32_t b)
{
    return p->node[a].item == p->node[b].item;
}

/* "lom, nic0 nic-4x1gbe in slot 1 (pcie-gen1-x4), ..." of the server `node`. */
static const char *print_slots(const struct plan *p, uint32_t node, struct sim_arena *a)
{
    const char *text = "";

    for (size_t i = 0; i < p->slots; i++) {
        const struct plan_slot *s = &p->slot[i];

        if (s->node != node || !s->item)
            continue;
        text = sim_arena_printf(a, "%s%s%s in slot %u%s%s", text, *text ? ", " : "", s->item->item, s->slot,
                                s->pcie ? " at " : "", s->pcie ? s->pcie->type : "");
    }
    return *text ? text : "no card";
}

static void print_servers(const struct plan *p, FILE *out, struct sim_arena *a)
{
    for (uint32_t n = 0; n < p->nodes; n++) {
        uint32_t like = n;

        if (p->node[n].tier != PLAN_SERVER)
            continue;
        while (like + 1 < p->nodes && p->node[like + 1].tier == PLAN_SERVER && print_is_like(p, n, like + 1))
            like++;
        plan_print_line(
            out, "servers",
            sim_arena_printf(a, "%u x %s (%s .. %s), %s, %u slots", like - n + 1, p->node[n].item->item,
                             p->node[n].path, p->node[like].path, p->node[n].item->description,
                             scn_lots_count(&p->node[n].item->slots) + scn_lots_count(&p->node[n].item->mezzanines)));
        plan_print_line(out, "  cards", print_slots(p, n, a));
        n = like;
    }
}

/* Per connection: server ports, of the first server, and the edges. */
static void print_connections(const struct plan *p, FILE *out, struct sim_arena *a)
{
    for (uint32_t c = 0; c < p->design->connections; c++) {
        const struct scn_connection *con = &p->design->connection[c];
        uint32_t cables = 0, servers = 0, edges = 0;
        size_t stem = strlen(con->name);

        for (size_t i = 0; i < p->cables; i++)
            cables += p->cable[i].connection == c;
        for (size_t n = 0; n < p->nodes; n++) {
            servers += p->node[n].tier == PLAN_SERVER;
            edges += p->node[n].tier == PLAN_EDGE && strncmp(p->node[n].path, con->name, stem) == 0 &&
                     strncmp(p->node[n].path + stem, "-edge-", 6) == 0;
        }
        plan_print_line(out, con->name,
                        sim_arena_printf(a, "%s, %u server ports (%.3g per server) at %u x %s, %s%s%s", con->link->type,
                                         cables, servers ? (double)cables / servers : 0, edges, con->edge,
                                         con->sched->type, con->pfc ? " with PFC" : "",
                                         con->mode == SCN_ONE_SIDE ? ", active-standby" : ""));
    }
}

/* What the first server's endpoints are carried by, port by port. */
static void print_carried(const struct plan *p, FILE *out, struct sim_arena *a)
{
    uint32_t server = UINT32_MAX;

    for (uint32_t n = 0; n < p->nodes && server == UINT32_MAX; n++)
        if (p->node[n].tier == PLAN_SERVER)
            server = n;
    if (server == UINT32_MAX)
        return;
    fprintf(out, "  carried by the ports of %s:\n", p->node[server].path);
    for (size_t i = 0; i < p->cables; i++) {
        const char *text = "";

        if (p->cable[i].a != server)
            continue;
        for (size_t e = 0; e < p->endpoints; e++) {
            const char *slash;

            if (p->endpoint[e].cable == (int32_t)i && (slash = strchr(p->endpoint[e].path, '/')))
                text = sim_arena_printf(a, "%s%s%s", text, *text ? " " : "", slash + 1);
        }
        if (!*text)
            text = p->design->connection[p->cable[i].connection].mode == SCN_ONE_SIDE ? "(standby)" : "(spare)";
        plan_print_line(out, p->cable[i].a_port, text);
    }
}

/* The members of each edge's uplinks: what the flows that the hash puts there offer. The imbalance is the fullest
 * member over the mean. */
static void print_uplinks(const struct plan *p, FILE *out, struct sim_arena *a)
{
    struct plan_load *load = plan_cable_loads(p);

    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *first = &p->cable[i];
        const struct plan_balance b = plan_uplink_balance(p, load, (uint32_t)i);
        const char *text;

        if (b.members < 2 || b.first != i)
            continue;
        text = sim_arena_printf(a, "%s %s, %u x %s, Mb/s (flows):", p->node[first->edge].path, first->uplink->name,
                                b.members, first->link->type);
        for (size_t k = i; k < p->cables && p->cable[k].uplink == first->uplink && p->cable[k].edge == first->edge; k++)
            if (plan_uplink_balance(p, load, (uint32_t)k).first == i)
                text = sim_arena_printf(a, "%s %.0f (%u)", text, load[k].offered_bps / 1e6, load[k].flows);
        if (b.mean_bps > 0)
            text = sim_arena_printf(a, "%s, fullest %.2f x the mean", text, b.most_bps / b.mean_bps);
        plan_print_line(out, "uplink", text);
    }
    free(load);
}

static void print_bom(const struct plan *p, FILE *out)
{
    fprintf(out, "  %-10s %-18s %6s %12s %14s\n", "component", "item", "count", "USD each", "USD");
    for (size_t i = 0; i < p->bom_rows; i++) {
        const struct plan_bom_row *row = &p->bom[i];

        fprintf(out, "  %-10s %-18s %6u %12.0f %14.0f\n", row->component, row->item->item, row->quantity,
                row->item->price_usd, row->quantity * row->item->price_usd);
    }
}

static void print_cost(const struct plan *p, FILE *out, struct sim_arena *a)
{
    struct plan_cost c;

    plan_cost(p, &c);
    plan_print_line(
        out, "counts",
        sim_arena_printf(a, "%.0f servers, %.0f VMs, %.0f adapters, %.0f cables (%u at servers), %.0f switch ports",
                         c.servers, c.vms, c.adapters, c.cables, p->server_cables, c.ports));
    plan_print_line(out, "rack, power", sim_arena_printf(a, "%.4g rack units, %.0f W drawn", c.rack_units, c.watts));
    plan_print_line(out, "capex",
                    sim_arena_printf(a, "%.0f USD, of it I/O %.0f USD (%.0f per server)", c.capex_usd, c.io_capex_usd,
                                     c.io_per_server_usd));
    plan_print_line(out, "opex",
                    sim_arena_printf(a, "%.0f USD over %.3g years: energy %.0f, space %.0f, administration %.0f",
                                     c.opex_usd, p->study->cost.years, c.energy_usd, c.space_usd, c.admin_usd));
    plan_print_line(out, "total", sim_arena_printf(a, "%.0f USD, %.0f USD per VM", c.total_usd, c.per_vm_usd));
}

void plan_print(const struct plan *p, FILE *out)
{
    struct sim_arena a;

    sim_arena_init(&a);
    if (p->design) {
        fprintf(out, "design %s\n", p->design->name);
        if (p->design->summary && *p->design->summary)
            plan_print_line(out, "", p->design->summary);
    } else {
        fprintf(out, "topology\n");
    }
    if (!p->feasible) {
        plan_print_line(out, "infeasible", p->why);
    } else if (!p->design) {
        plan_print_line(out, "size",
                        sim_arena_printf(&a, "%zu nodes, %zu links, %zu flows", p->nodes, p->cables, p->flows));
    } else {
        print_servers(p, out, &a);
        print_connections(p, out, &a);
        print_cost(p, out, &a);
        print_bom(p, out);
        print_carried(p, out, &a);
        print_uplinks(p, out, &a);
    }
    sim_arena_fini(&a);
}
