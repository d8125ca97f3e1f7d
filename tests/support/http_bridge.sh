# Sourced after sandbox.sh and needs.sh: a stdio MCP server as Streamable HTTP, by supergateway from npm (stateful: one
# process per session). For what speaks only HTTP and is to reach our shim.
#   bridge COMMAND    sets $bridge_url; $bridge_pid is ended by stop_bridge
bridge() {
    need_node22 && need_npm supergateway supergateway@4.0.0 || return 1
    bridge_port=$(free_port)
    "$node22/node" "$npm_folder/node_modules/supergateway/dist/index.js" --stdio "$1" --outputTransport streamableHttp \
        --stateful --sessionTimeout 60000 --port "$bridge_port" --logLevel none >"$sandbox/bridge.log" 2>&1 </dev/null &
    bridge_pid=$!
    bridge_url=http://127.0.0.1:$bridge_port/mcp
    until_true 20 curl -s -o /dev/null "$bridge_url"
}
stop_bridge() {
    kill "$bridge_pid" 2>/dev/null
    wait "$bridge_pid" 2>/dev/null
}
