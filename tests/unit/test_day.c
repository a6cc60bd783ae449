/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_day.c - which part an event means in each design, and who is moved where when it fails.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "models/transport.h"
#include "sim/plan/day.h"
#include "sim/plan/part.h"
#include "tests/unit/plan_study.h"

static size_t parts_of(struct scn_study *st, int design, struct scn_event e, struct plan_part *last)
{
    struct plan *p = plan_create(st, &st->design[design]);
    struct sim_arena a;
    size_t n;
    struct plan_part *part;

    cr_assert(p->feasible, "%s", p->why);
    sim_arena_init(&a);
    part = plan_parts(p, &a, &e, &n);
    if (n) {
        last->cables = part[n - 1].cables;
        last->slots = part[n - 1].slots;
        last->cause = part[n - 1].cause;
    }
    free(part);
    sim_arena_fini(&a);
    plan_destroy(p);
    return n;
}

/* Four servers. shared: 4 on-board GbE ports in two pairs, 2 FC cards of one port. cee: 2 cards of one port for all; an
 * edge has 4 servers, 2 uplinks to the LAN and 2 to the SAN from one expansion module. ib: a director and its modules
 * are one part. */
Test(test_day, parts_by_role)
{
    static const struct {
        int design, part;
        const char *target, *server;
        int side;
        size_t n;
        uint32_t cables, slots;
        enum vio_fault cause;
    } cases[] = {
        {STUDY_SHARED, SCN_PART_ADAPTER, "lan", "hosts01", 0, 2, 2, 0, VIO_FAULT_NODE},
        {STUDY_SHARED, SCN_PART_ADAPTER, "san", "hosts01", 0, 2, 1, 1, VIO_FAULT_NODE},
        {STUDY_SHARED, SCN_PART_PORT, "lan", "hosts03", 0, 4, 1, 0, VIO_FAULT_LINK},
        {STUDY_SHARED, SCN_PART_EDGE, "san", NULL, 1, 1, 4 + 2, 0, VIO_FAULT_NODE},
        {STUDY_SHARED, SCN_PART_DIRECTOR, "lan", NULL, 0, 0, 0, 0, VIO_FAULT_LINK},
        {STUDY_SHARED, SCN_PART_MODULE, "san", NULL, 0, 0, 0, 0, VIO_FAULT_LINK},
        {STUDY_CEE, SCN_PART_ADAPTER, "lan", "hosts00", 0, 2, 1, 1, VIO_FAULT_NODE},
        {STUDY_CEE, SCN_PART_EDGE, "lan", NULL, 0, 1, 4 + 2 + 2, 0, VIO_FAULT_NODE},
        {STUDY_CEE, SCN_PART_EDGE, "san", NULL, 0, 1, 4 + 2 + 2, 0, VIO_FAULT_NODE},
        {STUDY_CEE, SCN_PART_UPLINK, "lan", NULL, 0, 4, 1, 0, VIO_FAULT_LINK},
        {STUDY_CEE, SCN_PART_UPLINK, "san-up", NULL, 0, 4, 1, 0, VIO_FAULT_LINK},
        {STUDY_CEE, SCN_PART_MODULE, "san", NULL, 0, 2, 2, 0, VIO_FAULT_NODE},
        {STUDY_CEE, SCN_PART_SERVER, NULL, "hosts02", 0, 1, 2, 3, VIO_FAULT_NODE},
        {STUDY_CEE, SCN_PART_NODE, "lan-core", NULL, 0, 1, 4 + 1, 0, VIO_FAULT_NODE},
        {STUDY_CEE, SCN_PART_LINK, "cee-edge-a1/p3", NULL, 0, 1, 1, 0, VIO_FAULT_LINK},
        {STUDY_IB, SCN_PART_DIRECTOR, "lan", NULL, 1, 1, 4 + 2 + 2 + 3, 0, VIO_FAULT_NODE},
    };
    struct scn_study *st = plan_study_create(4);

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct scn_event e = {.kind = SCN_EVENT_FAIL,
                                    .part = cases[i].part,
                                    .target = cases[i].target,
                                    .server = cases[i].server,
                                    .side = cases[i].side,
                                    .number = 1};
        struct plan_part last = {0};
        const size_t n = parts_of(st, cases[i].design, e, &last);

        cr_expect_eq(n, cases[i].n, "case %zu: %zu parts", i, n);
        cr_expect_eq(last.cables, cases[i].cables, "case %zu: %u cables", i, last.cables);
        cr_expect_eq(last.slots, cases[i].slots, "case %zu: %u slots", i, last.slots);
        cr_expect_eq(last.cause, cases[i].cause, "case %zu", i);
    }
    plan_study_destroy(st);
}

