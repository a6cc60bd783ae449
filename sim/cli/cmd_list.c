/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/cli/cmd_list.c - viosim list: every model with its parameters, from the tables that the program itself uses.
 */
#include <stdio.h>
#include <string.h>

#include "models/control.h"
#include "models/node.h"
#include "models/sched.h"
#include "models/trace.h"
#include "sim/cli/cli.h"

enum { LIST_COLUMNS = 80 };

/* Print `text` broken at blanks into lines of at most LIST_COLUMNS, each after `indent` blanks; the cursor is at `at`.
 */
static void list_wrap(const char *text, int indent, int at)
{
    while (*text) {
        const int word = (int)strcspn(text, " ");

        if (at > indent && at + 1 + word > LIST_COLUMNS) {
            printf("\n%*s", indent, "");
            at = indent;
        } else if (at > indent) {
            putchar(' ');
            at++;
        }
        printf("%.*s", word, text);
        at += word;
        text += word + (text[word] == ' ');
    }
    putchar('\n');
}

static void list_head(const char *type, const char *summary, const char *source)
{
    printf("%-18s ", type);
    list_wrap(summary, 19, 19);
    if (source) {
        printf("%19s", "");
        char text[512];

        snprintf(text, sizeof(text), "source: %s", source);
        list_wrap(text, 19, 19);
    }
}

/* A parameter: name, type and default, range, meaning, source. */
static void list_parameters(const struct sim_param *table)
{
    for (const struct sim_param *p = table; p && p->name; p++) {
        char text[1024];
        size_t n = 0;

        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s; %s",
                              p->type == SIM_PARAM_CHOICE ? p->min : sim_param_type_name(p->type),
                              p->dflt ? "default " : "required");
        if (p->dflt)
            n += (size_t)snprintf(text + n, sizeof(text) - n, "%s", *p->dflt ? p->dflt : "none");
        if (p->type != SIM_PARAM_CHOICE && p->type != SIM_PARAM_REF && (p->min || p->max))
            snprintf(text + n, sizeof(text) - n, "; %s..%s", p->min ? p->min : "", p->max ? p->max : "");
        printf("    %-20s ", p->name);
        list_wrap(text, 25, 25);
        snprintf(text, sizeof(text), "%s [%s]", p->doc, p->source);
        printf("%25s", "");
        list_wrap(text, 25, 25);
    }
}

