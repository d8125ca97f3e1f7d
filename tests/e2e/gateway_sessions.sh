#!/usr/bin/env bash
# The gateway's checklist, sessions of the handshake era.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

export MCPM_HTTP_AUTH=none
mcp_server plain --era modern
mcp_server other
MCP_OTHER_PORT=$(tcp_port)
export MCP_OTHER_PORT
mcp_checks sessions
