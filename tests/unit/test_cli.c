/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_cli.c - the program as a planner meets it: exit statuses, messages, and what is left on the disk.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/node.h"
#include "sim/cli/cli.h"
#include "sim/study/store.h"

#define FLAGSHIP "scenarios/consolidation-2009.yaml"
#define SLOTS    "scenarios/claims/h05-slots.yaml --designs quad"

enum { CLI_ARGUMENTS = 24 };

struct outcome {
    int status;       /* exit status, or 1000 + signal */
    char out[262144]; /* stdout and stderr together */
};

/* Start `viosim WORDS...` in a process of its own, output into `log`. */
static pid_t cli_spawn(const char *words, const char *log)
{
    const pid_t pid = fork();

    if (pid == 0) {
        char *copy = strdup(words), *argv[CLI_ARGUMENTS + 2] = {(char[]){"viosim"}};
        int argc = 1;

        for (char *word = strtok(copy, " "); word && argc < CLI_ARGUMENTS; word = strtok(NULL, " "))
            argv[argc++] = word;
        if (!freopen(log, "w", stdout) || dup2(fileno(stdout), STDERR_FILENO) < 0)
            _exit(99);
        exit(cli_main(argc, argv));
    }
    return pid;
}

static void cli_finish(pid_t pid, const char *log, struct outcome *o)
{
    int status;
    FILE *file;
    size_t n;

    cr_assert_eq(waitpid(pid, &status, 0), pid);
    o->status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    cr_assert_not_null(file = fopen(log, "r"));
    n = fread(o->out, 1, sizeof(o->out) - 1, file);
    o->out[n] = '\0';
    fclose(file);
    unlink(log);
}

static void cli_call(const char *words, struct outcome *o)
{
    char log[] = "/tmp/viosim-test-XXXXXX";

    close(mkstemp(log));
    cli_finish(cli_spawn(words, log), log, o);
}

static void cli_expect(const char *words, int status, const char *text)
{
    static struct outcome o;

    cli_call(words, &o);
    cr_assert_eq(o.status, status, "viosim %s: status %d, wanted %d\n%s", words, o.status, status, o.out);
    cr_assert(strstr(o.out, text), "viosim %s does not say '%s':\n%s", words, text, o.out);
}

Test(test_cli, help_and_usage)
{
    const struct {
        const char *words;
        int status;
        const char *text;
    } row[] = {
        {"", 2, "Usage: viosim COMMAND"},
        {"--help", 0, "Examples:"},
        {"--version", 0, "viosim " VIOSIM_VERSION},
        {"reprot", 2, "did you mean 'report'?"},
        {"run", 2, "which scenario?"},
        {"run a.yaml b.yaml", 2, "'b.yaml' is a second"},
        {"run a.yaml -j 0", 2, "-j 0: a whole number from 1 to 1024 is wanted"},
        {"run a.yaml -j two", 2, "a whole number"},
        {"run a.yaml --replications 0", 2, "--replications 0: a whole number"},
        {"run a.yaml --set x", 2, "PATH=VALUE is wanted"},
        {"run a.yaml --frobnicate", 2, "--frobnicate"},
        {"run /nonexistent.yaml -o /tmp/viosim-test-never.db", 2, "/nonexistent.yaml"},
        {"run " FLAGSHIP " --designs nosuch -o /tmp/viosim-test-never.db", 2, "no design 'nosuch'; it has shared"},
        {"run " FLAGSHIP " -o /nonexistent/x.db", 1, "/nonexistent/x.db: cannot open"},
        {"check " FLAGSHIP " --set servers.hosts.count=none -q", 2, "error"},
        {"list frobs", 2, "no kind 'frobs'"},
        {"status /nonexistent.db", 1, "cannot open"},
        {"report /nonexistent.db -o /tmp/viosim-test-never", 1, "/nonexistent.db"},
        {"verify " FLAGSHIP, 1, "not an SQLite database"},
        {"export /nonexistent.db", 1, "cannot open"},
    };

    for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
        cli_expect(row[i].words, row[i].status, row[i].text);
    cr_assert_neq(access("/tmp/viosim-test-never.db", F_OK), 0, "bad input left a database behind");
    cr_assert_neq(access("/tmp/viosim-test-never", F_OK), 0, "bad input left a directory behind");
}

