/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/param.c - from a parameter's text to the field of a configuration, through its row.
 */
#include "sim/kernel/param.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/kernel/assert.h"
#include "sim/kernel/diag.h"
#include "sim/kernel/time.h"

static const struct param_type {
    const char *name;
    enum sim_dim dim;
    bool whole;   /* fractions of the base unit are refused */
    double limit; /* in base units; the field holds less */
} param_types[] = {
    [SIM_PARAM_COUNT] = {"whole number", SIM_DIM_NUMBER, true, 0x1p32},
    [SIM_PARAM_INT64] = {"whole number", SIM_DIM_NUMBER, true, 0x1p63},
    [SIM_PARAM_NUMBER] = {"number", SIM_DIM_NUMBER, false, HUGE_VAL},
    [SIM_PARAM_BOOL] = {"yes or no", SIM_DIM_NUMBER, false, HUGE_VAL},
    [SIM_PARAM_TEXT] = {"text", SIM_DIM_NUMBER, false, HUGE_VAL},
    [SIM_PARAM_CHOICE] = {"choice", SIM_DIM_NUMBER, false, HUGE_VAL},
    [SIM_PARAM_TIME] = {"time", SIM_DIM_TIME, false, 0x1p62}, /* 53 days: half the range, so that sums fit */
    [SIM_PARAM_RATE] = {"rate", SIM_DIM_RATE, false, 0x1p63},
    [SIM_PARAM_SIZE] = {"size", SIM_DIM_SIZE, true, 0x1p63},
    [SIM_PARAM_PACKETS] = {"number of packets", SIM_DIM_PACKETS, true, 0x1p32},
    [SIM_PARAM_FREQUENCY] = {"frequency", SIM_DIM_FREQUENCY, false, HUGE_VAL},
    [SIM_PARAM_LENGTH] = {"length", SIM_DIM_LENGTH, false, HUGE_VAL},
    [SIM_PARAM_FRACTION] = {"fraction", SIM_DIM_FRACTION, false, HUGE_VAL},
    [SIM_PARAM_MONEY] = {"amount of money", SIM_DIM_MONEY, false, HUGE_VAL},
    [SIM_PARAM_POWER] = {"power", SIM_DIM_POWER, false, HUGE_VAL},
    [SIM_PARAM_ENERGY_PRICE] = {"price of energy", SIM_DIM_ENERGY_PRICE, false, HUGE_VAL},
    [SIM_PARAM_MONEY_PER_MONTH] = {"amount of money per month", SIM_DIM_MONEY_PER_MONTH, false, HUGE_VAL},
    [SIM_PARAM_MONEY_PER_HOUR] = {"amount of money per hour", SIM_DIM_MONEY_PER_HOUR, false, HUGE_VAL},
    [SIM_PARAM_HOURS_PER_YEAR] = {"hours per year", SIM_DIM_HOURS_PER_YEAR, false, HUGE_VAL},
    [SIM_PARAM_HOURS] = {"hours", SIM_DIM_HOURS, false, HUGE_VAL},
    [SIM_PARAM_YEARS] = {"number of years", SIM_DIM_YEARS, false, HUGE_VAL},
    [SIM_PARAM_DIST_SIZE] = {"distribution of sizes", SIM_DIM_SIZE, false, 0x1p53},
    [SIM_PARAM_DIST_TIME] = {"distribution of times", SIM_DIM_TIME, false, 0x1p62},
    [SIM_PARAM_FILE] = {"file", SIM_DIM_NUMBER, false, HUGE_VAL},
    [SIM_PARAM_REF] = {"name", SIM_DIM_NUMBER, false, HUGE_VAL},
};

enum sim_dim sim_param_dim(enum sim_param_type type)
{
    return param_types[type].dim;
}

const char *sim_param_type_name(enum sim_param_type type)
{
    return param_types[type].name;
}

static bool param_bool(const char *text, bool *value, char *why, size_t why_size)
{
    static const char *const names[] = {"true", "false", "yes", "no", "on", "off", NULL};

    for (size_t i = 0; names[i]; i++) {
        if (strcasecmp(text, names[i]) == 0) {
            *value = i % 2 == 0;
            return true;
        }
    }
    const char *meant = sim_did_you_mean(text, names);

    snprintf(why, why_size, "'%s' is neither yes nor no; write one of true, false, yes, no, on, off%s%s%s", text,
             meant ? "; did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
    return false;
}

enum { PARAM_CHOICES_MAX = 32, PARAM_CHOICES_B = 512 };

/* Cut "a|b|c" in `buffer` into NULL-terminated names. */
static size_t param_split(const char *choices, char buffer[PARAM_CHOICES_B], const char *names[PARAM_CHOICES_MAX + 1])
{
    size_t n = 0;
    char *save;

    SIM_ASSERT(strlen(choices) < PARAM_CHOICES_B);
    strcpy(buffer, choices);
    for (char *name = strtok_r(buffer, "|", &save); name; name = strtok_r(NULL, "|", &save)) {
        SIM_ASSERT(n < PARAM_CHOICES_MAX);
        names[n++] = name;
    }
    names[n] = NULL;
    return n;
}

static bool param_choice(const char *choices, const char *text, int *value, char *why, size_t why_size)
{
    char buffer[PARAM_CHOICES_B], list[2 * PARAM_CHOICES_B] = "";
    const char *names[PARAM_CHOICES_MAX + 1];
    const size_t n = param_split(choices, buffer, names);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(text, names[i]) == 0) {
            *value = (int)i;
            return true;
        }
        strcat(list, i ? ", " : "");
        strcat(list, names[i]);
    }
    const char *meant = sim_did_you_mean(text, names);

    snprintf(why, why_size, "'%s' is not a choice here; write one of %s%s%s%s", text, list,
             meant ? "; did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
    return false;
}

