/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/scenario/test_scn_files.c - whole scenario files: what is wrong with the bad ones, word by word; what is read
 * from the good ones; and that the expanded text of a point says the same as the point.
 *
 * Beside each bad/NAME.yaml stands bad/NAME.err, all that the program says about it. Run from the top of the
 * repository, as the messages hold the paths of the files.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <criterion/criterion.h>

#include "sim/scenario/study.h"

static char *read_file(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *in = fopen(path, "rb"), *copy = open_memstream(&text, &size);
    int c;

    cr_assert(in, "cannot open %s", path);
    while ((c = fgetc(in)) != EOF)
        fputc(c, copy);
    fclose(in);
    fclose(copy);
    return text;
}

/* Load a file; all that is said about it as text for free(). */
static char *load(const char *path, const char *const *set, size_t n_set, struct scn_points *points, bool *fine)
{
    struct sim_diags diags;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    sim_diags_init(&diags);
    *fine = scn_load(path, set, n_set, points, &diags);
    cr_expect(*fine == (diags.errors == 0), "%s: the result agrees with the number of errors", path);
    sim_diags_print(&diags, out);
    fclose(out);
    sim_diags_fini(&diags);
    return text;
}

static int is_yaml(const struct dirent *e)
{
    const char *dot = strrchr(e->d_name, '.');

    return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".json") == 0);
}

Test(test_scn_files, bad_files_say_what_is_wrong)
{
    struct dirent **entry;
    const int n = scandir("tests/scenario/bad", &entry, is_yaml, alphasort);

    cr_assert(n >= 36, "only %d bad files; run from the top of the repository", n);
    for (int i = 0; i < n; i++) {
        char path[512], expected_path[512];
        struct scn_points points;
        bool fine;

        snprintf(path, sizeof(path), "tests/scenario/bad/%s", entry[i]->d_name);
        snprintf(expected_path, sizeof(expected_path), "%.*s.err", (int)(strlen(path) - strlen(".yaml")), path);
        char *expected = read_file(expected_path), *said = load(path, NULL, 0, &points, &fine);

        cr_expect_str_eq(said, expected, "%s says:\n%s\ninstead of:\n%s", path, said, expected);
        cr_expect(strlen(said) > 0, "%s is not bad", path);
        scn_points_fini(&points);
        free(expected);
        free(said);
        free(entry[i]);
    }
    free(entry);
}

/* The expanded text of every point of `path` is a scenario that expands to itself. */
static void check_reload(const char *path)
{
    static const char again[] = "/tmp/viosim-test-expanded.yaml";
    struct scn_points points, reloaded;
    bool fine;
    char name[64], *said = load(path, NULL, 0, &points, &fine);

    cr_expect_str_eq(said, "", "%s: %s", path, said);
    free(said);
    snprintf(name, sizeof(name), "%s.%d", again, (int)getpid());
    for (size_t i = 0; i < points.n; i++) {
        FILE *out = fopen(name, "w");

        cr_assert(out);
        fputs(points.study[i]->expanded, out);
        fclose(out);
        said = load(name, NULL, 0, &reloaded, &fine);
        cr_expect_str_eq(said, "", "%s, point %zu, expanded: %s", path, i, said);
        cr_assert(reloaded.n == 1);
        cr_expect_str_eq(reloaded.study[0]->expanded, points.study[i]->expanded, "%s, point %zu", path, i);
        free(said);
        scn_points_fini(&reloaded);
    }
    unlink(name);
    scn_points_fini(&points);
}

Test(test_scn_files, expanded_text_loads_again)
{
    check_reload("tests/scenario/good/everything.yaml");
    check_reload("tests/scenario/good/topology.json");
    check_reload("tests/scenario/good/bom_crlf.yaml");
    check_reload("tests/scenario/good/sweep.yaml");
    check_reload("scenarios/consolidation-2009.yaml");
}

