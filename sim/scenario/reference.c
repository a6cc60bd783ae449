/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/reference.c - the reference manual of scenario files, written from the same tables that check them.
 */
#include <string.h>

#include "models/trace.h"
#include "sim/scenario/check.h"

/* Text of a table cell: a bar would end it. */
static void reference_cell(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|')
            fputc('\\', out);
        fputc(*text, out);
    }
}

/* "a, b or c" from "a|b|c". */
static void reference_choices(FILE *out, const char *choices)
{
    for (const char *p = choices; *p;) {
        const size_t n = strcspn(p, "|");

        fprintf(out, "%s`%.*s`", p == choices ? "" : p[n] ? ", " : " or ", (int)n, p);
        p += n + (p[n] ? 1 : 0);
    }
}

static void reference_param(FILE *out, const struct sim_param *p)
{
    fprintf(out, "| `%s` | ", p->name);
    if (p->type == SIM_PARAM_CHOICE)
        reference_choices(out, p->min);
    else if (p->type == SIM_PARAM_REF)
        fprintf(out, "one of [%s](#%s%s)", p->min, p->min, strcmp(p->min, "mixes") == 0 ? "name" : "");
    else
        fprintf(out, "%s", sim_param_type_name(p->type));
    fprintf(out, " | ");
    if (!p->dflt)
        fprintf(out, "**required**");
    else if (p->dflt[0])
        fprintf(out, "`%s`", p->dflt);
    fprintf(out, " | ");
    if (p->type != SIM_PARAM_CHOICE && p->type != SIM_PARAM_REF) {
        if (p->min && p->max)
            fprintf(out, "%s to %s", p->min, p->max);
        else if (p->min || p->max)
            fprintf(out, "%s %s", p->min ? "at least" : "at most", p->min ? p->min : p->max);
    }
    fprintf(out, " | ");
    reference_cell(out, p->doc);
    fprintf(out, " | ");
    reference_cell(out, p->source);
    fprintf(out, " |\n");
}

static const char *reference_shape(const struct scn_field *f)
{
    switch (f->shape) {
    case SCN_ONE:
        return "a section";
    case SCN_NAMED:
        return "mapping of names to sections";
    case SCN_ITEMS:
        return "list of sections";
    default:
        return f->form;
    }
}

static void reference_field(FILE *out, const struct scn_field *f)
{
    fprintf(out, "| `%s` | ", f->name);
    reference_cell(out, reference_shape(f));
    if (f->section && f->section->path[0])
        fprintf(out, " `%s`", f->section->path);
    fprintf(out, " | %s | | ", f->required ? "**required**" : "");
    reference_cell(out, f->doc);
    fprintf(out, " | design choice |\n");
}

static void reference_table_head(FILE *out)
{
    fprintf(out, "\n| key | value | default | range | meaning | source |\n|---|---|---|---|---|---|\n");
}

static void reference_params(FILE *out, const struct sim_param *params)
{
    if (!params || !params->name)
        return;
    reference_table_head(out);
    for (const struct sim_param *p = params; p->name; p++)
        reference_param(out, p);
}

enum { REFERENCE_SECTIONS_MAX = 64 };

struct reference {
    FILE *out;
    const struct scn_section *done[REFERENCE_SECTIONS_MAX];
    size_t n;
};

static const char *reference_extra(enum scn_extra extra)
{
    switch (extra) {
    case SCN_EXTRA_WORKLOAD:
        return "Further keys: the parameters of its `kind`, see [Workloads](#workloads).";
    case SCN_EXTRA_PEER:
    case SCN_EXTRA_STORAGE:
    case SCN_EXTRA_NODE:
        return "Further keys: the parameters of its `kind`, see [Nodes](#nodes).";
    case SCN_EXTRA_CONTROL:
        return "Further keys: the numbers of its flow control and marking, see [Flow control](#flow-control).";
    default:
        return NULL;
    }
}

