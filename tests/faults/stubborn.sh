#!/usr/bin/env bash
# Servers that will not go: ignoring TERM, escaping, forking without end. Stop takes at most its timeout and a second.
. "$(dirname "$0")/../support/sandbox.sh"

try() { # name, fixture and arguments
    local name=$1 started ended
    shift
    mcpm add "$name" --transport none --stop-timeout 2s --pids 200 -- "$@"
    expect "$name starts" 0 mcpm start "$name"
    sleep 0.5
    started=$(date +%s)
    expect "$name is stopped" 0 timeout 20 mcpm stop "$name"
    ended=$(date +%s)
    check "within its timeout and a second or so" test $((ended - started)) -le 5
    same "nothing of $name is left" "" "$(servers_alive)"
    same "also by name of the program" "" "$(pgrep -x "$(basename "$1")" | while read -r p; do readlink "/proc/$p/exe"; done | grep -F "$fixtures" || true)"
}
try stubborn "$fixtures/stubborn"
try escaper "$fixtures/escaper"
try escaper-clean "$fixtures/escaper" --clear-environment
try forker "$fixtures/forker"
try frozen "$fixtures/frozen"
expect "the agent is well" 0 mcpm agent status
