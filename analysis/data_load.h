/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/data_load.h - loading a study; private to data_load*.c. Every statement goes through the loader: after the
 * first that fails nothing is read any more, and ana_study_load() reports sqlite3_errmsg().
 */
#ifndef ANALYSIS_DATA_LOAD_H
#define ANALYSIS_DATA_LOAD_H

#include "analysis/data.h"

struct sqlite3_stmt;

struct ana_loader {
    struct sqlite3 *db;
    struct ana_study *study;
    struct sim_arena *arena;
    bool failed; /* a statement went wrong: the text is sqlite3_errmsg() */
};

/* A statement for sqlite3_finalize(); NULL after a failure. of_study binds the study as ?1. */
struct sqlite3_stmt *ana_load_prepare(struct ana_loader *l, const char *sql);
struct sqlite3_stmt *ana_load_of_study(struct ana_loader *l, const char *sql);
/* Whether there is a next row. */
bool ana_load_step(struct ana_loader *l, struct sqlite3_stmt *s);
/* A column as text in the arena ("" for NULL), or as a number (NAN for NULL). */
const char *ana_load_text(struct ana_loader *l, struct sqlite3_stmt *s, int column);
double ana_load_real(struct sqlite3_stmt *s, int column);
/* Number of rows of `from`, a table with conditions in which ?1 is the study; for arrays of the right size. */
size_t ana_load_count(struct ana_loader *l, const char *from);
/* Index of the point with this id. Points are few and rows come grouped by point: the index `last` is tried first. */
size_t ana_load_point(const struct ana_study *study, int64_t id, size_t last);

/* The stages, each in the file of that name; the points are loaded by then. */
void ana_load_results(struct ana_loader *l);
void ana_load_plan(struct ana_loader *l);

#endif
