#!/usr/bin/env bash
# The gateway's checklist, the server behind it.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server strict --era strict
mcp_server legacy --era legacy
mcp_server frozen --era legacy
mcp_server slow --era legacy --slow-start 700
expect "a lazy server" 0 mcpm add lazy --lazy --idle-timeout 1s --start -- "$fixtures/mcp_everything"
expect "another" 0 mcpm add lazy2 --lazy --idle-timeout 1s --start -- "$fixtures/mcp_everything" --era legacy
expect "one with a secret in its environment" 0 mcpm add secret --start -e API_KEY=tops3cret -- "$fixtures/mcp_everything"
mcp_server older --era legacy --newest 2025-03-26
mcp_server names --era legacy --newest 2024-11-05 --says-newest
mcp_server strings --era legacy --string-ids
mcp_server asking --era modern
expect "one that ends when it is asked for its era is up within the same start" 0 \
    mcpm add dies --restart never --start -- "$fixtures/mcp_everything" --era legacy --die-on-discover
same "in its second run" "running 2" "$(field dies status) $(field dies run)"
has "which its runs say" "when asked which MCP it speaks" "$(mcpm runs dies)"
mcp_checks upstream
