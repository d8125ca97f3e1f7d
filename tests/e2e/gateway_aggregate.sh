#!/usr/bin/env bash
# The gateway's checklist, all servers as one.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server alpha --era legacy --page 7 --instructions "be quick"
mcp_server beta --era modern --instructions "be kind"
mcp_server gamma --era modern
mcp_server "a-name-that-is-so-long-that-no-tool-of-it-would-fit-into-sixty" --era legacy
mcp_checks aggregate
