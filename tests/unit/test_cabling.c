/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_cabling.c - the cabling schedule and the simulated topology are the same graph.
 *
 * One side is the file that an installer gets, cables.csv, written from the plan by way of the database. The other is
 * the world that is simulated, built from the plan by plan_build(). Every cable of the file has to be two egresses of
 * the world, one each way, each the other's reverse, with its technology, rate and length; every egress that is a wire
 * has to be one direction of one cable. That egresses are joined as the file says is seen from the paths of the flows:
 * where a packet leaves one cable for the next, the first ends at the device where the second begins.
 */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <glob.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "analysis/report.h"
#include "models/egress_private.h"
#include "models/transport.h"
#include "sim/cli/cli.h"
#include "sim/kernel/csv.h"
#include "sim/plan/ports.h"
#include "sim/plan/schedule.h"
#include "sim/study/point.h"
#include "sim/study/store.h"
#include "tests/unit/plan_study.h"

enum { LABEL, ROLE, FROM, FROM_PORT, TO = 6, TO_PORT, LINK = 10, RATE, LENGTH, COLUMNS = 16 };

struct row { /* of cables.csv */
    char *field[COLUMNS];
    const struct vio_egress *way[2]; /* found in the world: from-to, to-from */
};

struct schedule {
    struct row *row;
    size_t n, capacity;
};

static bool schedule_row(const struct sim_csv_row *r, void *arg)
{
    struct schedule *s = arg;

    cr_assert_eq(r->n, COLUMNS);
    s->row = sim_grow(s->row, &s->capacity, s->n + 1, sizeof *s->row);
    s->row[s->n] = (struct row){0};
    for (size_t i = 0; i < COLUMNS; i++)
        s->row[s->n].field[i] = strdup(r->field[i]);
    s->n++;
    return true;
}

static int by_label(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->field[LABEL], ((const struct row *)b)->field[LABEL]);
}

/* The file without its heading, by label: no label comes twice. */
static void schedule_read(struct schedule *s, const char *file)
{
    struct sim_diags diags;

    *s = (struct schedule){0};
    sim_diags_init(&diags);
    cr_assert(sim_csv_read(file, schedule_row, s, &diags), "%s", file);
    sim_diags_fini(&diags);
    cr_assert_gt(s->n, 0);
    cr_assert_str_eq(s->row[0].field[LABEL], "label");
    cr_assert_str_eq(s->row[0].field[LENGTH], "length_m");
    for (size_t i = 0; i < COLUMNS; i++)
        free(s->row[0].field[i]);
    s->row[0] = s->row[--s->n];
    qsort(s->row, s->n, sizeof *s->row, by_label);
    for (size_t i = 1; i < s->n; i++)
        cr_assert_neq(by_label(&s->row[i - 1], &s->row[i]), 0, "%s twice in %s", s->row[i].field[LABEL], file);
}

static void schedule_fini(struct schedule *s)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t c = 0; c < COLUMNS; c++)
            free(s->row[i].field[c]);
    free(s->row);
}

/* Which cable an egress is, by what it is called: "DEVICE/PORT>DEVICE" away from the servers, "DEVICE/PORT>LABEL"
 * towards them; a label is the device and port nearer the servers. */
static struct row *schedule_find(const struct schedule *s, const struct vio_egress *e, int *way)
{
    const char *path = vio_egress_path(e), *arrow = strchr(path, '>');
    char label[256];
    struct row key = {.field = {label}}, *r;

    if (!arrow)
        return NULL;
    for (*way = 0; *way < 2; ++*way) {
        if (*way)
            snprintf(label, sizeof label, "%s", arrow + 1);
        else
            snprintf(label, sizeof label, "%.*s", (int)(arrow - path), path);
        r = bsearch(&key, s->row, s->n, sizeof *s->row, by_label);
        if (r && (*way ? strncmp(path, r->field[TO], strlen(r->field[TO])) == 0 &&
                             strncmp(path + strlen(r->field[TO]) + 1, r->field[TO_PORT], strlen(r->field[TO_PORT])) == 0
                       : strcmp(arrow + 1, r->field[TO]) == 0))
            return r;
    }
    return NULL;
}

static bool is_wire(const struct vio_egress *e)
{
    switch (vio_egress_get_config(e)->resource) {
    case VIO_RESOURCE_CAP:
    case VIO_RESOURCE_CPU:
    case VIO_RESOURCE_PCIE:
        return false;
    default:
        return true;
    }
}

static bool same(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fabs(b);
}

