/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/golden/test_golden.c - every scenario shipped: the books balance, and the numbers are those written down.
 *
 * tests/golden/scenarios.tsv has one line per scenario, point and design: the trajectory fingerprint of replication 0,
 * and up to five headline numbers (p99 latency in ms and goodput in Mb/s of the first workload groups). The fingerprint
 * is compared where the processor has fused multiply-add, for which the C library has logarithms of its own; the
 * numbers always, to 1 % (a trajectory that differs in the last bit of a logarithm stays within that). `make golden`
 * rewrites the file; the difference is reviewed.
 */
#include <criterion/criterion.h>

#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan/plan.h"

enum { GOLDEN_NUMBERS = 16, GOLDEN_GROUPS_MAX = 64, GOLDEN_LINE_MAX = 1024 };

static const char golden_file[] = "tests/golden/scenarios.tsv";

struct golden_line {
    char key[256]; /* scenario, factors, design */
    uint64_t fingerprint;
    double number[GOLDEN_NUMBERS];
    size_t numbers;
};

struct golden_group {
    const char *name;
    struct sim_tally latency;
    uint64_t B;
};

/* Merge the workloads of each group, in order of first appearance. */
static size_t golden_groups(struct vio_world *w, struct golden_group *group)
{
    size_t n = 0;

    for (struct vio_workload *wl = w->workloads; wl; wl = wl->next) {
        size_t i = 0;

        while (i < n && strcmp(group[i].name, wl->group) != 0)
            i++;
        if (i == n) {
            cr_assert_lt(n, (size_t)GOLDEN_GROUPS_MAX);
            group[n].name = wl->group;
            group[n].B = 0;
            sim_tally_init(&group[n++].latency);
        }
        sim_tally_merge(&group[i].latency, &wl->m.latency);
        group[i].B += wl->m.bytes;
    }
    return n;
}

/* Run replication 0; `brief`: too short for the outcome that the scenario expects. */
static void golden_run(const struct scn_study *s, const struct plan *p, bool brief, struct golden_line *line)
{
    struct vio_world *w = plan_build(p, s->seed, 0);
    const char *want = scn_expected_outcome(s, p->design ? p->design->name : NULL);
    struct golden_group group[GOLDEN_GROUPS_MAX];
    struct vio_end end;
    size_t n;

    vio_world_run(w, s->time.warmup_ps, s->time.measure_ps, NULL, NULL, &end);
    if (strcmp(want, "ok") == 0 || brief)
        cr_expect(end.outcome == VIO_OUTCOME_OK || end.outcome == VIO_OUTCOME_UNSTABLE, "%s: %s", line->key, end.why);
    else
        cr_expect_str_eq(vio_outcome_name(end.outcome), want, "%s: %s", line->key, end.why);
    cr_expect_eq(end.created_pkts, end.delivered_pkts + end.dropped_pkts + end.queued_pkts + end.flying_pkts,
                 "%s: packets made differ from packets accounted for", line->key);
    line->fingerprint = w->sim.fingerprint;
    n = golden_groups(w, group);
    for (size_t i = 0; i < n; i++) {
        if (line->numbers + 2 <= GOLDEN_NUMBERS) {
            line->number[line->numbers++] = sim_tally_quantile(&group[i].latency, 0.99) / (double)SIM_MS;
            line->number[line->numbers++] = vio_link_bps(group[i].B, s->time.measure_ps) / 1e6;
        }
        sim_tally_fini(&group[i].latency);
    }
    vio_world_destroy(w);
}

static void golden_print(FILE *out, const struct golden_line *line)
{
    fprintf(out, "%s\t%016" PRIx64, line->key, line->fingerprint);
    for (size_t i = 0; i < line->numbers; i++)
        fprintf(out, "\t%.6g", line->number[i]);
    fputc('\n', out);
}

/* The line of the file with this key; false if there is none. */
static bool golden_find(const char *key, struct golden_line *line)
{
    FILE *in = fopen(golden_file, "r");
    char text[GOLDEN_LINE_MAX];
    bool found = false;

    cr_assert_not_null(in, "cannot open %s (run from the root of the source)", golden_file);
    while (!found && fgets(text, sizeof(text), in)) {
        char *save = NULL, *word = strtok_r(text, "\t\n", &save);

        if (!word || strcmp(word, key) != 0)
            continue;
        found = true;
        word = strtok_r(NULL, "\t\n", &save);
        line->fingerprint = strtoull(word, NULL, 16);
        while ((word = strtok_r(NULL, "\t\n", &save)) && line->numbers < GOLDEN_NUMBERS)
            line->number[line->numbers++] = strtod(word, NULL);
    }
    fclose(in);
    return found;
}

