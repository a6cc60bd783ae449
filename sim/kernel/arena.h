/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/arena.h - memory: an arena for what lives as long as its owner, and pools for what comes and goes.
 *
 * Running out of memory aborts with a message; nobody else tests for NULL. Arena memory is zeroed, aligned for any type
 * and freed at once. A pool hands out fixed-size objects, counts how many are out, and never returns memory to the
 * system before its end.
 */
#ifndef SIM_KERNEL_ARENA_H
#define SIM_KERNEL_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct sim_arena_chunk;
struct sim_arena {
    struct sim_arena_chunk *chunks;
    size_t used_B; /* bytes handed out, for "bytes per entity" */
};

void sim_arena_init(struct sim_arena *a);
void sim_arena_fini(struct sim_arena *a);
/* Zeroed memory for `count` objects of `size` bytes; the product is checked. */
void *sim_arena_alloc(struct sim_arena *a, size_t count, size_t size);
char *sim_arena_text(struct sim_arena *a, const char *text);
/* printf into the arena. */
char *sim_arena_printf(struct sim_arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Heap memory that is checked and zeroed like the arena's; free() it. */
void *sim_alloc(size_t count, size_t size);
/* Grow a heap array to hold at least `need` elements (doubling); new elements are NOT zeroed. */
void *sim_grow(void *array, size_t *capacity, size_t need, size_t size);

struct sim_pool_object {
    struct sim_pool_object *next;
};
struct sim_pool {
    struct sim_pool_object *free;
    size_t size;      /* bytes per object */
    uint64_t out;     /* objects in use now */
    uint64_t created; /* objects ever taken: pool_take calls */
    struct sim_arena arena;
};

void sim_pool_init(struct sim_pool *p, size_t object_size);
void sim_pool_fini(struct sim_pool *p);
void *sim_pool_refill(struct sim_pool *p); /* private: slow path of sim_pool_take */

/* An object with undefined contents; the taker owns it until sim_pool_give(). */
static inline void *sim_pool_take(struct sim_pool *p)
{
    struct sim_pool_object *o = p->free;

    p->out++;
    p->created++;
    if (!o)
        return sim_pool_refill(p);
    p->free = o->next;
    return o;
}

static inline void sim_pool_give(struct sim_pool *p, void *object)
{
    struct sim_pool_object *o = object;

    o->next = p->free;
    p->free = o;
    p->out--;
}

#endif