/* A section and, after it, those it leads to; each once. */
static void reference_section(struct reference *r, const struct scn_section *s)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->done[i] == s)
            return;
    if (r->n == REFERENCE_SECTIONS_MAX)
        return;
    r->done[r->n++] = s;
    fprintf(r->out, "\n### %s%s%s\n\n%s\n", s->path[0] ? "`" : "", s->path[0] ? s->path : "Top level",
            s->path[0] ? "`" : "", s->doc);
    reference_table_head(r->out);
    for (const struct scn_field *f = s->fields; f && f->name && f->required; f++)
        reference_field(r->out, f);
    for (const struct sim_param *p = s->params; p && p->name; p++)
        reference_param(r->out, p);
    bool leading = true;
    for (const struct scn_field *f = s->fields; f && f->name; f++) {
        leading = leading && f->required;
        if (!leading)
            reference_field(r->out, f);
    }
    if (reference_extra(s->extra))
        fprintf(r->out, "\n%s\n", reference_extra(s->extra));
    for (const struct scn_field *f = s->fields; f && f->name; f++)
        if (f->section)
            reference_section(r, f->section);
    for (size_t i = 0; s == &scn_section_event && scn_event_types[i].kind; i++)
        reference_section(r, scn_event_types[i].section);
}

static void reference_units(FILE *out)
{
    static const enum sim_param_type types[] = {SIM_PARAM_TIME,
                                                SIM_PARAM_RATE,
                                                SIM_PARAM_SIZE,
                                                SIM_PARAM_PACKETS,
                                                SIM_PARAM_FREQUENCY,
                                                SIM_PARAM_LENGTH,
                                                SIM_PARAM_FRACTION,
                                                SIM_PARAM_MONEY,
                                                SIM_PARAM_POWER,
                                                SIM_PARAM_ENERGY_PRICE,
                                                SIM_PARAM_MONEY_PER_MONTH,
                                                SIM_PARAM_MONEY_PER_HOUR,
                                                SIM_PARAM_HOURS_PER_YEAR,
                                                SIM_PARAM_HOURS,
                                                SIM_PARAM_YEARS};

    fprintf(
        out,
        "\n## Values and units\n\nA value with a dimension needs a unit: `10Gbps`, `64 KiB`, `5 ms`. Prefixes of "
        "bits and of B, KB, MB are decimal, those of KiB, MiB, GiB binary. Texts stay what they are: `no` is a "
        "truth value only where one is asked for, `010` is ten, `12:30` is text.\n\n| value | units |\n|---|---|\n");
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
        fprintf(out, "| %s | %s |\n", sim_param_type_name(types[i]), sim_dim_units(sim_param_dim(types[i])));
    fprintf(out,
            "\n### Distributions\n\nWhere the manual says distribution, a single value is a constant. Others:\n\n"
            "| written | meaning |\n|---|---|\n"
            "| `{exponential: 8 KiB}` | exponential with this mean |\n"
            "| `{uniform: [1 KiB, 4 KiB]}` | uniform between the two |\n"
            "| `{triangular: [1 KiB, 2 KiB, 8 KiB]}` | lowest, most likely and highest value |\n"
            "| `{lognormal: {mean: 8 KiB, cv: 1.5}}` | log-normal; cv is standard deviation / mean |\n"
            "| `{pareto: {mean: 8 KiB, shape: 1.5}}` | Pareto; shape above 1 |\n"
            "| `{gamma: {mean: 8 KiB, cv: 0.5}}` | gamma; cv 1/sqrt(k) is Erlang-k |\n"
            "| `{weibull: {mean: 8 KiB, shape: 0.7}}` | Weibull |\n"
            "| `{discrete: [[512 B, 10%%], [4 KiB, 90%%]]}` | these values with these shares |\n"
            "| `{cdf: sizes.csv}` | piecewise linear; columns value and cumulative percent, relative to this file |\n");
}

static void reference_files(FILE *out)
{
    fprintf(
        out,
        "\n## Files, overrides, sweeps\n\n"
        "- A scenario is one YAML (or JSON) document in UTF-8. Anchors, aliases and the merge key `<<` work; a key "
        "given "
        "twice is an error.\n"
        "- `include: [a.yaml, b.yaml]` reads these first. Mappings merge key by key, later files win, the including "
        "file "
        "wins over all; lists and values are replaced. Names of files are relative to the file that has them.\n"
        "- `--set path=value` changes one setting after loading; the value is YAML (`--set 'designs=[shared]'`). A "
        "path "
        "names keys with dots between; items of a list go by number, by `name`, or by `kind` if they have no name: "
        "`vms.db.workloads.oltp.rate`.\n"
        "- `sweep: {servers.hosts.vms.web: [4, 8], servers.hosts.count: [8, 16]}` makes a point of every combination; "
        "`sweep: {zip: {a: [1, 2], b: [3, 4]}}` goes through lists in step. At most %d points.\n",
        SCN_POINTS_MAX);
}

