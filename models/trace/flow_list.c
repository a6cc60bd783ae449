/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trace/flow_list.c - flows as the simulators of HPCC and its successors read them: who sends how much to whom
 * when.
 *
 * A first line with the number of flows alone is passed over. Source and destination are numbers of hosts; a replay may
 * be split by the source, the destination is the workload's peer. Priority group and port are not used.
 */
#include "models/trace.h"

static enum vio_trace_got flow_list_parse(void *state, const struct sim_rows_row *row, struct vio_trace_record *rec,
                                          const char **why)
{
    uint64_t number;

    (void)state;
    if (row->n == 1 && sim_rows_whole(row->field[0], &number))
        return VIO_TRACE_OTHER;
    if (row->n != 6)
        return VIO_TRACE_BAD;
    *why = "source, destination, priority group, port or bytes is not a whole number";
    for (int i = 0; i < 4; i++)
        if (!sim_rows_whole(row->field[i], &number))
            return VIO_TRACE_BAD;
    if (!sim_rows_whole(row->field[4], &rec->size_B))
        return VIO_TRACE_BAD;
    *why = "the start is no number of seconds";
    if (!sim_rows_decimal(row->field[5], &rec->ticks))
        return VIO_TRACE_BAD;
    rec->write = true;
    vio_trace_name(rec->volume, row->field[0]);
    return VIO_TRACE_RECORD;
}

const struct vio_trace_type vio_trace_flow_list = {
    .type = "flow-list",
    .summary = "flows: source, destination, priority group, port, bytes, start in seconds",
    .source = "traffic_gen of the HPCC simulator",
    .row = "src dst pg dport bytes start",
    .blanks = true,
    .flows = true,
    .from_zero = true,
    .tick_ps = SIM_NS,
    .parse = flow_list_parse,
};
