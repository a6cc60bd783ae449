/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_plan_scale.c - a thousand servers: memory, and work in proportion to servers.
 *
 * No time is asserted, as machines differ. Twice the servers take twice the work where nothing is quadratic, and four
 * times where all of it is; 3 is between the two, on any machine. Each time is processor time, the least of three.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/cli/cli.h"
#include "sim/plan/cost.h"
#include "sim/plan/print.h"
#include "sim/plan/qos.h"

#ifdef __SANITIZE_ADDRESS__
enum { SCALE_MEMORY_KB = 800 * 1024 }; /* with the sanitizer's shadow and red zones */
#else
enum { SCALE_MEMORY_KB = 200 * 1024 };
#endif

/* Plan every design of a shipped scenario with so many servers, add up, judge and print it. Returns: processor seconds.
 */
static double planned_s(const char *scenario, uint32_t servers)
{
    struct scn_points points;
    struct sim_diags diags;
    FILE *null = fopen("/dev/null", "w");
    char count[64];
    const char *sets[] = {count};
    const clock_t from = clock();
    clock_t to;

    cr_assert(null);
    snprintf(count, sizeof count, "servers.hosts.count=%u", servers);
    sim_diags_init(&diags);
    cr_assert(scn_load(scenario, sets, 1, &points, &diags), "%s", scenario);
    for (size_t i = 0; i < points.study[0]->designs; i++) {
        struct plan *p = plan_create(points.study[0], &points.study[0]->design[i]);
        struct plan_cost cost;

        cr_assert(p->feasible, "%s", p->why);
        plan_cost(p, &cost);
        cr_expect_eq(cost.servers, servers);
        plan_qos_check(p, &diags);
        plan_print(p, null);
        plan_destroy(p);
    }
    to = clock();
    fclose(null);
    scn_points_fini(&points);
    sim_diags_fini(&diags);
    return (double)(to - from) / CLOCKS_PER_SEC;
}

static double least_s(const char *scenario, uint32_t servers)
{
    double least = INFINITY;

    for (int i = 0; i < 3; i++)
        least = fmin(least, planned_s(scenario, servers));
    return least;
}

static void scales(const char *scenario)
{
    const double once_s = least_s(scenario, 1000), twice_s = least_s(scenario, 2000);

    cr_expect_lt(twice_s / once_s, 3.5, "%s: %.3f s for 1,000 servers, %.3f s for 2,000", scenario, once_s, twice_s);
}

Test(test_plan_scale, work_grows_with_servers)
{
    scales("scenarios/consolidation-2009.yaml");
    scales("scenarios/consolidation-2025.yaml");
}

/* The command, in a process of its own: else the largest resident memory is that of all before it. */
static void fits(const char *scenario)
{
    char program[] = "viosim", command[] = "cost", file[64], option[] = "--set", count[] = "servers.hosts.count=1000";
    char *argv[] = {program, command, file, option, count, NULL};
    struct rusage used;
    int status;

    snprintf(file, sizeof file, "%s", scenario);
    const pid_t child = fork();

    cr_assert_geq(child, 0);
    if (child == 0)
        _exit(freopen("/dev/null", "w", stdout) ? cli_main(5, argv) : 1);
    cr_assert_eq(wait4(child, &status, 0, &used), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cr_expect_lt(used.ru_maxrss, SCALE_MEMORY_KB, "%s: %ld KB", scenario, used.ru_maxrss);
}

Test(test_plan_scale, a_thousand_servers_fit_into_200_MB)
{
    fits("scenarios/consolidation-2009.yaml");
    fits("scenarios/consolidation-2025.yaml");
}
