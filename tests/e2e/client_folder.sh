#!/usr/bin/env bash
# ${client.cwd} and ${client.root}: a client that tells its folder gets a process of its own there; all others share one in
# the server's own folder.
. "$(dirname "$0")/../support/sandbox.sh"

server=$sandbox/server.py
cat >"$server" <<'P'
import json, os, sys
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    method = asked["method"]
    if method == "initialize":
        result = {"protocolVersion": asked["params"]["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": {"name": "where", "version": "1"}}
    elif method == "tools/list":
        result = {"tools": [{"name": "where", "inputSchema": {"type": "object"}}]}
    elif method == "tools/call":
        result = {"content": [{"type": "text", "text": f"{os.getcwd()} {' '.join(sys.argv[1:])} {os.getpid()}"}]}
    else:
        result = {}
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}), flush=True)
P
mkdir -p "$sandbox/one/.git" "$sandbox/one/src" "$sandbox/two words"
ask() { # FOLDER: what a client there is told by the tool
    (cd "$1" && printf '%s\n%s\n%s\n' \
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' \
        '{"jsonrpc":"2.0","method":"notifications/initialized"}' '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"where","arguments":{}}}' |
        mcpm connect where) | grep '"id":2' | json "d['result']['content'][0]['text']"
}
printf 'servers:\n  where:\n    command: python3\n    args: [%s, "root=${client.root}"]\n    cwd: ${client.cwd}\n' "$server" >"$sandbox/where.yaml"
expect "a definition with both" 0 mcpm apply -f "$sandbox/where.yaml" --now
has "a client in a folder has its process there" "$sandbox/one/src root=$sandbox/one " "$(ask "$sandbox/one/src")"
has "another in another, with a blank in its name" "$sandbox/two words root=$sandbox/two words " "$(ask "$sandbox/two words")"
expect "the shared one is in the server's own folder" 0 mcpm call where where
has "which it has" "/servers/srv_" "$out"
expect "it is shown" 0 mcpm show where
has "as it was written" '${client.cwd}' "$out"
check "own processes end with their clients" until_true 20 eval '[ "$(mcpm show where -o json | json "len(d.get(\"ownRuns\", []) or [])")" = 0 ]'
printf 'servers:\n  bad:\n    url: http://127.0.0.1:9/mcp\n  worse:\n    command: a\n    cwd: ${client.home}\n' >"$sandbox/bad.yaml"
expect "an unknown placeholder" 2 mcpm apply -f "$sandbox/bad.yaml"
has "is named with its place" "bad.yaml:6:5" "$err"
expect "add on the command line takes them as they are" 0 mcpm add typed --cwd '${client.cwd}' -- python3 "$server"
same "as they are" '${client.cwd}' "$(mcpm show typed -o jsonpath=.config.cwd)"
