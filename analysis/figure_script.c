/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/figure_script.c - what gnuplot is told; one function per kind of figure. */
#include <math.h>
#include <string.h>

#include "analysis/figure.h"

enum { PALETTE = 12 };

struct look { /* colour, dash and point differ, so that a figure reads without colours */
    const char *colour;
    int dash, point;
};

static const struct look looks[PALETTE] = {{"#0072B2", 1, 7},  {"#D55E00", 2, 5},  {"#009E73", 4, 9},
                                           {"#CC79A7", 5, 13}, {"#E69F00", 3, 11}, {"#56B4E9", 1, 6},
                                           {"#6A51A3", 2, 4},  {"#666666", 4, 8},  {"#882255", 5, 10},
                                           {"#117733", 3, 12}, {"#999933", 1, 1},  {"#332288", 2, 2}};

/* A gnuplot string in single quotes, in which only the quote is special. */
static void quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'')
            fputc('\'', out);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    fputc('\'', out);
}

static void script_number(FILE *out, double value)
{
    if (isnan(value))
        fputs(" NaN", out);
    else
        fprintf(out, " %.9g", value);
}

static void script_setting(FILE *out, const char *setting, const char *text)
{
    fprintf(out, "set %s ", setting);
    quoted(out, text);
    fputs(" textcolor rgb '#777777'\n", out);
}

/* Names in a row of the key: three, or fewer where they are long. */
static int script_key_columns(const struct ana_figure *f)
{
    size_t longest = 0;

    for (size_t i = 0; i < f->plots; i++)
        longest = strlen(f->plot[i].name) > longest ? strlen(f->plot[i].name) : longest;
    return longest > 40 ? 1 : longest > 22 ? 2 : 3;
}

static int script_height(const struct ana_figure *f)
{
    const int columns = script_key_columns(f), key = 22 * (((int)f->plots + columns - 1) / columns);

    if (f->kind == ANA_FIGURE_LINES)
        return 380 + key;
    return 80 + key + (int)f->categories * (f->kind == ANA_FIGURE_DOTS ? 12 + 11 * (int)f->plots : 46);
}

static void script_begin(const struct ana_figure *f, const char *output, FILE *out)
{
    fputs("reset\n", out);
    fprintf(out, "set terminal svg size %d,%d dynamic noenhanced font 'sans-serif,13' linewidth 1.2\n",
            f->kind == ANA_FIGURE_LINES ? 640 : 800, script_height(f));
    fputs("set output ", out);
    quoted(out, output);
    fputs("\nset encoding utf8\nset border 3 linecolor rgb '#777777'\nset tics nomirror textcolor rgb '#777777'\n"
          "set grid linecolor rgb '#cccccc' linetype 1 dashtype 1 linewidth 0.6\n",
          out);
    fprintf(out, "set key below center horizontal maxcols %d textcolor rgb '#777777' samplen 3 spacing 1.2\n",
            script_key_columns(f));
    script_setting(out, "xlabel", f->x_label);
    fputs("set xlabel offset 0,0.4\n", out);
    script_setting(out, "ylabel", f->y_label);
    if (f->log_x)
        fputs("set logscale x\n", out);
    if (f->log_y)
        fputs("set logscale y\n", out);
    if (f->zero_line)
        fputs("set xrange [*<0:0<*]\n"
              "set arrow 1000 from first 0, graph 0 to first 0, graph 1 nohead linecolor rgb '#777777' linewidth 1.5\n",
              out);
}

static void script_data(const struct ana_figure *f, FILE *out)
{
    for (size_t i = 0; i < f->plots; i++) {
        const struct ana_plot *p = &f->plot[i];

        fprintf(out, "$d%zu << EOD\n", i);
        for (size_t k = 0; k < p->n; k++) {
            script_number(out, p->x[k]);
            script_number(out, p->y ? p->y[k] : (double)k);
            script_number(out, p->half ? p->half[k] : NAN);
            fputc('\n', out);
        }
        fputs("EOD\n", out);
    }
}

static void script_limits(const struct ana_figure *f, FILE *out)
{
    for (size_t i = 0; i < f->limits; i++) {
        const struct ana_limit *l = &f->limit[i];

        if (isnan(l->x)) {
            fprintf(out,
                    "set arrow from graph 0, first %.9g to graph 1, first %.9g nohead linecolor rgb '#777777' "
                    "dashtype 3 linewidth 1.5\nset label ",
                    l->y, l->y);
            quoted(out, l->name);
            fprintf(out, " at graph 0.99, first %.9g right offset 0,0.5", l->y);
        } else if (isnan(l->y)) {
            fprintf(out,
                    "set arrow from first %.9g, graph 0 to first %.9g, graph 1 nohead linecolor rgb '#777777' "
                    "dashtype 3 linewidth 1.5\nset label ",
                    l->x, l->x);
            quoted(out, l->name);
            fprintf(out, " at first %.9g, graph 0.97 left offset 0.4,0", l->x);
        } else {
            fprintf(out,
                    "set arrow from first %.9g, first %.9g to first %.9g, graph 1 nohead linecolor rgb '#777777' "
                    "dashtype 3 linewidth 1.5\n"
                    "set arrow from first %.9g, first %.9g to graph 1, first %.9g nohead linecolor rgb '#777777' "
                    "dashtype 3 linewidth 1.5\nset label ",
                    l->x, l->y, l->x, l->x, l->y, l->y);
            quoted(out, l->name);
            fprintf(out, " at graph 0.99, first %.9g right offset 0,-0.6", l->y);
        }
        fputs(" textcolor rgb '#777777' font ',11'\n", out);
    }
}

