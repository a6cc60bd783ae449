/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/expect.c - expectations: which metric theory or a publication gives a value for.
 *
 * The expected number stands beside the scenario that is to produce it, with its source and how near is near enough.
 * It changes nothing in a run. Under a sweep an expectation with `at` holds for the points that have those values only.
 *
 * What is expected may also be how the runs end: that a lossless class overruns a buffer which is too small, say, and
 * that the reason names it. Runs that end so are then the ones that count, at this point and design, for every other
 * expectation. With `against` the number is the ratio to the same metric of another design, replication by replication.
 *
 * Of a plan, a figure of its cost (`cost`), how many of an item are in its bill (`item`), or that there is no plan and
 * why (outcome infeasible) can be expected: these are known before anything is run, and no run changes them.
 */
#include "sim/scenario/check.h"

#include <string.h>

#include "models/transport.h"

struct expect_plain {
    const char *what, *source, *trend;
    int grade, stat;
};
#define EXPECT(field) offsetof(struct expect_plain, field)

static const struct sim_param expect_params[] = {
    {"what", SIM_PARAM_TEXT, EXPECT(what), NULL, NULL, NULL, "theory or setting, in words", "design choice"},
    {"source", SIM_PARAM_TEXT, EXPECT(source), NULL, NULL, NULL, "where the number is from", "design choice"},
    {"class", SIM_PARAM_CHOICE, EXPECT(grade), "A", "A|B|C", NULL,
     "A: exact or analytic; B: measured in a simple setting; C: measured, with hidden parameters: a trend",
     "facts.md 6"},
    {"stat", SIM_PARAM_CHOICE, EXPECT(stat), "mean", "mean|p50|p95|p99|p99.9|max", NULL, "statistic of the metric",
     "design choice"},
    {"trend", SIM_PARAM_TEXT, EXPECT(trend), "", NULL, NULL, "what is to be seen, in words; class C needs it",
     "design choice"},
    {0}};
static const struct scn_field expect_fields[] = {
    {"vms", SCN_FREE, NULL, false, "flow, or CLASS/WORKLOAD", "whose metric: the results of this workload"},
    {"entity", SCN_FREE, NULL, false, "path in the results", "whose metric: this link, stage, array or transport"},
    {"design", SCN_FREE, NULL, false, "design", "of this design only; default: of each"},
    {"outcome", SCN_FREE, NULL, false, "ok|unstable|deadlock|broken|infeasible",
     "in place of a metric: how every run ends; the other expectations then count the runs that end so; infeasible: "
     "the design cannot be planned"},
    {"says", SCN_FREE, NULL, false, "text", "with outcome: what its reason contains, as the name of a port"},
    {"against", SCN_FREE, NULL, false, "design",
     "the number is the ratio to the same metric of this design in the same replication"},
    {"metric", SCN_FREE, NULL, false, "name of a metric",
     "what is measured: goodput, transfer_time, wait, utilisation, drops, policed, pauses, retransmits, ..."},
    {"cost", SCN_FREE, NULL, false, "figure of viosim cost",
     "in place of a metric: a figure of the plan: total_usd, capex_usd, io_share, connections, cables, rack_units, "
     "watts, ..."},
    {"item", SCN_FREE, NULL, false, "item of the catalogue",
     "in place of a metric: how many of it the bill of materials has"},
    {"value", SCN_FREE, NULL, false, "in the metric's unit", "what is expected"},
    {"at_least", SCN_FREE, NULL, false, "in the metric's unit", "in place of value: it is this or more"},
    {"at_most", SCN_FREE, NULL, false, "in the metric's unit", "in place of value: it is this or less"},
    {"tolerance", SCN_FREE, NULL, false, "fraction",
     "how far from value is near enough, relative to it; default and most: A 1%, B 5%, C 20%; 0% = exactly"},
    {"at", SCN_FREE, NULL, false, "mapping of swept paths to values", "only at these points; default: at all"},
    {0}};
const struct scn_section scn_section_expect = {
    "expect[]", "A number that the simulation is to come out with, from theory or a publication.", expect_params,
    expect_fields, SCN_EXTRA_NONE};