/* What a link adds to a packet of each protocol it carries. */
static void list_framing(const struct vio_link_type *l)
{
    static const struct {
        enum vio_proto proto;
        const char *name;
    } rows[] = {{VIO_PROTO_IP, "IP"}, {VIO_PROTO_FC, "FC"}, {VIO_PROTO_RDMA, "RDMA"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const struct vio_framing *f = &l->framing[rows[i].proto];
        char text[160];
        size_t n;

        if (!f->carried)
            continue;
        n = (size_t)snprintf(text, sizeof(text), "%s: %u B a packet", rows[i].name, f->overhead_B);
        if (f->min_B)
            n += (size_t)snprintf(text + n, sizeof(text) - n, ", at least %u B on the wire", f->min_B);
        if (f->segment_B)
            n += (size_t)snprintf(text + n, sizeof(text) - n, ", %u B for each %u B begun", f->segment_overhead_B,
                                  f->segment_B);
        if (rows[i].proto == VIO_PROTO_IP && l->mtu_max_B)
            snprintf(text + n, sizeof(text) - n, "; MTU %u B, up to %u B", l->mtu_B, l->mtu_max_B);
        printf("%19s", "");
        list_wrap(text, 19, 19);
    }
}

static void list_links(void)
{
    static const char *const control[] = {[VIO_FLOW_NONE] = "tail drop",
                                          [VIO_FLOW_BB_CREDIT] = "buffer-to-buffer credits",
                                          [VIO_FLOW_VL_CREDIT] = "virtual-lane credits",
                                          [VIO_FLOW_PFC] = "priority pause",
                                          [VIO_FLOW_PAUSE] = "pause",
                                          [VIO_FLOW_DESCRIPTORS] = "descriptors"};

    for (const struct vio_link_type *const *t = vio_link_types; *t; t++) {
        char rate[32], text[160];

        list_head((*t)->type, (*t)->summary, NULL);
        sim_quantity_print((double)(*t)->rate_bps, SIM_DIM_RATE, rate, sizeof(rate));
        snprintf(text, sizeof(text), "%s after coding, %u ns per 100 m, %s", rate, (*t)->ps_per_m / 10,
                 control[(*t)->flow_control]);
        printf("%19s", "");
        list_wrap(text, 19, 19);
        list_framing(*t);
        snprintf(text, sizeof(text), "source: %s", (*t)->source);
        printf("%19s", "");
        list_wrap(text, 19, 19);
    }
}

static void list_schedulers(void)
{
    for (const struct vio_sched_type *const *t = vio_sched_types; *t; t++) {
        char text[128];

        list_head((*t)->type, (*t)->summary, (*t)->source);
        snprintf(text, sizeof(text), "keys of a class: %s", (*t)->class_keys ? (*t)->class_keys : "none");
        printf("%19s", "");
        list_wrap(text, 19, 19);
        list_parameters((*t)->params);
    }
}

static void list_controls(void)
{
    for (const struct vio_control_type *const *t = vio_control_types; *t; t++) {
        list_head((*t)->type, (*t)->summary, (*t)->source);
        for (const char *const *name = (*t)->params; name && *name; name++) {
            const struct sim_param row[] = {*sim_param_find(vio_control_params, *name), {0}};

            list_parameters(row);
        }
    }
}

static void list_transports(void)
{
    for (const struct vio_transport_type *const *t = vio_transport_types; *t; t++) {
        list_head((*t)->type, (*t)->summary, (*t)->source);
        list_parameters((*t)->params);
    }
}

static void list_workloads(void)
{
    for (const struct vio_workload_type *const *t = vio_workload_types; *t; t++) {
        list_head((*t)->type, (*t)->summary, (*t)->source);
        list_parameters((*t)->params);
    }
}

static void list_traces(void)
{
    for (const struct vio_trace_type *const *t = vio_trace_types; *t; t++) {
        list_head((*t)->type, (*t)->summary, (*t)->source);
        printf("    %s\n", (*t)->row);
    }
}

static void list_nodes(void)
{
    for (const struct vio_node_type *const *t = vio_node_types; *t; t++) {
        list_head((*t)->type, (*t)->summary, (*t)->source);
        list_parameters((*t)->params);
    }
}

static const struct {
    const char *name, *title;
    void (*print)(void);
} list_kinds[] = {
    {"links", "Link technologies", list_links},
    {"flow-controls", "Flow control, admission and marking", list_controls},
    {"schedulers", "Schedulers of an egress", list_schedulers},
    {"transports", "Transports", list_transports},
    {"workloads", "Workloads", list_workloads},
    {"traces", "Formats of trace files", list_traces},
    {"nodes", "Kinds of node", list_nodes},
};
enum { LIST_KINDS = sizeof(list_kinds) / sizeof(*list_kinds) };

static int list_designs(const char *file)
{
    struct scn_points scenario = {0};
    struct cli_texts set = {0};
    struct sim_diags diags;

    sim_diags_init(&diags);
    const bool fine = cli_load(file, &set, false, &scenario, &diags);

    if (fine) {
        const struct scn_study *study = scenario.study[0];

        for (size_t i = 0; i < study->designs; i++)
            list_head(study->design[i].name, study->design[i].summary ? study->design[i].summary : "", NULL);
        if (study->designs == 0)
            printf("%s is a hand-written topology: it has no designs\n", file);
        scn_points_fini(&scenario);
    }
    sim_diags_fini(&diags);
    return fine ? CLI_OK : CLI_USAGE;
}

struct list_arguments {
    const char *kind, *scenario;
};

static error_t list_parse(int key, char *arg, struct argp_state *state)
{
    struct list_arguments *a = state->input;

    switch (key) {
    case ARGP_KEY_ARG:
        if (state->arg_num > 1)
            argp_error(state, "'%s' is one argument too many", arg);
        *(state->arg_num ? &a->scenario : &a->kind) = arg;
        return 0;
    case ARGP_KEY_END:
        if (a->kind && strcmp(a->kind, "designs") == 0 && !a->scenario)
            argp_error(state, "designs of which scenario?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp list_argp = {
    NULL,
    list_parse,
    "[links|flow-controls|schedulers|transports|workloads|traces|nodes]\ndesigns SCENARIO",
    "List what scenarios can use, with parameters, units, defaults and sources.\v"
    "Examples:\n"
    "  viosim list\n"
    "  viosim list workloads\n"
    "  viosim list designs scenarios/consolidation-2009.yaml",
    NULL,
    NULL,
    NULL};

int cli_list(int argc, char **argv)
{
    struct list_arguments a = {0};
    bool found = false;

    argp_parse(&list_argp, argc, argv, 0, NULL, &a);
    if (a.kind && strcmp(a.kind, "designs") == 0)
        return list_designs(a.scenario);
    for (size_t i = 0; i < LIST_KINDS; i++) {
        if (a.kind && strcmp(a.kind, list_kinds[i].name) != 0)
            continue;
        printf("%s%s (%s)\n\n", found ? "\n" : "", list_kinds[i].title, list_kinds[i].name);
        list_kinds[i].print();
        found = true;
    }
    if (found)
        return CLI_OK;
    fprintf(
        stderr,
        "viosim list: no kind '%s'; there are links, flow-controls, schedulers, transports, workloads, traces, nodes, "
        "designs\n",
        a.kind);
    return CLI_USAGE;
}
