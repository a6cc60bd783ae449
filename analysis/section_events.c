/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/section_events.c - what failed, came or moved, whom it hit, and what was left.
 */
#include "analysis/section.h"

static const struct ana_column event_columns[] = {ANA_POINT_COLUMNS,
                                                  {"event", "event", ANA_COLUMN_TEXT, false},
                                                  {"at", "at_s", ANA_COLUMN_NUMBER, false},
                                                  {"VMs hit", "vms_hit", ANA_COLUMN_NUMBER, false},
                                                  {"VMs cut off", "vms_cut", ANA_COLUMN_NUMBER, true},
                                                  {"service gap", "service_gap_s", ANA_COLUMN_NUMBER, false},
                                                  {"before", "service_gap_before_s", ANA_COLUMN_NUMBER, false},
                                                  {"lost", "lost", ANA_COLUMN_NUMBER, false},
                                                  {"repeated", "retried", ANA_COLUMN_NUMBER, false},
                                                  {"server links left", "server_left", ANA_COLUMN_NUMBER, false},
                                                  {"uplinks left", "uplink_left", ANA_COLUMN_NUMBER, false}};

void ana_section_events(struct ana_context *c)
{
    struct ana_table *t;

    if (!c->study->events)
        return;
    ana_doc_section(c->doc, "events", "Events of the day");
    ana_doc_text(
        c->doc,
        "For each event, until the next one: the VMs that lost a way, or whose adapters changed, and those that "
        "were still without one when all was switched over; the longest time in which something was asked for "
        "and nothing completed, of the worst VM, beside that before the first event; requests that failed, "
        "segments and I/Os sent again; and what was left of the rates of links.");
    t = ana_point_table(c, "events", "What each event did", event_columns,
                        sizeof event_columns / sizeof *event_columns);
    t->csv = "events.csv";
    for (size_t i = 0; i < c->study->events; i++) {
        const struct ana_event *e = &c->study->event[i];

        ana_cell_point(c, t, e->point);
        ana_cell_text(c->doc, t, "%s", e->name);
        ana_cell_number(c->doc, t, e->at_s, "s");
        ana_cell_number(c->doc, t, e->hit, "1");
        ana_cell_number(c->doc, t, e->cut, "1")->mark = e->cut > 0 ? ANA_MARK_BAD : ANA_MARK_NONE;
        ana_cell_number(c->doc, t, e->gap_s, "s");
        ana_cell_number(c->doc, t, e->gap_before_s, "s");
        ana_cell_number(c->doc, t, e->lost, "1");
        ana_cell_number(c->doc, t, e->retried, "1");
        ana_cell_number(c->doc, t, e->server_left, "%");
        ana_cell_number(c->doc, t, e->uplink_left, "%");
    }
}