static const struct expect_metric {
    const char *name;
    enum sim_dim dim;
    const char *unit;
} expect_metrics[] =
    {/* what workloads, links, arrays and the whole have; transports and workloads have tables of their own */
     {"response_time", SIM_DIM_TIME, "s"},
     {"io_latency", SIM_DIM_TIME, "s"},
     {"transfer_time", SIM_DIM_TIME, "s"},
     {"wait", SIM_DIM_TIME, "s"},
     {"disk_wait", SIM_DIM_TIME, "s"},
     {"controller_wait", SIM_DIM_TIME, "s"},
     {"goodput", SIM_DIM_RATE, "bit/s"},
     {"goodput_total", SIM_DIM_RATE, "bit/s"},
     {"throughput", SIM_DIM_RATE, "bit/s"},
     {"utilisation", SIM_DIM_FRACTION, "1"},
     {"cpu", SIM_DIM_FRACTION, "1"},
     {"cpu_io", SIM_DIM_FRACTION, "1"},
     {"stall", SIM_DIM_FRACTION, "1"},
     {"failed", SIM_DIM_FRACTION, "1"},
     {"issued", SIM_DIM_FREQUENCY, "1/s"},
     {"completed", SIM_DIM_FREQUENCY, "1/s"},
     {"failures", SIM_DIM_FREQUENCY, "1/s"},
     {"packets", SIM_DIM_FREQUENCY, "1/s"},
     {"drops", SIM_DIM_FREQUENCY, "1/s"},
     {"policed", SIM_DIM_FREQUENCY, "1/s"},
     {"overrun", SIM_DIM_FREQUENCY, "1/s"},
     {"ecn_marks", SIM_DIM_FREQUENCY, "1/s"},
     {"pauses", SIM_DIM_FREQUENCY, "1/s"},
     {"reads", SIM_DIM_FREQUENCY, "1/s"},
     {"writes", SIM_DIM_FREQUENCY, "1/s"},
     {"read_hits", SIM_DIM_FREQUENCY, "1/s"},
     {"destaged", SIM_DIM_FREQUENCY, "1/s"},
     {"backlog_max", SIM_DIM_NUMBER, "1"},
     {"disks_busy", SIM_DIM_NUMBER, "1"},
     {"controllers_busy", SIM_DIM_NUMBER, "1"},
     {"flows", SIM_DIM_NUMBER, "1"},
     {"created", SIM_DIM_NUMBER, "1"},
     {"delivered", SIM_DIM_NUMBER, "1"},
     {"dropped", SIM_DIM_NUMBER, "1"},
     {"service_gap", SIM_DIM_TIME, "s"},
     {"service_gap_before", SIM_DIM_TIME, "s"},
     {"took", SIM_DIM_TIME, "s"},
     {"lost", SIM_DIM_NUMBER, "1"},
     {"retried", SIM_DIM_NUMBER, "1"},
     {"moved", SIM_DIM_NUMBER, "1"},
     {"vms_hit", SIM_DIM_NUMBER, "1"},
     {"vms_cut", SIM_DIM_NUMBER, "1"},
     {"server_capacity_left", SIM_DIM_FRACTION, "1"},
     {"uplink_capacity_left", SIM_DIM_FRACTION, "1"}};
/* Figures of a plan, as sim/plan/cost.c lists them; a test holds the two against each other. */
static const struct expect_metric expect_figures[] = {{"capex_usd", SIM_DIM_MONEY, "USD"},
                                                      {"energy_usd", SIM_DIM_MONEY, "USD"},
                                                      {"space_usd", SIM_DIM_MONEY, "USD"},
                                                      {"admin_usd", SIM_DIM_MONEY, "USD"},
                                                      {"maintenance_usd", SIM_DIM_MONEY, "USD"},
                                                      {"opex_usd", SIM_DIM_MONEY, "USD"},
                                                      {"residual_usd", SIM_DIM_MONEY, "USD"},
                                                      {"total_usd", SIM_DIM_MONEY, "USD"},
                                                      {"per_vm_usd", SIM_DIM_MONEY, "USD"},
                                                      {"per_installed_usd", SIM_DIM_MONEY, "USD"},
                                                      {"per_offered_usd", SIM_DIM_MONEY, "USD"},
                                                      {"opex_per_year_usd", SIM_DIM_MONEY, "USD"},
                                                      {"io_capex_usd", SIM_DIM_MONEY, "USD"},
                                                      {"server_usd", SIM_DIM_MONEY, "USD"},
                                                      {"io_per_server_usd", SIM_DIM_MONEY, "USD"},
                                                      {"io_share", SIM_DIM_NUMBER, "1"},
                                                      {"watts", SIM_DIM_POWER, "W"},
                                                      {"cpu", SIM_DIM_FRACTION, "%"},
                                                      {"rack_units", SIM_DIM_NUMBER, "U"},
                                                      {"servers", SIM_DIM_NUMBER, "1"},
                                                      {"vms", SIM_DIM_NUMBER, "1"},
                                                      {"adapters", SIM_DIM_NUMBER, "1"},
                                                      {"ports", SIM_DIM_NUMBER, "1"},
                                                      {"cables", SIM_DIM_NUMBER, "1"},
                                                      {"connections", SIM_DIM_NUMBER, "1"},
                                                      {"installed_gbps", SIM_DIM_NUMBER, "Gb/s"},
                                                      {"offered_gbps", SIM_DIM_NUMBER, "Gb/s"}};
