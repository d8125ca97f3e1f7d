# Sourced after sandbox.sh: what the tests of the gateway share. Each story has its checks in tests/e2e/gateway/NAME.py,
# which speaks MCP to the agent's socket with tests/support/mcp_client.py; the numbers are those of tests/checklist.tsv.
export MCP_SOCKET=$XDG_RUNTIME_DIR/mcpm/agent.sock MCP_SANDBOX=$sandbox MCP_FIXTURES=$fixtures
export PYTHONPATH=$MCPM_SOURCE_DIR/tests/support PYTHONDONTWRITEBYTECODE=1
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# A server from our fixture; what reaches it is in $sandbox/trace.NAME
mcp_server() { # NAME [OPTION OF THE FIXTURE…]
    local name=$1
    shift
    expect "a server: $name" 0 mcpm add "$name" --start -- "$fixtures/mcp_everything" --trace "$sandbox/trace.$name" "$@"
}
# Runs tests/e2e/gateway/NAME.py and counts its lines.
mcp_checks() { # NAME [ARGUMENT…]
    timeout 300 python3 -u "$MCPM_SOURCE_DIR/tests/e2e/gateway/$1.py" "${@:2}" | tee "$sandbox/checks.$1"
    [ "${PIPESTATUS[0]}" -eq 0 ] || bad "$1.py comes to its end"
    counted "$sandbox/checks.$1"
}
grep -q '"/mcp/{server}"' "$MCPM_SOURCE_DIR/agent/api/routes.cpp" || skip_all "there is no gateway yet"
