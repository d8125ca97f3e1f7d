#!/usr/bin/env bash
# A server that crashes again and again is held back, said and shown; two hundred of them leave the agent usable.
. "$(dirname "$0")/../support/sandbox.sh"

mcpm add crash --transport none --restart always -- "$fixtures/crasher"
mcpm start crash >/dev/null 2>&1
until_true 60 eval '[ "$(field crash statusReason)" = crash-loop ]'
same "five exits in two minutes are a crash loop" crash-loop "$(field crash statusReason)"
same "shown as an error" error "$(field crash status)"
check "with the next try" test -n "$(field crash nextRetryAt)"
expect "why says so" 0 mcpm why crash
has "with its code" "MCPM-E" "$out"
has "an event tells" "crash" "$(mcpm events 2>/dev/null)"
expect "it can be stopped" 0 mcpm stop crash
same "and is" stopped "$(field crash status)"

{ echo "servers:"; for i in $(seq 200); do printf '  c%s:\n    command: %s\n    transport: none\n    restart: always\n' "$i" "$fixtures/crasher"; done; } >"$sandbox/many.yaml"
expect "two hundred of them" 0 mcpm apply -f "$sandbox/many.yaml"
timeout 120 mcpm start --all >/dev/null 2>&1
for round in 1 2 3 4 5; do
    expect "the agent answers (round $round)" 0 timeout 5 mcpm list
    sleep 1
done
expect "and stops them all" 0 timeout 60 mcpm stop --all
same "nothing is left" "" "$(servers_alive)"
