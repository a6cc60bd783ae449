/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/section_expect.c - what theory and publications say, beside what was simulated. */
#include "analysis/expect.h"
#include "analysis/section.h"

#include "analysis/format.h"

void ana_section_expect(struct ana_context *c)
{
    static const struct ana_column columns[] = {
        {"factors", "factors", ANA_COLUMN_TEXT, false},   {"theory or publication", "what", ANA_COLUMN_TEXT, false},
        {"class", "class", ANA_COLUMN_TEXT, false},       {"of", "entity", ANA_COLUMN_TEXT, false},
        {"expected", "expected", ANA_COLUMN_TEXT, false}, {"simulated", "simulated", ANA_COLUMN_ESTIMATE, true},
        {"verdict", "verdict", ANA_COLUMN_TEXT, false},   {"source", "source", ANA_COLUMN_TEXT, false}};
    size_t n;
    char why[256];
    const struct ana_expect *row = ana_expect_load(c->db, c->arena, &n, why, sizeof why);
    struct ana_table *t;

    if (row && n == 0)
        return;
    ana_doc_section(c->doc, "expected", "Expected and simulated");
    if (!row) {
        ana_doc_note(c->doc, ANA_MARK_BAD, "%s.", why);
        return;
    }
    ana_doc_text(c->doc, "What theory or a publication says comes out, and what did. Class A is exact or analytic, B "
                         "measured in a simple setting, C a trend.");
    t = ana_doc_table(c->doc, "expected", "Expectations of the scenario", columns, sizeof columns / sizeof *columns);
    t->csv = "expected.csv";
    for (size_t i = 0; i < n; i++) {
        const struct ana_expect *e = &row[i];

        ana_cell_text(c->doc, t, "%s%s%s", e->design, *e->design && *e->factors ? ", " : "", e->factors);
        ana_cell_text(c->doc, t, "%s%s%s", e->what, *e->trend ? "; " : "", e->trend);
        ana_cell_text(c->doc, t, "%s", e->class_);
        ana_cell_text(c->doc, t, "%s", ana_expect_of(c->arena, e));
        ana_cell_text(c->doc, t, "%s", ana_expect_wanted(c->arena, e));
        ana_cell_estimate(c->doc, t, e->simulated, ana_display_unit(e->metric, e->unit))->mark = ana_expect_mark(e);
        ana_cell_text(c->doc, t, "%s", e->verdict);
        ana_cell_text(c->doc, t, "%s", e->source);
    }
}
