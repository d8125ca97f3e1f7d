#!/usr/bin/env bash
# Calls as spans of OpenTelemetry: two of each call, their parents by traceparent from the HTTP head and from `_meta`, what the
# server gets in `_meta`, failures, sampling, both encodings as OpenTelemetry's own classes read them, a receiver that refuses or
# is not there, and nothing at all without an endpoint.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"
. "$MCPM_SOURCE_DIR/tests/support/gateway.sh"

need_python otlp || skip_all "opentelemetry-proto cannot be fetched from PyPI"
web=$sandbox/web
python3 "$MCPM_SOURCE_DIR/tests/support/notice_receiver.py" http "$web" >"$sandbox/port" 2>/dev/null </dev/null &
receiver=$!
trap 'kill -KILL "$receiver" 2>/dev/null; wait "$receiver" 2>/dev/null; end_sandbox' EXIT
until_true 30 test -s "$sandbox/port" || bad "the receiver starts"
endpoint=http://127.0.0.1:$(cat "$sandbox/port")
documented() { python3 "$MCPM_SOURCE_DIR/tests/support/documented_fields.py" "$@"; }
spans() { "$python" "$MCPM_SOURCE_DIR/tests/support/otlp_spans.py" "$web" "$1" 2>&1; }
is() { [ "$(spans "$2")" = "$1" ]; }
figure() { curl -s --unix-socket "$MCP_SOCKET" http://localhost/metrics | sed -n "s/^$1 //p"; }
begin_agent() { # VARIABLE=VALUE…
    mcpm agent stop >/dev/null 2>&1
    env OTEL_BSP_SCHEDULE_DELAY=100 "$@" mcpm agent start >/dev/null || bad "the agent starts"
}
call() { # TRACE-ID [ARGUMENT OF calls…]: a call whose _meta has the trace's id
    python3 - "$@" <<'END'
import json, sys
from mcp_client import Door, Modern
trace, tool, where = sys.argv[1], sys.argv[2], sys.argv[3]
arguments = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}
flags = sys.argv[5] if len(sys.argv) > 5 else "01"
context = f"00-{trace}-00f067aa0ba902b7-{flags}"
meta = {"traceparent": context, "tracestate": "vendor=m", "baggage": "b=1"} if where in ("meta", "both") else {}
headers = {"traceparent": context if where == "http" else f"00-{trace[::-1]}-00f067aa0ba902b8-01",
           "tracestate": "vendor=h"} if where in ("http", "both") else {}
print(Modern(Door.of_environment(), "/mcp/every").send("tools/call", {"name": tool, "arguments": arguments}, meta=meta, headers=headers).text())
END
}
received() { # EXPRESSION over `m`, the _meta of the newest tools/call that the server got
    python3 -c '
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1]) if "tools/call" in line]
m = lines[-1]["params"].get("_meta", {})
print(eval(sys.argv[2]))' "$sandbox/trace.every" "$1"
}
id() { printf '%032x' "$1"; }

note "without an endpoint"
begin_agent X=1
mcp_server every
call "$(id 4097)" echo both '{"message":"a"}' >/dev/null
same "what the client said of its trace goes on as it was" "00-$(id 4097)-00f067aa0ba902b7-01" "$(received 'm["traceparent"]')"
same "there is nothing of spans in the metrics" "" "$(figure mcpm_traces_sent_total)"

note "protobuf"
begin_agent OTEL_EXPORTER_OTLP_ENDPOINT="$endpoint" OTEL_EXPORTER_OTLP_HEADERS='authorization=Bearer%20s3cr3tkey' \
    OTEL_SERVICE_NAME=gate OTEL_RESOURCE_ATTRIBUTES=team=ops
a=$(id 10)
call "$a" echo meta '{"message":"a"}' >/dev/null
check "a call has two spans" until_true 20 is 2 "len([x for x in s if x['trace'] == '$a'])"
same "they are named by method and tool" "tools/call echo" "$(spans "of('$a')['name']")"
same "the outer one's parent is the client's" 00f067aa0ba902b7 "$(spans "of('$a')['parent']")"
same "the inner one's is the outer one" True "$(spans "of('$a', 'CLIENT')['parent'] == of('$a')['span']")"
same "the inner one is within the outer one" True "$(spans "of('$a')['begin'] <= of('$a', 'CLIENT')['begin'] <= of('$a', 'CLIENT')['end'] <= of('$a')['end']")"
same "the server got the inner one" "$(spans "'00-$a-' + of('$a', 'CLIENT')['span'] + '-01'")" "$(received 'm["traceparent"]')"
same "and the rest as it was" "vendor=m b=1" "$(received 'm["tracestate"] + " " + m["baggage"]')"
same "attributes have the conventions' names" "tools/call execute_tool echo unix 2026-07-28 every" \
    "$(spans "' '.join(of('$a')['attributes'][k] for k in ['mcp.method.name', 'gen_ai.operation.name', 'gen_ai.tool.name', 'network.transport', 'mcp.protocol.version', 'mcpm.server.name'])")"
