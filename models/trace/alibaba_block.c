/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace/alibaba_block.c - the block traces of Alibaba Cloud, 2020: a thousand virtual disks over a month.
 */
#include <string.h>

#include "models/trace.h"

static enum vio_trace_got alibaba_parse(void *state, const struct sim_rows_row *row, struct vio_trace_record *rec,
                                        const char **why)
{
    uint64_t number;

    (void)state;
    if (row->n != 5)
        return VIO_TRACE_BAD;
    if (row->line == 1 && strcmp(row->field[0], "device_id") == 0)
        return VIO_TRACE_OTHER;
    *why = "the opcode is neither R nor W";
    rec->write = strcmp(row->field[1], "W") == 0;
    if (!rec->write && strcmp(row->field[1], "R") != 0)
        return VIO_TRACE_BAD;
    *why = "device, offset, length or timestamp is not a whole number";
    if (!sim_rows_whole(row->field[0], &number) || !sim_rows_whole(row->field[2], &number) ||
        !sim_rows_whole(row->field[3], &rec->size_B) || !sim_rows_whole(row->field[4], &rec->ticks))
        return VIO_TRACE_BAD;
    vio_trace_name(rec->volume, row->field[0]);
    return VIO_TRACE_RECORD;
}

const struct vio_trace_type vio_trace_alibaba_block = {
    .type = "alibaba-block",
    .summary = "Alibaba Cloud block traces of 2020, io_traces.csv",
    .source = "README of alibaba/block-traces",
    .row = "device_id,opcode,offset,length,timestamp",
    .tick_ps = SIM_US,
    .parse = alibaba_parse,
};
