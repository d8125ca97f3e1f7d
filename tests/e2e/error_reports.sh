#!/usr/bin/env bash
# Error reports by Sentry's envelopes: what a real receiver (Spotlight) makes of them; a receiver that answers 429, 500 and
# nothing; what waits on disk for the next agent; a crash of the agent itself; and that no secret is in any of it.
. "$(dirname "$0")/../support/sandbox.sh"
. "$MCPM_SOURCE_DIR/tests/needs.sh"

receiver=$MCPM_SOURCE_DIR/tests/support/notice_receiver.py
web=$sandbox/web
helpers=()
begin() { # FILE COMMAND…
    local file=$1
    shift
    "$@" >"$file" 2>"$file.err" </dev/null &
    helpers+=($!)
    until_true 30 test -s "$file" || bad "it starts: $(cat "$file.err")"
}
trap 'kill -KILL "${helpers[@]}" 2>/dev/null; wait "${helpers[@]}" 2>/dev/null; end_sandbox' EXIT
begin "$sandbox/http.port" python3 "$receiver" http "$web"
port=$(cat "$sandbox/http.port")
figure() { curl -s --unix-socket "$XDG_RUNTIME_DIR/mcpm/agent.sock" http://x/metrics | sed -n "s/^$1 //p"; }
use_dsn() { # a DSN, by a stored secret
    printf '%s' "$1" | mcpm secret set sentry
    mkdir -p "$HOME/.config/mcpm" && printf 'sentry:\n  dsn: secret:sentry\n  environment: tests\n' >"$HOME/.config/mcpm/config.yaml"
    mcpm agent restart
    until_true 20 eval 'mcpm agent status >/dev/null 2>&1'
}
events() { # EXPRESSION over `e`, the events received in order
    python3 -c '
import json, pathlib, sys
files = sorted(pathlib.Path(sys.argv[1]).glob("*.json"), key=lambda f: int(f.stem))
r = [json.loads(f.read_text()) for f in files]
e = [json.loads(one["body"].splitlines()[2]) for one in r]
print(eval(sys.argv[2]))' "$web" "$1" 2>/dev/null
}
came() { [ "$(events "$1")" = True ]; }

note "without a receiver"
expect "a start that fails" 1 mcpm add broken --restart never --start -- "$fixtures/exiter" 7
check "is counted" until_true 10 eval '[ "$(figure "application_errors_total{type=\"start-failed\",severity=\"error\"}")" = 1 ]'
same "and nothing waits" 0 "$(ls "$state/reports" 2>/dev/null | wc -l)"
expect "there is no crash to be sent" 0 mcpm doctor --send-crashes
expect "the next agent does not start it again" 0 mcpm remove broken

note "a receiver"
use_dsn "http://s3cr3tkey:old@127.0.0.1:$port/17"
has_not "the DSN is not shown" s3cr3tkey "$(mcpm config show)"
expect "a start that fails, with a secret in its words" 1 mcpm add leaks --restart never -e TOKEN=hunter2hunter2 --start -- sh -c 'echo "token=hunter2hunter2" >&2; exit 9'
check "is reported" until_true 20 came 'len(e) == 1 and e[0]["exception"]["values"][0]["type"] == "start-failed"'
same "with its tags" "supervisor ready error tests mcpm@0.1.0" "$(events '" ".join([e[0]["tags"]["component"], e[0]["tags"]["stage"], e[0]["level"], e[0]["environment"], e[0]["release"]])')"
same "at the project's address, with the key" "/api/17/envelope/ True" "$(events 'r[0]["path"] + " " + str("sentry_key=s3cr3tkey" in r[0]["headers"]["x-sentry-auth"])')"
has_not "without the secret" hunter2 "$(cat "$web"/*.json)"
same "it has left the disk" 0 "$(ls "$state/reports" | wc -l)"
expect "the same again" 1 mcpm start leaks
check "is counted, not reported" until_true 10 eval '[ "$(figure mcpm_reports_left_out_total)" = 1 ]'

note "a receiver that asks for quiet, and one that is ill"
printf '429 Retry-After=2\n500\n' >"$web/answer_api_17_envelope_"
expect "a crash loop" 0 mcpm add loops --transport none --restart always -- "$fixtures/crasher"
mcpm start loops >/dev/null 2>&1
check "is reported when it takes reports again" until_true 60 came '[one["status"] for one in r][1:4] == [429, 500, 200]'
same "the same envelope each time" 1 "$(events 'len(set(one["body"] for one in r[1:4]))')"
check "the crash loop comes too" until_true 60 came 'any(one["exception"]["values"][0]["type"] == "crash-loop" and one["level"] == "fatal" for one in e)'
mcpm stop loops >/dev/null 2>&1

note "an answer that says that the agent is at fault"
python3 -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None).execute("DROP TABLE feedback")' "$data/mcpm.db"
expect "a table is missing" 1 mcpm feedback send "It hangs"
check "is reported with what was asked" until_true 20 came 'any(one["tags"].get("endpoint") == "/api/feedback" for one in e)'
same "how, and where" "api POST INTERNAL_ERROR request" "$(events '[" ".join([t["component"], t["method"], t["code"], one["exception"]["values"][0]["type"]]) for one in e for t in [one["tags"]] if t.get("endpoint") == "/api/feedback"][0]')"
check "and counted" until_true 10 eval '[ "$(figure "application_errors_total{type=\"request\",severity=\"error\"}")" -ge 1 ]'

