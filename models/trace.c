/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace.c - from rows to records, whatever the format.
 */
#include "models/trace.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel/arena.h"

struct vio_trace {
    const struct vio_trace_type *type;
    struct sim_rows *rows;
    struct sim_rows_row row;
    const char *why;
    void *state; /* of the format */
};

struct vio_trace *vio_trace_open(const struct vio_trace_type *type, const char *path)
{
    struct sim_rows *rows = sim_rows_open(path, type->blanks);
    struct vio_trace *t;

    if (!rows)
        return NULL;
    t = sim_alloc(1, sizeof(*t));
    *t = (struct vio_trace){.type = type, .rows = rows, .state = sim_alloc(1, type->state_size + 1)};
    return t;
}

void vio_trace_close(struct vio_trace *t)
{
    if (!t)
        return;
    sim_rows_close(t->rows);
    free(t->state);
    free(t);
}

void vio_trace_rewind(struct vio_trace *t)
{
    sim_rows_rewind(t->rows);
    memset(t->state, 0, t->type->state_size);
}

enum vio_trace_got vio_trace_next(struct vio_trace *t, struct vio_trace_record *rec)
{
    enum vio_trace_got got;

    switch (sim_rows_next(t->rows, &t->row)) {
    case SIM_ROWS_END:
        return VIO_TRACE_END;
    case SIM_ROWS_BAD:
        t->why = t->row.why;
        return VIO_TRACE_BAD;
    default:
        break;
    }
    t->why = "not as many fields as a row has";
    got = t->type->parse(t->state, &t->row, rec, &t->why);
    if (got == VIO_TRACE_RECORD && rec->size_B == 0) {
        t->why = "a size of 0";
        return VIO_TRACE_BAD;
    }
    return got;
}

uint64_t vio_trace_line(const struct vio_trace *t)
{
    return t->row.line;
}

const char *vio_trace_why(const struct vio_trace *t)
{
    return t->why;
}

bool vio_trace_failed(const struct vio_trace *t)
{
    return sim_rows_failed(t->rows);
}

void vio_trace_name(char name[VIO_TRACE_NAME_B], const char *text)
{
    const size_t n = strlen(text) < VIO_TRACE_NAME_B ? strlen(text) : VIO_TRACE_NAME_B - 1;

    memcpy(name, text, n);
    name[n] = '\0';
}
