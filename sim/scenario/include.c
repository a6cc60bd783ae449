/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/include.c - files that include files: loading, merging, and guarding against circles.
 *
 * "include: [a.yaml, b.yaml]" is read as if a and b stood before the rest of the file: b overrides a, and the file
 * itself overrides both. Mappings merge key by key; lists and values are replaced. File names are relative to the file
 * that names them. Each file's `catalogue` list of CSV files becomes a mapping ITEM -> columns as it is loaded, so that
 * rows merge, override and sweep like everything else.
 */
#include "sim/scenario/doc.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct include_frame { /* a file being loaded, and who asked for it */
    const struct include_frame *up;
    const char *path;    /* as shown */
    char real[PATH_MAX]; /* as compared */
    struct sim_pos from; /* where it was included */
};

const char *scn_relative(struct sim_arena *a, const char *from, const char *name)
{
    const char *slash = from ? strrchr(from, '/') : NULL;

    if (name[0] == '/' || !slash)
        return sim_arena_text(a, name);
    size_t dir = (size_t)(slash - from) + 1; /* length of "a/b/" */

    while (strncmp(name, "../", 3) == 0) { /* "a/b/" + "../c" is shown as "a/c" */
        size_t parent = dir - 1;

        while (parent > 0 && from[parent - 1] != '/')
            parent--;
        if (parent == 0 || dir - parent == 1 || strncmp(&from[parent], "../", 3) == 0 ||
            strncmp(&from[parent], "./", 2) == 0)
            break;
        dir = parent;
        name += 3;
    }
    return sim_arena_printf(a, "%.*s%s", (int)dir, from, name);
}

struct scn_node *scn_merge(struct sim_arena *a, struct scn_node *base, struct scn_node *over)
{
    struct scn_node *merged;

    if (!base || base->kind != SCN_MAP || over->kind != SCN_MAP || scn_is_distribution(over))
        return over;
    merged = scn_node_copy(a, base);
    merged->pos = over->pos;
    for (size_t i = 0; i < over->n; i++) {
        const struct scn_entry *e = &over->entry[i];
        const size_t at = scn_node_find(merged, e->key);

        if (at == SCN_NONE) {
            scn_node_add(a, merged, e->key, e->pos, e->value);
            continue;
        }
        merged->entry[at].value = scn_merge(a, merged->entry[at].value, e->value);
        merged->entry[at].pos = e->pos;
    }
    return merged;
}

/* The bytes of a file on the heap; NULL after an error at `from`. */
static char *include_read(struct scn_doc *d, const char *path, struct sim_pos from, size_t *size)
{
    FILE *in = fopen(path, "rb");
    char *text = NULL;
    size_t capacity = 0, got = 0;

    *size = 0;
    if (!in) {
        sim_diag_add(d->diags, SIM_ERROR, from, "cannot open '%s': %s", path, strerror(errno));
        return NULL;
    }
    do {
        *size += got;
        text = sim_grow(text, &capacity, *size + 65536, 1);
        got = fread(&text[*size], 1, 65536, in);
    } while (got > 0);
    if (ferror(in)) {
        sim_diag_add(d->diags, SIM_ERROR, from, "cannot read '%s': %s", path, strerror(errno));
        free(text);
        text = NULL;
    }
    fclose(in);
    return text;
}

/* An error that shows the whole circle, if `frame` is already being loaded further up. */
static bool include_is_circle(struct scn_doc *d, const struct include_frame *frame)
{
    const char *chain = frame->path;
    int depth = 0;

    for (const struct include_frame *f = frame->up; f; f = f->up, depth++) {
        chain = sim_arena_printf(d->arena, "%s -> %s", f->path, chain);
        if (strcmp(f->real, frame->real) == 0) {
            sim_diag_add(d->diags, SIM_ERROR, frame->from, "include: files include each other in a circle: %s", chain);
            return true;
        }
    }
    if (depth >= SCN_DEPTH_MAX)
        sim_diag_add(d->diags, SIM_ERROR, frame->from, "include: files include files more than %d levels deep",
                     SCN_DEPTH_MAX);
    return depth >= SCN_DEPTH_MAX;
}

static void include_catalogue_entry(struct scn_doc *d, struct scn_node *value, struct scn_node *items)
{
    if (value->kind != SCN_SCALAR || value->text[0] == '\0') {
        sim_diag_add(d->diags, SIM_ERROR, value->pos, "catalogue: the name of a CSV file is expected here");
        return;
    }
    scn_catalogue_file(d, scn_relative(d->arena, value->pos.file, value->text), value->pos, items);
}

/* The section `catalogue` of one file as a mapping, with its CSV files read. */
static struct scn_node *include_catalogue(struct scn_doc *d, struct scn_node *root)
{
    struct scn_node *value = scn_node_get(root, "catalogue"), *items, *copy;

    if (!value || value->kind == SCN_MAP || scn_node_is_empty(value))
        return root;
    items = scn_node_map(d->arena, value->pos);
    if (value->kind == SCN_LIST)
        for (size_t i = 0; i < value->n; i++)
            include_catalogue_entry(d, value->entry[i].value, items);
    else
        include_catalogue_entry(d, value, items);
    copy = scn_node_copy(d->arena, root);
    copy->entry[scn_node_find(copy, "catalogue")].value = items;
    return copy;
}

static struct scn_node *include_load(struct scn_doc *d, const struct include_frame *up, const char *path,
                                     struct sim_pos from);

/* Merge what `node` names (one file or a list of them) on top of `base`. */
static struct scn_node *include_all(struct scn_doc *d, const struct include_frame *frame, const struct scn_node *node,
                                    struct scn_node *base)
{
    struct scn_node *loaded;

    if (node->kind == SCN_LIST) {
        for (size_t i = 0; i < node->n; i++)
            base = include_all(d, frame, node->entry[i].value, base);
        return base;
    }
    if (node->kind == SCN_MAP || node->text[0] == '\0') {
        sim_diag_add(d->diags, SIM_ERROR, node->pos, "include: the name of a file is expected here");
        return base;
    }
    loaded = include_load(d, frame, scn_relative(d->arena, node->pos.file, node->text), node->pos);
    return loaded ? scn_merge(d->arena, base, loaded) : base;
}

static struct scn_node *include_load(struct scn_doc *d, const struct include_frame *up, const char *path,
                                     struct sim_pos from)
{
    struct include_frame frame = {.up = up, .path = path, .from = from};
    struct scn_node *root = NULL, *base = NULL;
    const struct scn_node *include;
    size_t size;
    char *text;

    if (!realpath(path, frame.real))
        snprintf(frame.real, sizeof(frame.real), "%s", path);
    if (!include_is_circle(d, &frame)) {
        text = include_read(d, path, from, &size);
        if (text)
            root = scn_yaml_text(d, path, text, size, true);
        free(text);
    }
    if (!root) {
        d->broken = true;
        return NULL;
    }
    if (root->kind != SCN_MAP) {
        sim_diag_add(d->diags, SIM_ERROR, root->pos,
                     "a scenario is a mapping of sections (name:, networks:, vms: ...), this file holds a %s",
                     root->kind == SCN_LIST ? "list" : "single value");
        d->broken = true;
        return NULL;
    }
    include = scn_node_get(root, "include");
    if (include)
        base = include_all(d, &frame, include, NULL);
    root = include_catalogue(d, scn_node_without(d->arena, root, "include"));
    return base ? scn_merge(d->arena, base, root) : root;
}

struct scn_node *scn_doc_file(struct scn_doc *d, const char *path)
{
    return include_load(d, NULL, path, (struct sim_pos){.file = path});
}
