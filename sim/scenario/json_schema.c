/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/json_schema.c - a JSON Schema (draft 7) of scenario files, for completion and checking in editors.
 *
 * Written from the tables of the sections and models. It knows keys, choices and shapes; units, ranges and names are
 * left to the program, which has better words for them. A section whose `kind` brings further keys is one closed object
 * per kind, joined by anyOf.
 */
#include <string.h>

#include "sim/scenario/check.h"

static void json_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', out);
        if ((unsigned char)*text < 0x20)
            fprintf(out, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

/* "enum": [...] of "a|b|c". */
static void json_choices(FILE *out, const char *choices)
{
    fprintf(out, "\"enum\": [");
    for (const char *p = choices; *p;) {
        const size_t n = strcspn(p, "|");

        fprintf(out, "%s\"%.*s\"", p == choices ? "" : ", ", (int)n, p);
        p += n + (p[n] ? 1 : 0);
    }
    fprintf(out, "], ");
}

static void json_param(FILE *out, const struct sim_param *p)
{
    fputc('{', out);
    switch (p->type) {
    case SIM_PARAM_COUNT:
    case SIM_PARAM_INT64:
        fprintf(out, "\"type\": \"integer\", ");
        break;
    case SIM_PARAM_NUMBER:
        fprintf(out, "\"type\": \"number\", ");
        break;
    case SIM_PARAM_BOOL:
        fprintf(out, "\"type\": [\"boolean\", \"string\"], ");
        break;
    case SIM_PARAM_CHOICE:
        json_choices(out, p->min);
        break;
    case SIM_PARAM_DIST_SIZE:
    case SIM_PARAM_DIST_TIME:
        fprintf(out, "\"type\": [\"string\", \"number\", \"object\"], ");
        break;
    default:
        fprintf(out, "\"type\": [\"string\", \"number\"], ");
        break;
    }
    if (p->dflt && p->dflt[0] && p->type != SIM_PARAM_COUNT && p->type != SIM_PARAM_INT64 &&
        p->type != SIM_PARAM_NUMBER) {
        fprintf(out, "\"default\": ");
        json_text(out, p->dflt);
        fprintf(out, ", ");
    }
    fprintf(out, "\"description\": ");
    json_text(out, p->doc);
    fputc('}', out);
}

static void json_section(FILE *out, const struct scn_section *s);

static void json_field(FILE *out, const struct scn_field *f)
{
    fprintf(out, "{\"description\": ");
    json_text(out, f->doc);
    switch (f->shape) {
    case SCN_ONE:
        fprintf(out, ", \"anyOf\": [");
        json_section(out, f->section);
        fprintf(out, "%s]", strcmp(f->name, "replications") == 0 ? ", {\"type\": \"integer\"}" : "");
        break;
    case SCN_NAMED:
        fprintf(out, ", \"anyOf\": [{\"type\": \"object\", \"additionalProperties\": ");
        json_section(out, f->section);
        fprintf(out, "}%s]", f->section == &scn_section_item ? ", {\"type\": [\"array\", \"string\"]}" : "");
        break;
    case SCN_ITEMS:
        fprintf(out, ", \"type\": \"array\", \"items\": ");
        json_section(out, f->section);
        break;
    case SCN_NAMES:
        fprintf(out, ", \"type\": [\"array\", \"string\"], \"items\": {\"type\": \"string\"}");
        break;
    case SCN_COUNTS:
        fprintf(out, ", \"type\": \"object\", \"additionalProperties\": {\"type\": \"integer\", \"minimum\": 0}");
        break;
    case SCN_FREE:
        break;
    }
    fputc('}', out);
}

/* One closed object: the section's keys and, if given, the parameters of one `kind`. */
static void json_object(FILE *out, const struct scn_section *s, const char *kind, const struct sim_param *extra)
{
    const char *comma = "";

    fprintf(out, "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {");
    for (const struct scn_field *f = s->fields; f && f->name; f++, comma = ", ") {
        fprintf(out, "%s\n\"%s\": ", comma, f->name);
        if (kind && strcmp(f->name, "kind") == 0)
            fprintf(out, "{\"const\": \"%s\"}", kind);
        else
            json_field(out, f);
    }
    for (const struct sim_param *p = s->params; p && p->name; p++, comma = ", ") {
        fprintf(out, "%s\n\"%s\": ", comma, p->name);
        json_param(out, p);
    }
    for (const struct sim_param *p = extra; p && p->name; p++) {
        if (scn_section_has(s, p->name))
            continue;
        fprintf(out, "%s\n\"%s\": ", comma, p->name);
        json_param(out, p);
        comma = ", ";
    }
    fprintf(out, "}}");
}

static bool json_node_fits(const struct vio_node_type *type, enum scn_extra extra)
{
    if (extra == SCN_EXTRA_PEER)
        return type->role == VIO_ROLE_ENDPOINT;
    return extra == SCN_EXTRA_NODE || type->role == VIO_ROLE_STORAGE;
}

static void json_section(FILE *out, const struct scn_section *s)
{
    const char *comma = "";

    if (s->extra == SCN_EXTRA_NONE) {
        json_object(out, s, NULL, NULL);
        return;
    }
    if (s->extra == SCN_EXTRA_CONTROL) {
        json_object(out, s, NULL, vio_control_params);
        return;
    }
    fprintf(out, "{\"anyOf\": [");
    if (s->extra == SCN_EXTRA_WORKLOAD) {
        for (size_t i = 0; vio_workload_types[i]; i++, comma = ",\n") {
            fprintf(out, "%s", comma);
            json_object(out, s, vio_workload_types[i]->type, vio_workload_types[i]->params);
        }
        for (size_t i = 0; s == &scn_section_event && scn_event_types[i].kind; i++) {
            fprintf(out, "%s", comma);
            json_object(out, scn_event_types[i].section, scn_event_types[i].kind, NULL);
        }
    } else {
        for (size_t i = 0; vio_node_types[i]; i++) {
            if (!json_node_fits(vio_node_types[i], s->extra))
                continue;
            fprintf(out, "%s", comma);
            json_object(out, s, vio_node_types[i]->type, vio_node_types[i]->params);
            comma = ",\n";
        }
    }
    fprintf(out, "]}");
}

void scn_write_json_schema(FILE *out)
{
    fprintf(
        out,
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n\"title\": \"viosim scenario\",\n\"allOf\": [");
    json_section(out, &scn_section_root);
    fprintf(out, "]}\n");
}
