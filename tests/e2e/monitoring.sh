#!/usr/bin/env bash
# What is shipped for monitoring: the rules pass promtool and their own tests, every query of the rules and of the Grafana
# dashboards is answered by a real Prometheus that scrapes a real agent, and alerts fire there for the faults they are for.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"

need_unpacked prometheus || skip_all "Debian's package prometheus cannot be fetched"
promtool=$deb_folder/usr/bin/promtool
shipped=$MCPM_SOURCE_DIR/packaging/prometheus
cp "$shipped"/* "$sandbox/" && printf 'x\n' >"$sandbox/mcpm.token"
expect "the configuration is good" 0 "$promtool" check config "$sandbox/prometheus.yml"
expect "each alert fires for its fault, and for nothing else" 0 "$promtool" test rules "$sandbox/mcpm-rules-test.yml"

grafana() { python3 -B "$MCPM_SOURCE_DIR/tests/support/grafana.py" "$@"; }
boards=("$MCPM_SOURCE_DIR"/packaging/grafana/*.json)
same "there are three dashboards" 3 "${#boards[@]}"
same "each is one that Grafana can read" "" "$(grafana check "${boards[@]}")"

# Spans and notices go where nobody is: what is dropped has its metrics too.
expect "the agent starts" 0 env OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 SLACK_WEBHOOK_URL=http://127.0.0.1:1/hook mcpm agent start
expect "a server runs" 0 mcpm add every --start -- "$fixtures/mcp_everything"
expect "another fails" 1 mcpm add broken --restart never --start -- "$fixtures/exiter" 7
for _ in 1 2 3; do mcpm call every echo message=hello >/dev/null; done
mcpm token create scraper --kind metrics -q >"$sandbox/mcpm.token"
web=$(free_port)
# The shipped file, quicker, at the port that this agent has.
sed -i -e 's/15s/1s/' -e "s/127.0.0.1:3000/127.0.0.1:$(tcp_port)/" "$sandbox/prometheus.yml"
sed -i -E 's/for: [0-9]+m$/for: 1s/' "$sandbox/mcpm-rules.yml"
"$deb_folder/usr/bin/prometheus" --config.file="$sandbox/prometheus.yml" --storage.tsdb.path="$sandbox/tsdb" \
    --web.listen-address="127.0.0.1:$web" --log.level=warn --enable-feature=exemplar-storage >"$sandbox/prometheus.log" 2>&1 &
watcher=$!
query() { "$promtool" query instant "http://127.0.0.1:$web" "$1" 2>&1; }
answers() { [ -n "$(query "$1")" ]; }
check "Prometheus scrapes the agent" until_true 30 answers 'up{job="mcpm"} == 1'
fires() { printf '%s\n' "$1" >>"$sandbox/fired"; until_true "${2:-40}" answers "ALERTS{alertname=\"$1\", alertstate=\"firing\"}"; }
check "the alert for a server that failed fires" fires McpmServerFailed 20
grafana queries __rate_interval=30s __range=5m server=every tool=.+ -- "${boards[@]}" >"$sandbox/queries"
asked=0
while IFS= read -r one; do
    asked=$((asked + 1))
    query "$one" >"$sandbox/answer" || bad "a dashboard asks: $one: $(head -n 1 "$sandbox/answer")"
done <"$sandbox/queries"
check "every query of the dashboards is one ($asked)" test "$asked" -gt 90
for name in mcpm_servers mcpm_server_status mcpm_tool_calls_total mcpm_server_memory_bytes process_open_fds mcpm_store_up mcpm_http_connections_total mcpm_http_requests_total http_request_duration_seconds_count mcpm_gateway_sessions; do
    check "$name has values" until_true 20 answers "$name"
done
exemplars() { curl -s "http://127.0.0.1:$web/api/v1/query_exemplars?start=$(($(date +%s) - 600))&end=$(($(date +%s) + 60))" --data-urlencode "query=mcpm_tool_call_duration_seconds_bucket"; }
traced_call() {
    PYTHONPATH=$MCPM_SOURCE_DIR/tests/support MCP_SOCKET=$XDG_RUNTIME_DIR/mcpm/agent.sock python3 -B -c '
from mcp_client import Door, Modern
Modern(Door.of_environment(), "/mcp/every").send("tools/call", {"name": "echo", "arguments": {"message": "a"}},
    meta={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}).text()'
}
traced_call
check "Prometheus has the trace of a call as its exemplar" until_true 20 eval 'exemplars | found 0af7651916cd43dd8448eb211c80319c'
rules() { curl -s "http://127.0.0.1:$web/api/v1/rules" | json "$1"; }
check "every rule is evaluated" until_true 20 eval '[ "$(rules "sum(r[\"health\"] == \"unknown\" for g in d[\"data\"][\"groups\"] for r in g[\"rules\"])")" = 0 ]'
same "none with an error" "[]" "$(rules '[r["name"] for g in d["data"]["groups"] for r in g["rules"] if r["health"] != "ok"]')"
same "as many as there are" "$(grep -cE '^ *- (alert|record): ' "$shipped/mcpm-rules.yml")" "$(rules 'sum(len(g["rules"]) for g in d["data"]["groups"])')"

note "alerts, each by its fault"
quiet() { [ -z "$(query "ALERTS{alertname=\"$1\"}")" ]; }
for alert in McpmDown McpmServerUnhealthy McpmServerRestarts McpmToolErrors McpmToolSlow McpmLogLinesDropped McpmStoreDown McpmWritesLost McpmDescriptorsShort; do
    check "$alert is quiet while nothing is wrong" quiet "$alert"
done
mcpm call every sleep ms=1 >/dev/null
mcpm call every tool_error >/dev/null 2>&1
expect "a server whose check fails" 0 mcpm add sick --transport none --health command:/bin/false --health-interval 200ms --start -- sleep 1000
expect "one that ends again and again" 0 mcpm add loops --transport none --restart always -- "$fixtures/crasher"
mcpm start loops >/dev/null 2>&1
expect "one that writes" 0 mcpm add talks --transport none --start -- sh -c 'while :; do echo line; sleep 0.2; done'
check "calls were seen before" until_true 20 answers 'mcpm_tool_calls_total{tool="sleep"}'
mcpm call every sleep ms=34000 --timeout 60s >/dev/null &
slow=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do mcpm call every tool_error >/dev/null 2>&1; done
logs=$state/logs/$(field talks id)
rm -rf "$logs" && : >"$logs"
check "an unhealthy server" fires McpmServerUnhealthy
check "one that restarts" fires McpmServerRestarts 90
check "a tool that fails" fires McpmToolErrors
check "a log that cannot be written" fires McpmLogLinesDropped
rm -f "$logs"
agent=$(agent_pid)
open=$(ls "/proc/$agent/fd" | wc -l)
before=$(prlimit --pid "$agent" --nofile --output SOFT --noheadings | tr -d ' ')
prlimit --pid "$agent" --nofile="$((open * 11 / 10)):"
check "few descriptors left" fires McpmDescriptorsShort
prlimit --pid "$agent" --nofile="$before:"
wait "$slow"
check "a tool that is slow" fires McpmToolSlow
# No name in a rule or on a dashboard that the agent does not have, and no panel that stays empty.
asked_for=$(grep -ohE '\b(mcpm|process|http_request|health_check|application|websocket|server_operations)_[a-z_]+' "$shipped/mcpm-rules.yml" "$sandbox/queries" | sed -E 's/_(bucket|sum|count)$//' | sort -u)
curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://localhost/metrics | sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' | sort -u >"$sandbox/have"
same "the agent has every metric that is asked for" "" "$(printf '%s\n' "$asked_for" | grep -vxFf "$sandbox/have")"
grafana queries __rate_interval=10m __range=10m server=every tool=.+ -- "${boards[@]}" >"$sandbox/queries"
while IFS= read -r one; do answers "$one" || printf '%s\n' "$one"; done <"$sandbox/queries" >"$sandbox/empty"
same "every panel has values by now" "" "$(cat "$sandbox/empty")"
python3 - "$data/mcpm.db" <<'END' &
import sqlite3, sys, time
c = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
c.execute("BEGIN EXCLUSIVE")
time.sleep(180)
END
locker=$!
check "a database that cannot be written" fires McpmStoreDown 50
# Calls that wait for the database are bounded: 20,000.
expect "22,000 calls meanwhile" 0 env PYTHONPATH="$MCPM_SOURCE_DIR/tests/support" MCP_SOCKET="$XDG_RUNTIME_DIR/mcpm/agent.sock" python3 -B "$MCPM_SOURCE_DIR/tests/support/many_calls.py" /mcp/every 220
check "what is not stored at all" fires McpmWritesLost
kill "$locker"
wait "$locker" 2>/dev/null
mcpm agent stop >/dev/null 2>&1
check "an agent that does not answer" fires McpmDown
same "no alert is left out" "$(sed -n 's/^ *- alert: //p' "$shipped/mcpm-rules.yml" | sort)" "$(sort -u "$sandbox/fired")"
kill "$watcher"
wait "$watcher" 2>/dev/null
