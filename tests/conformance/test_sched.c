/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/conformance/test_sched.c - what every scheduler promises, for every file of models/sched/.
 *
 * Two harnesses. The first plays the egress against the scheduler's own functions with random arrivals and random sets
 * of classes that may send. The second runs an egress with the scheduler: every packet leaves once, in order within
 * its class, back to back while anything may go; limits hold to the packet and to the byte; a class without credit or
 * paused does not hold up the others. Then what each of the known schedulers promises beyond that.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/conformance/sched_rig.h"

/* --- against the scheduler's own functions --- */

static struct vio_sched *sched_bare(const struct vio_sched_type *type, struct sim_arena *arena)
{
    struct vio_egress_config c;

    sched_config(&c, type);
    return vio_sched_create(arena, type, NULL, c.cls, c.classes, c.link->rate_bps, 1538);
}

static void sched_push(struct vio_sched *s, struct vio_packet *p)
{
    struct vio_queue *q = &s->queue[p->tc];

    if (s->type->append) {
        s->type->append(s, p, p->tc, p->enq_ps);
    } else {
        p->next = NULL;
        *q->tail = p;
        q->tail = &p->next;
    }
    q->pkts++;
    q->B += p->wire_B;
    if (s->type->enqueued)
        s->type->enqueued(s, p);
}

static struct vio_packet *sched_pop(struct vio_sched *s, uint32_t tc, sim_time now)
{
    struct vio_queue *q = &s->queue[tc];
    struct vio_packet *p = q->head;

    q->head = p->next;
    if (!q->head)
        q->tail = &q->head;
    q->pkts--;
    q->B -= p->wire_B;
    if (s->type->sent)
        s->type->sent(s, p, now);
    return p;
}

/* A random walk: arrivals, and choices among random subsets of the backlogged classes. The choice must be one of those
 * offered (or, for shapers, a later time), the same when asked twice, and must leave the queues alone. */
static void sched_walk(const struct vio_sched_type *type)
{
    enum { PACKETS = 20000 };
    struct sim_arena arena;
    struct vio_sched *s;
    struct vio_packet *packets = sim_alloc(PACKETS, sizeof *packets);
    uint64_t next_seq[SCHED_CLASSES] = {0}, out = 0, wrong = 0;
    struct sim_stream r;
    sim_time now = 0;
    uint32_t in = 0, idle = 0;

    sim_arena_init(&arena);
    s = sched_bare(type, &arena);
    sim_stream_init(&r, 1, 0, type->type, "walk");
    while (out < PACKETS && idle < 1000000) {
        uint32_t backlogged = 0, ready;
        sim_time again_ps = SIM_TIME_NEVER;
        int tc;

        now += 1000;
        idle++;
        if (in < PACKETS && sim_uniform(&r) < 0.5) {
            struct vio_packet *p = &packets[in++];

            p->tc = (uint8_t)(sim_uniform(&r) * SCHED_CLASSES);
            p->wire_B = (uint32_t)(84 + sim_uniform(&r) * 1454);
            p->enq_ps = now;
            p->seq = in;
            sched_push(s, p);
        }
        for (uint32_t k = 0; k < SCHED_CLASSES; k++)
            backlogged |= s->queue[k].head ? 1u << k : 0;
        ready = backlogged & (uint32_t)(sim_uniform(&r) * (1 << SCHED_CLASSES));
        if (!ready)
            continue;
        tc = type->pick(s, ready, now, &again_ps);
        if (tc < 0) {
            wrong += again_ps <= now;
            continue;
        }
        cr_assert(tc < SCHED_CLASSES && (ready >> tc & 1), "%s picks class %d of mask %x", type->type, tc, ready);
        wrong += type->pick(s, ready, now, &again_ps) != tc;
        struct vio_packet *p = sched_pop(s, (uint32_t)tc, now);

        wrong += p->tc != tc || p->seq <= next_seq[tc];
        next_seq[tc] = p->seq;
        out++;
        idle = 0;
    }
    cr_expect_eq(out, PACKETS, "%s: drains to zero", type->type);
    cr_expect_eq(wrong, 0, "%s: %lu wrong answers", type->type, (unsigned long)wrong);
    free(packets);
    sim_arena_fini(&arena);
}