Test(test_cli, every_command_explains_itself)
{
    static const char *const command[] = {"run",    "report", "check",  "cost",     "list",
                                          "status", "verify", "export", "reference"};

    for (size_t i = 0; i < sizeof(command) / sizeof(*command); i++) {
        char words[64];

        snprintf(words, sizeof(words), "%s --help", command[i]);
        cli_expect(words, 0, "Example");
        cli_expect("--help", 0, command[i]);
    }
}

/* Every model is listed, within 80 columns, and every parameter says what it means and where its default is from. */
Test(test_cli, list_is_complete)
{
    static struct outcome o;

    cli_call("list", &o);
    cr_assert_eq(o.status, 0);
    for (const struct vio_link_type *const *t = vio_link_types; *t; t++)
        cr_assert(strstr(o.out, (*t)->type) && (*t)->source, "%s", (*t)->type);
    for (const struct vio_sched_type *const *t = vio_sched_types; *t; t++)
        cr_assert(strstr(o.out, (*t)->type) && (*t)->source, "%s", (*t)->type);
    for (const struct vio_transport_type *const *t = vio_transport_types; *t; t++)
        cr_assert(strstr(o.out, (*t)->type) && (*t)->source, "%s", (*t)->type);
    for (const struct vio_workload_type *const *t = vio_workload_types; *t; t++)
        cr_assert(strstr(o.out, (*t)->type) && (*t)->source, "%s", (*t)->type);
    for (const struct vio_node_type *const *t = vio_node_types; *t; t++)
        cr_assert(strstr(o.out, (*t)->type) && (*t)->source, "%s", (*t)->type);
    for (char *line = strtok(o.out, "\n"); line; line = strtok(NULL, "\n"))
        cr_assert_leq(strlen(line), 80, "%s", line);
    cli_expect("list designs " FLAGSHIP, 0, "converged-ib");
}

static void cli_expect_sources(const char *type, const struct sim_param *table)
{
    for (const struct sim_param *p = table; p && p->name; p++)
        cr_assert(p->doc && *p->doc && p->source && *p->source, "%s: parameter %s has no meaning or no source", type,
                  p->name);
}

Test(test_cli, every_parameter_of_a_model_has_meaning_and_source)
{
    for (const struct vio_transport_type *const *t = vio_transport_types; *t; t++)
        cli_expect_sources((*t)->type, (*t)->params);
    for (const struct vio_workload_type *const *t = vio_workload_types; *t; t++)
        cli_expect_sources((*t)->type, (*t)->params);
    for (const struct vio_node_type *const *t = vio_node_types; *t; t++)
        cli_expect_sources((*t)->type, (*t)->params);
}

/* Kill -9 one worker of a `viosim run` under way. Returns: whether one was found. */
static bool cli_kill_worker(pid_t parent)
{
    char path[64], children[256] = "";

    for (int tries = 0; tries < 2000; tries++) {
        FILE *file;

        snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)parent, (int)parent);
        file = fopen(path, "r");
        if (file && fgets(children, sizeof(children), file) && atoi(children) > 0) {
            fclose(file);
            return kill(atoi(children), SIGKILL) == 0;
        }
        if (file)
            fclose(file);
        usleep(1000);
    }
    return false;
}

