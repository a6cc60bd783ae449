/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/metric.c - exact moments and log-bucket histograms.
 *
 * Sums and sums of squares are kept as integers of 128 and 192 bits. The usual objection to a sum of squares is that it
 * cancels when the mean is large against the spread; in exact integers nothing cancels, and adding costs one product.
 */
#include "sim/kernel/metric.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/arena.h"

void sim_tally_init(struct sim_tally *t)
{
    *t = (struct sim_tally){.min = INT64_MAX};
}

void sim_tally_fini(struct sim_tally *t)
{
    for (size_t k = 0; k < SIM_HIST_PAGES; k++)
        free(t->hist.page[k]);
    sim_tally_init(t);
}

void sim_tally_reset(struct sim_tally *t)
{
    const struct sim_hist hist = t->hist;

    sim_tally_init(t);
    t->hist = hist; /* the pages will be wanted again */
    for (size_t k = 0; k < SIM_HIST_PAGES; k++)
        if (hist.page[k])
            memset(hist.page[k], 0, SIM_HIST_SUB * sizeof(*hist.page[k]));
}

uint32_t *sim_hist_page(struct sim_hist *h, unsigned page)
{
    SIM_ASSERT(page < SIM_HIST_PAGES - 1); /* a negative observation ends here */
    if (!h->page[page])
        h->page[page] = sim_alloc(SIM_HIST_SUB, sizeof(*h->page[page]));
    return h->page[page];
}

void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from)
{
    SIM_ASSERT(into != from);
    into->n += from->n;
    into->zeros += from->zeros;
    into->sum += from->sum;
    into->squares += from->squares;
    into->squares_carry += from->squares_carry + (into->squares < from->squares);
    if (from->min < into->min)
        into->min = from->min;
    if (from->max > into->max)
        into->max = from->max;
    for (unsigned k = 0; k < SIM_HIST_PAGES; k++) {
        if (!from->hist.page[k])
            continue;
        uint32_t *counts = sim_hist_page(&into->hist, k);

        for (size_t i = 0; i < SIM_HIST_SUB; i++)
            SIM_ASSERT(!__builtin_add_overflow(counts[i], from->hist.page[k][i], &counts[i]));
    }
}

double sim_tally_mean(const struct sim_tally *t)
{
    /* Whole part and remainder apart: the sum itself may have more than 53 bits. */
    return t->n ? (double)(t->sum / t->n) + (double)(t->sum % t->n) / (double)t->n : 0;
}

/* Sum of (x - m)^2 over all observations, where m is the mean rounded to a whole number and sum(x) = n m + r.
 *
 * sum(x^2) - 2 m sum(x) + n m^2 = sum(x^2) - m (n m + 2 r), in integers modulo 2^192: exact, since the result is >= 0.
 */
double sim_tally_variance(const struct sim_tally *t)
{
    if (t->n < 2)
        return 0;
    const sim_u128 m = (t->sum + t->n / 2) / t->n;
    const sim_i128 r = (sim_i128)(t->sum - m * t->n); /* |r| <= n / 2 */
    const sim_u128 w = t->sum + (sim_u128)r;          /* n m + 2 r */
    /* m w = (m w_low) + (m w_high) 2^64, m < 2^63 */
    const sim_u128 low = m * (uint64_t)w, high = m * (uint64_t)(w >> 64);
    const sim_u128 product = low + (high << 64);
    const uint64_t product_carry = (uint64_t)(high >> 64) + (product < low);
    const sim_u128 rest = t->squares - product;
    const uint64_t rest_carry = t->squares_carry - product_carry - (t->squares < product);
    const double about_m = ldexp((double)rest_carry, 128) + (double)rest, n = (double)t->n;

    /* The mean lies r / n off m. |r| <= n / 2 and (x - m)^2 >= |x - m|, so this loses one bit at most. */
    return (about_m - (double)r * ((double)r / n)) / (n - 1);
}