/* --- in an egress --- */

static uint64_t sched_in_order(const struct sched_rig *g, uint64_t expected[SCHED_CLASSES])
{
    uint64_t wrong = 0;

    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
        const struct probe *p = probe_of(g->flow[tc]);

        wrong += p->n != expected[tc];
        for (size_t i = 1; i < p->n; i++)
            wrong += p->mark[i].seq <= p->mark[i - 1].seq || p->mark[i].at_ps <= p->mark[i - 1].at_ps;
    }
    return wrong;
}

/* Bursts of 100 of each class, twice with a pause between, no limit: all arrive, in order within the class, each
 * burst's last after exactly the time of all its bytes (work conservation: 0.8 ns a byte), whatever the order. The
 * second burst holds one class less: the others get its share. */
static void sched_conserves(const struct vio_sched_type *type)
{
    struct vio_egress_config c;
    struct sched_rig g;
    uint64_t n[SCHED_CLASSES] = {200, 200, 100, 200}, burst_B[2] = {0, 0};
    sim_time last_ps[2] = {0, 0};

    sched_config(&c, type);
    sched_build(&g, &c);
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++)
        for (uint32_t b = 0; b < 2; b++)
            if (b == 0 || tc != 2) {
                probe_send_at(g.flow[tc], b * SIM_MS, 100, sched_sizes_B[tc]);
                burst_B[b] += 100 * sched_wire_B[tc];
            }
    rig_run(g.world, 0, 2 * SIM_MS);
    cr_expect_eq(sched_in_order(&g, n), 0, "%s: order within a class", type->type);
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++)
        for (size_t i = 0; i < probe_of(g.flow[tc])->n; i++) {
            const sim_time at_ps = probe_of(g.flow[tc])->mark[i].at_ps;
            const int b = at_ps >= SIM_MS;

            last_ps[b] = at_ps > last_ps[b] ? at_ps : last_ps[b];
        }
    for (int b = 0; type->shapes != VIO_SHAPES_ALWAYS && b < 2; b++)
        cr_expect_eq(last_ps[b], b * SIM_MS + (sim_time)(burst_B[b] * 800), "%s: burst %d ends at %ld", type->type, b,
                     (long)last_ps[b]);
    vio_world_destroy(g.world);
}

/* The limit is per class with the packet in service: bursts of `limit` fit, one over is lost, and again after a drain.
 */
static void sched_limits(const struct vio_sched_type *type)
{
    for (uint32_t limit = 1; limit <= 4; limit += 3)
        for (int bytes = 0; bytes < 2; bytes++) {
            struct vio_egress_config c;
            struct sched_rig g;
            uint64_t n[SCHED_CLASSES];

            sched_config(&c, type);
            c.limit_pkts = bytes ? 0 : limit;
            c.limit_B = bytes ? limit * UINT64_C(1538) : 0;
            sched_build(&g, &c);
            for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
                probe_send_at(g.flow[tc], 0, limit, 1500);              /* brim */
                probe_send_at(g.flow[tc], SIM_MS, limit + 1, 1500);     /* one over */
                probe_send_at(g.flow[tc], 2 * SIM_MS, limit + 3, 1500); /* three over, after a drain */
                n[tc] = 3 * limit;
            }
            rig_run(g.world, 0, 3 * SIM_MS);
            for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++)
                cr_expect(probe_of(g.flow[tc])->n == n[tc] && probe_of(g.flow[tc])->lost == 4,
                          "%s, limit %u %s, class %u: %zu arrive, %lu lost", type->type, limit,
                          bytes ? "x 1538 B" : "packets", tc, probe_of(g.flow[tc])->n,
                          (unsigned long)probe_of(g.flow[tc])->lost);
            cr_expect_eq(vio_egress_get_stats(g.egress)->drop_full_pkts, 4 * SCHED_CLASSES);
            vio_world_destroy(g.world);
        }
}

