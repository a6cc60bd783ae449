/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/egress.h - the one place where packets wait: queue, transmitter, wire.
 *
 * Every resource that a packet passes is an egress: the software switch's core (bytes per second of processing), the
 * PCIe slot, the link out of an adapter, each output of a switch, the slot of a director. An egress serialises (one
 * packet at a time, wire time from the link technology), then delays (propagation plus the latency of the node behind
 * it), then hands the packet to the next egress of its path, or to the transport of its flow at the end.
 *
 * Two forms with the same meaning. With one FIFO class and no flow control the departure is known on arrival (Lindley:
 * max(now, free) + wire time), so a packet-hop costs one event. Where the choice must be made late (several classes,
 * credits, pause) packets wait in class queues and the transmitter is woken, but only when something waits.
 *
 * An egress may die and come back (models/egress_fault.c). A dead one goes on sending, into the void: what leaves its
 * transmitter arrives nowhere and is counted as lost with its cause.
 *
 * Not here: routing (a packet carries its path), segmentation (transports), who notices a failure (sim/plan/day.c).
 */
#ifndef MODELS_EGRESS_H
#define MODELS_EGRESS_H

#include "models/control.h"
#include "models/link.h"
#include "models/packet.h"
#include "models/sched.h"
#include "models/world.h"

enum vio_resource { /* what an egress is, for those who look for the bottleneck */
                    VIO_RESOURCE_LINK,
                    VIO_RESOURCE_CAP,        /* rate limit of a vNIC or vHBA */
                    VIO_RESOURCE_CPU,        /* core of the software switch, or of a guest's driver */
                    VIO_RESOURCE_PCIE,       /* slot of an adapter */
                    VIO_RESOURCE_ADAPTER,    /* port of a server onto its cable */
                    VIO_RESOURCE_SWITCH,     /* output of a switch or director */
                    VIO_RESOURCE_GATEWAY,    /* module: its slot, and its outputs */
                    VIO_RESOURCE_ARRAY_PORT, /* port of a storage array onto its cable */
                    VIO_RESOURCE_PEER,       /* port of whatever else the servers talk to */
                    VIO_RESOURCES
};

enum vio_fault {                     /* why an egress is dead */
                 VIO_FAULT_LINK,     /* its cable or port */
                 VIO_FAULT_NODE,     /* the adapter, switch, director, module or server at either end of it */
                 VIO_FAULT_DETACHED, /* no fault: the way of an adapter that is not there, see vio_flow_detach() */
                 VIO_FAULTS
};

struct vio_egress_config {
    const struct vio_link_type *link;
    enum vio_resource resource;
    uint64_t rate_bps; /* 0 = the link's */
    sim_time fixed_ps; /* per packet, before its bytes (processing stages); 0 on wires */
    double length_m;
    sim_time latency_ps;                /* of the node behind the wire, added to the propagation */
    sim_time delay_ps;                  /* instead of length, when >= 0; -1 = use length */
    uint32_t limit_pkts;                /* tail drop, per class, packet in service included; 0 = no limit */
    uint64_t limit_B;                   /* tail drop, per class, wire bytes waiting and in service; 0 = no limit */
    const struct vio_sched_type *sched; /* NULL = fifo */
    const void *sched_config;           /* of the scheduler, outlives the egress; NULL = its defaults */
    uint32_t classes;                   /* 1..VIO_CLASSES; a packet of a higher class is put in the last */
    struct vio_class_config cls[VIO_CLASSES];
    enum vio_flow_control flow_control;
    uint32_t credits; /* receive buffer at the far end: frames (FC) or 64 B blocks per class (IB) */
    uint64_t xoff_B, xon_B,
        headroom_B; /* PFC: per lossless class, of the far end's receive buffer; PAUSE: of the link */
    uint32_t pause_quanta, pause_refresh_quanta; /* how long a pause lasts; renewed after, 0 = not before its end */
    struct vio_buffer *buffer;                   /* shared by the egresses of its node; NULL = limits of its own only */
    struct vio_buffer *far_buffer; /* PFC, PAUSE: of the node behind the wire: xoff by its threshold; NULL = static */
    uint64_t ecn_min_B, ecn_max_B; /* marking; 0 = none; max <= min: a step at min */
    double ecn_probability;        /* just below ecn_max_B */
    uint32_t mtu_B;                /* largest IP packet; 0 = the link's */
    uint32_t segment_B;            /* largest unit of a link that cuts packets into units; 0 = the link's */
    bool tagged;                   /* an 802.1Q tag in every Ethernet frame of IP */
};

struct vio_egress_stats {
    sim_counter wire_B;
    sim_counter busy_ps; /* of the transmitter */
    uint64_t backlog_max_pkts;
    uint64_t entered_pkts; /* over the whole run, for conservation */
    struct sim_tally wait; /* ps from arrival to the start of transmission; its n counts the packets put on the wire */
    sim_counter drop_full_pkts, drop_headroom_pkts, drop_policed_pkts;
    sim_counter pauses;                /* PFC: times a class of this egress was paused */
    sim_counter stall_ps;              /* something waits, the transmitter is idle, and credit or pause forbids */
    sim_counter ecn_pkts;              /* marked on arrival at the queue */
    sim_counter drop_pkts[VIO_FAULTS]; /* lost on a dead wire, in a dead node, at a detached adapter */
};

