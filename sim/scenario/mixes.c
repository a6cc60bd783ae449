/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/mixes.c - mixes of I/Os by name, for block workloads.
 */
#include "sim/scenario/check.h"

#include <math.h>

#define PART(field) offsetof(struct vio_mix_part, field)

static const struct sim_param part_params[] = {
    {"share", SIM_PARAM_FRACTION, PART(share), NULL, "0%", "100%", "of the I/Os; the shares add up to 100%",
     "design choice"},
    {"size", SIM_PARAM_DIST_SIZE, PART(size), NULL, NULL, NULL, "bytes per I/O", "facts.md 5.2"},
    {"read", SIM_PARAM_FRACTION, PART(read), NULL, "0%", "100%", "share of reads among them", "facts.md 5.2"},
    {0}};
static const struct scn_section section_part = {"mixes.NAME.parts[]", "I/Os of one sort.", part_params, NULL,
                                                SCN_EXTRA_NONE};

static const struct sim_param mix_params[] = {{"source", SIM_PARAM_TEXT, offsetof(struct vio_mix, source), "", NULL,
                                               NULL, "where the numbers are from", "design choice"},
                                              {0}};
static const struct scn_field mix_fields[] = {{"parts", SCN_ITEMS, &section_part, true, NULL, "what it is made of"},
                                              {0}};
const struct scn_section scn_section_mix = {
    "mixes.NAME", "A mix of I/Os, sizes and directions together. Published ones: scenarios/mixes.", mix_params,
    mix_fields, SCN_EXTRA_NONE};

static void mix_read(struct scn_at at, const char *name, struct vio_mix *mix)
{
    struct scn_check *c = at.c;
    struct scn_at parts = scn_at_key(at, "parts");
    struct vio_mix_part *part;
    double sum = 0;

    scn_check_name(at, name);
    mix->name = sim_arena_text(c->arena, name);
    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "parts are expected here, as in {parts: [{share: 100%%, size: 8 KiB, read: 67%%}]}");
        return;
    }
    scn_check_section(at, &scn_section_mix, mix);
    part = sim_arena_alloc(c->arena, scn_count(parts) + 1, sizeof(*part));
    mix->part = part;
    mix->parts = scn_count(parts);
    for (size_t i = 0; i < mix->parts; i++) {
        struct scn_at here = scn_at_item(parts, i);

        if (scn_is_map(here))
            scn_check_section(here, &section_part, &part[i]);
        else if (scn_node_is_empty(here.node))
            scn_error(here, "a part is expected here, as in {share: 10%%, size: 4 KiB, read: 80%%}");
        sum += part[i].share;
    }
    if (parts.node && mix->parts == 0)
        scn_error(parts, "a mix has at least one part");
    else if (parts.node && fabs(sum - 1) > 1e-6)
        scn_error(parts, "the shares add up to %g%%; it has to be 100%%", sum * 100);
}

void scn_read_mixes(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "mixes");
    const size_t n = scn_is_map(at) ? at.node->n : 0;

    c->names.mixes = n ? at.node : scn_node_map(c->scratch, at.pos);
    c->study->mix = sim_arena_alloc(c->arena, n + 1, sizeof(*c->study->mix));
    for (size_t i = 0; i < n; i++)
        mix_read(scn_at_entry(at, i), at.node->entry[i].key, &c->study->mix[i]);
}
