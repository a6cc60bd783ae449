/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_plan_scenarios.c - plans of the scenarios that are shipped: the flagship's four designs, and the
 * hand-written topologies.
 */
#include <criterion/criterion.h>
#include <glob.h>
#include <string.h>

#include "sim/plan/route.h"
#include "sim/plan/cost.h"
#include "sim/plan/print.h"

static void load(const char *file, struct scn_points *points)
{
    struct sim_diags diags;
    bool ok;

    sim_diags_init(&diags);
    ok = scn_load(file, NULL, 0, points, &diags);
    if (!ok || diags.errors + diags.warnings > 0)
        sim_diags_print(&diags, stderr);
    cr_assert(ok, "%s", file);
    cr_expect_eq(diags.warnings, 0, "%s", file);
    sim_diags_fini(&diags);
}

struct headline {
    const char *design, *server;
    double rack_units, server_usd;
    uint32_t server_cables, adapters, edges, modules;
};

/* Per server and times 16: shared 4 GbE + 2 FC = 6 ports; dedicated 5 Ethernet networks x 2 + 2 FC = 12 ports, 4 of
 * them on board, 6 on 3 dual cards (450 USD; quad + dual would be 575), FC on one: 4 slots, so the 2U server.
 * Converged: 2 ports on 2 cards, which the 1U server holds. Edges: 64 / 2 = 32 GbE ports a side fit one ToR, 160 / 2 =
 * 80 need two; 16 ports a side fit one of anything else. Rack units: servers + edges (director 4 U each). Modules that
 * are nodes: directors have per side 2 x 1 10GbE and 8 / 2 FC. */
static const struct headline headlines[] = {
    {"shared", "srv-2u", 32 + 2 + 2, 7500 * 16, 96, 32, 4, 0},
    {"dedicated", "srv-2u", 32 + 4 + 2, 7500 * 16, 192, 64, 6, 0},
    {"converged-10gbe", "srv-1u", 16 + 2, 5000 * 16, 32, 32, 2, 0},
    {"converged-ib", "srv-1u", 16 + 8, 5000 * 16, 32, 32, 2, 12},
};

static void check_headline(const struct plan *p, const struct headline *h)
{
    struct plan_cost c;
    uint32_t edges = 0, modules = 0;

    cr_assert(p->feasible, "%s: %s", h->design, p->why);
    for (size_t i = 0; i < p->nodes; i++) {
        edges += p->node[i].tier == PLAN_EDGE;
        modules += p->node[i].tier == PLAN_MODULE;
    }
    plan_cost(p, &c);
    cr_expect_str_eq(p->design->name, h->design);
    cr_expect_str_eq(p->server_item, h->server);
    cr_expect_float_eq(c.rack_units, h->rack_units, 1e-9, "%s: %g RU", h->design, c.rack_units);
    cr_expect_float_eq(plan_component_usd(p, "server"), h->server_usd, 1e-6, "%s", h->design);
    cr_expect_eq(p->server_cables, h->server_cables, "%s: %u", h->design, p->server_cables);
    cr_expect_eq(c.adapters, h->adapters, "%s: %g", h->design, c.adapters);
    cr_expect_eq(edges, h->edges, "%s: %u", h->design, edges);
    cr_expect_eq(modules, h->modules, "%s: %u", h->design, modules);
    cr_expect_eq(c.vms, 160);
}

Test(test_plan_scenarios, flagship)
{
    struct scn_points points;

    load("scenarios/consolidation-2009.yaml", &points);
    cr_assert_eq(points.n, 1);
    cr_assert_eq(points.study[0]->designs, sizeof headlines / sizeof *headlines);
    for (size_t i = 0; i < points.study[0]->designs; i++) {
        struct plan *p = plan_create(points.study[0], &points.study[0]->design[i]);

        check_headline(p, &headlines[i]);
        plan_destroy(p);
    }
    scn_points_fini(&points);
}

/* Every way of every flow there and back: between its ends it passes nodes that let through and no other, though
 * servers have a cable at either side. */
static void check_ways(const struct plan *p)
{
    struct plan_routes r;

    plan_routes_init(&r, p);
    for (size_t i = 0; i < p->flows; i++) {
        for (uint32_t k = 0; k < plan_streams(&p->flow[i]); k++) {
            const struct plan_stream st = plan_stream(p, &p->flow[i], k);

            for (int back = 0; back < 2; back++) {
                const struct plan_endpoint *a = &p->endpoint[back ? st.to : st.from];
                const struct plan_endpoint *b = &p->endpoint[back ? st.from : st.to];
                struct plan_hop way[PLAN_ROUTE_MAX];
                const size_t n = plan_route(&r, a, b, st.transport->proto, st.hash, way);
                uint32_t at = a->node;

                cr_assert_gt(n, 0u);
                for (size_t h = 0; h < n; h++) {
                    const struct plan_cable *c = &p->cable[way[h].cable];

                    at = c->a == at ? c->b : c->a;
                    cr_assert(h + 1 == n || p->node[at].node->role == VIO_ROLE_TRANSIT, "%s passes %s", p->flow[i].path,
                              p->node[at].path);
                }
                cr_assert_eq(at, b->node);
            }
        }
    }
    plan_routes_fini(&r);
}

Test(test_plan_scenarios, no_way_leads_through_a_server)
{
    static const char *const files[] = {"scenarios/consolidation-2009.yaml", "scenarios/consolidation-2025.yaml",
                                        "scenarios/claims/h12-flagship.yaml"};

    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        struct scn_points points;

        load(files[f], &points);
        for (size_t d = 0; d < points.study[0]->designs; d++) {
            struct plan *p = plan_create(points.study[0], &points.study[0]->design[d]);

            if (p->feasible)
                check_ways(p);
            plan_destroy(p);
        }
        scn_points_fini(&points);
    }
}

