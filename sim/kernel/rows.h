/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/rows.h - rows of a text file, one at a time and forgiving: for recorded data of any length.
 *
 * A row is a line. It is read through a buffer of fixed size, so a file never has to fit in memory; a row that cannot
 * be understood is handed out as such, with its line, and reading goes on with the next line. Fields stand between
 * commas (libcsv in strict mode, so a quote that is not closed is seen) or between blanks. Blank lines, lines that
 * begin with
 * '#' and a leading byte-order mark are passed over.
 *
 * Not here: tables that have to be right as a whole (csv.h).
 */
#ifndef SIM_KERNEL_ROWS_H
#define SIM_KERNEL_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_ROWS_LINE_B = 4096, SIM_ROWS_FIELDS = 32 };

enum sim_rows_got {
    SIM_ROWS_END, /* of the file; or it cannot be read any further: sim_rows_failed() */
    SIM_ROWS_ROW,
    SIM_ROWS_BAD /* a line that is no row: too long, too many fields, a stray quote, a zero byte */
};

struct sim_rows_row {
    uint64_t line; /* 1, 2, ... */
    size_t n;
    const char *field[SIM_ROWS_FIELDS]; /* valid until the next row; blanks at the ends trimmed */
    const char *why;                    /* BAD: what is wrong */
};

struct sim_rows;

/* Open a file whose fields are divided by commas (`blanks` false) or blanks. Returns: NULL if it cannot be opened, with
 * errno set. Owns: the caller, until sim_rows_close(). */
struct sim_rows *sim_rows_open(const char *path, bool blanks);
void sim_rows_close(struct sim_rows *r); /* NULL is fine */
enum sim_rows_got sim_rows_next(struct sim_rows *r, struct sim_rows_row *row);
/* From the first line again. */
void sim_rows_rewind(struct sim_rows *r);
/* Whether the end was an error of reading. */
bool sim_rows_failed(const struct sim_rows *r);

/* Strict numbers for fields: the whole text is one. Decimals are cut after nine digits. */
bool sim_rows_whole(const char *text, uint64_t *value);
bool sim_rows_decimal(const char *text, uint64_t *billionths);

#endif
