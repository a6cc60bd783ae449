/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/scenario/catalogue_item.c - the columns of the catalogue: from the texts of a row to an item.
 *
 * Three kinds of column are more than a number or a name: lots ("2 x pcie-gen2-x8 + 2 x pcie-gen2-x4"), money in a
 * currency of its own (converted at the rates of cost.exchange), and names of other items, which are resolved when all
 * are known.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/catalogue.h"

#define ITEM(field)  offsetof(struct item_plain, item.field)
#define PLAIN(field) offsetof(struct item_plain, field)

struct item_plain { /* an item and the texts of the columns that need more than a row of the table */
    struct scn_item item;
    const char *slots, *mezzanines, *onboard, *with, *drivers, *maintenance, *currency;
    double price_usd, price;
};

const struct sim_param scn_item_params[] = {
    {"category", SIM_PARAM_TEXT, ITEM(category), NULL, NULL, NULL,
     "server, blade, chassis, adapter, switch, director, module, cable, optic, port, licence or rack", "design choice"},
    {"description", SIM_PARAM_TEXT, ITEM(description), "", NULL, NULL, "what it is, for people", "design choice"},
    {"link", SIM_PARAM_TEXT, ITEM(link), "", NULL, NULL, "link technology of its ports", "design choice"},
    {"ports", SIM_PARAM_COUNT, ITEM(ports), "0", NULL, "10000",
     "adapters: ports; switches: ports towards servers; directors: host ports; modules: ports", "design choice"},
    {"uplink_ports", SIM_PARAM_COUNT, ITEM(uplink_ports), "0", NULL, "10000", "switches: further ports for uplinks",
     "design choice"},
    {"uplink_link", SIM_PARAM_TEXT, ITEM(uplink_link), "", NULL, NULL, "link technology of the uplink ports",
     "design choice"},
    {"slots", SIM_PARAM_TEXT, PLAIN(slots), "", NULL, NULL,
     "servers: expansion slots, as in 2 x pcie-gen2-x8 + 2 x pcie-gen2-x4; switches, directors: number of module slots",
     "design choice"},
    {"slot_link", SIM_PARAM_TEXT, ITEM(slot_link), "", NULL, NULL,
     "servers: PCIe of the slots that say none themselves; adapters: PCIe they need; directors: link to a module",
     "design choice"},
    {"onboard", SIM_PARAM_TEXT, PLAIN(onboard), "", NULL, NULL, "servers: ports on board, as in 2 x gbe + 2 x 10gbe",
     "design choice"},
    {"mezzanines", SIM_PARAM_TEXT, PLAIN(mezzanines), "", NULL, NULL, "blades: mezzanine slots, as in 2 x pcie-gen1-x8",
     "design choice"},
    {"form", SIM_PARAM_CHOICE, ITEM(form), "any", "any|card|mezzanine", NULL,
     "adapters: sold for expansion slots, for mezzanine slots, or for both at this price", "assumption A-030"},
    {"cores", SIM_PARAM_COUNT, ITEM(cores), "0", NULL, NULL, "servers: processor cores", "design choice"},
    {"chassis", SIM_PARAM_TEXT, ITEM(chassis), "", NULL, NULL,
     "blades, and modules that bring out a blade's ports: item of the chassis they go into", "design choice"},
    {"bays", SIM_PARAM_COUNT, ITEM(bays), "0", NULL, "1000", "chassis: bays for blades; blades: bays they take",
     "design choice"},
    {"io_bays", SIM_PARAM_COUNT, ITEM(io_bays), "0", NULL, "1000", "chassis: bays for I/O modules", "design choice"},
    {"length", SIM_PARAM_NUMBER, ITEM(length_m), "0", "0", "100000",
     "cables: length in m, a plain number; 0 = cut to length", "design choice"},
    {"price_usd", SIM_PARAM_NUMBER, PLAIN(price_usd), "0", "0", NULL,
     "price in US$, a plain number; this, or price and currency", "design choice"},
    {"price", SIM_PARAM_NUMBER, PLAIN(price), "0", "0", NULL, "price in `currency`, a plain number", "design choice"},
    {"currency", SIM_PARAM_TEXT, PLAIN(currency), "", NULL, NULL, "of price, as in EUR; its rate is in cost.exchange",
     "design choice"},
    {"price_year", SIM_PARAM_COUNT, ITEM(price_year), "0", NULL, NULL, "year of the price; 0 = not said",
     "design choice"},
    {"maintenance", SIM_PARAM_TEXT, PLAIN(maintenance), "", NULL, NULL,
     "per year: of the price, as in 12%, or an amount in the price's currency", "design choice"},
    {"with", SIM_PARAM_TEXT, PLAIN(with), "", NULL, NULL,
     "what is bought with each one, as in 2 x sfp-10g-sr + 1 x port-licence", "design choice"},
    {"watts", SIM_PARAM_NUMBER, ITEM(watts), NULL, "0", NULL, "nameplate power in W, a plain number", "design choice"},
    {"watts_idle", SIM_PARAM_NUMBER, ITEM(watts_idle), "0", "0", NULL,
     "power without load in W, a plain number; 0 = not said", "design choice"},
    {"rack_units", SIM_PARAM_NUMBER, ITEM(rack_units), "0", "0", NULL, "height in rack units (1.75 inch)",
     "design choice"},
    {"max_vnics", SIM_PARAM_COUNT, ITEM(max_vnics), "0", NULL, NULL,
     "adapters: vNICs of a card, with pass-through; 0 = no limit", "design choice"},
    {"max_vhbas", SIM_PARAM_COUNT, ITEM(max_vhbas), "0", NULL, NULL,
     "adapters: vHBAs of a card, with pass-through; 0 = no limit", "design choice"},
    {"max_functions", SIM_PARAM_COUNT, ITEM(max_functions), "0", NULL, NULL,
     "adapters, servers with ports on board: functions (VFs, FlexNICs) of a port, with pass-through; 0 = no limit",
     "design choice"},
    {"max_vlans", SIM_PARAM_COUNT, ITEM(max_vlans), "0", NULL, NULL, "switches: VLANs; 0 = no limit", "design choice"},
    {"drivers", SIM_PARAM_TEXT, PLAIN(drivers), "", NULL, NULL,
     "adapters, servers with ports on board: operating systems with a driver, as in linux windows; empty = all",
     "design choice"},
    {"year_from", SIM_PARAM_COUNT, ITEM(year_from), "0", NULL, NULL, "first year it was sold; 0 = unknown",
     "design choice"},
    {"year_to", SIM_PARAM_COUNT, ITEM(year_to), "0", NULL, NULL, "last year it was sold; 0 = unknown", "design choice"},
    {"source", SIM_PARAM_TEXT, ITEM(source), NULL, NULL, NULL, "where price and power come from", "design choice"},
    {0}};

