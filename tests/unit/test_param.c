/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_param.c - rows of parameters: defaults, types, ranges, and what is said when a value does not fit.
 */
#include <math.h>
#include <signal.h>
#include <string.h>
#include <criterion/criterion.h>

#include "sim/kernel/param.h"
#include "sim/kernel/time.h"

struct config {
    uint32_t depth, ring;
    int64_t offset, rtt;
    double cv, clock, length, load, price, power, tariff, rent, wage, outage, life;
    bool offload;
    int policy;
    const char *label;
    uint64_t rate, mtu;
    struct sim_dist size, think;
    int untouched;
};

#define ROW(name, type, field, dflt, min, max)                                                                         \
    {                                                                                                                  \
        name, type, offsetof(struct config, field), dflt, min, max, "d", "s"                                           \
    }
static const struct sim_param rows[] = {ROW("depth", SIM_PARAM_COUNT, depth, "64", "1", "4294967295"),
                                        ROW("ring", SIM_PARAM_PACKETS, ring, "256 packets", "1 packet", "4096 packets"),
                                        ROW("offset", SIM_PARAM_INT64, offset, "-1", NULL, NULL),
                                        ROW("rtt", SIM_PARAM_TIME, rtt, "700 ns", "10 ns", "100 us"),
                                        ROW("cv", SIM_PARAM_NUMBER, cv, "1.5", "0", NULL),
                                        ROW("clock", SIM_PARAM_FREQUENCY, clock, "2 GHz", NULL, NULL),
                                        ROW("length", SIM_PARAM_LENGTH, length, "3 m", NULL, "10 km"),
                                        ROW("load", SIM_PARAM_FRACTION, load, "60 %", NULL, "95 %"),
                                        ROW("price", SIM_PARAM_MONEY, price, "300 USD", NULL, NULL),
                                        ROW("power", SIM_PARAM_POWER, power, "1.1 kW", NULL, NULL),
                                        ROW("tariff", SIM_PARAM_ENERGY_PRICE, tariff, "0.12 USD/kWh", NULL, NULL),
                                        ROW("rent", SIM_PARAM_MONEY_PER_MONTH, rent, "900 USD/month", NULL, NULL),
                                        ROW("wage", SIM_PARAM_MONEY_PER_HOUR, wage, "80 USD/h", NULL, NULL),
                                        ROW("outage", SIM_PARAM_HOURS_PER_YEAR, outage, "4 h/year", NULL, NULL),
                                        ROW("life", SIM_PARAM_YEARS, life, "3 years", NULL, NULL),
                                        ROW("offload", SIM_PARAM_BOOL, offload, "yes", NULL, NULL),
                                        ROW("policy", SIM_PARAM_CHOICE, policy, "drr", "fifo|drr|strict", NULL),
                                        ROW("label", SIM_PARAM_TEXT, label, "none", NULL, NULL),
                                        ROW("rate", SIM_PARAM_RATE, rate, NULL, "1 Mbps", "1 Tbps"),
                                        ROW("mtu", SIM_PARAM_SIZE, mtu, "1500 B", "64 B", "64 KiB"),
                                        ROW("size", SIM_PARAM_DIST_SIZE, size, "4 KiB", "1 B", NULL),
                                        ROW("think", SIM_PARAM_DIST_TIME, think, "1 ms", NULL, NULL),
                                        {0}};

Test(test_param, defaults_fill_every_field)
{
    struct sim_arena arena;
    struct config c = {.rate = 77, .untouched = 5};

    sim_arena_init(&arena);
    sim_param_defaults(rows, &c, &arena);
    cr_expect(c.depth == 64 && c.ring == 256 && c.offset == -1 && c.rtt == 700 * SIM_NS && c.cv == 1.5);
    cr_expect(c.clock == 2e9 && c.length == 3 && c.load == 0.6 && c.price == 300 && c.power == 1100);
    cr_expect(c.tariff == 0.12 && c.rent == 900 && c.wage == 80 && c.outage == 4 && c.life == 3);
    cr_expect(c.offload && c.policy == 1 && c.mtu == 1500 && strcmp(c.label, "none") == 0);
    cr_expect(c.size.kind == SIM_DIST_CONSTANT && sim_dist_mean(&c.size) == 4096);
    cr_expect(c.think.kind == SIM_DIST_CONSTANT && sim_dist_mean(&c.think) == (double)SIM_MS);
    cr_expect(c.rate == 77 && c.untouched == 5, "a required row keeps what was there");
    for (const struct sim_param *row = rows; row->name; row++) {
        cr_expect(sim_param_find(rows, row->name) == row);
        cr_expect(strlen(sim_param_type_name(row->type)) > 0);
    }
    cr_expect(sim_param_find(rows, "dept") == NULL);
    cr_expect(sim_param_dim(SIM_PARAM_TIME) == SIM_DIM_TIME && sim_param_dim(SIM_PARAM_DIST_SIZE) == SIM_DIM_SIZE);
    cr_expect(sim_param_dim(SIM_PARAM_COUNT) == SIM_DIM_NUMBER && sim_param_dim(SIM_PARAM_CHOICE) == SIM_DIM_NUMBER);
    sim_arena_fini(&arena);
}

