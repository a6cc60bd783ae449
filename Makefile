# SPDX-License-Identifier: GPL-3.0-or-later
# viosim: `make help` lists the targets.
#
# A build is a directory: build/release, build/debug, build/asan, build/clang. Sources are found, never listed; the
# registry of models is generated from their file names. V=1 shows the commands.

CONFIG ?= release
B      := build/$(CONFIG)
JOBS   ?= $(shell nproc)
Q      := $(if $(V),,@)
SUB    := $(MAKE) --no-print-directory
VERSION := 0.1.0

PKGS := build-essential pkg-config libgsl-dev libsqlite3-dev sqlite3 libcriterion-dev libcsv-dev libyaml-dev \
        librandom123-dev uthash-dev gnuplot-nox graphviz

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wpointer-arith \
        -Wwrite-strings -Wcast-qual
CC_release := gcc
CC_debug   := gcc
CC_asan    := gcc
CC_clang   := clang
OPT_release := -O2 -g
OPT_debug   := -O1 -g -DSIM_DEBUG
OPT_asan    := -O1 -g -DSIM_DEBUG -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_clang   := -O2 -g
ifeq ($(OPT_$(CONFIG)),)
$(error CONFIG=$(CONFIG) is not one of release, debug, asan, clang)
endif
CC     := $(CC_$(CONFIG))
WERROR ?= -Werror

# Asked only in the sub-make that compiles, when the packages are there.
PC     = $(eval PC := $(shell pkg-config --cflags gsl sqlite3 criterion yaml-0.1))$(PC)
LDLIBS = $(shell pkg-config --libs gsl sqlite3 yaml-0.1) -lcsv -lm -lpthread
# -ffp-contract=off: the same bits from every compiler, so that a fingerprint is one number.
CFLAGS  = -std=gnu17 $(OPT_$(CONFIG)) $(WARN) $(WERROR) -D_GNU_SOURCE -I. -I$(B)/gen $(PC) \
          -DVIOSIM_VERSION='"$(VERSION)"' -ffp-contract=off -fno-fast-math

LIB_SRC   := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c)) $(wildcard models/*.c models/*/*.c) $(wildcard analysis/*.c)
TEST_SRC  := $(wildcard tests/*.c tests/unit/*.c tests/conformance/*.c tests/oracle/*.c tests/invariant/*.c \
               tests/property/*.c tests/golden/*.c tests/scenario/*.c)
RIG_SRC   := $(wildcard tests/rig/*.c)
BENCH_SRC := $(wildcard tests/bench/*.c)
GEN_SRC   := $(B)/gen/registry.c $(B)/gen/embedded.c
obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
LIB_OBJ   := $(call obj,$(LIB_SRC)) $(GEN_SRC:.c=.o)

.PHONY: all help demo check check-asan check-clang bench lint golden validation fingerprints format deps clean \
        do-all do-demo do-check do-check-asan do-check-clang do-bench do-lint do-golden do-validation do-fingerprints
.DEFAULT_GOAL := all

# ---- What people call. Each makes sure of the packages first, then starts a make that knows about them. ----
# The lock lets `make -j check demo` build one after the other: two makes must not write the same objects.

all demo check check-asan check-clang bench lint golden validation fingerprints: deps
	@mkdir -p build
	+$(Q)flock build/.lock $(SUB) do-$@

# Text for `make help`; the targets above have no recipe lines of their own to carry it.
#: all           build the program: build/viosim (CONFIG=release|debug|asan|clang)
#: demo          simulate the flagship study and draw its report (the main job)
#: check         build and run the tests
#: check-asan    the same under AddressSanitizer and UndefinedBehaviorSanitizer
#: check-clang   the same compiled by clang
#: lint          layers, state, headers, formatting, sizes; clang-tidy if it is installed
#: fingerprints  same trajectories from gcc and clang, from one worker and two
#: bench         speed of the kernel and the models, into build/bench.csv
#: validation    run reference scenarios and claims, judge what they expect, write docs/validation.md
#: golden        rewrite the golden numbers of the tests; review the difference
#: format        reformat all sources with clang-format
#: deps          install the packages needed (NO_DEPS=1: do not)
#: clean         remove build/
help:
	@sed -nE 's/^#: ([a-z-]+) +(.*)/  \1\t\2/p' Makefile | expand -t 18

deps:
ifeq ($(NO_DEPS),)
	$(Q)./tools/deps.sh $(PKGS)
endif

do-all: $(B)/viosim build/viosim

do-demo: build/viosim
	build/viosim run scenarios/consolidation-2009.yaml -o results/consolidation-2009.db
	build/viosim report results/consolidation-2009.db -o results/consolidation-2009

do-check: build/viosim $(B)/tests
	$(Q)tools/check.sh $(B)/tests $(JOBS)

do-check-asan:
	+$(Q)$(SUB) CONFIG=asan do-check

do-check-clang:
	+$(Q)$(SUB) CONFIG=clang do-check

do-bench: build/release/bench
	build/release/bench

do-lint: build/release/viosim
	$(Q)tools/lint.sh build/release

do-golden: $(B)/tests
	VIOSIM_GOLDEN=write $(B)/tests --filter '*golden*/*'

do-validation: build/viosim
	$(Q)tools/validation.sh build/viosim build/validation docs/validation.md

do-fingerprints:
	+$(Q)$(SUB) build/release/viosim
	+$(Q)$(SUB) CONFIG=clang build/clang/viosim
	$(Q)tools/fingerprints.sh build/release/viosim build/clang/viosim

format:
	clang-format -i $(LIB_SRC) sim/cli/main.c $(TEST_SRC) $(RIG_SRC) $(BENCH_SRC) $(wildcard */*.h */*/*.h)

clean:
	rm -rf build

# ---- How it is made. ----

$(B)/viosim: $(LIB_OBJ) $(call obj,sim/cli/main.c)
	@echo "  LD    $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

ifneq ($(CONFIG),release)
build/release/viosim: FORCE
	+$(Q)$(SUB) CONFIG=release $@
FORCE:
endif
build/viosim: build/release/viosim
	$(Q)ln -sfn release/viosim $@

$(B)/tests: $(LIB_OBJ) $(call obj,$(RIG_SRC) $(TEST_SRC))
	@echo "  LD    $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs criterion)

$(B)/bench: $(LIB_OBJ) $(call obj,$(RIG_SRC) $(BENCH_SRC))
	@echo "  LD    $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gen/%.o: $(B)/gen/%.c
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# Rewritten only when a model file appears or goes away.
$(B)/gen/registry.c: tools/registry.sh $(wildcard models/*/*.c)
	@mkdir -p $(@D)
	$(Q)sh tools/registry.sh > $@.tmp && mv $@.tmp $@

EMBED := $(wildcard sim/study/*.sql analysis/*.css analysis/*.js analysis/*.gp)
$(B)/gen/embedded.c: tools/embed.sh $(EMBED)
	@mkdir -p $(@D)
	$(Q)sh tools/embed.sh $(EMBED) > $@.tmp && mv $@.tmp $@

-include $(shell find $(B) -name '*.d' 2>/dev/null)
