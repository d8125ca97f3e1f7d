#!/usr/bin/env bash
# Socket activation beside a living agent: the activated mcpmd hands its sockets over, to each agent after another, and
# ends with the agent.
. "$(dirname "$0")/../support/sandbox.sh"
command -v systemd-socket-activate >/dev/null || skip_all "systemd-socket-activate is not here"
socket=$XDG_RUNTIME_DIR/mcpm/agent.sock

mcpm add one -- "$fixtures/mcp_everything" && mcpm start one
keeper=$(keeper_pid) agent=$(agent_pid) pid=$(field one pid)
before=$(stat -c %i "$socket")
systemd-socket-activate -l "$socket" mcpmd run >"$sandbox/activated" 2>&1 &
activated=$!
until_true 10 eval '[ "$(stat -c %i "$socket" 2>/dev/null)" != "$before" ]'
expect "with systemd's socket in the place of the agent's, it answers" 0 timeout 15 mcpm agent status
same "the agent that lived" "$agent" "$(agent_pid)"
expect "its server is called" 0 timeout 10 mcpm call one echo message=still
same "which is the same" "$pid" "$(field one pid)"
expect "an upgrade of the agent" 0 timeout 30 mcpm agent upgrade
expect "leaves it reachable" 0 timeout 15 mcpm list
same "with its server" "$pid" "$(field one pid)"
same "and its keeper" "$keeper" "$(keeper_pid)"
check "the activated program has not failed" kill -0 $activated
expect "the agent stops" 0 timeout 30 mcpm agent stop
until_true 10 eval '! kill -0 $activated 2>/dev/null'
check "and the activated program ends with it" eval '! kill -0 $activated 2>/dev/null'

# Without an agent, the activated one is it.
rm -f "$socket"
systemd-socket-activate -l "$socket" mcpmd run >"$sandbox/activated" 2>&1 &
activated=$!
until_true 10 test -S "$socket"
expect "without an agent, the first command starts one by the socket" 0 timeout 20 mcpm list
same "which is the activated program" "$activated" "$(keeper_pid)"
