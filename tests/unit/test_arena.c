/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_arena.c - arena memory is zeroed, aligned and distinct; pools count and reuse.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <criterion/criterion.h>

#include "sim/kernel/arena.h"

Test(test_arena, memory)
{
    static const size_t sizes[] = {1, 0, 7, 16, 17, 1000, 5000, 100000, 3000000, 24};
    struct sim_arena a;
    unsigned char *p[200];
    size_t total = 0;

    sim_arena_init(&a);
    for (size_t i = 0; i < 200; i++) {
        const size_t size = i < 10 ? sizes[i] : i * 37 % 500;

        p[i] = sim_arena_alloc(&a, size, 1);
        total += size;
        cr_assert((uintptr_t)p[i] % _Alignof(max_align_t) == 0);
        for (size_t k = 0; k < size; k++)
            cr_assert(p[i][k] == 0, "object %zu is not zeroed", i);
        memset(p[i], (int)(i % 251 + 1), size);
    }
    /* Nobody has written over anybody else: each byte still carries its object's mark. */
    for (size_t i = 0; i < 200; i++) {
        const size_t size = i < 10 ? sizes[i] : i * 37 % 500;

        for (size_t k = 0; k < size; k++)
            cr_assert(p[i][k] == i % 251 + 1, "object %zu was overwritten", i);
    }
    cr_expect(p[1] != p[0] && p[1] != p[2]);
    cr_expect(a.used_B >= total && a.used_B <= total + 200 * 16);
    cr_expect_str_eq(sim_arena_text(&a, "rack1/srv01"), "rack1/srv01");
    cr_expect_str_eq(sim_arena_printf(&a, "%s/nic%d", "srv01", 2), "srv01/nic2");
    cr_expect(strlen(sim_arena_printf(&a, "%*d", 10000, 1)) == 10000);
    sim_arena_fini(&a);
    cr_expect(a.chunks == NULL && a.used_B == 0);
}

Test(test_arena, growing_keeps_contents)
{
    size_t capacity = 0;
    uint32_t *x = NULL;

    for (uint32_t i = 0; i < 1000; i++) {
        x = sim_grow(x, &capacity, i + 1, sizeof(*x));
        x[i] = i * i;
    }
    cr_expect(capacity >= 1000 && capacity < 2000);
    for (uint32_t i = 0; i < 1000; i++)
        cr_assert(x[i] == i * i);
    cr_expect(sim_grow(x, &capacity, 10, sizeof(*x)) == x);
    free(x);
}

Test(test_arena, pools)
{
    static const size_t sizes[] = {1, 8, 40, 200, 20000};

    for (size_t k = 0; k < 5; k++) {
        struct sim_pool p;
        unsigned char *o[600];

        sim_pool_init(&p, sizes[k]);
        for (int round = 0; round < 3; round++) {
            for (size_t i = 0; i < 600; i++) {
                o[i] = sim_pool_take(&p);
                memset(o[i], (int)(i % 256), sizes[k]);
            }
            cr_expect(p.out == 600 && p.created == 600 * ((uint64_t)round + 1));
            for (size_t i = 0; i < 600; i++)
                cr_assert(o[i][0] == i % 256 && o[i][sizes[k] - 1] == i % 256);
            for (size_t i = 0; i < 600; i++)
                sim_pool_give(&p, o[i]);
            cr_expect(p.out == 0);
        }
        /* Later rounds reuse the first round's memory: at most one refill more than asked for. */
        cr_expect(p.arena.used_B <= 600 * (sizes[k] + 16) + 40000, "%zu bytes for 600 of %zu", p.arena.used_B,
                  sizes[k]);
        sim_pool_fini(&p);
    }
}

Test(test_arena, overflowing_product_aborts, .signal = SIGABRT)
{
    volatile size_t count = SIZE_MAX / 4;

    sim_alloc(count, 8);
}
