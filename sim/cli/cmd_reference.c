/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_reference.c - viosim reference: the manual of scenario files, from the tables that check them.
 */
#include <stdio.h>

#include "sim/cli/cli.h"

enum { REFERENCE_KEY_SCHEMA = 256 };

static const struct argp_option reference_options[] = {
    {"json-schema", REFERENCE_KEY_SCHEMA, NULL, 0, "print a JSON Schema, for editors, instead of the manual", 0},
    {0},
};

static error_t reference_parse(int key, char *arg, struct argp_state *state)
{
    bool *schema = state->input;

    (void)arg;
    if (key != REFERENCE_KEY_SCHEMA)
        return ARGP_ERR_UNKNOWN;
    *schema = true;
    return 0;
}

static const struct argp reference_argp = {
    reference_options,
    reference_parse,
    NULL,
    "Print the reference manual of scenario files as Markdown, from the tables that the program checks them with.\v"
    "Examples:\n"
    "  viosim reference > scenario-reference.md\n"
    "  viosim reference --json-schema > scenario.schema.json",
    NULL,
    NULL,
    NULL};

int cli_reference(int argc, char **argv)
{
    bool schema = false;

    argp_parse(&reference_argp, argc, argv, 0, NULL, &schema);
    if (schema)
        scn_write_json_schema(stdout);
    else
        scn_write_reference(stdout);
    return CLI_OK;
}
