/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_faults.c - what is lost and how long nothing comes, by hand.
 */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "models/watch.h"
#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

struct fault { /* an egress that fails and is repaired, a flow that moves */
    struct sim_event ev;
    struct vio_egress *egress;
    bool repair;
    struct vio_flow *flow;
    const struct vio_path *path, *back; /* NULL: detached into `nowhere` */
    const struct vio_path *nowhere;
    bool attach;
};

static void fault_acts(struct sim *sim, struct sim_event *ev)
{
    struct fault *f = sim_container_of(ev, struct fault, ev);

    (void)sim;
    if (f->egress && f->repair)
        vio_egress_repair(f->egress);
    else if (f->egress)
        vio_egress_fail(f->egress, VIO_FAULT_LINK);
    if (f->flow && f->attach)
        vio_flow_attach(f->flow, f->path, f->back);
    else if (f->flow && f->path)
        vio_flow_move(f->flow, f->path, f->back);
    else if (f->flow)
        vio_flow_detach(f->flow, f->nowhere);
}

static void fault_at(struct vio_world *w, sim_time at, struct fault what)
{
    struct fault *f = sim_arena_alloc(&w->arena, 1, sizeof *f);

    *f = what;
    sim_event_init(&f->ev, fault_acts);
    sim_at(&w->sim, &f->ev, at);
}

enum fault_form { FORM_FIFO, FORM_LATE, FORM_CREDIT, FORM_PFC, FORMS };

static struct vio_egress *fault_link(struct vio_world *w, enum fault_form form)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.delay_ps = 5 * SIM_US;
    if (form == FORM_LATE)
        c.classes = 2;
    c.sched = vio_sched_find("strict");
    if (form == FORM_CREDIT) {
        c.flow_control = VIO_FLOW_BB_CREDIT;
        c.credits = 16;
    }
    if (form == FORM_PFC) {
        c.flow_control = VIO_FLOW_PFC;
        c.cls[0].lossless = true;
        c.xoff_B = 20000;
        c.xon_B = 10000;
        c.headroom_B = 20000;
    }
    return vio_egress_create(w, "link", &c);
}

/* A packet of 1500 B every 10 us, 1538 B on the wire: 1.2304 us, and 5 us to the far end: number k arrives at 10 k +
 * 6.2304 us. The link is dead from 1003 us to 2003 us. Number 99 arrived at 996.2; number 100 was on the wire at 1003
 * and is lost, as are all that begin to be sent before 2003: the last is number 200, which began at 2000. Lost are 101.
 * If it is dead until 2000.5 us, number 200 is on the transmitter when it comes back, and lost as well; until 1999.9 us
 * only number 199 is. Whatever the form of the egress. */
Test(test_faults, lost_frames_are_counted)
{
    static const struct {
        sim_time until_ns;
        uint64_t lost;
    } cases[] = {{2003000, 101}, {2000500, 101}, {1999900, 100}};

    for (int form = 0; form < FORMS; form++)
        for (size_t i = 0; i < 3; i++) {
            struct vio_world *w = vio_world_create(1, 0);
            struct vio_egress *e = fault_link(w, (enum fault_form)form);
            struct vio_flow *f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 1, &e), 0);

            for (int k = 0; k < 300; k++)
                probe_send_at(f, k * 10 * SIM_US, 1, 1500);
            fault_at(w, 1003 * SIM_US, (struct fault){.egress = e});
            fault_at(w, cases[i].until_ns * SIM_NS, (struct fault){.egress = e, .repair = true});
            rig_run(w, 0, 4 * SIM_MS);
            cr_expect_eq(probe_of(f)->lost, cases[i].lost, "form %d, case %zu: %" PRIu64 " lost", form, i,
                         probe_of(f)->lost);
            cr_expect_eq(probe_of(f)->n, 300 - cases[i].lost);
            cr_expect_eq(vio_egress_get_stats(e)->drop_pkts[VIO_FAULT_LINK], cases[i].lost);
            vio_world_destroy(w);
        }
}

/* Two failures at once: the link lives when both are repaired, and the first cause is told. */
Test(test_faults, failures_nest)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *e = fault_link(w, FORM_FIFO);

    vio_egress_fail(e, VIO_FAULT_NODE);
    vio_egress_fail(e, VIO_FAULT_LINK);
    vio_egress_repair(e);
    cr_expect(vio_egress_is_dead(e));
    vio_egress_repair(e);
    cr_expect(!vio_egress_is_dead(e));
    vio_world_destroy(w);
}

