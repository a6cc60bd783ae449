/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/plan/fit_solve.c - the cheapest cards that give every demand its ports: see fit.h.
 *
 * A vector of resources is one number in a mixed radix, slots by kind in the low digits, ports on board by lot in the
 * high ones. The difference of two vectors of which one is at most the other is then the difference of the numbers.
 */
#include "sim/plan/fit.h"

#include <math.h>
#include <stdbool.h>

#include "sim/kernel/assert.h"

enum { FIT_DIGITS_MAX = FIT_KINDS_MAX + FIT_LOTS_MAX };

struct fit_pick {         /* a cell of best() */
    double usd;           /* INFINITY: impossible */
    int32_t offer;        /* the last card taken; -1 = none */
    uint32_t kind, slots; /* of it; the vector before */
};

struct fit_cell { /* of total() */
    double usd;
    uint32_t given; /* the vector given to the demand */
};

struct fit_tables {
    const struct fit_problem *p;
    struct sim_arena *arena;
    uint32_t digits, count[FIT_DIGITS_MAX], stride[FIT_DIGITS_MAX];
    uint32_t slot_states, states;
    struct fit_pick **best;  /* by demand: [slots][ports] */
    struct fit_cell **total; /* by demand: [state] */
};

static void fit_digits(struct fit_tables *t)
{
    const struct fit_problem *p = t->p;
    uint32_t ports = 0;

    for (size_t c = 0; c < p->demands; c++)
        ports += p->demand[c].ports;
    t->states = 1;
    for (uint32_t i = 0; i < p->kinds + p->lots; i++) {
        uint32_t have = i < p->kinds ? p->slots[i] : p->onboard[i - p->kinds];

        if (i == p->kinds)
            t->slot_states = t->states;
        t->count[i] = have < ports ? have : ports; /* more than one for each port is of no use */
        t->stride[i] = t->states;
        t->states *= t->count[i] + 1;
    }
    t->digits = p->kinds + p->lots;
    if (p->lots == 0)
        t->slot_states = t->states;
}

static uint32_t fit_digit(const struct fit_tables *t, uint32_t vector, uint32_t i)
{
    return vector / t->stride[i] % (t->count[i] + 1);
}

/* The best of a cell: as with one slot less, or with a card in that slot. */
static void fit_best_cell(const struct fit_tables *t, const struct fit_demand *d, struct fit_pick *best, uint32_t v,
                          uint32_t ports)
{
    size_t width = (size_t)d->ports + 1;
    struct fit_pick *cell = &best[v * width + ports];

    *cell = (struct fit_pick){.usd = ports == 0 ? 0 : INFINITY, .offer = -1};
    for (uint32_t k = 0; k < t->p->kinds && ports > 0; k++)
        if (fit_digit(t, v, k) > 0 && best[(v - t->stride[k]) * width + ports].usd < cell->usd)
            *cell = best[(v - t->stride[k]) * width + ports];
    for (uint32_t k = 0; k < t->p->kinds && ports > 0; k++) {
        uint32_t before = v - t->stride[k];

        if (fit_digit(t, v, k) == 0)
            continue;
        for (size_t i = 0; i < d->offers; i++) {
            uint32_t gives = d->offer[i].ports < d->most ? d->offer[i].ports : d->most;
            double usd;

            if (!(d->offer[i].kinds >> k & 1) || gives == 0)
                continue;
            usd = d->offer[i].usd + best[before * width + (gives < ports ? ports - gives : 0)].usd;
            if (usd < cell->usd)
                *cell = (struct fit_pick){.usd = usd, .offer = (int32_t)i, .kind = k, .slots = before};
        }
    }
}

static void fit_best(struct fit_tables *t, size_t c)
{
    const struct fit_demand *d = &t->p->demand[c];

    t->best[c] = sim_arena_alloc(t->arena, t->slot_states * ((size_t)d->ports + 1), sizeof **t->best);
    for (uint32_t v = 0; v < t->slot_states; v++)
        for (uint32_t ports = 0; ports <= d->ports; ports++)
            fit_best_cell(t, d, t->best[c], v, ports);
}

/* Ports on board in a vector; UINT32_MAX if the demand may not have them all, or needs fewer. */
static uint32_t fit_onboard(const struct fit_tables *t, const struct fit_demand *d, uint32_t v)
{
    uint32_t sum = 0;

    for (uint32_t l = 0; l < t->p->lots; l++) {
        uint32_t n = fit_digit(t, v, t->p->kinds + l);

        if (n > 0 && !(d->lots >> l & 1))
            return UINT32_MAX;
        sum += n;
    }
    return sum <= d->ports ? sum : UINT32_MAX;
}

