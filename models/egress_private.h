/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress_private.h - the inside of an egress; for models/egress*.c and models/world.c only.
 */
#ifndef MODELS_EGRESS_PRIVATE_H
#define MODELS_EGRESS_PRIVATE_H

#include "models/egress.h"

/* A flow-control message on its way back to the transmitter: credits returned, or a class paused or resumed. */
struct vio_signal {
    sim_time at; /* when the transmitter knows */
    uint32_t tc;
    int32_t amount; /* credits; PFC: 1 = pause, 0 = resume */
};

/* What an egress needs when the choice of the next packet must be made late. */
struct vio_late {
    struct sim_event wake;     /* transmitter free again, shaper ready, or signal due */
    struct vio_egress *egress; /* whose late form this is */
    struct vio_sched *sched;
    uint32_t backlogged; /* bit per class */
    uint32_t paused;     /* bit per class, as the transmitter knows */
    uint32_t lossless;   /* bit per class */
    enum vio_flow_control flow_control;
    uint32_t credit[VIO_CLASSES]; /* left: frames (BB, in [0]) or blocks (VL) */
    struct vio_signal *signal;    /* ring of messages under way, in order of time */
    sim_time signal_delay_ps;     /* from the far end to here: propagation, and the PFC frame's own time */
    uint32_t signal_first, signals, signal_capacity; /* capacity a power of two */
    bool stalled;                                    /* something waits, transmitter idle, flow control forbids */
    sim_time stalled_ps;                             /* since */
    bool shaping;                                    /* something waits, transmitter idle, the scheduler forbids */
    uint32_t serving_tc, serving_B;                  /* the packet on the transmitter, until free_ps */
    /* The packet on the transmitter occupied this receive buffer upstream until its last bit left. */
    struct vio_egress *freeing;
    uint32_t freeing_B;
    uint8_t freeing_tc;
    /* PFC, far end: the receive buffer and what it last told us. */
    uint64_t rx_B[VIO_CLASSES];
    uint64_t rx_max_B[VIO_CLASSES];
    uint32_t rx_paused; /* bit per class: pause sent and not yet resumed */
    uint64_t xoff_B, xon_B, limit_B;
};

struct vio_egress {          /* what every packet-hop touches comes first, in three cache lines and the statistics */
    struct sim_event arrive; /* the head of the wire reaches the far end */
    struct vio_packet *wire_head, **wire_tail; /* sent or, in the FIFO form, committed; in order of departure */
    struct vio_world *world;

    sim_time free_ps;           /* transmitter free */
    struct vio_packet *tx_head; /* FIFO form: first packet whose last bit may not have left yet */
    uint64_t ps_per_B;          /* 0: not a whole number, use rate and carry */
    sim_time fixed_ps;
    sim_time delay_ps;     /* propagation + latency of the node behind */
    struct vio_late *late; /* NULL: FIFO form */
    uint32_t backlog_pkts; /* waiting and in service */
    uint32_t limit_pkts;
    uint64_t backlog_B;

    uint64_t limit_B;
    struct vio_framing framing[VIO_PROTOS];
    uint64_t entered_pkts, left_pkts; /* over the whole run, for conservation; also dropped_pkts */

    struct vio_egress_stats stats;

    uint64_t dropped_pkts;
    uint64_t overrun_pkts; /* of those that left: lost to a full receive buffer at the far end */
    uint64_t rate_bps, carry;
    const char *path;
    struct vio_egress *next; /* in construction order */
    struct vio_egress_config config;
};

static inline sim_time vio_egress_service(struct vio_egress *e, uint32_t wire_B)
{
    if (e->ps_per_B)
        return e->fixed_ps + (sim_time)(e->ps_per_B * wire_B);
    return e->fixed_ps + vio_wire_time(wire_B, e->rate_bps, &e->carry);
}

/* Count a packet as sent at start_ps and put it on the wire; p->depart_ps is set. */
void vio_egress_put_on_wire(struct vio_egress *e, struct vio_packet *p, sim_time start_ps);
/* Count a packet as dropped at the full queue, or by the scheduler's policer, and give it back. */
void vio_egress_drop(struct vio_egress *e, struct vio_packet *p);
void vio_egress_police(struct vio_egress *e, struct vio_packet *p);

/* The late form (egress_late.c). */
void vio_late_create(struct vio_egress *e);
void vio_late_send(struct vio_egress *e, struct vio_packet *p);
/* The packet's last bit reached the far end: it now occupies the receive buffer there. Returns false if it overran the
 * buffer of a lossless class: the caller drops it. */
bool vio_late_received(struct vio_egress *e, struct vio_packet *p);
/* B bytes of class tc left the receive buffer at the far end of e, now. */
void vio_late_release(struct vio_egress *e, uint8_t tc, uint32_t B);
/* The same at a time to come, for credits; false if it must be told when the time has come (PFC). */
bool vio_late_release_at(struct vio_egress *e, uint8_t tc, uint32_t B, sim_time freed_ps);

/* Packet p is at the end of its path: whether it belongs to the network of the endpoint there (isolation.c). */
bool vio_isolation_admits(const struct vio_packet *p);
/* It does not: count and remember it. The caller discards p. */
void vio_isolation_refuse(const struct vio_packet *p);

/* Forget the measurements so far, count those that straddle the moment from now on (end of the warm-up). */
void vio_egress_reset(struct vio_egress *e, sim_time now);
/* Close open intervals at the end of the measurement. */
void vio_egress_finish(struct vio_egress *e, sim_time now);
void vio_egress_fini(struct vio_egress *e);
/* Packets inside: waiting or in service, and on the wire. */
void vio_egress_count(const struct vio_egress *e, sim_time now, uint64_t *queued, uint64_t *flying);
/* Something waits that flow control forbids to send. */
bool vio_egress_is_stalled(const struct vio_egress *e);

#endif
