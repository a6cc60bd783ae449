/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/transport.h - flows: how messages and I/Os become packets and back.
 *
 * A flow joins a source and a destination by a path there and a path back. A workload hands it messages (network) or
 * I/Os (storage); the transport segments, paces, acknowledges and retransmits, and calls back when the last byte has
 * arrived. A transport is one file in models/transport/.
 */
#ifndef MODELS_TRANSPORT_H
#define MODELS_TRANSPORT_H

#include "models/egress.h"
#include "models/packet.h"
#include "models/trail.h"
#include "models/world.h"
#include "sim/kernel/metric.h"
#include "sim/kernel/param.h"

struct vio_message;
struct vio_tcp_cc;
typedef void vio_message_fn(struct vio_message *m);

/* A message or an I/O: made by a workload, owned by the flow from send until `done`, then by the workload again. */
struct vio_message { /* what a datagram needs fills one cache line */
    _Alignas(64) struct vio_message *next;
    uint64_t size_B;
    sim_time born_ps;       /* issued by the application */
    vio_message_fn *done;   /* last byte delivered (message) or response received (I/O) */
    void *owner;            /* the workload's */
    bool write;             /* I/O only */
    bool failed;            /* I/O only: gave up */
    uint64_t end_seq;       /* transport's */
    uint64_t left_B;        /* transport's */
    struct vio_flow *flow;  /* the flow it travels on */
    struct sim_event ev;    /* the target's: service */
    void *at_transport;     /* the transport's */
    void *at_target;        /* the target's */
    void *at_stream;        /* the workload's, besides owner */
    struct vio_chain chain; /* where its time goes */
};

struct vio_transport_type {
    const char *type, *summary;
    enum vio_proto proto;
    bool storage; /* carries I/Os to a target instead of messages */
    size_t state_size, config_size;
    const struct sim_param *params;
    const struct sim_metric *metrics; /* offsets into the state; or NULL */
    const char *source;
    const struct vio_tcp_cc *tcp; /* a variant of TCP: its congestion control (models/tcp.h); or NULL */
    void (*init)(struct vio_flow *f);
    void (*send)(struct vio_flow *f, struct vio_message *m);
    void (*receive)(struct vio_flow *f, struct vio_packet *p); /* packet at the end of its path; callee owns it */
    /* Optional: a packet was dropped. For the books only, the sender must not act on it; the caller still owns p. */
    void (*dropped)(struct vio_flow *f, const struct vio_packet *p);
    /* Optional: the flow has another way, or its dead one lives again: what was lost on the old one may be repeated
     * now.
     */
    void (*moved)(struct vio_flow *f);
    void (*fini)(struct vio_flow *f); /* free heap state; or NULL */
};

struct vio_former { /* a way that a flow had before; with trace what was spent on it */
    struct vio_former *next;
    const struct vio_path *path[VIO_WAYS];
    struct vio_share *account[VIO_WAYS];
};

struct vio_port {          /* an N_Port (vHBA) that storage flows share */
    struct vio_flow *last; /* of its flows, which form a ring by `port_next` */
    uint32_t open;         /* I/Os open on all of them; the transport's */
};

struct vio_flow { /* what every packet touches comes first, in one cache line */
    _Alignas(64) const struct vio_transport_type *type;
    struct vio_world *world;
    const struct vio_path *there, *back;
    const void *config; /* of the transport */
    uint32_t mtu_B;     /* largest IP packet on both paths */
    uint8_t tc;
    bool detached;             /* its adapter is not there: messages wait */
    sim_counter goodput_B;     /* application bytes delivered since the end of the warm-up */
    struct vio_former *former; /* latest first; NULL: it never moved */
    struct vio_flow *next;     /* in construction order */
    const char *path;          /* unique name; names its streams */
    struct vio_target *target; /* storage flows */
    uint32_t disk;             /* storage flows: number of the virtual disk in the world, from 0 */
    struct vio_port *port;     /* storage flows: it shares with others; NULL = none */
    struct vio_flow *port_next;
    struct vio_flow *onward;             /* flows of work on a processor: where its messages go next; or NULL */
    const struct vio_vnic *vnic;         /* the virtual adapter it belongs to, in both directions; NULL = none */
    struct vio_share *account[VIO_WAYS]; /* by hop of `there` and of `back`; NULL: no trace */
    struct vio_message *waiting, **waiting_tail; /* while detached */
    /* private state of the type follows: vio_flow_state() */
};

static inline void *vio_flow_state(struct vio_flow *f)
{
    return f + 1;
}

extern const struct vio_transport_type *const vio_transport_types[];
const struct vio_transport_type *vio_transport_find(const char *type);

/* Build a flow in the world's arena. `config` outlives the world; NULL = the defaults. `target` for storage transports.
 */
struct vio_flow *vio_flow_create(struct vio_world *w, const char *path, const struct vio_transport_type *type,
                                 const void *config, const struct vio_path *there, const struct vio_path *back,
                                 uint8_t tc, struct vio_target *target);

/* The storage flow belongs to a port. Before the run. */
void vio_port_join(struct vio_port *port, struct vio_flow *f);

/* Forget where time went so far (end of the warm-up). */
void vio_flow_reset_account(struct vio_flow *f);

/* From now on the flow goes along `there` and `back`, which may be the paths it has. What is under way goes on. */
void vio_flow_move(struct vio_flow *f, const struct vio_path *there, const struct vio_path *back);
/* The adapter at an end of the flow goes away: packets are lost with cause "detached", new messages wait. `nowhere`
 * leads into an egress that has failed so. */
void vio_flow_detach(struct vio_flow *f, const struct vio_path *nowhere);
/* It is there (again): the flow moves to `there` and `back`, and the messages that waited are sent. */
void vio_flow_attach(struct vio_flow *f, const struct vio_path *there, const struct vio_path *back);

/* Send a message or I/O; ownership passes to the flow until m->done. */
void vio_flow_send(struct vio_flow *f, struct vio_message *m);

/* A storage target: the array side of a storage flow. `ready` is called when the data (read) or the status (write) can
 * be returned; for a write the data have arrived before submit. In between it accounts for the time of the I/O with
 * vio_chain_station(). */
struct vio_target {
    void (*submit)(struct vio_target *t, struct vio_message *m, vio_message_fn *ready);
    void (*fini)(struct vio_target *t); /* free heap state; or NULL */
    struct vio_world *world;
    struct vio_target *next;
    const char *path;
    const struct sim_metric *metrics;  /* offsets from the target */
    const char *station[VIO_STATIONS]; /* where an I/O waits and is served, for vio_chain_station() */
};

/* Enter a target into the world's list. */
void vio_target_register(struct vio_world *w, struct vio_target *t);

#endif
