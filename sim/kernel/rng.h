/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/rng.h - random streams by name.
 *
 * A stream is Philox4x32-10 (Random123) behind GSL's gsl_rng interface, keyed by (seed, replication, entity path,
 * purpose). It does not depend on the order of construction: adding an entity changes nobody else's numbers, and every
 * design of a replication sees the same workload (common random numbers).
 */
#ifndef SIM_KERNEL_RNG_H
#define SIM_KERNEL_RNG_H

#include <stdint.h>
#include <gsl/gsl_rng.h>

enum { SIM_RNG_WORDS = 32 }; /* 32-bit words made at a time: 8 Philox blocks, read in the order of their counters */

struct sim_philox {
    uint32_t word[SIM_RNG_WORDS];
    uint32_t next;       /* first unread element of word; SIM_RNG_WORDS = none left */
    uint32_t logged;     /* SIM_RNG_WORDS if log holds ln U of the unread words, else 0 */
    uint32_t key[2];     /* hash of (seed, path, purpose) */
    uint32_t counter[4]; /* of the next block to make; [0] and [1] count, [2] is the replication */
    double log[SIM_RNG_WORDS];
};

struct sim_stream {
    gsl_rng gsl; /* pass &stream->gsl to any gsl_ran_*; gsl.state points at philox: do not copy or move a stream */
    struct sim_philox philox;
};

/* The generator as GSL sees it: 32-bit words, min 0, max 2^32-1. */
extern const gsl_rng_type sim_rng_philox;

/* Open the stream named (seed, replication, path, purpose). Two different names give independent streams.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC'11; known answers in tests/unit/test_rng.c.
 */
void sim_stream_init(struct sim_stream *s, uint64_t seed, uint32_t replication, const char *path, const char *purpose);

/* Make the next SIM_RNG_WORDS words; private: slow path of sim_word(). */
void sim_philox_refill(struct sim_philox *p);

/* The next 32-bit word, the same that gsl_rng_get(&s->gsl) would have returned. */
static inline uint32_t sim_word(struct sim_philox *p)
{
    if (p->next == SIM_RNG_WORDS)
        sim_philox_refill(p);
    return p->word[p->next++];
}

/* Uniform in the open interval (0, 1), 32 bits of resolution: the middles of 2^32 equal cells. */
static inline double sim_uniform(struct sim_stream *s)
{
    return ((double)sim_word(&s->philox) + 0.5) * 0x1p-32;
}

/* Take the logarithms of the unread words, all at once: a loop of logarithms takes half the time of as many single
 * ones. Private: slow path of sim_exponential(). */
void sim_philox_log(struct sim_philox *p);

/* Exponential with the given mean (> 0), by inversion: -mean ln(U). Largest variate: 22.9 means. */
static inline double sim_exponential(struct sim_stream *s, double mean)
{
    struct sim_philox *p = &s->philox;

    if (p->next >= p->logged)
        sim_philox_log(p);
    return -mean * p->log[p->next++];
}

/* 64-bit hash of a NUL-terminated string (FNV-1a with a finaliser), for stream keys and content ids. */
uint64_t sim_hash_text(const char *text, uint64_t seed);

#endif
