/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/csv.c - one physical line after the other through libcsv.
 *
 * Feeding line by line is what gives every row its line number: a row that is not complete at the end of a line has an
 * open quote, and only then does the next line belong to the same row.
 */
#include "sim/kernel/csv.h"

#include <csv.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/arena.h"

struct csv_reader {
    struct csv_parser parser;
    const char *path;
    bool (*row)(const struct sim_csv_row *r, void *arg);
    void *arg;
    struct sim_diags *diags;
    int line;                  /* being read */
    int row_line;              /* where the current row began; 0 = between rows */
    int quote_line;            /* where the open quote of the current row stands */
    bool field_ended, stopped; /* on the current line; by the caller */
    char *text;                /* fields of the current row, each with its NUL */
    size_t text_n, text_capacity;
    size_t *offset; /* of the fields in text */
    size_t n, offset_capacity;
    char **field; /* as handed to the caller */
    size_t field_capacity;
};

static bool csv_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void csv_fault(struct csv_reader *r, int line, int col, const char *what)
{
    sim_diag_add(r->diags, SIM_ERROR, (struct sim_pos){r->path, line, col}, "%s", what);
}

/* libcsv: a field has ended. */
static void csv_on_field(void *data, size_t size, void *arg)
{
    struct csv_reader *r = arg;
    const char *text = data;

    r->field_ended = true;
    while (size > 0 && csv_is_blank(text[0])) {
        text++;
        size--;
    }
    while (size > 0 && csv_is_blank(text[size - 1]))
        size--;
    r->offset = sim_grow(r->offset, &r->offset_capacity, r->n + 1, sizeof(*r->offset));
    r->offset[r->n++] = r->text_n;
    r->text = sim_grow(r->text, &r->text_capacity, r->text_n + size + 1, 1);
    if (size > 0)
        memcpy(r->text + r->text_n, text, size);
    r->text[r->text_n + size] = '\0';
    r->text_n += size + 1;
}

/* libcsv: a row has ended. */
static void csv_on_row(int terminator, void *arg)
{
    struct csv_reader *r = arg;
    struct sim_csv_row row = {.pos = {r->path, r->row_line, 1}, .n = r->n};

    (void)terminator;
    r->field = sim_grow(r->field, &r->field_capacity, r->n, sizeof(*r->field));
    for (size_t i = 0; i < r->n; i++)
        r->field[i] = r->text + r->offset[i];
    row.field = r->field;
    r->n = r->text_n = 0;
    r->row_line = 0;
    if (!r->stopped && !r->row(&row, r->arg))
        r->stopped = true;
}

/* Whether the line may be left out: blank, or a comment. */
static bool csv_is_void(const char *text, size_t size)
{
    size_t i = 0;

    while (i < size && csv_is_blank(text[i]))
        i++;
    return i == size || text[i] == '#' || text[i] == '\n' || text[i] == '\r';
}

/* Feed one line with its terminator. Returns whether to go on. */
static bool csv_line(struct csv_reader *r, const char *text, size_t size)
{
    if (memchr(text, '\0', size)) {
        csv_fault(r, r->line, 1, "a zero byte: this is not text, or UTF-16; save the table as CSV in UTF-8");
        return false;
    }
    if (r->row_line == 0) {
        if (csv_is_void(text, size))
            return true;
        r->row_line = r->quote_line = r->line;
    }
    r->field_ended = false;
    const size_t read = csv_parse(&r->parser, text, size, csv_on_field, csv_on_row, r);

    if (read != size && csv_error(&r->parser) == CSV_EPARSE) {
        csv_fault(r, r->line, (int)read + 1,
                  "a quote in the wrong place: a field is quoted as a whole, with a quote inside it written twice");
        return false;
    }
    if (read != size) {
        csv_fault(r, r->line, 1, csv_strerror(csv_error(&r->parser)));
        return false;
    }
    if (r->field_ended) /* then a quote still open was opened after that field */
        r->quote_line = r->line;
    return !r->stopped;
}

/* Cut what getline() gave at carriage returns that stand alone, the line ends of old spreadsheets. */
static bool csv_lines(struct csv_reader *r, const char *text, size_t size)
{
    while (size > 0) {
        const char *cr = memchr(text, '\r', size);
        size_t n = cr ? (size_t)(cr - text) + 1 : size;

        if (n < size && text[n] == '\n')
            n++;
        r->line++;
        if (!csv_line(r, text, n))
            return false;
        text += n;
        size -= n;
    }
    return true;
}

static bool csv_stream(struct csv_reader *r, FILE *in)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t got;
    bool good = true;

    errno = 0;
    while (good && (got = getline(&line, &capacity, in)) >= 0) {
        const size_t bom = r->line == 0 && got >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

        good = csv_lines(r, line + bom, (size_t)got - bom);
    }
    free(line);
    if (good && ferror(in)) {
        csv_fault(r, 0, 0, strerror(errno));
        return false;
    }
    if (good && csv_fini(&r->parser, csv_on_field, csv_on_row, r) != 0) {
        csv_fault(r, r->quote_line, 1, "a quoted field that begins on this line is never closed");
        return false;
    }
    return good && !r->stopped;
}

bool sim_csv_read(const char *path, bool (*row)(const struct sim_csv_row *r, void *arg), void *arg,
                  struct sim_diags *diags)
{
    struct csv_reader r = {.path = path, .row = row, .arg = arg, .diags = diags};
    FILE *in = fopen(path, "r");

    if (!in) {
        csv_fault(&r, 0, 0, strerror(errno));
        return false;
    }
    if (csv_init(&r.parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        fclose(in);
        csv_fault(&r, 0, 0, "the CSV reader cannot start");
        return false;
    }
    const bool good = csv_stream(&r, in);

    csv_free(&r.parser);
    fclose(in);
    free(r.text);
    free(r.offset);
    free(r.field);
    return good;
}

void sim_csv_field(FILE *out, const char *text)
{
    const size_t n = strlen(text);

    if (strpbrk(text, ",\"\r\n") || *text == '#' || (n && (text[0] == ' ' || text[n - 1] == ' ')))
        csv_fwrite(out, text, n);
    else
        fputs(text, out);
}
