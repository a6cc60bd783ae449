/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/layout.h - the plan of a point from the database: racks, devices, cables, ports; and its like devices.
 */
#ifndef ANALYSIS_LAYOUT_H
#define ANALYSIS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/arena.h"

struct sqlite3;

struct ana_rack {
    const char *name;
    int units; /* that it has */
    double power_w;
};

struct ana_device {
    const char *path, *tier, *item;
    int rack, unit; /* index into racks, -1: in none; the lowest unit it takes */
    double rack_units, watts;
    size_t group; /* index into groups */
};

struct ana_cable {
    const char *label, *from_port, *to_port, *link, *role, *item, *networks;
    size_t from, to; /* devices */
    double rate_bps, length_m;
};

struct ana_port {
    size_t device;
    const char *name, *kind;
    bool cabled;
};

struct ana_group { /* devices of one tier and item whose paths differ in numbers only; few are left by themselves */
    size_t first, last, devices;
};

struct ana_layout {
    struct ana_rack *rack;
    size_t racks;
    struct ana_device *device;
    size_t devices;
    struct ana_cable *cable;
    size_t cables;
    struct ana_port *port; /* by device */
    size_t ports;
    struct ana_group *group; /* in the order of their first devices */
    size_t groups;
};

/* Load the plan of a point into `arena`. A point that cannot be built has an empty one.
 * Returns: false if the database cannot be read: sqlite3_errmsg() says why. */
bool ana_layout_load(struct sqlite3 *db, int64_t point, struct ana_layout *l, struct sim_arena *arena);

/* "hosts00", or of several "hosts00 - hosts15", "ib-edge-a1/slot1 - slot2". */
const char *ana_group_name(const struct ana_layout *l, const struct ana_group *g, struct sim_arena *arena);

#endif
