/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/figure.h - the figures of a report, drawn by gnuplot, graphs by Graphviz, in processes of their own.
 *
 * One script draws all curves and bars, one dot all graphs. Colours are sentinels that report.css maps to its
 * variables, so that one drawing serves light, dark and print; the file under plots/ is made to stand alone on white.
 * gnuplot gives the same ids to every figure; inside a page they are prefixed with the figure's own.
 */
#ifndef ANALYSIS_FIGURE_H
#define ANALYSIS_FIGURE_H

#include "analysis/doc.h"

/* Draw every figure of the document into DIR/plots/ID.svg and keep the text for the page in figure->svg.
 *
 * Requires: DIR/plots exists. Writes DIR/plots.gp and removes it.
 * Returns:  0, or -1 and a sentence in `why`: gnuplot is missing, a program failed, or the disk is full. Where Graphviz
 *           is missing, graphs are left out and figure->why says so.
 */
int ana_figures_draw(struct ana_doc *d, const char *dir, char *why, size_t why_size);

/* Draw n figures of the kinds GRAPH and SVG into DIR/ID.svg, and keep the text. As above. */
int ana_pictures_draw(struct ana_figure *const *f, size_t n, const char *dir, char *why, size_t why_size);

/* Run a program whose messages go to the file `log`; its name is argv[0].
 * Returns: 0; 1 if it is not installed; -1 and a sentence in `why` if it failed. */
int ana_tool_run(const char *const *argv, const char *log, char *why, size_t why_size);

/* The drawing in the file `path`, for figure->svg and, made to stand alone on white, as file `to`. 0, or -1 and `why`.
 */
int ana_figure_take(struct ana_figure *f, const char *path, const char *to, char *why, size_t why_size);

/* Whether no series has a point to draw; such a figure gets no drawing, and the formats say so. */
bool ana_figure_is_empty(const struct ana_figure *f);

/* The gnuplot script of one figure that writes to `output`, for the tests to read. */
void ana_figure_script(const struct ana_figure *f, const char *output, FILE *out);

#endif
