/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_cost.c - viosim cost: what would be bought, and what does it cost?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report.h"
#include "sim/cli/cli.h"
#include "sim/plan/breakeven.h"
#include "sim/plan/compare.h"
#include "sim/plan/risk.h"
#include "sim/study/point.h"
#include "sim/study/store.h"

enum { COST_KEY_SET = 256, COST_KEY_DESIGNS };

struct cost_arguments {
    const char *scenario, *dir;
    struct cli_texts set, designs;
};

static const struct argp_option cost_options[] = {
    {"output", 'o', "DIR", 0,
     "write the plan of each design into DIR/DESIGN/ too: bill of materials, cabling schedule, port map, racks and "
     "counts "
     "as CSV, pictures as SVG",
     0},
    {"set", COST_KEY_SET, "PATH=VALUE", 0, "set a key of the scenario; may be repeated", 0},
    {"designs", COST_KEY_DESIGNS, "A,B", 0, "only these designs", 0},
    {0},
};

static error_t cost_parse(int key, char *arg, struct argp_state *state)
{
    struct cost_arguments *a = state->input;

    switch (key) {
    case 'o':
        a->dir = arg;
        return 0;
    case COST_KEY_SET:
        if (!strchr(arg, '='))
            argp_error(state, "--set %s: PATH=VALUE is wanted", arg);
        cli_texts_add(&a->set, arg);
        return 0;
    case COST_KEY_DESIGNS:
        cli_texts_split(&a->designs, arg);
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->scenario, "scenario");
    }
}

static const struct argp cost_argp = {
    cost_options,
    cost_parse,
    "SCENARIO",
    "Plan every design of a scenario and print side by side what is bought and what "
    "it costs, and at the end what the scenario expects of its plans (section `expect`), with verdicts. Nothing is "
    "simulated; `viosim check` prints how a plan is put together, and judges whether it can give what its VMs are "
    "guaranteed.\v"
    "Examples:\n"
    "  viosim cost scenarios/consolidation-2009.yaml\n"
    "  viosim cost S.yaml --set servers.hosts.count=1000\n"
    "  viosim cost S.yaml --designs shared,dedicated --set cost.years=5\n"
    "  viosim cost S.yaml -o DIR && less DIR/shared/cables.csv\n"
    "  viosim cost scenarios/claims/h05-slots.yaml\n\n"
    "Exit status: 0 done, 1 DIR cannot be written, 2 the scenario is wrong or has nothing to "
    "buy.",
    NULL,
    NULL,
    NULL};

/* The points of a combination of sweep factors; they follow each other. Returns the number of the next one. */
static size_t cost_print_group(const struct study_points *points, size_t first)
{
    const struct plan **plan = sim_alloc(points->n, sizeof *plan);
    const struct scn_study *study = points->point[first].study;
    size_t n = 0;

    if (first > 0)
        putchar('\n');
    for (size_t f = 0; f < study->factors; f++)
        printf("%s=%s%s", study->factor[f].path, study->factor[f].value, f + 1 < study->factors ? ", " : "\n");
    while (first + n < points->n && points->point[first + n].group == points->point[first].group) {
        plan[n] = points->point[first + n].plan;
        n++;
    }
    plan_compare_print(&(struct plan_compare){plan, n, PLAN_RISK_SAMPLES, PLAN_BREAKEVEN_SERVERS}, stdout);
    free(plan);
    return first + n;
}

static bool cost_print(const struct study_points *points, const char *scenario)
{
    for (size_t i = 0; i < points->n; i++)
        if (!points->point[i].design) {
            fprintf(stderr, "viosim: %s: a hand-written topology has no designs and nothing to buy\n", scenario);
            return false;
        }
    for (size_t i = 0; i < points->n;)
        i = cost_print_group(points, i);
    return true;
}

/* Whether the scenario says what is to come out. */
static bool cost_expects(const struct study_points *points)
{
    size_t n = 0;

    for (size_t i = 0; i < points->n; i++)
        n += points->point[i].study->expects;
    return n > 0;
}

/* Verdicts, and the same files as `viosim export DB -o DIR` writes, by way of a database that nobody keeps. */
static int cost_store(const struct study_points *points, const struct sim_diags *diags, const char *dir)
{
    struct study_store store;
    int status = CLI_MACHINE;

    if (!cli_enter(&store, ":memory:", points, diags, "viosim cost"))
        fprintf(stderr, "viosim: %s\n", store.why);
    else if (ana_verdicts(store.db, true, stdout, stderr) && (!dir || ana_plan_files(store.db, dir, stderr) == 0))
        status = CLI_OK;
    study_store_close(&store);
    return status;
}

int cli_cost(int argc, char **argv)
{
    struct cost_arguments a = {0};
    struct scn_points scenario = {0};
    struct study_points points = {0};
    struct sim_diags diags;
    int status = CLI_USAGE;
    char why[512];

    argp_parse(&cost_argp, argc, argv, 0, NULL, &a);
    sim_diags_init(&diags);
    if (cli_load(a.scenario, &a.set, true, &scenario, &diags)) {
        if (!study_points_init(&points, &scenario, cli_texts_list(&a.designs), why, sizeof(why)))
            fprintf(stderr, "viosim: %s\n", why);
        else if (cost_print(&points, a.scenario))
            status = a.dir || cost_expects(&points) ? cost_store(&points, &diags, a.dir) : CLI_OK;
        study_points_fini(&points);
        scn_points_fini(&scenario);
    }
    sim_diags_fini(&diags);
    cli_texts_fini(&a.set);
    cli_texts_fini(&a.designs);
    return status;
}