const struct scn_section scn_section_item = {
    "catalogue.ITEM",
    "Something that can be bought. `catalogue` is a list of CSV files with these columns and the column `item` (later "
    "files "
    "replace rows of earlier ones), or a mapping of items, to override single values or to add items.",
    scn_item_params, NULL, SCN_EXTRA_NONE};

static const char *const item_categories[] = {"server", "blade", "chassis", "adapter", "switch", "director", "module",
                                              "cable",  "optic", "port",    "licence", "rack",   NULL};

uint32_t scn_lots_count(const struct scn_lots *lots)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < lots->n; i++)
        sum += lots->lot[i].count;
    return sum;
}

/* One term, "2 x pcie-gen2-x8", "2" or a name alone, into a lot. False: neither. */
static bool item_lot(struct scn_check *c, const char *term, size_t n, struct scn_lot *lot)
{
    char *end, *text = sim_arena_printf(c->scratch, "%.*s", (int)n, term);
    unsigned long count = 1;

    text += strspn(text, " \t");
    for (n = strlen(text); n && isspace((unsigned char)text[n - 1]);)
        text[--n] = '\0';
    if (isdigit((unsigned char)*text)) {
        count = strtoul(text, &end, 10);
        if (*end == ' ' || *end == '\0') {
            end += strspn(end, " ");
            if (*end == 'x' && end[1] == ' ')
                text = end + 1 + strspn(end + 1, " ");
            else if (*end == '\0')
                text = end;
            else
                return false;
        } else {
            count = 1; /* a name may begin with a digit: "10gbe" */
        }
    } else if (*text == '\0') {
        return false;
    }
    if (count > 10000 || strpbrk(text, " \t"))
        return false;
    *lot = (struct scn_lot){.count = (uint32_t)count, .what = sim_arena_text(c->arena, text)};
    return true;
}

