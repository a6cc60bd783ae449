/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/diag.c - collecting, sorting and printing diagnostics; guessing what a misspelt name was meant to be.
 */
#include "sim/kernel/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void sim_diags_init(struct sim_diags *d)
{
    *d = (struct sim_diags){0};
    sim_arena_init(&d->arena);
}

void sim_diags_fini(struct sim_diags *d)
{
    free(d->item);
    sim_arena_fini(&d->arena);
    *d = (struct sim_diags){0};
}

/* The diagnostics' own copy of a file name: one per file, so that equal names are equal pointers. */
static const char *diag_file(struct sim_diags *d, const char *file)
{
    if (!file)
        return NULL;
    for (size_t i = d->n; i > 0; i--)
        if (d->item[i - 1].pos.file && strcmp(d->item[i - 1].pos.file, file) == 0)
            return d->item[i - 1].pos.file;
    return sim_arena_text(&d->arena, file);
}

void sim_diag_add(struct sim_diags *d, enum sim_severity severity, struct sim_pos pos, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    const size_t size = length < 0 ? 1 : (size_t)length + 1;
    char *text = sim_arena_alloc(&d->arena, size, 1);

    va_end(args);
    vsnprintf(text, size, format, again);
    va_end(again);
    pos.file = diag_file(d, pos.file);
    d->item = sim_grow(d->item, &d->capacity, d->n + 1, sizeof(*d->item));
    d->item[d->n] = (struct sim_diag){.severity = severity, .pos = pos, .text = text, .number = d->n};
    d->n++;
    if (severity == SIM_ERROR)
        d->errors++;
    else
        d->warnings++;
}

struct diag_key {
    size_t file; /* number of the first diagnostic of the same file */
    const struct sim_diag *diag;
};

static int diag_compare(const void *a, const void *b)
{
    const struct diag_key *x = a, *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    if (x->diag->pos.line != y->diag->pos.line)
        return x->diag->pos.line < y->diag->pos.line ? -1 : 1;
    if (x->diag->pos.col != y->diag->pos.col)
        return x->diag->pos.col < y->diag->pos.col ? -1 : 1;
    return x->diag->number < y->diag->number ? -1 : 1;
}

static void diag_print(const struct sim_diag *d, FILE *out)
{
    if (!d->pos.file)
        fprintf(out, "command line: ");
    else if (d->pos.line == 0)
        fprintf(out, "%s: ", d->pos.file);
    else
        fprintf(out, "%s:%d:%d: ", d->pos.file, d->pos.line, d->pos.col);
    fprintf(out, "%s: %s\n", d->severity == SIM_ERROR ? "error" : "warning", d->text);
}

void sim_diags_print(const struct sim_diags *d, FILE *out)
{
    struct diag_key *key = sim_alloc(d->n, sizeof(*key));

    for (size_t i = 0; i < d->n; i++) {
        key[i] = (struct diag_key){.diag = &d->item[i]};
        while (d->item[key[i].file].pos.file != d->item[i].pos.file)
            key[i].file++;
    }
    qsort(key, d->n, sizeof(*key), diag_compare);
    for (size_t i = 0; i < d->n; i++)
        diag_print(key[i].diag, out);
    if (d->n > 0)
        fprintf(out, "%zu error%s, %zu warning%s\n", d->errors, d->errors == 1 ? "" : "s", d->warnings,
                d->warnings == 1 ? "" : "s");
    free(key);
}

enum { DIAG_NAME_MAX = 64 }; /* longer names are not guessed */

/* Edits (insert, delete, replace, swap neighbours) that turn `a` into `b`, without regard to case. */
static size_t diag_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t row[3][DIAG_NAME_MAX + 1]; /* of prefixes i - 2, i - 1 and i of a, in rotation */

    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *before = row[(i + 2) % 3], *before2 = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const bool same = strncasecmp(&a[i - 1], &b[j - 1], 1) == 0;
            size_t best = before[j - 1] + (same ? 0 : 1);

            if (before[j] + 1 < best)
                best = before[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before2[j - 2] + 1 < best)
                best = before2[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *sim_did_you_mean(const char *text, const char *const *names)
{
    const size_t n = strlen(text);
    const char *found = NULL;
    size_t least = 3;

    for (size_t i = 0; names[i]; i++) {
        const size_t m = strlen(names[i]);

        if (n > DIAG_NAME_MAX || m > DIAG_NAME_MAX)
            continue;
        const size_t edits = diag_distance(text, n, names[i], m);

        if (edits < least && 2 * edits < n) {
            least = edits;
            found = names[i];
        }
    }
    return found;
}
