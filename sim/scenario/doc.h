/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/doc.h - a scenario file as a tree of texts that remember where they stood.
 *
 * A document has three kinds of node: a scalar (text; what it means is the schema's business, so that "no", "010" and
 * "12:30" stay what the user wrote), a list, and a mapping. Every node and every key knows file, line and column,
 * through includes, merges, overrides and sweeps, so that any complaint can point at the text that caused it. Trees are
 * never changed once loaded: setting a path gives a new root that shares what stayed the same.
 *
 * Not here: what the keys mean (check.h, schema.h).
 */
#ifndef SIM_SCENARIO_DOC_H
#define SIM_SCENARIO_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/diag.h"

enum scn_node_kind { SCN_SCALAR, SCN_LIST, SCN_MAP };

enum {
    SCN_DEPTH_MAX = 64,      /* levels of nesting of a document, and of includes */
    SCN_NODES_MAX = 2000000, /* nodes after aliases have been followed: a "billion laughs" ends here */
    SCN_KEY_MAX = 128,       /* bytes of a key */
    SCN_POINTS_MAX = 100000  /* combinations of a sweep */
};

#define SCN_NONE SIZE_MAX /* "no such index" */

struct scn_node;
struct scn_scan;

struct scn_entry {
    const char *key;    /* NULL in a list */
    struct sim_pos pos; /* of the key; of the value in a list */
    struct scn_node *value;
};

struct scn_node {
    enum scn_node_kind kind;
    struct sim_pos pos;
    const char *text;        /* SCALAR */
    struct scn_entry *entry; /* LIST, MAP: in document order */
    size_t n, capacity;
    uint32_t *slot; /* MAP of many keys: open hash of entry numbers + 1 */
    size_t slots;
};

struct scn_node *scn_node_scalar(struct sim_arena *a, struct sim_pos pos, const char *text);
struct scn_node *scn_node_list(struct sim_arena *a, struct sim_pos pos);
struct scn_node *scn_node_map(struct sim_arena *a, struct sim_pos pos);
/* Append to a list (key NULL) or a mapping (the key must be new). */
void scn_node_add(struct sim_arena *a, struct scn_node *node, const char *key, struct sim_pos pos,
                  struct scn_node *value);
/* A copy with entries of its own and the same children. */
struct scn_node *scn_node_copy(struct sim_arena *a, const struct scn_node *node);
/* A copy of a mapping without `key`; the mapping itself if it has no such key. */
struct scn_node *scn_node_without(struct sim_arena *a, struct scn_node *map, const char *key);
/* Index of `key` in a mapping, or SCN_NONE. */
size_t scn_node_find(const struct scn_node *map, const char *key);
/* The value of `key`, or NULL (also when `map` is NULL or no mapping). */
struct scn_node *scn_node_get(const struct scn_node *map, const char *key);
/* True for a key that was written without a value ("peers:"). */
bool scn_node_is_empty(const struct scn_node *node);
/* The keys of a mapping as text: "a, b, c", at most `limit` of them. */
const char *scn_node_keys(struct sim_arena *a, const struct scn_node *map, size_t limit);
/* "; did you mean 'x'?" if a key of `map` is close to `text`, else "". */
const char *scn_node_meant(struct sim_arena *a, const struct scn_node *map, const char *text);

/* What is being loaded: memory, complaints, limits. */
struct scn_doc {
    struct sim_arena *arena;
    struct sim_diags *diags;
    size_t nodes;  /* made so far, against SCN_NODES_MAX */
    bool cdf_lost; /* a file of a distribution could not be read: its points are not missed a second time */
    struct sim_arena *scans_arena; /* outlives the points of a sweep: trace files are looked at once for all */
    struct scn_scan **scans;
    bool broken; /* some text could not be read at all: checking what is left would only mislead */
};

/* Parse YAML (or JSON) text.
 *
 * `file` names it in positions; line 0 everywhere if `placed` is false (texts of the command line).
 * Returns: the root node; NULL after at least one error has been added. Recoverable errors (duplicate keys) are added
 * too while a tree is returned. */
struct scn_node *scn_yaml_text(struct scn_doc *d, const char *file, const char *text, size_t size, bool placed);

/* Load a file with everything it includes, merged; catalogues become mappings ITEM -> columns.
 * Returns: the root mapping, or NULL with errors. */
struct scn_node *scn_doc_file(struct scn_doc *d, const char *path);

/* `name` as seen from the file `from`: relative names are relative to its directory. */
const char *scn_relative(struct sim_arena *a, const char *from, const char *name);

/* `over` on top of `base`: mappings merge by key, everything else is replaced. */
struct scn_node *scn_merge(struct sim_arena *a, struct scn_node *base, struct scn_node *over);

/* The tree with `value` at the dotted `path`; mappings are addressed by key, lists by number or by their item's name
 * (its kind if it has none). Only the last step, or a section in `sections` at the top, may be new. Returns: the new
 * root, or NULL after an error at `pos`. */
struct scn_node *scn_path_set(struct scn_doc *d, const struct scn_node *root, const struct scn_node *sections,
                              const char *path, struct sim_pos pos, struct scn_node *value);

/* Sweeps: the axes of a factorial, each one path or several zipped ones. */
struct scn_axis {
    size_t paths, values;
    const struct scn_entry **path; /* key: the dotted path; value: the list of its values */
};
struct scn_sweep {
    struct scn_axis *axis;
    size_t axes, points;
};
/* Read the section `sweep` (NULL = one point). Returns false after errors. */
bool scn_sweep_read(struct scn_doc *d, const struct scn_node *sweep, struct scn_sweep *out);

/* Replace the name in every {cdf: file.csv} below `node`, and every {csv: file.csv} as a whole, by the points of the
 * file; copy on write. */
struct scn_node *scn_cdf_inline(struct scn_doc *d, struct scn_node *node);
/* Look at the trace files below `node`, and give each workload that replays one the digest of its file; copy on write.
 */
struct scn_node *scn_trace_inline(struct scn_doc *d, struct scn_node *node);
/* True for a mapping whose only key is the name of a distribution. */
bool scn_is_distribution(const struct scn_node *node);

/* Add the rows of a catalogue CSV file to the mapping `items`; later files replace rows of earlier ones. */
void scn_catalogue_file(struct scn_doc *d, const char *path, struct sim_pos from, struct scn_node *items);

/* The tree as canonical YAML, for hashing and for loading again; as one line if `flow`. Owned by `a`. */
const char *scn_emit(struct sim_arena *a, const struct scn_node *node, bool flow);

#endif
