/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_fit.c - the cheapest cards: against a search that tries everything, on small random problems.
 *
 * The search knows nothing of vectors and of how many ports a card may give: it deals out ports on board, tries every
 * set of cards in every kind of slot, and then every way to give the groups their ports, refusing a group that has all
 * of them on one card.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "sim/plan/fit.h"

enum { DEMANDS = 3, OFFERS = 3, KINDS = 2, LOTS = 2, SOURCES = 8 };

struct instance {
    struct fit_offer offer[DEMANDS][OFFERS];
    struct fit_demand demand[DEMANDS];
    struct fit_problem problem;
    uint32_t group[DEMANDS]; /* ports that stand in for each other */
    bool share[DEMANDS];     /* they may be on one card */
};

struct search { /* what is left while everything is tried */
    const struct instance *in;
    uint32_t slots[KINDS], onboard[LOTS];
    double best;
};

static uint32_t draw(uint64_t *state, uint32_t n)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)((*state >> 33) % n);
}

/* Give `need` ports of groups of `size` to the sources; source 0 is the board, where a group may be as a whole.
 * `picked` of the group being dealt are from `first` on only from source `same`, if that is not SOURCES. */
static bool deal(uint32_t *left, uint32_t sources, uint32_t need, uint32_t size, bool share, uint32_t picked,
                 uint32_t from, uint32_t same)
{
    if (picked == size) {
        if (size >= 2 && !share && same != SOURCES && same != 0)
            return false;
        picked = from = 0;
        same = SOURCES;
    }
    if (need == 0)
        return true;
    for (uint32_t i = from; i < sources; i++) {
        bool done;

        if (left[i] == 0)
            continue;
        left[i]--;
        done = deal(left, sources, need - 1, size, share, picked + 1, i, picked == 0 || same == i ? i : SOURCES);
        left[i]++;
        if (done)
            return true;
    }
    return false;
}

static bool can_deal(const struct instance *in, size_t c, uint32_t board, const uint32_t *cards, uint32_t n)
{
    uint32_t left[SOURCES] = {board}, sum = board;

    for (uint32_t i = 0; i < n; i++)
        sum += left[i + 1] = cards[i];
    return sum >= in->demand[c].ports &&
           deal(left, n + 1, in->demand[c].ports, in->group[c], in->share[c], 0, 0, SOURCES);
}

static void try_demand(struct search *s, size_t c, double usd);

/* One more card for demand c, of an index (offer, kind) not below `from`, or none any more. */
static void try_cards(struct search *s, size_t c, double usd, uint32_t board, uint32_t *cards, uint32_t n,
                      uint32_t from)
{
    const struct fit_demand *d = &s->in->demand[c];

    if (can_deal(s->in, c, board, cards, n))
        try_demand(s, c + 1, usd);
    for (uint32_t i = from; i < d->offers * s->in->problem.kinds && n + 1 < SOURCES; i++) {
        uint32_t offer = i / s->in->problem.kinds, kind = i % s->in->problem.kinds;

        if (s->slots[kind] == 0 || !(d->offer[offer].kinds >> kind & 1))
            continue;
        s->slots[kind]--;
        cards[n] = d->offer[offer].ports;
        try_cards(s, c, usd + d->offer[offer].usd, board, cards, n + 1, i);
        s->slots[kind]++;
    }
}

static void try_demand(struct search *s, size_t c, double usd)
{
    const struct fit_demand *d = &s->in->demand[c];
    uint32_t cards[SOURCES], have[LOTS];

    if (c == s->in->problem.demands) {
        s->best = fmin(s->best, usd);
        return;
    }
    for (uint32_t l = 0; l < LOTS; l++)
        have[l] = d->lots >> l & 1 ? s->onboard[l] : 0;
    for (uint32_t a = 0; a <= have[0]; a++) {
        for (uint32_t b = 0; b <= have[1]; b++) {
            if (a + b > d->ports)
                continue;
            s->onboard[0] -= a;
            s->onboard[1] -= b;
            try_cards(s, c, usd, a + b, cards, 0, 0);
            s->onboard[0] += a;
            s->onboard[1] += b;
        }
    }
}