/* A link of 16 credits into a server of 1 Gb/s: its buffer is full, 16 packets are held, the sender is stalled. At 1 ms
 * the link dies: the sender's queue goes into the void at 10 Gb/s. At 1.5 ms it comes back with 16 credits; those of
 * the 16 packets that are in the server's queue still go nowhere. All packets sent after that arrive, with never more
 * than 16 + 16 in the server's queue, and in the end every credit is back: a burst of 16 leaves without a stall. */
Test(test_faults, credits_begin_anew)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *hop[2] = {fault_link(w, FORM_CREDIT), rig_server(w, "server", 1000000000, 0, 0)};
    struct vio_flow *f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 2, hop), 0);
    uint64_t lost;

    probe_send_at(f, 0, 200, 1500);
    fault_at(w, SIM_MS, (struct fault){.egress = hop[0]});
    fault_at(w, SIM_MS + 500 * SIM_US, (struct fault){.egress = hop[0], .repair = true});
    probe_send_at(f, SIM_MS + 600 * SIM_US, 100, 1500);
    probe_send_at(f, 50 * SIM_MS, 16, 1500);
    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next)
        wl->type->start(wl);
    sim_run_until(&w->sim, SIM_MS + 550 * SIM_US);
    lost = probe_of(f)->lost;
    cr_expect(lost > 80 && lost < 120, "%" PRIu64 " lost", lost); /* of 200: 12 us each served for 1 ms, and 16 held */
    sim_run_until(&w->sim, 49 * SIM_MS);
    cr_expect_eq(probe_of(f)->lost, lost);
    cr_expect(vio_egress_get_stats(hop[1])->backlog_max_pkts <= 33);
    const uint64_t stall_ps = vio_egress_get_stats(hop[0])->stall_ps;

    sim_run_until(&w->sim, 60 * SIM_MS);
    cr_expect_eq(vio_egress_get_stats(hop[0])->stall_ps, stall_ps);
    cr_expect_eq(probe_of(f)->n, 316 - lost);
    cr_expect_eq(w->packets.out, 0);
    vio_world_destroy(w);
}

/* Block I/O in a closed loop of one, reads of 2048 B from an array with one disk. An I/O takes S: 10 us of wire for the
 * command, the array's 1 ms and a little, and the way back. The way there dies at 10 ms and moves at 40 ms; the other
 * way is as long. The I/O that is open at 10 ms is at the disk: its answer comes on the way back, which lives, at the
 * first multiple of S after 10 ms. The next command is lost, repeated at 40 ms, and answered at 40 ms + S: the gap is
 * 40 ms + S - S ceil(10 ms / S), to the picosecond. S is the gap of the phase before, as in a closed loop of one a gap
 * is the time of an I/O. */
Test(test_faults, gap_of_a_closed_loop)
{
    static const sim_time begin_ps[] = {0, 10 * SIM_MS};
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *a[2], *b[2];
    struct vio_workload *wl;
    struct vio_flow *f;
    sim_time io_ps, last_ps;

    for (int i = 0; i < 2; i++) {
        a[i] = rig_server(w, i ? "a1" : "a0", 10000000000, 10 * SIM_US, 0);
        b[i] = rig_server(w, i ? "b1" : "b0", 10000000000, 10 * SIM_US, 0);
    }
    f = rig_flow(w, "f", "fcp", "", rig_path(w, 1, a), rig_path(w, 1, b), 0,
                 rig_array(w, "array", "disks=1 disk_time=1ms cache_hit=0%"));
    wl = rig_workload(w, "wl", "block", "queue_depth=1 size=2048B read=100%", &f, 1);
    vio_watch_create(wl, 2, begin_ps);
    fault_at(w, 10 * SIM_MS, (struct fault){.egress = a[0]});
    fault_at(w, 40 * SIM_MS, (struct fault){.flow = f, .path = rig_path(w, 1, a + 1), .back = rig_path(w, 1, b + 1)});
    rig_run(w, 0, 100 * SIM_MS);
    io_ps = wl->watch->phase[0].gap_ps;
    last_ps = (10 * SIM_MS / io_ps + 1) * io_ps;
    cr_expect(io_ps > SIM_MS && io_ps < 1100 * SIM_US);
    cr_expect_eq(wl->watch->phase[1].gap_ps, 40 * SIM_MS + io_ps - last_ps, "gap %" PRId64 " ps, I/O %" PRId64 " ps",
                 wl->watch->phase[1].gap_ps, io_ps);
    vio_world_destroy(w);
}