/* What a demand pays for a vector; INFINITY: it cannot do with it. */
static double fit_price(const struct fit_tables *t, size_t c, uint32_t v)
{
    const struct fit_demand *d = &t->p->demand[c];
    uint32_t onboard = fit_onboard(t, d, v);

    if (onboard == UINT32_MAX)
        return INFINITY;
    return t->best[c][v % t->slot_states * ((size_t)d->ports + 1) + d->ports - onboard].usd;
}

/* The next vector v <= s in ascending order; false after the last. */
static bool fit_next(const struct fit_tables *t, const uint32_t *most, uint32_t *digit, uint32_t *v)
{
    for (uint32_t i = 0; i < t->digits; i++) {
        if (digit[i] < most[i]) {
            digit[i]++;
            *v += t->stride[i];
            return true;
        }
        *v -= digit[i] * t->stride[i];
        digit[i] = 0;
    }
    return false;
}

/* total(c, .) from total(c - 1, .). */
static void fit_total(struct fit_tables *t, size_t c)
{
    double *price = sim_arena_alloc(t->arena, t->states, sizeof *price);

    t->total[c] = sim_arena_alloc(t->arena, t->states, sizeof **t->total);
    for (uint32_t v = 0; v < t->states; v++)
        price[v] = fit_price(t, c, v);
    for (uint32_t s = 0; s < t->states; s++) {
        struct fit_cell *cell = &t->total[c][s];
        uint32_t digit[FIT_DIGITS_MAX] = {0}, most[FIT_DIGITS_MAX] = {0}, v = 0;

        *cell = (struct fit_cell){.usd = INFINITY};
        for (uint32_t i = 0; i < t->digits; i++)
            most[i] = fit_digit(t, s, i);
        do {
            double usd = price[v] + (c == 0 ? 0 : t->total[c - 1][s - v].usd);

            if (usd < cell->usd || (usd == cell->usd && v / t->slot_states > cell->given / t->slot_states))
                *cell = (struct fit_cell){.usd = usd, .given = v};
        } while (fit_next(t, most, digit, &v));
    }
}

/* The cards and ports on board that demand c gets for a vector. */
static void fit_part_of(const struct fit_tables *t, size_t c, uint32_t vector, struct fit_part *part)
{
    const struct fit_demand *d = &t->p->demand[c];
    uint32_t ports = d->ports, v = vector % t->slot_states;
    size_t width = (size_t)d->ports + 1;

    *part = (struct fit_part){.card = sim_arena_alloc(t->arena, d->ports, sizeof *part->card)};
    for (uint32_t l = 0; l < t->p->lots; l++) {
        part->onboard[l] = fit_digit(t, vector, t->p->kinds + l);
        ports -= part->onboard[l];
    }
    while (ports > 0) {
        const struct fit_pick *pick = &t->best[c][v * width + ports];
        uint32_t gives;

        SIM_ASSERT(pick->offer >= 0);
        gives = d->offer[pick->offer].ports < d->most ? d->offer[pick->offer].ports : d->most;
        part->card[part->cards++] = (struct fit_card){.offer = (uint32_t)pick->offer, .kind = pick->kind};
        ports -= gives < ports ? gives : ports;
        v = pick->slots;
    }
}

double fit_solve(struct sim_arena *arena, const struct fit_problem *problem, struct fit_part *part)
{
    struct fit_tables t = {.p = problem, .arena = arena};
    uint32_t s;
    double usd;

    SIM_ASSERT(problem->kinds <= FIT_KINDS_MAX && problem->lots <= FIT_LOTS_MAX);
    if (problem->demands == 0)
        return 0;
    fit_digits(&t);
    t.best = sim_arena_alloc(arena, problem->demands, sizeof *t.best);
    t.total = sim_arena_alloc(arena, problem->demands, sizeof *t.total);
    for (size_t c = 0; c < problem->demands; c++) {
        fit_best(&t, c);
        fit_total(&t, c);
    }
    s = t.states - 1;
    usd = t.total[problem->demands - 1][s].usd;
    for (size_t c = problem->demands; c-- > 0 && isfinite(usd);) {
        uint32_t given = t.total[c][s].given;

        fit_part_of(&t, c, given, &part[c]);
        s -= given;
    }
    return usd;
}
