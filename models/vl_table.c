/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/vl_table.c - see the header.
 */
#include "models/vl_table.h"

#include <stdlib.h>

enum {
    VL_WEIGHT_MAX = 255, /* [S54] */
    VL_WEIGHT_B = 64     /* unit of weight, [S54] */
};

bool vio_vl_table_read(const char *text, struct vio_vl_table *t)
{
    *t = (struct vio_vl_table){0};
    for (const char *p = text; *p;) {
        char *end;
        const unsigned long vl = strtoul(p, &end, 10);
        unsigned long weight;

        if (end == p || *end != ':' || vl >= VIO_VL_LANES)
            return false;
        p = end + 1;
        weight = strtoul(p, &end, 10);
        if (end == p || weight > VL_WEIGHT_MAX || (*end && *end != ','))
            return false;
        p = *end ? end + 1 : end;
        if (weight == 0)
            continue;
        if (t->n == VIO_VL_ENTRIES)
            return false;
        t->entry[t->n].vl = (uint8_t)vl;
        t->entry[t->n++].weight_B = (int32_t)weight * VL_WEIGHT_B;
    }
    return true;
}

double vio_vl_table_part(const struct vio_vl_table *t, uint32_t lanes, uint32_t vl, uint32_t packet_B)
{
    uint64_t own = 0, all = 0;

    for (uint32_t i = 0; i < t->n; i++) {
        const uint32_t packets = ((uint32_t)t->entry[i].weight_B + packet_B - 1) / packet_B;

        all += t->entry[i].vl < lanes ? packets : 0;
        own += t->entry[i].vl == vl ? packets : 0;
    }
    return all ? (double)own / (double)all : 0;
}

bool vio_vl_table_serves(const struct vio_vl_table *t, uint32_t lanes)
{
    for (uint32_t i = 0; i < t->n; i++)
        if (t->entry[i].vl < lanes)
            return true;
    return false;
}

uint32_t vio_vl_high_packets(uint32_t high_limit, uint32_t packet_B)
{
    const uint32_t packets = (high_limit * VIO_VL_LIMIT_B + packet_B - 1) / packet_B;

    if (high_limit == VIO_VL_LIMIT_NONE)
        return UINT32_MAX;
    return packets ? packets : 1;
}

double vio_vl_part(const struct vio_vl_table *high, const struct vio_vl_table *low, uint32_t high_limit,
                   uint32_t packet_B, uint32_t lanes, uint32_t vl)
{
    const double n = vio_vl_high_packets(high_limit, packet_B);
    double of_high = n / (n + 1);

    if (!vio_vl_table_serves(high, lanes))
        of_high = 0;
    else if (!vio_vl_table_serves(low, lanes) || high_limit == VIO_VL_LIMIT_NONE)
        of_high = 1;
    return of_high * vio_vl_table_part(high, lanes, vl, packet_B) +
           (1 - of_high) * vio_vl_table_part(low, lanes, vl, packet_B);
}
