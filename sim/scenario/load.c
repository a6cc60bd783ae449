/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/load.c - from a file name to checked points: load, merge, set, sweep, check each point.
 */
#include "sim/scenario/check.h"

#include <stdlib.h>
#include <string.h>

/* The top-level sections of a scenario as names; those may be made by --set. */
static struct scn_node *load_sections(struct sim_arena *a)
{
    struct scn_node *names = scn_node_map(a, (struct sim_pos){0});

    for (const struct sim_param *p = scn_section_root.params; p->name; p++)
        scn_node_add(a, names, p->name, names->pos, NULL);
    for (const struct scn_field *f = scn_section_root.fields; f->name; f++)
        if (strcmp(f->name, "include") != 0)
            scn_node_add(a, names, f->name, names->pos, NULL);
    return names;
}

/* Apply "path=value" of the command line. NULL after an error. */
static struct scn_node *load_set(struct scn_doc *d, struct scn_node *root, const struct scn_node *sections,
                                 const char *set)
{
    const struct sim_pos pos = {.file = "--set"};
    const char *equals = strchr(set, '=');
    struct scn_node *value;

    if (!equals || equals == set) {
        sim_diag_add(d->diags, SIM_ERROR, pos, "'%s' is not a setting; write path=value, as in servers.hosts.count=8",
                     set);
        return NULL;
    }
    value = scn_yaml_text(d, "--set", equals + 1, strlen(equals + 1), false);
    if (!value)
        return NULL;
    return scn_path_set(d, root, sections, sim_arena_printf(d->arena, "%.*s", (int)(equals - set), set), pos, value);
}

/* What is defined but never used. */
static void load_warn_unused(struct scn_check *c)
{
    const struct scn_study *s = c->study;

    for (size_t i = 0; i < s->networks; i++)
        if (!c->network_used[i])
            sim_diag_add(c->doc->diags, SIM_WARNING, s->network[i].pos,
                         "networks.%s: nobody uses this network; no adapter and no peer is on it", s->network[i].name);
    for (size_t i = 0; i < s->vms; i++)
        if (!c->vm_used[i])
            sim_diag_add(c->doc->diags, SIM_WARNING, s->vm[i].pos,
                         "vms.%s: this VM class is placed on no server; see servers.NAME.vms", s->vm[i].name);
    for (size_t i = 0; i < s->peers; i++)
        if (!c->peer_used[i])
            sim_diag_add(c->doc->diags, SIM_WARNING, s->peer[i].pos, "%s.%s: no workload uses it",
                         s->peer[i].storage ? "storage" : "peers", s->peer[i].name);
}

static void load_check_form(struct scn_check *c)
{
    struct scn_at root = scn_at_root(c);
    const bool servers = scn_node_get(c->root, "servers") != NULL, topology = scn_node_get(c->root, "topology") != NULL;

    if (servers && topology) {
        struct scn_at at = scn_at_key(root, "topology");

        scn_error(at, "a scenario has either servers or a topology, this one has both; make two scenarios of it");
    } else if (!servers && !topology) {
        scn_error(root, "nothing to simulate; a scenario has servers: (with vms: and io_designs:) or a topology:");
    }
}

static size_t load_factors(const struct scn_sweep *sweep)
{
    size_t n = 0;

    for (size_t i = 0; i < sweep->axes; i++)
        n += sweep->axis[i].paths;
    return n;
}

static struct scn_study *load_check(struct scn_doc *d, struct scn_node *root, const char *file,
                                    const struct scn_sweep *sweep, const struct scn_factor *factor)
{
    struct scn_study *study = sim_alloc(1, sizeof(*study));
    struct scn_check c = {.study = study,
                          .arena = &study->arena,
                          .scratch = d->arena,
                          .doc = d,
                          .root = root,
                          .sweep = sweep,
                          .factor = factor,
                          .factors = load_factors(sweep)};
    const size_t before = d->diags->errors;

    sim_arena_init(&study->arena);
    study->file = sim_arena_text(&study->arena, file);
    scn_names_of_models(&c);
    scn_read_general(&c);
    load_check_form(&c);
    scn_read_mixes(&c);
    scn_read_catalogue(&c);
    scn_read_racks(&c);
    scn_read_peers(&c);
    scn_read_vms(&c);
    scn_read_designs(&c);
    scn_read_money(&c);
    scn_read_topology(&c);
    scn_check_follows(&c);
    scn_read_events(&c);
    scn_read_levels(&c);
    scn_read_expect(&c);
    scn_read_series(&c);
    if (d->diags->errors == before)
        load_warn_unused(&c);
    study->expanded = scn_emit(&study->arena, scn_node_without(d->arena, root, "expect"), false);
    return study;
}

static void load_destroy(struct scn_study *study)
{
    sim_arena_fini(&study->arena);
    free(study);
}

