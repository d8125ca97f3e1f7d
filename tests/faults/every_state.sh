#!/usr/bin/env bash
# The agent is restarted, then killed, with a server in every state: each is afterwards what it was, in the same process, and
# what was under way goes on.
. "$(dirname "$0")/../support/sandbox.sh"

state_of() { printf '%s/%s' "$(field "$1" status)" "$(field "$1" statusReason)"; }
# replace HOW: another agent, and its pid in $agent
replace() {
    local before
    before=$(agent_pid)
    if [ "$1" = restarted ]; then timeout 60 mcpm agent restart >/dev/null; else kill -KILL "$before"; fi
    until_true 20 eval "agent=\$(agent_pid 2>/dev/null); [ -n \"\$agent\" ] && [ \"\$agent\" != $before ]" || bad "$1: no new agent"
}

mcpm add running -- "$fixtures/mcp_everything" && mcpm start running
mcpm add stopped -- "$fixtures/mcp_everything"
mcpm add disabled -- "$fixtures/mcp_everything" && mcpm disable disabled
mcpm add asleep --lazy -- "$fixtures/mcp_everything" && mcpm start asleep && mcpm call asleep echo message=x >/dev/null
mcpm add napping --lazy --idle-timeout 1s -- "$fixtures/mcp_everything" && mcpm start napping && mcpm call napping echo message=x >/dev/null
mcpm add failed --restart never -- "$fixtures/exiter" 3
mcpm start failed >/dev/null 2>&1
mcpm add completed --transport none --restart on-failure -- true && mcpm start completed >/dev/null 2>&1
mcpm add gone -- /nonexistent/program >/dev/null 2>&1
mcpm start gone >/dev/null 2>&1
mcpm add looping --transport none --restart always -- "$fixtures/crasher" 1
mcpm start looping >/dev/null 2>&1
until_true 60 eval '[ "$(field looping statusReason)" = crash-loop ]'
until_true 20 eval '[ "$(state_of napping)" = stopped/asleep ]'
running=$(field running pid)

for how in restarted killed; do
    for name in running stopped disabled asleep napping failed completed gone looping; do
        printf '%s %s\n' "$name" "$(state_of $name)"
    done >"$sandbox/before"
    asleep=$(field asleep pid)
    replace $how
    until_true 20 mcpm wait running --for running --timeout 1s >/dev/null 2>&1
    for name in running stopped disabled asleep napping failed completed gone looping; do
        printf '%s %s\n' "$name" "$(state_of $name)"
    done >"$sandbox/after"
    same "$how: each is what it was" "$(cat "$sandbox/before")" "$(cat "$sandbox/after")"
    same "$how: who ran is the same process" "$running" "$(field running pid)"
    same "$how: who was awake too" "$asleep" "$(field asleep pid)"
    expect "$how: it is called" 0 timeout 20 mcpm call running echo message=yes
    expect "$how: who sleeps is woken" 0 timeout 20 mcpm call napping echo message=yes
    until_true 20 eval '[ "$(state_of napping)" = stopped/asleep ]'
done

# What is under way, by a kill: tests/faults/underway.sh has the orderly restart.
mcpm add slow -- "$fixtures/mcp_everything" --slow-start 2500
mcpm start slow >/dev/null 2>&1 &
until_true 10 eval '[ "$(field slow status)" = starting ] && [ "$(field slow pid)" != None ] && [ -n "$(field slow pid)" ]'
pid=$(field slow pid)
replace killed
until_true 20 eval '[ "$(field slow status)" = running ]'
same "starting, killed: it comes up in the same process" "running $pid" "$(field slow status) $(field slow pid)"
wait
mcpm add deaf --stop-timeout 4s --transport none -- "$fixtures/stubborn" && mcpm start deaf
pid=$(field deaf pid)
mcpm stop deaf >/dev/null 2>&1 &
until_true 5 eval '[ "$(field deaf status)" = stopping ]'
replace killed
until_true 20 eval '[ "$(field deaf status)" = stopped ]'
same "stopping, killed: it is stopped" "stopped/" "$(state_of deaf)"
check "and nothing of it lives" eval '! kill -0 $pid 2>/dev/null'
wait
mcpm start deaf && pid=$(field deaf pid)
mcpm restart deaf >/dev/null 2>&1 &
until_true 5 eval '[ "$(field deaf status)" = stopping ]'
replace killed
until_true 20 eval '[ "$(field deaf status)" = running ] && [ "$(field deaf pid)" != "$pid" ]'
check "restarting, killed: it runs again, in another process" eval '[ "$(field deaf pid)" != "$pid" ] && [ "$(field deaf status)" = running ]'
wait
mcpm remove -f deaf >/dev/null 2>&1 &
until_true 5 eval '[ "$(field deaf status)" = stopping ]'
replace killed
until_true 20 eval '! mcpm show deaf >/dev/null 2>&1'
expect "removed, killed: it is gone" 4 mcpm show deaf
wait
same "one process of each that runs" "" "$(servers_alive | while read -r pid; do tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^MCPM_SERVER=//p'; done | sort | uniq -d)"
