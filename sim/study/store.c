/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/store.c - opening the database, and the transaction of a run.
 */
#include "sim/study/store.h"

#include <gsl/gsl_cdf.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STORE_APPLICATION = 1986621299, STORE_VERSION = 4 }; /* as in schema.sql */
enum { STORE_T_ROWS = 200 };                                /* beyond, t differs from the normal by less than 0.5 % */

extern const char text_sim_study_schema_sql[];
extern const char text_sim_study_views_sql[];

static bool store_fail(struct study_store *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool store_fail(struct study_store *s, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(s->why, sizeof(s->why), format, args);
    va_end(args);
    return false;
}

/* Say what SQLite's error means for the planner. Returns: false. */
static bool store_fail_sqlite(struct study_store *s)
{
    const int rc = sqlite3_errcode(s->db);

    switch (rc) {
    case SQLITE_FULL:
        return store_fail(s, "%s: the disk is full; free some space: every run stored so far is kept", s->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return store_fail(s, "%s: another program has locked the database; let it finish, or close it", s->path);
    case SQLITE_READONLY:
        return store_fail(s, "%s: the database cannot be written; make it and its directory writable, or copy it",
                          s->path);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return store_fail(s, "%s: this is not an SQLite database, or it is damaged (%s); choose another file", s->path,
                          sqlite3_errmsg(s->db));
    default:
        return store_fail(s, "%s: %s", s->path, sqlite3_errmsg(s->db));
    }
}

static bool store_exec(struct study_store *s, const char *sql)
{
    return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK || store_fail_sqlite(s);
}

sqlite3_stmt *study_store_prepare(struct study_store *s, const char *sql)
{
    sqlite3_stmt *st;

    if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) == SQLITE_OK)
        return st;
    store_fail_sqlite(s);
    return NULL;
}

/* The integer that `sql` asks for. */
static bool store_ask(struct study_store *s, const char *sql, int64_t *value)
{
    sqlite3_stmt *st = study_store_prepare(s, sql);

    if (!st)
        return false;
    const bool ok = sqlite3_step(st) == SQLITE_ROW || store_fail_sqlite(s);

    if (ok)
        *value = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return ok;
}

static bool store_fill_quantiles(struct study_store *s, double confidence)
{
    sqlite3_stmt *st = study_store_prepare(s, "INSERT INTO t_quantile VALUES (?1, ?2)");
    bool ok = st != NULL;

    for (int df = 1; ok && df <= STORE_T_ROWS; df++) {
        sqlite3_bind_int(st, 1, df);
        sqlite3_bind_double(st, 2, gsl_cdf_tdist_Pinv((1 + confidence) / 2, df));
        ok = sqlite3_step(st) == SQLITE_DONE || store_fail_sqlite(s);
        sqlite3_reset(st);
    }
    sqlite3_finalize(st);
    return ok;
}

