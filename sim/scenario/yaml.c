/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/yaml.c - YAML text to our own tree, through libyaml's document interface.
 *
 * libyaml resolves anchors and gives a mark to every node; what is added here: limits against documents that refer to
 * themselves or grow without bound, duplicate keys as errors, the merge key "<<", and complaints in a planner's words.
 */
#include "sim/scenario/doc.h"

#include <string.h>

#include <yaml.h>

struct yaml_load {
    struct scn_doc *d;
    yaml_document_t document;
    const char *file;
    bool placed;
    bool stop; /* a limit was met: unwind without further complaints */
};

/* Complaints of libyaml 0.2.5 (scanner.c, parser.c, reader.c, loader.c) and what they mean for the author of a file. */
static const struct yaml_phrase {
    const char *problem;
    bool at_context; /* the place to look at is where the construct began */
    const char *words;
} yaml_phrases[] = {
    {"did not find expected ',' or '}'", true,
     "this { is not closed, or a comma is missing after one of its entries; close it with }"},
    {"did not find expected ',' or ']'", true,
     "this [ is not closed, or a comma is missing after one of its items; close it with ]"},
    {"found unexpected end of stream", true, "this quote is opened and never closed"},
    {"found unexpected document indicator", true, "this quote is opened and never closed"},
    {"found a tab character that violates indentation", false, "a tab is used for indentation; use blanks instead"},
    {"found a tab character where an indentation space is expected", false,
     "a tab is used for indentation; use blanks instead"},
    {"did not find expected key", false,
     "the indentation does not fit the lines above, or a key is missing; entries of one section start in one column"},
    {"did not find expected '-' indicator", false,
     "the indentation does not fit the list above; every item starts with '- ' in one column"},
    {"mapping values are not allowed in this context", false,
     "a ':' cannot stand here; check the indentation, and put text that holds ': ' in quotes"},
    {"block sequence entries are not allowed in this context", false,
     "a list item '- ' cannot start here; put the list on lines of its own"},
    {"block mapping keys are not allowed in this context", false, "a key cannot start here; check the indentation"},
    {"could not find expected ':'", false, "a key without ':' (write 'key: value'), or a line that was broken in two"},
    {"found undefined alias", false, "this *alias has no &anchor of that name before it"},
    {"found duplicate anchor", false, "this &anchor is defined twice"},
    {"did not find expected <document start>", false,
     "text after the end of the document; a scenario file holds one document"},
    {"found unknown escape character", false,
     "an unknown escape after \\; in double quotes write \\\\ for a backslash, or use single quotes"},
    {"did not find expected node content", false, "a value is missing here"},
    {"control characters are not allowed", false,
     "a control character; the file is not plain text, or a stray byte got into it"},
    {"found character that cannot start any token", false,
     "this character cannot start a value; put the text in quotes"},
};

static struct sim_pos yaml_pos(const struct yaml_load *y, yaml_mark_t mark)
{
    if (!y->placed)
        return (struct sim_pos){.file = y->file};
    return (struct sim_pos){.file = y->file, .line = (int)mark.line + 1, .col = (int)mark.column + 1};
}

/* Position of a byte offset, for complaints of the reader, which has no marks yet. */
static struct sim_pos yaml_offset_pos(const struct yaml_load *y, const char *text, size_t size, size_t offset)
{
    yaml_mark_t mark = {0};