enum { EXPECT_FIGURES = sizeof(expect_figures) / sizeof(*expect_figures) };
enum { EXPECT_MAX = 1000 }; /* per point, in results databases */
enum { EXPECT_METRICS = sizeof(expect_metrics) / sizeof(*expect_metrics) };

static const char *const expect_forms[] = {
    [SCN_FORM_VALUE] = "value", [SCN_FORM_AT_LEAST] = "at_least", [SCN_FORM_AT_MOST] = "at_most"}; /* of a metric */
enum { EXPECT_FORMS = sizeof(expect_forms) / sizeof(*expect_forms) };

static const double expect_tolerances[] = {[SCN_GRADE_A] = 0.01, [SCN_GRADE_B] = 0.05, [SCN_GRADE_C] = 0.20};

/* The metrics of a table, as they are stored, among `names`; the one called `name`, if it is given, into *m. */
static void expect_table(struct scn_at at, const struct sim_metric *table, struct scn_node *names, const char *name,
                         struct expect_metric *m)
{
    for (const struct sim_metric *row = table; row && row->name; row++) {
        const bool size = strcmp(row->unit, "B") == 0, time = strcmp(row->unit, "ps") == 0;

        if (scn_node_find(names, row->name) == SCN_NONE)
            scn_node_add(at.c->scratch, names, row->name, at.pos, NULL);
        if (!name || strcmp(name, row->name) != 0)
            continue;
        *m = row->kind != SIM_METRIC_COUNTER
                 ? (struct expect_metric){row->name, time ? SIM_DIM_TIME : SIM_DIM_NUMBER, time ? "s" : row->unit}
             : size ? (struct expect_metric){row->name, SIM_DIM_RATE, "bit/s"}
             : time ? (struct expect_metric){row->name, SIM_DIM_FRACTION, "1"}
                    : (struct expect_metric){row->name, SIM_DIM_FREQUENCY, "1/s"};
    }
}

/* The metrics that transports and workloads keep themselves. */
static void expect_own_metrics(struct scn_at at, struct scn_node *names, const char *name, struct expect_metric *m)
{
    for (const struct vio_transport_type *const *t = vio_transport_types; *t; t++)
        expect_table(at, (*t)->metrics, names, name, m);
    for (const struct vio_workload_type *const *t = vio_workload_types; *t; t++)
        expect_table(at, (*t)->metrics, names, name, m);
}

/* The metric asked for, in *m; false if there is none. */
static bool expect_metric(struct scn_at at, struct expect_metric *m)
{
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    size_t i;

    for (i = 0; i < EXPECT_METRICS; i++)
        scn_node_add(at.c->scratch, names, expect_metrics[i].name, at.pos, NULL);
    expect_own_metrics(at, names, NULL, NULL);
    if (!scn_node_get(at.node, "metric")) {
        scn_error(at, "metric, cost, item or outcome is missing: what is expected?");
        return false;
    }
    i = scn_resolve_key(at, "metric", names, "metric", SCN_NONE);
    if (i == SCN_NONE)
        return false;
    if (i < EXPECT_METRICS)
        *m = expect_metrics[i];
    else
        expect_own_metrics(at, names, names->entry[i].key, m);
    return true;
}

