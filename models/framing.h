/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/framing.h - what each family of links adds to what it carries, said once for all its speeds.
 *
 * Initialisers of vio_link_type.framing, in bytes. A link that lacks a row cannot carry that protocol.
 *
 * Ethernet (IEEE 802.3 cl. 3, 4A): preamble and SFD 8, addresses and type 14, FCS 4, gap 12; smallest frame 64 + 20.
 * RoCE (IBA vol. 1 annex A17): a packet of InfiniBand in a frame of 38, with IP 20, UDP 8, BTH 12, ICRC 4; the unit is
 * the largest of InfiniBand's MTUs for which the Ethernet MTU leaves room (models/egress.c).
 * FCoE (T11 FC-BB-5): Ethernet 14, VLAN 4, FCoE header 14, FC header 24, CRC 4, EOF 4, FCS 4, preamble and gap 20.
 * Fibre Channel (T11 FC-FS): SOF 4, header 24, CRC 4, EOF 4, six primitive words (IDLE, R_RDY) 24.
 * InfiniBand (IBA vol. 1 cl. 5, 9): each packet of at most the MTU has LRH 8, BTH 12, ICRC 4, VCRC 2, and on 8b/10b
 * links 2 symbols of framing. Datagrams add DETH 8, the first packet of a write or a read request RETH 16,
 * acknowledgements and the ends of read responses AETH 4. A vNIC's Ethernet frame travels in datagrams, with its header
 * 14 and a shim 4. PCI Express: posted writes of at most the maximum payload; framing, sequence, header (64-bit
 * address) and LCRC 24 each, and 14 for the data link layer's own packets (acknowledgements, credits): 5 %, which puts
 * a gen 2 x8 slot within 3 % of the measured point V8 [S98]. A message of RDMA brings its work request: 64 B [S96].
 *
 * Source: facts.md 2.2.
 */
#ifndef MODELS_FRAMING_H
#define MODELS_FRAMING_H

#include "models/link.h"

enum {
    VIO_VLAN_TAG_B = 4,                        /* IEEE 802.1Q cl. 9 */
    VIO_ROCE_HEADERS_B = 20 + 8 + 12 + 16 + 4, /* IP, UDP, BTH, RETH, ICRC */
    VIO_IB_MTU_MIN_B = 256,
    VIO_IB_MTU_MAX_B = 4096 /* IBA vol. 1 cl. 7.7 */
};

#define VIO_FRAMING_ETHERNET_IP [VIO_PROTO_IP] = {.carried = true, .overhead_B = 8 + 14 + 4 + 12, .min_B = 64 + 20}
#define VIO_FRAMING_FCOE                                                                                               \
    {                                                                                                                  \
        .carried = true, .overhead_B = 14 + 4 + 14 + 24 + 4 + 4 + 4 + 20, .min_B = 88                                  \
    }

/* A packet of a reliable connection with `once` bytes of extended header; 1024 B at an Ethernet MTU of 1500. */
#define VIO_FRAMING_ROCE(once)                                                                                         \
    {                                                                                                                  \
        .carried = true, .segment_B = 1024, .segment_overhead_B = 8 + 14 + 4 + 12 + 20 + 8 + 12 + 4, .once_B = (once)  \
    }

/* Ethernet up to 1 Gb/s. */
#define VIO_FRAMING_ETHERNET                                                                                           \
    {                                                                                                                  \
        VIO_FRAMING_ETHERNET_IP                                                                                        \
    }
/* Ethernet that can be lossless. */
#define VIO_FRAMING_CONVERGED                                                                                          \
    {                                                                                                                  \
        VIO_FRAMING_ETHERNET_IP,                                                                                       \
            [VIO_PROTO_FC] = VIO_FRAMING_FCOE, [VIO_PROTO_FC_FIRST] = VIO_FRAMING_FCOE,                                \
            [VIO_PROTO_RDMA] = VIO_FRAMING_ROCE(0), [VIO_PROTO_RDMA_FIRST] = VIO_FRAMING_ROCE(16),                     \
            [VIO_PROTO_RDMA_SEND] = VIO_FRAMING_ROCE(0), [VIO_PROTO_RDMA_ACK] = VIO_FRAMING_ROCE(4)                    \
    }