static void script_categories(const struct ana_figure *f, FILE *out)
{
    fputs("set ytics scale 0 (", out);
    for (size_t i = 0; i < f->categories; i++) {
        fputs(i ? ", " : "", out);
        quoted(out, f->category[i]);
        fprintf(out, " %zu", i);
    }
    fprintf(out,
            ")\nset yrange [%g:-0.5]\nunset grid\nset grid xtics linecolor rgb '#cccccc' dashtype 1 linewidth 0.6\n",
            (double)f->categories - 0.5);
}

static void script_lines(const struct ana_figure *f, FILE *out)
{
    if (f->log_y && f->y_min > 0)
        fprintf(out, "set yrange [%g:1]\nset format y '%%g'\n", f->y_min);
    else if (!f->log_y)
        fputs("set yrange [0:*]\n", out);
    if (!f->log_x)
        fputs("set autoscale xfix\nset offsets graph 0.04, graph 0.04, 0, 0\n", out);
    for (size_t i = 0; i < f->plots; i++) {
        const struct look *k = &looks[(i + f->first_look) % PALETTE];
        const size_t between = f->plot[i].n > 24 ? f->plot[i].n / 8 + 1 : 0; /* points, so that few stand on a curve */

        fprintf(out,
                "%s$d%zu using 1:2 with linespoints linecolor rgb '%s' dashtype %d pointtype %d pointsize 0.7 "
                "linewidth 2 ",
                i ? ", \\\n  " : "plot ", i, k->colour, k->dash, k->point);
        if (between)
            fprintf(out, "pointinterval %zu ", between);
        fputs("title ", out);
        quoted(out, f->plot[i].name);
        if (f->plot[i].half)
            fprintf(out,
                    ", \\\n  $d%zu using 1:2:3 with yerrorbars linecolor rgb '%s' pointtype %d pointsize 0.7 notitle",
                    i, k->colour, k->point);
    }
    fputc('\n', out);
}

static void script_dots(const struct ana_figure *f, FILE *out)
{
    script_categories(f, out);
    for (size_t i = 0; i < f->plots; i++) {
        const struct look *k = &looks[(i + f->first_look) % PALETTE];
        const double shift = 0.66 * (((double)i + 0.5) / (double)f->plots - 0.5);

        fprintf(out,
                "%s$d%zu using 1:($2+%.3f):3 with xerrorbars linecolor rgb '%s' pointtype %d pointsize 0.9 "
                "linewidth 1.6 title ",
                i ? ", \\\n  " : "plot ", i, shift, k->colour, k->point);
        quoted(out, f->plot[i].name);
    }
    fputc('\n', out);
}

/* Each box runs from the sum of the series before it to the sum including it. */
static void script_stack(const struct ana_figure *f, FILE *out)
{
    script_categories(f, out);
    fputs("set style fill solid 0.9 border rgb '#777777'\nset xrange [0:*]\nset offsets 0, graph 0.02, 0, 0\n", out);
    for (size_t c = 0; c < f->categories; c++) {
        double from = 0;

        for (size_t i = 0; i < f->plots; i++) {
            fprintf(out, "$b%zu_%zu << EOD\n%.9g %zu %.9g %.9g\nEOD\n", i, c, from + 0.5 * f->plot[i].x[c], c, from,
                    from + f->plot[i].x[c]);
            from += f->plot[i].x[c];
        }
    }
    for (size_t i = 0; i < f->plots; i++) {
        for (size_t c = 0; c < f->categories; c++) {
            fprintf(out, "%s$b%zu_%zu using 1:2:3:4:($2-0.33):($2+0.33) with boxxyerror linecolor rgb '%s' ",
                    i + c ? ", \\\n  " : "plot ", i, c,
                    looks[(f->plot[i].look ? f->plot[i].look - 1 : i) % PALETTE].colour);
            if (c == 0) {
                fputs("title ", out);
                quoted(out, f->plot[i].name);
            } else {
                fputs("notitle", out);
            }
        }
    }
    fputc('\n', out);
}

static bool plot_is_empty(const struct ana_plot *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (!isnan(p->x[i]) && (!p->y || !isnan(p->y[i])))
            return false;
    return true;
}

bool ana_figure_is_empty(const struct ana_figure *f)
{
    for (size_t i = 0; i < f->plots; i++)
        if (!plot_is_empty(&f->plot[i]))
            return false;
    return true;
}

void ana_figure_script(const struct ana_figure *f, const char *output, FILE *out)
{
    script_begin(f, output, out);
    script_data(f, out);
    script_limits(f, out);
    switch (f->kind) {
    case ANA_FIGURE_LINES:
        script_lines(f, out);
        break;
    case ANA_FIGURE_DOTS:
        script_dots(f, out);
        break;
    case ANA_FIGURE_STACK:
        script_stack(f, out);
        break;
    case ANA_FIGURE_GRAPH:
    case ANA_FIGURE_SVG:
        break; /* not gnuplot's */
    }
    fputs("unset output\n", out);
}
