/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched_fair.h - self-clocked fair queueing among classes, for the schedulers that are or contain one.
 *
 * Every packet has a finish tag: the later of the tag of the packet before it in its class and of the tag of the packet
 * in service when it came, plus its bytes over the weight of its class. The smallest tag goes first; its tag is the
 * virtual time. Since a class is FIFO and its tags only grow, the tag of its head packet is all that has to be kept.
 * A class that may not send loses its turn, as in a round: its tag is made later than the virtual time when it returns.
 * Source: Golestani, "A self-clocked fair queueing scheme for broadband applications", INFOCOM 1994.
 */
#ifndef MODELS_SCHED_FAIR_H
#define MODELS_SCHED_FAIR_H

#include "models/sched.h"

enum { VIO_FAIR_UNIT = 1 << 22 }; /* tag units per byte of the lightest class: weights are exact to 1 in 4 million */

struct vio_fair {
    uint64_t tag[VIO_CLASSES]; /* of the head packet; meaningful while the class is backlogged */
    uint64_t unit[VIO_CLASSES];
    uint64_t now;  /* virtual time; wraps, so tags are compared by their difference */
    uint32_t held; /* backlogged classes that could not be chosen since their tag was set */
};

/* Shares in proportion to `weight`, one per class of s, all > 0. */
void vio_fair_init(struct vio_fair *f, const struct vio_sched *s, const double *weight);

/* Packet p was appended to its class. */
void vio_fair_enqueued(struct vio_fair *f, const struct vio_sched *s, const struct vio_packet *p);

/* The class of `candidates` (not 0) to send next; `blocked` are those that may not send and so lose their turn. */
int vio_fair_pick(struct vio_fair *f, const struct vio_sched *s, uint32_t candidates, uint32_t blocked);

/* A packet of class tc was sent, whoever chose it; its queue has been updated. */
void vio_fair_sent(struct vio_fair *f, const struct vio_sched *s, uint32_t tc);

/* Forget who has had what: from now on equal chances. */
void vio_fair_restart(struct vio_fair *f, const struct vio_sched *s);

/* Mask of the classes of s that have packets. */
static inline uint32_t vio_fair_backlogged(const struct vio_sched *s)
{
    uint32_t mask = 0;

    for (uint32_t tc = 0; tc < s->classes; tc++)
        mask |= s->queue[tc].head ? 1u << tc : 0;
    return mask;
}

#endif
