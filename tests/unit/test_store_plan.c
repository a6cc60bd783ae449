/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_store_plan.c - what is expected of plans, judged by the database.
 */
#include "tests/unit/study_fixture.h"

static void expect_verdict(struct fixture *f, const char *verdict)
{
    char got[64], wanted[64];

    snprintf(wanted, sizeof wanted, "%s null", verdict);
    cr_expect_str_eq(fixture_ask(f, "SELECT verdict, half_width FROM v_expect", got, sizeof got), wanted, "%s %s",
                     f->expect.metric, got);
}

/* A run that would spoil whatever is expected of runs. */
static void store_unstable(struct fixture *f)
{
    const sim_time latency = 5 * SIM_MS;
    struct study_record r;

    study_record_init(&r);
    fixture_record(&r, &latency, 1, 100);
    r.head.outcome = STUDY_UNSTABLE;
    cr_assert_eq(study_store_put_run(&f->store, 1, 0, &r), STUDY_STORED, "%s", f->store.why);
    study_record_fini(&r);
}

/* A plan of 1500 USD with four HBAs: 1 % is 15. One row and no interval, whatever runs there are; of a design that
 * cannot be planned there are no figures, but a reason. */
Test(test_store_plan, plans_are_expected_without_runs)
{
    const struct {
        const char *kind, *metric, *entity, *against;
        int form;
        double value;
        const char *why, *verdict; /* why: the plan is infeasible */
    } row[] = {
        {"cost", "total_usd", "plan", "", SCN_FORM_VALUE, 1515, NULL, "met"},
        {"cost", "total_usd", "plan", "", SCN_FORM_VALUE, 1530, NULL, "missed"},
        {"cost", "total_usd", "plan", "", SCN_FORM_AT_LEAST, 1500, NULL, "met"},
        {"cost", "total_usd", "plan", "", SCN_FORM_AT_MOST, 1499, NULL, "missed"},
        {"cost", "total_usd", "plan", "", SCN_FORM_AT_LEAST, 0, "3 slots needed", "no result"},
        {"cost", "capex_usd", "plan", "dedicated", SCN_FORM_VALUE, 1, NULL, "met"},
        {"cost", "capex_usd", "plan", "dedicated", SCN_FORM_AT_MOST, 0.99, NULL, "missed"},
        {"item", "hba", "bill", "", SCN_FORM_VALUE, 4, NULL, "met"},
        {"item", "hba", "bill", "", SCN_FORM_AT_LEAST, 5, NULL, "missed"},
        {"item", "nic", "bill", "", SCN_FORM_VALUE, 0, NULL, "met"},
        {"item", "nic", "bill", "", SCN_FORM_VALUE, 0, "3 slots needed", "no result"},
        {"plan", "infeasible", "3 slots", "", SCN_FORM_OUTCOME, 1, "3 slots needed", "met"},
        {"plan", "infeasible", "4 slots", "", SCN_FORM_OUTCOME, 1, "3 slots needed", "missed"},
        {"plan", "infeasible", "", "", SCN_FORM_OUTCOME, 1, NULL, "missed"},
    };

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct fixture f;

        fixture_init(&f);
        study_store_close(&f.store);
        unlink(f.db);
        f.expect.kind = row[i].kind;
        f.expect.metric = row[i].metric;
        f.expect.entity = row[i].entity;
        f.expect.against = row[i].against;
        f.expect.unit = "USD";
        f.expect.form = row[i].form;
        f.expect.value = row[i].value;
        if (row[i].why) {
            f.plan[0].feasible = false;
            f.plan[0].why = row[i].why;
        }
        fixture_open(&f);
        expect_verdict(&f, row[i].verdict);
        if (!row[i].why)
            store_unstable(&f);
        expect_verdict(&f, row[i].verdict);
        fixture_fini(&f);
    }
}
