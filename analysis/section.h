/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/section.h - the parts of a report, each a function that adds its blocks to the document.
 *
 * A part that has nothing to say adds nothing: a reference scenario gets no cost, a study without factors no sweep.
 */
#ifndef ANALYSIS_SECTION_H
#define ANALYSIS_SECTION_H

#include "analysis/data.h"
#include "analysis/doc.h"
#include "analysis/verdict.h"

struct ana_context {
    struct sqlite3 *db;
    const struct ana_study *study;
    const struct ana_judgement *judgement;
    struct ana_finding finding;
    struct ana_doc *doc;
    struct sim_arena *arena;       /* the document's */
    const struct ana_combo *combo; /* shown in detail: the first; NULL = no point */
    bool sweep;                    /* several combinations */
    bool planning;                 /* designs, not a hand-written topology */
};

void ana_section_verdict(struct ana_context *c);
void ana_section_levels(struct ana_context *c);
void ana_section_expect(struct ana_context *c);
void ana_section_sweep(struct ana_context *c);
void ana_section_latency(struct ana_context *c);
void ana_section_throughput(struct ana_context *c);
void ana_section_congestion(struct ana_context *c);
void ana_section_time(struct ana_context *c);
void ana_section_bottleneck(struct ana_context *c);
void ana_section_events(struct ana_context *c);
void ana_section_compare(struct ana_context *c);
void ana_section_cost(struct ana_context *c);
void ana_section_outlook(struct ana_context *c);
void ana_section_plan(struct ana_context *c);
void ana_section_runs(struct ana_context *c);
void ana_section_provenance(struct ana_context *c);

/* Name of a point's design for readers; the scenario's for a topology. */
const char *ana_point_name(const struct ana_context *c, size_t point);
/* A table whose rows begin with a point: `column` begins with columns for factors and design; the first is left out
 * when there is but one combination. ana_cell_point() adds the cells. */
struct ana_table *ana_point_table(struct ana_context *c, const char *id, const char *caption,
                                  const struct ana_column *column, size_t columns);
void ana_cell_point(struct ana_context *c, struct ana_table *t, size_t point);
#define ANA_POINT_COLUMNS                                                                                              \
    {"factors", "factors", ANA_COLUMN_TEXT, false},                                                                    \
    {                                                                                                                  \
        "design", "design", ANA_COLUMN_TEXT, false                                                                     \
    }

#endif