static void golden_compare(const struct golden_line *got)
{
    struct golden_line want = {0};

    if (!golden_find(got->key, &want)) {
        cr_expect(false, "%s is not in %s: run make golden", got->key, golden_file);
        return;
    }
    if (__builtin_cpu_supports("fma"))
        cr_expect_eq(got->fingerprint, want.fingerprint, "%s: fingerprint %016" PRIx64 ", written down %016" PRIx64,
                     got->key, got->fingerprint, want.fingerprint);
    cr_expect_eq(got->numbers, want.numbers);
    for (size_t i = 0; i < got->numbers; i++)
        cr_expect_leq(fabs(got->number[i] - want.number[i]), 0.01 * fabs(want.number[i]),
                      "%s: number %zu is %g, written down %g", got->key, i + 1, got->number[i], want.number[i]);
}

static void golden_study(const char *file, const struct scn_study *s, FILE *rewrite)
{
    size_t designs = s->designs ? s->designs : 1;

    for (size_t d = 0; d < designs; d++) {
        struct plan *p = plan_create(s, s->designs ? &s->design[d] : NULL);
        struct golden_line line = {0};
        int at = snprintf(line.key, sizeof(line.key), "%s", file);

        for (size_t f = 0; f < s->factors; f++)
            at +=
                snprintf(line.key + at, sizeof(line.key) - (size_t)at, " %s=%s", s->factor[f].path, s->factor[f].value);
        if (s->designs)
            snprintf(line.key + at, sizeof(line.key) - (size_t)at, " %s", s->design[d].name);
        cr_assert(p->feasible, "%s: %s", line.key, p->why);
        golden_run(s, p, false, &line);
        if (rewrite)
            golden_print(rewrite, &line);
        else
            golden_compare(&line);
        plan_destroy(p);
    }
}

Test(golden, every_scenario_shipped, .timeout = 600)
{
    static const char *const where[] = {"scenarios/*.yaml", "scenarios/reference/*.yaml"};
    FILE *rewrite = getenv("VIOSIM_GOLDEN") ? fopen(golden_file, "w") : NULL;
    glob_t files = {0};

    for (size_t i = 0; i < sizeof(where) / sizeof(*where); i++)
        cr_assert_eq(glob(where[i], i ? GLOB_APPEND : 0, NULL, &files), 0, "no %s here", where[i]);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct sim_diags diags;
        struct scn_points points;

        sim_diags_init(&diags);
        if (!scn_load(files.gl_pathv[i], NULL, 0, &points, &diags)) {
            sim_diags_print(&diags, stderr);
            cr_assert(false, "%s does not load", files.gl_pathv[i]);
        }
        cr_expect_eq(diags.warnings, 0u, "%s has warnings", files.gl_pathv[i]);
        for (size_t k = 0; k < points.n; k++)
            golden_study(files.gl_pathv[i], points.study[k], rewrite);
        scn_points_fini(&points);
        sim_diags_fini(&diags);
    }
    globfree(&files);
    if (rewrite)
        fclose(rewrite);
}

/* The claims take minutes at full length; 50 ms of each show whether the books balance and every frame stays in its
 * network. Claims about plans take 1 ms, and have designs that cannot be built. */
Test(golden, claims_balance_their_books, .timeout = 300)
{
    const struct scn_time brief = {.warmup_ps = 10 * SIM_MS, .measure_ps = 40 * SIM_MS};
    glob_t files = {0};

    cr_assert_eq(glob("scenarios/claims/*.yaml", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        struct scn_points points;
        struct sim_diags diags;

        sim_diags_init(&diags);
        cr_assert(scn_load(files.gl_pathv[i], NULL, 0, &points, &diags), "%s does not load", files.gl_pathv[i]);
        for (size_t k = 0; k < points.n; k++) {
            struct scn_study *s = points.study[k];

            if (s->time.measure_ps > brief.measure_ps)
                s->time = brief;
            for (size_t d = 0; d < (s->designs ? s->designs : 1); d++) {
                struct golden_line line = {0};
                struct plan *p = plan_create(s, s->designs ? &s->design[d] : NULL);

                snprintf(line.key, sizeof(line.key), "%s point %zu design %zu", files.gl_pathv[i], k, d);
                cr_expect(p->feasible || s->time.measure_ps <= SIM_MS, "%s: %s", line.key, p->why);
                if (p->feasible)
                    golden_run(s, p, true, &line);
                plan_destroy(p);
            }
        }
        scn_points_fini(&points);
        sim_diags_fini(&diags);
    }
    globfree(&files);
}
