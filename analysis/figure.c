/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/figure.c - running gnuplot and making its drawings fit for a page; see the header. */
#include "analysis/figure.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int fail(char *why, size_t why_size, const char *what, const char *detail)
{
    snprintf(why, why_size, "%s: %s", what, detail);
    return -1;
}

static char *path_of(const char *dir, const char *id, const char *end)
{
    char *path = NULL;

    if (asprintf(&path, "%s/plots%s%s%s", dir, *id ? "/" : "", id, end) < 0)
        abort();
    return path;
}

/* The whole file as text for free(), or NULL with errno. */
static char *read_file(const char *path)
{
    FILE *in = fopen(path, "r");
    char *text = NULL;
    size_t used = 0, capacity = 0, got;

    if (!in)
        return NULL;
    do {
        text = sim_grow(text, &capacity, used + 4097, 1);
        got = fread(text + used, 1, 4096, in);
        used += got;
    } while (got > 0);
    text[used] = '\0';
    fclose(in);
    return text;
}

int ana_tool_run(const char *const *words, const char *log, char *why, size_t why_size)
{
    size_t n = 0;
    char **argv;
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int rc, status;

    while (words[n])
        n++;
    argv = sim_alloc(n + 1, sizeof *argv);
    memcpy(argv, words, n * sizeof *argv); /* posix_spawnp() takes char *const [], and changes nothing */
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    rc = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    free(argv);
    if (rc == ENOENT)
        return 1;
    if (rc)
        return fail(why, why_size, words[0], strerror(rc));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return fail(why, why_size, words[0], strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    char *said = read_file(log), *what;

    if (asprintf(&what, "%s failed", words[0]) < 0)
        abort();
    rc = fail(why, why_size, what, said && *said ? said : "it said nothing");
    free(what);
    free(said);
    return rc;
}

static int run_gnuplot(const char *script, const char *log, char *why, size_t why_size)
{
    const int rc = ana_tool_run((const char *const[]){"gnuplot", script, NULL}, log, why, why_size);

    return rc == 1 ? fail(why, why_size, "gnuplot is not installed", "install it with 'apt-get install gnuplot-nox'")
                   : rc;
}

/* Where in the drawing the text of the page begins: behind the root element's beginning, and gnuplot's own <desc>. */
static const char *svg_body(const char *text)
{
    const char *desc = strstr(text, "</desc>"), *root = strstr(text, "<svg");

    if (desc)
        return desc + strlen("</desc>");
    root = root ? strchr(root, '>') : NULL;
    return root ? root + 1 : text;
}

/* Copy the drawing with its ids, and what refers to them, prefixed by `id`. */
static void svg_copy(FILE *out, const char *text, const char *id)
{
    static const char *const places[] = {" id='", " id=\"", "href='#", "url(#"};

    while (*text) {
        size_t i = 0;

        while (i < sizeof places / sizeof *places && strncmp(text, places[i], strlen(places[i])) != 0)
            i++;
        if (i == sizeof places / sizeof *places) {
            fputc(*text++, out);
            continue;
        }
        fprintf(out, "%s%s-", places[i], id);
        text += strlen(places[i]);
    }
}

/* One drawing with title and description; `prefix` makes its ids unique, `style` is for the root element. */
static void svg_write(FILE *out, const struct ana_figure *f, const char *drawing, const char *prefix, const char *style)
{
    const char *box = strstr(drawing, "viewBox=\"");
    const int box_length = box ? (int)strcspn(box + 9, "\"") + 10 : 0;

    fprintf(out,
            "<svg %.*s xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" "
            "aria-labelledby=\"%s-title %s-desc\"%s>\n<title id=\"%s-title\">",
            box_length, box ? box : "", prefix, prefix, style, prefix);
    ana_html_text(out, f->title);
    fprintf(out, "</title>\n<desc id=\"%s-desc\">", prefix);
    ana_html_text(out, f->desc);
    fputs("</desc>", out);
    svg_copy(out, svg_body(drawing), prefix);
}

/* A graph is as large as its texts want it: it is not blown up to the width of the page. */
static const char *svg_style(const struct ana_figure *f, const char *drawing, char *style, size_t size)
{
    const char *box = strstr(drawing, "viewBox=\"");
    double wide = 0;

    if ((f->kind != ANA_FIGURE_GRAPH && f->kind != ANA_FIGURE_SVG) || !box ||
        sscanf(box + strlen("viewBox=\""), "%*f %*f %lf", &wide) != 1)
        return "";
    snprintf(style, size, " style=\"max-width:%.0fpx\"", 1.25 * wide);
    return style;
}

int ana_figure_take(struct ana_figure *f, const char *path, const char *to, char *why, size_t why_size)
{
    char *drawing = read_file(path), style[64];
    size_t size;
    FILE *out;
    int rc = 0;

    if (!drawing || !strstr(drawing, "</svg>")) {
        rc = fail(why, why_size, path, "nothing was drawn");
    } else {
        out = open_memstream(&f->svg, &size);
        svg_write(out, f, drawing, f->id, svg_style(f, drawing, style, sizeof style));
        fclose(out);
        out = fopen(to, "w");
        if (out)
            svg_write(out, f, drawing, f->id, " style=\"background:#fff\"");
        if (!out || ferror(out) || fclose(out))
            rc = fail(why, why_size, to, strerror(errno));
    }
    free(drawing);
    return rc;
}

static int figure_finish(struct ana_figure *f, const char *dir, char *why, size_t why_size)
{
    char *path = path_of(dir, f->id, ".svg");
    const int rc = ana_figure_take(f, path, path, why, why_size);

    free(path);
    return rc;
}

static bool is_picture(const struct ana_figure *f)
{
    return f->kind == ANA_FIGURE_GRAPH || f->kind == ANA_FIGURE_SVG;
}

static int draw_pictures(struct ana_doc *d, const char *dir, char *why, size_t why_size)
{
    struct ana_figure **list = NULL;
    size_t n = 0, capacity = 0;
    char *plots = path_of(dir, "", "");
    int rc;

    for (struct ana_block *b = d->first; b; b = b->next) {
        if (b->kind != ANA_FIGURE || !is_picture(b->figure))
            continue;
        list = sim_grow(list, &capacity, n + 1, sizeof *list);
        list[n++] = b->figure;
    }
    rc = ana_pictures_draw(list, n, plots, why, why_size);
    free(plots);
    free(list);
    return rc;
}

static int script_write(const struct ana_doc *d, const char *dir, const char *script, char *why, size_t why_size)
{
    FILE *out = fopen(script, "w");
    int rc = 0;

    for (const struct ana_block *b = d->first; b && out; b = b->next) {
        char *output;

        if (b->kind != ANA_FIGURE || is_picture(b->figure) || ana_figure_is_empty(b->figure))
            continue;
        output = path_of(dir, b->figure->id, ".svg");
        ana_figure_script(b->figure, output, out);
        free(output);
    }
    if (!out || ferror(out))
        rc = fail(why, why_size, script, strerror(errno));
    if (out && fclose(out) && !rc)
        rc = fail(why, why_size, script, strerror(errno));
    return rc;
}

int ana_figures_draw(struct ana_doc *d, const char *dir, char *why, size_t why_size)
{
    char *script = path_of(dir, "", ".gp"), *log = path_of(dir, "", ".log");
    int rc = script_write(d, dir, script, why, why_size);

    if (!rc)
        rc = run_gnuplot(script, log, why, why_size);
    for (struct ana_block *b = d->first; b && !rc; b = b->next)
        if (b->kind == ANA_FIGURE && !is_picture(b->figure) && !ana_figure_is_empty(b->figure))
            rc = figure_finish(b->figure, dir, why, why_size);
    if (!rc)
        rc = draw_pictures(d, dir, why, why_size);
    unlink(script);
    unlink(log);
    free(script);
    free(log);
    return rc;
}
