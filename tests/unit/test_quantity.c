/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/unit/test_quantity.c - what people write, what it means, and what they are told when it means nothing.
 */
#include <math.h>
#include <string.h>
#include <criterion/criterion.h>

#include "sim/kernel/quantity.h"

static const struct {
    const char *text;
    enum sim_dim dim;
    double value;
} good[] = {
    {"10Gbps", SIM_DIM_RATE, 10e9},
    {"10 Gbps", SIM_DIM_RATE, 10e9},
    {"  2.5\tMbps ", SIM_DIM_RATE, 2.5e6},
    {"64 Kbps", SIM_DIM_RATE, 64000},
    {"1bps", SIM_DIM_RATE, 1},
    {"3.2Tbps", SIM_DIM_RATE, 3.2e12},
    {"1 B/s", SIM_DIM_RATE, 8},
    {"1 KB/s", SIM_DIM_RATE, 8000},
    {"400 MB/s", SIM_DIM_RATE, 3.2e9},
    {"4GB/s", SIM_DIM_RATE, 32e9},
    {"1 KiB/s", SIM_DIM_RATE, 8192},
    {"1 MiB/s", SIM_DIM_RATE, 8388608},
    {"1 GiB/s", SIM_DIM_RATE, 8589934592},
    {"1 ps", SIM_DIM_TIME, 1},
    {"700ns", SIM_DIM_TIME, 700e3},
    {"1.1 us", SIM_DIM_TIME, 1.1e6},
    {"5ms", SIM_DIM_TIME, 5e9},
    {"1e-3 s", SIM_DIM_TIME, 1e9},
    {"2 min", SIM_DIM_TIME, 120e12},
    {"1h", SIM_DIM_TIME, 3600e12},
    {"0 s", SIM_DIM_TIME, 0},
    {".5s", SIM_DIM_TIME, 0.5e12},
    {"+5.s", SIM_DIM_TIME, 5e12},
    {"1500 B", SIM_DIM_SIZE, 1500},
    {"1KB", SIM_DIM_SIZE, 1000},
    {"1MB", SIM_DIM_SIZE, 1e6},
    {"1GB", SIM_DIM_SIZE, 1e9},
    {"2TB", SIM_DIM_SIZE, 2e12},
    {"64KiB", SIM_DIM_SIZE, 65536},
    {"1MiB", SIM_DIM_SIZE, 1048576},
    {"1 GiB", SIM_DIM_SIZE, 1073741824},
    {"1 TiB", SIM_DIM_SIZE, 1099511627776},
    {"200/s", SIM_DIM_FREQUENCY, 200},
    {"30 /min", SIM_DIM_FREQUENCY, 0.5},
    {"36 /h", SIM_DIM_FREQUENCY, 0.01},
    {"2.4 GHz", SIM_DIM_FREQUENCY, 2.4e9},
    {"1 kHz", SIM_DIM_FREQUENCY, 1000},
    {"30 m", SIM_DIM_LENGTH, 30},
    {"1.5km", SIM_DIM_LENGTH, 1500},
    {"5 %", SIM_DIM_FRACTION, 0.05},
    {"7%", SIM_DIM_FRACTION, 0.07},
    {"100 %", SIM_DIM_FRACTION, 1},
    {"0.25", SIM_DIM_FRACTION, 0.25},
    {"300 USD", SIM_DIM_MONEY, 300},
    {"300$", SIM_DIM_MONEY, 300},
    {"$12.50", SIM_DIM_MONEY, 12.5},
    {"450 W", SIM_DIM_POWER, 450},
    {"1.1 kW", SIM_DIM_POWER, 1100},
    {"0.12 USD/kWh", SIM_DIM_ENERGY_PRICE, 0.12},
    {"900 USD/month", SIM_DIM_MONEY_PER_MONTH, 900},
    {"80USD/h", SIM_DIM_MONEY_PER_HOUR, 80},
    {"4 h/year", SIM_DIM_HOURS_PER_YEAR, 4},
    {"0.5 h", SIM_DIM_HOURS, 0.5},
    {"15 min", SIM_DIM_HOURS, 0.25},
    {"3", SIM_DIM_YEARS, 3},
    {"3 years", SIM_DIM_YEARS, 3},
    {"1 year", SIM_DIM_YEARS, 1},
    {"5y", SIM_DIM_YEARS, 5},
    {"200 packets", SIM_DIM_PACKETS, 200},
    {"1 packet", SIM_DIM_PACKETS, 1},
    {"64p", SIM_DIM_PACKETS, 64},
    {"1.5", SIM_DIM_NUMBER, 1.5},
    {"-2e3", SIM_DIM_NUMBER, -2000},
    {" 7 ", SIM_DIM_NUMBER, 7},
};

