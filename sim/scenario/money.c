/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/money.c - what is owned, how it grows, and what is not known exactly.
 *
 * An entry of `uncertain` names settings by path: cost.KEY, catalogue.ITEM.KEY, io_designs.NAME.KEY. ITEM and NAME may
 * hold the wildcards * and ?; an ITEM that begins with @ is a category (catalogue.@switch.price_usd). The settings of
 * one entry move together; entries are independent of each other.
 */
#include "sim/scenario/check.h"

#include <fnmatch.h>
#include <string.h>

static const struct sim_param growth_params[] = {
    {"rate", SIM_PARAM_FRACTION, offsetof(struct scn_growth, rate), "0%", NULL, NULL,
     "growth of the number of VMs per year, of those there are", "design choice"},
    {"vms_per_year", SIM_PARAM_NUMBER, offsetof(struct scn_growth, vms_per_year), "0", "0", "1000000",
     "VMs added every year, over all groups of servers in proportion to what they carry", "design choice"},
    {"years", SIM_PARAM_COUNT, offsetof(struct scn_growth, years), "5", "1", "30", "looked ahead", "design choice"},
    {0}};
const struct scn_section scn_section_growth = {
    "growth",
    "How the number of VMs grows. What a server carries stays as it is, so servers are added, and in time what they "
    "plug into: `viosim cost` and the report say when which design needs what. Give `rate` or `vms_per_year`.",
    growth_params, NULL, SCN_EXTRA_NONE};

static const struct scn_field uncertain_fields[] = {
    {"of", SCN_NAMES, NULL, true, "list of paths",
     "settings: `cost.KEY`, `catalogue.ITEM.KEY`, `io_designs.NAME.KEY`; ITEM and NAME may hold `*` and `?`, "
     "`catalogue.@switch.price_usd` is a whole category"},
    {"factor", SCN_FREE, NULL, false, "distribution of numbers", "of what multiplies these settings"},
    {"value", SCN_FREE, NULL, false, "distribution", "of what they are, in their unit"},
    {0}};
const struct scn_section scn_section_uncertain = {
    "uncertain.NAME",
    "A price or an assumption that is not known exactly, or several that move together. Either `factor` or `value`. "
    "See [models/plan-and-cost.md](models/plan-and-cost.md).",
    NULL, uncertain_fields, SCN_EXTRA_NONE};

static void money_owned(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "owned");
    const struct sim_param row = {"", SIM_PARAM_COUNT, 0, NULL, "0", "1000000", "", ""};

    if (!scn_is_map(at))
        return;
    c->study->owned = sim_arena_alloc(c->arena, at.node->n + 1, sizeof(*c->study->owned));
    for (size_t i = 0; i < at.node->n; i++) {
        struct scn_at here = scn_at_entry(at, i);
        struct scn_owned *o = &c->study->owned[c->study->n_owned];
        struct scn_at key = here;
        size_t item;
        const char *text = scn_text(here);
        char why[256];

        key.pos = here.key_pos;
        item = scn_resolve(key, at.node->entry[i].key, c->names.items, "item of the catalogue");
        if (text && text[strspn(text, "0123456789")])
            scn_error(here, "'%s' is not a whole number; write how many there are", text);
        else if (text && !sim_param_set(&row, &o->quantity, text, c->arena, why, sizeof(why)))
            scn_error(here, "%s", why);
        else if (text && item != SCN_NONE) {
            o->item = &c->study->catalogue.item[item];
            c->study->n_owned++;
        }
    }
}

static void money_growth(struct scn_check *c)
{
    struct scn_at at = scn_at_key(scn_at_root(c), "growth");
    struct scn_growth *g = &c->study->growth;

    if (!scn_is_map(at))
        return;
    scn_check_section(at, &scn_section_growth, g);
    if (g->rate > 0 && g->vms_per_year > 0)
        scn_error(scn_at_key(at, "vms_per_year"), "a growth has a rate or a number of VMs per year, this one has both");
}

struct money_place { /* what a path leads to */
    const struct sim_param *row;
    int whose;
    uint32_t index;
};

