/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace.h - recorded I/O: formats of trace files, and reading one record after the other.
 *
 * A format is one file in models/trace/. It turns a row into a record; what cannot be turned into one is malformed, and
 * neither stops the reading nor goes unsaid.
 */
#ifndef MODELS_TRACE_H
#define MODELS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/rows.h"
#include "sim/kernel/time.h"

enum vio_trace_got {
    VIO_TRACE_END,
    VIO_TRACE_RECORD, /* an I/O, or a flow */
    VIO_TRACE_OTHER,  /* a row that is right and moves no data: a header, open, close, wait, flush */
    VIO_TRACE_BAD     /* malformed */
};

enum { VIO_TRACE_NAME_B = 64 };

struct vio_trace_record {
    uint64_t ticks; /* of the format's unit */
    uint64_t size_B;
    bool write;
    char volume[VIO_TRACE_NAME_B]; /* volume, device or file; for flows the source's number; cut to fit */
};

struct vio_trace_type {
    const char *type, *summary, *source;
    const char *row; /* what a row is, for messages: "timestamp, hostname, ..." */
    bool blanks;     /* fields are divided by blanks, else by commas */
    bool flows;      /* records are flows, else I/Os */
    bool from_zero;  /* times count from the begin of the trace, else from the first record's */
    sim_time tick_ps;
    size_t state_size; /* what a format remembers from row to row; begins as zeros */
    /* Returns: RECORD with *rec, OTHER, or BAD with *why. */
    enum vio_trace_got (*parse)(void *state, const struct sim_rows_row *row, struct vio_trace_record *rec,
                                const char **why);
};

extern const struct vio_trace_type *const vio_trace_types[];

struct vio_trace;

/* Returns: NULL if the file cannot be opened, with errno set. Owns: the caller, until vio_trace_close(). */
struct vio_trace *vio_trace_open(const struct vio_trace_type *type, const char *path);
void vio_trace_close(struct vio_trace *t); /* NULL is fine */
enum vio_trace_got vio_trace_next(struct vio_trace *t, struct vio_trace_record *rec);
void vio_trace_rewind(struct vio_trace *t);
/* Of the row read last: its line; BAD: what is wrong. Whether the end was an error of reading. */
uint64_t vio_trace_line(const struct vio_trace *t);
const char *vio_trace_why(const struct vio_trace *t);
bool vio_trace_failed(const struct vio_trace *t);

/* For formats: copy a name, cut to fit. */
void vio_trace_name(char name[VIO_TRACE_NAME_B], const char *text);

#endif
