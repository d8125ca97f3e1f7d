#!/usr/bin/env bash
# Health: what is checked how, what is made of it, and what it says about the past.
. "$(dirname "$0")/../support/sandbox.sh"

health() { mcpm health "$1" -o json 2>/dev/null | json_field "$2"; }
json_field() { json "d.get('$1') or ''"; }
is() { [ "$(health "$1" status)" = "$2" ]; }

expect "an MCP server" 0 mcpm add mcp --health-interval 200ms --health-timeout 500ms -- "$fixtures/mcp_everything"
expect "starts" 0 mcpm start mcp
expect "and is waited for" 0 mcpm wait mcp --for healthy
check "it is asked on its session" until_true 10 eval '[ -n "$(health mcp responseTime)" ]'
expect "health is told" 0 mcpm health mcp
has "in words" "Response time" "$out"
trend() { mcpm health mcp | grep -E "^$1: .*[▁▂▃▄▅▆▇█].* % of [0-9]+ check.*p95 [0-9.]+ ms"; }
check "with its last hour as bars, its uptime and its quantiles" until_true 10 trend 1h
for range in 24h 7d 30d; do has "the uptime of $range" " 100.0 % of " "$(mcpm health mcp | grep "^$range: ")"; done

note "checks are written together"
figure() { curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/metrics | sed -n "s/^$1 //p" | head -n 1; }
looked() { figure 'health_check_duration_seconds_count{server_id="[^"]*",status="healthy"}'; }
kept() { mcpm health "$1" --range 1h -o json | json_field checks; }
kept mcp >"$sandbox/kept"
looks=$(looked) commits=$(figure mcpm_store_commits_total)
check "twenty more are made" until_true 30 eval '[ "$(looked)" -ge $((looks + 20)) ]'
check "in a few transactions of the database" test $(($(figure mcpm_store_commits_total) - commits)) -le 5
check "whoever reads the history has them all" test "$(kept mcp)" -ge $(($(cat "$sandbox/kept") + 20))
check "more are made" until_true 30 eval '[ "$(looked)" -ge $((looks + 30)) ]'
last=$(looked)
expect "the agent ends" 0 mcpm agent stop
expect "another one" 0 mcpm agent start
check "at an orderly end nothing is lost" test "$(kept mcp)" -ge "$last"
same "nor since" 0 "$(figure mcpm_health_checks_lost_total)"
expect "the server is well again" 0 mcpm wait mcp --for healthy --timeout 30s

kill -STOP "$(field mcp pid)"
check "one that is frozen is unhealthy" until_true 30 is mcp unhealthy
expect "the status says so" 3 mcpm health mcp
has "with the reason" "no answer within" "$out"
kill -CONT "$(field mcp pid)"
check "and recovers" until_true 30 is mcp healthy

note "busy is not frozen"
cat >"$sandbox/single.py" <<'END'
import json, sys, time
results = {"initialize": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "single", "version": "1"}},
           "tools/list": {"tools": [{"name": "work", "inputSchema": {"type": "object"}}]}, "ping": {}}
for line in sys.stdin:
    message = json.loads(line)
    if message.get("method") == "tools/call":  # it does one thing at a time, as many servers do
        end = time.monotonic() + float(message["params"]["arguments"]["seconds"])
        while time.monotonic() < end:
            pass
        results["tools/call"] = {"content": [{"type": "text", "text": "worked"}]}
    if "id" not in message:
        continue
    answer = {"jsonrpc": "2.0", "id": message["id"]}
    if message["method"] in results:
        answer["result"] = results[message["method"]]
    else:
        answer["error"] = {"code": -32601, "message": "no such method"}
    print(json.dumps(answer), flush=True)
