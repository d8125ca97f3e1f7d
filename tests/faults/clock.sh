#!/usr/bin/env bash
# The clock on the wall is set forward by a year, back by two, and right again, while everything runs: nothing that orders, bounds
# or ends by it goes wrong. The machine is suspended for an hour in the middle of a check of health: nobody is ill for that. The
# machine's own clock is left alone (tests/programs/clock_shift.cpp).
. "$(dirname "$0")/../support/sandbox.sh"
shifted=$fixtures/clock_shift.so
[ -e "$shifted" ] || skip_all "no clock_shift.so: a sanitizer build"
export MCPM_CLOCK_SHIFT=$sandbox/shift
set_clock() { # seconds from the right time, at once
    printf '%-20s' "$1" | dd of="$MCPM_CLOCK_SHIFT" conv=notrunc status=none
    note "the clock is set by $1 s"
}
export MCPM_CLOCK_SLEPT=$sandbox/slept
printf '%-20s' 0 | tee "$MCPM_CLOCK_SHIFT" >"$MCPM_CLOCK_SLEPT"
export LD_PRELOAD=$shifted
mcpm agent status >/dev/null 2>&1
year=31536000

mcpm add one --health-interval 1s -- "$fixtures/mcp_everything"
mcpm add talk --transport none -- "$fixtures/chatty" 0 100
mcpm start one talk
one=$(field one pid)
mcpm token create forever >/dev/null
mcpm logs talk -f >"$sandbox/followed" 2>&1 &
follower=$!
mcpm events -f >"$sandbox/events" 2>&1 &
watcher=$!
checks_of() { mcpm health one --range 30d -o json 2>/dev/null | json 'd["checks"]'; }
until_true 15 eval '[ -s "$sandbox/followed" ]'
sleep 2

last=0
checked=$(checks_of)
for shift in $year -$year 86400 -86400 0; do
    before=$(wc -l <"$sandbox/followed")
    set_clock "$shift"
    until_true 15 eval "[ \"\$(wc -l <'$sandbox/followed')\" -gt $((before + 5)) ]"
    check "$shift: who follows a log goes on" [ "$(wc -l <"$sandbox/followed")" -gt $((before + 5)) ]
    newest=$(mcpm logs talk -n 1 | sed 's/^.*line //')
    check "$shift: the last line is the newest" [ "$newest" -gt "$last" ]
    last=$newest
    same "$shift: the tail has as many lines as are asked for" 20 "$(mcpm logs talk -n 20 | wc -l)"
    expect "$shift: a call works" 0 timeout 15 mcpm call one echo message=yes
    same "$shift: in the same process" "$one" "$(field one pid)"
    same "$shift: which is well" healthy "$(field one healthStatus)"
    mcpm token create "t$shift" >/dev/null
    has "$shift: the newest event is the last" "t$shift" "$(mcpm events -n 3)"
    if [ "$shift" != 86400 ] && [ "$shift" != -86400 ]; then # more ends than three were a crash loop
        pid=$(field talk pid)
        kill -KILL "$pid"
        until_true 15 eval "[ \"\$(field talk pid)\" != $pid ] && [ \"\$(field talk status)\" = running ]"
        check "$shift: who dies is started again in time" [ "$(field talk pid)" != "$pid" ]
        last=0 # it counts anew
    fi
    expect "$shift: the agent is restarted" 0 timeout 60 mcpm agent restart
    same "$shift: which no server notices" "$one" "$(field one pid)"
    kill "$follower" 2>/dev/null
    mcpm logs talk -f >"$sandbox/followed" 2>&1 &
    follower=$!
done
check "no check of its health is forgotten" [ "$(checks_of)" -gt "$checked" ]
kill "$follower" "$watcher" 2>/dev/null
wait "$follower" "$watcher" 2>/dev/null
listed=" $(mcpm token list -o name | tr '\n' ' ') "
for name in forever "t$year" "t-$year" t0; do has "the token $name is there" " $name " "$listed"; done
ended=$(mcpm events -n 1000 -o json | json "' '.join(e['message'] for e in d if e['type'] == 'server:crash-loop')")
same "nothing was taken for a crash loop" "" "$ended"

note "the machine sleeps for an hour"
health() { mcpm health tried -o json 2>/dev/null | json "d.get('$1') or ''"; }
mkfifo "$sandbox/asked" && exec 9<>"$sandbox/asked"
printf '#!/bin/sh\necho >%s\nsleep 6\nexit 1\n' "$sandbox/asked" >"$sandbox/look"
chmod +x "$sandbox/look"
expect "a server whose check takes its time, and fails" 0 mcpm add tried --transport none --health "command:$sandbox/look" --health-interval 100ms --health-timeout 20s --start -- sleep 1000
for slept in 3600 7200 10800; do # each check begins before and ends after it
    read -r -t 30 -u 9 || bad "a check begins"
    printf '%-20s' "$slept" | dd of="$MCPM_CLOCK_SLEPT" conv=notrunc status=none
done
check "a check that it fell into says so" until_true 30 eval '[ "$(health message)" = "the machine slept meanwhile" ]'
same "and nobody is ill for that" unknown "$(health status)"
check "those that fail while it is awake count" until_true 90 eval '[ "$(health status)" = unhealthy ]'
exec 9>&-
