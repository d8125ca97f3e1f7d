#!/usr/bin/env bash
# The gateway's checklist, streams of the handshake era.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server plain --era legacy
mcp_checks streams
