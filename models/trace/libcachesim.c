/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace/libcachesim.c - requests for objects as libCacheSim's oracleGeneral format has them, as text.
 *
 * Fields: time in seconds, object, size in bytes, and when it is wanted next (not used, and may be missing). The format
 * does not say whether a request reads or writes: all are reads.
 */
#include <strings.h>

#include "models/trace.h"

static enum vio_trace_got libcachesim_parse(void *state, const struct sim_rows_row *row, struct vio_trace_record *rec,
                                            const char **why)
{
    (void)state;
    if (row->n != 3 && row->n != 4)
        return VIO_TRACE_BAD;
    if (row->line == 1 && strncasecmp(row->field[0], "time", 4) == 0)
        return VIO_TRACE_OTHER;
    *why = "the time is no number of seconds, or the size not a whole number";
    if (!sim_rows_decimal(row->field[0], &rec->ticks) || !sim_rows_whole(row->field[2], &rec->size_B))
        return VIO_TRACE_BAD;
    *why = "the object has no name";
    if (!row->field[1][0])
        return VIO_TRACE_BAD;
    rec->write = false;
    rec->volume[0] = '\0';
    return VIO_TRACE_RECORD;
}

const struct vio_trace_type vio_trace_libcachesim = {
    .type = "libcachesim",
    .summary = "requests for objects as in libCacheSim's oracleGeneral format, as CSV; all are reads",
    .source = "oracleGeneral of libCacheSim: clock time, object, size, next access",
    .row = "time,object,size,next access",
    .tick_ps = SIM_NS,
    .parse = libcachesim_parse,
};
