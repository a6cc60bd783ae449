/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/csv.h - tables from CSV files, streamed through libcsv in strict mode.
 *
 * Does what libcsv does not: line numbers (a quoted field may hold newlines), a leading byte-order mark, blank and
 * comment lines ('#' first), and the check that the last quote is closed.
 */
#ifndef SIM_KERNEL_CSV_H
#define SIM_KERNEL_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/kernel/diag.h"

struct sim_csv_row {
    struct sim_pos pos; /* of the row's first character; col is 1 */
    size_t n;
    char **field; /* NUL-terminated, blanks at the ends trimmed, valid during the call */
};

/* Read `path`, calling `row` for every record (the header too). `row` returns false to stop.
 *
 * Returns: true when the file was read to its end; otherwise false, and what is wrong has been added to `diags`.
 */
bool sim_csv_read(const char *path, bool (*row)(const struct sim_csv_row *r, void *arg), void *arg,
                  struct sim_diags *diags);

/* Write a field, in quotes if it needs them (RFC 4180) or would be read as something else; the caller writes commas and
 * "\r\n". sim_csv_read() reads what was written. */
void sim_csv_field(FILE *out, const char *text);

#endif
