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
    uint64_t n;                                 /* observations; 1 for a value */
    double mean, variance, min, max, p50, p95, p99, p999;
    uint32_t bucket, buckets; /* of the histogram, if it is kept */
};

struct study_share {            /* where the time of the requests of an entity of kind `vms` went: at one place */
    uint32_t group, kind, path; /* offsets into the text; kind "cpu", path "hosts03/cpu0" */
    double wait_s, stall_s, transfer_s, service_s, travel_s; /* mean of a completed request */
};

struct study_bucket { /* observations in [low, high) */
    double low, high;
    uint64_t n;
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
    char *text; /* heap */
    size_t text_B, text_capacity;
    uint32_t kind, path; /* of the rows to come, see study_record_entity() */
};

void study_record_init(struct study_record *r);
void study_record_fini(struct study_record *r);

/* The rows added from now on belong to entity `path` of kind `kind`. */
void study_record_entity(struct study_record *r, const char *kind, const char *path);
void study_record_value(struct study_record *r, const char *metric, const char *unit, const char *meaning,
                        double value);
/* `scale` turns the tally's unit into `unit`: 1e-12 for ps into s. */
void study_record_tally(struct study_record *r, const char *metric, const char *unit, const char *meaning,
                        const struct sim_tally *t, double scale, bool histogram);

/* Add `share` with its texts, which are copied. */
void study_record_share(struct study_record *r, const char *group, const char *kind, const char *path,
                        struct study_share share);

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