static const struct {
    const char *text;
    enum sim_dim dim;
    const char *why; /* a part of the sentence */
} bad[] = {
    {"10Gbsp", SIM_DIM_RATE, "'10Gbsp' is not a rate; write a number and one of bps, Kbps, Mbps, Gbps, Tbps, B/s, "},
    {"10Gbsp", SIM_DIM_RATE, "did you mean 'Gbps'?"},
    {"10gbps", SIM_DIM_RATE, "did you mean 'Gbps'?"},
    {"10 Gb/s", SIM_DIM_RATE, "did you mean 'GB/s'?"},
    {"10Gbit", SIM_DIM_RATE, "one of bps, Kbps, "},
    {"10", SIM_DIM_RATE, "'10' has no unit"},
    {"10GB", SIM_DIM_RATE, "is not a rate"},
    {"-1Gbps", SIM_DIM_RATE, "'-1Gbps' is negative; a rate is at least 0"},
    {"1,000 Mbps", SIM_DIM_RATE, "has a comma"},
    {"fast", SIM_DIM_RATE, "'fast' is not a rate; write, for example, 10 Gbps"},
    {"", SIM_DIM_RATE, "'' is not a rate"},
    {"Gbps", SIM_DIM_RATE, "is not a rate"},
    {"nan", SIM_DIM_TIME, "is not a time"},
    {"nan s", SIM_DIM_TIME, "is not a time"},
    {"inf s", SIM_DIM_TIME, "is not a time"},
    {"-inf", SIM_DIM_NUMBER, "is not a number"},
    {"infinity", SIM_DIM_NUMBER, "is not a number"},
    {"1e400", SIM_DIM_NUMBER, "too large"},
    {"1e300 h", SIM_DIM_TIME, "too large"},
    {"0x10 s", SIM_DIM_TIME, "is not a time"},
    {"5 ms ago", SIM_DIM_TIME, "is not a time"},
    {"5 ms 3 us", SIM_DIM_TIME, "is not a time"},
    {"5MS", SIM_DIM_TIME, "did you mean 'ms'?"},
    {"5 sec", SIM_DIM_TIME, "one of ps, ns, us, ms, s, min, h"},
    {"5s, a unit that is longer than any unit could ever be", SIM_DIM_TIME, "is not a time"},
    {"- 5 s", SIM_DIM_TIME, "is not a time"},
    {"--5 s", SIM_DIM_TIME, "is not a time"},
    {"1.2.3 s", SIM_DIM_TIME, "is not a time"},
    {"1e s", SIM_DIM_TIME, "is not a time"},
    {"64Kib", SIM_DIM_SIZE, "did you mean 'KiB'?"},
    {"64kB", SIM_DIM_SIZE, "did you mean 'KB'?"},
    {"64 K", SIM_DIM_SIZE, "is not a size"},
    {"64", SIM_DIM_SIZE, "for example 64 KiB"},
    {"30 M", SIM_DIM_LENGTH, "did you mean 'm'?"},
    {"100 ft", SIM_DIM_LENGTH, "one of m, km"},
    {"120 %", SIM_DIM_FRACTION, "more than 1"},
    {"1.01", SIM_DIM_FRACTION, "more than 1"},
    {"-0.1", SIM_DIM_FRACTION, "negative"},
    {"300", SIM_DIM_MONEY, "one of USD, $"},
    {"300 EUR", SIM_DIM_MONEY, "one of USD, $"},
    {"$300 USD", SIM_DIM_MONEY, "is not an amount of money"},
    {"$", SIM_DIM_MONEY, "is not an amount of money"},
    {"$5", SIM_DIM_POWER, "is not a power"},
    {"80 USD/hour", SIM_DIM_MONEY_PER_HOUR, "one of USD/h"},
    {"900 USD", SIM_DIM_MONEY_PER_MONTH, "one of USD/month"},
    {"4", SIM_DIM_HOURS_PER_YEAR, "one of h/year"},
    {"200", SIM_DIM_PACKETS, "one of packets"},
    {"3 s", SIM_DIM_NUMBER, "write it without a unit"},
    {"3 months", SIM_DIM_YEARS, "years, year, y"},
    {"100 per second", SIM_DIM_FREQUENCY, "/s, /min, /h"},
};

