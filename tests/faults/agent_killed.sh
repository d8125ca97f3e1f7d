#!/usr/bin/env bash
# The agent is killed in the middle of everything: servers live on, the same pids, no copy, calls answered, logs whole.
. "$(dirname "$0")/../support/sandbox.sh"

kill_agent() {
    local before
    before=$(agent_pid)
    kill -KILL "$before"
    until_true 10 eval "p=\$(agent_pid 2>/dev/null); [ -n \"\$p\" ] && [ \"\$p\" != $before ]" || bad "no new agent after $before"
}

mcpm add one -- "$fixtures/mcp_everything" && mcpm add plain --transport none -- "$fixtures/chatty" 0 2
expect "the MCP server starts" 0 mcpm start one
expect "the plain server starts" 0 mcpm start plain
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
same "a call in flight gets an error, not silence" 5 "$status"
has "and a sentence that says what happened" "the agent" "$(cat "$sandbox/call.err")"
same "and no result" "" "$(cat "$sandbox/call.out")"
expect "the next call works" 0 mcpm call one echo message=after
has "with its own answer" after "$out"

# while stopping: the stop is resumed, not undone
mcpm add stub --transport none --stop-timeout 2s -- "$fixtures/stubborn"
expect "a stubborn server starts" 0 mcpm start stub
stub=$(field stub pid)
mcpm stop stub >/dev/null 2>&1 & stopper=$!
sleep 0.5
kill_agent
wait $stopper
check "a stop under way is finished" until_true 15 eval "! kill -0 $stub 2>/dev/null"
until_true 10 eval '[ "$(field stub status)" = stopped ]'
same "and stays so" stopped "$(field stub status)"

# while starting: no second copy
mcpm add slow -- "$fixtures/mcp_everything" --slow-start 1500
mcpm start slow >/dev/null 2>&1 & starter=$!
sleep 0.5
kill_agent
wait $starter
check "a start under way comes to its end" until_true 15 eval '[ "$(field slow status)" = running ]'
expect "and the server can be used" 0 mcpm call slow echo message=slow
same "there is one copy of it" 1 "$(pgrep -f -- "$fixtures/mcp_everything --slow-start 1500" | while read -r p; do
    tr '\0' '\n' 2>/dev/null <"/proc/$p/environ" | grep -cx "XDG_RUNTIME_DIR=$XDG_RUNTIME_DIR"; done | grep -c 1)"

# an exit while no agent lives is not lost
mcpm add late --transport none --restart never -- "$fixtures/exiter" 7 1500
expect "a server that will exit starts" 0 mcpm start late
keeper=$(keeper_pid)
before=$(agent_pid)
kill -STOP "$keeper"; kill -KILL "$before"; sleep 2; kill -CONT "$keeper"
until_true 10 eval '[ -n "$(agent_pid 2>/dev/null)" ]'
until_true 10 eval '[ "$(field late status)" != running ]'
same "its exit code is known" 7 "$(mcpm show late -o json | json "d['lastExit']['code']")"

# log without an unmarked gap: chatty numbers its lines; one place for each agent that was killed
expect "the plain server is stopped" 0 mcpm stop plain
marks=14 # seven agents were killed, each with two streams in its hands
check "no line is lost or repeated without a mark" numbered plain
