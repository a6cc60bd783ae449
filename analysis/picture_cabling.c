/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * analysis/picture_cabling.c - one server of each kind, port by port, for dot.
 *
 * Like servers are cabled alike, so one stands for all; only where a kind has few servers are all of them drawn. A
 * device is a table with a row for every port that a drawn cable is in, counts of all its ports, and, of an edge, where
 * its other cables lead.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/doc.h"
#include "analysis/picture.h"

struct cabling {
    const struct ana_layout *l;
    struct sim_arena *arena;
    bool *device, *cable; /* drawn */
    FILE *out;
};

static bool cabling_is(const struct cabling *c, size_t device, const char *tier)
{
    return strcmp(c->l->device[device].tier, tier) == 0;
}

/* Choose servers, their cables, and what these lead to. */
static void cabling_choose(struct cabling *c)
{
    for (size_t d = 0; d < c->l->devices; d++)
        c->device[d] = cabling_is(c, d, "server") && c->l->group[c->l->device[d].group].first == d;
    for (size_t i = 0; i < c->l->cables; i++) {
        const struct ana_cable *x = &c->l->cable[i];

        if (cabling_is(c, x->from, "server") && c->device[x->from])
            c->cable[i] = c->device[x->to] = true;
    }
}

/* "32 of 48 downlinks", for each kind of port that the device has. */
static void cabling_counts(const struct cabling *c, size_t first, size_t end)
{
    fputs("<tr><td align=\"left\"><font point-size=\"9\">used: ", c->out);
    for (size_t i = first; i < end; i++) {
        size_t all = 0, cabled = 0, before = first;

        while (strcmp(c->l->port[before].kind, c->l->port[i].kind) != 0)
            before++;
        if (before < i)
            continue;
        for (size_t k = i; k < end; k++) {
            const bool same = strcmp(c->l->port[k].kind, c->l->port[i].kind) == 0;

            all += same;
            cabled += same && c->l->port[k].cabled;
        }
        fprintf(c->out, "%s%zu of %zu ", i > first ? ", " : "", cabled, all);
        ana_html_text(c->out, c->l->port[i].kind);
    }
    fputs("</font></td></tr>", c->out);
}

/* Whether a drawn cable is in a port of the device. */
static bool cabling_drawn(const struct cabling *c, size_t device, const char *port)
{
    for (size_t i = 0; i < c->l->cables; i++) {
        const struct ana_cable *x = &c->l->cable[i];

        if (c->cable[i] && ((x->from == device && strcmp(x->from_port, port) == 0) ||
                            (x->to == device && strcmp(x->to_port, port) == 0)))
            return true;
    }
    return false;
}

static void cabling_rows(const struct cabling *c, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        if (!cabling_drawn(c, c->l->port[i].device, c->l->port[i].name))
            continue;
        fprintf(c->out, "<tr><td border=\"1\" sides=\"t\" align=\"left\" port=\"p%zu\">", i - first);
        ana_html_text(c->out, c->l->port[i].name);
        fputs("</td></tr>", c->out);
    }
}

/* Where the cables of an edge lead that are not drawn: "u1 - u2 to lan-core", "slot1 - slot2: mod-1x10gbe". */
static void cabling_others(const struct cabling *c, size_t device)
{
    for (size_t i = 0; i < c->l->cables; i++) {
        const struct ana_cable *x = &c->l->cable[i], *last = x;
        const size_t group = c->l->device[x->to].group;
        size_t before = 0;

        while (before < i &&
               (c->l->cable[before].from != device || c->l->device[c->l->cable[before].to].group != group))
            before++;
        if (x->from != device || before < i)
            continue;
        for (size_t k = i; k < c->l->cables; k++)
            if (c->l->cable[k].from == device && c->l->device[c->l->cable[k].to].group == group)
                last = &c->l->cable[k];
        fputs("<tr><td align=\"left\"><font point-size=\"9\">", c->out);
        ana_html_text(c->out, x->from_port);
        fputs(last != x ? " - " : "", c->out);
        ana_html_text(c->out, last != x ? last->from_port : "");
        fputs(cabling_is(c, x->to, "module") ? ": " : " to ", c->out);
        ana_html_text(c->out, cabling_is(c, x->to, "module") ? c->l->device[x->to].item
                                                             : ana_group_name(c->l, &c->l->group[group], c->arena));
        fputs("</font></td></tr>", c->out);
    }
}