/* Class 0 ends in a server that takes 12 ms a packet. By credits (IB lanes, 75 blocks: three packets of 25) or by PFC
 * (pause above 3 packets of 1538 B) it is held up; classes 1..3, whose packets come 10 us later, have the line to
 * themselves: the last of their 3000 arrives after exactly 3000 packet times. */
static void sched_blocked_class(const struct vio_sched_type *type, bool pfc)
{
    const sim_time packet_ps = pfc ? 1230400 : 388500;
    struct vio_egress_config c;
    struct vio_world *w = vio_world_create(5, 0);
    struct vio_egress *hop[2];
    struct vio_flow *f[SCHED_CLASSES];
    sim_time last_ps = 0;

    vio_egress_defaults(&c, vio_link_find(pfc ? "10gbe" : "ib-4x-qdr"));
    c.classes = SCHED_CLASSES;
    c.sched = type;
    c.credits = 75;
    c.cls[0].lossless = true;
    if (pfc)
        c.flow_control = VIO_FLOW_PFC;
    c.xoff_B = 3 * 1538;
    c.xon_B = 1538;
    c.headroom_B = 5 * 1538;
    hop[0] = vio_egress_create(w, "egress", &c);
    hop[1] = rig_server(w, "stuck", 1000000, 0, 0);
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
        f[tc] = probe_flow(w, sim_arena_printf(&w->arena, "class%u", tc), VIO_PROTO_IP, rig_path(w, tc ? 1 : 2, hop),
                           (uint8_t)tc);
        probe_send_at(f[tc], tc ? 10 * SIM_US : 0, 1000, 1500);
    }
    rig_run(w, 0, 10 * SIM_MS);
    for (uint32_t tc = 1; tc < SCHED_CLASSES; tc++) {
        const struct probe *p = probe_of(f[tc]);

        cr_assert_eq(p->n, 1000, "%s, class %u", type->type, tc);
        last_ps = p->mark[999].at_ps > last_ps ? p->mark[999].at_ps : last_ps;
    }
    cr_expect_eq(last_ps, 10 * SIM_US + 3000 * packet_ps, "%s, %s: %ld", type->type, pfc ? "pfc" : "credits",
                 (long)last_ps);
    vio_world_destroy(w);
}

Test(test_sched, all)
{
    int n = 0;

    for (const struct vio_sched_type *const *type = vio_sched_types; *type; type++, n++) {
        sched_walk(*type);
        sched_conserves(*type);
        sched_limits(*type);
        if ((*type)->shapes == VIO_SHAPES_ALWAYS) /* its classes hold each other up by design */
            continue;
        sched_blocked_class(*type, false);
        sched_blocked_class(*type, true);
    }
    cr_assert_geq(n, 11);
}

/* --- beyond that --- */

/* Shreedhar and Varghese, theorem on fairness: at any time while classes i and j are both backlogged, the bytes they
 * have got, each over its weight, differ by at most one round's quantum for weight 1 plus a largest packet of each over
 * its weight. The quantum is the link's largest packet: FCoE, 2112 + 88 = 2200 B on 10GbE. Shares over the whole
 * follow. */
