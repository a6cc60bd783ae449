/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/layout.c - see the header. Identifiers of racks, devices and cables in the database are places from 0. */
#include "analysis/layout.h"

#include <ctype.h>
#include <string.h>

#include <sqlite3.h>

/* As many like devices are shown one by one. */
static size_t layout_solo(const struct ana_device *d)
{
    return strcmp(d->tier, "module") == 0 ? 1 : 3;
}

struct layout_load {
    sqlite3 *db;
    int64_t point;
    struct sim_arena *arena;
    sqlite3_stmt *st;
    bool failed;
};

/* Begin to read the rows of a table of the plan; returns their number. */
static size_t layout_begin(struct layout_load *l, const char *table, const char *columns, const char *order)
{
    char sql[512];
    size_t n = 0;

    sqlite3_snprintf(sizeof sql, sql,
                     "SELECT %s, count(*) OVER () FROM %s JOIN plan USING (plan_id) WHERE point_id = ?1 ORDER BY %s",
                     columns, table, order);
    l->failed = l->failed || sqlite3_prepare_v2(l->db, sql, -1, &l->st, NULL) != SQLITE_OK;
    if (l->failed)
        return 0;
    sqlite3_bind_int64(l->st, 1, l->point);
    if (sqlite3_step(l->st) == SQLITE_ROW)
        n = (size_t)sqlite3_column_int64(l->st, sqlite3_column_count(l->st) - 1);
    return n;
}

/* A text of the current row. */
static const char *layout_text(const struct layout_load *l, int column)
{
    const char *text = (const char *)sqlite3_column_text(l->st, column);

    return sim_arena_text(l->arena, text ? text : "");
}

static int layout_index(const struct layout_load *l, int column)
{
    return sqlite3_column_type(l->st, column) == SQLITE_NULL ? -1 : sqlite3_column_int(l->st, column);
}

static void layout_end(struct layout_load *l)
{
    l->failed = l->failed || sqlite3_errcode(l->db) != SQLITE_DONE;
    sqlite3_finalize(l->st);
    l->st = NULL;
}

static void layout_racks(struct layout_load *l, struct ana_layout *t)
{
    t->racks = layout_begin(l, "rack", "name, units, power_w", "rack_id");
    t->rack = sim_arena_alloc(l->arena, t->racks + 1, sizeof *t->rack);
    for (size_t i = 0; i < t->racks; i++, sqlite3_step(l->st))
        t->rack[i] =
            (struct ana_rack){layout_text(l, 0), sqlite3_column_int(l->st, 1), sqlite3_column_double(l->st, 2)};
    layout_end(l);
}

static void layout_devices(struct layout_load *l, struct ana_layout *t)
{
    t->devices = layout_begin(l, "device", "path, tier, item, rack_id, unit, rack_units, watts", "device_id");
    t->device = sim_arena_alloc(l->arena, t->devices + 1, sizeof *t->device);
    for (size_t i = 0; i < t->devices; i++, sqlite3_step(l->st))
        t->device[i] = (struct ana_device){.path = layout_text(l, 0),
                                           .tier = layout_text(l, 1),
                                           .item = layout_text(l, 2),
                                           .rack = layout_index(l, 3),
                                           .unit = layout_index(l, 4),
                                           .rack_units = sqlite3_column_double(l->st, 5),
                                           .watts = sqlite3_column_double(l->st, 6)};
    layout_end(l);
}

static void layout_cables(struct layout_load *l, struct ana_layout *t)
{
    t->cables = layout_begin(
        l, "cable", "label, from_port, to_port, link, role, item, networks, from_id, to_id, rate_bps, length_m",
        "cable_id");
    t->cable = sim_arena_alloc(l->arena, t->cables + 1, sizeof *t->cable);
    for (size_t i = 0; i < t->cables; i++, sqlite3_step(l->st))
        t->cable[i] = (struct ana_cable){.label = layout_text(l, 0),
                                         .from_port = layout_text(l, 1),
                                         .to_port = layout_text(l, 2),
                                         .link = layout_text(l, 3),
                                         .role = layout_text(l, 4),
                                         .item = layout_text(l, 5),
                                         .networks = layout_text(l, 6),
                                         .from = (size_t)sqlite3_column_int64(l->st, 7),
                                         .to = (size_t)sqlite3_column_int64(l->st, 8),
                                         .rate_bps = sqlite3_column_double(l->st, 9),
                                         .length_m = sqlite3_column_double(l->st, 10)};
    layout_end(l);
}

