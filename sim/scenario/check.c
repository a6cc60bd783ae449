/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/check.c - the cursor, complaints, and the checks that every section shares.
 */
#include "sim/scenario/check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "models/trace.h"
#include "sim/kernel/assert.h"

struct scn_at scn_at_root(struct scn_check *c)
{
    return (struct scn_at){.c = c, .node = c->root, .path = "", .pos = c->root->pos, .key_pos = c->root->pos};
}

static const char *check_path(struct scn_at at, const char *step)
{
    return at.path[0] ? sim_arena_printf(at.c->scratch, "%s.%s", at.path, step) : step;
}

struct scn_at scn_at_key(struct scn_at at, const char *key)
{
    const size_t i = at.node && at.node->kind == SCN_MAP ? scn_node_find(at.node, key) : SCN_NONE;

    if (i != SCN_NONE)
        return scn_at_entry(at, i);
    at.path = check_path(at, key);
    at.node = NULL;
    return at;
}

struct scn_at scn_at_entry(struct scn_at at, size_t i)
{
    const struct scn_entry *e = &at.node->entry[i];
    const struct scn_node *name = e->key ? NULL : scn_node_get(e->value, "name");
    const char *step = e->key;

    if (!step && name && name->kind == SCN_SCALAR && name->text[0])
        step = name->text;
    if (!step)
        step = sim_arena_printf(at.c->scratch, "%zu", i);
    at.path = check_path(at, step);
    at.node = e->value;
    at.pos = e->value->pos;
    at.key_pos = e->pos;
    return at;
}