    for (size_t i = 0; i < offset && i < size; i++) {
        if (text[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            mark.column++;
        }
    }
    return yaml_pos(y, mark);
}

/* The first byte of the character at a mark; 0 beyond the end. */
static char yaml_char_at(const char *text, size_t size, yaml_mark_t mark)
{
    size_t characters = 0, i = size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    for (; i < size; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80 && characters++ == mark.index)
            return text[i];
    return '\0';
}

static void yaml_complain(struct yaml_load *y, const yaml_parser_t *p, const char *text, size_t size)
{
    const char *problem = p->problem ? p->problem : "this is not YAML";
    struct sim_pos pos = yaml_pos(y, p->problem_mark);

    if (p->error == YAML_READER_ERROR) {
        pos = yaml_offset_pos(y, text, size, p->problem_offset);
        if (strstr(problem, "UTF-8") || strstr(problem, "Unicode")) {
            sim_diag_add(y->d->diags, SIM_ERROR, pos, "this byte is not UTF-8 text; save the file as UTF-8");
            return;
        }
    }
    if (p->error == YAML_SCANNER_ERROR && strstr(problem, "cannot start any token") &&
        yaml_char_at(text, size, p->problem_mark) == '\t')
        problem = "found a tab character that violates indentation";
    for (size_t i = 0; i < sizeof(yaml_phrases) / sizeof(*yaml_phrases); i++) {
        const struct yaml_phrase *phrase = &yaml_phrases[i];

        if (strcmp(phrase->problem, problem) != 0)
            continue;
        if (phrase->at_context && p->context)
            pos = yaml_pos(y, p->context_mark);
        sim_diag_add(y->d->diags, SIM_ERROR, pos, "%s", phrase->words);
        return;
    }
    sim_diag_add(y->d->diags, SIM_ERROR, pos, "this is not valid YAML: %s", problem);
}

static struct scn_node *yaml_convert(struct yaml_load *y, int index, int depth);

/* "<<: *base" or a list of such: keys that `map` does not have itself. */
static void yaml_merge_key(struct yaml_load *y, struct scn_node *map, const struct scn_node *from)
{
    if (from->kind == SCN_LIST) {
        for (size_t i = 0; i < from->n; i++)
            yaml_merge_key(y, map, from->entry[i].value);
        return;
    }
    if (from->kind != SCN_MAP) {
        sim_diag_add(y->d->diags, SIM_ERROR, from->pos,
                     "<< takes a mapping, or a list of mappings, to merge; for example <<: *defaults");
        return;
    }
    for (size_t i = 0; i < from->n; i++)
        if (scn_node_find(map, from->entry[i].key) == SCN_NONE)
            scn_node_add(y->d->arena, map, from->entry[i].key, from->entry[i].pos, from->entry[i].value);
}

/* The text of a scalar; NULL after an error. */
static const char *yaml_scalar_text(struct yaml_load *y, const yaml_node_t *node)
{
    const char *text = (const char *)node->data.scalar.value;

    if (memchr(text, '\0', node->data.scalar.length)) {
        sim_diag_add(y->d->diags, SIM_ERROR, yaml_pos(y, node->start_mark), "text cannot hold a NUL character");
        return NULL;
    }
    return sim_arena_text(y->d->arena, text);
}

static const char *yaml_key(struct yaml_load *y, const yaml_node_t *node)
{
    const struct sim_pos pos = yaml_pos(y, node->start_mark);

    if (node->type != YAML_SCALAR_NODE) {
        sim_diag_add(y->d->diags, SIM_ERROR, pos, "a key has to be a word, not a list or a mapping");
        return NULL;
    }
    if (node->data.scalar.length == 0 || node->data.scalar.length > SCN_KEY_MAX) {
        sim_diag_add(y->d->diags, SIM_ERROR, pos, "a key has 1 to %d characters; this one has %zu", SCN_KEY_MAX,
                     node->data.scalar.length);
        return NULL;
    }
    return yaml_scalar_text(y, node);
}

static void yaml_convert_pair(struct yaml_load *y, const yaml_node_pair_t *pair, struct scn_node *map,
                              struct scn_node **merged, int depth)
{
    const yaml_node_t *key_node = yaml_document_get_node(&y->document, pair->key);
    const char *key = yaml_key(y, key_node);
    struct scn_node *value;

    if (!key)
        return;
    value = yaml_convert(y, pair->value, depth + 1);
    if (!value)
        return;
    if (strcmp(key, "<<") == 0 && key_node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
        *merged = value; /* what the mapping says itself counts more, wherever it stands */
        return;
    }
    const size_t before = scn_node_find(map, key);
    if (before != SCN_NONE) {
        sim_diag_add(y->d->diags, SIM_ERROR, yaml_pos(y, key_node->start_mark),
                     "'%s' is given twice in the same section; the first is on line %d", key,
                     map->entry[before].pos.line);
        return;
    }
    scn_node_add(y->d->arena, map, key, yaml_pos(y, key_node->start_mark), value);
}

static struct scn_node *yaml_convert_map(struct yaml_load *y, const yaml_node_t *node, int depth)
{
    struct scn_node *map = scn_node_map(y->d->arena, yaml_pos(y, node->start_mark)), *merged = NULL;

