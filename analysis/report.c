/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/report.c - the whole way: load, judge, build the tree, draw, write, and only then replace the old report.
 *
 * Everything is written into a directory of its own inside DIR and moved by rename when it is complete.
 */
#include "analysis/report.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <sqlite3.h>

#include "analysis/data.h"
#include "analysis/figure.h"
#include "analysis/output.h"
#include "analysis/section.h"
#include "analysis/terminal.h"

struct document {
    const struct ana_doc *doc;
    void (*write)(const struct ana_doc *, FILE *);
};

static void write_document(FILE *out, void *arg)
{
    const struct document *d = arg;

    d->write(d->doc, out);
}

static void write_table(FILE *out, void *arg)
{
    ana_csv_write(arg, out);
}

static int write_tables(struct ana_output *o, const struct ana_doc *d)
{
    int rc = 0;

    for (const struct ana_block *b = d->first; b && !rc; b = b->next)
        if (b->kind == ANA_TABLE && b->table->csv)
            rc = ana_output_write(o, b->table->csv, write_table, b->table);
    return rc;
}

/* The old plots go into the stage, to be removed with it; the page comes last: it refers to the rest. */
static int report_commit(struct ana_output *o)
{
    const char *old = sim_arena_printf(&o->arena, "%s/plots", o->dir);
    DIR *stage = opendir(o->stage);
    int rc = stage ? 0 : ana_output_fail(o, o->stage);

    if (!rc && rename(old, ana_output_path(o, "old-plots")) && errno != ENOENT)
        rc = ana_output_fail(o, old);
    for (struct dirent *e = rc ? NULL : readdir(stage); e && !rc; e = readdir(stage))
        if (*e->d_name != '.' && strcmp(e->d_name, "old-plots") != 0 && strcmp(e->d_name, "index.html") != 0)
            rc = ana_output_move(o, e->d_name);
    if (stage)
        closedir(stage);
    return rc ? rc : ana_output_move(o, "index.html");
}

static int report_write(struct ana_output *o, struct ana_doc *d)
{
    struct document html = {d, ana_html_write}, markdown = {d, ana_markdown_write};

    if (ana_output_begin(o) || ana_output_mkdir(o, "plots") || ana_figures_draw(d, o->stage, o->why, sizeof o->why) ||
        ana_output_write(o, "index.html", write_document, &html) ||
        ana_output_write(o, "report.md", write_document, &markdown) || write_tables(o, d))
        return -1;
    return report_commit(o);
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
        ana_section_verdict,    ana_section_expect,     ana_section_levels,  ana_section_sweep,
        ana_section_latency,    ana_section_throughput, ana_section_time,    ana_section_congestion,
        ana_section_bottleneck, ana_section_events,     ana_section_compare, ana_section_cost,
        ana_section_outlook,    ana_section_plan,       ana_section_runs,    ana_section_provenance};

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        sections[i](c);
}

static int report_study(struct sqlite3 *db, const struct ana_study *study, struct ana_output *o, FILE *terminal)
{
    struct ana_doc doc;
    struct ana_context c;
    int rc;

    ana_doc_init(&doc);
    context_init(&c, db, study, &doc);
    build(&c);
    rc = report_write(o, &doc);
    if (!rc) {
        ana_terminal_write(&c, terminal);
        fprintf(terminal, "Report: %s/index.html\n", o->dir);
    }
    ana_doc_fini(&doc);
    return rc;
}

int ana_report(const char *db, const char *dir, FILE *terminal)
{
    struct ana_output o;
    struct ana_study study;
    struct sqlite3 *handle;
    int rc = -1;

    ana_output_init(&o, dir);
    handle = ana_open(db, o.why, sizeof o.why);
    if (handle && ana_study_load(handle, &study, o.why, sizeof o.why)) {
        rc = report_study(handle, &study, &o, terminal);
        ana_study_fini(&study);
    }
    sqlite3_close(handle);
    if (rc)
        fprintf(stderr, "viosim report: %s\n", o.why);
    ana_output_fini(&o);
    return rc ? 1 : 0;
}
