/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/session.h - storage over TCP: a connection between an initiator and a target, and the tasks that share it.
 *
 * A session is a stream of protocol units (PDUs, RPCs) each way and a number of tasks that may be open at a time;
 * further I/Os wait in the initiator, in order. What a task sends is its transport's (models/transport/iscsi.c, nfs.c).
 * TCP repeats what is lost, so an I/O is late but never fails.
 */
#ifndef MODELS_SESSION_H
#define MODELS_SESSION_H

#include "models/tcp.h"

struct vio_session_config { /* begins the config of every transport of storage over TCP */
    struct vio_tcp_config tcp;
    int congestion; /* index into the choices */
};

/* The rows of struct vio_session_config, to begin a table of parameters with. */
#define VIO_SESSION_CONGESTION "tcp-newreno|tcp-cubic|tcp-dctcp"
#define VIO_SESSION_PARAMS                                                                                             \
    VIO_TCP_PARAMS,                                                                                                    \
    {                                                                                                                  \
        "congestion", SIM_PARAM_CHOICE, offsetof(struct vio_session_config, congestion), "tcp-newreno",                \
            VIO_SESSION_CONGESTION, NULL, "variant of TCP underneath, with the defaults of its own parameters",        \
            "design choice: as the default transport"                                                                  \
    }

struct vio_session;

struct vio_task {          /* an I/O under way */
    struct vio_message *m; /* NULL: free */
    struct vio_session *session;
    uint64_t arrived_B; /* write: data that the target has */
    uint32_t bursts;    /* write: that it has asked for */
};

struct vio_session {
    struct vio_tcp stream[VIO_WAYS]; /* THERE: to the target */
    struct vio_tcp_counts counts;
    sim_counter stream_B; /* bytes of both streams, units included */
    struct vio_flow *flow;
    struct vio_task *task; /* depth of them */
    uint32_t depth;
    void (*start)(struct vio_task *x); /* the transport's: send the command */
    struct vio_message *waiting, **waiting_tail;
};

/* Set up the session that is the flow's state. */
void vio_session_init(struct vio_flow *f, uint32_t depth, void (*start)(struct vio_task *x));
/* Open a task for the I/O, now or when one is free; m->at_transport is the task from then on. */
void vio_session_submit(struct vio_session *s, struct vio_message *m);
/* The task is over: the next I/O that waits takes its place. Returns: its I/O. */
struct vio_message *vio_session_close(struct vio_task *x);
/* Send size_B of protocol units for the task; `arrived` is called with a message whose owner is the task when all have
 * arrived. `explains`: the I/O waits for them, so their way is part of where its time goes. */
void vio_session_send(struct vio_task *x, enum vio_way way, uint64_t size_B, vio_message_fn *arrived, bool explains);
/* Hand the I/O of a task to the target. */
void vio_session_serve(struct vio_task *x, vio_message_fn *ready);

/* For the tables of transports. */
void vio_session_receive(struct vio_flow *f, struct vio_packet *p);
void vio_session_fini(struct vio_flow *f);
extern const struct sim_metric vio_session_metrics[]; /* offsets into struct vio_session */

#endif
