/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_qos.c - what class, guarantee and cap become at the hops of a design, by hand arithmetic.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "models/transport.h"
#include "sim/plan/qos.h"
#include "tests/unit/plan_study.h"

static uint32_t endpoint_of(const struct plan *p, const char *path)
{
    for (uint32_t i = 0; i < p->endpoints; i++)
        if (strcmp(p->endpoint[i].path, path) == 0)
            return i;
    cr_assert_fail("no endpoint %s", path);
    return 0;
}

struct hop {
    const char *what;
    enum plan_qos_kind kind;
    double share_mbps;
    uint32_t guarantees;
    double class_mbps;
    const char *why;
};

static void expect_chain(const struct plan *p, const char *endpoint, const struct hop *hop, size_t n)
{
    const uint32_t e = endpoint_of(p, endpoint);
    struct plan_qos q;

    plan_qos_init(&q, p);
    for (size_t i = 0; i < n; i++) {
        const struct plan_qos_place *place = &q.place[q.chain[e][i]];
        char why[160];
        double share_bps;

        cr_assert_neq(q.chain[e][i], UINT32_MAX, "%s: hop %zu", endpoint, i);
        cr_expect_str_eq(place->what, hop[i].what);
        cr_expect_eq(plan_qos_share(&q, place, p->endpoint[e].tc, &share_bps, why, sizeof why), hop[i].kind, "%s: %s",
                     hop[i].what, why);
        cr_expect_float_eq(share_bps / 1e6, hop[i].share_mbps, 0.5, "%s: %g", hop[i].what, share_bps / 1e6);
        cr_expect_str_eq(why, hop[i].why);
        cr_expect_eq(place->guarantees, hop[i].guarantees, "%s: %u", hop[i].what, place->guarantees);
        cr_expect_float_eq((double)place->class_bps[p->endpoint[e].tc] / 1e6, hop[i].class_mbps, 1e-6);
    }
    cr_expect_eq(q.chain[e][n], UINT32_MAX, "no more hops");
    plan_qos_fini(&q);
}

/* Classes normal 1 and storage 2: a third and two thirds. Four servers, pinned by turns, so two db vNICs of 300 Mb/s
 * meet at each edge and four at the clients. InfiniBand 4x DDR is 16 Gb/s; 2 modules of 10GbE. The director has 2 FC
 * ports of 3.4 Gb/s in one module: FC links have one queue. */
