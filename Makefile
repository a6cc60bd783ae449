# viosim: `make help` lists the targets.
#
# A build is a directory: build/release, build/debug, build/asan, build/clang. Sources are found, never listed; the
# registry of models is generated from their file names.

CONFIG ?= release
B      := build/$(CONFIG)

PKGS := build-essential pkg-config libgsl-dev libsqlite3-dev sqlite3 libcriterion-dev libcsv-dev libyaml-dev \
        librandom123-dev uthash-dev gnuplot-nox

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
PC = $(shell pkg-config --cflags gsl sqlite3 criterion yaml-0.1)
CFLAGS  = -std=gnu17 $(OPT_$(CONFIG)) $(WARN) $(WERROR) -D_GNU_SOURCE -I. -I$(B)/gen $(PC) -DVIOSIM_VERSION='"$(VERSION)"'
# -ffp-contract=off: the same bits from every compiler, so that a fingerprint is one number.
CFLAGS += -ffp-contract=off -fno-fast-math
LDLIBS  = $(shell pkg-config --libs gsl sqlite3 yaml-0.1) -lcsv -lm -lpthread
VERSION := 0.1.0

LIB_SRC   := $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c)) $(wildcard models/*.c models/*/*.c) $(wildcard analysis/*.c)
TEST_SRC  := $(wildcard tests/*.c tests/unit/*.c tests/conformance/*.c tests/oracle/*.c tests/invariant/*.c \
               tests/property/*.c tests/golden/*.c tests/scenario/*.c)
RIG_SRC   := $(wildcard tests/rig/*.c)
BENCH_SRC := $(wildcard tests/bench/*.c)
GEN_SRC   := $(B)/gen/registry.c $(B)/gen/embedded.c
obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
LIB_OBJ   := $(call obj,$(LIB_SRC)) $(GEN_SRC:.c=.o)

.PHONY: all help demo check bench deps do-demo do-check do-bench lint clean
.DEFAULT_GOAL := all

all: $(B)/viosim build/viosim ## build the program (CONFIG=release|debug|asan|clang)

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

$(B)/viosim: $(LIB_OBJ) $(call obj,sim/cli/main.c)
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

build/viosim: build/release/viosim
	ln -sf release/viosim $@
build/release/viosim:
	$(MAKE) --no-print-directory CONFIG=release build/release/viosim

$(B)/tests: $(LIB_OBJ) $(call obj,$(RIG_SRC) $(TEST_SRC))
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS) $(shell pkg-config --libs criterion)

$(B)/bench: $(LIB_OBJ) $(call obj,$(RIG_SRC) $(BENCH_SRC))
	$(CC) $(CFLAGS) -o $@ $^ $(LDLIBS)

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gen/%.o: $(B)/gen/%.c
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# Rewritten only when a model file appears or goes away.
$(B)/gen/registry.c: tools/registry.sh $(wildcard models/*/*.c)
	@mkdir -p $(@D)
	sh tools/registry.sh > $@.tmp && mv $@.tmp $@

EMBED := $(wildcard sim/study/*.sql analysis/*.css analysis/*.js analysis/*.gp)
$(B)/gen/embedded.c: tools/embed.sh $(EMBED)
	@mkdir -p $(@D)
	sh tools/embed.sh $(EMBED) > $@.tmp && mv $@.tmp $@

-include $(shell find $(B) -name '*.d' 2>/dev/null)
