/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control.h - flow control, admission and marking: what decides that a packet must wait, is lost, or is marked.
 *
 * A mechanism is one file in models/control/. Those that hold back a sender (pause, PFC, credits) are chosen by the
 * `flow_control` of an egress and say, per class, whether it may send now; messages between the two ends of a link, the
 * order of packets and the books are the egress's. Those that lose or mark packets (tail drop, shared buffer, ECN) are
 * numbers of an egress or of its node, whatever its flow control.
 *
 * Not here: end-to-end congestion control (transports), schedulers (models/sched.h).
 */
#ifndef MODELS_CONTROL_H
#define MODELS_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "models/link.h"
#include "sim/kernel/param.h"

struct vio_egress;
struct vio_egress_config;
struct vio_late;
struct vio_signal;

enum { VIO_QUANTUM_B = 64 }; /* a pause quantum is 512 bit times, IEEE 802.3 annex 31B */

struct vio_control_type {
    const char *type, *summary;
    enum vio_flow_control flow_control; /* that chooses it; NONE: in force wherever its numbers are given */
    const char *const *params;          /* names of rows of vio_control_params; ends with NULL; or NULL */
    const char *source;

    /* The rest only for those that hold back a sender. `account` is what is counted and signalled separately: a class,
     * or 0 for the whole link. */
    bool per_class;  /* an account per class */
    bool told_ahead; /* the time at which room is freed may be told before it has come */
    bool protects;   /* whatever its class says, no packet of this link is tail-dropped before it */
    bool counts_all; /* packets of lossy classes, too, occupy the receive buffer */
    void (*init)(struct vio_late *l, const struct vio_egress_config *c);
    /* Of the classes of `backlogged` (a bit each), those whose head may go now. */
    uint32_t (*ready)(const struct vio_late *l, uint32_t backlogged, sim_time now);
    /* When a class that is not ready will be so without any message; NEVER if it needs one. May be NULL: NEVER. */
    sim_time (*again_ps)(const struct vio_late *l, sim_time now);
    /* A packet of wire_B leaves. May be NULL. */
    void (*sent)(struct vio_late *l, uint32_t account, uint32_t wire_B);
    /* A message has reached the sender. */
    void (*told)(struct vio_egress *e, const struct vio_signal *s);
    /* A packet has arrived and occupies the receive buffer; false: there is no room, it is lost. May be NULL: true. */
    bool (*received)(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time now);
    /* It has left the receive buffer, or will at freed_ps. */
    void (*released)(struct vio_egress *e, uint32_t account, uint32_t wire_B, sim_time freed_ps);
};

/* NULL-terminated, in order of file name; generated from models/control/. */
extern const struct vio_control_type *const vio_control_types[];

/* The mechanism that `flow_control` chooses; NULL for VIO_FLOW_NONE. */
const struct vio_control_type *vio_control_of(enum vio_flow_control flow_control);

/* All numbers of all mechanisms; fields of struct vio_egress_config. */
extern const struct sim_param vio_control_params[];

/* Receive buffer of a node that its egresses (tail drop) and ingresses (lossless classes) share.
 *
 * Source: Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", IEEE/ACM Trans.
 *         Networking 6 (1998): a queue may hold alpha times what is free; n busy queues each hold alpha B/(1 + alpha
 *         n).
 */
struct vio_buffer {
    uint64_t size_B, used_B, max_B; /* max_B: most ever used */
    double alpha;
};

static inline double vio_buffer_threshold_B(const struct vio_buffer *b)
{
    return b->alpha * (double)(b->size_B - b->used_B);
}

static inline void vio_buffer_take(struct vio_buffer *b, uint64_t B)
{
    b->used_B += B;
    if (b->used_B > b->max_B)
        b->max_B = b->used_B;
}

/* Headroom that one lossless class needs behind XOFF, by the formula of the Linux driver of a common 10 to 100 Gb/s
 * NIC.
 *
 * Units:   bit/s, m, B of the largest frame -> B, rounded up.
 * Formula: (301 + 2.16 length) * Gb/s + 2.72 * MTU; 2.16 B per m and Gb/s are 17.3 bit times of a ns: the cable there
 *          and back at 5 ns/m is 10 bit, the rest is allowance.
 * Example: 10 Gb/s, 10 m, 2240 B: 9,319 B; 10 Gb/s, 100 m, 2240 B: 11,263 B; 100 Gb/s, 100 m, 1500 B: 55,780 B.
 * Source:  [S45]
 */
uint64_t vio_headroom_nic_B(uint64_t rate_bps, double length_m, uint32_t mtu_B);

/* Headroom from first principles: what may still arrive once the receiver has decided to pause.
 *
 * Units:   cable_ps one way; local_B the largest frame that the receiver may just be sending (the pause waits for it),
 *          peer_B the largest that the sender may have begun, both as they occupy the wire; response_ps from the
 *          threshold being crossed to the pause being ready to go.
 * Returns: 2 cable_ps rate + local_B + 84 + response_ps rate + peer_B, rounded up.
 * Source:  IEEE 802.1Qbb annex O; facts.md 3.1.
 */
uint64_t vio_headroom_B(uint64_t rate_bps, sim_time cable_ps, uint32_t local_B, uint32_t peer_B, sim_time response_ps);

#endif
