#!/usr/bin/env bash
# The gateway's checklist, the per-request era.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server modern --era modern
mcp_server legacy --era legacy
mcp_server both --one-era
mcp_server stopped --era legacy
mcpm call stopped echo message=seen >/dev/null
expect "one is stopped" 0 mcpm stop stopped
mcp_checks modern
expect "the agent stops" 0 mcpm agent stop
export MCPM_GATEWAY_INPUT_TIMEOUT=1s
expect "and starts, to wait a second for input" 0 mcpm agent start
mcp_checks modern nobody-returns
