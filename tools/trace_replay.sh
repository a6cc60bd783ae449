#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Replays generated traces of growing length and tells processor time and memory: tools/trace_replay.sh VIOSIM DIRECTORY [ROWS ...].
# The traces (60 B a row, in the format of MSR Cambridge) are made in DIRECTORY and removed. GNU time is needed.
set -eu
viosim=$1 dir=$2
shift 2
[ $# -gt 0 ] || set -- 100000 1000000 10000000
mkdir -p "$dir"
printf '%10s %12s %10s %12s %14s\n' rows 'check s' 'run s' 'rows/s' 'max RSS KiB'
for rows; do
    awk -v n="$rows" 'BEGIN {
        for (i = 0; i < n; i++) # 20,000 rows a second, 67 % reads of 8 KiB
            printf "%.0f,vm,%d,%s,%.0f,8192,100\n", 1e12 + i * 500, i % 4, i % 3 ? "Read" : "Write", i * 8192
    }' >"$dir/trace.csv"
    cat >"$dir/trace.yaml" <<EOF
name: trace-replay
attribution: no
time: {warmup: 0s, measure: $((rows / 20000 + 1))s}
replications: 1
topology:
  nodes: {vm: {kind: host}, array: {kind: array, disks: 256, disk_time: {exponential: 5ms}}}
  links: [{from: vm, to: array, type: fc-16g, length: 10m}]
  flows: [{name: replay, from: vm, to: array, kind: trace, format: msr, file: trace.csv, transport: {type: fcp, queue_depth: 4096}}]
EOF
    /usr/bin/time -f '%U %S' -o "$dir/check" "$viosim" check "$dir/trace.yaml" >/dev/null
    rm -f "$dir/trace.db"
    /usr/bin/time -f '%U %S %M' -o "$dir/run" "$viosim" run "$dir/trace.yaml" -q -j1 -o "$dir/trace.db"
    # views give six digits
    sqlite3 "$dir/trace.db" "SELECT '$rows rows, completed: ' || mean * ($rows / 20000 + 1) FROM v_metric
        WHERE entity = 'replay' AND metric = 'completed' AND abs(mean * ($rows / 20000 + 1) / $rows - 1) > 1e-5" >&2
    awk -v rows="$rows" 'NR == 1 { check = $1 + $2 } NR == 2 {
        printf "%10d %12.2f %10.2f %12.0f %14d\n", rows, check, $1 + $2, rows / ($1 + $2), $3 }' "$dir/check" "$dir/run"
    rm -f "$dir/trace.csv" "$dir/trace.db"
done
