#!/usr/bin/env bash
# Real servers from npm, each at an exact version: installed, started, listed, called, stopped, and nothing of it left in
# /proc. Then what a package's life has: its pin, a newer version, wrong names, and a start without any network.
. "$(dirname "$0")/../support/sandbox.sh"

export npm_config_fetch_retries=2
files=$sandbox/files
packages=$data/packages
mkdir -p "$files"
printf 'a line for real servers\n' >"$files/note.txt"
printf 'export default [{ rules: { "no-debugger": "error" } }];\n' >"$files/eslint.config.mjs"
printf 'debugger;\n' >"$files/stop.mjs"
printf '<mxfile><diagram id="a" name="Page of ours"><mxGraphModel><root/></mxGraphModel></diagram></mxfile>\n' >"$files/drawing.drawio"
cat >"$files/kubeconfig" <<'END'
apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: here, context: {cluster: nowhere, user: nobody}}]
current-context: here
users: [{name: nobody, user: {token: none}}]
END

no_registry() {
    if [ "${CI:-}" = true ]; then
        bad "$1"
        end_sandbox
    fi
    skip_all "$1"
}
command -v node >/dev/null && command -v npm >/dev/null || no_registry "node and npm are not installed"
timeout 60 npm view @modelcontextprotocol/server-memory@2026.8.31 version >"$sandbox/ping" 2>&1 ||
    no_registry "the npm registry cannot be reached: $(grep -m 1 -iE 'error|err!' "$sandbox/ping")"

# name, package, era (h: handshake, r: per request), words for `mcpm add`
servers=(
    "everything @modelcontextprotocol/server-everything@2026.8.31 h"
    "filesystem @modelcontextprotocol/server-filesystem@2026.8.31 h -- $files"
    "memory @modelcontextprotocol/server-memory@2026.8.31 h -e MEMORY_FILE_PATH=$files/memory.jsonl"
    "thinking @modelcontextprotocol/server-sequential-thinking@2026.8.31 h"
    "postgres @modelcontextprotocol/server-postgres@0.6.2 h -- postgresql://127.0.0.1:1/none"
    "context7 @upstash/context7-mcp@4.1.1 r"
    "libsql mcp-memory-libsql@0.0.17 r -e LIBSQL_URL=file:$files/libsql.db"
    "banner mcp-server-code-runner@0.1.8 h"
    "golang kubernetes-mcp-server@0.0.67 r -e KUBECONFIG=$files/kubeconfig"
    "calc @coo-quack/calc-mcp@2.1.1 h"
    "commands mcp-server-commands@0.5.0 h"
    "eslint @eslint/mcp@0.3.13 h --cwd $files"
    "drawio @drawio/mcp@1.6.1 h"
    "fast fast-filesystem-mcp@3.5.2 h"
    "notion @notionhq/notion-mcp-server@2.5.2 h"
)

# The tool that is called, and what its answer must have in it. A server that asks a service that is not there must say so.
call_of() {
    local word='{"entities":[{"name":"Ada","entityType":"person","observations":["wrote the first program"]}]}'
    case $1 in
        everything) expected=-7 && arguments=(get-sum --args '{"a":-10,"b":3}') ;;
        filesystem) expected="a line for real servers" && arguments=(read_text_file path="$files/note.txt") ;;
        memory) expected=Ada && arguments=(create_entities --args "$word") ;;
        thinking) expected=thoughtHistoryLength && arguments=(sequentialthinking --args '{"thought":"one","thoughtNumber":1,"totalThoughts":1,"nextThoughtNeeded":false}') ;;
        postgres) expected=ECONNREFUSED && arguments=(query sql="select 1") ;;
        context7) expected="" && arguments=(resolve-library-id query="routing" libraryName="react") ;;
        libsql) expected="processed 1 entities" && arguments=(create_entities --args "$word") ;;
        banner) expected=4242 && arguments=(run-code --args '{"code":"console.log(42 * 101)","languageId":"javascript"}') ;;
        golang) expected=https://127.0.0.1:1 && arguments=(configuration_view) ;;
        calc) expected=11111111 && arguments=(base --args '{"value":"ff","from":16,"to":2,"input":"ff","fromBase":16,"toBase":2}') ;;
        commands) expected=real-servers-42 && arguments=(run_command command="echo real-servers-42") ;;
        eslint) expected=no-debugger && arguments=(lint-files --args "{\"filePaths\":[\"$files/stop.mjs\"]}") ;;
        drawio) expected="Page of ours" && arguments=(list_pages path="$files/drawing.drawio") ;;
        fast) expected="" && arguments=(fast_list_allowed_directories) ;;
        notion) expected="" && arguments=(API-get-self) ;;
    esac
}
# Whatever runs one of the installed packages, found by its command line, not by our marker.
package_processes() {
    local process
    for process in /proc/[0-9]*; do
        { tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null | grep -qF "$packages/" && printf '%s\n' "${process#/proc/}"
    done
    return 0
}
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

# Three at a time: most of an installation is waiting for the registry.
add_one() {
    read -r name package _ words <<<"$1"
    # shellcheck disable=SC2086
    timeout 240 mcpm add "$name" --npm "$package" $words >"$sandbox/add.$name" 2>&1
    echo $? >"$sandbox/added.$name"
}
expect "the agent starts" 0 mcpm agent start
for server in "${servers[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge 3 ]; do wait -n; done
    add_one "$server" &
done
wait

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
