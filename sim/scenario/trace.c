/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/trace.c - what is in the trace files of a scenario: every row is looked at before anything is simulated.
 *
 * Rows that are malformed or out of order are warnings with file and line, the first of them one by one, the rest as a
 * number. A digest of the file's bytes joins the document, so that results belong to what was in the file; a digest
 * that a document has already (a stored scenario has) must agree.
 */
#include "models/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/assert.h"
#include "sim/scenario/check.h"

enum { TRACE_TOLD = 5, TRACE_CHUNK_B = 65536, TRACE_DIGEST_B = 24 };

struct scn_scan { /* of a file in a format, done once for all points of a sweep */
    const char *path;
    const struct vio_trace_type *format;
    char digest[TRACE_DIGEST_B];
    struct scn_scan *next;
};

/* 64 bits of FNV-1a over words of eight bytes: fast enough for files of any size. */
static bool trace_digest(const char *path, char digest[TRACE_DIGEST_B])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325), size = 0;
    uint64_t *chunk;
    FILE *in = fopen(path, "rb");
    size_t n;

    if (!in)
        return false;
    chunk = malloc(TRACE_CHUNK_B);
    SIM_ASSERT(chunk);
    do {
        memset(chunk, 0, TRACE_CHUNK_B);
        n = fread(chunk, 1, TRACE_CHUNK_B, in);
        size += n;
        for (size_t i = 0; i < (n + 7) / 8; i++)
            hash = (hash ^ chunk[i]) * UINT64_C(0x100000001b3), hash ^= hash >> 29;
    } while (n == TRACE_CHUNK_B);
    free(chunk);
    const bool good = !ferror(in);

    fclose(in);
    snprintf(digest, TRACE_DIGEST_B, "%016" PRIx64, hash ^ size);
    return good;
}

struct trace_count {
    uint64_t records, malformed, untold, early, first_early; /* lines: the first malformed one not told; early */
};

static void trace_read(struct scn_doc *d, const struct scn_scan *scan, struct trace_count *n)
{
    struct vio_trace *t = vio_trace_open(scan->format, scan->path);
    struct vio_trace_record rec;
    uint64_t latest = 0;
    enum vio_trace_got got;

    *n = (struct trace_count){0};
    while (t && (got = vio_trace_next(t, &rec)) != VIO_TRACE_END) {
        const struct sim_pos pos = {scan->path, (int)vio_trace_line(t), 1};

        if (got == VIO_TRACE_BAD && n->malformed == TRACE_TOLD)
            n->untold = vio_trace_line(t);
        if (got == VIO_TRACE_BAD && n->malformed++ < TRACE_TOLD)
            sim_diag_add(d->diags, SIM_WARNING, pos, "malformed row of %s: %s; a row is: %s", scan->format->type,
                         vio_trace_why(t), scan->format->row);
        if (got != VIO_TRACE_RECORD)
            continue;
        if (n->records++ > 0 && rec.ticks < latest && n->early++ == 0)
            n->first_early = vio_trace_line(t);
        latest = rec.ticks > latest ? rec.ticks : latest;
    }
    if (!t || vio_trace_failed(t))
        sim_diag_add(d->diags, SIM_ERROR, (struct sim_pos){scan->path, 0, 0}, "cannot be read: %s", strerror(errno));
    vio_trace_close(t);
}

static void trace_scan(struct scn_doc *d, const struct scn_scan *scan)
{
    const struct sim_pos pos = {scan->path, 0, 0};
    struct trace_count n;

    trace_read(d, scan, &n);
    if (n.malformed > TRACE_TOLD)
        sim_diag_add(d->diags, SIM_WARNING, (struct sim_pos){scan->path, (int)n.untold, 1},
                     "%" PRIu64 " more malformed rows from here on; all %" PRIu64 " are left out of the replay",
                     n.malformed - TRACE_TOLD, n.malformed);
    if (n.early)
        sim_diag_add(d->diags, SIM_WARNING, (struct sim_pos){scan->path, (int)n.first_early, 1},
                     "%" PRIu64 " %s earlier than one before, the first here; each is replayed together with that one",
                     n.early, n.early == 1 ? "row is" : "rows are");
    if (n.records == 0)
        sim_diag_add(d->diags, SIM_ERROR, pos, "holds no record in the format %s", scan->format->type);
}

static const struct vio_trace_type *trace_format(const char *name)
{
    for (size_t i = 0; vio_trace_types[i]; i++)
        if (strcmp(vio_trace_types[i]->type, name) == 0)
            return vio_trace_types[i];
    return NULL;
}

/* The scan of the file, now or before; NULL if the file or its format is not what it has to be: the check will say so.
 */
static const struct scn_scan *trace_find(struct scn_doc *d, const struct scn_node *file, const struct scn_node *format)
{
    const struct vio_trace_type *type = trace_format(format->text);
    const char *path = scn_relative(d->arena, file->pos.file, file->text);
    struct scn_scan *scan;

    for (scan = type ? *d->scans : NULL; scan; scan = scan->next)
        if (scan->format == type && strcmp(scan->path, path) == 0)
            return scan;
    scan = sim_arena_alloc(d->scans_arena, 1, sizeof(*scan));
    if (!type || !trace_digest(path, scan->digest))
        return NULL;
    scan->path = sim_arena_text(d->scans_arena, path);
    scan->format = type;
    scan->next = *d->scans;
    *d->scans = scan;
    trace_scan(d, scan);
    return scan;
}

static bool trace_is(const struct scn_node *node)
{
    const struct scn_node *kind = scn_node_get(node, "kind"), *file = scn_node_get(node, "file");
    const struct scn_node *format = scn_node_get(node, "format");

    return kind && file && format && kind->kind == SCN_SCALAR && file->kind == SCN_SCALAR &&
           format->kind == SCN_SCALAR && (strcmp(kind->text, "trace") == 0 || strcmp(kind->text, "flow-trace") == 0);
}

static struct scn_node *trace_stamp(struct scn_doc *d, struct scn_node *node)
{
    const struct scn_scan *scan = trace_find(d, scn_node_get(node, "file"), scn_node_get(node, "format"));
    const struct scn_node *given = scn_node_get(node, "digest");

    if (!scan)
        return node;
    if (given && (given->kind != SCN_SCALAR || strcmp(given->text, scan->digest) != 0))
        sim_diag_add(d->diags, SIM_ERROR, given->pos, "digest: the file is not the one it was: its digest is %s",
                     scan->digest);
    if (given)
        return node;
    node = scn_node_copy(d->arena, node);
    scn_node_add(d->arena, node, "digest", node->pos,
                 scn_node_scalar(d->arena, node->pos, sim_arena_text(d->arena, scan->digest)));
    return node;
}

struct scn_node *scn_trace_inline(struct scn_doc *d, struct scn_node *node)
{
    struct scn_node *copy = node;

    if (node->kind == SCN_MAP && trace_is(node))
        return trace_stamp(d, node);
    for (size_t i = 0; i < node->n; i++) {
        struct scn_node *value = scn_trace_inline(d, node->entry[i].value);

        if (value == node->entry[i].value)
            continue;
        if (copy == node)
            copy = scn_node_copy(d->arena, node);
        copy->entry[i].value = value;
    }
    return copy;
}
