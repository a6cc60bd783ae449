/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace/cloudphysics.c - CloudPhysics traces of VMs' disks as CSV, as libCacheSim ships one.
 *
 * Times are in seconds, mostly whole ones: the I/Os of a second come at once, which is burstier than they were. The
 * operation is the SCSI operation code in hexadecimal; codes that move no data are passed over.
 */
#include <string.h>
#include <strings.h>

#include "models/trace.h"

static bool cloudphysics_is(const char *op, const char *const codes[4])
{
    for (int i = 0; i < 4; i++)
        if (strcasecmp(op, codes[i]) == 0)
            return true;
    return false;
}

static enum vio_trace_got cloudphysics_parse(void *state, const struct sim_rows_row *row, struct vio_trace_record *rec,
                                             const char **why)
{
    static const char *const reads[] = {"28", "88", "8", "a8"}, *const writes[] = {"2a", "8a", "a", "aa"};
    const char *op = row->n == 5 ? row->field[2] : "";
    uint64_t number;

    (void)state;
    if (row->n != 5)
        return VIO_TRACE_BAD;
    if (row->line == 1 && strcmp(row->field[0], "version") == 0)
        return VIO_TRACE_OTHER;
    *why = "version, size or block is not a whole number, or the time no number of seconds";
    if (!sim_rows_whole(row->field[0], &number) || !sim_rows_decimal(row->field[1], &rec->ticks) ||
        !sim_rows_whole(row->field[3], &rec->size_B) || !sim_rows_whole(row->field[4], &number))
        return VIO_TRACE_BAD;
    *why = "the operation is no code in hexadecimal";
    if (strncasecmp(op, "0x", 2) == 0)
        op += 2;
    if (!*op || strspn(op, "0123456789abcdefABCDEF") != strlen(op))
        return VIO_TRACE_BAD;
    op += *op == '0' && op[1];
    rec->write = cloudphysics_is(op, writes);
    rec->volume[0] = '\0';
    return rec->write || cloudphysics_is(op, reads) ? VIO_TRACE_RECORD : VIO_TRACE_OTHER;
}

const struct vio_trace_type vio_trace_cloudphysics = {
    .type = "cloudphysics",
    .summary = "CloudPhysics traces of virtual disks as CSV",
    .source = "data/trace.csv of libCacheSim; operation codes: SCSI block commands",
    .row = "version,time,op,size,lbn",
    .tick_ps = SIM_NS,
    .parse = cloudphysics_parse,
};