/* Bucket i of page k is [*low, *high). */
static void hist_bounds(unsigned k, uint64_t i, uint64_t *low, uint64_t *high)
{
    if (k == 0) {
        *low = i;
        *high = i + 1;
    } else {
        *low = (SIM_HIST_SUB + i) << (k - 1);
        *high = *low + (UINT64_C(1) << (k - 1));
    }
}

void sim_tally_each(const struct sim_tally *t, void (*visit)(uint64_t low, uint64_t high, uint64_t n, void *arg),
                    void *arg)
{
    if (t->zeros)
        visit(0, 1, t->zeros, arg);
    for (unsigned k = 0; k < SIM_HIST_PAGES; k++) {
        for (uint64_t i = 0; t->hist.page[k] && i < SIM_HIST_SUB; i++) {
            uint64_t low, high;

            if (!t->hist.page[k][i])
                continue;
            hist_bounds(k, i, &low, &high);
            visit(low, high, t->hist.page[k][i], arg);
        }
    }
}

struct hist_search {
    uint64_t rank, seen; /* the rank looked for, from 1; observations in the buckets passed */
    double found;        /* < 0 = not yet */
};

static void hist_look(uint64_t low, uint64_t high, uint64_t n, void *arg)
{
    struct hist_search *s = arg;

    s->seen += n;
    if (s->found < 0 && s->seen >= s->rank)
        s->found = (double)low + (double)(high - 1 - low) / 2;
}

double sim_tally_quantile(const struct sim_tally *t, double q)
{
    SIM_ASSERT(q > 0 && q < 1);
    if (t->n == 0)
        return 0;
    struct hist_search s = {.rank = (uint64_t)ceil(q * (double)t->n), .found = -1};

    if (s.rank < 1)
        s.rank = 1;
    if (s.rank > t->n)
        s.rank = t->n;
    sim_tally_each(t, hist_look, &s);
    /* The ends are known exactly. */
    return fmin(fmax(s.found, (double)t->min), (double)t->max);
}

void sim_level_init(struct sim_level *l, sim_time now, int64_t value)
{
    *l = (struct sim_level){.value = value, .max = value, .since = now, .start = now};
}

void sim_level_reset(struct sim_level *l, sim_time now)
{
    sim_level_init(l, now, l->value);
}

double sim_level_mean(const struct sim_level *l, sim_time now)
{
    const sim_i128 area = l->area + (sim_i128)l->value * (now - l->since);

    SIM_CHECK(now >= l->since);
    return now > l->start ? (double)area / (double)(now - l->start) : (double)l->value;
}

void sim_metrics_init(const struct sim_metric *table, void *base, sim_time now)
{
    for (const struct sim_metric *m = table; m->name; m++) {
        void *at = (char *)base + m->offset;

        switch (m->kind) {
        case SIM_METRIC_COUNTER:
            *(sim_counter *)at = 0;
            break;
        case SIM_METRIC_LEVEL:
            sim_level_init(at, now, 0);
            break;
        case SIM_METRIC_TALLY:
            sim_tally_init(at);
            break;
        }
    }
}

void sim_metrics_reset(const struct sim_metric *table, void *base, sim_time now)
{
    for (const struct sim_metric *m = table; m->name; m++) {
        void *at = (char *)base + m->offset;

        switch (m->kind) {
        case SIM_METRIC_COUNTER:
            *(sim_counter *)at = 0;
            break;
        case SIM_METRIC_LEVEL:
            sim_level_reset(at, now);
            break;
        case SIM_METRIC_TALLY:
            sim_tally_reset(at);
            break;
        }
    }
}

void sim_metrics_fini(const struct sim_metric *table, void *base)
{
    for (const struct sim_metric *m = table; m->name; m++)
        if (m->kind == SIM_METRIC_TALLY)
            sim_tally_fini((struct sim_tally *)(void *)((char *)base + m->offset));
}