/* While its adapter is not there a flow keeps its messages; they leave in order when it is. Messages of 1000 B at 10,
 * 20, 30 us, attached at 100 us, 1028 B each at 1 Gb/s: done at 100 us + 8.224 us k. */
Test(test_faults, detached_messages_wait)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *e = rig_server(w, "e", 1000000000, 0, 0), *void_ = rig_server(w, "void", 1000000000, 0, 0);
    const struct vio_path *path = rig_path(w, 1, &e), *nowhere = rig_path(w, 1, &void_);
    struct vio_flow *f = rig_flow(w, "f", "datagram", "", path, path, 0, NULL);
    struct vio_workload *wl = rig_workload(w, "wl", "poisson", "rate=100000/s size=1000B stop=90us", &f, 1);

    vio_egress_fail(void_, VIO_FAULT_DETACHED);
    vio_flow_detach(f, nowhere);
    fault_at(w, 100 * SIM_US, (struct fault){.flow = f, .path = path, .back = path, .attach = true});
    rig_run(w, 0, SIM_MS);
    cr_expect(wl->m.issued > 3);
    cr_expect_eq(wl->m.completed, wl->m.issued);
    cr_expect_eq(wl->m.failed, 0);
    cr_expect_eq(vio_egress_get_stats(e)->wire_B, wl->m.issued * 1028);
    vio_world_destroy(w);
}

/* A cap that changes: 100 packets of 1500 B each at 1 Gb/s (12 us) and, from the next packet on, at 2 Gb/s (6 us). */
Test(test_faults, cap_changes)
{
    struct vio_world *w = vio_world_create(1, 0);
    struct vio_egress *e = rig_server(w, "cap", 1000000000, 0, 0);
    struct vio_flow *f = probe_flow(w, "f", VIO_PROTO_IP, rig_path(w, 1, &e), 0);

    probe_send_at(f, 0, 100, 1500);
    sim_run_until(&w->sim, 2 * SIM_MS);
    cr_expect_eq(probe_of(f)->mark[99].at_ps, 1200 * SIM_US);
    vio_egress_set_cap(e, 2000000000);
    probe_send_at(f, 3 * SIM_MS, 100, 1500);
    sim_run_until(&w->sim, 9 * SIM_MS);
    cr_expect_eq(probe_of(f)->mark[199].at_ps, 3600 * SIM_US);
    vio_world_destroy(w);
}

/* Weights that change, two classes always backlogged: 3:1 becomes 1:1, for every scheduler that has weights. Of 400
 * packets of one size sent in each part the first class has 300 and then 200, within one turn. */
Test(test_faults, weights_change)
{
    static const char *const scheds[] = {"drr", "scfq", "ets", "hierarchy"};

    for (size_t i = 0; i < 4; i++) {
        struct vio_world *w = vio_world_create(1, 0);
        struct vio_egress_config c;
        struct vio_egress *e;
        struct vio_flow *f[2];
        size_t before;

        vio_egress_defaults(&c, vio_link_find("gbe")); /* 1538 B: 12.304 us */
        c.classes = 2;
        c.sched = vio_sched_find(scheds[i]);
        c.cls[0].weight = 3;
        c.cls[1].weight = 1;
        e = vio_egress_create(w, "e", &c);
        for (uint8_t tc = 0; tc < 2; tc++) {
            f[tc] = probe_flow(w, tc ? "f1" : "f0", VIO_PROTO_IP, rig_path(w, 1, &e), tc);
            probe_send_at(f[tc], 0, 1000, 1500);
        }
        sim_run_until(&w->sim, 400 * 12304 * SIM_NS);
        before = probe_of(f[0])->n;
        cr_expect(before >= 297 && before <= 303, "%s: %zu of 400", scheds[i], before);
        cr_expect(vio_egress_set_weight(e, 0, 1));
        sim_run_until(&w->sim, 800 * 12304 * SIM_NS);
        cr_expect(probe_of(f[0])->n - before >= 196 && probe_of(f[0])->n - before <= 204, "%s: then %zu of 400",
                  scheds[i], probe_of(f[0])->n - before);
        vio_world_destroy(w);
    }
}