/* In one transaction: a program killed here leaves an empty file, which the next one takes for a new database. */
static bool store_create(struct study_store *s, double confidence)
{
    if (!store_exec(s, "BEGIN IMMEDIATE"))
        return false;
    if (store_exec(s, text_sim_study_schema_sql) && store_exec(s, text_sim_study_views_sql) &&
        store_fill_quantiles(s, confidence) && store_exec(s, "COMMIT"))
        return true;
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static bool store_check(struct study_store *s, enum study_access access, double confidence)
{
    int64_t application, version, tables;

    if (!store_ask(s, "PRAGMA application_id", &application) || !store_ask(s, "PRAGMA user_version", &version) ||
        !store_ask(s, "SELECT count(*) FROM sqlite_schema", &tables))
        return false;
    if (tables == 0 && application == 0)
        return access == STUDY_WRITE ? store_create(s, confidence)
                                     : store_fail(s, "%s: the database is empty; `viosim run` fills one", s->path);
    if (application != STORE_APPLICATION)
        return store_fail(s, "%s: this SQLite database was not made by viosim; choose another file", s->path);
    if (version != STORE_VERSION)
        return store_fail(s,
                          "%s: the database has layout version %" PRId64 ", this program reads and writes version %d; "
                          "use the viosim that made it, or run the scenario into a new file",
                          s->path, version, STORE_VERSION);
    return true;
}

static bool store_prepare_all(struct study_store *s)
{
    const struct {
        sqlite3_stmt **st;
        const char *sql;
    } all[] = {
        {&s->put_run, "INSERT INTO run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
        {&s->drop_run, "DELETE FROM run WHERE run_id = ?1 AND outcome = 'failed'"},
        {&s->find_entity, "SELECT entity_id FROM entity WHERE point_id = ?1 AND kind = ?2 AND path = ?3"},
        {&s->next_entity, "SELECT coalesce(max(entity_id), ?1 * 1000000) + 1 FROM entity WHERE entity_id BETWEEN "
                          "?1 * 1000000 AND ?1 * 1000000 + 999999"},
        {&s->put_entity, "INSERT INTO entity VALUES (?1, ?2, ?3, ?4)"},
        {&s->put_metric, "INSERT INTO metric VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name, kind, unit) DO NOTHING"},
        {&s->put_summary, "INSERT INTO summary VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"},
        {&s->put_bucket, "INSERT INTO histogram VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
        {&s->put_place, "INSERT INTO place VALUES (?1, ?2, ?3) ON CONFLICT (kind, path) DO NOTHING"},
        {&s->put_share, "INSERT INTO bottleneck VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&s->put_sample, "INSERT INTO series VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        if (!(*all[i].st = study_store_prepare(s, all[i].sql)))
            return false;
    return true;
}

bool study_store_open(struct study_store *s, const char *path, enum study_access access, double confidence)
{
    const int flags = access == STUDY_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;

    *s = (struct study_store){.path = sqlite3_mprintf("%s", path)};
    if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK)
        return store_fail(s, "%s: cannot open the database: %s", path, s->db ? sqlite3_errmsg(s->db) : "no memory");
    study_store_patience(s, 20000);
    if (!store_check(s, access, confidence))
        return false;
    if (access == STUDY_READ)
        return true;
    if (sqlite3_db_readonly(s->db, "main"))
        return store_fail(s, "%s: the database cannot be written; make it and its directory writable, or copy it",
                          path);
    return store_exec(s, "PRAGMA foreign_keys = ON") && store_prepare_all(s);
}

void study_store_close(struct study_store *s)
{
    sqlite3_stmt *all[] = {s->put_run,     s->drop_run,   s->find_entity, s->next_entity, s->put_entity, s->put_metric,
                           s->put_summary, s->put_bucket, s->put_place,   s->put_share,   s->put_sample};

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        sqlite3_finalize(all[i]);
    sqlite3_close(s->db);
    sqlite3_free(s->path);
    s->db = NULL;
    s->path = NULL;
}

void study_store_patience(struct study_store *s, int ms)
{
    sqlite3_busy_timeout(s->db, ms);
}

/* Execute a statement that returns no row, and make it ready again. */
static bool store_step(struct study_store *s, sqlite3_stmt *st)
{
    const bool ok = sqlite3_step(st) == SQLITE_DONE || store_fail_sqlite(s);

    sqlite3_reset(st);
    return ok;
}

static void store_bind_text(sqlite3_stmt *st, int at, const char *text)
{
    sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
}

/* The identifier of an entity, entered if it is new. All replications of a point have the same entities in the same
 * order, so the first one to arrive numbers them as any other would. */
static bool store_entity(struct study_store *s, int64_t point_id, const char *kind, const char *path, int64_t *id)
{
    sqlite3_stmt *st = s->find_entity;

    sqlite3_bind_int64(st, 1, point_id);
    store_bind_text(st, 2, kind);
    store_bind_text(st, 3, path);
    const bool found = sqlite3_step(st) == SQLITE_ROW;

    if (found)
        *id = sqlite3_column_int64(st, 0);
    sqlite3_reset(st);
    if (found)
        return true;
    sqlite3_bind_int64(s->next_entity, 1, point_id);
    if (sqlite3_step(s->next_entity) == SQLITE_ROW)
        *id = sqlite3_column_int64(s->next_entity, 0);
    sqlite3_reset(s->next_entity);
    sqlite3_bind_int64(s->put_entity, 1, *id);
    sqlite3_bind_int64(s->put_entity, 2, point_id);
    store_bind_text(s->put_entity, 3, path);
    store_bind_text(s->put_entity, 4, kind);
    return store_step(s, s->put_entity);
}

/* FNV-1a of `n` texts, each ended by a slash. */
static uint64_t store_hash(const char *const *part, size_t n)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < n; i++) {
        for (const char *c = part[i]; *c; c++)
            hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
        hash = (hash ^ '/') * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* 31 bits: the number of a metric depends on its name alone. Two names of one number are a primary-key conflict,
 * reported when the second is first stored; the test of the dictionary looks for it beforehand. */
static int64_t store_metric_id(const char *name, const char *kind, const char *unit)
{
    const uint64_t hash = store_hash((const char *[]){name, kind, unit}, 3);

    return (int64_t)((hash ^ hash >> 32) & 0x7fffffff);
}

/* 53 bits, so that every reader of numbers keeps them: a conflict among 10,000 places has a chance of 10^-8. */
static int64_t store_place_id(const char *kind, const char *path)
{
    return (int64_t)(store_hash((const char *[]){kind, path}, 2) >> 11);
}

static void store_bind_statistics(sqlite3_stmt *st, const struct study_row *row)
{
    const double x[] = {row->variance, row->min, row->max, row->p50, row->p95, row->p99, row->p999};

    for (int i = 0; i < 7; i++) {
        if (row->tally && row->n > 0)
            sqlite3_bind_double(st, 6 + i, x[i]);
        else
            sqlite3_bind_null(st, 6 + i);
    }
}

static bool store_row(struct study_store *s, int64_t run_id, int64_t entity_id, const struct study_record *r,
                      const struct study_row *row)
{
    const char *name = study_record_text(r, row->metric), *unit = study_record_text(r, row->unit);
    const char *kind = row->tally ? "tally" : "value";
    const int64_t metric_id = store_metric_id(name, kind, unit);

    sqlite3_bind_int64(s->put_metric, 1, metric_id);
    store_bind_text(s->put_metric, 2, name);
    store_bind_text(s->put_metric, 3, kind);
    store_bind_text(s->put_metric, 4, unit);
    store_bind_text(s->put_metric, 5, study_record_text(r, row->meaning));
    if (!store_step(s, s->put_metric))
        return false;
    sqlite3_bind_int64(s->put_summary, 1, run_id);
    sqlite3_bind_int64(s->put_summary, 2, entity_id);
    sqlite3_bind_int64(s->put_summary, 3, metric_id);
    sqlite3_bind_int64(s->put_summary, 4, (int64_t)row->n);
    sqlite3_bind_double(s->put_summary, 5, row->mean);
    store_bind_statistics(s->put_summary, row);
    if (!store_step(s, s->put_summary))
        return false;
    for (uint32_t i = 0; i < row->buckets; i++) {
        const struct study_bucket *b = &r->bucket[row->bucket + i];

        sqlite3_bind_int64(s->put_bucket, 1, run_id);
        sqlite3_bind_int64(s->put_bucket, 2, entity_id);
        sqlite3_bind_int64(s->put_bucket, 3, metric_id);
        sqlite3_bind_double(s->put_bucket, 4, b->low);
        sqlite3_bind_double(s->put_bucket, 5, b->high);
        sqlite3_bind_int64(s->put_bucket, 6, (int64_t)b->n);
        if (!store_step(s, s->put_bucket))
            return false;
    }
    return true;
}

static bool store_head(struct study_store *s, int64_t run_id, int64_t point_id, uint32_t replication,
                       const struct study_head *head)
{
    char fingerprint[20];

    snprintf(fingerprint, sizeof(fingerprint), "%016" PRIx64, head->fingerprint);
    sqlite3_bind_int64(s->drop_run, 1, run_id);
    sqlite3_bind_int64(s->put_run, 1, run_id);
    sqlite3_bind_int64(s->put_run, 2, point_id);
    sqlite3_bind_int64(s->put_run, 3, replication);
    store_bind_text(s->put_run, 4, study_outcome_name(head->outcome));
    store_bind_text(s->put_run, 5, head->why);
    sqlite3_bind_int64(s->put_run, 6, (int64_t)head->events);
    sqlite3_bind_int64(s->put_run, 7, (int64_t)head->packet_hops);
    sqlite3_bind_double(s->put_run, 8, head->wall_s);
    sqlite3_bind_text(s->put_run, 9, fingerprint, -1, SQLITE_TRANSIENT);
    return store_step(s, s->drop_run) && store_step(s, s->put_run);
}

static bool store_rows(struct study_store *s, int64_t run_id, int64_t point_id, const struct study_record *r)
{
    int64_t entity_id = 0;

    for (size_t i = 0; i < r->rows; i++) {
        const struct study_row *row = &r->row[i];
        const bool same = i > 0 && row->kind == r->row[i - 1].kind && row->path == r->row[i - 1].path;

        if (!same &&
            !store_entity(s, point_id, study_record_text(r, row->kind), study_record_text(r, row->path), &entity_id))
            return false;
        if (!store_row(s, run_id, entity_id, r, row))
            return false;
    }
    return true;
}

static bool store_shares(struct study_store *s, int64_t run_id, int64_t point_id, const struct study_record *r)
{
    for (size_t i = 0; i < r->shares; i++) {
        const struct study_share *v = &r->share[i];
        const double part[] = {v->wait_s, v->stall_s, v->transfer_s, v->service_s, v->travel_s};
        const char *kind = study_record_text(r, v->kind), *path = study_record_text(r, v->path);
        const int64_t place_id = store_place_id(kind, path);
        int64_t entity_id;

        if (!store_entity(s, point_id, "vms", study_record_text(r, v->group), &entity_id))
            return false;
        sqlite3_bind_int64(s->put_place, 1, place_id);
        store_bind_text(s->put_place, 2, kind);
        store_bind_text(s->put_place, 3, path);
        sqlite3_bind_int64(s->put_share, 1, run_id);
        sqlite3_bind_int64(s->put_share, 2, entity_id);
        sqlite3_bind_int64(s->put_share, 3, place_id);
        for (int k = 0; k < 5; k++)
            sqlite3_bind_double(s->put_share, 4 + k, part[k]);
        if (!store_step(s, s->put_place) || !store_step(s, s->put_share))
            return false;
    }
    return true;
}

static bool store_sample(struct study_store *s, const struct study_sample *v, bool tally)
{
    sqlite3_bind_double(s->put_sample, 4, v->t_s);
    sqlite3_bind_double(s->put_sample, 5, v->span_s);
    sqlite3_bind_int64(s->put_sample, 6, (int64_t)v->n);
    sqlite3_bind_null(s->put_sample, 7);
    sqlite3_bind_null(s->put_sample, 8);
    if (v->n)
        sqlite3_bind_double(s->put_sample, 7, v->value);
    if (v->n && tally)
        sqlite3_bind_double(s->put_sample, 8, v->p99);
    return store_step(s, s->put_sample);
}

/* Metrics of the tracks are those of the rows, which are stored already. */
static bool store_series(struct study_store *s, int64_t run_id, int64_t point_id, const struct study_record *r)
{
    int64_t *entity_id = sim_alloc(r->tracks + 1, sizeof(*entity_id));
    bool ok = true;

    for (size_t k = 0; ok && k < r->tracks; k++)
        ok = store_entity(s, point_id, study_record_text(r, r->track[k].kind), study_record_text(r, r->track[k].path),
                          &entity_id[k]);
    for (size_t i = 0; ok && i < r->samples; i++) {
        const struct study_track *t = &r->track[r->sample[i].track];

        sqlite3_bind_int64(s->put_sample, 1, run_id);
        sqlite3_bind_int64(s->put_sample, 2, entity_id[r->sample[i].track]);
        sqlite3_bind_int64(s->put_sample, 3,
                           store_metric_id(study_record_text(r, t->metric), t->tally ? "tally" : "value",
                                           study_record_text(r, t->unit)));
        ok = store_sample(s, &r->sample[i], t->tally);
    }
    free(entity_id);
    return ok;
}

enum study_stored study_store_put_run(struct study_store *s, int64_t point_id, uint32_t replication,
                                      const struct study_record *r)
{
    const int64_t run_id = point_id * STUDY_MAX_REPLICATIONS + replication;

    SIM_ASSERT(replication < STUDY_MAX_REPLICATIONS);
    if (store_exec(s, "BEGIN IMMEDIATE") && store_head(s, run_id, point_id, replication, &r->head) &&
        store_rows(s, run_id, point_id, r) && store_shares(s, run_id, point_id, r) &&
        store_series(s, run_id, point_id, r) && store_exec(s, "COMMIT"))
        return STUDY_STORED;
    const int rc = sqlite3_errcode(s->db);

    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    return rc == SQLITE_FULL || rc == SQLITE_BUSY || rc == SQLITE_LOCKED ? STUDY_STORE_LATER : STUDY_STORE_FAILED;
}

bool study_store_find_run(struct study_store *s, int64_t point_id, uint32_t replication, enum study_outcome *outcome)
{
    sqlite3_stmt *st = study_store_prepare(s, "SELECT outcome FROM run WHERE point_id = ?1 AND replication = ?2");
    bool found = false;

    if (!st)
        return false;
    sqlite3_bind_int64(st, 1, point_id);
    sqlite3_bind_int64(st, 2, replication);
    if (sqlite3_step(st) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0);

        for (int o = 0; o < STUDY_OUTCOMES; o++) {
            if (strcmp(name, study_outcome_name((enum study_outcome)o)) == 0) {
                *outcome = (enum study_outcome)o;
                found = true;
            }
        }
    }
    sqlite3_finalize(st);
    return found;
}

double study_store_precision(struct study_store *s, int64_t first, int64_t last)
{
    sqlite3_stmt *st = study_store_prepare(
        s, "SELECT coalesce(max(CASE WHEN n < 2 THEN 9e999 WHEN value <> 0 THEN half_width / abs(value) ELSE 0 END), 0)"
           "  FROM v_level_value"
           " WHERE point_id BETWEEN ?1 AND ?2"
           "   AND NOT EXISTS (SELECT 1 FROM run AS r"
           "                    WHERE r.point_id = v_level_value.point_id AND r.outcome <> 'ok')");
    double worst = INFINITY;

    if (!st)
        return INFINITY;
    sqlite3_bind_int64(st, 1, first);
    sqlite3_bind_int64(st, 2, last);
    if (sqlite3_step(st) == SQLITE_ROW)
        worst = sqlite3_column_double(st, 0);
    sqlite3_finalize(st);
    return worst;
}
