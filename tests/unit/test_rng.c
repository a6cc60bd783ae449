/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_rng.c - Philox against its published answers; streams by name; the shape of variates.
 */
#include <math.h>
#include <string.h>
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <Random123/philox.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/rng.h"

/* Known answers of philox4x32-10, from kat_vectors of Random123 1.14: counter, key, block. */
static const struct {
    uint32_t counter[4], key[2], block[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

/* The block of `counter` + `ahead`, by Random123's own code. */
static philox4x32_ctr_t reference(const struct sim_philox *start, uint64_t ahead)
{
    const uint64_t count = (start->counter[0] | (uint64_t)start->counter[1] << 32) + ahead;
    const philox4x32_ctr_t counter = {{(uint32_t)count, (uint32_t)(count >> 32), start->counter[2], start->counter[3]}};
    const philox4x32_key_t key = {{start->key[0], start->key[1]}};

    return philox4x32(counter, key);
}

Test(test_rng, words_are_philox)
{
    for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
        struct sim_philox p = {.next = SIM_RNG_WORDS};

        memcpy(p.counter, known[k].counter, sizeof(p.counter));
        memcpy(p.key, known[k].key, sizeof(p.key));
        const struct sim_philox start = p;

        for (uint64_t i = 0; i < 4 * SIM_RNG_WORDS; i++) {
            const uint32_t word = sim_word(&p);

            cr_assert(i >= 4 || word == known[k].block[i], "known answer %zu, word %d", k, (int)i);
            cr_assert(word == reference(&start, i / 4).v[i % 4], "vector %zu: word %d differs", k, (int)i);
        }
    }
    /* The count of blocks carries into its upper word: 2^32 - 8 + 8. */
    struct sim_philox p = {.counter = {0xfffffff8, 0, 7, 0}, .key = {1, 2}, .next = SIM_RNG_WORDS};
    const struct sim_philox start = p;

    for (uint64_t i = 0; i < 2 * SIM_RNG_WORDS; i++)
        cr_assert(sim_word(&p) == reference(&start, i / 4).v[i % 4], "after the carry: word %d differs", (int)i);
}

/* One stream, however it is read; and the words of a name are for ever, or no result could be reproduced. */
Test(test_rng, one_stream_of_words)
{
    struct sim_stream a, b;

    sim_stream_init(&a, 42, 3, "rack1/srv01", "arrival");
    sim_stream_init(&b, 42, 3, "rack1/srv01", "arrival");
    for (int i = 0; i < 1000; i++) {
        const double u = sim_uniform(&a);

        if (i % 2)
            cr_assert(gsl_rng_uniform(&b.gsl) == u, "uniform %d", i);
        else
            cr_assert(((double)gsl_rng_get(&b.gsl) + 0.5) / 4294967296.0 == u, "word %d", i);
        cr_assert(u > 0 && u < 1);
    }
    const double u = sim_uniform(&a);

    cr_expect(sim_exponential(&b, 3) == -3 * log(u));
    cr_expect(gsl_rng_max(&a.gsl) == UINT32_MAX && gsl_rng_min(&a.gsl) == 0);

    /* A clone goes on where the original stands: what gsl_rng_clone() promises. */
    gsl_rng *clone = gsl_rng_clone(&a.gsl);

    for (int i = 0; i < 100; i++)
        cr_assert(gsl_rng_get(clone) == gsl_rng_get(&a.gsl));
    gsl_rng_free(clone);

    static const uint32_t pinned[4] = {0xf4166687, 0x1e6df059, 0x14e3067f, 0xa56683b4};

    sim_stream_init(&a, 42, 3, "rack1/srv01", "arrival");
    for (int i = 0; i < 4; i++) {
        const uint32_t word = sim_word(&a.philox);

        cr_expect(word == pinned[i], "word %d of the pinned stream is 0x%08x", i, word);
    }
}

static const struct {
    uint64_t seed;
    uint32_t replication;
    const char *path, *purpose;
} names[] = {{1, 0, "ab", "c"},   {1, 0, "a", "bc"},   {1, 0, "abc", ""},    {1, 0, "", "abc"},   {2, 0, "ab", "c"},
             {0, 0, "ab", "c"},   {1, 1, "ab", "c"},   {1, 2, "ab", "c"},    {0, 1, "ab", "c"},   {1, 0, "ab", "d"},
             {1, 0, "srv1", "x"}, {1, 0, "srv2", "x"}, {1, 0, "srv11", "x"}, {1, 0, "srv1", "y"}, {3, 0, "a", "bc"}};
enum { NAMES = sizeof(names) / sizeof(names[0]), PAIRED = 100000 };

/* The correlation of independent streams has mean 0 and standard deviation 1 / sqrt(n). With 105 pairs, 4.5 of them
 * is exceeded by chance with probability 7e-4. */
static double correlation_limit(void)
{
    return 4.5 / sqrt(PAIRED);
}

Test(test_rng, names_are_independent)
{
    double *u[NAMES];

    for (size_t i = 0; i < NAMES; i++) {
        struct sim_stream s;

        u[i] = sim_alloc(PAIRED, sizeof(double));
        sim_stream_init(&s, names[i].seed, names[i].replication, names[i].path, names[i].purpose);
        for (size_t k = 0; k < PAIRED; k++)
            u[i][k] = sim_uniform(&s);
        for (size_t j = 0; j < i; j++) {
            const double r = gsl_stats_correlation(u[i], 1, u[j], 1, PAIRED);

            cr_expect(fabs(r) < correlation_limit(), "streams %zu and %zu: correlation %g", j, i, r);
        }
    }
    /* Power: one part in 50 of another stream is noticed; that is a correlation of 0.02, or 6.3 / sqrt(n). */
    for (size_t k = 0; k < PAIRED; k++)
        u[1][k] += 0.02 * u[0][k];
    cr_expect(fabs(gsl_stats_correlation(u[0], 1, u[1], 1, PAIRED)) > correlation_limit());
    for (size_t i = 0; i < NAMES; i++)
        free(u[i]);
}

enum { CELLS = 256, DRAWS = 1000000 };

/* Chi-square of CELLS equal cells for U^power. */
static double chi_square(double power)
{
    static const double expected = (double)DRAWS / CELLS;
    struct sim_stream s;
    unsigned count[CELLS] = {0};
    double sum = 0;

    sim_stream_init(&s, 7, 0, "chi", "square");
    for (int i = 0; i < DRAWS; i++)
        count[(int)(CELLS * pow(sim_uniform(&s), power))]++;
    for (int i = 0; i < CELLS; i++)
        sum += (count[i] - expected) * (count[i] - expected) / expected;
    return sum;
}

/* Greatest distance between the empirical distribution of n exponentials of mean `mean` and that of mean 1. */
static double kolmogorov(size_t n, double mean)
{
    struct sim_stream s;
    double *x = sim_alloc(n, sizeof(double)), d = 0;

    sim_stream_init(&s, 7, 0, "kolmogorov", "smirnov");
    for (size_t i = 0; i < n; i++)
        x[i] = sim_exponential(&s, mean);
    gsl_sort(x, 1, n);
    for (size_t i = 0; i < n; i++) {
        const double f = gsl_cdf_exponential_P(x[i], 1);

        d = fmax(d, fmax((double)(i + 1) / (double)n - f, f - (double)i / (double)n));
    }
    free(x);
    return d;
}

Test(test_rng, variates_have_their_shape)
{
    const double limit = gsl_cdf_chisq_Pinv(0.999, CELLS - 1);

    cr_expect(chi_square(1) < limit, "uniforms: chi-square %g, limit %g", chi_square(1), limit);
    /* Power: U^1.02 has density about 1 - 0.02 - 0.02 ln x, of variance 4e-4: non-centrality 400 on 255 degrees. */
    cr_expect(chi_square(1.02) > limit, "chi-square is blind: %g", chi_square(1.02));

    /* 99.9 % point of sqrt(n) D is 1.95. A mean 2 % off moves the distribution function by 0.02/e = 0.0074. */
    const size_t n = 400000;

    cr_expect(kolmogorov(n, 1) < 1.95 / sqrt((double)n), "exponentials: D = %g", kolmogorov(n, 1));
    cr_expect(kolmogorov(n, 1.02) > 1.95 / sqrt((double)n), "Kolmogorov-Smirnov is blind");
}
