#!/usr/bin/env bash
# What is inherited from a terminal: few descriptors, small files, closed descriptors, masks, a long path. Handled, or named.
. "$(dirname "$0")/../support/sandbox.sh"

mcpm add one -- "$fixtures/mcp_everything"
mcpm agent stop
expect "with 64 open files at most there is an agent" 0 bash -c 'ulimit -n 64; mcpm agent start'
expect "it starts a server" 0 timeout 30 mcpm start one
expect "and says what is too little" 0 mcpm agent status
has "by its name" "ulimit -n" "$out"
mcpm agent stop

expect "with files of 4 MiB at most there is an agent" 0 bash -c 'ulimit -f 4096; mcpm agent start'
agent=$(agent_pid)
mcpm add flood --transport none --restart never -- "$fixtures/flooder" 2 lines 200000 >/dev/null 2>&1
timeout 30 mcpm start flood >/dev/null 2>&1
sleep 2
same "which does not die of it" "$agent" "$(agent_pid)"
expect "and names it" 0 mcpm agent status
has "by its name" "ulimit -f" "$out"
mcpm agent stop
mcpm remove -f flood >/dev/null 2>&1
mcpm agent stop

expect "with no standard descriptors at all" 0 bash -c 'mcpm agent start <&- >&- 2>&-'
expect "it answers" 0 mcpm list
has "and its database is one" "SQLite format 3" "$(head -c 15 "$data/mcpm.db")"
mcpm agent stop
expect "with every signal blocked and ignored" 0 python3 -c 'import os, signal
for n in range(1, 65):
    try: signal.signal(n, signal.SIG_IGN)
    except (OSError, ValueError): pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
os.execvp("mcpm", ["mcpm", "agent", "start"])'
expect "it starts a server" 0 timeout 30 mcpm start one
expect "and stops" 0 timeout 30 mcpm agent stop
expect "with a mask that takes every right away" 0 bash -c 'umask 0777; mcpm agent start'
expect "it starts a server" 0 timeout 30 mcpm start one
same "its folder is its user's" 700 "$(stat -c %a "$data")"
mcpm agent stop

for length in 103 104 105 107; do
    folder=$sandbox/$(printf '%*s' $((length - ${#sandbox} - 1 - 11)) '' | tr ' ' x)
    same "a socket's path of $length bytes" "$length" "$(printf %s "$folder/agent.sock" | wc -c | tr -d ' ')"
    expect "can be bound" 0 env MCPM_RUNTIME_DIR="$folder" mcpm agent start
    MCPM_RUNTIME_DIR=$folder mcpm agent stop
done
folder=$sandbox/$(printf '%*s' $((108 - ${#sandbox} - 1 - 11)) '' | tr ' ' x)
expect "one of 108 is refused" 2 env MCPM_RUNTIME_DIR="$folder" mcpm agent start
has "with its length" "108 bytes" "$err"
