/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace/msr.c - the traces of MSR Cambridge: volumes of thirteen servers over a week.
 *
 * No header. Times are Windows file times, in units of 100 ns. A volume is called HOST.DISK. The response time of the
 * original is not used: the simulated installation has its own.
 */
#include <string.h>
#include <strings.h>

#include "models/trace.h"

static enum vio_trace_got msr_parse(void *state, const struct sim_rows_row *row, struct vio_trace_record *rec,
                                    const char **why)
{
    uint64_t number;
    size_t n;

    (void)state;
    if (row->n != 7)
        return VIO_TRACE_BAD;
    if (row->line == 1 && strcasecmp(row->field[0], "timestamp") == 0)
        return VIO_TRACE_OTHER;
    *why = "the timestamp is not a whole number";
    if (!sim_rows_whole(row->field[0], &rec->ticks))
        return VIO_TRACE_BAD;
    *why = "the type is neither Read nor Write";
    rec->write = strcasecmp(row->field[3], "write") == 0;
    if (!rec->write && strcasecmp(row->field[3], "read") != 0)
        return VIO_TRACE_BAD;
    *why = "disk, offset, size or response time is not a whole number";
    if (!sim_rows_whole(row->field[2], &number) || !sim_rows_whole(row->field[4], &number) ||
        !sim_rows_whole(row->field[5], &rec->size_B) || !sim_rows_whole(row->field[6], &number))
        return VIO_TRACE_BAD;
    vio_trace_name(rec->volume, row->field[1]);
    n = strlen(rec->volume);
    if (n + 1 + strlen(row->field[2]) < VIO_TRACE_NAME_B) {
        rec->volume[n] = '.';
        strcpy(rec->volume + n + 1, row->field[2]);
    }
    return VIO_TRACE_RECORD;
}

const struct vio_trace_type vio_trace_msr = {
    .type = "msr",
    .summary = "MSR Cambridge block traces",
    .source = "README of the traces as quoted in public repositories",
    .row = "Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime",
    .tick_ps = 100 * SIM_NS,
    .parse = msr_parse,
};
