#!/usr/bin/env bash
# A stale socket, a stale lock, a runtime folder that is gone: started anyway.
. "$(dirname "$0")/../support/sandbox.sh"

mcpm add one -- "$fixtures/mcp_everything" && mcpm start one
kill -KILL "$(keeper_pid)" "$(agent_pid)"
socket=$(find "$XDG_RUNTIME_DIR" -name agent.sock)
check "the killed agent left its socket and its lock" test -S "$socket" -a -f "$data/agent.lock"
expect "it is started all the same" 0 mcpm agent start
until_true 10 eval '[ "$(field one status)" = running ]'
same "and the server is back" running "$(field one status)"
same "once" 1 "$(servers_alive | wc -l | tr -d ' ')"
mcpm agent stop
rm -rf "${XDG_RUNTIME_DIR:?}"/*
expect "without its runtime folder" 0 mcpm agent start
expect "it answers" 0 mcpm list
kill -KILL "$(keeper_pid)"
sleep 0.3
echo 1 >"$data/agent.lock"
expect "a lock file that names a living stranger is not believed: the lock itself decides" 0 mcpm agent start
expect "it answers" 0 mcpm list
