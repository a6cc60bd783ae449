/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/racks.c - the racks that the plan puts servers and switches into.
 */
#include "sim/scenario/check.h"

#define RACKS(field) offsetof(struct scn_racks, field)

static const struct sim_param racks_params[] = {
    {"units", SIM_PARAM_COUNT, RACKS(units), "42", "1", "100", "rack units of a rack", "EIA 310-D"},
    {"power", SIM_PARAM_POWER, RACKS(power_W), "10 kW", "1 W", NULL,
     "that a rack can feed, against the nameplate watts of what stands in it", "assumption A-140"},
    {"placement", SIM_PARAM_CHOICE, RACKS(placement), "top-of-rack", "top-of-rack|end-of-row", NULL,
     "where switches and directors stand: above the first server they serve, or in racks at the end of its row",
     "design choice"},
    {"per_row", SIM_PARAM_COUNT, RACKS(per_row), "10", "1", "1000", "racks of servers in a row", "assumption A-141"},
    {"pitch", SIM_PARAM_LENGTH, RACKS(pitch_m), "0.6 m", "0.1 m", "10 m", "from rack to rack in a row",
     "assumption A-141"},
    {"row_pitch", SIM_PARAM_LENGTH, RACKS(row_m), "2.1 m", "0.1 m", "100 m", "from row to row", "assumption A-141"},
    {"tray", SIM_PARAM_LENGTH, RACKS(tray_m), "0.3 m", "0 m", "10 m",
     "from the top of a rack up to the tray that cables between racks lie in", "assumption A-141"},
    {"slack", SIM_PARAM_LENGTH, RACKS(slack_m), "0.5 m", "0 m", "10 m", "of a cable in the rack, at each of its ends",
     "assumption A-141"},
    {0}};
static const struct scn_field racks_fields[] = {
    {"item", SCN_FREE, NULL, false, "catalogue item", "bought for each rack; default: the racks exist"}, {0}};
const struct scn_section scn_section_racks = {"racks", "What servers and switches are put into, and how it stands.",
                                              racks_params, racks_fields, SCN_EXTRA_NONE};

void scn_read_racks(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "racks");
    struct scn_racks *racks = &c->study->racks;
    const struct scn_item *item;

    sim_param_defaults(racks_params, racks, c->arena);
    if (!scn_is_map(at))
        return;
    scn_check_section(at, &scn_section_racks, racks);
    item = scn_resolve_item(scn_at_key(at, "item"), "rack");
    racks->item = item ? item->item : NULL;
}
