/* SPDX-License-Identifier: GPL-3.0-or-later */
/* analysis/format.c - see the header. */
#include "analysis/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct ana_scale ana_scale_for(double largest, const char *unit)
{
    static const struct {
        const char *unit;
        double from;
        struct ana_scale scale;
    } scales[] = {
        {"s", 1.0, {1.0, "s"}},         {"s", 1e-3, {1e3, "ms"}},         {"s", 1e-6, {1e6, "µs"}},
        {"s", 0.0, {1e9, "ns"}},        {"bit/s", 1e12, {1e-12, "Tb/s"}}, {"bit/s", 1e9, {1e-9, "Gb/s"}},
        {"bit/s", 1e6, {1e-6, "Mb/s"}}, {"bit/s", 1e3, {1e-3, "kb/s"}},   {"bit/s", 0.0, {1.0, "b/s"}},
        {"B", 1e9, {1e-9, "GB"}},       {"B", 1e6, {1e-6, "MB"}},         {"B", 1e3, {1e-3, "kB"}},
        {"B", 0.0, {1.0, "B"}},         {"%", 0.0, {100.0, "%"}},         {"1", 0.0, {1.0, ""}},
    };

    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (strcmp(scales[i].unit, unit) == 0 && fabs(largest) >= scales[i].from * (1.0 - 1e-12))
            return scales[i].scale;
    return (struct ana_scale){1.0, unit};
}

static const char *fixed(struct sim_arena *a, double value, int decimals)
{
    const char *plain = sim_arena_printf(a, "%.*f", decimals, value);
    const size_t length = strcspn(plain, "."), sign = *plain == '-';
    char *out = sim_arena_alloc(a, strlen(plain) * 2 + 1, 1), *to = out;

    for (size_t i = 0; plain[i]; i++) {
        if (i > sign && i < length && (length - i) % 3 == 0)
            *to++ = ',';
        *to++ = plain[i];
    }
    return out;
}

const char *ana_format_number(struct sim_arena *a, double value)
{
    const double size = fabs(value);
    int decimals;

    if (isnan(value))
        return "–";
    if (size != 0.0 && (size < 1e-3 || size >= 1e15))
        return sim_arena_printf(a, "%.3g", value);
    if (size >= 1000.0 || value == floor(value))
        return fixed(a, value, 0);
    decimals = size >= 100.0 ? 1 : size >= 10.0 ? 2 : size >= 1.0 ? 3 : 4;
    return fixed(a, value, decimals - 1);
}

/* Money stands before its number, other units behind it. */
static const char *with_unit(struct sim_arena *a, const char *number, const char *unit)
{
    if (strcmp(unit, "USD") == 0)
        return sim_arena_printf(a, "USD %s", number);
    return *unit ? sim_arena_printf(a, "%s %s", number, unit) : number;
}

const char *ana_format(struct sim_arena *a, double value, const char *unit)
{
    const struct ana_scale s = ana_scale_for(value, unit);

    if (isnan(value))
        return "–";
    return with_unit(a, value == 0.0 ? "0" : ana_format_number(a, value * s.factor),
                     value == 0.0 && *s.unit != '%' ? (strcmp(unit, "1") ? unit : "") : s.unit);
}

const char *ana_format_estimate(struct sim_arena *a, struct ana_estimate e, const char *unit)
{
    const struct ana_scale s = ana_scale_for(fmax(fabs(e.mean), isnan(e.half) ? 0.0 : e.half), unit);
    const double half = e.half * s.factor;
    int decimals;

    if (isnan(e.mean) || isnan(half) || half == 0.0)
        return ana_format(a, e.mean, unit);
    decimals = 1 - (int)floor(log10(half));
    decimals = decimals < 0 ? 0 : decimals > 4 ? 4 : decimals;
    return with_unit(a, sim_arena_printf(a, "%s ± %s", fixed(a, e.mean * s.factor, decimals), fixed(a, half, decimals)),
                     s.unit);
}

const char *ana_display_unit(const char *metric, const char *unit)
{
    return strcmp(unit, "1") == 0 && (strcmp(metric, "failed") == 0 || strcmp(metric, "utilisation") == 0) ? "%" : unit;
}