/* The workloads of which there are results: flows, or CLASS/WORKLOAD. */
static struct scn_node *expect_workloads(struct scn_at at)
{
    const struct scn_study *s = at.c->study;
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);

    for (size_t i = 0; s->topology && i < s->topology->flows; i++)
        if (s->topology->flow[i].name && scn_node_find(names, s->topology->flow[i].name) == SCN_NONE)
            scn_node_add(at.c->scratch, names, s->topology->flow[i].name, at.pos, NULL);
    for (size_t i = 0; i < s->vms; i++)
        for (size_t k = 0; k < s->vm[i].workloads; k++) {
            const char *name = sim_arena_printf(at.c->scratch, "%s/%s", s->vm[i].name, s->vm[i].workload[k].name);

            if (scn_node_find(names, name) == SCN_NONE)
                scn_node_add(at.c->scratch, names, name, at.pos, NULL);
        }
    return names;
}

static void expect_whose(struct scn_at at, struct scn_expect *e)
{
    struct scn_at vms = scn_at_key(at, "vms"), entity = scn_at_key(at, "entity");
    const char *text = vms.node ? scn_text(vms) : entity.node ? scn_text(entity) : NULL;

    if (vms.node && entity.node)
        scn_error(entity, "vms is given too; a metric is of one of them");
    else if (!vms.node && !entity.node)
        scn_error(at, "vms (a workload) or entity (a link, array, ...) is missing: whose metric?");
    e->kind = vms.node ? "vms" : "";
    e->entity = text ? sim_arena_text(at.c->arena, text) : "";
    if (vms.node && text && !at.c->workload_refused)
        scn_resolve(vms, text, expect_workloads(at), at.c->study->topology ? "flow" : "workload");
}

/* The name of the design at `key`, or NULL. */
static const char *expect_design(struct scn_at at, const char *key)
{
    const struct scn_study *s = at.c->study;
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    size_t i;

    for (i = 0; i < s->designs; i++)
        scn_node_add(at.c->scratch, names, s->design[i].name, at.pos, NULL);
    i = scn_node_get(at.node, key) ? scn_resolve_key(at, key, names, "design", SCN_NONE) : SCN_NONE;
    return i == SCN_NONE ? NULL : s->design[i].name;
}

static void expect_value(struct scn_at at, const struct expect_metric *metric, struct scn_expect *e)
{
    const enum sim_dim dim = *e->against ? SIM_DIM_NUMBER : metric ? metric->dim : SIM_DIM_NUMBER;
    char why[256];
    size_t given = 0;

    for (int form = 0; form < EXPECT_FORMS; form++) {
        struct scn_at value = scn_at_key(at, expect_forms[form]);
        const char *text = value.node ? scn_text(value) : NULL;

        given += value.node != NULL;
        e->form = value.node ? form : e->form;
        if (!text || !metric)
            continue;
        if (!sim_quantity_parse(text, dim, &e->value, why, sizeof(why)))
            scn_error(value, "%s", why);
        if (dim == SIM_DIM_TIME)
            e->value /= (double)SIM_S;
    }
    if (given != 1)
        scn_error(at, "exactly one of value, at_least and at_most is wanted, %zu are given", given);
}

static void expect_tolerance(struct scn_at at, struct scn_expect *e)
{
    struct scn_at value = scn_at_key(at, "tolerance");
    const char *text = value.node ? scn_text(value) : NULL;
    char why[256];

    e->tolerance = expect_tolerances[e->grade];
    if (!text)
        return;
    if (e->form != SCN_FORM_VALUE)
        scn_warn_idle(at, "tolerance", "it belongs to value; at_least and at_most are limits");
    if (!sim_quantity_parse(text, SIM_DIM_FRACTION, &e->tolerance, why, sizeof(why)))
        scn_error(value, "%s", why);
    else if (e->tolerance > expect_tolerances[e->grade])
        scn_error(value, "class %c allows at most %g%%", 'A' + e->grade, 100 * expect_tolerances[e->grade]);
}

/* The list of values that the sweep gives to `path`, or NULL. */
static const struct scn_node *expect_axis(const struct scn_sweep *sweep, const char *path)
{
    for (size_t i = 0; i < sweep->axes; i++)
        for (size_t p = 0; p < sweep->axis[i].paths; p++)
            if (strcmp(sweep->axis[i].path[p]->key, path) == 0)
                return sweep->axis[i].path[p]->value;
    return NULL;
}