/* The rows of `table` that are numbers and so can be uncertain, as names. */
static struct scn_node *money_keys(struct scn_at at, const struct sim_param *table)
{
    struct scn_node *keys = scn_node_map(at.c->scratch, at.pos);

    for (const struct sim_param *p = table; p->name; p++)
        switch (p->type) {
        case SIM_PARAM_NUMBER:
        case SIM_PARAM_FRACTION:
        case SIM_PARAM_MONEY:
        case SIM_PARAM_POWER:
        case SIM_PARAM_ENERGY_PRICE:
        case SIM_PARAM_MONEY_PER_MONTH:
        case SIM_PARAM_MONEY_PER_HOUR:
        case SIM_PARAM_HOURS_PER_YEAR:
        case SIM_PARAM_HOURS:
        case SIM_PARAM_YEARS:
            scn_node_add(at.c->scratch, keys, p->name, at.pos, NULL);
            break;
        default:
            break;
        }
    return keys;
}

/* The settings of items that can be uncertain, where the study keeps them. */
static const struct sim_param money_item_params[] = {
    {"price_usd", SIM_PARAM_NUMBER, offsetof(struct scn_item, price_usd), NULL, "0", NULL, "in US$", "design choice"},
    {"maintenance", SIM_PARAM_NUMBER, offsetof(struct scn_item, maintenance_usd_per_year), NULL, "0", NULL,
     "per year, in US$", "design choice"},
    {"watts", SIM_PARAM_NUMBER, offsetof(struct scn_item, watts), NULL, "0", NULL, "as in the catalogue",
     "design choice"},
    {"watts_idle", SIM_PARAM_NUMBER, offsetof(struct scn_item, watts_idle), NULL, "0", NULL, "as in the catalogue",
     "design choice"},
    {0}};

/* The settings of designs that are numbers, where the study keeps them. */
static const struct sim_param money_design_params[] = {
    {"admin_per_port", SIM_PARAM_HOURS_PER_YEAR, offsetof(struct scn_design, admin_h_per_port_year), NULL, NULL, NULL,
     "as in io_designs", "design choice"},
    {"admin_per_change", SIM_PARAM_HOURS, offsetof(struct scn_design, admin_h_per_change), NULL, NULL, NULL,
     "as in io_designs", "design choice"},
    {0}};

static bool money_matches(const char *pattern, const char *name, const char *category)
{
    if (pattern[0] == '@')
        return category && strcmp(pattern + 1, category) == 0;
    return fnmatch(pattern, name, 0) == 0;
}

static void money_add(struct scn_uncertain *u, struct scn_check *c, size_t most, const struct money_place *place)
{
    if (!u->target)
        u->target = sim_arena_alloc(c->arena, most, sizeof(*u->target));
    u->target[u->targets++] =
        (struct scn_target){.whose = place->whose, .index = place->index, .offset = place->row->offset};
}

/* The names that a pattern may match in vain: those of the document. */
static void money_no_match(struct scn_at at, const char *pattern, const struct scn_node *names, const char *what)
{
    if (pattern[0] == '@' || strpbrk(pattern, "*?["))
        scn_warn(at, "no %s is '%s'", what, pattern);
    else if (scn_resolve(at, pattern, names, what) != SCN_NONE)
        scn_warn(at, "%s '%s' is not among those compared", what, pattern);
}