note "no receiver there"
use_dsn "http://key@127.0.0.1:1/17"
expect "a start that fails" 1 mcpm add offline --restart never --start -- "$fixtures/exiter" 3
check "waits on the disk" until_true 10 eval '[ "$(ls "$state/reports" | wc -l)" -ge 1 ]'
before=$(events 'len(e)')
use_dsn "http://key@127.0.0.1:$port/18"
check "and is sent by the next agent" until_true 30 came "len(e) > $before and r[-1]['path'] == '/api/18/envelope/'"
check "then it is gone" until_true 10 eval '[ "$(ls "$state/reports" | wc -l)" = 0 ]'

note "a crash of the agent"
expect "a server runs" 0 mcpm add lives --transport none --start -- sleep 1000
pid=$(field lives pid)
crashed=$(agent_pid)
kill -SEGV "$crashed"
check "another agent comes" until_true 30 eval '[ -n "$(agent_pid)" ] && [ "$(agent_pid)" != '"$crashed"' ]'
same "and the server lives" "$pid" "$(field lives pid)"
run mcpm doctor
has "doctor shows its signal" "by SIGSEGV (version 0.1.0, build " "$out"
has "where it was" "mcpmd+0x" "$out"
has "the agent says so" "crashed by SIGSEGV" "$(mcpm events)"
check "it is counted" until_true 10 eval '[ "$(figure "application_errors_total{type=\"agent-crash\",severity=\"critical\"}")" = 1 ]'
same "nobody was told yet" False "$(events 'any(one["exception"]["values"][0]["type"] == "agent-crash" for one in e)')"
expect "it is sent when asked" 0 mcpm doctor --send-crashes
check "with its frames" until_true 20 came 'any(one["exception"]["values"][0]["type"] == "agent-crash" and len(one["exception"]["values"][0]["stacktrace"]["frames"]) > 3 for one in e)'
has "doctor knows" "reported" "$(mcpm doctor)"
expect "and sends it once" 0 mcpm doctor --send-crashes
same "no more" "0 reports handed over" "$out"

note "what is sent is what docs/exports.md says, field by field"
fields() { # all names in the envelopes that came
    python3 -c '
import json, pathlib, sys
def walk(x):
    if isinstance(x, list): return {k for one in x for k in walk(one)}
    return {k for k in x} | {k for one in x.values() for k in walk(one)} if isinstance(x, dict) else set()
lines = [json.loads(line) for f in pathlib.Path(sys.argv[1]).glob("*.json") for line in json.loads(f.read_text())["body"].splitlines()]
print(" ".join(sorted(walk(lines))))' "$web"
}
has "envelopes came" exception "$(fields)"
same "no field is missing there" "" "$(fields | python3 "$MCPM_SOURCE_DIR/tests/support/documented_fields.py" "$MCPM_SOURCE_DIR/docs/exports.md" "Error reports")"

note "a receiver that somebody else wrote"
if need_npm spotlight @spotlightjs/spotlight@4.11.8 hono@4.12.25 && ! is_node_old; then
    spot=$(free_port)
    node "$npm_folder/node_modules/@spotlightjs/spotlight/dist/run.js" tail errors -f json -p "$spot" >"$sandbox/spotlight" 2>"$sandbox/spotlight.err" &
    helpers+=($!)
    check "Spotlight listens" until_true 30 grep -q 'listening on' "$sandbox/spotlight.err"
    use_dsn "http://key@127.0.0.1:$spot/1"
    expect "a start that fails" 1 mcpm add shown --restart never --start -- "$fixtures/exiter" 5
    check "Spotlight shows it" until_true 20 grep -q '"exception_type":"start-failed"' "$sandbox/spotlight"
    has "with what it is" '"release":"mcpm@0.1.0"' "$(cat "$sandbox/spotlight")"
else
    note "skipped: Spotlight needs npm and node 20"
fi
