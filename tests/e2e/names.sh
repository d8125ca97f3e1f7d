#!/usr/bin/env bash
# Names that other programs rely on, by hand: sentences of errors, fields that are always there, ways to ask for one thing.
. "${MCPM_SOURCE_DIR:?}/tests/support/sandbox.sh"

# ask METHOD PATH [BODY]: sets $code and $out
ask() {
    local body=()
    [ $# -gt 2 ] && body=(-H 'Content-Type: application/json' -d "$3")
    out=$(curl -sS -m 30 -D "$sandbox/head" -w '\n%{http_code}' --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" -X "$1" "${body[@]}" "http://mcpm$2")
    code=${out##*$'\n'}
    out=${out%$'\n'*}
}
answers() { ask "${@:3}"; same "$1" "$code" "$2"; }
value() { printf '%s' "$out" | json "$1"; }

expect "an agent" 0 mcpm agent start
expect "a server" 0 mcpm add web --start -- "$fixtures/mcp_everything"
expect "another" 0 mcpm add spare -- "$fixtures/mcp_everything"

note "what is not there"
for path in "" /health /health/history /logs /logs/export /stats /tools /prompts /resources /why /runs; do
    answers "GET of a server that is not there: $path" 404 GET "/api/servers/wep$path"
    same "in the sentence that programs know" "$(value 'd["error"] + " " + d["code"]')" "Server not found SERVER_NOT_FOUND"
done
has "with the name and the nearest for people" "server \"wep\" not found, did you mean 'web'?" "$(value 'd["details"]["message"]')"
expect "the command line says it whole" 4 mcpm show wep
has "with the name" "there is no server 'wep'" "$err"
answers "a template that is not there" 404 GET /api/templates/nothing
same "has its sentence" "$(value 'd["error"] + " " + d["code"]')" "Template not found TEMPLATE_NOT_FOUND"
answers "feedback that is not there" 404 PATCH /api/feedback/nothing '{"status": "closed"}'
same "has its sentence too" "$(value 'd["error"] + " " + d["code"]')" "Feedback not found FEEDBACK_NOT_FOUND"
answers "a tool that the server does not have" 404 POST /api/servers/web/tools/ehco/call '{"arguments": {}}'
has "is named with the nearest" "there is no tool 'ehco' at 'web', did you mean 'echo'?" "$out"

note "fields"
answers "health before any check" 200 GET /api/servers/spare/health
same "has its fields, unknown ones as null" "$(value 'sorted((k, v) for k, v in d["data"].items())')" \
    "[('lastCheck', None), ('message', 'it does not run (stopped)'), ('responseTime', None), ('status', 'unknown'), ('uptime', None)]"
answers "a pattern that cannot be read" 400 GET '/api/servers/web/logs?grep=('
has "names its parameter" '"grep: cannot read' "$out"
ask GET /api/servers
has "no answer is shown in a frame" "X-Frame-Options: DENY" "$(cat "$sandbox/head")"

note "one secret, one token"
printf 's3cret-Kestrel' | mcpm secret set key
answers "a secret" 200 GET /api/secrets/key
same "by its name" "$(value 'd["data"]["name"]')" key
has_not "without its value" Kestrel "$out"
answers "one that is not there" 404 GET /api/secrets/kez
answers "a profile of servers by name" 201 POST /api/profiles '{"name": "both", "servers": ["web", {"server": "spare"}]}'
same "has both" "$(value '[one["server"] for one in d["data"]["servers"]]')" "['web', 'spare']"
answers "a token for a client" 201 POST /api/tokens '{"name": "phone", "expiresIn": "1h"}'
secret=$(value 'd["data"]["token"]')
answers "a token" 200 GET /api/tokens/phone
has_not "without its secret" "$secret" "$out"
reach() {
    curl -sS -o /dev/null -w '%{http_code}' "http://127.0.0.1:$(tcp_port)/mcp/p/$1" -H "Authorization: Bearer $secret" -H 'Content-Type: application/json' \
        -H 'Accept: application/json, text/event-stream' \
        -d '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}'
}
answers "another profile" 201 POST /api/profiles '{"name": "other", "servers": ["spare"]}'
same "any profile is reached" "$(reach other)" 200
answers "is bound to a profile" 200 PATCH /api/tokens/phone '{"profile": "both", "expiresIn": null}'
same "and valid until it is revoked" "$(value '(d["data"]["profile"], "expiresAt" in d["data"])')" "('both', False)"
same "then its own is reached" "$(reach both)" 200
same "and no other" "$(reach other)" 403
answers "an end that is none" 400 PATCH /api/tokens/phone '{"expiresIn": "soon"}'
answers "a profile that is none" 400 PATCH /api/tokens/phone '{"profile": "none"}'
answers "a token that is not there" 404 PATCH /api/tokens/nobody '{"profile": null}'
same "and nothing of it is lost with the agent" "$(mcpm agent restart && mcpm token list -o json | json 'd[0]["profile"]')" both

note "servers of a profile"
expect "are stopped" 0 mcpm stop --profile other
expect "are started" 0 mcpm start --profile both
same "all of them" "$(field web status) $(field spare status)" "running running"
expect "are stopped again" 0 mcpm stop --profile other
same "and they alone" "$(field web status) $(field spare status)" "running stopped"
expect "a profile that is not there" 4 mcpm start --profile nothing
expect "one way at a time" 2 mcpm start web --profile both

note "JSON by one name"
expect "of a log" 0 mcpm logs web --json
check "line by line" python3 -c 'import json,sys; [json.loads(line) for line in sys.argv[1].splitlines()]' "$out"
expect "of an export" 0 mcpm export --json
same "with its servers" "$(value 'sorted(d["servers"])')" "['spare', 'web']"
expect "not beside another" 2 mcpm logs web --json -o csv
