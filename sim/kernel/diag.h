/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/diag.h - what is wrong with the user's input: all of it, with positions.
 *
 * A diagnostic is one sentence at file:line:column. They are collected, then printed in order of position, so that
 * every error of a file is seen at once. "file:line:col: error: path: what is wrong; what is allowed; did you mean
 * 'x'?"
 */
#ifndef SIM_KERNEL_DIAG_H
#define SIM_KERNEL_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/kernel/arena.h"

enum sim_severity { SIM_ERROR, SIM_WARNING };

struct sim_pos { /* line and col start at 1; line 0 = the file as a whole; file NULL = the command line */
    const char *file;
    int line, col;
};

struct sim_diag {
    enum sim_severity severity;
    struct sim_pos pos;
    const char *text;
    size_t number; /* order of discovery */
};

struct sim_diags {
    struct sim_diag *item; /* heap */
    size_t n, capacity;
    size_t errors, warnings;
    struct sim_arena arena; /* of the texts and file names */
};

void sim_diags_init(struct sim_diags *d);
void sim_diags_fini(struct sim_diags *d);
void sim_diag_add(struct sim_diags *d, enum sim_severity severity, struct sim_pos pos, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Print all, sorted by file (order of discovery), line, column; then how many errors and warnings. */
void sim_diags_print(const struct sim_diags *d, FILE *out);

/* The entry of NULL-terminated `names` that `text` is likely a misspelling of: at most 2 edits and fewer than half its
 * length, where case and swapped neighbours are forgiven; the first of the nearest. NULL if there is none. */
const char *sim_did_you_mean(const char *text, const char *const *names);

#endif
