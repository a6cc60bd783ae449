/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * models/control/tail_drop.c - a packet that finds its queue full is lost.
 *
 * Description  Limits in packets and in wire bytes, per traffic class of an egress, the packet in service included.
 *              Packets of lossless classes are never dropped here: what holds their sender back bounds their queue.
 * Source       definition
 */
#include "models/control.h"

const struct vio_control_type vio_control_tail_drop = {
    .type = "tail-drop",
    .summary = "a packet that finds the queue of its class at its limit is lost (key `queue` of a link)",
    .source = "definition; port buffers facts.md 2.4",
};
