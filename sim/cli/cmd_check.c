/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_check.c - viosim check: is the scenario right, and what would be built?
 */
#include <stdio.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/plan/print.h"
#include "sim/plan/qos.h"
#include "sim/study/point.h"

enum { CHECK_KEY_SET = 256, CHECK_KEY_DESIGNS, CHECK_KEY_EXPLAIN };

struct check_arguments {
    const char *scenario;
    struct cli_texts set, designs;
    bool quiet, explain;
};

static const struct argp_option check_options[] = {
    {"set", CHECK_KEY_SET, "PATH=VALUE", 0, "set a key of the scenario; may be repeated", 0},
    {"designs", CHECK_KEY_DESIGNS, "A,B", 0, "only these designs", 0},
    {"explain", CHECK_KEY_EXPLAIN, NULL, 0,
     "print what class, guarantee and cap of each vNIC and vHBA become at every hop, instead of the plans", 0},
    {"quiet", 'q', NULL, 0, "validate only", 0},
    {0},
};

static error_t check_parse(int key, char *arg, struct argp_state *state)
{
    struct check_arguments *a = state->input;

    switch (key) {
    case CHECK_KEY_SET:
        if (!strchr(arg, '='))
            argp_error(state, "--set %s: PATH=VALUE is wanted", arg);
        cli_texts_add(&a->set, arg);
        return 0;
    case CHECK_KEY_DESIGNS:
        cli_texts_split(&a->designs, arg);
        return 0;
    case CHECK_KEY_EXPLAIN:
        a->explain = true;
        return 0;
    case 'q':
        a->quiet = true;
        return 0;
    default:
        return cli_one_argument(key, arg, state, &a->scenario, "scenario");
    }
}

static const struct argp check_argp = {check_options,
                                       check_parse,
                                       "SCENARIO",
                                       "Validate a scenario, plan every design and print the plans: what is bought, "
                                       "what is joined to what, what it costs. "
                                       "Nothing is simulated or written.\v"
                                       "All errors of a scenario are reported at once, as file:line:column.\n\n"
                                       "Examples:\n"
                                       "  viosim check scenarios/consolidation-2009.yaml\n"
                                       "  viosim check S.yaml --designs dedicated --set servers.hosts.count=8\n"
                                       "  viosim check S.yaml --explain --designs converged-ib\n\n"
                                       "Exit status: 0 right, 2 wrong.",
                                       NULL,
                                       NULL,
                                       NULL};

static void check_print(const struct study_points *points, const struct check_arguments *a)
{
    for (size_t i = 0; i < points->n; i++) {
        const struct study_point *p = &points->point[i];

        if (i > 0)
            putchar('\n');
        for (size_t f = 0; f < p->study->factors; f++)
            printf("%s=%s%s", p->study->factor[f].path, p->study->factor[f].value,
                   f + 1 < p->study->factors ? ", " : "\n");
        if (a->explain && p->plan->feasible)
            plan_qos_print(p->plan, stdout);
        else
            plan_print(p->plan, stdout);
    }
}

int cli_check(int argc, char **argv)
{
    struct check_arguments a = {0};
    struct scn_points scenario = {0};
    struct study_points points = {0};
    struct sim_diags diags;
    int status = CLI_USAGE;
    char why[512];

    argp_parse(&check_argp, argc, argv, 0, NULL, &a);
    sim_diags_init(&diags);
    if (cli_load(a.scenario, &a.set, true, &scenario, &diags)) {
        if (study_points_init(&points, &scenario, cli_texts_list(&a.designs), why, sizeof(why))) {
            const bool fine = cli_judge_plans(&points, true, &diags);

            if (!a.quiet)
                check_print(&points, &a);
            status = fine ? CLI_OK : CLI_USAGE;
        } else {
            fprintf(stderr, "viosim: %s\n", why);
        }
        study_points_fini(&points);
        scn_points_fini(&scenario);
    }
    sim_diags_fini(&diags);
    cli_texts_fini(&a.set);
    cli_texts_fini(&a.designs);
    return status;
}
