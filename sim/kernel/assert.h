/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sim/kernel/assert.h - the two assert strengths.
 *
 * SIM_ASSERT is for preconditions and stays in every build. SIM_CHECK is for invariants that may be expensive to test
 * and exists only in builds with SIM_DEBUG defined. Both are for faults of the program; faults of the user's input are
 * struct sim_diag (diag.h).
 */
#ifndef SIM_KERNEL_ASSERT_H
#define SIM_KERNEL_ASSERT_H

#include <stdbool.h>

/* Print the failed expression and where it stands, then abort. */
_Noreturn void sim_assert_failed(const char *expr, const char *file, int line);

#define SIM_ASSERT(expr) ((expr) ? (void)0 : sim_assert_failed(#expr, __FILE__, __LINE__))

#ifdef SIM_DEBUG
#define SIM_CHECK(expr) SIM_ASSERT(expr)
#else
#define SIM_CHECK(expr) ((void)sizeof((expr) ? 1 : 0))
#endif

/* The structure of type `type` whose member `member` is at `ptr`. */
#define sim_container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

#endif
