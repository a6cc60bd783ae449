#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The rules that a compiler does not know: tools/lint.sh BUILD_DIRECTORY (with its objects compiled). Prints each offence
# as file:line: what, and ends non-zero if there was one.
set -eu
build=$1
found=$(mktemp)
trap 'rm -f "$found"' EXIT

sources=$(find sim models analysis tests -name '*.[ch]' | LC_ALL=C sort)
ours=$(printf '%s\n' $sources | grep -v '^tests/')

# What a file may include, by its place. A concrete model (models/KIND/X.c) meets others only at models/*.h.
layers() {
    awk '
    FNR == 1 {
        where = FILENAME
        sub(/\/[^\/]*$/, "", where)
        if (where ~ /^models\//) where = "models/KIND"
        may["sim/kernel"] = "^sim/kernel/"
        may["models"] = "^(sim/kernel/|models/[a-z_]+\\.h)"
        may["models/KIND"] = may["models"]
        may["sim/scenario"] = "^(sim/kernel/|models/[a-z_]+\\.h|sim/scenario/)"
        may["sim/plan"] = "^(sim/kernel/|models/[a-z_]+\\.h|sim/scenario/|sim/plan/)"
        may["sim/study"] = "^(sim/kernel/|models/[a-z_]+\\.h|sim/scenario/|sim/plan/|sim/study/)"
        may["sim/cli"] = "^(sim/|models/[a-z_]+\\.h|analysis/report\\.h)"
        may["analysis"] = "^(analysis/|sim/kernel/)"
    }
    /^#include "/ {
        split($0, part, "\"")
        if (!(where in may)) print FILENAME ":" FNR ": " where " is no layer"
        else if (part[2] !~ may[where]) print FILENAME ":" FNR ": layer rule: " where " must not include " part[2]
    }' $ours
}

# Symbols that can be written to. Constant tables with pointers are in .data.rel.ro and are fine.
state() {
    find "$build/obj/sim" "$build/obj/models" "$build/obj/analysis" -name '*.o' | LC_ALL=C sort | while read -r o; do
        objdump -t "$o" | awk -v o="$o" '/ O \.(data|bss|tdata|tbss)/ && !/ O \.data\.rel\.ro/ {
            print o ":1: file-scope state: " $NF }'
    done | sort -u
}

headers_alone() {
    flags="-std=gnu17 -D_GNU_SOURCE -I. $(pkg-config --cflags gsl sqlite3 criterion yaml-0.1)"
    for h in $(printf '%s\n' $sources | grep '\.h$'); do
        echo "#include \"$h\"" | gcc $flags -fsyntax-only -x c - 2>/dev/null || echo "$h:1: does not compile alone"
    done
}

texts() {
    for f in $sources tools/*.sh Makefile .ci/run; do
        head -2 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$f:1: no SPDX line"
        [ "$(wc -l <"$f")" -le 500 ] || echo "$f:500: more than 500 lines"
    done
    words='TO''DO|FIX''ME|XX''X'
    grep -nE "\\b($words)\\b" $sources tools/*.sh Makefile .ci/run | sed 's/$/ (unfinished)/' || true
    grep -nE '(\* *8[^0-9a-zA-Z_.]|[^0-9a-zA-Z_.]8 *\*[^/]|/ *8[^0-9a-zA-Z_.])' $ours | grep -v '^models/link\.c:' |
        grep -vE ':[0-9]+: *(/?\*|//)' | grep -E '_B\b|bps|byte' | sed 's/$/ (bits and bytes meet in models\/link.c only)/' || true
}

# Functions of at most 50 lines: from the brace in the first column to its partner.
lengths() {
    awk '/^\{/ { start = FNR } /^\}/ { if (start && FNR - start > 52) print FILENAME ":" start ": a function of " FNR - start - 1 " lines"; start = 0 }
         FNR == 1 { start = 0 }' $ours
}

{
    layers
    state
    headers_alone
    texts
    lengths
    tools/citations.sh "$build/viosim"
    if command -v clang-format >/dev/null 2>&1; then
        clang-format --dry-run $sources 2>&1 | grep -E 'warning: code should be clang-formatted' | cut -d: -f1 | sort -u |
            sed 's/$/:1: not formatted (make format)/' || true
    fi
    if command -v clang-tidy >/dev/null 2>&1; then
        printf '%s\n' $ours | grep '\.c$' | xargs -P "$(nproc)" -n 8 sh -c 'clang-tidy --quiet "$@" -- -std=gnu17 \
            -D_GNU_SOURCE -I. -DVIOSIM_VERSION=\"0\" 2>/dev/null' clang-tidy |
            grep -E '^[^ ]+:[0-9]+:[0-9]+: (warning|error)' || true
    fi
} >"$found"

if [ -s "$found" ]; then
    cat "$found"
    echo "lint: $(wc -l <"$found") offences" >&2
    exit 1
fi
echo "lint: clean ($(printf '%s\n' $sources | wc -l) files)"