/* In the flagship host.clock has its default value, block.read has it in one class of three, array.disks has not. */
static void cli_expect_parameters(const char *db)
{
    struct study_store store;
    sqlite3_stmt *st;

    cr_assert(study_store_open(&store, db, STUDY_READ, 0), "%s", store.why);
    st = study_store_prepare(&store, "SELECT value, source FROM parameter WHERE path = 'host.clock'");
    cr_assert_eq(sqlite3_step(st), SQLITE_ROW);
    cr_assert_str_eq((const char *)sqlite3_column_text(st, 0), "2.9 GHz");
    cr_assert(strstr((const char *)sqlite3_column_text(st, 1), "A-020"));
    sqlite3_finalize(st);
    st = study_store_prepare(&store, "SELECT count(*) FROM parameter WHERE path IN ('block.read', 'array.disks')");
    cr_assert_eq(sqlite3_step(st), SQLITE_ROW);
    cr_assert_eq(sqlite3_column_int(st, 0), 1, "block.read has its default in one class, array.disks is set");
    sqlite3_finalize(st);
    study_store_close(&store);
}

/* The whole way on real models, shortened: a worker is killed, the command says so and ends with 3, the same command
 * repeats that run only, the runs verify, and everything can be exported and reported on. */
Test(test_cli, a_killed_worker_costs_one_run, .timeout = 240)
{
    static struct outcome o;
    char db[] = "/tmp/viosim-test-XXXXXX", log[] = "/tmp/viosim-test-XXXXXX", words[512];
    pid_t pid;

    close(mkstemp(db));
    close(mkstemp(log));
    snprintf(words, sizeof(words),
             "run " FLAGSHIP " -o %s -j 2 --designs shared,converged-ib --replications 2"
             " --set time.warmup=5ms --set time.measure=40ms",
             db);
    pid = cli_spawn(words, log);
    cr_assert(cli_kill_worker(pid), "no worker was seen");
    cli_finish(pid, log, &o);
    cr_assert_eq(o.status, 3, "%d\n%s", o.status, o.out);
    cr_assert(strstr(o.out, "1 failed"), "%s", o.out);
    cr_assert(strstr(o.out, "killed by signal 9"), "%s", o.out);
    cr_assert(strstr(o.out, "viosim run " FLAGSHIP), "no word on how to repeat it:\n%s", o.out);

    char more[600];

    snprintf(more, sizeof(more), "status %s", db);
    cli_expect(more, 3, "1 runs are missing or failed");
    cli_expect(words, 0, "1 run in");
    cli_expect(words, 0, "0 runs in");
    cli_expect(more, 0, "complete");
    snprintf(more, sizeof(more), "verify %s --run 10001", db);
    cli_expect(more, 0, ": same\n");
    snprintf(more, sizeof(more), "export %s", db);
    cli_expect(more, 0, "study,design,factors,entity,kind,metric,unit,n,mean");
    snprintf(more, sizeof(more), "export %s --view v_nothing", db);
    cli_expect(more, 2, "no view 'v_nothing'");
    cli_expect_parameters(db);
    snprintf(more, sizeof(more), "run " FLAGSHIP " -o %s --set seed=1", db);
    cli_expect(more, 1, "another scenario");
    unlink(db);
}

/* Run a reference scenario with one expectation set to `value`, and judge it: the exit status and what is said. Power:
 * a class A number that is 2 % off is refused, in either direction, and the same runs then meet the right one again. */
static void cli_judge(const char *db, const char *page, const char *value, int status, const char *text)
{
    char words[512];

    snprintf(words, sizeof(words), "run scenarios/reference/udp-line-rate.yaml -q -o %s --set expect.0.value=%s", db,
             value);
    cli_expect(words, 0, "");
    snprintf(words, sizeof(words), "validate %s -o %s", db, page);
    cli_expect(words, status, text);
}

