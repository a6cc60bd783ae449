/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/mix.h - a mix of I/Os: parts, each with a share, a size and a share of reads, so that size and direction may
 * belong together.
 */
#ifndef MODELS_MIX_H
#define MODELS_MIX_H

#include <stddef.h>

#include "sim/kernel/dist.h"

struct vio_mix_part {
    double share; /* of the I/Os */
    struct sim_dist size;
    double read; /* share of reads among its I/Os */
};

struct vio_mix {
    const char *name, *source;
    const struct vio_mix_part *part;
    size_t parts;
};

/* The part that u, 0 < u < 1, falls into. */
const struct vio_mix_part *vio_mix_draw(const struct vio_mix *m, double u);
/* Mean size of its I/Os in bytes; share of reads. */
double vio_mix_mean_B(const struct vio_mix *m);
double vio_mix_reads(const struct vio_mix *m);

#endif
