/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_queueing.c - textbook queues at an egress and at a station.
 *
 * Setting. Poisson arrivals at a server of 8 Tb/s, where a byte takes a picosecond; sizes with a mean of 10^6 B, so the
 * mean service time s is 1 us and the load is rho = lambda s. 20 independent replications, the first tenth of each
 * forgotten. Accepted if theory lies in the 99.9 % interval over the replications; and the same test with a server 2 %
 * slower must be rejected, or the test could not see such a fault. Seeds are fixed: the verdict never changes by
 * itself.
 *
 * Theory (Kleinrock, Queueing Systems vol. 1). M/G/1: W = lambda E[S^2] / (2 (1 - rho)) (Pollaczek-Khinchine); M/M/1:
 * rho s / (1 - rho); M/D/1: half of that; sojourn = W + s; Little: L = lambda (W + s). M/M/1/K: an arrival is lost with
 * probability (1 - rho) rho^K / (1 - rho^(K+1)). Two classes, non-preemptive priority (Cobham 1954): with W0 = sum
 * lambda_i E[S_i^2] / 2, W_1 = W0 / (1 - rho_1), W_2 = W0 / ((1 - rho_1)(1 - rho_1 - rho_2)).
 */
#include <criterion/criterion.h>
#include <math.h>

#include "models/station.h"
#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { QUEUE_REPLICATIONS = 20, QUEUE_OUTPUTS = 4 };

static const double queue_service_ps = 1e6;

enum queue_output { QUEUE_WAIT, QUEUE_SOJOURN, QUEUE_IN_SYSTEM, QUEUE_LOSS };
static const char *const queue_output_name[QUEUE_OUTPUTS] = {"wait", "sojourn", "in system", "loss"};

struct queue_case {
    const char *name;
    bool late; /* the form of the egress that chooses late */
    struct sim_dist size;
    double rho;
    uint32_t limit_pkts;
    sim_time length_ps;
    double theory[QUEUE_OUTPUTS]; /* ps, ps, 1, 1; 0 = not looked at */
};

/* Sees how many are in the system at the instants of a Poisson process: time averages (PASTA). */
struct queue_watch {
    struct sim_event ev;
    const struct vio_workload *wl;
    struct sim_stream stream;
    uint64_t looks, seen;
};

static void queue_look(struct sim *sim, struct sim_event *ev)
{
    struct queue_watch *q = sim_container_of(ev, struct queue_watch, ev);

    q->looks++;
    q->seen += q->wl->unfinished;
    sim_after(sim, ev, (sim_time)sim_exponential(&q->stream, queue_service_ps));
}

static struct vio_egress *queue_egress(struct vio_world *w, bool late, double slower, uint32_t limit_pkts)
{
    struct vio_egress_config c;

    vio_egress_defaults(&c, vio_link_find("ideal"));
    c.rate_bps = (uint64_t)(8e12 / slower + 0.5);
    c.delay_ps = 0;
    c.limit_pkts = limit_pkts;
    if (late) {
        c.classes = 2; /* the second stays empty */
        c.sched = vio_sched_find("strict");
        c.cls[1].priority = 1;
    }
    return vio_egress_create(w, "server", &c);
}

static struct vio_workload *queue_source(struct vio_world *w, const char *name, struct vio_flow *f, double rate_per_s,
                                         struct sim_dist size)
{
    char text[64];
    struct vio_workload *wl;

    snprintf(text, sizeof text, "rate=%.3f/s", rate_per_s);
    wl = rig_workload(w, name, "poisson", text, &f, 1);
    rig_set_dist(wl, "size", size);
    return wl;
}

