/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/store_plan.c - a plan for the installer in the database: racks, devices, cables, ports.
 *
 * A plan is walked twice by one function: first its rows are hashed, then, unless a point with the same rows is there,
 * they are inserted. So a sweep of a thousand points over workloads stores one plan.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/kernel/rng.h"
#include "sim/plan/ports.h"
#include "sim/plan/schedule.h"
#include "sim/study/store.h"

enum rows_table { ROWS_RACK, ROWS_DEVICE, ROWS_CABLE, ROWS_PORT, ROWS_TABLES };

struct rows {
    struct study_store *store;
    sqlite3_stmt *insert[ROWS_TABLES]; /* all NULL: hash only */
    uint64_t hash;
    bool failed;
};

static const char *const rows_sql[ROWS_TABLES] = {
    "INSERT INTO rack VALUES (?1, ?2, ?3, ?4, ?5)", "INSERT INTO device VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    "INSERT INTO cable VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    "INSERT INTO port VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};

static void rows_value(struct rows *r, sqlite3_stmt *st, int column, char type, va_list *args)
{
    char text[32];
    int64_t number;
    double real;
    const char *string = text;

    if (type == 't') {
        string = va_arg(*args, const char *);
        if (st)
            sqlite3_bind_text(st, column, string, -1, SQLITE_STATIC);
    } else if (type == 'd') {
        real = va_arg(*args, double);
        snprintf(text, sizeof text, "%.17g", real);
        if (st)
            sqlite3_bind_double(st, column, real);
    } else { /* i; n: the same, and -1 is NULL */
        number = va_arg(*args, int64_t);
        snprintf(text, sizeof text, "%" PRId64, number);
        if (st && type == 'n' && number < 0)
            sqlite3_bind_null(st, column);
        else if (st)
            sqlite3_bind_int64(st, column, number);
    }
    if (!st)
        r->hash = sim_hash_text(string, r->hash);
}

/* A row of a table behind its plan_id, by type of each letter of `types`. Texts must live until the next row. */
static void rows_add(struct rows *r, enum rows_table table, const char *types, ...)
{
    sqlite3_stmt *st = r->insert[table];
    va_list args;

    if (r->failed)
        return;
    va_start(args, types);
    for (int i = 2; *types; types++, i++)
        rows_value(r, st, i, *types, &args);
    va_end(args);
    if (!st)
        return;
    r->failed = sqlite3_step(st) != SQLITE_DONE;
    sqlite3_reset(st);
}

static void rows_racks(struct rows *r, const struct plan *p)
{
    const struct scn_racks *limit = &p->study->racks;

    for (size_t i = 0; i < p->racks; i++)
        rows_add(r, ROWS_RACK, "itid", (int64_t)i, p->rack[i].name, (int64_t)limit->units, limit->power_W);
}

/* Place of a device: -1 for none. A chassis or edge has what is inside it at its own height. */
static void rows_device(struct rows *r, size_t id, const char *path, const char *tier, const struct scn_item *item,
                        uint32_t rack, uint32_t unit, double watts)
{
    const bool racked = rack != PLAN_NONE;

    rows_add(r, ROWS_DEVICE, "itttnndd", (int64_t)id, path, tier, item ? item->item : "",
             racked ? (int64_t)rack : (int64_t)-1, racked ? (int64_t)unit : (int64_t)-1, item ? item->rack_units : 0.0,
             watts);
}

/* Nameplate watts of every node: its own, its cards', and those of expansion modules that are no nodes. */
static double *rows_watts(const struct plan *p, struct sim_arena *a)
{
    double *watts = sim_arena_alloc(a, p->nodes + 1, sizeof *watts);

    for (size_t n = 0; n < p->nodes; n++)
        watts[n] = p->node[n].item ? p->node[n].item->watts : 0;
    for (size_t i = 0; i < p->slots; i++)
        watts[p->slot[i].node] += p->slot[i].item ? p->slot[i].item->watts : 0;
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];
        const char *end = strchr(c->a_port, '/');

        if (c->uplink && c->uplink->module && !c->uplink->slot && end && strcmp(end, "/p1") == 0)
            watts[c->a] += scn_catalogue_find(&p->study->catalogue, c->uplink->module)->watts;
    }
    return watts;
}

