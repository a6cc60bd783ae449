#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the tests: tools/check.sh BUILD/tests JOBS. Criterion passes a run that tested nothing, and a run in which
# LeakSanitizer complained; this does not. Criterion's closing line is the last that is printed.
set -eu
tests=$1 jobs=$2
log=$(mktemp)
trap 'rm -f "$log"' EXIT

status=0
# The exit status tells of tests; leaks are told below.
LSAN_OPTIONS=exitcode=0 "$tests" -j"$jobs" >"$log" 2>&1 || status=$?
grep -v 'Synthesis: Tested:' "$log" || true
# A leak is ours unless Criterion itself asked for the memory: the caller of malloc is the second line of its stack.
if awk '/leak of .* allocated from:/ { getline; getline; if (!/libcriterion/) ours = 1 } END { exit !ours }' "$log"; then
    echo "check: memory leaked (LeakSanitizer above)"
    status=1
fi
if ! grep -qE 'Synthesis: Tested: .*[1-9]' "$log"; then
    echo "check: no test was run"
    status=1
fi
grep 'Synthesis: Tested:' "$log" || true
exit $status
