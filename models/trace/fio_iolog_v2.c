/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace/fio_iolog_v2.c - fio's I/O log, version 2: actions in order, with waits between them.
 *
 * "file wait us 0" lets time pass until the next action; without waits all I/Os come at once, and the replay's
 * queue_depth decides. Reads and writes move data; add, open, close, trim, sync and datasync are passed over.
 */
#include <string.h>

#include "models/trace.h"

struct fio_v2 {
    uint64_t now_us;
};

static enum vio_trace_got fio_v2_parse(void *state, const struct sim_rows_row *row, struct vio_trace_record *rec,
                                       const char **why)
{
    struct fio_v2 *s = state;
    const char *action = row->n > 1 ? row->field[1] : "";
    uint64_t offset;

    if (row->n == 4 && strcmp(row->field[0], "fio") == 0 && strcmp(action, "version") == 0) {
        *why = "this is an iolog of another version";
        return strcmp(row->field[2], "2") == 0 ? VIO_TRACE_OTHER : VIO_TRACE_BAD;
    }
    if (row->n == 2 && (!strcmp(action, "add") || !strcmp(action, "open") || !strcmp(action, "close")))
        return VIO_TRACE_OTHER;
    if (row->n >= 2 && row->n <= 4 && (!strcmp(action, "sync") || !strcmp(action, "datasync")))
        return VIO_TRACE_OTHER;
    if (row->n != 4)
        return VIO_TRACE_BAD;
    *why = "offset, length or wait is not a whole number";
    if (!sim_rows_whole(row->field[2], &offset) || !sim_rows_whole(row->field[3], &rec->size_B))
        return VIO_TRACE_BAD;
    if (!strcmp(action, "wait")) {
        s->now_us += offset;
        return VIO_TRACE_OTHER;
    }
    if (!strcmp(action, "trim"))
        return VIO_TRACE_OTHER;
    *why = "the action is none of add, open, close, read, write, trim, sync, datasync, wait";
    rec->write = !strcmp(action, "write");
    if (!rec->write && strcmp(action, "read") != 0)
        return VIO_TRACE_BAD;
    rec->ticks = s->now_us;
    vio_trace_name(rec->volume, row->field[0]);
    return VIO_TRACE_RECORD;
}

const struct vio_trace_type vio_trace_fio_iolog_v2 = {
    .type = "fio-iolog-v2",
    .summary = "fio's I/O log, version 2",
    .source = "fio HOWTO, Trace file format v2",
    .row = "file action [offset length]",
    .blanks = true,
    .from_zero = true,
    .tick_ps = SIM_US,
    .state_size = sizeof(struct fio_v2),
    .parse = fio_v2_parse,
};
