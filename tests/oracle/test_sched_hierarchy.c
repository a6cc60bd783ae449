/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/oracle/test_sched_hierarchy.c - vNICs inside classes: guarantees, equal parts of the rest, caps.
 *
 * Theory: in a class of rate R each saturated vNIC gets its guarantee and an equal part of R minus all guarantees; one
 * with a cap below that gets its cap, and the others share what it leaves. Every vNIC offers the whole line; rates in
 * Gb/s of wire bytes over 8 ms on 10GbE. Buckets and queues let a few packets through at the edges: 1 % of the line.
 * Power: fifo, and a hierarchy that is told nothing of the adapters, are rejected by the same numbers.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/rig/probe.h"
#include "tests/rig/rig.h"

enum { VNICS = 4, PACKETS = 8000 };

struct hierarchy_case {
    const char *name;
    uint8_t tc[VNICS];
    double guarantee_gbps[VNICS], cap_gbps[VNICS], rate_gbps[VNICS];
    const char *params;
};

/* The largest difference from the expected rates, and packets out of order within a vNIC. */
static double hierarchy_off(const struct hierarchy_case *k, const char *type, bool told, uint64_t *disorder)
{
    const struct vio_sched_type *t = vio_sched_find(type);
    struct vio_world *w = vio_world_create(2, 0);
    struct vio_vnic vnic[VNICS];
    struct vio_flow *f[VNICS];
    struct vio_egress_config c;
    struct vio_egress *e;
    double off = 0;

    vio_egress_defaults(&c, vio_link_find("10gbe"));
    c.classes = 2;
    c.cls[0].weight = 3;
    c.cls[1].priority = 1;
    c.sched = t;
    c.sched_config = t->params ? rig_config(w, t->params, t->config_size, k->params) : NULL;
    e = vio_egress_create(w, "e", &c);
    for (uint32_t i = 0; i < VNICS; i++) {
        f[i] = probe_flow(w, sim_arena_printf(&w->arena, "vnic%u", i), VIO_PROTO_IP, rig_path(w, 1, &e), k->tc[i]);
        vnic[i] = (struct vio_vnic){i, (uint64_t)(k->guarantee_gbps[i] * 1e9), (uint64_t)(k->cap_gbps[i] * 1e9)};
        f[i]->vnic = told ? &vnic[i] : NULL;
        if (k->rate_gbps[i] > 0)
            for (uint32_t n = 0; n < PACKETS; n++)
                probe_send_at(f[i], n * INT64_C(1000000), 1, 1500);
    }
    rig_run(w, 0, 8 * SIM_MS);
    *disorder = 0;
    for (int i = 0; i < VNICS; i++) {
        const struct probe *p = probe_of(f[i]);

        for (size_t n = 1; n < p->n; n++)
            *disorder += p->mark[n].seq <= p->mark[n - 1].seq;
        off = fmax(off, fabs((double)p->n * 1538 * 8 / 8e-3 / 1e9 - k->rate_gbps[i]));
    }
    vio_world_destroy(w);
    return off;
}

Test(test_sched_hierarchy, rates_by_hand)
{
    static const struct hierarchy_case cases[] = {
        /* 10 - 5 guaranteed = 5 to share; the last is capped at 0.5, so 4.5 / 3 = 1.5 for each of the others. */
        {"guarantees and a cap", {0}, {4, 1, 0, 0}, {0, 0, 0, 0.5}, {5.5, 2.5, 1.5, 0.5}, "between=drr"},
        /* Classes 3:1, three vNICs in the first: 7.5 / 3 and 2.5. */
        {"classes by weight", {0, 0, 0, 1}, {0}, {0}, {2.5, 2.5, 2.5, 2.5}, "between=drr"},
        /* In the first class 7.5: 3 guaranteed, 4.5 / 3 for each. */
        {"a guarantee inside a class", {0, 0, 0, 1}, {3, 0, 0, 0}, {0}, {4.5, 1.5, 1.5, 2.5}, "between=drr"},
        /* Caps of all: the line is not full. */
        {"caps only", {0, 0, 1, 1}, {0}, {1, 2, 0.5, 3}, {1, 2, 0.5, 3}, "between=drr"},
        /* Strict: the first class is capped at 1 + 2, the second has the rest. */
        {"strict between classes", {0, 0, 1, 1}, {0}, {1, 2, 0, 0}, {1, 2, 3.5, 3.5}, "between=strict"},
        /* One vNIC alone has the line. */
        {"work conservation", {0}, {1, 4, 0, 0}, {0}, {10, 0, 0, 0}, "between=drr"},
    };

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        uint64_t disorder;
        double off = hierarchy_off(&cases[k], "hierarchy", true, &disorder);

        cr_expect_lt(off, 0.1, "%s: %g Gb/s off", cases[k].name, off);
        cr_expect_eq(disorder, 0, "%s: order within a vNIC", cases[k].name);
        if (k == 0 || k == 2 || k == 3) {
            cr_expect_gt(hierarchy_off(&cases[k], "hierarchy", false, &disorder), 0.1, "%s: not told", cases[k].name);
            cr_expect_gt(hierarchy_off(&cases[k], "fifo", true, &disorder), 0.1, "%s: fifo", cases[k].name);
        }
    }
}
