#!/usr/bin/env bash
# Everything at once, by chance, for MCPM_CHAOS_SECONDS (30; 120 with `tests/run.sh --all`; 3600 is an hour), from a seed that
# is printed (MCPM_CHAOS_SEED): the agent killed, ended, stopped and restarted, its socket removed, its database deleted,
# servers killed and restarted, clients calling throughout. The promises are checked while it goes on and at the end: one copy of
# each server, no answer of another, nothing that was answered is lost (tokens, profiles, definitions, approvals), nothing is left.
. "$(dirname "$0")/../support/sandbox.sh"
seconds=${MCPM_CHAOS_SECONDS:-30}
RANDOM=${MCPM_CHAOS_SEED:-$$}
note "seed ${MCPM_CHAOS_SEED:-$$}, $seconds seconds"
socket=$XDG_RUNTIME_DIR/mcpm/agent.sock

for name in alpha beta gamma; do mcpm add $name --restart always -- "$fixtures/mcp_everything" && mcpm start $name; done
mcpm token create ci >/dev/null
keeper=$(keeper_pid)
pick() { set -- alpha beta gamma; shift $((RANDOM % 3)); echo "$1"; }
# One at most of each server, whatever happens.
copies() { local pid; servers_alive | while read -r pid; do tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^MCPM_SERVER=//p'; done | sort | uniq -d; }

answered=0 refused=0 wrong=0 token=0
end=$((SECONDS + seconds))
while [ $SECONDS -lt $end ]; do
    case $((RANDOM % 10)) in
        0) pid=$(agent_pid); [ -n "$pid" ] && kill -KILL "$pid" 2>/dev/null ;;
        1) pid=$(agent_pid); [ -n "$pid" ] && kill -TERM "$pid" 2>/dev/null ;;
        2) timeout 30 mcpm agent restart >/dev/null 2>&1 ;;
        3) rm -f "$socket" ;;
        4) rm -rf "$XDG_RUNTIME_DIR/mcpm" ;;
        5) pid=$(field "$(pick)" pid); [ -n "$pid" ] && [ "$pid" != None ] && kill -KILL "$pid" 2>/dev/null ;;
        6) timeout 60 mcpm restart "$(pick)" >/dev/null 2>&1 ;;
        7) rm -f "$data/mcpm.db" ;;
        8) pid=$(agent_pid); [ -n "$pid" ] && kill -STOP "$pid" 2>/dev/null && sleep 0.5 && kill -CONT "$pid" ;;
        9) timeout 60 mcpm stop "$(pick)" >/dev/null 2>&1; timeout 60 mcpm start alpha beta gamma >/dev/null 2>&1 ;;
    esac
    if timeout 30 mcpm token create "t$token" >/dev/null 2>&1; then kept="${kept:-} t$token"; fi
    case $((token % 8)) in
        0) timeout 30 mcpm profile create "p$token" -s alpha >/dev/null 2>&1 && profiles="${profiles:-} p$token" ;;
        1) timeout 30 mcpm add "s$token" -- true >/dev/null 2>&1 && defined="${defined:-} s$token" ;;
        2) timeout 30 mcpm tools approve beta --hold >/dev/null 2>&1 && approved=yes ;;
    esac
    token=$((token + 1))
    word="$RANDOM-$token"
    out=$(timeout 30 mcpm call "$(pick)" echo message="$word" 2>/dev/null)
    status=$?
    if [ $status -eq 0 ]; then
        case $out in *"$word"*) answered=$((answered + 1)) ;; *) wrong=$((wrong + 1)) ;; esac
    else
        refused=$((refused + 1))
        [ $status -eq 124 ] && bad "a call had no answer in time"
    fi
    twice=$(copies)
    if [ -n "$twice" ]; then sleep 1; twice=$(copies); [ -z "$twice" ] || bad "two copies of $twice"; fi
done
note "$answered calls answered, $refused refused, $token tokens"
same "no answer was another's" 0 "$wrong"
check "some calls were answered" test "$answered" -gt 0
same "the keeper is the one from the beginning" "$keeper" "$(keeper_pid)"
expect "the agent answers" 0 timeout 30 mcpm agent status
expect "all servers come up" 0 timeout 90 mcpm start alpha beta gamma
for name in alpha beta gamma; do expect "$name is called" 0 timeout 30 mcpm call $name echo message=end; done
same "one process of each" 3 "$(servers_alive | wc -l | tr -d ' ')"
lost_of() { # WHAT NAME…: those that are not in its list
    local listed lost='' name what=$1
    shift
    listed=" $(mcpm $what list -o name | tr '\n' ' ') "
    for name in "$@"; do case $listed in *" $name "*) ;; *) lost="$lost $name" ;; esac; done
    echo "$lost"
}
same "every token that was answered is there" "" "$(lost_of token ci ${kept:-})"
same "every profile" "" "$(lost_of profile ${profiles:-})"
same "every definition" "" "$(lost_of '' alpha beta gamma ${defined:-})"
[ -z "${approved:-}" ] || expect "and what was approved" 0 mcpm tools verify beta
