#!/usr/bin/env bash
# The gateway's checklist, check 99 at its full size: 200 clients, 50 servers, 10,000 calls, and connections that are lost.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

for number in $(seq 0 49); do
    [ $((number % 2)) -eq 0 ] && era=legacy || era=modern
    printf '  s%s:\n    command: %s\n    args: [--era, %s]\n' "$number" "$fixtures/mcp_everything" "$era"
done >"$sandbox/many.list"
{ echo "servers:"; cat "$sandbox/many.list"; } >"$sandbox/many.yaml"
expect "50 servers" 0 mcpm apply -f "$sandbox/many.yaml"
expect "start" 0 mcpm start --all
mcp_checks many
