#!/usr/bin/env bash
# Two agents at once: one wins, the other names it. Clients that race for a start get one agent.
. "$(dirname "$0")/../support/sandbox.sh"
races=${MCPM_RACES:-40}

wins=0
for round in $(seq "$races"); do
    mcpm add "r$round-a" -- /bin/true >/dev/null 2>"$sandbox/a.err" & a=$!
    mcpm add "r$round-b" -- /bin/true >/dev/null 2>"$sandbox/b.err" & b=$!
    wait $a; ra=$?
    wait $b; rb=$?
    [ $ra -eq 0 ] && [ $rb -eq 0 ] && wins=$((wins + 1)) || { note "round $round: $ra $rb"; cat "$sandbox/a.err" "$sandbox/b.err"; }
    agents=$(ours | while read -r p; do tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | grep -c 'agent-fd'; done | grep -c 1)
    [ "$agents" = 1 ] || bad "round $round: $agents agents"
    [ "$round" -lt "$races" ] && mcpm agent stop >/dev/null 2>&1
done
same "$races races, both clients served each time" "$races" "$wins"
first=$(keeper_pid)
expect "a second agent exits" 6 mcpmd run
has "naming the first one's pid" "$first" "$err"
same "every definition is there" "$((races * 2))" "$(mcpm list -o name | wc -l | tr -d ' ')"