same "towards the server it is a pipe" pipe "$(spans "of('$a', 'CLIENT')['attributes']['network.transport']")"
same "the resource is who it was said to be" "gate ops 0.1.0" "$(spans "' '.join(of('$a')['resource'][k] for k in ['service.name', 'team', 'service.version'])")"
same "to the usual path, with the header" "/v1/traces Bearer s3cr3tkey application/x-protobuf" "$(spans "r[-1]['path'] + ' ' + r[-1]['headers']['authorization'] + ' ' + r[-1]['headers']['content-type']")"
b=$(id 11)
call "$b" echo http '{"message":"a"}' >/dev/null
check "the HTTP head's context counts where the message has none" until_true 20 is 00f067aa0ba902b7 "of('$b')['parent']"
same "and goes on in _meta with its state" "vendor=h True" "$(received "m['tracestate'] + ' ' + str('$b' in m['traceparent'])")"
c=$(id 12)
call "$c" echo both '{"message":"a"}' >/dev/null
check "with both, the message's is the parent" until_true 20 is 00f067aa0ba902b7 "of('$c')['parent']"
same "and the head's is linked" "['00f067aa0ba902b8']" "$(spans "of('$c')['links']")"
python3 -c '
from mcp_client import Door, Legacy
Legacy(Door.of_environment(), "/mcp/every").call("echo", {"message": "x"}).result()' >/dev/null
check "a client that says nothing of a trace begins one" until_true 20 is True "any(x['kind'] == 'SERVER' and x['parent'] == '' and x['name'] == 'tools/call echo' for x in s)"
same "which the server of it gets" 55 "$(received 'len(m["traceparent"])')"
same "its session is not told by its id" True "$(spans "all(len(x['attributes'].get('mcp.session.id', 'x' * 16)) == 16 for x in s)")"
d=$(id 13)
call "$d" tool_error meta >/dev/null
check "a tool's error is one" until_true 20 is tool_error "of('$d')['attributes']['error.type']"
e=$(id 14)
call "$e" rpc_error meta >/dev/null
check "so is the server's" until_true 20 is "-32050 -32050 2 no such luck" "' '.join([of('$e')['attributes']['error.type'], of('$e')['attributes']['rpc.response.status_code'], str(of('$e')['status']), of('$e')['message']])"
f=$(id 15)
call "$f" nothing meta >/dev/null
check "so is ours" until_true 20 is -32602 "of('$f')['attributes']['error.type']"
same "with a name of few different values" "tools/call" "$(spans "of('$f')['name']")"
g=$(id 16)
call "$g" echo meta '{"message":"a"}' 00 >/dev/null
call "$g" tool_error meta '{}' 00 >/dev/null
check "a caller that does not sample hears of failures alone" until_true 20 is "['tool_error', 'tool_error']" "[x['attributes'].get('error.type') for x in s if x['trace'] == '$g']"
same "the server's run is said" "$(field every run)" "$(spans "of('$a', 'CLIENT')['attributes']['mcpm.run']")"
has "mcpm usage knows the call by its trace" '"tool": "echo"' "$(mcpm usage --calls --trace "$a" -o json)"
same "with its run" "$(field every run)" "$(mcpm usage --calls --trace "$a" -o json | json 'd[0]["run"]')"
has_not "no argument is in any of it" '"message"' "$(spans "[x['attributes'] for x in s]")"
same "what was sent is counted" True "$(spans "len(s) == int('$(figure mcpm_traces_sent_total)')")"
curl -s --unix-socket "$MCP_SOCKET" -H 'Accept: application/openmetrics-text' http://localhost/metrics >"$sandbox/open"
has "a trace's id is an exemplar of its call's duration" "# {trace_id=\"" "$(grep '^mcpm_tool_call_duration_seconds_bucket.*tool="echo"' "$sandbox/open")"
has "and of its request's" "# {trace_id=\"" "$(grep '^http_request_duration_seconds_bucket.*route="/mcp/{server}"' "$sandbox/open")"

