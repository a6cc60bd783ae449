/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/study_fixture.h - a study made by hand: one VM class, one service level, two designs, no models.
 */
#ifndef TESTS_UNIT_STUDY_FIXTURE_H
#define TESTS_UNIT_STUDY_FIXTURE_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/study/run.h"

enum { FIXTURE_DESIGNS = 2 };

struct fixture {
    char db[64];
    struct scn_design design[FIXTURE_DESIGNS];
    struct scn_level level;
    struct scn_expect expect;
    struct scn_factor factor;
    struct scn_study study;
    struct plan plan[FIXTURE_DESIGNS];
    struct scn_item item;
    struct plan_bom_row bom[2];
    struct scn_item server, edge;
    struct plan_node node[2];
    struct plan_slot slot;
    struct plan_rack rack;
    struct scn_connection connection;
    struct plan_cable cable;
    struct vio_egress_config egress;
    struct study_point point[FIXTURE_DESIGNS];
    struct study_points points;
    struct study_store store;
};

static const struct study_origin fixture_origin = {"0.0", "cc", "none", "test"};

/* Open f->db for writing and enter study and points. */
static inline void fixture_open(struct fixture *f)
{
    const struct plan_cost cost = {.capex_usd = 1000, .total_usd = 1500, .cables = 4};
    struct sim_diags diags;
    int64_t study_id;

    sim_diags_init(&diags);
    sim_diag_add(&diags, SIM_WARNING, (struct sim_pos){"f.yaml", 3, 5}, "never used");
    cr_assert(study_store_open(&f->store, f->db, STUDY_WRITE, 0.95), "%s", f->store.why);
    cr_assert(study_store_put_study(&f->store, &f->study, f->points.hash, &fixture_origin, &diags, &study_id), "%s",
              f->store.why);
    for (size_t i = 0; i < f->points.n; i++)
        cr_assert(study_store_put_point(&f->store, study_id, f->point[i].id, f->point[i].position, f->point[i].hash,
                                        f->point[i].plan, &cost),
                  "%s", f->store.why);
    sim_diags_fini(&diags);
}

/* One server with one port, one cable to the first of two ports of an edge. */
static inline void fixture_cable(struct fixture *f)
{
    f->server = (struct scn_item){.item = "srv", .description = "a server", .watts = 100, .rack_units = 1};
    f->edge = (struct scn_item){
        .item = "tor", .description = "a switch", .link = "gbe", .ports = 2, .uplink_link = "", .rack_units = 1};
    f->node[0] = (struct plan_node){.path = "hosts00", .item = &f->server, .tier = PLAN_SERVER};
    f->node[1] = (struct plan_node){.path = "lan-edge-a1", .item = &f->edge, .tier = PLAN_EDGE};
    f->slot = (struct plan_slot){.node = 0, .item = &f->item, .name = "hba0", .slot = 1};
    f->connection = (struct scn_connection){.name = "lan"};
    f->design[0].connection = &f->connection;
    f->cable = (struct plan_cable){.label = "hosts00/hba0/p1",
                                   .a = 0,
                                   .b = 1,
                                   .a_port = "hba0/p1",
                                   .b_port = "p1",
                                   .link = vio_link_find("gbe"),
                                   .up = &f->egress,
                                   .down = &f->egress,
                                   .length_m = 3};
    f->study.racks = (struct scn_racks){.units = 42, .power_W = 5000};
    f->rack = (struct plan_rack){.name = "row1-rack01", .units_used = 2, .watts = 110};
    f->node[0].rack_unit = 1;
    f->node[1].rack_unit = 42;
    f->plan[0].rack = &f->rack;
    f->plan[0].racks = 1;
    f->plan[0].node = f->node;
    f->plan[0].nodes = 2;
    f->plan[0].slot = &f->slot;
    f->plan[0].slots = 1;
    f->plan[0].cable = &f->cable;
    f->plan[0].cables = 1;
}

