/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/rng.c - Philox4x32-10 blocks, eight at a time, and the names of streams.
 *
 * Philox is a bijection of a 128-bit counter under a 64-bit key. The key is the hash of the stream's name, so no state
 * is shared and no stream has to be jumped ahead; the replication sits in the counter, above the count of blocks.
 * A block is ten rounds of two 32 x 32 -> 64 bit products. On x86-64 two (SSE2) or four (AVX2) blocks share a register,
 * one per 64-bit lane: the multiplier reads only the low half of a lane, so the rubbish in the high half never matters.
 * All variants give the same words; test_rng.c compares them with Random123's own code.
 */
#include "sim/kernel/rng.h"

#include <string.h>
#include <Random123/philox.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { RNG_BLOCKS = SIM_RNG_WORDS / 4 };

#if defined(__x86_64__)

/* Blocks counter + 0 .. counter + 1 into out[8]. */
static inline void rng_two_blocks(const uint32_t key[2], uint64_t count, const uint32_t high[2], uint32_t *out)
{
    const __m128i m0 = _mm_set1_epi64x(PHILOX_M4x32_0), m1 = _mm_set1_epi64x(PHILOX_M4x32_1);
    const uint64_t next = count + 1;
    __m128i c0 = _mm_set_epi64x((int64_t)next, (int64_t)count);
    __m128i c1 = _mm_srli_epi64(c0, 32);
    __m128i c2 = _mm_set1_epi64x(high[0]), c3 = _mm_set1_epi64x(high[1]);
    uint32_t k0 = key[0], k1 = key[1];

    for (int round = 0; round < 10; round++) {
        const __m128i p0 = _mm_mul_epu32(c0, m0), p1 = _mm_mul_epu32(c2, m1);

        c0 = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(p1, 32), c1), _mm_set1_epi64x(k0));
        c2 = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(p0, 32), c3), _mm_set1_epi64x(k1));
        c1 = p1;
        c3 = p0;
        k0 += PHILOX_W32_0;
        k1 += PHILOX_W32_1;
    }
    /* The low halves of the lanes, transposed to c0 c1 c2 c3 of each block. */
    const __m128i a = _mm_unpacklo_epi32(c0, c1), b = _mm_unpacklo_epi32(c2, c3);
    const __m128i c = _mm_unpackhi_epi32(c0, c1), d = _mm_unpackhi_epi32(c2, c3);

    _mm_storeu_si128((__m128i *)(void *)out, _mm_unpacklo_epi64(a, b));
    _mm_storeu_si128((__m128i *)(void *)(out + 4), _mm_unpacklo_epi64(c, d));
}

static void rng_fill_sse2(const struct sim_philox *p, uint64_t count, uint32_t *out)
{
    for (uint64_t i = 0; i < RNG_BLOCKS; i += 2)
        rng_two_blocks(p->key, count + i, p->counter + 2, out + 4 * i);
}

/* As rng_two_blocks, two sets of four blocks interleaved to hide the multiplier's latency. */
__attribute__((target("avx2"))) static void rng_fill_avx2(const struct sim_philox *p, uint64_t count, uint32_t *out)
{
    const __m256i m0 = _mm256_set1_epi64x(PHILOX_M4x32_0), m1 = _mm256_set1_epi64x(PHILOX_M4x32_1);
    __m256i c0[2], c1[2], c2[2], c3[2];
    uint32_t k0 = p->key[0], k1 = p->key[1];

    for (int h = 0; h < 2; h++) {
        c0[h] = _mm256_add_epi64(_mm256_set1_epi64x((int64_t)(count + 4 * (uint64_t)h)), _mm256_set_epi64x(3, 2, 1, 0));
        c1[h] = _mm256_srli_epi64(c0[h], 32);
        c2[h] = _mm256_set1_epi64x(p->counter[2]);
        c3[h] = _mm256_set1_epi64x(p->counter[3]);
    }
    for (int round = 0; round < 10; round++) {
        const __m256i key0 = _mm256_set1_epi64x(k0), key1 = _mm256_set1_epi64x(k1);

        for (int h = 0; h < 2; h++) {
            const __m256i p0 = _mm256_mul_epu32(c0[h], m0), p1 = _mm256_mul_epu32(c2[h], m1);

            c0[h] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1[h]), key0);
            c2[h] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3[h]), key1);
            c1[h] = p1;
            c3[h] = p0;
        }
        k0 += PHILOX_W32_0;
        k1 += PHILOX_W32_1;
    }
    for (int h = 0; h < 2; h++) {
        /* Each 128-bit half holds two blocks: 0 and 1 in the low one, 2 and 3 in the high one. */
        const __m256i a = _mm256_unpacklo_epi32(c0[h], c1[h]), b = _mm256_unpacklo_epi32(c2[h], c3[h]);
        const __m256i c = _mm256_unpackhi_epi32(c0[h], c1[h]), d = _mm256_unpackhi_epi32(c2[h], c3[h]);
        const __m256i even = _mm256_unpacklo_epi64(a, b), odd = _mm256_unpacklo_epi64(c, d);
        uint32_t *to = out + 16 * h;

        _mm256_storeu_si256((__m256i *)(void *)to, _mm256_permute2x128_si256(even, odd, 0x20));
        _mm256_storeu_si256((__m256i *)(void *)(to + 8), _mm256_permute2x128_si256(even, odd, 0x31));
    }
}

static void rng_fill(const struct sim_philox *p, uint64_t count, uint32_t *out)
{
    if (__builtin_cpu_supports("avx2"))
        rng_fill_avx2(p, count, out);
    else
        rng_fill_sse2(p, count, out);
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
