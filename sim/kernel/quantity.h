/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/quantity.h - numbers with units, as people write them.
 *
 * "10Gbps", "64KiB", "5ms", "300 USD": a number, optional blanks, a unit. A unit is mandatory where the dimension has
 * one. Decimal and binary prefixes are never mixed: bps/Kbps/Mbps/Gbps are decimal bits per second, B/KB/MB/GB decimal
 * bytes, KiB/MiB/GiB binary bytes, B/s.. decimal bytes per second (converted to bits per second).
 */
#ifndef SIM_KERNEL_QUANTITY_H
#define SIM_KERNEL_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sim_dim {
    SIM_DIM_NUMBER,          /* plain number */
    SIM_DIM_TIME,            /* ps; ps ns us ms s min h */
    SIM_DIM_RATE,            /* bit/s; bps Kbps Mbps Gbps Tbps, B/s KB/s MB/s GB/s KiB/s MiB/s GiB/s */
    SIM_DIM_SIZE,            /* byte; B KB MB GB TB KiB MiB GiB TiB */
    SIM_DIM_FREQUENCY,       /* per second; /s /min /h, also "per second" written Hz kHz MHz GHz for clocks */
    SIM_DIM_LENGTH,          /* metre; m km */
    SIM_DIM_FRACTION,        /* 0..1; % or a plain number */
    SIM_DIM_MONEY,           /* USD; USD, $ */
    SIM_DIM_POWER,           /* watt; W kW */
    SIM_DIM_ENERGY_PRICE,    /* USD/kWh */
    SIM_DIM_MONEY_PER_MONTH, /* USD/month */
    SIM_DIM_MONEY_PER_HOUR,  /* USD/h */
    SIM_DIM_HOURS_PER_YEAR,  /* h/year */
    SIM_DIM_HOURS,           /* h; of work: h min */
    SIM_DIM_YEARS,           /* years; plain number, "3 years", "3y" */
    SIM_DIM_PACKETS          /* "200 packets", "200p" */
};

/* Parse `text` as a quantity of dimension `dim` into its base unit.
 *
 * Returns: true and *value; false with a sentence in `why` (what is wrong and which units are allowed).
 */
bool sim_quantity_parse(const char *text, enum sim_dim dim, double *value, char *why, size_t why_size);

/* Print a value of dimension `dim` for people, with a fitting prefix and 3-4 significant digits ("9.41 Gbps", "5.2
 * ms"). */
void sim_quantity_print(double value, enum sim_dim dim, char *out, size_t out_size);

/* The units allowed for `dim`, for messages and the manual ("bps, Kbps, Mbps, Gbps, ..."). */
const char *sim_dim_units(enum sim_dim dim);

#endif