    for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top && !y->stop; p++)
        yaml_convert_pair(y, p, map, &merged, depth);
    if (merged)
        yaml_merge_key(y, map, merged);
    return map;
}

static struct scn_node *yaml_convert_list(struct yaml_load *y, const yaml_node_t *node, int depth)
{
    struct scn_node *list = scn_node_list(y->d->arena, yaml_pos(y, node->start_mark));

    for (const yaml_node_item_t *i = node->data.sequence.items.start; i < node->data.sequence.items.top && !y->stop;
         i++) {
        struct scn_node *item = yaml_convert(y, *i, depth + 1);

        if (item)
            scn_node_add(y->d->arena, list, NULL, item->pos, item);
    }
    return list;
}

/* NULL after an error. */
static struct scn_node *yaml_convert(struct yaml_load *y, int index, int depth)
{
    const yaml_node_t *node = yaml_document_get_node(&y->document, index);
    const struct sim_pos pos = yaml_pos(y, node->start_mark);
    const char *text;

    if (y->stop)
        return NULL;
    if (depth > SCN_DEPTH_MAX) {
        sim_diag_add(y->d->diags, SIM_ERROR, pos, "nested more than %d levels deep; does an *alias contain itself?",
                     SCN_DEPTH_MAX);
        y->stop = true;
        return NULL;
    }
    if (++y->d->nodes > SCN_NODES_MAX) {
        sim_diag_add(y->d->diags, SIM_ERROR, pos, "the document has more than %d values once its *aliases are followed",
                     SCN_NODES_MAX);
        y->stop = true;
        return NULL;
    }
    if (node->tag && strncmp((const char *)node->tag, "tag:yaml.org,2002:", 18) != 0)
        sim_diag_add(y->d->diags, SIM_ERROR, pos, "the tag %s means nothing here; leave it out",
                     (const char *)node->tag);
    if (node->type == YAML_MAPPING_NODE)
        return yaml_convert_map(y, node, depth);
    if (node->type == YAML_SEQUENCE_NODE)
        return yaml_convert_list(y, node, depth);
    text = yaml_scalar_text(y, node);
    return text ? scn_node_scalar(y->d->arena, pos, text) : NULL;
}

/* True if another document follows; it is an error of its own. */
static bool yaml_second_document(struct yaml_load *y, yaml_parser_t *parser, const char *text, size_t size)
{
    yaml_document_t next;
    const yaml_node_t *root;
    bool found = false;

    if (!yaml_parser_load(parser, &next)) {
        yaml_complain(y, parser, text, size);
        return true;
    }
    root = yaml_document_get_root_node(&next);
    if (root) {
        sim_diag_add(y->d->diags, SIM_ERROR, yaml_pos(y, root->start_mark),
                     "a second document starts here; a scenario file holds one, use include for others");
        found = true;
    }
    yaml_document_delete(&next);
    return found;
}

struct scn_node *scn_yaml_text(struct scn_doc *d, const char *file, const char *text, size_t size, bool placed)
{
    struct yaml_load y = {.d = d, .file = sim_arena_text(d->arena, file), .placed = placed};
    struct scn_node *root = NULL;
    yaml_parser_t parser;

    if (!yaml_parser_initialize(&parser)) {
        sim_diag_add(d->diags, SIM_ERROR, (struct sim_pos){.file = y.file}, "out of memory");
        return NULL;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (!yaml_parser_load(&parser, &y.document)) {
        yaml_complain(&y, &parser, text, size);
        yaml_parser_delete(&parser);
        return NULL;
    }
    if (yaml_document_get_root_node(&y.document)) {
        root = yaml_convert(&y, 1, 1);
        if (yaml_second_document(&y, &parser, text, size))
            root = NULL;
    } else if (placed) {
        sim_diag_add(d->diags, SIM_ERROR, (struct sim_pos){.file = y.file, .line = 1, .col = 1}, "the file is empty");
    } else {
        root = scn_node_scalar(d->arena, (struct sim_pos){.file = y.file}, "");
    }
    yaml_document_delete(&y.document);
    yaml_parser_delete(&parser);
    return y.stop ? NULL : root;
}
