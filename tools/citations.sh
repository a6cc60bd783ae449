#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What code, tables and pages cite must exist, and what the program writes of itself must be what is in docs/:
# tools/citations.sh VIOSIM. Prints each offence as file: what, or nothing. Called by tools/lint.sh.
set -eu
viosim=$1
input='sim models scenarios'
all="$input analysis tests results/README.md README.md docs"

# The numbers of assumptions in the files named, ranges ("A-040 to A-046") written out.
assumptions() {
    grep -rhoE 'A-[0-9]{3}( to A-[0-9]{3})?' "$@" | awk '
        { n = substr($1, 3) + 0; last = NF > 1 ? substr($3, 3) + 0 : n
          for (; n <= last; n++) printf "A-%03d\n", n }' | sort -u
}

# Lines of the first list that the second has not, with a text before and after.
lacking() {
    comm -23 "$1" "$2" | sed "s|.*|$3: & $4|"
}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

grep -oE '^\| A-[0-9]{3} ' docs/assumptions.md | tr -d '| ' | sort >"$dir/rows"
uniq -d "$dir/rows" | sed 's|.*|docs/assumptions.md: & has two rows|'
# shellcheck disable=SC2086
assumptions $input >"$dir/used"
assumptions --exclude=assumptions.md analysis tests README.md docs >"$dir/mentioned"
sort -u "$dir/used" "$dir/mentioned" >"$dir/cited"
lacking "$dir/cited" "$dir/rows" docs/assumptions.md 'is cited and has no row'
lacking "$dir/rows" "$dir/used" docs/assumptions.md 'has a row and nothing uses it'

grep -oE '^- \[S[0-9]+\]' docs/facts.md | grep -oE 'S[0-9]+' | sort -u >"$dir/sources"
grep -rhoE '\[S[0-9]+\]' --include='*.[ch]' --include='*.md' --include='*.yaml' --include='*.csv' $all |
    grep -oE 'S[0-9]+' | sort -u >"$dir/cited"
lacking "$dir/cited" "$dir/sources" docs/facts.md 'is cited and not among the sources'

grep -oE '^### [0-9]+\.[0-9]+' docs/facts.md | cut -c5- | sort -u >"$dir/sections"
grep -rhoE 'facts\.md\]?(\([^)]*\))? [0-9]+\.[0-9]+' $all | grep -oE '[0-9]+\.[0-9]+$' | sort -u >"$dir/cited"
lacking "$dir/cited" "$dir/sections" docs/facts.md 'is a section that is cited and not there'

grep -oE '\*\*\[[a-z]+[0-9]*\]\*\*' docs/references.md | tr -d '*' | sort -u >"$dir/literature"
grep -rhoE '\[[a-z]+[0-9]{4}\]' $all | sort -u >"$dir/cited"
lacking "$dir/cited" "$dir/literature" docs/references.md 'is cited and not listed'

# Links between pages.
for page in README.md CONTRIBUTING.md results/README.md $(find docs -name '*.md'); do
    sed 's/`[^`]*`//g' "$page" | grep -oE '\]\([^)# ]+' | cut -c3- | grep -v '://' | while read -r target; do
        [ -e "$(dirname "$page")/$target" ] || echo "$page: link to $target, which is not there"
    done
done

"$viosim" reference | cmp -s - docs/scenario-reference.md ||
    echo "docs/scenario-reference.md: not what viosim reference prints; write it anew"
"$viosim" reference --json-schema | cmp -s - docs/scenario.schema.json ||
    echo "docs/scenario.schema.json: not what viosim reference --json-schema prints; write it anew"
