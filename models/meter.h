/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/meter.h - token buckets, and the two-rate three-colour marker made of two of them.
 *
 * A bucket of rate r and burst b lets out at most b + r t bytes in every window of length t. It is kept as time: a
 * bucket holds what r would carry in `level_ps`, fills by one picosecond per picosecond, and a packet costs its own
 * time at rate r. That is exact in integers for any rate, and nothing has to be refilled by events.
 */
#ifndef MODELS_METER_H
#define MODELS_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/kernel/time.h"

struct vio_bucket {
    uint64_t rate_bps; /* 0: see vio_bucket_init() */
    sim_time depth_ps; /* of the burst at the rate */
    sim_time level_ps; /* at time at_ps */
    sim_time at_ps;
    uint64_t carry; /* of vio_wire_time(), so that many packets cost exactly their sum */
};

/* A full bucket at time 0.
 *
 * Units:    bit/s and bytes. A rate of 0 is no limit: the bucket always holds enough.
 * Requires: burst_B at least the largest packet, or that packet never fits.
 */
void vio_bucket_init(struct vio_bucket *b, uint64_t rate_bps, uint64_t burst_B);

/* The earliest time, now or later, at which the bucket holds B bytes if nothing is taken before; SIM_TIME_NEVER if B is
 * more than the burst. */
sim_time vio_bucket_ready_ps(const struct vio_bucket *b, uint64_t B, sim_time now);

/* Take B bytes out; requires that it holds them. */
void vio_bucket_take(struct vio_bucket *b, uint64_t B, sim_time now);

enum vio_colour { VIO_GREEN, VIO_YELLOW, VIO_RED };

/* RFC 2698, colour-blind. Without a committed rate nothing is green; without a peak rate nothing is red. */
struct vio_tr_tcm {
    bool commits; /* has a committed rate */
    struct vio_bucket committed, peak;
};

struct vio_class_config;

/* The marker of a class. Bursts that are not given are `burst_ps` of their rate; all hold at least max_wire_B. */
void vio_tr_tcm_init(struct vio_tr_tcm *m, const struct vio_class_config *c, sim_time burst_ps, uint32_t max_wire_B);

/* The colour of a packet of B bytes now: red if the peak bucket does not hold it, else yellow if the committed bucket
 * does not, else green. Takes nothing. */
enum vio_colour vio_tr_tcm_colour(const struct vio_tr_tcm *m, uint64_t B, sim_time now);

/* Take a packet of that colour out: green from both buckets, yellow from the peak bucket, red from none. */
void vio_tr_tcm_take(struct vio_tr_tcm *m, enum vio_colour colour, uint64_t B, sim_time now);

#endif
