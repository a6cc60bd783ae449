/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/plan_files.c - the plans of a database as files: what to buy, where to put it, how to cable it.
 *
 * Each CSV file is a view of the database without the columns that are the same throughout; the pictures are those of
 * the report. All are written before the first is moved into its place.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "analysis/figure.h"
#include "analysis/output.h"
#include "analysis/picture.h"
#include "analysis/report.h"

struct plan_file {
    const char *name, *sql; /* ?1 is the design, ?2 the factors */
};

static const struct plan_file plan_files[] = {
    {"bom.csv",
     "SELECT component, item, description, quantity, owned, unit_usd, usd, watts, rack_units, source FROM v_bom"},
    {"cables.csv",
     "SELECT label, role, from_device, from_port, from_rack, from_unit, to_device, to_port, to_rack, to_unit, link, "
     "CAST(rate_bps AS INTEGER) AS rate_bps, length_m, item, part_of, networks FROM v_cable"},
    {"ports.csv", "SELECT device, rack, unit, port, kind, link, label, to_device, to_port, networks FROM v_port"},
    {"devices.csv", "SELECT rack, unit, device, tier, item, rack_units, watts FROM v_device"},
    {"racks.csv", "SELECT rack, devices, units_used, units, watts, power_w FROM v_rack"},
    {"counts.csv", "SELECT what, kind, unit, value FROM v_count"}};

static const struct plan_picture {
    const char *id;
    enum ana_figure_kind kind;
    const char *title;
    const char *(*draw)(const struct ana_layout *l, struct sim_arena *arena);
} plan_pictures[] = {{"topology", ANA_FIGURE_GRAPH, "topology", ana_picture_topology},
                     {"cabling", ANA_FIGURE_GRAPH, "cables of a server", ana_picture_cabling},
                     {"racks", ANA_FIGURE_SVG, "racks", ana_picture_racks}};

enum {
    PLAN_FILES = sizeof plan_files / sizeof *plan_files,
    PLAN_PICTURES = sizeof plan_pictures / sizeof *plan_pictures
};

struct plan_writer {
    struct ana_output out;
    sqlite3 *db;
    FILE *messages;
    bool no_graphs; /* Graphviz is missing */
    char **made;    /* directories in the stage, in out.arena */
    size_t n_made, capacity;
};

struct plan_query {
    sqlite3_stmt *st;
    bool good;
};

static void plan_rows(FILE *out, void *arg)
{
    struct plan_query *q = arg;

    q->good = ana_csv_rows(q->st, out);
}

static int plan_unreadable(struct plan_writer *w)
{
    snprintf(w->out.why, sizeof w->out.why, "cannot read the database: %s", sqlite3_errmsg(w->db));
    return -1;
}

static int plan_table(struct plan_writer *w, const struct plan_file *f, const char *sub, const char *design,
                      const char *factors)
{
    const char *sql = sim_arena_printf(&w->out.arena, "%s WHERE design = ?1 AND factors = ?2", f->sql);
    struct plan_query q = {0};
    int rc = -1;

    if (sqlite3_prepare_v2(w->db, sql, -1, &q.st, NULL) != SQLITE_OK)
        return plan_unreadable(w);
    sqlite3_bind_text(q.st, 1, design, -1, SQLITE_STATIC);
    sqlite3_bind_text(q.st, 2, factors, -1, SQLITE_STATIC);
    rc = ana_output_write(&w->out, sim_arena_printf(&w->out.arena, "%s/%s", sub, f->name), plan_rows, &q);
    if (!rc && !q.good)
        rc = plan_unreadable(w);
    sqlite3_finalize(q.st);
    return rc;
}

