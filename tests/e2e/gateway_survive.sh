#!/usr/bin/env bash
# Sessions of the handshake era over the agent's restart, its upgrade and its death.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server plain --era legacy
mcp_server fresh --era modern
mcp_checks survive
