#!/usr/bin/env bash
# Containers that speak HTTP by a port on loopback, and containers with a client of their own, both through the gateway.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../support/engine.sh"
engine_up 2>"$sandbox/engine" || { status=$?; [ "$status" -eq 77 ] && skip_all "$(cat "$sandbox/engine")"; bad "$(cat "$sandbox/engine")"; end_sandbox 1; }
data_id() { printf '%s-%x' "$(stat -c %D "$data")" "$(stat -c %i "$data")"; }
web_image=$(engine_image http_mcp) own_image=$(engine_image mcp_everything)

expect "one that speaks HTTP starts" 0 mcpm add web --transport http -p 8080 --path /here --image "$web_image" --start -- 8080 /here
id=$(docker ps -q --filter "label=mcpm.server=$(field web id)")
has "its port is published on loopback alone" 127.0.0.1: "$(docker port "$id" 8080)"
expect "a tool of it is called" 0 mcpm call web echo message=over-http
has "and answers" over-http "$out"
before=$(agent_pid)
kill -KILL "$before"
until_true 20 eval "p=\$(agent_pid 2>/dev/null); [ -n \"\$p\" ] && [ \"\$p\" != $before ]" || bad "no new agent after $before"
check "the next agent finds its port again" until_true 20 mcpm call web echo message=again
same "and it is the same container" "$id" "$(docker ps -q --filter "label=mcpm.server=$(field web id)")"

expect "one with a container per client" 0 mcpm add own --sharing per-client --image "$own_image" --start -- --era legacy
MCP_DATA_ID=$(data_id) mcp_checks container_kinds
expect "both are removed" 0 mcpm remove -f web
expect "both of them" 0 mcpm remove -f own
same "and nothing is left in the engine" "" "$(docker ps -aq --filter "label=mcpm.data=$(data_id)")"
