/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/section_end.c - what a sceptical reader looks up: the runs, the assumptions, where the numbers are from. */
#include "analysis/format.h"
#include "analysis/section.h"

void ana_section_runs(struct ana_context *c)
{
    static const struct ana_column columns[] = {ANA_POINT_COLUMNS,
                                                {"replication", "replication", ANA_COLUMN_NUMBER, false},
                                                {"outcome", "outcome", ANA_COLUMN_TEXT, false},
                                                {"events", "events", ANA_COLUMN_NUMBER, false},
                                                {"packet hops", "packet_hops", ANA_COLUMN_NUMBER, false},
                                                {"wall time", "wall_s", ANA_COLUMN_NUMBER, false},
                                                {"fingerprint", "fingerprint", ANA_COLUMN_TEXT, false}};
    struct ana_table *t;

    if (!c->study->runs)
        return;
    ana_doc_section(c->doc, "runs", "Runs");
    t = ana_point_table(c, "runs",
                        "Every run: the fingerprint is the same on every machine for the same scenario and seed",
                        columns, sizeof columns / sizeof *columns);
    t->csv = "runs.csv";
    t->collapsed = true;
    for (size_t i = 0; i < c->study->runs; i++) {
        const struct ana_run *r = &c->study->run[i];
        struct ana_cell *cell;

        ana_cell_point(c, t, r->point);
        ana_cell_number(c->doc, t, (double)r->replication, "1");
        cell = ana_cell_text(c->doc, t, "%s", ana_outcome_name(r->outcome));
        cell->note = *r->why ? r->why : NULL;
        ana_cell_number(c->doc, t, (double)r->events, "1");
        ana_cell_number(c->doc, t, (double)r->packet_hops, "1");
        ana_cell_number(c->doc, t, r->wall_s, "s");
        ana_cell_text(c->doc, t, "%s", r->fingerprint);
    }
}

static void provenance_fact(struct ana_context *c, struct ana_table *t, const char *name, const char *value)
{
    ana_cell_text(c->doc, t, "%s", name);
    ana_cell_text(c->doc, t, "%s", value);
}

static void provenance_facts(struct ana_context *c)
{
    const struct ana_study *s = c->study;
    struct ana_table *t = ana_doc_facts(c->doc, "provenance");
    double events = 0, hops = 0, wall_s = 0;

    for (size_t i = 0; i < s->runs; i++) {
        events += (double)s->run[i].events;
        hops += (double)s->run[i].packet_hops;
        wall_s += s->run[i].wall_s;
    }
    provenance_fact(c, t, "Scenario", sim_arena_printf(c->arena, "%s (%s)", s->name, s->file));
    provenance_fact(c, t, "Scenario hash", s->hash);
    provenance_fact(c, t, "Seed", sim_arena_printf(c->arena, "%lld", (long long)s->seed));
    provenance_fact(c, t, "Confidence", sim_arena_printf(c->arena, "%.4g %%", 100.0 * s->confidence));
    provenance_fact(c, t, "Warm-up, measured",
                    sim_arena_printf(c->arena, "%s, %s per run", ana_format(c->arena, s->warmup_s, "s"),
                                     ana_format(c->arena, s->measure_s, "s")));
    provenance_fact(c, t, "Version", sim_arena_printf(c->arena, "viosim %s", s->version));
    provenance_fact(c, t, "Compiler", s->compiler);
    provenance_fact(c, t, "Libraries", s->libraries);
    provenance_fact(c, t, "Command", s->command);
    provenance_fact(c, t, "Study begun", s->created);
    provenance_fact(c, t, "Work",
                    sim_arena_printf(c->arena,
                                     "%zu runs, %s events and %s packet hops in %s of process time: %s events/s",
                                     s->runs, ana_format_number(c->arena, events), ana_format_number(c->arena, hops),
                                     ana_format(c->arena, wall_s, "s"),
                                     ana_format_number(c->arena, wall_s > 0 ? events / wall_s : 0)));
}

void ana_section_provenance(struct ana_context *c)
{
    static const struct ana_column columns[] = {{"parameter", "path", ANA_COLUMN_TEXT, false},
                                                {"value", "value", ANA_COLUMN_TEXT, false},
                                                {"source", "source", ANA_COLUMN_TEXT, false}};

    ana_doc_section(c->doc, "provenance", "Where this comes from");
    provenance_facts(c);
    if (c->study->parameters) {
        struct ana_table *t = ana_doc_table(c->doc, "parameters",
                                            "Parameters and assumptions in force that the scenario "
                                            "does not set",
                                            columns, 3);

        t->collapsed = true;
        t->csv = "parameters.csv";
        for (size_t i = 0; i < c->study->parameters; i++) {
            ana_cell_text(c->doc, t, "%s", c->study->parameter[i].path);
            ana_cell_text(c->doc, t, "%s", c->study->parameter[i].value);
            ana_cell_text(c->doc, t, "%s", c->study->parameter[i].source);
        }
    }
    ana_doc_pre(c->doc, "The whole scenario as it was run", c->study->scenario);
}
