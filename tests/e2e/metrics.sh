#!/usr/bin/env bash
# /metrics as a real Prometheus reads it: both forms pass promtool, a scrape of a running agent answers queries, and nobody
# without a token for the API reads it.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"

need_unpacked prometheus || skip_all "Debian's package prometheus cannot be fetched"
promtool=$deb_folder/usr/bin/promtool
prometheus=$deb_folder/usr/bin/prometheus

expect "the agent starts" 0 mcpm agent start
expect "a server runs" 0 mcpm add every --start -- "$fixtures/mcp_everything"
for _ in 1 2 3; do mcpm call every echo message=hello >/dev/null; done
port=$(tcp_port)
token=$(mcpm token create scraper --kind metrics -q)
client=$(mcpm token create client -q)
scrape() { curl -s -o "$sandbox/metrics" -w '%{http_code}' "http://127.0.0.1:$port/metrics" "$@"; }

same "without a token it is refused" 401 "$(scrape)"
same "a client's token does not reach it" 403 "$(scrape -H "Authorization: Bearer $client")"
same "a token for metrics does" 200 "$(scrape -H "Authorization: Bearer $token")"
same "and reaches nothing else" 403 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "http://127.0.0.1:$port/api/servers")"
link=$(mcpm dashboard --print)
cookie=$(curl -s -D - -o /dev/null "$link" | tr -d '\r' | sed -n 's/^[Ss]et-[Cc]ookie: \(mcpm_session=[^;]*\).*/\1/p')
same "the dashboard's cookie is good for the dashboard" 200 "$(curl -s -o /dev/null -w '%{http_code}' -H "Cookie: $cookie" "http://127.0.0.1:$port/api/servers")"
same "and not for this" 401 "$(scrape -H "Cookie: $cookie")"
scrape -H "Authorization: Bearer $token" >/dev/null
has "it is listed as what it is" "scraper  metrics" "$(mcpm token list)"
check "promtool finds nothing wrong" "$promtool" check metrics <"$sandbox/metrics"
has "a tool's calls are counted" 'tool="echo"} 3' "$(grep '^mcpm_tool_calls_total' "$sandbox/metrics")"
has "requests are counted by the route's pattern" 'route="/api/servers/{id}' "$(cat "$sandbox/metrics")"
has "what was asked of servers too" 'server_operations_total{operation="create",status="success"} 1' "$(cat "$sandbox/metrics")"
has "nobody watches" "websocket_connections_active 0" "$(cat "$sandbox/metrics")"
has_not "never by a path" 'route="/api/servers/every' "$(cat "$sandbox/metrics")"
scrape -H "Authorization: Bearer $token" -H 'Accept: application/openmetrics-text' >/dev/null
same "OpenMetrics ends as it must" "# EOF" "$(tail -n 1 "$sandbox/metrics")"

note "more tools than are named"
PYTHONPATH=$MCPM_SOURCE_DIR/tests/support MCP_SOCKET=$XDG_RUNTIME_DIR/mcpm/agent.sock python3 -B -c '
from mcp_client import Door, Legacy
client = Legacy(Door.of_environment(), "/mcp/every")
for number in range(205):
    client.call(f"zz{number:03}").answer()'
scrape -H "Authorization: Bearer $token" >/dev/null
same "200 are" 200 "$(grep '^mcpm_tool_calls_total{' "$sandbox/metrics" | grep -vc 'tool="other"')"
has "and the rest is summed up" 'tool="other"} 6' "$(grep '^mcpm_tool_calls_total' "$sandbox/metrics")"
check "promtool finds nothing wrong with it" "$promtool" check metrics <"$sandbox/metrics"
for name in mcpm_event_loop_lag_seconds_count mcpm_keeper_answer_seconds_count 'health_check_duration_seconds_count{server_id="srv_[a-z2-7]*",status="healthy"}' mcpm_gateway_queue_length mcpm_server_wakes_total 'mcpm_server_log_dropped_lines_total{[^}]*cause="no_space"}'; do
    check "$name is there" grep -q "^$name " "$sandbox/metrics"
done

note "figures of what happens"
now() { curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/metrics | sed -n "s/^$1 //p" | head -n 1; }
api=$(mcpm token create watcher --kind api -q)
PYTHONPATH=$MCPM_SOURCE_DIR/tests/support python3 -B - "$port" "$api" <<'END' &
import sys
from ws_client import WebSocket
socket = WebSocket("127.0.0.1", sys.argv[1], "/ws", {"Authorization": "Bearer " + sys.argv[2]})
socket.wait_for("never", 60)
END
follower=$!
check "who watches is counted" until_true 20 eval '[ "$(now websocket_connections_active)" = 1 ]'
kill "$follower"
wait "$follower" 2>/dev/null
check "and is no longer when it goes" until_true 20 eval '[ "$(now websocket_connections_active)" = 0 ]'
expect "a lazy server" 0 mcpm add lazy --lazy --start -- "$fixtures/mcp_everything"
woken=$(now mcpm_server_wakes_total)
mcpm call lazy echo message=hello >/dev/null
check "that it was woken is counted" until_true 10 eval '[ "$(now mcpm_server_wakes_total)" = $((woken + 1)) ]'

# A real Prometheus.
cat >"$sandbox/prometheus.yml" <<END
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: mcpm
    authorization: {credentials: "$token"}
    static_configs: [{targets: ["127.0.0.1:$port"]}]
END
web=$(free_port)
"$prometheus" --config.file="$sandbox/prometheus.yml" --storage.tsdb.path="$sandbox/tsdb" --web.listen-address="127.0.0.1:$web" \
    --log.level=warn >"$sandbox/prometheus.log" 2>&1 &
watcher=$!
value() { "$promtool" query instant "http://127.0.0.1:$web" "$1" 2>/dev/null | sed -n 's/.* => \([^ ]*\) .*/\1/p' | head -n 1; }
is() { [ "$(value "$1")" = "$2" ]; }
check "Prometheus scrapes it" until_true 30 is 'up{job="mcpm"}' 1
check "and knows that the server runs" until_true 10 is 'mcpm_server_up{server="every"}' 1
check "and what its tool did" until_true 10 is 'mcpm_tool_calls_total{server="every",tool="echo"}' 3
check "and the quantiles of its calls" test -n "$(value 'histogram_quantile(0.95, sum by (le) (mcpm_tool_call_duration_seconds_bucket))')"
check "and the version" test -n "$(value 'mcpm_build_info')"
mcpm stop every >/dev/null
check "and that it has stopped" until_true 15 is 'mcpm_server_up{server="every"}' 0
kill "$watcher"
wait "$watcher" 2>/dev/null

note "more servers than are named"
python3 -c '
print("servers:")
for number in range(1001):
    print(f"  zz{number:04}: {{command: /bin/true, transport: none}}")' >"$sandbox/many.yaml"
expect "a thousand more" 0 mcpm apply -f "$sandbox/many.yaml"
scrape -H "Authorization: Bearer $token" >/dev/null
same "1,000 are" 1000 "$(grep -c '^mcpm_server_up{' "$sandbox/metrics")"
has "and the rest is summed up" 'server_id="other",server="other"' "$(grep '^mcpm_server_log_lines_total{' "$sandbox/metrics")"
check "promtool finds nothing wrong with that" "$promtool" check metrics <"$sandbox/metrics"
