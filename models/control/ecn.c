/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control/ecn.c - packets are marked when the queue that they find is long.
 *
 * Description  The instantaneous queue of the class at an egress, in wire bytes with the packet in service, without the
 *              one that arrives. Step: all above ecn_min (DCTCP's K). RED: none up to ecn_min, then with a probability
 *              that rises to ecn_probability just below ecn_max, all from there (DCQCN).
 * Simplified   The average of classic RED is left out, as in both sources. Whether a flow heeds the mark is its
 *              transport's.
 * Source       RFC 3168; DCTCP [S52]; DCQCN parameters [S51].
 */
#include "models/control.h"

static const char *const ecn_params[] = {"ecn_min", "ecn_max", "ecn_probability", NULL};

const struct vio_control_type vio_control_ecn = {
    .type = "ecn",
    .summary = "marks packets that find a long queue: a step, or RED on the instantaneous queue",
    .params = ecn_params,
    .source = "RFC 3168; [S51], [S52]",
};
