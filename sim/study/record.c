/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/study/record.c - building, sending and receiving the record of a run.
 */
#include "sim/study/record.h"

#include <stdlib.h>
#include <string.h>

#include "sim/kernel/arena.h"

static const char *const record_outcomes[STUDY_OUTCOMES] = {
    [STUDY_OK] = "ok",         [STUDY_UNSTABLE] = "unstable", [STUDY_DEADLOCK] = "deadlock",
    [STUDY_BROKEN] = "broken", [STUDY_FAILED] = "failed",
};

const char *study_outcome_name(enum study_outcome outcome)
{
    SIM_ASSERT(outcome < STUDY_OUTCOMES);
    return record_outcomes[outcome];
}

void study_record_init(struct study_record *r)
{
    *r = (struct study_record){0};
}

void study_record_fini(struct study_record *r)
{
    free(r->row);
    free(r->bucket);
    free(r->share);
    free(r->track);
    free(r->sample);
    free(r->text);
    study_record_init(r);
}

static uint32_t record_add_text(struct study_record *r, const char *text)
{
    const size_t size = strlen(text) + 1, at = r->text_B;

    SIM_ASSERT(at + size < UINT32_MAX);
    r->text = sim_grow(r->text, &r->text_capacity, at + size, 1);
    memcpy(r->text + at, text, size);
    r->text_B += size;
    return (uint32_t)at;
}

void study_record_entity(struct study_record *r, const char *kind, const char *path)
{
    r->unwanted = r->filter && !r->filter->wants(r->filter->arg, kind, path, NULL);
    if (r->unwanted)
        return;
    r->kind = record_add_text(r, kind);
    r->path = record_add_text(r, path);
}

/* A new row of zeros, or NULL if nobody wants it. */
static struct study_row *record_add_row(struct study_record *r, const char *metric, const char *unit,
                                        const char *meaning)
{
    if (r->unwanted || (r->filter && !r->filter->wants(r->filter->arg, study_record_text(r, r->kind),
                                                       study_record_text(r, r->path), metric)))
        return NULL;
    r->row = sim_grow(r->row, &r->row_capacity, r->rows + 1, sizeof(*r->row));
    struct study_row *row = &r->row[r->rows++];

    memset(row, 0, sizeof(*row)); /* the padding too: it is sent */
    row->kind = r->kind;
    row->path = r->path;
    row->metric = record_add_text(r, metric);
    row->unit = record_add_text(r, unit);
    row->meaning = record_add_text(r, meaning);
    return row;
}

static void record_add_value(struct study_record *r, const char *metric, const char *unit, const char *meaning,
                             double value, bool state)
{
    struct study_row *row = record_add_row(r, metric, unit, meaning);

    if (!row)
        return;
    row->n = 1;
    row->mean = value;
    row->state = state;
}

void study_record_value(struct study_record *r, const char *metric, const char *unit, const char *meaning, double value)
{
    record_add_value(r, metric, unit, meaning, value, false);
}

void study_record_state(struct study_record *r, const char *metric, const char *unit, const char *meaning, double value)
{
    record_add_value(r, metric, unit, meaning, value, true);
}

static bool record_is_track(const struct study_record *r, const struct study_track *t, const struct study_record *from,
                            const struct study_row *row)
{
    return strcmp(study_record_text(r, t->metric), study_record_text(from, row->metric)) == 0 &&
           strcmp(study_record_text(r, t->path), study_record_text(from, row->path)) == 0 &&
           strcmp(study_record_text(r, t->kind), study_record_text(from, row->kind)) == 0;
}

uint32_t study_record_track(struct study_record *r, const struct study_record *from, const struct study_row *row,
                            uint32_t hint)
{
    if (hint < r->tracks && record_is_track(r, &r->track[hint], from, row))
        return hint;
    for (uint32_t i = 0; i < r->tracks; i++)
        if (record_is_track(r, &r->track[i], from, row))
            return i;
    r->track = sim_grow(r->track, &r->track_capacity, r->tracks + 1, sizeof(*r->track));
    r->track[r->tracks] = (struct study_track){.kind = record_add_text(r, study_record_text(from, row->kind)),
                                               .path = record_add_text(r, study_record_text(from, row->path)),
                                               .metric = record_add_text(r, study_record_text(from, row->metric)),
                                               .unit = record_add_text(r, study_record_text(from, row->unit)),
                                               .tally = row->tally};
    return (uint32_t)r->tracks++;
}

void study_record_sample(struct study_record *r, struct study_sample sample)
{
    r->sample = sim_grow(r->sample, &r->sample_capacity, r->samples + 1, sizeof(*r->sample));
    memset(&r->sample[r->samples], 0, sizeof(*r->sample)); /* the padding too: it is sent */
    r->sample[r->samples++] = sample;
}

void study_record_share(struct study_record *r, const char *group, const char *kind, const char *path,
                        struct study_share share)
{
    share.group = record_add_text(r, group);
    share.kind = record_add_text(r, kind);
    share.path = record_add_text(r, path);
    r->share = sim_grow(r->share, &r->share_capacity, r->shares + 1, sizeof(*r->share));
    memset(&r->share[r->shares], 0, sizeof(*r->share)); /* the padding too: it is sent */
    r->share[r->shares++] = share;
}

