#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The same scenario and seed give the same trajectories, whatever compiled the program and however many workers ran it:
# tools/fingerprints.sh VIOSIM_A VIOSIM_B. Compares everything in the databases but times and origin.
set -eu
a=$1 b=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

dump() {
    sqlite3 "$1" "SELECT run_id, point_id, replication, outcome, why, events, packet_hops, fingerprint FROM run ORDER BY 1;
        SELECT * FROM entity ORDER BY 1; SELECT * FROM metric ORDER BY 1;
        SELECT * FROM summary ORDER BY 1, 2, 3; SELECT * FROM histogram ORDER BY 1, 2, 3, 4;
        SELECT * FROM bom; SELECT * FROM cost;"
}

status=0
# SCENARIO MEASURE: two replications of a scenario, three times.
compare() {
    rm -f "$dir"/*.db
    runs="--replications 2 --set time.warmup=20ms --set time.measure=$2 --quiet"
    # shellcheck disable=SC2086 # options without spaces
    "$a" run "$1" -o "$dir/a1.db" -j 1 $runs
    # shellcheck disable=SC2086
    "$a" run "$1" -o "$dir/a2.db" -j 2 $runs
    # shellcheck disable=SC2086
    "$b" run "$1" -o "$dir/b2.db" -j 2 $runs
    for x in a1 a2 b2; do dump "$dir/$x.db" >"$dir/$x.txt"; done
    [ -s "$dir/a1.txt" ] || { echo "fingerprints: $1: nothing was run" >&2; exit 1; }
    cmp "$dir/a1.txt" "$dir/a2.txt" || { echo "fingerprints: $1: one worker and two differ" >&2; status=1; }
    cmp "$dir/a1.txt" "$dir/b2.txt" || { echo "fingerprints: $1: $a and $b differ" >&2; status=1; }
    "$a" verify "$dir/b2.db" >"$dir/verify.txt" || { cat "$dir/verify.txt" >&2; status=1; }
    n=$(sqlite3 "$dir/a1.db" 'SELECT count(*) FROM run')
    [ $status = 0 ] && echo "fingerprints: $1: $n runs are the same from gcc and clang, -j 1 and -j 2, and again from the stored scenario"
}

if [ -n "${SCENARIO:-}" ]; then
    compare "$SCENARIO" 100ms
else
    compare scenarios/consolidation-2009.yaml 100ms
    compare scenarios/claims/h19-failures.yaml 3s # what fails at 1 s, and who moves
fi
exit $status
