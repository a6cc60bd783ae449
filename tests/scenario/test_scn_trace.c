/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/scenario/test_scn_trace.c - trace files of scenarios: looked at once, and part of what results belong to.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/study.h"

static void trace_write(const char *directory, const char *name, const char *text)
{
    char path[128];
    FILE *out;

    snprintf(path, sizeof path, "%s/%s", directory, name);
    out = fopen(path, "w");
    cr_assert(out);
    fputs(text, out);
    fclose(out);
}

static const char trace_scenario[] =
    "name: t\nsweep: {topology.flows.0.speed: [1, 2, 3]}\ntopology:\n  nodes: {a: {kind: host}, s: {kind: array}}\n"
    "  links: [{from: a, to: s, type: fc-8g}]\n"
    "  flows: [{from: a, to: s, kind: trace, format: msr, file: t.csv, speed: 1%s}]\n";

/* A malformed row is told once for all points of a sweep; other bytes in the file give another identity to each point,
 * and the same bytes the same; a digest that is given has to agree. */
Test(test_scn_trace, identity)
{
    static const char *const rows[] = {"1,h,0,Read,0,100,0\nbad\n", "1,h,0,Read,0,101,0\nbad\n",
                                       "1,h,0,Read,0,100,0\nbad\n"};
    char directory[] = "/tmp/viosim-scn-XXXXXX", file[64], text[1024], *expanded[3], wrong[128];

    cr_assert(mkdtemp(directory));
    snprintf(file, sizeof file, "%s/t.yaml", directory);
    snprintf(text, sizeof text, trace_scenario, "");
    trace_write(directory, "t.yaml", text);
    for (int i = 0; i < 3; i++) {
        struct scn_points points;
        struct sim_diags diags;

        sim_diags_init(&diags);
        trace_write(directory, "t.csv", rows[i]);
        cr_assert(scn_load(file, NULL, 0, &points, &diags), "%s", diags.item[0].text);
        cr_expect(points.n == 3 && diags.n == 1 && diags.item[0].pos.line == 2, "%zu messages", diags.n);
        expanded[i] = strdup(points.study[2]->expanded);
        cr_expect(strstr(expanded[i], "digest:"));
        scn_points_fini(&points);
        sim_diags_fini(&diags);
    }
    cr_expect_str_neq(expanded[0], expanded[1]);
    cr_expect_str_eq(expanded[0], expanded[2]);
    for (int i = 0; i < 2; i++) { /* the digest of the file as it is, and another one */
        const char *digest = strstr(expanded[i], "digest:") + strlen("digest: ");
        struct scn_points points;
        struct sim_diags diags;

        snprintf(wrong, sizeof wrong, ", digest: %.*s", (int)strcspn(digest, "\n"), digest);
        snprintf(text, sizeof text, trace_scenario, wrong);
        trace_write(directory, "t.yaml", text);
        sim_diags_init(&diags);
        cr_expect_eq(scn_load(file, NULL, 0, &points, &diags), i == 0, "%s", wrong);
        if (i == 0)
            scn_points_fini(&points);
        else
            cr_expect(strstr(diags.item[diags.n - 1].text, "digest"));
        sim_diags_fini(&diags);
        free(expanded[i]);
    }
    free(expanded[2]);
    unlink(file);
    snprintf(file, sizeof file, "%s/t.csv", directory);
    unlink(file);
    rmdir(directory);
}