note "a lazy server, what it wrote meanwhile, and what passes as it passes"
expect "a server that sleeps" 0 mcpm add sleeper --lazy --start -- "$fixtures/mcp_everything"
j=$(id 19)
python3 -c '
import sys
from mcp_client import Door, Modern
answer = Modern(Door.of_environment(), "/mcp/sleeper").send("tools/call", {"name": "echo", "arguments": {"message": "a"}},
    meta={"traceparent": f"00-{sys.argv[1]}-00f067aa0ba902b7-01"})
answer.text()
print(answer.header("traceresponse"))' "$j" >"$sandbox/response"
check "its span says that it was woken" until_true 20 is "['waking', 'woken']" "of('$j')['events']"
same "the answer names the span" "00-$j-$(spans "of('$j')['span']")-01" "$(cat "$sandbox/response")"
has "what it wrote meanwhile is found by the trace" "everything: ready on stdio" "$(mcpm logs sleeper --trace "$j")"
expect "what is not known is said" 4 mcpm logs sleeper --trace "$(id 99)"
expect "a trace is its own time" 2 mcpm logs sleeper --trace "$j" --since 1h
mcpm trace every >"$sandbox/passing" 2>/dev/null &
passing=$!
seen() { call "$(id 20)" echo meta '{"message":"a"}' >/dev/null; grep -q "trace=$(id 20)" "$sandbox/passing"; }
check "traffic is shown with its trace" until_true 20 seen
check "answers too" until_true 10 grep -q "<- tools/call echo.*trace=$(id 20)" "$sandbox/passing"
kill "$passing"
wait "$passing" 2>/dev/null

note "a server that is started again, a tool that is not approved, and no free place"
begin_agent OTEL_EXPORTER_OTLP_ENDPOINT="$endpoint" MCPM_GATEWAY_CALLS_PER_SERVER=1
check "the server runs" until_true 20 mcpm wait every --for running --timeout 10s
call "$(id 30)" sleep meta '{"ms":1500}' >/dev/null &
first=$!
check "a call takes the only place" until_true 10 grep -q '"ms": *1500' "$sandbox/trace.every"
call "$(id 31)" echo meta '{"message":"a"}' >/dev/null
wait "$first"
check "the next one was queued" until_true 20 is "['queued']" "of('$(id 31)')['events']"
same "the first was not" "[]" "$(spans "of('$(id 30)')['events']")"
expect "a server that begins slowly" 0 mcpm add slow --start -- sh -c 'sleep 1; exec "$0"' "$fixtures/mcp_everything"
run=$(field slow run)
# It is started again at once, and takes a second for it: the call comes meanwhile.
python3 -c '
import os, signal, sys, time
from mcp_client import Door, Modern
client = Modern(Door.of_environment(), "/mcp/slow")
os.kill(int(sys.argv[1]), signal.SIGKILL)
time.sleep(0.2)
client.send("tools/call", {"name": "echo", "arguments": {"message": "a"}}, meta={"traceparent": f"00-{sys.argv[2]}-00f067aa0ba902b7-01"}).text()' "$(field slow pid)" "$(id 32)"
check "a call waits until it is started again" until_true 20 is "['waking', 'restarted']" "of('$(id 32)')['events']"
same "and succeeds" 0 "$(spans "of('$(id 32)')['status']")"
same "as the server's next run" $((run + 1)) "$(spans "of('$(id 32)', 'CLIENT')['attributes']['mcpm.run']")"
expect "its tools are approved" 0 mcpm tools approve every --hold
expect "one more comes" 0 mcpm call every grow
held() { call "$(id 33)" extra0 meta >/dev/null; is True "any(x['events'] == ['held'] for x in s if x['trace'] == '$(id 33)')"; }
check "a call of it is held" until_true 20 held
expect "nothing is held any longer" 0 mcpm tools approve every --no-hold

note "what is sent is what docs/exports.md says, field by field"
expect "a tool with another name" 0 mcpm tools rename every add plus
expect "a profile" 0 mcpm profile create ops --server every
python3 -c '
from mcp_client import Door, Modern
for path in "/mcp/every", "/mcp/p/ops":
    Modern(Door.of_environment(), path).send("prompts/get", {"name": "simple"}).text()
    Modern(Door.of_environment(), path).send("resources/read", {"uri": "test://item/1"}).text()
