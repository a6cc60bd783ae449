/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/emit.c - a document as canonical YAML: one way to write each tree, so that equal scenarios have equal
 * hashes.
 *
 * Block style, two blanks per level, document order. A scalar is plain when no reader could take it for anything else,
 * otherwise in double quotes with escapes.
 */
#include "sim/scenario/doc.h"

#include <stdlib.h>
#include <string.h>

struct emit {
    char *text; /* heap */
    size_t n, capacity;
};

static void emit_bytes(struct emit *e, const char *bytes, size_t n)
{
    e->text = sim_grow(e->text, &e->capacity, e->n + n + 1, 1);
    memcpy(&e->text[e->n], bytes, n);
    e->n += n;
    e->text[e->n] = '\0';
}

static void emit_text(struct emit *e, const char *text)
{
    emit_bytes(e, text, strlen(text));
}

static void emit_indent(struct emit *e, int level)
{
    for (int i = 0; i < level; i++)
        emit_bytes(e, "  ", 2);
}

static bool emit_is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* True if `text` needs no quotes anywhere in a document, flow or block. */
static bool emit_is_plain(const char *text)
{
    const size_t n = strlen(text);

    if (n == 0 || !(emit_is_alnum(text[0]) || strchr("/.$(+_", text[0])) || text[n - 1] == ' ' ||
        strncmp(text, "...", 3) == 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (emit_is_alnum(text[i]) || strchr(" _./+%$()<>=-", text[i]))
            continue;
        if (text[i] == ':' && text[i + 1] != '\0' && emit_is_alnum(text[i + 1]))
            continue;
        return false;
    }
    return true;
}

/* Length of the UTF-8 sequence at `s` and its code point; malformed bytes cannot get through the parser. */
static size_t emit_decode(const char *s, uint32_t *code)
{
    const unsigned char c = (unsigned char)s[0];
    const size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

    *code = n == 1 ? c : c & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)s[i] & 0xc0) != 0x80)
            return i;
        *code = *code << 6 | ((unsigned char)s[i] & 0x3fu);
    }
    return n;
}

static bool emit_is_printable(uint32_t code)
{
    if (code == '"' || code == '\\' || code == 0x2028 || code == 0x2029 || code == 0xfeff)
        return false;
    return (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) ||
           code >= 0x10000;
}

static void emit_quoted(struct emit *e, const char *text)
{
    char escape[16];

    emit_text(e, "\"");
    while (*text) {
        uint32_t code;
        const size_t n = emit_decode(text, &code);

        if (emit_is_printable(code)) {
            emit_bytes(e, text, n);
        } else {
            if (code == '"' || code == '\\')
                snprintf(escape, sizeof(escape), "\\%c", (char)code);
            else if (code == '\n')
                snprintf(escape, sizeof(escape), "\\n");
            else
                snprintf(escape, sizeof(escape), "\\u%04X", code & 0xffffu);
            emit_text(e, escape);
        }
        text += n;
    }
    emit_text(e, "\"");
}

static void emit_scalar(struct emit *e, const char *text)
{
    if (emit_is_plain(text))
        emit_text(e, text);
    else
        emit_quoted(e, text);
}

static void emit_flow(struct emit *e, const struct scn_node *node)
{
    if (node->kind == SCN_SCALAR) {
        emit_scalar(e, node->text);
        return;
    }
    emit_text(e, node->kind == SCN_MAP ? "{" : "[");
    for (size_t i = 0; i < node->n; i++) {
        if (i)
            emit_text(e, ", ");
        if (node->entry[i].key) {
            emit_scalar(e, node->entry[i].key);
            emit_text(e, ": ");
        }
        emit_flow(e, node->entry[i].value);
    }
    emit_text(e, node->kind == SCN_MAP ? "}" : "]");
}

/* True if the node is short enough for a line: a scalar, something empty, or a list of scalars. */
static bool emit_is_inline(const struct scn_node *node)
{
    if (node->kind == SCN_LIST)
        for (size_t i = 0; i < node->n; i++)
            if (node->entry[i].value->kind != SCN_SCALAR)
                return false;
    return node->kind != SCN_MAP || node->n == 0;
}

/* The entries of a node; the first one continues the line if `continued` (after "- "). */
static void emit_block(struct emit *e, const struct scn_node *node, int level, bool continued)
{
    for (size_t i = 0; i < node->n; i++) {
        const struct scn_node *value = node->entry[i].value;

        if (!continued || i)
            emit_indent(e, level);
        if (node->kind == SCN_MAP) {
            emit_scalar(e, node->entry[i].key);
            emit_text(e, ":");
        } else {
            emit_text(e, "-");
        }
        if (emit_is_inline(value)) {
            emit_text(e, " ");
            emit_flow(e, value);
            emit_text(e, "\n");
        } else if (node->kind == SCN_LIST) {
            emit_text(e, " ");
            emit_block(e, value, level + 1, true);
        } else {
            emit_text(e, "\n");
            emit_block(e, value, level + 1, false);
        }
    }
}

const char *scn_emit(struct sim_arena *a, const struct scn_node *node, bool flow)
{
    struct emit e = {0};
    const char *text;

    emit_bytes(&e, "", 0);
    if (flow || emit_is_inline(node))
        emit_flow(&e, node);
    else
        emit_block(&e, node, 0, false);
    text = sim_arena_text(a, e.text);
    free(e.text);
    return text;
}
