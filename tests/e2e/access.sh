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
for path in /api/servers /api/agent /api/nothing /mcp /mcp/nothing /metrics /ws /nothing; do
    gives "$path without a token" 401 GET "$path"
    has "… says how" "WWW-Authenticate: Bearer" "$head"
done
has "every answer keeps browsers strict" "X-Content-Type-Options: nosniff" "$head"
has "… no policy but nothing" "Content-Security-Policy: default-src 'none'" "$head"
has "… no referrer" "Referrer-Policy: no-referrer" "$head"
has "… no other site" "Cross-Origin-Resource-Policy: same-origin" "$head"
has_not "… and no page may read it" "Access-Control-Allow-Origin" "$head"
gives "a wrong token" 401 GET /api/servers -H "Authorization: Bearer nonsense"
for wrong in nonsense ""; do
    gives "401 at /mcp" 401 POST /mcp -H "Authorization: Bearer $wrong" -H 'Content-Type: application/json' -d '{}'
    same "says Bearer and nothing that begins an OAuth flow" "WWW-Authenticate: Bearer" "$(grep -i '^www-authenticate' <<<"$head")"
done
for place in oauth-protected-resource oauth-protected-resource/mcp/x oauth-authorization-server openid-configuration; do
    gives "there is no /.well-known/$place, with or without a token" 404 GET "/.well-known/$place"
done

note "where a request ends"
gives "another transfer coding" 501 POST /mcp -H "Transfer-Encoding: xchunked" -H "Content-Type: application/json" -d '{}'
has "ends the connection" "Connection: close" "$head"

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
gives "our own page at /api needs to be signed in" 401 GET /api/servers -H "Origin: http://127.0.0.1:$port"
gives "the same under another name of ours" 403 GET /api/servers -H "Origin: http://localhost:$port"
gives "our own page at /mcp still needs a token" 401 POST /mcp -H "Origin: http://127.0.0.1:$port"
code=$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" -H "Origin: https://evil.example" http://x/api/servers)
same "a page on the unix socket" 403 "$code"

note "tokens"
run mcpm token create boss --kind api
boss=$out
same "a secret is 256 bits" 48 "${#boss}"
boss_is=(-H "Authorization: Bearer $boss")
gives "the API's token reaches the API" 200 GET /api/servers "${boss_is[@]}"
gives "but no token in a query does" 401 GET "/api/servers?token=$boss&access_token=$boss"
gives "nor one with something behind it" 401 GET /api/servers -H "Authorization: Bearer ${boss}x"
gives "a foreign page has none of it" 403 GET /api/servers "${boss_is[@]}" -H "Origin: http://localhost:5173"
gives "our own page does" 200 GET /api/servers "${boss_is[@]}" -H "Origin: http://127.0.0.1:$port"
gives "and a change must be JSON" 400 POST /api/profiles "${boss_is[@]}" -H "Content-Type: text/plain" -d '{"name":"x"}'
expect "a server" 0 mcpm add web -- "$fixtures/mcp_everything"
expect "a profile" 0 mcpm profile create small --server web --tool 'echo*' -d "for the editor"
expect "a profile of a server that does not exist" 2 mcpm profile create typo --server wbe
has "… is refused with its name" "wbe" "$err"
expect "a second one of the name" 6 mcpm profile create small
expect "it is shown" 0 mcpm profile show small
has "… with its address" "/mcp/p/small" "$out"
expect "it is changed" 0 mcpm profile edit small --deny 'web/echo_secret' -d "for editors"
same "… as asked" "{'server': 'web', 'tools': {'allow': ['echo*'], 'deny': ['echo_secret']}}" "$(mcpm profile show small -o json | json "d['servers'][0]")"
expect "no such profile" 4 mcpm profile show other
run mcpm token create editor --profile small --expires 1h -o json
editor=$(json "d['token']" <<<"$out")
editor_is=(-H "Authorization: Bearer $editor")
gives "a client's token reaches no API" 403 GET /api/servers "${editor_is[@]}"
gives "… nor learns what there is" 403 GET /api/nothing "${editor_is[@]}"
gives "… nor another profile" 403 POST /mcp/p/other "${editor_is[@]}" -H "Content-Type: application/json" -d '{}'
ask POST /mcp/p/small "${editor_is[@]}" -H "Content-Type: application/json" -d '{}'
check "its own profile lets it in" test "$code" != 401 -a "$code" != 403
# asks PATH METHOD [TOOL]     one request of 2026-07-28 by the editor
asks() {
    local envelope='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},
        "io.modelcontextprotocol/clientInfo":{"name":"editor","version":"1"}}'
    ask POST "$1" "${editor_is[@]}" -H "Content-Type: application/json" -H "Accept: application/json, text/event-stream" \
        -H "MCP-Protocol-Version: 2026-07-28" -H "Mcp-Method: $2" ${3:+-H "Mcp-Name: $3"} \
        -d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$2\",\"params\":{${3:+\"name\":\"$3\",\"arguments\":{\"message\":\"hi\"\},}$envelope}}"
}
expect "its server is started" 0 mcpm start web
offers() { asks "$1" tools/list; [[ $body == *"$2"* ]]; }
check "what it offers is learned" until_true 20 offers /mcp/p/small web__echo
for path in /mcp/p/small /mcp /mcp/web; do
    [ $path = /mcp/web ] && tool=echo other=pid || tool=web__echo other=web__pid
    asks $path tools/list
    has "$path lists what the profile allows" "\"$tool\"" "$body"
    has_not "… and nothing else" "\"$other\"" "$body"
    asks $path tools/call $tool
    has "… which can be called" '"hi"' "$body"
    asks $path tools/call $other
    has "… and nothing else" "Unknown tool: $other" "$body"
