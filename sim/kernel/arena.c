/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/arena.c - bump allocation in chunks, and pools that cut an arena into objects.
 *
 * Chunks double from 4 KiB to 1 MiB, so that small arenas stay small and large ones make few system calls. A request
 * larger than the next chunk gets a chunk of its own size.
 */
#include "sim/kernel/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/assert.h"

enum {
    ARENA_ALIGN = 16,
    ARENA_LINE = 64, /* bytes of a cache line of the machines we run on */
    ARENA_FIRST_B = 4096,
    ARENA_LARGEST_B = 1 << 20,
    POOL_BATCH_B = 16384 /* one refill of a pool */
};

struct sim_arena_chunk {
    struct sim_arena_chunk *next;
    size_t size, used; /* bytes of data */
    alignas(ARENA_LINE) unsigned char data[];
};

static _Noreturn void arena_out_of_memory(size_t size_B)
{
    fprintf(stderr, "viosim: out of memory (asked for %zu bytes)\n", size_B);
    abort();
}

static size_t arena_product(size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
        arena_out_of_memory(SIZE_MAX);
    return bytes;
}

void *sim_alloc(size_t count, size_t size)
{
    const size_t bytes = arena_product(count, size);
    void *p = calloc(1, bytes ? bytes : 1);

    if (!p)
        arena_out_of_memory(bytes);
    return p;
}

void *sim_grow(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity)
        return array;
    size_t wanted = *capacity ? *capacity : 8;

    while (wanted < need)
        wanted = arena_product(wanted, 2);
    const size_t bytes = arena_product(wanted, size);
    void *p = realloc(array, bytes ? bytes : 1);

    if (!p)
        arena_out_of_memory(bytes);
    *capacity = wanted;
    return p;
}

void sim_arena_init(struct sim_arena *a)
{
    *a = (struct sim_arena){0};
}

void sim_arena_fini(struct sim_arena *a)
{
    for (struct sim_arena_chunk *c = a->chunks, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    *a = (struct sim_arena){0};
}

/* A new first chunk that has room for `bytes`. */
static struct sim_arena_chunk *arena_chunk(struct sim_arena *a, size_t bytes)
{
    size_t size = a->chunks ? 2 * a->chunks->size : ARENA_FIRST_B;

    if (size > ARENA_LARGEST_B)
        size = ARENA_LARGEST_B;
    if (size < bytes)
        size = bytes;
    const size_t whole = (sizeof(struct sim_arena_chunk) + size + ARENA_LINE - 1) / ARENA_LINE * ARENA_LINE;
    struct sim_arena_chunk *c = aligned_alloc(ARENA_LINE, whole);

    if (!c)
        arena_out_of_memory(whole);
    memset(c, 0, whole);
    c->size = size;
    c->next = a->chunks;
    a->chunks = c;
    return c;
}

/* Where an object of `bytes` would go: what fills a cache line begins one, so that objects share as few as can be. */
static size_t arena_place(const struct sim_arena_chunk *c, size_t bytes)
{
    return bytes < ARENA_LINE ? c->used : (c->used + ARENA_LINE - 1) / ARENA_LINE * ARENA_LINE;
}

void *sim_arena_alloc(struct sim_arena *a, size_t count, size_t size)
{
    size_t bytes = arena_product(count, size);
    struct sim_arena_chunk *c = a->chunks;

    /* At least one unit, so that two empty objects have different addresses. */
    bytes = bytes ? (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN : ARENA_ALIGN;
    size_t at = c ? arena_place(c, bytes) : 0;

    if (!c || at > c->size || c->size - at < bytes) {
        c = arena_chunk(a, bytes);
        at = 0;
    }
    void *p = c->data + at;

    c->used = at + bytes;
    a->used_B += bytes;
    return p;
}

char *sim_arena_text(struct sim_arena *a, const char *text)
{
    const size_t size = strlen(text) + 1;

    return memcpy(sim_arena_alloc(a, size, 1), text, size);
}

char *sim_arena_printf(struct sim_arena *a, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);

    va_end(args);
    SIM_ASSERT(length >= 0);
    char *text = sim_arena_alloc(a, (size_t)length + 1, 1);

    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void sim_pool_init(struct sim_pool *p, size_t object_size)
{
    *p = (struct sim_pool){.size = object_size > sizeof(struct sim_pool_object) ? object_size
                                                                                : sizeof(struct sim_pool_object)};
    sim_arena_init(&p->arena);
}

void sim_pool_fini(struct sim_pool *p)
{
    sim_arena_fini(&p->arena);
    *p = (struct sim_pool){0};
}

void *sim_pool_refill(struct sim_pool *p)
{
    const size_t count = p->size * 2 < POOL_BATCH_B ? POOL_BATCH_B / p->size : 2;

    for (size_t i = 1; i < count; i++) {
        struct sim_pool_object *o = sim_arena_alloc(&p->arena, 1, p->size);

        o->next = p->free;
        p->free = o;
    }
    return sim_arena_alloc(&p->arena, 1, p->size);
}