static void queue_once(const struct queue_case *c, double slower, uint32_t replication, double out[QUEUE_OUTPUTS])
{
    struct vio_world *w = vio_world_create(7, replication);
    struct vio_egress *e = queue_egress(w, c->late, slower, c->limit_pkts);
    const struct vio_path *path = rig_path(w, 1, &e);
    struct vio_flow *f = rig_flow(w, "flow", "datagram", "header=0B mtu=1GiB", path, path, 0, NULL);
    struct vio_workload *wl = queue_source(w, "source", f, c->rho * 1e6, c->size);
    struct queue_watch watch = {.wl = wl};
    const struct vio_egress_stats *st = vio_egress_get_stats(e);

    sim_stream_init(&watch.stream, 7, replication, "watch", "looks");
    sim_event_init(&watch.ev, queue_look);
    if (c->theory[QUEUE_IN_SYSTEM] > 0)
        sim_at(&w->sim, &watch.ev, c->length_ps / 10);
    rig_run(w, c->length_ps / 10, c->length_ps);
    out[QUEUE_WAIT] = sim_tally_mean(&st->wait);
    out[QUEUE_SOJOURN] = sim_tally_mean(&wl->m.latency);
    out[QUEUE_IN_SYSTEM] = watch.looks ? (double)watch.seen / (double)watch.looks : 0;
    out[QUEUE_LOSS] = (double)st->drop_full_pkts / (double)(st->drop_full_pkts + st->wait.n);
    vio_world_destroy(w);
}

static void queue_test(const struct queue_case *c)
{
    double x[2][QUEUE_OUTPUTS][QUEUE_REPLICATIONS];

    for (int slow = 0; slow < 2; slow++)
        for (int r = 0; r < QUEUE_REPLICATIONS; r++) {
            double out[QUEUE_OUTPUTS];

            queue_once(c, slow ? 1.02 : 1.0, (uint32_t)r, out);
            for (int k = 0; k < QUEUE_OUTPUTS; k++)
                x[slow][k][r] = out[k];
        }
    for (int k = 0; k < QUEUE_OUTPUTS; k++)
        if (c->theory[k] > 0) {
            struct rig_interval right = rig_interval(x[0][k], QUEUE_REPLICATIONS);
            struct rig_interval slow = rig_interval(x[1][k], QUEUE_REPLICATIONS);

            cr_log_info("%s, %s: %g +- %g, theory %g, 2 %% slower %g +- %g\n", c->name, queue_output_name[k],
                        right.mean, right.half, c->theory[k], slow.mean, slow.half);
            cr_expect(rig_holds(right, c->theory[k]), "%s, %s: %g +- %g, theory %g", c->name, queue_output_name[k],
                      right.mean, right.half, c->theory[k]);
            cr_expect(!rig_holds(slow, c->theory[k]), "%s, %s: 2 %% slower passes: %g +- %g, theory %g", c->name,
                      queue_output_name[k], slow.mean, slow.half, c->theory[k]);
        }
}

