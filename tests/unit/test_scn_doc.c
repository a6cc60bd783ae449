/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_scn_doc.c - documents as trees: positions, merging, setting paths, limits, canonical text.
 */
#include <stdlib.h>
#include <string.h>
#include <criterion/criterion.h>

#include "sim/scenario/doc.h"

struct bench {
    struct sim_arena arena;
    struct sim_diags diags;
    struct scn_doc doc;
};

static void bench_open(struct bench *b)
{
    sim_arena_init(&b->arena);
    sim_diags_init(&b->diags);
    b->doc = (struct scn_doc){.arena = &b->arena, .diags = &b->diags};
}

static void bench_close(struct bench *b)
{
    sim_diags_fini(&b->diags);
    sim_arena_fini(&b->arena);
}

static struct scn_node *parse(struct bench *b, const char *text)
{
    return scn_yaml_text(&b->doc, "t.yaml", text, strlen(text), true);
}

Test(test_scn_doc, every_node_knows_its_place)
{
    struct bench b;
    struct scn_node *root, *list;

    bench_open(&b);
    root = parse(&b, "a: 1\nb:\n  - x\n  - {c: \"d\"}\n");
    cr_assert(root && root->kind == SCN_MAP && root->n == 2);
    cr_expect(root->entry[0].pos.line == 1 && root->entry[0].pos.col == 1);
    cr_expect(root->entry[0].value->pos.col == 4);
    list = scn_node_get(root, "b");
    cr_assert(list && list->kind == SCN_LIST && list->n == 2);
    cr_expect(list->entry[1].value->entry[0].pos.line == 4 && list->entry[1].value->entry[0].pos.col == 6);
    cr_expect_str_eq(scn_node_get(list->entry[1].value, "c")->text, "d");
    cr_expect_str_eq(root->pos.file, "t.yaml");
    bench_close(&b);
}

/* Scalars that other readers of YAML turn into something else stay text. */
Test(test_scn_doc, scalars_stay_text)
{
    static const char *const texts[] = {"no", "010", "12:30", "~", "1e3", "0x10", "2026-01-01", "on", "null", ".inf"};
    struct bench b;

    bench_open(&b);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct scn_node *node = parse(&b, texts[i]);

        cr_assert(node && node->kind == SCN_SCALAR);
        cr_expect_str_eq(node->text, texts[i]);
    }
    bench_close(&b);
}

/* What a careless writer of YAML gets wrong. */
static const char *const awkward[] = {
    "",       " leading",    "trailing ",   "- dash",       "a: b",         "a #b",     "#",        "\"quoted\"",
    "it's",   "back\\slash", "two\nlines",  "tab\there",    "{x}",          "[x]",      "a, b",     "&anchor",
    "*alias", "!tag",        "%directive",  "@at",          "`tick",        "|",        ">",        "?",
    "...",    "---",         "caf\xc3\xa9", "\xe2\x80\xa8", "\xef\xbb\xbf", "\xc2\x85", "\x01\x7f", "\xf0\x9f\x98\x80",
    "a:",     "12:30",       "<<",          "x: ",          "50%",          "-1",       "$5",       "/a/b.csv"};

/* Whatever a scalar holds, its canonical text reads as the same scalar, in block and in flow form. */
Test(test_scn_doc, any_text_survives_emitting)
{
    struct bench b;

    bench_open(&b);
    for (size_t i = 0; i < sizeof(awkward) / sizeof(*awkward); i++) {
        const struct sim_pos pos = {.file = "t.yaml"};
        struct scn_node *map = scn_node_map(&b.arena, pos), *list = scn_node_list(&b.arena, pos), *again;
        const char *block, *flow;

        scn_node_add(&b.arena, list, NULL, pos, scn_node_scalar(&b.arena, pos, awkward[i]));
        scn_node_add(&b.arena, map, awkward[i][0] ? awkward[i] : "empty", pos,
                     scn_node_scalar(&b.arena, pos, awkward[i]));
        scn_node_add(&b.arena, map, "a list", pos, list);
        block = scn_emit(&b.arena, map, false);
        flow = scn_emit(&b.arena, map, true);
        again = parse(&b, block);
        cr_assert(again && again->n == 2, "case %zu: %s", i, block);
        cr_expect_str_eq(again->entry[0].value->text, awkward[i], "case %zu: %s", i, block);
        cr_expect_str_eq(again->entry[1].value->entry[0].value->text, awkward[i], "case %zu: %s", i, block);
        cr_expect_str_eq(scn_emit(&b.arena, again, false), block);
        again = parse(&b, flow);
        cr_assert(again && again->n == 2, "case %zu: %s", i, flow);
        cr_expect_str_eq(scn_emit(&b.arena, again, false), block, "case %zu: %s", i, flow);
        cr_expect(strchr(flow, '\n') == NULL);
    }
    cr_expect(b.diags.n == 0);
    bench_close(&b);
}

Test(test_scn_doc, merging)
{
    static const struct {
        const char *base, *over, *merged;
    } cases[] = {{"{a: 1, b: 2}", "{b: 3, c: 4}", "{a: 1, b: 3, c: 4}"},
                 {"{m: {x: 1, y: {z: 1}}}", "{m: {y: {w: 2}}}", "{m: {x: 1, y: {z: 1, w: 2}}}"},
                 {"{l: [1, 2, 3]}", "{l: [4]}", "{l: [4]}"},
                 {"{m: {x: 1}}", "{m: 5}", "{m: 5}"},
                 {"{m: 5}", "{m: {x: 1}}", "{m: {x: 1}}"},
                 /* one distribution replaces another instead of standing beside it */
                 {"{s: {lognormal: {mean: 1 KiB, cv: 2}}}", "{s: {exponential: 2 KiB}}", "{s: {exponential: 2 KiB}}"}};
    struct bench b;

    bench_open(&b);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct scn_node *base = parse(&b, cases[i].base), *over = parse(&b, cases[i].over);

        cr_expect_str_eq(scn_emit(&b.arena, scn_merge(&b.arena, base, over), true), cases[i].merged);
        cr_expect_str_eq(scn_emit(&b.arena, base, true), cases[i].base, "the base is not changed");
    }
    bench_close(&b);
}

