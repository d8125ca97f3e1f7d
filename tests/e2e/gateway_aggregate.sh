#!/usr/bin/env bash
# The gateway's checklist, all servers as one.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

mcp_server alpha --era legacy --page 7 --instructions "be quick"
mcp_server beta --era modern --instructions "be kind"
mcp_server gamma --era modern
mcp_server "a-name-that-is-so-long-that-no-tool-of-it-would-fit-into-sixty" --era legacy
mcp_checks aggregate

# Whoever starts a server may use it at once: its tools are in /mcp when `start` returns.
cat >"$sandbox/slow_list.py" <<'P'
import json, sys, time
for line in sys.stdin:
    m = json.loads(line)
    if "id" not in m: continue
    if m["method"] == "initialize":
        r = {"result": {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "s", "version": "1"}}}
    elif m["method"] == "tools/list":
        time.sleep(0.5)
        r = {"result": {"tools": [{"name": "late", "inputSchema": {"type": "object"}}]}}
    else: r = {"error": {"code": -32601, "message": "no"}}
    print(json.dumps({"jsonrpc": "2.0", "id": m["id"], **r}), flush=True)
P
mcpm add slowlist -- python3 "$sandbox/slow_list.py"
expect "a server that is slow to say what it has" 0 mcpm start slowlist
has "is in the aggregate when start returns" slowlist__late "$(printf '%s\n' \
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}}' \
    '{"jsonrpc":"2.0","method":"notifications/initialized"}' '{"jsonrpc":"2.0","id":2,"method":"tools/list"}' | timeout 20 mcpm connect)"
