/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/record.h - what one run leaves behind: its outcome and one row per metric of each entity.
 *
 * A record is made in the process that simulates and read in the process that stores. It is flat, three arrays and a
 * head that refer to each other by index, so that sending it is copying it.
 */
#ifndef SIM_STUDY_RECORD_H
#define SIM_STUDY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/metric.h"

enum study_outcome { STUDY_OK, STUDY_UNSTABLE, STUDY_DEADLOCK, STUDY_BROKEN, STUDY_FAILED, STUDY_OUTCOMES };

/* "ok", "unstable", "deadlock", "broken", "failed". */
const char *study_outcome_name(enum study_outcome outcome);

struct study_row {                              /* one metric of one entity, in the unit stored: s, bit/s, 1/s, 1 ... */
    uint32_t kind, path, metric, unit, meaning; /* offsets into the text */
    bool tally;                                 /* else a single value, in `mean` */
    bool state;                                 /* the value is that of the end, not a mean over the time measured */
    uint64_t n;                                 /* observations; 1 for a value */
    double mean, variance, min, max, p50, p95, p99, p999;
    uint32_t bucket, buckets; /* of the histogram, if it is kept */
};

struct study_share {            /* where the time of the requests of an entity of kind `vms` went: at one place */
    uint32_t group, kind, path; /* offsets into the text; kind "cpu", path "hosts03/cpu0" */
    double wait_s, stall_s, transfer_s, service_s, travel_s; /* mean of a completed request */
};

struct study_track {                   /* what is sampled over time: a metric of an entity */
    uint32_t kind, path, metric, unit; /* offsets into the text */
    bool tally;
};

struct study_sample { /* of track `track`, over the interval of length span_s that ends at t_s */
    uint32_t track;
    double t_s, span_s; /* from the start of the run, warm-up included */
    uint64_t n;         /* tally: observations; else 1 */
    double value, p99;  /* tally: mean (and 99th percentile) of the observations; else the mean over the interval */
};

struct study_bucket { /* observations in [low, high) */
    double low, high;
    uint64_t n;
};

struct study_filter { /* of what is sampled over time; of that all histograms are kept */
    /* metric NULL: whether anything of the entity is wanted */
    bool (*wants)(const void *arg, const char *kind, const char *path, const char *metric);
    const void *arg;
};

struct study_record {
    struct study_head {
        enum study_outcome outcome;
        uint64_t events, packet_hops, fingerprint;
        double wall_s;
        char why[512];
    } head;
    struct study_row *row; /* heap */
    size_t rows, row_capacity;
    struct study_bucket *bucket; /* heap */
    size_t buckets, bucket_capacity;
    struct study_share *share; /* heap */
    size_t shares, share_capacity;
    struct study_track *track; /* heap */
    size_t tracks, track_capacity;
    struct study_sample *sample; /* heap; in order of time */
    size_t samples, sample_capacity;
    char *text; /* heap */
    size_t text_B, text_capacity;
    uint32_t kind, path;               /* of the rows to come, see study_record_entity() */
    const struct study_filter *filter; /* rows it does not want are not added; NULL = all are */
    bool unwanted;                     /* nothing of the entity is */
};

void study_record_init(struct study_record *r);
void study_record_fini(struct study_record *r);

/* The rows added from now on belong to entity `path` of kind `kind`. */
void study_record_entity(struct study_record *r, const char *kind, const char *path);
/* A mean over the time measured: a rate, a fraction of the time, a time-weighted level. */
void study_record_value(struct study_record *r, const char *metric, const char *unit, const char *meaning,
                        double value);
/* A number as it is at the end: a maximum, a count, a ratio. */
void study_record_state(struct study_record *r, const char *metric, const char *unit, const char *meaning,
                        double value);
/* `scale` turns the tally's unit into `unit`: 1e-12 for ps into s. */
void study_record_tally(struct study_record *r, const char *metric, const char *unit, const char *meaning,
                        const struct sim_tally *t, double scale, bool histogram);

/* Add `share` with its texts, which are copied. */
void study_record_share(struct study_record *r, const char *group, const char *kind, const char *path,
                        struct study_share share);

/* The track of row `row` of record `from`, made if it is new; `hint` is where to look first. Returns: its index. */
uint32_t study_record_track(struct study_record *r, const struct study_record *from, const struct study_row *row,
                            uint32_t hint);
void study_record_sample(struct study_record *r, struct study_sample sample);

static inline const char *study_record_text(const struct study_record *r, uint32_t at)
{
    return r->text + at;
}

/* The record as bytes for another process of the same program.
 * Owns: the caller frees the bytes. */
void *study_record_pack(const struct study_record *r, size_t *size);
/* The reverse, into an initialised record. Returns: false if the bytes are not a whole record. */
bool study_record_unpack(struct study_record *r, const void *bytes, size_t size);

#endif