Test(test_plan_scenarios, printed_plans_keep_to_80_columns)
{
    struct scn_points points;
    char line[256];
    uint32_t lines = 0;

    load("scenarios/consolidation-2009.yaml", &points);
    for (size_t i = 0; i < points.study[0]->designs; i++) {
        struct plan *p = plan_create(points.study[0], &points.study[0]->design[i]);
        FILE *out = tmpfile();

        plan_print(p, out);
        rewind(out);
        while (fgets(line, sizeof line, out)) {
            cr_expect_leq(strlen(line), 81, "%s", line);
            lines++;
        }
        fclose(out);
        plan_destroy(p);
    }
    cr_expect_gt(lines, 80);
    scn_points_fini(&points);
}

Test(test_plan_scenarios, reference_topologies)
{
    glob_t files;

    cr_assert_eq(glob("scenarios/reference/*.yaml", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct scn_points points;

        load(files.gl_pathv[i], &points);
        for (size_t s = 0; s < points.n && points.study[s]->topology; s++) {
            const struct scn_study *st = points.study[s];
            struct plan *p = plan_create(st, NULL);
            struct plan_cost c;

            cr_assert(p->feasible, "%s: %s", files.gl_pathv[i], p->why);
            cr_expect_geq(p->flows, st->topology->flows, "%s", files.gl_pathv[i]);
            cr_expect_geq(p->cables, st->topology->links, "%s", files.gl_pathv[i]);
            for (size_t f = 0; f < p->flows; f++)
                cr_expect_neq(p->flow[f].home, p->flow[f].peer, "%s", p->flow[f].path);
            plan_cost(p, &c); /* nothing is bought */
            cr_expect_eq(c.total_usd, 0);
            plan_destroy(p);
        }
        scn_points_fini(&points);
    }
    globfree(&files);
}

/* Sixteen flows that start within 1 ms: starts lie in that range, differ between flows and between replications, and
 * come again with the seed. */
Test(test_plan_scenarios, starts_are_drawn_in_each_replication)
{
    struct scn_points points;
    struct plan *p;
    struct vio_world *w[3];
    sim_time last_ps = -1;

    load("scenarios/reference/tcp-dumbbell.yaml", &points);
    p = plan_create(points.study[0], NULL);
    for (uint32_t i = 0; i < 3; i++)
        w[i] = plan_build(p, 1, i % 2);
    const struct vio_workload *a = w[0]->workloads, *b = w[1]->workloads, *again = w[2]->workloads;

    cr_assert(a);
    for (; a; a = a->next, b = b->next, again = again->next) {
        cr_expect(a->shift_ps >= 0 && a->shift_ps < SIM_MS);
        cr_expect_neq(a->shift_ps, last_ps);
        cr_expect_neq(a->shift_ps, b->shift_ps);
        cr_expect_eq(a->shift_ps, again->shift_ps);
        last_ps = a->shift_ps;
    }
    for (size_t i = 0; i < 3; i++)
        vio_world_destroy(w[i]);
    plan_destroy(p);
    scn_points_fini(&points);
}

/* A consolidated server with ten I/O cables, two quad GbE NICs of 5 W and two FC HBAs of 7 W, was measured at 24 W of
 * adapters (validation point V36, [S59]). */
Test(test_plan_scenarios, adapters_of_the_catalogue_draw_what_was_measured)
{
    struct scn_points points;
    const struct scn_item *nic, *hba;

    load("scenarios/consolidation-2009.yaml", &points);
    nic = scn_catalogue_find(&points.study[0]->catalogue, "nic-4x1gbe");
    hba = scn_catalogue_find(&points.study[0]->catalogue, "hba-1x8g");
    cr_assert(nic && hba);
    cr_expect_eq(2 * nic->ports + 2 * hba->ports, 10u);
    cr_expect_float_eq(2 * nic->watts + 2 * hba->watts, 24, 0.5);
    scn_points_fini(&points);
}

/* Block I/O over Ethernet in two designs: iSCSI by default where there is no vHBA, NFS by name. Every workload
 * completes I/Os, none fails, and the time of each is accounted for (asserted on completion, `attribution`). */
Test(test_plan_scenarios, storage_over_ethernet)
{
    static const char *const transports[] = {"iscsi", "nfs", "iscsi", "tcp-newreno"};
    struct scn_points points;

    load("tests/scenario/good/ip_storage.yaml", &points);
    for (size_t i = 0; i < 4; i++)
        cr_expect_str_eq(points.study[0]->vm[0].workload[i].transport->type, transports[i]);
    for (size_t i = 0; i < points.study[0]->designs; i++) {
        struct plan *p = plan_create(points.study[0], &points.study[0]->design[i]);
        struct vio_world *w;
        struct vio_end end;

        cr_assert(p->feasible, "%s", p->why);
        w = plan_build(p, 1, 0);
        vio_world_run(w, 0, 500 * SIM_MS, NULL, NULL, &end);
        cr_expect_eq(end.outcome, VIO_OUTCOME_OK, "%s", end.why);
        for (struct vio_workload *wl = w->workloads; wl; wl = wl->next)
            cr_expect(wl->m.completed > 0 && wl->m.failed == 0, "%s", wl->path);
        vio_world_destroy(w);
        plan_destroy(p);
    }
    scn_points_fini(&points);
}