struct record_visit {
    struct study_record *r;
    double scale;
};

static void record_add_bucket(uint64_t low, uint64_t high, uint64_t n, void *arg)
{
    const struct record_visit *v = arg;
    struct study_record *r = v->r;

    r->bucket = sim_grow(r->bucket, &r->bucket_capacity, r->buckets + 1, sizeof(*r->bucket));
    r->bucket[r->buckets++] =
        (struct study_bucket){.low = (double)low * v->scale, .high = (double)high * v->scale, .n = n};
}

void study_record_tally(struct study_record *r, const char *metric, const char *unit, const char *meaning,
                        const struct sim_tally *t, double scale, bool histogram)
{
    struct study_row *row = record_add_row(r, metric, unit, meaning);

    if (!row)
        return;
    row->tally = true;
    row->n = t->n;
    row->bucket = (uint32_t)r->buckets;
    if (t->n == 0)
        return;
    row->mean = sim_tally_mean(t) * scale;
    row->variance = sim_tally_variance(t) * scale * scale;
    row->min = (double)t->min * scale;
    row->max = (double)t->max * scale;
    row->p50 = sim_tally_quantile(t, 0.5) * scale;
    row->p95 = sim_tally_quantile(t, 0.95) * scale;
    row->p99 = sim_tally_quantile(t, 0.99) * scale;
    row->p999 = sim_tally_quantile(t, 0.999) * scale;
    if (histogram || r->filter) {
        sim_tally_each(t, record_add_bucket, &(struct record_visit){r, scale});
        row->buckets = (uint32_t)r->buckets - row->bucket;
    }
}

enum { RECORD_ARRAYS = 6 };

struct record_part { /* an array of the record, as it is sent */
    const void *array;
    uint64_t n, size;
};

/* The arrays of a record in the order in which they are sent. */
static void record_parts(const struct study_record *r, struct record_part part[RECORD_ARRAYS])
{
    part[0] = (struct record_part){r->row, r->rows, sizeof(*r->row)};
    part[1] = (struct record_part){r->bucket, r->buckets, sizeof(*r->bucket)};
    part[2] = (struct record_part){r->share, r->shares, sizeof(*r->share)};
    part[3] = (struct record_part){r->track, r->tracks, sizeof(*r->track)};
    part[4] = (struct record_part){r->sample, r->samples, sizeof(*r->sample)};
    part[5] = (struct record_part){r->text, r->text_B, 1};
}

void *study_record_pack(const struct study_record *r, size_t *size)
{
    struct record_part part[RECORD_ARRAYS];

    record_parts(r, part);
    *size = sizeof(r->head);
    for (int i = 0; i < RECORD_ARRAYS; i++)
        *size += sizeof(part[i].n) + part[i].n * part[i].size;
    char *bytes = sim_alloc(*size, 1), *at = bytes;

    at = mempcpy(at, &r->head, sizeof(r->head));
    for (int i = 0; i < RECORD_ARRAYS; i++) {
        at = mempcpy(at, &part[i].n, sizeof(part[i].n));
        if (part[i].n)
            at = mempcpy(at, part[i].array, part[i].n * part[i].size);
    }
    return bytes;
}

struct record_bytes { /* what is left to understand */
    const char *at;
    size_t left;
    bool bad;
};

/* The next array, of elements of `size` bytes, as a heap array. */
static void *record_take(struct record_bytes *b, size_t *n, size_t size, size_t *capacity)
{
    uint64_t count = 0;
    void *array = NULL;

    if (b->bad || b->left < sizeof(count)) {
        b->bad = true;
        return NULL;
    }
    memcpy(&count, b->at, sizeof(count));
    b->at += sizeof(count);
    b->left -= sizeof(count);
    if (count > b->left / size) {
        b->bad = true;
        return NULL;
    }
    if (count) {
        array = sim_grow(NULL, capacity, count, size);
        memcpy(array, b->at, count * size);
    }
    *n = count;
    b->at += count * size;
    b->left -= count * size;
    return array;
}

bool study_record_unpack(struct study_record *r, const void *bytes, size_t size)
{
    struct record_bytes b = {bytes, size, false};

    if (size < sizeof(r->head))
        return false;
    memcpy(&r->head, bytes, sizeof(r->head));
    b.at += sizeof(r->head);
    b.left -= sizeof(r->head);
    r->row = record_take(&b, &r->rows, sizeof(*r->row), &r->row_capacity);
    r->bucket = record_take(&b, &r->buckets, sizeof(*r->bucket), &r->bucket_capacity);
    r->share = record_take(&b, &r->shares, sizeof(*r->share), &r->share_capacity);
    r->track = record_take(&b, &r->tracks, sizeof(*r->track), &r->track_capacity);
    r->sample = record_take(&b, &r->samples, sizeof(*r->sample), &r->sample_capacity);
    r->text = record_take(&b, &r->text_B, 1, &r->text_capacity);
    return !b.bad && b.left == 0;
}