/* Whether `at` is of this point. Values are compared as the text that factors have. */
static bool expect_applies(struct scn_at at)
{
    struct scn_at where = scn_at_key(at, "at");
    struct scn_check *c = at.c;
    bool here = true;

    if (!scn_is_map(where))
        return true;
    for (size_t i = 0; i < where.node->n; i++) {
        struct scn_at entry = scn_at_entry(where, i);
        const char *path = where.node->entry[i].key, *text = scn_emit(c->scratch, entry.node, true);
        const struct scn_node *values = expect_axis(c->sweep, path);
        bool known = false;

        for (size_t k = 0; values && k < values->n; k++)
            known = known || strcmp(scn_emit(c->scratch, values->entry[k].value, true), text) == 0;
        entry.pos = entry.key_pos;
        if (!values)
            scn_error(entry, "the sweep does not vary this path");
        else if (!known)
            scn_error(entry, "the sweep has no value %s", text);
        for (size_t k = 0; k < c->factors; k++)
            here = here && (strcmp(c->factor[k].path, path) != 0 || strcmp(c->factor[k].value, text) == 0);
    }
    return here;
}

/* How the runs end: nothing of a metric belongs beside it. */
static void expect_outcome(struct scn_at at, struct scn_expect *e)
{
    static const char *const none[] = {"metric",  "vms",   "entity",   "cost",    "item",
                                       "against", "value", "at_least", "at_most", "tolerance"};
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    struct scn_at says = scn_at_key(at, "says");
    const char *text = says.node ? scn_text(says) : NULL;
    size_t i;

    for (enum vio_outcome o = VIO_OUTCOME_OK; o <= VIO_OUTCOME_BROKEN; o++)
        scn_node_add(at.c->scratch, names, vio_outcome_name(o), at.pos, NULL);
    scn_node_add(at.c->scratch, names, "infeasible", at.pos, NULL);
    i = scn_resolve_key(at, "outcome", names, "outcome", SCN_NONE);
    e->form = SCN_FORM_OUTCOME;
    e->kind = i == VIO_OUTCOME_BROKEN + 1 ? "plan" : "run";
    e->metric = i == SCN_NONE ? "" : i > VIO_OUTCOME_BROKEN ? "infeasible" : vio_outcome_name((enum vio_outcome)i);
    e->unit = "1";
    e->value = 1;
    e->entity = text ? sim_arena_text(at.c->arena, text) : "";
    if (i == 0 && says.node)
        scn_error(says, "a run that ends as ok gives no reason");
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        if (scn_node_get(at.node, none[k]))
            scn_error(scn_at_key(at, none[k]), "belongs to a metric, and an outcome is expected here");
}

static void expect_of_metric(struct scn_at at, struct scn_expect *e)
{
    struct expect_metric metric;
    const bool known = expect_metric(at, &metric);

    if (known) {
        e->metric = metric.name;
        e->unit = metric.unit;
        if (e->stat != SCN_STAT_MEAN && metric.dim != SIM_DIM_TIME)
            scn_error(scn_at_key(at, "stat"), "%s is one value per run, without percentiles", metric.name);
    }
    scn_warn_idle(at, "says", "it belongs to outcome");
    expect_whose(at, e);
    expect_value(at, known ? &metric : NULL, e);
    expect_tolerance(at, e);
}

/* A figure of the plan's cost or a quantity in its bill: nothing of a run belongs beside it. */
static void expect_of_plan(struct scn_at at, struct scn_expect *e)
{
    static const char *const none[] = {"metric", "vms", "entity", "says"};
    const bool cost = scn_node_get(at.node, "cost") != NULL;
    const struct scn_catalogue *catalogue = &at.c->study->catalogue;
    struct scn_node *names = scn_node_map(at.c->scratch, at.pos);
    struct expect_metric figure = {"", SIM_DIM_NUMBER, "1"};
    size_t i;

    for (i = 0; i < (cost ? (size_t)EXPECT_FIGURES : catalogue->items); i++)
        scn_node_add(at.c->scratch, names, cost ? expect_figures[i].name : catalogue->item[i].item, at.pos, NULL);
    i = scn_resolve_key(at, cost ? "cost" : "item", names, cost ? "figure" : "item", SCN_NONE);
    if (i != SCN_NONE && cost)
        figure = expect_figures[i];
    else if (i != SCN_NONE)
        figure.name = catalogue->item[i].item;
    e->kind = cost ? "cost" : "item";
    e->entity = cost ? "plan" : "bill";
    e->metric = figure.name;
    e->unit = figure.unit;
    if (cost && scn_node_get(at.node, "item"))
        scn_error(scn_at_key(at, "item"), "cost is given too; one of them is expected");
    for (size_t k = 0; k < sizeof none / sizeof *none; k++)
        if (scn_node_get(at.node, none[k]))
            scn_error(scn_at_key(at, none[k]), "belongs to runs, and a figure of the plan is expected here");
    if (at.c->study->topology)
        scn_error(at, "a hand-written topology has no cost and no bill");
    if (e->stat != SCN_STAT_MEAN)
        scn_error(scn_at_key(at, "stat"), "a figure of the plan is one number, without percentiles");
    expect_value(at, i == SCN_NONE ? NULL : &figure, e);
    expect_tolerance(at, e);
}

