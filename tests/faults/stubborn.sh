#!/usr/bin/env bash
# Servers that will not go: ignoring TERM, escaping, forking without end. Stop takes at most its timeout and a second.
. "$(dirname "$0")/../support/sandbox.sh"

try() { # name, fixture and arguments
    local name=$1 started ended program
    shift
    # A copy of its own: told by its path, it is found whatever it did to its environment and its parents.
    program=$sandbox/programs/$name
    mkdir -p "$sandbox/programs" && cp "$1" "$program"
    shift
    mcpm add "$name" --transport none --stop-timeout 2s --pids 200 -- "$program" "$@" >/dev/null
    expect "$name starts" 0 mcpm start "$name"
    check "$name runs" test -n "$(of_sandbox)"
    sleep 0.5
    started=$(date +%s)
    expect "$name is stopped" 0 timeout 20 mcpm stop "$name"
    ended=$(date +%s)
    check "within its timeout and a second or so" test $((ended - started)) -le 5
    same "nothing of $name is left" "" "$(servers_alive)"
    same "also by the program that runs" "" "$(of_sandbox)"
}
try stubborn "$fixtures/stubborn"
try escaper "$fixtures/escaper"
try escaper-clean "$fixtures/escaper" --clear
try forker "$fixtures/forker"
try moving "$fixtures/forker" 0
try frozen "$fixtures/frozen"
cp "$fixtures/escaper" "$sandbox/programs/leaver"
mcpm add leaver --transport none -- "$sandbox/programs/leaver" --leave >/dev/null
mcpm start leaver
check "one that exits well and leaves a child behind is stopped" until_true 10 eval '[ "$(field leaver status)" = stopped ]'
same "and the child is gone" "" "$(of_sandbox)"
expect "the agent is well" 0 mcpm agent status
