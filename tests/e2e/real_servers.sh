#!/usr/bin/env bash
# Real servers from npm, each at an exact version: installed, started, listed, called, stopped, and nothing of it left in
# /proc. Then what a package's life has: its pin, a newer version, wrong names, and a start without any network.
. "$(dirname "$0")/../support/sandbox.sh"

. "$MCPM_SOURCE_DIR/tests/support/real_packages.sh"

session() { # NAME EXPRESSION
    python3 - "$XDG_RUNTIME_DIR/mcpm/agent.sock" "/api/servers/$1/session" "$2" <<'END'
import http.client, json, socket, sys
path, route, expression = sys.argv[1:]
connection = http.client.HTTPConnection("localhost")
connection.sock = socket.socket(socket.AF_UNIX)
connection.sock.connect(path)
connection.request("GET", route)
print(eval(expression, {"d": json.load(connection.getresponse())["data"]}))
END
}

expect "the agent starts" 0 mcpm agent start
install_all

for server in "${servers[@]}"; do
    read -r name package era _ <<<"$server"
    note "$package"
    if [ "$(cat "$sandbox/added.$name")" != 0 ]; then bad "$name is installed: $(tail -n 3 "$sandbox/add.$name")"; continue; fi
    run mcpm show "$name"
    has "$name is pinned" "Pinned:" "$out"
    has "$name at the version that was asked for, with its hash" "${package##*@}  sha512-" "$out"
    expect "$name starts" 0 mcpm start "$name"
    [ "$status" -eq 0 ] || continue
    pid=$(field "$name" pid)
    check "$name is a process without npx between" grep -qzF "$packages/" "/proc/$pid/cmdline"
    check "$name and nobody else has its marker" test -n "$(servers_alive)"
    expect "$name lists its tools" 0 mcpm tools list "$name"
    call_of "$name"
    has "$name has the one to call" "${arguments[0]}" "$out"
    run mcpm call "$name" "${arguments[@]}"
    if [ -n "$expected" ]; then
        has "$name answers ${arguments[0]}" "$expected" "$out$err"
    else
        check "$name answers ${arguments[0]} or says why not" test -n "$out$err"
    fi
    case $era in h) wanted=handshake ;; r) wanted=per-request ;; esac
    same "$name speaks its era" "$wanted" "$(session "$name" "d['era']")"
    expect "$name stops" 0 mcpm stop "$name"
    same "$name leaves nothing behind" "" "$(servers_alive; package_processes)"
done
check "what one was told is where it keeps it" grep -q Ada "$files/memory.jsonl"

# Versions.
expect "an older version is installed when it is asked for" 0 mcpm add older --npm @modelcontextprotocol/server-memory@2026.1.26
expect "a newer one is found" 0 mcpm upgrade older --check
has "and named" 2026.8.31 "$out"
has "from what is there" 2026.1.26 "$out"
has "without touching the pin" "2026.1.26  sha512-" "$(mcpm show older)"
expect "the older one runs" 0 mcpm start older
same "as itself" 1 "$(field older run)"
expect "it is upgraded" 0 mcpm upgrade older
has "to the newest" "2026.8.31  sha512-" "$(mcpm show older)"
expect "it runs again" 0 mcpm restart older
check "from the new folder" grep -qzF 2026.8.31 "/proc/$(field older pid)/cmdline"
expect "it stops" 0 mcpm stop older
expect "it can go" 0 mcpm remove older
same "with all of it" "" "$(servers_alive; package_processes)"

expect "an unknown version is not found" 4 mcpm add wrong --npm @modelcontextprotocol/server-memory@1.2.3
has "and is named" 1.2.3 "$err"
has "with those there are" 2026.8.31 "$err"
expect "an unknown package is not found" 4 mcpm add wrong --npm @modelcontextprotocol/no-such-server-at-all
has "and is named" no-such-server-at-all "$err"
expect "neither leaves a server" 4 mcpm show wrong
same "nor half an installation" "" "$(find "$packages" -maxdepth 2 -name '.new-*')"

# No network at start: an agent that has none at all starts what is installed.
expect "the agent stops" 0 mcpm agent stop
no_network=(env -u HTTP_PROXY -u HTTPS_PROXY -u http_proxy -u https_proxy npm_config_registry=http://127.0.0.1:9 npm_config_offline=true)
if [ "$(id -u)" -eq 0 ] && unshare -n true 2>/dev/null; then no_network+=(unshare -n); fi
expect "an agent without network starts" 0 "${no_network[@]}" mcpm agent start
for name in everything filesystem libsql banner; do
    expect "$name starts without network" 0 mcpm start "$name"
    call_of "$name"
    run mcpm call "$name" "${arguments[@]}"
    has "and answers" "$expected" "$out$err"
done
expect "all stop" 0 mcpm stop --all
same "nothing is left" "" "$(servers_alive; package_processes)"
