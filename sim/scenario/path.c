/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/path.c - dotted paths: setting one value, and sweeping over many.
 *
 * "servers.hosts.vms.web" walks mappings by key; a list is walked by number or by the `name` of its items, or by their
 * `kind` where that is all they have. Keys may hold dots: the longest key that fits is taken. Setting is copy on write,
 * so the points of a sweep share all that they have in common.
 */
#include "sim/scenario/doc.h"

#include <stdlib.h>
#include <string.h>

struct path_walk {
    struct scn_doc *d;
    const struct scn_node *sections; /* that may be made at the top */
    const char *path;                /* all of it, for messages */
    struct sim_pos pos;
    struct scn_node *value;
};

/* "servers.hosts" out of "servers.hosts.vms.web", given the rest; "the scenario" at the top. */
static const char *path_so_far(const struct path_walk *w, const char *rest)
{
    if (rest == w->path)
        return "the scenario";
    return sim_arena_printf(w->d->arena, "'%.*s'", (int)(rest - w->path - 1), w->path);
}

/* Index of the longest key of `map` that begins `rest`; *length is its length. */
static size_t path_match(const struct scn_node *map, const char *rest, size_t *length)
{
    size_t found = SCN_NONE;

    *length = 0;
    for (size_t i = 0; i < map->n; i++) {
        const size_t n = strlen(map->entry[i].key);

        if ((found == SCN_NONE || n > *length) && strncmp(map->entry[i].key, rest, n) == 0 &&
            (rest[n] == '\0' || rest[n] == '.')) {
            found = i;
            *length = n;
        }
    }
    return found;
}

static struct scn_node *path_set(const struct path_walk *w, const struct scn_node *node, const char *rest);

static struct scn_node *path_replace(const struct path_walk *w, const struct scn_node *node, size_t i,
                                     const char *after)
{
    struct scn_node *copy, *value;

    value = *after == '\0' ? w->value : path_set(w, node->entry[i].value, after + 1);
    if (!value)
        return NULL;
    copy = scn_node_copy(w->d->arena, node);
    copy->entry[i].value = value;
    if (*after == '\0')
        copy->entry[i].pos = w->pos;
    return copy;
}

static struct scn_node *path_set_map(const struct path_walk *w, const struct scn_node *map, const char *rest)
{
    struct sim_arena *a = w->d->arena;
    size_t length, i = path_match(map, rest, &length);
    const bool top = rest == w->path;
    struct scn_node *copy, *value = w->value;
    const char *key;

    if (i != SCN_NONE)
        return path_replace(w, map, i, rest + length);
    length = strcspn(rest, ".");
    key = sim_arena_printf(a, "%.*s", (int)length, rest);
    if (rest[length] == '.' && !(top && scn_node_find(w->sections, key) != SCN_NONE)) {
        const struct scn_node *known = top ? w->sections : map;

        sim_diag_add(w->d->diags, SIM_ERROR, w->pos, "no such setting: %s; %s has no '%s', it has %s%s", w->path,
                     path_so_far(w, rest), key, known->n ? scn_node_keys(a, known, 12) : "nothing",
                     scn_node_meant(a, known, key));
        return NULL;
    }
    if (rest[length] == '.')
        value = path_set(w, scn_node_map(a, w->pos), rest + length + 1);
    if (!value)
        return NULL;
    copy = scn_node_copy(a, map);
    scn_node_add(a, copy, key, w->pos, value);
    return copy;
}

/* What an item of a list is called: its name, else its kind, else NULL. */
static const char *path_item_name(const struct scn_node *item)
{
    const struct scn_node *name = scn_node_get(item, "name");

    if (!name)
        name = scn_node_get(item, "kind");
    return name && name->kind == SCN_SCALAR ? name->text : NULL;
}

static struct scn_node *path_set_list(const struct path_walk *w, const struct scn_node *list, const char *rest)
{
    const size_t length = strcspn(rest, ".");
    struct scn_node *names = scn_node_map(w->d->arena, w->pos);
    const char *step = sim_arena_printf(w->d->arena, "%.*s", (int)length, rest);
    char *end;
    const unsigned long number = strtoul(step, &end, 10);

    if (step[0] >= '0' && step[0] <= '9' && *end == '\0' && number < list->n)
        return path_replace(w, list, number, rest + length);
    for (size_t i = 0; i < list->n; i++) {
        const char *name = path_item_name(list->entry[i].value);

        if (name && strcmp(name, step) == 0)
            return path_replace(w, list, i, rest + length);
        if (name && scn_node_find(names, name) == SCN_NONE)
            scn_node_add(w->d->arena, names, name, w->pos, list->entry[i].value);
    }
    if (list->n == 0)
        sim_diag_add(w->d->diags, SIM_ERROR, w->pos, "no such setting: %s; %s is an empty list", w->path,
                     path_so_far(w, rest));
    else
        sim_diag_add(w->d->diags, SIM_ERROR, w->pos,
                     "no such setting: %s; %s is a list without '%s'; its items are 0 to %zu%s%s%s", w->path,
                     path_so_far(w, rest), step, list->n - 1, names->n ? ", by name " : "",
                     scn_node_keys(w->d->arena, names, 12), scn_node_meant(w->d->arena, names, step));
    return NULL;
}

static struct scn_node *path_set(const struct path_walk *w, const struct scn_node *node, const char *rest)
{
    if (*rest == '\0' || *rest == '.') {
        sim_diag_add(w->d->diags, SIM_ERROR, w->pos, "'%s' is not a path; write names with one dot between, as in %s",
                     w->path, "servers.hosts.count");
        return NULL;
    }
    if (node->kind == SCN_LIST)
        return path_set_list(w, node, rest);
    if (node->kind == SCN_MAP)
        return path_set_map(w, node, rest);
    if (scn_node_is_empty(node))
        return path_set_map(w, scn_node_map(w->d->arena, node->pos), rest);
    sim_diag_add(w->d->diags, SIM_ERROR, w->pos,
                 "no such setting: %s; %s is the single value '%s', it has nothing below", w->path,
                 path_so_far(w, rest), node->text);
    return NULL;
}