struct vio_path { /* the egresses a packet passes, in order; shared by flows */
    uint32_t n;
    uint8_t segment; /* network of the endpoint it begins at, tags its packets; 0 = none (models/isolation.c) */
    uint8_t admits;  /* network of the endpoint it ends at: the only one that is delivered there */
    const char *end; /* name of that endpoint, for messages; NULL = the flow's */
    struct vio_egress *const *hop; /* n of them, then NULL */
};

/* Fill `c` with defaults for a link technology: its rate, its credits, one FIFO class, no limits, 0 length. */
void vio_egress_defaults(struct vio_egress_config *c, const struct vio_link_type *link);

/* Build an egress in the world's arena. `path` is its unique name, "hosts03/cna0/p1>edge-a". */
struct vio_egress *vio_egress_create(struct vio_world *w, const char *path, const struct vio_egress_config *c);

/* Tell two egresses that they are the two directions of one cable: the pause frames for one wait for the frame that the
 * other is just sending. */
void vio_egress_pair(struct vio_egress *a, struct vio_egress *b);

/* Hand `p` to the egress. Takes ownership; the packet may be dropped (and counted) here. */
void vio_egress_send(struct vio_egress *e, struct vio_packet *p);

/* First hop of a fresh packet: sets born and sends. */
void vio_packet_launch(struct vio_world *w, struct vio_packet *p);
/* A fresh packet for `flow` along `path`; owned by the caller until launched. */
struct vio_packet *vio_packet_take(struct vio_world *w, struct vio_flow *flow, const struct vio_path *path,
                                   uint32_t size_B);
/* Give back a packet that has been received or discarded; frees the receive buffer it holds. */
void vio_packet_give(struct vio_world *w, struct vio_packet *p);

/* Largest IP packet of an egress; 0 if IP is not carried. */
static inline uint32_t vio_egress_mtu_B(const struct vio_egress_config *c)
{
    return c->mtu_B ? c->mtu_B : c->link->mtu_B;
}

/* The framing of `proto` on an egress: the link's, with what its configuration changes. */
struct vio_framing vio_egress_framing(const struct vio_egress_config *c, enum vio_proto proto);

const char *vio_egress_path(const struct vio_egress *e);
uint32_t vio_egress_number(const struct vio_egress *e);         /* 0, 1, ... in construction order */
struct vio_egress *vio_egress_next(const struct vio_egress *e); /* in construction order; NULL at the end */
const struct vio_egress_config *vio_egress_get_config(const struct vio_egress *e);
struct vio_egress_stats *vio_egress_get_stats(struct vio_egress *e);
/* The totals that grow while a packet is sent, as of `now`, without what lies beyond. */
struct vio_egress_totals {
    uint64_t wire_B, busy_ps, stall_ps;
};
struct vio_egress_totals vio_egress_totals(struct vio_egress *e, sim_time now);
/* PFC: the most that the receive buffer of class tc ever held (PAUSE: of the link, tc 0); 0 without. */
uint64_t vio_egress_rx_max_B(const struct vio_egress *e, uint32_t tc);
/* PFC, PAUSE: the headroom that the formulas ask for here: of first principles in *own_B, of [S45] as the result. */
uint64_t vio_egress_headroom_B(const struct vio_egress *e, uint64_t *own_B);
/* From the last bit on the wire to the arrival at the next egress: propagation and the node behind. */
sim_time vio_egress_delay_ps(const struct vio_egress *e);

/* The egress dies: every packet that is on its wire or transmitter, or is sent before it is repaired, is lost. Credits
 * and pauses of its flow control are forgotten, the receive buffer at its far end is empty. May be nested: it lives
 * again after as many repairs. */
void vio_egress_fail(struct vio_egress *e, enum vio_fault cause);
void vio_egress_repair(struct vio_egress *e);
bool vio_egress_is_dead(const struct vio_egress *e);
/* Change a cap from the next packet on: the rate of a stage, or the peak rate of a policer. */
void vio_egress_set_cap(struct vio_egress *e, uint64_t rate_bps);
/* Tell the scheduler, if it can be told, that guarantees of vNICs have changed. */
void vio_egress_renew(struct vio_egress *e);
/* Change the weight of a class from the next packet on. Returns: false if the scheduler knows none, or cannot. */
bool vio_egress_set_weight(struct vio_egress *e, uint32_t tc, double weight);

/* "cpu", "array-port" ... */
const char *vio_resource_name(enum vio_resource r);

/* The rows of struct vio_egress_stats, for reset and storage. */
extern const struct sim_metric vio_egress_metrics[];

#endif