static void check_add(struct scn_at at, enum sim_severity severity, const char *format, va_list args)
{
    va_list again;
    int length;
    char *text;

    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = sim_arena_alloc(at.c->scratch, (size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, args);
    sim_diag_add(at.c->doc->diags, severity, at.pos, "%s%s%s", at.path, at.path[0] ? ": " : "", text);
}

void scn_error(struct scn_at at, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    check_add(at, SIM_ERROR, format, args);
    va_end(args);
}

void scn_warn(struct scn_at at, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    check_add(at, SIM_WARNING, format, args);
    va_end(args);
}

const char *scn_article(const char *word)
{
    return word[0] && strchr("aeiouAEIOU", word[0]) ? "an" : "a";
}

struct sim_pos scn_keep_pos(struct scn_check *c, struct sim_pos pos)
{
    if (pos.file)
        pos.file = sim_arena_text(c->arena, pos.file);
    return pos;
}

/* What stands here, in words: "the list", "the mapping", "'text'". */
static const char *check_what(struct scn_at at)
{
    if (at.node->kind == SCN_LIST)
        return "a list";
    if (at.node->kind == SCN_MAP)
        return "a mapping";
    return sim_arena_printf(at.c->scratch, "'%s'", at.node->text);
}

static bool check_is(struct scn_at at, enum scn_node_kind kind, const char *expected)
{
    if (!at.node || at.node->kind == kind)
        return at.node != NULL;
    if (kind != SCN_SCALAR && scn_node_is_empty(at.node))
        return false;
    scn_error(at, "%s is expected here, this is %s", expected, check_what(at));
    return false;
}

bool scn_is_map(struct scn_at at)
{
    return check_is(at, SCN_MAP, "a mapping (key: value, ...)");
}

bool scn_is_list(struct scn_at at)
{
    return check_is(at, SCN_LIST, "a list");
}

const char *scn_text(struct scn_at at)
{
    if (!check_is(at, SCN_SCALAR, "a single value"))
        return NULL;
    if (at.node->text[0] == '\0') {
        scn_error(at, "no value is given; write one after the ':' or leave the key out");
        return NULL;
    }
    return at.node->text;
}

size_t scn_count(struct scn_at at)
{
    if (!at.node || scn_node_is_empty(at.node))
        return 0;
    return at.node->kind == SCN_LIST ? at.node->n : 1;
}

struct scn_at scn_at_item(struct scn_at at, size_t i)
{
    return at.node->kind == SCN_LIST ? scn_at_entry(at, i) : at;
}

static const struct scn_field *check_field(const struct scn_section *section, const char *key)
{
    for (const struct scn_field *f = section->fields; f && f->name; f++)
        if (strcmp(f->name, key) == 0)
            return f;
    return NULL;
}

bool scn_section_has(const struct scn_section *section, const char *key)
{
    return (section->params && sim_param_find(section->params, key)) || check_field(section, key);
}

/* All keys that are allowed, as a set of names. */
static struct scn_node *check_known(struct scn_at at, const struct scn_section *section, const struct sim_param *extra)
{
    struct scn_node *known = scn_node_map(at.c->scratch, at.pos);

    for (const struct sim_param *p = section->params; p && p->name; p++)
        scn_node_add(at.c->scratch, known, p->name, at.pos, NULL);
    for (const struct scn_field *f = section->fields; f && f->name; f++)
        scn_node_add(at.c->scratch, known, f->name, at.pos, NULL);
    for (const struct sim_param *p = extra; p && p->name; p++)
        if (scn_node_find(known, p->name) == SCN_NONE)
            scn_node_add(at.c->scratch, known, p->name, at.pos, NULL);
    return known;
}

void scn_check_keys(struct scn_at at, const struct scn_section *section, const struct sim_param *extra)
{
    struct scn_node *known = NULL;

    for (size_t i = 0; i < at.node->n; i++) {
        const char *key = at.node->entry[i].key;
        struct scn_at here = scn_at_entry(at, i);

        if (scn_section_has(section, key) || (extra && sim_param_find(extra, key)))
            continue;
        if (!known)
            known = check_known(at, section, extra);
        here.pos = here.key_pos;
        scn_error(here, "no such setting; allowed here: %s%s", scn_node_keys(at.c->scratch, known, 32),
                  scn_node_meant(at.c->scratch, known, key));
    }
    for (const struct scn_field *f = section->fields; f && f->name; f++)
        if (f->required && !scn_node_get(at.node, f->name))
            scn_error(scn_at_key(at, f->name), "is missing: %s", f->doc);
}

/* What the scenario defines under that name in the section of the row. */
static void check_ref(struct scn_at at, const struct sim_param *row, void *config)
{
    const bool mix = strcmp(row->min, "mixes") == 0;
    const char *text = scn_text(at);
    const void **to = (const void **)(void *)((char *)config + row->offset);
    size_t i;

    SIM_ASSERT(mix || strcmp(row->min, "trace-formats") == 0);
    if (!text)
        return;
    i = mix ? scn_resolve(at, text, at.c->names.mixes, "mix")
            : scn_resolve(at, text, at.c->names.traces, "trace format");
    if (i != SCN_NONE)
        *to = mix ? (const void *)&at.c->study->mix[i] : vio_trace_types[i];
}

/* A file that can be read, by its name as seen from here. */
static void check_file(struct scn_at at, const struct sim_param *row, void *config)
{
    const char *text = scn_text(at), *path;
    FILE *probe;

    if (!text)
        return;
    path = scn_relative(at.c->arena, at.node->pos.file, text);
    probe = fopen(path, "rb");
    if (!probe) {
        scn_error(at, "cannot open '%s': %s", path, strerror(errno));
        return;
    }
    fclose(probe);
    *(const char **)(void *)((char *)config + row->offset) = path;
}

static void check_param(struct scn_at at, const struct sim_param *row, void *config)
{
    char why[512];
    const char *text;

    if (row->type == SIM_PARAM_REF) {
        check_ref(at, row, config);
        return;
    }
    if (row->type == SIM_PARAM_FILE) {
        check_file(at, row, config);
        return;
    }
    if (row->type == SIM_PARAM_DIST_SIZE || row->type == SIM_PARAM_DIST_TIME) {
        scn_check_dist(at, row, config);
        return;
    }
    text = scn_text(at);
    if (!text || sim_param_set(row, config, text, at.c->arena, why, sizeof(why)))
        return;
    if ((row->type == SIM_PARAM_COUNT || row->type == SIM_PARAM_INT64) && text[strspn(text, "+-.0123456789")] != '\0')
        scn_error(at, "'%s' is not a whole number; write it in digits, without a unit", text);
    else
        scn_error(at, "%s", why);
}

static void check_missing(struct scn_at at, const struct sim_param *row)
{
    scn_error(scn_at_key(at, row->name), "is missing: %s (%s)", row->doc, sim_param_type_name(row->type));
}

void scn_check_params(struct scn_at at, const struct sim_param *table, const struct scn_section *section, void *config)
{
    sim_param_defaults(table, config, at.c->arena);
    for (const struct sim_param *row = table; row->name; row++) {
        struct scn_at value = scn_at_key(at, row->name);

        if (section && scn_section_has(section, row->name))
            continue;
        if (value.node)
            check_param(value, row, config);
        else if (!row->dflt)
            check_missing(at, row);
    }
}

void scn_check_section(struct scn_at at, const struct scn_section *section, void *config)
{
    scn_check_keys(at, section, NULL);
    if (section->params)
        scn_check_params(at, section->params, NULL, config);
}

void scn_warn_idle(struct scn_at at, const char *key, const char *why)
{
    struct scn_at value = scn_at_key(at, key);

    if (value.node)
        scn_warn(value, "has no effect here; %s", why);
}

bool scn_check_name(struct scn_at at, const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    const size_t good = strspn(name, allowed);

    if (name[good] == '\0' && name[0] != '\0')
        return true;
    at.pos = at.key_pos;
    scn_error(at, "'%s' cannot be a name; names are made of letters, digits, '-' and '_'", name);
    return false;
}