/* 1472 of 1538 B of 10 Gb/s are 9.5709 Gb/s. */
Test(test_cli, a_wrong_expectation_fails)
{
    char db[] = "/tmp/viosim-test-XXXXXX", page[] = "/tmp/viosim-test-XXXXXX", words[512];

    close(mkstemp(db));
    close(mkstemp(page));
    cli_judge(db, page, "9.571Gbps", 0, "1 points of 1 scenarios: 1 met, 0 not");
    cli_judge(db, page, "9.762Gbps", 3,
              "udp-line-rate: 1472 of 1538 B: `goodput` of `stream`: expected 9.762 Gb/s to 1 %");
    cli_judge(db, page, "9.380Gbps", 3, ": missed");
    cli_judge(db, page, "9.600Gbps", 0, "0 not");
    snprintf(words, sizeof(words), "run scenarios/reference/udp-line-rate.yaml -q -o %s --set expect.0.entity=x", db);
    cli_expect(words, 2, "vms is given too");
    snprintf(words, sizeof(words), "validate %s -o /nowhere/page.md", db);
    cli_expect(words, 1, "cannot write /nowhere/page.md");
    snprintf(words, sizeof(words), "validate %s -o %s", page, page);
    cli_expect(words, 1, "is not a results database");
    cli_expect("validate", 2, "which databases?");
    unlink(db);
    unlink(page);
}

/* An interval wider than the tolerance decides nothing, and that is not passed either. */
Test(test_cli, too_few_runs_do_not_pass)
{
    char db[] = "/tmp/viosim-test-XXXXXX", words[512];

    close(mkstemp(db));
    snprintf(words, sizeof(words), "run scenarios/reference/md1.yaml -q -o %s --replications 3", db);
    cli_expect(words, 0, "");
    snprintf(words, sizeof(words), "validate %s -o /dev/null", db);
    cli_expect(words, 3, "undecided");
    unlink(db);
}

/* `viosim cost`: numbers added up in tests/unit/test_cost.c; here that they are printed, on a screen of 80 columns. */
Test(test_cli, cost_is_printed_side_by_side)
{
    static struct outcome o;
    size_t widest = 0;

    cli_call("cost " FLAGSHIP, &o);
    cr_assert_eq(o.status, 0, "%s", o.out);
    for (const char *line = o.out; *line; line += strcspn(line, "\n") + 1)
        widest = strcspn(line, "\n") > widest ? strcspn(line, "\n") : widest;
    cr_expect(widest <= 80, "%zu columns", widest);
    cr_expect(strstr(o.out, "bill of materials"), "%s", o.out);
    cr_expect(strstr(o.out, "srv-1u                  5000            -            -           16           16\n"), "%s",
              o.out);
    cli_expect("cost " FLAGSHIP " --designs shared --set servers.hosts.count=1000", 0, "1000");
    cli_expect("cost " FLAGSHIP " --designs none", 2, "no design 'none'");
    cli_expect("cost scenarios/reference/mm1.yaml", 2, "hand-written topology");
}

