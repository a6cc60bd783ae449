/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cli.h - the one program, viosim: a table of sub-commands, one file each.
 *
 * A sub-command parses its own arguments with argp, calls the layers below, and returns an exit status. It writes
 * results to stdout and everything else to stderr. Nothing is created before all input has been found good.
 */
#ifndef SIM_CLI_CLI_H
#define SIM_CLI_CLI_H

#include <argp.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/scenario/study.h"

enum cli_status {
    CLI_OK = 0,
    CLI_MACHINE = 1, /* disk, database, memory */
    CLI_USAGE = 2,   /* bad input: arguments or scenario */
    CLI_FAILED = 3,  /* some runs failed, are missing or differ */
    CLI_INTERRUPTED = 130
};

struct cli_command {
    const char *name, *summary;
    int (*run)(int argc, char **argv); /* argv[0] is "viosim NAME"; returns an enum cli_status */
};

/* The program: what main() calls. Returns: the exit status. */
int cli_main(int argc, char **argv);

int cli_run(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_cost(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_status_of(int argc, char **argv);
int cli_verify(int argc, char **argv);
int cli_export(int argc, char **argv);
int cli_validate(int argc, char **argv);
int cli_reference(int argc, char **argv);

/* A NULL-terminated list of texts that grows; owns copies. */
struct cli_texts {
    char **text; /* heap; NULL while empty */
    size_t n, capacity;
};
void cli_texts_add(struct cli_texts *t, const char *text);
/* Add the parts of a text that commas separate. */
void cli_texts_split(struct cli_texts *t, const char *text);
void cli_texts_fini(struct cli_texts *t);

static inline const char *const *cli_texts_list(const struct cli_texts *t)
{
    return (const char *const *)t->text;
}

/* For commands with exactly one argument, a `what` ("scenario", "database"): the keys of argp that concern it. */
error_t cli_one_argument(int key, char *arg, struct argp_state *state, const char **argument, const char *what);

/* A whole number in low..high, or an argp error that names the option. */
uint32_t cli_number(struct argp_state *state, const char *option, const char *text, uint32_t low, uint32_t high);

/* Load a scenario and print everything that is wrong with it to stderr; warnings only if `warnings`.
 * Returns: whether it can be used. */
bool cli_load(const char *file, const struct cli_texts *set, bool warnings, struct scn_points *points,
              struct sim_diags *diags);

/* Print what the plans cannot give to stderr, warnings only if `warnings`, and add it to `diags`.
 * Returns: whether they can be used. */
struct study_points;
bool cli_judge_plans(const struct study_points *points, bool warnings, struct sim_diags *diags);

/* Open the database `db` for writing (":memory:" for one that nobody keeps) and enter the study and its points.
 * Returns: false with store->why. study_store_close() is wanted in both cases. */
struct study_store;
bool cli_enter(struct study_store *store, const char *db, const struct study_points *points,
               const struct sim_diags *diags, const char *command);

#endif
