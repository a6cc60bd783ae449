/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_isolation.c - frames stay in their network: at delivery, along the cables, in the scenario.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/plan/plan.h"
#include "tests/rig/probe.h"
#include "tests/rig/rig.h"
#include "tests/unit/plan_study.h"

/* Two endpoints of segment 1 and 2 behind one link. Three packets of flow a arrive, the two of flow b do not. */
Test(test_isolation, a_packet_of_another_segment_is_not_delivered)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *link = rig_server(w, "link", 1000000000, 0, 0);
    struct vio_path right = *rig_path(w, 1, &link), wrong = *rig_path(w, 1, &link);
    struct vio_end end;

    right.segment = right.admits = wrong.segment = 1;
    wrong.admits = 2;
    wrong.end = "far/nic0";
    struct vio_flow *a = probe_flow(w, "a", VIO_PROTO_IP, &right, 0);
    struct vio_flow *b = probe_flow(w, "b", VIO_PROTO_IP, &wrong, 0);

    probe_send_at(a, 0, 3, 1000);
    probe_send_at(b, 0, 2, 1000);
    vio_world_run(w, 0, SIM_S, NULL, NULL, &end);
    cr_expect_eq(probe_of(a)->n, 3);
    cr_expect_eq(probe_of(b)->n, 0);
    cr_expect_eq(w->crossing.pkts, 2);
    cr_expect_eq(end.outcome, VIO_OUTCOME_BROKEN);
    cr_expect_str_eq(end.why, "2 packets crossed networks; the first, of flow b on segment 1, came to far/nic0 on "
                              "segment 2");
    cr_expect_eq(end.delivered_pkts, 3);
    cr_expect_eq(end.dropped_pkts, 2);
    vio_world_destroy(w);
}

static struct vio_end run_plan(const struct plan *p, uint64_t *crossed)
{
    struct vio_world *w = plan_build(p, 1, 0);
    struct vio_end end;

    vio_world_run(w, 20 * SIM_MS, 50 * SIM_MS, NULL, NULL, &end);
    *crossed = w->crossing.pkts;
    vio_world_destroy(w);
    return end;
}

/* Every design as planned has none; then one endpoint of a db VM is moved from corp to dmz, as a wrong VLAN number on a
 * port would, and its flows' packets are refused in both directions. */
Test(test_isolation, a_wrong_network_at_an_endpoint_breaks_the_run)
{
    struct scn_study *st = plan_study_create(2);

    st->host.clock_hz = 3e9;
    for (uint32_t i = 0; i < STUDY_DESIGNS; i++) {
        struct plan *p = plan_create(st, &st->design[i]);
        uint64_t crossed;
        struct vio_end end;

        cr_assert(p->feasible, "%s", p->why);
        end = run_plan(p, &crossed);
        cr_expect(end.outcome == VIO_OUTCOME_OK && crossed == 0, "%s: %s", st->design[i].name, end.why);
        cr_assert_gt(end.delivered_pkts, 100);
        for (size_t e = 0; e < p->endpoints; e++)
            if (strcmp(p->endpoint[e].path, "hosts00/db0/nic0") == 0)
                p->endpoint[e].network = STUDY_DMZ;
        end = run_plan(p, &crossed);
        cr_expect_eq(end.outcome, VIO_OUTCOME_BROKEN);
        cr_expect_gt(crossed, 0);
        cr_expect(
            strstr(end.why, "of flow hosts00/db0/oltp#0 on network corp, came to hosts00/db0/nic0 on network dmz"),
            "%s", end.why);
        plan_destroy(p);
    }
    plan_study_destroy(st);
}

/* Both cores are reached by 10GbE, over which FCoE goes too. From VM to VM of two servers on different edges the two
 * ways are equally short, and the hash sends some flows over the SAN core, where corp is not. */
Test(test_isolation, a_way_over_a_cable_of_another_network_is_refused)
{
    struct scn_study *st = plan_study_create(2);
    struct scn_design *d = &st->design[STUDY_CEE];
    struct scn_workload *wl = &st->vm[STUDY_DB].workload[0];
    struct plan *p;

    d->uplink[1].link = vio_link_find("10gbe");
    d->uplink[1].module = NULL;
    p = plan_create(st, d);
    cr_expect(p->feasible, "clients are behind the LAN core only: %s", p->why);
    plan_destroy(p);
    wl->peer = -1;
    wl->peer_vms = STUDY_DB;
    ((struct vio_workload_common *)wl->config)->connections = 16;
    p = plan_create(st, d);
    cr_assert_not(p->feasible);
    cr_expect(strstr(p->why, "db0/oltp: its way from hosts0") && strstr(p->why, "which does not carry network corp"),
              "%s", p->why);
    plan_destroy(p);
    plan_study_destroy(st);
}
