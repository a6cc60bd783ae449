/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control/shared_buffer.c - one packet memory for all ports of a node, with dynamic thresholds.
 *
 * Description  A queue may hold alpha times what is free of the memory. Lossy classes: the queue of a class at an
 * egress; what does not fit is lost. Lossless classes under pause: the ingress is paused when it holds more than that,
 * and what then still arrives goes into its headroom, which is not part of the shared memory. Steady state n busy
 * queues hold alpha B / (1 + alpha n) each, and B / (1 + alpha n) stays free for those to come. Simplified   Bytes, not
 * cells; one alpha per node; no guaranteed minimum per queue. Source       Choudhury and Hahne, IEEE/ACM Trans.
 * Networking 6 (1998) 130; facts.md 3.1.
 */
#include "models/control.h"

const struct vio_control_type vio_control_shared_buffer = {
    .type = "shared-buffer",
    .summary = "a queue may hold alpha times what is free of its node's memory (keys `buffer` and `alpha` of a node)",
    .source = "Choudhury and Hahne, IEEE/ACM Trans. Networking 6 (1998) 130; facts.md 3.1",
};
