/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/link.h - link technologies: rates, framing, propagation, and what flow control they come with.
 *
 * A link technology is one const table per file in models/link/. Behaviour (serialisation, delay line, credits) is once
 * in models/egress.c. The unit that travels is a packet; its size_B is what the protocol hands to the link, and the
 * framing of the pair (link, protocol) says how many byte times it occupies on the wire.
 */
#ifndef MODELS_LINK_H
#define MODELS_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/time.h"

/* What a packet carries, and so which row of a link's framing it takes. Its size_B is the IP datagram (header and
 * payload) for IP, the payload for the others. A transport names the plain row and chooses another per packet. */
enum vio_proto {
    VIO_PROTO_IP,
    VIO_PROTO_FC,         /* a frame of an FC exchange */
    VIO_PROTO_FC_FIRST,   /* the first data frame of a transfer: over InfiniBand it says where the data go */
    VIO_PROTO_RDMA,       /* a packet of an RDMA message */
    VIO_PROTO_RDMA_FIRST, /* the first of a write, or a read request */
    VIO_PROTO_RDMA_SEND,  /* the first of a send */
    VIO_PROTO_RDMA_ACK,   /* an acknowledgement, or an end of a read response */
    VIO_PROTOS
};

/* Framing: wire_B = max(min_B, size_B + overhead_B), and where the link cuts packets into units of segment_B
 * + once_B + units * segment_overhead_B with units = max(1, ceil((size_B + overhead_B) / segment_B)).
 * Small on purpose: every packet-hop reads it. models/framing.h has the rows. */
struct vio_framing {
    uint16_t segment_B;         /* largest unit of the link (IB MTU, PCIe maximum payload); 0 = one unit per packet */
    uint8_t overhead_B;         /* once per packet, counts as contents of its units */
    uint8_t min_B;              /* smallest occupancy, overhead included */
    uint8_t segment_overhead_B; /* per unit */
    uint8_t once_B;             /* once per packet, in the header of its first unit */
    bool carried;               /* false: this link cannot carry the protocol */
};

enum vio_flow_control {
    VIO_FLOW_NONE,       /* tail drop */
    VIO_FLOW_BB_CREDIT,  /* FC: one credit per frame */
    VIO_FLOW_VL_CREDIT,  /* IB: credits in 64 B blocks per virtual lane */
    VIO_FLOW_PFC,        /* 802.1Qbb pause of the lossless classes */
    VIO_FLOW_PAUSE,      /* 802.3x pause of the whole link */
    VIO_FLOW_DESCRIPTORS /* slot of an adapter: frames fetched ahead, per class */
};

struct vio_link_type {
    const char *type;    /* "10gbe": name in scenarios and plans */
    const char *summary; /* one line for `viosim list` */
    uint64_t rate_bps;   /* after line coding, before framing */
    struct vio_framing framing[VIO_PROTOS];
    uint32_t ps_per_m; /* propagation */
    enum vio_flow_control flow_control;
    uint32_t credits;   /* default receive buffer: FC frames, or IB 64 B blocks per VL; 0 without credits */
    uint32_t mtu_B;     /* largest size_B of an IP packet; 0 if IP is not carried */
    uint32_t mtu_max_B; /* what mtu_B can be set to; 0 = it cannot */
    const char *source;
};

/* NULL-terminated, in order of file name; generated from models/link/. */
extern const struct vio_link_type *const vio_link_types[];

/* The technology called `type`, or NULL. */
const struct vio_link_type *vio_link_find(const char *type);

/* Byte times that a packet of size_B occupies under `f`. */
static inline uint32_t vio_wire_B(const struct vio_framing *f, uint32_t size_B)
{
    uint32_t framed_B = size_B + f->overhead_B;
    uint32_t wire_B = framed_B < f->min_B ? f->min_B : framed_B;

    if (f->segment_B)
        wire_B += f->once_B + ((framed_B + f->segment_B - 1U) / f->segment_B + !framed_B) * f->segment_overhead_B;
    return wire_B;
}

/* Time to put size_B bytes on a wire of rate_bps.
 *
 * Units:    bytes, bits per second -> ps, rounded down.
 * Requires: rate_bps > 0; *carry < rate_bps (start with 0, one carry per transmitter).
 * Returns:  the time; *carry keeps the remainder, so that k calls sum to floor(total bits * 1e12 / rate) exactly.
 * Range:    any size_B < 2^32 and rate_bps <= 10^13 without overflow (128-bit intermediate).
 * Example:  a 1500 B IP packet on 10GbE occupies 1538 B (14 header + 4 FCS + 8 preamble/SFD + 12 gap) = 1 230 400 ps.
 * Source:   [ieee8023] cl. 3, 4A.
 */
sim_time vio_wire_time(uint64_t size_B, uint64_t rate_bps, uint64_t *carry);

/* Picoseconds per byte if that is a whole number, else 0: then vio_wire_time() has to keep the remainder. */
uint64_t vio_link_ps_per_B(uint64_t rate_bps);

/* The rate (bit/s) of a core of clock_hz that spends cycles_per_B on every byte. */
uint64_t vio_link_rate_of_cycles(double clock_hz, double cycles_per_B);

/* Bytes that pass in span_ps at rate_bps, rounded up. */
uint64_t vio_link_B_in(uint64_t rate_bps, sim_time span_ps);

/* Bits in B bytes. */
double vio_link_bits(double B);

/* Throughput in bit/s of B bytes in elapsed_ps; 0 if no time passed. */
double vio_link_bps(uint64_t B, sim_time elapsed_ps);

#endif
