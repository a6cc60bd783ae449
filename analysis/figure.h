/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/figure.h - the figures of a report, drawn by gnuplot in a process of its own.
 *
 * One script draws them all. Colours are sentinels that report.css maps to its variables, so that one drawing serves
 * light, dark and print; the file under plots/ is made to stand alone on white. gnuplot gives the same ids to every
 * figure; inside a page they are prefixed with the figure's own.
 */
#ifndef ANALYSIS_FIGURE_H
#define ANALYSIS_FIGURE_H

#include "analysis/doc.h"

/* Draw every figure of the document into DIR/plots/ID.svg and keep the text for the page in figure->svg.
 *
 * Requires: DIR/plots exists. Writes DIR/plots.gp and removes it.
 * Returns:  0, or -1 and a sentence in `why`: gnuplot is missing, failed, or the disk is full.
 */
int ana_figures_draw(struct ana_doc *d, const char *dir, char *why, size_t why_size);

/* Whether no series has a point to draw; such a figure gets no drawing, and the formats say so. */
bool ana_figure_is_empty(const struct ana_figure *f);

/* The gnuplot script of one figure that writes to `output`, for the tests to read. */
void ana_figure_script(const struct ana_figure *f, const char *output, FILE *out);

#endif