Test(test_scn_doc, paths)
{
    static const char text[] = "{a: {b.c: 1, b: {c: 2}}, l: [{name: x, v: 1}, {kind: y, v: 2}, [5, 6]], e: \"\"}";
    static const struct {
        const char *path, *result; /* NULL: an error */
    } cases[] = {{"a.b.c", "{a: {b.c: 9, b: {c: 2}}, l: [{name: x, v: 1}, {kind: y, v: 2}, [5, 6]], e: \"\"}"},
                 {"a.b", "{a: {b.c: 1, b: 9}, l: [{name: x, v: 1}, {kind: y, v: 2}, [5, 6]], e: \"\"}"},
                 {"a.b.d", "{a: {b.c: 1, b: {c: 2, d: 9}}, l: [{name: x, v: 1}, {kind: y, v: 2}, [5, 6]], e: \"\"}"},
                 {"l.x.v", "{a: {b.c: 1, b: {c: 2}}, l: [{name: x, v: 9}, {kind: y, v: 2}, [5, 6]], e: \"\"}"},
                 {"l.y.v", "{a: {b.c: 1, b: {c: 2}}, l: [{name: x, v: 1}, {kind: y, v: 9}, [5, 6]], e: \"\"}"},
                 {"l.2.1", "{a: {b.c: 1, b: {c: 2}}, l: [{name: x, v: 1}, {kind: y, v: 2}, [5, 9]], e: \"\"}"},
                 {"e.f", "{a: {b.c: 1, b: {c: 2}}, l: [{name: x, v: 1}, {kind: y, v: 2}, [5, 6]], e: {f: 9}}"},
                 {"s.t", "{a: {b.c: 1, b: {c: 2}}, l: [{name: x, v: 1}, {kind: y, v: 2}, [5, 6]], e: \"\", s: {t: 9}}"},
                 {"l.3", NULL},
                 {"l.z.v", NULL},
                 {"a.d.e", NULL},
                 {"z.t", NULL},
                 {"a.b.c.d", NULL},
                 {"", NULL},
                 {".", NULL},
                 {"a..b", NULL},
                 {"a.", NULL},
                 {"l.-1", NULL},
                 {"l.99999999999999999999", NULL}};
    struct bench b;

    bench_open(&b);
    struct scn_node *root = parse(&b, text), *sections = parse(&b, "{s: 1}");
    const struct sim_pos pos = {.file = "--set"};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const size_t before = b.diags.errors;
        struct scn_node *set =
            scn_path_set(&b.doc, root, sections, cases[i].path, pos, scn_node_scalar(&b.arena, pos, "9"));

        cr_expect((set == NULL) == (cases[i].result == NULL), "'%s'", cases[i].path);
        cr_expect(b.diags.errors == before + (set ? 0 : 1), "'%s'", cases[i].path);
        if (set && cases[i].result)
            cr_expect_str_eq(scn_emit(&b.arena, set, true), cases[i].result, "'%s'", cases[i].path);
        cr_expect_str_eq(scn_emit(&b.arena, root, true), text, "the tree itself is not changed");
    }
    bench_close(&b);
}

Test(test_scn_doc, depth_is_limited)
{
    char text[2 * (SCN_DEPTH_MAX + 1) + 1];
    struct bench b;

    bench_open(&b);
    for (int depth = SCN_DEPTH_MAX; depth <= SCN_DEPTH_MAX + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        cr_expect((parse(&b, text) != NULL) == (depth == SCN_DEPTH_MAX), "depth %d", depth);
    }
    cr_assert(b.diags.errors == 1);
    cr_expect(b.diags.item[0].pos.col == SCN_DEPTH_MAX + 1);
    bench_close(&b);
}

/* Mappings beyond the size that is searched from the front. */
Test(test_scn_doc, many_keys)
{
    enum { KEYS = 5000 };
    struct bench b;
    struct scn_node *map;
    char key[32];

    bench_open(&b);
    map = scn_node_map(&b.arena, (struct sim_pos){0});
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof(key), "key%d", i);
        cr_assert(scn_node_find(map, key) == SCN_NONE);
        scn_node_add(&b.arena, map, sim_arena_text(&b.arena, key), map->pos, NULL);
    }
    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof(key), "key%d", i);
        cr_assert(scn_node_find(map, key) == (size_t)i, "%s", key);
    }
    bench_close(&b);
}

Test(test_scn_doc, names_of_files)
{
    static const struct {
        const char *from, *name, *path;
    } cases[] = {{"a/b.yaml", "c.csv", "a/c.csv"},         {"b.yaml", "c.csv", "c.csv"},
                 {"a/b.yaml", "/c.csv", "/c.csv"},         {"a/b/x.yaml", "../c.csv", "a/c.csv"},
                 {"a/x.yaml", "../c.csv", "a/../c.csv"},   {"/a/x.yaml", "../c.csv", "/c.csv"},
                 {"../x.yaml", "../c.csv", "../../c.csv"}, {"--set", "c.csv", "c.csv"}};
    struct bench b;

    bench_open(&b);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        cr_expect_str_eq(scn_relative(&b.arena, cases[i].from, cases[i].name), cases[i].path, "%s from %s",
                         cases[i].name, cases[i].from);
    bench_close(&b);
}
