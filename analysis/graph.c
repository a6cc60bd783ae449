/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/graph.c - graphs through Graphviz, and drawings that are made already: see analysis/figure.h.
 *
 * One dot draws the graphs of a directory: ID.dot into ID.dot.svg. Both go when the drawing has been taken over.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/figure.h"

static char *graph_path(const char *dir, const char *id, const char *end)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s%s", dir, id, end) < 0)
        abort();
    return path;
}

static int graph_source(const struct ana_figure *f, const char *path, char *why, size_t why_size)
{
    FILE *out = fopen(path, "w");
    int failed = !out || fputs(f->source, out) < 0;

    if (out)
        failed |= fclose(out) != 0;
    if (failed)
        snprintf(why, why_size, "cannot write %s: %s", path, strerror(errno));
    return failed ? -1 : 0;
}

static bool graph_is(const struct ana_figure *f)
{
    return f->kind == ANA_FIGURE_GRAPH && *f->source;
}

/* Write the sources and run dot on all of them. 0; 1 without Graphviz; -1 and `why`. */
static int graph_run(struct ana_figure *const *f, size_t n, const char *dir, char *why, size_t why_size)
{
    char **argv = sim_alloc(n + 4, sizeof *argv), *log = graph_path(dir, "dot", ".log");
    const char *const head[] = {"dot", "-Tsvg", "-O"};
    size_t words = sizeof head / sizeof *head;
    int rc = 0;

    memcpy(argv, head, sizeof head);
    for (size_t i = 0; i < n && !rc; i++) {
        if (!graph_is(f[i]))
            continue;
        argv[words] = graph_path(dir, f[i]->id, ".dot");
        rc = graph_source(f[i], argv[words++], why, why_size);
    }
    if (!rc && words > sizeof head / sizeof *head)
        rc = ana_tool_run((const char *const *)argv, log, why, why_size);
    for (size_t i = sizeof head / sizeof *head; i < words; i++) {
        unlink(argv[i]);
        free(argv[i]);
    }
    unlink(log);
    free(log);
    free(argv);
    return rc;
}

static int graph_take(struct ana_figure *f, const char *dir, char *why, size_t why_size)
{
    char *drawn = graph_path(dir, f->id, f->kind == ANA_FIGURE_GRAPH ? ".dot.svg" : ".svg.in");
    char *to = graph_path(dir, f->id, ".svg");
    int rc = f->kind == ANA_FIGURE_SVG ? graph_source(f, drawn, why, why_size) : 0;

    if (!rc)
        rc = ana_figure_take(f, drawn, to, why, why_size);
    unlink(drawn);
    free(drawn);
    free(to);
    return rc;
}

int ana_pictures_draw(struct ana_figure *const *f, size_t n, const char *dir, char *why, size_t why_size)
{
    const int dot = graph_run(f, n, dir, why, why_size);
    int rc = dot < 0 ? -1 : 0;

    for (size_t i = 0; i < n && !rc; i++) {
        if (!*f[i]->source)
            continue;
        if (graph_is(f[i]) && dot == 1)
            f[i]->why = "Graphviz is not installed; 'apt-get install graphviz' and draw the report again.";
        else
            rc = graph_take(f[i], dir, why, why_size);
    }
    return rc;
}
