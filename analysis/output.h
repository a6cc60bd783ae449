/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/output.h - files that appear together or not at all: written into a stage inside their directory, then
 * moved.
 */
#ifndef ANALYSIS_OUTPUT_H
#define ANALYSIS_OUTPUT_H

#include <stdio.h>

#include "sim/kernel/arena.h"

struct ana_output {
    const char *dir;
    char *stage; /* DIR/.report-XXXXXX; NULL before ana_output_begin() */
    char why[512];
    struct sim_arena arena;
};

void ana_output_init(struct ana_output *o, const char *dir);
/* Remove the stage with what is left in it. */
void ana_output_fini(struct ana_output *o);

/* All return 0, or -1 with a sentence in o->why that names the file. NAME may be in a directory: "plots/cost.svg". */
int ana_output_begin(struct ana_output *o); /* make DIR, if need be, and the stage */
int ana_output_mkdir(struct ana_output *o, const char *name);
int ana_output_write(struct ana_output *o, const char *name, void (*write)(FILE *out, void *arg), void *arg);
int ana_output_move(struct ana_output *o, const char *name); /* into its place, over an older one */

/* Path of NAME in the stage, in o->arena. */
const char *ana_output_path(struct ana_output *o, const char *name);
int ana_output_fail(struct ana_output *o, const char *path);

#endif
