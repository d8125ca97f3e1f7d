#!/usr/bin/env bash
# A log torn at its end stays readable up to the last whole line, and goes on.
. "$(dirname "$0")/../support/sandbox.sh"

mcpm add talk --transport none --restart never -- "$fixtures/flooder" 1 lines 50
check "a server writes" mcpm start talk
expect "and ends" 0 mcpm wait talk --for stopped --timeout 10s
mcpm agent stop
log=$(find "$state/logs" -name '0*.log' | sort | tail -n 1)
check "there is a log" test -f "$log"
truncate -s -7 "$log"
printf '2026-01-01T00:00:00.000000000Z stdou' >>"$log"
run mcpm logs talk --tail all
has "readable with the agent down" "line 48" "$out"
has "which is said" "not running" "$err"
expect "the first command after a stop finds its server" 0 mcpm start talk
expect "which ends" 0 mcpm wait talk --for stopped --timeout 10s
run mcpm logs talk --tail all
has "old lines are there" "line 10" "$out"
has "the torn place is marked" "was torn here" "$out"
same "and all new ones" 50 "$(mcpm logs talk --run -1 --tail all --stream stdout | grep -c '^line ')"