#define VIO_FRAMING_FC_FRAME                                                                                           \
    {                                                                                                                  \
        .carried = true, .overhead_B = 4 + 24 + 4 + 4 + 24, .min_B = 60                                                \
    }
#define VIO_FRAMING_FC                                                                                                 \
    {                                                                                                                  \
        [VIO_PROTO_FC] = VIO_FRAMING_FC_FRAME, [VIO_PROTO_FC_FIRST] = VIO_FRAMING_FC_FRAME                             \
    }

/* A packet of a reliable connection with `once` bytes of extended header in the first. */
#define VIO_FRAMING_IB_RC(symbols, once)                                                                               \
    {                                                                                                                  \
        .carried = true, .segment_B = 2048, .segment_overhead_B = 8 + 12 + 4 + 2 + (symbols), .once_B = (once)         \
    }
#define VIO_FRAMING_IB(symbols)                                                                                        \
    {                                                                                                                  \
        [VIO_PROTO_IP] = {.carried = true,                                                                             \
                          .overhead_B = 14 + 4,                                                                        \
                          .segment_B = 2048,                                                                           \
                          .segment_overhead_B = 8 + 12 + 8 + 4 + 2 + (symbols)},                                       \
        [VIO_PROTO_FC] = VIO_FRAMING_IB_RC(symbols, 0), [VIO_PROTO_FC_FIRST] = VIO_FRAMING_IB_RC(symbols, 16),         \
        [VIO_PROTO_RDMA] = VIO_FRAMING_IB_RC(symbols, 0), [VIO_PROTO_RDMA_FIRST] = VIO_FRAMING_IB_RC(symbols, 16),     \
        [VIO_PROTO_RDMA_SEND] = VIO_FRAMING_IB_RC(symbols, 0), [VIO_PROTO_RDMA_ACK] = VIO_FRAMING_IB_RC(symbols, 4)    \
    }

#define VIO_FRAMING_PCIE_WRITE                                                                                         \
    {                                                                                                                  \
        .carried = true, .segment_B = 256, .segment_overhead_B = 24 + 14                                               \
    }
/* The first packet of a message, after the work request of 64 B. */
#define VIO_FRAMING_PCIE_WORK                                                                                          \
    {                                                                                                                  \
        .carried = true, .segment_B = 256, .segment_overhead_B = 24 + 14, .once_B = 64 + 24 + 14                       \
    }
#define VIO_FRAMING_PCIE                                                                                               \
    {                                                                                                                  \
        [VIO_PROTO_IP] = VIO_FRAMING_PCIE_WRITE, [VIO_PROTO_FC] = VIO_FRAMING_PCIE_WRITE,                              \
        [VIO_PROTO_FC_FIRST] = VIO_FRAMING_PCIE_WRITE, [VIO_PROTO_RDMA] = VIO_FRAMING_PCIE_WRITE,                      \
        [VIO_PROTO_RDMA_FIRST] = VIO_FRAMING_PCIE_WORK, [VIO_PROTO_RDMA_SEND] = VIO_FRAMING_PCIE_WORK,                 \
        [VIO_PROTO_RDMA_ACK] = VIO_FRAMING_PCIE_WRITE                                                                  \
    }

/* Bytes as they are. */
#define VIO_FRAMING_BARE                                                                                               \
    {                                                                                                                  \
        [VIO_PROTO_IP] = {.carried = true}, [VIO_PROTO_FC] = {.carried = true},                                        \
        [VIO_PROTO_FC_FIRST] = {.carried = true}, [VIO_PROTO_RDMA] = {.carried = true},                                \
        [VIO_PROTO_RDMA_FIRST] = {.carried = true}, [VIO_PROTO_RDMA_SEND] = {.carried = true},                         \
        [VIO_PROTO_RDMA_ACK] = {                                                                                       \
            .carried = true                                                                                            \
        }                                                                                                              \
    }

#endif