Test(test_qos, shares_along_the_chain)
{
    static const struct hop nic[] = {
        {"guest driver", PLAN_QOS_NONE, 0, 1, 300, "first come, first served on 12.5 Gb/s"},
        {"slot", PLAN_QOS_SHARE, 16000 / 3.0, 1, 300, "class normal 1 of 3 on 16 Gb/s = 5333 Mb/s"},
        {"adapter and edge", PLAN_QOS_SHARE, 16000 / 3.0, 1, 300, "class normal 1 of 3 on 16 Gb/s = 5333 Mb/s"},
        {"gateway slot", PLAN_QOS_SHARE, 32000 / 3.0, 2, 600, "class normal 1 of 3 on 2 x 16 Gb/s = 10667 Mb/s"},
        {"uplink", PLAN_QOS_SHARE, 20000 / 3.0, 2, 600, "class normal 1 of 3 on 2 x 10 Gb/s = 6667 Mb/s"},
        {"peer", PLAN_QOS_NONE, 0, 4, 1200, "first come, first served on 10 Gb/s"},
    };
    static const struct hop hba[] = {
        {"slot", PLAN_QOS_SHARE, 32000 / 3.0, 0, 0, "class storage 2 of 3 on 16 Gb/s = 10667 Mb/s"},
        {"adapter and edge", PLAN_QOS_SHARE, 32000 / 3.0, 0, 0, "class storage 2 of 3 on 16 Gb/s = 10667 Mb/s"},
        {"gateway slot", PLAN_QOS_SHARE, 32000 / 3.0, 0, 0, "class storage 2 of 3 on 16 Gb/s = 10667 Mb/s"},
        {"uplink", PLAN_QOS_NONE, 0, 0, 0, "first come, first served on 2 x 3.4 Gb/s"},
        {"peer", PLAN_QOS_NONE, 0, 0, 0, "first come, first served on 2 x 6.8 Gb/s"},
    };
    struct scn_study *st = plan_study_create(4);
    struct plan *p;

    st->host.clock_hz = 2.5e9; /* 1500 B in 1000 + 0.933 x 1500 = 2400 cycles: 1.5625 GB/s = 12.5 Gb/s */
    st->host.direct_cycles_per_packet = 1000;
    st->host.direct_cycles_per_B = 1400 / 1500.0;
    st->vm[STUDY_DB].adapter[0].guarantee_bps = 300000000;
    p = plan_create(st, &st->design[STUDY_IB]);
    cr_assert(p->feasible, "%s", p->why);
    expect_chain(p, "hosts00/db0/nic0", nic, sizeof nic / sizeof *nic);
    for (uint32_t e = 0; e < p->endpoints; e++) /* the vHBA's slot and cable may be those of the vNIC, or not */
        if (strcmp(p->endpoint[e].path, "hosts00/db0/hba0") == 0 &&
            p->endpoint[e].cable != p->endpoint[endpoint_of(p, "hosts00/db0/nic0")].cable)
            expect_chain(p, "hosts00/db0/hba0", hba, sizeof hba / sizeof *hba);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* One guarantee and one design; what is said, or "" for nothing. Two servers, whose guarantees meet at the clients' 10
 * Gb/s; one, if they would not fit there. */
static void expect_said(int design, const char *sched, uint64_t guarantee_bps, enum sim_severity severity,
                        const char *said)
{
    const bool alone = severity == SIM_WARNING && guarantee_bps > UINT64_C(5000000000);
    struct scn_study *st = plan_study_create(alone ? 1 : 2);
    struct scn_design *d = &st->design[design];
    struct sim_diags diags;
    struct plan *p;

    st->vm[STUDY_DB].adapter[0].guarantee_bps = guarantee_bps;
    st->vm[STUDY_DB].adapter[0].pos = (struct sim_pos){"s.yaml", 7, 9};
    if (sched)
        d->connection[0].sched = vio_sched_find(sched);
    p = plan_create(st, d);
    cr_assert(p->feasible, "%s", p->why);
    sim_diags_init(&diags);
    plan_qos_check(p, &diags);
    plan_qos_check(p, &diags); /* another point of a sweep, the same again: said once */
    cr_expect_eq(diags.n, *said ? 1 : 0, "%s: %zu diagnostics", said, diags.n);
    if (*said && diags.n) {
        cr_expect_str_eq(diags.item[0].text, said);
        cr_expect_eq(diags.item[0].severity, severity);
        cr_expect_eq(diags.item[0].pos.line, 7);
    }
    sim_diags_fini(&diags);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* Converged Ethernet: normal has 1/3 of 10 Gb/s = 3333 Mb/s. On board GbE carries 1000 Mb/s, in order of arrival. A
 * strict class that is first has all; both classes have priority 0 here, so neither is. */
Test(test_qos, what_cannot_be_given_is_said_once)
{
    expect_said(STUDY_CEE, NULL, 0, SIM_WARNING, "");
    expect_said(STUDY_CEE, NULL, UINT64_C(3333000000), SIM_WARNING, "");
    expect_said(STUDY_CEE, NULL, UINT64_C(3334000000), SIM_WARNING,
                "design cee: the guarantees of class normal (1) add up to 3334 Mb/s at the adapter and edge "
                "hosts00/cna1/p1 - cee-edge-b1, where class normal 1 of 3 on 10 Gb/s = 3333 Mb/s");
    expect_said(STUDY_CEE, NULL, UINT64_C(10001000000), SIM_ERROR,
                "design cee cannot give the guarantees: adapter and edge hosts00/cna1/p1 - cee-edge-b1 has 10 Gb/s, "
                "the guarantees there (1) add up to 10001 Mb/s");
    expect_said(STUDY_CEE, "partition", UINT64_C(5000000000), SIM_WARNING, ""); /* two slices of 10 Gb/s */
    expect_said(STUDY_CEE, "partition", UINT64_C(5001000000), SIM_WARNING,
                "design cee: the guarantees of class normal (1) add up to 5001 Mb/s at the adapter and edge "
                "hosts00/cna1/p1 - cee-edge-b1, where class normal a fixed slice of 10 Gb/s = 5000 Mb/s in steps of "
                "100, no more");
    expect_said(STUDY_CEE, "hierarchy", UINT64_C(3333000000), SIM_WARNING, "");
    expect_said(STUDY_CEE, "hierarchy", UINT64_C(3334000000), SIM_WARNING,
                "design cee: the guarantees of class normal (1) add up to 3334 Mb/s at the adapter and edge "
                "hosts00/cna1/p1 - cee-edge-b1, where class normal 1 of 3 on 10 Gb/s = 3333 Mb/s, each guarantee in it "
                "first");
    /* neither class has a CIR: 1 % of the line for each, and so half of it */
    expect_said(STUDY_CEE, "tr-tcm-policer", UINT64_C(5000000000), SIM_WARNING, "");
    expect_said(STUDY_CEE, "tr-tcm-shaper", UINT64_C(5001000000), SIM_WARNING,
                "design cee: the guarantees of class normal (1) add up to 5001 Mb/s at the adapter and edge "
                "hosts00/cna1/p1 - cee-edge-b1, where class normal without CIR 100 of 200 Mb/s on 10 Gb/s = 5000 Mb/s");
    expect_said(STUDY_CEE, "strict", 1000000, SIM_WARNING,
                "design cee: nothing sees to the guarantee of 1 Mb/s of db/nic0: class normal gets what others leave "
                "of 16 Gb/s, at the slot hosts00/slot2");
    expect_said(STUDY_SHARED, NULL, 100000000, SIM_WARNING,
                "design shared: nothing sees to the guarantee of 100 Mb/s of db/nic0: first come, first served on 1 "
                "Gb/s, at the adapter and edge hosts00/lom/p1 - lan-edge-a1");
    expect_said(STUDY_SHARED, NULL, 1001000000, SIM_ERROR,
                "design shared cannot give the guarantees: adapter and edge hosts00/lom/p1 - lan-edge-a1 has 1 Gb/s, "
                "the guarantees there (1) add up to 1001 Mb/s");
}

/* The number of the first hop of a flow whose name ends with `end`; the path's length if there is none. */
static uint32_t hop_of(const struct vio_path *path, const char *end)
{
    for (uint32_t i = 0; i < path->n; i++) {
        const char *name = vio_egress_path(path->hop[i]);

        if (strlen(name) >= strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0)
            return i;
    }
    return path->n;
}

/* A vNIC of the director is policed behind its first cable (guest driver, slot, cable: hop 3) and before its last; the
 * vHBA and the vNIC of the other designs are paced at the very ends. */
Test(test_qos, caps_are_policed_at_the_director_and_paced_elsewhere)
{
    struct scn_study *st = plan_study_create(1);

    st->host.clock_hz = 3e9;
    st->vm[STUDY_DB].adapter[0].cap_bps = st->vm[STUDY_DB].adapter[1].cap_bps = 50000000;
    for (int design = STUDY_CEE; design <= STUDY_IB; design++) {
        const bool ib = design == STUDY_IB;
        struct plan *p = plan_create(st, &st->design[design]);
        struct vio_world *w;
        uint32_t seen = 0;

        cr_assert(p->feasible, "%s", p->why);
        cr_expect_eq(plan_qos_polices(p, &p->endpoint[endpoint_of(p, "hosts00/db0/nic0")]), ib);
        cr_expect_not(plan_qos_polices(p, &p->endpoint[endpoint_of(p, "hosts00/db0/hba0")]));
        w = plan_build(p, 1, 0);
        for (struct vio_flow *f = w->flows; f; f = f->next) {
            const bool disk = strstr(f->path, "/disk") != NULL;

            if (f->onward) /* the work of a driver crosses no cap */
                continue;
            if (!strstr(f->path, "db0") || (!disk && !strstr(f->path, "#1"))) /* #1 leads from the VM */
                continue;
            cr_expect_eq(hop_of(f->there, "/cap-tx"), !disk && ib ? 3 : 0, "%s", f->path);
            cr_expect_eq(hop_of(f->back, "/cap-rx"), f->back->n - (!disk && ib ? 4 : 1), "%s", f->path);
            seen++;
        }
        cr_expect_eq(seen, 2);
        vio_world_destroy(w);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

/* Nothing wider than 80 columns, and every adapter of the server is there. */
Test(test_qos, the_explanation_fits_the_screen)
{
    struct scn_study *st = plan_study_create(2);

    st->vm[STUDY_DB].adapter[0].guarantee_bps = 300000000;
    st->vm[STUDY_DB].adapter[0].cap_bps = 500000000;
    for (int design = 0; design < STUDY_DESIGNS; design++) {
        struct plan *p = plan_create(st, &st->design[design]);
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);

        plan_qos_print(p, out);
        fclose(out);
        cr_expect(strstr(text, "hosts00/db0/nic0 (2 alike): network corp, class normal, guarantee 300 Mb/s"), "%s",
                  text);
        cr_expect(strstr(text, "hosts00/db0/hba0 (2 alike)") && strstr(text, "hosts00/web0/nic0 (4 alike)"));
        cr_expect(strstr(text, design == STUDY_IB ? "policed at the director" : "paced both ways in the server"));
        if (design == STUDY_IB) /* 10 ms of 300 Mb/s are 375 KB */
            cr_expect(strstr(text, "CIR = guarantee 300") && strstr(text, "CBS 10ms of it = 375 KB") &&
                          strstr(text, "PIR = cap 500") && strstr(text, "PBS 10ms of it = 625 KB"),
                      "%s", text);
        for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
            cr_expect_leq(strcspn(line, "\n"), 80, "%.*s", (int)strcspn(line, "\n"), line);
        free(text);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}
