#!/usr/bin/env bash
# The main job, end to end, with a server of our own: define, start, use, look, stop, remove. In a clean HOME.
. "$(dirname "$0")/../support/sandbox.sh"

expect "a server is defined; the agent starts by itself" 0 mcpm add one -- "$fixtures/mcp_everything"
expect "it is listed" 0 mcpm list
has "as stopped" stopped "$out"
expect "it starts" 0 mcpm start one
same "and start is silent" "" "$out$err"
same "it is running" running "$(field one status)"
same "and healthy once its tools were seen" healthy "$(until_true 5 eval '[ "$(field one healthStatus)" = healthy ]'; field one healthStatus)"
pid=$(field one pid)
check "its process lives" kill -0 "$pid"
expect "its tools are listed" 0 mcpm tools list one
has "with echo" echo "$out"
expect "a tool is called" 0 mcpm call one echo message='hello there'
has "and answers" "hello there" "$out"
expect "also as NAME/TOOL with JSON" 0 mcpm call one/echo --args '{"message":"again"}'
has "and answers" again "$out"
expect "an unknown tool is a failure that says so" 4 mcpm call one nonsense
has "naming it" nonsense "$err"
expect "starting again is fine" 0 mcpm start one
same "and changes nothing" "$pid" "$(field one pid)"
expect "restart" 0 mcpm restart one
check "gives a new process" test "$(field one pid)" != "$pid"
check "and ends the old one" eval "! kill -0 $pid 2>/dev/null"
expect "why has an answer" 0 mcpm why one
expect "logs can be read" 0 mcpm logs one
expect "it stops" 0 mcpm stop one
same "the health of what does not run is unknown" unknown "$(field one healthStatus)"
same "nothing of it is left" "" "$(servers_alive)"
expect "status of a stopped server says so by its exit status" 3 mcpm status one
expect "it is removed" 0 mcpm remove one
expect "and is gone" 4 mcpm show one
expect "the agent stops" 0 mcpm agent stop
expect "and is not reachable" 5 mcpm agent status
