/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_validate.c - viosim validate: databases in, the page of expected against simulated out.
 */
#include <stdio.h>

#include "analysis/report.h"
#include "sim/cli/cli.h"

struct validate_arguments {
    struct cli_texts db;
    const char *page;
};

static const struct argp_option validate_options[] = {
    {"output", 'o', "PAGE", 0, "Markdown page to write", 0},
    {0},
};

static error_t validate_parse(int key, char *arg, struct argp_state *state)
{
    struct validate_arguments *a = state->input;

    switch (key) {
    case 'o':
        a->page = arg;
        return 0;
    case ARGP_KEY_ARG:
        cli_texts_add(&a->db, arg);
        return 0;
    case ARGP_KEY_END:
        if (!a->db.n)
            argp_error(state, "which databases?");
        if (!a->page)
            argp_error(state, "-o PAGE is wanted");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp validate_argp = {
    validate_options,
    validate_parse,
    "DB...",
    "Judge what scenarios expect (their section `expect`) by the runs in databases, and write a page of it. Each point "
    "that is not met is named.\v"
    "Examples:\n"
    "  viosim run scenarios/reference/mm1.yaml -o mm1.db\n"
    "  viosim validate mm1.db -o mm1.md\n"
    "  make validation\n\n"
    "Exit status: 0 all met, 1 a database cannot be read or the page not be written, 3 something is not met.",
    NULL,
    NULL,
    NULL};

int cli_validate(int argc, char **argv)
{
    struct validate_arguments a = {0};

    argp_parse(&validate_argp, argc, argv, 0, NULL, &a);
    const enum ana_validity validity = ana_validate(cli_texts_list(&a.db), a.db.n, a.page, stderr);

    cli_texts_fini(&a.db);
    return validity == ANA_VALID ? CLI_OK : validity == ANA_INVALID ? CLI_FAILED : CLI_MACHINE;
}