/* Faults of one egress against its row. */
static uint32_t egress_faults(const struct vio_egress *e, struct row *r, int way)
{
    const struct vio_egress_config *c = vio_egress_get_config(e);
    const uint64_t rate_bps = c->rate_bps ? c->rate_bps : c->link->rate_bps;
    uint32_t faults = r->way[way] != NULL;

    r->way[way] = e;
    faults += strcmp(c->link->type, r->field[LINK]) != 0;
    faults += !same((double)rate_bps, atof(r->field[RATE]));
    faults += !same(c->length_m, atof(r->field[LENGTH]));
    if (c->delay_ps < 0) /* what a bit takes is the length's doing, and the node's behind */
        faults += llabs(vio_egress_delay_ps(e) - c->latency_ps -
                        (int64_t)llround(c->length_m * (double)c->link->ps_per_m)) > 1;
    return faults;
}

/* Device at the end (or beginning) of a direction of a cable. */
static const char *end_of(const struct row *r, int way, bool beginning)
{
    return r->field[(way == 0) == beginning ? FROM : TO];
}

static uint32_t path_faults(const struct schedule *s, const struct vio_path *path)
{
    const char *at = NULL;
    uint32_t faults = 0;

    for (uint32_t i = 0; i < path->n; i++) {
        int way;
        const struct row *r = is_wire(path->hop[i]) ? schedule_find(s, path->hop[i], &way) : NULL;

        if (!is_wire(path->hop[i]))
            continue;
        faults += !r || (at && strcmp(at, end_of(r, way, true)) != 0);
        at = r ? end_of(r, way, false) : NULL;
    }
    return faults;
}

/* Faults between the file and the world without the egress `skip` (NULL: the whole world). */
static uint32_t graph_faults(struct schedule *s, const struct vio_world *w, const struct vio_egress *skip)
{
    uint32_t faults = 0;

    for (size_t i = 0; i < s->n; i++)
        s->row[i].way[0] = s->row[i].way[1] = NULL;
    for (const struct vio_egress *e = w->egresses; e; e = vio_egress_next(e)) {
        int way;
        struct row *r = is_wire(e) && e != skip ? schedule_find(s, e, &way) : NULL;

        if (!is_wire(e) || e == skip)
            continue;
        faults += r ? egress_faults(e, r, way) : 1;
    }
    for (size_t i = 0; i < s->n; i++)
        faults += !s->row[i].way[0] || !s->row[i].way[1] || s->row[i].way[0]->reverse != s->row[i].way[1] ||
                  s->row[i].way[1]->reverse != s->row[i].way[0];
    for (const struct vio_flow *f = w->flows; f; f = f->next)
        faults += path_faults(s, f->there) + (f->back ? path_faults(s, f->back) : 0);
    return faults;
}

static const struct vio_egress *some_wire(const struct vio_world *w, uint32_t nth)
{
    for (const struct vio_egress *e = w->egresses; e; e = vio_egress_next(e))
        if (is_wire(e) && nth-- == 0)
            return e;
    return w->egresses;
}

/* Power: one cable less in the file, one egress less in the world, 2 % of rate or length, a cable moved to another
 * device: each has to be seen. */
static void check_power(struct schedule *s, const struct vio_world *w)
{
    static const int columns[] = {RATE, LENGTH};
    const size_t victim = s->n / 2;
    struct row moved = s->row[victim];
    char text[64], *kept;

    s->row[victim] = s->row[s->n - 1];
    s->n--;
    qsort(s->row, s->n, sizeof *s->row, by_label);
    cr_expect_gt(graph_faults(s, w, NULL), 0, "a cable dropped from the schedule");
    s->row[s->n++] = moved;
    qsort(s->row, s->n, sizeof *s->row, by_label);
    cr_expect_gt(graph_faults(s, w, some_wire(w, (uint32_t)s->n / 2)), 0, "a link dropped from the world");
    for (size_t i = 0; i < 2; i++) {
        struct row *r = &s->row[victim];

        kept = r->field[columns[i]];
        snprintf(text, sizeof text, "%.17g", atof(kept) * 1.02 + (atof(kept) == 0));
        r->field[columns[i]] = text;
        cr_expect_gt(graph_faults(s, w, NULL), 0, "column %d", columns[i]);
        r->field[columns[i]] = kept;
    }
    kept = s->row[victim].field[TO];
    s->row[victim].field[TO] = strcpy(text, "elsewhere");
    cr_expect_gt(graph_faults(s, w, NULL), 0, "a cable moved");
    s->row[victim].field[TO] = kept;
    cr_expect_eq(graph_faults(s, w, NULL), 0);
}