Test(test_queueing, single_server)
{
    /* rho 0.8: M/M/1 waits 4 us, stays 5 us, L = 0.8 * 5 = 4. M/D/1 waits 2 us. M/G/1 with coefficient of variation v:
     * (1 + v^2) / 2 times 4 us; lognormal v = 1.5: 6.5 us. Two sizes, 0.25 us (3/4) and 3.25 us (1/4): mean 1 us,
     * E[S^2] = 0.75 * 0.0625 + 0.25 * 10.5625 = 2.6875 us^2, W = 0.8 * 2.6875 / 0.4 = 5.375 us. */
    static const double value[] = {0.25e6, 3.25e6}, cumulative[] = {0.75, 1};
    const struct queue_case cases[] = {
        {"M/M/1", false, sim_dist_exponential(1e6), 0.8, 0, 600 * SIM_MS, {4e6, 5e6, 4, 0}},
        {"M/M/1 late", true, sim_dist_exponential(1e6), 0.8, 0, 400 * SIM_MS, {4e6, 5e6, 4, 0}},
        {"M/D/1", false, sim_dist_constant(1e6), 0.8, 0, 200 * SIM_MS, {2e6, 3e6, 0, 0}},
        {"M/D/1 late", true, sim_dist_constant(1e6), 0.8, 0, 200 * SIM_MS, {2e6, 3e6, 0, 0}},
        {"M/G/1 lognormal", false, sim_dist_lognormal(1e6, 1.5), 0.8, 0, 600 * SIM_MS, {6.5e6, 7.5e6, 0, 0}},
        {"M/G/1 two sizes, late",
         true,
         sim_dist_discrete(value, cumulative, 2),
         0.8,
         0,
         400 * SIM_MS,
         {5.375e6, 6.375e6, 0, 0}},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        queue_test(&cases[i]);
}

/* The place in service counts: limit K = packets in the system. rho 0.8, K = 8: 0.2 * 0.8^8 / (1 - 0.8^9) = 0.038760;
 * rho 1.25, K = 1 (Erlang's loss formula with one server): 1.25 / 2.25 = 0.555556. */
Test(test_queueing, loss)
{
    for (int late = 0; late < 2; late++) {
        const struct queue_case cases[] = {
            {late ? "M/M/1/8 late" : "M/M/1/8",
             late,
             sim_dist_exponential(1e6),
             0.8,
             8,
             150 * SIM_MS,
             {0, 0, 0, 0.2 * pow(0.8, 8) / (1 - pow(0.8, 9))}},
            {late ? "M/M/1/1 late" : "M/M/1/1",
             late,
             sim_dist_exponential(1e6),
             1.25,
             1,
             60 * SIM_MS,
             {0, 0, 0, 1.25 / 2.25}},
        };

        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            queue_test(&cases[i]);
    }
}

/* One class, both forms of the egress: the same packets leave at the same picosecond, whatever scheduler chooses among
 * one. Inexact rate, fixed time per packet, limits in packets and in bytes that bite. */
Test(test_queueing, forms_are_identical)
{
    for (int limit = 0; limit < 3; limit++) {
        struct vio_flow *f[32];
        struct vio_world *w[32];
        uint64_t backlog_max[32];
        int forms = 1;

        for (int form = 0; form <= forms; form++) {
            const struct vio_sched_type *sched = form ? vio_sched_types[form - 1] : NULL;
            struct vio_egress_config c;
            struct vio_egress *e;

            if (sched && sched->shapes == VIO_SHAPES_ALWAYS) /* not one that keeps a part of the line from the class */
                sched = vio_sched_find("fifo");
            vio_egress_defaults(&c, vio_link_find("fc-4g"));
            c.flow_control = VIO_FLOW_NONE;
            c.fixed_ps = 123457;
            c.length_m = 3;
            c.limit_pkts = limit == 1 ? 5 : 0;
            c.limit_B = limit == 2 ? 9000 : 0;
            c.sched = sched;
            c.classes = form ? 3 : 1;
            w[form] = vio_world_create(3, 0);
            e = vio_egress_create(w[form], "e", &c);
            f[form] = probe_flow(w[form], "f", VIO_PROTO_FC, rig_path(w[form], 1, &e), 0);
            queue_source(w[form], "source", f[form], 350000, sim_dist_uniform(1, 2112));
            for (uint32_t k = 0; k < 20; k++) /* bursts, too: several at the same instant */
                probe_send_at(f[form], k * SIM_MS, 8, 64 * k);
            rig_run(w[form], 0, 50 * SIM_MS);
            backlog_max[form] = vio_egress_get_stats(e)->backlog_max_pkts;
            if (form && vio_sched_types[form])
                forms++;
        }
        cr_assert_geq(forms, 3);
        cr_expect((limit > 0) == (probe_of(f[0])->lost > 0));
        for (int form = 1; form <= forms; form++) {
            const struct probe *a = probe_of(f[0]), *b = probe_of(f[form]);
            size_t differ = 0;

            cr_assert(a->n > 10000 && a->n == b->n && a->lost == b->lost,
                      "limit %d, %s: %zu and %zu arrive, %lu and %lu lost", limit, vio_sched_types[form - 1]->type,
                      a->n, b->n, (unsigned long)a->lost, (unsigned long)b->lost);
            cr_expect_eq(backlog_max[form], backlog_max[0]);
            for (size_t i = 0; i < a->n; i++)
                differ += a->mark[i].at_ps != b->mark[i].at_ps || a->mark[i].seq != b->mark[i].seq;
            cr_expect(differ == 0, "limit %d, %s: %zu packets differ", limit, vio_sched_types[form - 1]->type, differ);
        }
        for (int form = 0; form <= forms; form++)
            vio_world_destroy(w[form]);
    }
}

/* Two classes, strict. Urgent: exponential, mean 0.5 us, rho_1 0.4; the other: constant 1 us, rho_2 0.4.
 * lambda_1 = 0.8 / us, E[S_1^2] = 0.5 us^2; lambda_2 = 0.4 / us, E[S_2^2] = 1 us^2; W0 = (0.4 + 0.4) / 2 = 0.4 us;
 * W_1 = 0.4 / 0.6 = 2/3 us, W_2 = 0.4 / (0.6 * 0.2) = 10/3 us. Priority values are turned round against class numbers
 * in one of the two settings. */
Test(test_queueing, priority)
{
    const double theory[2] = {2.0 / 3 * 1e6 + 0.5e6, 10.0 / 3 * 1e6 + 1e6}; /* sojourns, ps */

    for (int turned = 0; turned < 2; turned++) {
        double x[2][2][QUEUE_REPLICATIONS];

        for (int slow = 0; slow < 2; slow++)
            for (int r = 0; r < QUEUE_REPLICATIONS; r++) {
                struct vio_world *w = vio_world_create(11, (uint32_t)r);
                struct vio_egress_config c;
                struct vio_egress *e;
                const struct vio_path *path;
                struct vio_workload *wl[2];

                vio_egress_defaults(&c, vio_link_find("ideal"));
                c.rate_bps = (uint64_t)(8e12 / (slow ? 1.02 : 1) + 0.5);
                c.classes = 2;
                c.sched = vio_sched_find("strict");
                c.cls[turned ? 0 : 1].priority = 1;
                e = vio_egress_create(w, "server", &c);
                path = rig_path(w, 1, &e);
                for (int k = 0; k < 2; k++) {
                    const char *name = k ? "other" : "urgent";
                    struct vio_flow *f = rig_flow(w, name, "datagram", "header=0B mtu=1GiB", path, path,
                                                  (uint8_t)(turned ? 1 - k : k), NULL);

                    wl[k] = queue_source(w, name, f, k ? 0.4e6 : 0.8e6,
                                         k ? sim_dist_constant(1e6) : sim_dist_exponential(0.5e6));
                }
                rig_run(w, 10 * SIM_MS, 150 * SIM_MS);
                for (int k = 0; k < 2; k++)
                    x[slow][k][r] = sim_tally_mean(&wl[k]->m.latency);
                vio_world_destroy(w);
            }
        for (int k = 0; k < 2; k++) {
            struct rig_interval right = rig_interval(x[0][k], QUEUE_REPLICATIONS);
            struct rig_interval slow = rig_interval(x[1][k], QUEUE_REPLICATIONS);

            cr_log_info("priority %d: %g +- %g, theory %g, slow %g +- %g\n", k, right.mean, right.half, theory[k],
                        slow.mean, slow.half);
            cr_expect(rig_holds(right, theory[k]), "class %d: %g +- %g, theory %g", k, right.mean, right.half,
                      theory[k]);
            cr_expect(!rig_holds(slow, theory[k]), "class %d, 2 %% slower passes: %g +- %g, theory %g", k, slow.mean,
                      slow.half, theory[k]);
        }
    }
}

struct queue_jobs { /* Poisson arrivals at a station */
    struct sim_event ev;
    struct sim_pool jobs;
    struct vio_station station;
    struct sim_stream gaps;
    double gap_ps;
    uint64_t out;
};

static void queue_job_done(struct vio_job *job)
{
    struct queue_jobs *q = job->owner;

    q->out++;
    sim_pool_give(&q->jobs, job);
}

static void queue_job_fire(struct sim *sim, struct sim_event *ev)
{
    struct queue_jobs *q = sim_container_of(ev, struct queue_jobs, ev);
    struct vio_job *job = sim_pool_take(&q->jobs);

    *job = (struct vio_job){.done = queue_job_done, .owner = q};
    vio_station_submit(&q->station, job);
    sim_after(sim, ev, (sim_time)sim_exponential(&q->gaps, q->gap_ps));
}

/* Probability of waiting in M/M/c with a = lambda s: Erlang B by its recursion, then C = B / (1 - rho (1 - B)). */
static double queue_erlang_c(uint32_t c, double a)
{
    double b = 1;

    for (uint32_t k = 1; k <= c; k++)
        b = a * b / (k + a * b);
    return b / (1 - a / c * (1 - b));
}

static void queue_station_once(uint32_t servers, double slower, uint32_t replication, double out[2])
{
    struct vio_world *w = vio_world_create(13, replication);
    struct queue_jobs *q = sim_arena_alloc(&w->arena, 1, sizeof *q);
    struct sim_dist service = sim_dist_exponential(slower * queue_service_ps);
    const sim_time from_ps = 20 * SIM_MS, to_ps = from_ps + 400 * SIM_MS / servers;

    vio_station_init(&q->station, w, "station", servers, &service);
    sim_tally_init(&q->station.wait);
    sim_level_init(&q->station.in_service, 0, 0);
    sim_pool_init(&q->jobs, sizeof(struct vio_job));
    sim_stream_init(&q->gaps, 13, replication, "jobs", "gaps");
    q->gap_ps = queue_service_ps / (0.8 * servers);
    sim_event_init(&q->ev, queue_job_fire);
    sim_at(&w->sim, &q->ev, 0);
    sim_run_until(&w->sim, from_ps);
    sim_tally_reset(&q->station.wait);
    sim_level_reset(&q->station.in_service, from_ps);
    sim_run_until(&w->sim, to_ps);
    out[0] = sim_tally_mean(&q->station.wait);
    out[1] = sim_level_mean(&q->station.in_service, to_ps);
    sim_tally_fini(&q->station.wait);
    sim_fini(&w->sim); /* before the memory its events are in */
    sim_init(&w->sim);
    sim_pool_fini(&q->jobs);
    vio_world_destroy(w);
}

/* M/M/c at rho 0.8: W = C(c, 0.8 c) s / (c (1 - 0.8)); busy servers = 0.8 c (Little's law for the servers). By hand, c
 * = 2: B = 1.28 / 3.88 = 0.329897, C = 0.711111, W = 1.777778 us. */
Test(test_queueing, station)
{
    static const uint32_t servers[] = {1, 2, 6};

    cr_assert_float_eq(queue_erlang_c(2, 1.6), 0.711111, 1e-6);
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        const uint32_t c = servers[i];
        const double theory[2] = {queue_erlang_c(c, 0.8 * c) * queue_service_ps / (c * 0.2), 0.8 * c};
        double x[2][2][QUEUE_REPLICATIONS];

        for (int slow = 0; slow < 2; slow++)
            for (int r = 0; r < QUEUE_REPLICATIONS; r++) {
                double out[2];

                queue_station_once(c, slow ? 1.02 : 1, (uint32_t)r, out);
                x[slow][0][r] = out[0];
                x[slow][1][r] = out[1];
            }
        for (int k = 0; k < 2; k++) {
            struct rig_interval right = rig_interval(x[0][k], QUEUE_REPLICATIONS);
            struct rig_interval slow = rig_interval(x[1][k], QUEUE_REPLICATIONS);

            cr_log_info("M/M/%u %d: %g +- %g, theory %g, slow %g +- %g\n", c, k, right.mean, right.half, theory[k],
                        slow.mean, slow.half);
            cr_expect(rig_holds(right, theory[k]), "M/M/%u: %g +- %g, theory %g", c, right.mean, right.half, theory[k]);
            cr_expect(!rig_holds(slow, theory[k]), "M/M/%u: 2 %% slower passes: %g +- %g", c, slow.mean, slow.half);
        }
    }
}
