/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_diag.c - diagnostics are printed in order; misspelt names are recognised, others are not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <criterion/criterion.h>

#include "sim/kernel/diag.h"

static struct sim_pos at(const char *file, int line, int col)
{
    return (struct sim_pos){file, line, col};
}

Test(test_diag, printed_in_order)
{
    struct sim_diags d;
    char *text, name[] = "b.yaml";
    size_t size;
    FILE *out = open_memstream(&text, &size);

    sim_diags_init(&d);
    sim_diags_print(&d, out);
    fflush(out);
    cr_expect(size == 0, "nothing wrong, nothing said");

    sim_diag_add(&d, SIM_ERROR, at(name, 7, 3), "third of %s", name);
    sim_diag_add(&d, SIM_WARNING, at("a.yaml", 1, 1), "the other file comes later");
    strcpy(name, "x"); /* names and texts are the diagnostics' own */
    sim_diag_add(&d, SIM_ERROR, at("b.yaml", 2, 9), "second");
    sim_diag_add(&d, SIM_ERROR, at("b.yaml", 0, 0), "first");
    sim_diag_add(&d, SIM_ERROR, at("b.yaml", 7, 3), "fourth: as found");
    sim_diag_add(&d, SIM_ERROR, at(NULL, 0, 0), "no seed");
    sim_diags_print(&d, out);
    fclose(out);
    cr_expect_str_eq(text, "b.yaml: error: first\n"
                           "b.yaml:2:9: error: second\n"
                           "b.yaml:7:3: error: third of b.yaml\n"
                           "b.yaml:7:3: error: fourth: as found\n"
                           "a.yaml:1:1: warning: the other file comes later\n"
                           "command line: error: no seed\n"
                           "5 errors, 1 warning\n");
    cr_expect(d.errors == 5 && d.warnings == 1 && d.n == 6);
    free(text);
    sim_diags_fini(&d);
}

Test(test_diag, did_you_mean)
{
    static const char *const names[] = {"queue_depth", "bandwidth", "latency", "mtu", "seed", NULL};
    static const struct {
        const char *text, *meant; /* meant NULL: none */
    } cases[] = {
        {"queue_dept", "queue_depth"},
        {"queue-depth", "queue_depth"},
        {"quue_depht", "queue_depth"},
        {"Queue_Depth", "queue_depth"},
        {"bandwith", "bandwidth"},
        {"latnecy", "latency"},
        {"MTU", "mtu"},
        {"mtus", "mtu"},
        {"sed", "seed"},
        {"quuee_dpeht", NULL},
        {"x", NULL},
        {"", NULL},
        {"mt", NULL},
        {"throughput", NULL},
        {"sd", NULL},
        {"a_name_that_is_far_longer_than_any_that_could_be_meant_by_anybody_at_all", NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *meant = sim_did_you_mean(cases[i].text, names);

        cr_expect(meant ? cases[i].meant && strcmp(meant, cases[i].meant) == 0 : !cases[i].meant, "'%s' -> '%s'",
                  cases[i].text, meant ? meant : "nothing");
    }
}