/* Racks hold what stands in them, within their limits. */
static void check_racks(struct study_store *store, const struct study_point *point)
{
    sqlite3_stmt *st = study_store_prepare(
        store, "SELECT units_used, units, watts, power_w FROM v_rack WHERE point_id = ?1 ORDER BY rack_id");

    sqlite3_bind_int64(st, 1, point->id);
    for (size_t i = 0; i < point->plan->racks; i++) {
        cr_assert_eq(sqlite3_step(st), SQLITE_ROW);
        cr_expect_float_eq(sqlite3_column_double(st, 0), point->plan->rack[i].units_used, 1e-6);
        cr_expect_float_eq(sqlite3_column_double(st, 2), point->plan->rack[i].watts, 1e-6, "%s rack %zu: %g, %g",
                           point->design->name, i, sqlite3_column_double(st, 2), point->plan->rack[i].watts);
        cr_expect_leq(sqlite3_column_double(st, 0), sqlite3_column_double(st, 1));
        cr_expect_leq(sqlite3_column_double(st, 2), sqlite3_column_double(st, 3));
    }
    cr_expect_eq(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
}

/* What is bought to be patched is what is patched: cables by item, and optics at both ends of uplinks. */
static void check_bill(const struct plan *p)
{
    for (size_t i = 0; i < p->bom_rows; i++) {
        const struct plan_bom_row *row = &p->bom[i];
        uint32_t patched = 0;

        if (strcmp(row->component, "cable") != 0 && strcmp(row->component, "optic") != 0)
            continue;
        for (size_t k = 0; k < p->cables; k++) {
            const struct plan_cable *c = &p->cable[k];
            const bool optics = c->uplink && p->node[c->b].tier == PLAN_CORE && c->uplink->optic;

            patched += c->item == row->item;
            for (uint32_t w = 0; c->item && w < c->item->with.n; w++)
                patched += strcmp(c->item->with.lot[w].what, row->item->item) == 0 ? c->item->with.lot[w].count : 0;
            patched += optics && strcmp(c->uplink->optic, row->item->item) == 0 ? 2 : 0;
        }
        cr_expect_eq(row->quantity, patched, "%s: %u %s bought, %u patched", p->design->name, row->quantity,
                     row->item->item, patched);
    }
}

static void check_point(const struct study_points *points, const struct study_point *p, const char *dir,
                        uint32_t *cables)
{
    char file[512], number[24] = "";
    struct schedule s;
    struct vio_world *w = plan_build(p->plan, 1, 0);

    if (points->groups > 1)
        snprintf(number, sizeof number, "-%lld", (long long)p->id);
    snprintf(file, sizeof file, "%s/%s%s/cables.csv", dir, p->design ? p->design->name : "topology", number);
    schedule_read(&s, file);
    cr_expect_eq(graph_faults(&s, w, NULL), 0, "%s of %s: %u faults", p->design ? p->design->name : "topology",
                 p->study->file, graph_faults(&s, w, NULL));
    if (p->id == 1 || (points->groups == 1 && p->design))
        check_power(&s, w);
    *cables += (uint32_t)s.n;
    schedule_fini(&s);
    vio_world_destroy(w);
}

struct planned { /* a scenario, planned and entered into a database in memory; a directory for its files */
    char dir[64];
    struct scn_points scenarios;
    struct study_points points;
    struct study_store store;
    FILE *messages;
};

static void planned_init(struct planned *f, const char *scenario)
{
    struct sim_diags diags;
    char why[512];

    strcpy(f->dir, "/tmp/viosim-cabling-XXXXXX");
    cr_assert_not_null(mkdtemp(f->dir));
    sim_diags_init(&diags);
    cr_assert(scn_load(scenario, NULL, 0, &f->scenarios, &diags), "%s", scenario);
    cr_assert(study_points_init(&f->points, &f->scenarios, NULL, why, sizeof why), "%s", why);
    cr_assert(cli_enter(&f->store, ":memory:", &f->points, &diags, "test"), "%s", f->store.why);
    sim_diags_fini(&diags);
    f->messages = fopen("/dev/null", "w");
}

static void planned_fini(struct planned *f)
{
    char command[128];

    fclose(f->messages);
    study_store_close(&f->store);
    study_points_fini(&f->points);
    scn_points_fini(&f->scenarios);
    snprintf(command, sizeof command, "/bin/rm -r '%s'", f->dir);
    cr_assert_eq(system(command), 0);
}

/* Of a large sweep, its first and its last combination. */
static bool check_wanted(const struct study_points *points, const struct study_point *p)
{
    return p->plan->feasible && (points->n <= 40 || p->group == 0 || p->group + 1 == points->groups);
}

static uint32_t check_scenario(const char *scenario)
{
    struct planned f;
    uint32_t cables = 0;

    planned_init(&f, scenario);
    cr_assert_eq(ana_plan_files(f.store.db, f.dir, f.messages), 0);
    for (size_t i = 0; i < f.points.n; i++) {
        if (!check_wanted(&f.points, &f.points.point[i]))
            continue;
        check_point(&f.points, &f.points.point[i], f.dir, &cables);
        check_racks(&f.store, &f.points.point[i]);
        check_bill(f.points.point[i].plan);
    }
    planned_fini(&f);
    return cables;
}

Test(test_cabling, schedule_and_simulation_are_one_graph, .timeout = 120)
{
    static const char *const patterns[] = {"scenarios/*.yaml", "scenarios/claims/*.yaml", "scenarios/reference/*.yaml"};
    uint32_t cables = 0, files = 0;

    cr_redirect_stderr();
    setenv("PATH", "/nowhere", 1); /* no pictures: without Graphviz the rest is written all the same */
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found;

        cr_assert_eq(glob(patterns[i], 0, NULL, &found), 0);
        for (size_t k = 0; k < found.gl_pathc; k++, files++)
            cables += check_scenario(found.gl_pathv[k]);
        globfree(&found);
    }
    cr_expect_geq(files, 33);
    cr_expect_gt(cables, 1000);
}