/* What is known of a database with sqlite3: one number. */
static double cli_ask(const char *db, const char *sql)
{
    sqlite3 *file = NULL;
    sqlite3_stmt *s = NULL;
    double value;

    cr_assert_eq(sqlite3_open_v2(db, &file, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(file, sql, -1, &s, NULL), SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(file));
    cr_assert_eq(sqlite3_step(s), SQLITE_ROW, "%s: no row", sql);
    value = sqlite3_column_double(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(file);
    return value;
}

/* What a scenario expects of its plans is judged at the end: met as it is; without result where a 4U server with one
 * slot does not do; missed where cards of eight ports keep 16 connections in 2U; and nothing where nothing is expected.
 */
Test(test_cli, cost_judges_what_is_expected)
{
    struct outcome o;

    cli_call("cost " SLOTS, &o);
    cr_expect_eq(o.status, 0);
    cr_expect_not_null(strstr(o.out, "\nexpected of these plans\n  met       quad, "), "%s", o.out);
    cr_expect_not_null(strstr(o.out, "14 connections fit in 2U: `srv-4u` of `bill` is 0, expected 0, exactly"));
    cr_expect_null(strstr(o.out, "  missed  "));
    cr_expect_null(strstr(o.out, "  no result"));
    cli_expect("cost " SLOTS " --set catalogue.srv-4u.slots=pcie-gen1-x8", 0, "\n  no result quad, ");
    cli_expect("cost " SLOTS " --set catalogue.nic-4x1gbe.ports=8", 0, "\n  missed    quad, ");
    cli_call("cost " FLAGSHIP " --designs shared", &o);
    cr_expect_null(strstr(o.out, "expected of"));
}

/* What a scenario expects of its runs is judged when they are done: the goodput of UDP on 10GbE, met; on a
 * faster link it is another, and missed. */
Test(test_cli, run_judges_what_is_expected)
{
    char dir[] = "/tmp/viosim-run-XXXXXX", words[256];
    static struct outcome o;

    cr_assert_not_null(mkdtemp(dir));
    snprintf(words, sizeof words, "run scenarios/reference/udp-line-rate.yaml -o %s/a.db", dir);
    cli_call(words, &o);
    cr_expect_eq(o.status, 0);
    cr_expect_not_null(strstr(o.out, "\nexpected of these runs\n  met       1472 of 1538 B: "), "%s", o.out);
    cr_expect_not_null(strstr(o.out, "\nverdict: 1 of 1 met\n"), "%s", o.out);
    snprintf(words, sizeof words,
             "run scenarios/reference/udp-line-rate.yaml -o %s/b.db --set topology.links.0.type=25gbe", dir);
    cli_expect(words, 0, "\nverdict: 0 of 1 met\n");
    snprintf(words, sizeof words, "rm -r %s", dir);
    cr_assert_eq(system(words), 0);
}

/* The money that `viosim cost` prints is in the database: years that end at the total, samples that add up, a growth of
 * 20 % from 16 servers (192 VMs want 20); and a later command for one design takes nothing away. In the report's
 * table of uncertainty no design meets the levels, because one short run decides none. */
Test(test_cli, money_is_stored_and_reported)
{
    char dir[] = "/tmp/viosim-money-XXXXXX", db[64], words[512];
    static struct outcome o;

    cr_assert_not_null(mkdtemp(dir));
    snprintf(db, sizeof db, "%s/m.db", dir);
    for (int again = 0; again < 2; again++) {
        snprintf(words, sizeof words,
                 "run " FLAGSHIP " -o %s --replications 1 --set time.measure=1ms --set time.warmup=1ms --set "
                 "growth.rate=20%% %s",
                 db, again ? "--designs shared" : "");
        cli_call(words, &o);
        cr_assert_eq(o.status, 0, "%s", o.out);
        cr_expect_eq(cli_ask(db, "SELECT count(*) FROM v_cost_year WHERE year = 3"), 4);
        cr_expect_float_eq(cli_ask(db,
                                   "SELECT max(abs(y.total_usd - c.value)) FROM cost_year AS y JOIN cost AS c USING "
                                   "(point_id) WHERE y.year = 3 AND c.name = 'total_usd'"),
                           0, 1e-6);
        cr_expect_eq(cli_ask(db, "SELECT servers FROM v_growth WHERE design = 'shared' AND year = 1"), 20);
        cr_expect_eq(cli_ask(db, "SELECT sum(samples) FROM ranking WHERE place = 1"), 10000);
        cr_expect_float_eq(cli_ask(db, "SELECT sum(cheapest) FROM v_risk"), 1, 1e-9);
        cr_expect_eq(cli_ask(db, "SELECT count(*) FROM v_tornado"),
                     cli_ask(db, "SELECT count(DISTINCT name) FROM v_tornado"));
        cr_expect_eq(cli_ask(db, "SELECT count(*) FROM v_curve WHERE what = 'servers'"), 480);
        cr_expect_eq(cli_ask(db, "SELECT count(*) FROM v_breakeven WHERE design_from = ''"), 0);
    }
    snprintf(words, sizeof words, "report %s -o %s/report", db, dir);
    cli_call(words, &o);
    cr_assert_eq(o.status, 0, "%s", o.out);
    snprintf(words, sizeof words,
             "cd %s/report && grep -q 'under uncertainty' index.html && test -s plots/tornado.svg && test -s "
             "plots/break-even-1.svg && test -s cost-years.csv && test -s growth.csv; r=$?; rm -rf %s; exit $r",
             dir, dir);
    cr_expect_eq(system(words), 0);
}