static bool flow_is_dead(const struct vio_flow *f)
{
    const struct vio_path *path[] = {f->there, f->back};

    for (int way = 0; way < 2; way++)
        for (uint32_t i = 0; i < path[way]->n; i++)
            if (vio_egress_is_dead(path[way]->hop[i]))
                return true;
    return false;
}

/* Flows that lead over a node, by the names of their egresses. */
static uint32_t flows_over(const struct vio_world *w, const char *node)
{
    uint32_t n = 0;

    for (const struct vio_flow *f = w->flows; f; f = f->next)
        for (uint32_t i = 0; i < f->there->n; i++)
            if (strstr(vio_egress_path(f->there->hop[i]), node)) {
                n++;
                break;
            }
    return n;
}

/* Edge a of cee fails at 50 ms: half of the servers' capacity is left. All notice after 20 ms and need 30 ms more: the
 * flows over it are at side b then, nobody is cut off, and the gap of the disks is at least 50 ms less the time between
 * two I/Os. With `for` it is back at 150 ms, and with switch_back 20 ms later all is where it began. Without failover
 * those that were hit are cut off. */
Test(test_day, an_edge_fails)
{
    static const struct {
        int mechanism;
        sim_time for_ps, back_ps;
    } cases[] = {
        {SCN_FAILOVER_FABRIC, 0, 0}, {SCN_FAILOVER_FABRIC, 100 * SIM_MS, 20 * SIM_MS}, {SCN_FAILOVER_NONE, 0, 0}};

    for (size_t i = 0; i < 3; i++) {
        struct scn_study *st = plan_study_create(4);
        struct scn_event e = {.name = "edge",
                              .kind = SCN_EVENT_FAIL,
                              .part = SCN_PART_EDGE,
                              .target = "lan",
                              .number = 1,
                              .at_ps = 50 * SIM_MS,
                              .for_ps = cases[i].for_ps};
        struct scn_connection *c = &st->design[STUDY_CEE].connection[0];
        const struct plan_day_result *r;
        struct vio_world *w;
        struct vio_end end;
        struct plan *p;
        uint32_t over, dead = 0;
        size_t n;

        st->host = (struct scn_host){.clock_hz = 2.9e9,
                                     .io_cores = 1,
                                     .switch_cycles_per_packet = 4000,
                                     .switch_cycles_per_B = 2,
                                     .direct_cycles_per_packet = 1000,
                                     .direct_cycles_per_B = 0.5};
        st->event = &e;
        st->events = 1;
        c->failover = (struct scn_failover){cases[i].mechanism, 20 * SIM_MS, 30 * SIM_MS, cases[i].back_ps};
        c->multipath = c->failover;
        p = plan_create(st, &st->design[STUDY_CEE]);
        cr_assert(p->feasible, "%s", p->why);
        w = plan_build(p, 1, 0);
        over = flows_over(w, "cee-edge-a1");
        cr_expect(over > 5);
        vio_world_run(w, 0, 200 * SIM_MS, NULL, NULL, &end);
        cr_expect_eq(end.outcome, VIO_OUTCOME_OK, "%s", end.why);
        r = plan_day_results(w, &n);
        cr_assert_eq(n, 1);
        cr_expect(r->hit > 3 && r->hit <= 12, "%u hit", r->hit);
        cr_expect_eq(r->server_bps * 2, r->server_all_bps);
        cr_expect_eq(r->uplink_bps * 2, r->uplink_all_bps);
        for (const struct vio_flow *f = w->flows; f; f = f->next)
            dead += flow_is_dead(f);
        if (cases[i].mechanism == SCN_FAILOVER_NONE) {
            cr_expect_eq(dead, over);
            cr_expect_eq(r->cut, r->hit);
            cr_expect_eq(r->moved, 0);
        } else {
            cr_expect_eq(dead, 0, "case %zu: %u dead", i, dead);
            cr_expect_eq(r->cut, 0);
            cr_expect_eq(r->moved, cases[i].back_ps ? 2 * over : over, "case %zu: %u moved", i, r->moved);
            cr_expect_eq(flows_over(w, "cee-edge-a1"), cases[i].back_ps ? over : 0);
        }
        vio_world_destroy(w);
        plan_destroy(p);
        plan_study_destroy(st);
    }
}
