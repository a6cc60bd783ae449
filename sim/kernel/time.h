/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/time.h - simulated time.
 *
 * Time is a signed count of picoseconds since the start of a run. One byte is 800 ps at 10 Gb/s and 250 ps at 32 Gb/s,
 * so the common link rates are exact; INT64_MAX ps is 106.7 days, longer than any run.
 */
#ifndef SIM_KERNEL_TIME_H
#define SIM_KERNEL_TIME_H

#include <stdint.h>

typedef int64_t sim_time;

#define SIM_TIME_NEVER INT64_MAX

#define SIM_PS INT64_C(1)
#define SIM_NS INT64_C(1000)
#define SIM_US INT64_C(1000000)
#define SIM_MS INT64_C(1000000000)
#define SIM_S  INT64_C(1000000000000)

#endif
