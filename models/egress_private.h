/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress_private.h - the inside of an egress; for models/egress*.c, models/control/, models/trail.c and
 * models/world.c only.
 */
#ifndef MODELS_EGRESS_PRIVATE_H
#define MODELS_EGRESS_PRIVATE_H

#include "models/egress.h"
#include "sim/kernel/rng.h"

/* A flow-control message on its way back to the transmitter: credits returned, or a class paused or resumed. */
struct vio_signal {
    sim_time at;      /* when the transmitter knows */
    uint32_t account; /* class, or 0 for the whole link */
    int32_t amount;   /* frames or blocks freed (negative: received); 1 = pause, 0 = resume */
};

/* What an egress needs when the choice of the next packet must be made late. */
struct vio_late {
    struct sim_event wake;     /* transmitter free again, shaper ready, or signal due */
    struct vio_egress *egress; /* whose late form this is */
    struct vio_sched *sched;
    uint32_t backlogged;                            /* bit per class */
    uint32_t lossless, counted;                     /* bit per class: never dropped; occupies the far buffer */
    const struct vio_control_type *control;         /* NULL: nothing holds the sender back */
    uint32_t credit[VIO_CLASSES];                   /* left; BB: in [0] */
    uint32_t fctbs[VIO_CLASSES], fccl[VIO_CLASSES]; /* VL: 12-bit counters of the sender, in blocks */
    uint32_t abr[VIO_CLASSES], held[VIO_CLASSES];   /* VL with more than 2048 blocks: as the sender was told */
    uint32_t paused;                                /* bit per account, as the transmitter knows */
    struct vio_buffer *buffer;                      /* of its node; NULL: not shared */
    uint32_t serving_pool_B;                        /* of the packet on the transmitter, in `buffer` until free_ps */
    sim_time paused_ps[VIO_CLASSES];                /* since */
    sim_time pause_ps, refresh_ps;                  /* a pause lasts; and is renewed after, 0 = not */
    struct vio_signal *signal;                      /* ring of messages under way, in order of time */
    sim_time signal_delay_ps; /* from the far end to here: propagation, and the PFC frame's own time */
    uint32_t signal_first, signals, signal_capacity; /* capacity a power of two */
    bool stalled;                                    /* something waits, transmitter idle, flow control forbids */
    sim_time stalled_ps;                             /* since */
    bool special;                   /* a packet may be refused for more than the number of those that wait */
    bool shaping;                   /* something waits, transmitter idle, the scheduler forbids */
    sim_time stalled_sum_ps;        /* in all, before that; never reset */
    uint32_t serving_tc, serving_B; /* the packet on the transmitter, until free_ps */
    /* The packet on the transmitter occupied this receive buffer upstream until its last bit left. */
    struct vio_egress *freeing;
    uint32_t freeing_B;
    uint8_t freeing_tc;
    /* Pause, far end: the receive buffer per account, and what it last told us. */
    uint64_t rx_B[VIO_CLASSES], rx_max_B[VIO_CLASSES];
    uint64_t rx_headroom_B[VIO_CLASSES]; /* of rx_B, outside a shared buffer */
    sim_time rx_paused_ps[VIO_CLASSES];  /* last pause sent */
    uint32_t rx_paused;                  /* bit per account: pause sent and not yet resumed */
    uint64_t xoff_B, xon_B, limit_B;
    /* The search for a deadlock (egress_deadlock.c): bit per class, and per account. */
    uint32_t dead, freed;
};

struct vio_marker { /* ECN */
    uint64_t min_B, max_B;
    double probability;
    struct sim_stream stream;
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
    struct vio_marker *marker; /* ECN; NULL: none */
    uint64_t left_pkts;        /* over the whole run, for conservation; also dropped_pkts and stats.entered_pkts */
    struct vio_framing framing[VIO_PROTOS];

    struct vio_egress_stats stats;

    uint64_t dropped_pkts;
    uint64_t overrun_pkts; /* of those that left: lost to a full receive buffer at the far end */
    uint64_t rate_bps, carry;
    struct vio_egress *reverse; /* the other direction of the cable, or NULL */
    /* FIFO form: the first packet whose last bit leaving frees a receive buffer upstream that is not told ahead. */
    struct vio_packet *holding;
    struct sim_event freed;
    const char *path;
    uint32_t number;
    struct vio_egress *next; /* in construction order */
    struct vio_egress_config config;
    uint32_t faults;        /* that it has now; 0 = alive */
    enum vio_fault cause;   /* of the first of them */
    sim_time dead_until_ps; /* what has left the transmitter by then is lost; NEVER while dead */
};

