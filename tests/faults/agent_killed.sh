#!/usr/bin/env bash
# The agent is killed in the middle of everything: servers live on, the same pids, no copy, calls answered, logs whole.
. "$(dirname "$0")/../support/sandbox.sh"

kill_agent() {
    local before
    before=$(agent_pid)
    kill -KILL "$before"
    until_true 10 eval "p=\$(agent_pid); [ -n \"\$p\" ] && [ \"\$p\" != $before ]" || bad "no new agent after $before"
}

mcpm add one -- "$fixtures/mcp_everything" && mcpm add plain --transport none -- "$fixtures/chatty" --lines 1000000 --every 2
check "servers start" mcpm start one plain
one=$(field one pid) plain=$(field plain pid)
for round in 1 2 3; do
    kill_agent
    same "round $round: the MCP server has the same pid" "$one" "$(field one pid)"
    same "round $round: the plain server too" "$plain" "$(field plain pid)"
    same "round $round: both still run" "running running" "$(field one status) $(field plain status)"
    expect "round $round: its session is still good" 0 mcpm call one echo message=still
    has "round $round: and answers" still "$out"
done
same "there is one copy of each" 2 "$(servers_alive | wc -l | tr -d ' ')"

# in the middle of a tool call
mcpm call one sleep ms=3000 >"$sandbox/call.out" 2>"$sandbox/call.err" & call=$!
sleep 0.5
kill_agent
wait $call
status=$?
check "a call in flight gets an error, not silence" test "$status" -ne 0
check "and a sentence" test -s "$sandbox/call.err"
expect "the next call works" 0 mcpm call one echo message=after

# while stopping: the stop is resumed, not undone
mcpm add stub --transport none --stop-timeout 2s -- "$fixtures/stubborn" && mcpm start stub
stub=$(field stub pid)
mcpm stop stub >/dev/null 2>&1 & stopper=$!
sleep 0.5
kill_agent
wait $stopper
check "a stop under way is finished" until_true 15 eval "! kill -0 $stub 2>/dev/null"
until_true 10 eval '[ "$(field stub status)" = stopped ]'
same "and stays so" stopped "$(field stub status)"

# an exit while no agent lives is not lost
mcpm add late --transport none --restart never -- "$fixtures/late" --exit-after 1500 --code 7 && mcpm start late
keeper=$(keeper_pid)
before=$(agent_pid)
kill -STOP "$keeper"; kill -KILL "$before"; sleep 2; kill -CONT "$keeper"
until_true 10 eval '[ -n "$(agent_pid)" ]'
until_true 10 eval '[ "$(field late status)" != running ]'
has "the exit code is known" "7" "$(mcpm show late -o json | json "d['lastExit']['code']")"

# log without an unmarked gap: chatty numbers its lines
mcpm stop plain
mcpm logs plain --tail all --stream stdout >"$sandbox/lines"
gaps=$(awk '/^line [0-9]+/ { if (last != "" && $2 != last + 1) gaps++; last = $2 } END { print gaps + 0 }' "$sandbox/lines")
marks=$(mcpm logs plain --tail all | grep -c 'agent was lost\|may be missing')
check "gaps in the log ($gaps) are all marked ($marks)" test "$gaps" -le "$marks"