/* The document of point `number` and its factors; the first axis varies slowest. A path that does not exist is an
 * error, and the rest is checked all the same. */
static struct scn_node *load_point(struct scn_doc *d, struct scn_node *root, const struct scn_node *sections,
                                   const struct scn_sweep *sweep, size_t number, struct scn_factor *factor)
{
    size_t left = sweep->points;

    for (size_t i = 0; i < sweep->axes; i++) {
        const struct scn_axis *axis = &sweep->axis[i];
        size_t k;

        left /= axis->values;
        k = number / left % axis->values;
        for (size_t p = 0; p < axis->paths; p++, factor++) {
            struct scn_node *value = axis->path[p]->value->entry[k].value, *next;

            factor->path = axis->path[p]->key;
            factor->value = scn_emit(d->arena, value, true);
            next = scn_path_set(d, root, sections, factor->path, axis->path[p]->pos, value);
            root = next ? next : root;
        }
    }
    return root;
}

/* Add the complaints about one point that no earlier point had. */
static void load_add_new(struct sim_diags *all, const struct sim_diags *some)
{
    for (size_t i = 0; i < some->n; i++) {
        const struct sim_diag *d = &some->item[i];
        bool known = false;

        for (size_t k = 0; k < all->n && !known; k++)
            known = all->item[k].pos.line == d->pos.line && all->item[k].pos.col == d->pos.col &&
                    strcmp(all->item[k].text, d->text) == 0;
        if (!known)
            sim_diag_add(all, d->severity, d->pos, "%s", d->text);
    }
}

/* Check one point with a memory of its own, which is gone afterwards but for the study. */
static struct scn_study *load_one(const struct scn_doc *whole, struct scn_node *base, const struct scn_node *sections,
                                  const struct scn_sweep *sweep, size_t number, const char *file)
{
    struct sim_arena arena;
    struct sim_diags diags;
    struct scn_doc d = {.arena = &arena, .diags = &diags, .scans_arena = whole->arena, .scans = whole->scans};
    const size_t factors = load_factors(sweep);
    struct scn_study *study;
    struct scn_factor *factor;
    struct scn_node *root;

    sim_arena_init(&arena);
    sim_diags_init(&diags);
    factor = sim_arena_alloc(&arena, factors + 1, sizeof(*factor));
    root = load_point(&d, base, sections, sweep, number, factor);
    root = scn_trace_inline(&d, scn_cdf_inline(&d, root));
    study = load_check(&d, root, file, sweep, factor);
    study->factors = factors;
    study->factor = sim_arena_alloc(&study->arena, factors + 1, sizeof(*factor));
    for (size_t i = 0; i < factors; i++) {
        study->factor[i].path = sim_arena_text(&study->arena, factor[i].path);
        study->factor[i].value = sim_arena_text(&study->arena, factor[i].value);
    }
    load_add_new(whole->diags, &diags);
    sim_diags_fini(&diags);
    sim_arena_fini(&arena);
    return study;
}

static bool load_points(struct scn_doc *d, struct scn_node *root, const struct scn_node *sections, const char *file,
                        struct scn_points *points)
{
    struct scn_node *sweep_node = scn_node_get(root, "sweep");
    struct scn_node *base = scn_node_without(d->arena, root, "sweep");
    struct scn_sweep sweep;
    bool fine = scn_sweep_read(d, sweep_node, &sweep);

    if (!fine)
        sweep = (struct scn_sweep){.points = 1};
    points->study = sim_alloc(sweep.points, sizeof(*points->study));
    for (size_t i = 0; i < sweep.points; i++)
        points->study[points->n++] = load_one(d, base, sections, &sweep, i, file);
    return fine;
}

bool scn_load(const char *file, const char *const *set, size_t n_set, struct scn_points *points,
              struct sim_diags *diags)
{
    struct sim_arena arena;
    struct scn_scan *scans = NULL;
    struct scn_doc d = {.arena = &arena, .diags = diags, .scans_arena = &arena, .scans = &scans};
    const size_t before = diags->errors;
    struct scn_node *root, *sections;

    *points = (struct scn_points){0};
    sim_arena_init(&arena);
    sections = load_sections(&arena);
    root = scn_doc_file(&d, file);
    for (size_t i = 0; root && !d.broken && i < n_set; i++) {
        struct scn_node *next = load_set(&d, root, sections, set[i]);

        root = next ? next : root;
    }
    if (root && !d.broken)
        load_points(&d, root, sections, file, points);
    sim_arena_fini(&arena);
    if (diags->errors == before)
        return true;
    scn_points_fini(points);
    return false;
}

void scn_points_fini(struct scn_points *points)
{
    for (size_t i = 0; i < points->n; i++)
        load_destroy(points->study[i]);
    free(points->study);
    *points = (struct scn_points){0};
}