static inline sim_time vio_egress_service(struct vio_egress *e, uint32_t wire_B)
{
    if (e->ps_per_B)
        return e->fixed_ps + (sim_time)(e->ps_per_B * wire_B);
    return e->fixed_ps + vio_wire_time(wire_B, e->rate_bps, &e->carry);
}

/* Move tx_head past what has left by now. */
static inline void vio_egress_retire(struct vio_egress *e, sim_time now)
{
    struct vio_packet *p = e->tx_head;

    if (now >= e->free_ps) {
        e->tx_head = NULL;
        e->backlog_pkts = 0;
        e->backlog_B = 0;
        return;
    }
    while (p && p->depart_ps <= now) {
        e->backlog_pkts--;
        e->backlog_B -= p->wire_B;
        p = p->next;
    }
    e->tx_head = p;
}

/* Count a packet as sent at start_ps and put it on the wire; p->depart_ps is set. */
void vio_egress_put_on_wire(struct vio_egress *e, struct vio_packet *p, sim_time start_ps);
/* Count a packet as dropped at the full queue, or by the scheduler's policer, and give it back. */
void vio_egress_drop(struct vio_egress *e, struct vio_packet *p);
void vio_egress_police(struct vio_egress *e, struct vio_packet *p);

/* Mark p if the queue that it finds asks for it. Requires: e->marker. */
void vio_egress_mark(struct vio_egress *e, struct vio_packet *p, uint64_t B);

/* The largest packet of any protocol that the link carries, as it occupies its wire. */
uint32_t vio_egress_max_wire_B(const struct vio_egress *e);

/* The head of the wire has reached the far end: off the wire, and on to whatever comes next. */
struct vio_packet *vio_egress_off_wire(struct vio_egress *e);
void vio_egress_hand_on(struct vio_egress *e, struct vio_packet *p);
/* Give back a packet that is lost, counted already; its transport hears of it. */
void vio_egress_lose(struct vio_packet *p);
/* FIFO form: when the packet that is on the transmitter at `now` has left; `now` if none is. */
sim_time vio_egress_sending_until(struct vio_egress *e, sim_time now);

/* The late form (egress_late.c). */
void vio_late_create(struct vio_egress *e);
/* The wire is dead: forget flow control, and send into the void whatever waits. The far buffer's packets are the
 * caller's. */
void vio_late_cut(struct vio_egress *e);
/* The wire is alive again: flow control begins anew. */
void vio_late_join(struct vio_egress *e);
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

/* A flow-control message to the transmitter of e, known there at `at`. Wakes it if it is stalled. */
void vio_late_signal(struct vio_egress *e, struct vio_signal s);

static inline uint32_t vio_late_account(const struct vio_late *l, uint32_t tc)
{
    return l->control->per_class ? tc : 0;
}

/* Pause, for one class or for all (egress_pause.c): the functions of struct vio_control_type. */
void vio_pause_init(struct vio_late *l, const struct vio_egress_config *c);
void vio_pause_told(struct vio_egress *e, const struct vio_signal *s);
bool vio_pause_received(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time now);
void vio_pause_released(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time freed_ps);
/* Of the accounts of `paused`, those that are so at `now`: pauses that nobody renewed have ended. */
uint32_t vio_pause_in_force(const struct vio_late *l, sim_time now);
/* The next end of a pause in force; NEVER if they are renewed in time. */
sim_time vio_pause_ends_ps(const struct vio_late *l, sim_time now);

/* Look for packets that can never move again (egress_deadlock.c).
 *
 * Requires: nothing; costs a look at every class of every egress, and at every packet only if the head of some queue
 *           has been held back since since_ps or before.
 * Returns:  true, with a sentence that names the cycle of egresses in `why`.
 */
bool vio_deadlock_find(struct vio_world *w, sim_time since_ps, char *why, size_t why_size);

/* Forget the measurements so far, count those that straddle the moment from now on (end of the warm-up). */
void vio_egress_reset(struct vio_egress *e, sim_time now);
/* Close open intervals at the end of the measurement. */
void vio_egress_finish(struct vio_egress *e, sim_time now);
void vio_egress_fini(struct vio_egress *e);
/* Packets inside: waiting or in service, and on the wire. */
void vio_egress_count(const struct vio_egress *e, sim_time now, uint64_t *queued, uint64_t *flying);
/* Time that a late-form egress has been stalled since the start of the run, until now. */
sim_time vio_late_stalled_ps(const struct vio_egress *e);

#endif
