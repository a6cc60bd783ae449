/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/param.h - parameters as tables.
 *
 * What a model or a section of a scenario accepts is a const table of rows: name, type, where it goes, default, range,
 * meaning, source. Parsing, range checks, --help, the reference manual, the JSON Schema and the database's list of
 * parameters in force all come from the row. `make lint` refuses a row without doc and source.
 */
#ifndef SIM_KERNEL_PARAM_H
#define SIM_KERNEL_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/kernel/arena.h"
#include "sim/kernel/dist.h"
#include "sim/kernel/quantity.h"

enum sim_param_type {
    SIM_PARAM_COUNT,           /* uint32_t, whole number */
    SIM_PARAM_INT64,           /* int64_t, whole number */
    SIM_PARAM_NUMBER,          /* double */
    SIM_PARAM_BOOL,            /* bool: true, false, yes, no, on, off */
    SIM_PARAM_TEXT,            /* const char *, arena */
    SIM_PARAM_CHOICE,          /* int: index into `choices` ("a|b|c", in the column `min`) */
    SIM_PARAM_TIME,            /* sim_time, ps */
    SIM_PARAM_RATE,            /* uint64_t, bit/s */
    SIM_PARAM_SIZE,            /* uint64_t, bytes */
    SIM_PARAM_PACKETS,         /* uint32_t, packets */
    SIM_PARAM_FREQUENCY,       /* double, per second */
    SIM_PARAM_LENGTH,          /* double, metres */
    SIM_PARAM_FRACTION,        /* double, 0..1 */
    SIM_PARAM_MONEY,           /* double, USD */
    SIM_PARAM_POWER,           /* double, W */
    SIM_PARAM_ENERGY_PRICE,    /* double, USD/kWh */
    SIM_PARAM_MONEY_PER_MONTH, /* double, USD/month */
    SIM_PARAM_MONEY_PER_HOUR,  /* double, USD/h */
    SIM_PARAM_HOURS_PER_YEAR,  /* double, h/year */
    SIM_PARAM_HOURS,           /* double, hours of work */
    SIM_PARAM_YEARS,           /* double, years */
    SIM_PARAM_DIST_SIZE,       /* struct sim_dist, bytes; a scalar is a constant, a mapping names the distribution */
    SIM_PARAM_DIST_TIME,       /* struct sim_dist, ps */
    SIM_PARAM_FILE,            /* const char *, arena: a file, whose name is relative to that of the scenario */
    SIM_PARAM_REF              /* const void *, NULL = none: something the scenario defines in its section `min` */
};

struct sim_param { /* a table ends with name == NULL */
    const char *name;
    enum sim_param_type type;
    size_t offset;
    const char *dflt;      /* as a user would write it; NULL = required */
    const char *min, *max; /* inclusive; NULL = none. For CHOICE, min holds the choices "a|b|c"; for REF, the section */
    const char *doc, *source;
};

/* Set the field of `row` in `config` from scalar text, checking type, unit and range.
 *
 * Returns: true; false with a sentence in `why` that names the value and what is allowed. DIST rows accept a scalar
 *          (a constant) here; mappings are the scenario layer's. FILE rows take any text, REF rows none but "".
 * Owns:    TEXT values are copied into `arena`.
 */
bool sim_param_set(const struct sim_param *row, void *config, const char *text, struct sim_arena *arena, char *why,
                   size_t why_size);

/* Give every row that has a default its default; fields of required rows stay as they are. */
void sim_param_defaults(const struct sim_param *table, void *config, struct sim_arena *arena);

/* The row called `name`, or NULL. */
const struct sim_param *sim_param_find(const struct sim_param *table, const char *name);

/* The dimension behind a parameter type (SIM_DIM_NUMBER for counts, texts and choices). */
enum sim_dim sim_param_dim(enum sim_param_type type);

/* One word for messages and the manual: "time", "rate", "whole number", ... */
const char *sim_param_type_name(enum sim_param_type type);

#endif