/* The column `key` as lots. `names` (links) that they must be of, or NULL; `dflt` for what says nothing. */
static void item_lots(struct scn_at at, const char *key, const char *text, const struct scn_node *names,
                      const char *dflt, struct scn_lots *lots)
{
    struct scn_at here = scn_at_key(at, key);

    for (size_t n; *text; text += n + (text[n] == '+')) {
        struct scn_lot *lot = &lots->lot[lots->n];

        n = strcspn(text, "+");
        if (lots->n == SCN_LOTS_MAX) {
            scn_error(here, "more than %d kinds", SCN_LOTS_MAX);
            return;
        }
        if (!item_lot(at.c, text, n, lot)) {
            scn_error(here, "'%.*s' is neither a number nor a number of something, as in 2 x NAME + 1 x NAME", (int)n,
                      text);
            return;
        }
        if (!lot->what[0])
            lot->what = dflt;
        else if (names && scn_resolve(here, lot->what, names, "link technology") == SCN_NONE)
            return;
        lots->n += lot->count > 0;
    }
}

/* "linux windows" as a list of names; NULL if it is empty. */
static const char **item_words(struct scn_check *c, const char *text)
{
    size_t n = 0;
    const char **word = sim_arena_alloc(c->arena, strlen(text) / 2 + 2, sizeof *word);

    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t k = strcspn(text, " ");

        word[n++] = sim_arena_printf(c->arena, "%.*s", (int)k, text);
        text += k;
    }
    return n ? word : NULL;
}

/* US$ for one unit of the currency; 1 with an error if there is no rate. */
static double item_rate(struct scn_at at, const char *currency)
{
    static const struct sim_param row = {"exchange", SIM_PARAM_MONEY, 0, NULL, "0.000001 USD", NULL, "", ""};
    struct scn_at list = scn_at_key(scn_at_key(scn_at_root(at.c), "cost"), "exchange");
    struct scn_at here = scn_at_key(at, "currency");
    const struct scn_node *value;
    double usd = 1;
    char why[256];

    if (!currency[0] || strcmp(currency, "USD") == 0)
        return 1;
    value = list.node && list.node->kind == SCN_MAP ? scn_node_get(list.node, currency) : NULL;
    if (!value)
        scn_error(here, "no rate for '%s'; say what one is worth: cost: {exchange: {%s: 1.25 USD}}", currency,
                  currency);
    else if (value->kind != SCN_SCALAR || !sim_param_set(&row, &usd, value->text, at.c->scratch, why, sizeof why))
        return 1; /* the section cost complains */
    return usd;
}

static void item_money(struct scn_at at, struct item_plain *p)
{
    struct scn_at here = scn_at_key(at, "maintenance");
    bool usd = scn_node_get(at.node, "price_usd"), own = scn_node_get(at.node, "price");
    double rate = 1, amount;
    char *end;

    if (usd == own)
        scn_error(scn_at_key(at, "price_usd"),
                  usd ? "there is a price in a currency too; one of them has to go"
                      : "is missing: price in US$, a plain number (number); or price and currency");
    if (usd && p->currency[0])
        scn_warn_idle(at, "currency", "it is the currency of price");
    if (own)
        rate = item_rate(at, p->currency);
    p->item.price_usd = own ? p->price * rate : p->price_usd;
    if (!p->maintenance[0])
        return;
    errno = 0;
    amount = strtod(p->maintenance, &end);
    end += strspn(end, " ");
    if (end == p->maintenance || errno || !isfinite(amount) || amount < 0 || (*end && strcmp(end, "%") != 0))
        scn_error(here, "'%s' is neither a part of the price, as in 12%%, nor an amount, as in 300", p->maintenance);
    else
        p->item.maintenance_usd_per_year = *end ? p->item.price_usd * amount / 100 : amount * rate;
}

