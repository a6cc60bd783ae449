/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/report.c - the whole way: load, judge, build the tree, draw, write, and only then replace the old report.
 *
 * Everything is written into a directory of its own inside DIR and moved by rename when it is complete.
 */
#include "analysis/report.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "analysis/data.h"
#include "analysis/figure.h"
#include "analysis/section.h"
#include "analysis/terminal.h"
#include "sim/kernel/arena.h"

struct output {
    const char *dir;
    char *stage; /* DIR/.report-XXXXXX */
    char why[512];
    struct sim_arena arena;
};

static int output_fail(struct output *o, const char *path)
{
    snprintf(o->why, sizeof o->why, "cannot write %s: %s", path, strerror(errno));
    return -1;
}

static int output_begin(struct output *o)
{
    const char *plots;

    if (mkdir(o->dir, 0777) && errno != EEXIST)
        return output_fail(o, o->dir);
    o->stage = sim_arena_printf(&o->arena, "%s/.report-XXXXXX", o->dir);
    if (!mkdtemp(o->stage)) {
        o->stage = NULL;
        return output_fail(o, o->dir);
    }
    plots = sim_arena_printf(&o->arena, "%s/plots", o->stage);
    return mkdir(plots, 0777) ? output_fail(o, plots) : 0;
}

static int output_close(struct output *o, FILE *out, const char *path)
{
    const int failed = ferror(out);

    return fclose(out) || failed ? output_fail(o, path) : 0;
}

static int write_document(struct output *o, const struct ana_doc *d, const char *name,
                          void (*write)(const struct ana_doc *, FILE *))
{
    const char *path = sim_arena_printf(&o->arena, "%s/%s", o->stage, name);
    FILE *out = fopen(path, "w");

    if (!out)
        return output_fail(o, path);
    write(d, out);
    return output_close(o, out, path);
}

static int write_tables(struct output *o, const struct ana_doc *d)
{
    int rc = 0;

    for (const struct ana_block *b = d->first; b && !rc; b = b->next) {
        const char *path;
        FILE *out;

        if (b->kind != ANA_TABLE || !b->table->csv)
            continue;
        path = sim_arena_printf(&o->arena, "%s/%s", o->stage, b->table->csv);
        out = fopen(path, "w");
        if (!out)
            return output_fail(o, path);
        ana_csv_write(b->table, out);
        rc = output_close(o, out, path);
    }
    return rc;
}

static int remove_entry(const char *path, const struct stat *status, int flag, struct FTW *walk)
{
    (void)status;
    (void)flag;
    (void)walk;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static int move_into_place(struct output *o, const char *name)
{
    const char *from = sim_arena_printf(&o->arena, "%s/%s", o->stage, name);
    const char *to = sim_arena_printf(&o->arena, "%s/%s", o->dir, name);

    return rename(from, to) ? output_fail(o, to) : 0;
}

/* The old plots go into the stage, to be removed with it; the page comes last: it refers to the rest. */
static int output_commit(struct output *o)
{
    const char *old = sim_arena_printf(&o->arena, "%s/plots", o->dir);
    const char *aside = sim_arena_printf(&o->arena, "%s/old-plots", o->stage);
    DIR *stage = opendir(o->stage);
    int rc = stage ? 0 : output_fail(o, o->stage);

    if (!rc && rename(old, aside) && errno != ENOENT)
        rc = output_fail(o, old);
    for (struct dirent *e = rc ? NULL : readdir(stage); e && !rc; e = readdir(stage))
        if (*e->d_name != '.' && strcmp(e->d_name, "old-plots") != 0 && strcmp(e->d_name, "index.html") != 0)
            rc = move_into_place(o, e->d_name);
    if (stage)
        closedir(stage);
    return rc ? rc : move_into_place(o, "index.html");
}

static int output_write(struct output *o, struct ana_doc *d)
{
    if (output_begin(o) || ana_figures_draw(d, o->stage, o->why, sizeof o->why))
        return -1;
    if (write_document(o, d, "index.html", ana_html_write) || write_document(o, d, "report.md", ana_markdown_write) ||
        write_tables(o, d))
        return -1;
    return output_commit(o);
}

static void context_init(struct ana_context *c, struct sqlite3 *db, const struct ana_study *study, struct ana_doc *d)
{
    *c = (struct ana_context){.db = db, .study = study, .doc = d, .arena = &d->arena};
    c->judgement = ana_judge_all(study, c->arena);
    c->finding = ana_find(study, c->judgement, c->arena);
    c->combo = study->points ? study->combo : NULL;
    c->sweep = study->combos > 1;
    c->planning = study->points && *study->point[0].design;
    d->title = c->finding.title;
    d->lead = c->finding.lead;
    d->finding = c->finding.mark;
    d->subtitle = sim_arena_printf(c->arena, "%s · viosim %s · %s", *study->title ? study->title : study->name,
                                   study->version, study->created);
}

static void build(struct ana_context *c)
{
    static void (*const sections[])(struct ana_context *) = {
        ana_section_verdict,    ana_section_expect, ana_section_levels,     ana_section_sweep,      ana_section_latency,
        ana_section_throughput, ana_section_time,   ana_section_congestion, ana_section_bottleneck, ana_section_compare,
        ana_section_cost,       ana_section_bom,    ana_section_runs,       ana_section_provenance};

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        sections[i](c);
}

static int report_study(struct sqlite3 *db, const struct ana_study *study, struct output *o, FILE *terminal)
{
    struct ana_doc doc;
    struct ana_context c;
    int rc;

    ana_doc_init(&doc);
    context_init(&c, db, study, &doc);
    build(&c);
    rc = output_write(o, &doc);
    if (o->stage)
        remove_tree(o->stage);
    if (!rc) {
        ana_terminal_write(&c, terminal);
        fprintf(terminal, "Report: %s/index.html\n", o->dir);
    }
    ana_doc_fini(&doc);
    return rc;
}

int ana_report(const char *db, const char *dir, FILE *terminal)
{
    struct output o = {.dir = dir};
    struct ana_study study;
    struct sqlite3 *handle = ana_open(db, o.why, sizeof o.why);
    int rc = -1;

    sim_arena_init(&o.arena);
    if (handle && ana_study_load(handle, &study, o.why, sizeof o.why)) {
        rc = report_study(handle, &study, &o, terminal);
        ana_study_fini(&study);
    }
    sqlite3_close(handle);
    if (rc)
        fprintf(stderr, "viosim report: %s\n", o.why);
    sim_arena_fini(&o.arena);
    return rc ? 1 : 0;
}
