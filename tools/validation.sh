#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every reference scenario, and every claim that says what it expects, afresh and judges them:
# tools/validation.sh VIOSIM DIRECTORY PAGE. Ends non-zero, with the names of the points, if one is not met. The databases
# stay in DIRECTORY.
set -eu
viosim=$1 dir=$2 page=$3
rm -rf "$dir"
mkdir -p "$dir"
set -- scenarios/reference/*.yaml $(grep -l '^expect:' scenarios/claims/*.yaml)
n=0
dbs=
for scenario; do
    n=$((n + 1))
    name=$(basename "$scenario" .yaml)
    echo "[$n/$#] $name"
    "$viosim" run "$scenario" -q -o "$dir/$name.db"
    dbs="$dbs $dir/$name.db"
done
# shellcheck disable=SC2086 # names without spaces
"$viosim" validate $dbs -o "$page"
