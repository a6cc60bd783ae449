/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/quantity.c - one table of units per dimension drives parsing, printing and messages.
 *
 * Names are case-sensitive, because Mb and MB differ; a unit that is right but for its case is refused with a hint.
 * Only plain numbers may be negative.
 */
#include "sim/kernel/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/kernel/diag.h"

enum quantity_use {
    USE_PRINT,       /* for parsing and for people */
    USE_PRINT_EXACT, /* printed when the value is a whole multiple of it and not of 1000 */
    USE_PARSE        /* understood, never printed */
};

struct quantity_unit {
    const char *name;
    double factor; /* base units per unit */
    enum quantity_use use;
};

struct quantity_dim {
    const char *a_name;  /* "a rate" */
    const char *example; /* for messages */
    const char *units;   /* as listed for people */
    const struct quantity_unit *unit;
    bool plain; /* a number without a unit is understood, as base units */
};

static const struct quantity_unit quantity_none[] = {{NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_time[] = {
    {"ps", 1, USE_PRINT},   {"ns", 1e3, USE_PRINT},    {"us", 1e6, USE_PRINT},    {"ms", 1e9, USE_PRINT},
    {"s", 1e12, USE_PRINT}, {"min", 60e12, USE_PARSE}, {"h", 3600e12, USE_PARSE}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_rate[] = {{"bps", 1, USE_PRINT},
                                                     {"Kbps", 1e3, USE_PRINT},
                                                     {"Mbps", 1e6, USE_PRINT},
                                                     {"Gbps", 1e9, USE_PRINT},
                                                     {"Tbps", 1e12, USE_PRINT},
                                                     {"B/s", 8, USE_PARSE},
                                                     {"KB/s", 8e3, USE_PARSE},
                                                     {"MB/s", 8e6, USE_PARSE},
                                                     {"GB/s", 8e9, USE_PARSE},
                                                     {"KiB/s", 8.0 * 1024, USE_PARSE},
                                                     {"MiB/s", 8.0 * (1 << 20), USE_PARSE},
                                                     {"GiB/s", 8.0 * (1 << 30), USE_PARSE},
                                                     {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_size[] = {{"B", 1, USE_PRINT},
                                                     {"KB", 1e3, USE_PRINT},
                                                     {"MB", 1e6, USE_PRINT},
                                                     {"GB", 1e9, USE_PRINT},
                                                     {"TB", 1e12, USE_PRINT},
                                                     {"KiB", 1024, USE_PRINT_EXACT},
                                                     {"MiB", 1 << 20, USE_PRINT_EXACT},
                                                     {"GiB", 1 << 30, USE_PRINT_EXACT},
                                                     {"TiB", 0x1p40, USE_PRINT_EXACT},
                                                     {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_frequency[] = {
    {"/s", 1, USE_PRINT},    {"/min", 1.0 / 60, USE_PARSE}, {"/h", 1.0 / 3600, USE_PARSE}, {"Hz", 1, USE_PARSE},
    {"kHz", 1e3, USE_PARSE}, {"MHz", 1e6, USE_PARSE},       {"GHz", 1e9, USE_PARSE},       {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_length[] = {
    {"m", 1, USE_PRINT}, {"km", 1e3, USE_PRINT}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_fraction[] = {{"%", 0.01, USE_PRINT}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_money[] = {{"USD", 1, USE_PRINT}, {"$", 1, USE_PARSE}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_power[] = {
    {"W", 1, USE_PRINT}, {"kW", 1e3, USE_PRINT}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_energy_price[] = {{"USD/kWh", 1, USE_PRINT}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_per_month[] = {{"USD/month", 1, USE_PRINT}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_per_hour[] = {{"USD/h", 1, USE_PRINT}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_hours[] = {{"h/year", 1, USE_PRINT}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_work[] = {
    {"h", 1, USE_PRINT}, {"min", 1.0 / 60, USE_PARSE}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_years[] = {
    {"years", 1, USE_PRINT}, {"year", 1, USE_PARSE}, {"y", 1, USE_PARSE}, {NULL, 0, USE_PARSE}};
static const struct quantity_unit quantity_packets[] = {
    {"packets", 1, USE_PRINT}, {"packet", 1, USE_PARSE}, {"p", 1, USE_PARSE}, {NULL, 0, USE_PARSE}};

static const struct quantity_dim quantity_dims[] = {
    [SIM_DIM_NUMBER] = {"a number", "1.5", "no unit", quantity_none, true},
    [SIM_DIM_TIME] = {"a time", "5 ms", "ps, ns, us, ms, s, min, h", quantity_time, false},
    [SIM_DIM_RATE] = {"a rate", "10 Gbps", "bps, Kbps, Mbps, Gbps, Tbps, B/s, KB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s",
                      quantity_rate, false},
    [SIM_DIM_SIZE] = {"a size", "64 KiB", "B, KB, MB, GB, TB, KiB, MiB, GiB, TiB", quantity_size, false},
    [SIM_DIM_FREQUENCY] = {"a frequency", "200 /s", "/s, /min, /h, Hz, kHz, MHz, GHz", quantity_frequency, false},
    [SIM_DIM_LENGTH] = {"a length", "30 m", "m, km", quantity_length, false},
    [SIM_DIM_FRACTION] = {"a fraction", "5 % or 0.05", "%, or none for 0..1", quantity_fraction, true},
    [SIM_DIM_MONEY] = {"an amount of money", "300 USD", "USD, $", quantity_money, false},
    [SIM_DIM_POWER] = {"a power", "450 W", "W, kW", quantity_power, false},
    [SIM_DIM_ENERGY_PRICE] = {"a price of energy", "0.12 USD/kWh", "USD/kWh", quantity_energy_price, false},
    [SIM_DIM_MONEY_PER_MONTH] = {"an amount of money per month", "900 USD/month", "USD/month", quantity_per_month,
                                 false},
    [SIM_DIM_MONEY_PER_HOUR] = {"an amount of money per hour", "80 USD/h", "USD/h", quantity_per_hour, false},
    [SIM_DIM_HOURS_PER_YEAR] = {"a number of hours per year", "4 h/year", "h/year", quantity_hours, false},
    [SIM_DIM_HOURS] = {"a number of hours", "0.5 h", "h, min", quantity_work, false},
    [SIM_DIM_YEARS] = {"a number of years", "3 years", "years, year, y, or none", quantity_years, true},
    [SIM_DIM_PACKETS] = {"a number of packets", "200 packets", "packets, packet, p", quantity_packets, false},
};

const char *sim_dim_units(enum sim_dim dim)
{
    return quantity_dims[dim].units;
}

static bool quantity_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool quantity_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The decimal number at the start of `text`: no hexadecimal, no "nan", no "inf". NULL, or its end. */
static const char *quantity_number(const char *text, double *value)
{
    const char *digits = text + (*text == '-' || *text == '+');
    char *end;

    if (!quantity_is_digit(digits[0]) && !(digits[0] == '.' && quantity_is_digit(digits[1])))
        return NULL;
    if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
        *value = 0;
        return digits + 1; /* the x is left over, as a unit nobody knows */
    }
    *value = strtod(text, &end);
    return end;
}

/* What is to be said when the unit is missing or unknown. */
static void quantity_explain(const struct quantity_dim *d, const char *text, const char *unit, char *why,
                             size_t why_size)
{
    const char *names[16] = {NULL}, *meant;
    size_t n = 0;

    for (; d->unit[n].name; n++)
        names[n] = d->unit[n].name;
    meant = sim_did_you_mean(unit, names);
    for (size_t i = 0; !meant && i < n; i++)
        if (strcasecmp(names[i], unit) == 0)
            meant = names[i];
    if (n == 0)
        snprintf(why, why_size, "'%s' is not %s; write it without a unit, for example %s", text, d->a_name, d->example);
    else if (meant)
        snprintf(why, why_size, "'%s' is not %s; write a number and one of %s; did you mean '%s'?", text, d->a_name,
                 d->units, meant);
    else if (unit[0] == '\0')
        snprintf(why, why_size, "'%s' has no unit; write a number and one of %s, for example %s", text, d->units,
                 d->example);
    else if (unit[0] == ',')
        snprintf(why, why_size, "'%s' has a comma; write %s with digits and a decimal point only, for example %s", text,
                 d->a_name, d->example);
    else
        snprintf(why, why_size, "'%s' is not %s; write a number and one of %s, for example %s", text, d->a_name,
                 d->units, d->example);
}

/* Factor of the unit `unit`; 0 if the dimension has none of that name. */
static double quantity_factor(const struct quantity_dim *d, const char *unit)
{
    if (unit[0] == '\0')
        return d->plain ? 1 : 0;
    for (const struct quantity_unit *u = d->unit; u->name; u++)
        if (strcmp(u->name, unit) == 0)
            return u->factor;
    return 0;
}

/* The unit after the number, without the blanks around it; "" if it is too long to be one. */
static bool quantity_unit_copy(const char *rest, char *unit, size_t size)
{
    size_t n;

    while (quantity_is_blank(*rest))
        rest++;
    n = strlen(rest);
    while (n > 0 && quantity_is_blank(rest[n - 1]))
        n--;
    snprintf(unit, size, "%.*s", (int)(n < size ? n : size - 1), rest);
    return n < size;
}

bool sim_quantity_parse(const char *text, enum sim_dim dim, double *value, char *why, size_t why_size)
{
    const struct quantity_dim *d = &quantity_dims[dim];
    const char *start = text, *rest;
    const bool dollar_first = dim == SIM_DIM_MONEY && text[strspn(text, " \t")] == '$';
    char unit[32];
    double number, factor;

    start += strspn(start, " \t") + (dollar_first ? 1 : 0);
    rest = quantity_number(start, &number);
    if (!rest) {
        snprintf(why, why_size, "'%s' is not %s; write, for example, %s", text, d->a_name, d->example);
        return false;
    }
    const bool fits = quantity_unit_copy(rest, unit, sizeof(unit));

    factor = dollar_first && unit[0] == '\0' ? 1 : fits ? quantity_factor(d, unit) : 0;
    if (factor == 0 || (dollar_first && unit[0] != '\0')) {
        quantity_explain(d, text, unit, why, why_size);
        return false;
    }
    number = factor == 0.01 ? number / 100 : number * factor; /* 5 % is the double nearest to 0.05 */
    if (!isfinite(number)) {
        snprintf(why, why_size, "'%s' is too large", text);
        return false;
    }
    if (number < 0 && dim != SIM_DIM_NUMBER) {
        snprintf(why, why_size, "'%s' is negative; %s is at least 0", text, d->a_name);
        return false;
    }
    if (dim == SIM_DIM_FRACTION && number > 1) {
        snprintf(why, why_size, "'%s' is more than 1; write a fraction from 0 to 1 or from 0 %% to 100 %%", text);
        return false;
    }
    *value = number;
    return true;
}

/* `x` with 4 significant digits; whole digits are never replaced by an exponent below 1e15. */
static void quantity_digits(double x, char *out, size_t size)
{
    if (fabs(x) >= 1e15)
        snprintf(out, size, "%.4g", x);
    else if (fabs(x) >= 1000)
        snprintf(out, size, "%.0f", x);
    else
        snprintf(out, size, "%.4g", x);
}

/* The largest unit that leaves at least 1 before the decimal point after rounding to 4 digits; else the smallest. */
static const struct quantity_unit *quantity_fit(const struct quantity_dim *d, double size)
{
    const struct quantity_unit *best = d->unit;
    const bool bytes = d->unit == quantity_size;
    const bool binary = bytes && size >= 1024 && fmod(size, 1024) == 0 && fmod(size, 1000) != 0;

    if (bytes && !binary && size < 10000 && size == floor(size))
        return best; /* frames are 1500 B and 9000 B, not 1.5 KB and 9 KB */
    for (const struct quantity_unit *u = d->unit; u->name; u++) {
        if (u->use == USE_PARSE || (u->use == USE_PRINT_EXACT) != binary)
            continue;
        if (size >= u->factor * 0.99995)
            best = u;
    }
    return best;
}

void sim_quantity_print(double value, enum sim_dim dim, char *out, size_t out_size)
{
    const struct quantity_dim *d = &quantity_dims[dim];
    char digits[64];

    if (isnan(value)) {
        snprintf(out, out_size, "unknown");
        return;
    }
    if (isinf(value)) {
        snprintf(out, out_size, value < 0 ? "-infinite" : "infinite");
        return;
    }
    if (!d->unit->name) {
        quantity_digits(value, out, out_size);
        return;
    }
    const struct quantity_unit *u = quantity_fit(d, fabs(value));

    /* A hundredth divides badly: 0.07 / 0.01 is not 7, but four digits of it are. */
    quantity_digits(value / u->factor, digits, sizeof(digits));
    snprintf(out, out_size, "%s %s", digits, u->name);
}
