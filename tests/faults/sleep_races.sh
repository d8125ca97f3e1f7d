#!/usr/bin/env bash
# Requests that come while a lazy server falls asleep: none is lost, and there is never a second instance. The server holds
# a lock that a second one could not take.
. "$(dirname "$0")/../support/sandbox.sh"

servers=8
rounds=25 # of each; 200 in all
everything=$fixtures/mcp_everything
agent_answers() { mcpm agent status >"$sandbox/status" 2>&1; }
for number in $(seq $servers); do
    mcpm add "s$number" --lazy --idle-timeout 1s --start -- \
        flock --nonblock --no-fork --conflict-exit-code 99 "$sandbox/lock.$number" "$everything" >/dev/null || bad "add s$number"
done

asker() { # number
    local round answer
    for ((round = 0; round < rounds; round++)); do
        answer=$(timeout 60 mcpm call "s$1" echo message="$1-$round" 2>>"$sandbox/errors")
        [ "$answer" = "$1-$round" ] || echo "$1-$round: '$answer'"
        # Around the moment at which it falls asleep or is gone.
        sleep "$((RANDOM % 3 > 0)).$(printf '%03d' $((RANDOM % 60)))"
    done
}
for number in $(seq $servers); do asker "$number" >"$sandbox/lost.$number" & done
wait
same "no request is lost" "" "$(cat "$sandbox"/lost.* "$sandbox/errors" | head -n 5)"
runs=0
for number in $(seq $servers); do
    runs=$((runs + $(mcpm show "s$number" -o json | json "d['run']")))
    has_not "never a second instance of s$number" "code 99" "$(mcpm runs "s$number" -n 1000)"
    same "no run of s$number ended but because it was idle, or woken while it fell asleep" "" \
        "$(mcpm runs "s$number" -n 1000 -o json | json "[r['run'] for r in d if r.get('exit') and r['reason'] not in ('idle', 'restarted')] or ''")"
done
note "$runs runs for $((servers * rounds)) requests"
check "they slept between them" [ "$runs" -gt 50 ]

note "the agent is killed while it wakes and sleeps"
for round in 1 2 3 4 5 6 7 8; do
    (for try in 1 2 3 4 5; do timeout 30 mcpm call s1 echo message=x >/dev/null 2>&1; done) &
    sleep "0.0$((RANDOM % 80 + 10))"
    kill -KILL "$(agent_pid)" 2>/dev/null
    wait
    until_true 10 agent_answers
done
expect "it is there afterwards" 0 mcpm call s1 echo message=there
same "and answers" there "$out"
has_not "never a second instance" "code 99" "$(mcpm runs s1 -n 1000)"
mcpm stop s2 s3 s4 s5 s6 s7 s8
check "it sleeps again" until_true 10 eval '[ "$(field s1 statusReason)" = asleep ]'
same "nothing is left" "" "$(servers_alive)"
