/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/resolve.c - names to things: networks, classes, items, types of models.
 */
#include "models/trace.h"
#include "sim/scenario/check.h"

#include <string.h>

enum {
    RESOLVE_MTU_MIN_B = 576,  /* what every IP host accepts, RFC 791 */
    RESOLVE_UNIT_MAX_B = 4096 /* IBA vol. 1 cl. 7.7; PCI Express Base 2.2 */
};

enum { RESOLVE_LISTED = 16 }; /* names in a message */

void scn_names_of_models(struct scn_check *c)
{
    struct sim_arena *a = c->scratch;
    const struct sim_pos none = {0};
    struct scn_node *links = scn_node_map(a, none), *scheds = scn_node_map(a, none);
    struct scn_node *transports = scn_node_map(a, none), *workloads = scn_node_map(a, none);
    struct scn_node *nodes = scn_node_map(a, none), *traces = scn_node_map(a, none);

    for (size_t i = 0; vio_link_types[i]; i++)
        scn_node_add(a, links, vio_link_types[i]->type, none, NULL);
    for (size_t i = 0; vio_sched_types[i]; i++)
        scn_node_add(a, scheds, vio_sched_types[i]->type, none, NULL);
    for (size_t i = 0; vio_transport_types[i]; i++)
        scn_node_add(a, transports, vio_transport_types[i]->type, none, NULL);
    for (size_t i = 0; vio_workload_types[i]; i++)
        scn_node_add(a, workloads, vio_workload_types[i]->type, none, NULL);
    for (size_t i = 0; vio_node_types[i]; i++)
        scn_node_add(a, nodes, vio_node_types[i]->type, none, NULL);
    for (size_t i = 0; vio_trace_types[i]; i++)
        scn_node_add(a, traces, vio_trace_types[i]->type, none, NULL);
    c->names.traces = traces;
    c->names.links = links;
    c->names.scheds = scheds;
    c->names.transports = transports;
    c->names.workloads = workloads;
    c->names.nodes = nodes;
}

/* Exact, or with '_' for '-' and the other way round. */
static size_t resolve_find(struct scn_check *c, const struct scn_node *names, const char *text)
{
    size_t i = scn_node_find(names, text);

    for (int round = 0; i == SCN_NONE && round < 2; round++) {
        char *other = sim_arena_text(c->scratch, text);

        for (char *p = other; *p; p++)
            if (*p == "_-"[round])
                *p = "-_"[round];
        i = scn_node_find(names, other);
    }
    return i;
}

size_t scn_resolve(struct scn_at at, const char *text, const struct scn_node *names, const char *what)
{
    const size_t i = resolve_find(at.c, names, text);

    if (i != SCN_NONE)
        return i;
    if (names->n == 0)
        scn_error(at, "no %s '%s'; there are none", what, text);
    else
        scn_error(at, "no %s '%s'; there %s %s%s", what, text, names->n > 1 ? "are" : "is",
                  scn_node_keys(at.c->scratch, names, RESOLVE_LISTED), scn_node_meant(at.c->scratch, names, text));
    return SCN_NONE;
}

size_t scn_resolve_key(struct scn_at at, const char *key, const struct scn_node *names, const char *what, size_t dflt)
{
    struct scn_at value = scn_at_key(at, key);
    const char *text;

    if (!value.node)
        return dflt;
    text = scn_text(value);
    return text ? scn_resolve(value, text, names, what) : SCN_NONE;
}

uint32_t *scn_resolve_list(struct scn_at at, const char *key, const struct scn_node *names, const char *what, size_t *n)
{
    struct scn_at list = scn_at_key(at, key);
    const size_t count = scn_count(list);
    uint32_t *index = sim_arena_alloc(at.c->arena, count + 1, sizeof(*index));

    *n = 0;
    for (size_t i = 0; i < count; i++) {
        struct scn_at item = scn_at_item(list, i);
        const char *text = scn_text(item);
        const size_t found = text ? scn_resolve(item, text, names, what) : SCN_NONE;
        bool twice = false;

        for (size_t k = 0; k < *n; k++)
            twice = twice || index[k] == found;
        if (twice)
            scn_error(item, "'%s' is listed twice", text);
        else if (found != SCN_NONE)
            index[(*n)++] = (uint32_t)found;
    }
    return index;
}

