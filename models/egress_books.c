/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress_books.c - what an egress has counted: its metrics, and what is inside it when somebody looks.
 *
 * In the FIFO form a packet is counted when it is committed, before it is sent. Whoever looks in the middle takes off
 * what lies beyond now; whoever begins to measure puts on what was committed before and is still to be sent.
 */
#include "models/egress_private.h"

const struct sim_metric vio_egress_metrics[] = {
    {"pkts", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, wait.n), "packets put on the wire"},
    {"wire_bytes", SIM_METRIC_COUNTER, "B", offsetof(struct vio_egress_stats, wire_B),
     "bytes put on the wire, framing included"},
    {"busy", SIM_METRIC_COUNTER, "ps", offsetof(struct vio_egress_stats, busy_ps), "time the transmitter was busy"},
    {"drops_full", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, drop_full_pkts),
     "packets dropped at a full queue"},
    {"drops_policed", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, drop_policed_pkts),
     "packets dropped by a policer because their class exceeded its peak rate"},
    {"drops_headroom", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, drop_headroom_pkts),
     "packets of a lossless class dropped because the receive buffer overran"},
    {"pauses", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, pauses), "times a class was paused"},
    {"stall", SIM_METRIC_COUNTER, "ps", offsetof(struct vio_egress_stats, stall_ps),
     "time something waited, the transmitter idle, and credit or pause forbade to send"},
    {"wait", SIM_METRIC_TALLY, "ps", offsetof(struct vio_egress_stats, wait),
     "from arrival at the queue to the start of transmission"},
    {"backlog_max", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, backlog_max_pkts),
     "largest number of packets waiting and in service"},
    {"ecn_marks", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, ecn_pkts),
     "packets marked as having met congestion"},
    {"drops_link_down", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, drop_pkts[VIO_FAULT_LINK]),
     "packets lost on a dead wire"},
    {"drops_node_down", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, drop_pkts[VIO_FAULT_NODE]),
     "packets lost with the node at an end of the wire"},
    {"drops_detached", SIM_METRIC_COUNTER, "1", offsetof(struct vio_egress_stats, drop_pkts[VIO_FAULT_DETACHED]),
     "packets of an adapter that was not there"},
    {0}};

void vio_egress_reset(struct vio_egress *e, sim_time now)
{
    sim_metrics_reset(vio_egress_metrics, &e->stats, now);
    if (e->free_ps > now) /* committed service that lies in the measurement */
        e->stats.busy_ps = (uint64_t)(e->free_ps - now);
    if (!e->late) { /* and its bytes */
        vio_egress_retire(e, now);
        e->stats.wire_B = e->backlog_B;
    }
    if (e->late && e->late->stalled) {
        e->late->stalled_sum_ps += now - e->late->stalled_ps;
        e->late->stalled_ps = now;
    }
}

struct vio_egress_totals vio_egress_totals(struct vio_egress *e, sim_time now)
{
    struct vio_egress_totals t = {e->stats.wire_B, e->stats.busy_ps, e->stats.stall_ps};
    uint64_t beyond_ps = e->free_ps > now ? (uint64_t)(e->free_ps - now) : 0;

    t.busy_ps -= beyond_ps < t.busy_ps ? beyond_ps : t.busy_ps;
    if (!e->late) {
        vio_egress_retire(e, now);
        t.wire_B -= e->backlog_B < t.wire_B ? e->backlog_B : t.wire_B;
    }
    if (e->late && e->late->stalled)
        t.stall_ps += (uint64_t)(now - e->late->stalled_ps);
    return t;
}

void vio_egress_finish(struct vio_egress *e, sim_time now)
{
    struct vio_egress_totals t = vio_egress_totals(e, now);

    e->stats.wire_B = t.wire_B;
    e->stats.busy_ps = t.busy_ps;
    e->stats.stall_ps = t.stall_ps;
    if (e->free_ps > now) /* the run is over: nothing lies beyond any more */
        e->free_ps = now;
    e->backlog_B = 0;
    if (e->late && e->late->stalled) {
        e->late->stalled_sum_ps += now - e->late->stalled_ps;
        e->late->stalled_ps = now;
    }
}

void vio_egress_count(const struct vio_egress *e, sim_time now, uint64_t *queued, uint64_t *flying)
{
    if (e->late)
        for (uint32_t tc = 0; tc < e->late->sched->classes; tc++)
            *queued += e->late->sched->queue[tc].pkts;
    for (const struct vio_packet *p = e->wire_head; p; p = p->next)
        ++*(p->depart_ps > now ? queued : flying);
}
