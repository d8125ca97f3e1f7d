#!/usr/bin/env bash
# After `mcpm agent stop` nothing of ours is alive: whatever the servers forked, ignored or hid. Told by the program that
# runs, not by environment or parents, which a process can change.
. "$(dirname "$0")/../support/sandbox.sh"

mkdir "$sandbox/programs" && cp "$fixtures"/* "$sandbox/programs/"
programs=$sandbox/programs
define() { mcpm add "$1" --stop-timeout 2s --pids 300 "${@:2}" >/dev/null || bad "add $1"; }
define mcp -- "$programs/mcp_everything"
define chatty --transport none -- "$programs/chatty" 0 5
define stubborn --transport none -- "$programs/stubborn"
define frozen --transport none -- "$programs/frozen"
define escaper --transport none -- "$programs/escaper"
define hidden --transport none -- "$programs/escaper" --clear
define forker --transport none -- "$programs/forker"
define moving --transport none -- "$programs/forker" 0
define crasher --transport none -- "$programs/crasher" 300
for server in mcp chatty stubborn frozen escaper hidden forker moving crasher; do
    expect "$server starts" 0 mcpm start $server
done
sleep 0.5
check "many processes run" test "$(of_sandbox | wc -l)" -ge 10
keeper=$(keeper_pid) agent=$(agent_pid)
expect "the agent stops" 0 timeout 60 mcpm agent stop
same "no process of any server is left" "" "$(of_sandbox | while read -r p; do tr '\0' ' ' <"/proc/$p/cmdline"; done)"
# Whoever inherited it may take a moment to collect the dead.
check "the keeper is gone" until_true 5 eval "! kill -0 $keeper 2>/dev/null"
check "the agent is gone" eval "! kill -0 $agent 2>/dev/null"
check "its socket is gone or refuses" eval '! mcpm agent status >/dev/null 2>&1'
expect "the next agent starts" 0 mcpm agent start
check "and brings back what was running" until_true 20 eval '[ "$(field mcp status) $(field stubborn status)" = "running running" ]'
expect "everything is stopped by name" 0 mcpm stop --all
same "nothing is left" "" "$(of_sandbox)"

# the same by a signal to the keeper, as systemd and a closing session do it
expect "started again" 0 mcpm start mcp stubborn hidden
keeper=$(keeper_pid)
kill -TERM "$keeper"
check "the keeper leaves" until_true 30 eval "! kill -0 $keeper 2>/dev/null"
same "with everything" "" "$(of_sandbox)"

# A socket that accepts and says nothing more is that of an agent about to end: no agent to believe in.
python3 - "$XDG_RUNTIME_DIR/mcpm" <<'END' &
import os, socket, sys
os.makedirs(sys.argv[1], mode=0o700, exist_ok=True)
path = sys.argv[1] + "/agent.sock"
dying = socket.socket(socket.AF_UNIX)
dying.bind(path)
dying.listen(4)
for _ in range(2):
    dying.accept()[0].close()
os.unlink(path)
END
dying=$!
check "an agent that is about to end stands there" until_true 10 test -S "$XDG_RUNTIME_DIR/mcpm/agent.sock"
expect "agent start waits for one that answers" 0 mcpm agent start
wait "$dying"
expect "and there is one" 0 mcpm agent status
