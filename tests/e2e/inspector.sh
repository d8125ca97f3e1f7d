#!/usr/bin/env bash
# The MCP Inspector on a server: refused with an old Node; otherwise with a token that ends with it and is in no argument.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
grep -q '"/api/tokens"' "$MCPM_SOURCE_DIR/agent/api/routes.cpp" || skip_all "there are no tokens yet"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

check "a server" mcpm add one -- "$fixtures/mcp_everything"
expect "starts" 0 mcpm start one
mkdir "$sandbox/old" && printf '#!/bin/sh\necho v20.20.2\n' >"$sandbox/old/node" && chmod +x "$sandbox/old/node"
expect "an old Node is refused" 1 env PATH="$sandbox/old:$PATH" mcpm inspector one
has "and named" "v20.20.2" "$err"
has "with what it takes" "22.19" "$err"

if need_node22 >/dev/null 2>&1; then
    export PATH=$node22:$PATH
    expect "a server that is not there" 4 mcpm inspector two
    run timeout 240 mcpm inspector one --cli -- --method tools/list
    has "it says what it opened" "/mcp/one with the token inspector-" "$err"
    if grep -q '"/mcp/{server}"' "$MCPM_SOURCE_DIR/agent/api/routes.cpp"; then
        case $err in
            *"npm error"*) note "the Inspector cannot be installed from npm" ;;
            *) same "the inspector ends well" 0 "$status"; has "and lists the tools" '"name": "echo"' "$out" ;;
        esac
    fi
    has_not "its token is gone" "inspector-" "$(mcpm token list)"
    check "its file too" test -z "$(ls "$XDG_RUNTIME_DIR"/mcpm/inspector-* 2>/dev/null)"
else
    note "Node 22 cannot be installed from npm"
fi