/* True if `word` is one of "a|b|c". */
static bool resolve_one_of(const char *word, const char *list)
{
    const size_t n = strlen(word);

    for (const char *p = list; p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
        if (strncmp(p, word, n) == 0 && (p[n] == '\0' || p[n] == '|'))
            return true;
    return false;
}

/* "switch or director" from "switch|director". */
static const char *resolve_or(struct scn_check *c, const char *categories)
{
    const char *bar = strchr(categories, '|');

    if (!bar)
        return categories;
    return sim_arena_printf(c->scratch, "%.*s or %s", (int)(bar - categories), categories, bar + 1);
}

const struct scn_item *scn_resolve_item(struct scn_at at, const char *categories)
{
    const struct scn_catalogue *cat = &at.c->study->catalogue;
    const char *text = at.node ? scn_text(at) : NULL, *want = resolve_or(at.c, categories);
    struct scn_node *fitting;
    size_t i;

    if (!text)
        return NULL;
    i = resolve_find(at.c, at.c->names.items, text);
    if (i != SCN_NONE && resolve_one_of(cat->item[i].category, categories))
        return &cat->item[i];
    fitting = scn_node_map(at.c->scratch, at.pos);
    for (size_t k = 0; k < cat->items; k++)
        if (resolve_one_of(cat->item[k].category, categories))
            scn_node_add(at.c->scratch, fitting, cat->item[k].item, at.pos, NULL);
    if (i != SCN_NONE)
        scn_error(at, "'%s' is %s %s, %s %s is needed here; the catalogue has %s", text,
                  scn_article(cat->item[i].category), cat->item[i].category, scn_article(want), want,
                  fitting->n ? scn_node_keys(at.c->scratch, fitting, RESOLVE_LISTED) : "none");
    else
        scn_error(at, "no %s '%s' in the catalogue; it has %s%s", want, text,
                  fitting->n ? scn_node_keys(at.c->scratch, fitting, RESOLVE_LISTED) : "none",
                  scn_node_meant(at.c->scratch, fitting, text));
    return NULL;
}

/* Index of the type at `key`, or of `dflt` when absent. */
static size_t resolve_type(struct scn_at at, const char *key, const struct scn_node *names, const char *what,
                           const char *dflt)
{
    struct scn_at value = scn_at_key(at, key);

    if (value.node || !dflt)
        return scn_resolve_key(at, key, names, what, SCN_NONE);
    return scn_resolve(value, dflt, names, what);
}

const struct vio_link_type *scn_resolve_link(struct scn_at at, const char *key, const char *dflt)
{
    const size_t i = resolve_type(at, key, at.c->names.links, "link technology", dflt);

    return i == SCN_NONE ? NULL : vio_link_types[i];
}

const struct vio_sched_type *scn_resolve_sched(struct scn_at at, const char *key, const char *dflt, const void **config)
{
    static const struct scn_field fields[] = {{"type", SCN_FREE, NULL, true, "type of scheduler", "which one"}, {0}};
    static const struct scn_section section = {"scheduler", "", NULL, fields, SCN_EXTRA_NONE};
    struct scn_at value = scn_at_key(at, key);
    const bool map = value.node && value.node->kind == SCN_MAP;
    const size_t i = resolve_type(map ? value : at, map ? "type" : key, at.c->names.scheds, "scheduler",
                                  map && !scn_node_get(value.node, "type") ? NULL : dflt);
    const struct vio_sched_type *type = i == SCN_NONE ? NULL : vio_sched_types[i];
    void *params;

    *config = NULL;
    if (map)
        scn_check_keys(value, &section, type ? type->params : NULL);
    if (!type || !type->params)
        return type;
    *config = params = sim_arena_alloc(at.c->arena, 1, type->config_size);
    if (map)
        scn_check_params(value, type->params, NULL, params);
    else
        sim_param_defaults(type->params, params, at.c->arena);
    return type;
}

void scn_check_sched(struct scn_at at, const struct vio_sched_type *type, const void *config,
                     const struct vio_class_config *cls, uint32_t classes, uint64_t rate_bps)
{
    char why[512];

    if (type && type->check && !type->check(config, cls, classes, rate_bps, why, sizeof why))
        scn_error(at, "%s: %s", type->type, why);
}

const struct vio_node_type *scn_resolve_node(struct scn_at at, const char *dflt, bool storage)
{
    const enum vio_role role = storage ? VIO_ROLE_STORAGE : VIO_ROLE_ENDPOINT;
    struct scn_node *fitting = scn_node_map(at.c->scratch, at.pos);
    struct scn_at kind = scn_at_key(at, "kind");
    const char *text = kind.node ? scn_text(kind) : dflt;
    size_t i;

    for (size_t k = 0; vio_node_types[k]; k++)
        if (vio_node_types[k]->role == role)
            scn_node_add(at.c->scratch, fitting, vio_node_types[k]->type, at.pos, NULL);
    if (!text)
        return NULL;
    i = resolve_find(at.c, at.c->names.nodes, text);
    if (i != SCN_NONE && vio_node_types[i]->role == role)
        return vio_node_types[i];
    if (i == SCN_NONE)
        scn_resolve(kind, text, fitting, storage ? "kind of storage" : "kind of peer");
    else
        scn_error(kind, "%s %s cannot stand here; %s can be %s", scn_article(text), text,
                  storage ? "storage" : "a peer", scn_node_keys(at.c->scratch, fitting, RESOLVE_LISTED));
    return NULL;
}

const struct vio_workload_type *scn_resolve_workload(struct scn_at at)
{
    const size_t i = resolve_type(at, "kind", at.c->names.workloads, "kind of workload", NULL);

    return i == SCN_NONE ? NULL : vio_workload_types[i];
}

void scn_check_frames(struct scn_at at, const struct vio_link_type *link, const struct scn_frames *f)
{
    const bool credits = link->flow_control == VIO_FLOW_VL_CREDIT;
    const uint32_t least_B = credits ? 256 : 128, unit_B = link->framing[VIO_PROTO_IP].segment_B;

    if (f->mtu_B && !link->mtu_max_B)
        scn_error(scn_at_key(at, "mtu"), "%s has no MTU that could be set", link->type);
    else if (f->mtu_B && (f->mtu_B < RESOLVE_MTU_MIN_B || f->mtu_B > link->mtu_max_B))
        scn_error(scn_at_key(at, "mtu"), "%llu B is out of range; %s carries IP packets of %d B to %u B",
                  (unsigned long long)f->mtu_B, link->type, RESOLVE_MTU_MIN_B, link->mtu_max_B);
    if (f->segment_B && !unit_B)
        scn_error(scn_at_key(at, "segment"), "%s does not cut packets into units", link->type);
    else if (f->segment_B &&
             (f->segment_B < least_B || f->segment_B > RESOLVE_UNIT_MAX_B || (f->segment_B & (f->segment_B - 1))))
        scn_error(scn_at_key(at, "segment"), "%llu B is no unit of %s; a power of two from %u B to %d B is",
                  (unsigned long long)f->segment_B, link->type, least_B, RESOLVE_UNIT_MAX_B);
    if (f->tagged && !link->mtu_max_B)
        scn_error(scn_at_key(at, "tagged"), "%s carries no Ethernet frames that could have a tag", link->type);
}