END
expect "one that answers nothing while it works" 0 mcpm add single --health-interval 100ms --health-timeout 400ms --start -- python3 "$sandbox/single.py"
expect "is well" 0 mcpm wait single --for healthy --timeout 30s
expect "it works for a while" 0 mcpm call single work seconds=5 --timeout 60s
has "and answers then" worked "$out"
check "it was asked meanwhile, and said nothing" test "$(figure 'mcpm_server_messages_total{[^}]*server="single",outcome="timed_out"}')" -ge 3
same "and never said to be unhealthy" "" "$(mcpm events -n 1000 | grep 'single.*unhealthy')"
mcpm call single work seconds=600 --timeout 100s >/dev/null 2>&1 &
working=$!
check "it works again" until_true 10 eval '[ "$(mcpm stats single -o json | json "d[0][\"calls\"][\"inFlight\"]")" -ge 1 ]'
kill -STOP "$(field single pid)"
check "frozen in the middle of it, it is unhealthy" until_true 30 is single unhealthy
has "and why" "stopped by a signal" "$(mcpm health single)"
expect "it goes" 0 mcpm remove single -f
wait "$working"

expect "one with a check of its own, which fails" 0 mcpm add apart --health command:/bin/false --health-interval 1h --start -- "$fixtures/mcp_everything"
expect "answers" 0 mcpm call apart echo message=hello
check "and is checked" until_true 10 eval '[ -n "$(health apart lastCheck)" ]'
same "its lists do not make it healthy" unknown "$(field apart healthStatus)"
expect "and when it succeeds" 0 mcpm update apart --health command:/bin/true
expect "it is" 0 mcpm wait apart --for healthy --timeout 30s

port=$(free_port)
mkdir "$sandbox/www" && echo fine >"$sandbox/www/live"
expect "a web server" 0 mcpm add web --transport none --cwd "$sandbox/www" --health "http://127.0.0.1:$port/live" --health-interval 200ms \
    --start -- python3 -m http.server --bind 127.0.0.1 "$port"
expect "is healthy when its page answers" 0 mcpm wait web --for healthy --timeout 30s
rm "$sandbox/www/live"
check "unhealthy when it does not" until_true 30 is web unhealthy
has "with its status" "404" "$(mcpm health web -o json)"
check "its history has both" until_true 10 eval '[ "$(mcpm health web --range 1h -o json | json_field failed)" -ge 3 ]'
expect "by the minute too" 0 mcpm health web --range 24h
has "as a table" "SLOWEST MS" "$out"
expect "not over any time" 2 mcpm health web --range 2h

printf 'state: starting\n' >"$sandbox/www/live"
check "healthy when it is there again" until_true 30 is web healthy
expect "a text that the page must have" 0 mcpm update web --health-match "state: ready"
check "unhealthy without it" until_true 30 is web unhealthy
has "which is said" 'does not have "state: ready"' "$(mcpm health web)"
printf 'state: ready\n' >"$sandbox/www/live"
check "and healthy with it" until_true 30 is web healthy
expect "only HTTP has a body to look at" 2 mcpm update web --health process --health-match ready
has "which is said" "config.health.match" "$err"
expect "a check by TLS" 0 mcpm update web --health "https://127.0.0.1:$port/live"
check "unhealthy where it is not spoken" until_true 30 is web unhealthy
has "with the reason" "https://127.0.0.1:$port" "$(mcpm health web)"

cat >"$sandbox/cured.yaml" <<END
servers:
  cured:
    command: "$fixtures/stubborn"
    transport: none
    stopTimeout: 1s
    health: {type: command, command: [test, -e, "$sandbox/well"], interval: 200ms, failureThreshold: 2, restart: true}
END
touch "$sandbox/well"
expect "a server with a command and a rule" 0 mcpm apply -f "$sandbox/cured.yaml"
expect "starts" 0 mcpm start cured
expect "and is healthy" 0 mcpm wait cured --for healthy --timeout 30s
first=$(field cured run)
rm "$sandbox/well"
check "unhealthy, it is started again" until_true 60 eval '[ "$(field cured run)" -gt "$first" ]'
touch "$sandbox/well"
expect "and is well again" 0 mcpm wait cured --for healthy --timeout 60s
expect "all of them stop" 0 mcpm stop --all
same "one that is stopped has no health" unknown "$(health web status)"
same "nothing is left" "" "$(servers_alive)"
