/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched.h - who sends next: the schedulers of an egress.
 *
 * The egress keeps one FIFO queue per traffic class and counts; a scheduler only chooses among the classes that may
 * send now (backlogged, not paused, with credit). Order within a class, ownership and conservation therefore hold for
 * every algorithm. A scheduler that shapes says when to ask again.
 */
#ifndef MODELS_SCHED_H
#define MODELS_SCHED_H

#include <stdint.h>

#include "models/packet.h"
#include "sim/kernel/param.h"

struct vio_queue { /* of one class; FIFO through packet->next */
    struct vio_packet *head, **tail;
    uint32_t pkts;
    uint64_t B; /* wire bytes */
};

struct vio_class_config { /* of one traffic class at one egress */
    double weight;        /* share among the weighted classes; > 0 */
    uint8_t priority;     /* strict: lower value first */
    bool lossless;        /* protected by pause or credit: never tail-dropped */
};

struct vio_sched;

struct vio_sched_type {
    const char *type, *summary;
    size_t state_size; /* bytes of private state behind struct vio_sched */
    const char *source;
    void (*init)(struct vio_sched *s);
    /* Optional: packet p was appended to the queue of its class. */
    void (*enqueued)(struct vio_sched *s, const struct vio_packet *p);
    /* Choose a class of `ready` (bit mask of classes that may send, never 0).
     * Returns: the class; or -1 with *again_at_ps > now if none may send yet (shapers only). */
    int (*pick)(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps);
    /* Optional: packet p of the class just picked goes on the wire; its queue has been updated. */
    void (*sent)(struct vio_sched *s, const struct vio_packet *p, sim_time now);
};

struct vio_sched {
    const struct vio_sched_type *type;
    uint32_t classes;
    struct vio_class_config cls[VIO_CLASSES];
    struct vio_queue queue[VIO_CLASSES]; /* filled and emptied by the egress, read by the scheduler */
    uint32_t max_wire_B;                 /* largest packet to expect, for quanta */
    /* private state of the type follows in memory: vio_sched_state() */
};

static inline void *vio_sched_state(struct vio_sched *s)
{
    return s + 1;
}

extern const struct vio_sched_type *const vio_sched_types[];
const struct vio_sched_type *vio_sched_find(const char *type);

#endif
