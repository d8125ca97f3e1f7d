#!/usr/bin/env bash
# The agent as the command line handles it: start, status, restart, upgrade, logs, stop; doctor; completion in real shells.
. "$(dirname "$0")/../support/sandbox.sh"

expect "doctor without an agent" 0 mcpm doctor
has "says that it is not running" "not running" "$out"
expect "doctor with an engine's address that is none" 0 env DOCKER_HOST="unix://$sandbox/none.sock" mcpm doctor
has "says where it looked and why not" "unix://$sandbox/none.sock: No such file or directory" "$out"
expect "status without an agent" 5 mcpm agent status
expect "logs without an agent" 4 mcpm agent logs
expect "restart without an agent" 5 mcpm agent restart
expect "stop without an agent is fine" 0 mcpm agent stop
expect "start" 0 mcpm agent start
same "is silent" "" "$out$err"
first=$(agent_pid)
keeper=$(keeper_pid)
expect "start again" 0 mcpm agent start
same "changes nothing" "$first" "$(agent_pid)"
expect "status" 0 mcpm agent status
has "has the pid" "$first" "$out"
expect "status without a name is the same" 0 mcpm status
expect "version" 0 mcpm version -o json
same "of both" True "$(printf %s "$out" | json "d['mcpm'] == d['mcpmd']")"

expect "a server" 0 mcpm add one --start -- "$fixtures/mcp_everything"
server=$(field one pid)
expect "restart" 0 mcpm agent restart
check "is another agent" test "$(agent_pid)" != "$first"
same "under the same keeper" "$keeper" "$(keeper_pid)"
same "with the same server" "$server" "$(field one pid)"
expect "upgrade" 0 mcpm agent upgrade
same "under the same keeper's pid" "$keeper" "$(keeper_pid)"
same "with the same server" "$server" "$(field one pid)"
expect "which answers" 0 mcpm call one echo message=still
same "still" still "$out"
expect "an upgrade to what is no agent" 2 mcpm agent upgrade --program /bin/true
same "leaves everything" "$server" "$(field one pid)"
expect "its log" 0 mcpm agent logs -n 1
same "in one line" 1 "$(printf '%s\n' "$out" | grep -c .)"
until_true 10 eval 'mcpm doctor | found "PATH of servers: /"'
has "doctor shows what servers really get" "PATH of servers: /" "$(mcpm doctor)"
has "its variables too" "HOME=$HOME" "$(mcpm doctor)"
expect "doctor" 0 mcpm doctor -o json
same "as JSON" True "$(printf %s "$out" | json "all({'check', 'result', 'found'} <= set(c) for c in d)")"

mcpm add 'two words' -- /bin/true >/dev/null
mcpm add '$(touch pwned) *' -- /bin/true >/dev/null
cd "$sandbox" || exit 1
# completes LINE…: what bash offers for the last word
completes() {
    bash --norc -c 'source /dev/stdin; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mcpm; printf "%s\n" "${COMPREPLY[@]}"' _ "$@" \
        < <(mcpm completion bash)
}
same "bash: commands" "start stats status stop" "$(completes mcpm st | sort | tr '\n' ' ' | sed 's/ restart//; s/ $//')"
same "bash: second words" "call" "$(completes mcpm tools c)"
same "bash: options" "--follow" "$(completes mcpm logs --fol)"
same "bash: choices" "healthy" "$(completes mcpm wait one --for h)"
same "bash: server names" one "$(completes mcpm start o)"
same "bash: a name of two words is quoted" 'two\ words' "$(completes mcpm start tw)"
same "bash: a hostile name is quoted" '\$\(touch\ pwned\)\ \*' "$(completes mcpm start '$')"
same "bash: tools of a server" echo "$(completes mcpm call one ec)"
check "and nothing of it was run" test ! -e pwned
for shell in zsh fish; do
    command -v $shell >/dev/null || { note "$shell is not installed"; continue; }
    mcpm completion $shell >"$sandbox/completion.$shell"
    check "$shell reads its script" $shell -n "$sandbox/completion.$shell"
done
if command -v fish >/dev/null; then
    run fish -c "source $sandbox/completion.fish; complete -C 'mcpm start tw'"
    has "fish: names" "two words" "$out"
    run fish -c "source $sandbox/completion.fish; complete -C 'mcpm sta'"
    has "fish: commands" start "$out"
    check "and nothing of it was run" test ! -e pwned
fi
expect "another shell" 2 mcpm completion tcsh

cd / || exit 1
run bash -c 'set -o pipefail; mcpm help | head -n 1'
has "a reader that leaves is no error to talk about" "mcpm runs" "$out"
same "nothing is said" "" "$err"
run bash -c 'mcpm list -o json >/dev/full'
same "a full disk is" 1 "$status"
has "and is said" "No space left" "$err"
expect "stop" 0 mcpm agent stop
same "nothing is left" "" "$(servers_alive)"
expect "start" 0 mcpm agent start
same "brings the server back" running "$(until_true 10 eval '[ "$(field one status)" = running ]' && field one status)"

mkdir "$sandbox/tools" && ln -s "$fixtures/mcp_everything" "$sandbox/tools/only-here"
expect "a program that this terminal alone has" 1 env PATH="$sandbox/tools:$PATH" mcpm add term --start -- only-here
has "is named with its place" "your terminal has it at $sandbox/tools/only-here" "$err"
mcpm agent stop
expect "an agent that this terminal starts" 0 env PATH="$sandbox/tools:$PATH" mcpm agent start
expect "has it too" 0 mcpm start term
has "as doctor shows" "$sandbox/tools" "$(mcpm doctor)"