/* A copy of mapping `map` with `value` at `key`, replaced or added. */
static struct scn_node *path_put(struct sim_arena *a, const struct scn_node *map, const char *key, struct sim_pos pos,
                                 struct scn_node *value)
{
    struct scn_node *copy = scn_node_copy(a, map);
    const size_t i = scn_node_find(copy, key);

    if (i == SCN_NONE)
        scn_node_add(a, copy, key, pos, value);
    else
        copy->entry[i] = (struct scn_entry){.key = copy->entry[i].key, .pos = pos, .value = value};
    return copy;
}

struct scn_node *scn_path_set(struct scn_doc *d, const struct scn_node *root, const struct scn_node *sections,
                              const char *path, struct sim_pos pos, struct scn_node *value)
{
    const struct path_walk w = {.d = d, .sections = sections, .path = path, .pos = pos, .value = value};
    const struct scn_node *sweep = scn_node_get(root, "sweep");

    if (strncmp(path, "sweep.", 6) == 0 && path[6]) { /* the keys of this section are paths themselves */
        if (!sweep || sweep->kind != SCN_MAP)
            sweep = scn_node_map(d->arena, pos);
        return path_put(d->arena, root, "sweep", pos,
                        path_put(d->arena, sweep, sim_arena_text(d->arena, path + 6), pos, value));
    }
    return path_set(&w, root, path);
}

static bool sweep_is_list(struct scn_doc *d, const struct scn_entry *e)
{
    if (e->value->kind == SCN_LIST && e->value->n > 0)
        return true;
    sim_diag_add(d->diags, SIM_ERROR, e->value->pos,
                 "sweep: %s: a list of values to go through is expected, as in [4, 8]", e->key);
    return false;
}

static struct scn_axis *sweep_axis(struct scn_doc *d, struct scn_sweep *s, size_t *capacity, size_t paths)
{
    if (s->axes == *capacity) {
        struct scn_axis *grown = sim_arena_alloc(d->arena, *capacity * 2 + 8, sizeof(*grown));

        if (s->axes)
            memcpy(grown, s->axis, s->axes * sizeof(*grown));
        s->axis = grown;
        *capacity = *capacity * 2 + 8;
    }
    s->axis[s->axes].path = sim_arena_alloc(d->arena, paths, sizeof(*s->axis->path));
    return &s->axis[s->axes++];
}

/* "zip: {a: [1, 2], b: [3, 4]}": paths that change together. */
static bool sweep_zip(struct scn_doc *d, const struct scn_node *zip, struct scn_sweep *s, size_t *capacity)
{
    struct scn_axis *axis;
    bool fine = true;

    if (zip->kind != SCN_MAP || zip->n == 0) {
        sim_diag_add(d->diags, SIM_ERROR, zip->pos,
                     "sweep: zip: a mapping of paths to lists of equal length is expected");
        return false;
    }
    axis = sweep_axis(d, s, capacity, zip->n);
    for (size_t i = 0; i < zip->n; i++) {
        const struct scn_entry *e = &zip->entry[i];

        if (!sweep_is_list(d, e)) {
            fine = false;
            continue;
        }
        if (axis->values && axis->values != e->value->n) {
            sim_diag_add(d->diags, SIM_ERROR, e->value->pos,
                         "sweep: zip: %s has %zu values but %s has %zu; zipped lists are equally long", e->key,
                         e->value->n, axis->path[0]->key, axis->values);
            fine = false;
            continue;
        }
        axis->values = e->value->n;
        axis->path[axis->paths++] = e;
    }
    return fine;
}

static bool sweep_entry(struct scn_doc *d, const struct scn_entry *e, struct scn_sweep *s, size_t *capacity)
{
    struct scn_axis *axis;
    bool fine = true;

    if (strcmp(e->key, "zip") == 0) {
        if (e->value->kind != SCN_LIST)
            return sweep_zip(d, e->value, s, capacity);
        for (size_t i = 0; i < e->value->n; i++)
            fine = sweep_zip(d, e->value->entry[i].value, s, capacity) && fine;
        return fine;
    }
    if (!sweep_is_list(d, e))
        return false;
    axis = sweep_axis(d, s, capacity, 1);
    axis->path[axis->paths++] = e;
    axis->values = e->value->n;
    return true;
}

bool scn_sweep_read(struct scn_doc *d, const struct scn_node *sweep, struct scn_sweep *out)
{
    size_t capacity = 0;
    bool fine = true;

    *out = (struct scn_sweep){.points = 1};
    if (!sweep || scn_node_is_empty(sweep))
        return true;
    if (sweep->kind != SCN_MAP) {
        sim_diag_add(d->diags, SIM_ERROR, sweep->pos,
                     "sweep: a mapping of dotted paths to lists is expected, as in {servers.hosts.count: [4, 8]}");
        return false;
    }
    for (size_t i = 0; i < sweep->n; i++)
        fine = sweep_entry(d, &sweep->entry[i], out, &capacity) && fine;
    for (size_t i = 0; fine && i < out->axes; i++) {
        if (out->axis[i].values > SCN_POINTS_MAX / out->points) {
            sim_diag_add(d->diags, SIM_ERROR, sweep->pos, "sweep: more than %d combinations; sweep fewer values",
                         SCN_POINTS_MAX);
            return false;
        }
        out->points *= out->axis[i].values;
    }
    return fine;
}
