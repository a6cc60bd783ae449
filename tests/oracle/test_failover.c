/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_failover.c - every transport goes on along the way that its flow moves to, and leaves the old one.
 *
 * Transports are taken from the registry: one that is added is tested by being there.
 */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <string.h>

#include "tests/rig/rig.h"
#include "tests/rig/tcp_rig.h"

struct failover { /* two ways of 1 Gb/s and 50 us, and a flow on the first */
    struct vio_world *w;
    struct vio_egress *there[2], *back[2];
    const struct vio_path *to[2], *from[2];
    struct vio_flow *f;
    struct vio_workload *wl;
    uint64_t old_pkts, done; /* when it was looked: packets on the first way, requests completed */
};

enum failover_what { FAILS, FAILS_THERE, FAILS_BACK, MOVES, LOOKS };

struct failover_step {
    struct sim_event ev;
    struct failover *x;
    enum failover_what what;
};

static uint64_t failover_entered(const struct failover *x, int way)
{
    return vio_egress_get_stats(x->there[way])->entered_pkts + vio_egress_get_stats(x->back[way])->entered_pkts;
}

static void failover_acts(struct sim *sim, struct sim_event *ev)
{
    const struct failover_step *s = sim_container_of(ev, struct failover_step, ev);
    struct failover *x = s->x;

    (void)sim;
    if (s->what == FAILS || s->what == FAILS_THERE)
        vio_egress_fail(x->there[0], VIO_FAULT_LINK);
    if (s->what == FAILS || s->what == FAILS_BACK)
        vio_egress_fail(x->back[0], VIO_FAULT_LINK);
    switch (s->what) {
    case MOVES:
        vio_flow_move(x->f, x->to[1], x->from[1]);
        break;
    case LOOKS:
        x->old_pkts = failover_entered(x, 0);
        x->done = x->wl->m.completed;
        break;
    default:
        break;
    }
}

static void failover_at(struct failover *x, sim_time at, enum failover_what what)
{
    struct failover_step *s = sim_arena_alloc(&x->w->arena, 1, sizeof *s);

    *s = (struct failover_step){.x = x, .what = what};
    sim_event_init(&s->ev, failover_acts);
    sim_at(&x->w->sim, &s->ev, at);
}

static void failover_build(struct failover *x, const char *transport, const char *text, const char *load,
                           const char *load_text, bool trace)
{
    const struct vio_transport_type *type = vio_transport_find(transport);

    x->w = vio_world_create(3, 0);
    x->w->trace = trace;
    for (int i = 0; i < 2; i++) {
        x->there[i] = rig_server(x->w, i ? "there1" : "there0", 1000000000, 50 * SIM_US, 0);
        x->back[i] = rig_server(x->w, i ? "back1" : "back0", 1000000000, 50 * SIM_US, 0);
        x->to[i] = rig_path(x->w, 1, x->there + i);
        x->from[i] = rig_path(x->w, 1, x->back + i);
    }
    x->f = rig_flow(x->w, "f", transport, text, x->to[0], x->from[0], 0,
                    type->storage ? rig_array(x->w, "array", "disks=8 disk_time=1ms cache_hit=0%") : NULL);
    x->wl = rig_workload(x->w, "wl", load, load_text, &x->f, 1);
}

static uint64_t failover_lost(const struct failover *x)
{
    return vio_egress_get_stats(x->there[0])->drop_pkts[VIO_FAULT_LINK] +
           vio_egress_get_stats(x->back[0])->drop_pkts[VIO_FAULT_LINK];
}

/* The way dies at 100 ms and the flow moves at 200 ms; or it only moves. TCP, whose timers have grown to 400 ms by
 * then, goes on at 700 ms at the latest and has caught up at 1.1 s. From then on nothing enters the old way, and in the
 * 2 s to the end what is asked for is done: 1000/s messages and 500/s I/Os, of which a Poisson count of 1000 differs by
 * less than 100 (three standard deviations). If the flow only moves nothing is lost and nothing fails. The books close:
 * rig_run() asserts that created = delivered + dropped + inside. */
