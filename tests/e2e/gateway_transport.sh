#!/usr/bin/env bash
# The gateway's checklist, transport: bodies, methods, media types, sizes, streams.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server plain
mcp_checks transport
