#!/usr/bin/env bash
# The gateway's checklist, the stdio shim.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server plain --era legacy
mcp_server modern --era modern
mcp_server cold --era legacy --slow-start 2000
mcp_server wanders --era legacy --ask-roots
mcp_checks shim
