#!/usr/bin/env bash
# Usage that is sent on: nothing without an address; with one a whole batch at once, with its token and exactly the fields that are
# documented; what is refused waits and comes again, and nothing comes twice.
. "$(dirname "$0")/../support/sandbox.sh"

web=$sandbox/web
python3 "$MCPM_SOURCE_DIR/tests/support/notice_receiver.py" http "$web" >"$sandbox/port" 2>/dev/null </dev/null &
receiver=$!
trap 'kill -KILL "$receiver" 2>/dev/null; wait "$receiver" 2>/dev/null; end_sandbox' EXIT
until_true 30 test -s "$sandbox/port" || bad "the receiver starts"
url=http://127.0.0.1:$(cat "$sandbox/port")/usage
sent() { # EXPRESSION over `b`, the bodies received in order, and `r`, the requests
    python3 -c '
import json, pathlib, sys
r = [json.loads(f.read_text()) for f in sorted(pathlib.Path(sys.argv[1]).glob("*.json"), key=lambda f: int(f.stem))]
b = [json.loads(one["body"]) for one in r]
print(eval(sys.argv[2]))' "$web" "$1" 2>/dev/null
}
is() { [ "$(sent "$2")" = "$1" ]; }
many() { env PYTHONPATH="$MCPM_SOURCE_DIR/tests/support" MCP_SOCKET="$XDG_RUNTIME_DIR/mcpm/agent.sock" python3 -B "$MCPM_SOURCE_DIR/tests/support/many_calls.py" /mcp/every "$1"; }

expect "a server" 0 mcpm add every --start -- "$fixtures/mcp_everything"
expect "10,200 calls, and no address" 0 many 102
expect "what would be sent is shown" 0 mcpm usage --show-outgoing
printf '%s' "$out" >"$sandbox/shown"
same "a batch of it" 10000 "$(json 'len(d["calls"])' <"$sandbox/shown")"
same "nothing was sent" 0 "$(ls "$web" 2>/dev/null | grep -c json)"

expect "the agent ends" 0 mcpm agent stop
expect "one with an address" 0 env ANALYTICS_ENDPOINT="$url" ANALYTICS_TOKEN=s3cr3t-Kipper mcpm agent start
check "the server runs" until_true 20 mcpm wait every --for running --timeout 10s
expect "10,000 calls more" 0 many 100
check "a full batch goes at once, and those after it" until_true 45 is True 'sum(len(one["calls"]) for one in b) >= 20000'
same "with the token" "Bearer s3cr3t-Kipper" "$(sent 'r[0]["headers"]["authorization"]')"
same "the first is what was shown" True "$(python3 -c '
import json, pathlib, sys
shown = json.load(open(sys.argv[2]))
sent = json.loads(json.loads((sorted(pathlib.Path(sys.argv[1]).glob("*.json"), key=lambda f: int(f.stem))[0]).read_text())["body"])
print(shown["calls"] == sent["calls"] and shown["version"] == sent["version"])' "$web" "$sandbox/shown")"
same "with these fields and no others" "at bytesIn bytesOut durationMs outcome sequence tool" "$(sent '" ".join(sorted(b[0]["calls"][0]))')"
same "and these" "calls features sentAt version" "$(sent '" ".join(sorted(b[0]))')"
documented() { python3 "$MCPM_SOURCE_DIR/tests/support/documented_fields.py" "$@"; }
names='" ".join(sorted({key for one in b for key in one} | {key for one in b for row in one["calls"] + one["features"] for key in row}))'
same "which docs/monitoring.md has" "" "$(sent "$names" | documented "$MCPM_SOURCE_DIR/docs/monitoring.md" "Sending it on")"
same "and no others" "" "$(sent "$names" | documented --unsent "$MCPM_SOURCE_DIR/docs/monitoring.md" "Sending it on")"
same "nothing came twice, and nothing is missing" True "$(sent '(lambda s: s == list(range(1, len(s) + 1)))([c["sequence"] for one in b for c in one["calls"]])')"
has_not "the token is nowhere else" Kipper "$(cat "$state/agent.log" "$web"/*.json | sed 's/"authorization": "[^"]*"//g')"

note "a receiver that is ill"
before=$(sent 'len(r)')
yes 500 | head -n 50 >"$web/answer_usage"
expect "10,000 calls more" 0 many 100
check "it is asked" until_true 45 is True "len(r) > $before"
has "what it refused waits" '"sequence"' "$(mcpm usage --show-outgoing)"
same "all of it" 10000 "$(mcpm usage --show-outgoing | json 'len(d["calls"])')"
expect "all stop" 0 mcpm stop --all