/* First port of each device; [devices] = all. Ports come by device. */
static size_t *cabling_ports(const struct cabling *c)
{
    size_t *first = sim_arena_alloc(c->arena, c->l->devices + 1, sizeof *first);

    for (size_t i = 0; i < c->l->ports; i++)
        first[c->l->port[i].device + 1] = i + 1;
    for (size_t d = 1; d <= c->l->devices; d++)
        first[d] = first[d] ? first[d] : first[d - 1];
    return first;
}

static void cabling_device(const struct cabling *c, size_t device, const size_t *first)
{
    const struct ana_device *d = &c->l->device[device];
    const struct ana_group *g = &c->l->group[d->group];

    fprintf(c->out,
            "d%zu [color=\"%s\" label=<<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"3\" "
            "style=\"rounded\"><tr><td align=\"left\"><b>",
            device, ana_tier_colour(d->tier));
    ana_html_text(c->out, d->path);
    fputs("</b></td></tr><tr><td align=\"left\">", c->out);
    ana_html_text(c->out, d->item);
    if (d->rack >= 0)
        ana_html_text(c->out, sim_arena_printf(c->arena, ", %s U%d", c->l->rack[d->rack].name, d->unit));
    if (cabling_is(c, device, "server") && g->devices > 1)
        fprintf(c->out, ", one of %zu alike", g->devices);
    fputs("</td></tr>", c->out);
    cabling_rows(c, first[device], first[device + 1]);
    if (!cabling_is(c, device, "server"))
        cabling_others(c, device);
    cabling_counts(c, first[device], first[device + 1]);
    fputs("</table>>]\n", c->out);
}

static size_t cabling_port(const struct cabling *c, size_t device, const char *name, const size_t *first)
{
    size_t i = first[device];

    while (i < first[device + 1] && strcmp(c->l->port[i].name, name) != 0)
        i++;
    return i - first[device];
}

static void cabling_edge(const struct cabling *c, const struct ana_cable *x, const size_t *first)
{
    fprintf(c->out, "d%zu:p%zu:e -> d%zu:p%zu:w [color=\"%s\"]\n", x->from,
            cabling_port(c, x->from, x->from_port, first), x->to, cabling_port(c, x->to, x->to_port, first),
            ana_link_colour(x->link));
}

const char *ana_picture_cabling(const struct ana_layout *l, struct sim_arena *arena)
{
    struct cabling c = {.l = l, .arena = arena};
    const size_t *first = cabling_ports(&c);
    char *text = NULL;
    const char *kept;
    bool servers = false;
    size_t size;

    c.device = sim_arena_alloc(arena, l->devices + 1, sizeof *c.device);
    c.cable = sim_arena_alloc(arena, l->cables + 1, sizeof *c.cable);
    cabling_choose(&c);
    c.out = open_memstream(&text, &size);
    fputs("digraph cabling {\nrankdir=LR; bgcolor=transparent; nodesep=0.2; ranksep=2.2;\n"
          "node [shape=plain fontcolor=\"" ANA_PICTURE_TEXT "\" fontname=\"sans-serif\" fontsize=10];\n"
          "edge [dir=none penwidth=1.2];\n",
          c.out);
    for (size_t d = 0; d < l->devices; d++) {
        if (c.device[d])
            cabling_device(&c, d, first);
        servers = servers || (c.device[d] && cabling_is(&c, d, "server"));
    }
    for (size_t i = 0; i < l->cables; i++)
        if (c.cable[i])
            cabling_edge(&c, &l->cable[i], first);
    fputs("}\n", c.out);
    fclose(c.out);
    kept = servers ? sim_arena_text(arena, text) : "";
    free(text);
    return kept;
}
