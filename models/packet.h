/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/packet.h - the unit that travels: an Ethernet frame, an IB packet or an FC frame.
 */
#ifndef MODELS_PACKET_H
#define MODELS_PACKET_H

#include <stdint.h>

#include "models/link.h"
#include "sim/kernel/time.h"

struct vio_egress;
struct vio_flow;
struct vio_trail;

enum { VIO_CLASSES = 8 }; /* traffic classes per egress: 802.1Q priorities, IB data VLs in use */

enum {                        /* packet flags */
       VIO_PACKET_ACK = 1,    /* transport acknowledgement or other control: no payload */
       VIO_PACKET_ECN = 2,    /* congestion experienced */
       VIO_PACKET_ECE = 8,    /* acknowledgement: marks have arrived (TCP's ECN-echo) */
       VIO_PACKET_CWR = 32,   /* TCP: the window was cut because of them */
       VIO_PACKET_CARRY = 64, /* TCP: data that carry an acknowledgement of the other direction */
       VIO_PACKET_LAST = 4,   /* last of its message or sequence */
       VIO_PACKET_FIRST = 16, /* first of its message or sequence */
       VIO_PACKET_TRAIL = 128 /* `trail` is set */
};

struct vio_packet {                       /* what every hop touches fills the first cache line */
    _Alignas(64) struct vio_packet *next; /* of whatever list it is on: queue, wire or pool */
    struct vio_flow *flow;                /* whose transport made it and will receive it */
    struct vio_egress *const *hop;        /* the egress it is at; the array of its path ends with NULL */
    struct vio_egress *held;              /* the link whose receive buffer it still occupies, or NULL */
    sim_time depart_ps;                   /* last bit leaves the present transmitter */
    sim_time enq_ps;                      /* arrived at the present egress */
    uint32_t size_B;                      /* as the protocol sees it, see enum vio_proto */
    uint32_t wire_B;                      /* on the present link */
    uint32_t held_B;                      /* wire bytes on the link of `held` */
    uint8_t tc;                           /* traffic class */
    uint8_t proto;                        /* enum vio_proto */
    uint8_t flags;
    uint8_t segment;         /* network of the endpoint that sent it (VLAN, P_Key, VSAN); 0 = none */
    sim_time born_ps;        /* handed to the first egress */
    uint64_t seq;            /* transport's: first byte, or frame number */
    uint64_t ack;            /* transport's: next byte expected, or operation */
    void *io;                /* transport's: the I/O or message it belongs to */
    uint64_t carried_ack;    /* TCP, with CARRY: next byte expected of the other direction ... */
    sim_time carried_echo;   /* ... and the timestamp it echoes */
    struct vio_trail *trail; /* where its time goes, see models/trail.h */
};

#endif