static const struct scn_study *one(const char *path, const char *const *set, size_t n_set, struct scn_points *points)
{
    bool fine;
    char *said = load(path, set, n_set, points, &fine);

    cr_assert(fine, "%s: %s", path, said);
    cr_expect_str_eq(said, "");
    cr_assert(points->n == 1);
    free(said);
    return points->study[0];
}

static const struct scn_vm *vm_called(const struct scn_study *s, const char *name)
{
    for (size_t i = 0; i < s->vms; i++)
        if (strcmp(s->vm[i].name, name) == 0)
            return &s->vm[i];
    cr_assert_fail("no VM class %s", name);
    abort(); /* not reached; cr_assert_fail() is not declared so */
}

static const struct scn_workload *workload_called(const struct scn_vm *vm, const char *name)
{
    for (size_t i = 0; i < vm->workloads; i++)
        if (strcmp(vm->workload[i].name, name) == 0)
            return &vm->workload[i];
    cr_assert_fail("no workload %s", name);
    abort();
}

Test(test_scn_files, general_sections)
{
    struct scn_points points;
    const struct scn_study *s = one("tests/scenario/good/everything.yaml", NULL, 0, &points);

    cr_expect_str_eq(s->name, "everything");
    cr_expect_str_eq(s->title, "Trouble: 50% of \"all\" # not a comment");
    cr_expect(s->seed == 10, "010 is ten, not octal: %lu", (unsigned long)s->seed);
    cr_expect_str_eq(s->network[2].zone, "no", "no is text where text is asked for");
    cr_expect_str_eq(vm_called(s, "mail")->os, "12:30", "no sexagesimal number");
    cr_expect(s->replications.min == 3 && s->replications.max == 9 && s->replications.precision == 0.05);
    cr_expect(s->replications.confidence == 0.95 && s->time.warmup_ps == 100 * SIM_MS && s->time.measure_ps == SIM_S);
    cr_expect(s->classes == 3);
    cr_expect(s->class_[1].weight == 40 && s->class_[1].priority == 1 && s->class_[1].lossless,
              "what a mapping says itself counts more than what is merged");
    cr_expect(s->class_[2].weight == 15 && s->class_[2].priority == 2, "of merged mappings the first counts");
    cr_expect(s->peers == 3 && s->peer[1].ports == 2 && strcmp(s->peer[1].link->type, "10gbe") == 0);
    cr_expect_str_eq(s->peer[1].node->type, "client-cloud", "client_cloud means client-cloud");
    cr_expect(s->peer[2].storage && strcmp(s->peer[2].link->type, "fc-8g") == 0);
    cr_expect(s->designs == 1 && strcmp(s->design[0].name, "converged") == 0);
    cr_expect(s->design[0].software_switch && s->design[0].uplink[1].to_fc && !s->design[0].uplink[0].to_fc);
    cr_expect(s->design[0].connection[0].pfc && s->design[0].connection[0].fc && s->design[0].connection[0].ethernet);
    cr_expect(scn_catalogue_find(&s->catalogue, "srv")->price_usd == 9000, "overridden in YAML");
    cr_expect(scn_catalogue_find(&s->catalogue, "srv")->slots.lot[0].count == 4, "the rest of the row stays");
    cr_expect(s->catalogue.items == 10 && !scn_catalogue_find(&s->catalogue, "serv"));
    cr_expect(s->levels == 4 && s->level[0].limit == 2e9 && s->level[1].stat == SCN_STAT_P999);
    cr_expect_str_eq(s->level[1].name, "db/oltp response_time p99.9");
    cr_expect(s->level[3].at_least && s->level[3].limit == 1e6);
    scn_points_fini(&points);
}

