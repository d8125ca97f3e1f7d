#!/usr/bin/env bash
# A lazy server sleeps until the first request, is there for it, and sleeps again.
. "$(dirname "$0")/../support/sandbox.sh"

everything=$fixtures/mcp_everything
agent_answers() { mcpm agent status >"$sandbox/status" 2>&1; }
said() { local what=$1 wanted=$2; shift 2; expect "$what" 0 "$@"; same "$what: the answer" "$wanted" "$out"; }
state_of() { printf '%s %s' "$(field "$1" status)" "$(field "$1" statusReason)"; }
asleep() { [ "$(state_of "$1")" = "stopped asleep" ]; }
runs_of() { mcpm runs "$1" -o json | json 'len(d)'; }

expect "a lazy server is defined and started" 0 mcpm add web --lazy --idle-timeout 1s --start -- "$everything"
same "it sleeps" "stopped asleep" "$(state_of web)"
same "no process of it exists" "" "$(servers_alive)"
expect "starting it again" 0 mcpm start web
has "says that it sleeps" "sleeps until the first request" "$err"
same "and nothing on stdout" "" "$out"
expect "the list shows it" 0 mcpm list
has "asleep" "asleep" "$out"
expect "why" 0 mcpm why web
has "says so too" "sleeps until the first request" "$out"
has_not "and names no cause" "MCPM-E" "$out"

said "the first call wakes it" hi mcpm call web echo message=hi
same "it was one run" 1 "$(runs_of web)"
check "it sleeps again when nobody uses it" until_true 10 asleep web
same "nothing of it is left" "" "$(servers_alive)"
has "its run ended because it was idle" idle "$(mcpm runs web)"

expect "its tools are listed while it sleeps" 0 mcpm tools list web -q
has "from what it offered before" echo "$out"
expect "its prompts" 0 mcpm prompts list web
has "too" greet "$out"
expect "its resources" 0 mcpm resources list web
has "too" test://text "$out"
same "and it still sleeps" "stopped asleep 1" "$(state_of web) $(runs_of web)"

for asker in 1 2 3 4 5 6 7 8; do mcpm call web echo message=$asker >"$sandbox/answer.$asker" 2>&1 & done
wait
same "eight at once are all answered" "1 2 3 4 5 6 7 8" "$(cat "$sandbox"/answer.? | tr '\n' ' ' | sed 's/ $//')"
same "by one process" 2 "$(runs_of web)"
said "a call longer than the idle time is not cut off" slept mcpm call web sleep ms=2500
check "then it sleeps" until_true 10 asleep web

runs=$(runs_of web)
kill -KILL "$(agent_pid)"
check "the next agent" until_true 10 agent_answers
check "lets it sleep" asleep web
expect "an agent restart" 0 mcpm agent restart
check "too" until_true 10 asleep web
same "without a run" "$runs" "$(runs_of web)"
said "and it is there for a request" back mcpm call web echo message=back

check "asleep once more" until_true 10 asleep web
expect "waiting for a sleeping server to run" 3 mcpm wait web --for running --timeout 5s
has "says why not" asleep "$err"
expect "a stopped lazy server" 0 mcpm stop web
same "is stopped" "stopped " "$(state_of web)"
expect "and not there for a request" 3 mcpm call web echo message=x
has "which is told so" "stopped" "$err"
has "with what to do" "mcpm start web" "$err"
same "it was not started for that" "" "$(servers_alive)"
expect "started" 0 mcpm start web
said "it is there again" again mcpm call web echo message=again
mcpm update web --idle-timeout 10m
said "a server that is in its idle time" x mcpm call web echo message=x
expect "is ended by a stop" 0 mcpm stop web
same "whole" "" "$(servers_alive)"

expect "one that cannot start" 0 mcpm add bad --lazy --start -- sh -c 'echo "TOKEN is required" >&2; exit 3'
expect "fails the request" 1 mcpm call bad echo message=x
has "with what was tried" "start \"bad\"" "$err"
has "and its last lines" "TOKEN is required" "$err"
expect "why knows" 0 mcpm why bad
has "what it was" "MCPM-E206" "$out"
mcpm update bad -- "$everything"
said "the next request tries again" ok mcpm call bad echo message=ok

mcpm start web
check "asleep" asleep web
expect "one that may not sleep any more" 0 mcpm update web --no-lazy
expect "is started" 0 mcpm wait web --for running --timeout 20s
mcpm stop web bad
same "nothing is left" "" "$(servers_alive)"