static void item_check_link(struct scn_at at, const char *key)
{
    struct scn_at value = scn_at_key(at, key);

    if (value.node && value.node->kind == SCN_SCALAR && value.node->text[0])
        scn_resolve(value, value.node->text, at.c->names.links, "link technology");
}

static void item_check(struct scn_at at, struct item_plain *p)
{
    const struct scn_node *links = at.c->names.links;
    struct scn_node *categories = scn_node_map(at.c->scratch, at.pos);
    struct scn_item *item = &p->item;

    for (size_t i = 0; item_categories[i]; i++)
        scn_node_add(at.c->scratch, categories, item_categories[i], at.pos, NULL);
    if (item->category[0])
        scn_resolve(scn_at_key(at, "category"), item->category, categories, "category");
    item_check_link(at, "link");
    item_check_link(at, "uplink_link");
    item_check_link(at, "slot_link");
    item_lots(at, "slots", p->slots, links, item->slot_link, &item->slots);
    item_lots(at, "mezzanines", p->mezzanines, links, item->slot_link, &item->mezzanines);
    item_lots(at, "onboard", p->onboard, links, "gbe", &item->onboard);
    item_lots(at, "with", p->with, NULL, "", &item->with);
    item->drivers = item_words(at.c, p->drivers);
    item_money(at, p);
    if (item->year_from && item->year_to && item->year_from > item->year_to)
        scn_error(scn_at_key(at, "year_to"), "%u is before year_from %u", item->year_to, item->year_from);
}

void scn_read_item(struct scn_at at, const char *name, struct scn_item *item)
{
    struct item_plain plain = {0};

    plain.item.category = plain.item.description = plain.item.link = plain.item.uplink_link = plain.item.slot_link =
        plain.item.chassis = plain.item.source = "";
    plain.slots = plain.mezzanines = plain.onboard = plain.with = plain.drivers = plain.maintenance = plain.currency =
        "";
    plain.item.item = sim_arena_text(at.c->arena, name);
    plain.item.pos = scn_keep_pos(at.c, at.key_pos);
    if (scn_is_map(at)) {
        scn_check_section(at, &scn_section_item, &plain);
        item_check(at, &plain);
    } else if (!at.node || scn_node_is_empty(at.node)) {
        scn_error(at, "the columns of an item are expected here, as in {category: cable, price_usd: 5, ...}");
    }
    *item = plain.item;
}

/* Items of one category among the catalogue's. */
static const struct scn_item *item_named(struct scn_at at, const char *name, const char *category)
{
    const struct scn_catalogue *cat = &at.c->study->catalogue;
    size_t i = scn_resolve(at, name, at.c->names.items, "item");

    if (i == SCN_NONE)
        return NULL;
    if (category && strcmp(cat->item[i].category, category) != 0) {
        scn_error(at, "'%s' is %s %s, a %s is needed here", name, scn_article(cat->item[i].category),
                  cat->item[i].category, category);
        return NULL;
    }
    return &cat->item[i];
}

void scn_link_item(struct scn_at at, struct scn_item *item)
{
    const struct scn_item *chassis;

    if (!scn_is_map(at))
        return;
    for (uint32_t i = 0; i < item->with.n; i++) {
        const struct scn_item *other = item_named(scn_at_key(at, "with"), item->with.lot[i].what, NULL);

        if (other && other->with.n)
            scn_error(scn_at_key(at, "with"), "'%s' comes with others itself; name them here", other->item);
        if (other)
            item->with.lot[i].what = other->item;
    }
    if (!item->chassis[0])
        return;
    chassis = item_named(scn_at_key(at, "chassis"), item->chassis, "chassis");
    if (chassis && strcmp(item->category, "blade") == 0 && (item->bays == 0 || item->bays > chassis->bays))
        scn_error(scn_at_key(at, "bays"), "%u; a blade takes 1 to %u, the bays of '%s'", item->bays, chassis->bays,
                  chassis->item);
}
