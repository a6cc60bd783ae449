/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_ana_outlook.c - how often a design is the cheapest of those that meet the levels.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "tests/unit/ana_fixture.h"

/* Three designs: `low` misses the levels, `good` and `fair` meet them. Orders, cheapest first, of 1000 samples:
 *   low good fair 500 | low fair good 200 | good low fair 180 | fair low good 120
 * Cheapest of all: low 0.7, good 0.18, fair 0.12. Of the two that meet the levels: good 500 + 180 = 0.68, fair 0.32. */
Test(test_ana_outlook, cheapest_of_those_that_meet_the_levels)
{
    static const struct ana_fixture_design designs[] = {
        {"low", 900, {20, 21, 22}, {50, 51, 52}, {NULL}, NULL},
        {"good", 1000, {5, 6, 7}, {120, 121, 122}, {NULL}, NULL},
        {"fair", 1100, {5, 6, 7}, {120, 121, 122}, {NULL}, NULL},
    };
    struct ana_fixture f;
    char *csv;

    ana_fixture_begin(
        &f, designs, 3,
        "INSERT INTO t_quantile VALUES (2, 4.30265); INSERT INTO cost_year VALUES (1, 0, 1, 900, 0, 0, 0, 0, 0, 900, "
        "900);"
        "INSERT INTO risk VALUES (1, 1000, 900, 10, 890, 900, 910, 0.7), (2, 1000, 1000, 10, 990, 1000, 1010, 0.18), "
        "(3, 1000, 1100, 10, 1090, 1100, 1110, 0.12);"
        "INSERT INTO ranking VALUES (1, 1, 1, 500), (1, 2, 2, 500), (1, 3, 3, 500), (2, 1, 1, 200), (2, 2, 3, 200), "
        "(2, 3, 2, 200), (3, 1, 2, 180), (3, 2, 1, 180), (3, 3, 3, 180), (4, 1, 3, 120), (4, 2, 1, 120), "
        "(4, 3, 2, 120);");
    cr_assert_eq(ana_fixture_report(&f), 0);
    csv = ana_fixture_read(&f, "cost-risk.csv");
    cr_expect_float_eq(ana_fixture_field(csv, 1, "cheapest"), 0.7, 1e-9, "%s", csv);
    cr_expect(isnan(ana_fixture_field(csv, 1, "cheapest_good")), "%s", csv);
    cr_expect_float_eq(ana_fixture_field(csv, 2, "cheapest_good"), 0.68, 1e-9, "%s", csv);
    cr_expect_float_eq(ana_fixture_field(csv, 3, "cheapest_good"), 0.32, 1e-9, "%s", csv);
    free(csv);
    ana_fixture_end(&f);
}