Test(test_failover, every_transport_goes_on)
{
    for (const struct vio_transport_type *const *t = vio_transport_types; *t; t++)
        for (int dies = 0; dies < 2; dies++) {
            const bool storage = (*t)->storage;
            struct failover x;

            failover_build(&x, (*t)->type, "", storage ? "block" : "cbr",
                           storage ? "rate=500/s size=4KiB read=50%" : "rate=1000/s size=4KiB", dies);
            if (dies)
                failover_at(&x, 100 * SIM_MS, FAILS);
            failover_at(&x, 200 * SIM_MS, MOVES);
            failover_at(&x, 1100 * SIM_MS, LOOKS);
            rig_run(x.w, 0, 3100 * SIM_MS);
            cr_expect(x.old_pkts > 100, "%s", (*t)->type);
            cr_expect_eq(failover_entered(&x, 0), x.old_pkts, "%s keeps its old way", (*t)->type);
            cr_expect(x.wl->m.completed - x.done > (storage ? 900u : 1990u), "%s: %" PRIu64 " in 2 s", (*t)->type,
                      x.wl->m.completed - x.done);
            cr_expect_eq(failover_lost(&x) > 0, dies, "%s: %" PRIu64 " lost", (*t)->type, failover_lost(&x));
            cr_expect_eq(x.wl->m.issued, x.wl->m.completed + x.wl->m.failed + x.wl->unfinished, "%s", (*t)->type);
            cr_expect(dies || x.wl->m.failed == 0, "%s: %" PRIu64 " failed", (*t)->type, x.wl->m.failed);
            vio_world_destroy(x.w);
        }
}

/* RDMA repeats nothing: a message of which a packet is lost has failed, is counted, and its place in the window is
 * free, even in a window of one. Messages of 4 KiB at whole ms: two packets of 2 KiB, 2 x 17 us and 50 us. The way
 * there dies at 100.5 ms and the flow moves at 200.5 ms: those of 101 to 200 ms fail, of two packets each, and no
 * other. With a read the request is lost, one packet; with a dead way back the data, two. If the way back dies under a
 * write the data arrive and the message is done; what is lost are 100 acknowledgements. */
Test(test_failover, rdma_messages_fail_and_are_counted)
{
    static const struct {
        const char *operation;
        bool there;
        uint64_t failed, lost;
    } cases[] = {{"write", true, 100, 200},
                 {"send", true, 100, 200},
                 {"read", true, 100, 100},
                 {"read", false, 100, 200},
                 {"write", false, 0, 100}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[80];
        struct failover x;

        snprintf(text, sizeof text, "operation=%s outstanding=1", cases[i].operation);
        failover_build(&x, "rdma", text, "cbr", "rate=1000/s size=4KiB aligned=yes stop=499500us", true);
        failover_at(&x, 100500 * SIM_US, cases[i].there ? FAILS_THERE : FAILS_BACK);
        failover_at(&x, 200500 * SIM_US, MOVES);
        rig_run(x.w, 0, 500 * SIM_MS);
        cr_expect_eq(x.wl->m.issued, 500);
        cr_expect_eq(x.wl->m.failed, cases[i].failed, "case %zu: %" PRIu64 " failed", i, x.wl->m.failed);
        cr_expect_eq(x.wl->m.completed, 500 - cases[i].failed);
        cr_expect_eq(failover_lost(&x), cases[i].lost, "case %zu: %" PRIu64 " lost", i, failover_lost(&x));
        cr_expect_eq(rig_counter(x.f, "lost_pkts"), cases[i].lost);
        vio_world_destroy(x.w);
    }
}

/* FCP repeats what is open on a way that dies, none of it is done twice and none fails: 64 writes of 64 KiB at once, at
 * 1 Gb/s 33.6 ms in all, whose way dies after 10 ms and moves at 50 ms. Each is done once, within 34 ms of the wire,
 * the array's 8 x 1 ms and a little of the move. */
Test(test_failover, fcp_repeats_what_was_open)
{
    struct failover x;

    failover_build(&x, "fcp", "queue_depth=64", "block", "rate=0/s queue_depth=64 size=64KiB read=0% stop=1us", true);
    failover_at(&x, 10 * SIM_MS, FAILS);
    failover_at(&x, 50 * SIM_MS, MOVES);
    rig_run(x.w, 0, 110 * SIM_MS);
    cr_expect_eq(x.wl->m.issued, 64);
    cr_expect_eq(x.wl->m.completed, 64, "%" PRIu64, x.wl->m.completed);
    cr_expect_eq(x.wl->m.failed, 0);
    cr_expect(rig_counter(x.f, "repeated") >= 40 && rig_counter(x.f, "repeated") <= 64, "%" PRIu64 " repeated",
              rig_counter(x.f, "repeated"));
    cr_expect_eq(failover_lost(&x) > 0, true);
    vio_world_destroy(x.w);
}
