/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/picture_topology.c - groups of devices and the cables between them, for dot. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/doc.h"
#include "analysis/format.h"
#include "analysis/picture.h"

struct bundle { /* cables of one technology between two groups */
    size_t from, to, cables;
    const char *link;
    double rate_bps; /* of all together */
};

struct topology {
    const struct ana_layout *l;
    struct sim_arena *arena;
    struct bundle *bundle;
    size_t bundles, capacity;
};

static const char *const topology_tiers[] = {"server", "edge", "module", "core", "peer", "node"};

enum { TIERS = sizeof topology_tiers / sizeof *topology_tiers };

static void topology_bundles(struct topology *t)
{
    for (size_t i = 0; i < t->l->cables; i++) {
        const struct ana_cable *c = &t->l->cable[i];
        const size_t from = t->l->device[c->from].group, to = t->l->device[c->to].group;
        size_t b = 0;

        while (b < t->bundles &&
               (t->bundle[b].from != from || t->bundle[b].to != to || strcmp(t->bundle[b].link, c->link) != 0))
            b++;
        if (b == t->bundles) {
            t->bundle = sim_grow(t->bundle, &t->capacity, b + 1, sizeof *t->bundle);
            t->bundle[t->bundles++] = (struct bundle){.from = from, .to = to, .link = c->link};
        }
        t->bundle[b].cables++;
        t->bundle[b].rate_bps += c->rate_bps;
    }
}

static void topology_nodes(const struct topology *t, FILE *out)
{
    for (size_t tier = 0; tier < TIERS; tier++) {
        const bool column = strcmp(topology_tiers[tier], "node") != 0;

        fprintf(out, "subgraph t%zu { %s\n", tier, column ? "rank=same" : "");
        for (size_t g = 0; g < t->l->groups; g++) {
            const struct ana_device *d = &t->l->device[t->l->group[g].first];

            if (strcmp(d->tier, topology_tiers[tier]) != 0)
                continue;
            fprintf(out, "g%zu [color=\"%s\" fillcolor=\"%s1c\" label=<<b>", g, ana_tier_colour(d->tier),
                    ana_tier_colour(d->tier));
            ana_html_text(out, ana_group_name(t->l, &t->l->group[g], t->arena));
            fputs("</b>", out);
            if (t->l->group[g].devices > 1 || *d->item)
                fputs("<br/>", out);
            if (t->l->group[g].devices > 1)
                fprintf(out, "%zu × ", t->l->group[g].devices);
            ana_html_text(out, *d->item ? d->item : t->l->group[g].devices > 1 ? d->tier : "");
            fputs(">]\n", out);
        }
        fputs("}\n", out);
    }
}

/* Wider for more bits per second: 1 for a gigabit, half a point more for ten times that. */
static double topology_width(double rate_bps)
{
    double width = 1;

    for (; rate_bps >= 1e10 && width < 4; rate_bps /= 10)
        width += 0.6;
    return width;
}

static void topology_edges(const struct topology *t, FILE *out)
{
    for (size_t b = 0; b < t->bundles; b++) {
        const struct bundle *x = &t->bundle[b];

        fprintf(out, "g%zu -> g%zu [color=\"%s\" penwidth=%.1f label=<", x->from, x->to, ana_link_colour(x->link),
                topology_width(x->rate_bps));
        if (x->cables > 1)
            fprintf(out, " %zu × ", x->cables);
        ana_html_text(out, x->link);
        fputs(" <br/> ", out);
        ana_html_text(out, ana_format(t->arena, x->rate_bps, "bit/s"));
        fputs(" >]\n", out);
    }
}

const char *ana_picture_topology(const struct ana_layout *l, struct sim_arena *arena)
{
    struct topology t = {.l = l, .arena = arena};
    char *text = NULL;
    const char *kept;
    size_t size;
    FILE *out;

    if (!l->cables)
        return "";
    topology_bundles(&t);
    out = open_memstream(&text, &size);
    fputs("digraph topology {\nrankdir=LR; bgcolor=transparent; nodesep=0.25; ranksep=0.9;\n"
          "node [shape=box style=\"rounded,filled\" fontcolor=\"" ANA_PICTURE_TEXT
          "\" fontname=\"sans-serif\" fontsize=11 margin=\"0.12,0.07\"];\n"
          "edge [dir=none fontcolor=\"" ANA_PICTURE_LINE "\" fontname=\"sans-serif\" fontsize=9];\n",
          out);
    topology_nodes(&t, out);
    topology_edges(&t, out);
    fputs("}\n", out);
    fclose(out);
    kept = sim_arena_text(arena, text);
    free(text);
    free(t.bundle);
    return kept;
}
