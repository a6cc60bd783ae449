/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/scenario/test_shipped.c - what is shipped as data: flow-size distributions, mixes of I/O and VM classes have
 * the means that facts.md 5.2 and 5.3 give.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "sim/scenario/study.h"

/* Load `text` as a scenario beside the shipped ones, so that names of files are found. */
static void shipped_load(const char *text, struct scn_points *points)
{
    char path[64];
    struct sim_diags diags;
    FILE *out;

    sim_diags_init(&diags);
    snprintf(path, sizeof(path), "scenarios/.test-shipped-%d.yaml", (int)getpid());
    out = fopen(path, "w");
    cr_assert(out, "%s; run from the top of the repository", path);
    fputs(text, out);
    fclose(out);
    if (!scn_load(path, NULL, 0, points, &diags)) {
        unlink(path);
        cr_assert_fail("%s", diags.item[0].text);
    }
    cr_expect_eq(diags.n, 0, "%s", diags.n ? diags.item[0].text : "");
    unlink(path);
    sim_diags_fini(&diags);
}

/* By hand, straight lines between the points of facts.md 5.3, cumulative percent times the middle of each piece. */
Test(test_shipped, distributions)
{
    static const struct {
        const char *name;
        double mean_B;
    } expected[] = {
        {"websearch", 1711250}, {"datamining", 12658198.6}, {"facebook-hadoop", 120420.75}, {"alibaba-block", 40869.8}};

    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct scn_points points;
        const struct scn_workload *wl;
        const struct sim_param *row;
        char text[512];

        snprintf(text, sizeof text,
                 "name: d\ntopology:\n  nodes: {a: {kind: host}, b: {kind: host}}\n"
                 "  links: [{from: a, to: b, type: gbe}]\n"
                 "  flows: [{from: a, to: b, kind: poisson, rate: 1/s, size: {cdf: data/%s.csv}}]\n",
                 expected[i].name);
        shipped_load(text, &points);
        wl = &points.study[0]->topology->flow[0].workload;
        row = sim_param_find(wl->type->params, "size");
        cr_expect_float_eq(sim_dist_mean((const void *)((const char *)wl->config + row->offset)), expected[i].mean_B,
                           1e-6 * expected[i].mean_B, "%s", expected[i].name);
        scn_points_fini(&points);
    }
}

/* 512 * 0.1 + 1024 * 0.05 + 2048 * 0.05 + 4096 * 0.6 + 8192 * 0.02 + 16384 * 0.04 + 32768 * 0.04 + 65536 * 0.1 =
 * 11,345.92, and so on. */
Test(test_shipped, mixes)
{
    static const struct {
        const char *name;
        double mean_B, read;
    } expected[] = {{"iometer-file-server", 11345.92, 0.8},
                    {"iometer-web-server", 16035.84, 1},
                    {"vdi-steady", 9199.616, 0.002},
                    {"vdi-login", 5672.96, 0.03},
                    {"vdi-boot", 8714.24, 0.13}};
    struct scn_points points;
    const struct vio_mix *mix;

    shipped_load("name: m\ninclude: mixes/storage.yaml\ntopology:\n  nodes: {a: {kind: host}, b: {kind: host}}\n"
                 "  links: [{from: a, to: b, type: gbe}]\n  flows: [{from: a, to: b, kind: bulk}]\n",
                 &points);
    mix = points.study[0]->mix;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cr_expect_str_eq(mix[i].name, expected[i].name);
        cr_expect_float_eq(vio_mix_mean_B(&mix[i]), expected[i].mean_B, 1e-6, "%s", mix[i].name);
        cr_expect_float_eq(vio_mix_reads(&mix[i]), expected[i].read, 1e-9, "%s", mix[i].name);
        cr_expect_gt(strlen(mix[i].source), 0);
    }
    scn_points_fini(&points);
}

/* Offered loads of the VM classes lie in the bands of facts.md 5.2. */
Test(test_shipped, vm_classes)
{
    static const struct {
        const char *name;
        double low_bps, high_bps, low_io_per_s, high_io_per_s; /* network; I/Os per second */
    } expected[] = {{"web", 10e6, 30e6, 20, 50},
                    {"oltp", 10e6, 20e6, 300, 1000},
                    {"exchange", 5e6, 20e6, 82.5, 180}, /* 750 mailboxes of 0.11 to 0.24 */
                    {"file-server", 20e6, 50e6, 20, 1000},
                    {"vdi", 0.1e6, 0.3e6, 7, 8}};
    struct scn_points points;
    const struct scn_study *s;

    shipped_load("name: v\ninclude: [vms/web.yaml, vms/oltp.yaml, vms/exchange-2007.yaml, vms/file-server.yaml, "
                 "vms/vdi.yaml, designs/2009.yaml]\ncatalogue: [catalogue/2009.csv]\n"
                 "networks: {corp: {zone: corporate}, dmz: {zone: internet}, san: {kind: fc, zone: storage}}\n"
                 "peers: {clients: {kind: client-cloud, networks: [corp], link: 10gbe}, internet: {kind: client-cloud, "
                 "networks: [dmz], link: 10gbe}}\nstorage: {array: {networks: [san], link: fc-8g}}\n"
                 "servers: {hosts: {count: 2, vms: {web: 1, oltp: 1, exchange: 1, file-server: 1, vdi: 1}}}\n"
                 "designs: [shared]\n",
                 &points);
    s = points.study[0];
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct scn_vm *vm = &s->vm[i];
        double bps = 0, io_per_s = 0;

        cr_assert_str_eq(vm->name, expected[i].name);
        for (size_t k = 0; k < vm->workloads; k++) {
            const struct scn_workload *wl = &vm->workload[k];
            const struct sim_param *rate = sim_param_find(wl->type->params, "rate");

            if (wl->type->shape == VIO_SHAPE_BLOCK)
                io_per_s += *(const double *)(const void *)((const char *)wl->config + rate->offset);
            else
                bps += wl->type->offered_bps(wl->config);
        }
        cr_expect(bps >= expected[i].low_bps && bps <= expected[i].high_bps, "%s: %g bit/s", vm->name, bps);
        cr_expect(io_per_s >= expected[i].low_io_per_s && io_per_s <= expected[i].high_io_per_s, "%s: %g I/Os per s",
                  vm->name, io_per_s);
    }
    scn_points_fini(&points);
}
