/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fit_words.c - why a server model does not fit, in words: the proof with its arithmetic.
 *
 * The least number of slots is found by the same search, with slots enough and every card at a price of one. Then the
 * text says of each connection how many ports are on board and how many cards it takes at least.
 */
#include <math.h>
#include <string.h>

#include "sim/plan/fit_model.h"

/* The most ports that any usable card gives connection c; 0 = none does. */
static uint32_t words_most(const struct fit *f, uint32_t c)
{
    const struct fit_demand *d = &f->problem.demand[c];
    uint32_t most = 0;

    for (size_t i = 0; i < d->offers; i++)
        if (d->offer[i].kinds && d->offer[i].ports > most)
            most = d->offer[i].ports;
    return most < d->most ? most : d->most;
}

/* Solve with slots enough and a price of one for each card; false if no number of slots would do. */
static bool words_least(struct draft *d, const struct fit *f, struct fit_part *part)
{
    struct fit_problem p = f->problem;
    struct fit_demand *demand = sim_arena_alloc(&d->scratch, p.demands, sizeof *demand);
    uint32_t ports = 0;

    for (size_t c = 0; c < p.demands; c++) {
        struct fit_offer *offer = sim_arena_alloc(&d->scratch, p.demand[c].offers, sizeof *offer);

        demand[c] = p.demand[c];
        for (size_t i = 0; i < demand[c].offers; i++) {
            offer[i] = p.demand[c].offer[i];
            offer[i].usd = 1;
            offer[i].kinds = offer[i].kinds != 0; /* one kind of slot: only their number is asked */
        }
        demand[c].offer = offer;
        ports += demand[c].ports;
    }
    p.demand = demand;
    p.kinds = 1;
    p.slots[0] = ports;
    return isfinite(fit_solve(&d->scratch, &p, part));
}

/* Ports on board served in order, where there is no solution to tell. */
static void words_onboard(const struct fit *f, struct fit_part *part)
{
    uint32_t left[FIT_LOTS_MAX];

    memcpy(left, f->problem.onboard, sizeof left);
    for (size_t c = 0; c < f->problem.demands; c++) {
        uint32_t need = f->problem.demand[c].ports;

        for (uint32_t l = 0; l < f->problem.lots; l++) {
            uint32_t n = f->problem.demand[c].lots >> l & 1 ? (left[l] < need ? left[l] : need) : 0;

            part[c].onboard[l] = n;
            left[l] -= n;
            need -= n;
        }
    }
}

/* "12 ports = 2 on board + 3 cards of 4" of a connection; *slots is what its cards take, DRAFT_NONE if none can. */
static const char *words_connection(struct draft *d, const struct fit *f, uint32_t c, const struct fit_part *part,
                                    uint32_t *slots)
{
    uint32_t need = f->problem.demand[c].ports, most = words_most(f, c), onboard = 0, rest, cards;
    const char *out = f->usable[c].out, *board = f->usable[c].board_out, *text;

    for (uint32_t l = 0; l < f->problem.lots; l++)
        onboard += part->onboard[l];
    rest = need - onboard;
    text = sim_arena_printf(&d->scratch, "%s: %u ports = ", d->design->connection[c].name, need);
    if (onboard)
        text = sim_arena_printf(&d->scratch, "%s%u on board%s", text, onboard, rest ? " + " : "");
    *slots = 0;
    if (rest == 0)
        return text;
    if (most == 0) {
        *slots = DRAFT_NONE;
        text = sim_arena_printf(&d->scratch, "%s%u that no card may give", text, rest);
        if (*out)
            text = sim_arena_printf(&d->scratch, "%s (%s)", text, out);
        if (board && d->design->connection[c].onboard)
            text = sim_arena_printf(&d->scratch, "%s, nor the board (%s)", text, board);
        return text;
    }
    cards = (rest + most - 1) / most;
    *slots = cards;
    return sim_arena_printf(&d->scratch, "%s%u card%s of %u", text, cards, cards == 1 ? "" : "s", most);
}

/* "needs 14 ports, offers 2 on board + 2 mezzanines x 4; " if that alone decides it, else "". */
static const char *words_ports(struct draft *d, const struct fit *f, uint32_t slots, const char *noun)
{
    uint32_t need = 0, most = 0, onboard = 0, lots = 0;

    for (uint32_t c = 0; c < f->problem.demands; c++) {
        need += f->problem.demand[c].ports;
        most = words_most(f, c) > most ? words_most(f, c) : most;
        lots |= f->problem.demand[c].lots;
    }
    for (uint32_t l = 0; l < f->problem.lots; l++)
        onboard += lots >> l & 1 ? f->problem.onboard[l] : 0;
    if (need <= onboard + (uint64_t)slots * most)
        return "";
    return sim_arena_printf(&d->scratch, "needs %u ports, offers %u on board + %u %s x %u; ", need, onboard, slots,
                            noun, most);
}

/* "1 x pcie-gen2-x8 + 2 x pcie-gen1-x4" */
static const char *words_lots(struct draft *d, const struct scn_lots *lots, const char *text)
{
    for (uint32_t i = 0; i < lots->n; i++)
        text = sim_arena_printf(&d->scratch, "%s%s%u x %s", text, *text ? " + " : "", lots->lot[i].count,
                                lots->lot[i].what);
    return text;
}

const char *fit_reason(struct draft *d, const struct draft_group *g, const struct fit *f)
{
    struct fit_part *part = sim_arena_alloc(&d->scratch, f->problem.demands, sizeof *part);
    const struct scn_item *m = f->model;
    uint32_t offered = scn_lots_count(&m->slots) + scn_lots_count(&m->mezzanines), needed = 0;
    const char *noun = m->mezzanines.n ? "mezzanine" : "slot", *text = "", *last;

    if (f->why)
        return sim_arena_printf(&d->scratch, "%s: %s", m->item, f->why);
    if (!words_least(d, f, part))
        words_onboard(f, part);
    for (uint32_t c = 0; c < f->problem.demands; c++) {
        uint32_t slots;

        if (g->wiring[c].need == 0)
            continue;
        text = sim_arena_printf(&d->scratch, "%s%s%s", text, *text ? "; " : "",
                                words_connection(d, f, c, &part[c], &slots));
        needed = needed == DRAFT_NONE || slots == DRAFT_NONE ? DRAFT_NONE : needed + slots;
    }
    if (needed == DRAFT_NONE)
        return sim_arena_printf(&d->scratch, "%s: %s", m->item, text);
    if (needed > offered)
        return sim_arena_printf(&d->scratch, "%s: %s%u %s%s needed (%s), %u offered", m->item,
                                words_ports(d, f, offered, m->mezzanines.n ? "mezzanines" : "slots"), needed, noun,
                                needed == 1 ? "" : "s", text, offered);
    last = words_lots(d, &m->mezzanines, words_lots(d, &m->slots, ""));
    return sim_arena_printf(&d->scratch, "%s: its slots (%s) do not take the cards: %s%s", m->item, last, text,
                            d->design->refuse_narrow ? "; narrow slots are refused" : "");
}
