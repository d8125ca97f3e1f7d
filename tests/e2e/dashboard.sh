#!/usr/bin/env bash
# The agent's side of the dashboard: signing in by a link and by a token, who may ask what on every path, and /ws.
. "$MCPM_SOURCE_DIR/tests/support/sandbox.sh"
command -v curl >/dev/null || skip_all "curl is not installed"
unset http_proxy https_proxy all_proxy
export MCPM_HTTP_FAILURES_PER_MINUTE=0 WS_HEARTBEAT_INTERVAL=400

note "a link"
expect "the agent starts" 0 mcpm agent start
port=$(tcp_port)
expect "a link is printed" 0 mcpm dashboard --print
link=$out
has "… of this agent" "http://127.0.0.1:$port/login?code=" "$link"
expect "the same as data" 0 mcpm dashboard --print -o json
has "… with its end" "expiresAt" "$out"
touch "$sandbox/opened"
printf '#!/bin/sh\nprintf "%%s" "$1" >"%s"\n' "$sandbox/opened" >"$sandbox/browser"
chmod +x "$sandbox/browser"
expect "it is opened where there is a browser" 0 env BROWSER="$sandbox/browser" mcpm dashboard
same "… and not printed" "" "$out"
check "the browser was given it" until_true 5 grep -q "login?code=" "$sandbox/opened"
expect "a browser that fails" 0 env -u DISPLAY -u WAYLAND_DISPLAY BROWSER=/bin/false mcpm dashboard
has "… and it is printed" "/login?code=" "$out"

note "signing in, who may ask what, and /ws"
expect "an API token" 0 mcpm token create boss --kind api -q
boss=$out
expect "a client's token" 0 mcpm token create editor -q
editor=$out
expect "a server" 0 mcpm add web --start -- "$fixtures/mcp_everything"
run env PYTHONPATH="$MCPM_SOURCE_DIR/tests/support" python3 "$MCPM_SOURCE_DIR/tests/support/dashboard_story.py" \
    "$port" "$XDG_RUNTIME_DIR/mcpm/agent.sock" "$link" "$boss" "$editor"
while IFS= read -r line; do
    case $line in ok\ *) ok "${line#ok }" ;; FAILED\ *) bad "${line#FAILED }" ;; *) printf '%s\n' "$line" ;; esac
done <<<"$out"
[ "$status" -eq 0 ] || bad "the story came to its end: $err"

note "behind a proxy with a path"
expect "the agent stops" 0 mcpm agent stop
export MCPM_HTTP_PUBLIC_URL=https://example.com/mcpm/
expect "the agent starts again" 0 mcpm agent start
port=$(tcp_port)
expect "a link" 0 mcpm dashboard --print
has "… has the public address" "https://example.com/mcpm/login?code=" "$out"
code=${out#*code=}
expect "another API token" 0 mcpm token create proxied --kind api -q
boss=$out
head=$(curl -si -H "Host: example.com" "http://127.0.0.1:$port/mcpm/login?code=$code" | tr -d '\r')
has "the cookie is for that path, and for TLS" "SameSite=Strict; Path=/mcpm/; Secure" "$head"
has "… and the way leads there" "Location: /mcpm/" "$head"
code=$(curl -s -o /dev/null -w '%{http_code}' -H "Host: example.com" -H "Authorization: Bearer $boss" "http://127.0.0.1:$port/mcpm/api/servers")
same "a proxy that keeps the path" 200 "$code"
code=$(curl -s -o /dev/null -w '%{http_code}' -H "Host: example.com" -H "Authorization: Bearer $boss" "http://127.0.0.1:$port/api/servers")
same "and one that takes it away" 200 "$code"
code=$(curl -s -o /dev/null -w '%{http_code}' -H "X-Forwarded-Host: example.com" -H "Host: evil.example" "http://127.0.0.1:$port/")
same "what a proxy is said to have said is not believed" 403 "$code"
unset MCPM_HTTP_PUBLIC_URL