Modern(Door.of_environment(), "/mcp/every").send("tools/call", {"name": "plus", "arguments": {"a": 1, "b": 2}}).text()'
check "all of them come" until_true 20 is True "all(any(key in x['attributes'] for x in s) for key in ('mcpm.profile', 'mcp.resource.uri', 'gen_ai.prompt.name', 'mcpm.tool.offered'))"

note "a receiver that takes a part"
refused() { figure 'mcpm_traces_dropped_total{cause="refused"}'; }
before=$(refused)
printf '200 Body=0a0b08011207746f6f206f6c64\n' >"$web/answer_v1_traces" # partial_success{rejected_spans: 1, error_message: "too old"}
call "$(id 34)" echo meta '{"message":"a"}' >/dev/null
check "what it did not take is counted" until_true 20 eval '[ "$(refused)" -gt "$before" ]'
has "and said in its words" "1 are lost: the receiver took the others: too old" "$(cat "$state/agent.log")"
call "$(id 35)" echo meta '{"message":"a"}' >/dev/null
check "the next ones are taken" until_true 20 is True "any(x['trace'] == '$(id 35)' for x in s)"

note "a receiver that is ill, and one that refuses"
before=$(refused)
printf '503 Retry-After=0\n400\n' >"$web/answer_v1_traces"
h=$(id 17)
call "$h" echo meta '{"message":"a"}' >/dev/null
check "503 and then 400 is given up" until_true 20 eval '[ "$(refused)" -gt "$before" ]'
has "the log says so once" "are lost: the receiver answered 400" "$(cat "$state/agent.log")"
has_not "without the header" s3cr3tkey "$(cat "$state/agent.log")"

note "arguments and results where they are asked for, and durations as metrics"
begin_agent OTEL_EXPORTER_OTLP_ENDPOINT="$endpoint" MCPM_OTEL_ARGUMENTS=every OTEL_METRIC_EXPORT_INTERVAL=200 LOG_LEVEL=debug
k=$(id 21)
call "$k" echo meta '{"message":"kept","password":"hunter2hunter2"}' >/dev/null
check "arguments are in the inner span" until_true 20 is '{"message":"kept","password":"***"}' "of('$k', 'CLIENT')['attributes']['gen_ai.tool.call.arguments']"
has "and the result" kept "$(spans "of('$k', 'CLIENT')['attributes']['gen_ai.tool.call.result']")"
same "not in the outer one" False "$(spans "'gen_ai.tool.call.arguments' in of('$k')['attributes']")"
l=$(id 22)
call "$l" tool_error meta >/dev/null
check "the agent's own log has the trace of a call that failed" until_true 20 grep -q "trace=$l tools/call tool_error at every: tool_error" "$state/agent.log"
has_not "and no secret is in what was sent" hunter2 "$(spans '[x["attributes"] for x in s]')"
check "durations come as metrics" until_true 20 is 1 'newest("mcp.server.operation.duration", "gen_ai.tool.name", "echo")["count"]'
newest='newest("mcp.server.operation.duration", "gen_ai.tool.name", "echo")'
same "in seconds, by the bounds of the conventions" "s 0.0001 300.0 True" "$(spans "' '.join([$newest['unit'], str($newest['bounds'][0]), str($newest['bounds'][-1]), str(len($newest['counts']) == len($newest['bounds']) + 1)])")"
same "of the client's side of us" "2026-07-28 unix http" "$(spans "' '.join($newest['attributes'][k] for k in ['mcp.protocol.version', 'network.transport', 'network.protocol.name'])")"
same "as many as /metrics has" "$(figure 'mcpm_tool_calls_total{[^}]*tool="echo"}')" "$(spans "$newest['count']")"
check "a tool that failed is a point of its own" until_true 20 is tool_error 'newest("mcp.server.operation.duration", "gen_ai.tool.name", "tool_error")["attributes"]["error.type"]'
ours='newest("mcp.client.operation.duration", "gen_ai.tool.name", "echo")'
check "so does the time towards the server, which is less" until_true 20 is "1 pipe True" "' '.join([str($ours['count']), $ours['attributes']['network.transport'], str($ours['sum'] <= $newest['sum'])])"
check "its errors too" until_true 20 is tool_error 'newest("mcp.client.operation.duration", "gen_ai.tool.name", "tool_error")["attributes"]["error.type"]'
note "durations of sessions"
session() { spans "(lambda p: ' '.join([str(p['count'])] + [str(p['attributes'].get(k, '-')) for k in ['mcp.protocol.version', 'network.transport', 'error.type']]))(newest('mcp.$1.session.duration', 'mcpm.server.name', '$2'))"; }
is_session() { [ "$(session "$1" "$2")" = "$3" ]; }
mcp_server old --era legacy
python3 -c '
from mcp_client import Door, Legacy
client = Legacy(Door.of_environment(), "/mcp/old")
client.call("echo", {"message": "x"}).result()
client.delete()'
check "of a client, from initialize to its end" until_true 20 is_session server old "1 2025-11-25 unix -"
same "none of what runs on" False "$(spans "any(p['attributes'].get('mcpm.server.name') == 'old' for one in h if one['name'] == 'mcp.client.session.duration' for p in one['points'])")"
check "the handshake with the server was an operation" until_true 20 is 1 "[p['count'] for p in newest_all('mcp.client.operation.duration') if p['attributes']['mcp.method.name'] == 'initialize' and p['attributes']['mcpm.server.name'] == 'old'][0]"
expect "the server is stopped" 0 mcpm stop old
check "of one with a server, which ends with it, and that is no error" until_true 20 is_session client old "1 2025-11-25 pipe -"
expect "one that is not started again" 0 mcpm add ends --restart never --start -- "$fixtures/mcp_everything" --era legacy
expect "one ends by itself" 0 kill -KILL "$(field ends pid)"
check "and that is one" until_true 20 is_session client ends "1 2025-11-25 pipe WRONG_STATE"
mcp_server stays --era legacy
expect "the agent is replaced" 0 mcpm agent restart
check "the server stays" until_true 20 mcpm wait stays --for running --timeout 10s
expect "and is stopped" 0 mcpm stop stays
check "its session is measured over both agents" until_true 20 is_session client stays "1 2025-11-25 pipe -"

