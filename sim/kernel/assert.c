/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/assert.c - what a failed assertion does: say which, where, and stop.
 */
#include "sim/kernel/assert.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void sim_assert_failed(const char *expr, const char *file, int line)
{
    fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expr);
    abort();
}
