/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/vl_table.h - the tables of InfiniBand's arbitration of virtual lanes: their text, and what they promise a
 * lane.
 */
#ifndef MODELS_VL_TABLE_H
#define MODELS_VL_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    VIO_VL_ENTRIES = 64,    /* of a table, IBA vol. 1 cl. 7.6.9 */
    VIO_VL_LANES = 15,      /* data lanes */
    VIO_VL_LIMIT_B = 4096,  /* unit of the limit of high priority, [S54] */
    VIO_VL_LIMIT_NONE = 255 /* [S54] */
};

struct vio_vl_table {
    struct {
        uint8_t vl;
        int32_t weight_B;
    } entry[VIO_VL_ENTRIES];
    uint32_t n;
};

/* Read "0:4,1:64", LANE:WEIGHT in units of 64 B; entries of weight 0 are left out. False if it is not of that form. */
bool vio_vl_table_read(const char *text, struct vio_vl_table *t);

/* The part of the bytes of a table that lane vl has when each of lanes 0 to lanes - 1 always has packets of packet_B:
 * an entry sends whole packets until its weight is used up. 0 if the table has none of these lanes. */
double vio_vl_table_part(const struct vio_vl_table *t, uint32_t lanes, uint32_t vl, uint32_t packet_B);
/* Whether the table has one of them. */
bool vio_vl_table_serves(const struct vio_vl_table *t, uint32_t lanes);

/* How many packets of packet_B the high table may send for one of the low table; UINT32_MAX: without limit. */
uint32_t vio_vl_high_packets(uint32_t high_limit, uint32_t packet_B);

/* The part of a link's bytes that lane vl has at least, whatever the others of `lanes` send, with packets of packet_B.
 *
 * Formula: parts of the two tables, weighted with n : 1 packets, n = ceil(limit 4096 / packet_B), at least 1.
 * Example: high 0:64, low 1:64,2:32,3:128, limit 4, packets of 1554 B: n = 11; lane 0 11/12, lane 1 3/11 of 1/12.
 * Source:  IBA vol. 1 cl. 7.6.9; [S54].
 */
double vio_vl_part(const struct vio_vl_table *high, const struct vio_vl_table *low, uint32_t high_limit,
                   uint32_t packet_B, uint32_t lanes, uint32_t vl);

#endif