/* Two outcomes cannot both be met. */
static void expect_agrees(struct scn_at at, const struct scn_expect *e)
{
    const struct scn_study *s = at.c->study;

    for (size_t i = 0; i < s->expects && e->form == SCN_FORM_OUTCOME; i++) {
        const struct scn_expect *o = &s->expect[i];
        const bool both = !o->design || !e->design || strcmp(o->design, e->design) == 0;

        if (o->form == SCN_FORM_OUTCOME && both && *o->metric && *e->metric && strcmp(o->metric, e->metric) != 0) {
            scn_error(scn_at_key(at, "outcome"), "%s is expected here too, at line %d", o->metric, o->pos.line);
            return;
        }
    }
}

static void expect_read(struct scn_at at)
{
    static const int stats[] = {SCN_STAT_MEAN, SCN_STAT_P50, SCN_STAT_P95, SCN_STAT_P99, SCN_STAT_P999, SCN_STAT_MAX};
    struct scn_study *s = at.c->study;
    struct scn_expect e = {.pos = scn_keep_pos(at.c, at.pos)};
    struct expect_plain plain = {.trend = ""};
    const char *against;

    if (!scn_is_map(at)) {
        if (scn_node_is_empty(at.node))
            scn_error(at, "an expectation is expected here, as in {what: ..., source: ..., vms: queue, metric: wait, "
                          "value: 2us}");
        return;
    }
    scn_check_section(at, &scn_section_expect, &plain);
    e.what = plain.what;
    e.source = plain.source;
    e.trend = plain.trend;
    e.grade = plain.grade;
    e.stat = stats[plain.stat];
    e.design = expect_design(at, "design");
    against = expect_design(at, "against");
    e.against = against ? against : scn_node_get(at.node, "against") ? "?" : ""; /* "?": said already */
    if (scn_node_get(at.node, "outcome"))
        expect_outcome(at, &e);
    else if (scn_node_get(at.node, "cost") || scn_node_get(at.node, "item"))
        expect_of_plan(at, &e);
    else
        expect_of_metric(at, &e);
    if (e.grade == SCN_GRADE_C && !(plain.trend && plain.trend[0]))
        scn_error(scn_at_key(at, "trend"), "is missing: class C states in words what is to be seen");
    if (expect_applies(at)) {
        expect_agrees(at, &e);
        s->expect[s->expects++] = e;
    }
}

const char *scn_expected_outcome(const struct scn_study *s, const char *design)
{
    for (size_t i = 0; i < s->expects; i++) {
        const struct scn_expect *e = &s->expect[i];

        if (e->form == SCN_FORM_OUTCOME && (!e->design || (design && strcmp(e->design, design) == 0)))
            return e->metric;
    }
    return vio_outcome_name(VIO_OUTCOME_OK);
}

void scn_read_expect(struct scn_check *c)
{
    struct scn_at list = scn_at_key(scn_at_root(c), "expect");

    if (!scn_is_list(list))
        return;
    if (list.node->n >= EXPECT_MAX)
        scn_error(list, "%zu expectations; at most %d are kept apart", list.node->n, EXPECT_MAX - 1);
    c->study->expect = sim_arena_alloc(c->arena, list.node->n + 1, sizeof(*c->study->expect));
    for (size_t i = 0; i < list.node->n; i++)
        expect_read(scn_at_entry(list, i));
}
