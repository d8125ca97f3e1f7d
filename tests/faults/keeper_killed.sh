#!/usr/bin/env bash
# The keeper is killed (and the agent with it): nothing is left running unowned after the next start, and nothing twice.
. "$(dirname "$0")/../support/sandbox.sh"
rounds=${MCPM_ROUNDS:-30}

mcpm add one -- "$fixtures/mcp_everything" && mcpm add esc --transport none -- "$fixtures/escaper" && mcpm add stub --transport none -- "$fixtures/stubborn"
check "servers start" mcpm start one esc stub
for round in $(seq "$rounds"); do
    keeper=$(keeper_pid)
    old=$(servers_alive | sort | tr '\n' ' ')
    if [ $((round % 2)) -eq 0 ]; then kill -KILL "$keeper" "$(agent_pid)" 2>/dev/null; else kill -KILL "$keeper"; fi
    until_true 5 eval "! kill -0 $keeper 2>/dev/null"
    mcpm agent start >/dev/null 2>"$sandbox/err" || { bad "round $round: the agent does not start"; cat "$sandbox/err"; }
    until_true 10 eval '[ "$(field one status) $(field esc status) $(field stub status)" = "running running running" ]' ||
        bad "round $round: desired state not restored: $(field one status) $(field esc status) $(field stub status)"
    for pid in $old; do
        # One that is ended is a zombie until it is reaped, which may be between two looks at it.
        case $(awk '{print $3}' "/proc/$pid/stat" 2>/dev/null) in Z | X | '') ;; *) bad "round $round: survivor $pid" ;; esac
    done
    # escaper is two processes: itself and the one that slipped away
    until_true 5 eval '[ "$(servers_alive | wc -l)" -eq 4 ]' || bad "round $round: $(servers_alive | wc -l) processes, wanted 4"
done
ok "$rounds rounds"
check "stop" mcpm stop --all
same "nothing is left" "" "$(servers_alive)"
