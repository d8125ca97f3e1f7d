#!/usr/bin/env bash
# The stdio shim on a real agent: clients of both eras, several at once, cold and running servers, agents that are
# absent, restarted and killed. What happens at single bytes is in tests/faults/connect.sh.
. "$(dirname "$0")/../support/sandbox.sh"
export PYTHONDONTWRITEBYTECODE=1
story() { check "$1" timeout 120 python3 "$MCPM_SOURCE_DIR/tests/support/connect_story.py" "$2" "${3:-one}"; }

check "a server" mcpm add one -- "$fixtures/mcp_everything"
check "and one that sleeps" mcpm add cold --start --lazy -- "$fixtures/mcp_everything"
expect "it starts" 0 mcpm start one
pid=$(field one pid)
run mcpm connect one
case $err in *"no such path"*) skip_all "this agent has no gateway" ;; esac
story "a client of the handshake era is served" use
story "a client of the per-request era is served" modern
story "two share a server" two
story "a server that sleeps is woken" use cold
story "all servers in one" aggregate
# AI clients pass on little more than this (the SDKs' own default environment).
expect "a client that knows HOME and PATH alone finds the agent" 0 env -i HOME="$HOME" PATH="$PATH" mcpm status one
mkdir -m 0700 "$sandbox/elsewhere"
expect "so does one with another runtime folder" 0 env XDG_RUNTIME_DIR="$sandbox/elsewhere" mcpm status one
same "and nothing was made there" "" "$(ls "$sandbox/elsewhere")"
same "nothing of this started or ended the server" "$pid" "$(field one pid)"

run mcpm connect onee
same "a server that is not there: exit 4" 4 "$status"
same "nothing on stdout" "" "$out"
has "one line that names it" "onee" "$err"

story "a killed agent fails the calls in flight and nothing else" agent_killed
story "a restarted agent is not noticed" agent_restarted
same "the server has lived through both" "$pid" "$(field one pid)"
story "memory" memory

expect "the agent stops" 0 mcpm agent stop
story "an absent agent is started" use
