/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/terminal.h - the summary of a report for a terminal of 80 columns. */
#ifndef ANALYSIS_TERMINAL_H
#define ANALYSIS_TERMINAL_H

#include "analysis/section.h"

void ana_terminal_write(const struct ana_context *c, FILE *out);

#endif
