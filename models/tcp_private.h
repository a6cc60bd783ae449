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
/* An acknowledgement has come, on its own or carried by data: the latter is never a duplicate, RFC 5681 2. */
void vio_tcp_acknowledged(struct vio_tcp *t, uint64_t ack, sim_time echo_ps, bool marked, bool carried);

/* tcp_receive.c */
void vio_tcp_receive_data(struct vio_tcp *t, struct vio_packet *p);
/* Let data of the other direction, about to be launched, carry the acknowledgement that is due, if one is. */
void vio_tcp_carry_ack(struct vio_tcp *t, struct vio_packet *p);
sim_event_fn vio_tcp_ack_timer_fired;

#endif
