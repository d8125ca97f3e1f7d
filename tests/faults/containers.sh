#!/usr/bin/env bash
# The container engine hangs, goes and comes back: the status says so, other servers do not notice, no line of the log is lost.
. "$(dirname "$0")/../support/sandbox.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../support/engine.sh"
engine_up 2>"$sandbox/engine" || { status=$?; [ "$status" -eq 77 ] && skip_all "$(cat "$sandbox/engine")"; bad "$(cat "$sandbox/engine")"; end_sandbox 1; }
box_image=$(engine_image mcp_everything) chat_image=$(engine_image chatty)
start_relay() {
    python3 "$MCPM_SOURCE_DIR/tests/support/engine_relay.py" "$sandbox/relay.sock" >"$sandbox/relay" 2>&1 &
    relay=$!
    disown $relay
    until_true 10 grep -q ready "$sandbox/relay"
}
status_of_all() { printf '%s %s %s' "$(field box status)" "$(field chat status)" "$(field proc status)"; }

start_relay
export DOCKER_HOST=unix://$sandbox/relay.sock
expect "a container starts" 0 mcpm add box --image "$box_image" --start
expect "and one that talks" 0 mcpm add chat --transport none --image "$chat_image" --start -- 0 10
expect "and a process" 0 mcpm add proc --start -- "$fixtures/mcp_everything"
pids="$(field box pid) $(field chat pid)"

kill -STOP $relay
check "the engine hangs: nobody knows how containers are" until_true 20 eval '[ "$(status_of_all)" = "unknown unknown running" ]'
same "and why is said" engine-lost "$(field box statusReason)"
expect "why has the cause" 0 mcpm why box
has "with its code" MCPM-E505 "$out"
expect "a process goes on" 0 mcpm call proc echo message=on
kill -CONT $relay
check "it answers again: so do we" until_true 10 eval '[ "$(status_of_all)" = "running running running" ]'
expect "a container is used" 0 mcpm call box echo message=after
has "and answers" after "$out"

kill -KILL $relay
check "the engine is gone: the same" until_true 20 eval '[ "$(status_of_all)" = "unknown unknown running" ]'
start_relay
check "it is back" until_true 10 eval '[ "$(status_of_all)" = "running running running" ]'
same "nothing was started anew" "$pids" "$(field box pid) $(field chat pid)"
check "the session goes on" until_true 10 mcpm call box echo message=back

kill -KILL $relay
check "the engine is gone once more" until_true 20 eval '[ "$(status_of_all)" = "unknown unknown running" ]'
before=$(agent_pid)
kill -KILL "$before"
until_true 20 eval "p=\$(agent_pid 2>/dev/null); [ -n \"\$p\" ] && [ \"\$p\" != $before ]" || bad "no new agent after $before"
check "an agent that starts now knows of them, and that nobody knows how they are" until_true 20 eval '[ "$(status_of_all)" = "unknown unknown running" ]'
start_relay
check "it takes them over when the engine is back" until_true 10 eval '[ "$(status_of_all)" = "running running running" ]'
same "they are the same" "$pids" "$(field box pid) $(field chat pid)"
check "the session goes on" until_true 10 mcpm call box echo message=taken
expect "it stops" 0 mcpm stop chat
marks=2 # the killed agent may have lost something, and says so
check "no line of it is missing, none is there twice" numbered chat
expect "all are removed" 0 mcpm remove -f box
expect "all of them" 0 mcpm remove -f chat
same "and nothing is left in the engine" "" "$(DOCKER_HOST='' docker ps -aq --filter "label=mcpm.data=$(printf '%s-%x' "$(stat -c %D "$data")" "$(stat -c %i "$data")")")"
mcpm agent stop >/dev/null 2>&1
kill $relay
