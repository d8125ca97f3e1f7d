#!/usr/bin/env bash
# The gateway's checklist, clients of 2024-11-05.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server legacy --era legacy
mcp_server modern --era modern
mcp_checks sse