/* A database in a new temporary file. Requires: f stays where it is. */
static inline void fixture_init(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    strcpy(f->db, "/tmp/viosim-test-XXXXXX");
    close(mkstemp(f->db));
    f->design[0] = (struct scn_design){.name = "shared", .summary = "first"};
    f->design[1] = (struct scn_design){.name = "dedicated", .summary = "second"};
    f->level = (struct scn_level){.name = "db io_latency p99",
                                  .vms = "db",
                                  .metric = "io_latency",
                                  .stat = SCN_STAT_P99,
                                  .limit = 10 * (double)SIM_MS};
    f->expect = (struct scn_expect){.what = "a hundred",
                                    .source = "fixture",
                                    .trend = "",
                                    .design = "shared",
                                    .against = "",
                                    .kind = "vms",
                                    .entity = "db/block",
                                    .metric = "goodput",
                                    .unit = "bit/s",
                                    .value = 100,
                                    .tolerance = 0.01};
    f->factor = (struct scn_factor){"vms.db.count", "4"};
    f->study = (struct scn_study){.name = "tiny",
                                  .title = "Tiny",
                                  .file = "tiny.yaml",
                                  .seed = 7,
                                  .time = {SIM_MS, SIM_S},
                                  .replications = {.min = 3, .max = 3, .confidence = 0.95},
                                  .level = &f->level,
                                  .levels = 1,
                                  .expect = &f->expect,
                                  .expects = 1,
                                  .design = f->design,
                                  .designs = FIXTURE_DESIGNS,
                                  .expanded = "name: tiny\n",
                                  .factor = &f->factor,
                                  .factors = 1};
    f->item = (struct scn_item){.item = "hba",
                                .description = "an HBA",
                                .link = "gbe",
                                .ports = 1,
                                .price_usd = 250,
                                .watts = 10,
                                .source = "catalogue"};
    for (size_t i = 0; i < FIXTURE_DESIGNS; i++) {
        f->bom[i] = (struct plan_bom_row){.item = &f->item, .component = "adapter", .quantity = 2};
        f->plan[i] = (struct plan){.study = &f->study, .design = &f->design[i], .feasible = true};
        f->point[i] = (struct study_point){.study = &f->study,
                                           .design = &f->design[i],
                                           .plan = &f->plan[i],
                                           .id = (int64_t)i + 1,
                                           .position = (uint32_t)i};
        snprintf(f->point[i].hash, sizeof(f->point[i].hash), "%016zx", i + 1);
    }
    f->plan[0].bom = f->bom; /* two rows of one item: four pieces */
    f->plan[0].bom_rows = 2;
    fixture_cable(f);
    f->points = (struct study_points){.point = f->point, .n = FIXTURE_DESIGNS, .groups = 1, .hash = "00000000000000ab"};
    fixture_open(f);
}

static inline void fixture_fini(struct fixture *f)
{
    study_store_close(&f->store);
    unlink(f->db);
}

/* The answer of `sql`: rows and columns separated by blanks, NULL as "null". */
static inline const char *fixture_ask(struct fixture *f, const char *sql, char *out, size_t size)
{
    sqlite3_stmt *st = study_store_prepare(&f->store, sql);
    size_t n = 0;

    cr_assert_not_null(st, "%s: %s", sql, f->store.why);
    out[0] = '\0';
    while (sqlite3_step(st) == SQLITE_ROW)
        for (int c = 0; c < sqlite3_column_count(st) && n < size; c++) {
            const char *text = (const char *)sqlite3_column_text(st, c);

            n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "", text ? text : "null");
        }
    sqlite3_finalize(st);
    return out;
}

/* The course of the first row of `r` over two intervals of 0.2 s. */
static inline void fixture_series(struct study_record *r)
{
    struct study_record look;
    struct study_sample v = {.span_s = 0.2, .n = 1, .p99 = 0.02};

    study_record_init(&look);
    study_record_entity(&look, "vms", "db/block");
    study_record_tally(&look, "io_latency", "s", "of an I/O", &(struct sim_tally){.n = 0}, 1e-12, true);
    v.track = study_record_track(r, &look, &look.row[0], 0);
    for (int i = 1; i <= 2; i++) {
        v.t_s = 0.2 * i;
        v.value = 0.01 * i;
        study_record_sample(r, v);
    }
    study_record_fini(&look);
}

/* A record with one tally of the given I/O latencies in ps, and one value. */
static inline void fixture_record(struct study_record *r, const sim_time *latency, size_t n, double value)
{
    struct sim_tally t;

    sim_tally_init(&t);
    for (size_t i = 0; i < n; i++)
        sim_tally_add(&t, latency[i]);
    r->head.fingerprint = (uint64_t)(value * 1000);
    r->head.events = 1000;
    r->head.packet_hops = 500;
    study_record_entity(r, "vms", "db/block");
    study_record_tally(r, "io_latency", "s", "of an I/O", &t, 1e-12, true);
    study_record_value(r, "goodput", "bit/s", "completed", value);
    study_record_share(r, "db/block", "adapter", "h0>sw",
                       (struct study_share){.wait_s = value * 1e-6, .service_s = 1e-6});
    study_record_share(r, "db/block", "transport", "window", (struct study_share){.wait_s = 1e-6});
    study_record_entity(r, "link", "h0>sw");
    study_record_value(r, "utilisation", "1", "busy", value / 1000);
    fixture_series(r);
    sim_tally_fini(&t);
}

/* A run without models: design 0 gives 100, 102, 104 ..., design 1 gives 110, 111, 112 ... and 8 ms I/Os. */
static inline void fixture_simulate(const struct study_point *p, uint32_t replication, study_progress_fn *progress,
                                    void *arg, struct study_record *r)
{
    const sim_time latency = 8 * SIM_MS;

    progress(0.5, arg);
    fixture_record(r, &latency, 1, p->position ? 110 + replication : 100 + 2 * replication);
}

static inline struct study_options fixture_options(study_simulate_fn *simulate, unsigned jobs, FILE *errors)
{
    return (struct study_options){.jobs = jobs, .simulate = simulate, .errors = errors, .store_patience_s = 0};
}

#endif