Test(test_scn_files, workloads_and_their_ends)
{
    struct scn_points points;
    const struct scn_study *s = one("tests/scenario/good/everything.yaml", NULL, 0, &points);
    const struct scn_vm *mail = vm_called(s, "mail"), *db = vm_called(s, "db"), *web = vm_called(s, "web");
    const struct scn_workload *wl = workload_called(mail, "a");

    cr_expect(db->vcpus == 8 && db->compute == 0.3, "the including file changes one setting and leaves the others");
    cr_expect(mail->adapters == 3 && strcmp(mail->adapter[1].name, "nic1") == 0);
    cr_expect(strcmp(mail->adapter[2].name, "hba0") == 0 && mail->adapter[2].tc == 1, "vhbas are of class storage");
    cr_expect(mail->adapter[0].cap_bps == 100000000);
    cr_expect(wl->adapter == 0 && wl->peer == 1 && wl->tc == 2);
    cr_expect(workload_called(mail, "b")->share == 0.5 && workload_called(mail, "b")->peer == 0);
    cr_expect(workload_called(mail, "c")->peer == -1 && &s->vm[workload_called(mail, "c")->peer_vms] == web);
    cr_expect(((const struct vio_workload_common *)workload_called(mail, "e")->config)->connections == 4);
    cr_expect_str_eq(workload_called(mail, "f")->transport->type, "datagram");
    cr_expect_str_eq(workload_called(mail, "poisson")->transport->type, "tcp-newreno");
    cr_expect_not_null(workload_called(mail, "poisson-2"), "unnamed workloads of a kind are numbered");
    wl = workload_called(mail, "block");
    cr_expect(wl->adapter == 2 && wl->peer == 2 && strcmp(wl->transport->type, "fcp") == 0);
    cr_expect(workload_called(&s->servers[0].hypervisor, "move")->peer_vms == -2);
    wl = workload_called(&s->servers[0].hypervisor, "storm");
    cr_expect(((const struct vio_workload_common *)wl->config)->start_ps == 300 * SIM_MS);
    cr_expect(((const struct vio_workload_common *)wl->config)->stop_ps == 500 * SIM_MS, "at + for");
    wl = workload_called(db, "bulk");
    cr_expect(wl->share == 0.25 && ((const struct vio_workload_common *)wl->config)->stop_ps == 0);
    cr_expect(s->servers[0].places == 3 && s->servers[0].place[0].count == 2);
    scn_points_fini(&points);
}

/* The distribution of parameter `size` of a workload. */
static const struct sim_dist *size_of(const struct scn_workload *wl)
{
    const struct sim_param *row = sim_param_find(wl->type->params, "size");

    cr_assert(row && row->type == SIM_PARAM_DIST_SIZE);
    return (const struct sim_dist *)(const void *)((const char *)wl->config + row->offset);
}

Test(test_scn_files, distributions)
{
    struct scn_points points;
    const struct scn_vm *mail = vm_called(one("tests/scenario/good/everything.yaml", NULL, 0, &points), "mail");
    static const struct {
        const char *name;
        enum sim_dist_kind kind;
        double mean;
    } expected[] = {
        {"a", SIM_DIST_UNIFORM, 2560},
        {"b", SIM_DIST_PARETO, 8192},
        {"c", SIM_DIST_GAMMA, 8192},
        {"d", SIM_DIST_WEIBULL, 8192},
        {"e", SIM_DIST_DISCRETE, 0.1 * 512 + 0.9 * 4096},
        {"poisson", SIM_DIST_CONSTANT, 1024},
        /* 15 % uniform on 0..10 KB, 55 % on 10 KB..1 MB, 30 % on 1..30 MB: 0.15*5e3 + 0.55*505e3 + 0.3*15.5e6 */
        {"f", SIM_DIST_EMPIRICAL, 4928500}};

    for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
        const struct sim_dist *d = size_of(workload_called(mail, expected[i].name));

        cr_expect(d->kind == expected[i].kind, "%s: kind %d", expected[i].name, (int)d->kind);
        cr_expect_float_eq(sim_dist_mean(d), expected[i].mean, 1e-9 * expected[i].mean, "%s: mean %g", expected[i].name,
                           sim_dist_mean(d));
    }
    scn_points_fini(&points);
}