note "what waits when the agent ends"
begin_agent OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="$endpoint/own" OTEL_EXPORTER_OTLP_PROTOCOL=http/json OTEL_BSP_SCHEDULE_DELAY=60000
i=$(id 18)
call "$i" echo meta '{"message":"a"}' >/dev/null
mcpm agent stop >/dev/null
check "is sent" until_true 20 is 2 "len([x for x in s if x['trace'] == '$i'])"
same "as JSON, to the path that was said" "/own application/json" "$(spans "r[-1]['path'] + ' ' + r[-1]['headers']['content-type']")"

note "nobody there, and a small queue"
begin_agent OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1 OTEL_BSP_MAX_QUEUE_SIZE=4 OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_TRACES_SAMPLER=parentbased_always_on
has "a protocol that is not spoken is said" "OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf or http/json is expected" "$(mcpm agent status)"
for n in 1 2 3 4 5 6 7 8; do call "$(id $((100 + n)))" echo meta '{"message":"a"}' >/dev/null; done
check "what does not fit is dropped and counted, and calls go on" until_true 20 eval '[ "$(figure "mcpm_traces_dropped_total{cause=\"queue_full\"}")" -ge 4 ]'
has "mcpm why says so" "spans of calls are not exported" "$(mcpm why every)"
has "and why" "were more than may wait" "$(mcpm why every)"
names='" ".join(sorted({key for x in s for key in list(x["attributes"]) + list(x["events"])}))'
same "no field and no event of a span is missing in docs/exports.md" "" "$(spans "$names" | documented "$MCPM_SOURCE_DIR/docs/exports.md" "What a span has")"
same "and none is there that is not sent" "" "$(spans "$names" | documented --unsent "$MCPM_SOURCE_DIR/docs/exports.md" "What a span has" traceState server.address server.port client.address client.port SERVER CLIENT)"
same "nor of a resource" "" "$(spans '" ".join(sorted({key for x in s for key in x["resource"]} - {"team"}))' | documented "$MCPM_SOURCE_DIR/docs/exports.md" "What a span has")"
names='" ".join(sorted({key for one in h for p in one["points"] for key in p["attributes"]} | {one["name"] for one in h}))'
same "nor of metrics" "" "$(spans "$names" | documented "$MCPM_SOURCE_DIR/docs/exports.md" "Durations as metrics")"
