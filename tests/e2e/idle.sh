#!/usr/bin/env bash
# An agent with nothing to do sleeps: the kernel wakes it when something happens to its files, no timer does.
. "$(dirname "$0")/../support/sandbox.sh"

echo swordfish | mcpm secret set word
mcpm add one -- "$fixtures/mcp_everything"
agent=$(agent_pid) keeper=$(keeper_pid)
# Of all threads of the agent and its keeper: how often one of them waited for something.
waits() { cat /proc/"$agent"/task/*/status /proc/"$keeper"/status | awk '/^voluntary/ { sum += $2 } END { print sum }'; }
sleeps() { # through one of five times twelve seconds: at most twice awake
    local before
    for _ in 1 2 3 4 5; do
        before=$(waits)
        sleep 12
        [ $(($(waits) - before)) -le 2 ] && return 0
    done
    return 1
}
# What begins or ends a burst of changes has its time; an agent that looks now and then has none of twelve seconds.
check "twelve seconds in a row without waking up" sleeps
rm "$XDG_RUNTIME_DIR/mcpm/agent.sock"
check "its socket removed, it is woken, and has bound it again" until_true 10 test -S "$XDG_RUNTIME_DIR/mcpm/agent.sock"
same "the same agent" "$agent" "$(agent_pid)"
rm "$data/secrets.key"
check "the key of the secrets removed: it is there again" until_true 10 test -s "$data/secrets.key"
rm "$data/agent.lock"
check "the lock removed: it is taken again" until_true 10 eval '[ "$(keeper_pid)" = "$keeper" ]'
rm "$data/mcpm.db" "$data/mcpm.db-wal"
check "the database removed: it is written anew, without a call" until_true 10 test -s "$data/mcpm.db"
same "in the agent's log nothing is looked at by the clock" 0 "$(grep -c 'is looked at every' "$state/agent.log")"
check "and it sleeps again" sleeps