static void sched_drr_shares(const double weight[SCHED_CLASSES])
{
    enum { PACKETS = 20000 };
    struct vio_egress_config c;
    struct sched_rig g;
    size_t seen[SCHED_CLASSES] = {0};
    double got[SCHED_CLASSES] = {0}, worst = 0;

    sched_config(&c, vio_sched_find("drr"));
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++)
        c.cls[tc].weight = weight[tc];
    sched_build(&g, &c);
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++)
        probe_send_at(g.flow[tc], 0, PACKETS, sched_sizes_B[tc]);
    rig_run(g.world, 0, 100 * SIM_MS);
    for (;;) { /* in order of departure, until a class has sent its last */
        uint32_t first = 0;

        for (uint32_t tc = 1; tc < SCHED_CLASSES; tc++)
            if (probe_of(g.flow[tc])->mark[seen[tc]].at_ps < probe_of(g.flow[first])->mark[seen[first]].at_ps)
                first = tc;
        if (++seen[first] == PACKETS)
            break;
        got[first] += sched_wire_B[first];
        for (uint32_t i = 0; i < SCHED_CLASSES; i++)
            for (uint32_t j = 0; j < i; j++) {
                const double bound = 2200 + sched_wire_B[i] / weight[i] + sched_wire_B[j] / weight[j];
                const double apart = got[i] / weight[i] - got[j] / weight[j];

                worst = apart / bound > worst ? apart / bound : worst;
                worst = -apart / bound > worst ? -apart / bound : worst;
            }
    }
    cr_log_info("drr %g:%g:%g:%g, %g of the bound\n", weight[0], weight[1], weight[2], weight[3], worst);
    cr_expect_leq(worst, 1, "drr %g:%g:%g:%g: %g of the bound", weight[0], weight[1], weight[2], weight[3], worst);
    cr_expect_gt(got[0] + got[1] + got[2] + got[3], 4e6);
    vio_world_destroy(g.world);
}

Test(test_sched, drr_shares)
{
    static const double weight[][SCHED_CLASSES] = {
        {1, 1, 1, 1}, {1, 2, 3, 4}, {4, 3, 2, 1}, {1, 1, 1, 10}, {2.5, 1, 1, 1.7}};

    for (size_t i = 0; i < sizeof weight / sizeof *weight; i++)
        sched_drr_shares(weight[i]);
}

/* V25: two classes of 50 % have half the line each, in bytes, whatever their packets; when one falls silent the other
 * has all of it. 10,000 packets of 1538 B against 10,000 of 338 B: while both send, equal bytes, so when the second is
 * done (3.38 MB) the first has sent 3.38 MB within a round; from then on it sends back to back. */
Test(test_sched, drr_idle_share)
{
    struct vio_egress_config c;
    struct sched_rig g;
    const struct probe *big, *small;
    size_t before = 0;

    sched_config(&c, vio_sched_find("drr"));
    c.cls[1].weight = 1;
    sched_build(&g, &c);
    probe_send_at(g.flow[0], 0, 10000, 1500);
    probe_send_at(g.flow[1], 0, 10000, 300);
    rig_run(g.world, 0, 100 * SIM_MS);
    big = probe_of(g.flow[0]);
    small = probe_of(g.flow[1]);
    while (big->mark[before].at_ps < small->mark[9999].at_ps)
        before++;
    cr_expect(labs((long)(before * 1538) - 10000 * 338) <= 2200 + 1538 + 338, "%zu packets", before);
    for (size_t i = before + 1; i < big->n; i++)
        cr_assert_eq(big->mark[i].at_ps - big->mark[i - 1].at_ps, 1230400);
    vio_world_destroy(g.world);
}

/* A class that empties forfeits the rest of its quantum: 100 lone packets of 84 B, 10 us apart, save nothing for the
 * burst of 200 that follows. While the burst is sent, the saturated other class of equal weight and equal packets keeps
 * up within the fairness bound: 2200 + 2 * 1538 B, four packets. */
Test(test_sched, drr_forfeits)
{
    struct vio_egress_config c;
    struct sched_rig g;
    const struct probe *steady, *bursty;
    size_t between = 0;

    sched_config(&c, vio_sched_find("drr"));
    c.cls[1].weight = 1;
    sched_build(&g, &c);
    probe_send_at(g.flow[0], 0, 3000, 1500);
    for (uint32_t k = 0; k < 100; k++)
        probe_send_at(g.flow[1], k * 10 * SIM_US, 1, 46);
    probe_send_at(g.flow[1], 1010 * SIM_US, 200, 1500);
    rig_run(g.world, 0, 100 * SIM_MS);
    steady = probe_of(g.flow[0]);
    bursty = probe_of(g.flow[1]);
    cr_assert(steady->n == 3000 && bursty->n == 300);
    for (size_t i = 0; i < steady->n; i++)
        between += steady->mark[i].at_ps > bursty->mark[100].at_ps && steady->mark[i].at_ps < bursty->mark[299].at_ps;
    cr_expect(between >= 199 - 4 && between <= 199 + 4, "%zu packets of the other class among the burst's 200",
              between);
    vio_world_destroy(g.world);
}

