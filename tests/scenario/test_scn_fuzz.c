/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/scenario/test_scn_fuzz.c - damaged scenarios: whatever stands in a file, loading it ends in points or in
 * errors.
 *
 * 2000 mutations with a fixed seed of a good scenario: bytes changed, cut out, doubled, lines swapped, words of YAML
 * thrown in. Meant above all for the build with sanitizers. Not every mutation may be refused (comments, titles), nor
 * may all be: both are counted, so that a mutator that has lost its teeth is noticed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <criterion/criterion.h>

#include "sim/scenario/study.h"

enum { FUZZ_ROUNDS = 1000, FUZZ_SIZE_MAX = 16384 };

/* xorshift64*, so that the mutations are the same everywhere. */
static uint64_t fuzz_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static size_t fuzz_below(uint64_t *state, size_t n)
{
    return (size_t)(fuzz_next(state) >> 16) % n;
}

/* Thrown in by a mutation. */
static const char *const fuzz_words[] = {"{",
                                         "}",
                                         "[",
                                         "]",
                                         ": ",
                                         "- ",
                                         "\n",
                                         "  ",
                                         "\t",
                                         "*a",
                                         "&a ",
                                         "<<",
                                         "0",
                                         "-1",
                                         "1e999",
                                         "%",
                                         "\"",
                                         "'",
                                         "null",
                                         "nan",
                                         "vms:",
                                         "cdf",
                                         "99999999999999999999",
                                         "\xff",
                                         "\xc3",
                                         "#",
                                         "|",
                                         ">",
                                         "!x ",
                                         "? "};

/* One change to text of *n bytes, which has room for FUZZ_SIZE_MAX. */
static void fuzz_mutate(char *text, size_t *n, uint64_t *state)
{
    const size_t at = fuzz_below(state, *n), length = 1 + fuzz_below(state, 12);
    const char *word = fuzz_words[fuzz_below(state, sizeof(fuzz_words) / sizeof(*fuzz_words))];
    size_t m = strlen(word), from = fuzz_below(state, *n);

    switch (fuzz_below(state, 4)) {
    case 0: /* one byte */
        text[at] = (char)(fuzz_below(state, 4) ? 32 + fuzz_below(state, 95) : fuzz_below(state, 256));
        return;
    case 1: /* cut out */
        m = at + length > *n ? *n - at : length;
        memmove(&text[at], &text[at + m], *n - at - m);
        *n -= m < *n ? m : 0;
        return;
    case 2: /* a copy of something else in the file */
        m = from + length * 4 > *n ? *n - from : length * 4;
        word = &text[from];
        break;
    default: /* a word */
        break;
    }
    if (*n + m > FUZZ_SIZE_MAX)
        return;
    char copy[64];

    memcpy(copy, word, m);
    memmove(&text[at + m], &text[at], *n - at);
    memcpy(&text[at], copy, m);
    *n += m;
}

static size_t fuzz_read(const char *path, char text[FUZZ_SIZE_MAX])
{
    FILE *in = fopen(path, "rb");
    size_t n;

    cr_assert(in, "cannot open %s; run from the top of the repository", path);
    n = fread(text, 1, FUZZ_SIZE_MAX, in);
    fclose(in);
    return n;
}

/* Load mutations of `path` from files in the same directory, so that what it includes is found. */
static void fuzz_file(const char *path, uint64_t seed)
{
    static const char *const null_file = "/dev/null";
    char good[FUZZ_SIZE_MAX], text[FUZZ_SIZE_MAX], name[128];
    const size_t size = fuzz_read(path, good);
    int accepted = 0, refused = 0;
    FILE *nowhere = fopen(null_file, "w");

    snprintf(name, sizeof(name), "tests/scenario/good/.fuzz-%d", (int)getpid());
    for (int i = 0; i < FUZZ_ROUNDS; i++) {
        size_t n = size;
        struct scn_points points;
        struct sim_diags diags;

        memcpy(text, good, size);
        for (size_t k = 1 + fuzz_below(&seed, 3); k > 0; k--)
            fuzz_mutate(text, &n, &seed);
        FILE *out = fopen(name, "wb");

        cr_assert(out);
        fwrite(text, 1, n, out);
        fclose(out);
        sim_diags_init(&diags);
        if (scn_load(name, NULL, 0, &points, &diags))
            accepted++;
        else
            refused++;
        cr_assert(points.n == 0 || diags.errors == 0);
        sim_diags_print(&diags, nowhere);
        sim_diags_fini(&diags);
        scn_points_fini(&points);
    }
    unlink(name);
    fclose(nowhere);
    cr_expect(accepted > FUZZ_ROUNDS / 200 && refused > FUZZ_ROUNDS / 4, "%s: %d accepted, %d refused", path, accepted,
              refused);
}

Test(test_scn_fuzz, planning_scenario)
{
    fuzz_file("tests/scenario/good/everything.yaml", 20090401);
}

Test(test_scn_fuzz, topology)
{
    fuzz_file("tests/scenario/good/topology.json", 20090402);
}
