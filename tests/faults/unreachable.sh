#!/usr/bin/env bash
# Keeper or agent stopped (SIGSTOP), the agent ended alone, its program gone, its configuration broken: every command ends in
# time and says why, with the pid, and what is on disk is shown.
. "$(dirname "$0")/../support/sandbox.sh"
mkdir "$sandbox/bin" && cp "$MCPM_BUILD_DIR/mcpmd" "$MCPM_BUILD_DIR/mcpm" "$sandbox/bin"
export PATH=$sandbox/bin:$PATH

mcpm add one -- "$fixtures/mcp_everything" && mcpm start one
mcpm call one echo message=hello >/dev/null
keeper=$(keeper_pid) agent=$(agent_pid) pid=$(field one pid)
sleep 1 # what is shown without an agent is written a moment after it happened

kill -TERM "$agent"
until_true 10 eval '[ -n "$(agent_pid)" ] && [ "$(agent_pid)" != "$agent" ]'
same "TERM to the agent alone: another agent" 0 "$([ "$(agent_pid)" != "$agent" ]; echo $?)"
same "the same keeper" "$keeper" "$(keeper_pid)"
same "and no server noticed" "$pid" "$(field one pid)"

looks() { # what the process is, its pid
    expect "$1: list shows what is on disk" 0 timeout 12 mcpm list
    has "$1: with the servers" one "$out"
    has "$1: and says why, with the pid" "$2" "$err"
    has_not "$1: and advises nothing that cannot help" "agent start" "$err"
    expect "$1: show too" 0 timeout 12 mcpm show one
    expect "$1: logs too" 0 timeout 12 mcpm logs one
    expect "$1: why too" 0 timeout 12 mcpm why one
    has "$1: with the reason" "$2" "$err"
    expect "$1: status says it" 5 timeout 12 mcpm status
    has "$1: with the pid" "$2" "$out"
    expect "$1: start fails in time" 5 timeout 15 mcpm start one
    has "$1: with the reason" "$2" "$err"
    expect "$1: doctor finds it" 1 timeout 40 mcpm doctor
    has "$1: with the pid" "$2" "$out"
}

agent=$(agent_pid)
kill -STOP "$agent"
looks "the agent is stopped" "the agent (pid $agent) is stopped"
kill -CONT "$agent"
expect "it goes on" 0 timeout 15 mcpm agent status

kill -STOP "$keeper"
expect "the keeper alone stopped: looking goes on" 0 timeout 12 mcpm list
kill -KILL "$agent"
looks "the keeper is stopped and the agent gone" "the keeper (pid $keeper) is stopped"
kill -CONT "$keeper"
until_true 10 eval '[ -n "$(agent_pid)" ]'
same "it goes on, and no server noticed" "$pid" "$(field one pid)"

mv "$sandbox/bin/mcpmd" "$sandbox/bin/away"
kill -KILL "$(agent_pid)"
until_true 5 eval '! timeout 5 mcpm agent status >/dev/null 2>&1'
looks "the program is gone" "$sandbox/bin/mcpmd"
has "the keeper is named" "$keeper" "$out"
mv "$sandbox/bin/away" "$sandbox/bin/mcpmd"
until_true 15 eval '[ -n "$(agent_pid)" ]'
same "put back: an agent, and the same server" "$pid" "$(field one pid)"

mkdir -p "$HOME/.config/mcpm" && echo 'nonsense: true' >"$HOME/.config/mcpm/config.yaml"
agent=$(agent_pid)
expect "a restart with a broken configuration is refused" 2 timeout 40 mcpm agent restart
has "with the agent's own words" nonsense "$err"
same "and the agent goes on" "$agent" "$(agent_pid)"
kill -KILL "$agent"
until_true 5 eval '! timeout 5 mcpm agent status >/dev/null 2>&1'
expect "killed, agent start fails in time" 5 timeout 40 mcpm agent start
has "in its words" nonsense "$err"
rm "$HOME/.config/mcpm/config.yaml"
until_true 15 eval '[ -n "$(agent_pid)" ]'
same "mended: the same server" "$pid" "$(field one pid)"

mv "$sandbox/bin/mcpmd" "$sandbox/bin/away"
kill -KILL "$(agent_pid)"
expect "with its program gone, agent stop ends everything" 0 timeout 40 mcpm agent stop
check "the server too" eval '! kill -0 $pid 2>/dev/null'
mv "$sandbox/bin/away" "$sandbox/bin/mcpmd"

mcpm agent start && agent=$(agent_pid)
kill -STOP "$agent"
expect "a stopped agent stops when it is told to" 0 timeout 60 mcpm agent stop
has "which is said" "(pid $agent) was stopped" "$err"

# One that is stopped while it ends: what `agent stop` saw at first is not how it stays.
mcpm agent start && agent=$(agent_pid)
mcpm add stays --transport none --stop-timeout 6s -- sh -c 'trap "echo >$0" TERM; echo >$0.begun; while :; do sleep 0.1; done' "$sandbox/told" >/dev/null
mcpm start stays && until_true 10 eval '[ -e "$sandbox/told.begun" ]'
timeout 60 mcpm agent stop 2>"$sandbox/said" &
stopping=$!
check "the agent ends" until_true 10 test -e "$sandbox/told"
kill -STOP "$agent"
check "one that is stopped while it ends, ends" wait "$stopping"
has "which is said too" "(pid $agent) was stopped" "$(<"$sandbox/said")"
