/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/picture.h - pictures of a plan: what is joined to what, how one server is cabled, what stands in a rack.
 *
 * Like devices are drawn once: a plan of a thousand servers gives a picture of the size of one of ten. Colours are
 * sentinels, in lower case, that report.css maps to its variables.
 */
#ifndef ANALYSIS_PICTURE_H
#define ANALYSIS_PICTURE_H

#include <string.h>

#include "analysis/layout.h"

#define ANA_PICTURE_TEXT "#333333"
#define ANA_PICTURE_LINE "#777777"

/* Of a tier of devices. */
static inline const char *ana_tier_colour(const char *tier)
{
    if (strcmp(tier, "edge") == 0)
        return "#009e73";
    if (strcmp(tier, "module") == 0)
        return "#6a51a3";
    if (strcmp(tier, "core") == 0)
        return "#666666";
    return strcmp(tier, "peer") == 0 ? "#b07c00" : "#0072b2";
}

/* Of a link technology: Fibre Channel, InfiniBand, or else Ethernet. */
static inline const char *ana_link_colour(const char *link)
{
    if (strncmp(link, "fc-", 3) == 0)
        return "#d55e00";
    return strncmp(link, "ib-", 3) == 0 ? "#6a51a3" : "#0072b2";
}

/* For Graphviz's dot: groups of like devices from the servers to the peers, with the number, technology and joint rate
 * of the cables between them. "" of an empty plan. */
const char *ana_picture_topology(const struct ana_layout *l, struct sim_arena *arena);

/* For dot: a server of each kind, port by port, with the edges, modules and cores that its cables lead to. Up to three
 * servers of a kind are drawn. "" without servers. */
const char *ana_picture_cabling(const struct ana_layout *l, struct sim_arena *arena);

/* SVG: racks unit by unit; racks with like contents once. "" without racks. */
const char *ana_picture_racks(const struct ana_layout *l, struct sim_arena *arena);

#endif