done
expect "a server outside of the profile" 0 mcpm add private --start -- "$fixtures/mcp_everything"
asks /mcp/private tools/list
same "is not offered" 403 "$code"
has "… for a reason" "only what is in profile 'small'" "$body"
asks /mcp/nothing tools/list
same "nor is told from one that does not exist" 403 "$code"
expect "and it goes" 0 mcpm remove private --force
expect "a token of a profile that does not exist" 2 mcpm token create x --profile other
expect "a second token of the name" 6 mcpm token create editor
expect "a name that is none" 2 mcpm token create 'a b'
expect "a profile that is in use stays" 6 mcpm profile remove small
run mcpm token list
has "tokens are listed" "editor" "$out"
has_not "without their secrets" "$editor" "$(mcpm token list -o json)"
check "when one was used is known" test -n "$(mcpm token list -o json | json "[t for t in d if t['name'] == 'editor'][0]['lastUsedAt']")"
check "no secret is on disk" eval '! grep -rqF "${editor#mcpm_}" "$data" "$state"'
expect "the agent is replaced" 0 mcpm agent restart
gives "tokens outlive it" 200 GET /api/servers "${boss_is[@]}"
expect "a token is revoked" 0 mcpm token revoke editor
gives "… and no longer known" 401 POST /mcp "${editor_is[@]}" -d '{}'
expect "a revoked one cannot be revoked" 4 mcpm token revoke editor
run mcpm token create passing --kind api
answers=$(python3 - "$port" "$out" <<'PYTHON'
import http.client, subprocess, sys
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=20)
def ask():
    connection.request("GET", "/api/servers", headers={"Authorization": "Bearer " + sys.argv[2]})
    answer = connection.getresponse()
    answer.read()
    return answer.status
first, socket = ask(), connection.sock
print(first, ask())
subprocess.run(["mcpm", "token", "revoke", "passing"], check=True, stdout=subprocess.DEVNULL)
print(ask(), connection.sock is socket)
PYTHON
)
same "one connection is let in until its token is revoked" $'200 200\n401 True' "$answers"
expect "now the profile can go" 0 mcpm profile remove small
has "who did it is kept" "token:revoked" "$(mcpm events -o json)"

note "limits"
answers=$(python3 - "$port" "$boss" <<'PYTHON'
import re, socket, sys
port, token = int(sys.argv[1]), sys.argv[2]
def talk(head, body=b"", token=token):
    s = socket.create_connection(("127.0.0.1", port), 20)
    s.settimeout(20)
    s.sendall((head + f"\r\nHost: localhost:{port}\r\nAuthorization: Bearer {token}\r\n").encode())
    try:
        for at in range(0, len(body), 1 << 20): s.sendall(body[at:at + (1 << 20)])
    except OSError: pass
    got = b""
    try:
        while True:
            piece = s.recv(1 << 16)
            if not piece: break
            got += piece
    except OSError: pass
    return got
def statuses(got): return ",".join(re.findall(r"HTTP/1\.1 (\d+)", got.decode("latin-1")))
close = b"Connection: close\r\n"
big = 17 << 20
print("declared", statuses(talk("POST /mcp HTTP/1.1", close + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % big + b" " * (1 << 20))))
chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
print("chunked", statuses(talk("POST /mcp HTTP/1.1", close + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 17 + b"0\r\n\r\n")))
print("ten", statuses(talk("POST /mcp HTTP/1.1", close + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (10 << 20) + b" " * (10 << 20))))
print("stranger", statuses(talk("POST /mcp HTTP/1.1", b"Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n", token="wrong")))
one = f"GET %s HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {token}\r\n"
row = (one % "/health" + "\r\n" + one % "/api/nothing" + "\r\n" + one % "/ready" + "Connection: close\r\n\r\n").encode()
s = socket.create_connection(("127.0.0.1", port), 20); s.settimeout(20); s.sendall(row)
got = b""
while True:
    piece = s.recv(1 << 16)
    if not piece: break
    got += piece
print("row", statuses(got))
PYTHON
)
has "a body over the limit, declared" "declared 413" "$answers"
has "… and chunked" "chunked 413" "$answers"
has_not "10 MiB pass" "ten 413" "$answers"
has "who may not ask is told so before his body" "stranger 401" "$answers"
has "requests in a row are answered in their order" "row 200,404,200" "$answers"