static void reference_links(FILE *out)
{
    static const char *const control[] = {"none", "BB credit", "VL credit", "PFC", "pause"};
    char rate[64];

    fprintf(out, "\n## Link technologies\n\n| type | summary | rate | carries | flow control | source |\n"
                 "|---|---|---|---|---|---|\n");
    for (size_t i = 0; vio_link_types[i]; i++) {
        const struct vio_link_type *l = vio_link_types[i];
        const bool ip = l->framing[VIO_PROTO_IP].carried, fc = l->framing[VIO_PROTO_FC].carried;
        const bool rdma = l->framing[VIO_PROTO_RDMA].carried;

        sim_quantity_print((double)l->rate_bps, SIM_DIM_RATE, rate, sizeof(rate));
        fprintf(out, "| `%s` | ", l->type);
        reference_cell(out, l->summary);
        fprintf(out, " | %s | %s%s%s%s | %s | ", rate, ip ? "Ethernet" : "", ip && fc ? ", " : "", fc ? "FC" : "",
                rdma ? ", RDMA" : "", control[l->flow_control]);
        reference_cell(out, l->source);
        fprintf(out, " |\n");
    }
}

static void reference_model(FILE *out, const char *type, const char *summary, const char *source,
                            const struct sim_param *params)
{
    fprintf(out, "\n### `%s`\n\n%s. Source: %s.\n", type, summary, source);
    reference_params(out, params);
}

static void reference_controls(FILE *out)
{
    fprintf(out, "\n## Flow control\n\nWhat holds back, loses or marks packets, and the numbers of all of it.\n\n"
                 "| type | summary | keys | source |\n|---|---|---|---|\n");
    for (size_t i = 0; vio_control_types[i]; i++) {
        const struct vio_control_type *c = vio_control_types[i];

        fprintf(out, "| `%s` | ", c->type);
        reference_cell(out, c->summary);
        fprintf(out, " |");
        for (size_t k = 0; c->params && c->params[k]; k++)
            fprintf(out, "%s `%s`", k ? "," : "", c->params[k]);
        fprintf(out, " | ");
        reference_cell(out, c->source);
        fprintf(out, " |\n");
    }
    reference_params(out, vio_control_params);
}

static void reference_scheduler(FILE *out, const struct vio_sched_type *t)
{
    fprintf(out, "\n### `%s`\n\n%s. Keys of a class: %s. Source: %s.\n", t->type, t->summary,
            t->class_keys ? t->class_keys : "none", t->source);
    reference_params(out, t->params);
}

static void reference_models(FILE *out)
{
    fprintf(out, "\n## Schedulers\n");
    for (size_t i = 0; vio_sched_types[i]; i++)
        reference_scheduler(out, vio_sched_types[i]);
    fprintf(out, "\n## Transports\n");
    for (size_t i = 0; vio_transport_types[i]; i++)
        reference_model(out, vio_transport_types[i]->type, vio_transport_types[i]->summary,
                        vio_transport_types[i]->source, vio_transport_types[i]->params);
    fprintf(out, "\n## Workloads\n");
    for (size_t i = 0; vio_workload_types[i]; i++)
        reference_model(out, vio_workload_types[i]->type, vio_workload_types[i]->summary, vio_workload_types[i]->source,
                        vio_workload_types[i]->params);
    fprintf(out, "\n## Trace formats\n\n| format | summary | a row | source |\n|---|---|---|---|\n");
    for (size_t i = 0; vio_trace_types[i]; i++) {
        const struct vio_trace_type *t = vio_trace_types[i];

        fprintf(out, "| `%s` | ", t->type);
        reference_cell(out, t->summary);
        fprintf(out, " | `%s` | ", t->row);
        reference_cell(out, t->source);
        fprintf(out, " |\n");
    }
    fprintf(out, "\n## Nodes\n");
    for (size_t i = 0; vio_node_types[i]; i++)
        reference_model(out, vio_node_types[i]->type, vio_node_types[i]->summary, vio_node_types[i]->source,
                        vio_node_types[i]->params);
}

void scn_write_reference(FILE *out)
{
    struct reference r = {.out = out};

    fprintf(out,
            "# Scenario reference\n\nEvery section and every parameter of a scenario file, written by the program from "
            "the tables that it checks scenarios with. Do not edit.\n");
    reference_units(out);
    reference_files(out);
    fprintf(out, "\n## Sections\n");
    reference_section(&r, &scn_section_root);
    reference_links(out);
    reference_controls(out);
    reference_models(out);
}
