/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/mix.c - drawing from a mix of I/Os, and its means.
 */
#include "models/mix.h"

const struct vio_mix_part *vio_mix_draw(const struct vio_mix *m, double u)
{
    size_t i = 0;

    for (double upto = m->part[0].share; u > upto && i + 1 < m->parts; upto += m->part[i].share)
        i++;
    return &m->part[i];
}

double vio_mix_mean_B(const struct vio_mix *m)
{
    double sum = 0;

    for (size_t i = 0; i < m->parts; i++)
        sum += m->part[i].share * sim_dist_mean(&m->part[i].size);
    return sum;
}

double vio_mix_reads(const struct vio_mix *m)
{
    double sum = 0;

    for (size_t i = 0; i < m->parts; i++)
        sum += m->part[i].share * m->part[i].read;
    return sum;
}
