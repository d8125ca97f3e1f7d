#!/usr/bin/env bash
# mcpm itself as an MCP server at /mcp/mcpm: off unless enabled; in both eras; what it lists, starts, stops, explains and finds; and
# installs after a person's yes alone.
. "$(dirname "$0")/../support/sandbox.sh"

post() { # BODY [HEADER…]
    local body=$1
    shift
    local headers=()
    for header in "$@"; do headers+=(-H "$header"); done
    curl -sN --max-time 60 -D "$sandbox/headers" --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" -H 'Content-Type: application/json' \
        -H 'Accept: application/json, text/event-stream' "${headers[@]}" -d "$body" http://x/mcp/mcpm
}
expect "the agent starts" 0 mcpm agent start
post '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' 'MCP-Protocol-Version: 2026-07-28' >/dev/null
has "off unless enabled" " 404 " "$(head -n 1 "$sandbox/headers")"
expect "a server of a person" 0 mcpm add box -- "$fixtures/mcp_everything"
mkdir -p "$HOME/.config/mcpm"
printf 'gateway:\n  mcpm: on\n' >"$HOME/.config/mcpm/config.yaml"
expect "enabled, with a restart" 0 mcpm agent restart
until_true 20 eval 'mcpm show mcpm >/dev/null 2>&1'
expect "it is a server among the others" 0 mcpm show mcpm
mkdir -p "$data/custom-templates"
cat >"$data/custom-templates/mine.yaml" <<END
id: mine
name: Mine
description: A template of my own.
category: demo
parameters:
  key: {secret: true, required: true, description: a key}
server:
  command: $fixtures/mcp_everything
  secrets: {KEY: "\${key}"}
END
printf 'word\n' | mcpm secret set stored

# The tools, through the gateway.
expect "its tools are listed" 0 mcpm tools list mcpm
has "those that look" list_servers "$out"
has "and the one that installs" install_server "$out"
expect "what runs" 0 mcpm call mcpm list_servers
has "with its state" '"name": "box"' "$out"
expect "one is started" 0 mcpm call mcpm start_server name=box
same "it runs" running "$(field box status)"
expect "and looked at" 0 mcpm call mcpm server_status name=box
has "with its state" '"status": "running"' "$out"
expect "its log is read" 0 mcpm call mcpm server_logs name=box lines=5
expect "and why it is as it is" 0 mcpm call mcpm why_server name=box
expect "and stopped" 0 mcpm call mcpm stop_server name=box
same "it is" stopped "$(field box status)"
expect "servers are found" 0 mcpm call mcpm search_servers query=mine
has "by their description" "A template of my own." "$out"
expect "a server that is not there is a tool's error" 3 mcpm call mcpm start_server name=nosuch
has "which says so" nosuch "$out$err"
expect "a wrong argument likewise" 3 mcpm call mcpm list_servers --args '{"nmae": "x"}'
expect "who cannot be asked installs nothing" 3 mcpm call mcpm install_server --args '{"id": "mine", "parameters": {"key": "secret:stored"}}'
has_not "nothing was installed" mine "$(mcpm list -q)"
expect "a secret is not given in plain" 3 mcpm call mcpm install_server --args '{"id": "mine", "parameters": {"key": "planted-79"}}'
has "it is named" "secret:NAME" "$out$err"

# Clients of both eras, who can be asked.
modern='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{}}}}'
answer=$(post '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{'"$modern"'}}' 'MCP-Protocol-Version: 2026-07-28' 'Mcp-Method: tools/list')
has "2026-07-28: the tools" list_servers "$answer"
connect() { # ANSWER of the person; prints what the client saw
    python3 - "$1" <<'END'
import json, subprocess, sys

child = subprocess.Popen(["mcpm", "connect", "mcpm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def say(message):
    child.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    child.stdin.flush()


def until(found):
    for line in child.stdout:
        message = json.loads(line)
        if message.get("method") == "elicitation/create":
            print("asked:", message["params"]["message"])
            say({"id": message["id"], "result": json.loads(sys.argv[1])})
        if message.get("id") == found and "method" not in message:
            return message


say({"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}},
                                                 "clientInfo": {"name": "t", "version": "1"}}})
until(1)
say({"method": "notifications/initialized"})
say({"id": 2, "method": "tools/call", "params": {"name": "install_server", "arguments": {
    "id": "mine", "name": "asked", "parameters": {"key": "secret:stored"}}}})
print("answer:", json.dumps(until(2)))
child.stdin.close()
child.wait()
END
}
seen=$(connect '{"action": "decline"}')
has "a person is asked, with what would run" "mcp_everything" "$seen"
has "and without a yes" "did not agree" "$seen"
has_not "nothing is installed" asked "$(mcpm list -q)"
seen=$(connect '{"action": "accept", "content": {"install": false}}')
has_not "a no is a no" asked "$(mcpm list -q)"
seen=$(connect '{"action": "accept", "content": {"install": true}}')
has "with a yes" '"isError": false' "$seen"
has "it is installed" asked "$(mcpm list -q)"

# A name of a person's own, and off again.
printf 'gateway:\n  mcpm: off\n' >"$HOME/.config/mcpm/config.yaml"
expect "off again" 0 mcpm agent restart
until_true 20 eval '! mcpm show mcpm >/dev/null 2>&1'
expect "it is gone" 4 mcpm show mcpm
expect "a person's server may have the name" 0 mcpm add mcpm -- "$fixtures/mcp_everything"
printf 'gateway:\n  mcpm: on\n' >"$HOME/.config/mcpm/config.yaml"
expect "on again" 0 mcpm agent restart
until_true 20 eval 'mcpm agent status | found "a server of yours is called"'
has "theirs stays, which is said" "a server of yours is called" "$(mcpm agent status)"
has "and is theirs" mcp_everything "$(mcpm show mcpm)"