/* plan_ports_init() asserts that every end of a cable is in a port of its device and no port has two; here, that its
 * counts are those of the catalogue. Two servers of the dedicated design of plan_study.c: on board 2 ports each, one
 * nic-2, one hba-2; edges of 8 + 2 (tor) and 10 (fcsw) ports. */
Test(test_cabling, every_port_is_used_once_at_most)
{
    struct scn_study *st = plan_study_create(2);
    struct plan *p = plan_create(st, &st->design[STUDY_DEDICATED]);
    uint32_t *in = calloc(p->cables, sizeof *in), ports[PLAN_PORT_KINDS] = {0}, cabled[PLAN_PORT_KINDS] = {0};
    struct plan_port_map m;

    plan_ports_init(&m, p);
    for (size_t i = 0; i < m.ports; i++) {
        ports[m.port[i].kind]++;
        cabled[m.port[i].kind] += m.port[i].cable >= 0;
        if (m.port[i].cable >= 0)
            in[m.port[i].cable]++;
        for (size_t k = i + 1; k < m.ports && m.port[k].node == m.port[i].node; k++)
            cr_expect_str_neq(m.port[i].name, m.port[k].name);
    }
    for (size_t i = 0; i < p->cables; i++)
        cr_expect_eq(in[i], 2, "%s", p->cable[i].label);
    cr_expect_eq(ports[PLAN_PORT_ONBOARD], 2 * 2);
    cr_expect_eq(ports[PLAN_PORT_ADAPTER], 2 * (2 + 2));
    cr_expect_eq(ports[PLAN_PORT_DOWNLINK], 2 * 8 + 2 * 10);
    cr_expect_eq(ports[PLAN_PORT_UPLINK], 2 * 2);
    cr_expect_eq(cabled[PLAN_PORT_DOWNLINK], 2 * 4 + 2 * (2 + 2)); /* the SAN's uplinks take two of the ten */
    cr_expect_eq(cabled[PLAN_PORT_UPLINK], 2 * 2);
    plan_ports_fini(&m);
    free(in);
    plan_destroy(p);
    plan_study_destroy(st);
}

/* By hand, the shared design of plan_study.c for two servers. Only srv-2u has four ports on board. Ports go to side A
 * and B by turns; edges take their ports in the order of the servers: hosts00 two of each tor, hosts01 the next two.
 * tor has uplink ports of its own (u1, u2); fcsw has ten ports and gives the last two. Servers fill the rack from unit
 * 1, two units each; edges stand at its top, connection by connection, A before B. The array has two ports, the clients
 * one. */