static void rows_devices(struct rows *r, const struct plan *p, struct sim_arena *a)
{
    static const char *const tiers[] = {[PLAN_SERVER] = "server",
                                        [PLAN_EDGE] = "edge",
                                        [PLAN_MODULE] = "module",
                                        [PLAN_CORE] = "core",
                                        [PLAN_PEER] = "peer"};
    const double *watts = rows_watts(p, a);

    for (size_t n = 0; n < p->nodes; n++)
        rows_device(r, n, p->node[n].path, p->design ? tiers[p->node[n].tier] : "node", p->node[n].item,
                    p->node[n].rack, p->node[n].rack_unit, watts[n]);
    for (size_t i = 0; i < p->enclosures; i++)
        rows_device(r, p->nodes + i, p->enclosure[i].path, "chassis", p->enclosure[i].item, p->enclosure[i].rack,
                    p->enclosure[i].rack_unit, p->enclosure[i].item->watts);
}

static void rows_cables(struct rows *r, const struct plan *p, struct sim_arena *a)
{
    const struct plan_schedule_row *row = plan_schedule(p, a);

    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];
        const uint64_t rate_bps = c->up->rate_bps ? c->up->rate_bps : c->link->rate_bps;

        rows_add(r, ROWS_CABLE, "ititittddtttt", (int64_t)i, c->label, (int64_t)c->a, c->a_port, (int64_t)c->b,
                 c->b_port, c->link->type, (double)rate_bps, c->length_m, row[i].item, row[i].role, row[i].group,
                 row[i].networks);
    }
}

static void rows_ports(struct rows *r, const struct plan_port_map *m)
{
    int64_t position = 0;

    for (size_t i = 0; i < m->ports; i++) {
        const struct plan_port *port = &m->port[i];

        position = i > 0 && port[-1].node == port->node ? position + 1 : 1;
        rows_add(r, ROWS_PORT, "iitttn", (int64_t)port->node, position, port->name, plan_port_kind_name(port->kind),
                 port->link, (int64_t)port->cable);
    }
}

static void rows_walk(struct rows *r, const struct plan *p, const struct plan_port_map *m)
{
    struct sim_arena scratch;

    sim_arena_init(&scratch);
    rows_racks(r, p);
    rows_devices(r, p, &scratch);
    rows_cables(r, p, &scratch);
    rows_ports(r, m);
    sim_arena_fini(&scratch);
}

static void rows_insert(struct rows *r, int64_t plan_id, const struct plan *p, const struct plan_port_map *m)
{
    for (int t = 0; t < ROWS_TABLES && !r->failed; t++) {
        r->insert[t] = study_store_prepare(r->store, rows_sql[t]);
        r->failed = !r->insert[t] || sqlite3_bind_int64(r->insert[t], 1, plan_id) != SQLITE_OK;
    }
    if (!r->failed)
        rows_walk(r, p, m);
    for (int t = 0; t < ROWS_TABLES; t++)
        sqlite3_finalize(r->insert[t]);
}

/* Note which plan the point has: its own, or an earlier one with the same rows. Returns: whether it is its own. */
static bool rows_enter(struct rows *r, int64_t point_id)
{
    char hash[24];
    int64_t plan_id = 0;
    sqlite3_stmt *st = study_store_prepare(r->store, "INSERT INTO plan VALUES (?1, coalesce((SELECT min(plan_id) FROM "
                                                     "plan WHERE hash = ?2), ?1), ?2) RETURNING plan_id");

    snprintf(hash, sizeof hash, "%016" PRIx64, r->hash);
    r->failed = !st;
    if (st) {
        sqlite3_bind_int64(st, 1, point_id);
        sqlite3_bind_text(st, 2, hash, -1, SQLITE_STATIC);
        r->failed = sqlite3_step(st) != SQLITE_ROW;
        plan_id = sqlite3_column_int64(st, 0);
        r->failed |= sqlite3_finalize(st) != SQLITE_OK;
    }
    return !r->failed && plan_id == point_id;
}

bool study_store_put_plan(struct study_store *s, int64_t point_id, const struct plan *plan)
{
    struct rows r = {.store = s, .hash = 1};
    struct plan_port_map map;

    plan_ports_init(&map, plan);
    rows_walk(&r, plan, &map);
    if (rows_enter(&r, point_id))
        rows_insert(&r, point_id, plan, &map);
    plan_ports_fini(&map);
    if (r.failed)
        snprintf(s->why, sizeof s->why, "%s: %s", s->path, sqlite3_errmsg(s->db));
    return !r.failed;
}