Test(test_param, values_are_stored)
{
    struct sim_arena arena;
    struct config c;
    char why[256], text[] = "edge";
    static const char *const yes[] = {"true", "yes", "on", "Yes"}, *const no[] = {"false", "no", "off", "OFF"};

    sim_arena_init(&arena);
    memset(&c, 0, sizeof(c));
#define SET(name, text)                                                                                                \
    cr_assert(sim_param_set(sim_param_find(rows, name), &c, text, &arena, why, sizeof(why)), "%s", why)
    SET("depth", "4294967295");
    SET("ring", "1 packet");
    SET("offset", "9007199254740993"); /* 2^53 + 1 is no double */
    SET("rtt", "1.5 us");
    SET("rate", "10 Gbps");
    SET("mtu", "64 KiB");
    SET("policy", "strict");
    SET("label", text);
    SET("size", "0.3 KB"); /* 300 but for the last bit */
    memset(text, 'x', 4);
    cr_expect(c.depth == UINT32_MAX && c.ring == 1 && c.offset == INT64_C(9007199254740993));
    cr_expect(c.rtt == 1500 * SIM_NS && c.rate == UINT64_C(10000000000) && c.mtu == 65536 && c.policy == 2);
    cr_expect_str_eq(c.label, "edge");
    cr_expect(sim_dist_mean(&c.size) == 300);
    for (size_t i = 0; i < 4; i++) {
        SET("offload", yes[i]);
        cr_expect(c.offload);
        SET("offload", no[i]);
        cr_expect(!c.offload);
    }
    SET("depth", "1e3");
    SET("offset", "-1e3");
    cr_expect(c.depth == 1000 && c.offset == -1000);
    sim_arena_fini(&arena);
}

static const struct {
    const char *name, *text, *why;
} refused[] = {
    {"depth", "0", "0 is below the minimum 1"},
    {"depth", "1.5", "'1.5' is not a whole number"},
    {"depth", "-1", "'-1' is negative"},
    {"depth", "4294967296", "too large"},
    {"depth", "4294967295.9", "not a whole number"},
    {"depth", "many", "'many' is not a number"},
    {"depth", "5 packets", "without a unit"},
    {"offset", "0.5", "not a whole number"},
    {"offset", "1e19", "too large"},
    {"ring", "5000 packets", "5000 packets is above the maximum 4096 packets"},
    {"ring", "64", "'64' has no unit"},
    {"ring", "1.5 packets", "not a whole number of packets"},
    {"rtt", "5 ns", "5 ns is below the minimum 10 ns"},
    {"rtt", "1 ms", "1 ms is above the maximum 100 us"},
    {"rtt", "100 h", "above the maximum 100 us"},
    {"think", "2000 h", "too large"},
    {"rtt", "700", "has no unit"},
    {"cv", "-1", "-1 is below the minimum 0"},
    {"load", "96 %", "96 % is above the maximum 95 %"},
    {"rate", "10 Gbsp", "did you mean 'Gbps'?"},
    {"rate", "10 Kbps", "10 Kbps is below the minimum 1 Mbps"},
    {"mtu", "99.5 B", "not a whole number of bytes"},
    {"size", "0 B", "0 B is below the minimum 1 B"},
    {"offload", "maybe", "'maybe' is neither yes nor no; write one of true, false, yes, no, on, off"},
    {"offload", "ture", "did you mean 'true'?"},
    {"offload", "1", "one of true, false"},
    {"policy", "round robin", "'round robin' is not a choice here; write one of fifo, drr, strict"},
    {"policy", "strcit", "did you mean 'strict'?"},
    {"policy", "", "one of fifo, drr, strict"},
};

Test(test_param, refusals_explain_and_change_nothing)
{
    struct sim_arena arena;

    sim_arena_init(&arena);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct config c, before;
        char why[256] = "";

        memset(&c, 0x5A, sizeof(c));
        memcpy(&before, &c, sizeof(c));
        cr_expect(!sim_param_set(sim_param_find(rows, refused[i].name), &c, refused[i].text, &arena, why, sizeof(why)),
                  "%s: %s was accepted", refused[i].name, refused[i].text);
        cr_expect(strstr(why, refused[i].why), "%s: %s: %s", refused[i].name, refused[i].text, why);
        cr_expect(memcmp(&c, &before, sizeof(c)) == 0, "%s: %s changed the configuration", refused[i].name,
                  refused[i].text);
    }
    sim_arena_fini(&arena);
}

Test(test_param, invalid_default_aborts, .signal = SIGABRT)
{
    static const struct sim_param table[] = {ROW("depth", SIM_PARAM_COUNT, depth, "0", "1", NULL), {0}};
    struct sim_arena arena;
    struct config c;

    sim_arena_init(&arena);
    sim_param_defaults(table, &c, &arena);
}