Test(test_scn_files, topology)
{
    struct scn_points points;
    const struct scn_topology *t = one("tests/scenario/good/topology.json", NULL, 0, &points)->topology;

    cr_assert(t && t->nodes == 5 && t->links == 4 && t->flows == 2);
    cr_expect(t->node[0].count == 4 && strcmp(t->node[1].node->type, "switch") == 0);
    cr_expect(t->link[0].egress.delay_ps == 5 * SIM_US && t->link[0].host_queue_pkts == 1000);
    cr_expect(t->link[0].egress.classes == 1 && t->link[0].egress.limit_pkts == 0);
    cr_expect(t->link[1].egress.delay_ps == -1 && t->link[1].egress.length_m == 30);
    cr_expect(t->link[1].egress.limit_pkts == 200 && t->link[1].egress.classes == 2, "several classes under drr");
    cr_expect(t->link[1].egress.cls[0].weight == 3 && t->link[1].egress.cls[0].lossless);
    cr_expect(t->link[2].egress.rate_bps == 500000000 && t->link[2].egress.limit_B == 300000);
    cr_expect(t->link[2].egress.flow_control == VIO_FLOW_PFC && t->link[2].egress.xoff_B == 40000);
    cr_expect(t->link[3].egress.credits == 4 && t->link[3].egress.flow_control == VIO_FLOW_BB_CREDIT);
    cr_expect(t->flow[0].pair == SCN_PAIR_DIV && t->flow[0].divisor == 2 && t->flow[0].workload.tc == 1);
    cr_expect(t->flow[0].start.kind == SIM_DIST_UNIFORM && t->flow[0].start.b == 1e9);
    cr_expect_str_eq(t->flow[1].workload.transport->type, "fcp");
    scn_points_fini(&points);
}

Test(test_scn_files, sweep_makes_points)
{
    struct scn_points points;
    bool fine;
    char *said = load("tests/scenario/good/sweep.yaml", NULL, 0, &points, &fine);

    cr_assert_str_eq(said, "");
    cr_assert(points.n == 12, "2 x 3 (zipped) x 2");
    for (size_t i = 0; i < points.n; i++) { /* the first factor varies slowest */
        const struct scn_study *s = points.study[i];

        cr_expect(s->servers[0].place[1].count == (i < 6 ? 4 : 8), "point %zu", i);
        cr_expect(s->servers[0].count == 2 + i / 2 % 3, "point %zu", i);
        cr_expect_str_eq(s->design[0].name, i % 2 ? "converged" : "shared");
        cr_assert(s->factors == 4);
        cr_expect_str_eq(s->factor[0].path, "servers.hosts.vms.web");
        cr_expect_str_eq(s->factor[3].value, i % 2 ? "[converged]" : "[shared]");
        cr_expect_null(strstr(s->expanded, "sweep:"), "a point is not swept again");
        for (size_t k = 0; k < i; k++)
            cr_expect(strcmp(s->expanded, points.study[k]->expanded) != 0, "points %zu and %zu differ", k, i);
    }
    free(said);
    scn_points_fini(&points);
}

Test(test_scn_files, settings_of_the_command_line)
{
    const char *const set[] = {"servers.hosts.count=7",
                               "vms.db.workloads.oltp.rate=10/s",
                               "vms.db.workloads.block.size={exponential: 4 KiB}",
                               "vms.web.workloads.0.name=page",
                               "cost.pue=1.25",
                               "time={warmup: 1 ms, measure: 2 ms}",
                               "catalogue.srv.price_usd=1",
                               "sweep.vms.web.vcpus=[2]",
                               "designs=[converged, shared]"};
    struct scn_points points;
    const struct scn_study *s = one("tests/scenario/lib/base.yaml", set, sizeof(set) / sizeof(*set), &points);

    cr_expect(s->servers[0].count == 7 && s->cost.pue == 1.25 && s->time.measure_ps == 2 * SIM_MS);
    cr_expect(size_of(workload_called(vm_called(s, "db"), "block"))->kind == SIM_DIST_EXPONENTIAL);
    cr_expect_not_null(workload_called(vm_called(s, "web"), "page"));
    cr_expect(scn_catalogue_find(&s->catalogue, "srv")->price_usd == 1);
    cr_expect(vm_called(s, "web")->vcpus == 2);
    cr_expect_str_eq(s->design[0].name, "converged");
    scn_points_fini(&points);
}

