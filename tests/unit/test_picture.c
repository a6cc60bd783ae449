/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_picture.c - pictures of a plan: what is in them, and that they do not grow with the plan.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "analysis/picture.h"
#include "sim/cli/cli.h"
#include "sim/study/point.h"
#include "sim/study/store.h"

struct pictures {
    struct sim_arena arena;
    struct ana_layout layout;
    const char *topology, *cabling, *racks;
};

/* The pictures of the flagship's design number `id` with so many servers. */
static void pictures_init(struct pictures *f, const char *servers, int64_t id)
{
    const char *set[] = {servers};
    struct scn_points scenarios;
    struct study_points points;
    struct study_store store;
    struct sim_diags diags;
    char why[512];

    sim_diags_init(&diags);
    sim_arena_init(&f->arena);
    cr_assert(scn_load("scenarios/consolidation-2009.yaml", set, 1, &scenarios, &diags));
    cr_assert(study_points_init(&points, &scenarios, NULL, why, sizeof why), "%s", why);
    cr_assert(cli_enter(&store, ":memory:", &points, &diags, "test"), "%s", store.why);
    cr_assert(ana_layout_load(store.db, id, &f->layout, &f->arena));
    f->topology = ana_picture_topology(&f->layout, &f->arena);
    f->cabling = ana_picture_cabling(&f->layout, &f->arena);
    f->racks = ana_picture_racks(&f->layout, &f->arena);
    study_store_close(&store);
    study_points_fini(&points);
    scn_points_fini(&scenarios);
    sim_diags_fini(&diags);
}

static void expect_in(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "no '%s' in\n%s", part, text);
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;

    for (text = strstr(text, part); text; text = strstr(text + 1, part))
        n++;
    return n;
}

/* shared, 16 servers: four GbE ports each, half of them to each side: 32 x 1 Gb/s; one 4G FC port to each: 16 x 3.4
 * Gb/s; two 10GbE uplinks a ToR, four 8G an FC switch. Nodes: the servers, 4 edges, 2 cores, 5 peers. One server is
 * drawn with its 6 ports and 6 cables. A rack has 16 servers and 4 switches. */
Test(test_picture, the_flagships_first_design)
{
    struct pictures f;

    pictures_init(&f, "servers.hosts.count=16", 1);
    expect_in(f.topology, "<b>hosts00 - hosts15</b><br/>16 × srv-2u");
    expect_in(f.topology, "<b>lan-edge-b1</b><br/>tor-48x1gbe");
    expect_in(f.topology, " 32 × gbe <br/> 32 Gb/s ");
    expect_in(f.topology, " 16 × fc-4g <br/> 54.4 Gb/s ");
    expect_in(f.topology, " 2 × 10gbe <br/> 20 Gb/s ");
    cr_expect_eq(count(f.topology, " [color="), (1 + 4 + 2 + 5) + (4 + 4 + 5));
    expect_in(f.cabling, "srv-2u, row1-rack01 U1, one of 16 alike");
    expect_in(f.cabling, "used: 32 of 48 downlink, 2 of 4 uplink");
    expect_in(f.cabling, "u1 - u2 to lan-core");
    cr_expect_eq(count(f.cabling, ":e -> "), 6);
    expect_in(f.racks, ">hosts15  srv-2u<");
    cr_expect_eq(count(f.racks, "<rect"), 1 + 16 + 4);
    sim_arena_fini(&f.arena);
}

/* converged-ib: modules of a director are one box for each kind; two and three servers are drawn one by one. */
Test(test_picture, few_are_shown_one_by_one)
{
    struct pictures f;

    pictures_init(&f, "servers.hosts.count=3", 4);
    expect_in(f.topology, "<b>hosts02</b>");
    expect_in(f.topology, "<b>ib-edge-a1/slot3 - slot6</b><br/>4 × mod-2x4g-fc");
    cr_expect_eq(count(f.cabling, ":e -> "), 3 * 2);
    sim_arena_fini(&f.arena);
}

/* A thousand servers, dedicated: 12,000 cables at them, 28 times as many edges. Boxes and lines stay; what grows is the
 * number of kinds of rack, of which twelve at most are drawn. */
Test(test_picture, a_large_plan_gives_a_small_picture)
{
    struct pictures small, large;

    pictures_init(&small, "servers.hosts.count=64", 2);
    pictures_init(&large, "servers.hosts.count=1000", 2);
    cr_expect_gt(large.layout.cables, 12000);
    expect_in(large.topology, "<b>hosts00 - hosts999</b><br/>1000 × srv-2u");
    cr_expect_eq(count(large.topology, " [color="), count(small.topology, " [color="));
    cr_expect_eq(count(large.cabling, ":e -> "), 12);
    cr_expect_leq(count(large.racks, "font-size=\"12\""), 12);
    sim_arena_fini(&small.arena);
    sim_arena_fini(&large.arena);
}
