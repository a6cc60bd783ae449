/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/sched.h - who sends next: the schedulers of an egress.
 *
 * The egress keeps one FIFO queue per traffic class and counts; a scheduler only chooses among the classes that may
 * send now (backlogged, not paused, with credit). Order within a class, ownership and conservation therefore hold for
 * every algorithm. A scheduler that shapes says when to ask again; one that polices refuses packets at the door. One
 * that shares a class among virtual adapters keeps the packets of the class itself and shows the egress only the one
 * that is to go next.
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

struct vio_class_config { /* of one traffic class at one egress; a scheduler reads the fields it names in class_keys */
    double weight;        /* share among the weighted classes; > 0 */
    uint8_t priority;     /* strict: lower value first */
    bool lossless;        /* protected by pause or credit: never tail-dropped */
    bool strict;          /* ets: before the weighted classes */
    uint64_t cir_bps;     /* committed information rate; 0 = none committed */
    uint64_t pir_bps;     /* peak information rate; 0 = no limit */
    uint64_t cbs_B;       /* committed burst; 0 = the scheduler's default */
    uint64_t pbs_B;       /* peak burst; 0 = the scheduler's default */
    uint64_t rate_bps;    /* partition: speed requested; 0 = a share of the rest */
    uint64_t limit_bps;   /* shares: never more than this; 0 = no limit */
};

/* A virtual adapter as a scheduler sees it: what its packets are promised, and what they may not exceed. */
struct vio_vnic {
    uint32_t number;                 /* 0, 1, ... within the world */
    uint64_t guarantee_bps, cap_bps; /* 0 = none */
};

struct vio_sched;

enum vio_shaping {                     /* whether a ready class may have to wait */
                   VIO_SHAPES_NEVER,   /* work-conserving */
                   VIO_SHAPES_LIMITED, /* only under a limit of its class or of the scheduler; work-conserving without
                                        */
                   VIO_SHAPES_ALWAYS
};

struct vio_sched_type {
    const char *type, *summary;
    size_t state_size; /* bytes of private state behind struct vio_sched */
    size_t config_size;
    const struct sim_param *params; /* of the scheduler; or NULL */
    const char *class_keys;         /* fields of a class that it reads: "weight"; or NULL */
    enum vio_shaping shapes;
    const char *source;
    /* Optional: whether the config and the classes fit an egress of rate_bps; false with a sentence in `why`. */
    bool (*check)(const void *config, const struct vio_class_config *cls, uint32_t classes, uint64_t rate_bps,
                  char *why, size_t why_size);
    void (*init)(struct vio_sched *s);
    /* Optional: whether packet p may enter its class now; false: it is dropped and counted as policed. */
    bool (*admit)(struct vio_sched *s, const struct vio_packet *p, sim_time now);
    /* Optional, instead of appending p to the queue of class tc: keep it, so that queue[tc].head is the packet of the
     * class to send next. The egress counts pkts and B. */
    void (*append)(struct vio_sched *s, struct vio_packet *p, uint32_t tc, sim_time now);
    /* Required with append: visit every packet that is kept, in any order. */
    void (*each)(struct vio_sched *s, void (*visit)(struct vio_packet *p, void *arg), void *arg);
    /* Optional: packet p was appended to the queue of its class. */
    void (*enqueued)(struct vio_sched *s, const struct vio_packet *p);
    /* Choose a class of `ready` (bit mask of classes that may send, never 0).
     * Returns: the class; or -1 with *again_at_ps > now if none may send yet (shapers only). */
    int (*pick)(struct vio_sched *s, uint32_t ready, sim_time now, sim_time *again_at_ps);
    /* Optional: weights or rates in s->cls have changed; the queues are as they were. Without it they are fixed. */
    void (*changed)(struct vio_sched *s);
    /* Optional: packet p of the class just picked goes on the wire; its queue has been updated. */
    void (*sent)(struct vio_sched *s, const struct vio_packet *p, sim_time now);
};

struct vio_sched {
    const struct vio_sched_type *type;
    uint32_t classes;
    struct vio_class_config cls[VIO_CLASSES];
    struct vio_queue queue[VIO_CLASSES]; /* filled and emptied by the egress, read by the scheduler */
    uint32_t max_wire_B;                 /* largest packet to expect, for quanta and bursts */
    uint64_t rate_bps;                   /* of the egress */
    const void *config;                  /* of the type */
    struct sim_arena *arena;             /* of the world, for state that grows */
    /* private state of the type follows in memory: vio_sched_state() */
};

static inline void *vio_sched_state(struct vio_sched *s)
{
    return s + 1;
}

/* The class of a packet at this egress: its own, or the last one. */
static inline uint32_t vio_sched_class(const struct vio_sched *s, const struct vio_packet *p)
{
    return p->tc < s->classes ? p->tc : s->classes - 1;
}

/* Build a scheduler with empty queues in `arena`. `config` outlives it; NULL = the type's defaults. */
struct vio_sched *vio_sched_create(struct sim_arena *arena, const struct vio_sched_type *type, const void *config,
                                   const struct vio_class_config *cls, uint32_t classes, uint64_t rate_bps,
                                   uint32_t max_wire_B);

/* Visit every packet that waits; `visit` leaves the queues as they are. */
void vio_sched_each(struct vio_sched *s, void (*visit)(struct vio_packet *p, void *arg), void *arg);

/* The class of `ready` (not 0) whose head packet arrived first; among equals the lowest. */
int vio_sched_first(const struct vio_sched *s, uint32_t ready);

extern const struct vio_sched_type *const vio_sched_types[];
const struct vio_sched_type *vio_sched_find(const char *type);

#endif
