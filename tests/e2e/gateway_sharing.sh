#!/usr/bin/env bash
# The gateway's checklist, one process and many clients.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server plain --era legacy
expect "which is nobody's own" 0 mcpm update plain --sharing shared
mcp_server rooted --era legacy
mcp_server shy --era legacy
mcp_server wanders --era legacy --ask-roots
mcp_server own2 --era modern
expect "a server with a process per client" 0 mcpm add own --sharing per-client --start -- "$fixtures/mcp_everything" \
    --era legacy --trace "$sandbox/trace.own"
mcp_checks sharing
