/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/report.h - from a results database to a report.
 *
 * The report reads nothing but the database, so it can be redrawn years later.
 */
#ifndef ANALYSIS_REPORT_H
#define ANALYSIS_REPORT_H

#include <stdio.h>

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

#endif
