/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/tcp_private.h - what the two halves of a stream know of each other; for models/tcp*.c only.
 */
#ifndef MODELS_TCP_PRIVATE_H
#define MODELS_TCP_PRIVATE_H

#include "models/tcp.h"

struct vio_tcp_hole { /* bytes received out of order */
    uint64_t from, to;
};

/* tcp_send.c */
void vio_tcp_receive_ack(struct vio_tcp *t, struct vio_packet *p);

/* tcp_receive.c */
void vio_tcp_receive_data(struct vio_tcp *t, struct vio_packet *p);
sim_event_fn vio_tcp_ack_timer_fired;

#endif
