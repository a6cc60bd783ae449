/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/data_load_plan.c - what is bought for each point and what it costs, from the database. */
#include <sqlite3.h>

#include "analysis/data_load.h"

static void load_costs(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->costs = ana_load_count(l, "cost JOIN point USING (point_id) WHERE study_id = ?1");
    t->cost = sim_arena_alloc(l->arena, t->costs + 1, sizeof *t->cost);
    s = ana_load_of_study(l, "SELECT point_id, cost.name, unit, value FROM cost JOIN point USING (point_id) "
                             "WHERE study_id = ?1 ORDER BY point_id, cost.name");
    for (size_t i = 0; i < t->costs && ana_load_step(l, s); i++)
        t->cost[i] = (struct ana_cost){ana_load_point(t, sqlite3_column_int64(s, 0), i ? t->cost[i - 1].point : 0),
                                       ana_load_text(l, s, 1), ana_load_text(l, s, 2), sqlite3_column_double(s, 3)};
    sqlite3_finalize(s);
}

static void load_bom(struct ana_loader *l)
{
    struct ana_study *t = l->study;
    sqlite3_stmt *s;

    t->bom_rows = ana_load_count(l, "bom JOIN point USING (point_id) WHERE study_id = ?1");
    t->bom = sim_arena_alloc(l->arena, t->bom_rows + 1, sizeof *t->bom);
    s = ana_load_of_study(
        l, "SELECT point_id, component, item, description, source, quantity, unit_usd, watts, rack_units, owned "
           "FROM bom JOIN point USING (point_id) WHERE study_id = ?1 "
           "ORDER BY point_id, bom.rowid");
    for (size_t i = 0; i < t->bom_rows && ana_load_step(l, s); i++)
        t->bom[i] = (struct ana_bom){ana_load_point(t, sqlite3_column_int64(s, 0), i ? t->bom[i - 1].point : 0),
                                     ana_load_text(l, s, 1),
                                     ana_load_text(l, s, 2),
                                     ana_load_text(l, s, 3),
                                     ana_load_text(l, s, 4),
                                     sqlite3_column_int64(s, 5),
                                     sqlite3_column_double(s, 6),
                                     sqlite3_column_double(s, 7),
                                     sqlite3_column_double(s, 8),
                                     sqlite3_column_int64(s, 9)};
    sqlite3_finalize(s);
}

void ana_load_plan(struct ana_loader *l)
{
    load_costs(l);
    load_bom(l);
}
