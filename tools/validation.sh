#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs every reference scenario afresh and judges what it expects: tools/validation.sh VIOSIM DIRECTORY PAGE. Ends
# non-zero, with the names of the points, if one is not met. The databases stay in DIRECTORY.
set -eu
viosim=$1 dir=$2 page=$3
rm -rf "$dir"
mkdir -p "$dir"
set -- scenarios/reference/*.yaml
n=0
for scenario; do
    n=$((n + 1))
    name=$(basename "$scenario" .yaml)
    echo "[$n/$#] $name"
    "$viosim" run "$scenario" -q -o "$dir/$name.db"
done
"$viosim" validate "$dir"/*.db -o "$page"