/* Strict: an urgent packet waits for the rest of the packet on the wire and for nothing else. Class 3 is the most
 * urgent (lowest priority value); classes 0..2 are saturated with 1538 B (1 230 400 ps); every 7.3 us one packet of 84
 * B (67 200 ps) comes: at time a the one on the wire has (n 1230400 + m 67200) to go, at most 1 230 400. While any of
 * class 2 waits, none of class 1 is sent, and so on. */
Test(test_sched, strict)
{
    enum { URGENT = 500, OTHERS = 1000 };
    struct vio_egress_config c;
    struct sched_rig g;
    sim_time most_ps = 0;

    sched_config(&c, vio_sched_find("strict"));
    sched_build(&g, &c);
    for (uint32_t tc = 0; tc < 3; tc++)
        probe_send_at(g.flow[tc], 0, OTHERS, 1500);
    for (uint32_t k = 0; k < URGENT; k++)
        probe_send_at(g.flow[3], k * INT64_C(7300000), 1, 46);
    rig_run(g.world, 0, 10 * SIM_MS);
    cr_assert_eq(probe_of(g.flow[3])->n, URGENT);
    for (size_t i = 0; i < URGENT; i++) {
        const struct probe_mark *m = &probe_of(g.flow[3])->mark[i];

        most_ps = m->at_ps - m->born_ps > most_ps ? m->at_ps - m->born_ps : most_ps;
    }
    cr_expect_leq(most_ps, 1230400 + 67200);
    cr_expect_gt(most_ps, 1200000, "the blocking is reached");
    /* The very first packet found the line free: class 0's. */
    cr_expect_eq(probe_of(g.flow[0])->mark[0].at_ps, 1230400);
    cr_expect_lt(probe_of(g.flow[2])->mark[OTHERS - 1].at_ps, probe_of(g.flow[1])->mark[0].at_ps);
    cr_expect_lt(probe_of(g.flow[1])->mark[OTHERS - 1].at_ps, probe_of(g.flow[0])->mark[1].at_ps);
    vio_world_destroy(g.world);
}

/* Fifo: over all classes in order of arrival, in the early form and in the late (a limit, never reached, makes it
 * late). */
Test(test_sched, fifo)
{
    for (int late = 0; late < 2; late++) {
        struct vio_egress_config c;
        struct sched_rig g;
        size_t seen[SCHED_CLASSES] = {0};
        sim_time expected_ps = 0;

        sched_config(&c, vio_sched_find("fifo"));
        c.limit_pkts = late ? 1000000 : 0;
        sched_build(&g, &c);
        for (uint32_t k = 0; k < 2000; k++) /* classes in a fixed mixture, 1 ns apart: a queue builds up */
            probe_send_at(g.flow[k * 7 % 5 % SCHED_CLASSES], k * SIM_NS, 1, sched_sizes_B[k * 7 % 5 % SCHED_CLASSES]);
        rig_run(g.world, 0, 100 * SIM_MS);
        for (uint32_t k = 0; k < 2000; k++) {
            const uint32_t tc = k * 7 % 5 % SCHED_CLASSES;

            expected_ps += 800 * (sim_time)sched_wire_B[tc];
            cr_assert_eq(probe_of(g.flow[tc])->mark[seen[tc]++].at_ps, expected_ps, "late %d, packet %u", late, k);
        }
        vio_world_destroy(g.world);
    }
}
