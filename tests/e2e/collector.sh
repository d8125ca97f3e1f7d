#!/usr/bin/env bash
# A real OpenTelemetry collector (its OTLP receiver, its pipelines, its debug exporter, built from the Go module proxy) takes our
# spans and metrics, as protobuf and as JSON, and says what is in them.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/support/clients.sh"

only_in_all "the collector is compiled for minutes"
command -v go >/dev/null || no_client "there is no go here (Debian 12's is 1.19, and the collector wants 1.25)"
programs=$MCPM_SOURCE_DIR/tests/programs
built_client collector env GOTOOLCHAIN=local GOFLAGS=-mod=readonly go build -o collector .
port=$(free_port)
sed "s/PORT/$port/" "$programs/collector/collector.yaml" >"$sandbox/collector.yaml"
"$built/collector" --config "file:$sandbox/collector.yaml" >"$sandbox/collected" 2>&1 </dev/null &
collector=$!
trap 'kill -KILL "$collector" 2>/dev/null; wait "$collector" 2>/dev/null; end_sandbox' EXIT
check "the collector runs" until_true 30 grep -q "Everything is ready" "$sandbox/collected"
collected() { tr -s ' \t' ' ' <"$sandbox/collected"; }
got() { collected | found -F -- "$1"; }

for protocol in http/protobuf http/json; do
    note "$protocol"
    : >"$sandbox/collected"
    mcpm agent stop >/dev/null 2>&1
    expect "the agent starts" 0 env OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$port" OTEL_EXPORTER_OTLP_PROTOCOL="$protocol" \
        OTEL_BSP_SCHEDULE_DELAY=100 OTEL_METRIC_EXPORT_INTERVAL=300 OTEL_SERVICE_NAME=gate mcpm agent start
    [ "$protocol" = http/json ] || mcp_server every
    check "the server runs" until_true 20 mcpm wait every --for running --timeout 10s
    PYTHONPATH=$MCPM_SOURCE_DIR/tests/support MCP_SOCKET=$XDG_RUNTIME_DIR/mcpm/agent.sock python3 -B -c '
from mcp_client import Door, Modern
Modern(Door.of_environment(), "/mcp/every").send("tools/call", {"name": "echo", "arguments": {"message": "a"}},
    meta={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}).text()'
    check "the collector has a span of the call" until_true 20 got "Name : tools/call echo"
    check "of the client's trace" got "Trace ID : 0af7651916cd43dd8448eb211c80319c"
    check "whose parent is the client's" got "Parent ID : b7ad6b7169203331"
    check "one towards the client" got "Kind : Server"
    check "and one towards the server" got "Kind : Client"
    check "with attributes of the conventions" got "-> gen_ai.tool.name: Str(echo)"
    check "and numbers" got "-> mcpm.run: Int("
    check "of our service" got "-> service.name: Str(gate)"
    check "it has the durations of calls" until_true 20 got "-> Name: mcp.server.operation.duration"
    check "towards the server too" got "-> Name: mcp.client.operation.duration"
    check "which count from the beginning" got "-> AggregationTemporality: Cumulative"
    check "by the bounds of the conventions" got "ExplicitBounds #7: 0.020000"
    check "in seconds" got "-> Unit: s"
    same "it refuses nothing" "" "$(grep -iE 'error|refus' "$sandbox/collected" | head -n 1)"
    curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/metrics >"$sandbox/metrics"
    check "what it took is counted" test "$(sed -n 's/^mcpm_otlp_metrics_sent_total //p' "$sandbox/metrics")" -ge 1
    same "and nothing was lost" "0 0 0" "$(sed -n 's/^mcpm_traces_dropped_total{[^}]*} //p' "$sandbox/metrics" | tr '\n' ' ' | sed 's/ $//')"
done
