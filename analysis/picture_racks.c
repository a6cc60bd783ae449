/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/picture_racks.c - rack elevations as SVG: a unit is a row, numbered from the bottom.
 *
 * Racks that hold the same items at the same heights are drawn once, with the names of the first. What is inside
 * something else (a module, a blade) is counted there.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/doc.h"
#include "analysis/format.h"
#include "analysis/picture.h"

enum { UNIT = 13, HEAD = 46, WIDE = 216, GAP = 44, COLUMNS = 4, KINDS_MAX = 12, LETTER = 10, LETTERS = 34 };

struct racks {
    const struct ana_layout *l;
    struct sim_arena *arena;
    size_t *order, *first; /* devices by rack; first of each rack, [racks] = all */
    FILE *out;
};

/* Devices of each rack in the order of the database, by counting. */
static void racks_sort(struct racks *r)
{
    size_t *at = sim_arena_alloc(r->arena, r->l->racks + 1, sizeof *at);

    r->order = sim_arena_alloc(r->arena, r->l->devices + 1, sizeof *r->order);
    r->first = sim_arena_alloc(r->arena, r->l->racks + 1, sizeof *r->first);
    for (size_t d = 0; d < r->l->devices; d++)
        if (r->l->device[d].rack >= 0)
            r->first[r->l->device[d].rack + 1]++;
    for (size_t k = 0; k < r->l->racks; k++)
        at[k + 1] = r->first[k + 1] += r->first[k];
    for (size_t d = 0; d < r->l->devices; d++)
        if (r->l->device[d].rack >= 0)
            r->order[at[r->l->device[d].rack]++] = d;
}

static bool racks_like(const struct racks *r, size_t a, size_t b)
{
    const size_t n = r->first[a + 1] - r->first[a];

    if (r->first[b + 1] - r->first[b] != n || r->l->rack[a].units != r->l->rack[b].units)
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct ana_device *x = &r->l->device[r->order[r->first[a] + i]];
        const struct ana_device *y = &r->l->device[r->order[r->first[b] + i]];

        if (x->unit != y->unit || strcmp(x->item, y->item) != 0)
            return false;
    }
    return true;
}

/* Things at the same unit that take none themselves. */
static size_t racks_inside(const struct racks *r, size_t rack, int unit)
{
    size_t n = 0;

    for (size_t i = r->first[rack]; i < r->first[rack + 1]; i++)
        n += r->l->device[r->order[i]].unit == unit && r->l->device[r->order[i]].rack_units == 0;
    return n;
}

static void racks_text(const struct racks *r, double x, double y, int size, const char *text)
{
    fprintf(r->out, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\" font-size=\"%d\">", x, y, ANA_PICTURE_TEXT, size);
    ana_html_text(r->out, text);
    fputs("</text>\n", r->out);
}

static void racks_device(const struct racks *r, size_t rack, const struct ana_device *d, double x, double top)
{
    const double units = ceil(d->rack_units), y = top + UNIT * (r->l->rack[rack].units - (d->unit - 1) - units);
    const size_t inside = racks_inside(r, rack, d->unit);
    const char *colour = ana_tier_colour(d->tier), *text = sim_arena_printf(r->arena, "%s  %s", d->path, d->item);

    if (inside)
        text = sim_arena_printf(r->arena, "%s + %zu", text, inside);
    if (strlen(text) > LETTERS)
        text = sim_arena_printf(r->arena, "%.*s…", LETTERS - 1, text);
    fprintf(r->out,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" rx=\"2\" fill=\"%s\" "
            "fill-opacity=\"0.13\" stroke=\"%s\" stroke-width=\"0.8\"/>\n",
            x + 1, y + 0.8, WIDE - 2, units * UNIT - 1.6, colour, colour);
    racks_text(r, x + 6, y + units * UNIT / 2 + 3.4, LETTER, text);
}