/* A decimal integer of up to 64 bits, exactly; false if `text` is not just that. */
static bool param_int64(const char *text, int64_t *value)
{
    char *end;

    errno = 0;
    const long long x = strtoll(text, &end, 10);

    if (end == text || *end || errno)
        return false;
    *value = x;
    return true;
}

/* A quantity in base units, of the row's type but not yet of its range. */
static bool param_number(const struct sim_param *row, const char *text, double *value, char *why, size_t why_size)
{
    const struct param_type *type = &param_types[row->type];

    if (!sim_quantity_parse(text, type->dim, value, why, why_size))
        return false;
    const double whole = nearbyint(*value);

    /* 0.3 KB is 300 B but for the last bit of a double; 1.5 B is a mistake. */
    if (type->whole && fabs(*value - whole) > 1e-12 * fabs(*value)) {
        snprintf(why, why_size, "'%s' is not a whole number%s", text,
                 row->type == SIM_PARAM_SIZE      ? " of bytes"
                 : row->type == SIM_PARAM_PACKETS ? " of packets"
                                                  : "");
        return false;
    }
    if (type->whole)
        *value = whole;
    if (row->type == SIM_PARAM_COUNT && *value < 0) {
        snprintf(why, why_size, "'%s' is negative; a count is at least 0", text);
        return false;
    }
    if (fabs(*value) >= type->limit) {
        snprintf(why, why_size, "'%s' is too large for a %s", text, type->name);
        return false;
    }
    return true;
}

/* Whether `value` keeps to the row's minimum and maximum, which are quoted as the row has them. */
static bool param_in_range(const struct sim_param *row, const char *text, double value, char *why, size_t why_size)
{
    char fault[256];
    double limit;

    if (row->min) {
        SIM_ASSERT(sim_quantity_parse(row->min, param_types[row->type].dim, &limit, fault, sizeof(fault)));
        if (value < limit) {
            snprintf(why, why_size, "%s is below the minimum %s", text, row->min);
            return false;
        }
    }
    if (row->max) {
        SIM_ASSERT(sim_quantity_parse(row->max, param_types[row->type].dim, &limit, fault, sizeof(fault)));
        if (value > limit) {
            snprintf(why, why_size, "%s is above the maximum %s", text, row->max);
            return false;
        }
    }
    return true;
}

static void param_store(const struct sim_param *row, void *at, double value)
{
    switch (row->type) {
    case SIM_PARAM_COUNT:
    case SIM_PARAM_PACKETS:
        *(uint32_t *)at = (uint32_t)nearbyint(value);
        break;
    case SIM_PARAM_INT64:
    case SIM_PARAM_TIME:
        *(int64_t *)at = (int64_t)nearbyint(value);
        break;
    case SIM_PARAM_RATE:
    case SIM_PARAM_SIZE:
        *(uint64_t *)at = (uint64_t)nearbyint(value);
        break;
    case SIM_PARAM_DIST_SIZE:
    case SIM_PARAM_DIST_TIME:
        *(struct sim_dist *)at = sim_dist_constant(value);
        break;
    default:
        *(double *)at = value;
        break;
    }
}

bool sim_param_set(const struct sim_param *row, void *config, const char *text, struct sim_arena *arena, char *why,
                   size_t why_size)
{
    void *at = (char *)config + row->offset;
    double value;
    int64_t whole;

    if (row->type == SIM_PARAM_REF && *text) {
        snprintf(why, why_size, "'%s' has to be defined under %s of a scenario", text, row->min);
        return false;
    }
    if (row->type == SIM_PARAM_REF) {
        *(const void **)at = NULL;
        return true;
    }
    if (row->type == SIM_PARAM_TEXT || row->type == SIM_PARAM_FILE) {
        *(const char **)at = sim_arena_text(arena, text);
        return true;
    }
    if (row->type == SIM_PARAM_BOOL)
        return param_bool(text, at, why, why_size);
    if (row->type == SIM_PARAM_CHOICE)
        return param_choice(row->min, text, at, why, why_size);
    if (!param_number(row, text, &value, why, why_size) || !param_in_range(row, text, value, why, why_size))
        return false;
    if (row->type == SIM_PARAM_INT64 && param_int64(text, &whole))
        *(int64_t *)at = whole; /* beyond 2^53 a double would round it */
    else
        param_store(row, at, value);
    return true;
}

void sim_param_defaults(const struct sim_param *table, void *config, struct sim_arena *arena)
{
    for (const struct sim_param *row = table; row->name; row++) {
        char why[256];

        if (row->dflt && !sim_param_set(row, config, row->dflt, arena, why, sizeof(why))) {
            fprintf(stderr, "default of %s: %s\n", row->name, why);
            SIM_ASSERT(!"a row's default is valid");
        }
    }
}

const struct sim_param *sim_param_find(const struct sim_param *table, const char *name)
{
    for (const struct sim_param *row = table; row->name; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}
