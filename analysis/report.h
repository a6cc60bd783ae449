/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/report.h - from a results database to a report.
 *
 * The report reads nothing but the database, so it can be redrawn years later.
 */
#ifndef ANALYSIS_REPORT_H
#define ANALYSIS_REPORT_H

#include <stdbool.h>
#include <stdio.h>

struct sqlite3;
struct sqlite3_stmt;

/* Write the report of the newest study of database `db` into directory `dir`, which is made if need be: index.html (one
 * file that needs nothing else), report.md, CSV files, plots/. Prints a summary of at most 80 columns to `terminal`,
 * ending with the path of index.html.
 *
 * Returns: 0. A study with failed or missing runs gives a report that says so.
 * Errors:  1 and a message on stderr: the database is missing, locked or not ours; gnuplot is missing; the disk is
 * full. A report that was there before is then untouched.
 */
int ana_report(const char *db, const char *dir, FILE *terminal);

enum ana_validity { ANA_VALID, ANA_INVALID, ANA_UNREADABLE };

/* Write a Markdown page to `file`: what the scenarios of n databases expect, what came out, and the verdicts. Names
 * each expectation that is not met, and at last the counts, to `messages`.
 *
 * Returns: ANA_VALID if all are met; ANA_INVALID if not, or if nothing is expected; ANA_UNREADABLE after a message: a
 *          database cannot be read, the page cannot be written.
 */
enum ana_validity ana_validate(const char *const *db, size_t n, const char *file, FILE *messages);

/* Write for each design of a database what a purchaser and an installer need into DIR/DESIGN/: bom.csv, cables.csv,
 * ports.csv, devices.csv, racks.csv, counts.csv, topology.svg, cabling.svg, racks.svg. With a sweep DESIGN is followed
 * by the number of the point. Names each directory, and each design that cannot be built, to `messages`.
 *
 * Returns: 0, also where Graphviz is missing, after a message, without topology and cabling; 1 after a message on
 *          stderr: the disk is full, DIR cannot be written. Files that were there before are
 *          then untouched, and no new ones appear.
 */
int ana_plan_files(struct sqlite3 *db, const char *dir, FILE *messages);

/* A line for each expectation, or for each that is known without a run (`plans`), with its verdict, and how many are
 * met; nothing if there are none.
 *
 * Returns: false with a sentence in `messages` if the database cannot be read.
 */
bool ana_verdicts(struct sqlite3 *db, bool plans, FILE *out, FILE *messages);

/* Write the rows of a statement as CSV under a heading line, NULL as nothing. Returns: false if reading failed. */
bool ana_csv_rows(struct sqlite3_stmt *st, FILE *out);

#endif
