/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/store.h - the results database: one SQLite file per study.
 *
 * A run is one transaction: it is in the file as a whole or not at all, whatever happens to the program, the machine or
 * the disk. What is stored is never stored again; that is what resuming means. Everything in the file is a function of
 * scenario, seed and program except wall_s and created: identifiers do not depend on the order in which runs arrive.
 *
 * Tables are in schema.sql; the views in views.sql are the public interface.
 */
#ifndef SIM_STUDY_STORE_H
#define SIM_STUDY_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/plan/cost.h"
#include "sim/scenario/study.h"
#include "sim/study/record.h"

enum { STUDY_MAX_REPLICATIONS = 10000 }; /* per point; run_id = point_id * this + replication */

enum study_access { STUDY_READ, STUDY_WRITE };

enum study_stored { STUDY_STORED, STUDY_STORE_LATER, STUDY_STORE_FAILED };

struct study_store {
    sqlite3 *db;
    char *path;
    char why[1024]; /* after a function failed: a sentence that says what happened and what to do */
    sqlite3_stmt *put_run, *drop_run, *find_entity, *next_entity, *put_entity, *put_metric, *put_summary, *put_bucket,
        *put_place, *put_share, *put_sample;
};

/* How the database came to be, for its table `study`. */
struct study_origin {
    const char *version, *compiler, *libraries, *command;
};

/* Open the database at `path`.
 *
 * WRITE creates it if it is not there or empty, and fills the table of t quantiles for `confidence`; READ never writes.
 * Returns: true; false with `why` set if it cannot be opened, is no database, is not ours, or of another version.
 *          study_store_close() is wanted in both cases.
 */
bool study_store_open(struct study_store *s, const char *path, enum study_access access, double confidence);
void study_store_close(struct study_store *s);

/* Milliseconds to wait for a database that another program has locked; 20000 unless set. */
void study_store_patience(struct study_store *s, int ms);

/* Enter the study with its service levels, parameters and warnings, unless it is there already.
 *
 * Returns: true and *study_id; false with `why`, also when the database holds another study: one file, one study.
 */
bool study_store_put_study(struct study_store *s, const struct scn_study *study, const char *hash,
                           const struct study_origin *origin, const struct sim_diags *diags, int64_t *study_id);

/* Enter a point with its factors, bill of materials and cost, unless it is there already.
 *
 * Requires: point_id is the same whenever the same study is run: its place in the scenario's points x designs, from 1.
 */
bool study_store_put_point(struct study_store *s, int64_t study_id, int64_t point_id, uint32_t position,
                           const char *hash, const struct plan *plan, const struct plan_cost *cost);

/* Enter the devices, cables, ports and racks of a feasible plan, in a transaction that the caller has begun; those of a
 * plan that an earlier point has are not repeated. Requires: the point is entered. Returns: false with `why`. */
bool study_store_put_plan(struct study_store *s, int64_t point_id, const struct plan *plan);

/* Enter what the designs of a combination of factors cost by year, what growth asks of them, how sure their order is
 * and what turns it, in place of what an earlier command entered for as many of them or fewer. The `n` plans are of one
 * study, those with designs and feasible count; `id` are their points. With `curves` also the break-even points, which
 * take longest.
 *
 * Requires: the points are entered. Returns: false with `why`. */
bool study_store_put_outlook(struct study_store *s, uint32_t group, const struct plan *const *plan, const int64_t *id,
                             size_t n, bool curves);

/* Store a run, in place of a failed one if there is one.
 *
 * Returns: STUDY_STORED; STUDY_STORE_LATER if it may succeed when tried again (disk full, database locked), or
 *          STUDY_STORE_FAILED, both with `why`. Nothing is changed unless it is stored.
 */
enum study_stored study_store_put_run(struct study_store *s, int64_t point_id, uint32_t replication,
                                      const struct study_record *record);

/* Outcome of a run: "" if it is not there. Owns: the text lives until the next call on this statement's store. */
bool study_store_find_run(struct study_store *s, int64_t point_id, uint32_t replication, enum study_outcome *outcome);

/* The largest relative half-width of the values of the service levels in points first..last, over designs of which
 * every run so far is ok; 0 if there is none; INFINITY if a value has fewer than two runs. */
double study_store_precision(struct study_store *s, int64_t first, int64_t last);

/* One statement without a result: bind by type of each letter of `types`, i int64_t, d double (NAN is NULL), t text, n
 * int64_t of which 0 is NULL; then step. Returns: false with `why`. */
bool study_store_row(struct study_store *s, const char *sql, const char *types, ...);
/* A transaction around what is entered together: commit if `ok`, else roll back and keep `why`. */
bool study_store_begin(struct study_store *s);
bool study_store_end(struct study_store *s, bool ok);

/* Prepare a statement. Returns: NULL with `why` set. */
sqlite3_stmt *study_store_prepare(struct study_store *s, const char *sql);

#endif
