#!/usr/bin/env bash
# Who may call by TCP: the ports, foreign names and pages, what needs a credential, what is never served.
. "$MCPM_SOURCE_DIR/tests/support/sandbox.sh"
command -v curl >/dev/null || skip_all "curl is not installed"
unset http_proxy https_proxy all_proxy

# ask METHOD PATH [CURL OPTION…]       sets $code, $body, $head
ask() {
    local method=$1 path=$2
    shift 2
    code=$(curl -s -o "$sandbox/body" -D "$sandbox/head" -w '%{http_code}' --max-time 20 --path-as-is -X "$method" \
        "$@" "http://127.0.0.1:$port$path" 2>/dev/null)
    body=$(cat "$sandbox/body" 2>/dev/null) head=$(tr -d '\r' <"$sandbox/head" 2>/dev/null)
    rm -f "$sandbox/body" "$sandbox/head"
}
# gives "what" STATUS METHOD PATH [CURL OPTION…]
gives() {
    local what=$1 wanted=$2
    shift 2
    ask "$@"
    if [ "$code" = "$wanted" ]; then ok "$what"; else bad "$what: $code, wanted $wanted: $body"; fi
}

note "the ports"
expect "the agent starts" 0 mcpm agent start
port=$(tcp_port)
check "a free port was chosen and is said" test "$port" -gt 0
gives "who is alive needs no credential" 200 GET /health
same "and says no more" '{"status":"ok"}' "$body"

note "no credential"
for path in / /api/servers /api/agent /api/nothing /mcp /mcp/nothing /metrics; do
    gives "$path without a token" 401 GET "$path"
    has "… says how" "WWW-Authenticate: Bearer" "$head"
done
has "every answer keeps browsers strict" "X-Content-Type-Options: nosniff" "$head"
has "… no policy but nothing" "Content-Security-Policy: default-src 'none'" "$head"
has "… no referrer" "Referrer-Policy: no-referrer" "$head"
has "… no other site" "Cross-Origin-Resource-Policy: same-origin" "$head"
has_not "… and no page may read it" "Access-Control-Allow-Origin" "$head"
gives "a wrong token" 401 GET /api/servers -H "Authorization: Bearer nonsense"

note "foreign names"
for host in evil.example evil.example:$port localhost 127.0.0.1:1 localhost.evil.example:$port 127.0.0.1:$port@evil.example; do
    gives "Host: $host" 403 GET /health -H "Host: $host"
    gives "Host: $host before anything else" 403 POST /mcp -H "Host: $host"
done
gives "no Host" 403 GET /health -H "Host:" --http1.0
gives "Host: localhost:$port" 200 GET /health -H "Host: localhost:$port"
gives "Host: [::1]:$port" 200 GET /health -H "Host: [::1]:$port"

note "foreign pages"
for method in GET POST DELETE OPTIONS PUT; do
    for path in /mcp /mcp/x /sse/x /health /nothing /api/servers; do
        gives "$method $path of a foreign page" 403 "$method" "$path" -H "Origin: https://evil.example"
    done
done
gives "a page without an origin" 403 POST /mcp -H "Origin: null"
gives "another local page" 403 POST /mcp -H "Origin: http://localhost:5173"
gives "our own page at /api" 403 GET /api/servers -H "Origin: http://127.0.0.1:$port"
gives "our own page at /mcp still needs a token" 401 POST /mcp -H "Origin: http://127.0.0.1:$port"
code=$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" -H "Origin: https://evil.example" http://x/api/servers)
same "a page on the unix socket" 403 "$code"

note "a busy port"
other=$sandbox/other
mkdir -m 0700 -p "$other"
(
    export HOME=$other XDG_RUNTIME_DIR=$other/run MCPM_HTTP_LISTEN=127.0.0.1:$port,127.0.0.1:0
    mkdir -m 0700 "$XDG_RUNTIME_DIR"
    expect "an agent whose port is taken starts" 0 mcpm agent start
    expect "… and says so" 0 mcpm status
    has "… which one and why" "127.0.0.1:$port (not listening: listening on 127.0.0.1:$port: another program has this port)" "$out"
    same "… and serves the other" "$(mcpm agent status -o json | json "[t['listening'] for t in d['tcp']]")" "[False, True]"
    mcpm agent stop
    exit "$failures"
)
failures=$((failures + $?))
gives "the first agent goes on" 200 GET /health

note "a replaced agent"
before=$(agent_pid)
expect "the agent is replaced" 0 mcpm agent restart
check "it is another process" test "$(agent_pid)" != "$before"
same "the port stays" "$port" "$(tcp_port)"
gives "and is served" 200 GET /health

note "configuration"
mcpm agent stop
MCPM_HTTP_LISTEN= expect "TCP can be off" 0 mcpm agent start
same "then there is none" "[]" "$(mcpm agent status -o json | json "d['tcp']")"
mcpm agent stop
MCPM_HTTP_AUTH=none MCPM_HTTP_LISTEN=0.0.0.0:0 run timeout 20 mcpmd run
check "no credential beyond loopback: refused" test "$status" -ne 0 -a "$status" -ne 124
has "… and says why" "loopback" "$err"
export MCPM_HTTP_AUTH=none MCPM_HTTP_ALLOWED_ORIGINS=https://app.example
expect "without a credential on loopback" 0 mcpm agent start
port=$(tcp_port)
gives "everybody is served" 200 GET /api/servers
gives "but no foreign page" 403 GET /api/servers -H "Origin: https://evil.example"
gives "an allowed page asks first" 204 OPTIONS /mcp -H "Origin: https://app.example" -H "Access-Control-Request-Method: POST" -H "Access-Control-Request-Headers: authorization,mcp-session-id"
has "… and is named" "Access-Control-Allow-Origin: https://app.example" "$head"
has "… with the headers it needs" "Access-Control-Allow-Headers: authorization, mcp-session-id" "$head"
gives "… but not at /api" 403 OPTIONS /api/servers -H "Origin: https://app.example" -H "Access-Control-Request-Method: GET"
unset MCPM_HTTP_AUTH MCPM_HTTP_ALLOWED_ORIGINS