Test(test_scn_files, wrong_settings_of_the_command_line)
{
    static const struct {
        const char *set, *said;
    } cases[] = {
        {"servers.hosts.cuont=7",
         "--set: error: servers.hosts.cuont: no such setting; allowed here: count, vms, models, "
         "vnics, vhbas, workloads; did you mean 'count'?\n1 error, 0 warnings\n"},
        {"vms.bd.vcpus=2", "--set: error: no such setting: vms.bd.vcpus; 'vms' has no 'bd', it has db, web\n"
                           "1 error, 0 warnings\n"},
        {"vms.wbe.vcpus=2", "--set: error: no such setting: vms.wbe.vcpus; 'vms' has no 'wbe', it has db, web; did you "
                            "mean 'web'?\n1 error, 0 warnings\n"},
        {"servers.hosts.count", "--set: error: 'servers.hosts.count' is not a setting; write path=value, as in "
                                "servers.hosts.count=8\n1 error, 0 warnings\n"},
        {"servers.hosts.count=four", "--set: error: servers.hosts.count: 'four' is not a whole number; write it in "
                                     "digits, without a unit\n1 error, 0 warnings\n"},
        {"designs=[shared",
         "--set: error: this [ is not closed, or a comma is missing after one of its items; close it "
         "with ]\n1 error, 0 warnings\n"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct scn_points points;
        bool fine;
        char *said = load("tests/scenario/lib/base.yaml", &cases[i].set, 1, &points, &fine);

        cr_expect(!fine && points.n == 0);
        cr_expect_str_eq(said, cases[i].said, "--set %s says: %s", cases[i].set, said);
        free(said);
    }
}

Test(test_scn_files, file_that_is_not_there)
{
    struct scn_points points;
    bool fine;
    char *said = load("tests/scenario/nowhere.yaml", NULL, 0, &points, &fine);

    cr_expect(!fine);
    cr_expect_str_eq(said,
                     "tests/scenario/nowhere.yaml: error: cannot open 'tests/scenario/nowhere.yaml': No such file or "
                     "directory\n1 error, 0 warnings\n");
    free(said);
}

/* Every section and every parameter of every model stands in the manual and in the JSON Schema. */
Test(test_scn_files, manual_and_schema_are_complete)
{
    char *manual, *schema, key[128];
    size_t size;
    FILE *out = open_memstream(&manual, &size);

    scn_write_reference(out);
    fclose(out);
    out = open_memstream(&schema, &size);
    scn_write_json_schema(out);
    fclose(out);
    for (size_t i = 0; vio_workload_types[i]; i++)
        for (const struct sim_param *p = vio_workload_types[i]->params; p->name; p++) {
            snprintf(key, sizeof(key), "| `%s` | ", p->name);
            cr_expect(strstr(manual, key), "manual: %s of %s", p->name, vio_workload_types[i]->type);
            snprintf(key, sizeof(key), "\"%s\": {", p->name);
            cr_expect(strstr(schema, key), "schema: %s of %s", p->name, vio_workload_types[i]->type);
        }
    for (size_t i = 0; vio_link_types[i]; i++) {
        snprintf(key, sizeof(key), "| `%s` |", vio_link_types[i]->type);
        cr_expect(strstr(manual, key), "manual: %s", key);
    }
    static const char *const headings[] = {"### `vms.NAME`",       "### `io_designs.NAME.uplinks.NAME`",
                                           "### `levels[]`",       "### `topology.links[]`",
                                           "### `catalogue.ITEM`", "### `events[]`"};
    for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++)
        cr_expect(strstr(manual, headings[i]), "%s", headings[i]);
    free(manual);
    free(schema);
}