Test(test_cabling, schedule_of_two_servers_by_hand)
{
    static const char *const wanted[] = {
        "lan-edge-a1/u1 42 - lan-core lan-edge-a1/u1: 10gbe 20 m 2 x sr uplink corp dmz",
        "lan-edge-a1/u2 42 - lan-core lan-edge-a1/u2: 10gbe 20 m 2 x sr uplink corp dmz",
        "lan-edge-b1/u1 41 - lan-core lan-edge-b1/u1: 10gbe 20 m 2 x sr uplink corp dmz",
        "lan-edge-b1/u2 41 - lan-core lan-edge-b1/u2: 10gbe 20 m 2 x sr uplink corp dmz",
        "san-edge-a1/p9 40 - san-core san-edge-a1/p9: fc-8g 20 m 2 x sw uplink san",
        "san-edge-a1/p10 40 - san-core san-edge-a1/p10: fc-8g 20 m 2 x sw uplink san",
        "san-edge-b1/p9 39 - san-core san-edge-b1/p9: fc-8g 20 m 2 x sw uplink san",
        "san-edge-b1/p10 39 - san-core san-edge-b1/p10: fc-8g 20 m 2 x sw uplink san",
        "lan-core/clients/p1 0 - clients p1: 10gbe 5 m  existing corp dmz",
        "san-core/array1/p1 0 - array1 p1: fc-8g 5 m  existing san",
        "san-core/array1/p2 0 - array1 p2: fc-8g 5 m  existing san",
        "hosts00/lom/p1 1 - lan-edge-a1 p1: gbe 3 m cat6 server corp",
        "hosts00/lom/p2 1 - lan-edge-b1 p1: gbe 3 m cat6 server dmz",
        "hosts00/lom/p3 1 - lan-edge-a1 p2: gbe 3 m cat6 server dmz",
        "hosts00/lom/p4 1 - lan-edge-b1 p2: gbe 3 m cat6 server ",
        "hosts00/hba0/p1 1 - san-edge-a1 p1: fc-4g 5 m lc server san",
        "hosts00/hba1/p1 1 - san-edge-b1 p1: fc-4g 5 m lc server ",
        "hosts01/lom/p1 3 - lan-edge-a1 p3: gbe 3 m cat6 server ",
        "hosts01/lom/p2 3 - lan-edge-b1 p3: gbe 3 m cat6 server corp",
        "hosts01/lom/p3 3 - lan-edge-a1 p4: gbe 3 m cat6 server dmz",
        "hosts01/lom/p4 3 - lan-edge-b1 p4: gbe 3 m cat6 server dmz",
        "hosts01/hba0/p1 3 - san-edge-a1 p2: fc-4g 5 m lc server ",
        "hosts01/hba1/p1 3 - san-edge-b1 p2: fc-4g 5 m lc server san"};
    struct scn_study *st = plan_study_create(2);
    struct plan *p = plan_create(st, &st->design[STUDY_SHARED]);
    struct sim_arena arena;
    const struct plan_schedule_row *row;

    sim_arena_init(&arena);
    cr_assert(p->feasible, "%s", p->why);
    row = plan_schedule(p, &arena);
    cr_assert_eq(p->cables, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < p->cables; i++) {
        const struct plan_cable *c = &p->cable[i];
        const char *text = sim_arena_printf(&arena, "%s %u - %s %s: %s %g m %s %s %s", c->label,
                                            p->node[c->a].rack_unit, p->node[c->b].path, c->b_port, c->link->type,
                                            c->length_m, row[i].item, row[i].role, row[i].networks);

        cr_expect_str_eq(text, wanted[i]);
    }
    sim_arena_fini(&arena);
    plan_destroy(p);
    plan_study_destroy(st);
}

static size_t entries(const char *dir, const char *pattern)
{
    char path[128];
    glob_t found;
    size_t n;

    snprintf(path, sizeof path, "%s/%s", dir, pattern);
    n = glob(path, GLOB_PERIOD, NULL, &found) == 0 ? found.gl_pathc : 0;
    globfree(&found);
    return n;
}

/* Where no file may be longer than 4 KiB, the first cables.csv fails as on a full disk: nothing appears, nothing stays
 * behind. Without the limit there are four directories. */
Test(test_cabling, a_full_disk_leaves_nothing_half_written)
{
    struct rlimit limit = {.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
    struct planned f;

    planned_init(&f, "scenarios/consolidation-2009.yaml");
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(ana_plan_files(f.store.db, f.dir, f.messages), 1);
    cr_expect_eq(entries(f.dir, "*/*"), 0);
    cr_expect_eq(entries(f.dir, ".report*"), 0);
    limit.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_eq(ana_plan_files(f.store.db, f.dir, f.messages), 0);
    cr_expect_eq(entries(f.dir, "*/cables.csv"), 4);
    planned_fini(&f);
}