/* A path "HEAD.PATTERN.KEY". */
static const struct sim_param *money_path(struct scn_at at, const char *path, struct scn_uncertain *u, size_t most)
{
    const struct scn_study *st = at.c->study;
    const char *first = strchr(path, '.'), *last = strrchr(path, '.');
    const size_t head = first ? (size_t)(first - path) : 0, before = u->targets;
    const bool item = head == 9 && strncmp(path, "catalogue", head) == 0;
    const bool design = head == 10 && strncmp(path, "io_designs", head) == 0;
    const bool cost = head == 4 && strncmp(path, "cost", head) == 0;
    const struct sim_param *table = cost     ? scn_section_cost.params
                                    : item   ? money_item_params
                                    : design ? money_design_params
                                             : NULL;
    const char *pattern;
    struct money_place place;

    if (!table || (first == last) != cost) {
        scn_error(at, "'%s' is none of cost.KEY, catalogue.ITEM.KEY, io_designs.NAME.KEY", path);
        return NULL;
    }
    if (scn_resolve(at, last + 1, money_keys(at, table), "number") == SCN_NONE)
        return NULL;
    place = (struct money_place){.row = sim_param_find(table, last + 1), .whose = SCN_OF_COST};
    pattern = cost ? "" : sim_arena_printf(at.c->scratch, "%.*s", (int)(last - first - 1), first + 1);
    if (cost)
        money_add(u, at.c, most, &place);
    place.whose = item ? SCN_OF_ITEM : SCN_OF_DESIGN;
    for (place.index = 0; item && place.index < st->catalogue.items; place.index++)
        if (money_matches(pattern, st->catalogue.item[place.index].item, st->catalogue.item[place.index].category))
            money_add(u, at.c, most, &place);
    for (place.index = 0; design && place.index < st->designs; place.index++)
        if (money_matches(pattern, st->design[place.index].name, NULL))
            money_add(u, at.c, most, &place);
    if (u->targets == before && item)
        money_no_match(at, pattern, at.c->names.items, "item of the catalogue");
    else if (u->targets == before)
        money_no_match(at, pattern, scn_at_key(scn_at_root(at.c), "io_designs").node, "design");
    return place.row;
}

static void money_uncertain(struct scn_at at, struct scn_uncertain *u)
{
    static const struct sim_param factor_row = {"factor", SIM_PARAM_NUMBER, 0, NULL, NULL, NULL, "", ""};
    struct scn_at of = scn_at_key(at, "of"), factor = scn_at_key(at, "factor"), value = scn_at_key(at, "value");
    const struct scn_study *st = at.c->study;
    const size_t n = scn_count(of), most = n * (st->catalogue.items + st->designs + 1) + 1;
    const struct sim_param *row = NULL;
    bool same = true;

    for (size_t i = 0; i < n; i++) {
        const char *path = scn_text(scn_at_item(of, i));
        const struct sim_param *found = path ? money_path(scn_at_item(of, i), path, u, most) : NULL;

        same = same && (!row || !found || row->type == found->type);
        row = found ? found : row;
    }
    u->factor = factor.node != NULL;
    if (!factor.node == !value.node)
        scn_error(at, "either a factor or a value is expected, as in factor: {uniform: [0.5, 1.5]}");
    else if (factor.node)
        scn_check_spread(factor, &factor_row, &u->dist);
    else if (!same)
        scn_error(value, "the settings have different dimensions; only a factor can be common to them");
    else if (row)
        scn_check_spread(value, row, &u->dist);
}

static void money_uncertain_all(struct scn_check *c)
{
    struct scn_at all = scn_at_key(scn_at_root(c), "uncertain");

    if (!scn_is_map(all))
        return;
    c->study->uncertain = sim_arena_alloc(c->arena, all.node->n + 1, sizeof(*c->study->uncertain));
    for (size_t i = 0; i < all.node->n; i++) {
        struct scn_at at = scn_at_entry(all, i);
        struct scn_uncertain *u = &c->study->uncertain[c->study->n_uncertain];

        scn_check_name(at, all.node->entry[i].key);
        if (!scn_is_map(at)) {
            if (scn_node_is_empty(at.node))
                scn_error(at, "{of: PATH, factor: DISTRIBUTION} is expected");
            continue;
        }
        scn_check_section(at, &scn_section_uncertain, NULL);
        u->name = sim_arena_text(c->arena, all.node->entry[i].key);
        u->pos = scn_keep_pos(c, at.key_pos);
        money_uncertain(at, u);
        c->study->n_uncertain += u->targets > 0; /* what matches nothing moves nothing */
    }
}

void scn_read_money(struct scn_check *c)
{
    money_owned(c);
    money_growth(c);
    money_uncertain_all(c);
}
