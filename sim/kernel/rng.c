/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/rng.c - Philox4x32-10 blocks, eight at a time, and the names of streams.
 *
 * Philox is a bijection of a 128-bit counter under a 64-bit key. The key is the hash of the stream's name, so no state
 * is shared and no stream has to be jumped ahead; the replication sits in the counter, above the count of blocks.
 * A block is ten rounds of two 32 x 32 -> 64 bit products. On x86-64 two blocks share an SSE2 register, one per 64-bit
 * lane: the multiplier reads only the low half of a lane, so the rubbish in the high half never matters. The words are
 * those of Random123's own code, which test_rng.c compares and other machines use.
 */
#include "sim/kernel/rng.h"

#include <math.h>
#include <string.h>
#include <Random123/philox.h>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

enum { RNG_BLOCKS = SIM_RNG_WORDS / 4 };

#if defined(__x86_64__)

struct rng_pair { /* two blocks: element i of both in c<i>, the upper halves of the lanes undefined */
    __m128i c0, c1, c2, c3;
};

static inline struct rng_pair rng_pair(const struct sim_philox *p, uint64_t count)
{
    const __m128i c0 = _mm_set_epi64x((int64_t)(count + 1), (int64_t)count);

    return (struct rng_pair){c0, _mm_srli_epi64(c0, 32), _mm_set1_epi64x(p->counter[2]),
                             _mm_set1_epi64x(p->counter[3])};
}

static inline struct rng_pair rng_round(struct rng_pair x, __m128i k0, __m128i k1)
{
    const __m128i p0 = _mm_mul_epu32(x.c0, _mm_set1_epi64x(PHILOX_M4x32_0));
    const __m128i p1 = _mm_mul_epu32(x.c2, _mm_set1_epi64x(PHILOX_M4x32_1));

    return (struct rng_pair){_mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(p1, 32), x.c1), k0), p1,
                             _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(p0, 32), x.c3), k1), p0};
}

/* The low halves of the lanes, transposed to c0 c1 c2 c3 of each block. */
static inline void rng_store(struct rng_pair x, uint32_t out[8])
{
    const __m128i a = _mm_unpacklo_epi32(x.c0, x.c1), b = _mm_unpacklo_epi32(x.c2, x.c3);
    const __m128i c = _mm_unpackhi_epi32(x.c0, x.c1), d = _mm_unpackhi_epi32(x.c2, x.c3);

    _mm_storeu_si128((__m128i *)(void *)out, _mm_unpacklo_epi64(a, b));
    _mm_storeu_si128((__m128i *)(void *)(out + 4), _mm_unpacklo_epi64(c, d));
}

/* Blocks count .. count + 3: two pairs interleaved, to hide the multiplier's latency. */
static inline void rng_four_blocks(const struct sim_philox *p, uint64_t count, uint32_t out[16])
{
    const __m128i w0 = _mm_set1_epi64x(PHILOX_W32_0), w1 = _mm_set1_epi64x(PHILOX_W32_1);
    __m128i k0 = _mm_set1_epi64x(p->key[0]), k1 = _mm_set1_epi64x(p->key[1]);
    struct rng_pair x = rng_pair(p, count), y = rng_pair(p, count + 2);

    for (int round = 0; round < 10; round++) {
        x = rng_round(x, k0, k1);
        y = rng_round(y, k0, k1);
        k0 = _mm_add_epi32(k0, w0);
        k1 = _mm_add_epi32(k1, w1);
    }
    rng_store(x, out);
    rng_store(y, out + 8);
}

static void rng_fill(const struct sim_philox *p, uint64_t count, uint32_t *out)
{
    for (uint64_t i = 0; i < RNG_BLOCKS; i += 4)
        rng_four_blocks(p, count + i, out + 4 * i);
}

#else

static void rng_fill(const struct sim_philox *p, uint64_t count, uint32_t *out)
{
    const philox4x32_key_t key = {{p->key[0], p->key[1]}};

    for (uint64_t i = 0; i < RNG_BLOCKS; i++) {
        const uint64_t n = count + i;
        const philox4x32_ctr_t counter = {{(uint32_t)n, (uint32_t)(n >> 32), p->counter[2], p->counter[3]}};
        const philox4x32_ctr_t block = philox4x32(counter, key);

        memcpy(out + 4 * i, block.v, sizeof(block.v));
    }
}

#endif

void sim_philox_refill(struct sim_philox *p)
{
    uint64_t count = p->counter[0] | (uint64_t)p->counter[1] << 32;

    rng_fill(p, count, p->word);
    count += RNG_BLOCKS;
    p->counter[0] = (uint32_t)count;
    p->counter[1] = (uint32_t)(count >> 32);
    p->next = 0;
    p->logged = 0;
}

void sim_philox_log(struct sim_philox *p)
{
    if (p->next == SIM_RNG_WORDS)
        sim_philox_refill(p);
    for (uint32_t i = p->next; i < SIM_RNG_WORDS; i++)
        p->log[i] = log(((double)p->word[i] + 0.5) * 0x1p-32);
    p->logged = SIM_RNG_WORDS;
}

static void rng_start(struct sim_philox *p, uint64_t key, uint32_t replication)
{
    memset(p, 0, sizeof(*p));
    p->key[0] = (uint32_t)key;
    p->key[1] = (uint32_t)(key >> 32);
    p->counter[2] = replication;
    p->next = SIM_RNG_WORDS;
}

static void rng_gsl_set(void *state, unsigned long seed)
{
    rng_start(state, seed, 0);
}

static unsigned long rng_gsl_get(void *state)
{
    return sim_word(state);
}

static double rng_gsl_get_double(void *state)
{
    return ((double)sim_word(state) + 0.5) * 0x1p-32;
}

const gsl_rng_type sim_rng_philox = {
    .name = "philox4x32-10",
    .max = UINT32_MAX,
    .min = 0,
    .size = sizeof(struct sim_philox),
    .set = rng_gsl_set,
    .get = rng_gsl_get,
    .get_double = rng_gsl_get_double,
};

/* Murmur3's 64-bit finaliser: every input bit reaches every output bit. */
static uint64_t rng_mix(uint64_t h)
{
    h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return h ^ (h >> 33);
}

uint64_t sim_hash_text(const char *text, uint64_t seed)
{
    /* The seed is mixed before it meets the text, so that no neighbouring seed and letter cancel. */
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ rng_mix(seed);

    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        h = (h ^ *c) * UINT64_C(0x100000001b3);
    return rng_mix(h);
}

void sim_stream_init(struct sim_stream *s, uint64_t seed, uint32_t replication, const char *path, const char *purpose)
{
    s->gsl.type = &sim_rng_philox;
    s->gsl.state = &s->philox;
    /* Hash of a hash: ("ab", "c") and ("a", "bc") differ. */
    rng_start(&s->philox, sim_hash_text(purpose, sim_hash_text(path, seed)), replication);
}