static void draw_instance(struct instance *in, uint64_t *state)
{
    *in = (struct instance){0};
    in->problem = (struct fit_problem){
        .kinds = 1 + draw(state, KINDS), .lots = LOTS, .demand = in->demand, .demands = 1 + draw(state, DEMANDS)};
    for (uint32_t k = 0; k < in->problem.kinds; k++)
        in->problem.slots[k] = draw(state, 4);
    for (uint32_t l = 0; l < LOTS; l++)
        in->problem.onboard[l] = draw(state, 3);
    for (size_t c = 0; c < in->problem.demands; c++) {
        struct fit_demand *d = &in->demand[c];
        uint32_t groups = 1 + draw(state, 3);

        in->group[c] = 1 + draw(state, 3);
        in->share[c] = draw(state, 2);
        d->ports = groups * in->group[c];
        d->most = in->share[c] || in->group[c] < 2 ? UINT32_MAX : groups * (in->group[c] - 1);
        d->lots = draw(state, 4);
        d->offer = in->offer[c];
        d->offers = draw(state, OFFERS + 1);
        for (size_t i = 0; i < d->offers; i++)
            in->offer[c][i] =
                (struct fit_offer){.usd = 1 + draw(state, 9), .ports = 1 + draw(state, 4), .kinds = draw(state, 4)};
    }
}

/* What the answer costs, and that it takes nothing twice. */
static double answer_usd(const struct instance *in, const struct fit_part *part)
{
    uint32_t slots[FIT_KINDS_MAX] = {0}, onboard[FIT_LOTS_MAX] = {0};
    double usd = 0;

    for (size_t c = 0; c < in->problem.demands; c++) {
        uint32_t cards[SOURCES], board = 0;

        for (uint32_t l = 0; l < LOTS; l++) {
            onboard[l] += part[c].onboard[l];
            board += part[c].onboard[l];
        }
        cr_assert_lt(part[c].cards, SOURCES);
        for (size_t i = 0; i < part[c].cards; i++) {
            const struct fit_offer *o = &in->offer[c][part[c].card[i].offer];

            cr_expect(o->kinds >> part[c].card[i].kind & 1);
            slots[part[c].card[i].kind]++;
            cards[i] = o->ports;
            usd += o->usd;
        }
        cr_expect(can_deal(in, c, board, cards, (uint32_t)part[c].cards), "its ports do give the groups theirs");
    }
    for (uint32_t k = 0; k < in->problem.kinds; k++)
        cr_expect_leq(slots[k], in->problem.slots[k]);
    for (uint32_t l = 0; l < LOTS; l++)
        cr_expect_leq(onboard[l], in->problem.onboard[l]);
    return usd;
}

/* Power: the numbers at the end say that the cases which a wrong solver would miss do occur: problems without a
 * solution, and problems in which a card that fails alone makes the difference (solved again with that taken away). */
Test(test_fit, is_as_cheap_as_a_search_through_everything)
{
    uint64_t state = 20091;
    uint32_t solved = 0, unsolved = 0, redundant = 0;
    struct sim_arena arena;

    for (int i = 0; i < 6000; i++) {
        struct instance in;
        struct search s = {.in = &in, .best = INFINITY};
        struct fit_part part[DEMANDS];
        double usd;

        sim_arena_init(&arena);
        draw_instance(&in, &state);
        memcpy(s.slots, in.problem.slots, sizeof s.slots);
        memcpy(s.onboard, in.problem.onboard, sizeof s.onboard);
        try_demand(&s, 0, 0);
        usd = fit_solve(&arena, &in.problem, part);
        cr_assert_eq(isfinite(usd), isfinite(s.best), "problem %d: %g, search %g", i, usd, s.best);
        if (isfinite(usd)) {
            cr_assert_float_eq(usd, s.best, 1e-9, "problem %d: %g, search %g", i, usd, s.best);
            cr_assert_float_eq(usd, answer_usd(&in, part), 1e-9);
            solved++;
        } else {
            unsolved++;
        }
        for (size_t c = 0; c < in.problem.demands; c++)
            in.demand[c].most = UINT32_MAX;
        redundant += fit_solve(&arena, &in.problem, part) < usd;
        sim_arena_fini(&arena);
    }
    cr_expect_gt(solved, 1000);
    cr_expect_gt(unsolved, 1000);
    cr_expect_gt(redundant, 100, "%u", redundant);
}
