/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/doc.c - nodes of a document, and finding keys in them.
 */
#include "sim/scenario/doc.h"

#include <stdlib.h>
#include <string.h>

enum { DOC_HASH_FROM = 16 }; /* smaller mappings are searched from the front */

static struct scn_node *node_new(struct sim_arena *a, enum scn_node_kind kind, struct sim_pos pos)
{
    struct scn_node *node = sim_arena_alloc(a, 1, sizeof(*node));

    node->kind = kind;
    node->pos = pos;
    node->text = "";
    return node;
}

struct scn_node *scn_node_scalar(struct sim_arena *a, struct sim_pos pos, const char *text)
{
    struct scn_node *node = node_new(a, SCN_SCALAR, pos);

    node->text = sim_arena_text(a, text);
    return node;
}

struct scn_node *scn_node_list(struct sim_arena *a, struct sim_pos pos)
{
    return node_new(a, SCN_LIST, pos);
}

struct scn_node *scn_node_map(struct sim_arena *a, struct sim_pos pos)
{
    return node_new(a, SCN_MAP, pos);
}

/* FNV-1a, 32 bit. */
static uint32_t node_hash(const char *key)
{
    uint32_t h = UINT32_C(2166136261);

    for (; *key; key++)
        h = (h ^ (unsigned char)*key) * UINT32_C(16777619);
    return h;
}

static void node_hash_enter(struct scn_node *map, size_t index)
{
    size_t at = node_hash(map->entry[index].key) & (map->slots - 1);

    while (map->slot[at])
        at = (at + 1) & (map->slots - 1);
    map->slot[at] = (uint32_t)index + 1;
}

static void node_hash_grow(struct sim_arena *a, struct scn_node *map)
{
    map->slots = map->slots ? map->slots * 4 : (size_t)DOC_HASH_FROM * 4;
    while (map->slots < map->n * 2)
        map->slots *= 2;
    map->slot = sim_arena_alloc(a, map->slots, sizeof(*map->slot));
    for (size_t i = 0; i < map->n; i++)
        node_hash_enter(map, i);
}

void scn_node_add(struct sim_arena *a, struct scn_node *node, const char *key, struct sim_pos pos,
                  struct scn_node *value)
{
    if (node->n == node->capacity) {
        const size_t capacity = node->capacity ? node->capacity * 2 : 4;
        struct scn_entry *entry = sim_arena_alloc(a, capacity, sizeof(*entry));

        if (node->n)
            memcpy(entry, node->entry, node->n * sizeof(*entry));
        node->entry = entry;
        node->capacity = capacity;
    }
    node->entry[node->n++] = (struct scn_entry){.key = key, .pos = pos, .value = value};
    if (node->kind != SCN_MAP || node->n <= DOC_HASH_FROM)
        return;
    if (node->n * 2 > node->slots)
        node_hash_grow(a, node);
    else
        node_hash_enter(node, node->n - 1);
}

struct scn_node *scn_node_copy(struct sim_arena *a, const struct scn_node *node)
{
    struct scn_node *copy = node_new(a, node->kind, node->pos);

    copy->text = node->text;
    for (size_t i = 0; i < node->n; i++)
        scn_node_add(a, copy, node->entry[i].key, node->entry[i].pos, node->entry[i].value);
    return copy;
}

struct scn_node *scn_node_without(struct sim_arena *a, struct scn_node *map, const char *key)
{
    struct scn_node *copy;

    if (!scn_node_get(map, key))
        return map;
    copy = node_new(a, SCN_MAP, map->pos);
    for (size_t i = 0; i < map->n; i++)
        if (strcmp(map->entry[i].key, key) != 0)
            scn_node_add(a, copy, map->entry[i].key, map->entry[i].pos, map->entry[i].value);
    return copy;
}

size_t scn_node_find(const struct scn_node *map, const char *key)
{
    if (!map->slots) {
        for (size_t i = 0; i < map->n; i++)
            if (strcmp(map->entry[i].key, key) == 0)
                return i;
        return SCN_NONE;
    }
    for (size_t at = node_hash(key) & (map->slots - 1); map->slot[at]; at = (at + 1) & (map->slots - 1))
        if (strcmp(map->entry[map->slot[at] - 1].key, key) == 0)
            return map->slot[at] - 1;
    return SCN_NONE;
}

struct scn_node *scn_node_get(const struct scn_node *map, const char *key)
{
    size_t i;

    if (!map || map->kind != SCN_MAP)
        return NULL;
    i = scn_node_find(map, key);
    return i == SCN_NONE ? NULL : map->entry[i].value;
}

bool scn_node_is_empty(const struct scn_node *node)
{
    return node->kind == SCN_SCALAR && node->text[0] == '\0';
}

const char *scn_node_keys(struct sim_arena *a, const struct scn_node *map, size_t limit)
{
    const char *text = "";

    for (size_t i = 0; i < map->n && i < limit; i++)
        text = sim_arena_printf(a, "%s%s%s", text, i ? ", " : "", map->entry[i].key);
    return map->n > limit ? sim_arena_printf(a, "%s, ... (%zu in all)", text, map->n) : text;
}

const char *scn_node_meant(struct sim_arena *a, const struct scn_node *map, const char *text)
{
    const char **names = sim_alloc(map->n + 1, sizeof(*names)), *meant;

    for (size_t i = 0; i < map->n; i++)
        names[i] = map->entry[i].key;
    meant = sim_did_you_mean(text, names);
    free(names);
    return meant ? sim_arena_printf(a, "; did you mean '%s'?", meant) : "";
}
