#!/usr/bin/env bash
# The socket is removed, or its folder, or another socket is bound in its place: the agent binds it again, and no command
# says that there is no agent.
. "$(dirname "$0")/../support/sandbox.sh"
socket=$XDG_RUNTIME_DIR/mcpm/agent.sock

mcpm add one -- "$fixtures/mcp_everything" && mcpm start one
keeper=$(keeper_pid) agent=$(agent_pid) pid=$(field one pid)
rm "$socket"
expect "with its socket removed, the agent is asked all the same" 0 timeout 10 mcpm agent status
same "the same one" "$agent" "$(agent_pid)"
check "the socket is there again" test -S "$socket"
same "open to its user alone" 600 "$(stat -c %a "$socket")"
rm -rf "$XDG_RUNTIME_DIR/mcpm"
expect "with its folder removed" 0 timeout 10 mcpm list
same "the same agent" "$agent" "$(agent_pid)"
same "in a folder that is its user's alone" 700 "$(stat -c %a "$XDG_RUNTIME_DIR/mcpm")"
mv "$XDG_RUNTIME_DIR/mcpm" "$XDG_RUNTIME_DIR/elsewhere"
expect "with its folder moved away" 0 timeout 20 mcpm list
same "the same agent" "$agent" "$(agent_pid)"
for round in 1 2 3 4 5 6 7 8 9 10 11 12; do
    rm -f "$socket"
    timeout 10 mcpm call one echo message="$round" >"$sandbox/out" 2>&1 || bad "round $round: $(cat "$sandbox/out")"
done
same "removed twelve times in a row: the same agent" "$agent" "$(agent_pid)"
expect "what happened is among the events" 0 mcpm events
has "in words" "was gone; it was bound again" "$out"

rm "$socket"
expect "a restart of the agent meanwhile" 0 timeout 30 mcpm agent restart
expect "leaves it reachable" 0 timeout 10 mcpm list
same "no server noticed any of it" "$pid" "$(field one pid)"

rm "$data/agent.lock"
check "its lock removed, it is taken again" until_true 20 eval '[ "$(keeper_pid)" = "$keeper" ]'
expect "another agent does not begin" 6 timeout 20 mcpmd run
has "and is told who runs" "pid $keeper" "$err"
expect "the agent is replaced meanwhile" 0 timeout 30 mcpm agent restart
check "the next one has the lock" until_true 20 eval '! flock -n "$data/agent.lock" true'

# Somebody else listens there, and answers nothing.
agent=$(agent_pid)
python3 - "$socket" <<'P' &
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX); os.unlink(sys.argv[1]); s.bind(sys.argv[1]); s.listen(5)
open(sys.argv[1] + ".taken", "w").close()
time.sleep(60)
P
stranger=$!
until_true 20 test -e "$socket.taken"
until_true 15 eval '[ "$(timeout 2 mcpm agent status -o json 2>/dev/null | json "d[\"pid\"]")" = "$agent" ]'
same "a stranger's socket in its place gives way" "$agent" "$(agent_pid)"
kill $stranger
same "the keeper is the one from the beginning" "$keeper" "$(keeper_pid)"
expect "the agent stops" 0 mcpm agent stop