note "too many"
for _ in $(seq 15); do ask GET /api/servers -H "Authorization: Bearer nonsense"; done
same "wrong tokens are held back" 429 "$code"
has "… with when to come again" "Retry-After:" "$head"
gives "who has a good one is served" 200 GET /api/servers "${boss_is[@]}"
mcpm agent stop
export MCPM_HTTP_REQUESTS_PER_SECOND=5
expect "few requests a second" 0 mcpm agent start
port=$(tcp_port)
limited=0
for _ in $(seq 40); do ask GET /api/servers "${boss_is[@]}"; [ "$code" = 429 ] && limited=$((limited + 1)); done
check "beyond them a client is held back" test "$limited" -gt 0
for _ in $(seq 40); do mcpm list >/dev/null || limited=-1; done
check "the socket is not limited" test "$limited" -gt 0
unset MCPM_HTTP_REQUESTS_PER_SECOND
mcpm agent stop
expect "the agent starts again" 0 mcpm agent start
port=$(tcp_port)

note "a token that is revoked, or whose time is over"
# streams NAME [OPTION OF token create…]     a session of its own and three streams: its GET stream, the events, a listen
streams() {
    local name=$1 kind
    shift
    run mcpm token create "$name" --kind api "$@"
    local auth=(-H "Authorization: Bearer $out" -H "Accept: application/json, text/event-stream" -H "Content-Type: application/json")
    ask POST /mcp "${auth[@]}" -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}'
    local session
    session=$(sed -n 's/^mcp-session-id: //Ip' <<<"$head")
    curl -sN "http://127.0.0.1:$port/mcp" "${auth[@]}" -H "Mcp-Session-Id: $session" >"$sandbox/$name.get" &
    local get=$!
    curl -sN "http://127.0.0.1:$port/api/events?follow=1" "${auth[@]}" >"$sandbox/$name.events" &
    local follow=$!
    curl -sN "http://127.0.0.1:$port/mcp" "${auth[@]}" -H "MCP-Protocol-Version: 2026-07-28" -H "Mcp-Method: subscriptions/listen" \
        -d '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}' \
        >"$sandbox/$name.listen" &
    pids=("$get" "$follow" "$!")
    until_true 10 grep -q acknowledged "$sandbox/$name.listen" || bad "$name listens: $(cat "$sandbox/$name.listen")"
}
none_open() { local pid; for pid in "${pids[@]}"; do ! kill -0 "$pid" 2>/dev/null || return 1; done; }
all_open() { local pid; for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || return 1; done; }
streams staying
kept=("${pids[@]}")
streams leaving
check "its streams are open" all_open
expect "the token is revoked" 0 mcpm token revoke leaving
check "and they end" until_true 10 none_open
streams passing --expires 2s
check "those of a token end with its time" until_true 15 none_open
pids=("${kept[@]}")
check "others go on" all_open
expect "all are ended" 0 mcpm token revoke staying
check "with their tokens" until_true 10 none_open

note "a busy port"
other=$sandbox/other
mkdir -m 0700 -p "$other"
(
    export HOME=$other XDG_RUNTIME_DIR=$other/run MCPM_HTTP_LISTEN=127.0.0.1:$port,127.0.0.1:0
    mkdir -m 0700 "$XDG_RUNTIME_DIR"
    failures=0
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
gives "no one manages servers without a token" 401 GET /api/servers
gives "nor changes them" 401 POST /api/servers/web/stop
gives "MCP clients need none" 400 POST /mcp -H "Content-Type: application/json" -d '{}'
gives "an admin's token still works" 200 GET /api/servers "${boss_is[@]}"
gives "but no foreign page" 403 GET /api/servers -H "Origin: https://evil.example"
gives "an allowed page asks first" 204 OPTIONS /mcp -H "Origin: https://app.example" -H "Access-Control-Request-Method: POST" -H "Access-Control-Request-Headers: authorization,mcp-session-id"
has "… and is named" "Access-Control-Allow-Origin: https://app.example" "$head"
has "… with the headers it needs" "Access-Control-Allow-Headers: authorization, mcp-session-id" "$head"
gives "… but not at /api" 403 OPTIONS /api/servers -H "Origin: https://app.example" -H "Access-Control-Request-Method: GET"
unset MCPM_HTTP_AUTH MCPM_HTTP_ALLOWED_ORIGINS
