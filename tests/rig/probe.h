/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/rig/probe.h - a transport that writes down when each packet arrived, and intervals over replications.
 *
 * A probe flow sends every message as one packet of the message's size, without headers, and keeps a record of what
 * reached the end of the path and when: the thing that exact oracles compare with arithmetic by hand.
 */
#ifndef TESTS_RIG_PROBE_H
#define TESTS_RIG_PROBE_H

#include "models/transport.h"

struct probe_mark { /* a packet at the end of its path */
    sim_time born_ps, at_ps;
    uint64_t seq; /* 0, 1, ... in order of launch within the flow */
    uint32_t size_B;
};

struct probe {               /* state of a probe flow */
    struct probe_mark *mark; /* in order of arrival; heap */
    size_t n, capacity;
    uint64_t sent, lost;
};

/* A probe flow of protocol `proto` along `path` in class `tc`. */
struct vio_flow *probe_flow(struct vio_world *w, const char *name, enum vio_proto proto, const struct vio_path *path,
                            uint8_t tc);
const struct probe *probe_of(struct vio_flow *f);

/* Launch `n` packets of size_B at time `at`, which is now or later. */
void probe_send_at(struct vio_flow *f, sim_time at, uint32_t n, uint32_t size_B);

/* Two-sided 99.9 % interval for the mean of n independent observations: mean +- half (Student's t). */
struct rig_interval {
    double mean, half;
};
struct rig_interval rig_interval(const double *x, int n);
bool rig_holds(struct rig_interval i, double value);

#endif
