/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/rows.c - a line from a chunk of the file, its fields from libcsv.
 */
#include "sim/kernel/rows.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/assert.h"

enum { ROWS_CHUNK_B = 65536 };

struct sim_rows {
    FILE *in;
    bool blanks, failed, ended; /* ended: nothing follows the chunk */
    uint64_t line;
    struct csv_parser parser;
    struct sim_rows_row *row; /* being filled */
    bool row_done, too_many;
    char text[SIM_ROWS_LINE_B + SIM_ROWS_FIELDS]; /* fields with their NULs */
    size_t text_n;
    char chunk[ROWS_CHUNK_B];
    size_t at, n;
};

static void rows_parser(struct sim_rows *r)
{
    SIM_ASSERT(csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
}

struct sim_rows *sim_rows_open(const char *path, bool blanks)
{
    FILE *in = fopen(path, "rb");
    struct sim_rows *r;

    if (!in)
        return NULL;
    setvbuf(in, NULL, _IONBF, 0); /* the chunk is the buffer */
    r = sim_alloc(1, sizeof(*r));
    r->in = in;
    r->blanks = blanks;
    rows_parser(r);
    return r;
}

void sim_rows_close(struct sim_rows *r)
{
    if (!r)
        return;
    csv_free(&r->parser);
    fclose(r->in);
    free(r);
}

void sim_rows_rewind(struct sim_rows *r)
{
    rewind(r->in);
    r->line = 0;
    r->at = r->n = 0;
    r->ended = r->failed = false;
}

bool sim_rows_failed(const struct sim_rows *r)
{
    return r->failed;
}

/* Move what is left to the front of the chunk and fill it up. */
static void rows_fill(struct sim_rows *r)
{
    memmove(r->chunk, r->chunk + r->at, r->n - r->at);
    r->n -= r->at;
    r->at = 0;
    while (r->n < ROWS_CHUNK_B && !r->ended) {
        const size_t got = fread(r->chunk + r->n, 1, ROWS_CHUNK_B - r->n, r->in);

        r->n += got;
        r->ended = got == 0;
    }
    r->failed = ferror(r->in) != 0;
}

/* The next line with its end, in the chunk. Returns: its size, at most ROWS_CHUNK_B; 0 at the end. */
static size_t rows_line(struct sim_rows *r, const char **line)
{
    const char *end = memchr(r->chunk + r->at, '\n', r->n - r->at);
    size_t size;

    if (!end && !r->ended) {
        rows_fill(r);
        end = memchr(r->chunk, '\n', r->n);
    }
    *line = r->chunk + r->at;
    size = end ? (size_t)(end - *line) + 1 : r->n - r->at;
    r->at += size;
    return size;
}

static bool rows_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* libcsv: a field has ended. */
static void rows_field(void *data, size_t size, void *arg)
{
    struct sim_rows *r = arg;
    const char *text = data;

    if (r->row->n == SIM_ROWS_FIELDS) {
        r->too_many = true;
        return;
    }
    while (size > 0 && rows_is_blank(text[0])) {
        text++;
        size--;
    }
    while (size > 0 && rows_is_blank(text[size - 1]))
        size--;
    r->row->field[r->row->n++] = r->text + r->text_n;
    if (size > 0)
        memcpy(r->text + r->text_n, text, size);
    r->text[r->text_n + size] = '\0';
    r->text_n += size + 1;
}

static void rows_end(int terminator, void *arg)
{
    struct sim_rows *r = arg;

    (void)terminator;
    r->row_done = true;
}

static void rows_split(struct sim_rows *r, const char *line, size_t size)
{
    size_t i = 0;

    while (i < size) {
        size_t begin;

        while (i < size && rows_is_blank(line[i]))
            i++;
        begin = i;
        while (i < size && !rows_is_blank(line[i]))
            i++;
        if (i > begin)
            rows_field((char *)(uintptr_t)(line + begin), i - begin, r);
    }
}

static const char *rows_parse(struct sim_rows *r, const char *line, size_t size)
{
    if (memchr(line, '\0', size))
        return "a zero byte: this is not text";
    if (r->blanks) {
        rows_split(r, line, size);
        return NULL;
    }
    r->row_done = false;
    if (csv_parse(&r->parser, line, size, rows_field, rows_end, r) == size &&
        (r->row_done || csv_fini(&r->parser, rows_field, rows_end, r) == 0))
        return NULL;
    csv_free(&r->parser);
    rows_parser(r);
    return "a quote in the wrong place or not closed";
}

/* Pass over the rest of a line that has no end within the chunk. */
static void rows_pass(struct sim_rows *r)
{
    const char *line;
    size_t size;

    do
        size = rows_line(r, &line);
    while (size > 0 && line[size - 1] != '\n');
}

enum sim_rows_got sim_rows_next(struct sim_rows *r, struct sim_rows_row *row)
{
    const char *line;
    size_t size, i;

    for (;;) {
        size = rows_line(r, &line);
        if (size == 0)
            return SIM_ROWS_END;
        row->line = ++r->line;
        row->n = 0;
        if (r->line == 1 && size >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
            line += 3;
            size -= 3;
        }
        for (i = 0; i < size && rows_is_blank(line[i]);)
            i++;
        if (i < size && line[i] != '#')
            break;
    }
    r->row = row;
    r->text_n = 0;
    r->too_many = false;
    if (size > SIM_ROWS_LINE_B) {
        if (line[size - 1] != '\n')
            rows_pass(r);
        row->why = "longer than 4096 bytes";
        return SIM_ROWS_BAD;
    }
    row->why = rows_parse(r, line, size);
    if (!row->why && r->too_many)
        row->why = "more than 32 fields";
    return row->why ? SIM_ROWS_BAD : SIM_ROWS_ROW;
}

bool sim_rows_whole(const char *text, uint64_t *value)
{
    uint64_t x = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        const unsigned digit = (unsigned)(unsigned char)*text - '0';

        if (digit > 9 || x > (UINT64_MAX - digit) / 10)
            return false;
        x = x * 10 + digit;
    }
    *value = x;
    return true;
}

bool sim_rows_decimal(const char *text, uint64_t *billionths)
{
    const char *point = strchr(text, '.');
    char whole[24];
    uint64_t seconds, part = 0, unit = 1000000000;
    const size_t n = point ? (size_t)(point - text) : strlen(text);

    if (n >= sizeof(whole))
        return false;
    memcpy(whole, text, n);
    whole[n] = '\0';
    if (!sim_rows_whole(whole, &seconds) || seconds > UINT64_MAX / 1000000000 - 1)
        return false;
    for (const char *c = point ? point + 1 : ""; *c; c++) {
        if (*c < '0' || *c > '9')
            return false;
        unit /= 10;
        part += unit * (uint64_t)(*c - '0');
    }
    *billionths = seconds * 1000000000 + part;
    return true;
}
