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
    r->kind = record_add_text(r, kind);
    r->path = record_add_text(r, path);
}

static struct study_row *record_add_row(struct study_record *r, const char *metric, const char *unit,
                                        const char *meaning)
{
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

void study_record_value(struct study_record *r, const char *metric, const char *unit, const char *meaning, double value)
{
    struct study_row *row = record_add_row(r, metric, unit, meaning);

    row->n = 1;
    row->mean = value;
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
    if (histogram) {
        sim_tally_each(t, record_add_bucket, &(struct record_visit){r, scale});
        row->buckets = (uint32_t)r->buckets - row->bucket;
    }
}

struct record_sizes {
    uint64_t rows, buckets, shares, text_B;
};

void *study_record_pack(const struct study_record *r, size_t *size)
{
    const struct record_sizes sizes = {r->rows, r->buckets, r->shares, r->text_B};
    const size_t row_B = r->rows * sizeof(*r->row), bucket_B = r->buckets * sizeof(*r->bucket);
    const size_t share_B = r->shares * sizeof(*r->share);

    *size = sizeof(r->head) + sizeof(sizes) + row_B + bucket_B + share_B + r->text_B;
    char *bytes = sim_alloc(*size, 1), *at = bytes;

    at = mempcpy(at, &r->head, sizeof(r->head));
    at = mempcpy(at, &sizes, sizeof(sizes));
    if (row_B)
        at = mempcpy(at, r->row, row_B);
    if (bucket_B)
        at = mempcpy(at, r->bucket, bucket_B);
    if (share_B)
        at = mempcpy(at, r->share, share_B);
    if (r->text_B)
        memcpy(at, r->text, r->text_B);
    return bytes;
}

/* The next `count` elements of `size` bytes from *at, as a heap array. */
static void *record_take(const char **at, size_t count, size_t size, size_t *capacity)
{
    void *array = count ? sim_grow(NULL, capacity, count, size) : NULL;

    if (count)
        memcpy(array, *at, count * size);
    *at += count * size;
    return array;
}

bool study_record_unpack(struct study_record *r, const void *bytes, size_t size)
{
    struct record_sizes sizes;
    const char *at = bytes;

    if (size < sizeof(r->head) + sizeof(sizes))
        return false;
    memcpy(&r->head, at, sizeof(r->head));
    at += sizeof(r->head);
    memcpy(&sizes, at, sizeof(sizes));
    at += sizeof(sizes);
    const size_t rest = size - sizeof(r->head) - sizeof(sizes);

    if (sizes.rows > rest || sizes.buckets > rest || sizes.shares > rest || sizes.text_B > rest ||
        sizes.rows * sizeof(*r->row) + sizes.buckets * sizeof(*r->bucket) + sizes.shares * sizeof(*r->share) +
                sizes.text_B !=
            rest)
        return false;
    r->rows = sizes.rows;
    r->buckets = sizes.buckets;
    r->shares = sizes.shares;
    r->text_B = sizes.text_B;
    r->row = record_take(&at, r->rows, sizeof(*r->row), &r->row_capacity);
    r->bucket = record_take(&at, r->buckets, sizeof(*r->bucket), &r->bucket_capacity);
    r->share = record_take(&at, r->shares, sizeof(*r->share), &r->share_capacity);
    r->text = record_take(&at, r->text_B, 1, &r->text_capacity);
    return true;
}
