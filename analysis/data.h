/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/data.h - what a report needs of a results database, in memory.
 *
 * A study has points; points that differ only in their design form a combination of sweep factors, and only designs of
 * one combination are compared. For the VM classes every metric is loaded as a series: one value per used run. Links
 * and processing stages are too many for that: the busiest of each point are chosen by the database.
 *
 * The numbers of a point are those of its runs that ended `ok`, as in the views of the database. If there is none,
 * those of its `unstable` runs are shown, so that a reader sees how bad it is; they are no steady-state means, and
 * whoever judges a design looks at the counts by outcome.
 */
#ifndef ANALYSIS_DATA_H
#define ANALYSIS_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/ci.h"
#include "sim/kernel/arena.h"

struct sqlite3;

enum ana_outcome { ANA_OK, ANA_UNSTABLE, ANA_DEADLOCK, ANA_BROKEN, ANA_FAILED, ANA_OUTCOMES };
enum ana_stat { ANA_MEAN, ANA_P50, ANA_P95, ANA_P99, ANA_P999, ANA_MAX, ANA_STATS };
enum { ANA_BUSIEST = 10 }; /* links and stages kept per point */

struct ana_factor {
    const char *path, *value;
};

struct ana_busy { /* a link or processing stage */
    const char *path, *kind;
    struct ana_estimate utilisation; /* fraction of the measured time */
    double waiting_share;            /* of all waiting at links, stages and arrays of the point; NAN = no waiting */
};

struct ana_point {
    int64_t id;
    const char *design, *summary, *why;
    bool feasible;
    int64_t position;          /* of the design in the scenario */
    size_t combo;              /* index */
    size_t runs[ANA_OUTCOMES]; /* by outcome */
    size_t n_runs;
    size_t gaps;           /* replications asked for, or below the highest, that are not there */
    struct ana_busy *busy; /* by falling utilisation */
    size_t n_busy;
    struct ana_estimate drops; /* packets per second, over all links and stages */
};

struct ana_combo { /* of sweep factors; points in the order of the scenario's designs, the first is the baseline */
    struct ana_factor *factor;
    size_t factors;
    const char *label; /* "servers.hosts.vms.web = 4"; "" without factors */
    size_t *point;
    size_t points;
};

struct ana_run {
    size_t point;
    int64_t replication, events, packet_hops;
    enum ana_outcome outcome;
    const char *why, *fingerprint;
    double wall_s;
};

struct ana_series { /* one metric of one VM class (or flow) of one point */
    size_t point;
    const char *entity, *metric, *unit;
    bool tally;
    size_t n;                 /* used runs with at least one observation */
    size_t empty;             /* used runs without one */
    int64_t *replication;     /* n, rising */
    double *value[ANA_STATS]; /* n each; NAN where not stored */
    double observations;      /* over all runs */
};

struct ana_level {
    const char *name, *vms, *workload, *metric, *unit;
    enum ana_stat stat;
    double bound;
    bool at_least;
};

struct ana_cost {
    size_t point;
    const char *name, *unit;
    double value;
};

struct ana_bom {
    size_t point;
    const char *component, *item, *description, *source;
    int64_t quantity;
    double unit_usd, watts, rack_units;
    int64_t owned; /* of the quantity: there already, not bought */
};

struct ana_parameter {
    const char *path, *value, *source;
};

struct ana_study {
    struct sim_arena arena; /* owns everything below */
    int64_t id;
    size_t studies; /* in the database; this is the newest */
    const char *name, *title, *file, *hash, *scenario, *version, *compiler, *libraries, *command, *created;
    int64_t seed, replications_min;
    double warmup_s, measure_s, confidence;
    struct ana_point *point;
    size_t points;
    struct ana_combo *combo;
    size_t combos;
    struct ana_run *run;
    size_t runs;
    struct ana_series *series; /* by point, entity, metric */
    size_t n_series;
    struct ana_level *level;
    size_t levels;
    struct ana_cost *cost;
    size_t costs;
    struct ana_bom *bom;
    size_t bom_rows;
    struct ana_parameter *parameter;
    size_t parameters;
    struct ana_share *share; /* by point, entity, kind, part */
    size_t shares;
    struct ana_event *event; /* by point and time */
    size_t events;
    struct ana_cause *cause; /* by point and entity */
    size_t causes;
    const char **warning;
    size_t warnings;
};

struct ana_share { /* where the time of a workload's requests goes: at one kind of place */
    size_t point;
    const char *entity, *kind, *part;
    double mean_s; /* per request */
};

struct ana_event { /* of the day: what it did; means of the runs */
    size_t point;
    const char *name;
    double at_s, hit, cut, gap_s, gap_before_s, lost, retried;
    double server_left, uplink_left; /* fractions; NAN: nothing failed */
};

struct ana_cause { /* the bottleneck of a workload */
    size_t point;
    const char *entity, *kind, *resource, *part;
    double share, waiting; /* waiting at the kind, and everywhere, of the mean latency */
    bool unstable;         /* some of the runs were: a queue only grew */
};

struct ana_bucket {
    double low, high, n;
};

/* Open a results database for reading.
 *
 * Returns: a connection for sqlite3_close(), inside a read transaction: a run that is stored meanwhile is not seen.
 * Errors:  NULL and a sentence in `why`: missing, not a results database, of another version, locked.
 */
struct sqlite3 *ana_open(const char *file, char *why, size_t why_size);

/* Load the newest study.
 *
 * Returns: true; *study is then the caller's until ana_study_fini().
 * Errors:  false and a sentence in `why`.
 */
bool ana_study_load(struct sqlite3 *db, struct ana_study *study, char *why, size_t why_size);
void ana_study_fini(struct ana_study *study);

/* The histogram of a series over all its runs, by rising value, in `arena`. *n may be 0. */
struct ana_bucket *ana_histogram(struct sqlite3 *db, const struct ana_study *study, const struct ana_series *s,
                                 size_t *n, struct sim_arena *arena);

/* The order of ana_study.series, for qsort(). */
int ana_series_order(const void *a, const void *b);
/* Series of a point, or NULL. */
const struct ana_series *ana_series_find(const struct ana_study *study, size_t point, const char *entity,
                                         const char *metric);
/* Mean over the replications of a statistic of a series. Runs that observed nothing have no quantile and are left out.
 */
struct ana_estimate ana_series_estimate(const struct ana_study *study, const struct ana_series *s, enum ana_stat stat);
/* Difference a - b over the replications that both have. */
struct ana_estimate ana_series_difference(const struct ana_study *study, const struct ana_series *a,
                                          const struct ana_series *b, enum ana_stat stat);
/* A figure of a point's cost; NAN if there is none. */
double ana_cost_of(const struct ana_study *study, size_t point, const char *name);

const char *ana_stat_name(enum ana_stat stat);
const char *ana_outcome_name(enum ana_outcome outcome);
/* Runs of a point that its numbers are from. */
static inline size_t ana_used(const struct ana_point *p)
{
    return p->runs[ANA_OK] ? p->runs[ANA_OK] : p->runs[ANA_UNSTABLE];
}

#endif
