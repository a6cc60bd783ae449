/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace/fio_iolog_v3.c - fio's I/O log, version 3 (fio 3.31 and later): every line begins with its time.
 *
 * Times are in microseconds since the begin of fio's run (fio's iolog.c; the manual is silent). Reads and writes move
 * data; add, open, close, trim, sync and datasync are passed over.
 */
#include <string.h>

#include "models/trace.h"

static enum vio_trace_got fio_v3_parse(void *state, const struct sim_rows_row *row, struct vio_trace_record *rec,
                                       const char **why)
{
    const char *action = row->n > 2 ? row->field[2] : "";
    uint64_t offset;

    (void)state;
    if (row->n == 4 && strcmp(row->field[0], "fio") == 0 && strcmp(row->field[1], "version") == 0) {
        *why = "this is an iolog of another version";
        return strcmp(row->field[2], "3") == 0 ? VIO_TRACE_OTHER : VIO_TRACE_BAD;
    }
    if (row->n < 3 || row->n > 5)
        return VIO_TRACE_BAD;
    *why = "the time is not a whole number of microseconds";
    if (!sim_rows_whole(row->field[0], &rec->ticks))
        return VIO_TRACE_BAD;
    if (!strcmp(action, "add") || !strcmp(action, "open") || !strcmp(action, "close") || !strcmp(action, "sync") ||
        !strcmp(action, "datasync") || !strcmp(action, "trim"))
        return VIO_TRACE_OTHER;
    *why = "the action is none of add, open, close, read, write, trim, sync, datasync";
    rec->write = !strcmp(action, "write");
    if (!rec->write && strcmp(action, "read") != 0)
        return VIO_TRACE_BAD;
    *why = "offset or length is missing or not a whole number";
    if (row->n != 5 || !sim_rows_whole(row->field[3], &offset) || !sim_rows_whole(row->field[4], &rec->size_B))
        return VIO_TRACE_BAD;
    vio_trace_name(rec->volume, row->field[1]);
    return VIO_TRACE_RECORD;
}

const struct vio_trace_type vio_trace_fio_iolog_v3 = {
    .type = "fio-iolog-v3",
    .summary = "fio's I/O log, version 3",
    .source = "fio HOWTO, Trace file format v3",
    .row = "timestamp file action [offset length]",
    .blanks = true,
    .from_zero = true,
    .tick_ps = SIM_US,
    .parse = fio_v3_parse,
};