static void layout_ports(struct layout_load *l, struct ana_layout *t)
{
    t->ports = layout_begin(l, "port", "device_id, name, kind, cable_id IS NOT NULL", "device_id, position");
    t->port = sim_arena_alloc(l->arena, t->ports + 1, sizeof *t->port);
    for (size_t i = 0; i < t->ports; i++, sqlite3_step(l->st))
        t->port[i] = (struct ana_port){(size_t)sqlite3_column_int64(l->st, 0), layout_text(l, 1), layout_text(l, 2),
                                       sqlite3_column_int(l->st, 3) != 0};
    layout_end(l);
}

/* Whether two paths differ in their numbers only. */
static bool layout_like(const char *a, const char *b)
{
    for (;;) {
        while (isdigit((unsigned char)*a))
            a++;
        while (isdigit((unsigned char)*b))
            b++;
        if (*a != *b)
            return false;
        if (!*a)
            return true;
        a++;
        b++;
    }
}

static bool layout_grouped(const struct ana_device *a, const struct ana_device *b)
{
    return strcmp(a->tier, b->tier) == 0 && strcmp(a->item, b->item) == 0 && layout_like(a->path, b->path);
}

static void layout_add_group(struct ana_layout *t, size_t device)
{
    t->device[device].group = t->groups;
    t->group[t->groups++] = (struct ana_group){device, device, 1};
}

/* Like devices into groups, then groups of a few apart again. Kinds of device are few, so each looks through them. */
static void layout_group(struct ana_layout *t, struct sim_arena *arena)
{
    struct ana_group *kind = sim_arena_alloc(arena, t->devices + 1, sizeof *kind);
    size_t kinds = 0;

    t->group = sim_arena_alloc(arena, t->devices + 1, sizeof *t->group);
    for (size_t d = 0; d < t->devices; d++) {
        size_t k = 0;

        while (k < kinds && !layout_grouped(&t->device[kind[k].first], &t->device[d]))
            k++;
        if (k == kinds)
            kind[kinds++] = (struct ana_group){d, d, 0};
        kind[k].last = d;
        kind[k].devices++;
        t->device[d].group = k;
    }
    for (size_t d = 0; d < t->devices; d++) {
        const struct ana_group *k = &kind[t->device[d].group];

        if (k->devices <= layout_solo(&t->device[d]) || k->first == d)
            layout_add_group(t, d);
        else
            t->device[d].group = t->device[k->first].group;
        if (k->devices > layout_solo(&t->device[d]))
            t->group[t->device[d].group] = *k;
    }
}

bool ana_layout_load(struct sqlite3 *db, int64_t point, struct ana_layout *t, struct sim_arena *arena)
{
    struct layout_load l = {.db = db, .point = point, .arena = arena};

    *t = (struct ana_layout){0};
    layout_racks(&l, t);
    layout_devices(&l, t);
    layout_cables(&l, t);
    layout_ports(&l, t);
    if (l.failed)
        return false;
    layout_group(t, arena);
    return true;
}

const char *ana_group_name(const struct ana_layout *l, const struct ana_group *g, struct sim_arena *arena)
{
    const char *first = l->device[g->first].path, *last = l->device[g->last].path, *slash = strrchr(first, '/');

    if (g->devices == 1)
        return first;
    if (slash && strncmp(first, last, (size_t)(slash - first) + 1) == 0)
        last += slash - first + 1;
    return sim_arena_printf(arena, "%s - %s", first, last);
}
