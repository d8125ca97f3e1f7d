#!/usr/bin/env bash
# `mcpm agent upgrade`: the keeper executes itself anew and the agent is replaced. No server notices, no line is lost.
. "$(dirname "$0")/../support/sandbox.sh"

mcpm add one -- "$fixtures/mcp_everything" && mcpm add plain --transport none -- "$fixtures/chatty" 0 2
expect "the MCP server starts" 0 mcpm start one
expect "the plain server starts" 0 mcpm start plain
one=$(field one pid) plain=$(field plain pid) keeper=$(keeper_pid) run=$(field one run)

same_world() { # what
    same "$1: the keeper kept its pid" "$keeper" "$(keeper_pid)"
    same "$1: and is the parent of the agent" "$keeper" "$(awk '{print $4}' "/proc/$(agent_pid)/stat")"
    same "$1: the servers kept theirs" "$one $plain" "$(field one pid) $(field plain pid)"
    same "$1: and their runs" "$run" "$(field one run)"
    same "$1: they run" "running running" "$(field one status) $(field plain status)"
    expect "$1: the session is still good" 0 mcpm call one echo message="$1"
    has "$1: and answers" "$1" "$out"
    same "$1: there is one copy of each" 2 "$(servers_alive | wc -l | tr -d ' ')"
}

for what in restart upgrade; do
    before=$(agent_pid)
    expect "$what" 0 mcpm agent $what
    check "$what: another agent answers" test "$(agent_pid)" != "$before"
    same_world "$what"
done

mkdir "$sandbox/new" && cp "$MCPM_BUILD_DIR/mcpmd" "$sandbox/new/mcpmd"
expect "upgrade to a program in another place" 0 mcpm agent upgrade --program "$sandbox/new/mcpmd"
same "the keeper runs it" "$sandbox/new/mcpmd" "$(readlink "/proc/$keeper/exe")"
same "the agent too" "$sandbox/new/mcpmd" "$(readlink "/proc/$(agent_pid)/exe")"
same_world moved
before=$(agent_pid)
kill -KILL "$before"
until_true 10 eval "p=\$(agent_pid 2>/dev/null); [ -n \"\$p\" ] && [ \"\$p\" != $before ]"
same "an agent started again by the keeper is the new program" "$sandbox/new/mcpmd" "$(readlink "/proc/$(agent_pid)/exe")"
same_world killed

before=$(agent_pid)
expect "a program that is not there is refused" 2 mcpm agent upgrade --program "$sandbox/nothing"
has "and named" "$sandbox/nothing" "$err"
expect "one that is not executable is refused" 2 mcpm agent upgrade --program /etc/passwd
expect "one that is not mcpmd is refused" 2 mcpm agent upgrade --program /bin/true
has "and named" /bin/true "$err"
cp "$MCPM_BUILD_DIR/mcpmd" "$sandbox/new/open" && chmod 0777 "$sandbox/new/open"
expect "one that everybody may change is refused" 1 mcpm agent upgrade --program "$sandbox/new/open"
has "for that reason" "everybody may change it" "$err"
if [ "$(id -u)" -eq 0 ]; then
    chmod 0755 "$sandbox/new/open" && chown 65534 "$sandbox/new/open"
    expect "so is another user's" 1 mcpm agent upgrade --program "$sandbox/new/open"
    has "named by uid" "belongs to uid 65534" "$err"
fi
same "and nothing changed" "$before" "$(agent_pid)"
same_world refused

expect "the plain server is stopped" 0 mcpm stop plain
marks=1 # only the killed agent may have lost something; a restart and an upgrade may not
check "no line is lost or repeated" numbered plain
expect "the agent stops" 0 mcpm agent stop
same "nothing is left" "" "$(servers_alive)$(of_sandbox)"
# Whoever inherited it may take a moment to collect the dead.
check "the keeper is gone" until_true 5 eval "! kill -0 $keeper 2>/dev/null"