/* The pictures of a point, in the stage. Without Graphviz the graphs are left out. */
static int plan_draw(struct plan_writer *w, const char *sub, const char *design, int64_t point)
{
    struct sim_arena *a = &w->out.arena;
    struct ana_figure figure[PLAN_PICTURES];
    struct ana_figure *list[PLAN_PICTURES];
    struct ana_layout layout;
    int rc;

    if (!ana_layout_load(w->db, point, &layout, a))
        return plan_unreadable(w);
    for (size_t i = 0; i < PLAN_PICTURES; i++) {
        figure[i] = (struct ana_figure){.id = plan_pictures[i].id,
                                        .kind = plan_pictures[i].kind,
                                        .title = sim_arena_printf(a, "%s: %s", design, plan_pictures[i].title),
                                        .desc = "",
                                        .source = plan_pictures[i].draw(&layout, a)};
        list[i] = &figure[i];
    }
    rc = ana_pictures_draw(list, PLAN_PICTURES, ana_output_path(&w->out, sub), w->out.why, sizeof w->out.why);
    for (size_t i = 0; i < PLAN_PICTURES; i++) {
        w->no_graphs = w->no_graphs || figure[i].why;
        free(figure[i].svg);
    }
    return rc;
}

/* The files of a point, in the stage. */
static int plan_point(struct plan_writer *w, const char *sub, const char *design, const char *factors, int64_t point)
{
    int rc = ana_output_mkdir(&w->out, sub);

    for (size_t i = 0; i < PLAN_FILES && !rc; i++)
        rc = plan_table(w, &plan_files[i], sub, design, factors);
    return rc ? rc : plan_draw(w, sub, design, point);
}

static int plan_points(struct plan_writer *w)
{
    sqlite3_stmt *st;
    int rc = 0, step = SQLITE_DONE;

    if (sqlite3_prepare_v2(w->db,
                           "SELECT design, factors, feasible, why, point_id, count(*) OVER (PARTITION BY design) "
                           "FROM v_point ORDER BY point_id",
                           -1, &st, NULL) != SQLITE_OK)
        return plan_unreadable(w);
    while (!rc && (step = sqlite3_step(st)) == SQLITE_ROW) {
        const char *design = (const char *)sqlite3_column_text(st, 0);
        const char *name = *design ? design : "topology";
        char *sub;

        if (!sqlite3_column_int(st, 2)) {
            fprintf(w->messages, "%s cannot be built: %s\n", name, sqlite3_column_text(st, 3));
            continue;
        }
        sub = sqlite3_column_int(st, 5) == 1
                  ? sim_arena_printf(&w->out.arena, "%s", name)
                  : sim_arena_printf(&w->out.arena, "%s-%d", name, sqlite3_column_int(st, 4));
        rc = plan_point(w, sub, design, (const char *)sqlite3_column_text(st, 1), sqlite3_column_int64(st, 4));
        w->made = sim_grow(w->made, &w->capacity, w->n_made + 1, sizeof *w->made);
        w->made[w->n_made++] = sub;
    }
    if (!rc && step != SQLITE_DONE)
        rc = plan_unreadable(w);
    sqlite3_finalize(st);
    return rc;
}

static int plan_commit(struct plan_writer *w)
{
    int rc = 0;

    for (size_t i = 0; i < w->n_made && !rc; i++) {
        const char *to = sim_arena_printf(&w->out.arena, "%s/%s", w->out.dir, w->made[i]);

        if (mkdir(to, 0777) && errno != EEXIST)
            return ana_output_fail(&w->out, to);
        for (size_t f = 0; f < PLAN_FILES && !rc; f++)
            rc = ana_output_move(&w->out, sim_arena_printf(&w->out.arena, "%s/%s", w->made[i], plan_files[f].name));
        for (size_t f = 0; f < PLAN_PICTURES && !rc; f++) {
            const char *name = sim_arena_printf(&w->out.arena, "%s/%s.svg", w->made[i], plan_pictures[f].id);

            if (access(ana_output_path(&w->out, name), F_OK) == 0)
                rc = ana_output_move(&w->out, name);
        }
        if (!rc)
            fprintf(w->messages, "%s\n", to);
    }
    return rc;
}

int ana_plan_files(struct sqlite3 *db, const char *dir, FILE *messages)
{
    struct plan_writer w = {.db = db, .messages = messages};
    int rc;

    ana_output_init(&w.out, dir);
    rc = ana_output_begin(&w.out) || plan_points(&w) || plan_commit(&w);
    if (rc)
        fprintf(stderr, "viosim: %s\n", w.out.why);
    else if (w.no_graphs)
        fputs("viosim: Graphviz is not installed ('apt-get install graphviz'): topology.svg and cabling.svg are left "
              "out\n",
              stderr);
    free(w.made);
    ana_output_fini(&w.out);
    return rc ? 1 : 0;
}