Test(test_quantity, meant_and_refused)
{
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        char why[512] = "";
        double value = -1;

        cr_expect(sim_quantity_parse(good[i].text, good[i].dim, &value, why, sizeof(why)), "%s: %s", good[i].text, why);
        /* One rounding in the number and one in the product: 2^-52 at most. */
        cr_expect(fabs(value - good[i].value) <= 0x1p-52 * fabs(good[i].value), "%s: %.17g", good[i].text, value);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char why[512] = "", small[12];
        double value = 123;

        cr_expect(!sim_quantity_parse(bad[i].text, bad[i].dim, &value, why, sizeof(why)), "'%s' means %g?", bad[i].text,
                  value);
        cr_expect(strstr(why, bad[i].why), "'%s': %s", bad[i].text, why);
        cr_expect(value == 123, "'%s' was refused, yet the value has changed", bad[i].text);
        sim_quantity_parse(bad[i].text, bad[i].dim, &value, small, sizeof(small));
        cr_expect(strlen(small) < sizeof(small));
    }
}

static const struct {
    double value;
    enum sim_dim dim;
    const char *text;
} printed[] = {
    {9.41e9, SIM_DIM_RATE, "9.41 Gbps"},
    {5.2e9, SIM_DIM_TIME, "5.2 ms"},
    {0, SIM_DIM_TIME, "0 ps"},
    {999.96e3, SIM_DIM_TIME, "1 us"}, /* not 1000 ns */
    {999.94e3, SIM_DIM_TIME, "999.9 ns"},
    {0.25, SIM_DIM_TIME, "0.25 ps"},
    {7200e12, SIM_DIM_TIME, "7200 s"},
    {-1.5e6, SIM_DIM_TIME, "-1.5 us"},
    {1500, SIM_DIM_SIZE, "1500 B"},
    {9000, SIM_DIM_SIZE, "9000 B"},
    {2048, SIM_DIM_SIZE, "2 KiB"},
    {65536, SIM_DIM_SIZE, "64 KiB"},
    {1048576, SIM_DIM_SIZE, "1 MiB"},
    {1234567, SIM_DIM_SIZE, "1.235 MB"},
    {12345, SIM_DIM_FREQUENCY, "12345 /s"},
    {1048576, SIM_DIM_RATE, "1.049 Mbps"},
    {30, SIM_DIM_LENGTH, "30 m"},
    {0.07, SIM_DIM_FRACTION, "7 %"},
    {300, SIM_DIM_MONEY, "300 USD"},
    {123456.7, SIM_DIM_MONEY, "123457 USD"},
    {450, SIM_DIM_POWER, "450 W"},
    {3, SIM_DIM_YEARS, "3 years"},
    {200, SIM_DIM_PACKETS, "200 packets"},
    {0.12, SIM_DIM_ENERGY_PRICE, "0.12 USD/kWh"},
    {1000000, SIM_DIM_NUMBER, "1000000"},
    {-0.5, SIM_DIM_NUMBER, "-0.5"},
    {NAN, SIM_DIM_TIME, "unknown"},
    {INFINITY, SIM_DIM_TIME, "infinite"},
    {-INFINITY, SIM_DIM_RATE, "-infinite"},
};

Test(test_quantity, printed_and_read_again)
{
    for (size_t i = 0; i < sizeof(printed) / sizeof(printed[0]); i++) {
        char text[64];

        sim_quantity_print(printed[i].value, printed[i].dim, text, sizeof(text));
        cr_expect_str_eq(text, printed[i].text);
    }
    /* Whatever is printed is understood, and as the same to the four digits that are printed. */
    for (int dim = SIM_DIM_NUMBER; dim <= SIM_DIM_PACKETS; dim++) {
        cr_expect(strlen(sim_dim_units(dim)) > 0);
        for (double x = 0.001; x < 1e17; x *= 1.37) {
            const double value = dim == SIM_DIM_FRACTION ? fmin(x, 1) : x;
            char text[64], why[512] = "";
            double again = -1;

            sim_quantity_print(value, dim, text, sizeof(text));
            cr_assert(sim_quantity_parse(text, dim, &again, why, sizeof(why)), "%s", why);
            cr_assert(fabs(again - value) <= 0.5001e-3 * value, "%.17g is printed as %s", value, text);
        }
    }
}
