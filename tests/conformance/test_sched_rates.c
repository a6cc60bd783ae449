/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/conformance/test_sched_rates.c - what every scheduler promises about rates, for every file of models/sched/:
 * shares where it declares shares, limits where it declares limits, work conservation where it declares neither.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/conformance/sched_rig.h"

/* When the last of class tc's first k packets started: they end up in the marks, 0.8 ns a byte earlier they began. */
static sim_time rates_start_ps(const struct probe *p, size_t i, uint32_t tc)
{
    return p->mark[i].at_ps - 800 * (sim_time)sched_wire_B[tc];
}

/* Jain's index of the bytes over the declared shares, while all four classes are saturated; and the worst that two
 * classes ever were apart, in units of the lag that packets of 1538 B cause: (L/w_i + L/w_j). */
static double rates_jain(const struct vio_sched_type *type, double *worst)
{
    enum { BURST = 1538 * 2000 };
    struct vio_egress_config c;
    struct sched_rig g;
    size_t seen[SCHED_CLASSES] = {0}, n[SCHED_CLASSES];
    double got[SCHED_CLASSES] = {0}, sum = 0, squares = 0;

    sched_config(&c, type);
    sched_build(&g, &c);
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
        n[tc] = BURST / sched_wire_B[tc];
        probe_send_at(g.flow[tc], 0, (uint32_t)n[tc], sched_sizes_B[tc]);
    }
    rig_run(g.world, 0, 20 * SIM_MS);
    *worst = 0;
    for (;;) {
        uint32_t first = 0;

        for (uint32_t tc = 1; tc < SCHED_CLASSES; tc++)
            if (probe_of(g.flow[tc])->mark[seen[tc]].at_ps < probe_of(g.flow[first])->mark[seen[first]].at_ps)
                first = tc;
        if (++seen[first] == n[first])
            break;
        got[first] += sched_wire_B[first] / c.cls[first].weight;
        for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
            const double lag = 1538 / c.cls[first].weight + 1538 / c.cls[tc].weight;

            *worst = (got[first] - got[tc]) / lag > *worst ? (got[first] - got[tc]) / lag : *worst;
        }
    }
    for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
        sum += got[tc];
        squares += got[tc] * got[tc];
    }
    vio_world_destroy(g.world);
    return sum * sum / SCHED_CLASSES / squares;
}

/* Types that read weights or committed rates share in proportion to them (the rig's are 1:2:3:4 in both): Jain's index
 * above 0.9999, that is shares 1 % from the declared ones at most. An equal division would have index
 * (25/12)^2 / (4 (1 + 1/4 + 1/9 + 1/16)) = 0.762. */
Test(test_sched_rates, fairness)
{
    for (const struct vio_sched_type *const *type = vio_sched_types; *type; type++) {
        const char *keys = (*type)->class_keys ? (*type)->class_keys : "";
        const bool shares = strstr(keys, "weight") || strstr(keys, "cir");
        double worst, jain = rates_jain(*type, &worst);

        cr_log_info("%s: Jain's index %.6f, worst lag %.2f\n", (*type)->type, jain, worst);
        if (shares)
            cr_expect_gt(jain, 0.9999, "%s: %g", (*type)->type, jain);
        else
            cr_expect(jain >= 0.25 - 1e-9 && jain <= 1 + 1e-9, "%s: %g", (*type)->type, jain);
    }
}

/* All classes limited to 1 Gb/s with bursts of 8 KB (never less than the link's largest packet, 2200 B) on 10 Gb/s,
 * each offered 1.25 MB at once. What a type that shapes lets start in [0, t] is at most burst + t / 8 ns (four times
 * the rate for one that limits the sum); the last packet starts not before (1250000 - 8000 - 1538) x 8 ns = 9.92 ms and
 * not after 10 ms + the time of four largest packets of the slowest, 0.05 ms. The others work on: all is gone after
 * its bytes' time. One that polices lets pass at most the burst at once and loses the rest. */
Test(test_sched_rates, limits)
{
    enum { BURST_B = 8000, OFFERED_B = 1250000 };

    for (const struct vio_sched_type *const *type = vio_sched_types; *type; type++) {
        struct vio_egress_config c;
        struct sched_rig g;
        struct sim_arena arena;
        uint64_t over = 0;
        sim_time last_ps = 0, sum_ps = 0;
        bool per_class = (*type)->class_keys && !strstr((*type)->class_keys, "priority");

        sim_arena_init(&arena);
        sched_config_limited(&c, *type, 1000000000, BURST_B, &arena);
        sched_build(&g, &c);
        for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++)
            probe_send_at(g.flow[tc], 0, OFFERED_B / sched_wire_B[tc], sched_sizes_B[tc]);
        rig_run(g.world, 0, 20 * SIM_MS);
        for (uint32_t tc = 0; tc < SCHED_CLASSES; tc++) {
            const struct probe *p = probe_of(g.flow[tc]);
            const sim_time end_ps = rates_start_ps(p, p->n - 1, tc);

            cr_expect_eq(p->n + p->lost, p->sent, "%s: conservation", (*type)->type);
            cr_expect((*type)->admit || p->lost == 0, "%s: %lu lost", (*type)->type, (unsigned long)p->lost);
            for (size_t i = 0; per_class && i < p->n; i++)
                over += (double)(i + 1) * sched_wire_B[tc] > BURST_B + (double)rates_start_ps(p, i, tc) / 8000 + 1;
            last_ps = end_ps > last_ps ? end_ps : last_ps;
            sum_ps += (sim_time)p->n * sched_wire_B[tc] * 800;
        }
        if ((*type)->shapes) {
            cr_expect(!per_class || over == 0, "%s: %lu too early", (*type)->type, (unsigned long)over);
            cr_expect(last_ps > 9900 * SIM_US && last_ps < 10050 * SIM_US, "%s: ends at %ld", (*type)->type,
                      (long)last_ps);
        } else {
            cr_expect_leq(last_ps, sum_ps, "%s: works on", (*type)->type);
            cr_expect_gt(last_ps, sum_ps - 1538 * 800 - 1, "%s: works on", (*type)->type);
        }
        vio_world_destroy(g.world);
        sim_arena_fini(&arena);
    }
}
