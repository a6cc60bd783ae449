/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/trail.h - where the time of an I/O goes: every picosecond from issue to completion has a place.
 *
 * Whoever receives a packet that an I/O was waiting for launches the next one at once. The latency of an I/O is
 * therefore a chain without gaps: time in the transport before a launch, the way of one packet, time at the target, the
 * way of the next packet. A packet on such a chain carries a trail, into which each egress writes how long the packet
 * waited there, why, and how long it took to send. When the I/O completes, its trails are added to the accounts of the
 * flow, place by place; the parts are checked to sum to the latency, of every single I/O.
 *
 *   wait      behind others
 *   stall     the transmitter was idle and credit or pause forbade sending
 *   transfer  behind earlier packets of the same message or sequence: the time its own bytes take
 *   service   on the transmitter
 *   travel    propagation and the latency of the node behind the wire
 *
 * Only a world with `trace` set keeps trails. Tracing observes: it takes no random number and schedules no event.
 *
 * Not here: what a place is called and how results are stored (sim/study).
 */
#ifndef MODELS_TRAIL_H
#define MODELS_TRAIL_H

#include "models/egress.h"

struct vio_message;
struct vio_workload;

enum vio_way { VIO_THERE, VIO_BACK, VIO_WAYS };
enum { VIO_STATIONS = 4, VIO_CHAIN_TRAILS = 5 }; /* of a target; of an I/O: driver, command, ready, data, response */

struct vio_share { /* sums over the completed I/Os, at one place; travel is n times the delay of the egress */
    uint64_t n;
    sim_time wait_ps, stall_ps, transfer_ps, service_ps;
};

struct vio_account { /* of a workload, beside those of its flows */
    uint64_t n;
    sim_time total_ps;   /* of all parts: the sum of the latencies */
    sim_time window_ps;  /* in the transport before a launch: window, queue depth */
    sim_time repeat_ps;  /* lost to retransmission and to attempts given up */
    sim_time service_ps; /* of the application at the peer */
};

struct vio_trail;

struct vio_chain {        /* of a message: what is explained so far */
    sim_time mark_ps;     /* up to when */
    sim_time attempt_ps;  /* begin of the present attempt */
    uint32_t trails, old; /* of which `old` are from before the present attempt */
    struct vio_trail *trail[VIO_CHAIN_TRAILS];
    sim_time window_ps, repeat_ps, service_ps;
    sim_time at_wait_ps[VIO_STATIONS], at_service_ps[VIO_STATIONS]; /* at the target */
};

/* A trail for packets of `f` that go `way`, in order and launched without doubt before the last of them.
 * `again`: the packet repeats one that was sent before.
 * Owns: the caller holds it until vio_trail_release(). */
struct vio_trail *vio_trail_open(struct vio_flow *f, enum vio_way way, bool again);
/* `p`, about to be launched, belongs to the trail: either the last packet, whose way is written down, or one before it
 * with bytes of the same message. The packet holds the trail until it is given back. A packet
 * of a flow that has moved meanwhile does not belong to it any more, and is left without one. */
void vio_trail_tag(struct vio_trail *t, struct vio_packet *p, bool last);
void vio_trail_release(struct vio_world *w, struct vio_trail *t) __attribute__((cold));
/* Hold a trail beyond the life of its packets; NULL is passed through. */
struct vio_trail *vio_trail_hold(struct vio_trail *t);
/* The trail that tells of the way of `p`; NULL if it has none. */
struct vio_trail *vio_trail_of(const struct vio_packet *p);

/* For the egress: a packet with a trail has been queued where its start is not known yet; is put on the wire. */
void vio_trail_queued(struct vio_egress *e, struct vio_packet *p) __attribute__((cold));
void vio_trail_sent(struct vio_egress *e, struct vio_packet *p, sim_time start_ps) __attribute__((cold));

/* The steps of an I/O. A transport that leaves them out answers for its time as a whole (window). Each explains the
 * time since the step before. Issue, completion and end are for a world with trace; the others do nothing without. */

/* Issued now. */
void vio_chain_issue(struct vio_world *w, struct vio_message *m);
/* `part`, issued by the transport for a part of `m`, begins where `m` stands. */
void vio_chain_part(struct vio_message *part, const struct vio_message *m);
/* The time of `m` was that of its last part; that of the others is let go with vio_chain_end(). */
void vio_chain_whole(struct vio_message *m, struct vio_message *part);
/* The transport takes it on now; before, it waited for the window or the queue. */
void vio_chain_attempt(struct vio_message *m);
/* The packet it waited for has arrived now, along `t`. */
void vio_chain_arrived(struct vio_message *m, struct vio_trail *t);
/* The present attempt has come to nothing: its time is lost, the next one begins now. */
void vio_chain_abandon(struct vio_message *m);
/* A station of the target kept it until now: first waiting, then in service. */
void vio_chain_station(struct vio_message *m, uint32_t station, sim_time wait_ps, sim_time service_ps);
/* The application at the peer will work on it for service_ps, from now. */
void vio_chain_service(struct vio_message *m, sim_time service_ps);
/* Completed now after latency_ps: enter the parts into the accounts. Asserts that they sum to the latency. */
void vio_chain_complete(struct vio_workload *wl, struct vio_message *m, sim_time latency_ps);
/* Ended, well or badly: let go of its trails. */
void vio_chain_end(struct vio_world *w, struct vio_message *m);

#endif
