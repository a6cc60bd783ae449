/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cli.c - the table of sub-commands, and what they share.
 */
#include "sim/cli/cli.h"

#include "sim/plan/qos.h"
#include "sim/study/point.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct cli_command cli_commands[] = {
    {"run", "simulate a scenario into a database; resumes what is there", cli_run},
    {"report", "draw the report of a database: HTML, Markdown, CSV", cli_report},
    {"check", "validate a scenario and print its plans, without simulating", cli_check},
    {"cost", "print what the designs of a scenario buy and cost, without simulating", cli_cost},
    {"list", "what can be used in scenarios: links, workloads, ... and designs", cli_list},
    {"status", "which runs of a database are done, missing, failed", cli_status_of},
    {"verify", "simulate stored runs again and compare their fingerprints", cli_verify},
    {"validate", "judge what reference scenarios expect, and write a page of it", cli_validate},
    {"export", "print a view of a database as CSV", cli_export},
    {"reference", "print the reference manual of scenario files, or their JSON Schema", cli_reference},
};
enum { CLI_COMMANDS = sizeof(cli_commands) / sizeof(*cli_commands) };

static void cli_help(FILE *out)
{
    fprintf(out, "Usage: viosim COMMAND [ARGUMENT...]\n"
                 "Simulate the virtual I/O of a data centre: which way of wiring servers is fast\n"
                 "enough, stays uncongested and costs least, and how sure that is.\n\n"
                 "Commands:\n");
    for (size_t i = 0; i < CLI_COMMANDS; i++)
        fprintf(out, "  %-10s %s\n", cli_commands[i].name, cli_commands[i].summary);
    fprintf(out, "\nviosim COMMAND --help explains a command; viosim --version prints the version.\n\n"
                 "Examples:\n"
                 "  viosim check scenarios/consolidation-2009.yaml\n"
                 "  viosim run scenarios/consolidation-2009.yaml -o results/study.db -j 2\n"
                 "  viosim report results/study.db -o results/study\n\n"
                 "Exit status: 0 done; 1 a fault of the machine (disk, database); 2 bad input or\n"
                 "usage; 3 some runs failed, are missing or differ; 130 interrupted.\n");
}

static int cli_unknown(const char *name)
{
    const char *names[CLI_COMMANDS + 1] = {NULL};
    const char *meant;

    for (size_t i = 0; i < CLI_COMMANDS; i++)
        names[i] = cli_commands[i].name;
    meant = sim_did_you_mean(name, names);
    fprintf(stderr, "viosim: no command '%s'%s%s%s; `viosim --help` lists them\n", name,
            meant ? "; did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
    return CLI_USAGE;
}

static int cli_dispatch(const struct cli_command *command, int argc, char **argv)
{
    char name[64];

    snprintf(name, sizeof(name), "viosim %s", command->name);
    argv[0] = name; /* argp prints it in its messages */
    return command->run(argc, argv);
}

int cli_main(int argc, char **argv)
{
    int status = CLI_OK;

    argp_err_exit_status = CLI_USAGE;
    if (argc < 2) {
        cli_help(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        cli_help(stdout);
    } else if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("viosim %s\n", VIOSIM_VERSION);
    } else {
        size_t i = 0;

        while (i < CLI_COMMANDS && strcmp(argv[1], cli_commands[i].name) != 0)
            i++;
        status = i < CLI_COMMANDS ? cli_dispatch(&cli_commands[i], argc - 1, argv + 1) : cli_unknown(argv[1]);
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "viosim: cannot write to stdout: %s\n", strerror(errno));
        return status ? status : CLI_MACHINE;
    }
    return status;
}

static void cli_texts_take(struct cli_texts *t, char *text)
{
    t->text = sim_grow(t->text, &t->capacity, t->n + 2, sizeof(*t->text));
    t->text[t->n++] = text;
    t->text[t->n] = NULL;
}

void cli_texts_add(struct cli_texts *t, const char *text)
{
    cli_texts_take(t, strdup(text));
}

void cli_texts_split(struct cli_texts *t, const char *text)
{
    while (*text) {
        const size_t size = strcspn(text, ",");

        if (size)
            cli_texts_take(t, strndup(text, size));
        text += size + (text[size] == ',');
    }
}

void cli_texts_fini(struct cli_texts *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->text[i]);
    free(t->text);
    *t = (struct cli_texts){0};
}

error_t cli_one_argument(int key, char *arg, struct argp_state *state, const char **argument, const char *what)
{
    switch (key) {
    case ARGP_KEY_ARG:
        if (*argument)
            argp_error(state, "one %s is wanted, '%s' is a second", what, arg);
        *argument = arg;
        return 0;
    case ARGP_KEY_END:
        if (!*argument)
            argp_error(state, "which %s?", what);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

uint32_t cli_number(struct argp_state *state, const char *option, const char *text, uint32_t low, uint32_t high)
{
    char *end;

    errno = 0;
    const long long value = strtoll(text, &end, 10);

    if (errno || end == text || *end || value < (long long)low || value > (long long)high)
        argp_error(state, "%s %s: a whole number from %u to %u is wanted", option, text, low, high);
    return (uint32_t)value;
}

bool cli_load(const char *file, const struct cli_texts *set, bool warnings, struct scn_points *points,
              struct sim_diags *diags)
{
    const bool fine = scn_load(file, cli_texts_list(set), set->n, points, diags);

    if (!fine || (warnings && diags->n))
        sim_diags_print(diags, stderr);
    return fine;
}

/* The events, design by design, of the points that share the scenario of the first. Returns: how many these are. */
static size_t cli_judge_events(const struct study_point *point, size_t n, struct sim_diags *diags)
{
    const struct plan **plan = sim_alloc(n, sizeof(struct plan *));
    size_t like = 0, plans = 0;

    for (; like < n && point[like].study == point[0].study; like++)
        if (point[like].plan->feasible)
            plan[plans++] = point[like].plan;
    plan_events_check(plan, plans, diags);
    free(plan);
    return like;
}

bool cli_judge_plans(const struct study_points *points, bool warnings, struct sim_diags *diags)
{
    struct sim_diags found;
    bool fine;

    sim_diags_init(&found);
    for (size_t i = 0; i < points->n; i++)
        plan_qos_check(points->point[i].plan, &found);
    for (size_t i = 0; i < points->n;)
        i += cli_judge_events(&points->point[i], points->n - i, &found);
    fine = found.errors == 0;
    if (!fine || (warnings && found.n))
        sim_diags_print(&found, stderr);
    for (size_t i = 0; i < found.n; i++)
        sim_diag_add(diags, found.item[i].severity, found.item[i].pos, "%s", found.item[i].text);
    sim_diags_fini(&found);
    return fine;
}