/* A rack and how many are like it. */
static void racks_draw(const struct racks *r, size_t rack, size_t alike, double x, double y)
{
    const struct ana_rack *k = &r->l->rack[rack];
    const double top = y + HEAD;
    double units = 0, watts = 0;

    for (size_t i = r->first[rack]; i < r->first[rack + 1]; i++) {
        units += ceil(r->l->device[r->order[i]].rack_units);
        watts += r->l->device[r->order[i]].watts;
    }
    racks_text(r, x, y + 14, LETTER + 2,
               alike > 1 ? sim_arena_printf(r->arena, "%s and %zu alike", k->name, alike - 1) : k->name);
    racks_text(r, x, y + 30, LETTER,
               sim_arena_printf(r->arena, "%.0f of %d U, %s of %s", units, k->units, ana_format(r->arena, watts, "W"),
                                ana_format(r->arena, k->power_w, "W")));
    fprintf(r->out,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"" ANA_PICTURE_LINE "\" "
            "stroke-width=\"1.5\"/>\n",
            x, top, WIDE, UNIT * k->units);
    for (int u = 1; u <= k->units; u++)
        if (u == 1 || u % 6 == 0)
            racks_text(r, x - 14, top + UNIT * (k->units - u + 1) - 3.5, LETTER - 2,
                       sim_arena_printf(r->arena, "%d", u));
    for (size_t i = r->first[rack]; i < r->first[rack + 1]; i++)
        if (r->l->device[r->order[i]].rack_units > 0)
            racks_device(r, rack, &r->l->device[r->order[i]], x, top);
}

/* The first rack of each kind, and how many racks there are of it. Returns the number of kinds. */
static size_t racks_kinds(const struct racks *r, size_t *kind, size_t *alike)
{
    size_t kinds = 0;

    for (size_t k = 0; k < r->l->racks; k++) {
        size_t i = 0;

        while (i < kinds && !racks_like(r, kind[i], k))
            i++;
        if (i == kinds) {
            kind[kinds] = k;
            alike[kinds++] = 0;
        }
        alike[i]++;
    }
    return kinds;
}

const char *ana_picture_racks(const struct ana_layout *l, struct sim_arena *arena)
{
    struct racks r = {.l = l, .arena = arena};
    size_t *kind = sim_arena_alloc(arena, l->racks + 1, sizeof *kind), size, kinds, shown;
    size_t *alike = sim_arena_alloc(arena, l->racks + 1, sizeof *alike);
    int units = 0, wide, high;
    char *text = NULL;
    const char *kept;

    if (!l->racks)
        return "";
    racks_sort(&r);
    kinds = racks_kinds(&r, kind, alike);
    shown = kinds < KINDS_MAX ? kinds : KINDS_MAX;
    for (size_t i = 0; i < shown; i++)
        units = l->rack[kind[i]].units > units ? l->rack[kind[i]].units : units;
    wide = (int)(shown < COLUMNS ? shown : COLUMNS) * (WIDE + GAP) + 8;
    high = (int)((shown + COLUMNS - 1) / COLUMNS) * (HEAD + UNIT * units + 26);
    r.out = open_memstream(&text, &size);
    fprintf(r.out, "<svg viewBox=\"0 0 %d %d\" xmlns=\"http://www.w3.org/2000/svg\">\n<g font-family=\"sans-serif\">\n",
            wide, high + (kinds > shown ? 16 : 0));
    for (size_t i = 0; i < shown; i++)
        racks_draw(&r, kind[i], alike[i], GAP / 2 + (double)(i % COLUMNS) * (WIDE + GAP),
                   (double)(i / COLUMNS) * (HEAD + UNIT * units + 26));
    if (kinds > shown)
        racks_text(&r, GAP / 2, high + 8, LETTER, sim_arena_printf(arena, "and %zu more kinds of rack", kinds - shown));
    fputs("</g>\n</svg>\n", r.out);
    fclose(r.out);
    kept = sim_arena_text(arena, text);
    free(text);
    return kept;
}
